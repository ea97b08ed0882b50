/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiling a module's CFI and exported names into a map container. Client only. */
#ifndef IJ_MAPS_COMPILE_H
#define IJ_MAPS_COMPILE_H

#include <sys/stat.h>

#include "base/strbuf.h"
#include "maps/container.h"
#include "maps/ijmap.h"
#include "maps/policy.h"
#include "obj/object.h"

/** What is to be known of a module besides its file. Everything is borrowed. */
struct ij_map_source {
	const struct ij_policy *policy;
	const char *soname; /* by which policy knows the module ("libc.so.6"); never NULL */
	const char *path;   /* as the target names it; NULL: not known */
};

/**
 * Compile @obj.
 *
 * Reads .eh_frame (DWARF 5, 6.4; LSB 5.0 Core, 10.6), found by section or, where sections are gone,
 * by PT_GNU_EH_FRAME; and the symbols and sections that policy knows. A malformed FDE is left out,
 * not fatal: its PCs then have no map, and a stop there is unsafe. So it is with a module without
 * any CFI.
 *
 * A function holds the classes of every symbol whose value is its start. What it jumps to and no
 * symbol names (a tail call's target, a cold part) holds them too. In a module over 16 MiB that
 * exports symbols .symtab is read only for rules of a user: libc is another module then. In a
 * static program without names every function holds every class that a callee can need, for each
 * may be libc's, unless a rule of the user says what the program is.
 *
 * @ret, @size_ret: the container, malloc'ed; the caller frees it.
 * Errors: BADDATA (.eh_frame or .eh_frame_hdr cannot be read as such), LIMIT (module over 4 GiB),
 * NOMEM.
 */
struct ij_error *ij_map_compile_from(struct ij_object *obj, const struct ij_map_source *source,
				     void **ret, size_t *size_ret) IJ_WARN_UNUSED;

/** The same by the policy that is compiled in. */
struct ij_error *ij_map_compile(struct ij_object *obj, const char *soname, void **ret,
				size_t *size_ret) IJ_WARN_UNUSED;

/**
 * Get the container of @obj from the cache ($XDG_CACHE_HOME/interject/maps, else below ~/.cache),
 * or compile it and put it there. Keyed by the file's identity (device, inode, size, change time)
 * and our version, the policy and the module's path, never by a build-id alone, which the target
 * controls. A cache that cannot be read or written is passed over silently: it is only a cache. A
 * cached container is validated like any other.
 *
 * @fd: the module's file, for its identity; -1: it has none, and only of the vdso, if it is the
 *   same as this process's own, the container is kept, by the hash of its bytes.
 */
struct ij_error *ij_map_get(struct ij_object *obj, int fd, const struct ij_map_source *source,
			    void **ret, size_t *size_ret) IJ_WARN_UNUSED;

/** The same; @notes: a line is added if a cached file was found and not taken, with the reason. */
struct ij_error *ij_map_get_noting(struct ij_object *obj, int fd,
				   const struct ij_map_source *source, struct ij_strbuf *notes,
				   void **ret, size_t *size_ret) IJ_WARN_UNUSED;

/** Whose an .ijmap file of a module is, and who made it. @st: of the module's file. */
void ij_map_identity(const struct stat *st, const struct ij_map_source *source,
		     struct ij_ijmap_identity *ret);

#endif
