/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The stub's map, at every instruction that a child runs in the stub: one frame out of it stands
 * what was interrupted, with all its registers.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../arch/state.h"
#include "arch/ring.h"
#include "arch/stub.h"
#include "inject/cave.h"
#include "inject/stub_map.h"

static uint8_t *page;
static struct ij_stub_desc *desc;
static uint8_t stack[64 * 1024] __attribute__((aligned(64)));
static struct state in;
static struct ij_stub_map map;
static uint64_t sp; /* as interrupted */
static uint8_t ours[64 * 1024] __attribute__((aligned(64)));
static bool foreign; /* the stub runs on `ours`, and `stack` is not touched */

struct child_mem {
	struct ij_mem mem;
	pid_t pid;
};

static struct ij_error *child_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	pid_t child = ((struct child_mem *)mem)->pid;

	for (size_t i = 0; i < size; i += 8) {
		long word;

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, child, (void *)(uintptr_t)(addr + i), NULL);
		if (errno)
			return ij_error_new(FAULT, "nothing there");
		memcpy((uint8_t *)buf + i, &word, size - i < 8 ? size - i : 8);
	}
	return NULL;
}

/* The frames seen: how many lie in the stub, and where the one behind it stands. */
struct seen {
	unsigned stub;
	ij_addr cfa;
};

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct seen *seen = ctx;

	assert_ptr_equal(frame->module, &map.module);
	seen->stub++;
	seen->cfa = frame->cfa;
	return true;
}

static struct ij_unwind_regs regs_of(const struct user_regs_struct *user)
{
	return (struct ij_unwind_regs){
		.value = {user->rax, user->rdx, user->rcx, user->rbx, user->rsi, user->rdi,
			  user->rbp, user->rsp, user->r8, user->r9, user->r10, user->r11, user->r12,
			  user->r13, user->r14, user->r15, user->rip},
		.known = (1u << IJ_MAP_REGS) - 1,
	};
}

/* In a function that the stub has called, and that is a part of it. */
static bool is_in_callee(uint64_t pc)
{
	return pc - (uintptr_t)page - (uint64_t)(ij_stub_code_vectors - ij_stub_code) <
	       (uint64_t)(ij_stub_code_ring_end - ij_stub_code_vectors);
}

static void check(struct child_mem *mem, const struct user_regs_struct *user)
{
	const struct ij_unwind_space space = {.stub = &map.module};
	struct ij_unwind_regs regs = regs_of(user);
	struct seen seen = {0};
	ij_addr end_pc;

	assert_int_equal(ij_unwind(&space, &mem->mem, &regs, visit, &seen, &end_pc),
			 IJ_UNWIND_NO_MODULE);
	if (seen.stub != (is_in_callee(user->rip) ? 2 : 1) || (!foreign && seen.cfa != sp) ||
	    end_pc != (uintptr_t)state_again)
		fail_msg("at offset %llu: %u frames, CFA %+lld, caller at %#llx",
			 user->rip - (unsigned long long)(uintptr_t)page, seen.stub,
			 (long long)(seen.cfa - sp), (unsigned long long)end_pc);
}

/* The caller's registers by a second step: a module that holds the interrupted code as a root. */
static bool caller_visit(void *ctx, const struct ij_unwind_frame *frame)
{
	const uint64_t want[IJ_MAP_REGS] = {in.rax,
					    in.rdx,
					    in.rcx,
					    in.rbx,
					    in.rsi,
					    in.rdi,
					    in.rbp,
					    sp,
					    in.r8,
					    in.r9,
					    in.r10,
					    in.r11,
					    in.r12,
					    in.r13,
					    in.r14,
					    in.r15,
					    (uintptr_t)state_again};

	if (frame->module == &map.module)
		return true;
	assert_true(frame->exact);
	assert_int_equal(frame->regs->known, (1u << IJ_MAP_REGS) - 1);
	for (unsigned reg = 0; reg < IJ_MAP_REGS; reg++)
		if (frame->regs->value[reg] != want[reg])
			fail_msg("register %u is %#llx, not %#llx", reg,
				 (unsigned long long)frame->regs->value[reg],
				 (unsigned long long)want[reg]);
	++*(unsigned *)ctx;
	return true;
}

static void check_regs(struct child_mem *mem, const struct user_regs_struct *user, unsigned *count)
{
	static const struct ij_map_entry root = {.reg = IJ_MAP_REG_RA, .kind = IJ_MAP_UNDEFINED};
	static const struct ij_map_rule rule = {.entry_len = 1};
	static const struct ij_map_row row = {.pc = 0};
	static const struct ij_map_func func = {.size = 16, .row_len = 1};
	static const struct ij_map_header header = {.span = 16, .funcs_len = 1};
	const struct ij_unwind_module caller = {
		.base = (uintptr_t)state_again,
		.lo = (uintptr_t)state_again,
		.hi = (uintptr_t)state_again + 16,
		.map = {.header = &header,
			.funcs = &func,
			.rows = &row,
			.rules = &rule,
			.entries = &root},
	};
	const struct ij_unwind_space space = {
		.modules = &caller, .modules_len = 1, .stub = &map.module};
	struct ij_unwind_regs regs = regs_of(user);
	ij_addr end_pc;

	assert_int_equal(ij_unwind(&space, &mem->mem, &regs, caller_visit, count, &end_pc),
			 IJ_UNWIND_ROOT);
}

static void nothing(void)
{
}

static int setup(void **state)
{
	const uint64_t first[2] = {0, (uintptr_t)state_again};
	uint64_t entry;

	(void)state;
	page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return -1;
	memcpy(page, ij_stub_code, (size_t)(ij_stub_code_end - ij_stub_code));
	desc = (void *)(page + 4096);
	ij_stub_map_init(&map);
	ij_stub_map_place(&map, (uintptr_t)page);
	state_fill(&in, 7);
	desc->func = (uintptr_t)state_callee;
	desc->stack_from = (uintptr_t)desc->stack_args;
	state_callee_body = nothing;
	desc->errno_location = (uintptr_t)__errno_location;
	desc->flags = IJ_STUB_FLAG_EINTR;
	ij_stub_xsave(in.xsave, state_xsave_size(), &desc->xsave_size, &desc->xsave_mask,
		      &desc->flags);
	sp = (uintptr_t)stack + sizeof(stack) - 1024;
	entry = ij_stub_entry_sp(sp);
	memcpy((void *)(uintptr_t)entry, first, sizeof(first));
	*(uint64_t *)(uintptr_t)entry = (uintptr_t)desc;
	in.rsp = entry;
	in.rip = (uintptr_t)page;
	return mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

/* Returns how many instructions of the ring's function were run. */
static unsigned follow(void)
{
	struct child_mem mem = {.mem.read = child_read};
	unsigned in_stub = 0, in_callee = 0, whole = 0;
	int status;
	pid_t child = fork();

	assert_true(child >= 0);
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		desc->pid = (uint32_t)getpid();
		desc->tid = (uint32_t)gettid();
		desc->marker = SIGURG;
		raise(SIGSTOP);
		state_run(&in);
		_exit(0);
	}
	mem.pid = child;
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	while (WIFSTOPPED(status)) {
		struct user_regs_struct user;

		assert_int_equal(ptrace(PTRACE_GETREGS, child, NULL, &user), 0);
		if (user.rip >= map.module.lo && user.rip < map.module.hi) {
			in_stub++;
			in_callee += is_in_callee(user.rip);
			check(&mem, &user);
			check_regs(&mem, &user, &whole);
		}
		assert_int_equal(ptrace(PTRACE_SINGLESTEP, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
	}
	assert_true(WIFEXITED(status));
	assert_int_equal(whole, in_stub);
	assert_true(in_stub > 100);
	return in_callee;
}

static void test_steps(void **state)
{
	(void)state;
	assert_int_equal(follow(), 0);
}

/* Two calls, of which one has arguments in vector registers. */
static void test_ring_steps(void **state)
{
	static struct {
		struct ij_ring head;
		struct ij_ring_entry entries[2];
	} ring = {.head = {.len = 2, .entry_size = sizeof(struct ij_ring_entry)}};
	uint64_t func = desc->func;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		ring.entries[i] = (struct ij_ring_entry){.func = func, .sse_len = (uint8_t)i};
	desc->func = (uintptr_t)page + (uintptr_t)(ij_stub_code_ring - ij_stub_code);
	desc->int_args[0] = (uintptr_t)&ring;
	assert_true(follow() > 50);
	desc->func = func;
}

/* Whole vector registers, of every width that there is. */
static void test_vector_steps(void **state)
{
	static uint8_t vectors[8][IJ_STUB_VECTOR_SIZE];
	uint64_t func = desc->func;
	uint32_t flags = desc->flags;

	(void)state;
	desc->func = (uintptr_t)page + (uintptr_t)(ij_stub_code_vectors - ij_stub_code);
	desc->callee = func;
	desc->vectors = (uintptr_t)vectors;
	for (unsigned size = 16; size <= ij_stub_vector_max(); size *= 2) {
		desc->flags = flags | IJ_STUB_FLAG_STORE | (size > 16 ? IJ_STUB_FLAG_WIDE : 0) |
			      (size > 32 ? IJ_STUB_FLAG_WIDEST : 0);
		assert_true(follow() >= 10);
	}
	desc->func = func;
	desc->flags = flags;
}

/* On a stack of ours the same is found, and all of it elsewhere. */
static void test_steps_foreign(void **state)
{
	struct ij_regs regs = {0};
	struct ij_stub_entry entry;
	uint64_t was = in.rsp;

	(void)state;
	regs.gp.rsp = sp;
	regs.gp.rip = (uintptr_t)state_again;
	regs.gp.cs = 0x33;
	regs.gp.ss = 0x2b;
	regs.gp.eflags = in.flags;
	entry = ij_stub_entry_of(&regs, (uintptr_t)desc);
	in.rsp = (uintptr_t)ours + sizeof(ours) - IJ_STUB_ENTRY_SPAN;
	memcpy((void *)(uintptr_t)in.rsp, &entry, sizeof(entry));
	desc->flags |= IJ_STUB_FLAG_FOREIGN;
	ij_stub_map_foreign(&map, true);
	foreign = true;
	assert_int_equal(follow(), 0);
	foreign = false;
	ij_stub_map_foreign(&map, false);
	desc->flags &= ~(uint32_t)IJ_STUB_FLAG_FOREIGN;
	in.rsp = was;
}

static void test_place(void **state)
{
	const struct ij_unwind_space space = {.stub = &map.module};

	(void)state;
	ij_stub_map_place(&map, 0);
	assert_null(ij_unwind_module_find(&space, 0));
	ij_stub_map_place(&map, 0x1000);
	assert_ptr_equal(ij_unwind_module_find(&space, 0x1000), &map.module);
	assert_null(ij_unwind_module_find(&space, 0x1000 + map.header.span));
	ij_stub_map_place(&map, (uintptr_t)page);
}

/* Where no memory can be mapped the stub stands at the end of a page of code, which has little
 * room. */
static void test_room_in_cave(void **state)
{
	(void)state;
	assert_in_range(ij_stub_code_left - ij_stub_code, 1, IJ_WIRE_CAVE_SIZE - IJ_CAVE_STUB_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),      cmocka_unit_test(test_steps_foreign),
		cmocka_unit_test(test_ring_steps), cmocka_unit_test(test_vector_steps),
		cmocka_unit_test(test_place),      cmocka_unit_test(test_room_in_cave),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
