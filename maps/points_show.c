/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Showing a function's maps: a column a register, a mark where it is unsafe. */
#include "maps/points_show.h"

#include <stdio.h>
#include <string.h>

#include "arch/decode.h"
#include "arch/regs.h"
#include "base/json.h"

#define SLOTS_SHOWN 8

/* General registers in the order of the columns, by DWARF number; the stack pointer has none. */
static const uint8_t columns[] = {0, 2, 1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15};

static const char *name_of(const struct ij_points *points, const struct ij_points_func *func)
{
	return func->name ? points->names.items + func->name : NULL;
}

static struct ij_error *find_at(const struct ij_points *points, const char *text, uint64_t vaddr,
				const struct ij_points_func **ret)
{
	*ret = ij_points_func(points, vaddr - points->base);
	return *ret ? NULL
		    : ij_error_new(NOTFOUND, "no function at %s has maps (of source %s)", text,
				   points->source);
}

struct ij_error *ij_points_find(struct ij_object *obj, const struct ij_points *points,
				const char *text, const struct ij_points_func **ret)
{
	struct ij_symbol symbol;

	if (text[0] == '0' && text[1] == 'x') {
		char *end;
		unsigned long long vaddr = strtoull(text, &end, 16);

		if (*end || !text[2])
			return ij_error_new(USAGE, "\"%.40s\" is no address", text);
		return find_at(points, text, vaddr, ret);
	}
	IJ_VEC_EACH (&points->funcs, func) {
		if (func->name && !strcmp(name_of(points, func), text)) {
			*ret = func;
			return NULL;
		}
	}
	IJ_TRY(ij_object_symbol(obj, text, &symbol));
	return find_at(points, text, symbol.value, ret);
}

void ij_points_func_name(struct ij_object *obj, const struct ij_points *points,
			 const struct ij_points_func *func, struct ij_strbuf *out)
{
	uint64_t vaddr = points->base + func->start;
	struct ij_symbol symbol;
	IJ_ERROR_AUTO err = NULL;

	if (func->name) {
		ij_strbuf_puts(out, name_of(points, func));
		return;
	}
	err = ij_object_symbol_at(obj, vaddr, &symbol);
	if (!err && symbol.value == vaddr)
		ij_strbuf_puts(out, symbol.name);
	else
		ij_strbuf_printf(out, "0x%llx", (unsigned long long)vaddr);
}

/* The code of a function. */
struct code {
	uint8_t *bytes;
	uint64_t vaddr;
	uint32_t size;
};

static struct ij_error *code_read(struct ij_object *obj, const struct ij_points *points,
				  const struct ij_points_func *func, struct code *ret)
{
	struct ij_error *err;

	*ret = (struct code){.bytes = malloc(func->size),
			     .vaddr = points->base + func->start,
			     .size = func->size};
	if (!ret->bytes)
		return ij_error_nomem();
	err = ij_object_read(obj, ret->vaddr, ret->bytes, func->size);
	if (err)
		free(ret->bytes);
	return err;
}

static char letter(const struct ij_points *points, const struct ij_point *point, unsigned reg)
{
	if (point->unknown & IJ_POINTS_REGS)
		return '?';
	if (point->pointers >> reg & 1)
		return points->have & IJ_POINTS_LABELS && !(point->live >> reg & 1) ? 'p' : 'P';
	if (points->have & IJ_POINTS_LIVE)
		return point->live >> reg & 1 ? 'L' : '.';
	return '.';
}

static void regs_head(const struct ij_points *points, struct ij_strbuf *out)
{
	if (!(points->have & IJ_POINTS_REGS))
		return;
	for (size_t i = 0; i < sizeof(columns); i++)
		ij_strbuf_printf(out, " %3s", ij_regs_dwarf_name(columns[i]));
	ij_strbuf_puts(out, " ");
}

static void regs_text(const struct ij_points *points, const struct ij_point *point,
		      struct ij_strbuf *out)
{
	if (!(points->have & IJ_POINTS_REGS))
		return;
	for (size_t i = 0; i < sizeof(columns); i++)
		ij_strbuf_printf(out, "   %c", letter(points, point, columns[i]));
	ij_strbuf_puts(out, " ");
}

/* "0-3,5": vector registers. */
static void vectors_text(ij_point_regs regs, struct ij_strbuf *out)
{
	const char *comma = "";

	for (unsigned i = 0; i < 32; i++) {
		unsigned last = i;

		if (!(regs >> (32 + i) & 1))
			continue;
		while (last < 31 && regs >> (33 + last) & 1)
			last++;
		ij_strbuf_printf(out, last > i ? "%s%u-%u" : "%s%u", comma, i, last);
		comma = ",";
		i = last;
	}
}

static bool slots_each(const struct ij_points *points, uint32_t set,
		       bool (*visit)(void *ctx, int64_t slot), void *ctx)
{
	const struct ij_slot_set *it =
		set < points->sets.items.len ? &points->sets.items.items[set] : NULL;

	for (uint32_t word = 0; it && word < it->len; word++)
		for (unsigned bit = 0; bit < 64; bit++)
			if (points->sets.words.items[it->idx + word] >> bit & 1 &&
			    !visit(ctx, ((int64_t)it->lo + word) * 64 + bit))
				return false;
	return true;
}

struct slots_text {
	const struct ij_points *points;
	struct ij_strbuf *out;
	uint32_t marked;  /* a set: slots with `mark` behind them */
	uint32_t without; /* a set: slots that are passed over */
	char mark;
	unsigned count;
};

static bool slot_text(void *ctx, int64_t slot)
{
	struct slots_text *text = ctx;

	if (ij_slot_sets_has(&text->points->sets, text->without, slot))
		return true;
	if (text->count++ >= SLOTS_SHOWN)
		return true;
	ij_strbuf_printf(text->out, " %+lld", (long long)slot * 8);
	if (ij_slot_sets_has(&text->points->sets, text->marked, slot))
		ij_strbuf_printf(text->out, "%c", text->mark);
	return true;
}

/* Live ones, those labelled as pointers marked; then pointers that are dead. */
static void labelled_text(const struct ij_point *point, struct slots_text *text)
{
	text->marked = point->slots_pointers;
	text->mark = 'P';
	(void)slots_each(text->points, point->slots_live, slot_text, text);
	text->without = point->slots_live;
	text->mark = 'p';
	(void)slots_each(text->points, point->slots_pointers, slot_text, text);
}

static void slots_text(const struct ij_points *points, const struct ij_point *point,
		       struct ij_strbuf *out)
{
	struct slots_text text = {.points = points, .out = out};

	if (!(points->have & IJ_POINTS_SLOTS))
		return;
	ij_strbuf_puts(out, " {");
	if (point->unknown & IJ_POINTS_SLOTS)
		ij_strbuf_puts(out, "?");
	else if (points->have & IJ_POINTS_LABELS)
		labelled_text(point, &text);
	else
		(void)slots_each(points,
				 points->have & IJ_POINTS_SLOTS_POINTERS ? point->slots_pointers
									 : point->slots_live,
				 slot_text, &text);
	if (text.count > SLOTS_SHOWN)
		ij_strbuf_printf(out, " and %u more", text.count - SLOTS_SHOWN);
	ij_strbuf_puts(out, " }");
}

static void frame_text(const struct ij_points *points, const struct ij_point *point,
		       struct ij_strbuf *out)
{
	if (!(points->have & IJ_POINTS_FRAME))
		return;
	if (point->unknown & IJ_POINTS_FRAME)
		ij_strbuf_printf(out, " %6s", "?");
	else
		ij_strbuf_printf(out, " %6d", point->frame);
}

static void head_text(struct ij_object *obj, const struct ij_points *points,
		      const struct ij_points_func *func, struct ij_strbuf *out)
{
	ij_points_func_name(obj, points, func, out);
	ij_strbuf_printf(out, ": 0x%llx, %u bytes, %u point%s; source %s\n",
			 (unsigned long long)(points->base + func->start), func->size, func->len,
			 func->len == 1 ? "" : "s", points->source);
	if (*points->note)
		ij_strbuf_printf(out, "note: %s\n", points->note);
	ij_strbuf_puts(out, points->have & IJ_POINTS_LABELS
				    ? "P, p pointer by debug information, live and dead, L live, "
				    : "P pointer, L live, ");
	ij_strbuf_puts(out, ". dead, ? not known; * the maps change here; ! unsafe, for the reason "
			    "above it");
	if (points->have & IJ_POINTS_SLOTS)
		ij_strbuf_puts(out, "; {} stack slots, from the CFA");
	ij_strbuf_printf(out, "\n%9s  ", "offset");
	if (points->have & IJ_POINTS_FRAME)
		ij_strbuf_printf(out, " %6s", "frame");
	regs_head(points, out);
	ij_strbuf_puts(out, "  instruction\n");
}

static void line_text(const struct ij_points *points, const struct ij_points_func *func,
		      const struct ij_point *point, uint32_t off, const char *insn,
		      struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%#9x%c%c", off, point->pc == func->start + off ? '*' : ' ',
			 point->why ? '!' : ' ');
	frame_text(points, point, out);
	regs_text(points, point, out);
	ij_strbuf_printf(out, "  %-36s", insn);
	slots_text(points, point, out);
	if (point->live >> 32) {
		ij_strbuf_puts(out, " v");
		vectors_text(point->live, out);
	}
	while (out->len && out->str[out->len - 1] == ' ')
		out->str[--out->len] = 0;
	ij_strbuf_puts(out, "\n");
}

struct ij_error *ij_points_show_text(struct ij_object *obj, const struct ij_points *points,
				     const struct ij_points_func *func, struct ij_strbuf *out)
{
	struct code code;
	unsigned why = IJ_WHY_SAFE;

	IJ_TRY(code_read(obj, points, func, &code));
	head_text(obj, points, func, out);
	for (uint32_t off = 0; off < code.size;) {
		const struct ij_point *point = ij_points_at(points, func, func->start + off);
		struct ij_insn insn;
		char text[96];

		if (point->why != why && point->why)
			ij_strbuf_printf(out, "%12s %s\n", "!", ij_why_text(point->why));
		why = point->why;
		(void)ij_insn_text(code.bytes + off, code.size - off, code.vaddr + off, text,
				   sizeof(text));
		line_text(points, func, point, off, text, out);
		off += ij_insn_decode(code.bytes + off, code.size - off, code.vaddr + off, &insn)
			       ? insn.size
			       : 1;
	}
	free(code.bytes);
	return ij_strbuf_error(out);
}

static void regs_json(struct ij_json *json, const char *key, ij_point_regs regs)
{
	char vector[8];

	ij_json_array(json, key);
	for (size_t i = 0; i < sizeof(columns); i++)
		if (regs >> columns[i] & 1)
			ij_json_string(json, NULL, ij_regs_dwarf_name(columns[i]));
	for (unsigned i = 0; i < 32; i++) {
		if (!(regs >> (32 + i) & 1))
			continue;
		snprintf(vector, sizeof(vector), "v%u", i);
		ij_json_string(json, NULL, vector);
	}
	ij_json_array_end(json);
}

static bool slot_json(void *ctx, int64_t slot)
{
	ij_json_int(ctx, NULL, slot * 8);
	return true;
}

static void slots_json(struct ij_json *json, const char *key, const struct ij_points *points,
		       uint32_t set)
{
	ij_json_array(json, key);
	(void)slots_each(points, set, slot_json, json);
	ij_json_array_end(json);
}

static void point_json(struct ij_json *json, const struct ij_points *points,
		       const struct ij_points_func *func, const struct ij_point *point)
{
	unsigned have = points->have & ~(unsigned)point->unknown;

	ij_json_object(json, NULL);
	ij_json_uint(json, "offset", point->pc - func->start);
	ij_json_bool(json, "safe", !point->why);
	ij_json_string(json, "reason", point->why ? ij_why_name(point->why) : NULL);
	if (have & IJ_POINTS_FRAME)
		ij_json_int(json, "frame", point->frame);
	if (have & IJ_POINTS_LIVE)
		regs_json(json, "live", point->live);
	if (have & IJ_POINTS_POINTERS)
		regs_json(json, "pointers", point->pointers);
	if (have & IJ_POINTS_SLOTS_LIVE)
		slots_json(json, "slots_live", points, point->slots_live);
	if (have & IJ_POINTS_SLOTS_POINTERS)
		slots_json(json, "slots_pointers", points, point->slots_pointers);
	ij_json_object_end(json);
}

struct ij_error *ij_points_show_json(struct ij_object *obj, const struct ij_points *points,
				     const struct ij_points_func *func, struct ij_strbuf *out)
{
	IJ_STRBUF_AUTO name = {0};
	struct ij_json json;

	ij_points_func_name(obj, points, func, &name);
	ij_json_init(&json, out);
	ij_json_object(&json, NULL);
	ij_json_string(&json, "function", ij_strbuf_get(&name));
	ij_json_uint(&json, "address", points->base + func->start);
	ij_json_uint(&json, "size", func->size);
	ij_json_string(&json, "source", points->source);
	ij_json_bool(&json, "labels", points->have & IJ_POINTS_LABELS);
	ij_json_string(&json, "note", *points->note ? points->note : NULL);
	ij_json_array(&json, "points");
	for (uint32_t i = 0; i < func->len; i++)
		point_json(&json, points, func, &points->points.items[func->first + i]);
	ij_json_array_end(&json);
	ij_json_object_end(&json);
	return ij_strbuf_error(out);
}
