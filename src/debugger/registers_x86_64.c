/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The registers of x86-64, with the types that gdb gives them (features/i386/64bit-core.xml). */
#include <string.h>

#include "debugger/registers.h"

enum kind { LONG, POINTER, CODE, INT, FLAGS };

static const struct row {
	const char *name;
	int dwarf; /* number of DWARF; -1: none */
	enum kind kind;
	size_t off; /* in struct user_regs_struct */
} rows[] = {
#define R(name, dwarf, kind)                                                \
	{                                                                   \
#name, dwarf, kind, offsetof(struct user_regs_struct, name) \
	}
	R(rax, 0, LONG),      R(rbx, 3, LONG),      R(rcx, 2, LONG),       R(rdx, 1, LONG),
	R(rsi, 4, LONG),      R(rdi, 5, LONG),      R(rbp, 6, POINTER),    R(rsp, 7, POINTER),
	R(r8, 8, LONG),       R(r9, 9, LONG),       R(r10, 10, LONG),      R(r11, 11, LONG),
	R(r12, 12, LONG),     R(r13, 13, LONG),     R(r14, 14, LONG),      R(r15, 15, LONG),
	R(rip, 16, CODE),     R(eflags, -1, FLAGS), R(cs, -1, INT),        R(ss, -1, INT),
	R(ds, -1, INT),       R(es, -1, INT),       R(fs, -1, INT),        R(gs, -1, INT),
	R(fs_base, -1, LONG), R(gs_base, -1, LONG), R(orig_rax, -1, LONG),
#undef R
};

/* Words for the same, and the lower halves. */
static const struct alias {
	const char *name, *of;
	unsigned size;
} aliases[] = {
	{"pc", "rip", 8},   {"sp", "rsp", 8},   {"fp", "rbp", 8},   {"ps", "eflags", 4},
	{"eax", "rax", 4},  {"ebx", "rbx", 4},  {"ecx", "rcx", 4},  {"edx", "rdx", 4},
	{"esi", "rsi", 4},  {"edi", "rdi", 4},  {"ebp", "rbp", 4},  {"esp", "rsp", 4},
	{"ax", "rax", 2},   {"bx", "rbx", 2},   {"cx", "rcx", 2},   {"dx", "rdx", 2},
	{"si", "rsi", 2},   {"di", "rdi", 2},   {"al", "rax", 1},   {"bl", "rbx", 1},
	{"cl", "rcx", 1},   {"dl", "rdx", 1},   {"sil", "rsi", 1},  {"dil", "rdi", 1},
	{"r8d", "r8", 4},   {"r9d", "r9", 4},   {"r10d", "r10", 4}, {"r11d", "r11", 4},
	{"r12d", "r12", 4}, {"r13d", "r13", 4}, {"r14d", "r14", 4}, {"r15d", "r15", 4},
};

/* The row of @name, without its $, and how many bytes of it are meant. */
static const struct row *find(const char *name, unsigned *size_ret)
{
	*size_ret = 0;
	for (size_t i = 0; i < IJ_COUNT(aliases); i++) {
		if (strcmp(aliases[i].name, name) != 0)
			continue;
		*size_ret = aliases[i].size;
		name = aliases[i].of;
		break;
	}
	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

const char *ij_debugger_architecture(void)
{
	return "i386:x86-64";
}

const char *ij_debugger_register(size_t idx)
{
	return idx < IJ_COUNT(rows) - 1 ? rows[idx].name : NULL;
}

uint64_t ij_debugger_thread_block(struct ij_debugger *d, pid_t tid)
{
	struct user_regs_struct gp;
	struct ij_error *err;

	if (!d->inf || !ij_inferior_thread(d->inf, tid))
		return 0;
	err = ij_inferior_regs(d->inf, tid, &gp);
	ij_error_free(err);
	return err ? 0 : gp.fs_base;
}

static struct ij_error *type_of(struct ij_debugger *d, const struct row *row, unsigned size,
				const struct ij_ctype **ret)
{
	static const struct ij_ctype code = {
		.kind = IJ_CT_FUNCTION, .target = NULL, .is_unprototyped = true};
	/* Numbers, whatever characters are of that size. */
	static const struct ij_ctype int16 = {.kind = IJ_CT_INT, .name = "int16_t", .size = 2};
	static const struct ij_ctype int8 = {.kind = IJ_CT_INT, .name = "int8_t", .size = 1};
	struct ij_ctypes *types = ij_debugs_types(d->debugs);
	struct ij_ctype *function;

	if (size && size < 8) {
		*ret = size == 4 ? ij_cbase(IJ_CBASE_INT) : size == 2 ? &int16 : &int8;
		return NULL;
	}
	if (row->kind == LONG || row->kind == INT) {
		*ret = ij_cbase(row->kind == INT ? IJ_CBASE_INT : IJ_CBASE_LONG);
		return NULL;
	}
	if (row->kind == FLAGS)
		return ij_vectors_type(d, IJ_DEBUGGER_EFLAGS, ret);
	if (row->kind == POINTER)
		return ij_ctypes_pointer(types, ij_cbase(IJ_CBASE_VOID), ret);
	IJ_TRY(ij_ctypes_new(types, IJ_CT_FUNCTION, &function));
	*function = code;
	function->target = ij_cbase(IJ_CBASE_VOID);
	return ij_ctypes_pointer(types, function, ret);
}

static struct ij_error *unknown(const char *name)
{
	return ij_error_new(NOTFOUND, "value of register %s is not available", name);
}

/* The value of @row in the selected frame. */
static struct ij_error *value_of(struct ij_debugger *d, const struct row *row, uint64_t *ret)
{
	struct user_regs_struct gp;
	struct ij_stack_frame *frame;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	if (row->dwarf < 0 || !d->selected) {
		memcpy(ret, (const char *)&gp + row->off, sizeof(*ret));
		return NULL;
	}
	IJ_TRY(ij_stack_frame(d, d->selected, &frame));
	if (row->dwarf == IJ_MAP_REG_RA) {
		*ret = frame->pc;
		return NULL;
	}
	if (!(frame->known >> row->dwarf & 1)) {
		/* What a callee may change is told as it is now, as gdb does. */
		memcpy(ret, (const char *)&gp + row->off, sizeof(*ret));
		return NULL;
	}
	*ret = frame->regs[row->dwarf];
	return NULL;
}

struct ij_error *ij_registers_get(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				  struct ij_val *ret, bool *found_ret)
{
	const struct ij_ctype *type;
	const struct row *row;
	uint64_t value;
	unsigned size;

	*found_ret = false;
	row = find(name + 1, &size);
	/* Without a file it is not known what machine it would be: only words for all are. */
	if (!d->inf && !d->target) {
		if ((row && (d->path || size || row->kind == FLAGS)) || ij_vectors_has(name + 1))
			return ij_error_new(NOPROC, "No registers.");
		return NULL;
	}
	if (row || ij_vectors_has(name + 1))
		IJ_TRY(ij_debugger_look(d));
	if (row) {
		IJ_TRY(type_of(d, row, size, &type));
		IJ_TRY(value_of(d, row, &value));
		*found_ret = true;
		IJ_TRY(ij_val_make(arena, type, &value, ret));
	} else if (ij_vectors_has(name + 1)) {
		IJ_TRY(ij_vectors_get(d, name + 1, arena, ret, found_ret));
	}
	if (!*found_ret)
		return NULL;
	ret->place = IJ_VAL_VARIABLE;
	ret->variable = name;
	return NULL;
}

struct ij_error *ij_registers_set(struct ij_debugger *d, const char *name,
				  const struct ij_val *value, bool *found_ret)
{
	const struct ij_ctype *type = ij_ctype_strip(value->type);
	struct user_regs_struct gp;
	const struct row *row;
	uint64_t number = 0;
	unsigned size;

	*found_ret = false;
	row = d->inf || d->target ? find(name + 1, &size) : NULL;
	if (!row && (d->inf || d->target) && ij_vectors_has(name + 1)) {
		*found_ret = true;
		IJ_TRY(ij_debugger_look(d));
		return ij_vectors_set(d, name + 1, value);
	}
	if (!row)
		return NULL;
	*found_ret = true;
	IJ_TRY(ij_debugger_look(d));
	if (type->kind == IJ_CT_FUNCTION)
		number = value->addr;
	else if (ij_ctype_is_integer(type) || type->kind == IJ_CT_POINTER)
		number = (uint64_t)ij_val_integer(value);
	else
		return ij_error_new(TYPE, "Invalid cast.");
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	memcpy((char *)&gp + row->off, &number, size ? size : sizeof(number));
	if (row->off == offsetof(struct user_regs_struct, rip))
		gp.orig_rax = UINT64_MAX;
	IJ_TRY(ij_inferior_regs_set(d->inf, d->current, &gp));
	ij_stack_forget(d);
	return NULL;
}

struct ij_error *ij_registers_dwarf(struct ij_debugger *d, const struct ij_stack_frame *frame,
				    unsigned reg, void *bytes, size_t size)
{
	struct user_fpregs_struct fp;

	if (reg < IJ_MAP_REGS && frame->known >> reg & 1) {
		memset(bytes, 0, size);
		memcpy(bytes, &frame->regs[reg], size < 8 ? size : 8);
		return NULL;
	}
	/* 17 to 32: xmm0 to xmm15 (psABI AMD64 1.0, figure 3.36); of no use to callers. */
	if (reg < 17 || reg > 32 || frame->physical)
		return unknown(reg < 16 ? ij_regs_dwarf_name(reg) : "?");
	IJ_TRY(ij_inferior_fpregs(d->inf, d->current, &fp));
	memset(bytes, 0, size);
	memcpy(bytes, (const uint8_t *)fp.xmm_space + 16 * (reg - 17), size < 16 ? size : 16);
	return NULL;
}
