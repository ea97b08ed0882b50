/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Operands of x86-64 instructions in AT&T's and Intel's notation (binutils 2.40, i386-dis.c). */
#include "arch/asmtext_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
	char *buf;
	size_t size, len;
};

static void __attribute__((format(printf, 2, 3))) add(struct text *out, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(out->buf + out->len, out->size - out->len, format, args);
	va_end(args);
	out->len += (size_t)len;
	if (out->len >= out->size)
		out->len = out->size - 1;
}

const ZydisDecodedOperand *ij_asm_memory(const struct ij_asm *it)
{
	for (unsigned i = 0; i < it->ops_len; i++)
		if (it->ops[i]->type == ZYDIS_OPERAND_TYPE_MEMORY)
			return it->ops[i];
	return NULL;
}

static const char *register_name(ZydisRegister reg)
{
	static const char *const debug[] = {"db0", "db1", "db2", "db3", "db4", "db5", "db6", "db7"};

	if (reg >= ZYDIS_REGISTER_DR0 && reg <= ZYDIS_REGISTER_DR7)
		return debug[reg - ZYDIS_REGISTER_DR0];
	return ZydisRegisterGetString(reg);
}

static void add_register(const struct ij_asm *it, ZydisRegister reg, struct text *out)
{
	const char *mark = it->flavor == IJ_ASM_ATT ? "%" : "";

	if (reg >= ZYDIS_REGISTER_ST0 && reg <= ZYDIS_REGISTER_ST7)
		add(out, "%sst(%d)", mark, reg - ZYDIS_REGISTER_ST0);
	else
		add(out, "%s%s", mark, register_name(reg));
}

static void add_signed(struct text *out, int64_t value, bool plus)
{
	if (value < 0)
		add(out, "-0x%llx", -(unsigned long long)value);
	else
		add(out, "%s0x%llx", plus ? "+" : "", (unsigned long long)value);
}

/* A SIB byte names an index even where there is none, unless the base needs that byte anyway. */
static bool has_index(const struct ij_asm *it, const ZydisDecodedOperandMem *mem)
{
	const bool sib = it->z.attributes & ZYDIS_ATTRIB_HAS_SIB;

	return mem->index != ZYDIS_REGISTER_NONE ||
	       (sib && mem->type != ZYDIS_MEMOP_TYPE_MIB && it->z.raw.modrm.mod != 3 &&
		(it->z.raw.sib.scale ||
		 (mem->base != ZYDIS_REGISTER_NONE && it->z.raw.sib.base != 4)));
}

static void add_index(const struct ij_asm *it, const ZydisDecodedOperandMem *mem, struct text *out)
{
	if (mem->index != ZYDIS_REGISTER_NONE)
		add_register(it, mem->index, out);
	else
		add(out, "%sriz", it->flavor == IJ_ASM_ATT ? "%" : "");
}

/* What is at an address that a string instruction or the like implies has no displacement. */
static bool is_implied(const ZydisDecodedOperand *op)
{
	return op->encoding == ZYDIS_OPERAND_ENCODING_NONE;
}

static bool names_segment(const struct ij_asm *it, const ZydisDecodedOperand *op)
{
	const ZydisRegister segment = op->mem.segment;

	if (op->mem.type == ZYDIS_MEMOP_TYPE_AGEN)
		return false;
	if (segment == ZYDIS_REGISTER_FS || segment == ZYDIS_REGISTER_GS)
		return true;
	return is_implied(op) || it->z.mnemonic == ZYDIS_MNEMONIC_XLAT;
}

static void add_broadcast(const struct ij_asm *it, struct text *out)
{
	const int mode = it->z.avx.broadcast.mode;
	static const uint8_t elements[] = {
		[ZYDIS_BROADCAST_MODE_1_TO_2] = 2,   [ZYDIS_BROADCAST_MODE_1_TO_4] = 4,
		[ZYDIS_BROADCAST_MODE_1_TO_8] = 8,   [ZYDIS_BROADCAST_MODE_1_TO_16] = 16,
		[ZYDIS_BROADCAST_MODE_1_TO_32] = 32,
	};

	if (it->z.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX && !it->z.avx.broadcast.is_static &&
	    mode > 0 && mode < (int)(sizeof(elements)) && elements[mode])
		add(out, "{1to%u}", elements[mode]);
}

static void add_memory_att(const struct ij_asm *it, const ZydisDecodedOperand *op, struct text *out)
{
	const ZydisDecodedOperandMem *mem = &op->mem;
	const bool based = mem->base != ZYDIS_REGISTER_NONE, indexed = has_index(it, mem);

	if (names_segment(it, op)) {
		add_register(it, mem->segment, out);
		add(out, ":");
	}
	if (!based && !indexed)
		add(out, "0x%llx", (unsigned long long)mem->disp.value);
	else if (mem->disp.has_displacement || mem->base == ZYDIS_REGISTER_RIP ||
		 (!based && indexed))
		add_signed(out, mem->disp.value, false);
	if (!based && !indexed)
		return;
	add(out, "(");
	if (based)
		add_register(it, mem->base, out);
	if (indexed && it->z.mnemonic != ZYDIS_MNEMONIC_XLAT) {
		add(out, ",");
		add_index(it, mem, out);
		add(out, ",%u",
		    mem->index != ZYDIS_REGISTER_NONE ? mem->scale : 1u << it->z.raw.sib.scale);
	}
	add(out, ")");
	add_broadcast(it, out);
}

static const char *size_words(const struct ij_asm *it, const ZydisDecodedOperand *op)
{
	unsigned bits = op->size;

	if (it->z.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX &&
	    it->z.avx.broadcast.mode != ZYDIS_BROADCAST_MODE_INVALID &&
	    !it->z.avx.broadcast.is_static)
		return op->element_size == 64 ? "QWORD BCST " : "DWORD BCST ";
	switch (bits) {
	case 8:
		return "BYTE PTR ";
	case 16:
		return "WORD PTR ";
	case 32:
		return "DWORD PTR ";
	case 48:
		return "FWORD PTR ";
	case 64:
		return "QWORD PTR ";
	case 80:
		return "TBYTE PTR ";
	case 128:
		return "XMMWORD PTR ";
	case 256:
		return "YMMWORD PTR ";
	case 512:
		return it->z.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX ? "ZMMWORD PTR " : "";
	default:
		return "";
	}
}

static void add_memory_intel(const struct ij_asm *it, const ZydisDecodedOperand *op,
			     struct text *out)
{
	const ZydisDecodedOperandMem *mem = &op->mem;
	const bool based = mem->base != ZYDIS_REGISTER_NONE, indexed = has_index(it, mem);

	if (mem->type != ZYDIS_MEMOP_TYPE_AGEN)
		add(out, "%s", size_words(it, op));
	if (names_segment(it, op))
		add(out, "%s:", register_name(mem->segment));
	if (!based && !indexed) {
		add(out, "%s0x%llx",
		    names_segment(it, op) ? "" : "ds:", (unsigned long long)mem->disp.value);
		return;
	}
	add(out, "[");
	if (based)
		add_register(it, mem->base, out);
	if (indexed) {
		add(out, "%s", based ? "+" : "");
		add_index(it, mem, out);
		add(out, "*%u",
		    mem->index != ZYDIS_REGISTER_NONE ? mem->scale : 1u << it->z.raw.sib.scale);
	}
	if (mem->base == ZYDIS_REGISTER_RIP)
		add(out, "+0x%llx", (unsigned long long)mem->disp.value);
	else if (mem->disp.has_displacement || !based)
		add_signed(out, mem->disp.value, true);
	add(out, "]");
}

static unsigned long long immediate(const struct ij_asm *it, const ZydisDecodedOperand *op)
{
	unsigned bits = it->z.operand_width;

	if (!op->imm.is_signed)
		return op->imm.value.u;
	return bits >= 64 || !bits ? op->imm.value.u : op->imm.value.u & ((1ull << bits) - 1);
}

static void add_operand(const struct ij_asm *it, const ZydisDecodedOperand *op, struct text *out)
{
	const bool att = it->flavor == IJ_ASM_ATT;
	const bool indirect = it->z.meta.branch_type != ZYDIS_BRANCH_TYPE_NONE;

	if (att && indirect && op->type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
		add(out, "*");
	switch (op->type) {
	case ZYDIS_OPERAND_TYPE_REGISTER:
		/* The top of the x87's stack, where no other register could be meant. */
		if (op->reg.value == ZYDIS_REGISTER_ST0 && is_implied(op))
			add(out, att ? "%%st" : "st");
		else
			add_register(it, op->reg.value, out);
		return;
	case ZYDIS_OPERAND_TYPE_MEMORY:
		(att ? add_memory_att : add_memory_intel)(it, op, out);
		return;
	case ZYDIS_OPERAND_TYPE_IMMEDIATE:
		if (op->imm.is_relative)
			add(out, "0x%llx",
			    (unsigned long long)(it->pc + it->z.length + op->imm.value.u));
		else if (!att && is_implied(op))
			add(out, "1"); /* of shifts by one */
		else
			add(out, "%s0x%llx", att ? "$" : "", immediate(it, op));
		return;
	default:
		add(out, "(bad)");
	}
}

/* The mask of an EVEX instruction follows its first operand. */
static void add_mask(const struct ij_asm *it, struct text *out)
{
	if (it->z.encoding != ZYDIS_INSTRUCTION_ENCODING_EVEX ||
	    it->z.avx.mask.mode == ZYDIS_MASK_MODE_DISABLED ||
	    it->z.avx.mask.reg == ZYDIS_REGISTER_K0 || it->z.avx.mask.reg == ZYDIS_REGISTER_NONE)
		return;
	add(out, "{");
	add_register(it, it->z.avx.mask.reg, out);
	add(out, "}");
	if (it->z.raw.evex.z)
		add(out, "{z}");
}

/* Rounding that is fixed by the instruction is an operand. */
static const char *rounding(const struct ij_asm *it)
{
	static const char *const words[] = {
		[ZYDIS_ROUNDING_MODE_RN] = "{rn-sae}",
		[ZYDIS_ROUNDING_MODE_RD] = "{rd-sae}",
		[ZYDIS_ROUNDING_MODE_RU] = "{ru-sae}",
		[ZYDIS_ROUNDING_MODE_RZ] = "{rz-sae}",
	};

	if (it->z.encoding != ZYDIS_INSTRUCTION_ENCODING_EVEX)
		return NULL;
	if (it->z.avx.rounding.mode != ZYDIS_ROUNDING_MODE_INVALID &&
	    it->z.avx.rounding.mode < (int)(sizeof(words) / sizeof(*words)))
		return words[it->z.avx.rounding.mode];
	return it->z.avx.has_sae ? "{sae}" : NULL;
}

static void add_operands(const struct ij_asm *it, struct text *out)
{
	const bool att = it->flavor == IJ_ASM_ATT;
	const char *round = rounding(it);
	const bool has_imm =
		it->ops_len && it->ops[it->ops_len - 1]->type == ZYDIS_OPERAND_TYPE_IMMEDIATE;
	const char *separator = "";

	if (att && round && !has_imm) {
		add(out, "%s", round);
		separator = ",";
	}
	for (unsigned i = 0; i < it->ops_len; i++) {
		unsigned idx =
			att && it->z.mnemonic != ZYDIS_MNEMONIC_ENTER ? it->ops_len - 1 - i : i;

		if (!att && round && has_imm && idx == it->ops_len - 1)
			add(out, ",%s", round);
		add(out, "%s", separator);
		add_operand(it, it->ops[idx], out);
		if (!idx)
			add_mask(it, out);
		separator = ",";
		if (att && round && has_imm && !i)
			add(out, ",%s", round);
	}
	if (!att && round && !has_imm)
		add(out, ",%s", round);
}

static void note_target(const struct ij_asm *it, struct ij_asm_text *ret)
{
	const ZydisDecodedOperand *mem = ij_asm_memory(it);

	for (unsigned i = 0; i < it->ops_len; i++) {
		if (it->ops[i]->type != ZYDIS_OPERAND_TYPE_IMMEDIATE ||
		    !it->ops[i]->imm.is_relative)
			continue;
		ret->has_target = true;
		ret->target = it->pc + it->z.length + it->ops[i]->imm.value.u;
	}
	if (!mem || mem->mem.base != ZYDIS_REGISTER_RIP)
		return;
	ret->has_target = ret->is_data = true;
	ret->target = it->pc + it->z.length + (uint64_t)mem->mem.disp.value;
}

/* fwait and an instruction of the x87 that does not wait are one that does. */
static bool waits(struct ij_asm_text *ret)
{
	static const char *const names[] = {"fnstcw", "fnstenv", "fnstsw",
					    "fnsave", "fninit",  "fnclex"};
	char *text = ret->text;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const size_t len = strlen(names[i]);

		if (strncmp(text, names[i], len) != 0)
			continue;
		memmove(text + 1, text + 2, strlen(text + 1));
		/* The name has one letter less, and the same room. */
		if (len == 6 && text[5] == ' ') {
			memmove(text + 6, text + 5, strlen(text + 5) + 1);
			text[5] = ' ';
		}
		ret->size++;
		return true;
	}
	return false;
}

void ij_asm_text(const uint8_t *code, size_t size, ij_addr pc, enum ij_asm_flavor flavor,
		 struct ij_asm_text *ret)
{
	struct text out = {ret->text, sizeof(ret->text), 0};
	struct ij_asm it = {.flavor = flavor, .code = code, .pc = pc};
	char name[IJ_ASM_NAME_MAX];
	ZydisDecoder decoder;

	if (size > 1 && code[0] == 0x9b && code[1] != 0x9b) {
		ij_asm_text(code + 1, size - 1, pc + 1, flavor, ret);
		if (waits(ret))
			return;
	}
	memset(ret, 0, sizeof(*ret));
	if (!ZYAN_SUCCESS(
		    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64)) ||
	    !ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, code, size, &it.z, it.all))) {
		ret->size = 1;
		add(&out, "(bad)");
		return;
	}
	ret->size = it.z.length;
	for (unsigned i = 0; i < it.z.operand_count_visible && it.ops_len < IJ_ASM_OPERANDS_MAX;
	     i++) {
		/* The mask is told beside the first operand. */
		if (it.z.encoding == ZYDIS_INSTRUCTION_ENCODING_EVEX &&
		    it.all[i].encoding == ZYDIS_OPERAND_ENCODING_MASK)
			continue;
		it.ops[it.ops_len++] = &it.all[i];
	}
	ij_asm_name(&it, name);
	add(&out, it.ops_len ? "%-6s " : "%s", name);
	add_operands(&it, &out);
	note_target(&it, ret);
}
