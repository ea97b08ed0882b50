/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of the classes in classes.def: need sets of callees, held sets of stops. */
#ifndef IJ_MAPS_CLASSES_H
#define IJ_MAPS_CLASSES_H

#include "base/types.h"

/** A set of classes: one bit each. */
typedef uint64_t ij_classes;

enum {
#define IJ_C(NAME, name, bit, text) IJ_CLASS_BIT_##NAME = bit,
#include "maps/classes.def"
#undef IJ_C
};

#define IJ_CLASS(name)  ((ij_classes)1 << IJ_CLASS_BIT_##name)
#define IJ_CLASSES_NONE ((ij_classes)0)
#define IJ_CLASSES_ALL  (~(ij_classes)0)

/** What a message calls the lowest class in @set ("the allocator"); "nothing" if empty. Static. */
const char *ij_classes_text(ij_classes set);

/**
 * What a message calls all of @set ("the allocator, stdio and locale data"), cut to @size bytes;
 * "anything" if it is IJ_CLASSES_ALL, "nothing" if it is empty.
 */
void ij_classes_describe(ij_classes set, char *buf, size_t size);

/** The short name of class bit @bit, lower case ("allocator"), or NULL. Static storage. */
const char *ij_class_name(unsigned bit);

/** The set of one class by its short name, any case; 0 if there is none of that name. */
ij_classes ij_class_by_name(const char *name, size_t len);

#endif
