/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of names, matched without recursion. */
#include "base/glob.h"

#include <string.h>

bool ij_glob_match(const char *pattern, const char *text, size_t len)
{
	const char *star = NULL; /* behind the last "*" met */
	size_t at = 0, again = 0;

	/* Only the last "*" has to try again: what an earlier one takes can stay the shortest. */
	while (at < len) {
		if (*pattern == '*') {
			star = ++pattern;
			again = at;
		} else if (*pattern && (*pattern == '?' || *pattern == text[at])) {
			pattern++;
			at++;
		} else if (star) {
			pattern = star;
			at = ++again;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

size_t ij_glob_literal(const char *pattern)
{
	return strcspn(pattern, "*?");
}
