/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target process: found, bound by pidfd, start time and memory, and described by /proc. */
#ifndef IJ_PROC_PROCESS_H
#define IJ_PROC_PROCESS_H

#include "base/vec.h"
#include "mem/mem.h"

/** What /proc/PID/status says (Linux, Documentation/filesystems/proc.rst). */
struct ij_status {
	char comm[16];
	char state;      /* 'R', 'S', 'D', 'T', 't', 'Z', ... */
	pid_t tgid;      /* in our PID namespace */
	pid_t inner_pid; /* as the target's own PID namespace numbers this task */
	pid_t tracer;    /* 0: none */
	uid_t uid;       /* effective */
	unsigned threads;
	unsigned seccomp;     /* 0 none, 1 strict, 2 filter */
	bool has_memory;      /* false: a kernel thread or a zombie */
	bool shadow_stack;    /* x86_Thread_features names shstk */
	uint64_t sig_pending; /* thread's and process's; bit N-1: signal N */
	uint64_t sig_blocked;
	uint64_t sig_caught;
};

struct ij_process {
	pid_t pid;
	uint64_t start_time; /* clock ticks since boot */
	int pidfd;
	int maps_fd; /* /proc/PID/maps */
	int proc_fd; /* /proc/PID, a folder */
	struct ij_mem_fd
		mem; /* /proc/PID/mem, read-write; bound to the memory at open time, so that
			nothing is ever written to a program that the target executes later */
};

/**
 * Bind to the process @pid.
 *
 * Errors: NOPROC (no such process; a thread's id, naming its process), REFUSED (a kernel thread, a
 * zombie, ourselves), PERM (with the exact reason and the remedy), TRACED (by whom), OS. Target:
 * not touched.
 */
struct ij_error *ij_process_open(pid_t pid, struct ij_process *ret) IJ_WARN_UNUSED;
void ij_process_close(struct ij_process *process);

/** The status of thread @tid of the process. Errors: GONE. */
struct ij_error *ij_process_status(const struct ij_process *process, pid_t tid,
				   struct ij_status *ret) IJ_WARN_UNUSED;

/** Parse the text of /proc/PID/status, NUL-terminated. What it lacks is zero; the state then '?'.
 */
void ij_status_parse(const char *text, struct ij_status *ret);

/** False once the process has exited. */
bool ij_process_is_alive(const struct ij_process *process);

/** Wait until the process has exited, or for @span_ns. */
void ij_process_await_exit(const struct ij_process *process, uint64_t span_ns);

/** The start time of any process (field 22 of /proc/PID/stat), or 0 if there is none. */
uint64_t ij_process_start_time(pid_t pid);

struct ij_tids {
	IJ_VEC(pid_t) list;
};
/** All threads at this moment, the main thread first. @ret: emptied, then filled. Errors: GONE,
 * NOMEM. */
struct ij_error *ij_process_threads(const struct ij_process *process, struct ij_tids *ret)
	IJ_WARN_UNUSED;

/** What /proc/PID/task/TID/syscall says. */
struct ij_blocked {
	bool known;   /* it could be read */
	bool running; /* not blocked in the kernel */
	long nr;      /* system call number, -1 if blocked outside one */
	uint64_t args[6];
	ij_addr sp, pc;
};
void ij_process_blocked(const struct ij_process *process, pid_t tid, struct ij_blocked *ret);

/** The CPU that the thread ran on last, or -1. */
int ij_process_cpu(const struct ij_process *process, pid_t tid);

/** Write @size bytes. Errors: FAULT. */
struct ij_error *ij_process_write(const struct ij_process *process, ij_addr addr, const void *bytes,
				  size_t size) IJ_WARN_UNUSED;

/**
 * Why attaching to the process failed with @os, and what to do about it: Yama, another user, a
 * process that is not dumpable, a missing capability, another tracer.
 */
struct ij_error *ij_process_denied(pid_t pid, int os) IJ_WARN_UNUSED;

#endif
