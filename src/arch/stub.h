/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stub: our code page in the target, and the descriptor it works from. x86-64. */
#ifndef IJ_ARCH_STUB_H
#define IJ_ARCH_STUB_H

#include "arch/regs.h"
#include "arch/stub_layout.h"

enum { IJ_STUB_STACK_ARGS_MAX = 64 };

/** What the stub reads and writes; lies in the read-write half of our pages. All addresses are the
 * target's. */
struct ij_stub_desc {
	ij_addr func;
	uint64_t int_args[6];
	uint64_t sse_args[8];
	uint64_t sse_len; /* for %al; of a bare system call its number, for %eax */
	uint64_t stack_len;
	ij_addr errno_location; /* or 0 */
	uint64_t xsave_size;    /* bytes */
	uint64_t xsave_mask;    /* state components to save */
	uint64_t sigmask;       /* to restore, bit N-1: signal N */
	uint64_t caught;        /* signals with a handler */
	uint64_t pending;       /* scratch of the stub */
	uint32_t pid, tid;      /* as the target's PID namespace numbers them */
	uint32_t marker;        /* signal number */
	uint32_t flags;         /* IJ_STUB_FLAG_* */
	uint32_t state;         /* IJ_STUB_STATE_* */
	uint32_t callee_errno;
	uint64_t rax, rdx;
	uint64_t xmm0[2], xmm1[2];
	uint8_t st0[16];
	ij_addr errno_addr; /* of the thread's errno, once the stub knows it; else 0 */
	uint32_t saved_errno;
	uint32_t reserved;
	uint64_t sleep[2]; /* struct timespec of a sleep that is made in another way, see
			      inject/sleep.h */
	ij_addr callee;    /* where `func` is ij_stub_code_vectors: what that goes on to */
	/* Eight vector registers of IJ_STUB_VECTOR_SIZE for it; with STORE, the first four of them
	 * as the callee left them. */
	ij_addr vectors;
	uint8_t st1[16];
	ij_addr stack_from; /* the `stack_len` words: those of `stack_args`, or elsewhere */
	uint64_t stack_args[IJ_STUB_STACK_ARGS_MAX];
};

/** Bytes from one of `vectors` to the next, however many of them are in use. */
#define IJ_STUB_VECTOR_SIZE 64

#define IJ_STUB_ASSERT(member, off) \
	_Static_assert(offsetof(struct ij_stub_desc, member) == (off), "stub layout: " #member)
IJ_STUB_ASSERT(func, IJ_STUB_FUNC);
IJ_STUB_ASSERT(int_args, IJ_STUB_INT_ARGS);
IJ_STUB_ASSERT(sse_args, IJ_STUB_SSE_ARGS);
IJ_STUB_ASSERT(sse_len, IJ_STUB_SSE_LEN);
IJ_STUB_ASSERT(stack_len, IJ_STUB_STACK_LEN);
IJ_STUB_ASSERT(errno_location, IJ_STUB_ERRNO_LOCATION);
IJ_STUB_ASSERT(xsave_size, IJ_STUB_XSAVE_SIZE);
IJ_STUB_ASSERT(xsave_mask, IJ_STUB_XSAVE_MASK);
IJ_STUB_ASSERT(sigmask, IJ_STUB_SIGMASK);
IJ_STUB_ASSERT(caught, IJ_STUB_CAUGHT);
IJ_STUB_ASSERT(pending, IJ_STUB_PENDING);
IJ_STUB_ASSERT(pid, IJ_STUB_PID);
IJ_STUB_ASSERT(tid, IJ_STUB_TID);
IJ_STUB_ASSERT(marker, IJ_STUB_MARKER);
IJ_STUB_ASSERT(flags, IJ_STUB_FLAGS);
IJ_STUB_ASSERT(state, IJ_STUB_STATE);
IJ_STUB_ASSERT(callee_errno, IJ_STUB_CALLEE_ERRNO);
IJ_STUB_ASSERT(rax, IJ_STUB_RAX);
IJ_STUB_ASSERT(rdx, IJ_STUB_RDX);
IJ_STUB_ASSERT(xmm0, IJ_STUB_XMM0);
IJ_STUB_ASSERT(xmm1, IJ_STUB_XMM1);
IJ_STUB_ASSERT(st0, IJ_STUB_ST0);
IJ_STUB_ASSERT(errno_addr, IJ_STUB_ERRNO_ADDR);
IJ_STUB_ASSERT(saved_errno, IJ_STUB_SAVED_ERRNO);
IJ_STUB_ASSERT(sleep, IJ_STUB_SLEEP);
IJ_STUB_ASSERT(callee, IJ_STUB_CALLEE);
IJ_STUB_ASSERT(vectors, IJ_STUB_VECTORS);
IJ_STUB_ASSERT(st1, IJ_STUB_ST1);
IJ_STUB_ASSERT(stack_from, IJ_STUB_STACK_FROM);
IJ_STUB_ASSERT(stack_args, IJ_STUB_STACK_ARGS);

/** The stub's code; copy all of [ij_stub_code, ij_stub_code_end) to the start of an executable
 * page. */
extern const uint8_t ij_stub_code[];
/* Where the stub makes one more call, of its descriptor, from the marker's stop. */
extern const uint8_t ij_stub_code_again[];
extern const uint8_t ij_stub_code_returned[]; /* where the callee returns to */
extern const uint8_t ij_stub_code_done[];   /* from here on the descriptor tells all of the call */
extern const uint8_t ij_stub_code_marked[]; /* the PC at the marker's stop */
extern const uint8_t ij_stub_code_left[];   /* the end of what a call runs through */
extern const uint8_t ij_stub_code_leave[];  /* ... unless it ends here, on a stack of ours */
/* A function that makes the calls of a struct ij_ring, see arch/ring.h; its address is the one
 * argument. To be called by the stub only, with no descriptor but the stub's. */
extern const uint8_t ij_stub_code_ring[];
extern const uint8_t ij_stub_code_ring_end[];
extern const uint8_t ij_stub_code_wide[]; /* where whole registers are stored */
/* A function that loads whole vector registers and goes on to the descriptor's `callee`. To be
 * called by the stub only. */
extern const uint8_t ij_stub_code_vectors[];
/* `syscall` for a clone, see proc/copy.h: the child exits, the parent waits for it and returns. */
extern const uint8_t ij_stub_code_fork[];
extern const uint8_t ij_stub_code_exit[]; /* what the child does if nobody says otherwise */
extern const uint8_t ij_stub_code_name[]; /* IJ_STUB_COPY_NAME */
extern const uint8_t ij_stub_code_end[];

/** Where in the stub stands how much its last instruction skips: the red zone, a 16-bit number. */
#define IJ_STUB_SKIP_OFF ((size_t)(ij_stub_code_left - ij_stub_code) - sizeof(uint16_t))

/** Bytes that the stub writes at the stack pointer it is entered with: descriptor, resume address.
 */
#define IJ_STUB_ENTRY_SIZE 16
/** What the stub is entered at on a stack of ours; on the interrupted one its first two words. */
struct ij_stub_entry {
	ij_addr desc;
	ij_addr resume;
	uint64_t cs, flags;
	ij_addr sp; /* the interrupted stack pointer */
	uint64_t ss;
};
/** Bytes to leave for it, and for what an unwinder takes for its frame. */
#define IJ_STUB_ENTRY_SPAN 192
_Static_assert(offsetof(struct ij_stub_entry, cs) == IJ_STUB_ENTRY_SIZE, "known to the stub");

/** The entry on a stack of ours for a thread whose registers are @regs; `resume` is its PC. */
static inline struct ij_stub_entry ij_stub_entry_of(const struct ij_regs *regs, ij_addr desc)
{
	return (struct ij_stub_entry){
		.desc = desc,
		.resume = regs->gp.rip,
		.cs = regs->gp.cs,
		.flags = regs->gp.eflags,
		.sp = regs->gp.rsp,
		.ss = regs->gp.ss,
	};
}

/** The ABI's red zone below the stack pointer (System V psABI AMD64 1.0, 3.2.2). */
#define IJ_RED_ZONE 128

/** The stack pointer to enter the stub with, for an interrupted stack pointer @sp. */
static inline ij_addr ij_stub_entry_sp(ij_addr sp)
{
	return sp - IJ_RED_ZONE - IJ_STUB_ENTRY_SIZE;
}

/**
 * Where the stub, entered with stack pointer @entry, puts the @stack_len words of its callee: the
 * callee's return address lies below. A multiple of 64. @xsave_size: of its descriptor.
 */
ij_addr ij_stub_args_at(ij_addr entry, uint64_t xsave_size, uint64_t stack_len);

/**
 * How much of the processor's state to save for a thread whose extended state is @xstate.
 *
 * Leaves out AMX tiles that are in their initial state: they take 8 KiB, and TILERELEASE
 * re-initialises them, which needs no permission to use them (measured with Linux 6.18).
 *
 * @size_ret: bytes of the XSAVE area; @mask_ret: state components; @flags_ret: IJ_STUB_FLAG_AVX and
 * IJ_STUB_FLAG_TILES where they apply. Source: Intel SDM 1, 13.2, and 2, TILERELEASE; CPUID leaf
 * 0Dh.
 */
void ij_stub_xsave(const void *xstate, size_t xstate_size, uint64_t *size_ret, uint64_t *mask_ret,
		   uint32_t *flags_ret);

/** Bytes of the widest vector registers that are enabled: 16, 32 or 64. */
unsigned ij_stub_vector_max(void);

#endif
