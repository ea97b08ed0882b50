/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A copy of the stub that is run in this process, by a descriptor of it. */
#ifndef STUB_RUN_H
#define STUB_RUN_H

#include "arch/stub.h"
#include "state.h"

#define BIT(signo) (1ull << ((signo)-1))
/* Bytes above the interrupted red zone that are looked after. */
#define SLACK 64

extern struct state in;           /* what the stub is entered with */
extern struct ij_stub_desc *desc; /* its descriptor, behind `page` */
extern uint8_t *page;             /* its code */
extern uint8_t stack[256 * 1024];

/* For cmocka: make `page` and `desc`. */
int stub_setup(void **state);

/* Set this thread's signal mask and return the one that it had. */
uint64_t mask_set(uint64_t mask);

/* A descriptor for a call of @func, as the tracer makes it; signals are blocked as it does. @seed:
 * of the state. */
void prepare(void (*func)(void), unsigned seed);

/* Enter the stub with the interrupted stack pointer @sp; a restart returns to state_again. */
void run(uint64_t sp);

/* A callee. */
void nothing(void);

#endif
