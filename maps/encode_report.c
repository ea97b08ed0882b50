/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes by codec. */
#include "maps/encode_report.h"

struct ij_error *ij_encode_report(const struct ij_points *points, struct ij_encode_report *ret)
{
	struct ij_encode_report report = {0};

	IJ_VEC_EACH (&points->funcs, func)
		report.code += func->size;
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		void *bytes;
		size_t size;

		IJ_TRY(ij_encode(points, (enum ij_codec_id)id, &bytes, &size, &report.sizes[id]));
		free(bytes);
	}
	*ret = report;
	return NULL;
}

static double share(uint64_t part, uint64_t whole)
{
	return whole ? 100.0 * (double)part / (double)whole : 0;
}

void ij_encode_report_text(const struct ij_encode_report *report, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%-12s %10s %10s %10s %10s %8s %10s\n", "codec", "bytes", "streams",
			 "tables", "index", "of code", "of pcdata");
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		const struct ij_encode_sizes *sizes = &report->sizes[id];

		ij_strbuf_printf(out, "%-12s %10llu %10llu %10llu %10llu %6.1f %% %8.1f %%\n",
				 ij_codec_name(id), (unsigned long long)sizes->total,
				 (unsigned long long)sizes->stream,
				 (unsigned long long)(sizes->tables + sizes->bitmaps),
				 (unsigned long long)sizes->index,
				 share(sizes->total, report->code),
				 share(sizes->total, report->sizes[IJ_CODEC_PCDATA].total));
	}
}

void ij_encode_report_json(const struct ij_encode_report *report, struct ij_json *json)
{
	ij_json_object(json, "codecs");
	for (unsigned id = 0; id < IJ_CODEC_COUNT; id++) {
		const struct ij_encode_sizes *sizes = &report->sizes[id];

		ij_json_object(json, ij_codec_name(id));
		ij_json_uint(json, "bytes", sizes->total);
		ij_json_uint(json, "streams", sizes->stream);
		ij_json_uint(json, "tables", sizes->tables + sizes->bitmaps);
		ij_json_uint(json, "index", sizes->index);
		ij_json_uint(json, "units", sizes->units);
		ij_json_uint(json, "shared", sizes->shared);
		ij_json_object_end(json);
	}
	ij_json_object_end(json);
}
