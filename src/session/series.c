/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Series: the ring of their calls is built once, sent at each run, and taken apart. */
#include "session/series.h"

#include <string.h>

#include "arch/ring.h"
#include "session/calls.h"
#include "session/session_impl.h"

#define DATA_ALIGN 16u

/* Where the strings and buffers of one call lie. */
struct place {
	uint32_t off, size;  /* in the scratch memory, bytes */
	struct ij_offs offs; /* from `off` on */
};

struct ij_series {
	struct ij_session *session;
	struct ij_call *const *calls;
	size_t len;
	enum ij_series_way way;
	const struct ij_call_options *options;
	uint64_t generation; /* of the session's modules, when it was laid out */
	struct ij_wire_call call;
	IJ_VEC(uint8_t) scratch; /* ring, then the calls' data */
	size_t entry_size;
	IJ_VEC(struct place) places; /* n calls */
};

static void places_clear(struct ij_series *series)
{
	IJ_VEC_EACH (&series->places, place)
		ij_vec_deinit(&place->offs.list);
	series->places.len = 0;
}

/* Everything but what one entry of a ring can say. */
static struct ij_error *check_fits(const struct ij_call *call, const struct ij_marshal *marshal)
{
	if (marshal->turn)
		return ij_error_new(UNSUPPORTED,
				    "%s: is called where %s lets others have their turn, which a "
				    "series cannot wait for; make it by itself",
				    call->text, marshal->turn->library);
	if (marshal->call.stack_len)
		return ij_error_new(
			LIMIT,
			"%s: a call of a series takes up to %d integer and %d "
			"floating-point arguments, none on the stack; make it by itself",
			call->text, IJ_RING_INT_ARGS, IJ_RING_SSE_ARGS);
	if (call->callee_ret.kind == IJ_TYPE_FLOAT && call->callee_ret.size > sizeof(double))
		return ij_error_new(UNSUPPORTED,
				    "%s: a call of a series cannot give a long double; make it by "
				    "itself",
				    call->text);
	return NULL;
}

/* @size bytes more, zeros; @off_ret: where. */
static struct ij_error *grow(struct ij_series *series, size_t align, size_t size, size_t *off_ret)
{
	size_t start = (series->scratch.len + align - 1) / align * align, end = start + size;

	if (end > IJ_WIRE_SCRATCH_MAX)
		return ij_error_new(LIMIT,
				    "%zu calls with their strings and buffers take over %u bytes; "
				    "make them in several series",
				    series->len, IJ_WIRE_SCRATCH_MAX);
	IJ_TRY(ij_vec_reserve(&series->scratch, end - series->scratch.len));
	memset(series->scratch.items + series->scratch.len, 0, end - series->scratch.len);
	series->scratch.len = end;
	*off_ret = start;
	return NULL;
}

static void add_entry(struct ij_series *series, size_t idx, const struct ij_wire_call *call,
		      size_t data_off)
{
	uint8_t *at = series->scratch.items + sizeof(struct ij_ring) + idx * series->entry_size;
	struct ij_ring_entry entry = {
		.func = call->func,
		.sse_len = (uint8_t)call->sse_len,
		.scratch_mask = (uint8_t)call->scratch_mask,
	};

	for (unsigned i = 0; i < IJ_RING_INT_ARGS; i++)
		entry.int_args[i] =
			call->int_args[i] + (call->scratch_mask >> i & 1 ? data_off : 0);
	memcpy(entry.sse_args, call->sse_args, sizeof(entry.sse_args));
	memcpy(at, &entry, series->entry_size);
}

/* What the stop must be fit for: for all of the calls. */
static void add_needs(struct ij_wire_call *all, const struct ij_wire_call *call, uint32_t flags)
{
	const uint32_t last = IJ_WIRE_CALL_LAST;

	all->need |= call->need;
	/* The last one only if no result needs our memory. */
	all->flags = ((all->flags | flags) & ~last) | (all->flags & flags & last);
	ij_calls_merge(&all->callee, &call->callee);
}

/* One call, behind those that are there. */
static struct ij_error *add(struct ij_series *series, size_t idx, const struct ij_marshal *marshal,
			    uint32_t traits)
{
	const struct ij_call *call = series->calls[idx];
	struct place *place = &series->places.items[idx];
	size_t size = marshal->scratch.len, off = 0;

	IJ_TRY(check_fits(call, marshal));
	if (size)
		IJ_TRY(grow(series, DATA_ALIGN, size, &off));
	if (size)
		memcpy(series->scratch.items + off, marshal->scratch.items, size);
	place->off = (uint32_t)off;
	place->size = (uint32_t)size;
	add_entry(series, idx, &marshal->call, off);
	add_needs(&series->call, &marshal->call,
		  ij_session_flags(call, traits, series->options, size > 0));
	return NULL;
}

static bool is_wide(const struct ij_series *series)
{
	for (size_t i = 0; i < series->len; i++)
		for (size_t arg = 0; arg < series->calls[i]->args.len; arg++)
			if (series->calls[i]->args.items[arg].kind == IJ_ARG_FLOAT)
				return true;
	return false;
}

static struct ij_error *lay_out(struct ij_series *series)
{
	struct ij_ring ring = {.len = (uint32_t)series->len};
	size_t off;

	places_clear(series);
	series->scratch.len = 0;
	series->generation = series->session->generation;
	series->call = (struct ij_wire_call){
		.flags = IJ_WIRE_CALL_RING | (series->options->last ? IJ_WIRE_CALL_LAST : 0u)};
	ij_calls_init(&series->call.callee);
	if (series->way == IJ_SERIES_STEPS)
		series->call.flags |= IJ_WIRE_CALL_STEPS;
	series->entry_size = is_wide(series) ? sizeof(struct ij_ring_entry) : IJ_RING_ENTRY_SHORT;
	ring.entry_size = (uint32_t)series->entry_size;
	if (series->len > IJ_WIRE_SCRATCH_MAX / series->entry_size)
		return ij_error_new(LIMIT, "a series of %zu calls: %zu are the most; make several",
				    series->len, IJ_WIRE_SCRATCH_MAX / series->entry_size - 1);
	IJ_TRY(grow(series, 8, sizeof(ring) + series->len * series->entry_size, &off));
	memcpy(series->scratch.items, &ring, sizeof(ring));
	for (size_t i = 0; i < series->len; i++) {
		struct ij_marshal marshal;
		struct ij_error *err;
		uint32_t traits;

		IJ_TRY(ij_session_build(series->session, series->calls[i], series->options,
					&marshal, &traits));
		err = ij_vec_push(&series->places, ((struct place){.offs = marshal.offs}));
		if (!err) {
			marshal.offs = (struct ij_offs){0};
			err = add(series, i, &marshal, traits);
		}
		ij_marshal_deinit(&marshal);
		if (err)
			return err;
	}
	series->call.scratch_size = (uint32_t)series->scratch.len;
	series->call.scratch_room = (uint32_t)series->scratch.len;
	return ij_session_budget(series->session, series->options, &series->call);
}

struct ij_error *ij_series_create(struct ij_session *s, struct ij_call *const *calls, size_t len,
				  enum ij_series_way way, const struct ij_call_options *options,
				  struct ij_series **ret)
{
	struct ij_series *series;
	struct ij_error *err;

	if (!len)
		return ij_error_new(USAGE, "a series of no calls: give at least one");
	if (options->rehearse || options->in_copy)
		return ij_error_new(UNSUPPORTED,
				    "a series cannot be rehearsed; make its calls one by one");
	for (size_t i = 0; i < len; i++)
		if (calls[i]->not_simple)
			return ij_error_new(UNSUPPORTED,
					    "%s: a series takes calls of functions with literal "
					    "arguments only; make it by itself",
					    calls[i]->text);
	for (size_t i = 0; i < len; i++)
		if (calls[i]->go)
			return ij_error_new(
				UNSUPPORTED,
				"%s: calls in Go are made one by one, each in a stop of "
				"its own",
				calls[i]->text);
	if (options->capture)
		return ij_error_new(UNSUPPORTED, "the output of a series cannot be captured; make "
						 "its calls one by one");
	if (options->keep)
		return ij_error_new(UNSUPPORTED, "the memory of a series cannot be kept (--keep); "
						 "make its calls one by one");
	series = calloc(1, sizeof(*series));
	if (!series)
		return ij_error_nomem();
	series->session = s;
	series->calls = calls;
	series->len = len;
	series->way = way;
	series->options = options;
	err = ij_session_refresh(s);
	if (!err)
		err = lay_out(series);
	if (err) {
		ij_series_destroy(series);
		return err;
	}
	*ret = series;
	return NULL;
}

void ij_series_destroy(struct ij_series *series)
{
	if (!series)
		return;
	places_clear(series);
	ij_vec_deinit(&series->places);
	ij_vec_deinit(&series->scratch);
	free(series);
}

/* What the calls that returned left. Of what lies in the target's memory only results count. */
static struct ij_error *take(const struct ij_series *series, struct ij_series_result *result)
{
	const struct ij_call_result *stop = &result->stop;

	IJ_TRY(ij_vec_reserve(&result->items, result->done));
	for (size_t i = 0; i < result->done; i++) {
		const struct ij_call *call = series->calls[i];
		struct ij_series_item *item = &result->items.items[i];
		struct ij_ring_entry entry = {0};

		memcpy(&entry, stop->scratch + sizeof(struct ij_ring) + i * series->entry_size,
		       IJ_RING_ENTRY_SHORT);
		*item = (struct ij_series_item){
			.regs = {.rax = entry.rax, .xmm0 = {entry.xmm0}},
			.callee_errno = entry.callee_errno,
			.ns = entry.ticks,
		};
		result->items.len++;
		ij_value_cast(&call->callee_ret, &call->ret, &item->regs);
		if (call->ret.kind == IJ_TYPE_STRING && item->regs.rax)
			IJ_TRY(ij_session_string(series->session, item->regs.rax, &item->string,
						 &item->string_cut));
	}
	return NULL;
}

struct ij_error *ij_series_run(struct ij_series *series, struct ij_series_result *ret)
{
	struct ij_session *s = series->session;
	struct ij_series_result out = {0};
	const struct ij_wire_outcome *o = &out.stop.outcome;
	struct ij_error *err;

	IJ_TRY(ij_session_refresh(s));
	if (series->generation != s->generation)
		IJ_TRY(lay_out(series));
	ij_session_name_call(&series->call, "", "a series");
	IJ_TRY(ij_session_inject(s, &series->call, series->scratch.items, &out.stop));
	out.stop.need = series->call.need;
	if (o->ring_done > series->len ||
	    (o->scratch_size && o->scratch_size != series->call.scratch_room) ||
	    (o->status == IJ_WIRE_DONE && (o->ring_done != series->len || !o->scratch_size))) {
		ij_series_result_deinit(&out);
		return ij_error_new(PROTOCOL, "malformed outcome of a series");
	}
	out.done = o->scratch_size ? o->ring_done : 0;
	err = take(series, &out);
	if (err) {
		ij_series_result_deinit(&out);
		return err;
	}
	/* Of the one that failed; before the first, of the stop. */
	if (o->status != IJ_WIRE_DONE)
		out.error = ij_outcome_error(s, series->calls[o->ring_done % series->len],
					     series->options, o);
	*ret = out;
	return NULL;
}

struct ij_error *ij_series_item(const struct ij_series *series,
				const struct ij_series_result *result, size_t idx,
				struct ij_call_result *ret)
{
	const struct ij_series_item *item = &result->items.items[idx];
	const struct place *place = &series->places.items[idx];
	struct ij_call_result out = {.outcome = result->stop.outcome,
				     .frames_len = result->stop.frames_len,
				     .need = result->stop.need};
	struct ij_error *err = NULL;

	memcpy(out.frames, result->stop.frames, sizeof(out.frames));
	if (idx < result->done) {
		out.outcome.status = IJ_WIRE_DONE;
		out.outcome.touch = IJ_TOUCH_RESTORED;
		out.outcome.callee_errno = item->callee_errno;
		out.outcome.call_ns = item->ns;
		out.regs = item->regs;
		out.string_cut = item->string_cut;
		out.string = item->string ? strdup(item->string) : NULL;
		out.scratch = place->size ? malloc(place->size) : NULL;
		if ((item->string && !out.string) || (place->size && !out.scratch))
			err = ij_error_nomem();
		IJ_VEC_EACH (&place->offs.list, off)
			err = err ? err : ij_vec_push(&out.offs.list, *off);
		if (!err && place->size) {
			memcpy(out.scratch, result->stop.scratch + place->off, place->size);
			out.scratch_size = place->size;
		}
	}
	if (err) {
		ij_call_result_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}

void ij_series_result_deinit(struct ij_series_result *result)
{
	IJ_VEC_EACH (&result->items, item)
		free(item->string);
	ij_vec_deinit(&result->items);
	ij_call_result_deinit(&result->stop);
	ij_error_free(result->error);
}
