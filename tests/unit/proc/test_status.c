/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* /proc/PID/status: as kernels write it, cut short, and with names that mean to mislead. */
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "proc/process.h"

#define REAL                                                                                \
	"Name:\tredis-server\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t4711\nNgid:\t0\n"  \
	"Pid:\t4712\nPPid:\t1\nTracerPid:\t99\nUid:\t1000\t1001\t1002\t1003\n"              \
	"Gid:\t50\t51\t52\t53\nFDSize:\t64\nGroups:\t4 24 27 \nNStgid:\t4711\t12\t1\n"      \
	"NSpid:\t4712\t13\t2\nVmPeak:\t   68000 kB\nVmSize:\t   67000 kB\nThreads:\t5\n"    \
	"SigQ:\t0/31000\nSigPnd:\t0000000000000001\nShdPnd:\t8000000000000000\n"            \
	"SigBlk:\t0000000000010000\nSigIgn:\t0000000000001000\nSigCgt:\t00000001000044ea\n" \
	"CapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t0000000000000400\n" \
	"CapBnd:\t0000000080000000\nNoNewPrivs:\t1\n"                                       \
	"Seccomp:\t2\nSeccomp_filters:\t3\nx86_Thread_features:\tshstk \n"                  \
	"x86_Thread_features_locked:\tshstk wrss \nvoluntary_ctxt_switches:\t150\n"         \
	"nonvoluntary_ctxt_switches:\t545\n"

static const struct {
	const char *text;
	struct ij_status status;
} cases[] = {
	{REAL,
	 {.comm = "redis-server",
	  .state = 'S',
	  .tgid = 4711,
	  .pid = 4712,
	  .inner_tgid = 1,
	  .inner_pid = 2,
	  .parent = 1,
	  .tracer = 99,
	  .uid = 1001,
	  .uids = {1000, 1001, 1002, 1003},
	  .gids = {50, 51, 52, 53},
	  .cap_permitted = 0x1ffffffffff,
	  .cap_effective = 0x400,
	  .cap_bounding = 0x80000000,
	  .no_new_privs = true,
	  .filters = 3,
	  .threads = 5,
	  .seccomp = 2,
	  .has_memory = true,
	  .shadow_stack = true,
	  .sig_pending = 0x8000000000000001,
	  .sig_blocked = 0x10000,
	  .sig_caught = 0x1000044ea,
	  .switches = 150}},
	/* A kernel thread, before namespaces and seccomp. */
	{"Name:\tkworker/0:1\nState:\tI (idle)\nTgid:\t7\nPid:\t7\nTracerPid:\t0\n"
	 "Uid:\t0\t0\t0\t0\nThreads:\t1\n",
	 {.comm = "kworker/0:1",
	  .state = 'I',
	  .tgid = 7,
	  .pid = 7,
	  .inner_tgid = 7,
	  .inner_pid = 7,
	  .threads = 1}},
	/* The features of others, locked ones too, are no shadow stack. */
	{"x86_Thread_features:\t\nx86_Thread_features_locked:\tshstk \n", {.state = '?'}},
	{"x86_Thread_features:\twrss \nName:\tshstk\n", {.comm = "shstk", .state = '?'}},
	/* Ids that end early, or are none. */
	{"Uid:\t7\t8\nGid:\t9 10\tx\t5\n",
	 {.state = '?', .uid = 8, .uids = {7, 8, 0, 0}, .gids = {9, 10, 0, 0}}},
	{"Gid:\t1\t2\t3", {.state = '?', .gids = {1, 2, 3, 0}}},
	/* Names: keys in the middle of a line are none; what is too long is cut. */
	{"Name:\tTracerPid:\t5\nState:\tR\n", {.comm = "TracerPid:\t5", .state = 'R'}},
	{"Name:\ta\\nTgid:\t6\nState:\tR\n", {.comm = "a\\nTgid:\t6", .state = 'R'}},
	{"Name:\t) S 1 1 (\nState:\tR\n", {.comm = ") S 1 1 (", .state = 'R'}},
	{"Name:\t0123456789abcdefghi\n", {.comm = "0123456789abcde", .state = '?'}},
	{"Name:\t\nState:\tR\n", {.state = 'R'}},
	{"Name:\ta\nName:\tb\nTgid:\t6\nTgid:\t7\n",
	 {.comm = "a", .state = '?', .tgid = 6, .inner_tgid = 6}},
	{"Name:\t%s%n%d\n", {.comm = "%s%n%d", .state = '?'}},
	/* Nothing, or not enough. */
	{"", {.state = '?'}},
	{"\n", {.state = '?'}},
	{"\n\n\nPid:\t3", {.state = '?', .pid = 3, .inner_pid = 3}},
	{"Name", {.state = '?'}},
	{"Name:", {.state = '?'}},
	{"NSpid:", {.state = '?'}},
	{"NSpid:\nThreads:\t9\n", {.state = '?', .threads = 9}},
	{"NSpid:\t12", {.state = '?', .inner_pid = 12}},
	{"Uid:", {.state = '?'}},
	{"Uid:\t5", {.state = '?', .uids = {5}}},
	{"Uid:\tx\ty", {.state = '?'}},
	{"VmSize", {.state = '?'}},
	{"SigBlk:\tzzz\n", {.state = '?'}},
};

static void assert_same(const struct ij_status *a, const struct ij_status *b)
{
	assert_string_equal(a->comm, b->comm);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->tgid, b->tgid);
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->inner_tgid, b->inner_tgid);
	assert_int_equal(a->inner_pid, b->inner_pid);
	assert_int_equal(a->parent, b->parent);
	assert_int_equal(a->tracer, b->tracer);
	assert_int_equal(a->uid, b->uid);
	assert_memory_equal(a->uids, b->uids, sizeof(a->uids));
	assert_memory_equal(a->gids, b->gids, sizeof(a->gids));
	assert_int_equal(a->cap_permitted, b->cap_permitted);
	assert_int_equal(a->cap_effective, b->cap_effective);
	assert_int_equal(a->cap_bounding, b->cap_bounding);
	assert_int_equal(a->no_new_privs, b->no_new_privs);
	assert_int_equal(a->filters, b->filters);
	assert_int_equal(a->threads, b->threads);
	assert_int_equal(a->seccomp, b->seccomp);
	assert_int_equal(a->has_memory, b->has_memory);
	assert_int_equal(a->shadow_stack, b->shadow_stack);
	assert_int_equal(a->sig_pending, b->sig_pending);
	assert_int_equal(a->sig_blocked, b->sig_blocked);
	assert_int_equal(a->sig_caught, b->sig_caught);
	assert_int_equal(a->switches, b->switches);
}

static void test_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_status status;

		print_message("case %zu\n", i);
		memset(&status, 0xff, sizeof(status));
		ij_status_parse(cases[i].text, &status);
		assert_same(&status, &cases[i].status);
	}
}

/* Cut anywhere, it is still read within its bounds (a heap block of its own size shows it). */
static void test_cut(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(REAL); len++) {
		char *text = malloc(len + 1);
		struct ij_status status;

		assert_non_null(text);
		memcpy(text, REAL, len);
		text[len] = 0;
		ij_status_parse(text, &status);
		assert_true(memchr(status.comm, 0, sizeof(status.comm)) != NULL);
		free(text);
	}
}

/* With as many groups as the kernel allows, what follows them is found nevertheless. */
static void test_many_groups(void **state)
{
	enum { GROUPS = 65536 };
	struct ij_process process = {.pidfd = -1, .maps_fd = -1, .live_fd = -1, .mem.fd = -1};
	struct ij_status status, own;
	int ready[2];
	char byte;

	(void)state;
	if (geteuid())
		skip();
	assert_int_equal(pipe(ready), 0);
	process.pid = fork();
	assert_true(process.pid >= 0);
	if (!process.pid) {
		static gid_t groups[GROUPS];
		sigset_t set;

		for (gid_t i = 0; i < GROUPS; i++)
			groups[i] = 1000000000 + i;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		sigemptyset(&set);
		sigaddset(&set, SIGUSR1);
		sigprocmask(SIG_SETMASK, &set, NULL);
		byte = setgroups(GROUPS, groups) ? 'n' : 'y';
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) == 1 && byte == 'y') {
		char path[32];
		struct ij_error *err;

		snprintf(path, sizeof(path), "/proc/%d", process.pid);
		process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		err = ij_process_status(&process, 0, &status);
		kill(process.pid, SIGKILL);
		waitpid(process.pid, NULL, 0);
		ij_process_close(&process);
		assert_null(err);
		assert_int_equal(status.threads, 1);
		assert_true(status.has_memory);
		assert_true(status.sig_blocked & 1ull << (SIGUSR1 - 1));
		process.proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_null(ij_process_status(&process, 0, &own));
		ij_process_close(&process);
		assert_int_equal(status.seccomp, own.seccomp);
	} else {
		kill(process.pid, SIGKILL);
		waitpid(process.pid, NULL, 0);
		close(ready[0]);
		skip();
	}
	close(ready[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_many_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
