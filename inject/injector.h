/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that the tracer knows of its one target, and the requests it serves. */
#ifndef IJ_INJECT_INJECTOR_H
#define IJ_INJECT_INJECTOR_H

#include "inject/locks.h"
#include "inject/pages.h"
#include "inject/place.h"
#include "inject/stub_map.h"
#include "inject/watchdog.h"
#include "maps/unwind.h"
#include "mem/vmas.h"
#include "proc/process.h"
#include "proc/remote.h"
#include "wire/messages.h"

/** A container that was handed over, and what to unmap when it goes. */
struct ij_injector_container {
	void *bytes;
	size_t size;
};

struct ij_hold;

struct ij_injector {
	struct ij_hold *hold; /* the call that runs is made at this held stop; NULL: at none */
	bool capturing;       /* what the present call writes is copied */
	int capture_fd;       /* to there */
	struct ij_process process;
	struct ij_waiter waiter;
	struct ij_watchdog watchdog;
	struct ij_place place;
	struct ij_vmas vmas; /* as of before the last stop */
	struct ij_wire_set_target target;
	bool target_known;        /* SET_TARGET came */
	struct ij_wire_set_go go; /* of a Go program; SET_GO came if `go_known` */
	bool go_known;
	int go_turn; /* a socket whose name says that it is our turn; -1: it is not */
	/* Where a goroutine that waits in a system call, and is not to be woken, will go on: the
	 * place, the least stack pointer there and the largest; 0: none was seen. */
	ij_addr go_return, go_return_sp, go_return_hi;
	pid_t go_last; /* the thread that may still stand in our handler, as the target numbers it
			*/
	struct ij_locks_memory locks; /* as they were at the last look */
	IJ_VEC(struct ij_unwind_module) modules;
	IJ_VEC(struct ij_injector_container) containers;
	struct ij_tids tids;
	struct ij_pages pages;
	struct ij_pages cave; /* of the call that runs, if its code is in one; base 0: not */
	struct {
		ij_addr addr;
		uint64_t size;
		bool fresh;          /* mapped for the present call */
	} kept;                      /* of the last call whose memory stays; addr 0: of none */
	const struct ij_pages *now;  /* where the code of the call that runs is */
	bool foreign;                /* the call that runs is on our stack */
	char scanner[52];            /* why no call may run on our stack, in words; "": it may */
	struct ij_stub_map stub_map; /* placed by ij_injector_space */
	bool swept;                  /* leftovers of earlier sessions were looked for */
	unsigned removed;            /* of these, mappings removed */
	unsigned leaked;             /* mappings of ours that stay in the target */
	pid_t unreaped; /* a dead copy, still a zombie of the target, which numbers it so; or 0 */
	bool stray; /* a thread is attached and runs: it can be detached from only once it stops */
	bool strays_lost; /* and others, of which nothing is known any more */
	struct ij_thread stray_thread;
	unsigned seed; /* of the back-off's jitter */
	struct ij_saved saved;
	struct ij_remote remote;
	int events_fd; /* of ij_breakpoint_prepare */
	/* Of the present call: when a thread first stopped, when one stood at a safe-point; or 0.
	 */
	uint64_t stopped_ns, safe_ns;
	/* Both clocks when we were bound: the rate of ticks. */
	uint64_t since_ns, since_ticks;
	bool reads_filters; /* seccomp filters can be read, as far as we know */
};

/**
 * Bind to process @pid.
 *
 * @cancel_fd: a message to this socket (the client's), or its hangup, ends waits early.
 * Errors: those of ij_process_open; OS. What rules a thread out (seccomp, a shadow stack, 32-bit
 * code) is a verdict of its stops.
 */
struct ij_error *ij_injector_init(struct ij_injector *inj, pid_t pid, int cancel_fd) IJ_WARN_UNUSED;
void ij_injector_deinit(struct ij_injector *inj);

/**
 * Take a sealed memfd with a map container for the module at [lo, hi).
 *
 * @fd: borrowed. A module that overlaps ones known already replaces them.
 * Errors: BADDATA (not sealed, malformed container or range), OS, NOMEM.
 */
struct ij_error *ij_injector_module_add(struct ij_injector *inj,
					const struct ij_wire_add_module *module, int fd)
	IJ_WARN_UNUSED;

/** Take what the client learned; the gadgets are checked against the target's memory. Errors:
 * BADDATA. */
struct ij_error *ij_injector_target_set(struct ij_injector *inj,
					const struct ij_wire_set_target *target) IJ_WARN_UNUSED;

/** Take what the client learned of the target's Go runtime. Errors: PROTOCOL. */
struct ij_error *ij_injector_go_set(struct ij_injector *inj, const struct ij_wire_set_go *go)
	IJ_WARN_UNUSED;

/** What the unwinder may know: the modules, and our stub where it lies now. Borrows from @inj. */
struct ij_unwind_space ij_injector_space(struct ij_injector *inj);
struct ij_batch ij_injector_batch(struct ij_injector *inj);

/** The thread that the target numbers @inner in its own namespace, as of the last refresh; 0: none.
 */
pid_t ij_injector_thread_of(const struct ij_injector *inj, pid_t inner);

/** Re-read the target's mappings and threads, before a stop. Errors: GONE, OS, NOMEM. */
struct ij_error *ij_injector_refresh(struct ij_injector *inj) IJ_WARN_UNUSED;

/** What a call brings back besides the fixed part. */
struct ij_call_result {
	struct ij_wire_outcome outcome;
	ij_addr frames[IJ_WIRE_FRAMES_MAX];
	uint8_t scratch[IJ_WIRE_SCRATCH_MAX] __attribute__((aligned(8)));
	char string[IJ_WIRE_STRING_MAX]; /* what the result of an in-copy call points to */
};

/**
 * Make one call: find a thread at a safe-point, inject, collect, restore, resume.
 *
 * @scratch: call->scratch_size bytes of initial scratch memory.
 * @ret: filled on success, which includes "no safe-point", faults and timeouts: these are outcomes.
 * Errors: GONE, REFUSED, INTERRUPTED (the client went away), OS, NOMEM; `touch` says what became of
 * the target.
 */
struct ij_error *ij_injector_call(struct ij_injector *inj, const struct ij_wire_call *call,
				  const uint8_t *scratch, struct ij_call_result *ret)
	IJ_WARN_UNUSED;

/** Every thread's verdict, nothing written. @verdicts: room for IJ_WIRE_VERDICTS_MAX. */
struct ij_error *ij_injector_check(struct ij_injector *inj, const struct ij_wire_check *check,
				   struct ij_wire_verdict *verdicts, struct ij_wire_verdicts *ret)
	IJ_WARN_UNUSED;

/**
 * Remember that @thread is attached and runs, so that there is no detaching from it now. Of several
 * only the last is remembered: then our exit alone releases the others (inj->strays_lost).
 */
void ij_injector_strand(struct ij_injector *inj, const struct ij_thread *thread);

/**
 * Wait for the stray thread to stop, and let go of it. False if there still is one: @deadline_ns
 * has passed, or the client asks for something (inj->waiter.cancelled).
 */
bool ij_injector_recover(struct ij_injector *inj, uint64_t deadline_ns) IJ_WARN_UNUSED;

/** The same, for a little. Errors: UNSAFE if there still is one, INTERRUPTED (the client went
 * away). */
struct ij_error *ij_injector_whole(struct ij_injector *inj) IJ_WARN_UNUSED;

/** Remove our pages from the target, if they are mapped. */
struct ij_error *ij_injector_end(struct ij_injector *inj, struct ij_wire_ended *ret) IJ_WARN_UNUSED;

#endif
