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
 *   OPEN_MODULES -> FILES     + fds; several of them, as far as they can be opened
 *   OPEN_DEBUG   -> FILE      + fd; an absolute path below /usr/lib/debug, or a debuglink neighbour
 *   OPEN_DEBUGS  -> DEBUGS    + fds; several of them, as far as they can be opened
 *   ADD_MODULE   -> OK        takes fd: a sealed memfd with a map container
 *   SET_TARGET   -> OK        gadgets, locks: what the client learned of the target
 *   SET_GO       -> OK        where the Go runtime keeps what calls need
 *   CALL         -> OUTCOME   one injection; variable parts: scratch bytes both ways, frames and a
 * string back CHECK        -> VERDICTS  every thread's verdict END          -> ENDED     unmap what
 * we mapped
 *   DOCTOR       -> DIAGNOSIS instead of HELLO: what works here; the target is only looked at
 *   READ_FD      -> FD_LINK   what a descriptor of the target is open on
 *   WRITE        -> OK        bytes into writable memory of the target, which runs on
 *   HOLD         -> STOPPED   threads that stay stopped: wire/stops.h has this and the next seven
 *   GO           -> STOPPED   until something happens
 *   HELD         -> STOPPED   as it is now
 *   SIGNAL_SET   -> OK
 *   REGS_GET     -> REGS      REGS_SET -> OK
 *   FRAMES_GET   -> FRAMES
 *   RELEASE      -> OK
 *   CANCEL       no answer    while another request is served, any message makes it end early, and
 * be answered; at any other time it means nothing
 */
#ifndef IJ_WIRE_MESSAGES_H
#define IJ_WIRE_MESSAGES_H

#include "base/types.h"
#include "maps/classes.h"
#include "wire/diagnosis.h"
#include "wire/files.h"
#include "wire/rehearsal.h"
#include "wire/status.h"
#include "wire/stops.h"

#define IJ_WIRE_VERSION     21u
#define IJ_WIRE_SIZE_MAX    (160u * 1024) /* bytes of one packet: below the default socket buffer */
#define IJ_WIRE_SCRATCH_MAX (128u * 1024)
#define IJ_WIRE_POINTERS    64
#define IJ_WIRE_FDS_MAX     IJ_WIRE_FILES_MAX
#define IJ_WIRE_WRITE_MAX   (64u * 1024) /* bytes of one WRITE */

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
	IJ_WIRE_DOCTOR,
	IJ_WIRE_DIAGNOSIS,
	IJ_WIRE_READ_FD,
	IJ_WIRE_FD_LINK,
	IJ_WIRE_CANCEL,
	IJ_WIRE_SET_GO,
	IJ_WIRE_WRITE,
	IJ_WIRE_HOLD,
	IJ_WIRE_GO,
	IJ_WIRE_STOPPED,
	IJ_WIRE_REGS_GET,
	IJ_WIRE_REGS,
	IJ_WIRE_REGS_SET,
	IJ_WIRE_FRAMES_GET,
	IJ_WIRE_FRAMES,
	IJ_WIRE_RELEASE,
	IJ_WIRE_SIGNAL_SET,
	IJ_WIRE_HELD,
	IJ_WIRE_OPEN_MODULES,
	IJ_WIRE_FILES,
	IJ_WIRE_OPEN_DEBUGS,
	IJ_WIRE_DEBUGS,
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

enum ij_wire_hello_flags {
	IJ_WIRE_HELLO_PATIENT = 1 << 0, /* the client may ask nothing for as long as it lives */
};

struct ij_wire_hello {
	uint32_t version;
	int32_t pid;
	uint32_t flags; /* set of enum ij_wire_hello_flags */
	uint32_t reserved;
};

struct ij_wire_welcome {
	uint32_t version;
	int32_t pid;
	uint64_t start_time; /* field 22 of /proc/PID/stat, clock ticks since boot */
	uint32_t uid;        /* effective, in our user namespace */
	uint32_t threads;
	char comm[16];
};

struct ij_wire_add_module {
	ij_addr base; /* target address of module offset 0 */
	ij_addr lo, hi;
	char name[64]; /* base name, for messages */
};

enum {
	IJ_WIRE_LOCKS_MAX = 64,
	IJ_WIRE_LANDINGS_MAX = 2,
	IJ_WIRE_UNWINDERS_MAX = 2,
	IJ_WIRE_CAVES_MAX = 8,
	IJ_WIRE_CAVE_SIZE = 768, /* bytes, from the first one */
};

enum ij_wire_lock_kind {
	IJ_WIRE_LOCK_MUTEX,    /* pthread mutex: int lock, unsigned count, int owner tid at +8 */
	IJ_WIRE_LOCK_IO,       /* stdio: int lock, int count, void *owner (the TCB) at +8 */
	IJ_WIRE_LOCK_LOWLEVEL, /* an int, nonzero while held; no owner */
	IJ_WIRE_LOCK_ARENAS,   /* the first of a ring of malloc arenas, each begins with an int */
	IJ_WIRE_LOCK_FILES,    /* the head of a list of FILEs, each with a lock like IO */
	IJ_WIRE_LOCK_KINDS,
};

struct ij_wire_lock {
	ij_addr addr;
	ij_classes classes;
	uint32_t kind;     /* enum ij_wire_lock_kind */
	uint32_t next_off; /* of ARENAS: where an arena points to the next; up to 4096 */
	char name[32];
};

struct ij_wire_set_target {
	ij_addr syscall_ret;      /* bytes 0f 05 c3: syscall; ret */
	ij_addr sigreturn;        /* bytes 48 c7 c0 0f 00 00 00 0f 05: mov $15,%rax; syscall */
	ij_addr errno_location;   /* int *__errno_location(void), or 0: errno is not preserved */
	ij_addr single_threaded;  /* char __libc_single_threaded, or 0 */
	ij_classes locks_missing; /* whose locks were not recognised in this C library */
	uint32_t locks_len;
	uint32_t reserved;
	struct ij_wire_lock locks[IJ_WIRE_LOCKS_MAX];
	/* Where code arrives that is left by an exception (__cxa_begin_catch), or 0. */
	ij_addr landings[IJ_WIRE_LANDINGS_MAX];
	/* Functions that walk their callers' frames by CFI (backtrace, _Unwind_Backtrace), or 0. */
	ij_addr unwinders[IJ_WIRE_UNWINDERS_MAX];
	/* IJ_WIRE_CAVE_SIZE bytes between the end of a module's code and the end of its page; 0:
	 * none. */
	ij_addr caves[IJ_WIRE_CAVES_MAX];
};

enum { IJ_WIRE_GO_REPEATS_MAX = 8, IJ_WIRE_GO_CALLS_MAX = 2 };

/** What the client learned of the Go runtime of the target. All addresses are the target's. */
struct ij_wire_set_go {
	ij_addr entry;                  /* runtime.debugCallV1 or V2; 0: this runtime has none */
	ij_addr lo, hi;                 /* its traps are in (lo, hi] */
	ij_addr malloc;                 /* runtime.mallocgc */
	ij_addr cgocall_lo, cgocall_hi; /* runtime.cgocall, by which programs call C; 0: none */
	int64_t tls_off;    /* from the thread pointer to the word that holds the current g */
	uint32_t flags;     /* IJ_GOCALL_V2, SLOTS, MASK (arch/gocall_layout.h) */
	uint32_t locks_off; /* from m.curg to m.locks, bytes; 0: not known */
	/* Code that makes a system call again which ended with EINTR. */
	struct {
		ij_addr lo, hi;
	} repeats[IJ_WIRE_GO_REPEATS_MAX];
	/* syscall.Syscall and Syscall6 of versions whose arguments are on the stack, and
	 * runtime.exitsyscall, which they call at their end; 0: none. */
	struct {
		ij_addr lo, hi;
	} calls[IJ_WIRE_GO_CALLS_MAX];
	ij_addr exit_call;
};

enum { IJ_WIRE_SYSCALLS_MAX = 32 };

/** The system calls that a callee may make, for threads under a seccomp filter. */
struct ij_wire_callee {
	uint16_t syscalls[IJ_WIRE_SYSCALLS_MAX]; /* mmap and mprotect: of data */
	uint32_t syscalls_len;
	uint8_t known;      /* 1: it makes no others */
	uint8_t plain;      /* 1: it is the call syscalls[0] itself, with these arguments */
	uint8_t args_known; /* bit N: args[N] is known */
	uint8_t reserved;
	uint64_t args[6];
};

enum ij_wire_call_flags {
	IJ_WIRE_CALL_FORCE = 1 << 0, /* inject whatever the verdict */
	IJ_WIRE_CALL_PASS_SIGNALS =
		1 << 1, /* do not block signals: the callee starts threads or processes */
	IJ_WIRE_CALL_LAST = 1 << 2,    /* the session's last: unmap in the same stop */
	IJ_WIRE_CALL_TIMED = 1 << 3,   /* the callee may destroy the thread's restart block */
	IJ_WIRE_CALL_SYSCALL = 1 << 4, /* no function: the system call callee.syscalls[0] itself */
	IJ_WIRE_CALL_STACK_OWN = 1 << 5,     /* never on a stack of ours */
	IJ_WIRE_CALL_STACK_FOREIGN = 1 << 6, /* always on a stack of ours */
	IJ_WIRE_CALL_RING = 1 << 7,          /* the scratch memory begins with a struct ij_ring
						(arch/ring.h): calls to be made in one stop */
	IJ_WIRE_CALL_STEPS = 1 << 11, /* RING: each of them is looked at when it has returned */
	IJ_WIRE_CALL_REHEARSE =
		1 << 8, /* in a copy first, then in the target if it returned there */
	IJ_WIRE_CALL_IN_COPY = 1 << 9, /* in a copy only */
	IJ_WIRE_CALL_GO = 1 << 12,     /* the scratch memory begins with a struct ij_gocall
					  (arch/gocall.h): a call in Go */
	IJ_WIRE_CALL_CAPTURE =
		1 << 13, /* copy what it writes to 1 and 2 into the file that is sent along */
	IJ_WIRE_CALL_WALK =
		1 << 14, /* at a held stop: walk to where the call would be safe, and make none */
	IJ_WIRE_CALL_KEEP = 1 << 15,   /* the scratch memory stays in the target; of plain calls, in
					  it only */
	IJ_WIRE_CALL_ALONE = 1 << 16,  /* at a held stop: let go of the other threads before */
	IJ_WIRE_CALL_STRING = 1 << 10, /* IN_COPY: the result points to a string to bring along */
};

/** In the file of a CAPTURE: before each part of what was written, which follows. */
struct ij_wire_captured {
	uint32_t stream; /* 1 or 2; 0: there was more, and nothing follows */
	uint32_t size;   /* bytes */
};

#define IJ_WIRE_CAPTURE_MAX (4u * 1024 * 1024) /* bytes of such a file */

enum {
	IJ_WIRE_INT_ARGS = 6,
	IJ_WIRE_SSE_ARGS = 8,
	IJ_WIRE_STACK_ARGS = 64,
	IJ_WIRE_VECTOR_SIZE = 64, /* bytes: from one vector register to the next in memory */
};

/** The ways of moving a thread; bit N of a set of them is walker N. Their names are in walkers.def.
 */
enum ij_wire_walker {
#define IJ_W(NAME, name, text) IJ_WIRE_WALKER_##NAME,
#include "wire/walkers.def"
#undef IJ_W
	IJ_WIRE_WALKERS
};
#define IJ_WIRE_WALKER_BIT(name) (1u << IJ_WIRE_WALKER_##name)
#define IJ_WIRE_WALKERS_ALL      ((1u << IJ_WIRE_WALKERS) - 1)

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
	uint32_t stack_far; /* 1: the words lie in scratch memory, at stack_off; they may be more */
	uint32_t stack_off;
	uint32_t sse_len; /* for %al */
	/* Bytes of the widest vector register that is in use as a whole, 16, 32 or 64: all are then
	 * loaded from scratch memory, and the first four stored there after the call; 0: sse_args
	 * are all there is. */
	uint32_t vector_size;
	uint32_t vectors_off;
	uint64_t scratch_mask; /* bit N: int_args[N] is an offset in scratch memory; bit 6+N:
				  stack_args[N] (N < 58) */
	uint32_t scratch_size; /* bytes that follow; zero-filled on to scratch_room */
	uint32_t scratch_room; /* bytes of scratch memory wanted, up to IJ_WIRE_SCRATCH_MAX */
	uint32_t walkers;      /* set of enum ij_wire_walker that may be used */
	/* Of a SYSCALL, or with stack_far: words of 8 bytes, by their index in the scratch bytes,
	 * that are offsets in scratch memory themselves. */
	uint32_t pointers_len;
	uint16_t pointers[IJ_WIRE_POINTERS];
	ij_addr at; /* first wait until the thread arrives here, and judge it there; 0: anywhere */
	ij_addr until; /* for the walker `until`; 0: none */
	/* Of a call in GO: the struct g of the goroutine that makes it, 0: any; its number, and
	 * where in the struct that is. */
	ij_addr goroutine;
	uint64_t goroutine_id;
	uint32_t goroutine_id_off;
	uint32_t reserved;
	ij_addr kept; /* of a KEEP: memory that the call before kept, to be used again if it is
			 large enough; 0: none */
	struct ij_wire_callee callee;
	char name[64];  /* of the function or system call, for rules; "": it has none */
	char expr[256]; /* what was typed, for the log; cut if it is longer */
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
	IJ_WIRE_REHEARSED,    /* not called: see `rehearsal` */
};

enum ij_wire_reason {
	IJ_WIRE_REASON_NONE,    /* safe */
	IJ_WIRE_REASON_FRAME,   /* a frame holds what the callee needs: addr, classes */
	IJ_WIRE_REASON_LOCK,    /* a lock is held: addr, classes, owner, text is its name; or, where
				   addr is 0, locks cannot be looked at: text says why */
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
	IJ_WIRE_REASON_NOARRIVAL,   /* no thread came to `addr` in time, where it was waited for */
	IJ_WIRE_REASON_REHEARSAL, /* the copy waited for a lock: addr, owner; text is not empty if a
				     thread that runs on may hold it */
	IJ_WIRE_REASON_EARLY,     /* the program is still being started by its loader */
	IJ_WIRE_REASON_SECCOMP,   /* its seccomp filters may not let the callee make system call
				     `addr` (-1: not known which it makes); text says what they do */
	IJ_WIRE_REASON_SHARED, /* the process lives in the memory of its parent (vfork); text says
				  which that is */
	IJ_WIRE_REASON_GO,     /* Go: the text says what stands in the way */
	IJ_WIRE_REASON_GOROUTINE, /* Go: it is not the goroutine that is to make the call */
	IJ_WIRE_REASONS
};

/** What is to be told of a thread under seccomp, besides the reason. */
enum ij_wire_seccomp {
	IJ_WIRE_SECCOMP_ON = 1 << 0,        /* it is */
	IJ_WIRE_SECCOMP_STRICT = 1 << 1,    /* in strict mode */
	IJ_WIRE_SECCOMP_SUSPENDED = 1 << 2, /* filters are suspended while our pages are mapped */
	IJ_WIRE_SECCOMP_CAVE = 1 << 3,      /* our code goes to an unused end of a code page */
	IJ_WIRE_SECCOMP_SILENT = 1 << 4,    /* a breakpoint tells of the end, not a signal */
	IJ_WIRE_SECCOMP_UNMASKED = 1 << 5,  /* signals are not blocked during the call */
	IJ_WIRE_SECCOMP_ERRNO = 1 << 6, /* system calls of the callee may be answered with an error
					 */
	IJ_WIRE_SECCOMP_LINGER = 1
				 << 7, /* with SILENT: no breakpoint either, we look for the end */
};

/** The stack that a call runs on. */
enum ij_wire_stack {
	IJ_WIRE_STACK_OWN,     /* the thread's own */
	IJ_WIRE_STACK_ASKED,   /* one of ours: that was asked for */
	IJ_WIRE_STACK_SHORT,   /* one of ours: its own has too little room */
	IJ_WIRE_STACK_NOT_OWN, /* one of ours: the thread stands on a coroutine's or an alternate
				  one */
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
	uint32_t walkers;   /* set of enum ij_wire_walker that may lead out of here */
	uint32_t blocked;   /* 1: it waits in `syscall`, and the reason may last as long */
	uint32_t seccomp;   /* set of enum ij_wire_seccomp */
	uint32_t filters;   /* seccomp filters of the thread */
	uint32_t stack;     /* enum ij_wire_stack */
	uint32_t reserved;
	uint64_t stack_room; /* bytes that are free on the stack the thread stands on; 0: not known
			      */
	char comm[16];
	char text[100]; /* what else there is to say; NUL-terminated */
};

/** How a walk ended. */
enum ij_walk_end {
	IJ_WALK_MOVED,   /* the thread stands stopped at another place: judge it again */
	IJ_WALK_UNFIT,   /* the walker can do nothing here; the thread stands where it stood */
	IJ_WALK_LATE,    /* not there in time; it is stopped wherever it is now */
	IJ_WALK_BLOCKED, /* it waits in the kernel and may do so for ever; stopped there */
	IJ_WALK_GONE,    /* ended, executed another program, or stopped by job control: let go of */
};

enum { IJ_WIRE_PATH_MAX = 16 };

/** One walk. */
struct ij_wire_walk {
	uint32_t walker; /* enum ij_wire_walker */
	uint32_t end;    /* enum ij_walk_end */
	int32_t tid;
	uint32_t steps;     /* instructions or stops on the way */
	uint32_t reason;    /* enum ij_wire_reason: why it was needed */
	uint32_t after;     /* enum ij_wire_reason: what the judge said where it ended */
	ij_classes classes; /* the conflict, before */
	ij_addr from, to;   /* PCs */
	uint64_t ns;
	char text[64];     /* what the walker says */
	uint32_t path_len; /* instructions that it was stepped by, the first ones */
	uint32_t reserved;
	ij_addr path[IJ_WIRE_PATH_MAX]; /* where they stand */
};

enum {
	IJ_WIRE_FRAMES_MAX = 64,
	IJ_WIRE_WALKS_MAX = 8,
};

struct ij_wire_outcome {
	uint32_t status; /* enum ij_wire_status */
	uint32_t touch;  /* enum ij_touch */
	uint64_t rax, rdx;
	uint64_t xmm0[2], xmm1[2];
	uint8_t st0[16], st1[16];
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
	uint64_t wait_ns;      /* from the first stop until a safe-point was found */
	uint32_t frames_len;   /* return addresses that follow, innermost first */
	uint32_t scratch_size; /* bytes of scratch memory after the call, which follow the frames */
	char text[128];        /* what else there is to say */
	uint32_t method; /* enum ij_wire_walker that led to the last stop; IJ_WIRE_WALKERS: none */
	uint32_t ring_done;  /* of a RING: calls that returned; `scratch` has what they left, times
				in nanoseconds, unless it is empty */
	uint32_t walks_len;  /* of walks[]: the last ones */
	uint32_t walks_more; /* walks before those */
	struct ij_wire_walk walks[IJ_WIRE_WALKS_MAX];
	struct ij_wire_rehearsal rehearsal;
	ij_addr kept;       /* of a KEEP: where its memory is; 0: there is none */
	uint64_t kept_size; /* bytes, whole pages */
};

struct ij_wire_check {
	ij_classes need;
	int32_t tid;    /* 0: all threads */
	uint32_t flags; /* enum ij_wire_call_flags of the call that is judged for: GO or nothing */
	ij_addr at;     /* wait until the thread arrives here, and judge it there; 0: anywhere */
	uint64_t wait_ns; /* for that */
	struct ij_wire_callee callee;
};

enum { IJ_WIRE_VERDICTS_MAX = 512 };

struct ij_wire_verdicts {
	uint32_t len;  /* struct ij_wire_verdict that follow */
	uint32_t more; /* threads that were left out */
};

struct ij_wire_read_fd {
	int32_t fd;
	uint32_t reserved;
};

struct ij_wire_write {
	ij_addr addr;
	uint32_t size; /* bytes that follow, 1 to IJ_WIRE_WRITE_MAX */
	uint32_t reserved;
};

struct ij_wire_fd_link {
	char text[512]; /* the link of /proc/PID/fd, cut if it is longer; "": there is none */
};

struct ij_wire_ended {
	uint32_t leaked;  /* mappings of ours left in the target */
	uint32_t removed; /* mappings of earlier, killed sessions that were removed */
};

#endif
