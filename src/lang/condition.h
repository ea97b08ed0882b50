/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Conditions of the preprocessor. */
#ifndef IJ_LANG_CONDITION_H
#define IJ_LANG_CONDITION_H

#include <string.h>

#include "lang/directives.h"

enum ij_truth { IJ_FALSE, IJ_TRUE, IJ_UNSURE };

/** Whether what is behind the directive @word of @len ("if", "ifdef", "ifndef", "elif") holds. */
enum ij_truth ij_condition(const struct ij_source *src, const char *word, size_t len);

/** The length of the word of letters, digits and underscores at @c. */
static inline size_t ij_word_len(const char *c)
{
	return strspn(c, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$");
}

/** How many blanks are at @c. */
static inline size_t ij_blanks(const char *c)
{
	return strspn(c, " \t");
}

#endif
