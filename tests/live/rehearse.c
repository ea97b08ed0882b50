/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls in a copy of the target: what they may do, what they show, and that the target never
 * notices. */
#include "harness.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

/* Children of any thread, dead ones too: a copy that was not reaped is one. */
static bool has_children(pid_t pid)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	char *text = proc_read(path);
	assert_non_null(text);
	bool any = text[0] != '\0';
	free(text);
	return any;
}

struct row {
	const char *mode;   /* of the victim */
	const char *option; /* "--rehearse" or "--in-copy" */
	const char *expr;
	int status;
	const char *out;  /* stdout, or NULL: not looked at */
	const char *part; /* of stderr, or NULL */
};

/* One call each, after which the target is as it was. */
static const struct row rows[] = {
	{"spin", "--in-copy", "(long)r_total()", 0, "1", NULL},
	{"spin", "--in-copy", "(int)r_first_byte(\"/proc/self/cmdline\")", 0, "47", NULL},
	{"spin", "--in-copy", "(char *)strerror(2)", 0, NULL, NULL},
	{"spin", "--in-copy", "(int)r_print()", 0, "-1", "write(1, ...)"},
	{"spin", "--in-copy", "(long)r_share(7)", 0, "7", NULL},
	{"spin", "--in-copy", "(long)r_fill(2)", 0, "2048", NULL},
	{"spin", "--in-copy", "(int)r_share_lock()", 0, "0", NULL},
	{"spin", "--in-copy", "(int)r_share_mprotect()", 0, "1", "mprotect("},
	{"spin", "--in-copy", "(int)r_fork()", 0, "1", "clone("},
	{"spin", "--in-copy", "(int)r_thread()", 0, "1", "clone"},
	{"spin", "--in-copy", "(int)r_read_stdin()", 0, "-1", "read(0, ...)"},
	{"spin", "--in-copy", "(int)r_own_pipe()", 0, "112", NULL},
	{"spin", "--in-copy", "(int)r_create(\"/tmp/ij-never-created\")", 0, "1", "openat("},
	{"spin", "--in-copy", "(int)r_kill(1, 0)", 0, "1", "kill(1, ...)"},
	{"spin", "--in-copy", "(int)r_raise()", 0, "10", NULL},
	{"spin", "--in-copy", "(int)r_lock()", 0, "0", NULL},
	{"spin", "--in-copy", "exit(3)", 6, "", "ended the process with status 3"},
	{"spin", "--in-copy", "abort()", 6, "", "SIGABRT"},
	{"spin", "--in-copy", "(int)strlen((char *)16)", 6, "", "SIGSEGV"},
	{"spin", "--in-copy", "(int)r_ask_for_ever()", 5, "", "did not return within"},
	{"spin", "--in-copy", "(int)r_spin()", 5, "", "did not return within"},
	{"spin", "--in-copy", "(int)raise(19)", 0, "0", NULL},
	{"spin", "--in-copy", "(int)r_terminate()", 6, "", "was killed by signal 15"},
	{"spin", "--rehearse", "exit(3)", 6, "", "not called in the target"},
	{"spin", "--rehearse", "abort()", 6, "", "not called in the target"},
	{"spin", "--rehearse", "(int)strlen((char *)16)", 6, "", "not called in the target"},
	{"spin", "--rehearse", "(int)pause()", 5, "", "not called in the target"},
	{"spin", "--rehearse", "(int)r_ask_for_ever()", 5, "", "not called in the target"},
	{"self_holds", "--rehearse", "(int)r_lock()", 4, "", "which it holds itself"},
	{"other_holds", "--rehearse", "(int)r_lock()", 4, "", "it may only be busy"},
	{"shared_held", "--rehearse", "(int)r_share_lock()", 4, "", "which it holds itself"},
	{"new_pids", "--rehearse", "getpid()", 3, "", "PID namespace"},
};

static void row_of(void **state)
{
	const struct row *row = *state;
	struct victim vic;
	struct snapshot snap;
	struct pollfd printed;
	char tid[32];
	victim_start(&vic, "rehearsed", row->mode, NULL);
	snprintf(tid, sizeof(tid), "--tid=%d", vic.pid);
	assert_true(victim_progress(&vic, 2));
	snapshot_take(&snap, vic.pid, vic.pid);
	/* The judge may know of the lock already: it is the rehearsal that is to find it. */
	tool_run(&tool, "call", vic.pid, tid, row->option, "--timeout=1s", "--pause-budget=1s",
		 "--wait=200ms", row->status == 4 ? "--force" : row->option, row->expr, NULL);
	tool_expect(&tool, row->status);
	if (row->out)
		tool_expect_out(&tool, row->out);
	if (row->part)
		tool_expect_err(&tool, row->part);
	else if (row->status == 0)
		assert_null(strstr(tool.err, "denied"));
	assert_true(victim_progress(&vic, 20));
	assert_false(has_children(vic.pid));
	printed = (struct pollfd){.fd = vic.out, .events = POLLIN};
	assert_int_equal(poll(&printed, 1, 0), 0);
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

/* The system call of 32-bit programs is denied as well; a kernel that has none faults. */
static void other_system_calls(void **state)
{
	(void)state;
	const bool has = harness_has_int80();
	const struct row row = {.mode = "spin",
				.option = "--in-copy",
				.expr = "(int)r_int80()",
				.status = has ? 0 : 6,
				.out = has ? "-1" : "",
				.part = has ? "denied" : "SIGSEGV"};
	void *as_row = (void *)(uintptr_t)&row;
	row_of(&as_row);
}

/* Made once in the copy, where it leaves no trace, and once in the target. */
static void called_once(void **state)
{
	(void)state;
	struct victim vic;
	char text[16];
	victim_start(&vic, "rehearsed", "spin", NULL);
	for (int i = 1; i <= 5; i++) {
		tool_run(&tool, "call", vic.pid, "--in-copy", "--pause-budget=1s",
			 "(long)r_total()", NULL);
		tool_expect(&tool, 0);
		snprintf(text, sizeof(text), "%d", i);
		tool_expect_out(&tool, text);
		tool_run(&tool, "call", vic.pid, "--rehearse", "--pause-budget=1s",
			 "(long)r_total()", NULL);
		tool_expect(&tool, 0);
		tool_expect_out(&tool, text);
	}
	assert_false(has_children(vic.pid));
	victim_finish(&vic, WAKE_NONE);
}

/* What the copy was not let print is printed by the target, once. */
static void printed_once(void **state)
{
	(void)state;
	struct victim vic;
	char text[64];
	victim_start(&vic, "rehearsed", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--rehearse", "--pause-budget=1s", "(int)r_print()", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "8");
	tool_expect_err(&tool, "denied in the copy: write(1, ...)");
	assert_int_equal(read(vic.out, text, sizeof(text)), 8);
	assert_memory_equal(text, "printed\n", 8);
	struct pollfd more = {.fd = vic.out, .events = POLLIN};
	assert_int_equal(poll(&more, 1, 0), 0);
	victim_finish(&vic, WAKE_NONE);
}

/* Who the copy is, and strings that are only in its memory. */
static void answers_as_the_target(void **state)
{
	(void)state;
	struct victim vic;
	char text[128];
	victim_start(&vic, "rehearsed", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--in-copy", "--pause-budget=1s", "getpid()", "getppid()",
		 "(int)gettid()", "(char *)strdup(\"only there\")",
		 "(char *)strcpy((char[32])0, \"scratch\")", NULL);
	tool_expect(&tool, 0);
	snprintf(text, sizeof(text), "%d\n%d\n%d\n0x", vic.pid, getpid(), vic.pid);
	assert_memory_equal(tool.out, text, strlen(text));
	assert_non_null(strstr(tool.out, " \"only there\"\n"));
	assert_non_null(strstr(tool.out, " \"scratch\"\n"));
	tool_run(&tool, "call", vic.pid, "--in-copy", "--pause-budget=1s", "--json",
		 "(int)r_print()", NULL);
	tool_expect(&tool, 0);
	assert_true(tool_json(&tool, "rehearsal", text, 24));
	assert_string_equal(text, "{\"status\":\"returned\",\"d");
	assert_non_null(strstr(tool.out, "\"denied\":[{\"name\":\"write\",\"number\":1,"
					 "\"arg\":\"0x1\",\"count\":1}]"));
	assert_false(has_children(vic.pid));
	victim_finish(&vic, WAKE_NONE);
}

/* A copy that would take longer to make than the pause may last. */
static void too_large(void **state)
{
	(void)state;
	struct victim vic;
	victim_start(&vic, "rehearsed", "large", NULL);
	tool_run(&tool, "call", vic.pid, "--rehearse", "--pause-budget=5ms", "--wait=10s",
		 "getpid()", NULL);
	tool_expect(&tool, 3);
	tool_expect_err(&tool, "a longer --pause-budget allows it");
	victim_finish(&vic, WAKE_NONE);
}

/* All memory that PID may write to, but for what lies below its stack pointer, which is nobody's.
 */
struct image {
	char *maps;
	unsigned char *bytes;
	size_t size;
	char place[256]; /* the system call, its arguments, sp and pc */
};

static void image_take(struct image *image, pid_t pid)
{
	char path[64];
	unsigned long long lo, hi, sp = 0;
	char perms[8];
	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	char *place = proc_read(path);
	assert_non_null(place);
	snprintf(image->place, sizeof(image->place), "%s", place);
	assert_int_equal(sscanf(place, "%*s %*s %*s %*s %*s %*s %*s %llx", &sp), 1);
	free(place);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	image->maps = proc_read(path);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && image->maps);
	image->bytes = NULL;
	image->size = 0;
	for (const char *line = image->maps; *line; line += strcspn(line, "\n") + 1) {
		if (sscanf(line, "%llx-%llx %7s", &lo, &hi, perms) != 3 || perms[1] != 'w')
			continue;
		lo = sp >= lo && sp < hi ? sp : lo;
		image->bytes = realloc(image->bytes, image->size + (hi - lo));
		assert_non_null(image->bytes);
		assert_int_equal(pread(fd, image->bytes + image->size, hi - lo, (off_t)lo),
				 hi - lo);
		image->size += hi - lo;
	}
	close(fd);
}

static void image_free(struct image *image)
{
	free(image->maps);
	free(image->bytes);
}

/* Refused, and bit for bit as before: memory, mappings, the system call that it sleeps in. */
static void unchanged_when_refused(void **state)
{
	(void)state;
	static const char *const exprs[] = {"(int)r_lock()", "exit(1)", "abort()"};
	static const int statuses[] = {4, 6, 6};
	const long rounds = harness_env("IJ_ATTEMPTS", 40) / 4 + 1;
	struct image before, after;
	struct victim vic;
	/* The kernel writes the numbers of CPUs into an rseq area: it is to have none. */
	assert_int_equal(setenv("GLIBC_TUNABLES", "glibc.pthread.rseq=0", 1), 0);
	victim_start(&vic, "rehearsed", "asleep", NULL);
	assert_int_equal(unsetenv("GLIBC_TUNABLES"), 0);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	image_take(&before, vic.pid);
	assert_true(before.size > 4 << 20);
	for (long i = 0; i < rounds; i++) {
		tool_run(&tool, "call", vic.pid, "--rehearse", "--force", "--wait=0", exprs[i % 3],
			 NULL);
		tool_expect(&tool, statuses[i % 3]);
		assert_true(victim_blocked(&vic, vic.pid) >= 0);
		image_take(&after, vic.pid);
		assert_string_equal(after.maps, before.maps);
		/* restart_syscall in the place of poll is the kernel's own (restart_syscall(2)). */
		assert_string_equal(strstr(after.place, " 0x"), strstr(before.place, " 0x"));
		assert_int_equal(after.size, before.size);
		assert_memory_equal(after.bytes, before.bytes, before.size);
		image_free(&after);
	}
	image_free(&before);
	assert_false(has_children(vic.pid));
	victim_finish(&vic, WAKE_BYTE);
}

/*
 * Random stops of a thread that allocates, forced although unsafe: where the thread holds its
 * arena's lock the rehearsal refuses, where it does not the call is made and returns. A
 * deadlock in the target itself would be one that the rehearsal did not predict.
 */
static void predicts_deadlocks(void **state)
{
	(void)state;
	const long attempts = harness_env("IJ_ATTEMPTS", 40);
	long done = 0, refused = 0;
	struct victim vic;
	char tid[32];
	victim_start(&vic, "rehearsed", "allocates", NULL);
	snprintf(tid, sizeof(tid), "--tid=%d", vic.pid);
	/* Where stops fall depends on the machine's rhythm: go on until both ends were met. */
	for (long i = 0; i < attempts || ((!done || !refused) && i < 20 * attempts); i++) {
		tool_run(&tool, "call", vic.pid, "--rehearse", "--force", "--wait=0", "--quiet",
			 "--pause-budget=1s", tid, "(long)malloc(5000)", NULL);
		if (tool.status != 4)
			tool_expect(&tool, 0);
		else
			tool_expect_err(&tool, "as a copy of it did, for the lock");
		done += tool.status == 0;
		refused += tool.status == 4;
		assert_true(victim_progress(&vic, 1));
	}
	print_message("%ld done, %ld refused\n", done, refused);
	assert_false(has_children(vic.pid));
	assert_true(done > 0 && refused > 0);
	victim_finish(&vic, WAKE_NONE);
}

/* Everything that a thread has in its registers, while signals come all the time. */
static void registers_survive(void **state)
{
	(void)state;
	struct victim vic;
	struct snapshot snap;
	victim_start(&vic, "steady", "--storm", "--markers", NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	for (int i = 0; i < 10; i++) {
		tool_run(&tool, "call", vic.pid, i % 2 ? "--rehearse" : "--in-copy",
			 "--pause-budget=1s", "getppid()", "(int)strlen((char *)16)", NULL);
		tool_expect(&tool, 6);
		assert_true(victim_progress(&vic, 2));
	}
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_free(&snap);
	assert_int_equal(vic.page->markers, 0);
	victim_finish(&vic, WAKE_NONE);
}

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int main(void)
{
	const struct CMUnitTest others[] = {
		LIVE_TEST(other_system_calls), LIVE_TEST(called_once),
		LIVE_TEST(printed_once),       LIVE_TEST(answers_as_the_target),
		LIVE_TEST(too_large),          LIVE_TEST(unchanged_when_refused),
		LIVE_TEST(predicts_deadlocks), LIVE_TEST(registers_survive),
	};
	enum { OTHERS = sizeof(others) / sizeof(others[0]) };
	struct CMUnitTest tests[ROWS + OTHERS];
	static char labels[ROWS][96];
	const char *filter = getenv("IJ_FILTER");
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(labels[i], sizeof(labels[i]), "%s %s %s", rows[i].mode, rows[i].option,
			 rows[i].expr);
		tests[i] = (struct CMUnitTest)LIVE_ROW(labels[i], row_of, &rows[i]);
	}
	memcpy(tests + ROWS, others, sizeof(others));
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("rehearse", tests, ROWS + OTHERS, NULL, NULL);
}
