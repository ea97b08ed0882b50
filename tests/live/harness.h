/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Live tests: starting victims, running the program under test, and seeing that nothing is left.
 *
 * Every wait has a deadline and ends early when the process waited for dies. Whatever a test
 * started is killed in teardown by its pidfd, also when an assertion jumped out of the test.
 *
 * Environment: IJ_PROGRAM (another program under test), IJ_QUIET (victims without stderr),
 * IJ_REDUCED (what is taken away from it), IJ_CALLS, IJ_ATTEMPTS, IJ_LATER, IJ_KILLS, IJ_STRIDE
 * (how much), IJ_SEED, IJ_FILTER (a pattern of names).
 */
#ifndef IJ_TESTS_HARNESS_H
#define IJ_TESTS_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cmocka.h>

#include "../victims/victim.h"

enum {
	HARNESS_WAIT_MS = 60000, /* for anything that a healthy machine does at once */
	HARNESS_OUT_MAX = 128 * 1024,
};

/* Processes (victims.c) */

struct victim {
	pid_t pid;
	int pidfd;
	int in;  /* its stdin; -1 when closed */
	int out; /* its stdout */
	struct victim_page *page;
};

/** How a blocked victim is woken at the end. */
enum wake { WAKE_NONE, WAKE_BYTE, WAKE_USR1, WAKE_FUTEX, WAKE_CONNECT };

/** Where the next process is started. One that cannot be exits with 77, which skips the test. */
struct victim_setting {
	uint64_t namespaces; /* new ones: flags of clone(2); a user namespace knows root only */
	const char *root;    /* chroot(2) to there, or NULL */
	uid_t uid;           /* this user and group; 0: ours */
	/* Called in the child when it is in its namespaces, or NULL; false: it cannot be. */
	bool (*settle)(const void *arg);
	const void *settle_arg;
};
/** The next process that is started is started so; those after it are not. */
void victim_set(const struct victim_setting *next);

/** Start victim_@name with arguments up to NULL, and wait for its ready byte. Fails the test else.
 */
void victim_start(struct victim *vic, const char *name, ...) __attribute__((sentinel));
/** The same for any program, which shares the page if it wants to; no ready byte is awaited. */
void victim_spawn(struct victim *vic, const char *const argv[]);
/** Wait for the ready byte of a victim that was spawned. @name is for messages. */
void victim_await_ready(struct victim *vic, const char *name);
/** Wait until @rounds more rounds were made; false if the victim died or made none in time. */
bool victim_progress(const struct victim *vic, uint64_t rounds);
/** Wait until thread @tid sleeps in a system call; returns its number, -1 if it died or never
 * slept. */
long victim_blocked(const struct victim *vic, pid_t tid);
/** True if the victim is alive (a zombie is not). */
bool victim_alive(const struct victim *vic);
/** Wake it as @wake says. */
void victim_wake(struct victim *vic, enum wake wake);
/** Wait for its end; returns its wait status, or -1 if it did not end in time. */
int victim_wait(struct victim *vic);
/** Ask for the end, wake, wait, and fail the test unless every self-check was good. */
void victim_finish(struct victim *vic, enum wake wake);
/** Kill and reap. */
void victim_kill(struct victim *vic);

/** cmocka setup and teardown of every live test: kills what is left, checks that no child is left.
 */
int harness_setup(void **state);
int harness_teardown(void **state);

#define LIVE_TEST(fn) cmocka_unit_test_setup_teardown(fn, harness_setup, harness_teardown)
/** The same function for a row of a table, which comes as *state. */
#define LIVE_ROW(label, fn, row)                                                         \
	{                                                                                \
		(label), (fn), harness_setup, harness_teardown, (void *)(uintptr_t)(row) \
	}

/** The path of program @name in PATH or the sbin directories, else NULL. Static storage. */
const char *harness_find(const char *name);
/** A number from the environment, or @fallback. */
long harness_env(const char *name, long fallback);
/** A free TCP port of the loopback address, as bind(2) to port 0 gave it. */
int harness_free_port(void);
/** NULL where a breakpoint of perf_event_open(2) can be set and is hit; else why not. One is tried.
 */
const char *harness_no_breakpoints(void);
/** True if the kernel takes system calls of 32-bit programs. One is tried in a child. */
bool harness_has_int80(void);
/** Skip the test, saying why, where breakpoints do not work. */
void harness_need_breakpoints(void);
/** The same for a whole program of tests, from its main: it ends as skipped. */
void harness_exit_without_breakpoints(void);
/** A new empty directory, removed with its contents in teardown. Static storage. */
const char *harness_dir(void);
void harness_dir_remove(void);
/** Write @text to a file of that directory; its path. Static storage. */
const char *harness_script(const char *text);
uint64_t harness_now_ns(void);
/** Let @ms pass unless the process behind @pidfd dies; returns false if it died. */
bool harness_pause(int pidfd, int ms);

/* The program under test (tool.c) */

struct tool {
	int status; /* exit status; 128 + N if killed by signal N; -1 if it had to be killed */
	char out[HARNESS_OUT_MAX];
	char err[HARNESS_OUT_MAX];
	uint64_t wall_ns;
	struct rusage usage; /* of the client, and of what it has waited for */
};

/** Run any program with arguments up to NULL. */
void tool_exec(struct tool *tool, const char *const argv[]);
/** interject @command -p PID ...; the arguments go up to NULL. */
void tool_run(struct tool *tool, const char *command, pid_t pid, ...) __attribute__((sentinel));
/** interject call -p PID EXPR */
void tool_call(struct tool *tool, const struct victim *vic, const char *expr);
/** The directory of the victims. */
const char *harness_victims(void);
/** The path of the program under test. */
const char *tool_program(void);
/** From now on the program runs without what @what says (reduced.c), or, if NULL, with all. */
void tool_reduce(const char *what);
/** Copy JSON member @name of the last object in tool->out, strings unquoted; false if missing. */
bool tool_json(const struct tool *tool, const char *name, char *buf, size_t size);
double tool_json_number(const struct tool *tool, const char *name);

/** Fail the test with the tool's whole output unless it ended with @status. */
void tool_expect(const struct tool *tool, int status);
/** The same if stdout, without its last newline, is not @out. */
void tool_expect_out(const struct tool *tool, const char *out);
/** The same unless stderr has @part. */
void tool_expect_err(const struct tool *tool, const char *part);

/* Nothing left (snapshot.c) */

enum {
	SNAPSHOT_HEAP = 1 << 0,  /* the heap and anonymous memory may have changed */
	SNAPSHOT_STATE = 1 << 1, /* the thread's state letter must be the same */
};

struct snapshot {
	char *maps;
	char masks[512]; /* Sig* lines of status */
	char state;
	int fds;
	int threads;
};

void snapshot_take(struct snapshot *snap, pid_t pid, pid_t tid);
/** Open descriptors and threads, plus a constant. */
void snapshot_counts(pid_t pid, int *fds_ret, int *threads_ret);
/** Fail the test if PID's mappings, descriptors, signal masks, threads or tracer differ. */
void snapshot_check(struct snapshot *snap, pid_t pid, pid_t tid, unsigned flags);
/**
 * True if the signal masks are those of @snap. A handler that runs just now blocks its own signal,
 * so they are looked at again for a while before the answer is no.
 */
bool snapshot_masks_same(const struct snapshot *snap, pid_t pid, pid_t tid);
/** True if the thread's state letter is, or soon becomes, that of @snap. */
bool snapshot_state_same(const struct snapshot *snap, pid_t pid, pid_t tid);
/** Mappings of @pid that @snap has not; memory that the process itself got counts too. */
int snapshot_new_maps(const struct snapshot *snap, pid_t pid);
/** Fail the test unless all code of files is as in its file, its pages' unused ends too. */
void snapshot_check_code(pid_t pid);
void snapshot_free(struct snapshot *snap);

/** The value of line @name of /proc/PID/task/TID/status, or an empty string. */
void proc_status(pid_t pid, pid_t tid, const char *name, char *buf, size_t size);
char proc_state(pid_t pid, pid_t tid);
/** Read all of a file of /proc; malloc'ed text, or NULL. */
char *proc_read(const char *path);

#endif
