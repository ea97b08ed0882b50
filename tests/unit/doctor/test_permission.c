/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of users, capabilities, Yama and containers: of facts that no one machine has all
 * of. */
#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "doctor/doctor.h"
#include "doctor/remedies.h"

#define CAP(name) (1ull << CAP_##name)

static const struct row {
	const char *name;
	uid_t uid;
	uint64_t effective, bounding;
	int yama;
	bool no_new_privs, container;
	pid_t target;
	const char *check; /* which finding is looked at */
	enum ij_wire_health health;
	const char *part[4]; /* of its cost and remedies, up to NULL */
	const char * not ;
} rows[] = {
	{"root",
	 0,
	 UINT64_MAX,
	 UINT64_MAX,
	 -1,
	 false,
	 false,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"an ordinary user",
	 1000,
	 0,
	 UINT64_MAX,
	 -1,
	 false,
	 false,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_NOTE,
	 {"only processes of this user", "as root: sudo interject", "setcap cap_sys_ptrace=ep",
	  NULL},
	 "docker"},
	{"one in a container",
	 1000,
	 0,
	 UINT64_MAX,
	 -1,
	 false,
	 true,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_NOTE,
	 {"docker exec -u 0", "runAsUser: 0", "setcap", NULL},
	 "cap-add"},
	{"one whom sudo does not help",
	 1000,
	 0,
	 UINT64_MAX,
	 -1,
	 true,
	 false,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_NOTE,
	 {"neither sudo nor setcap", "NoNewPrivileges=no", "allowPrivilegeEscalation: true", NULL},
	 "sudo interject"},
	{"root of a container",
	 0,
	 0,
	 0,
	 -1,
	 false,
	 true,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_NOTE,
	 {"docker run --cap-add=SYS_PTRACE", "{capabilities: {add: [\"SYS_PTRACE\"]}}",
	  "AmbientCapabilities=CAP_SYS_PTRACE", NULL},
	 "setcap"},
	{"one with a target",
	 1000,
	 0,
	 UINT64_MAX,
	 -1,
	 false,
	 false,
	 5,
	 "user",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"one whom Yama stops anyway",
	 1000,
	 0,
	 UINT64_MAX,
	 1,
	 false,
	 false,
	 0,
	 "user",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"no Yama",
	 1000,
	 0,
	 UINT64_MAX,
	 -1,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"Yama 0",
	 1000,
	 0,
	 UINT64_MAX,
	 0,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"Yama 1",
	 1000,
	 0,
	 UINT64_MAX,
	 1,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_BLOCKED,
	 {"no call into any process but one that allows it",
	  "sysctl -w kernel.yama.ptrace_scope=0 as root",
	  "prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)", "sudo interject"},
	 NULL},
	{"Yama 1 in a container",
	 1000,
	 0,
	 0,
	 1,
	 false,
	 true,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_BLOCKED,
	 {"ptrace_scope=0 on the host", "--cap-add=SYS_PTRACE", NULL},
	 NULL},
	{"Yama 1, root",
	 0,
	 CAP(SYS_PTRACE),
	 UINT64_MAX,
	 1,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"Yama 1, a target",
	 1000,
	 0,
	 UINT64_MAX,
	 1,
	 false,
	 false,
	 5,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"Yama 2",
	 1000,
	 0,
	 UINT64_MAX,
	 2,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_BLOCKED,
	 {"no call at all", "ptrace_scope=0", "sudo interject", NULL},
	 "PR_SET_PTRACER"},
	{"Yama 2, root",
	 0,
	 CAP(SYS_PTRACE),
	 UINT64_MAX,
	 2,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
	{"Yama 3, root",
	 0,
	 CAP(SYS_PTRACE),
	 UINT64_MAX,
	 3,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_BLOCKED,
	 {"no call at all", "boot again: 3 cannot be lowered", NULL},
	 "sysctl -w"},
	{"Yama 3, a target",
	 0,
	 CAP(SYS_PTRACE),
	 UINT64_MAX,
	 3,
	 false,
	 false,
	 5,
	 "Yama",
	 IJ_WIRE_HEALTH_BLOCKED,
	 {NULL},
	 NULL},
	{"a level that is to come",
	 0,
	 0,
	 UINT64_MAX,
	 4,
	 false,
	 false,
	 0,
	 "Yama",
	 IJ_WIRE_HEALTH_OK,
	 {NULL},
	 NULL},
};

static struct ij_diagnosis diagnosis;

static const struct ij_wire_finding *find(const char *name)
{
	for (size_t i = 0; i < diagnosis.len; i++)
		if (!strcmp(diagnosis.findings[i].name, name))
			return &diagnosis.findings[i];
	fail_msg("no finding \"%s\"", name);
	return NULL;
}

/* All that is said of one. */
static void print(const struct ij_wire_finding *finding, char *text, size_t size)
{
	size_t len = (size_t)snprintf(text, size, "%s\n%s\n", finding->found, finding->cost);

	for (uint32_t i = 0; i < finding->remedies_len; i++)
		len += (size_t)snprintf(text + len, size - len, "%s\n", finding->remedies[i]);
	print_message("%s", text);
}

static void test_row(void **state)
{
	const struct row *row = *state;
	const struct ij_wire_finding *finding;
	char text[2048];

	diagnosis = (struct ij_diagnosis){
		.access = {.pid = row->target,
			   .us = {.uid = row->uid,
				  .uids = {row->uid, row->uid, row->uid, row->uid},
				  .cap_effective = row->effective,
				  .cap_bounding = row->bounding,
				  .no_new_privs = row->no_new_privs},
			   .yama = row->yama,
			   .user_ns = IJ_USER_NS_FIRST},
		.container = row->container};
	ij_doctor_permission(&diagnosis);
	assert_string_equal(diagnosis.findings[0].name, "user");
	finding = find(row->check);
	print(finding, text, sizeof(text));
	assert_int_equal(finding->group, IJ_WIRE_GROUP_PERMISSION);
	assert_int_equal(finding->health, row->health);
	if (finding->health == IJ_WIRE_HEALTH_BLOCKED)
		assert_int_equal(finding->code, IJ_ERR_PERM);
	assert_int_equal(finding->health != IJ_WIRE_HEALTH_OK, finding->cost[0] != 0);
	assert_int_equal(finding->health != IJ_WIRE_HEALTH_OK, finding->remedies_len != 0);
	for (size_t i = 0; i < IJ_COUNT(row->part) && row->part[i]; i++)
		if (!strstr(text, row->part[i]))
			fail_msg("not said: %s", row->part[i]);
	if (row->not &&strstr(text, row->not ))
		fail_msg("said: %s", row->not );
}

/* What must be had outside of user namespaces. */
static void test_first(void **state)
{
	struct ij_wire_finding finding = {0};

	(void)state;
	diagnosis = (struct ij_diagnosis){.access = {.user_ns = 4711}};
	ij_remedy_first(&diagnosis, &finding, &ij_capability_checkpoint);
	assert_int_equal(finding.remedies_len, 1);
	assert_non_null(strstr(finding.remedies[0], "CAP_CHECKPOINT_RESTORE outside of user"));
	diagnosis.access.user_ns = IJ_USER_NS_FIRST;
	finding.remedies_len = 0;
	ij_remedy_first(&diagnosis, &finding, &ij_capability_checkpoint);
	assert_non_null(strstr(finding.remedies[0], "docker run --cap-add=CHECKPOINT_RESTORE"));
}

static void test_seccomp(void **state)
{
	struct ij_wire_finding finding = {0};

	(void)state;
	diagnosis = (struct ij_diagnosis){0};
	ij_remedy_seccomp(&diagnosis, &finding, "ptrace");
	assert_int_equal(finding.remedies_len, 0);
	diagnosis.access.us.seccomp = 2;
	ij_remedy_seccomp(&diagnosis, &finding, "ptrace");
	assert_int_equal(finding.remedies_len, 2);
	assert_non_null(strstr(finding.remedies[0], "--security-opt seccomp=unconfined"));
	assert_non_null(strstr(finding.remedies[0], "allows ptrace"));
	assert_non_null(strstr(finding.remedies[1], "seccompProfile: {type: Unconfined}"));
}

/* There is room for so many, and what is longer is cut. */
static void test_room(void **state)
{
	char text[1024];
	struct ij_wire_finding *finding;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	diagnosis.len = 0;
	for (size_t i = 0; i < IJ_WIRE_FINDINGS_MAX + 5; i++) {
		finding = ij_diagnosis_add(&diagnosis, IJ_WIRE_GROUP_CPU, text, "%s", text);
		ij_finding_limit(finding, "%s", text);
		for (size_t k = 0; k < IJ_WIRE_REMEDIES_MAX + 2; k++)
			ij_finding_remedy(finding, "%s", text);
	}
	assert_int_equal(diagnosis.len, IJ_WIRE_FINDINGS_MAX);
	for (size_t i = 0; i < diagnosis.len; i++) {
		finding = &diagnosis.findings[i];
		assert_int_equal(finding->remedies_len, IJ_WIRE_REMEDIES_MAX);
		assert_int_equal(strlen(finding->name), sizeof(finding->name) - 1);
		assert_int_equal(strlen(finding->found), sizeof(finding->found) - 1);
		assert_int_equal(strlen(finding->cost), sizeof(finding->cost) - 1);
	}
}

int main(void)
{
	struct CMUnitTest tests[IJ_COUNT(rows) + 3] = {
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_room),
	};

	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		tests[3 + i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL,
						   (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
