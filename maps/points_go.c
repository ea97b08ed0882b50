/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Points of Go code, from the compiler's own maps: PCDATA and FUNCDATA of Go 1.11 and later.
 *
 * Up to 1.14 there are register maps at every instruction; later ones say only where it is safe,
 * and which stack slots hold pointers at calls. What a frame holds besides is not told by any.
 *
 * What these tables say of an instruction holds behind it: for a thread that is stopped the runtime
 * looks at the byte before its PC, and at a function's entry takes map 0. Points say what holds
 * before an instruction, so each is what the table says of the last byte of the one before. Only
 * the frame sizes are those at the PC.
 *
 * Source: Go 1.11 to 1.27, src/cmd/compile/internal/gc/plive.go (registers, -2),
 * src/runtime/stack.go (getStackMap: -1 stands for map 0), src/runtime/traceback.go (varp),
 * src/runtime/symtab.go.
 */
#include <string.h>

#include "arch/decode.h"
#include "maps/goprog.h"
#include "maps/points_source.h"

enum { UNSAFE = -2, SET_NONE = -1 };

/* DWARF numbers in the order of the compiler's register numbers, without the stack pointer. */
static const uint8_t dwarf_of[] = {0, 2, 1, 3, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15};

enum { FRAME, STACK, REGS, SAFETY, STREAMS };

struct reader {
	struct ij_object *obj;
	struct ij_goprog *prog;
	const struct ij_gotab *tab;
	const struct ij_goprog_slots *slots;
	struct ij_points *out;
	/* Of the function in hand: */
	struct ij_gotab_func func;
	bool runtime;   /* it is the runtime's */
	bool has_frame; /* the caller's frame pointer lies between locals and return address */
	struct ij_gobits args, locals, regs;
	bool has_args, has_locals, has_regs;
	IJ_VEC(int64_t) sets; /* one a stack map: its set, or SET_NONE until it is asked for */
};

static bool is_runtime(const char *name)
{
	static const char *const prefixes[] = {"runtime.", "runtime/internal/",
					       "internal/runtime/"};

	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/* Add the slots of bitmap @idx, whose bit 0 is @first, to set @set_ret. False: there is none. */
static struct ij_error *bitmap_add(struct reader *r, const struct ij_gobits *bits, int64_t idx,
				   int64_t first, uint32_t *set, bool *good)
{
	size_t size = ((size_t)bits->nbit + 7) / 8;
	int64_t lo = first >= 0 ? first / 64 : -((-first + 63) / 64);
	size_t shift = (size_t)(first - lo * 64), words = (shift + (size_t)bits->nbit) / 64 + 1;
	uint64_t *all;
	uint8_t *bytes;
	struct ij_error *err;
	uint32_t own;

	*good = idx >= 0 && idx < bits->n;
	if (!*good || !size)
		return NULL;
	bytes = malloc(size);
	all = calloc(words, sizeof(*all));
	err = bytes && all ? ij_object_read(r->obj, bits->addr + (uint64_t)idx * size, bytes, size)
			   : ij_error_nomem();
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		err = NULL;
		*good = false;
	} else if (!err) {
		for (size_t i = 0; i < (size_t)bits->nbit; i++)
			if (bytes[i / 8] >> i % 8 & 1)
				all[(shift + i) / 64] |= 1ull << (shift + i) % 64;
		err = ij_slot_sets_add(&r->out->sets, (int32_t)lo, all, words, &own);
		if (!err)
			err = ij_slot_sets_xor(&r->out->sets, *set, own, set);
	}
	free(bytes);
	free(all);
	return err;
}

/* The set of stack map @idx; *good false: the tables have none. */
static struct ij_error *set_of(struct reader *r, int64_t idx, uint32_t *ret, bool *good)
{
	uint32_t set;
	int64_t varp = r->has_frame ? -2 : -1;

	*good = r->has_locals && idx >= 0 && idx < r->locals.n;
	if (!*good)
		return NULL;
	while (r->sets.len < (size_t)r->locals.n)
		IJ_TRY(ij_vec_push(&r->sets, SET_NONE));
	if (r->sets.items[idx] != SET_NONE) {
		*ret = (uint32_t)r->sets.items[idx];
		return NULL;
	}
	IJ_TRY(ij_slot_sets_add(&r->out->sets, 0, NULL, 0, &set));
	IJ_TRY(bitmap_add(r, &r->locals, idx, varp - r->locals.nbit, &set, good));
	if (*good && r->has_args)
		IJ_TRY(bitmap_add(r, &r->args, idx, 0, &set, good));
	if (!*good)
		return NULL;
	r->sets.items[idx] = set;
	*ret = set;
	return NULL;
}

static struct ij_error *slots_set(struct reader *r, int64_t value, struct ij_point *point)
{
	bool good = false;

	/* Without a frame the one of the entry holds, up to 1.14 wherever there is none. */
	if (value == -1 && (r->slots->reg_map >= 0 || !point->frame))
		value = 0;
	if (value >= 0)
		IJ_TRY(set_of(r, value, &point->slots_pointers, &good));
	if (!good)
		point->unknown |= IJ_POINTS_SLOTS;
	return NULL;
}

static void regs_set(const struct reader *r, int64_t value, struct ij_point *point)
{
	uint64_t mask;

	if (value == UNSAFE)
		point->why = IJ_WHY_MARKED;
	else if (!r->has_regs)
		point->why = IJ_WHY_NOMAP;
	if (point->why == IJ_WHY_MARKED || !r->has_regs ||
	    !ij_goprog_bitmap(r->prog, &r->regs, value < 0 ? 0 : value, &mask)) {
		point->unknown |= IJ_POINTS_REGS;
		if (!point->why)
			point->why = IJ_WHY_NOMAP;
		return;
	}
	for (size_t i = 0; i < sizeof(dwarf_of); i++)
		point->pointers |= (mask >> i & 1) << dwarf_of[i];
}

static void safety_set(const struct reader *r, int64_t value, struct ij_point *point)
{
	if (value == UNSAFE)
		point->why = IJ_WHY_MARKED;
	else if (value < UNSAFE)
		point->why = IJ_WHY_SEQUENCE;
	else if (!r->has_locals)
		point->why = IJ_WHY_NOMAP;
}

static struct ij_error *point_add(struct reader *r, uint64_t pc, const int64_t *values)
{
	struct ij_point point = {.pc = (uint32_t)(pc - r->out->base)};

	if (values[FRAME] < 0 || values[FRAME] > INT32_MAX)
		point.unknown |= IJ_POINTS_FRAME;
	else
		point.frame = (int32_t)values[FRAME];
	IJ_TRY(slots_set(r, values[STACK], &point));
	if (r->slots->reg_map >= 0)
		regs_set(r, values[REGS], &point);
	else
		safety_set(r, values[SAFETY], &point);
	/* The runtime is compiled without register maps: what its tables say of registers is
	 * nothing. */
	if (r->runtime) {
		point.unknown |= IJ_POINTS_REGS;
		point.why = point.why ? point.why : IJ_WHY_RUNTIME;
	}
	return ij_points_add(r->out, &point);
}

static uint32_t table_of(const struct reader *r, int slot)
{
	return slot < 0 ? 0 : ij_gotab_pcdata(r->tab, &r->func, (unsigned)slot);
}

/* Does the function ever move the stack pointer? Then it saves the frame pointer first. */
static bool frame_find(const struct reader *r)
{
	struct ij_gotab_values values;

	ij_gotab_values_begin(&values, r->tab, &r->func, r->func.pcsp);
	while (ij_gotab_values_next(&values))
		if (values.value > 0)
			return true;
	return false;
}

/* The value at @pc, which only grows. */
static int64_t value_at(struct ij_gotab_values *values, uint64_t pc)
{
	while (values->to <= pc && ij_gotab_values_next(values))
		;
	return pc >= values->from && pc < values->to ? values->value : -1;
}

/* @code: the function's. */
static struct ij_error *func_points(struct reader *r, const uint8_t *code)
{
	const uint32_t tables[STREAMS] = {
		[FRAME] = r->func.pcsp,
		[STACK] = table_of(r, r->slots->stack_map),
		[REGS] = table_of(r, r->slots->reg_map),
		[SAFETY] = table_of(r, r->slots->reg_map < 0 ? r->slots->unsafe_point : -1),
	};
	uint64_t base = r->func.start, size = r->func.end - base, step;
	struct ij_gotab_values streams[STREAMS];
	struct ij_insn insn;

	for (unsigned i = 0; i < STREAMS; i++) {
		ij_gotab_values_begin(&streams[i], r->tab, &r->func, tables[i]);
		(void)ij_gotab_values_next(&streams[i]);
	}
	for (uint64_t off = 0; off < size; off += step) {
		int64_t values[STREAMS];

		for (unsigned i = 0; i < STREAMS; i++)
			values[i] = i == FRAME ? value_at(&streams[i], base + off)
				    : off      ? value_at(&streams[i], base + off - 1)
					       : -1;
		IJ_TRY(point_add(r, base + off, values));
		step = ij_insn_decode(code + off, size - off, base + off, &insn) ? insn.size : 1;
	}
	return NULL;
}

static struct ij_error *func_add(struct reader *r)
{
	const char *name = ij_gotab_name(r->tab, &r->func);
	uint64_t base = r->out->base;
	struct ij_error *err;
	uint8_t *code;

	if (r->func.start < base || r->func.end - base > r->out->span ||
	    r->func.start >= r->func.end)
		return ij_error_new(BADDATA,
				    "pclntab: function %.60s at 0x%llx lies outside the file", name,
				    (unsigned long long)r->func.start);
	IJ_TRY(ij_points_begin(r->out, (uint32_t)(r->func.start - base),
			       (uint32_t)(r->func.end - r->func.start)));
	if (*name)
		IJ_TRY(ij_points_name(r->out, name));
	r->runtime = is_runtime(name);
	r->has_frame = frame_find(r);
	r->has_args = ij_goprog_bits(r->prog, &r->func, r->slots->args, &r->args);
	r->has_locals = ij_goprog_bits(r->prog, &r->func, r->slots->locals, &r->locals);
	r->has_regs = ij_goprog_bits(r->prog, &r->func, r->slots->reg_maps, &r->regs);
	r->sets.len = 0;
	code = malloc(r->func.end - r->func.start);
	if (!code)
		return ij_error_nomem();
	err = ij_error_wrap(
		ij_object_read(r->obj, r->func.start, code, r->func.end - r->func.start),
		"pclntab: function %.60s", name);
	if (!err)
		err = func_points(r, code);
	free(code);
	return err;
}

static struct ij_error *funcs_add(struct reader *r)
{
	for (uint64_t i = 0; i < r->tab->len; i++) {
		if (!ij_gotab_func_at(r->tab, i, &r->func))
			return ij_error_new(BADDATA,
					    "pclntab: entry %llu of its functions (from offset "
					    "%#llx on) leads to a malformed one",
					    (unsigned long long)i,
					    (unsigned long long)r->tab->functab);
		IJ_TRY(func_add(r));
	}
	return NULL;
}

static bool go_fits(struct ij_object *obj)
{
	static const char *const names[] = {".gopclntab", ".data.rel.ro.gopclntab",
					    ".go.buildinfo"};
	bool found = false;

	for (size_t i = 0; i < IJ_COUNT(names) && !found; i++) {
		const uint8_t *bytes;
		size_t size;
		uint64_t vaddr;
		struct ij_error *err = ij_object_section(obj, names[i], &bytes, &size, &vaddr);

		found = !err;
		ij_error_free(err);
	}
	return found;
}

static struct ij_error *go_read(struct ij_object *obj, struct ij_points *ret)
{
	struct reader r = {.obj = obj, .out = ret};
	unsigned have = IJ_POINTS_FRAME | IJ_POINTS_SLOTS_POINTERS;
	struct ij_error *err;

	IJ_TRY(ij_goprog_open(obj, &r.prog));
	r.tab = ij_goprog_tab(r.prog);
	r.slots = ij_goprog_slots_get(r.prog);
	if (r.slots->reg_map >= 0)
		have |= IJ_POINTS_POINTERS;
	ij_points_init(ret, "go", have, ij_object_base(obj), ij_object_span(obj));
	err = funcs_add(&r);
	ij_vec_deinit(&r.sets);
	ij_goprog_close(r.prog);
	return err;
}

const struct ij_points_source ij_points_go = {
	.name = "go",
	.text = "maps of the Go compiler",
	.fits = go_fits,
	.read = go_read,
};
