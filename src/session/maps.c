/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The maps of a file, without a process: what `interject maps` prints. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "maps/compile.h"
#include "maps/encode_report.h"
#include "maps/points_show.h"
#include "maps/points_slop.h"
#include "maps/points_source.h"
#include "maps/points_stat.h"
#include "maps/verify.h"
#include "session/session.h"

struct ij_maps {
	struct ij_object *obj;
	struct stat st;
	struct ij_points points;
};

struct ij_maps_report {
	struct ij_strbuf text, json;
	uint64_t contradictions;
};

static struct ij_error *slop(struct ij_maps *maps)
{
	struct ij_points extended;

	IJ_TRY(ij_points_slop(maps->obj, &maps->points, &extended));
	ij_points_deinit(&maps->points);
	maps->points = extended;
	return NULL;
}

static struct ij_error *file_open(void *ctx, const char *path, int *fd_ret)
{
	(void)ctx;
	*fd_ret = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	return *fd_ret < 0 ? ij_error_os(OS, errno, "%s: %s", path, strerror(errno)) : NULL;
}

/* Separate debug information, which names functions and labels pointers. */
static struct ij_error *debug_find(struct ij_object *obj, const char *name)
{
	char *path = realpath(name, NULL);
	struct ij_error *err = ij_object_debug_find(obj, path ? path : name, file_open, NULL);

	free(path);
	return err;
}

static struct ij_error *open_with(int fd, const char *name, const struct ij_maps_options *options,
				  struct ij_maps *maps)
{
	if (fstat(fd, &maps->st))
		return ij_error_os(OS, errno, "%s: %s", name, strerror(errno));
	IJ_TRY(ij_object_open_fd(fd, name, &maps->obj));
	IJ_TRY(debug_find(maps->obj, name));
	IJ_TRY(ij_points_read(maps->obj, options->source, &maps->points));
	return options->slop ? slop(maps) : NULL;
}

struct ij_error *ij_maps_open(int fd, const char *name, const struct ij_maps_options *options,
			      struct ij_maps **ret)
{
	struct ij_maps_options own;
	struct ij_maps *maps;
	struct ij_error *err;

	IJ_TRY(ij_maps_options_of(options, &own));
	maps = calloc(1, sizeof(*maps));
	if (!maps)
		return ij_error_nomem();
	err = open_with(fd, name, &own, maps);
	if (err)
		ij_maps_close(maps);
	else
		*ret = maps;
	return err;
}

void ij_maps_close(struct ij_maps *maps)
{
	if (!maps)
		return;
	ij_points_deinit(&maps->points);
	ij_object_close(maps->obj);
	free(maps);
}

static struct ij_error *report_finish(struct ij_error *err, struct ij_maps_report *report,
				      struct ij_maps_report **ret)
{
	if (!err)
		err = ij_strbuf_error(&report->text);
	if (!err)
		err = ij_strbuf_error(&report->json);
	if (err)
		ij_maps_report_free(report);
	else
		*ret = report;
	return err;
}

struct ij_error *ij_maps_show(struct ij_maps *maps, const char *func, struct ij_maps_report **ret)
{
	struct ij_maps_report *report;
	const struct ij_points_func *found;
	struct ij_error *err;

	IJ_TRY(ij_points_find(maps->obj, &maps->points, func, &found));
	report = calloc(1, sizeof(*report));
	if (!report)
		return ij_error_nomem();
	err = ij_points_show_text(maps->obj, &maps->points, found, &report->text);
	if (!err)
		err = ij_points_show_json(maps->obj, &maps->points, found, &report->json);
	return report_finish(err, report, ret);
}

static void stat_write(const struct ij_maps *maps, const struct ij_points_stat *stat,
		       const struct ij_encode_report *codecs, struct ij_maps_report *report)
{
	struct ij_json json;

	ij_strbuf_printf(&report->text, "%s: ", ij_object_name(maps->obj));
	ij_points_stat_text(&maps->points, stat, &report->text);
	ij_encode_report_text(codecs, &report->text);
	ij_json_init(&json, &report->json);
	ij_json_object(&json, NULL);
	ij_json_string(&json, "file", ij_object_name(maps->obj));
	ij_points_stat_json(&maps->points, stat, &json);
	ij_encode_report_json(codecs, &json);
	ij_json_object_end(&json);
}

struct ij_error *ij_maps_stat(struct ij_maps *maps, struct ij_maps_report **ret)
{
	struct ij_maps_report *report = calloc(1, sizeof(*report));
	struct ij_encode_report codecs;
	struct ij_points_stat stat;
	struct ij_error *err;

	if (!report)
		return ij_error_nomem();
	err = ij_points_stat(&maps->points, &stat);
	if (!err)
		err = ij_encode_report(&maps->points, &codecs);
	if (!err)
		stat_write(maps, &stat, &codecs, report);
	return report_finish(err, report, ret);
}

/* Contradictions of each kind that the text shows; JSON has all of them. */
#define SHOWN_MAX 20

static void verify_write(const struct ij_maps *maps, const struct ij_verify *verify,
			 struct ij_maps_report *report)
{
	struct ij_json json;

	if (*maps->points.note)
		ij_strbuf_printf(&report->text, "note: %s\n", maps->points.note);
	ij_verify_text(verify, maps->obj, &maps->points, SHOWN_MAX, &report->text);
	ij_json_init(&json, &report->json);
	ij_json_object(&json, NULL);
	ij_json_string(&json, "file", ij_object_name(maps->obj));
	ij_json_string(&json, "source", maps->points.source);
	ij_json_string(&json, "note", *maps->points.note ? maps->points.note : NULL);
	ij_verify_json(verify, maps->obj, &maps->points, &json);
	ij_json_object_end(&json);
	for (unsigned i = 0; i < IJ_VERIFY_CHECKS; i++)
		report->contradictions += ij_verify_is_proof(i) ? verify->found[i] : 0;
}

struct ij_error *ij_maps_verify(struct ij_maps *maps, struct ij_maps_report **ret)
{
	struct ij_maps_report *report = calloc(1, sizeof(*report));
	struct ij_verify verify;
	struct ij_error *err;

	if (!report)
		return ij_error_nomem();
	err = ij_verify(maps->obj, &maps->points, &verify);
	if (!err) {
		verify_write(maps, &verify, report);
		ij_verify_deinit(&verify);
	}
	return report_finish(err, report, ret);
}

static struct ij_error *codec_find(const char *name, enum ij_codec_id *ret)
{
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		if (!name || !strcmp(name, ij_codec_name(id))) {
			*ret = name ? (enum ij_codec_id)id : IJ_CODEC_BEST;
			return NULL;
		}
	}
	return ij_error_new(USAGE,
			    "there is no codec \"%.40s\"; there are pcdata, huffman, "
			    "interleaved and best",
			    name);
}

/* By what a policy may know the file: its soname, else its base name. */
static const char *soname_of(struct ij_object *obj)
{
	const char *soname = ij_object_soname(obj);
	const char *name = ij_object_name(obj), *slash = strrchr(name, '/');

	return soname ? soname : slash ? slash + 1 : name;
}

/* What the tracer uses of the file, by the policy that is compiled in, and its points. */
static struct ij_error *file_write(struct ij_maps *maps, const struct ij_map_source *source,
				   enum ij_codec_id codec, void **ret, size_t *size_ret)
{
	struct ij_ijmap_part parts[] = {{.kind = IJ_IJMAP_MAP}, {.kind = IJ_IJMAP_POINTS}};
	struct ij_ijmap_identity identity;
	void *container, *points = NULL;
	struct ij_error *err;

	ij_map_identity(&maps->st, source, &identity);
	IJ_TRY(ij_map_compile_from(maps->obj, source, &container, &parts[0].size));
	err = ij_encode(&maps->points, codec, &points, &parts[1].size, NULL);
	parts[0].bytes = container;
	parts[1].bytes = points;
	if (!err)
		err = ij_ijmap_write(&identity, parts, IJ_COUNT(parts), ret, size_ret);
	free(container);
	free(points);
	return err;
}

struct ij_error *ij_maps_encode(struct ij_maps *maps, const char *codec, void **ret,
				size_t *size_ret)
{
	struct ij_map_source source = {.soname = soname_of(maps->obj)};
	enum ij_codec_id id = IJ_CODEC_BEST;
	struct ij_policy *policy;
	struct ij_error *err;

	IJ_TRY(codec_find(codec, &id));
	IJ_TRY(ij_policy_create_builtin(&policy));
	source.policy = policy;
	err = file_write(maps, &source, id, ret, size_ret);
	ij_policy_destroy(policy);
	return err;
}

uint64_t ij_maps_report_contradictions(const struct ij_maps_report *report)
{
	return report->contradictions;
}

void ij_maps_report_free(struct ij_maps_report *report)
{
	if (!report)
		return;
	ij_strbuf_deinit(&report->text);
	ij_strbuf_deinit(&report->json);
	free(report);
}

const char *ij_maps_report_text(const struct ij_maps_report *report)
{
	return ij_strbuf_get(&report->text);
}

const char *ij_maps_report_json(const struct ij_maps_report *report)
{
	return ij_strbuf_get(&report->json);
}
