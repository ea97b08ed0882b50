/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What encodings of maps cost: bytes, time to encode, time and bytes touched of a look-up, with and
 * without slop, as the tables of docs/encoding.md.
 *
 * usage: encoding FILE...
 *
 * A look-up is timed as the fastest of fifteen, each right behind one of the same PC and in a pass
 * of its own, so that what other programs do does not count; of these, for random PCs where
 * something changes, median and worst are shown. What the clock itself takes is subtracted. The Go
 * programs of the document are had by `npm pack @bazel/ibazel@0.6.0 esbuild-linux-64@0.1.0
 * esbuild-linux-64@0.6.0`.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "maps/encode.h"
#include "maps/points_slop.h"
#include "maps/points_source.h"

#define LOOKUPS 20000
#define REPEATS 15

struct timing {
	double median, worst; /* microseconds */
	double touched;       /* bytes a look-up */
};

static double now_us(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

static void check(struct ij_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "encoding: %s\n", ij_error_message(err));
	exit(1);
}

static int by_value(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static double clock_cost(void)
{
	double best = 1e9;

	for (int i = 0; i < 1000; i++) {
		double from = now_us(), took = now_us() - from;

		best = took < best ? took : best;
	}
	return best;
}

static double look_up_once(const struct ij_codec *codec, uint32_t pc, struct ij_codec_state *state,
			   uint64_t *touched)
{
	double from = now_us();

	if (ij_codec_find(codec, pc, state, touched) != IJ_CODEC_FOUND)
		check(ij_error_new(BADDATA, "%#x is not found", pc));
	return now_us() - from;
}

static struct timing look_up(const struct ij_points *points, const struct ij_codec *codec)
{
	static double times[LOOKUPS];
	static uint32_t pcs[LOOKUPS];
	struct ij_codec_state *state = calloc(1, sizeof(*state));
	uint64_t seed = 88172645463325252u, touched = 0;
	struct timing ret;
	double cost = clock_cost();

	for (int i = 0; i < LOOKUPS; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		pcs[i] = points->points.items[(seed >> 20) % points->points.len].pc;
		times[i] = 1e9;
	}
	for (int pass = 0; pass < REPEATS; pass++) {
		for (int i = 0; i < LOOKUPS; i++) {
			double took;

			/* Once to have it in the caches. */
			(void)look_up_once(codec, pcs[i], state, pass ? NULL : &touched);
			took = look_up_once(codec, pcs[i], state, NULL) - cost;
			times[i] = took < times[i] ? took : times[i];
		}
	}
	qsort(times, LOOKUPS, sizeof(*times), by_value);
	ret.median = times[LOOKUPS / 2];
	ret.worst = times[LOOKUPS - 1];
	ret.touched = (double)touched / LOOKUPS;
	free(state);
	return ret;
}

/* One encoding of one file. */
struct row {
	struct ij_encode_sizes sizes;
	struct timing timing;
	double encode_ms;
};

static struct row measure(const struct ij_points *points, enum ij_codec_id id)
{
	struct row row;
	struct ij_codec codec;
	double from = now_us();
	void *bytes;
	size_t size;

	check(ij_encode(points, id, &bytes, &size, &row.sizes));
	row.encode_ms = (now_us() - from) / 1000;
	check(ij_codec_open(bytes, size, &codec));
	row.timing = look_up(points, &codec);
	free(bytes);
	return row;
}

/* Without what leads to a function's maps. */
static uint64_t content(const struct ij_encode_sizes *sizes)
{
	return sizes->total - sizes->index - sizes->refs;
}

/*
 * What leads to them in Go's own form (1.13, src/cmd/internal/obj/pcln.go): four bytes for each
 * table of values and eight for each of bitmaps, in the function table.
 */
static uint64_t references(const struct ij_points *points)
{
	unsigned per_func = points->have & IJ_POINTS_REGS ? 4 + 8 : 0;

	per_func += points->have & IJ_POINTS_FRAME ? 4 : 0;
	per_func += points->have & IJ_POINTS_SLOTS ? 4 + 2 * 8 : 0;
	return (uint64_t)per_func * points->funcs.len;
}

struct whole {
	uint64_t content, all; /* of pcdata without slop; with Go's references */
};

static void print(const char *name, const struct ij_points *points, uint64_t code, bool slop,
		  const struct whole *whole)
{
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		struct row row = measure(points, (enum ij_codec_id)id);
		const struct ij_encode_sizes *s = &row.sizes;

		uint64_t all = id ? s->total : content(s) + references(points);

		printf("| %s%s | %s | %llu | %.3f | %llu | %.3f | %.1f %% | %.0f | %.2f | %.1f | "
		       "%.0f "
		       "|\n",
		       name, slop ? ", slop" : "", ij_codec_name(id),
		       (unsigned long long)content(s), (double)content(s) / (double)whole->content,
		       (unsigned long long)all, (double)all / (double)whole->all,
		       100.0 * (double)all / (double)code, row.encode_ms, row.timing.median,
		       row.timing.worst, row.timing.touched);
		if (!id)
			printf("|  | *its parts* | registers %llu + %llu, frame %llu, slots %llu + "
			       "%llu | | | | | | | | |\n",
			       (unsigned long long)s->regs_stream,
			       (unsigned long long)s->regs_bitmaps,
			       (unsigned long long)s->frame_stream,
			       (unsigned long long)s->slots_stream,
			       (unsigned long long)s->slots_bitmaps);
	}
}

static struct whole whole_of(const struct ij_points *points)
{
	struct ij_encode_sizes sizes;
	void *bytes;
	size_t size;

	check(ij_encode(points, IJ_CODEC_PCDATA, &bytes, &size, &sizes));
	free(bytes);
	return (struct whole){content(&sizes), content(&sizes) + references(points)};
}

/* The same points with registers and safety only, as the document's own proposal. */
static void regs_only(const struct ij_points *points, struct ij_points *ret)
{
	ij_points_init(ret, points->source, points->have & IJ_POINTS_REGS, points->base,
		       points->span);
	IJ_VEC_EACH (&points->funcs, func) {
		check(ij_points_begin(ret, func->start, func->size));
		for (uint32_t i = 0; i < func->len; i++)
			check(ij_points_add(ret, &points->points.items[func->first + i]));
	}
}

static void file_measure(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct ij_points points, slop, regs;
	struct ij_object *obj;
	struct whole whole;
	uint64_t code = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		printf("| %s | not here | | | | | | | | | |\n", path);
		return;
	}
	check(ij_object_open_fd(fd, path, &obj));
	check(ij_points_read(obj, NULL, &points));
	check(ij_points_slop(obj, &points, &slop));
	IJ_VEC_EACH (&points.funcs, func)
		code += func->size;
	whole = whole_of(&points);
	print(slash ? slash + 1 : path, &points, code, false, &whole);
	print(slash ? slash + 1 : path, &slop, code, true, &whole);
	if (points.have & IJ_POINTS_REGS) {
		char name[128];

		regs_only(&points, &regs);
		whole = whole_of(&regs);
		snprintf(name, sizeof(name), "%s, registers only", slash ? slash + 1 : path);
		print(name, &regs, code, false, &whole);
		ij_points_deinit(&regs);
	}
	ij_points_deinit(&points);
	ij_points_deinit(&slop);
	ij_object_close(obj);
	close(fd);
}

int main(int argc, char **argv)
{
	printf("| file | codec | bytes | of pcdata | with index | of pcdata | of code | encode ms "
	       "| "
	       "look-up us | worst us | bytes touched |\n"
	       "|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (int i = 1; i < argc; i++)
		file_measure(argv[i]);
	return 0;
}
