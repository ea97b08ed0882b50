/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding declarations in the text of the built-in prototype table. */
#include "lang/builtin.h"

#include <string.h>

static const char library_mark[] = "// library: ";

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

bool ij_builtin_next(struct ij_builtin_scan *scan, struct ij_builtin_line *ret)
{
	while (*scan->pos) {
		const char *line = scan->pos;
		const char *end = strchrnul(line, '\n');
		const char *open, *name;

		scan->pos = *end ? end + 1 : end;
		if (!strncmp(line, library_mark, sizeof(library_mark) - 1)) {
			scan->library = line + sizeof(library_mark) - 1;
			scan->library_len = (size_t)(end - scan->library);
			continue;
		}
		if (!is_name(*line))
			continue;
		/* The name stands before the line's first parenthesis. */
		open = memchr(line, '(', (size_t)(end - line));
		if (!open)
			continue;
		for (name = open; name > line && is_name(name[-1]); name--)
			continue;
		*ret = (struct ij_builtin_line){
			.text = line,
			.len = (size_t)(end - line),
			.name = name,
			.name_len = (size_t)(open - name),
			.library = scan->library,
			.library_len = scan->library_len,
		};
		return true;
	}
	return false;
}

bool ij_builtin_find(const char *name, struct ij_builtin_line *ret)
{
	struct ij_builtin_scan scan = {.pos = ij_builtin_text};
	struct ij_builtin_line line;
	size_t len = strlen(name);

	while (ij_builtin_next(&scan, &line)) {
		if (line.name_len != len || memcmp(line.name, name, len))
			continue;
		*ret = line;
		return true;
	}
	return false;
}
