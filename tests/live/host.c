/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that uses libinterject as any other would, with all that makes a host difficult: many
 * threads, each with a session, much memory, a SIGCHLD handler, and somebody who waits for every
 * child. Nothing of this may notice the tracers. It knows the public header only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <interject/interject.h>

#define THREADS 8
#define ROUNDS  3
#define MAPPED  ((size_t)2 << 30)

static pid_t victims[THREADS];
static char problems[THREADS][256]; /* of each thread; "": none */
static atomic_int running;
static volatile sig_atomic_t children_ended;
static int interrupt_pipe[2]; /* of ours and of the victims, which came from us */

static void on_child(int signo)
{
	(void)signo;
	children_ended++;
}

static pid_t start_victim(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	return pid;
}

static int setup(void **state)
{
	(void)state;
	if (pipe(interrupt_pipe))
		return 1;
	for (int i = 0; i < THREADS; i++)
		victims[i] = start_victim();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < THREADS; i++) {
		kill(victims[i], SIGKILL);
		waitpid(victims[i], NULL, 0);
	}
	return 0;
}

/* The number after "TracerPid:" of @pid; -1 if it is gone. */
static int tracer_of(pid_t pid)
{
	char path[64], line[256];
	int tracer = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "TracerPid: %d", &tracer) == 1)
			break;
	if (file)
		fclose(file);
	return tracer;
}

/* Our descriptors, without the one that lists them; @open_on_exec: those that would be inherited.
 */
static int count_fds(int *open_on_exec)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int count = 0;

	*open_on_exec = 0;
	while ((entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		count++;
		*open_on_exec += !(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	closedir(dir);
	return count;
}

/* Attach, call, judge, end. What is wrong, or NULL. */
static const struct ij_error *use(struct ij_session *session, pid_t victim, char *problem,
				  size_t size)
{
	struct ij_verdicts *verdicts = NULL;
	struct ij_error *err;

	for (int i = 0; i < 4; i++) {
		struct ij_result *result = ij_session_eval(session, "getpid()", NULL);
		const struct ij_error *failed = ij_result_error(result);

		if (failed)
			snprintf(problem, size, "call: %s", ij_error_message(failed));
		else if (ij_result_kind(result) != IJ_VALUE_INT ||
			 ij_result_int(result) != victim || ij_result_tid(result) != victim ||
			 ij_result_touch(result) != IJ_TOUCH_RESTORED)
			snprintf(problem, size, "call: %s", ij_result_json(result));
		ij_result_free(result);
	}
	err = ij_session_check(session, NULL, NULL, &verdicts);
	if (!err && (ij_verdicts_len(verdicts) != 1 || ij_verdicts_tid(verdicts, 0) != victim))
		snprintf(problem, size, "check: %zu verdicts", ij_verdicts_len(verdicts));
	ij_verdicts_free(verdicts);
	if (!err)
		err = ij_session_close(session, NULL);
	return err;
}

static void *thread_main(void *arg)
{
	size_t idx = (size_t)(uintptr_t)arg;

	for (int i = 0; i < ROUNDS && !problems[idx][0]; i++) {
		struct ij_session *session = NULL;
		const struct ij_error *err = ij_session_attach(victims[idx], NULL, &session);

		if (!err)
			err = use(session, victims[idx], problems[idx], sizeof(problems[idx]));
		if (err)
			snprintf(problems[idx], sizeof(problems[idx]), "%s", ij_error_message(err));
		ij_error_free((struct ij_error *)(uintptr_t)err);
		ij_session_destroy(session);
	}
	running--;
	return NULL;
}

/* Two gigabytes of page tables: a copy of this process would take its time. */
static void *map_much(void)
{
	char *memory =
		mmap(NULL, MAPPED, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char sum = 0;

	assert_true(memory != MAP_FAILED);
	madvise(memory, MAPPED, MADV_NOHUGEPAGE);
	for (size_t i = 0; i < MAPPED; i += 4096)
		sum = (char)(sum + ((volatile char *)memory)[i]);
	assert_int_equal(sum, 0);
	return memory;
}

/* Eight threads with eight sessions at once, while another waits for any child. */
static void test_threads(void **state)
{
	struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART}, old;
	void *memory = map_much();
	pthread_t threads[THREADS];
	sigset_t before, after;
	int inherited, fds = count_fds(&inherited), strangers = 0;
	char cwd[2][4096];

	(void)state;
	assert_int_equal(sigaction(SIGCHLD, &action, &old), 0);
	pthread_sigmask(SIG_BLOCK, NULL, &before);
	assert_non_null(getcwd(cwd[0], sizeof(cwd[0])));
	running = THREADS;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, thread_main, (void *)(uintptr_t)i), 0);
	while (running)
		strangers += waitpid(-1, NULL, WNOHANG) != 0;
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < THREADS; i++) {
		if (problems[i][0])
			fail_msg("thread %d: %s", i, problems[i]);
		assert_int_equal(tracer_of(victims[i]), 0);
	}
	assert_int_equal(strangers, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG | __WALL), 0);
	assert_int_equal(children_ended, 0);
	assert_int_equal(count_fds(&inherited), fds);
	pthread_sigmask(SIG_BLOCK, NULL, &after);
	for (int signo = 1; signo <= SIGRTMAX; signo++)
		assert_int_equal(sigismember(&before, signo), sigismember(&after, signo));
	assert_non_null(getcwd(cwd[1], sizeof(cwd[1])));
	assert_string_equal(cwd[0], cwd[1]);
	sigaction(SIGCHLD, &old, NULL);
	munmap(memory, MAPPED);
}

/* A session holds descriptors, but leaves none to what the host executes. */
static void test_descriptors(void **state)
{
	struct ij_session *session;
	int before, after, during;

	(void)state;
	count_fds(&before);
	assert_null(ij_session_attach(victims[0], NULL, &session));
	during = count_fds(&after);
	assert_true(during > 0);
	assert_int_equal(after, before);
	ij_session_destroy(session);
}

/* Interrupted before the call: it is not made. */
static void test_interrupted_idle(void **state)
{
	struct ij_session *session;
	struct ij_result *result;
	int tracer;

	(void)state;
	assert_null(ij_session_attach(victims[0], NULL, &session));
	ij_session_interrupt(session);
	assert_false(ij_session_alive(session));
	result = ij_session_eval(session, "getpid()", NULL);
	assert_int_equal(ij_error_code_of(ij_result_error(result)), IJ_ERR_INTERRUPTED);
	assert_string_equal(ij_result_text(result), "");
	ij_result_free(result);
	ij_session_destroy(session);
	while ((tracer = tracer_of(victims[0])) > 0)
		;
	assert_int_equal(tracer, 0);
}

/* Called in a victim. */
int say_and_wait(void);
int say_and_wait(void)
{
	if (write(interrupt_pipe[1], "", 1) != 1)
		return 1;
	for (;;)
		pause();
}

static void *interrupter_main(void *arg)
{
	char byte;

	/* The call itself says that it is being made. */
	if (read(interrupt_pipe[0], &byte, 1) == 1)
		ij_session_interrupt(arg);
	return NULL;
}

/* Another thread interrupts a call; the victim goes on. */
static void test_interrupt(void **state)
{
	struct ij_call_options options;
	struct ij_session *session;
	struct ij_result *result;
	pthread_t thread;
	char expr[64];
	int tracer;

	(void)state;
	ij_call_options_init(&options, sizeof(options));
	options.timeout_ns = 600000000000u;
	assert_null(ij_session_attach(victims[1], NULL, &session));
	assert_int_equal(pthread_create(&thread, NULL, interrupter_main, session), 0);
	snprintf(expr, sizeof(expr), "((int (*)(void))%#lx)()",
		 (unsigned long)(uintptr_t)say_and_wait);
	result = ij_session_eval(session, expr, &options);
	pthread_join(thread, NULL);
	assert_int_equal(ij_error_code_of(ij_result_error(result)), IJ_ERR_INTERRUPTED);
	ij_result_free(result);
	ij_session_destroy(session);
	while ((tracer = tracer_of(victims[1])) > 0)
		;
	assert_int_equal(tracer, 0);
	assert_int_equal(kill(victims[1], 0), 0);
}

static void test_results(void **state)
{
	struct ij_call_options options;
	struct ij_session *session;
	struct ij_result *result;
	size_t size = 0;
	bool cut = true;

	(void)state;
	ij_call_options_init(&options, sizeof(options));
	options.explain = true;
	assert_null(ij_session_attach(victims[2], NULL, &session));
	result = ij_session_eval(session, "strcpy((char[8])0, \"abc\")", &options);
	assert_null(ij_result_error(result));
	assert_string_equal(ij_result_status(result), "done");
	assert_int_equal(ij_result_kind(result), IJ_VALUE_STRING);
	assert_string_equal(ij_result_type(result), "char *");
	assert_string_equal(ij_result_string(result, &cut), "abc");
	assert_false(cut);
	assert_memory_equal(ij_result_buffer(result, 1, &size), "abc\0\0\0\0", 8);
	assert_int_equal(size, 8);
	assert_null(ij_result_buffer(result, 2, &size));
	assert_true(ij_result_pause_ns(result) >= ij_result_call_ns(result));
	assert_non_null(strstr(ij_result_json(result), "\"value\":\"abc\""));
	assert_non_null(strstr(ij_result_explain(result), "done; target restored"));
	ij_result_free(result);
	options.text_only = true;
	for (size_t i = 0; i < 3; i++) {
		static const char *const exprs[] = {"getpid()", "1 + 1", "no_such_function()"};

		result = ij_session_eval(session, exprs[i], &options);
		assert_int_equal(!ij_result_error(result), i < 2);
		assert_int_equal(!*ij_result_text(result), i == 2);
		assert_string_equal(ij_result_json(result), "");
		ij_result_free(result);
	}
	result = ij_session_eval(session, "(double)pow(2.0, ", NULL);
	assert_int_equal(ij_error_code_of(ij_result_error(result)), IJ_ERR_SYNTAX);
	assert_int_equal(ij_result_touch(result), IJ_TOUCH_UNTOUCHED);
	assert_int_equal(ij_result_kind(result), IJ_VALUE_NONE);
	ij_session_destroy(session);
	/* Whole in itself. */
	assert_non_null(strstr(ij_result_json(result), "\"status\":\"syntax\""));
	ij_result_free(result);
}

static void test_syscall(void **state)
{
	static char close_word[] = "close", number[] = "77";
	char *const words[] = {close_word, number};
	struct ij_session *session;
	struct ij_syscall *call;
	struct ij_result *result;

	(void)state;
	assert_null(ij_syscall_create(words, 2, &call));
	assert_null(ij_session_attach(victims[3], NULL, &session));
	result = ij_session_run_syscall(session, call, NULL);
	assert_null(ij_result_error(result));
	assert_int_equal(ij_result_int(result), -1);
	assert_int_equal(ij_result_errno(result), EBADF);
	ij_syscall_destroy(call);
	ij_session_destroy(session);
	assert_non_null(strstr(ij_result_text(result), "EBADF"));
	ij_result_free(result);
}

struct patience {
	struct ij_session *session;
	unsigned told;
	uint64_t waited_ns;
};

static void lose_patience(void *arg, uint64_t waited_ns)
{
	struct patience *patience = arg;

	patience->told++;
	patience->waited_ns = waited_ns;
	ij_session_cancel(patience->session);
}

/* Told that a call has not come back, it gives up: that is neither a timeout nor the end of all. */
static void test_waiting(void **state)
{
	struct patience patience = {0};
	struct ij_session_options options;
	struct ij_call_options call;
	struct ij_result *result;

	(void)state;
	ij_session_options_init(&options, sizeof(options));
	options.waiting = lose_patience;
	options.waiting_arg = &patience;
	ij_call_options_init(&call, sizeof(call));
	call.timeout_ns = 600000000000u;
	call.explain = true;
	assert_null(ij_session_attach(victims[0], &options, &patience.session));
	result = ij_session_eval(patience.session, "getpid()", &call);
	assert_null(ij_result_error(result));
	assert_int_equal(patience.told, 0);
	ij_result_free(result);
	result = ij_session_eval(patience.session, "usleep(500000000)", &call);
	assert_int_equal(ij_error_code_of(ij_result_error(result)), IJ_ERR_INTERRUPTED);
	assert_string_equal(ij_result_status(result), "interrupted");
	assert_non_null(strstr(ij_result_json(result), "\"status\":\"interrupted\""));
	assert_non_null(strstr(ij_result_explain(result), "interrupted; target restored"));
	assert_int_equal(ij_result_touch(result), IJ_TOUCH_RESTORED);
	assert_true(patience.told >= 1 && patience.waited_ns >= 1000000000u);
	ij_result_free(result);
	ij_session_destroy(patience.session);
}

/* A program of another version: what is unknown and set is refused, the rest is default. */
static void test_versions(void **state)
{
	struct {
		struct ij_call_options options;
		uint64_t newer;
	} call;
	struct ij_session_options none = {0};
	struct ij_session *session = NULL;
	struct ij_result *result;
	struct ij_error *err;

	(void)state;
	err = ij_session_attach(victims[0], &none, &session);
	assert_int_equal(ij_error_code_of(err), IJ_ERR_USAGE);
	assert_non_null(strstr(ij_error_message(err), "ij_session_options_init"));
	ij_error_free(err);
	ij_call_options_init(&call.options, sizeof(call));
	assert_int_equal(call.newer, 0);
	assert_null(ij_session_attach(victims[0], NULL, &session));
	result = ij_session_eval(session, "getpid()", &call.options);
	assert_null(ij_result_error(result));
	ij_result_free(result);
	call.newer = 1;
	result = ij_session_eval(session, "getpid()", &call.options);
	assert_int_equal(ij_error_code_of(ij_result_error(result)), IJ_ERR_USAGE);
	ij_result_free(result);
	ij_session_destroy(session);
}

/* Never the host itself, which would wait for itself. */
static void test_ourselves(void **state)
{
	struct ij_session *session = NULL;
	struct ij_error *err = ij_session_attach(getpid(), NULL, &session);

	(void)state;
	assert_int_equal(ij_error_code_of(err), IJ_ERR_REFUSED);
	ij_error_free(err);
	assert_null(ij_session_spawn(getpid(), NULL, &session));
	err = ij_session_open(session);
	assert_int_equal(ij_error_code_of(err), IJ_ERR_REFUSED);
	assert_non_null(strstr(ij_error_message(err), "itself"));
	ij_error_free(err);
	ij_session_destroy(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),          cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_interrupted_idle), cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_results),          cmocka_unit_test(test_syscall),
		cmocka_unit_test(test_waiting),          cmocka_unit_test(test_versions),
		cmocka_unit_test(test_ourselves),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
