/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every simulated instruction against the processor itself: random operands, registers, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <Zydis/Zydis.h>
#include <cmocka.h>

#include "arch/simulate.h"
#include "simulate_cases.h"

extern uint64_t native_regs[17], native_entry, native_exit;
extern uint8_t native_xmm[16][16];
extern const char native_exit_0[], native_exit_1[];
void native_run(void);

enum { DATA = 4096, ROUNDS = 2000, TAKEN = 64 };
enum { RCX = 1, RBX = 3, RSP = 4, RSI = 6, RDI = 7, R12 = 12, FLAGS = 16 };
#define STATUS 0x8d5ull

/* The code that runs, and the memory that it works on: half of it data, half of it the stack. */
static uint8_t *code;
static uint8_t data[DATA] __attribute__((aligned(IJ_SIM_LINE_SIZE)));

static uint64_t seed = 0x9e3779b97f4a7c15ull;

static uint64_t rng(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Numbers that carries and signs turn on are as frequent as any others. */
static uint64_t random_value(void)
{
	static const uint64_t edges[] = {0,          1,          ~0ull,          0x7f,
					 0x80,       0xff,       0x7fff,         0x8000,
					 0x7fffffff, 0x80000000, 1ull << 63,     ~0ull >> 1,
					 0xffffffff, 0xffff,     0x100000000ull, 63};

	switch (rng() & 3) {
	case 0:
		return edges[rng() % IJ_COUNT(edges)];
	case 1:
		return rng() >> (rng() & 63);
	default:
		return rng();
	}
}

static bool own_read(void *ctx, ij_addr addr, void *buf, size_t size)
{
	(void)ctx;
	memcpy(buf, (const void *)(uintptr_t)addr, size);
	return true;
}

static ZydisRegister random_register(unsigned size)
{
	unsigned number = (unsigned)rng() & 15;

	if (size == 1 && rng() % 8 == 0)
		return ZYDIS_REGISTER_AH + (rng() & 3);
	return ZydisRegisterEncode(size == 1   ? ZYDIS_REGCLASS_GPR8
				   : size == 2 ? ZYDIS_REGCLASS_GPR16
				   : size == 4 ? ZYDIS_REGCLASS_GPR32
					       : ZYDIS_REGCLASS_GPR64,
				   size == 1 && number >= 4 ? (uint8_t)(number + 4)
							    : (uint8_t)number);
}

static void memory_operand(ZydisEncoderOperand *op, unsigned size)
{
	op->type = ZYDIS_OPERAND_TYPE_MEMORY;
	op->mem.base = ZYDIS_REGISTER_RBX;
	op->mem.size = (ZyanU16)size;
	op->mem.displacement = (int64_t)(rng() % 256) - 128;
	if (rng() & 1) {
		op->mem.index = ZYDIS_REGISTER_R12;
		op->mem.scale = (ZyanU8)(1u << (rng() & 3));
	}
}

static void register_operand(ZydisEncoderOperand *op, ZydisRegister reg)
{
	op->type = ZYDIS_OPERAND_TYPE_REGISTER;
	op->reg.value = reg;
}

static void operand(ZydisEncoderOperand *op, char form, unsigned size)
{
	switch (form) {
	case 'r':
		register_operand(op, random_register(size));
		break;
	case 'R':
		register_operand(op, random_register(8));
		break;
	case 'D':
		register_operand(op, random_register(4));
		break;
	case 'w':
		if (rng() & 1)
			register_operand(op, random_register(size == 2 || rng() & 1 ? 1 : 2));
		else
			memory_operand(op, size == 2 || rng() & 1 ? 1 : 2);
		break;
	case 'm':
		memory_operand(op, size);
		break;
	case 'q':
		memory_operand(op, 8);
		op->mem.displacement &= ~7ll; /* a word that holds a target */
		break;
	case 'd':
		memory_operand(op, 4);
		break;
	case 'X':
		memory_operand(op, 16);
		break;
	case 'x':
		register_operand(op, ZYDIS_REGISTER_XMM0 + (rng() & 15));
		break;
	case 'c':
		register_operand(op, ZYDIS_REGISTER_CL);
		break;
	case 'i':
		op->type = ZYDIS_OPERAND_TYPE_IMMEDIATE;
		op->imm.s = (int64_t)random_value();
		op->imm.s = size == 1   ? (int8_t)op->imm.s
			    : size == 2 ? (int16_t)op->imm.s
					: (int32_t)op->imm.s;
		break;
	case 'b':
		op->type = ZYDIS_OPERAND_TYPE_IMMEDIATE;
		op->imm.u = rng() % 72;
		break;
	case 'j':
		/* Relative to the end of the instruction; corrected once its size is known. */
		op->type = ZYDIS_OPERAND_TYPE_IMMEDIATE;
		op->imm.s = TAKEN;
		break;
	default:
		break;
	}
}

static bool encode(const struct native_case *c, const char *form, size_t len, unsigned size,
		   size_t *size_ret)
{
	ZydisEncoderRequest request;
	ZyanUSize room = IJ_INSN_SIZE_MAX;

	memset(&request, 0, sizeof(request));
	request.machine_mode = ZYDIS_MACHINE_MODE_LONG_64;
	request.mnemonic = c->mnemonic;
	if (form[0] != '-') {
		request.operand_count = (ZyanU8)len;
		for (size_t i = 0; i < len; i++)
			operand(&request.operands[i], form[i], size);
	}
	return ZYAN_SUCCESS(ZydisEncoderEncodeInstruction(&request, code, &room)) &&
	       (*size_ret = room);
}

/* Behind the instruction, and at TAKEN behind that: the two ways out. */
static void place_exits(size_t size)
{
	static const uint8_t jump[] = {0xff, 0x25, 0, 0, 0, 0};
	const uint64_t to[2] = {(uint64_t)(uintptr_t)native_exit_0,
				(uint64_t)(uintptr_t)native_exit_1};

	for (unsigned i = 0; i < 2; i++) {
		memcpy(code + size + i * TAKEN, jump, sizeof(jump));
		memcpy(code + size + i * TAKEN + sizeof(jump), &to[i], 8);
	}
}

static void randomise(size_t size, bool transfers)
{
	for (unsigned i = 0; i < 16; i++)
		native_regs[i] = random_value();
	for (unsigned i = 0; i < sizeof(native_xmm); i++)
		((uint8_t *)native_xmm)[i] = (uint8_t)(rng() & 3 ? rng() : 0);
	for (unsigned i = 0; i < DATA; i += 8) {
		uint64_t value = random_value();

		memcpy(data + i, &value, 8);
	}
	native_regs[RBX] = (uint64_t)(uintptr_t)data + 1024 + (rng() & 63);
	native_regs[R12] = rng() & 31;
	native_regs[RSP] = (uint64_t)(uintptr_t)data + 3072 + (rng() & 7) * 8;
	native_regs[5] = (uint64_t)(uintptr_t)data + 3072 + (rng() & 7) * 8;
	native_regs[RSI] = (uint64_t)(uintptr_t)data + 512 + (rng() & 63);
	native_regs[RDI] = (uint64_t)(uintptr_t)data + 640 + (rng() & 63);
	if (rng() & 1)
		native_regs[RCX] = rng() & 7;
	native_regs[FLAGS] = 0x202 | (rng() & STATUS);
	if (transfers) {
		uint64_t to = (uint64_t)(uintptr_t)code + size + (rng() & 1 ? TAKEN : 0);

		for (unsigned i = 0; i < 16; i++)
			if (i != RBX && i != RSP && i != R12)
				native_regs[i] = to;
		for (unsigned i = 0; i < DATA; i += 8)
			memcpy(data + i, &to, 8);
		native_regs[RBX] &= ~7ull;
		native_regs[R12] &= ~7ull;
	}
}

static void sim_start(struct ij_sim *sim)
{
	struct ij_regs regs;
	struct user_regs_struct *gp = &regs.gp;

	memset(&regs, 0, sizeof(regs));
	*gp = (struct user_regs_struct){.rax = native_regs[0],
					.rcx = native_regs[1],
					.rdx = native_regs[2],
					.rbx = native_regs[3],
					.rsp = native_regs[4],
					.rbp = native_regs[5],
					.rsi = native_regs[6],
					.rdi = native_regs[7],
					.r8 = native_regs[8],
					.r9 = native_regs[9],
					.r10 = native_regs[10],
					.r11 = native_regs[11],
					.r12 = native_regs[12],
					.r13 = native_regs[13],
					.r14 = native_regs[14],
					.r15 = native_regs[15],
					.eflags = native_regs[FLAGS],
					.rip = (uint64_t)(uintptr_t)code,
					.cs = 0x33};
	ij_sim_init(sim, &regs);
	sim->read = own_read;
	memcpy(sim->vec, native_xmm, sizeof(native_xmm));
	sim->vec_known = 0xffff;
}

static void check_equal(const struct ij_sim *sim, const uint8_t *image, size_t size,
			const char *text)
{
	const struct user_regs_struct *gp = &sim->regs.gp;
	const uint64_t got[16] = {gp->rax, gp->rcx, gp->rdx, gp->rbx, gp->rsp, gp->rbp,
				  gp->rsi, gp->rdi, gp->r8,  gp->r9,  gp->r10, gp->r11,
				  gp->r12, gp->r13, gp->r14, gp->r15};
	uint64_t defined = STATUS & ~sim->undefined;
	uint64_t next = (uint64_t)(uintptr_t)code + size + (native_exit ? TAKEN : 0);

	for (unsigned i = 0; i < 16; i++)
		if (got[i] != native_regs[i])
			fail_msg("%s: register %u is %#llx, not %#llx", text, i,
				 (unsigned long long)got[i], (unsigned long long)native_regs[i]);
	if ((gp->eflags ^ native_regs[FLAGS]) & defined)
		fail_msg("%s: flags are %#llx, not %#llx (%#llx undefined)", text,
			 (unsigned long long)gp->eflags, (unsigned long long)native_regs[FLAGS],
			 (unsigned long long)sim->undefined);
	if (gp->rip != next)
		fail_msg("%s: goes to %#llx, not %#llx", text, (unsigned long long)gp->rip,
			 (unsigned long long)next);
	if (memcmp(sim->vec, native_xmm, sizeof(native_xmm)) != 0)
		fail_msg("%s: vector registers differ", text);
	if (memcmp(image, data, DATA) != 0)
		fail_msg("%s: memory differs", text);
}

/* One instance; false if it could not be encoded or was refused. */
static bool instance(const struct native_case *c, const char *form, size_t len, unsigned size,
		     unsigned *refused)
{
	static struct ij_sim sim;
	static uint8_t image[DATA];
	bool transfers = c->mnemonic == ZYDIS_MNEMONIC_JMP || c->mnemonic == ZYDIS_MNEMONIC_CALL ||
			 c->mnemonic == ZYDIS_MNEMONIC_RET;
	enum ij_sim_end end;
	size_t insn_size;
	char text[96];

	if (!encode(c, form, len, size, &insn_size))
		return false;
	place_exits(insn_size);
	randomise(insn_size, transfers && form[0] != 'j');
	sim_start(&sim);
	ij_insn_text(code, insn_size, (ij_addr)(uintptr_t)code, text, sizeof(text));
	/* A transfer through an operand that is no target, and a stack that is none. */
	if (transfers && (strstr(text, "rsp") || strstr(text, "rbx") || strstr(text, "r12")) &&
	    form[0] == 'R')
		return false;
	if (c->mnemonic == ZYDIS_MNEMONIC_POPFQ) {
		uint64_t flags = 0x202 | (rng() & STATUS);

		memcpy((void *)(uintptr_t)native_regs[RSP], &flags, 8);
	}
	end = ij_sim_step(&sim);
	if (end == IJ_SIM_TRAP || end == IJ_SIM_UNDEFINED) {
		(*refused)++;
		return true;
	}
	if (end != IJ_SIM_STEPPED)
		fail_msg("%s: refused: %s", text, ij_sim_end_text(end));
	assert_true(ij_sim_peek(&sim, (ij_addr)(uintptr_t)data, image, DATA));
	native_entry = (uint64_t)(uintptr_t)code;
	native_run();
	check_equal(&sim, image, insn_size, text);
	return true;
}

static void every_instruction_is_as_the_processor_has_it(void **state)
{
	unsigned total = 0, refused_all = 0;

	(void)state;
	for (size_t n = 0; n < IJ_COUNT(cases); n++) {
		const struct native_case *c = &cases[n];
		unsigned done = 0, refused = 0;

		for (unsigned tries = 0; done < ROUNDS && tries < 4 * ROUNDS; tries++) {
			const char *form = c->forms;
			unsigned size = (unsigned)rng() & 3, which = (unsigned)rng() % 5;

			while (which-- && strchr(form, ' '))
				form = strchr(form, ' ') + 1;
			if (!(c->sizes >> size & 1))
				continue;
			done += instance(c, form, strcspn(form, " "), 1u << size, &refused);
		}
		if (done < ROUNDS / 4 || refused > done * 9 / 10)
			fail_msg("%s: %u instances, %u refused",
				 ZydisMnemonicGetString(c->mnemonic), done, refused);
		total += done - refused;
		refused_all += refused;
	}
	print_message("%u instances of %zu instructions compared, %u refused\n", total,
		      IJ_COUNT(cases), refused_all);
}

static int setup(void **state)
{
	(void)state;
	code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		    0);
	return code == MAP_FAILED;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_instruction_is_as_the_processor_has_it),
	};

	if (getenv("IJ_SEED"))
		seed ^= strtoull(getenv("IJ_SEED"), NULL, 0);
	return cmocka_run_group_tests(tests, setup, NULL);
}
