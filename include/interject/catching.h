/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A part of libinterject's interface: what a debugger stops a program at besides places: what it
 * forks and executes, its system calls, its signals. See interject/debugger.h.
 */
#ifndef INTERJECT_CATCHING_H
#define INTERJECT_CATCHING_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "interject/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct ij_debugger;

/** What a program can be stopped at besides a place. */
enum ij_debugger_catch {
	IJ_DEBUGGER_CATCH_NOTHING,
	IJ_DEBUGGER_CATCH_FORK,
	IJ_DEBUGGER_CATCH_VFORK,
	IJ_DEBUGGER_CATCH_EXEC,
	IJ_DEBUGGER_CATCH_SYSCALL, /* when it is called, and when it has returned */
	IJ_DEBUGGER_CATCH_SIGNAL,
};

/** What stopped it. */
struct ij_debugger_caught {
	enum ij_debugger_catch what;
	pid_t child;   /* of FORK and VFORK: it stands until its parent goes on */
	int number;    /* of SYSCALL and SIGNAL */
	bool returned; /* of SYSCALL */
};

/**
 * Breakpoint @id is where the program forks, executes another, makes a system call, or receives a
 * signal. Kept while there is no process.
 *
 * @number: of the system call or signal; -1: any. Errors: NOMEM.
 */
IJ_API_RESULT struct ij_error *ij_debugger_catch(struct ij_debugger *debugger, unsigned id,
						 enum ij_debugger_catch what, int number);
/** The name of a system call; NULL: none is known. Static. */
IJ_API const char *ij_debugger_syscall(int number);
/** Its number by its name; -1: there is none. */
IJ_API int ij_debugger_syscall_number(const char *name);
/** Number @idx, from 0, of the system calls of a group that gdb has: "file"; -1 behind the last
 * one. */
IJ_API int ij_debugger_syscall_group(const char *group, size_t idx);

#ifdef __cplusplus
}
#endif

#endif
