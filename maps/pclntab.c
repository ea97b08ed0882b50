/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go's pclntab (src/runtime/symtab.go), as unwind rows: functions and stack sizes. */
#include "maps/pclntab.h"

#include <string.h>

#include "maps/gotab.h"

/* Tables are shared among functions; a hostile one may not be read again and again. */
#define REUSE_MAX 64u

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

const char *const ij_pclntab_movers[IJ_PCLNTAB_MOVERS] = {
	"runtime.nanotime",  "runtime.nanotime1", "runtime.walltime",
	"runtime.walltime1", "time.now",
};

struct reader {
	const struct ij_pclntab *tab;
	struct ij_gotab table;
	struct ij_map_builder *builder;
	uint64_t budget; /* bytes of pcsp tables that may still be read */
};

static bool is_one_of(const char *const *names, size_t len, const char *name)
{
	for (size_t i = 0; i < len; i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

void ij_pclntab_caller(struct ij_map_state *state)
{
	static const uint8_t lost[] = {3, IJ_MAP_REG_BP, 12, 13, 14, 15};

	state->have = 1u << IJ_MAP_REG_RA;
	state->kind[IJ_MAP_REG_RA] = IJ_MAP_OFFSET;
	state->value[IJ_MAP_REG_RA] = -8;
	for (size_t i = 0; i < sizeof(lost); i++) {
		state->have |= 1u << lost[i];
		state->kind[lost[i]] = IJ_MAP_UNDEFINED;
	}
}

/* The rule where @delta bytes are on the stack above the return address; below 0: none. */
static struct ij_map_state state_of(int64_t delta)
{
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (delta < 0 || delta > INT32_MAX - 8)
		return state;
	state.cfa_kind = IJ_MAP_CFA_REG;
	state.cfa_reg = IJ_MAP_REG_SP;
	state.cfa_off = (int32_t)delta + 8;
	ij_pclntab_caller(&state);
	return state;
}

static uint32_t offset_of(const struct reader *reader, uint64_t addr)
{
	return (uint32_t)(addr - reader->tab->base);
}

static struct ij_error *whole_add(struct reader *reader, const struct ij_gotab_func *func,
				  bool root)
{
	struct ij_map_state state = {.cfa_kind = IJ_MAP_CFA_NONE};

	if (root) {
		state.have = 1u << IJ_MAP_REG_RA;
		state.kind[IJ_MAP_REG_RA] = IJ_MAP_UNDEFINED;
	}
	return ij_map_builder_row(reader->builder, offset_of(reader, func->start), &state);
}

static struct ij_error *rows_add(struct reader *reader, const struct ij_gotab_func *func)
{
	struct ij_gotab_values values;
	uint64_t pos;

	ij_gotab_values_begin(&values, &reader->table, func, func->pcsp);
	for (pos = values.pos; ij_gotab_values_next(&values); pos = values.pos) {
		struct ij_map_state state = state_of(values.value);
		uint64_t read = values.pos ? values.pos - pos : 0;

		if (read > reader->budget) {
			state = state_of(-1); /* not to be trusted */
			return ij_map_builder_row(reader->builder, offset_of(reader, values.from),
						  &state);
		}
		reader->budget -= read;
		IJ_TRY(ij_map_builder_row(reader->builder, offset_of(reader, values.from), &state));
	}
	return NULL;
}

static struct ij_error *func_add(struct reader *reader, const struct ij_gotab_func *func)
{
	const char *name = ij_gotab_name(&reader->table, func);
	bool changes = is_one_of(switches, IJ_COUNT(switches), name);
	bool root = func->flag & IJ_GOTAB_TOP || is_one_of(roots, IJ_COUNT(roots), name);
	bool moves = func->flag & IJ_GOTAB_SPWRITE ||
		     is_one_of(ij_pclntab_movers, IJ_PCLNTAB_MOVERS, name);

	IJ_TRY(ij_map_builder_func(reader->builder, offset_of(reader, func->start),
				   (uint32_t)(func->end - func->start), 0));
	if (changes)
		reader->builder->funcs.items[reader->builder->funcs.len - 1].classes =
			IJ_CLASS(CONTEXT);
	if (changes || root || moves)
		return whole_add(reader, func, root && !changes);
	return rows_add(reader, func);
}

/* Function @idx, if it lies in the module. */
static bool func_get(const struct reader *reader, uint64_t idx, struct ij_gotab_func *func)
{
	return ij_gotab_func_at(&reader->table, idx, func) && func->start >= reader->tab->base &&
	       func->end - reader->tab->base <= reader->builder->span;
}

struct ij_error *ij_pclntab_read(const struct ij_pclntab *tab, struct ij_map_builder *builder,
				 size_t *funcs_ret)
{
	struct reader reader = {
		.tab = tab,
		.builder = builder,
		.budget = (uint64_t)tab->size * REUSE_MAX,
	};
	struct ij_gotab_func func;
	uint64_t from = 0;

	*funcs_ret = 0;
	IJ_TRY(ij_gotab_open(tab->bytes, tab->size, tab->text, &reader.table));
	for (uint64_t i = 0; func_get(&reader, i, &func); i++) {
		if (func.start < from)
			break;
		from = func.end;
		if (ij_map_builder_covers(builder, func.start - tab->base, func.end - func.start))
			continue;
		IJ_TRY(func_add(&reader, &func));
		++*funcs_ret;
	}
	return NULL;
}
