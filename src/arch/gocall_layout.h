/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Offsets that the Go handler's assembly and struct ij_gocall share; gocall.h asserts that they
 * agree. */
#ifndef IJ_ARCH_GOCALL_LAYOUT_H
#define IJ_ARCH_GOCALL_LAYOUT_H

#define IJ_GOCALL_STATE       0
#define IJ_GOCALL_ACK         4
#define IJ_GOCALL_FLAGS       8
#define IJ_GOCALL_TID         12
#define IJ_GOCALL_OLD         16
#define IJ_GOCALL_NEW         48
#define IJ_GOCALL_LO          80
#define IJ_GOCALL_HI          88
#define IJ_GOCALL_AGAIN       96
#define IJ_GOCALL_PHASE       104
#define IJ_GOCALL_CALLS_LEN   108
#define IJ_GOCALL_CODE        112
#define IJ_GOCALL_FRAME_SIZE  116
#define IJ_GOCALL_HOLD_TIME   120
#define IJ_GOCALL_WORDS       136
#define IJ_GOCALL_DESC_STATE  152
#define IJ_GOCALL_HEAP        160
#define IJ_GOCALL_DATA        168
#define IJ_GOCALL_DATA_SIZE   176
#define IJ_GOCALL_SIGMASK     184
#define IJ_GOCALL_GP          192
#define IJ_GOCALL_XSTATE_SIZE 336
#define IJ_GOCALL_XSTATE      344
#define IJ_GOCALL_INTS        352
#define IJ_GOCALL_FLOATS      424
#define IJ_GOCALL_STACK       544
#define IJ_GOCALL_STACK_SIZE  552
#define IJ_GOCALL_CALLS       560
#define IJ_GOCALL_READS       2480
#define IJ_GOCALL_OWNER       2600
#define IJ_GOCALL_NEXT        2604
#define IJ_GOCALL_FIXES       2608
#define IJ_GOCALL_FIXES_LEN   2616
#define IJ_GOCALL_BACK        2624
#define IJ_GOCALL_BACK_WORDS  2632
#define IJ_GOCALL_STACK_LO    2640
#define IJ_GOCALL_STACK_HI    2648
#define IJ_GOCALL_ROOT        2656
#define IJ_GOCALL_GOAL        2672
#define IJ_GOCALL_GOAL_SP     2680
#define IJ_GOCALL_ENTRY       2688
#define IJ_GOCALL_STEPS_LEFT  2696
#define IJ_GOCALL_SIZE        2704

/* Of struct ij_gocall_one. */
#define IJ_GOCALL_ONE_FUNC       0
#define IJ_GOCALL_ONE_CONTEXT    8
#define IJ_GOCALL_ONE_STACK      16
#define IJ_GOCALL_ONE_STACK_SIZE 24
#define IJ_GOCALL_ONE_HEAP_MASK  32
#define IJ_GOCALL_ONE_INTS       40
#define IJ_GOCALL_ONE_FLOATS     112
#define IJ_GOCALL_ONE_SIZE       240

/* States: the protocol is under way; it waits for the tracer to have read; it is over. */
#define IJ_GOCALL_RUNNING 0
#define IJ_GOCALL_HELD    1
#define IJ_GOCALL_DONE    2

/* Of enum ij_gocall_code. */
#define IJ_GOCALL_LATE 4

/* How far below the interrupted stack pointer the word is that may be a root (the result of
 * debugCallCheck, which has been looked at by then: src/runtime/asm_amd64.s, Go 1.15 to 1.27). */
#define IJ_GOCALL_ROOT_BELOW 160

/* debugCallV2 (Go 1.17 on): the code in R12, arguments in registers. Else V1: in RAX, on the stack.
 */
#define IJ_GOCALL_V2 1
/* Up to Go 1.14 the interrupted goroutine itself makes the call, and its stack may move: registers
 * come back from where debugCallV1 saved them. */
#define IJ_GOCALL_SLOTS 2
/* Wait for the tracer where what a panic says is alive. */
#define IJ_GOCALL_HOLD 4
/* And where what the results lead to is. To wait is to wait for a CPU once more. */
#define IJ_GOCALL_HOLD_RESULTS 16
/* The signal mask is to be put back: the same thread sees the end (Go 1.21 on). */
#define IJ_GOCALL_MASK 8
/* It is not yet where it can enter the protocol, and goes on step by step, by its trap flag. */
#define IJ_GOCALL_STEPS 32

#endif
