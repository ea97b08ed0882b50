/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding declarations in the text of the built-in prototype table. */
#include "lang/builtin.h"

#include <string.h>

static const char library_mark[] = "\n// library: ";

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The declaration in the line at @line, which ends at @end; false if there is none. */
static bool read_line(const char *line, const char *end, struct ij_builtin_line *ret)
{
	const char *open, *name;

	if (!is_name(*line))
		return false;
	/* The name stands before the line's first parenthesis. */
	open = memchr(line, '(', (size_t)(end - line));
	if (!open)
		return false;
	for (name = open; name > line && is_name(name[-1]); name--)
		continue;
	*ret = (struct ij_builtin_line){
		.text = line,
		.len = (size_t)(end - line),
		.name = name,
		.name_len = (size_t)(open - name),
	};
	return true;
}

bool ij_builtin_next(struct ij_builtin_scan *scan, struct ij_builtin_line *ret)
{
	while (*scan->pos) {
		const char *line = scan->pos;
		const char *end = strchrnul(line, '\n');

		scan->pos = *end ? end + 1 : end;
		if (!strncmp(line, library_mark + 1, sizeof(library_mark) - 2)) {
			scan->library = line + sizeof(library_mark) - 2;
			scan->library_len = (size_t)(end - scan->library);
		} else if (read_line(line, end, ret)) {
			ret->library = scan->library;
			ret->library_len = scan->library_len;
			return true;
		}
	}
	return false;
}

/* As strcmp does. */
static int compare(const char *name, size_t len, const struct ij_builtin_line *line)
{
	int order = memcmp(name, line->name, len < line->name_len ? len : line->name_len);

	return order ? order : (len > line->name_len) - (len < line->name_len);
}

/* Among the lines from @low to @high, each of which is a declaration; they are in order. */
static bool search(const char *low, const char *high, const char *name, struct ij_builtin_line *ret)
{
	size_t len = strlen(name);

	while (low < high) {
		const char *middle = low + (high - low) / 2;
		const char *line = memrchr(low, '\n', (size_t)(middle - low));
		const char *end = memchr(middle, '\n', (size_t)(high - middle));
		int order;

		line = line ? line + 1 : low;
		if (!end || !read_line(line, end, ret))
			return false;
		order = compare(name, len, ret);
		if (!order)
			return true;
		if (order < 0)
			high = line;
		else
			low = end + 1;
	}
	return false;
}

bool ij_builtin_find(const char *name, struct ij_builtin_line *ret)
{
	for (const uint32_t *file = ij_builtin_files; file[1]; file++) {
		const char *high = ij_builtin_text + file[1];
		const char *mark = strstr(ij_builtin_text + *file, library_mark);
		const char *library, *line;

		if (!mark || mark >= high)
			continue;
		library = mark + sizeof(library_mark) - 1;
		line = strchrnul(library, '\n');
		if (!search(line + !!*line, high, name, ret))
			continue;
		ret->library = library;
		ret->library_len = (size_t)(line - library);
		return true;
	}
	return false;
}
