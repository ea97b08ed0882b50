/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of threads that are kept open say what is now, and of whom. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "proc/process.h"

/* More than files can be kept of, and some to whose slots others come. */
enum { THREADS = IJ_TASK_FILES_MAX / IJ_TASK_FILE_LEN + 20 };

static struct {
	pthread_t thread;
	pid_t tid;
	int ask[2], answer[2];
} threads[THREADS];

/* Takes the names that it is told, and ends with the pipe. */
static void *named(void *arg)
{
	const size_t idx = (size_t)(uintptr_t)arg;
	char name[16];

	threads[idx].tid = (pid_t)syscall(SYS_gettid);
	/* Whoever waits for an answer that does not come sees the end of the pipe. */
	do {
		if (write(threads[idx].answer[1], "", 1) != 1 ||
		    read(threads[idx].ask[0], name, sizeof(name)) != sizeof(name))
			break;
	} while (!prctl(PR_SET_NAME, name));
	close(threads[idx].answer[1]);
	return NULL;
}

static void await(size_t idx)
{
	char byte;

	assert_int_equal(read(threads[idx].answer[0], &byte, 1), 1);
}

static void begin(size_t idx)
{
	assert_int_equal(pipe(threads[idx].ask), 0);
	assert_int_equal(pipe(threads[idx].answer), 0);
	assert_int_equal(pthread_create(&threads[idx].thread, NULL, named, (void *)(uintptr_t)idx),
			 0);
	await(idx);
}

static void end(size_t idx)
{
	close(threads[idx].ask[1]);
	pthread_join(threads[idx].thread, NULL);
	close(threads[idx].ask[0]);
	close(threads[idx].answer[0]);
	/* The kernel tells the joiner before it takes the thread out of its lists. */
	while (!syscall(SYS_tgkill, getpid(), threads[idx].tid, 0))
		sched_yield();
}

static void name_set(size_t idx, const char *text)
{
	char name[16] = "";

	snprintf(name, sizeof(name), "%s", text);
	assert_int_equal(write(threads[idx].ask[1], name, sizeof(name)), sizeof(name));
	await(idx);
}

/* As tracers have it: with files that are kept. */
static struct ij_process own(void)
{
	char path[32];
	struct ij_process process = {.pid = getpid(), .tasks = ij_task_files_create()};

	snprintf(path, sizeof(path), "/proc/%d", getpid());
	process.proc_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(process.proc_fd >= 0);
	assert_non_null(process.tasks);
	return process;
}

static void own_end(struct ij_process *process)
{
	close(process->proc_fd);
	ij_task_files_free(process->tasks);
}

static size_t descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t len = 0;

	assert_non_null(dir);
	while (readdir(dir))
		len++;
	closedir(dir);
	return len;
}

static void expect_name(const struct ij_process *process, size_t idx, const char *want)
{
	struct ij_status status;

	assert_null(ij_process_status(process, threads[idx].tid, &status));
	assert_int_equal(status.pid, threads[idx].tid);
	assert_string_equal(status.comm, want);
}

static void test_now(void **state)
{
	struct ij_process process = own();

	(void)state;
	begin(0);
	name_set(0, "one");
	expect_name(&process, 0, "one");
	name_set(0, "two, and longer");
	expect_name(&process, 0, "two, and longer");
	name_set(0, "3");
	expect_name(&process, 0, "3");
	end(0);
	own_end(&process);
}

static void test_ended(void **state)
{
	struct ij_process process = own();
	struct ij_blocked blocked;
	struct ij_status status;

	(void)state;
	begin(0);
	name_set(0, "ends");
	expect_name(&process, 0, "ends");
	assert_true(ij_process_cpu(&process, threads[0].tid) >= 0);
	ij_process_blocked(&process, threads[0].tid, &blocked);
	end(0);
	for (int i = 0; i < 2; i++) {
		struct ij_error *err = ij_process_status(&process, threads[0].tid, &status);

		assert_non_null(err);
		assert_int_equal(err->code, IJ_ERR_GONE);
		ij_error_free(err);
		assert_int_equal(ij_process_cpu(&process, threads[0].tid), -1);
		ij_process_blocked(&process, threads[0].tid, &blocked);
		assert_false(blocked.known);
	}
	own_end(&process);
}

static void test_many(void **state)
{
	const size_t before = descriptors();
	struct ij_process process = own();
	struct ij_blocked blocked;
	char name[32];

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		begin(i);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < THREADS; i++) {
			snprintf(name, sizeof(name), "%d of %zu", round, i);
			name_set(i, name);
		}
		for (size_t i = 0; i < THREADS; i++) {
			snprintf(name, sizeof(name), "%d of %zu", round, i);
			expect_name(&process, i, name);
			assert_true(ij_process_cpu(&process, threads[i].tid) >= 0);
			ij_process_blocked(&process, threads[i].tid, &blocked);
		}
	}
	for (size_t i = 0; i < THREADS; i++)
		end(i);
	/* Its folder, that of threads, and what is kept. */
	assert_true(descriptors() <= before + 2 + IJ_TASK_FILES_MAX);
	own_end(&process);
	assert_int_equal(descriptors(), before);
}

static void expect_threads(const struct ij_process *process, size_t len)
{
	struct ij_tids tids = {0};

	assert_null(ij_process_threads(process, &tids));
	assert_int_equal(tids.list.len, len);
	assert_int_equal(tids.list.items[0], getpid());
	for (size_t i = 1; i < len; i++)
		assert_int_equal(tids.list.items[i], threads[i - 1].tid);
	ij_vec_deinit(&tids.list);
}

static void test_list(void **state)
{
	struct ij_process process = own();

	(void)state;
	expect_threads(&process, 1);
	for (size_t i = 0; i < THREADS; i++) {
		begin(i);
		expect_threads(&process, i + 2);
	}
	for (size_t i = THREADS; i-- > 0;) {
		end(i);
		expect_threads(&process, i + 1);
	}
	own_end(&process);
}

/* The same without anything that is kept. */
static void test_nothing_kept(void **state)
{
	const size_t before = descriptors();
	struct ij_process process = own();

	(void)state;
	ij_task_files_free(process.tasks);
	process.tasks = NULL;
	begin(0);
	name_set(0, "kept nowhere");
	expect_name(&process, 0, "kept nowhere");
	expect_threads(&process, 2);
	end(0);
	own_end(&process);
	assert_int_equal(descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_now),          cmocka_unit_test(test_ended),
		cmocka_unit_test(test_many),         cmocka_unit_test(test_list),
		cmocka_unit_test(test_nothing_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
