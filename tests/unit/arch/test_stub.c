/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stub, run in this process: what it hands to the callee, brings back, and leaves as it was. */
#include <complex.h>
#include <errno.h>
#include <immintrin.h>
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

/* What the callee saw. */
static struct {
	uint64_t ints[6];
	double doubles[8];
	uint64_t words[5];
	uint64_t flags;
	uint32_t mxcsr;
	uint16_t fcw;
} seen;

static unsigned __int128 everything(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
				    uint64_t f, double x0, double x1, double x2, double x3,
				    double x4, double x5, double x6, double x7, uint64_t s0,
				    uint64_t s1, uint64_t s2, uint64_t s3, uint64_t s4)
{
	const uint64_t ints[6] = {a, b, c, d, e, f}, words[5] = {s0, s1, s2, s3, s4};
	const double doubles[8] = {x0, x1, x2, x3, x4, x5, x6, x7};

	__asm__ volatile("pushfq; popq %0" : "=r"(seen.flags));
	__asm__ volatile("stmxcsr %0" : "=m"(seen.mxcsr));
	__asm__ volatile("fnstcw %0" : "=m"(seen.fcw));
	memcpy(seen.ints, ints, sizeof(ints));
	memcpy(seen.words, words, sizeof(words));
	memcpy(seen.doubles, doubles, sizeof(doubles));
	errno = 77;
	state_clobber_vectors();
	return (unsigned __int128)0x1122334455667788ull << 64 | 0x99aabbccddeeff00ull;
}

static double complex pair(void)
{
	return 2.5 - 4.25 * I;
}

static long double extended(void)
{
	return 1.0L / 3;
}

/* The same on a stack of ours: not a byte of the interrupted one is written to. */
static void run_foreign(uint64_t sp)
{
	static uint8_t ours[64 * 1024] __attribute__((aligned(64)));
	static uint8_t before[sizeof(stack)];
	uint8_t *at = ours + sizeof(ours) - IJ_STUB_ENTRY_SPAN;
	struct ij_stub_entry entry;
	struct ij_regs regs = {0};
	uint64_t mask;

	regs.gp.rsp = sp;
	regs.gp.rip = (uintptr_t)state_again;
	regs.gp.cs = 0x33;
	regs.gp.ss = 0x2b;
	regs.gp.eflags = in.flags;
	entry = ij_stub_entry_of(&regs, (uintptr_t)desc);
	memcpy(at, &entry, sizeof(entry));
	desc->flags |= IJ_STUB_FLAG_FOREIGN;
	in.rsp = (uintptr_t)at;
	in.rip = (uintptr_t)page;
	memset(&state_out, 0, sizeof(state_out));
	memset(stack, 0x5a, sizeof(stack));
	memcpy(before, stack, sizeof(stack));
	mask = mask_set(~(BIT(SIGURG) | BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGILL) | BIT(SIGTRAP)));
	errno = 4242;
	state_run(&in);
	assert_int_equal(errno, 4242);
	assert_int_equal(mask_set(mask), desc->sigmask);
	assert_int_equal(desc->state, IJ_STUB_STATE_DONE);
	assert_memory_equal(before, stack, sizeof(stack));
	in.rsp = sp;
	assert_null(state_regs_differ(&in, &state_out));
	assert_null(state_xsave_differs(&in, &state_out));
}

static void test_foreign(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 65; i++) {
		prepare(nothing, i);
		run_foreign((uintptr_t)stack + sizeof(stack) / 2 + i);
	}
	/* Flags that only a whole load of them restores: direction, alignment checks, a trap's. */
	prepare(nothing, 3);
	in.flags |= 0x400;
	run_foreign((uintptr_t)stack + sizeof(stack) / 2);
}

static void test_all_restored(void **state)
{
	(void)state;
	/* Every alignment of the interrupted stack that may occur, and an odd one. */
	for (unsigned i = 0; i < 65; i++) {
		prepare((void (*)(void))everything, i);
		for (unsigned k = 0; k < 6; k++)
			desc->int_args[k] = 0x1000 + k;
		for (unsigned k = 0; k < 8; k++) {
			double value = k + 0.5;

			memcpy(&desc->sse_args[k], &value, sizeof(value));
		}
		for (unsigned k = 0; k < 5; k++)
			desc->stack_args[k] = 0x2000 + k;
		desc->stack_len = i % 2 ? 5 : 6;
		desc->sse_len = 8;
		run((uintptr_t)stack + sizeof(stack) - SLACK - i);
		assert_null(state_regs_differ(&in, &state_out));
		assert_int_equal(state_again_seen, 1);

		assert_int_equal(state_callee_al, 8);
		/* psABI AMD64 1.0, 3.2.2: (rsp + 8) % 16 == 0 at a function's entry. */
		assert_int_equal(state_callee_sp % 16, 8);
		assert_int_equal(seen.flags & 0x400, 0);
		assert_int_equal(seen.mxcsr, 0x1f80);
		assert_int_equal(seen.fcw, 0x37f);
		for (unsigned k = 0; k < 6; k++)
			assert_int_equal(seen.ints[k], 0x1000 + k);
		for (unsigned k = 0; k < 8; k++)
			assert_true(seen.doubles[k] == k + 0.5);
		for (unsigned k = 0; k < 5; k++)
			assert_int_equal(seen.words[k], 0x2000 + k);
		assert_int_equal(desc->rax, 0x99aabbccddeeff00ull);
		assert_int_equal(desc->rdx, 0x1122334455667788ull);
		assert_int_equal(desc->callee_errno, 77);
		assert_int_equal(desc->saved_errno, 4242);
		assert_int_equal(desc->errno_addr, (uintptr_t)&errno);
	}
}

/* At the very top of a stack: nothing above what was interrupted is touched, not even read. */
static void test_top_of_stack(void **state)
{
	const size_t size = sizeof(stack);
	uint8_t *top = mmap(NULL, size + 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(top, MAP_FAILED);
	assert_int_equal(mprotect(top, size, PROT_READ | PROT_WRITE), 0);
	for (unsigned i = 0; i < 65; i++) {
		prepare((void (*)(void))everything, i);
		run((uintptr_t)top + size - SLACK - i);
		assert_null(state_regs_differ(&in, &state_out));
	}
	assert_int_equal(munmap(top, size + 65536), 0);
}

/* Loads a tile, which is not in its initial state any more. */
__attribute__((target("amx-tile"))) static void tile(void)
{
	const struct {
		uint8_t palette, start_row, reserved[14];
		uint16_t row_bytes[16];
		uint8_t rows[16];
	} config = {.palette = 1, .row_bytes = {64}, .rows = {16}};
	static const uint8_t data[16][64] = {{1}, {2}, {3}};

	_tile_loadconfig(&config);
	_tile_loadd(0, data, 64);
}

/* Intel SDM 1, 13.2: XGETBV with ECX = 1 tells which components are not in their initial state. */
__attribute__((target("xsave"))) static uint64_t tiles_in_use(void)
{
	return _xgetbv(1) & 3ull << 17;
}

static void test_tiles(void **state)
{
	enum { REQ_XCOMP_PERM = 0x1023, XTILEDATA = 18 }; /* asm/prctl.h of Linux 5.16 */

	(void)state;
	prepare(tile, 1);
	if (!(desc->flags & IJ_STUB_FLAG_TILES) ||
	    syscall(SYS_arch_prctl, REQ_XCOMP_PERM, XTILEDATA)) {
		print_message("this processor has no tiles, or they are not given to us\n");
		skip();
	}
	tile();
	assert_int_not_equal(tiles_in_use(), 0);
	__asm__ volatile("tilerelease");
	prepare(tile, 2);
	run((uintptr_t)stack + sizeof(stack) - 128);
	assert_int_equal(tiles_in_use(), 0);
	assert_null(state_regs_differ(&in, &state_out));
}

static void test_results(void **state)
{
	double first, second;
	long double result;

	(void)state;
	prepare((void (*)(void))pair, 1);
	run((uintptr_t)stack + sizeof(stack) - 128);
	memcpy(&first, desc->xmm0, sizeof(first));
	memcpy(&second, desc->xmm1, sizeof(second));
	assert_true(first == 2.5 && second == -4.25);
	assert_int_equal(state_callee_al, 0);

	prepare((void (*)(void))extended, 2);
	run((uintptr_t)stack + sizeof(stack) - 128);
	memcpy(&result, desc->st0, 10);
	assert_memory_equal(&result, &(long double){1.0L / 3}, 10);

	/* As many stack arguments as the descriptor holds, and errno of nobody's concern. */
	prepare(nothing, 3);
	desc->stack_len = IJ_STUB_STACK_ARGS_MAX;
	desc->errno_location = 0;
	run((uintptr_t)stack + sizeof(stack) - 128);
	assert_null(state_regs_differ(&in, &state_out));
	assert_int_equal(desc->errno_addr, 0);
	assert_int_equal(state_callee_sp % 16, 8);
}

typedef float vec4 __attribute__((vector_size(16)));
typedef float vec8 __attribute__((vector_size(32)));

static float seen_vectors[8][8];

static vec4 narrow(vec4 a, vec4 b, vec4 c, vec4 d, vec4 e, vec4 f, vec4 g, vec4 h)
{
	const vec4 all[] = {a, b, c, d, e, f, g, h};

	for (unsigned i = 0; i < 8; i++)
		memcpy(seen_vectors[i], &all[i], sizeof(all[i]));
	return h;
}

__attribute__((target("avx"))) static vec8 wide(vec8 a, vec8 b, vec8 c, vec8 d, vec8 e, vec8 f,
						vec8 g, vec8 h)
{
	const vec8 all[] = {a, b, c, d, e, f, g, h};

	memcpy(seen_vectors, all, sizeof(all));
	return h;
}

/* Whole registers in, and out. */
static void test_vectors(void **state)
{
	float vectors[8][IJ_STUB_VECTOR_SIZE / sizeof(float)];

	(void)state;
	for (unsigned size = 16; size <= 32 && size <= ij_stub_vector_max(); size *= 2) {
		for (unsigned i = 0; i < 8 * IJ_STUB_VECTOR_SIZE / sizeof(float); i++)
			(&vectors[0][0])[i] = (float)(i + size);
		prepare(size > 16 ? (void (*)(void))wide : (void (*)(void))narrow, size);
		desc->callee = desc->func;
		desc->func = (uintptr_t)page + (uintptr_t)(ij_stub_code_vectors - ij_stub_code);
		desc->vectors = (uintptr_t)vectors;
		desc->flags |= IJ_STUB_FLAG_STORE | (size > 16 ? IJ_STUB_FLAG_WIDE : 0);
		desc->stack_len = 1;
		run((uintptr_t)stack + sizeof(stack) - 128);
		assert_null(state_regs_differ(&in, &state_out));
		for (unsigned i = 0; i < 8; i++)
			assert_memory_equal(seen_vectors[i], &(float[]){i * 16 + size}, 4);
		assert_memory_equal(vectors[0], seen_vectors[7], size);
		/* Their alignment is the widest's. */
		assert_int_equal(state_callee_sp % 64, 56);
	}
}

/* Arguments on the stack from elsewhere, and a result in two x87 registers. */
static long double complex complex_pair(void)
{
	return 1.5L + 2.5L * I;
}

static void test_far_stack(void **state)
{
	static uint64_t words[1000];
	long double parts[2] = {0};

	(void)state;
	prepare((void (*)(void))complex_pair, 9);
	desc->stack_from = (uintptr_t)words;
	desc->stack_len = IJ_COUNT(words);
	run((uintptr_t)stack + sizeof(stack) - 128);
	assert_null(state_regs_differ(&in, &state_out));
	memcpy(&parts[0], desc->st0, 10);
	memcpy(&parts[1], desc->st1, 10);
	assert_true(parts[0] == 1.5L && parts[1] == 2.5L);
}

/*
 * As in a cave: the descriptor lies between the red zone and what is saved, no signal is sent (this
 * one would be seen) and the signal mask stays as it is, whatever the descriptor says of it.
 */
static void test_cave(void **state)
{
	const uint64_t skips[] = {0, sizeof(*desc), 4096 + 16, UINT16_MAX - IJ_RED_ZONE - 15};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(skips); i++) {
		uint64_t sp = (uintptr_t)stack + sizeof(stack) - SLACK - i, kept = BIT(SIGUSR2);
		uint8_t *entry = (uint8_t *)(uintptr_t)(ij_stub_entry_sp(sp) - skips[i]);
		uint16_t skip = (uint16_t)(IJ_RED_ZONE + skips[i]);
		const uint64_t first[2] = {(uintptr_t)desc, (uintptr_t)state_again};
		uint64_t before;

		assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
		memcpy(page + IJ_STUB_SKIP_OFF, &skip, sizeof(skip));
		assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_EXEC), 0);
		prepare((void (*)(void))everything, 100 + (unsigned)i);
		desc->flags |= IJ_STUB_FLAG_SILENT | IJ_STUB_FLAG_UNMASKED;
		/* Waiting for a stop that does not come. */
		desc->flags |= i % 2 ? IJ_STUB_FLAG_LINGER : 0;
		desc->marker = SIGKILL;
		desc->stack_len = 5;
		memset(entry + IJ_STUB_ENTRY_SIZE, 0x5a, skips[i] + IJ_RED_ZONE);
		memcpy(entry, first, sizeof(first));
		in.rsp = (uintptr_t)entry;
		in.rip = (uintptr_t)page;
		memset(&state_out, 0, sizeof(state_out));
		before = mask_set(kept);
		errno = 4242;
		state_run(&in);
		assert_int_equal(errno, 4242);
		assert_int_equal(mask_set(before), kept);
		assert_int_equal(desc->state, IJ_STUB_STATE_DONE);
		for (size_t k = 0; k < skips[i] + IJ_RED_ZONE; k++)
			assert_int_equal(entry[IJ_STUB_ENTRY_SIZE + k], 0x5a);
		in.rsp = sp;
		assert_null(state_xsave_differs(&in, &state_out));
		assert_null(state_regs_differ(&in, &state_out));
	}
	assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_WRITE), 0);
	memcpy(page, ij_stub_code, (size_t)(ij_stub_code_end - ij_stub_code));
	assert_int_equal(mprotect(page, 4096, PROT_READ | PROT_EXEC), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_foreign),      cmocka_unit_test(test_all_restored),
		cmocka_unit_test(test_top_of_stack), cmocka_unit_test(test_results),
		cmocka_unit_test(test_cave),         cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_far_stack),    cmocka_unit_test(test_tiles),
	};

	return cmocka_run_group_tests(tests, stub_setup, NULL);
}
