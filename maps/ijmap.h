/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The file of what is known of one module, .ijmap: whose it is, a checksum, and sections, each
 * checked by its own kind. Used in place: sections are aligned, and hold offsets only.
 *
 * The checksum finds damage, not malice: whoever can write the file can write that, too. So every
 * section is validated by whoever uses it, as if there were no checksum.
 */
#ifndef IJ_MAPS_IJMAP_H
#define IJ_MAPS_IJMAP_H

#include "base/error.h"

#define IJ_IJMAP_MAGIC        0x3150414d4a49002eull /* ".\0IJMAP1" */
#define IJ_IJMAP_VERSION      1u
#define IJ_IJMAP_SECTIONS_MAX 16u
#define IJ_IJMAP_ALIGN        8u
#define IJ_IJMAP_SUFFIX       ".ijmap"

/** Whose maps these are, and who made them. Compared as bytes: no padding, unused bytes are 0. */
struct ij_ijmap_identity {
	uint64_t dev, ino, size; /* of the module's file */
	int64_t change_sec, change_nsec;
	uint64_t policy;              /* fingerprint */
	uint64_t path;                /* hash of the path by which rules can know it */
	uint32_t compiler, container; /* versions */
	char version[32];             /* of interject */
	char soname[64];
};

enum ij_ijmap_kind {
	IJ_IJMAP_MAP = 1,    /* maps/container.h */
	IJ_IJMAP_POINTS = 2, /* maps/codec.h */
};

struct ij_ijmap_section {
	uint32_t kind; /* enum ij_ijmap_kind; each once */
	uint32_t reserved;
	uint64_t off; /* from the file's start; a multiple of IJ_IJMAP_ALIGN */
	uint64_t size;
};

struct ij_ijmap_header {
	uint64_t magic;
	uint32_t version;
	uint32_t sections_len; /* behind the header; disjoint, in order */
	uint64_t size;         /* of the file, bytes */
	uint64_t checksum;     /* of all that is behind this member */
	struct ij_ijmap_identity identity;
};

/** An opened file. Borrows the bytes. */
struct ij_ijmap {
	const struct ij_ijmap_header *header;
	const struct ij_ijmap_section *sections;
};

/** One section to be written. */
struct ij_ijmap_part {
	enum ij_ijmap_kind kind;
	const void *bytes;
	size_t size;
};

/** Write a file. @ret: malloc'ed. Errors: NOMEM, LIMIT. */
struct ij_error *ij_ijmap_write(const struct ij_ijmap_identity *identity,
				const struct ij_ijmap_part *parts, size_t len, void **ret,
				size_t *size_ret) IJ_WARN_UNUSED;

/**
 * Check header, checksum and section table.
 *
 * @bytes: borrowed for the life of @ret; 8-byte aligned.
 * Errors: BADDATA (truncated, damaged or foreign: the message says which), UNSUPPORTED (another
 * version).
 */
struct ij_error *ij_ijmap_open(const void *bytes, size_t size, struct ij_ijmap *ret) IJ_WARN_UNUSED;

/** The section of @kind, or NULL. Borrowed; not validated. */
const void *ij_ijmap_section(const struct ij_ijmap *file, enum ij_ijmap_kind kind,
			     size_t *size_ret);

/** What header->checksum must be. @size: of @bytes, which begin with a header. */
uint64_t ij_ijmap_checksum(const void *bytes, size_t size);

#endif
