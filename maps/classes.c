/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of classes of non-reentrant state. */
#include "maps/classes.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	const char *text;
} classes[] = {
#define IJ_C(NAME, name, bit, text) [bit] = {#name, text},
#include "maps/classes.def"
#undef IJ_C
};

const char *ij_classes_text(ij_classes set)
{
	for (size_t bit = 0; bit < IJ_COUNT(classes); bit++)
		if (set >> bit & 1)
			return classes[bit].text;
	return set ? "other non-reentrant library code" : "nothing";
}

void ij_classes_describe(ij_classes set, char *buf, size_t size)
{
	size_t len = 0;

	if (!set || set == IJ_CLASSES_ALL) {
		snprintf(buf, size, "%s", set ? "anything" : "nothing");
		return;
	}
	buf[0] = 0;
	for (size_t bit = 0; bit < IJ_COUNT(classes) && len < size; bit++) {
		ij_classes rest = set >> bit >> 1;
		const char *before = len ? (rest ? ", " : " and ") : "";

		if (set >> bit & 1)
			len += (size_t)snprintf(buf + len, size - len, "%s%s", before,
						classes[bit].text);
	}
}

const char *ij_class_name(unsigned bit)
{
	return bit < IJ_COUNT(classes) ? classes[bit].name : NULL;
}

ij_classes ij_class_by_name(const char *name, size_t len)
{
	for (size_t bit = 0; bit < IJ_COUNT(classes); bit++)
		if (strlen(classes[bit].name) == len && !strncasecmp(classes[bit].name, name, len))
			return (ij_classes)1 << bit;
	return 0;
}
