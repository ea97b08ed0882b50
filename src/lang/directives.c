/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The preprocessor's directives in a header (C17, 6.10), as far as they are followed. */
#include "lang/directives.h"

#include <string.h>

#include "lang/condition.h"

enum { MACROS_MAX = 1 << 16 };

void ij_source_init(struct ij_source *src, const char *text, const char *file)
{
	*src = (struct ij_source){.text = text, .file = file, .pos = text, .line = 1, .column = 1};
}

void ij_source_deinit(struct ij_source *src)
{
	ij_vec_deinit(&src->macros);
}

/* The newline that ends the line at @c, which may go on behind a backslash or in a comment, or the
 * NUL. */
static const char *line_end(const char *c)
{
	while (*c && *c != '\n') {
		if (c[0] == '\\' && c[1] == '\r' && c[2] == '\n') {
			c += 3;
		} else if (c[0] == '\\' && c[1]) {
			c += 2;
		} else if (c[0] == '/' && c[1] == '*') {
			const char *end = strstr(c + 2, "*/");

			c = end ? end + 2 : c + strlen(c);
		} else {
			c++;
		}
	}
	return c;
}

static bool is_one_of(const char *word, size_t len, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(names[i]) == len && !memcmp(names[i], word, len))
			return true;
	return false;
}

/* Does a macro that stands for the text from @c to @end say nothing of a type? */
static bool says_nothing(const char *c, const char *end)
{
	static const char *const words[] = {
		"__attribute__", "__attribute", "__declspec", "extern",    "__extension__",
		"inline",        "__inline",    "static",     "_Noreturn", "__cdecl",
	};

	c += ij_blanks(c);
	return c >= end || *c == '\r' || (c[0] == '/' && (c[1] == '*' || c[1] == '/')) ||
	       is_one_of(c, ij_word_len(c), words, IJ_COUNT(words));
}

static const char *name_of(const struct ij_source *src)
{
	return src->file ? src->file : "the declarations";
}

static uint32_t *bucket_of(struct ij_source *src, const char *name, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return &src->buckets[(hash ^ hash >> 16) % IJ_COUNT(src->buckets)];
}

const struct ij_macro *ij_source_macro(const struct ij_source *src, const char *name, size_t len)
{
	uint32_t at = *bucket_of((struct ij_source *)(uintptr_t)src, name, len);

	while (at) {
		const struct ij_macro *macro = &src->macros.items[at - 1];

		if (macro->len == len && !memcmp(macro->name, name, len))
			return macro;
		at = macro->next;
	}
	return NULL;
}

static struct ij_error *define(struct ij_source *src, const char *c, const char *end)
{
	struct ij_macro macro = {.name = c, .len = ij_word_len(c)};
	uint32_t *bucket = bucket_of(src, macro.name, macro.len);

	c += macro.len;
	macro.function = *c == '(';
	if (macro.function) {
		while (c < end && *c != ')')
			c++;
		c += c < end;
	}
	macro.ignored = says_nothing(c, end);
	macro.body = c;
	macro.body_len = (size_t)(end - c);
	macro.next = *bucket;
	if (src->macros.len == MACROS_MAX)
		return ij_error_new(LIMIT, "%s:%u: more than %d macros", name_of(src), src->line,
				    MACROS_MAX);
	if (macro.len)
		IJ_TRY(ij_vec_push(&src->macros, macro));
	if (macro.len)
		*bucket = (uint32_t)src->macros.len;
	return NULL;
}

static bool is(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !memcmp(word, name, len);
}

/* The word of the directive at @c, a '#'. */
static const char *directive(const char *c, size_t *len_ret)
{
	c++;
	c += ij_blanks(c);
	*len_ret = ij_word_len(c);
	return c;
}

static bool is_if(const char *word, size_t len)
{
	return is(word, len, "if") || is(word, len, "ifdef") || is(word, len, "ifndef");
}

/*
 * From @c, the end of a directive's line, to the '#' of the #endif that ends its group or, if
 * @branches, of an #else or #elif of it; NULL if there is none.
 */
static const char *group_end(const char *c, bool branches)
{
	unsigned depth = 0;

	while (*c) {
		const char *start, *word;
		size_t len;

		c++; /* the newline */
		start = c + ij_blanks(c);
		c = line_end(start);
		if (*start != '#')
			continue;
		word = directive(start, &len);
		if (is_if(word, len))
			depth++;
		else if (!depth && (is(word, len, "endif") ||
				    (branches && (is(word, len, "else") || is(word, len, "elif")))))
			return start;
		else if (is(word, len, "endif"))
			depth--;
	}
	return NULL;
}

static struct ij_error *no_end(const struct ij_source *src)
{
	return ij_error_new(SYNTAX, "%s:%u: this #if or #else has no #endif", name_of(src),
			    src->line);
}

/* Behind the line that ends at @end: on with the next line, or with that of another branch or
 * #endif. */
static const char *enter(struct ij_source *src, enum ij_truth truth, const char *end)
{
	src->taken |= truth == IJ_TRUE;
	return truth == IJ_FALSE ? group_end(end, true) : end;
}

struct ij_error *ij_directive_len(struct ij_source *src, size_t *ret)
{
	const char *end = line_end(src->pos);
	size_t len;
	const char *word = directive(src->pos, &len);
	const char *rest = word + len;

	if (is(word, len, "define"))
		IJ_TRY(define(src, rest + ij_blanks(rest), end));
	if (is_if(word, len)) {
		src->taken <<= 1;
		end = enter(src, ij_condition(src, word, len), end);
	} else if ((is(word, len, "else") || is(word, len, "elif")) && (src->taken & 1)) {
		end = group_end(end, false);
	} else if (is(word, len, "elif")) {
		end = enter(src, ij_condition(src, word, len), end);
	} else if (is(word, len, "endif")) {
		src->taken >>= 1;
	}
	if (!end)
		return no_end(src);
	*ret = (size_t)(end - src->pos);
	return NULL;
}
