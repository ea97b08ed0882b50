/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Where points come from: one file a source. Client only.
 *
 * To add another: a file maps/points_NAME.c that defines a `const struct ij_points_source
 * ij_points_NAME` and lowers its format to points; a declaration here, a line in the list in
 * points_source.c (the first that fits is the default), a corpus and a target in tests/fuzz/maps
 * for its decoder, and a line in interject-maps(1), SOURCES. A source reads the file through
 * obj/object.h and base/cursor.h only, and says of what it cannot read which section and offset it
 * is. What it does not know it marks as unknown; it never guesses.
 */
#ifndef IJ_MAPS_POINTS_SOURCE_H
#define IJ_MAPS_POINTS_SOURCE_H

#include "maps/points.h"
#include "obj/object.h"

struct ij_points_source {
	const char *name;
	const char *text; /* what it is, for messages */

	/* Does @obj seem to have such maps? Looks at sections and symbols only. */
	bool (*fits)(struct ij_object *obj);

	/*
	 * Read the maps of every function.
	 *
	 * @ret: initialised by ij_points_init; the caller deinitialises it, also after an error.
	 * Errors: NOTFOUND (no such maps), BADDATA, UNSUPPORTED (of another version), LIMIT, NOMEM.
	 */
	struct ij_error *(*read)(struct ij_object *obj, struct ij_points *ret);
};

extern const struct ij_points_source ij_points_go, ij_points_llvm, ij_points_native,
	ij_points_ocaml;

/** All of them, the first that fits is the one to take. @len_ret of them. */
const struct ij_points_source *const *ij_points_sources(size_t *len_ret);

/**
 * Read the maps of @obj.
 *
 * @name: of the source; NULL: the first that fits.
 * @ret: deinitialise it, on success only. Errors: USAGE (no source of that name); as of `read`.
 */
struct ij_error *ij_points_read(struct ij_object *obj, const char *name, struct ij_points *ret)
	IJ_WARN_UNUSED;

#endif
