/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What people do to running programs today, each recipe on a real one; uses.c lists them. */
#ifndef IJ_TESTS_USES_H
#define IJ_TESTS_USES_H

#include "programs.h"
#include "servers.h"

extern struct tool recipe_tool;

/**
 * Start a program, in whose arguments PROGRAM is found on PATH (the test is skipped if it is not),
 * and wait for its line "ready".
 */
void recipe_start(struct victim *vic, const char *program, const char *const args[]);
/** The same with names and values of the environment, up to NULL, before it. */
void recipe_start_env(struct victim *vic, const char *const env[], const char *program,
		      const char *const args[]);
/** Start redis-server, without a load; returns its port. Its stderr is in the test's folder:
 * "stderr". */
int recipe_redis(struct victim *vic);
/** Start nginx, which serves its folder; returns its port. */
int recipe_nginx(struct victim *vic);

/** Its next line, without the end. Static storage. */
const char *recipe_line(const struct victim *vic);
/** Read lines until one is @want. */
void recipe_await(const struct victim *vic, const char *want);
/** The path of a file of the test's. Static storage. */
const char *recipe_path(const char *name);
/** Wait until that file has @part. */
void recipe_await_file(const struct victim *vic, const char *name, const char *part);

/** Call, expect success, and give the number that is the result. */
uint64_t recipe_call(const struct victim *vic, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/** What descriptor @fd is open on: as /proc says. Static storage; "" if it is closed. */
const char *recipe_fd(const struct victim *vic, int fd);

#define RECIPES(R)                                                                \
	R(trim, "1 malloc_trim(0)")                                               \
	R(stats, "2 malloc_stats()")                                              \
	R(info, "3 fopen, malloc_info, fclose")                                   \
	R(mallctl, "4 mallctl(\"prof.dump\")")                                    \
	R(stats_print, "5 malloc_stats_print(0, 0, 0)")                           \
	R(profiler, "6 HeapProfilerStart, HeapProfilerDump, HeapProfilerStop")    \
	R(leak_check, "7 __lsan_do_leak_check()")                                 \
	R(coverage, "8 __gcov_dump()")                                            \
	R(profile, "9 __llvm_profile_write_file()")                               \
	R(flush, "10 fflush(0)")                                                  \
	R(unhook, "11 dup2(open(\"/dev/null\"), fd)")                             \
	R(rotate, "12 open, dup2, close of a log")                                \
	R(leave_mount, "13 chdir(\"/\")")                                         \
	R(unblock, "14 close(fd)")                                                \
	R(drop, "15 shutdown(fd, 2)")                                             \
	R(move_listener, "16 socket, setsockopt, bind, listen, dup2")             \
	R(mask, "17 umask")                                                       \
	R(subreaper, "18 prctl(PR_SET_CHILD_SUBREAPER, 1)")                       \
	R(environment, "19 setenv")                                               \
	R(environment_perl, "19 setenv, in Perl")                                 \
	R(secret, "20 getenv")                                                    \
	R(plugin, "21 dlopen, dlerror, its function")                             \
	R(python, "22 PyGILState_Ensure, PyRun_SimpleString, PyGILState_Release") \
	R(pending, "23 Py_AddPendingCall(PyRun_SimpleString, ...)")               \
	R(ruby, "24 rb_eval_string_protect")

#define RECIPE(name, text) void recipe_##name(void **state);
RECIPES(RECIPE)
#undef RECIPE

#endif
