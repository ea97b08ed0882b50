/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Walking over tokens, and saying what was expected where. */
#include <stdio.h>
#include <string.h>

#include "lang/lexer.h"

const struct ij_token *ij_tokens_peek(const struct ij_tokens *toks, size_t ahead)
{
	size_t last = toks->list.len - 1;

	return toks->list.items + (ahead < last - toks->pos ? toks->pos + ahead : last);
}

bool ij_token_is(const struct ij_token *tok, const char *text)
{
	return (tok->kind == IJ_TOKEN_PUNCT || tok->kind == IJ_TOKEN_NAME) &&
	       tok->len == strlen(text) && !memcmp(tok->text, text, tok->len);
}

bool ij_tokens_is(const struct ij_tokens *toks, size_t ahead, const char *text)
{
	return ij_token_is(ij_tokens_peek(toks, ahead), text);
}

void ij_tokens_next(struct ij_tokens *toks)
{
	if (toks->pos + 1 < toks->list.len)
		toks->pos++;
}

bool ij_tokens_accept(struct ij_tokens *toks, const char *text)
{
	bool is = ij_tokens_is(toks, 0, text);

	if (is)
		ij_tokens_next(toks);
	return is;
}

struct ij_title ij_tokens_title(const struct ij_tokens *toks, const struct ij_token *tok)
{
	struct ij_title title;

	if (toks->file)
		snprintf(title.str, sizeof(title.str), "%.140s:%u:%u", toks->file, tok->line,
			 tok->column);
	else
		snprintf(title.str, sizeof(title.str), "%s",
			 ij_quote(toks->text, strlen(toks->text)).str);
	return title;
}

struct ij_place ij_tokens_place(const struct ij_tokens *toks, const struct ij_token *tok)
{
	struct ij_place place = {""};

	if (!toks->file)
		snprintf(place.str, sizeof(place.str), " at column %u", tok->column);
	return place;
}

struct ij_error *ij_tokens_expected(const struct ij_tokens *toks, const char *what)
{
	const struct ij_token *tok = ij_tokens_peek(toks, 0);
	struct ij_title title = ij_tokens_title(toks, tok);
	struct ij_place place = ij_tokens_place(toks, tok);
	const char *quote = tok->kind == IJ_TOKEN_PUNCT ? "'" : "";

	if (tok->kind == IJ_TOKEN_END)
		return ij_error_new(SYNTAX, "%s: expected %s%s, found %s", title.str, what,
				    place.str,
				    toks->file ? "the end of the declaration" : "end of input");
	return ij_error_new(SYNTAX, "%s: expected %s%s, found %s%s%s", title.str, what, place.str,
			    quote, ij_quote_token(tok).str, quote);
}

struct ij_error *ij_tokens_expect(struct ij_tokens *toks, const char *text)
{
	char what[16];

	if (ij_tokens_accept(toks, text))
		return NULL;
	snprintf(what, sizeof(what), "'%s'", text);
	return ij_tokens_expected(toks, what);
}

/* The bracket that closes what @tok opens, or NULL. */
static const char *closing(const struct ij_token *tok)
{
	return ij_token_is(tok, "(")   ? ")"
	       : ij_token_is(tok, "[") ? "]"
	       : ij_token_is(tok, "{") ? "}"
				       : NULL;
}

static bool closes(const struct ij_token *tok)
{
	return ij_token_is(tok, ")") || ij_token_is(tok, "]") || ij_token_is(tok, "}") ||
	       tok->kind == IJ_TOKEN_END;
}

struct ij_error *ij_tokens_skip_group(struct ij_tokens *toks)
{
	const char *open[IJ_TOKENS_DEPTH_MAX]; /* what closes them, the innermost last */
	unsigned depth = toks->depth;
	unsigned len = 0;

	do {
		const struct ij_token *tok = ij_tokens_peek(toks, 0);

		if (closing(tok)) {
			IJ_TRY(ij_tokens_enter(toks));
			open[len++] = closing(tok);
		} else if (closes(tok)) {
			IJ_TRY(ij_tokens_expect(toks, open[--len]));
			ij_tokens_leave(toks);
			continue;
		}
		ij_tokens_next(toks);
	} while (len);
	toks->depth = depth;
	return NULL;
}

struct ij_error *ij_tokens_enter(struct ij_tokens *toks)
{
	if (toks->depth < IJ_TOKENS_DEPTH_MAX) {
		toks->depth++;
		return NULL;
	}
	return ij_error_new(LIMIT, "%s: nested more than %d deep%s",
			    ij_tokens_title(toks, ij_tokens_peek(toks, 0)).str, IJ_TOKENS_DEPTH_MAX,
			    ij_tokens_place(toks, ij_tokens_peek(toks, 0)).str);
}

void ij_tokens_leave(struct ij_tokens *toks)
{
	toks->depth--;
}

static bool is_operator(const struct ij_token *tok)
{
	return tok->kind == IJ_TOKEN_PUNCT && strchr("*&+-~!|^/%<>=?:.", tok->text[0]);
}

/* Does C style put a space between @a and @b, where @c follows @b? */
static bool spaced(const struct ij_token *a, const struct ij_token *b, const struct ij_token *c)
{
	bool word_a = a->kind != IJ_TOKEN_PUNCT;
	bool word_b = b->kind != IJ_TOKEN_PUNCT;

	if (ij_token_is(a, ","))
		return true;
	if (ij_token_is(b, "("))
		return word_a && c && ij_token_is(c, "*");
	if (word_a)
		return a->kind != IJ_TOKEN_MODULE && (word_b || is_operator(b));
	/* Tokens must not grow together into another operator, a number, or a comment. */
	if (ij_token_is(a, ".") && word_b)
		return true;
	return is_operator(a) && is_operator(b) && !(ij_token_is(a, "*") && ij_token_is(b, "*"));
}

void ij_tokens_join(const struct ij_tokens *toks, size_t first, size_t end, struct ij_strbuf *out)
{
	const struct ij_token *items = toks->list.items;

	for (size_t i = first; i < end; i++) {
		if (i > first &&
		    spaced(items + i - 1, items + i, i + 1 < end ? items + i + 1 : NULL))
			ij_strbuf_puts(out, " ");
		ij_strbuf_add(out, items[i].text, items[i].len);
	}
}
