/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target process: found, bound by pidfd, start time and memory, and described by /proc. */
#ifndef IJ_PROC_PROCESS_H
#define IJ_PROC_PROCESS_H

#include "base/vec.h"
#include "mem/mem.h"
#include "proc/task_files.h"

/** What /proc/PID/status says (Linux, Documentation/filesystems/proc.rst). */
struct ij_status {
	char comm[16];
	char state;                  /* 'R', 'S', 'D', 'T', 't', 'Z', ... */
	pid_t tgid, pid;             /* in our PID namespace */
	pid_t inner_tgid, inner_pid; /* as the target's own PID namespace numbers them */
	pid_t tracer;                /* 0: none */
	pid_t parent;                /* in our PID namespace; 0: in none that we see */
	uid_t uid;                   /* effective */
	uid_t uids[4];               /* real, effective, saved, of the file system */
	gid_t gids[4];
	unsigned threads;
	unsigned seccomp; /* 0 none, 1 strict, 2 filter */
	unsigned filters; /* seccomp filters; Linux 5.9 tells */
	bool no_new_privs;
	uint64_t cap_permitted, cap_effective, cap_bounding; /* bit N: capability N */
	bool has_memory;      /* false: a kernel thread or a zombie */
	bool shadow_stack;    /* x86_Thread_features names shstk */
	uint64_t sig_pending; /* thread's and process's; bit N-1: signal N */
	uint64_t sig_blocked;
	uint64_t sig_caught;
	uint64_t switches; /* times that it gave up its CPU by itself: slept, or stopped */
};

struct ij_process {
	pid_t pid;
	uint64_t start_time; /* clock ticks since boot */
	int pidfd;
	int maps_fd; /* /proc/PID/maps */
	int proc_fd; /* /proc/PID, a folder */
	/*
	 * The folder whose files show memory, root and namespaces: of the same, or of another
	 * thread if the main one has ended, and has none of these.
	 */
	int live_fd;
	struct ij_task_files *tasks; /* NULL: none are kept */
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

/**
 * Bind to process @pid that is traced by us, has just been created and cannot end unseen.
 *
 * @ret: has no pidfd. Errors: GONE, PERM, OS.
 */
struct ij_error *ij_process_open_traced(pid_t pid, struct ij_process *ret) IJ_WARN_UNUSED;

/**
 * Is process @pid, whose main thread's status is @status, of a kind that has no program to call
 * into? Errors: NOPROC (a thread's id), REFUSED (a kernel thread, a zombie, ourselves), GONE (it is
 * about to be a zombie).
 */
struct ij_error *ij_process_check(pid_t pid, const struct ij_status *status) IJ_WARN_UNUSED;

/** What a copy of the process would cost, from /proc/PID/statm: bytes of private memory. 0: not
 * known. */
uint64_t ij_process_private_size(const struct ij_process *process);

/** Do the processes that it creates live in its own PID namespace, and is that ours? */
void ij_process_pid_namespace(const struct ij_process *process, bool *children_ret, bool *ours_ret);

/**
 * Does the process live in the memory of process @other, as the child of vfork(2) does until it
 * executes another program? False if the kernel does not tell (kcmp(2), CONFIG_KCMP).
 */
bool ij_process_shares_memory(const struct ij_process *process, pid_t other);

/** The status of thread @tid of the process. Errors: GONE. */
struct ij_error *ij_process_status(const struct ij_process *process, pid_t tid,
				   struct ij_status *ret) IJ_WARN_UNUSED;

/**
 * Read a small file @path below the folder @dir as a string of at most @size - 1 bytes.
 *
 * @return: its length, or -1 with errno.
 */
ssize_t ij_process_slurp(int dir, const char *path, char *buf, size_t size);

/** Parse the text of /proc/PID/status, NUL-terminated. What it lacks is zero; the state then '?'.
 */
void ij_status_parse(const char *text, struct ij_status *ret);

/** Has thread @tid of process @pid ended, whether or not it is still listed? */
bool ij_process_thread_ended(pid_t pid, pid_t tid);

/** Does thread @tid run, or wait for nothing but a CPU? */
bool ij_process_thread_runs(const struct ij_process *process, pid_t tid);

/** False once the process has exited. */
bool ij_process_is_alive(const struct ij_process *process);

/** Wait until the process has exited, or for @span_ns. */
void ij_process_await_exit(const struct ij_process *process, uint64_t span_ns);

/** Is @pid a thread of the kernel? False for one that is gone. */
bool ij_process_is_kernel(pid_t pid);

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

/** Of one thread that is looked at again and again; zero at first. */
struct ij_block_looks {
	struct ij_blocked seen; /* the system call that it was in at the last look */
	uint64_t since_ns;      /* since when; 0: in none */
};
/** Has it been in the same system call at all looks for 20 ms? One that lasts so long waits for
 * something outside. */
bool ij_process_waits(const struct ij_process *process, pid_t tid, struct ij_block_looks *looks);

/** What descriptor @fd of the target is open on, as /proc/PID/fd tells; "" if it is not open.
 * Cut to @size bytes. */
void ij_process_fd_link(const struct ij_process *process, int fd, char *buf, size_t size);

/**
 * How long a sleeping thread has slept, nanoseconds; 0: not known. The caller must run on the CPU
 * that the thread ran on last, for these clocks are that CPU's; they leave out what a hypervisor or
 * interrupts took, so the answer may be too small, never too large. Takes some 100 us.
 *
 * Source: Linux, kernel/sched/fair.c, update_curr; kernel/sched/debug.c, proc_sched_show_task.
 */
uint64_t ij_process_slept_ns(const struct ij_process *process, pid_t tid);
/** se.exec_start of the text of /proc/PID/sched, NUL-terminated: nanoseconds; 0: not found. */
uint64_t ij_sched_exec_start(const char *text);

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
