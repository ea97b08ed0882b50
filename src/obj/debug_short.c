/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of types with the arguments of their templates, as people and gdb write them. */
#include <string.h>

#include "obj/debug.h"

enum { DEPTH_MAX = 32 };

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* Compilers write `long unsigned int`; people, and gdb, `unsigned long`. */
static const char *const words[][2] = {
	{"long long unsigned int", "unsigned long long"},
	{"long unsigned int", "unsigned long"},
	{"short unsigned int", "unsigned short"},
	{"long long int", "long long"},
	{"long int", "long"},
	{"short int", "short"},
	/* Not to be cut short: */
	{"unsigned int", "unsigned int"},
	{"unsigned char", "unsigned char"},
	{"signed char", "signed char"},
	{"long double", "long double"},
};

/* The row of words at @text, of @len bytes; IJ_COUNT(words): none. */
static size_t words_at(const char *text, size_t len)
{
	for (size_t i = 0; i < IJ_COUNT(words); i++) {
		size_t one = strlen(words[i][0]);

		if (one <= len && !strncmp(text, words[i][0], one) &&
		    (one == len || !is_word(text[one])))
			return i;
	}
	return IJ_COUNT(words);
}

/* The length of the name of a type at @text: "ns::Box<int>::x". */
static size_t name_at(const char *text, size_t len)
{
	size_t row = words_at(text, len), i = 0;
	unsigned depth = 0;

	if (row < IJ_COUNT(words))
		return strlen(words[row][0]);
	for (; i < len; i++) {
		if (text[i] == '<')
			depth++;
		else if (text[i] == '>' && depth)
			depth--;
		else if (!depth && !is_word(text[i]) && text[i] != ':')
			break;
	}
	return i;
}

static void shorten(const char *text, size_t len, unsigned depth, struct ij_strbuf *out)
{
	static const char before[] = "const ";
	const size_t skip = sizeof(before) - 1;
	char last = 0;

	for (size_t i = 0, part; i < len; i += part) {
		bool begins = !is_word(last) && is_word(text[i]);
		size_t row = begins ? words_at(text + i, len - i) : IJ_COUNT(words);

		part = 1;
		if (row < IJ_COUNT(words)) {
			part = strlen(words[row][0]);
			ij_strbuf_puts(out, words[row][1]);
		} else if (begins && (last == '<' || last == ',') && len - i > skip &&
			   !strncmp(text + i, before, skip) && depth < DEPTH_MAX) {
			/* Of an argument: "char const*". */
			part = skip + name_at(text + i + skip, len - i - skip);
			shorten(text + i + skip, part - skip, depth + 1, out);
			ij_strbuf_puts(out, " const");
		} else {
			ij_strbuf_add(out, text + i, 1);
		}
		if (text[i + part - 1] != ' ')
			last = text[i + part - 1];
		else if (is_word(last))
			last = ' ';
	}
}

void ij_debug_short_names(const char *name, struct ij_strbuf *out)
{
	shorten(name, strlen(name), 0, out);
}
