/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The goroutines of a Go program as they lie in its memory, which may be changing, and may be made
 * up. Client only.
 */
#ifndef IJ_MAPS_GOSCHED_H
#define IJ_MAPS_GOSCHED_H

#include "base/vec.h"
#include "maps/golines.h"
#include "mem/mem.h"

/** As runtime._Grunnable and so on number them. */
enum ij_goroutine_state {
	IJ_GOROUTINE_IDLE,
	IJ_GOROUTINE_RUNNABLE,
	IJ_GOROUTINE_RUNNING,
	IJ_GOROUTINE_SYSCALL,
	IJ_GOROUTINE_WAITING,
	IJ_GOROUTINE_DEAD = 6,
	IJ_GOROUTINE_COPYING = 8, /* its stack is being moved */
	IJ_GOROUTINE_PREEMPTED,
	IJ_GOROUTINE_LEAKED,
	IJ_GOROUTINE_EXTRA, /* dead, kept for threads of C */
	IJ_GOROUTINE_STATES
};

struct ij_goroutine_layout;

struct ij_goroutine {
	ij_addr g;
	uint64_t id;
	uint32_t state;  /* enum ij_goroutine_state */
	uint32_t reason; /* of WAITING, for ij_gosched_reason */
	/* RUNNING and SYSCALL: its thread, as the target's own namespace numbers it; 0: none. */
	uint32_t thread;
	/* Where it goes on; sp 0: its thread tells. The PC is what it went on from the last time.
	 */
	ij_addr pc, sp;
	ij_addr stack_lo, stack_hi;
};

/** More code of Go in the same process. */
struct ij_gosched_part {
	const struct ij_goprog *prog;
	ij_addr bias;
};

/** Where a runtime keeps them. Link-time addresses; @bias leads from these to the target's. */
struct ij_gosched {
	const struct ij_goprog *prog; /* borrowed */
	ij_addr bias;
	struct ij_mem *mem;                 /* borrowed */
	const struct ij_gosched_part *more; /* plugins; borrowed. The caller sets them, or not */
	size_t more_len;
	uint64_t list; /* runtime.allgs */
	const struct ij_goroutine_layout *layout;
	uint64_t reasons; /* runtime.waitReasonStrings; 0: not found */
};

/** So many are read; a list that claims more is cut. */
enum { IJ_GOSCHED_MAX = 1 << 20 };

/**
 * Find the list: by its symbol, or in a stripped program by what the code of runtime.allgadd works
 * on.
 *
 * Errors: NOTFOUND (it is neither way), UNSUPPORTED (a version that keeps them in a way that is not
 *   known: its name), NOMEM.
 * Source: Go 1.11 to 1.27, src/runtime/proc.go (allgs, allgadd), runtime2.go (g, m,
 *   waitReasonStrings).
 */
struct ij_error *ij_gosched_find(const struct ij_goprog *prog, ij_addr bias, struct ij_mem *mem,
				 struct ij_gosched *ret) IJ_WARN_UNUSED;

struct ij_goroutine_list {
	IJ_VEC(struct ij_goroutine) list;
	uint64_t more; /* that are left out */
};

/**
 * Read all that are not dead, in the order of their numbers. Nothing is followed from one to the
 * next, and each is read once.
 *
 * @ret: the caller frees its list.
 * Errors: FAULT, BADDATA (what is there is no list of goroutines), NOMEM.
 */
struct ij_error *ij_gosched_read(const struct ij_gosched *gos, struct ij_goroutine_list *ret)
	IJ_WARN_UNUSED;

/** Where in struct g its number is, bytes. */
uint32_t ij_gosched_id_off(const struct ij_gosched *gos);

/** Read one again. False: it cannot be read, is dead, or is another one by now. */
bool ij_gosched_reread(const struct ij_gosched *gos, struct ij_goroutine *goroutine);

/** Why it waits, "IO wait"; "" if that is not known. @buf: NUL-terminated at most @size bytes. */
void ij_gosched_reason(const struct ij_gosched *gos, uint32_t reason, char *buf, size_t size);

/**
 * The function at target address @addr that a person wrote: the innermost, of those that were
 * inlined there, that is not the runtime's own. False: they all are, or there is none.
 */
bool ij_gosched_line(const struct ij_gosched *gos, ij_addr addr, struct ij_goline *ret);

/**
 * Where a person would say that a goroutine is which goes on at @pc with stack pointer @sp: the
 * innermost frame for which ij_gosched_line has an answer; if there is none, the outermost.
 *
 * @addr_ret: target address of an instruction there; of a return address the one before. False: no
 * code of Go is at @pc.
 */
bool ij_gosched_place(const struct ij_gosched *gos, ij_addr pc, ij_addr sp, struct ij_goline *ret,
		      ij_addr *addr_ret);

/**
 * The same of one whose thread stands at @pc with stack pointer @sp, which need not be on the
 * goroutine's stack: then there is no answer.
 *
 * @exact: @pc is no return address. @addr_ret: as of ij_gosched_place.
 * Source: Go 1.11 to 1.27, src/runtime/asm_amd64.s (gogo), sys_linux_amd64.s (sigtramp).
 */
bool ij_gosched_standing(const struct ij_gosched *gos, const struct ij_goroutine *goroutine,
			 ij_addr pc, ij_addr sp, bool exact, struct ij_goline *ret,
			 ij_addr *addr_ret);

/** "running", "waiting", ... */
const char *ij_goroutine_state_name(uint32_t state);

#endif
