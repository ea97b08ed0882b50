/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The messages between client and tracer, over a SOCK_SEQPACKET socket pair.
 *
 * The client asks, the tracer answers each request with exactly one message: the answer named
 * beside the request, or ERROR. One message is one packet: struct ij_wire_header, the body struct
 * of its type, then the variable part that the body describes. Descriptors travel as SCM_RIGHTS of
 * the same packet. Both sides run on one machine from one build, so structs travel as they are; the
 * receiver checks every size, count and enumerator.
 *
 *   HELLO        -> WELCOME   + fds {maps, mem (read only)}; the tracer binds itself to the target
 *   OPEN_MODULE  -> FILE      + fd; a file that is mapped in the target
 *   OPEN_DEBUG   -> FILE      + fd; an absolute path below /usr/lib/debug, or a debuglink neighbour
 *   ADD_MODULE   -> OK        takes fd: a sealed memfd with a map container
 *   SET_TARGET   -> OK        gadgets, locks: what the client learned of the target
 *   CALL         -> OUTCOME   one injection; variable parts: scratch bytes both ways, frames back
 *   CHECK        -> VERDICTS  every thread's verdict
 *   END          -> ENDED     unmap what we mapped
 */
#ifndef IJ_WIRE_MESSAGES_H
#define IJ_WIRE_MESSAGES_H

#include "base/types.h"
#include "maps/classes.h"

#define IJ_WIRE_VERSION     1u
#define IJ_WIRE_SIZE_MAX    (160u * 1024) /* bytes of one packet: below the default socket buffer */
#define IJ_WIRE_SCRATCH_MAX (64u * 1024)
#define IJ_WIRE_FDS_MAX     2

enum ij_wire_type {
	IJ_WIRE_ERROR = 1,
	IJ_WIRE_OK,
	IJ_WIRE_HELLO,
	IJ_WIRE_WELCOME,
	IJ_WIRE_OPEN_MODULE,
	IJ_WIRE_OPEN_DEBUG,
	IJ_WIRE_FILE,
	IJ_WIRE_ADD_MODULE,
	IJ_WIRE_SET_TARGET,
	IJ_WIRE_CALL,
	IJ_WIRE_OUTCOME,
	IJ_WIRE_CHECK,
	IJ_WIRE_VERDICTS,
	IJ_WIRE_END,
	IJ_WIRE_ENDED,
};

struct ij_wire_header {
	uint32_t type; /* enum ij_wire_type */
	uint32_t size; /* of the whole packet, bytes */
};

struct ij_wire_error {
	uint32_t code;  /* enum ij_error_code */
	uint32_t touch; /* enum ij_touch */
	int32_t os;
	int32_t tid;
	ij_addr addr;
	char msg[1024]; /* NUL-terminated */
};

struct ij_wire_hello {
	uint32_t version;
	int32_t pid;
};

struct ij_wire_welcome {
	uint32_t version;
	int32_t pid;
	uint64_t start_time; /* field 22 of /proc/PID/stat, clock ticks since boot */
	uint32_t uid;        /* effective, in our user namespace */
	uint32_t threads;
	char comm[16];
};

struct ij_wire_open_module {
	ij_addr lo, hi; /* of one of its mappings */
};

struct ij_wire_open_debug {
	char path[512]; /* absolute, in the target's file system */
};

struct ij_wire_add_module {
	ij_addr base; /* target address of module offset 0 */
	ij_addr lo, hi;
	char name[64]; /* base name, for messages */
};

enum { IJ_WIRE_LOCKS_MAX = 64 };

struct ij_wire_lock {
	ij_addr addr;
	ij_classes classes;
	uint32_t kind; /* enum ij_lock_kind: 0 mutex, 1 stdio, 2 low-level */
	char name[36];
};

struct ij_wire_set_target {
	ij_addr syscall_ret;     /* bytes 0f 05 c3: syscall; ret */
	ij_addr sigreturn;       /* bytes 48 c7 c0 0f 00 00 00 0f 05: mov $15,%rax; syscall */
	ij_addr errno_location;  /* int *__errno_location(void), or 0: errno is not preserved */
	ij_addr single_threaded; /* char __libc_single_threaded, or 0 */
	uint32_t locks_len;
	uint32_t reserved;
	struct ij_wire_lock locks[IJ_WIRE_LOCKS_MAX];
};

enum ij_wire_call_flags {
	IJ_WIRE_CALL_FORCE = 1 << 0, /* inject whatever the verdict */
	IJ_WIRE_CALL_PASS_SIGNALS =
		1 << 1, /* do not block signals: the callee starts threads or processes */
	IJ_WIRE_CALL_LAST = 1 << 2,  /* the session's last: unmap in the same stop */
	IJ_WIRE_CALL_TIMED = 1 << 3, /* the callee may destroy the thread's restart block */
};

enum {
	IJ_WIRE_INT_ARGS = 6,
	IJ_WIRE_SSE_ARGS = 8,
	IJ_WIRE_STACK_ARGS = 64,
};

/** A call, classified by the System V AMD64 calling convention already (psABI AMD64 1.0, 3.2.3). */
struct ij_wire_call {
	ij_addr func;
	ij_classes need;
	uint64_t timeout_ns; /* of the call */
	uint64_t pause_ns;   /* budget of one stop, without the call */
	uint64_t wait_ns;    /* for a safe-point, wall time */
	int32_t tid;         /* 0: any thread */
	uint32_t flags;      /* enum ij_wire_call_flags */
	uint64_t int_args[IJ_WIRE_INT_ARGS];
	uint64_t sse_args[IJ_WIRE_SSE_ARGS];
	uint64_t stack_args[IJ_WIRE_STACK_ARGS]; /* 8-byte words, in memory order */
	uint32_t stack_len;
	uint32_t sse_len;      /* for %al */
	uint64_t scratch_mask; /* bit N: int_args[N] is an offset in scratch memory; bit 6+N:
				  stack_args[N] (N < 58) */
	uint32_t scratch_size; /* bytes that follow; zero-filled on to scratch_room */
	uint32_t scratch_room; /* bytes of scratch memory wanted, up to IJ_WIRE_SCRATCH_MAX */
};

enum ij_wire_status {
	IJ_WIRE_DONE,
	IJ_WIRE_UNSAFE,   /* no safe-point in time; untouched */
	IJ_WIRE_TIMEOUT,  /* overdue, rolled back */
	IJ_WIRE_DEADLOCK, /* waits for a lock of its own thread, rolled back */
	IJ_WIRE_FAULT,    /* faulted, rolled back */
	IJ_WIRE_LEFT, /* overdue and not safe to roll back: goes on, restores the thread by itself
		       */
	IJ_WIRE_ESCAPED,      /* left the call by longjmp: nothing to restore */
	IJ_WIRE_THREAD_ENDED, /* the thread ended inside the call */
	IJ_WIRE_EXITED,       /* the target exited */
};

enum ij_wire_reason {
	IJ_WIRE_REASON_NONE,    /* safe */
	IJ_WIRE_REASON_FRAME,   /* a frame holds what the callee needs: addr, classes */
	IJ_WIRE_REASON_LOCK,    /* a lock is held: addr, classes, owner, text is its name */
	IJ_WIRE_REASON_UNWIND,  /* the stack cannot be unwound: addr; text says why */
	IJ_WIRE_REASON_STACK,   /* too little room below the stack pointer, or not the thread's own
				   stack */
	IJ_WIRE_REASON_SYSCALL, /* in a system call that an injection would disturb */
	IJ_WIRE_REASON_MODE,    /* 32-bit code, shadow stack, strict seccomp: text names it */
	IJ_WIRE_REASON_STOPPED, /* stopped by job control */
	IJ_WIRE_REASON_NOSTOP,  /* the thread could not be stopped in time (vfork, uninterruptible
				   sleep) */
	IJ_WIRE_REASON_SIGNALS, /* no signal is free to be the marker */
	IJ_WIRE_REASON_THREAD_GONE, /* it ended */
	IJ_WIRE_REASON_MEMORY,      /* our pages could not be mapped in the target: text says why */
};

struct ij_wire_verdict {
	int32_t tid;
	uint32_t reason;    /* enum ij_wire_reason; NONE: safe */
	ij_addr pc;         /* where the thread stood */
	ij_addr addr;       /* what the reason is about: the frame's PC, the lock's address */
	ij_classes classes; /* the conflict */
	int32_t owner;      /* of a lock, or 0 */
	int32_t syscall;    /* number of the system call the thread was blocked in, or -1 */
	uint32_t frames;    /* unwound */
	char comm[16];
	char text[76]; /* what else there is to say; NUL-terminated */
};

enum { IJ_WIRE_FRAMES_MAX = 64 };

struct ij_wire_outcome {
	uint32_t status; /* enum ij_wire_status */
	uint32_t touch;  /* enum ij_touch */
	uint64_t rax, rdx;
	uint64_t xmm0[2], xmm1[2];
	uint8_t st0[16];
	int32_t callee_errno; /* errno after the call, if errno_known */
	uint32_t errno_known;
	struct ij_wire_verdict verdict; /* of the last stop */
	uint32_t attempts;              /* stops made */
	uint32_t signo;                 /* of a FAULT */
	int32_t sigcode;
	uint32_t exit_status; /* of EXITED: wait status */
	ij_addr fault_pc, fault_addr;
	ij_addr lock_addr; /* of a DEADLOCK */
	int32_t lock_owner;
	uint32_t leaked;       /* 1: our mapping is left in the target */
	uint64_t pause_ns;     /* the hijacked thread did not do its own work for so long */
	uint64_t call_ns;      /* from entering the stub to its end */
	uint64_t wait_ns;      /* spent until a safe-point was found */
	uint32_t frames_len;   /* return addresses that follow, innermost first */
	uint32_t scratch_size; /* bytes of scratch memory after the call, which follow the frames */
	char text[128];        /* what else there is to say */
};

struct ij_wire_check {
	ij_classes need;
	int32_t tid; /* 0: all threads */
	uint32_t reserved;
};

enum { IJ_WIRE_VERDICTS_MAX = 512 };

struct ij_wire_verdicts {
	uint32_t len;  /* struct ij_wire_verdict that follow */
	uint32_t more; /* threads that were left out */
};

struct ij_wire_ended {
	uint32_t leaked;  /* mappings of ours left in the target */
	uint32_t removed; /* mappings of earlier, killed sessions that were removed */
};

#endif
