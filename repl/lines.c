/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The lines of a script. */
#include "repl/lines.h"

#include <ctype.h>
#include <string.h>

#include "repl/text.h"

enum { WORD_MAX = 64 };

/* One line as it is joined. */
struct joining {
	struct ij_lines *lines;
	struct ij_text out;
	struct ij_place *at;
	bool *open;
	char word[WORD_MAX]; /* that ends the heredoc of this line; "": it has none */
	size_t hole;         /* where in `out` its text goes */
};

static struct ij_error *stop(struct joining *j, bool open, unsigned column, const char *what)
{
	*j->open = open;
	*j->at = (struct ij_place){j->lines->line, column};
	return ij_error_create(IJ_ERR_SYNTAX, "%s", what);
}

/* Bytes of "<<WORD" at @at, 0 if there is none: `1 << 2` and `1<<2` are shifts. */
static size_t heredoc_len(const char *at)
{
	size_t len = 2;

	if (at[0] != '<' || at[1] != '<' || !(isalpha((unsigned char)at[2]) || at[2] == '_'))
		return 0;
	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	return len;
}

static struct ij_error *begin_heredoc(struct joining *j, const char *at, size_t len,
				      unsigned column)
{
	if (*j->word)
		return stop(j, false, column, "a second << in one line");
	if (len - 2 >= WORD_MAX)
		return stop(j, false, column, "the word after << is too long");
	memcpy(j->word, at + 2, len - 2);
	j->word[len - 2] = 0;
	j->hole = j->out.len;
	return NULL;
}

/*
 * Copy one physical line up to its end or a comment. @more_ret: it goes on in the next one, by a
 * backslash.
 */
static struct ij_error *copy_line(struct joining *j, bool *more_ret)
{
	const char *start = j->lines->pos, *at = start;
	char quote = 0;

	*more_ret = false;
	for (; *at && *at != '\n'; at++) {
		size_t len = quote ? 0 : heredoc_len(at);

		if (len) {
			IJ_CLI_TRY(begin_heredoc(j, at, len, (unsigned)(at - start) + 1));
			at += len - 1;
			continue;
		}
		if (*at == '\\' && (at[1] == '\n' || !at[1])) {
			*more_ret = true;
			continue;
		}
		if (!quote && *at == '#' && (at == start || isspace((unsigned char)at[-1])))
			break;
		if (quote && *at == '\\' && at[1]) {
			ij_text_add(&j->out, at++, 1);
		} else if (quote ? *at == quote : *at == '"' || *at == '\'') {
			/* An apostrophe within a word, as in don't, opens nothing. */
			bool inside = at > start && isalnum((unsigned char)at[-1]);

			quote = quote ? 0 : *at == '\'' && inside ? 0 : *at;
		}
		ij_text_add(&j->out, at, 1);
	}
	if (quote == '"' && !*more_ret)
		return stop(j, false, (unsigned)(at - start) + 1, "the string has no closing \"");
	j->lines->pos = at + strcspn(at, "\n");
	return NULL;
}

/* Past the end of the line; false if the text ends here. */
static bool next_line(struct ij_lines *lines)
{
	if (!*lines->pos)
		return false;
	lines->pos++;
	lines->line++;
	return *lines->pos != 0;
}

/* Put the lines up to the word into the hole. */
static struct ij_error *fill_heredoc(struct joining *j)
{
	struct ij_text body = {0}, whole = {0};
	const unsigned first = j->lines->line;
	bool ended = false;
	struct ij_error *err = NULL;

	while (!ended && next_line(j->lines)) {
		size_t len = strcspn(j->lines->pos, "\n");
		const char *line = j->lines->pos;

		ended = len == strlen(j->word) && !memcmp(line, j->word, len);
		if (!ended) {
			ij_text_printf(&body, "%s", body.str ? "\n" : "");
			ij_text_add(&body, line, len);
		}
		j->lines->pos += len;
	}
	if (!ended) {
		struct ij_text what = {0};

		ij_text_printf(&what, "<<%s: no line \"%s\" follows that ends the string", j->word,
			       j->word);
		err = stop(j, true, 1, ij_text_get(&what));
		j->at->line = first;
		ij_text_deinit(&what);
	} else {
		ij_text_add(&whole, ij_text_get(&j->out), j->hole);
		ij_text_quoted(&whole, ij_text_get(&body), body.len);
		ij_text_puts(&whole, ij_text_get(&j->out) + j->hole);
		ij_text_deinit(&j->out);
		j->out = whole;
	}
	ij_text_deinit(&body);
	return err;
}

/* One line with all that it goes on in. */
static struct ij_error *join(struct joining *j)
{
	bool more = true;

	while (more) {
		IJ_CLI_TRY(copy_line(j, &more));
		if (more && !next_line(j->lines))
			return stop(j, true, 1, "the line ends in a backslash, and none follows");
	}
	if (*j->word)
		IJ_CLI_TRY(fill_heredoc(j));
	return NULL;
}

static void trim(struct ij_text *text)
{
	while (text->len && isspace((unsigned char)text->str[text->len - 1]))
		text->str[--text->len] = 0;
}

struct ij_error *ij_lines_next(struct ij_lines *lines, char **ret, struct ij_place *at_ret,
			       bool *open_ret)
{
	for (;;) {
		struct joining j = {.lines = lines, .at = at_ret, .open = open_ret};
		size_t blanks = strspn(lines->pos, " \t\r");
		struct ij_error *err;

		*at_ret = (struct ij_place){lines->line, (unsigned)blanks + 1};
		if (!lines->pos[blanks]) {
			*ret = NULL;
			return NULL;
		}
		lines->pos += blanks;
		err = join(&j);
		if (err) {
			ij_text_deinit(&j.out);
			return err;
		}
		if (*lines->pos)
			next_line(lines);
		trim(&j.out);
		if (j.out.len)
			return ij_text_take(&j.out, ret);
		ij_text_deinit(&j.out);
	}
}
