/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of points. */
#include "maps/points_stat.h"

#include <stdlib.h>
#include <string.h>

struct regs {
	ij_point_regs live, pointers;
};

static int regs_compare(const void *left, const void *right)
{
	const struct regs *a = left, *b = right;

	if (a->live != b->live)
		return a->live < b->live ? -1 : 1;
	return (a->pointers > b->pointers) - (a->pointers < b->pointers);
}

static struct ij_error *regs_count(const struct ij_points *points, uint64_t *ret)
{
	size_t len = points->points.len;
	struct regs *all = malloc((len ? len : 1) * sizeof(*all));

	if (!all)
		return ij_error_nomem();
	for (size_t i = 0; i < len; i++)
		all[i] = (struct regs){points->points.items[i].live,
				       points->points.items[i].pointers};
	qsort(all, len, sizeof(*all), regs_compare);
	for (size_t i = 0; i < len; i++)
		*ret += !i || regs_compare(&all[i - 1], &all[i]);
	free(all);
	return NULL;
}

static unsigned bucket_of(uint64_t value)
{
	unsigned bucket = 0;

	for (; value > 1 && bucket < IJ_POINTS_BUCKETS - 1; value >>= 1)
		bucket++;
	return bucket;
}

static void point_count(const struct ij_point *last, const struct ij_point *point, uint32_t end,
			struct ij_points_stat *stat)
{
	uint32_t size = end - point->pc;

	stat->code += size;
	stat->code_by_why[point->why < IJ_WHY_COUNT ? point->why : IJ_WHY_NOCODE] += size;
	if (point->unknown & IJ_POINTS_REGS)
		stat->code_unmapped += size;
	stat->by_distance[bucket_of(size)]++;
	stat->safety_changes += !last || last->why != point->why;
	stat->regs_changes += !last || last->live != point->live ||
			      last->pointers != point->pointers ||
			      (last->unknown ^ point->unknown) & IJ_POINTS_REGS;
	stat->frame_changes += !last || last->frame != point->frame ||
			       (last->unknown ^ point->unknown) & IJ_POINTS_FRAME;
	stat->slots_changes += !last || last->slots_live != point->slots_live ||
			       last->slots_pointers != point->slots_pointers ||
			       (last->unknown ^ point->unknown) & IJ_POINTS_SLOTS;
}

struct ij_error *ij_points_stat(const struct ij_points *points, struct ij_points_stat *ret)
{
	struct ij_points_stat stat = {.funcs = points->funcs.len, .points = points->points.len};

	IJ_VEC_EACH (&points->funcs, func) {
		const struct ij_point *items = &points->points.items[func->first];

		stat.by_len[bucket_of(func->len)]++;
		for (uint32_t i = 0; i < func->len; i++)
			point_count(i ? &items[i - 1] : NULL, &items[i],
				    i + 1 < func->len ? items[i + 1].pc : func->start + func->size,
				    &stat);
	}
	stat.slots_distinct = points->sets.items.len;
	IJ_TRY(regs_count(points, &stat.regs_distinct));
	*ret = stat;
	return NULL;
}

static double percent(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

static void histogram_text(const char *what, const uint64_t *buckets, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%s\n", what);
	for (unsigned i = 0; i < IJ_POINTS_BUCKETS; i++) {
		if (!buckets[i])
			continue;
		if (i == 0)
			ij_strbuf_printf(out, "  %15u", 1u);
		else if (i == IJ_POINTS_BUCKETS - 1)
			ij_strbuf_printf(out, "  %6u and more", 1u << i);
		else
			ij_strbuf_printf(out, "  %7u-%-7u", 1u << i, (2u << i) - 1);
		ij_strbuf_printf(out, " %10llu\n", (unsigned long long)buckets[i]);
	}
}

static void safety_text(const struct ij_points_stat *stat, struct ij_strbuf *out)
{
	for (unsigned why = 0; why < IJ_WHY_COUNT; why++)
		if (stat->code_by_why[why] || !why)
			ij_strbuf_printf(out, "%6.2f %% %s\n",
					 percent(stat->code_by_why[why], stat->code),
					 ij_why_text(why));
	if (stat->code_unmapped)
		ij_strbuf_printf(out, "%6.2f %% registers not known\n",
				 percent(stat->code_unmapped, stat->code));
}

void ij_points_stat_text(const struct ij_points *points, const struct ij_points_stat *stat,
			 struct ij_strbuf *out)
{
	unsigned long long funcs = stat->funcs, len = stat->points;

	ij_strbuf_printf(out,
			 "source %s: %llu functions, %llu bytes of code, %llu points (%.1f a "
			 "function)\n",
			 points->source, funcs, (unsigned long long)stat->code, len,
			 funcs ? (double)len / (double)funcs : 0);
	if (*points->note)
		ij_strbuf_printf(out, "note: %s\n", points->note);
	ij_strbuf_printf(
		out, "changes of registers %llu, frame %llu, stack slots %llu, safety %llu\n",
		(unsigned long long)stat->regs_changes, (unsigned long long)stat->frame_changes,
		(unsigned long long)stat->slots_changes, (unsigned long long)stat->safety_changes);
	ij_strbuf_printf(out, "distinct register maps %llu, sets of stack slots %llu\n",
			 (unsigned long long)stat->regs_distinct,
			 (unsigned long long)stat->slots_distinct);
	safety_text(stat, out);
	histogram_text("functions by their number of points:", stat->by_len, out);
	histogram_text("points by the bytes that they hold for:", stat->by_distance, out);
}

static void histogram_json(struct ij_json *json, const char *key, const uint64_t *buckets)
{
	ij_json_array(json, key);
	for (unsigned i = 0; i < IJ_POINTS_BUCKETS; i++)
		ij_json_uint(json, NULL, buckets[i]);
	ij_json_array_end(json);
}

void ij_points_stat_json(const struct ij_points *points, const struct ij_points_stat *stat,
			 struct ij_json *json)
{
	ij_json_string(json, "source", points->source);
	ij_json_bool(json, "labels", points->have & IJ_POINTS_LABELS);
	ij_json_string(json, "note", *points->note ? points->note : NULL);
	ij_json_uint(json, "functions", stat->funcs);
	ij_json_uint(json, "points", stat->points);
	ij_json_uint(json, "code", stat->code);
	ij_json_object(json, "code_by_reason");
	for (unsigned why = 0; why < IJ_WHY_COUNT; why++)
		ij_json_uint(json, ij_why_name(why), stat->code_by_why[why]);
	ij_json_object_end(json);
	ij_json_uint(json, "code_unmapped", stat->code_unmapped);
	ij_json_object(json, "changes");
	ij_json_uint(json, "registers", stat->regs_changes);
	ij_json_uint(json, "frame", stat->frame_changes);
	ij_json_uint(json, "slots", stat->slots_changes);
	ij_json_uint(json, "safety", stat->safety_changes);
	ij_json_object_end(json);
	ij_json_object(json, "distinct");
	ij_json_uint(json, "registers", stat->regs_distinct);
	ij_json_uint(json, "slots", stat->slots_distinct);
	ij_json_object_end(json);
	histogram_json(json, "functions_by_points", stat->by_len);
	histogram_json(json, "points_by_bytes", stat->by_distance);
}
