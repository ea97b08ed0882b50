/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What was made of a file, kept on disk: compressed sections as they are when decompressed, in
 * $XDG_CACHE_HOME/interject/sections, from the start up to where they were needed; and the index of
 * its names, in interject/names.
 *
 * Never by a build-id, which the target controls: by the file that the section is in. What is kept
 * is checked block by block as it is read; damage is found, not malice: nobody else can write
 * there.
 */
#ifndef IJ_OBJ_KEPT_H
#define IJ_OBJ_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IJ_KEPT_BLOCK 4096u  /* bytes that are checked together: as many as images read */
#define IJ_KEPT_MIN   65536u /* bytes: smaller sections are decompressed faster */
#define IJ_KEPT_MAX   ((uint64_t)256 << 20) /* bytes of one section */
#define IJ_KEPT_TOTAL ((uint64_t)1 << 30)   /* bytes of all of them, about */

#define IJ_KEPT_SECTIONS "sections"
#define IJ_KEPT_NAMES    "names"

/** Which section of which file. Of its names: `off` is 0, and `packed_size` what they depend on. */
struct ij_kept_key {
	uint64_t dev, ino, file_size;
	int64_t change_sec, change_nsec;
	uint64_t off, packed_size; /* of the section in the file, bytes */
	uint64_t size;             /* bytes, decompressed; at most */
};

/** The part of a key that tells the file @fd; all else is 0. False: none is to be kept of it: it is
 * no file, or changed just now. */
bool ij_kept_key_init(int fd, struct ij_kept_key *ret);
/** @fd: the file. False: it is not to be kept: no file, changed just now, too small or too large.
 */
bool ij_kept_key_make(int fd, uint64_t off, uint64_t packed_size, uint64_t size,
		      struct ij_kept_key *ret);

/** What is kept of a section. */
struct ij_kept;
/** @folder: one of the above. NULL: nothing that is good. The caller's. */
struct ij_kept *ij_kept_open(const char *folder, const struct ij_kept_key *key);
void ij_kept_close(struct ij_kept *kept); /* takes NULL */
/** The same, and it is damaged: nobody is to open it again. */
void ij_kept_drop(struct ij_kept *kept);
uint64_t ij_kept_size(const struct ij_kept *kept); /* bytes */
/** Read @size bytes at @off of the section. False: they are not kept, or damaged. */
bool ij_kept_read(struct ij_kept *kept, uint64_t off, uint64_t size, uint8_t *buf);

/** A section that is being kept. */
struct ij_keeper;
/** @room: bytes, at most. NULL: it cannot be, for there is no folder, or no room. The caller's. */
struct ij_keeper *ij_keeper_create(const char *folder, const struct ij_kept_key *key,
				   uint64_t room);
/** What was added is kept from now on, if it could be; the oldest make room. Takes NULL. */
void ij_keeper_close(struct ij_keeper *keeper);
/** Add the next @size bytes, a multiple of IJ_KEPT_BLOCK but for the last ones. False: they cannot
 * be written; what was added is lost. */
bool ij_keeper_add(struct ij_keeper *keeper, const uint8_t *bytes, size_t size);
/** Read back what was added. False: it cannot be read. */
bool ij_keeper_read(struct ij_keeper *keeper, uint64_t off, uint64_t size, uint8_t *buf);

#endif
