/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The variables of frames, and which of several of one name code at a place would see. */
#include <string.h>

#include "debugger/registers.h"

/* A frame as location descriptions are evaluated over it. */
struct over {
	struct ij_debugger *d;
	const struct ij_stack_frame *frame;
};

static struct ij_error *reg(void *ctx, unsigned number, void *bytes, size_t size)
{
	struct over *over = ctx;

	return ij_registers_dwarf(over->d, over->frame, number, bytes, size);
}

static struct ij_error *read_memory(void *ctx, ij_addr addr, void *bytes, size_t size)
{
	return ij_debugger_read(((struct over *)ctx)->d, addr, bytes, size);
}

static struct ij_error *cfa(void *ctx, ij_addr *ret)
{
	struct over *over = ctx;

	if (ij_stack_cfa(over->d, over->frame, ret))
		return NULL;
	return ij_error_new(NOTFOUND, "the frame's address is not known");
}

static struct ij_error *entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret);

static struct ij_dwarf_frame frame_of(struct over *over)
{
	return (struct ij_dwarf_frame){.ctx = over,
				       .bias = over->frame->module->bias,
				       .reg = reg,
				       .read = read_memory,
				       .cfa = cfa,
				       .entry = entry};
}

/* The real frame that called @frame; NULL: it is not known. */
static const struct ij_stack_frame *caller_of(struct ij_debugger *d,
					      const struct ij_stack_frame *frame)
{
	/* What called main is nobody's business, as in gdb. */
	for (size_t i = 0; i < d->stack.shown; i++) {
		const struct ij_stack_frame *it = &d->stack.list.items[i];

		if (it->physical == frame->physical + 1 && !it->inlined)
			return it;
	}
	return NULL;
}

/* What the caller says that it passed. */
static struct ij_error *entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret)
{
	struct over *over = ctx;
	const struct ij_debug_here *here = over->frame->here;
	struct over outer = {over->d, caller_of(over->d, over->frame)};
	struct ij_dwarf_frame as;
	const char *name, *colons;
	bool is = false;
	uint64_t pc;

	if (!here || !here->levels.len || !outer.frame || !outer.frame->debug ||
	    outer.frame->dummy || outer.frame->signal)
		return ij_error_new(NOTFOUND, "nothing is known of the caller");
	/* What calls at the end of a function are of leaves no frame: then the call is another. */
	name = here->levels.items[here->levels.len - 1].name;
	for (colons = name; colons && (colons = strstr(colons, "::"));)
		name = colons += 2;
	pc = outer.frame->pc - outer.frame->module->bias;
	if (name)
		IJ_TRY(ij_debug_calls(outer.frame->debug, pc, name, &is));
	if (!is)
		return ij_error_new(NOTFOUND, "the call was of another function");
	as = frame_of(&outer);
	return ij_debug_entry_value(outer.frame->debug, pc, &as, expr, ret);
}

/* The value of @local in @frame: an object in memory, or its bytes. */
static struct ij_error *value_of(struct ij_debugger *d, const struct ij_stack_frame *frame,
				 const struct ij_debug_local *local, struct ij_arena *arena,
				 struct ij_val *ret)
{
	struct over over = {d, frame};
	const struct ij_dwarf_frame as = frame_of(&over);
	uint64_t size = ij_ctype_strip(local->type)->size;
	struct ij_dwarf_where where;
	bool whole;

	IJ_TRY(ij_debug_local_where(frame->debug, frame->here, local, &as, &where));
	if (!where.len)
		return ij_error_new(NOTFOUND, "<optimized out>");
	if (where.len == 1 && where.pieces[0].kind == IJ_DWARF_MEMORY) {
		*ret = (struct ij_val){
			.type = local->type, .place = IJ_VAL_TARGET, .addr = where.pieces[0].addr};
		return NULL;
	}
	IJ_TRY(ij_val_make(arena, local->type, NULL, ret));
	IJ_TRY(ij_dwarf_gather(&where, &as, ret->bytes, size, &whole));
	return whole ? NULL : ij_error_new(NOTFOUND, "<optimized out>");
}

/* What @local, a parameter, was worth when the function of @frame was called. */
static struct ij_error *entry_value_of(struct ij_debugger *d, const struct ij_stack_frame *frame,
				       const struct ij_debug_local *local, struct ij_arena *arena,
				       struct ij_val *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(local->type);
	struct over over = {d, frame};
	struct ij_dwarf_span where = {.bytes = NULL};
	uint64_t value;

	if (frame->level + 1 == frame->here->levels.len)
		where = ij_debug_local_register(frame->debug, local,
						frame->here->levels.items[frame->level].entry);
	if (!where.bytes || type->size > sizeof(value) || type->kind == IJ_CT_FLOAT)
		return ij_error_new(NOTFOUND, "<optimized out>");
	IJ_TRY(entry(&over, where, &value));
	return ij_val_make(arena, local->type, &value, ret);
}

/* The function that @frame counts as. */
static bool is_of(const struct ij_stack_frame *frame, const struct ij_debug_local *local)
{
	return local->level == frame->level && local->name;
}

/* The type is all that is known of it, and asked for. */
static struct ij_error *find_in_scope(const struct ij_debug_here *scope, const char *name,
				      struct ij_val *ret, bool *found)
{
	const struct ij_debug_local *local = ij_debug_here_find(scope, name);

	*found = local;
	if (local)
		*ret = (struct ij_val){.type = local->type, .place = IJ_VAL_TARGET};
	return NULL;
}

struct ij_error *ij_locals_find(struct ij_debugger *d, const char *name, struct ij_arena *arena,
				struct ij_val *ret, bool *found)
{
	struct ij_stack_frame *frame;
	struct ij_error *err;
	const char *at;
	size_t len;

	*found = false;
	if (d->scope)
		return find_in_scope(d->scope, name, ret, found);
	if (!d->inf)
		return NULL;
	err = ij_stack_frame(d, d->selected, &frame);
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	if (!frame->here)
		return NULL;
	at = strstr(name, "@entry");
	len = at ? (size_t)(at - name) : strlen(name);
	IJ_VEC_EACH (&frame->here->locals, it) {
		if (!is_of(frame, it) || strlen(it->name) != len ||
		    strncmp(it->name, name, len) != 0 || (at && !it->is_parameter))
			continue;
		*found = d->used_frame = d->seen = true;
		if (!at)
			return value_of(d, frame, it, arena, ret);
		err = entry_value_of(d, frame, it, arena, ret);
		if (!err || err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		return ij_error_new(NOTFOUND, "<optimized out>");
	}
	return NULL;
}

/* The language of the function main, found once for each program. */
static bool program_is_cxx(struct ij_debugger *d)
{
	struct ij_session *s = ij_debugger_names(d);
	const struct ij_module *module = ij_debugger_main(s);
	uint64_t generation = ij_debugger_generation(d) + 1;

	if (!module || d->language_of == generation)
		return module && d->program_is_cxx;
	d->language_of = generation;
	d->program_is_cxx = ij_session_language(s) == IJ_SESSION_CXX;
	return d->program_is_cxx;
}

bool ij_locals_is_cxx(struct ij_debugger *d)
{
	struct ij_stack_frame *frame;
	struct ij_error *err;

	if (d->scope)
		return d->scope->is_cxx;
	err = d->inf ? ij_stack_frame(d, d->selected, &frame) : NULL;
	if (d->inf && !err && frame->here)
		return frame->here->is_cxx;
	ij_error_free(err);
	return program_is_cxx(d);
}

void ij_debugger_set_language(struct ij_debugger *d, enum ij_debugger_language language)
{
	d->language = language;
}

bool ij_debugger_is_cxx(struct ij_debugger *d)
{
	return d->language == IJ_DEBUGGER_CXX ||
	       (d->language == IJ_DEBUGGER_AUTO && ij_locals_is_cxx(d));
}

const char *ij_locals_file(struct ij_debugger *d)
{
	struct ij_stack_frame *frame;
	struct ij_error *err;

	if (d->scope)
		return d->scope->file;
	err = d->inf ? ij_stack_frame(d, d->selected, &frame) : NULL;
	if (!d->inf || err || !frame->here) {
		ij_error_free(err);
		return NULL;
	}
	return frame->here->file;
}

struct ij_error *ij_debugger_variables(struct ij_debugger *d, unsigned level, bool parameters,
				       ij_debugger_visit visit, void *ctx)
{
	struct ij_stack_frame *frame;

	IJ_TRY(ij_stack_frame(d, level, &frame));
	d->seen = true;
	if (!frame->here)
		return NULL;
	IJ_VEC_EACH (&frame->here->locals, it) {
		struct ij_datum datum = {.arena = {0}};
		struct ij_error *err;

		if (!is_of(frame, it) || it->is_parameter != parameters)
			continue;
		err = value_of(d, frame, it, &datum.arena, &datum.val);
		if (!err)
			err = ij_debugger_fetch(d, &datum);
		if (err && err->code == IJ_ERR_NOMEM) {
			ij_arena_deinit(&datum.arena);
			return err;
		}
		visit(ctx, it->name, err ? NULL : &datum, err ? err->msg : NULL);
		ij_error_free(err);
		ij_arena_deinit(&datum.arena);
	}
	return NULL;
}

struct ij_error *ij_debugger_entry(struct ij_debugger *d, unsigned level, const char *name,
				   struct ij_datum **ret)
{
	struct ij_datum *datum;
	struct ij_stack_frame *frame;
	struct ij_error *err;

	*ret = NULL;
	IJ_TRY(ij_stack_frame(d, level, &frame));
	if (!frame->here)
		return NULL;
	IJ_VEC_EACH (&frame->here->locals, it) {
		if (!is_of(frame, it) || !it->is_parameter || strcmp(it->name, name) != 0)
			continue;
		datum = calloc(1, sizeof(*datum));
		if (!datum)
			return ij_error_nomem();
		err = entry_value_of(d, frame, it, &datum->arena, &datum->val);
		if (!err)
			*ret = datum;
		else
			ij_datum_free(datum);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		return NULL;
	}
	return NULL;
}

/* `f::x`: a variable of the function @scope, wherever the program stands. */
struct ij_error *ij_locals_static(struct ij_debugger *d, const struct ij_host_name *name,
				  struct ij_host *host, struct ij_arena *arena, struct ij_val *ret,
				  bool *found)
{
	const char *split = strstr(name->name, "::"), *local;
	struct ij_host_name of = {.module = name->module, .file = name->file};
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module;
	struct ij_debug *debug;
	struct ij_debug_here here;
	struct ij_val function;
	bool is_function = false;
	struct ij_error *err;

	*found = false;
	if (!split || split == name->name)
		return NULL;
	local = split + 2;
	of.name = ij_arena_text(arena, name->name, (size_t)(split - name->name));
	if (!of.name)
		return ij_error_nomem();
	err = ij_host_lookup(host, &of, arena, &function, &is_function);
	ij_error_free(err);
	if (err || !is_function || ij_ctype_strip(function.type)->kind != IJ_CT_FUNCTION)
		return NULL;
	module = ij_modules_find(s->mods, function.addr);
	if (!module)
		return NULL;
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	err = debug ? ij_debug_here(debug, function.addr - module->bias, &here) : NULL;
	if (!debug || err) {
		ij_error_free(err);
		return NULL;
	}
	IJ_VEC_EACH (&here.locals, it) {
		struct ij_stack_frame frame = {.module = module, .debug = debug, .here = &here};
		struct ij_stack_frame *live;

		if (*found || !it->name || strcmp(it->name, local) != 0)
			continue;
		/* One that is not static belongs to the nearest frame of the function. */
		for (size_t i = d->selected; d->stack.valid && i < d->stack.list.len; i++) {
			live = &d->stack.list.items[i];
			if (live->here && live->here->levels.len && here.levels.len &&
			    live->here->levels.items[live->level].entry ==
				    here.levels.items[0].entry) {
				frame = *live;
				frame.here = &here;
				break;
			}
		}
		err = value_of(d, &frame, it, arena, ret);
		*found = !err;
		if (err && !frame.known && err->code != IJ_ERR_NOMEM) {
			ij_error_free(err);
			err = ij_error_new(NOTFOUND, "No frame is currently executing in block %s.",
					   of.name);
			break;
		}
	}
	ij_debug_here_deinit(&here);
	return err;
}
