/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of x86-64 instructions as GNU tools have them (binutils 2.40, opcodes/i386-dis.c). */
#include "arch/asmtext_impl.h"

#include <stdio.h>
#include <string.h>

struct row {
	ZydisMnemonic from;
	const char *to;
};

/* What both notations name otherwise than Zydis does. */
static const struct row names[] = {
	{ZYDIS_MNEMONIC_JZ, "je"},         {ZYDIS_MNEMONIC_JNZ, "jne"},
	{ZYDIS_MNEMONIC_JNB, "jae"},       {ZYDIS_MNEMONIC_JNBE, "ja"},
	{ZYDIS_MNEMONIC_JNL, "jge"},       {ZYDIS_MNEMONIC_JNLE, "jg"},
	{ZYDIS_MNEMONIC_SETZ, "sete"},     {ZYDIS_MNEMONIC_SETNZ, "setne"},
	{ZYDIS_MNEMONIC_SETNB, "setae"},   {ZYDIS_MNEMONIC_SETNBE, "seta"},
	{ZYDIS_MNEMONIC_SETNL, "setge"},   {ZYDIS_MNEMONIC_SETNLE, "setg"},
	{ZYDIS_MNEMONIC_CMOVZ, "cmove"},   {ZYDIS_MNEMONIC_CMOVNZ, "cmovne"},
	{ZYDIS_MNEMONIC_CMOVNB, "cmovae"}, {ZYDIS_MNEMONIC_CMOVNBE, "cmova"},
	{ZYDIS_MNEMONIC_CMOVNL, "cmovge"}, {ZYDIS_MNEMONIC_CMOVNLE, "cmovg"},
	{ZYDIS_MNEMONIC_PUSHFQ, "pushf"},  {ZYDIS_MNEMONIC_POPFQ, "popf"},
	{ZYDIS_MNEMONIC_IRETD, "iret"},
};

/* And AT&T's own. */
static const struct row att_names[] = {
	{ZYDIS_MNEMONIC_CDQE, "cltq"},  {ZYDIS_MNEMONIC_CQO, "cqto"},
	{ZYDIS_MNEMONIC_CDQ, "cltd"},   {ZYDIS_MNEMONIC_CWDE, "cwtl"},
	{ZYDIS_MNEMONIC_CBW, "cbtw"},   {ZYDIS_MNEMONIC_CWD, "cwtd"},
	{ZYDIS_MNEMONIC_MOVSX, "movs"}, {ZYDIS_MNEMONIC_MOVZX, "movz"},
};

/* Their operands are the instruction's own, and told all the same. */
static const struct {
	ZydisMnemonic from;
	const char *to;
	char suffix; /* AT&T's, which is so even with a register: 's'; 0: none */
} strings[] = {
	{ZYDIS_MNEMONIC_MOVSB, "movs", 's'}, {ZYDIS_MNEMONIC_MOVSW, "movs", 's'},
	{ZYDIS_MNEMONIC_MOVSD, "movs", 's'}, {ZYDIS_MNEMONIC_MOVSQ, "movs", 's'},
	{ZYDIS_MNEMONIC_CMPSB, "cmps", 's'}, {ZYDIS_MNEMONIC_CMPSW, "cmps", 's'},
	{ZYDIS_MNEMONIC_CMPSD, "cmps", 's'}, {ZYDIS_MNEMONIC_CMPSQ, "cmps", 's'},
	{ZYDIS_MNEMONIC_STOSB, "stos", 0},   {ZYDIS_MNEMONIC_STOSW, "stos", 0},
	{ZYDIS_MNEMONIC_STOSD, "stos", 0},   {ZYDIS_MNEMONIC_STOSQ, "stos", 0},
	{ZYDIS_MNEMONIC_LODSB, "lods", 0},   {ZYDIS_MNEMONIC_LODSW, "lods", 0},
	{ZYDIS_MNEMONIC_LODSD, "lods", 0},   {ZYDIS_MNEMONIC_LODSQ, "lods", 0},
	{ZYDIS_MNEMONIC_SCASB, "scas", 0},   {ZYDIS_MNEMONIC_SCASW, "scas", 0},
	{ZYDIS_MNEMONIC_SCASD, "scas", 0},   {ZYDIS_MNEMONIC_SCASQ, "scas", 0},
};

/* Those of integers that have AT&T's suffix where no register says how large they are. */
static const ZydisMnemonic suffixed[] = {
	ZYDIS_MNEMONIC_ADD, ZYDIS_MNEMONIC_OR,   ZYDIS_MNEMONIC_ADC, ZYDIS_MNEMONIC_SBB,
	ZYDIS_MNEMONIC_AND, ZYDIS_MNEMONIC_SUB,  ZYDIS_MNEMONIC_XOR, ZYDIS_MNEMONIC_CMP,
	ZYDIS_MNEMONIC_MOV, ZYDIS_MNEMONIC_TEST, ZYDIS_MNEMONIC_NOT, ZYDIS_MNEMONIC_NEG,
	ZYDIS_MNEMONIC_MUL, ZYDIS_MNEMONIC_IMUL, ZYDIS_MNEMONIC_DIV, ZYDIS_MNEMONIC_IDIV,
	ZYDIS_MNEMONIC_INC, ZYDIS_MNEMONIC_DEC,  ZYDIS_MNEMONIC_ROL, ZYDIS_MNEMONIC_ROR,
	ZYDIS_MNEMONIC_RCL, ZYDIS_MNEMONIC_RCR,  ZYDIS_MNEMONIC_SHL, ZYDIS_MNEMONIC_SHR,
	ZYDIS_MNEMONIC_SAR, ZYDIS_MNEMONIC_NOP,  ZYDIS_MNEMONIC_BT,  ZYDIS_MNEMONIC_BTS,
	ZYDIS_MNEMONIC_BTR, ZYDIS_MNEMONIC_BTC,
};

/* Comparisons by the predicate that their last operand is. */
static const char *const predicates[] = {
	"eq",    "lt",     "le",     "unord",    "neq",    "nlt",    "nle",    "ord",
	"eq_uq", "nge",    "ngt",    "false",    "neq_oq", "ge",     "gt",     "true",
	"eq_os", "lt_oq",  "le_oq",  "unord_s",  "neq_us", "nlt_uq", "nle_uq", "ord_s",
	"eq_us", "nge_uq", "ngt_uq", "false_os", "neq_os", "ge_oq",  "gt_oq",  "true_us",
};

#define COUNT(rows) (sizeof(rows) / sizeof(*(rows)))

static const char *plain_name(const struct ij_asm *it)
{
	const bool att = it->flavor == IJ_ASM_ATT;

	if (it->z.mnemonic == ZYDIS_MNEMONIC_RET && it->z.meta.branch_type == ZYDIS_BRANCH_TYPE_FAR)
		return "lret";
	for (size_t i = 0; i < COUNT(att_names) && att; i++)
		if (att_names[i].from == it->z.mnemonic)
			return att_names[i].to;
	for (size_t i = 0; i < COUNT(names); i++)
		if (names[i].from == it->z.mnemonic)
			return names[i].to;
	return ZydisMnemonicGetString(it->z.mnemonic);
}

static char integer_suffix(unsigned bits)
{
	return bits == 8 ? 'b' : bits == 16 ? 'w' : bits == 32 ? 'l' : 'q';
}

static bool is_string(const struct ij_asm *it, size_t *idx_ret)
{
	/* movsd and cmpsd of SSE have operands of their own. */
	if (it->z.operand_count_visible)
		return false;
	for (size_t i = 0; i < COUNT(strings); i++)
		if (strings[i].from == it->z.mnemonic) {
			*idx_ret = i;
			return true;
		}
	return false;
}

/* What a string instruction works on. */
static void take_string_operands(struct ij_asm *it)
{
	for (unsigned i = 0; i < it->z.operand_count && it->ops_len < 2; i++) {
		const ZydisDecodedOperand *op = &it->all[i];
		const bool accumulator =
			op->type == ZYDIS_OPERAND_TYPE_REGISTER &&
			ZydisRegisterGetLargestEnclosing(ZYDIS_MACHINE_MODE_LONG_64,
							 op->reg.value) == ZYDIS_REGISTER_RAX;

		if (op->type == ZYDIS_OPERAND_TYPE_MEMORY || accumulator)
			it->ops[it->ops_len++] = op;
	}
}

static bool is_x87(const struct ij_asm *it)
{
	return it->z.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && it->z.opcode >= 0xd8 &&
	       it->z.opcode <= 0xdf;
}

/* "s", "l", "t" by the size of a number in memory; of whole numbers "s", "l", "ll". */
static const char *x87_suffix(const struct ij_asm *it, const ZydisDecodedOperand *mem)
{
	switch (it->z.mnemonic) {
	case ZYDIS_MNEMONIC_FILD:
	case ZYDIS_MNEMONIC_FIST:
	case ZYDIS_MNEMONIC_FISTP:
	case ZYDIS_MNEMONIC_FISTTP:
	case ZYDIS_MNEMONIC_FIADD:
	case ZYDIS_MNEMONIC_FIMUL:
	case ZYDIS_MNEMONIC_FICOM:
	case ZYDIS_MNEMONIC_FICOMP:
	case ZYDIS_MNEMONIC_FISUB:
	case ZYDIS_MNEMONIC_FISUBR:
	case ZYDIS_MNEMONIC_FIDIV:
	case ZYDIS_MNEMONIC_FIDIVR:
		return mem->size == 16 ? "s" : mem->size == 32 ? "l" : "ll";
	case ZYDIS_MNEMONIC_FLD:
	case ZYDIS_MNEMONIC_FST:
	case ZYDIS_MNEMONIC_FSTP:
	case ZYDIS_MNEMONIC_FADD:
	case ZYDIS_MNEMONIC_FMUL:
	case ZYDIS_MNEMONIC_FCOM:
	case ZYDIS_MNEMONIC_FCOMP:
	case ZYDIS_MNEMONIC_FSUB:
	case ZYDIS_MNEMONIC_FSUBR:
	case ZYDIS_MNEMONIC_FDIV:
	case ZYDIS_MNEMONIC_FDIVR:
		return mem->size == 32 ? "s" : mem->size == 64 ? "l" : "t";
	default:
		return "";
	}
}

/* With another register than the top as destination AT&T's assembler has always had these the
 * other way round (i386-dis.c, float_reg). */
static const char *x87_name(const struct ij_asm *it, const char *plain)
{
	static const char *const pairs[][2] = {
		{"fsub", "fsubr"}, {"fsubp", "fsubrp"}, {"fdiv", "fdivr"}, {"fdivp", "fdivrp"}};

	if (it->flavor != IJ_ASM_ATT || (it->z.opcode != 0xdc && it->z.opcode != 0xde) ||
	    ij_asm_memory(it))
		return plain;
	for (size_t i = 0; i < COUNT(pairs); i++)
		for (unsigned side = 0; side < 2; side++)
			if (!strcmp(plain, pairs[i][side]))
				return pairs[i][!side];
	return plain;
}

static bool has_suffix(const struct ij_asm *it)
{
	for (unsigned i = 0; i < it->ops_len; i++)
		if (it->ops[i]->type == ZYDIS_OPERAND_TYPE_REGISTER &&
		    it->ops[i]->encoding != ZYDIS_OPERAND_ENCODING_NONE)
			return false;
	for (size_t i = 0; i < COUNT(suffixed); i++)
		if (suffixed[i] == it->z.mnemonic)
			return true;
	return false;
}

/* A comparison's predicate is in its name: cmp, eq, ps. */
static bool put_predicate(struct ij_asm *it, const char *plain, char *name)
{
	const ZydisDecodedOperand *last = it->ops_len ? it->ops[it->ops_len - 1] : NULL;
	const bool whole = !strncmp(plain, "vpcmp", 5);
	const char *v = *plain == 'v' ? "v" : "";
	const char *kind = plain + (whole ? 5 : 3 + strlen(v));
	uint64_t value;

	if (!last || last->type != ZYDIS_OPERAND_TYPE_IMMEDIATE)
		return false;
	value = last->imm.value.u;
	if (whole) {
		if (value > 6 || value == 3 || it->z.encoding != ZYDIS_INSTRUCTION_ENCODING_EVEX ||
		    strlen(kind) > 2)
			return false;
		snprintf(name, IJ_ASM_NAME_MAX, "vpcmp%s%s", predicates[value], kind);
	} else {
		if (strncmp(plain + strlen(v), "cmp", 3) != 0 || strlen(kind) != 2 ||
		    !strchr("ps", kind[0]) || !strchr("sdh", kind[1]) ||
		    value >= (*v ? COUNT(predicates) : 8))
			return false;
		snprintf(name, IJ_ASM_NAME_MAX, "%scmp%s%s", v, predicates[value], kind);
	}
	it->ops_len--;
	return true;
}

static bool put_multiplication(struct ij_asm *it, char *name)
{
	const bool v = it->z.mnemonic == ZYDIS_MNEMONIC_VPCLMULQDQ;
	uint64_t value;

	if ((!v && it->z.mnemonic != ZYDIS_MNEMONIC_PCLMULQDQ) || !it->ops_len)
		return false;
	value = it->ops[it->ops_len - 1]->imm.value.u;
	if (value & ~0x11ull)
		return false;
	snprintf(name, IJ_ASM_NAME_MAX, "%spclmul%cq%cqdq", v ? "v" : "", value & 1 ? 'h' : 'l',
		 value & 0x10 ? 'h' : 'l');
	it->ops_len--;
	return true;
}

/* movzbl, movsbq, movslq; false: it is no such. */
static bool put_extension(const struct ij_asm *it, const char *plain, char *name)
{
	switch (it->z.mnemonic) {
	case ZYDIS_MNEMONIC_MOVSXD:
		if (it->ops[0]->size != 64)
			return false;
		snprintf(name, IJ_ASM_NAME_MAX, "movslq");
		return true;
	case ZYDIS_MNEMONIC_MOVZX:
	case ZYDIS_MNEMONIC_MOVSX:
		snprintf(name, IJ_ASM_NAME_MAX, "%s%c%c", plain, integer_suffix(it->ops[1]->size),
			 integer_suffix(it->ops[0]->size));
		return true;
	default:
		return false;
	}
}

static bool is_movabs(const struct ij_asm *it)
{
	return it->z.mnemonic == ZYDIS_MNEMONIC_MOV &&
	       it->z.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT &&
	       (it->z.raw.imm[0].size == 64 || (it->z.opcode >= 0xa0 && it->z.opcode <= 0xa3));
}

static void put_name(struct ij_asm *it, char *name)
{
	const bool att = it->flavor == IJ_ASM_ATT;
	const char *plain = plain_name(it);
	const ZydisDecodedOperand *mem;
	size_t idx;

	if (is_string(it, &idx)) {
		take_string_operands(it);
		snprintf(name, IJ_ASM_NAME_MAX, "%s%.*s", strings[idx].to,
			 att && strings[idx].suffix,
			 (const char[]){integer_suffix(it->ops[0]->size)});
		return;
	}
	if (put_predicate(it, plain, name) || put_multiplication(it, name))
		return;
	/* 66 90 is what it says. */
	if (it->z.mnemonic == ZYDIS_MNEMONIC_NOP && it->z.opcode == 0x90 &&
	    it->z.operand_width == 16) {
		snprintf(name, IJ_ASM_NAME_MAX, att ? "xchg   %%ax,%%ax" : "xchg   ax,ax");
		return;
	}
	if (it->z.mnemonic == ZYDIS_MNEMONIC_NOP && it->ops_len > 1)
		it->ops_len = 1;
	if (it->ops_len && (it->z.opcode == 0xd0 || it->z.opcode == 0xd1) &&
	    it->z.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && att)
		it->ops_len = 1;
	if (is_movabs(it)) {
		snprintf(name, IJ_ASM_NAME_MAX, "movabs");
		return;
	}
	if (it->ops_len == 2 && att && put_extension(it, plain, name))
		return;
	mem = ij_asm_memory(it);
	if (is_x87(it))
		snprintf(name, IJ_ASM_NAME_MAX, "%s%s", x87_name(it, plain),
			 att && mem ? x87_suffix(it, mem) : "");
	else if (att && (mem || it->z.mnemonic == ZYDIS_MNEMONIC_NOP) && it->ops_len &&
		 has_suffix(it))
		snprintf(name, IJ_ASM_NAME_MAX, "%s%c", plain,
			 integer_suffix(mem ? mem->size : it->z.operand_width));
	else if (att && mem && strstr(plain, "cvt") && strstr(plain, "si2s"))
		snprintf(name, IJ_ASM_NAME_MAX, "%s%c", plain, integer_suffix(mem->size));
	else
		snprintf(name, IJ_ASM_NAME_MAX, "%s", plain);
}

/* Its REX prefix makes it one of 64 bits, whatever other prefixes say. */
static bool is_wide(const struct ij_asm *it)
{
	return it->z.attributes & ZYDIS_ATTRIB_HAS_REX && it->z.raw.rex.W;
}

/* A prefix that is told before the name; NULL: it is not. */
static const char *prefix(const struct ij_asm *it, uint8_t value, ZydisPrefixType type)
{
	const bool branch = it->z.meta.branch_type != ZYDIS_BRANCH_TYPE_NONE;
	const bool ignored = type == ZYDIS_PREFIX_TYPE_IGNORED;
	size_t idx;

	switch (value) {
	case 0xf0:
		return "lock ";
	case 0xf2:
		if (type == ZYDIS_PREFIX_TYPE_MANDATORY && !is_string(it, &idx))
			return NULL;
		return branch || it->z.mnemonic == ZYDIS_MNEMONIC_RET ? "bnd " : "repnz ";
	case 0xf3:
		if (is_string(it, &idx))
			return strstr("cmps scas", strings[idx].to) ? "repz " : "rep ";
		return type == ZYDIS_PREFIX_TYPE_MANDATORY ? NULL : "repz ";
	case 0x66:
		return ignored || (type == ZYDIS_PREFIX_TYPE_EFFECTIVE && is_wide(it)) ? "data16 "
										       : NULL;
	case 0x67:
		return ignored ? "addr32 " : NULL;
	case 0x2e:
		return ignored ? "cs " : NULL;
	case 0x36:
		return ignored ? "ss " : NULL;
	case 0x3e:
		if (it->z.attributes & ZYDIS_ATTRIB_HAS_NOTRACK)
			return "notrack ";
		return ignored ? "ds " : NULL;
	case 0x26:
		return ignored ? "es " : NULL;
	case 0x64:
		return ignored ? "fs " : NULL;
	case 0x65:
		return ignored ? "gs " : NULL;
	default:
		return NULL;
	}
}

void ij_asm_name(struct ij_asm *it, char name[IJ_ASM_NAME_MAX])
{
	char plain[IJ_ASM_NAME_MAX];
	size_t len = 0;

	name[0] = 0;
	for (unsigned i = 0; i < it->z.raw.prefix_count; i++) {
		const char *text =
			prefix(it, it->z.raw.prefixes[i].value, it->z.raw.prefixes[i].type);

		if (text && len + strlen(text) < IJ_ASM_NAME_MAX) {
			strcpy(name + len, text);
			len += strlen(text);
		}
	}
	/* Relative branches are of 64 bits anyway. */
	if (is_wide(it) && (it->z.opcode == 0xe8 || it->z.opcode == 0xe9) &&
	    it->z.opcode_map == ZYDIS_OPCODE_MAP_DEFAULT && len + 6 < IJ_ASM_NAME_MAX)
		len += (size_t)snprintf(name + len, IJ_ASM_NAME_MAX - len, "rex.W ");
	put_name(it, plain);
	snprintf(name + len, IJ_ASM_NAME_MAX - len, "%s", plain);
}
