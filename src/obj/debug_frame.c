/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables in scope at a PC: of its function, of what is inlined there, and of their blocks (DWARF
 * 5, 3.3 to 3.5 and 4.1). */
#include "obj/debug_frame.h"

#include <string.h>

#include "obj/debug_internal.h"
#include "obj/dwarf_words.h"

struct gather {
	struct ij_debug *debug;
	struct ij_debug_here *here;
	unsigned depth; /* of recursion */
};

/* Entries of the instance, by what they are instances of. */
struct seen {
	IJ_VEC(uint64_t) origins;
};

static struct ij_error *own_text(struct ij_debug *debug, const struct ij_debug_die *named,
				 const char **ret)
{
	IJ_STRBUF_AUTO text = {0};
	const char *name;

	*ret = NULL;
	IJ_TRY(ij_debug_own_name(debug, &named->die.name, &name));
	if (!name)
		return NULL;
	IJ_TRY(ij_debug_scope_text(debug, named->unit, named->die.off, &text));
	ij_strbuf_printf(&text, "%s%s", text.len ? "::" : "", name);
	IJ_TRY(ij_strbuf_error(&text));
	return ij_ctypes_text(debug->types, text.str, text.len, ret);
}

static struct ij_error *add_level(struct gather *gather, const struct ij_debug_die *at)
{
	struct ij_debug *debug = gather->debug;
	struct ij_debug_die full = *at, last;
	struct ij_debug_level level = {
		.is_inlined = at->die.tag == DW_TAG_inlined_subroutine,
		.call_file = at->die.call_file.u,
		.call_line = at->die.call_line.u,
	};

	IJ_TRY(ij_debug_inherit(debug, &full, &last));
	if (at->die.low_pc.class == IJ_DWARF_ADDRESS)
		level.entry = at->die.low_pc.u;
	IJ_TRY(own_text(debug, &last, &level.name));
	IJ_TRY(ij_debug_function_type(debug, at, 0, &level.type));
	return ij_vec_push(&gather->here->levels, level);
}

/* @code: false: an entry of the abstract instance, of which nothing is left in the code. */
static struct ij_error *add_local(struct gather *gather, const struct ij_debug_die *at,
				  unsigned block, bool code)
{
	struct ij_debug_die full = *at;
	struct ij_debug_local local = {
		.level = (unsigned)gather->here->levels.len - 1,
		.block = block,
		.is_parameter = at->die.tag == DW_TAG_formal_parameter,
		.unit = at->unit,
	};

	IJ_TRY(ij_debug_inherit(gather->debug, &full, NULL));
	/* `extern int x;` in a block. */
	if (full.die.declaration.class == IJ_DWARF_CONSTANT &&
	    full.die.location.class == IJ_DWARF_NONE)
		return NULL;
	IJ_TRY(ij_debug_own_name(gather->debug, &full.die.name, &local.name));
	if (!local.name)
		return NULL;
	IJ_TRY(ij_debug_type(gather->debug, &full.die.type, 0, &local.type));
	local.is_artificial = full.die.artificial.class == IJ_DWARF_CONSTANT;
	/* A static variable of a function has its place in the abstract instance. */
	local.location = code ? full.die.location : at->die.location;
	local.constant = full.die.const_value;
	return ij_vec_push(&gather->here->locals, local);
}

static struct ij_error *block(struct gather *gather, const struct ij_debug_die *at, unsigned depth,
			      struct seen *outer);

static bool is_variable(const struct ij_dwarf_die *die)
{
	return die->tag == DW_TAG_variable || die->tag == DW_TAG_formal_parameter;
}

/* What only the abstract instance has was optimised out. */
static struct ij_error *left_out(struct gather *gather, const struct ij_debug_die *at,
				 const struct seen *seen, unsigned depth)
{
	struct ij_debug_walk walk;
	struct ij_debug_die origin;
	struct ij_error *err = NULL;

	if (at->die.origin.class == IJ_DWARF_NONE)
		return NULL;
	IJ_TRY(ij_debug_follow(gather->debug, &at->die.origin, &origin));
	ij_debug_children(&walk, gather->debug, &origin);
	while (!err && ij_debug_child(&walk, &err)) {
		bool known = !is_variable(&walk.at.die);

		IJ_VEC_EACH (&seen->origins, it)
			known = known || *it == walk.at.die.off;
		if (!known)
			err = add_local(gather, &walk.at, depth, false);
	}
	return err;
}

static struct ij_error *children(struct gather *gather, const struct ij_debug_die *at,
				 unsigned depth, struct seen *seen)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, gather->debug, at);
	while (!err && ij_debug_child(&walk, &err)) {
		const struct ij_dwarf_die *die = &walk.at.die;

		if (is_variable(die)) {
			if (die->origin.class == IJ_DWARF_REFERENCE)
				err = ij_vec_push(&seen->origins, die->origin.u);
			if (!err)
				err = add_local(gather, &walk.at, depth, true);
			continue;
		}
		if ((die->tag == DW_TAG_lexical_block || die->tag == DW_TAG_try_block ||
		     die->tag == DW_TAG_catch_block || die->tag == DW_TAG_inlined_subroutine) &&
		    ij_dwarf_die_contains(&gather->debug->dwarf, &walk.at.unit->unit, die,
					  gather->here->pc))
			err = block(gather, &walk.at, depth + 1, seen);
	}
	return err;
}

/* @outer: of the function that a block is in: an instance may have more blocks than its origin. */
static struct ij_error *block(struct gather *gather, const struct ij_debug_die *at, unsigned depth,
			      struct seen *outer)
{
	struct seen seen = {{NULL, 0, 0}};
	struct ij_error *err = NULL;
	bool is_function;

	if (++gather->depth > IJ_DEBUG_DEPTH_MAX)
		return ij_error_new(LIMIT, "blocks of a function are over %d deep",
				    IJ_DEBUG_DEPTH_MAX);
	is_function = at->die.tag == DW_TAG_inlined_subroutine || at->die.tag == DW_TAG_subprogram;
	if (is_function) {
		depth = 0;
		err = add_level(gather, at);
	}
	if (!err)
		err = children(gather, at, depth, is_function ? &seen : outer);
	if (!err && is_function && seen.origins.len < 1024)
		err = left_out(gather, at, &seen, depth);
	ij_vec_deinit(&seen.origins);
	gather->depth--;
	return err;
}

/* Innermost first; else as they stand, for which `order` is no longer needed: the sort is stable.
 */
static void sort(struct ij_debug_here *here)
{
	size_t levels = here->levels.len;

	for (size_t i = 0; i < levels / 2; i++) {
		struct ij_debug_level swap = here->levels.items[i];

		here->levels.items[i] = here->levels.items[levels - 1 - i];
		here->levels.items[levels - 1 - i] = swap;
	}
	IJ_VEC_EACH (&here->locals, it)
		it->level = (unsigned)levels - 1 - it->level;
	for (size_t i = 1; i < here->locals.len; i++) {
		struct ij_debug_local moved = here->locals.items[i];
		size_t at = i;

		for (; at; at--) {
			const struct ij_debug_local *before = here->locals.items + at - 1;

			if (before->level < moved.level ||
			    (before->level == moved.level && before->block >= moved.block))
				break;
			here->locals.items[at] = *before;
		}
		here->locals.items[at] = moved;
	}
}

enum { LOCALS_MAX = 4096 };

struct ij_error *ij_debug_here(struct ij_debug *debug, uint64_t pc, struct ij_debug_here *ret)
{
	struct ij_debug_here here = {.pc = pc, .line_table = IJ_DEBUG_NO_LINES};
	struct gather gather = {.debug = debug, .here = &here};
	struct ij_debug_die at;
	struct ij_error *err;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_code_at(debug, pc, &at));
	here.unit = at.unit;
	here.file = at.unit->name;
	here.is_cxx = at.unit->is_cxx;
	here.is_rust = at.unit->is_rust;
	here.frame_base = at.die.frame_base;
	if (at.unit->root->stmt_list.class != IJ_DWARF_NONE)
		here.line_table = at.unit->root->stmt_list.u;
	err = block(&gather, &at, 0, NULL);
	if (!err && here.locals.len > LOCALS_MAX)
		err = ij_error_new(LIMIT, "over %d variables are in scope at 0x%llx", LOCALS_MAX,
				   (unsigned long long)pc);
	if (err) {
		ij_debug_here_deinit(&here);
		return err;
	}
	sort(&here);
	*ret = here;
	return NULL;
}

void ij_debug_here_deinit(struct ij_debug_here *here)
{
	ij_vec_deinit(&here->levels);
	ij_vec_deinit(&here->locals);
}

const struct ij_debug_local *ij_debug_here_find(const struct ij_debug_here *here, const char *name)
{
	IJ_VEC_EACH (&here->locals, it)
		if (!it->level && !strcmp(it->name, name))
			return it;
	return NULL;
}

/* The location that @value has at the PC; empty if none. */
static struct ij_dwarf_span location(struct ij_debug *debug, const struct ij_debug_unit *unit,
				     const struct ij_dwarf_value *value, uint64_t pc)
{
	struct ij_dwarf_span span;

	if (value->class == IJ_DWARF_NONE ||
	    !ij_dwarf_location_at(&debug->dwarf, &unit->unit, value, pc, &span))
		return (struct ij_dwarf_span){.bytes = NULL};
	return span;
}

struct ij_error *ij_debug_local_where(struct ij_debug *debug, const struct ij_debug_here *here,
				      const struct ij_debug_local *local,
				      const struct ij_dwarf_frame *frame,
				      struct ij_dwarf_where *ret)
{
	debug->dwarf.budget = debug->budget;
	if (local->location.class == IJ_DWARF_NONE && local->constant.class != IJ_DWARF_NONE) {
		ret->len = 1;
		ret->pieces[0] = (struct ij_dwarf_piece){
			.kind = IJ_DWARF_BYTES,
			.value = local->constant.u,
			.block = {.bytes = local->constant.block,
				  .size = (size_t)local->constant.u},
		};
		if (local->constant.class != IJ_DWARF_BLOCK)
			ret->pieces[0].block = (struct ij_dwarf_span){.bytes = NULL};
		return NULL;
	}
	return ij_dwarf_locate(&debug->dwarf, &local->unit->unit, frame,
			       location(debug, here->unit, &here->frame_base, here->pc),
			       location(debug, local->unit, &local->location, here->pc), ret);
}

struct ij_error *ij_debug_local_words(struct ij_debug *debug, const struct ij_debug_here *here,
				      const struct ij_debug_local *local, uint64_t bias,
				      const char *module, struct ij_strbuf *out,
				      bool *is_static_ret, uint64_t *addr_ret)
{
	const struct ij_dwarf_words words = {
		.dwarf = &debug->dwarf,
		.unit = &local->unit->unit,
		.frame_base = location(debug, here->unit, &here->frame_base, here->pc),
		.bias = bias,
		.module = module,
	};

	debug->dwarf.budget = debug->budget;
	*is_static_ret = false;
	if (local->location.class == IJ_DWARF_NONE && local->constant.class == IJ_DWARF_CONSTANT)
		ij_strbuf_printf(out, "constant %lld (0x%llx)", (long long)local->constant.u,
				 (unsigned long long)local->constant.u);
	if (local->location.class == IJ_DWARF_NONE ||
	    (local->location.class == IJ_DWARF_BLOCK && !local->location.u))
		return NULL;
	return ij_dwarf_words(&words, &local->location, out, is_static_ret, addr_ret);
}

struct ij_dwarf_span ij_debug_local_register(struct ij_debug *debug,
					     const struct ij_debug_local *local, uint64_t pc)
{
	struct ij_dwarf_span span;

	debug->dwarf.budget = debug->budget;
	span = location(debug, local->unit, &local->location, pc);
	if (!span.bytes || span.size != 1 || *span.bytes < DW_OP_reg0 || *span.bytes > DW_OP_reg31)
		return (struct ij_dwarf_span){.bytes = NULL};
	return span;
}
