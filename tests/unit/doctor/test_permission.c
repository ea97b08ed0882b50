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

/* Who asks; what is left out is 0: root without capabilities, and no Yama in the kernel. */
static const struct row {
	const char *name;
	uid_t uid;
	uint64_t effective;
	uint64_t lacking;  /* capabilities that it can never have */
	unsigned has_yama; /* Yama's level, and one more */
	bool no_new_privs, container;
	pid_t target;
	const char *check; /* which finding is looked at; NULL: user */
	enum ij_wire_health health;
	const char *part[4];  /* of its cost and remedies, up to NULL */
	const char *unspoken; /* what these have not */
} rows[] = {
#define USER      .uid = 1000
#define PTRACE    .effective = CAP(SYS_PTRACE)
#define YAMA(lvl) .has_yama = (lvl) + 1, .check = "Yama"
#define NOTE      .health = IJ_WIRE_HEALTH_NOTE
#define BLOCKED   .health = IJ_WIRE_HEALTH_BLOCKED
#define SAYS(...) .part = {__VA_ARGS__}
	{"root", .effective = UINT64_MAX},
	{"an ordinary user", USER, NOTE,
	 SAYS("only processes of this user", "as root: sudo interject", "setcap cap_sys_ptrace=ep"),
	 .unspoken = "docker"},
	{"one in a container", USER, .container = true, NOTE,
	 SAYS("docker exec -u 0", "runAsUser: 0", "setcap"), .unspoken = "cap-add"},
	{"one whom sudo does not help", USER, .no_new_privs = true, NOTE,
	 SAYS("neither sudo nor setcap", "NoNewPrivileges=no", "allowPrivilegeEscalation: true"),
	 .unspoken = "sudo interject"},
	{"root of a container", .lacking = UINT64_MAX, .container = true, NOTE,
	 SAYS("docker run --cap-add=SYS_PTRACE", "{capabilities: {add: [\"SYS_PTRACE\"]}}",
	      "AmbientCapabilities=CAP_SYS_PTRACE"),
	 .unspoken = "setcap"},
	{"root that could have it, but may gain nothing", .no_new_privs = true, NOTE,
	 SAYS("NoNewPrivileges=no"), .unspoken = "cap-add"},
	{"one with a target", USER, .target = 5},
	{"one whom Yama stops anyway", USER, .has_yama = 2, .check = "user"},
	{"no Yama", USER, .check = "Yama"},
	{"Yama 0", USER, YAMA(0)},
	{"Yama 1", USER, YAMA(1), BLOCKED,
	 SAYS("no call into any process but one that allows it",
	      "sysctl -w kernel.yama.ptrace_scope=0 as root",
	      "prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)", "sudo interject")},
	{"Yama 1 in a container", USER, YAMA(1), .lacking = UINT64_MAX, .container = true, BLOCKED,
	 SAYS("ptrace_scope=0 on the host", "--cap-add=SYS_PTRACE")},
	{"Yama 1, root", PTRACE, YAMA(1)},
	{"Yama 1, a target", USER, YAMA(1), .target = 5},
	{"Yama 2", USER, YAMA(2), BLOCKED,
	 SAYS("no call at all", "ptrace_scope=0", "sudo interject"), .unspoken = "PR_SET_PTRACER"},
	{"Yama 2, root", PTRACE, YAMA(2)},
	{"Yama 3, root", PTRACE, YAMA(3), BLOCKED,
	 SAYS("no call at all", "boot again: 3 cannot be lowered"), .unspoken = "sysctl -w"},
	{"Yama 3, a target", PTRACE, YAMA(3), .target = 5, BLOCKED},
	{"a level that is to come", YAMA(4)},
#undef USER
#undef PTRACE
#undef YAMA
#undef NOTE
#undef BLOCKED
#undef SAYS
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
				  .cap_bounding = ~row->lacking,
				  .no_new_privs = row->no_new_privs},
			   .yama = (int)row->has_yama - 1,
			   .user_ns = IJ_USER_NS_FIRST},
		.container = row->container};
	ij_doctor_permission(&diagnosis);
	assert_string_equal(diagnosis.findings[0].name, "user");
	finding = find(row->check ? row->check : "user");
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
	if (row->unspoken && strstr(text, row->unspoken))
		fail_msg("said: %s", row->unspoken);
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

/* Several capabilities of one file: the second must not take the first away. */
static void test_list(void **state)
{
	struct ij_wire_finding finding = {0};

	(void)state;
	diagnosis = (struct ij_diagnosis){.access.us = {.uid = 1000, .cap_bounding = UINT64_MAX}};
	ij_remedy_capability(&diagnosis, &finding, &ij_capability_checkpoint);
	assert_non_null(strstr(finding.remedies[0], "setcap cap_checkpoint_restore=ep"));
	assert_non_null(strstr(finding.remedies[0], "in one list with"));
}

/* What the target makes irrelevant is neither a limit nor a remedy any more. */
static void test_settle(void **state)
{
	struct ij_wire_finding *one, *other;

	(void)state;
	diagnosis.len = 0;
	one = ij_diagnosis_add(&diagnosis, IJ_WIRE_GROUP_KERNEL, "one", "cannot be had");
	ij_finding_limit(one, "a lot");
	ij_finding_remedy(one, "try");
	other = ij_diagnosis_add(&diagnosis, IJ_WIRE_GROUP_KERNEL, "other", "cannot either");
	ij_finding_limit(other, "more");
	ij_diagnosis_settle(&diagnosis, "one", "which nobody wants");
	assert_int_equal(one->health, IJ_WIRE_HEALTH_OK);
	assert_string_equal(one->found, "cannot be had; which nobody wants");
	assert_string_equal(one->cost, "");
	assert_int_equal(one->remedies_len, 0);
	assert_int_equal(other->health, IJ_WIRE_HEALTH_LIMITED);
	assert_string_equal(other->cost, "more");
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
	enum { OTHERS = 5 };
	struct CMUnitTest tests[IJ_COUNT(rows) + OTHERS] = {
		cmocka_unit_test(test_first),  cmocka_unit_test(test_list),
		cmocka_unit_test(test_settle), cmocka_unit_test(test_seccomp),
		cmocka_unit_test(test_room),
	};

	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		tests[OTHERS + i] = (struct CMUnitTest){rows[i].name, test_row, NULL, NULL,
							(void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
