/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unwinding a thread that stands, and naming its frames. */
#include <elf.h>
#include <string.h>

#include "debugger/debugger.h"
#include "maps/compile.h"
#include "obj/debug_lines.h"

enum { FRAMES_MAX = 4096 };

void ij_stack_forget(struct ij_debugger *d)
{
	IJ_VEC_EACH (&d->stack.list, it) {
		/* The last one of those that share it owns it. */
		if (it->here && !it->inlined) {
			ij_debug_here_deinit(it->here);
			free(it->here);
		}
	}
	ij_vec_deinit(&d->stack.list);
	d->stack.valid = false;
	d->stack.shown = 0;
	d->selected = 0;
}

void ij_stack_maps_deinit(struct ij_stack_maps *maps)
{
	IJ_VEC_EACH (&maps->list, it)
		free((void *)(uintptr_t)it->map.header);
	ij_vec_deinit(&maps->list);
	ij_policy_destroy(maps->policy);
	maps->policy = NULL;
}

/* The container of @module; what has none is passed over. */
static struct ij_error *add_module(struct ij_stack_maps *maps, const struct ij_module *module)
{
	const char *soname = ij_object_soname(module->obj);
	const struct ij_map_source source = {.policy = maps->policy,
					     .soname = soname ? soname : module->name,
					     .path = module->path};
	struct ij_unwind_module item = {.base = module->bias + ij_object_base(module->obj),
					.lo = module->lo,
					.hi = module->hi};
	struct ij_error *err;
	void *bytes;
	size_t size;

	err = ij_map_get(module->obj, module->fd, &source, &bytes, &size);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	err = ij_map_open(bytes, size, &item.map);
	if (!err)
		err = ij_vec_push(&maps->list, item);
	if (err)
		free(bytes);
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		err = NULL;
	}
	return err;
}

static int by_address(const void *a, const void *b)
{
	const struct ij_unwind_module *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static struct ij_error *load_maps(struct ij_debugger *d)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *const *list;
	size_t len;

	if (!d->maps.policy)
		IJ_TRY(ij_policy_load(NULL, 0, &d->maps.policy));
	if (d->maps.list.len && d->maps.generation == s->generation)
		return NULL;
	IJ_VEC_EACH (&d->maps.list, it)
		free((void *)(uintptr_t)it->map.header);
	d->maps.list.len = 0;
	list = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len; i++)
		if (list[i]->obj)
			IJ_TRY(add_module(&d->maps, list[i]));
	if (d->maps.list.len)
		qsort(d->maps.list.items, d->maps.list.len, sizeof(*d->maps.list.items),
		      by_address);
	d->maps.generation = s->generation;
	return NULL;
}

/* One unwinding. */
struct walk {
	struct ij_debugger *d;
	struct ij_error *err;
	unsigned physical;
	struct ij_dummy *dummy; /* the last one that was met; NULL: none */
	bool at_dummy;          /* it ended there */
	bool done;              /* one behind main, or enough */
};

static struct ij_error *find_here(struct ij_debugger *d, struct ij_stack_frame *frame)
{
	struct ij_session *s = ij_debugger_names(d);
	/* A return address may be that of the next function. */
	uint64_t pc = frame->pc - !frame->exact;
	struct ij_error *err;

	frame->module = ij_modules_find(s->mods, frame->pc);
	if (!frame->module)
		return NULL;
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, frame->module, &frame->debug));
	if (!frame->debug)
		return NULL;
	frame->here = calloc(1, sizeof(*frame->here));
	if (!frame->here)
		return ij_error_nomem();
	err = ij_debug_here(frame->debug, pc - frame->module->bias, frame->here);
	if (!err)
		return NULL;
	free(frame->here);
	frame->here = NULL;
	if (err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

/* Add @frame, and before it those that are inlined in it. */
static struct ij_error *add(struct walk *walk, struct ij_stack_frame *frame)
{
	struct ij_debugger *d = walk->d;
	size_t levels;
	struct ij_error *err = NULL;

	frame->physical = walk->physical++;
	if (!frame->dummy && !frame->signal)
		IJ_TRY(find_here(d, frame));
	levels = frame->here && frame->here->levels.len ? frame->here->levels.len : 1;
	for (size_t i = 0; i < levels && !err; i++) {
		frame->level = (unsigned)i;
		frame->inlined = i + 1 < levels;
		err = ij_vec_push(&d->stack.list, *frame);
	}
	if (d->stack.shown)
		walk->done = true;
	/* gdb's backtraces end at main; what called that is known all the same. */
	if (frame->here && frame->module && frame->module->main && frame->here->levels.len &&
	    frame->here->levels.items[levels - 1].name &&
	    !strcmp(frame->here->levels.items[levels - 1].name, "main"))
		d->stack.shown = d->stack.list.len;
	return err;
}

/* The call that returns to @pc, if it was ours: its frame, and on from where it was made. */
static struct ij_dummy *dummy_at(struct ij_debugger *d, uint64_t pc, const struct ij_dummy *inner)
{
	for (size_t i = inner ? (size_t)(inner - d->dummies.items) : d->dummies.len; i-- > 0;)
		if (d->dummies.items[i].addr == pc && d->dummies.items[i].tid == d->current)
			return &d->dummies.items[i];
	return NULL;
}

bool ij_stack_cfa(struct ij_debugger *d, const struct ij_stack_frame *frame, ij_addr *ret)
{
	if (frame->cfa) {
		*ret = frame->cfa;
		return true;
	}
	IJ_VEC_EACH (&d->maps.list, module) {
		uint64_t off = frame->pc - !frame->exact - module->base;
		const struct ij_map_func *func;
		const struct ij_map_rule *rule;

		if (frame->pc < module->lo || frame->pc >= module->hi)
			continue;
		func = ij_map_func_find(&module->map, off);
		rule = func ? ij_map_rule_find(&module->map, func, off) : NULL;
		if (!rule || rule->cfa_kind != IJ_MAP_CFA_REG || rule->cfa_reg >= IJ_MAP_REGS ||
		    !(frame->known >> rule->cfa_reg & 1))
			return false;
		*ret = frame->regs[rule->cfa_reg] + (uint64_t)(int64_t)rule->cfa_off;
		return true;
	}
	return false;
}

/* The call of ours that the last frame returns to; NULL: none. No call instruction is before it, so
 * that the unwinder does not take it for a caller. */
static struct ij_dummy *dummy_behind(struct walk *walk)
{
	struct ij_debugger *d = walk->d;
	uint64_t back;
	ij_addr cfa;
	struct ij_error *err;

	if (!d->stack.list.len ||
	    !ij_stack_cfa(d, &d->stack.list.items[d->stack.list.len - 1], &cfa))
		return NULL;
	err = ij_mem_read_u64(&ij_debugger_names(d)->mem.mem, cfa - 8, &back);
	ij_error_free(err);
	return err ? NULL : dummy_at(d, back, walk->dummy);
}

static bool visit(void *ctx, const struct ij_unwind_frame *from)
{
	struct walk *walk = ctx;
	struct ij_stack_frame frame;

	/* Where a call of ours returns to is no caller; what is guessed behind it is nothing. */
	if (from->depth && walk->d->dummies.len) {
		struct ij_dummy *dummy = dummy_behind(walk);

		if (dummy) {
			walk->dummy = dummy;
			walk->at_dummy = true;
			return false;
		}
	}
	frame = (struct ij_stack_frame){
		.pc = from->pc,
		.cfa = from->cfa,
		.exact = from->exact,
		.known = from->regs->known,
		.signal = from->func && from->func->flags & IJ_MAP_FUNC_SIGNAL,
	};

	memcpy(frame.regs, from->regs->value, sizeof(frame.regs));
	walk->err = add(walk, &frame);
	return !walk->err && !walk->done && walk->d->stack.list.len < FRAMES_MAX;
}

static struct ij_error *unwind(struct ij_debugger *d, const struct user_regs_struct *gp)
{
	struct ij_session *s = ij_debugger_names(d);
	struct walk walk = {.d = d};
	struct ij_regs regs = {.gp = *gp};
	struct ij_dummy *dummy;

	for (;;) {
		const struct ij_unwind_space space = {.modules = d->maps.list.items,
						      .modules_len = d->maps.list.len};
		struct ij_unwind_regs from = {.known = (1u << IJ_MAP_REGS) - 1};
		struct ij_mem_cache cache;
		ij_addr end_pc = 0;

		ij_regs_to_dwarf(&regs, from.value);
		ij_mem_cache_init(&cache, &s->mem.mem);
		d->stack.end = ij_unwind(&space, &cache.mem, &from, visit, &walk, &end_pc);
		IJ_TRY(walk.err);
		if (!walk.at_dummy && !walk.done)
			walk.dummy = dummy_at(d, end_pc, walk.dummy);
		else if (walk.done)
			walk.dummy = NULL;
		walk.at_dummy = false;
		dummy = walk.dummy;
		if (!dummy)
			break;
		{
			struct ij_stack_frame frame = {
				.pc = dummy->addr, .cfa = dummy->sp, .dummy = true, .exact = true};

			IJ_TRY(add(&walk, &frame));
		}
		regs.gp = dummy->gp;
	}
	/* Where nothing is known the PC is a frame all the same. */
	if (!d->stack.list.len) {
		struct ij_stack_frame frame = {
			.pc = gp->rip, .exact = true, .known = (1u << IJ_MAP_REGS) - 1};

		ij_regs_to_dwarf(&regs, frame.regs);
		IJ_TRY(add(&walk, &frame));
	}
	return NULL;
}

struct ij_error *ij_stack_get(struct ij_debugger *d)
{
	struct user_regs_struct gp;
	struct ij_error *err;

	if (!d->inf && !d->target)
		return ij_error_new(NOPROC, "No stack.");
	if (!d->inf)
		IJ_TRY(ij_debugger_hold(d));
	if (d->stack.valid)
		return NULL;
	ij_stack_forget(d);
	IJ_TRY(ij_session_refresh(ij_debugger_names(d)));
	IJ_TRY(load_maps(d));
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	err = unwind(d, &gp);
	if (err) {
		ij_stack_forget(d);
		return err;
	}
	if (!d->stack.shown)
		d->stack.shown = d->stack.list.len;
	d->stack.valid = true;
	return NULL;
}

struct ij_error *ij_stack_frame(struct ij_debugger *d, unsigned level, struct ij_stack_frame **ret)
{
	IJ_TRY(ij_stack_get(d));
	if (level >= d->stack.list.len)
		return ij_error_new(NOTFOUND, "No frame at level %u.", level);
	*ret = &d->stack.list.items[level];
	return NULL;
}

bool ij_debugger_function(struct ij_debugger *d, uint64_t addr, const char **name_ret,
			  uint64_t *start_ret, uint64_t *end_ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = ij_modules_find(s->mods, addr);
	struct ij_symbol symbol;
	struct ij_error *err;

	if (!module || !module->obj)
		return false;
	err = ij_object_symbol_at(module->obj, addr - module->bias, &symbol);
	ij_error_free(err);
	if (err)
		return false;
	if (name_ret)
		*name_ret = symbol.name;
	if (start_ret)
		*start_ret = module->bias + symbol.value;
	if (end_ret)
		*end_ret = module->bias + symbol.value + symbol.size;
	return true;
}

/* The line that a call of an inlined function is at, else that of the PC. */
static void find_line(struct ij_debugger *d, const struct ij_stack_frame *frame,
		      struct ij_debugger_frame *ret)
{
	struct ij_debug_line line;
	uint64_t pc = frame->pc - !frame->exact;
	struct ij_error *err;

	(void)d;
	if (!frame->debug || !frame->module)
		return;
	err = ij_debug_line_at(frame->debug, pc - frame->module->bias, &line);
	ij_error_free(err);
	if (err)
		return;
	ret->file = line.file->name;
	ret->path = line.file->path;
	ret->line = line.line;
	ret->exact = frame->exact && line.start + frame->module->bias == frame->pc;
	/* An outer one stands where it called the inner one. */
	if (frame->level && frame->here) {
		const struct ij_debug_level *inner = &frame->here->levels.items[frame->level - 1];

		if (inner->call_line)
			ret->line = (unsigned)inner->call_line;
		ret->exact = false;
	}
}

struct ij_error *ij_debugger_frame(struct ij_debugger *d, unsigned level,
				   struct ij_debugger_frame *ret)
{
	const struct ij_debug_level *function = NULL;
	struct ij_stack_frame *frame;
	const char *name = NULL;
	uint64_t start = 0;

	IJ_TRY(ij_stack_frame(d, level, &frame));
	d->seen = true;
	if (level >= d->stack.shown)
		return ij_error_new(NOTFOUND, "No frame at level %u.", level);
	if (frame->here && frame->level < frame->here->levels.len)
		function = &frame->here->levels.items[frame->level];
	*ret = (struct ij_debugger_frame){.level = level,
					  .pc = frame->pc,
					  .cfa = frame->cfa,
					  .dummy = frame->dummy,
					  .signal = frame->signal,
					  .inlined = frame->inlined,
					  .inlines = frame->level,
					  .has_debug = function};
	if (frame->dummy || frame->signal)
		return NULL;
	if (ij_debugger_function(d, frame->pc - !frame->exact, &name, &start, NULL)) {
		ret->function = name;
		ret->function_start = start;
	}
	if (function && function->name)
		ret->function = function->name;
	if (function && function->entry)
		ret->function_start = function->entry + frame->module->bias;
	find_line(d, frame, ret);
	if (!ret->file && frame->module && !frame->module->main)
		ret->module = frame->module->path;
	return NULL;
}

unsigned ij_debugger_selected(const struct ij_debugger *d)
{
	return d->selected;
}

struct ij_error *ij_debugger_select(struct ij_debugger *d, unsigned level)
{
	struct ij_stack_frame *frame;

	IJ_TRY(ij_stack_frame(d, level, &frame));
	d->seen = true;
	if (level >= d->stack.shown)
		return ij_error_new(NOTFOUND, "No frame at level %u.", level);
	d->selected = level;
	return NULL;
}
