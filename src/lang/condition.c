/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Conditions of the preprocessor (C17, 6.10.1) in three values: what is made of `defined`, numbers,
 * !, && and || is known, and anything else is not.
 */
#include "lang/condition.h"

enum { DEPTH_MAX = 32 };

struct reader {
	const struct ij_source *src;
	const char *pos;
	unsigned depth;
};

/* What gcc and clang define on Linux and x86-64, as far as headers ask for it. */
static bool is_predefined(const char *name, size_t len)
{
	static const char *const names[] = {
		"__GNUC__",     "__STDC__",  "__STDC_VERSION__", "__linux__",     "__linux",
		"linux",        "__unix__",  "__unix",           "unix",          "__x86_64__",
		"__x86_64",     "__amd64__", "__LP64__",         "_LP64",         "__ELF__",
		"__CHAR_BIT__", "__SSE__",   "__SSE2__",         "__gnu_linux__",
	};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], name, len))
			return true;
	return false;
}

static enum ij_truth is_defined(const struct ij_source *src, const char *name, size_t len)
{
	return ij_source_macro(src, name, len) || is_predefined(name, len) ? IJ_TRUE : IJ_FALSE;
}

static enum ij_truth negate(enum ij_truth truth)
{
	return truth == IJ_UNSURE ? IJ_UNSURE : truth == IJ_TRUE ? IJ_FALSE : IJ_TRUE;
}

/* The rest of the line is behind the current position, blanks passed over. */
static const char *next(struct reader *reader)
{
	reader->pos += ij_blanks(reader->pos);
	while (reader->pos[0] == '\\' && reader->pos[1] == '\n')
		reader->pos += 2 + ij_blanks(reader->pos + 2);
	return reader->pos;
}

static enum ij_truth either(struct reader *reader);

/* `defined X`, `defined(X)`; the word is consumed. */
static enum ij_truth defined(struct reader *reader)
{
	bool paren = *next(reader) == '(';
	enum ij_truth truth;
	size_t len;

	reader->pos += paren;
	len = ij_word_len(next(reader));
	truth = len ? is_defined(reader->src, reader->pos, len) : IJ_UNSURE;
	reader->pos += len;
	if (paren && *next(reader) == ')')
		reader->pos++;
	else if (paren)
		truth = IJ_UNSURE;
	return truth;
}

/* A number, or a name, which is 0 unless it is a macro. */
static enum ij_truth word(struct reader *reader)
{
	const char *start = reader->pos;
	size_t len = ij_word_len(start);

	reader->pos += len;
	if (len == strlen("defined") && !memcmp(start, "defined", len))
		return defined(reader);
	if (*start >= '0' && *start <= '9')
		return strspn(start, "0xXuUlL") >= len ? IJ_FALSE : IJ_TRUE;
	if (!len || is_defined(reader->src, start, len) == IJ_TRUE || *next(reader) == '(')
		return IJ_UNSURE;
	return IJ_FALSE;
}

static enum ij_truth operand(struct reader *reader)
{
	enum ij_truth truth;

	if (*next(reader) == '!' && reader->pos[1] != '=' && reader->depth < DEPTH_MAX) {
		reader->pos++;
		reader->depth++;
		truth = negate(operand(reader));
		reader->depth--;
		return truth;
	}
	if (*reader->pos != '(' || reader->depth == DEPTH_MAX)
		return word(reader);
	reader->pos++;
	reader->depth++;
	truth = either(reader);
	reader->depth--;
	if (*next(reader) != ')')
		return IJ_UNSURE;
	reader->pos++;
	return truth;
}

static enum ij_truth both(struct reader *reader)
{
	enum ij_truth truth = operand(reader);

	while (*next(reader) == '&' && reader->pos[1] == '&') {
		enum ij_truth right;

		reader->pos += 2;
		right = operand(reader);
		if (truth == IJ_FALSE || right == IJ_FALSE)
			truth = IJ_FALSE;
		else if (truth == IJ_UNSURE || right == IJ_UNSURE)
			truth = IJ_UNSURE;
	}
	return truth;
}

static enum ij_truth either(struct reader *reader)
{
	enum ij_truth truth = both(reader);

	while (*next(reader) == '|' && reader->pos[1] == '|') {
		enum ij_truth right;

		reader->pos += 2;
		right = both(reader);
		if (truth == IJ_TRUE || right == IJ_TRUE)
			truth = IJ_TRUE;
		else if (truth == IJ_UNSURE || right == IJ_UNSURE)
			truth = IJ_UNSURE;
	}
	return truth;
}

enum ij_truth ij_condition(const struct ij_source *src, const char *word, size_t len)
{
	struct reader reader = {.src = src, .pos = word + len};
	bool negated = len == strlen("ifndef");
	enum ij_truth truth;

	if (len > 4) {
		next(&reader);
		truth = is_defined(src, reader.pos, ij_word_len(reader.pos));
		return negated ? negate(truth) : truth;
	}
	truth = either(&reader);
	/* Something that is not understood follows, such as a comparison. */
	if (*next(&reader) && !strchr("\r\n/", *reader.pos))
		return IJ_UNSURE;
	return truth;
}
