/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hand-made signal frames: their layout, and rt_sigreturn into one; what the stub saves. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include <cmocka.h>

#include "arch/sigframe.h"
#include "arch/stub.h"
#include "state.h"

static struct state entry, wanted;
static struct ij_sigframe frame;
static uint8_t area[3 * IJ_SIGFRAME_MAX] __attribute__((aligned(64)));
static uint8_t stack[4096] __attribute__((aligned(64)));

/* glibc's ucontext_t begins as the kernel's does, up to the mask (uapi/asm/ucontext.h). */
_Static_assert(offsetof(ucontext_t, uc_sigmask) == 296, "the kernel's offset");

static struct ij_regs regs_from(const struct state *s)
{
	struct ij_regs regs = {.gp = {.rax = s->rax,
				      .rbx = s->rbx,
				      .rcx = s->rcx,
				      .rdx = s->rdx,
				      .rsi = s->rsi,
				      .rdi = s->rdi,
				      .rbp = s->rbp,
				      .rsp = s->rsp,
				      .r8 = s->r8,
				      .r9 = s->r9,
				      .r10 = s->r10,
				      .r11 = s->r11,
				      .r12 = s->r12,
				      .r13 = s->r13,
				      .r14 = s->r14,
				      .r15 = s->r15,
				      .eflags = s->flags,
				      .rip = s->rip,
				      .cs = 0x33,
				      .ss = 0x2b,
				      .orig_rax = (unsigned long long)-1}};

	return regs;
}

static void test_layout(void **state)
{
	struct ij_regs regs;
	const ij_addr top = 0x7ffc00012345;

	(void)state;
	state_fill(&wanted, 3);
	wanted.rip = 0x401000;
	regs = regs_from(&wanted);
	for (ij_addr t = top; t < top + 130; t++) {
		union {
			ucontext_t context;
			uint8_t bytes[sizeof(ucontext_t)];
		} uc;
		const greg_t *g = uc.context.uc_mcontext.gregs;
		struct _fpx_sw_bytes sw;
		ij_addr return_addr, fp;
		uint32_t magic2;
		uint64_t mask;

		assert_true(ij_sigframe_build(t, &regs, 0x8000000000000401ull, wanted.xsave,
					      state_xsave_size(), 0xabcdef, &frame));
		assert_true(frame.lo + frame.size <= t);
		assert_true(frame.size <= IJ_SIGFRAME_SIZE(state_xsave_size()));
		assert_int_equal(frame.lo, frame.sp);
		memcpy(&return_addr, frame.bytes, 8);
		assert_int_equal(return_addr, 0xabcdef);
		/* rt_sigreturn finds the context at the stack pointer after the `ret`. */
		assert_int_equal((frame.sp + 8) % 16, 0);
		memcpy(uc.bytes, frame.bytes + 8, 304);
		assert_int_equal(g[REG_R8], wanted.r8);
		assert_int_equal(g[REG_R9], wanted.r9);
		assert_int_equal(g[REG_R10], wanted.r10);
		assert_int_equal(g[REG_R11], wanted.r11);
		assert_int_equal(g[REG_R12], wanted.r12);
		assert_int_equal(g[REG_R13], wanted.r13);
		assert_int_equal(g[REG_R14], wanted.r14);
		assert_int_equal(g[REG_R15], wanted.r15);
		assert_int_equal(g[REG_RDI], wanted.rdi);
		assert_int_equal(g[REG_RSI], wanted.rsi);
		assert_int_equal(g[REG_RBP], wanted.rbp);
		assert_int_equal(g[REG_RBX], wanted.rbx);
		assert_int_equal(g[REG_RDX], wanted.rdx);
		assert_int_equal(g[REG_RAX], wanted.rax);
		assert_int_equal(g[REG_RCX], wanted.rcx);
		assert_int_equal(g[REG_RSP], wanted.rsp);
		assert_int_equal(g[REG_RIP], wanted.rip);
		assert_int_equal(g[REG_EFL], wanted.flags);
		assert_int_equal(g[REG_CSGSFS] & 0xffff, 0x33);
		assert_int_equal((uint64_t)g[REG_CSGSFS] >> 48, 0x2b);
		memcpy(&mask, uc.bytes + offsetof(ucontext_t, uc_sigmask), 8);
		assert_int_equal(mask, 0x8000000000000401ull);
		fp = (ij_addr)(uintptr_t)uc.context.uc_mcontext.fpregs;
		assert_int_equal(fp % 64, 0);
		assert_true(fp >= frame.lo + 8 + 304);
		memcpy(&sw, frame.bytes + (fp - frame.lo) + 464, sizeof(sw));
		assert_int_equal(sw.magic1, FP_XSTATE_MAGIC1);
		assert_int_equal(sw.extended_size, sw.xstate_size + FP_XSTATE_MAGIC2_SIZE);
		assert_true(fp + sw.extended_size <= frame.lo + frame.size);
		memcpy(&magic2, frame.bytes + (fp - frame.lo) + sw.xstate_size, 4);
		assert_int_equal(magic2, FP_XSTATE_MAGIC2);
		assert_memory_equal(frame.bytes + (fp - frame.lo) + 160, wanted.xsave + 160, 256);
	}
}

static void test_bad_sizes(void **state)
{
	static const size_t sizes[] = {0, 1, 511, 512, 575, IJ_XSTATE_MAX + 1, SIZE_MAX};
	struct ij_regs regs = {0};

	(void)state;
	state_fill(&wanted, 3);
	for (size_t i = 0; i < IJ_COUNT(sizes); i++)
		assert_false(
			ij_sigframe_build(0x7000, &regs, 0, wanted.xsave, sizes[i], 0, &frame));
	/* Less than what the components that are in use take. */
	if (state_xsave_size() > 576)
		assert_false(ij_sigframe_build(0x7000, &regs, 0, wanted.xsave, 576, 0, &frame));
}

/* Into the frame with one state, out of it with another: the second must be there whole. */
/* A place that holds a frame of ours and nothing else; and every way in which it does not. */
static void test_alone(void **state)
{
	static uint8_t place[16384];
	const ij_addr lo = 0x7f0000000000, sigreturn = 0x401001;
	struct ij_regs regs;
	size_t at;

	(void)state;
	memset(place, 0, sizeof(place));
	assert_true(ij_sigframe_alone(place, sizeof(place), lo, sigreturn));
	state_fill(&wanted, 5);
	regs = regs_from(&wanted);
	assert_true(ij_sigframe_build(lo + sizeof(place) - 144, &regs, 5, wanted.xsave,
				      state_xsave_size(), sigreturn, &frame));
	at = (size_t)(frame.lo - lo);
	memcpy(place + at, frame.bytes, frame.size);
	assert_true(ij_sigframe_alone(place, sizeof(place), lo, sigreturn));
	assert_false(ij_sigframe_alone(place, sizeof(place), lo, sigreturn + 1));
	assert_false(ij_sigframe_alone(place, sizeof(place), lo + 16, sigreturn));
	/* What lies around it is somebody's. */
	const size_t others[] = {0, at - 1, at + frame.size, sizeof(place) - 1,
				 /* and what was written over its end */
				 at + frame.size - 1};

	for (size_t i = 0; i < IJ_COUNT(others); i++) {
		place[others[i]] ^= 0x11;
		assert_false(ij_sigframe_alone(place, sizeof(place), lo, sigreturn));
		place[others[i]] ^= 0x11;
	}
	/* Cut anywhere, it is read no further than it reaches. */
	for (size_t size = 0; size < at + frame.size; size++) {
		bool alone = ij_sigframe_alone(place, size, lo, sigreturn);

		assert_int_equal(alone, size <= at);
	}
	assert_true(ij_sigframe_alone(place, at + frame.size, lo, sigreturn));
}

static void test_sigreturn(void **state)
{
	const uint64_t mask = 1ull << (SIGUSR1 - 1) | 1ull << (SIGRTMAX - 1);
	static uint8_t alternate[16384];
	const stack_t ss = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
	uint64_t before, after = 0;
	struct ij_regs regs;
	stack_t now;

	(void)state;
	assert_int_equal(sigaltstack(&ss, NULL), 0);
	assert_int_equal(syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &before, 8), 0);
	for (unsigned seed = 3; seed < 5; seed++) {
		state_fill(&wanted, seed);
		wanted.rip = (uintptr_t)state_landing;
		wanted.rsp = (uintptr_t)stack + sizeof(stack) - 24;
		regs = regs_from(&wanted);
		assert_true(ij_sigframe_build((uintptr_t)area + sizeof(area) - seed, &regs, mask,
					      wanted.xsave, state_xsave_size(),
					      (uintptr_t)state_sigreturn, &frame));
		assert_true(frame.lo >= (uintptr_t)area + 64);
		memcpy(area + (frame.lo - (uintptr_t)area), frame.bytes, frame.size);
		state_fill(&entry, seed + 1);
		entry.rip = (uintptr_t)state_ret;
		entry.rsp = frame.sp;
		memset(&state_out, 0, sizeof(state_out));
		state_run(&entry);
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, &after, 8);
		assert_null(state_regs_differ(&wanted, &state_out));
		assert_null(state_xsave_differs(&wanted, &state_out));
		assert_int_equal(after, mask);
		assert_int_equal(sigaltstack(NULL, &now), 0);
		assert_ptr_equal(now.ss_sp, alternate);
		assert_int_equal(now.ss_size, sizeof(alternate));
	}
}

/* A context at a given place: into it as by any other, and within the room that was asked for. */
static void test_behind(void **state)
{
	const ij_addr context = (uintptr_t)area + 128;
	uint64_t size, components;
	struct ij_regs regs;
	uint32_t flags;

	(void)state;
	state_fill(&wanted, 7);
	wanted.rip = (uintptr_t)state_landing;
	wanted.rsp = (uintptr_t)stack + sizeof(stack) - 24;
	regs = regs_from(&wanted);
	ij_stub_xsave(wanted.xsave, state_xsave_size(), &size, &components, &flags);
	for (unsigned off = 1; off < 64; off++)
		assert_false(ij_sigframe_behind(context + off, &regs, 0, wanted.xsave,
						state_xsave_size(), 0, &frame));
	assert_true(ij_sigframe_behind(context, &regs, 0, wanted.xsave, state_xsave_size(),
				       (uintptr_t)state_sigreturn, &frame));
	assert_int_equal(frame.lo, context - 8);
	assert_int_equal(frame.size, 8 + ij_sigframe_room(size));
	assert_memory_equal((void *)(uintptr_t)state_sigreturn, ij_sigframe_return,
			    IJ_SIGFRAME_RETURN_SIZE);
	memcpy(area + (frame.lo - (uintptr_t)area), frame.bytes, frame.size);
	state_fill(&entry, 8);
	entry.rip = (uintptr_t)state_ret;
	entry.rsp = frame.sp;
	memset(&state_out, 0, sizeof(state_out));
	state_run(&entry);
	assert_null(state_regs_differ(&wanted, &state_out));
	assert_null(state_xsave_differs(&wanted, &state_out));
}

/* One store makes what a callee returns to the way back from a signal, and one undoes it. */
static void test_return_by_one_store(void **state)
{
	(void)state;
	assert_int_equal((ij_stub_code_returned - ij_stub_code) % 8, 0);
	assert_int_equal(IJ_SIGFRAME_RETURN_SIZE, 9);
	assert_int_equal(ij_stub_code_returned[8], ij_sigframe_return[8]);
	assert_memory_not_equal(ij_stub_code_returned, ij_sigframe_return, 8);
}

static void test_xsave(void **state)
{
	const uint64_t tiles = 3ull << 17;
	uint64_t size, mask, in_use = 0;
	uint32_t flags, tiled;

	(void)state;
	state_fill(&entry, 1);
	ij_stub_xsave(entry.xsave, state_xsave_size(), &size, &mask, &flags);
	assert_int_equal(mask & 3, 3);
	assert_int_equal(mask & tiles, 0);
	assert_true(size >= 576 && size <= state_xsave_size());
	assert_int_equal(flags & IJ_STUB_FLAG_AVX, mask & 4 ? IJ_STUB_FLAG_AVX : 0);
	tiled = flags & IJ_STUB_FLAG_TILES;
	/* Nothing is known of the components: x87 and SSE every 64-bit processor has. */
	for (size_t short_size = 0; short_size < 576; short_size += 115) {
		ij_stub_xsave(entry.xsave, short_size, &size, &mask, &flags);
		assert_int_equal(mask, 3);
		assert_int_equal(size, 576);
		assert_int_equal(flags, tiled);
	}
	/* Tiles in use are saved, where there are any. */
	memcpy(&in_use, entry.xsave + 512, sizeof(in_use));
	in_use |= tiles;
	memcpy(entry.xsave + 512, &in_use, sizeof(in_use));
	ij_stub_xsave(entry.xsave, state_xsave_size(), &size, &mask, &flags);
	assert_int_equal(mask & tiles, tiled ? tiles : 0);
	assert_int_equal(flags & IJ_STUB_FLAG_TILES, 0);
	in_use = 0;
	/* All in their initial state: still saved, but for tiles. */
	memcpy(entry.xsave + 512, &in_use, sizeof(in_use));
	ij_stub_xsave(entry.xsave, state_xsave_size(), &size, &mask, &flags);
	assert_int_equal(mask & 3, 3);
	assert_int_equal(mask & tiles, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout), cmocka_unit_test(test_bad_sizes),
		cmocka_unit_test(test_alone),  cmocka_unit_test(test_sigreturn),
		cmocka_unit_test(test_behind), cmocka_unit_test(test_return_by_one_store),
		cmocka_unit_test(test_xsave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
