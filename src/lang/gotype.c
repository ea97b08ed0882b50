/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types as expressions of Go name them (The Go Programming Language Specification, Types). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/goeval.h"

enum { DEPTH_MAX = 64, NAME_MAX_SIZE = 512 };

/* Does the brace at @pos belong to the type that begins at @from, and not to a literal of it? */
static bool is_part_of_type(const char *from, const char *pos)
{
	static const char *const words[] = {"interface", "struct"};

	while (pos > from && pos[-1] == ' ')
		pos--;
	for (size_t i = 0; i < IJ_COUNT(words); i++) {
		size_t len = strlen(words[i]);

		if ((size_t)(pos - from) >= len && !strncmp(pos - len, words[i], len))
			return true;
	}
	return false;
}

struct ij_error *ij_go_read_type(struct ij_go_reader *r, const struct ij_ctype **ret)
{
	const struct ij_ctype *inner;
	const char *from;
	size_t len;
	char name[NAME_MAX_SIZE];

	if (++r->depth > DEPTH_MAX)
		return ij_error_new(LIMIT, "a type that is nested over %d times", DEPTH_MAX);
	ij_go_skip_space(r);
	from = r->pos;
	if (ij_go_take(r, "*")) {
		IJ_TRY(ij_go_read_type(r, &inner));
		r->depth--;
		return ij_ctypes_pointer(r->host->types, inner, ret);
	}
	if (ij_go_take(r, "[]")) {
		IJ_TRY(ij_go_read_type(r, &inner));
		r->depth--;
		return ij_go_type_slice(r->host, inner, ret);
	}
	if (*r->pos == '[' && isdigit((unsigned char)r->pos[1])) {
		char *end;
		unsigned long long count = strtoull(r->pos + 1, &end, 10);

		if (*end != ']')
			return ij_go_syntax(r, "a closing bracket is expected");
		r->pos = end + 1;
		IJ_TRY(ij_go_read_type(r, &inner));
		r->depth--;
		return ij_ctypes_array(r->host->types, inner, count, ret);
	}
	/* map[K]V, interface {...}, a name: as debug information calls it. */
	while (*r->pos && !strchr("(){}[],", *r->pos))
		r->pos++;
	while (*r->pos == '[' || (*r->pos == '{' && is_part_of_type(from, r->pos))) {
		const char *end = strchr(r->pos, *r->pos == '[' ? ']' : '}');

		if (!end)
			return ij_go_syntax(r, "a closing bracket is expected");
		r->pos = end + 1;
		while (*r->pos && !strchr("(){}[],", *r->pos))
			r->pos++;
	}
	len = (size_t)(r->pos - from);
	while (len && from[len - 1] == ' ')
		len--;
	if (!len || len >= sizeof(name))
		return ij_go_syntax(r, "a type is expected");
	snprintf(name, sizeof(name), "%.*s", (int)len, from);
	r->depth--;
	IJ_TRY(ij_go_type_basic(r->host, name, len, ret));
	if (!*ret)
		IJ_TRY(r->host->type(r->host, name, ret));
	if (!*ret && !strchr(name, '.') && strlen(name) + 6 < sizeof(name)) {
		memmove(name + 5, name, strlen(name) + 1);
		memcpy(name, "main.", 5);
		IJ_TRY(r->host->type(r->host, name, ret));
	}
	if (*ret)
		return NULL;
	r->pos = from;
	return r->host->missing(r->host, from, len);
}
