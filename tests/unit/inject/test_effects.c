/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls a copy of the target may make. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "inject/effects.h"

enum { COPY = 100, TGID = 90, TID = 91, PARENT = 80, OWN = 5, OTHER = 6, TP = 0x7f0000000700 };

static struct {
	uint32_t word, count;
	uint64_t owner;
	char path[64];
} memory;

static struct ij_mem_bytes mem;
static struct ij_shared shared;
static struct ij_effects effects;

/* Memory at 0x1000; shared memory at 0x5000. */
static int setup(void **state)
{
	static const char maps[] = "5000-7000 rw-s 00000000 00:01 7 /a\n"
				   "8000-9000 r--s 00000000 00:01 7 /b\n";

	(void)state;
	memset(&memory, 0, sizeof(memory));
	memset(&shared, 0, sizeof(shared));
	ij_mem_bytes_init(&mem, &memory, 0x1000, sizeof(memory));
	ij_shared_feed(&shared, maps, strlen(maps));
	effects = (struct ij_effects){
		.shared = &shared,
		.mem = &mem.mem,
		.proc_fd = open("/proc/self", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.tp = TP,
		.inner = COPY,
		.tgid = TGID,
		.tid = TID,
		.parent = PARENT,
		.threads = 2,
		.own = {1 << OWN},
	};
	return effects.proc_fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	return close(effects.proc_fd);
}

static struct ij_effect judge(long nr, const uint64_t args[6])
{
	struct ij_effect effect;

	ij_effects_judge(&effects, nr, args, &effect);
	return effect;
}

#define ARGS(...)           \
	{                   \
		__VA_ARGS__ \
	}

static void test_kinds(void **state)
{
	static const struct {
		const char *what;
		long nr;
		uint64_t args[6];
		enum ij_effect_kind kind;
	} cases[] = {
		{"no such call", -1, ARGS(0), IJ_EFFECT_DENIED},
		{"beyond every table", 100000, ARGS(0), IJ_EFFECT_DENIED},
		{"x32 write", 0x40000000 + SYS_write, ARGS(OWN), IJ_EFFECT_DENIED},
		{"execve", SYS_execve, ARGS(0), IJ_EFFECT_DENIED},
		{"fork", SYS_fork, ARGS(0), IJ_EFFECT_DENIED},
		{"clone", SYS_clone, ARGS(0), IJ_EFFECT_DENIED},
		{"connect", SYS_connect, ARGS(OWN), IJ_EFFECT_DENIED},
		{"unlink", SYS_unlink, ARGS(0x1000), IJ_EFFECT_DENIED},
		{"wait4", SYS_wait4, ARGS(0), IJ_EFFECT_DENIED},
		{"ptrace", SYS_ptrace, ARGS(0), IJ_EFFECT_DENIED},
		{"io_uring_enter", SYS_io_uring_enter, ARGS(OWN), IJ_EFFECT_DENIED},
		{"brk", SYS_brk, ARGS(0), IJ_EFFECT_NONE},
		{"clock_gettime", SYS_clock_gettime, ARGS(0), IJ_EFFECT_NONE},
		{"rt_sigprocmask", SYS_rt_sigprocmask, ARGS(0), IJ_EFFECT_NONE},
		{"read another's", SYS_read, ARGS(OTHER), IJ_EFFECT_DENIED},
		{"read its own", SYS_read, ARGS(OWN), IJ_EFFECT_NONE},
		{"read beyond the list", SYS_read, ARGS(5000), IJ_EFFECT_DENIED},
		{"read -1", SYS_read, ARGS(UINT64_MAX), IJ_EFFECT_DENIED},
		{"pread another's", SYS_pread64, ARGS(OTHER), IJ_EFFECT_NONE},
		{"write another's", SYS_write, ARGS(1), IJ_EFFECT_DENIED},
		{"write its own", SYS_write, ARGS(OWN), IJ_EFFECT_NONE},
		{"where another's stands", SYS_lseek, ARGS(OTHER, 0, SEEK_CUR), IJ_EFFECT_NONE},
		{"rewind another's", SYS_lseek, ARGS(OTHER, 0, SEEK_SET), IJ_EFFECT_DENIED},
		{"rewind its own", SYS_lseek, ARGS(OWN, 0, SEEK_SET), IJ_EFFECT_NONE},
		{"flags of another's", SYS_fcntl, ARGS(OTHER, F_GETFL), IJ_EFFECT_NONE},
		{"set flags of another's", SYS_fcntl, ARGS(OTHER, F_SETFL), IJ_EFFECT_DENIED},
		{"set flags of its own", SYS_fcntl, ARGS(OWN, F_SETFL), IJ_EFFECT_NONE},
		{"how much is there", SYS_ioctl, ARGS(OTHER, FIONREAD), IJ_EFFECT_NONE},
		{"some ioctl", SYS_ioctl, ARGS(OTHER, FIONBIO), IJ_EFFECT_DENIED},
		{"a new signalfd", SYS_signalfd4, ARGS((uint64_t)-1), IJ_EFFECT_NONE},
		{"change a signalfd", SYS_signalfd4, ARGS(OTHER), IJ_EFFECT_DENIED},
		{"protect its own", SYS_mprotect, ARGS(0x1000, 0x1000), IJ_EFFECT_NONE},
		{"protect shared", SYS_mprotect, ARGS(0x1000, 0x5000), IJ_EFFECT_DENIED},
		{"move shared", SYS_mremap, ARGS(0x6000, 0x1000), IJ_EFFECT_DENIED},
		{"another view of shared", SYS_mremap, ARGS(0x6000, 0), IJ_EFFECT_DENIED},
		{"punch a hole in shared", SYS_madvise, ARGS(0x6000, 1), IJ_EFFECT_DENIED},
		{"map private", SYS_mmap, ARGS(0, 1, 3, MAP_PRIVATE, OTHER), IJ_EFFECT_NONE},
		{"map anonymous", SYS_mmap, ARGS(0, 1, 3, MAP_SHARED | MAP_ANONYMOUS),
		 IJ_EFFECT_NONE},
		{"map shared", SYS_mmap, ARGS(0, 1, 3, MAP_SHARED, OTHER), IJ_EFFECT_DENIED},
		{"map its own shared", SYS_mmap, ARGS(0, 1, 1, MAP_SHARED, OWN), IJ_EFFECT_NONE},
		{"kill init", SYS_kill, ARGS(1, SIGTERM), IJ_EFFECT_DENIED},
		{"kill its group", SYS_kill, ARGS(0, SIGTERM), IJ_EFFECT_DENIED},
		{"kill all", SYS_kill, ARGS((uint64_t)-1, SIGTERM), IJ_EFFECT_DENIED},
		{"kill the target", SYS_kill, ARGS(TGID, SIGTERM), IJ_EFFECT_CHANGED},
		{"kill itself", SYS_kill, ARGS(COPY, SIGTERM), IJ_EFFECT_NONE},
		{"raise", SYS_tgkill, ARGS(TGID, TID, SIGTERM), IJ_EFFECT_CHANGED},
		{"kill another thread", SYS_tgkill, ARGS(TGID, TID + 5), IJ_EFFECT_DENIED},
		{"the marker", SYS_tgkill, ARGS(COPY, COPY, SIGURG), IJ_EFFECT_NONE},
		{"own limits", SYS_prlimit64, ARGS(0), IJ_EFFECT_NONE},
		{"limits of the target", SYS_prlimit64, ARGS(TGID), IJ_EFFECT_CHANGED},
		{"limits of another", SYS_prlimit64, ARGS(1), IJ_EFFECT_DENIED},
		{"wake", SYS_futex, ARGS(0x1000, FUTEX_WAKE_PRIVATE, 1), IJ_EFFECT_NONE},
		{"wake others", SYS_futex, ARGS(0x5000, FUTEX_WAKE, 1), IJ_EFFECT_SHARED},
		{"wake others of what it cannot have", SYS_futex, ARGS(0x8000, FUTEX_WAKE, 1),
		 IJ_EFFECT_DENIED},
		{"wait for a time", SYS_futex, ARGS(0x1000, FUTEX_WAIT_PRIVATE, 0, 0x1000),
		 IJ_EFFECT_NONE},
		{"the word has changed", SYS_futex, ARGS(0x1000, FUTEX_WAIT_PRIVATE, 2),
		 IJ_EFFECT_NONE},
		{"wait for ever", SYS_futex, ARGS(0x1000, FUTEX_WAIT_PRIVATE, 0), IJ_EFFECT_STUCK},
		{"wait for no word", SYS_futex, ARGS(0x100, FUTEX_WAIT_PRIVATE, 0), IJ_EFFECT_NONE},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		print_message("%s\n", cases[i].what);
		assert_int_equal(judge(cases[i].nr, cases[i].args).kind, cases[i].kind);
	}
}

static void test_answers(void **state)
{
	static const uint64_t none[6];
	static const uint64_t raise_args[6] = {TGID, TID, SIGUSR1};
	static const uint64_t status[6] = {0x103};
	struct ij_effect effect;

	(void)state;
	assert_int_equal(judge(SYS_getpid, none).answer, TGID);
	assert_int_equal(judge(SYS_gettid, none).answer, TID);
	assert_int_equal(judge(SYS_getppid, none).answer, PARENT);
	effects.parent = 0;
	assert_int_equal(judge(SYS_getppid, none).kind, IJ_EFFECT_DENIED);
	effect = judge(SYS_tgkill, raise_args);
	assert_int_equal(effect.args[0], COPY);
	assert_int_equal(effect.args[1], COPY);
	assert_int_equal(effect.args[2], SIGUSR1);
	effect = judge(SYS_exit_group, status);
	assert_int_equal(effect.kind, IJ_EFFECT_EXIT);
	assert_int_equal(effect.answer, 3);
}

static void test_open(void **state)
{
	static const struct {
		const char *path;
		uint64_t flags;
		bool allowed;
	} cases[] = {
		{"/etc/passwd", O_RDONLY | O_CLOEXEC, true},
		{"relative", O_RDONLY, true},
		{"/proc/self", O_RDONLY | O_DIRECTORY, true},
		{"/etc/passwd", O_WRONLY, false},
		{"/etc/passwd", O_RDWR, false},
		{"/tmp/new", O_RDONLY | O_CREAT, false},
		{"/tmp/old", O_RDONLY | O_TRUNC, false},
		{"/tmp", O_TMPFILE, false},
		{"/dev/urandom", O_RDONLY, true},
		{"/dev/null", O_RDONLY, true},
		{"/dev/null2", O_RDONLY, false},
		{"/dev/shm/a", O_RDONLY, true},
		{"/dev/watchdog", O_RDONLY, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const uint64_t at[6] = {(uint64_t)AT_FDCWD, 0x1010, cases[i].flags};
		const uint64_t plain[6] = {0x1010, cases[i].flags};
		enum ij_effect_kind kind = cases[i].allowed ? IJ_EFFECT_NONE : IJ_EFFECT_DENIED;

		print_message("%s %llo\n", cases[i].path, (unsigned long long)cases[i].flags);
		snprintf(memory.path, sizeof(memory.path), "%s", cases[i].path);
		assert_int_equal(judge(SYS_openat, at).kind, kind);
		assert_int_equal(judge(SYS_open, plain).kind, kind);
	}
}

static void test_owner(void **state)
{
	static const struct {
		const char *what;
		uint32_t word;
		uint64_t owner;
		int op;
		unsigned threads;
		pid_t owner_ret;
		bool own;
	} cases[] = {
		{"a mutex of its own thread", 2, TID, FUTEX_WAIT_PRIVATE, 2, TID, true},
		{"of another thread", 2, TID + 1, FUTEX_WAIT_PRIVATE, 2, TID + 1, false},
		{"a FILE of its own thread", 2, TP, FUTEX_WAIT_PRIVATE, 2, TID, true},
		{"a FILE of another", 2, TP + 0x1000, FUTEX_WAIT_PRIVATE, 2, 0, false},
		{"a low-level lock", 2, 0, FUTEX_WAIT_PRIVATE, 2, 0, false},
		{"the only thread's", 2, 0, FUTEX_WAIT_PRIVATE, 1, 0, true},
		{"PI, its own", TID, 0, FUTEX_LOCK_PI_PRIVATE, 2, TID, true},
		{"PI, by the other call", TID, 0, 13 | FUTEX_PRIVATE_FLAG, 2, TID, true},
		{"PI, another's", (uint32_t)(TID + 1) | FUTEX_WAITERS, 0, FUTEX_LOCK_PI_PRIVATE, 2,
		 TID + 1, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const uint64_t args[6] = {0x1000, (uint64_t)cases[i].op, 2};
		struct ij_effect effect;

		print_message("%s\n", cases[i].what);
		memory.word = cases[i].word;
		memory.owner = cases[i].owner;
		effects.threads = cases[i].threads;
		effect = judge(SYS_futex, args);
		assert_int_equal(effect.kind, IJ_EFFECT_STUCK);
		assert_int_equal(effect.addr, 0x1000);
		assert_int_equal(effect.owner, cases[i].owner_ret);
		assert_int_equal(effect.own, cases[i].own);
	}
	/* A PI mutex that nobody holds is taken by the kernel. */
	memory.word = 0;
	const uint64_t args[6] = {0x1000, FUTEX_LOCK_PI_PRIVATE};
	assert_int_equal(judge(SYS_futex, args).kind, IJ_EFFECT_NONE);
}

static bool is_own(long fd)
{
	const uint64_t args[6] = {(uint64_t)fd};

	return judge(SYS_read, args).kind == IJ_EFFECT_NONE;
}

static void note(long nr, uint64_t a0, uint64_t a1, long result)
{
	const uint64_t args[6] = {a0, a1};

	ij_effects_note(&effects, nr, args, result);
}

/* Descriptors come and go; what this process has open is what the copy would have. */
static void test_descriptors(void **state)
{
	int file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	note(SYS_open, 0, 0, -2);
	note(SYS_openat, 0, 0, file);
	assert_true(is_own(file));
	/* A FIFO is emptied by reading, wherever it was opened. */
	note(SYS_openat, 0, 0, ends[0]);
	assert_false(is_own(ends[0]));
	note(SYS_dup, (uint64_t)file, 0, 40);
	assert_true(is_own(40));
	/* Not OTHER, which may be the number of the file. */
	note(SYS_dup2, 60, 40, 40);
	assert_false(is_own(40));
	note(SYS_fcntl, (uint64_t)file, F_DUPFD_CLOEXEC, 41);
	assert_true(is_own(41));
	note(SYS_fcntl, (uint64_t)file, F_GETFL, 42);
	assert_false(is_own(42));
	note(SYS_socket, 0, 0, 41);
	assert_false(is_own(41));
	note(SYS_memfd_create, 0, 0, 50);
	note(SYS_memfd_create, 0, 0, 2000);
	assert_true(is_own(50));
	assert_false(is_own(2000));
	note(SYS_close, 50, 0, 0);
	assert_false(is_own(50));
	note(SYS_eventfd2, 0, 0, 51);
	note(SYS_close_range, 45, UINT32_MAX, 0);
	assert_false(is_own(51));
	memory.word = 60;
	memory.count = 61;
	note(SYS_pipe2, 0x1000, 0, 0);
	assert_true(is_own(60) && is_own(61) && !is_own(62));
	assert_true(is_own(OWN));
	close(file);
	close(ends[0]);
	close(ends[1]);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_kinds), TEST(test_answers),     TEST(test_open),
		TEST(test_owner), TEST(test_descriptors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
