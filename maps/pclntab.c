/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go's pclntab (src/runtime/symtab.go), as far as unwinding needs it: functions and stack sizes. */
#include "maps/pclntab.h"

#include <string.h>

#include "base/cursor.h"

/* Tables are shared among functions; a hostile one may not be read again and again. */
#define REUSE_MAX 64u

#define NAME_MAX_SIZE 64

enum { FLAG_TOP = 1, FLAG_SPWRITE = 2, NO_FLAG = 0 };

/* Where things are in the header and in struct _func, by version. */
struct layout {
	uint32_t magic;
	uint8_t header_size; /* where the offsets that the header gives end */
	uint8_t text_off;    /* textStart in the header; 0: entries are addresses */
	uint8_t names_off;   /* in the header: offsets of the tables; 0: all count from the start */
	uint8_t pctab_off;   /* in the header */
	uint8_t functab_off; /* in the header */
	uint8_t entry_size;  /* of each of the two words of a functab entry */
	uint8_t name_off;    /* in _func */
	uint8_t pcsp_off;    /* in _func */
	uint8_t flag_off;    /* in _func; NO_FLAG: there is none */
};

static const struct layout layouts[] = {
	{0xfffffffb, 16, 0, 0, 0, 0, 8, 8, 20, NO_FLAG},  /* 1.2 to 1.15 */
	{0xfffffffa, 0x40, 0, 24, 48, 56, 8, 8, 20, 41},  /* 1.16, 1.17 */
	{0xfffffff0, 0x48, 24, 32, 56, 64, 4, 4, 16, 37}, /* 1.18, 1.19 */
	{0xfffffff1, 0x48, 24, 32, 56, 64, 4, 4, 16, 41}, /* 1.20 to 1.26 */
};

/* The first functions of a goroutine or a thread; newer ones carry FLAG_TOP. */
static const char *const roots[] = {
	"runtime.goexit",   "runtime.mstart", "runtime.rt0_go",
	"_rt0_amd64_linux", "_rt0_amd64",     "runtime.clone",
};

/* What changes from one stack to another, and what runs in its middle. */
static const char *const switches[] = {
	"runtime.systemstack",
	"runtime.mcall",
	"runtime.gogo",
	"runtime.asmcgocall",
	"runtime.morestack",
	"runtime.cgocallback",
	"runtime.cgocallback_gofunc",
	"runtime.systemstack_switch",
	"runtime.asmcgocall_no_g",
};

/* These call the vdso on another stack; newer ones carry FLAG_SPWRITE. */
static const char *const movers[] = {
	"runtime.nanotime",  "runtime.nanotime1", "runtime.walltime",
	"runtime.walltime1", "time.now",
};

struct reader {
	const struct ij_pclntab *tab;
	const struct layout *layout;
	struct ij_map_builder *builder;
	uint64_t len; /* functions */
	uint64_t text, names, pctab, functab;
	uint64_t budget; /* bytes of pcsp tables that may still be read */
};

/* One function. */
struct func {
	uint64_t start, end; /* module offsets */
	uint64_t pcsp;       /* offset in the table; 0: none */
	char name[NAME_MAX_SIZE];
	uint8_t flag;
};

static struct ij_cursor at(const struct reader *reader, uint64_t off)
{
	struct ij_cursor cur = ij_cursor_make(reader->tab->bytes, reader->tab->size, "pclntab");

	ij_cursor_seek(&cur, off);
	return cur;
}

static uint64_t word_at(const struct reader *reader, uint64_t off, size_t size, bool *failed)
{
	struct ij_cursor cur = at(reader, off);
	uint64_t value = size == 8 ? ij_cursor_u64(&cur) : ij_cursor_u32(&cur);

	*failed |= cur.failed;
	return value;
}

static bool header_read(struct reader *reader)
{
	struct ij_cursor cur = at(reader, 0);
	uint32_t magic = ij_cursor_u32(&cur), kind = ij_cursor_u32(&cur);
	bool failed = false;

	/* Two zeros, the quantum of PCs, the size of a pointer. */
	if (cur.failed || kind != 0x08010000)
		return false;
	for (size_t i = 0; i < IJ_COUNT(layouts); i++)
		if (layouts[i].magic == magic)
			reader->layout = &layouts[i];
	if (!reader->layout)
		return false;
	reader->len = word_at(reader, 8, 8, &failed);
	reader->functab = reader->layout->header_size;
	if (reader->layout->names_off) {
		reader->names = word_at(reader, reader->layout->names_off, 8, &failed);
		reader->pctab = word_at(reader, reader->layout->pctab_off, 8, &failed);
		reader->functab = word_at(reader, reader->layout->functab_off, 8, &failed);
	}
	if (reader->layout->text_off) {
		reader->text = word_at(reader, reader->layout->text_off, 8, &failed);
		if (!reader->text)
			reader->text = reader->tab->text;
		failed |= !reader->text;
	}
	return !failed && reader->functab <= reader->tab->size &&
	       reader->len <=
		       (reader->tab->size - reader->functab) / 2 / reader->layout->entry_size;
}

static void name_read(const struct reader *reader, uint64_t off, struct func *func)
{
	struct ij_cursor cur = at(reader, reader->names + off);
	size_t len = 0;

	/* Longer names are none of those that matter. */
	while (len < sizeof(func->name) - 1 && (func->name[len] = (char)ij_cursor_u8(&cur)))
		len++;
	func->name[len] = 0;
}

/* Function @idx; false if the table is malformed there. */
static bool func_read(const struct reader *reader, uint64_t idx, struct func *func)
{
	const struct layout *layout = reader->layout;
	size_t size = layout->entry_size;
	uint64_t slot = reader->functab + idx * 2 * size, base = reader->tab->base, off, pcsp;
	bool failed = false;

	func->start = word_at(reader, slot, size, &failed) + reader->text - base;
	off = word_at(reader, slot + size, size, &failed);
	func->end = word_at(reader, slot + 2 * size, size, &failed) + reader->text - base;
	if (failed || off > reader->tab->size)
		return false;
	/* Up to 1.15 offsets count from the start of all, then from the start of functab. */
	off += layout->names_off ? reader->functab : 0;
	name_read(reader, word_at(reader, off + layout->name_off, 4, &failed), func);
	pcsp = word_at(reader, off + layout->pcsp_off, 4, &failed);
	func->pcsp = pcsp ? reader->pctab + pcsp : 0;
	func->flag = 0;
	if (layout->flag_off)
		func->flag = (uint8_t)word_at(reader, off + layout->flag_off, 4, &failed);
	return !failed && func->start < func->end && func->end <= reader->builder->span;
}

static bool is_one_of(const char *const *names, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* The rule where @delta bytes are on the stack above the return address; below 0: none. */
static struct ij_map_state state_of(int64_t delta)
{
	static const uint8_t lost[] = {3, IJ_MAP_REG_BP, 12, 13, 14, 15};
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (delta < 0 || delta > INT32_MAX - 8)
		return state;
	state.cfa_kind = IJ_MAP_CFA_REG;
	state.cfa_reg = IJ_MAP_REG_SP;
	state.cfa_off = (int32_t)delta + 8;
	state.have = 1u << IJ_MAP_REG_RA;
	state.kind[IJ_MAP_REG_RA] = IJ_MAP_OFFSET;
	state.value[IJ_MAP_REG_RA] = -8;
	for (size_t i = 0; i < sizeof(lost); i++) {
		state.have |= 1u << lost[i];
		state.kind[lost[i]] = IJ_MAP_UNDEFINED;
	}
	return state;
}

static struct ij_error *whole_add(struct reader *reader, const struct func *func, bool root)
{
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (root) {
		state.have = 1u << IJ_MAP_REG_RA;
		state.kind[IJ_MAP_REG_RA] = IJ_MAP_UNDEFINED;
	}
	return ij_map_builder_row(reader->builder, (uint32_t)func->start, &state);
}

/*
 * The pairs of pcsp: zig-zag difference of the value, difference of the PC. A difference of 0 ends
 * them, unless it is the first.
 */
static struct ij_error *rows_add(struct reader *reader, const struct func *func)
{
	struct ij_cursor cur = at(reader, func->pcsp);
	uint64_t pc = func->start;
	int64_t value = -1;

	while (pc < func->end) {
		uint64_t zigzag = 0, step = 0;
		size_t from = ij_cursor_off(&cur);
		struct ij_map_state state;

		if (func->pcsp && !cur.failed) {
			zigzag = ij_cursor_uleb(&cur);
			if (zigzag || pc == func->start)
				step = ij_cursor_uleb(&cur);
		}
		if (zigzag > UINT32_MAX || cur.failed || !step ||
		    ij_cursor_off(&cur) - from > reader->budget) {
			state = state_of(-1); /* not told, or not to be trusted */
			return ij_map_builder_row(reader->builder, (uint32_t)pc, &state);
		}
		reader->budget -= ij_cursor_off(&cur) - from;
		value += (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
		state = state_of(value);
		IJ_TRY(ij_map_builder_row(reader->builder, (uint32_t)pc, &state));
		pc = step < func->end - pc ? pc + step : func->end;
	}
	return NULL;
}

static struct ij_error *func_add(struct reader *reader, const struct func *func)
{
	bool changes = is_one_of(switches, IJ_COUNT(switches), func->name);
	bool root = func->flag & FLAG_TOP || is_one_of(roots, IJ_COUNT(roots), func->name);
	bool moves = func->flag & FLAG_SPWRITE || is_one_of(movers, IJ_COUNT(movers), func->name);

	IJ_TRY(ij_map_builder_func(reader->builder, (uint32_t)func->start,
				   (uint32_t)(func->end - func->start), 0));
	if (changes)
		reader->builder->funcs.items[reader->builder->funcs.len - 1].classes =
			IJ_CLASS(CONTEXT);
	if (changes || root || moves)
		return whole_add(reader, func, root && !changes);
	return rows_add(reader, func);
}

struct ij_error *ij_pclntab_read(const struct ij_pclntab *tab, struct ij_map_builder *builder,
				 size_t *funcs_ret)
{
	struct reader reader = {
		.tab = tab,
		.builder = builder,
		.budget = (uint64_t)tab->size * REUSE_MAX,
	};
	struct func func;
	uint64_t from = 0;

	*funcs_ret = 0;
	if (!header_read(&reader))
		return ij_error_new(UNSUPPORTED, "no pclntab of Go 1.2 to 1.26 for x86-64");
	for (uint64_t i = 0; i < reader.len && func_read(&reader, i, &func); i++) {
		if (func.start < from)
			break;
		from = func.end;
		if (ij_map_builder_covers(builder, func.start, func.end - func.start))
			continue;
		IJ_TRY(func_add(&reader, &func));
		++*funcs_ret;
	}
	return NULL;
}
