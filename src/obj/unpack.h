/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The contents of a compressed section, as an image that is filled when it is asked for.
 *
 * Of a large one no more is decompressed than is needed, from its start up to there, and that goes
 * to the disk rather than into memory: kept.h. The next time what is needed is read from there.
 */
#ifndef IJ_OBJ_UNPACK_H
#define IJ_OBJ_UNPACK_H

#include "obj/image.h"
#include "obj/inflate.h"

struct ij_unpacked;

/**
 * @img: of the file, borrowed. @off, @size: of the section in it, bytes. @packed: its header.
 * Errors: NOMEM.
 */
struct ij_error *ij_unpacked_create(struct ij_image *img, uint64_t off, uint64_t size,
				    const struct ij_packed *packed, const char *name,
				    struct ij_unpacked **ret) IJ_WARN_UNUSED;
void ij_unpacked_destroy(struct ij_unpacked *unpacked); /* takes NULL */

/** Borrowed. What is malformed is found when it is asked for, and told with the section's name. */
struct ij_image *ij_unpacked_image(struct ij_unpacked *unpacked);

#endif
