/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of names: "*" stands for any characters, "?" for one, all else for itself. */
#ifndef IJ_BASE_GLOB_H
#define IJ_BASE_GLOB_H

#include "base/types.h"

/** Whether all of @text, @len bytes, is as @pattern says. Takes at most their product of steps. */
bool ij_glob_match(const char *pattern, const char *text, size_t len);

/** How many characters at its start @pattern takes literally. */
size_t ij_glob_literal(const char *pattern);

#endif
