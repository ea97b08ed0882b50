/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions in a frame of a held stop: its variables and registers, and all else that expressions
 * know. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/show.h"
#include "obj/debug_frame.h"
#include "session/debugs.h"
#include "session/evaluate.h"
#include "session/stop.h"

enum { OBJECT_MAX = 1 << 20 }; /* bytes of a variable that lies in registers or pieces */

/* A frame, and what debug information says of where it stands. */
struct ij_stop_place {
	struct ij_stop *stop;
	unsigned level;
	struct ij_wire_frame frame;
	struct ij_module *module; /* NULL: its code is in none */
	struct ij_debug *debug;   /* NULL: it has none */
	struct ij_debug_here here;
	bool known; /* `here` is */
	/* Of the session's own variables. */
	struct ij_error *(*variable)(struct ij_host *host, const char *name, struct ij_arena *arena,
				     struct ij_val *ret, bool *found);
};

static struct ij_error *open_place(struct ij_stop *stop, unsigned level, struct ij_stop_place *ret)
{
	struct ij_session *s = stop->session;
	struct ij_stop_place place = {.stop = stop, .level = level};
	const struct ij_wire_frame *frame;
	struct ij_error *err;
	ij_addr pc;

	IJ_TRY(ij_stop_need_frame(stop, level, &frame));
	/* A call in the expression makes the stop forget its frames. */
	place.frame = *frame;
	pc = place.frame.pc - !(place.frame.flags & IJ_WIRE_FRAME_EXACT);
	place.module = ij_modules_find(s->mods, pc);
	if (place.module)
		IJ_TRY(ij_debugs_of(s->debugs, s->mods, place.module, &place.debug));
	if (place.debug) {
		err = ij_debug_here(place.debug, pc - place.module->bias, &place.here);
		if (err && err->code != IJ_ERR_NOTFOUND)
			return err;
		place.known = !err;
		ij_error_free(err);
	}
	*ret = place;
	return NULL;
}

static void close_place(struct ij_stop_place *place)
{
	if (place->known)
		ij_debug_here_deinit(&place->here);
}

/* DWARF's numbers: 0 to 16 as frames have them, 17 on the vector registers. */
static struct ij_error *frame_reg(void *ctx, unsigned number, void *bytes, size_t size)
{
	const struct ij_stop_place *place = ctx;
	struct ij_register reg;
	char name[16];
	size_t idx;

	if (number < IJ_WIRE_FRAME_REGS && size <= sizeof(place->frame.regs[0]) &&
	    place->frame.known >> number & 1) {
		memcpy(bytes, &place->frame.regs[number], size);
		return NULL;
	}
	if (place->level || number < 17 || number > 32 || size > 16)
		return ij_error_new(NOTFOUND, "register %u is not known in this frame", number);
	snprintf(name, sizeof(name), "xmm%u", number - 17);
	IJ_TRY(ij_stop_register_find(name, &idx));
	IJ_TRY(ij_stop_register(place->stop, 0, idx, &reg));
	memcpy(bytes, reg.bytes, size);
	return NULL;
}

static struct ij_error *frame_read(void *ctx, ij_addr addr, void *bytes, size_t size)
{
	return ij_stop_read(((const struct ij_stop_place *)ctx)->stop, addr, bytes, size);
}

static struct ij_error *frame_cfa(void *ctx, ij_addr *ret)
{
	const struct ij_stop_place *place = ctx;

	if (!place->frame.cfa)
		return ij_error_new(NOTFOUND, "the frame's address is not known");
	*ret = place->frame.cfa;
	return NULL;
}

static struct ij_error *frame_entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret);

static struct ij_dwarf_frame frame_of(struct ij_stop_place *place)
{
	return (struct ij_dwarf_frame){.ctx = place,
				       .bias = place->module ? place->module->bias : 0,
				       .reg = frame_reg,
				       .read = frame_read,
				       .cfa = frame_cfa,
				       .entry = frame_entry};
}

/* What the caller says that it passed. */
static struct ij_error *frame_entry(void *ctx, struct ij_dwarf_span expr, uint64_t *ret)
{
	const struct ij_stop_place *place = ctx;
	struct ij_dwarf_frame frame;
	struct ij_stop_place caller;
	struct ij_error *err;

	IJ_TRY(open_place(place->stop, place->level + 1, &caller));
	frame = frame_of(&caller);
	if (caller.debug)
		err = ij_debug_entry_value(caller.debug, caller.frame.pc - caller.module->bias,
					   &frame, expr, ret);
	else
		err = ij_error_new(NOTFOUND, "nothing is known of the caller");
	close_place(&caller);
	return err;
}

/* @gone: it is optimised out here. */
static struct ij_error *local_value(struct ij_stop_place *place, const struct ij_debug_local *local,
				    struct ij_arena *arena, struct ij_val *ret, bool *gone)
{
	struct ij_dwarf_frame frame = frame_of(place);
	const struct ij_ctype *type = ij_ctype_strip(local->type);
	struct ij_dwarf_where where;
	struct ij_val val = {.type = local->type};
	bool whole;

	*gone = false;
	IJ_TRY(ij_ctype_complete(type));
	IJ_TRY(ij_debug_local_where(place->debug, &place->here, local, &frame, &where));
	if (where.len == 1 && where.pieces[0].kind == IJ_DWARF_MEMORY && !where.pieces[0].size) {
		val.place = IJ_VAL_TARGET;
		val.addr = where.pieces[0].addr;
		*ret = val;
		return NULL;
	}
	if (type->size > OBJECT_MAX)
		return ij_error_new(LIMIT, "%s has over %d bytes", local->name, OBJECT_MAX);
	IJ_TRY(ij_val_make(arena, local->type, NULL, &val));
	IJ_TRY(ij_dwarf_gather(&where, &frame, val.bytes, type->size, &whole));
	*gone = !whole;
	*ret = val;
	return NULL;
}

static struct ij_stop_place *place_of(struct ij_host *host)
{
	return ((struct ij_session_host *)host)->place;
}

static struct ij_error *lookup(struct ij_host *host, const struct ij_host_name *name,
			       struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct ij_stop_place *place = place_of(host);
	const struct ij_debug_local *local = NULL;
	bool gone;

	if (!name->module && !name->file && place->known)
		local = ij_debug_here_find(&place->here, name->name);
	if (!local)
		return ij_host_lookup(host, name, arena, ret, found);
	IJ_TRY(local_value(place, local, arena, ret, &gone));
	if (gone)
		return ij_error_new(NOTFOUND, "%s is optimised out at this place", name->name);
	*found = true;
	return NULL;
}

/* `$rip`; else a variable of ours. */
static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	struct ij_stop_place *place = place_of(host);
	const struct ij_ctype *type;
	struct ij_register reg;
	struct ij_error *err;
	size_t idx;

	err = ij_stop_register_find(name + 1, &idx);
	if (err) {
		ij_error_free(err);
		return place->variable(host, name, arena, ret, found);
	}
	IJ_TRY(ij_stop_register(place->stop, place->level, idx, &reg));
	if (!reg.known)
		return ij_error_new(NOTFOUND,
				    "%s is not known in frame %u: a function that it "
				    "called may have changed it",
				    name, place->level);
	switch (reg.size) {
	case 2:
		type = ij_cbase(IJ_CBASE_USHORT);
		break;
	case 4:
		type = ij_cbase(IJ_CBASE_INT);
		break;
	case 8:
		type = ij_cbase(IJ_CBASE_LONG);
		break;
	case 16:
		type = ij_cbase(IJ_CBASE_UINT128);
		break;
	default:
		IJ_TRY(ij_ctypes_array(host->types, ij_cbase(IJ_CBASE_UCHAR), reg.size, &type));
		break;
	}
	*found = true;
	return ij_val_make(arena, type, reg.bytes, ret);
}

static struct ij_error *read_memory(struct ij_host *host, ij_addr addr, void *buf, size_t size)
{
	return ij_stop_read(place_of(host)->stop, addr, buf, size);
}

static struct ij_error *write_memory(struct ij_host *host, ij_addr addr, const void *bytes,
				     size_t size)
{
	return ij_stop_write(place_of(host)->stop, addr, bytes, size);
}

static struct ij_error *no_call(struct ij_host *host, const struct ij_host_call *call,
				struct ij_arena *arena, struct ij_val *ret)
{
	(void)host;
	(void)arena;
	(void)ret;
	return ij_error_new(REFUSED, "%s: no function is called while the threads are held",
			    call->text);
}

static struct ij_error *no_plan(struct ij_host *host, const struct ij_host_call *call)
{
	return no_call(host, call, NULL, NULL);
}

static void over_frame(struct ij_session_host *sh, void *ctx)
{
	struct ij_stop_place *place = ctx;

	sh->place = place;
	if (place->known) {
		sh->host.is_cxx = place->here.is_cxx;
		sh->host.is_rust = place->here.is_rust;
		sh->host.find_language = NULL;
	}
	place->variable = sh->host.variable;
	sh->host.lookup = lookup;
	sh->host.variable = variable;
	sh->host.read = read_memory;
	sh->host.write = write_memory;
}

static void over_frame_alone(struct ij_session_host *sh, void *ctx)
{
	over_frame(sh, ctx);
	sh->host.call = no_call;
	sh->host.plan = no_plan;
}

struct ij_error *ij_stop_look_at(struct ij_stop *stop, unsigned level)
{
	const struct ij_wire_frame *frame;

	IJ_TRY(ij_stop_need_frame(stop, level, &frame));
	stop->looks = true;
	stop->level = level;
	return NULL;
}

struct ij_error *ij_stop_place_open(struct ij_session *s, struct ij_session_host *sh)
{
	struct ij_stop_place *place;
	struct ij_error *err;

	if (!s->stop || !s->stop->looks)
		return NULL;
	place = malloc(sizeof(*place));
	err = place ? open_place(s->stop, s->stop->level, place) : ij_error_nomem();
	if (err) {
		free(place);
		return err;
	}
	over_frame(sh, place);
	return NULL;
}

void ij_stop_place_close(struct ij_session_host *sh)
{
	if (sh->place)
		close_place(sh->place);
	free(sh->place);
	sh->place = NULL;
}

bool ij_stop_place_has(const struct ij_session_host *sh, const char *name)
{
	return sh->place && sh->place->known && ij_debug_here_find(&sh->place->here, name);
}

struct ij_result *ij_stop_eval(struct ij_stop *stop, unsigned level, const char *text)
{
	struct ij_result *result = ij_result_new();
	struct ij_report report = {
		.pid = stop->session->pid, .session = stop->session, .expr = text};
	struct ij_stop_place place;

	if (ij_result_is_nomem(result))
		return result;
	report.error = open_place(stop, level, &place);
	if (report.error) {
		ij_result_fill(result, &report, NULL);
		return result;
	}
	ij_evaluate_as(stop->session, text, over_frame_alone, &place, result);
	close_place(&place);
	return result;
}

static struct ij_error *tell(struct ij_stop_place *place, const struct ij_debug_local *local,
			     ij_stop_variable_visit visit, void *ctx)
{
	IJ_STRBUF_AUTO type = {0}, text = {0};
	struct ij_stop_variable told = {.name = local->name,
					.is_parameter = local->is_parameter,
					.inlined =
						(unsigned)place->here.levels.len - 1 - local->level,
					.block = local->block};
	struct ij_session_host sh;
	struct ij_arena arena = {0};
	struct ij_val val;
	struct ij_error *err;
	uint64_t size = ij_ctype_strip(local->type)->size;

	ij_session_host_init(place->stop->session, NULL, local->name, &sh);
	over_frame_alone(&sh, place);
	err = local_value(place, local, &arena, &val, &told.is_gone);
	if (!err && !told.is_gone && !val.bytes && size <= OBJECT_MAX) {
		ij_addr addr = val.addr;

		err = ij_val_make(&arena, local->type, NULL, &val);
		if (!err)
			err = frame_read(place, addr, val.bytes, size);
	}
	if (!err && !told.is_gone && val.bytes)
		err = ij_show(&sh.host, &val, 0, &text);
	/* One that cannot be read does not hide the others. */
	if (err && err->code != IJ_ERR_NOMEM)
		ij_strbuf_printf(&text, "<error: %s>", ij_error_message(err));
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		err = NULL;
	}
	ij_ctype_text(local->type, NULL, &type);
	if (!err)
		err = ij_strbuf_error(&type);
	if (!err)
		err = ij_strbuf_error(&text);
	told.type = ij_strbuf_get(&type);
	told.value = told.is_gone ? "<optimized out>" : ij_strbuf_get(&text);
	if (!err)
		visit(ctx, &told);
	ij_arena_deinit(&arena);
	ij_session_host_deinit(&sh);
	return err;
}

struct ij_error *ij_stop_variables(struct ij_stop *stop, unsigned level,
				   ij_stop_variable_visit visit, void *ctx)
{
	struct ij_error *err = NULL;
	struct ij_stop_place place;

	IJ_TRY(open_place(stop, level, &place));
	if (!place.known)
		err = ij_error_new(NOTFOUND, "debug information knows no variables of frame %u%s%s",
				   level, place.module ? ": it is in " : "",
				   place.module ? place.module->name : "");
	for (size_t i = 0; !err && i < place.here.locals.len; i++)
		err = tell(&place, &place.here.locals.items[i], visit, ctx);
	close_place(&place);
	return err;
}
