/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packages of split units, .dwp files. */
#ifndef IJ_OBJ_DEBUG_PACKAGE_H
#define IJ_OBJ_DEBUG_PACKAGE_H

#include "obj/dwarf.h"
#include "obj/object.h"

/**
 * The sections of the unit with number @id in @package.
 *
 * @package: NULL: there is none. @ret: borrowed from it.
 * Errors: NOTFOUND, BADDATA.
 * Source: DWARF 5, 7.3.5; version 2 of the index: gcc.gnu.org/wiki/DebugFissionDWP.
 */
struct ij_error *ij_debug_package_find(struct ij_object *package, uint64_t id, struct ij_dwarf *ret)
	IJ_WARN_UNUSED;

#endif
