/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The extent of what the target evaluates. */
#include "repl/scan.h"

#include <ctype.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t blanks(const char *at)
{
	return strspn(at, " \t\n");
}

size_t ij_scan_quoted(const char *at)
{
	for (size_t i = 1; at[i]; i++) {
		if (at[i] == '\\' && at[i + 1])
			i++;
		else if (at[i] == *at)
			return i + 1;
	}
	return 0;
}

bool ij_scan_is_cast(const char *at)
{
	const char *pos = at;
	bool named = false;

	if (*pos++ != '(')
		return false;
	for (;; pos++) {
		pos += blanks(pos);
		if (is_word(*pos) && !isdigit((unsigned char)*pos)) {
			while (is_word(pos[1]))
				pos++;
			named = true;
		} else if (*pos != '*' && !(*pos == ':' && named)) {
			break;
		} else if (!named) {
			return false;
		}
	}
	if (!named || *pos != ')')
		return false;
	pos += 1 + blanks(pos + 1);
	return is_word(*pos) || (*pos && strchr("\"'($", *pos)) ||
	       ((*pos == '*' || *pos == '&') && (is_word(pos[1]) || pos[1] == '('));
}

/* Bytes of a group in brackets at @at with all that is in it; 0: it does not end. */
static size_t group(const char *at)
{
	char stack[64];
	size_t depth = 0;

	for (size_t i = 0; at[i]; i++) {
		char c = at[i];

		if (c == '"' || c == '\'') {
			size_t len = ij_scan_quoted(at + i);

			if (!len)
				return 0;
			i += len - 1;
		} else if (c == '(' || c == '[' || c == '{') {
			if (depth == sizeof(stack))
				return 0;
			stack[depth++] = c == '(' ? ')' : c == '[' ? ']' : '}';
		} else if (c == ')' || c == ']' || c == '}') {
			if (stack[--depth] != c)
				return 0;
			if (!depth)
				return i + 1;
		}
	}
	return 0;
}

/* A module's name and its exclamation mark: libc!, libfoo-2.so.1!, /usr/lib/x.so!; 0: none. */
static size_t module(const char *at)
{
	size_t len = 0;

	while (is_word(at[len]) || (at[len] && strchr(".+-/", at[len])))
		len++;
	return len && at[len] == '!' && at[len + 1] != '=' ? len + 1 : 0;
}

/* A name, with the scopes of C++. */
static size_t name(const char *at)
{
	size_t len = 0;

	while (is_word(at[len]) || (at[len] == ':' && at[len + 1] == ':' && is_word(at[len + 2])))
		len += at[len] == ':' ? 2 : 1;
	return len;
}

/* What may follow an operand: calls, subscripts, members. */
static size_t suffixes(const char *start, const char **problem_ret)
{
	const char *pos = start;

	for (;;) {
		size_t skip = blanks(pos), len;

		if (pos[skip] == '(' || pos[skip] == '[' || pos[skip] == '{') {
			len = group(pos + skip);
			if (!len) {
				*problem_ret = "a bracket is not closed";
				return 0;
			}
			pos += skip + len;
		} else if (*pos == '.' && is_word(pos[1])) {
			pos += 1 + name(pos + 1);
		} else if (pos[0] == '-' && pos[1] == '>' && is_word(pos[2])) {
			pos += 2 + name(pos + 2);
		} else {
			return (size_t)(pos - start);
		}
	}
}

size_t ij_scan_operand(const char *at, const char **problem_ret)
{
	const char *pos = at;
	size_t len;

	*problem_ret = NULL;
	for (;; pos += blanks(pos)) {
		if (ij_scan_is_cast(pos)) {
			len = group(pos);
			pos += len;
		} else if ((*pos == '&' && pos[1] != '&') || *pos == '*') {
			pos++;
		} else {
			break;
		}
	}
	if (*pos == '(') {
		len = group(pos);
		if (!len)
			*problem_ret = "a bracket is not closed";
	} else if (*pos == '"' || *pos == '\'') {
		len = ij_scan_quoted(pos);
		if (!len)
			*problem_ret = "the quotes are not closed";
	} else if (*pos == '$') {
		len = 1 + name(pos + 1);
	} else {
		pos += module(pos);
		len = name(pos);
	}
	if (!len)
		return 0;
	pos += len;
	len = suffixes(pos, problem_ret);
	return *problem_ret ? 0 : (size_t)(pos + len - at);
}

/* Where the bracket that the one before @end closes was opened; @end: nowhere. */
static size_t opened(const char *text, size_t end)
{
	size_t depth = 0;

	for (size_t at = end; at--;) {
		depth += text[at] == ')' || text[at] == ']';
		if ((text[at] == '(' || text[at] == '[') && !--depth)
			return at;
	}
	return end;
}

/* Bytes of the `.` or `->` that end the first @end bytes of @text. */
static size_t link_len(const char *text, size_t end)
{
	if (end >= 2 && text[end - 2] == '-' && text[end - 1] == '>')
		return 2;
	return end >= 1 && text[end - 1] == '.';
}

/* Where the object begins that ends before @end: names, calls, subscripts, and what links them. */
static size_t object_start(const char *text, size_t end)
{
	bool named = false; /* a name stands behind: what is before it is another thing */

	while (end) {
		char c = text[end - 1];

		if (is_word(c) || strchr("$!:@?", c)) {
			named = true;
			end--;
		} else if (c == '\'' && end >= 2 && memrchr(text, '\'', end - 1)) {
			return (size_t)((const char *)memrchr(text, '\'', end - 1) - text);
		} else if ((c == ')' || c == ']') && !named && opened(text, end) < end) {
			end = opened(text, end);
		} else if (named && link_len(text, end)) {
			end -= link_len(text, end);
			named = false;
		} else {
			break;
		}
	}
	return end;
}

bool ij_scan_member(const char *text, struct ij_scan_member *ret)
{
	size_t end = strlen(text), link, start;

	while (end && is_word(text[end - 1]))
		end--;
	link = link_len(text, end);
	if (!link)
		return false;
	start = object_start(text, end - link);
	*ret = (struct ij_scan_member){text + start, end - link - start, text + end};
	return ret->object_len > 0;
}
