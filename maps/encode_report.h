/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What each codec makes of the same points. Client only. */
#ifndef IJ_MAPS_ENCODE_REPORT_H
#define IJ_MAPS_ENCODE_REPORT_H

#include "base/json.h"
#include "maps/encode.h"

struct ij_encode_report {
	uint64_t code; /* bytes that the maps are of */
	struct ij_encode_sizes sizes[IJ_CODEC_COUNT];
};

/** Encode @points by every codec. Errors: NOMEM, LIMIT. */
struct ij_error *ij_encode_report(const struct ij_points *points, struct ij_encode_report *ret)
	IJ_WARN_UNUSED;

void ij_encode_report_text(const struct ij_encode_report *report, struct ij_strbuf *out);

/** A member "codecs" of an object that is open. */
void ij_encode_report_json(const struct ij_encode_report *report, struct ij_json *json);

#endif
