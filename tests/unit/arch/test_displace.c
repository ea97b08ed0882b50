/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Code copied along a path, against the original: run by the processor with the registers that the
 * path was made for, and with others, and put back from each of its instructions.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "arch/displace.h"
#include "arch/simulate.h"

extern uint64_t native_regs[17], native_entry;
extern uint8_t native_xmm[16][16];
extern uint8_t displaced_var[64];
void native_run(void);

enum { ROUNDS = 300, DATA = 4096, STACK = 3072, STEPS_MAX = 400, PAGE = 4096, LEFT = 2 };
enum { RBX = 3, RSP = 4, RSI = 6, RDI = 7, R12 = 12, FLAGS = 16 };
#define STATUS 0x8d5ull

struct piece {
	const char *name;
	const uint8_t *begin, *end;
	bool straight;  /* one way only, which is not simulated */
	bool near_only; /* cannot be copied far away */
};

#define PIECES(P)  P(0) P(1) P(2) P(3) P(4) P(5) P(6) P(7) P(8)
#define DECLARE(n) extern const uint8_t displaced_##n[], displaced_##n##_end[];
PIECES(DECLARE)

static const struct piece pieces[] = {
	{"straight on", displaced_0, displaced_0_end, false, false},
	{"branches", displaced_1, displaced_1_end, false, false},
	{"calls", displaced_2, displaced_2_end, false, false},
	{"relative to the PC", displaced_3, displaced_3_end, false, false},
	{"repeated", displaced_4, displaced_4_end, false, false},
	{"stack and flags", displaced_5, displaced_5_end, false, false},
	{"changed return", displaced_6, displaced_6_end, false, false},
	{"stack and PC", displaced_7, displaced_7_end, false, true},
	{"vectors", displaced_8, displaced_8_end, true, false},
};

/* All that a piece works on. */
struct input {
	uint64_t regs[17];
	uint8_t xmm[16][16];
	uint8_t data[DATA];
	uint8_t var[64];
};

static uint8_t data[DATA] __attribute__((aligned(IJ_SIM_LINE_SIZE)));
static uint8_t *places[2]; /* pages for the copy: near the pieces, and far away */
static struct ij_displaced displaced;
static struct ij_regs states[STEPS_MAX + 1]; /* of the original, simulated */
static uint64_t undefined[STEPS_MAX + 1];
static size_t states_len;

static uint64_t seed = 0x9e3779b97f4a7c15ull;

static uint64_t rng(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void input_fill(struct input *in)
{
	for (unsigned i = 0; i < 16; i++)
		in->regs[i] = rng() & 1 ? rng() & 3 : rng();
	in->regs[RBX] = (uint64_t)(uintptr_t)data + 512;
	in->regs[RSP] = (uint64_t)(uintptr_t)data + STACK;
	in->regs[RSI] = (uint64_t)(uintptr_t)data + 1024;
	in->regs[RDI] = (uint64_t)(uintptr_t)data + 1200;
	in->regs[R12] = rng() & 31;
	in->regs[FLAGS] = 0x202 | (rng() & STATUS);
	for (size_t i = 0; i < sizeof(in->data); i++)
		in->data[i] = (uint8_t)(rng() & 3 ? 0 : rng());
	for (size_t i = 0; i < sizeof(in->var); i++)
		in->var[i] = (uint8_t)rng();
	for (size_t i = 0; i < sizeof(in->xmm); i++)
		((uint8_t *)in->xmm)[i] = (uint8_t)rng();
}

static void input_load(const struct input *in)
{
	memcpy(native_regs, in->regs, sizeof(in->regs));
	memcpy(native_xmm, in->xmm, sizeof(in->xmm));
	memcpy(data, in->data, sizeof(data));
	memcpy(displaced_var, in->var, sizeof(in->var));
}

static void output_take(struct input *out)
{
	memcpy(out->regs, native_regs, sizeof(out->regs));
	memcpy(out->xmm, native_xmm, sizeof(out->xmm));
	memcpy(out->data, data, sizeof(data));
	memcpy(out->var, displaced_var, sizeof(out->var));
}

/* Below the red zone of the stack that it starts with, memory is nobody's. */
static void check_equal(const char *name, const struct input *want, const struct input *got)
{
	const size_t live = STACK - 128;

	for (unsigned i = 0; i < 16; i++)
		if (want->regs[i] != got->regs[i])
			fail_msg("%s: register %u is %#llx, not %#llx", name, i,
				 (unsigned long long)got->regs[i],
				 (unsigned long long)want->regs[i]);
	assert_int_equal(want->regs[FLAGS] & STATUS, got->regs[FLAGS] & STATUS);
	assert_memory_equal(want->data, got->data, 2048);
	assert_memory_equal(want->data + live, got->data + live, DATA - live);
	assert_memory_equal(want->var, got->var, sizeof(want->var));
	assert_memory_equal(want->xmm, got->xmm, sizeof(want->xmm));
}

static bool own_read(void *ctx, ij_addr addr, void *buf, size_t size)
{
	(void)ctx;
	memcpy(buf, (const void *)(uintptr_t)addr, size);
	return true;
}

static void sim_start(struct ij_sim *sim, const struct input *in, ij_addr pc)
{
	struct ij_regs regs;

	memset(&regs, 0, sizeof(regs));
	regs.gp = (struct user_regs_struct){.rax = in->regs[0],
					    .rcx = in->regs[1],
					    .rdx = in->regs[2],
					    .rbx = in->regs[3],
					    .rsp = in->regs[4],
					    .rbp = in->regs[5],
					    .rsi = in->regs[6],
					    .rdi = in->regs[7],
					    .r8 = in->regs[8],
					    .r9 = in->regs[9],
					    .r10 = in->regs[10],
					    .r11 = in->regs[11],
					    .r12 = in->regs[12],
					    .r13 = in->regs[13],
					    .r14 = in->regs[14],
					    .r15 = in->regs[15],
					    .eflags = in->regs[FLAGS],
					    .orig_rax = ~0ull,
					    .rip = pc,
					    .cs = 0x33};
	ij_sim_init(sim, &regs);
	sim->read = own_read;
	memcpy(sim->vec, in->xmm, sizeof(in->xmm));
	sim->vec_known = 0xffff;
}

static ij_addr address(const uint8_t *code)
{
	return (ij_addr)(uintptr_t)code;
}

/* Follow the original from @in to its end, noting each state; @copy: and copy it. */
static bool follow(const struct piece *piece, const struct input *in, bool copy)
{
	static struct ij_sim sim;

	states_len = 0;
	sim_start(&sim, in, address(piece->begin));
	states[states_len++] = sim.regs;
	while (ij_regs_pc(&sim.regs) != address(piece->end)) {
		ij_addr pc = ij_regs_pc(&sim.regs), next;
		enum ij_sim_end end = ij_sim_step(&sim);

		if (end != IJ_SIM_STEPPED)
			fail_msg("%s: +%#llx (%s) cannot be followed: %s", piece->name,
				 (unsigned long long)(pc - address(piece->begin)), sim.text,
				 ij_sim_end_text(end));
		assert_true(states_len <= STEPS_MAX);
		undefined[states_len] = sim.undefined;
		states[states_len++] = sim.regs;
		next = ij_regs_pc(&sim.regs);
		if (!copy || (next == pc && sim.insn.repeated))
			continue;
		if (!ij_displace_add(&displaced, sim.code, &sim.insn, pc, next))
			return false;
	}
	return !copy || ij_displace_end(&displaced, address(piece->end));
}

static bool copy_straight(const struct piece *piece)
{
	struct ij_insn insn;

	for (const uint8_t *at = piece->begin; at < piece->end; at += insn.size) {
		assert_true(ij_insn_decode(at, (size_t)(piece->end - at), address(at), &insn));
		if (!ij_displace_add(&displaced, at, &insn, address(at), address(at) + insn.size))
			return false;
	}
	return ij_displace_end(&displaced, address(piece->end));
}

static bool copy_make(const struct piece *piece, const struct input *in, uint8_t *place)
{
	const struct ij_displace_frame frame = {
		.base = address(place),
		.size = IJ_DISPLACE_SIZE,
		.state = address(place) + PAGE,
		.left = LEFT,
		.pid = (uint32_t)getpid(),
		.tid = (uint32_t)syscall(SYS_gettid),
		.signo = SIGURG,
	};

	ij_displace_init(&displaced, &frame);
	if (!(piece->straight ? copy_straight(piece) : follow(piece, in, true)))
		return false;
	memcpy(place, displaced.code, sizeof(displaced.code));
	return true;
}

static void run(const struct input *in, ij_addr entry, struct input *out)
{
	input_load(in);
	native_entry = entry;
	native_run();
	output_take(out);
}

/* It has told of its end; @return: by the signal, too. */
static bool has_left(uint8_t *place)
{
	const struct timespec none = {0};
	sigset_t set;
	uint32_t state;

	memcpy(&state, place + PAGE, sizeof(state));
	assert_int_equal(state, LEFT);
	memset(place + PAGE, 0, sizeof(state));
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	return sigtimedwait(&set, NULL, &none) == SIGURG;
}

static bool peek(void *ctx, ij_addr addr, uint64_t *ret)
{
	return ij_sim_peek(ctx, addr, ret, sizeof(*ret));
}

/* The first of the original's states from @from on that @regs is; states_len: none. */
static size_t state_find(const struct ij_regs *regs, size_t from)
{
	for (size_t i = from; i < states_len; i++) {
		struct ij_regs want = states[i], got = *regs;

		want.gp.eflags &= STATUS & ~undefined[i];
		got.gp.eflags &= STATUS & ~undefined[i];
		if (!memcmp(&want, &got, sizeof(want)))
			return i;
	}
	return states_len;
}

/* Simulate the copy, and put it back from each instruction: what is met are the original's states.
 */
static void check_back(const struct piece *piece, const struct input *in)
{
	static struct ij_sim sim;
	size_t at = 0;

	input_load(in);
	follow(piece, in, false);
	sim_start(&sim, in, displaced.frame.base + displaced.entry);
	while (ij_displace_holds(&displaced, ij_regs_pc(&sim.regs))) {
		ij_addr off = ij_regs_pc(&sim.regs) - displaced.frame.base;
		struct ij_regs back = sim.regs;
		enum ij_sim_end end;

		assert_true(ij_displace_back(&displaced, &back, peek, &sim));
		at = state_find(&back, at);
		if (at == states_len)
			fail_msg("%s: no state of the original at +%#llx of its copy (pc +%#llx)",
				 piece->name, (unsigned long long)off,
				 (unsigned long long)(ij_regs_pc(&back) - address(piece->begin)));
		end = ij_sim_step(&sim);
		if (end == IJ_SIM_SYSCALL) {
			assert_int_equal(sim.regs.gp.rax, SYS_tgkill);
			assert_int_equal(off + 2, displaced.marked);
			sim.regs.gp.rax = 0;
			sim.regs.gp.rcx = sim.regs.gp.rip += 2;
			sim.regs.gp.r11 = sim.regs.gp.eflags;
		} else {
			assert_int_equal(end, IJ_SIM_STEPPED);
		}
	}
	if (state_find(&sim.regs, at) == states_len)
		fail_msg("%s: left its copy in a state that is none of the original's",
			 piece->name);
}

static void check_piece(const struct piece *piece, uint8_t *place, unsigned *marked)
{
	static struct input first, other, want, got;

	input_fill(&first);
	input_fill(&other);
	input_load(&first);
	if (!copy_make(piece, &first, place)) {
		assert_true(piece->near_only && place == places[1]);
		return;
	}
	assert_false(piece->near_only && place == places[1]);
	for (unsigned i = 0; i < 2; i++) {
		const struct input *in = i ? &other : &first;

		run(in, address(piece->begin), &want);
		run(in, displaced.frame.base + displaced.entry, &got);
		if (has_left(place))
			++*marked;
		else
			assert_true(i && !strcmp(piece->name, "changed return"));
		check_equal(piece->name, &want, &got);
		if (!piece->straight)
			check_back(piece, in);
	}
}

static void copies_do_as_the_original(void **state)
{
	(void)state;
	for (size_t n = 0; n < IJ_COUNT(pieces); n++)
		for (unsigned i = 0; i < 2; i++) {
			unsigned marked = 0;

			if (pieces[n].straight && !__builtin_cpu_supports("avx"))
				continue;
			for (unsigned round = 0; round < ROUNDS; round++)
				check_piece(&pieces[n], places[i], &marked);
			assert_true(marked >= ROUNDS || (pieces[n].near_only && i));
		}
}

/* One instruction at address 0x1000, which goes on at @next. */
static bool add_bytes(const char *bytes, size_t size, ij_addr next)
{
	const struct ij_displace_frame frame = {.base = 0x100000, .size = 512, .state = 0x101000};
	struct ij_insn insn;

	assert_true(ij_insn_decode((const uint8_t *)bytes, size, 0x1000, &insn));
	ij_displace_init(&displaced, &frame);
	return ij_displace_add(&displaced, (const uint8_t *)bytes, &insn, 0x1000, next);
}

static void what_cannot_be_copied(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t size;
		ij_addr next;
		bool can;
	} rows[] = {
		{"nop", "\x90", 1, 0x1001, true},
		{"nop that goes elsewhere", "\x90", 1, 0x1002, false},
		{"syscall", "\x0f\x05", 2, 0x1002, false},
		{"int3", "\xcc", 1, 0x1001, false},
		{"ud2", "\x0f\x0b", 2, 0x1002, false},
		{"jmp *%rax", "\xff\xe0", 2, 0x2000, false},
		{"call *%rax", "\xff\xd0", 2, 0x2000, false},
		{"jmp", "\xeb\x10", 2, 0x1012, true},
		{"jmp that goes elsewhere", "\xeb\x10", 2, 0x1013, false},
		{"jz, taken", "\x74\x10", 2, 0x1012, true},
		{"jz, not taken", "\x74\x10", 2, 0x1002, true},
		{"jz that goes elsewhere", "\x74\x10", 2, 0x1003, false},
		{"jz, 16 bits", "\x66\x74\x10", 3, 0x1003, false},
		{"ret", "\xc3", 1, 0x5000, true},
		{"far return", "\xcb", 1, 0x5000, false},
		{"xbegin", "\xc7\xf8\x00\x00\x00\x00", 6, 0x1006, false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		if (add_bytes(rows[i].bytes, rows[i].size, rows[i].next) != rows[i].can)
			fail_msg("%s is%s copied", rows[i].name, rows[i].can ? " not" : "");
}

/* A copy that is full refuses more, and can still be ended. */
static void there_is_an_end_to_room(void **state)
{
	const struct ij_displace_frame frame = {.base = 0x100000, .size = 256, .state = 0x101000};
	const uint8_t ret[] = {0xc3};
	struct ij_insn insn;
	unsigned added = 0;
	size_t len;

	(void)state;
	assert_true(ij_insn_decode(ret, sizeof(ret), 0x1000, &insn));
	ij_displace_init(&displaced, &frame);
	while (added < 100 && ij_displace_add(&displaced, ret, &insn, 0x1000, 0x2000))
		added++;
	assert_in_range(added, 1, 10);
	len = displaced.len;
	assert_false(ij_displace_add(&displaced, ret, &insn, 0x1000, 0x2000));
	assert_int_equal(displaced.len, len);
	assert_true(ij_displace_end(&displaced, 0x1000));
	assert_true(displaced.len <= displaced.pool);
}

static bool no_memory(void *ctx, ij_addr addr, uint64_t *ret)
{
	(void)ctx;
	(void)addr;
	(void)ret;
	return false;
}

/* What cannot be put back is left as it is. */
static void back_only_from_instructions(void **state)
{
	struct ij_regs regs, before;

	(void)state;
	memset(&regs, 0, sizeof(regs));
	assert_true(add_bytes("\x48\x01\xd0", 3, 0x1003));
	assert_true(ij_displace_end(&displaced, 0x1003));
	ij_regs_set_pc(&regs, 0x100000 + displaced.entry);
	assert_true(ij_displace_back(&displaced, &regs, no_memory, NULL));
	assert_int_equal(ij_regs_pc(&regs), 0x1000);
	ij_regs_set_pc(&regs, 0x100000 + displaced.entry + 1);
	before = regs;
	assert_false(ij_displace_back(&displaced, &regs, no_memory, NULL));
	ij_regs_set_pc(&regs, 0x100000 + displaced.marked);
	assert_false(ij_displace_back(&displaced, &regs, no_memory, NULL));
	ij_regs_set_pc(&regs, 0x100000 + displaced.entry + 1);
	assert_memory_equal(&regs, &before, sizeof(regs));
	ij_regs_set_pc(&regs, 0xfffff);
	assert_false(ij_displace_back(&displaced, &regs, no_memory, NULL));
}

static int pages_map(void **state)
{
	const uintptr_t near = ((uintptr_t)displaced_0 + (64ul << 20)) & ~(uintptr_t)(PAGE - 1);
	void *const hints[2] = {(void *)near, (void *)(near ^ 1ul << 44)};
	sigset_t set;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		int64_t distance;

		places[i] = mmap(hints[i], 2 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		assert_ptr_not_equal(places[i], MAP_FAILED);
		distance = (int64_t)(address(places[i]) - address(displaced_0));
		assert_int_equal(distance == (int32_t)distance, i == 0);
	}
	sigemptyset(&set);
	sigaddset(&set, SIGURG);
	return sigprocmask(SIG_BLOCK, &set, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_do_as_the_original),
		cmocka_unit_test(what_cannot_be_copied),
		cmocka_unit_test(there_is_an_end_to_room),
		cmocka_unit_test(back_only_from_instructions),
	};

	return cmocka_run_group_tests(tests, pages_map, NULL);
}
