/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where in Go code a call may be made, from pclntab and a few bytes of code. */
#include "maps/gosafe.h"

#include <string.h>

#include "maps/gojoins.h"
#include "maps/gooutgoing.h"

/* Functions larger than that are not looked at for what lies below the stack pointer. */
#define CODE_MAX ((uint64_t)16 << 20)

/* UnsafePoint (and up to 1.14 RegMapIndex) values: only these two say that it is safe. */
enum { VALUE_SAFE = -1, VALUE_UNSAFE = -2 };

/* The first match holds. A name is a package's path, then a dot; packages end in a slash. */
static const struct {
	const char *prefix;
	enum ij_map_go_kind kind;
} names[] = {
	{"runtime.", IJ_MAP_GO_RUNTIME},
	{"runtime/internal/", IJ_MAP_GO_RUNTIME},
	{"internal/runtime/syscall", IJ_MAP_GO_SYSCALL},
	{"internal/runtime/", IJ_MAP_GO_RUNTIME},
	/* What the runtime itself calls, perhaps with locks held. */
	{"internal/abi.", IJ_MAP_GO_RUNTIME},
	{"internal/bytealg.", IJ_MAP_GO_RUNTIME},
	{"internal/byteorder.", IJ_MAP_GO_RUNTIME},
	{"internal/chacha8rand.", IJ_MAP_GO_RUNTIME},
	{"internal/cpu.", IJ_MAP_GO_RUNTIME},
	{"internal/goos.", IJ_MAP_GO_RUNTIME},
	{"internal/profilerecord.", IJ_MAP_GO_RUNTIME},
	{"internal/stringslite.", IJ_MAP_GO_RUNTIME},
	/* Hashing and comparing for maps, in the middle of their own work. */
	{"type..", IJ_MAP_GO_RUNTIME},
	{"type:.", IJ_MAP_GO_RUNTIME},
	{"go.buildid", IJ_MAP_GO_RUNTIME},
	{"go:buildid", IJ_MAP_GO_RUNTIME},
	/* Between runtime.entersyscall and runtime.exitsyscall. */
	{"syscall.", IJ_MAP_GO_SYSCALL},
	{"golang.org/x/sys/unix.", IJ_MAP_GO_SYSCALL},
	/* Between runtime.procPin and runtime.procUnpin: the scheduler would throw. */
	{"sync.(*Pool).", IJ_MAP_GO_PINNED},
	{"sync.(*pool", IJ_MAP_GO_PINNED},
	{"sync/atomic.(*Value).", IJ_MAP_GO_PINNED},
};

enum ij_map_go_kind ij_gosafe_of_name(const char *name)
{
	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (!strncmp(name, names[i].prefix, strlen(names[i].prefix)))
			return names[i].kind;
	return IJ_MAP_GO_SAFE;
}

/* Where something is to be said whatever the tables say; of JOIN and OUTGOING, where they say SAFE.
 */
struct spot {
	uint64_t from, to;
	enum ij_map_go_kind kind;
};

struct reader {
	const struct ij_goprog *prog;
	const struct ij_gotab *tab;
	struct ij_map_builder *builder;
	uint64_t base; /* link-time address of module offset 0 */
	uint64_t said; /* all before it is said */
	/* Of the function in hand: */
	uint8_t *code;
	size_t code_cap; /* bytes */
	struct ij_gojoins joins;
	struct ij_gooutgoing outgoing;
	IJ_VEC(struct spot) spots; /* sorted */
	size_t spot_idx;           /* the first of these that is not passed */
};

/* From @from on, up to wherever something else is said. */
static struct ij_error *say(struct reader *r, uint64_t from, enum ij_map_go_kind kind)
{
	uint32_t pc = (uint32_t)(from - r->base);
	struct ij_map_go *last = NULL;

	if (r->builder->gos.len) {
		last = &r->builder->gos.items[r->builder->gos.len - 1];
		if (last->kind == kind)
			return NULL;
		if (last->pc == pc) {
			last->kind = kind;
			return NULL;
		}
	} else if (kind == IJ_MAP_GO_NONE) {
		return NULL;
	}
	return ij_vec_push(&r->builder->gos, ((struct ij_map_go){.pc = pc, .kind = kind}));
}

/* From @from up to @to, but for the spots there. */
static struct ij_error *say_range(struct reader *r, uint64_t from, uint64_t to,
				  enum ij_map_go_kind kind)
{
	while (from < to) {
		bool is_left = r->spot_idx < r->spots.len;
		const struct spot *spot = is_left ? r->spots.items + r->spot_idx : NULL;
		uint64_t end = to;

		if (is_left && spot->to <= from) {
			r->spot_idx++;
			continue;
		}
		if (is_left && spot->from <= from) {
			bool holds = spot->kind == IJ_MAP_GO_BELOW || kind == IJ_MAP_GO_SAFE;

			end = spot->to < to ? spot->to : to;
			IJ_TRY(say(r, from, holds ? spot->kind : kind));
		} else {
			end = is_left && spot->from < to ? spot->from : to;
			IJ_TRY(say(r, from, kind));
		}
		from = end;
	}
	return NULL;
}

/*
 * debugCallV1 saves register i where bit nbit-1-i of the map is looked for: is each pointer found
 * all the same?
 */
static bool is_symmetric(uint64_t mask, int32_t nbit)
{
	for (int32_t i = 0; i < nbit && i < 64; i++)
		if ((mask >> i & 1) != (mask >> (nbit - 1 - i) & 1))
			return false;
	return true;
}

/* What a value of the table says of a stop at, or just behind, the instructions it holds for. */
static enum ij_map_go_kind kind_of_value(const struct reader *r, const struct ij_gobits *regs,
					 int64_t value)
{
	uint64_t mask;

	if (!regs)
		return value == VALUE_SAFE ? IJ_MAP_GO_SAFE : IJ_MAP_GO_POINT;
	if (value == VALUE_UNSAFE)
		return IJ_MAP_GO_POINT;
	/*
	 * The runtime takes map 0, of a function that nobody has entered; but until the prologue is
	 * over the context of a closure is in a register.
	 */
	if (value < 0)
		return IJ_MAP_GO_REGS;
	if (!ij_goprog_bitmap(r->prog, regs, value, &mask))
		return IJ_MAP_GO_POINT;
	return is_symmetric(mask, regs->nbit) ? IJ_MAP_GO_SAFE : IJ_MAP_GO_REGS;
}

/*
 * A stop at a PC is judged by the value there and by the one before it. The register map that the
 * collector takes is the one before; unsafe points count in both.
 */
static struct ij_error *points_say(struct reader *r, const struct ij_gotab_func *func)
{
	const struct ij_goprog_slots *slots = ij_goprog_slots_get(r->prog);
	struct ij_gotab_values values;
	struct ij_gobits bits, *regs = NULL;
	enum ij_map_go_kind before = slots->reg_maps >= 0 ? IJ_MAP_GO_REGS : IJ_MAP_GO_SAFE;

	if (slots->reg_maps >= 0) {
		if (!ij_goprog_bits(r->prog, func, slots->reg_maps, &bits))
			return say(r, func->start, IJ_MAP_GO_ASM);
		regs = &bits;
	}
	ij_gotab_values_begin(&values, r->tab, func,
			      ij_gotab_pcdata(r->tab, func, (unsigned)slots->unsafe_point));
	while (ij_gotab_values_next(&values)) {
		enum ij_map_go_kind here = kind_of_value(r, regs, values.value);

		IJ_TRY(say_range(r, values.from, values.from + 1,
				 here == IJ_MAP_GO_POINT ? here : before));
		IJ_TRY(say_range(r, values.from + 1, values.to, here));
		before = here;
	}
	return NULL;
}

/* The code of @func; none of it where it cannot be had. */
static struct ij_error *code_read(struct reader *r, const struct ij_gotab_func *func,
				  size_t *size_ret)
{
	size_t size = func->end - func->start;
	struct ij_error *err;

	*size_ret = 0;
	if (size > CODE_MAX)
		return NULL;
	if (size > r->code_cap || !r->code) {
		uint8_t *code = realloc(r->code, size);

		if (!code)
			return ij_error_nomem();
		r->code = code;
		r->code_cap = size;
	}
	err = ij_object_read(ij_goprog_object(r->prog), func->start, r->code, size);
	if (!err)
		*size_ret = size;
	ij_error_free(err);
	return NULL;
}

/*
 * Before a call of runtime.duffzero or duffcopy the frame pointer is kept below the stack pointer:
 * mov %rbp,-0x10(%rsp); lea -0x10(%rsp),%rbp; ...; call; mov 0x0(%rbp),%rbp. Some versions mark it
 * unsafe, some do not; pushing there destroys it in all (src/cmd/internal/obj/x86/obj6.go).
 */
static struct ij_error *below_find(struct reader *r, uint64_t start, size_t size)
{
	static const uint8_t save[] = {0x48, 0x89, 0x6c, 0x24, 0xf0, 0x48, 0x8d, 0x6c, 0x24, 0xf0};
	static const uint8_t load[] = {0x48, 0x8b, 0x6d, 0x00};
	const uint8_t *at, *found;

	for (at = r->code; (found = memmem(at, size - (size_t)(at - r->code), save, sizeof(save)));
	     at = found) {
		uint64_t from = start + (uint64_t)(found - r->code) + 5;
		size_t left = size - (size_t)(found - r->code);

		found = memmem(found, left < 64 ? left : 64, load, sizeof(load));
		found = found ? found + sizeof(load) : r->code + size;
		/* From behind the store on, up to behind the load. */
		IJ_TRY(ij_vec_push(&r->spots,
				   ((struct spot){from, start + (uint64_t)(found - r->code),
						  IJ_MAP_GO_BELOW})));
	}
	return NULL;
}

static uint64_t args_of(void *ctx, uint64_t target)
{
	/* What the compiler calls by itself, perhaps among the arguments of another call. */
	static const char *const helpers[] = {"runtime.duff", "runtime.gcWriteBarrier"};
	const struct reader *r = ctx;
	struct ij_gotab_func func;
	const char *name;

	if (!ij_goprog_find(r->prog, target, &func))
		return UINT64_MAX;
	name = ij_gotab_name(r->tab, &func);
	for (size_t i = 0; i < IJ_COUNT(helpers); i++)
		if (!strncmp(name, helpers[i], strlen(helpers[i])))
			return IJ_GOOUTGOING_HELPER;
	return func.args >= 0 ? (uint64_t)func.args : UINT64_MAX;
}

/*
 * What may be the outgoing area of @func's frame, bytes: all below the locals that have a map,
 * which lie below the saved frame pointer.
 */
static uint64_t outgoing_area(const struct reader *r, const struct ij_gotab_func *func)
{
	struct ij_gotab_values values;
	struct ij_gobits locals;
	int64_t frame = 0, used;

	ij_gotab_values_begin(&values, r->tab, func, func->pcsp);
	while (ij_gotab_values_next(&values))
		frame = values.value > frame ? values.value : frame;
	used = (int64_t)sizeof(uint64_t);
	if (ij_goprog_bits(r->prog, func, ij_goprog_slots_get(r->prog)->locals, &locals) &&
	    locals.nbit > 0)
		used += locals.nbit * (int64_t)sizeof(uint64_t);
	return frame > used ? (uint64_t)(frame - used) : 0;
}

static struct ij_error *outgoing_find(struct reader *r, const struct ij_gotab_func *func,
				      size_t size)
{
	const struct ij_gooutgoing_func what = {
		.code = r->code,
		.size = size,
		.start = func->start,
		.area = outgoing_area(r, func),
		.args_of = args_of,
		.ctx = r,
	};

	IJ_TRY(ij_gooutgoing_find(&what, &r->outgoing));
	IJ_VEC_EACH (&r->outgoing.spans, span)
		IJ_TRY(ij_vec_push(&r->spots,
				   ((struct spot){span->from, span->to, IJ_MAP_GO_OUTGOING})));
	return NULL;
}

static int by_address(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

/* What only the code tells. */
static struct ij_error *spots_find(struct reader *r, const struct ij_gotab_func *func)
{
	size_t size;

	r->spots.len = r->spot_idx = 0;
	IJ_TRY(code_read(r, func, &size));
	IJ_TRY(below_find(r, func->start, size));
	/* From 1.15 on the interrupted frame is scanned without maps. */
	if (ij_goprog_slots_get(r->prog)->reg_maps < 0)
		return NULL;
	if (!size)
		return ij_vec_push(&r->spots,
				   ((struct spot){func->start, func->end, IJ_MAP_GO_JOIN}));
	IJ_TRY(ij_gojoins_find(r->code, size, func->start, &r->joins));
	IJ_VEC_EACH (&r->joins.addrs, addr)
		IJ_TRY(ij_vec_push(&r->spots, ((struct spot){*addr, *addr + 1, IJ_MAP_GO_JOIN})));
	IJ_TRY(outgoing_find(r, func, size));
	if (!r->spots.len)
		return NULL;
	qsort(r->spots.items, r->spots.len, sizeof(*r->spots.items), by_address);
	return NULL;
}

static struct ij_error *func_say(struct reader *r, const struct ij_gotab_func *func)
{
	const struct ij_goprog_slots *slots = ij_goprog_slots_get(r->prog);
	enum ij_map_go_kind kind = ij_gosafe_of_name(ij_gotab_name(r->tab, func));

	if (kind == IJ_MAP_GO_SAFE &&
	    (func->flag & IJ_GOTAB_ASM || !ij_goprog_has(r->prog, func, slots->locals)))
		kind = IJ_MAP_GO_ASM;
	if (kind != IJ_MAP_GO_SAFE)
		return say(r, func->start, kind);
	IJ_TRY(spots_find(r, func));
	return points_say(r, func);
}

struct ij_error *ij_gosafe_compile(const struct ij_goprog *prog, struct ij_map_builder *builder)
{
	struct reader r = {
		.prog = prog,
		.tab = ij_goprog_tab(prog),
		.builder = builder,
		.base = ij_object_base(ij_goprog_object(prog)),
	};
	struct ij_gotab_func func;
	struct ij_error *err = NULL;

	builder->gos.len = 0;
	r.said = r.base;
	for (uint64_t i = 0; i < r.tab->len && !err; i++) {
		if (!ij_gotab_func_at(r.tab, i, &func) || func.start < r.said ||
		    func.end - r.base > builder->span)
			break;
		if (func.start > r.said)
			err = say(&r, r.said, IJ_MAP_GO_NONE);
		if (!err)
			err = func_say(&r, &func);
		r.said = func.end;
	}
	if (!err && r.said - r.base < builder->span)
		err = say(&r, r.said, IJ_MAP_GO_NONE);
	free(r.code);
	ij_vec_deinit(&r.joins.addrs);
	ij_gooutgoing_deinit(&r.outgoing);
	ij_vec_deinit(&r.spots);
	return err;
}
