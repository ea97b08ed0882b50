/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Offsets that the stub's assembly and struct ij_stub_desc share; stub.h asserts that they agree.
 */
#ifndef IJ_ARCH_STUB_LAYOUT_H
#define IJ_ARCH_STUB_LAYOUT_H

#define IJ_STUB_FUNC           0x00
#define IJ_STUB_INT_ARGS       0x08
#define IJ_STUB_SSE_ARGS       0x38
#define IJ_STUB_SSE_LEN        0x78
#define IJ_STUB_STACK_LEN      0x80
#define IJ_STUB_ERRNO_LOCATION 0x88
#define IJ_STUB_XSAVE_SIZE     0x90
#define IJ_STUB_XSAVE_MASK     0x98
#define IJ_STUB_SIGMASK        0xa0
#define IJ_STUB_CAUGHT         0xa8
#define IJ_STUB_PENDING        0xb0
#define IJ_STUB_PID            0xb8
#define IJ_STUB_TID            0xbc
#define IJ_STUB_MARKER         0xc0
#define IJ_STUB_FLAGS          0xc4
#define IJ_STUB_STATE          0xc8
#define IJ_STUB_CALLEE_ERRNO   0xcc
#define IJ_STUB_RAX            0xd0
#define IJ_STUB_RDX            0xd8
#define IJ_STUB_XMM0           0xe0
#define IJ_STUB_XMM1           0xf0
#define IJ_STUB_ST0            0x100
#define IJ_STUB_ERRNO_ADDR     0x110
#define IJ_STUB_SAVED_ERRNO    0x118
#define IJ_STUB_SLEEP          0x120
#define IJ_STUB_CALLEE         0x130
#define IJ_STUB_VECTORS        0x138
#define IJ_STUB_ST1            0x140
#define IJ_STUB_STACK_FROM     0x150
#define IJ_STUB_STACK_ARGS     0x158

/* Of struct ij_ring and struct ij_ring_entry; ring.h asserts that they agree. */
#define IJ_RING_LEN        0x00
#define IJ_RING_DONE       0x04
#define IJ_RING_ENTRY_SIZE 0x08
#define IJ_RING_SIZE       0x10
#define IJ_RING_FUNC       0x00
#define IJ_RING_INT        0x08
#define IJ_RING_SSE_LEN    0x38
#define IJ_RING_ERRNO      0x3c
#define IJ_RING_RAX        0x40
#define IJ_RING_XMM0       0x48
#define IJ_RING_TICKS      0x50
#define IJ_RING_SSE        0x58

/* What a copy of the target is called (comm). */
#define IJ_STUB_COPY_NAME "ij-copy"

/* The interrupted syscall would have returned EINTR had a handled signal come (restart class
 * NOHAND). */
#define IJ_STUB_FLAG_EINTR 1
/* The CPU has AVX: clear the upper halves before the call. */
#define IJ_STUB_FLAG_AVX 2

/* Seccomp forbids tgkill: a breakpoint tells of the end. */
#define IJ_STUB_FLAG_SILENT 4
/* With SILENT, where no breakpoint can be had: the stub stays at its end for a while, to be stopped
 * there. */
#define IJ_STUB_FLAG_LINGER 16
/* So many rounds, of 10 to 140 cycles each (`pause`): at most a fifth of a second of the thread's
 * own time, should nobody come. */
#define IJ_STUB_LINGER_ROUNDS 4000000
/* Seccomp forbids rt_sigprocmask: the mask was not changed. */
#define IJ_STUB_FLAG_UNMASKED 8
/* It runs on a stack of ours, where a whole struct ij_stub_entry lies. */
#define IJ_STUB_FLAG_FOREIGN 32
/* The program blocks the marker: should it be pending once nobody watches, it is taken back. */
#define IJ_STUB_FLAG_TAKE 64
/* `vectors` takes the first four registers after the call: of 16 bytes, with WIDE 32, with WIDEST
 * 64. */
#define IJ_STUB_FLAG_STORE  128
#define IJ_STUB_FLAG_WIDE   256
#define IJ_STUB_FLAG_WIDEST 512
/* The CPU has AMX and the thread's tiles are in their initial state: not saved, but brought back to
 * it. */
#define IJ_STUB_FLAG_TILES 1024

#define IJ_STUB_STATE_READY   0
#define IJ_STUB_STATE_RUNNING 1
#define IJ_STUB_STATE_DONE    2
/* Not in the stub: in a copy of code behind it (arch/displace.h), gone from it, or about to return
 * past it. */
#define IJ_STUB_STATE_COPY 3
/* The handler of arch/gocall.h is written, and a thread about to enter it or in it. It has entered
 * when the kernel has written the action that it took over, struct ij_gocall's old_action. */
#define IJ_STUB_STATE_HANDLER 4

#endif
