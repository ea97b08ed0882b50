/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cmocka.h>

#include "stub_run.h"

struct state in;
struct ij_stub_desc *desc;
uint8_t *page;
uint8_t stack[256 * 1024] __attribute__((aligned(64)));

void nothing(void)
{
}

int stub_setup(void **state)
{
	(void)state;
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -1;
	memset(page, 0xcc, 4096);
	memcpy(page, ij_stub_code, (size_t)(ij_stub_code_end - ij_stub_code));
	desc = (void *)(page + 4096);
	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

uint64_t mask_set(uint64_t mask)
{
	uint64_t old = 0;

	assert_int_equal(syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, &old, 8), 0);
	return old;
}

void prepare(void (*func)(void), unsigned seed)
{
	state_fill(&in, seed);
	memset(desc, 0, sizeof(*desc));
	desc->func = (uintptr_t)state_callee;
	desc->stack_from = (uintptr_t)desc->stack_args;
	state_callee_body = func;
	desc->errno_location = (uintptr_t)__errno_location;
	desc->pid = (uint32_t)getpid();
	desc->tid = (uint32_t)gettid();
	desc->marker = SIGURG;
	desc->sigmask = BIT(SIGUSR1);
	ij_stub_xsave(in.xsave, state_xsave_size(), &desc->xsave_size, &desc->xsave_mask,
		      &desc->flags);
}

void run(uint64_t sp)
{
	const uint64_t first[2] = {(uintptr_t)desc, (uintptr_t)state_again};
	uint8_t *entry = (uint8_t *)(uintptr_t)ij_stub_entry_sp(sp);
	uint8_t above[IJ_RED_ZONE + SLACK];
	uint64_t before;

	for (unsigned i = 0; i < sizeof(above); i++)
		above[i] = (uint8_t)(i * 3 + 5);
	memcpy(entry + IJ_STUB_ENTRY_SIZE, above, sizeof(above));
	memcpy(entry, first, sizeof(first));
	in.rsp = (uintptr_t)entry;
	in.rip = (uintptr_t)page;
	memset(&state_out, 0, sizeof(state_out));
	state_again_seen = 0;
	before = mask_set(~(BIT(SIGURG) | BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGTRAP)));
	errno = 4242;
	state_run(&in);
	assert_int_equal(errno, 4242);
	assert_int_equal(mask_set(before), desc->sigmask);
	assert_int_equal(desc->state, IJ_STUB_STATE_DONE);
	assert_memory_equal(entry + IJ_STUB_ENTRY_SIZE, above, sizeof(above));
	/* The state before the stub: its stack pointer was the interrupted one. */
	in.rsp = sp;
	assert_null(state_xsave_differs(&in, &state_out));
}
