/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why attaching is denied: over a /proc of our own making, where every case can be had. */
#include <fcntl.h>
#include <linux/capability.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "proc/access.h"

enum { US = 100, TARGET = 200, TRACER = 300, SHELL = 150 };

#define FULL  "000001ffffffffff"
#define NONE  "0000000000000000"
#define BIND  "0000000000000400" /* CAP_NET_BIND_SERVICE */
#define IDS_0 "0\t0\t0\t0"
#define IDS_1 "1000\t1000\t1000\t1000"

/* NULL or 0: as in `same`, which nothing forbids but a security module. */
static const struct row {
	const char *name;
	const char *yama;
	const char *us_ids, *us_caps;
	const char *ids, *gids, *caps;
	pid_t tracer, parent;
	bool other_ns, first_ns, seccomp;
	enum ij_denial denial;
	const char *why, *remedy;
	bool sys_ptrace, by_yama;
} rows[] = {
	{.name = "same", .denial = IJ_DENIAL_UNKNOWN, .why = "not dumpable", .sys_ptrace = true},
	{.name = "traced",
	 .tracer = TRACER,
	 .denial = IJ_DENIAL_TRACED,
	 .why = "process 300 (gdb) is tracing it",
	 .remedy = "detach first"},
	{.name = "traced, by one that cannot be seen",
	 .tracer = 301,
	 .denial = IJ_DENIAL_TRACED,
	 .why = "process 301 (?)"},
	{.name = "Yama 3, root too",
	 .yama = "3\n",
	 .us_caps = FULL,
	 .denial = IJ_DENIAL_YAMA_NEVER,
	 .why = "ptrace_scope is 3"},
	{.name = "Yama 2",
	 .yama = "2\n",
	 .denial = IJ_DENIAL_YAMA_ADMIN,
	 .why = "ptrace_scope is 2",
	 .remedy = "kernel.yama.ptrace_scope=0",
	 .sys_ptrace = true,
	 .by_yama = true},
	{.name = "Yama 1",
	 .yama = "1\n",
	 .denial = IJ_DENIAL_YAMA_CHILDREN,
	 .why = "is 1 and 200 is not our child",
	 .remedy = "prctl(PR_SET_PTRACER",
	 .sys_ptrace = true,
	 .by_yama = true},
	{.name = "Yama 1, a child of ours",
	 .yama = "1\n",
	 .parent = US,
	 .denial = IJ_DENIAL_UNKNOWN,
	 .why = "not dumpable",
	 .sys_ptrace = true},
	{.name = "Yama 1, a grandchild of ours",
	 .yama = "1\n",
	 .parent = SHELL,
	 .denial = IJ_DENIAL_UNKNOWN,
	 .sys_ptrace = true},
	{.name = "Yama 0", .yama = "0\n", .denial = IJ_DENIAL_UNKNOWN, .sys_ptrace = true},
	{.name = "another user",
	 .yama = "1\n",
	 .ids = IDS_0,
	 .denial = IJ_DENIAL_USER,
	 .why = "belongs to user 0 and we are user 1000",
	 .remedy = "run as root",
	 .sys_ptrace = true},
	{.name = "two users",
	 .ids = "0\t1000\t0\t1000",
	 .denial = IJ_DENIAL_USER,
	 .why = "the users 0, 1000 and 0 at once",
	 .sys_ptrace = true},
	{.name = "another group",
	 .gids = "1000\t50\t1000\t1000",
	 .denial = IJ_DENIAL_USER,
	 .why = "group 50 and we are in group 1000",
	 .sys_ptrace = true},
	{.name = "capabilities",
	 .caps = BIND,
	 .denial = IJ_DENIAL_CAPABILITIES,
	 .why = "has capabilities that we have not: CAP_NET_BIND_SERVICE",
	 .sys_ptrace = true},
	{.name = "capabilities before Yama",
	 .caps = BIND,
	 .yama = "2\n",
	 .denial = IJ_DENIAL_CAPABILITIES,
	 .sys_ptrace = true},
	{.name = "a security module",
	 .us_caps = FULL,
	 .ids = IDS_0,
	 .denial = IJ_DENIAL_MODULE,
	 .why = "we have CAP_SYS_PTRACE; a security module (SELinux, AppArmor) forbids"},
	{.name = "a security module or seccomp",
	 .us_caps = FULL,
	 .seccomp = true,
	 .denial = IJ_DENIAL_MODULE,
	 .why = "our own seccomp filter"},
	{.name = "another user namespace",
	 .us_caps = FULL,
	 .other_ns = true,
	 .denial = IJ_DENIAL_USER_NS,
	 .why = "another user namespace"},
};

static char root[64];

static void put(const char *text, const char *fmt, ...) IJ_PRINTF(2, 3);

/* A file of the fake /proc, and the folders it is in. */
static void put(const char *text, const char *fmt, ...)
{
	char path[256], *slash;
	va_list args;
	int len = snprintf(path, sizeof(path), "%s/", root), fd;

	va_start(args, fmt);
	vsnprintf(path + len, sizeof(path) - (size_t)len, fmt, args);
	va_end(args);
	for (slash = strchr(path + strlen(root) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

struct fake {
	pid_t pid, parent, tracer;
	const char *comm, *ids, *gids, *caps;
	bool seccomp;
};

static void put_status(const char *folder, const struct fake *p)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "Name:\t%s\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n"
		 "Uid:\t%s\nGid:\t%s\nVmSize:\t 100 kB\nThreads:\t1\nCapPrm:\t%s\nCapEff:\t%s\n"
		 "CapBnd:\t" FULL "\nNoNewPrivs:\t0\nSeccomp:\t%d\nSeccomp_filters:\t%d\n",
		 p->comm, p->pid, p->pid, p->parent, p->tracer, p->ids, p->gids ? p->gids : p->ids,
		 p->caps, p->caps, p->seccomp ? 2 : 0, p->seccomp);
	put(text, "%s/status", folder);
}

static void put_proc(const struct row *row)
{
	const char *us_ids = row->us_ids ? row->us_ids : IDS_1;
	const char *ids = row->ids ? row->ids : IDS_1;
	char ours[128], theirs[128];

	put_status("self", &(struct fake){.pid = US,
					  .parent = 1,
					  .comm = "interject",
					  .ids = us_ids,
					  .caps = row->us_caps ? row->us_caps : NONE,
					  .seccomp = row->seccomp});
	put_status("200", &(struct fake){.pid = TARGET,
					 .parent = row->parent ? row->parent : 1,
					 .tracer = row->tracer,
					 .comm = "redis",
					 .ids = ids,
					 .gids = row->gids ? row->gids : IDS_1,
					 .caps = row->caps ? row->caps : NONE});
	put_status(
		"150",
		&(struct fake){.pid = SHELL, .parent = US, .comm = "sh", .ids = ids, .caps = NONE});
	put_status("300",
		   &(struct fake){
			   .pid = TRACER, .parent = 1, .comm = "gdb", .ids = ids, .caps = NONE});
	if (row->yama)
		put(row->yama, "sys/kernel/yama/ptrace_scope");
	put("docker-default (enforce)\n", "200/attr/current");
	put("one", "self/ns/user");
	if (row->other_ns) {
		put("two", "200/ns/user");
		return;
	}
	/* One namespace is one inode. */
	snprintf(ours, sizeof(ours), "%s/self/ns/user", root);
	snprintf(theirs, sizeof(theirs), "%s/200/ns/user", root);
	mkdir(strcat(strcpy(theirs, root), "/200/ns"), 0755);
	strcat(theirs, "/user");
	assert_int_equal(link(ours, theirs), 0);
}

static int setup(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/ij-access-XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
	char command[96];

	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	return system(command) ? -1 : 0;
}

static void test_denial(void **state)
{
	const struct row *row = *state;
	struct ij_access access;
	struct ij_advice advice;
	enum ij_denial denial;

	put_proc(row);
	assert_null(ij_access_read(root, TARGET, &access));
	assert_string_equal(access.target.comm, "redis");
	assert_string_equal(access.target_label, "docker-default (enforce)");
	/* The fake files are not the target's user's, as of one that is not dumpable. */
	access.dumpable = -1;
	denial = ij_access_denial(&access);
	ij_access_advise(&access, denial, &advice);
	print_message("%s; %s\n", advice.why, advice.remedy);
	assert_int_equal(denial, row->denial);
	assert_true(advice.why[0] && advice.remedy[0]);
	assert_int_equal(advice.sys_ptrace, row->sys_ptrace);
	assert_int_equal(advice.yama, row->by_yama);
	if (row->why)
		assert_non_null(strstr(advice.why, row->why));
	if (row->remedy)
		assert_non_null(strstr(advice.remedy, row->remedy));
}

/* What the owner of the files in /proc tells; and what follows. */
static void test_dumpable(void **state)
{
	struct ij_access access;
	struct ij_advice advice;
	char ids[64];

	(void)state;
	put_proc(&(struct row){.ids = "4711\t4711\t4711\t4711",
			       .gids = "4711\t4711\t4711\t4711",
			       .us_ids = "4711\t4711\t4711\t4711"});
	assert_null(ij_access_read(root, TARGET, &access));
	assert_int_equal(access.dumpable, 0);
	assert_int_equal(ij_access_denial(&access), IJ_DENIAL_DUMPABLE);
	ij_access_advise(&access, IJ_DENIAL_DUMPABLE, &advice);
	assert_non_null(strstr(advice.why, "not dumpable"));
	snprintf(ids, sizeof(ids), "%u\t%u\t%u\t%u", geteuid(), geteuid(), geteuid(), geteuid());
	put_status("200", &(struct fake){.pid = TARGET, .comm = "redis", .ids = ids, .caps = NONE});
	assert_null(ij_access_read(root, TARGET, &access));
	assert_int_equal(access.dumpable, geteuid() ? 1 : -1);
	/* Nothing is left to forbid it. */
	access.dumpable = 1;
	access.us = access.target;
	assert_int_equal(ij_access_denial(&access), IJ_DENIAL_MODULE);
}

/* What is missing, cut short, or goes round in circles. */
static void test_odd(void **state)
{
	struct ij_access access = {.pid = 4711};
	struct ij_error *err;

	(void)state;
	err = ij_access_read("/nonexistent", 0, &access);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_NOPROC);
	assert_non_null(strstr(err->msg, "/nonexistent"));
	ij_error_free(err);
	put_proc(&(struct row){.parent = SHELL});
	put_status(
		"150",
		&(struct fake){.pid = SHELL, .parent = SHELL, .comm = "", .ids = "", .caps = ""});
	err = ij_access_read(root, 4711, &access);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_NOPROC);
	ij_error_free(err);
	/* Written on success only. */
	assert_int_equal(access.pid, 4711);
	assert_null(ij_access_read(root, TARGET, &access));
	assert_false(access.descendant);
	put("", "200/status");
	put("\x1b[31mred", "200/attr/current");
	put("many", "sys/kernel/yama/ptrace_scope");
	assert_null(ij_access_read(root, TARGET, &access));
	assert_int_equal(access.target.tgid, 0);
	assert_int_equal(access.yama, 0);
	assert_string_equal(access.target_label, "?[31mred");
}

/* The real one: us alone. */
static void test_ourselves(void **state)
{
	struct ij_access access;

	(void)state;
	assert_null(ij_access_read("/proc", 0, &access));
	assert_int_equal(access.us.tgid, getpid());
	assert_int_equal(access.us.uids[1], geteuid());
	assert_int_equal(access.us.gids[0], getgid());
	assert_true(access.user_ns != 0);
	assert_true(access.yama >= -1 && access.yama <= 3);
	assert_null(ij_access_read("/proc", getpid(), &access));
	assert_int_equal(access.user_ns, access.target_user_ns);
	assert_false(access.descendant);
}

static void test_capabilities(void **state)
{
	static const struct {
		uint64_t set;
		const char *text;
	} cases[] = {
		{0, ""},
		{1, "CAP_CHOWN"},
		{1ull << 40, "CAP_CHECKPOINT_RESTORE"},
		{1ull << 19 | 1 << 21, "CAP_SYS_PTRACE, CAP_SYS_ADMIN"},
		{0xff, "CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH and 5 more"},
		/* Of a kernel to come. */
		{1ull << 63, " and 1 more"},
	};
	char text[128], little[12];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		assert_int_equal(ij_capabilities_print(cases[i].set, text, sizeof(text)),
				 strlen(cases[i].text));
		assert_string_equal(text, cases[i].text);
	}
	ij_capabilities_print(UINT64_MAX, little, sizeof(little));
	assert_string_equal(little, "CAP_CHOWN, ");
}

int main(void)
{
	struct CMUnitTest tests[IJ_COUNT(rows) + 4] = {
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test_setup_teardown(test_dumpable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_odd, setup, teardown),
		cmocka_unit_test(test_ourselves),
	};

	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		tests[4 + i] = (struct CMUnitTest){rows[i].name, test_denial, setup, teardown,
						   (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
