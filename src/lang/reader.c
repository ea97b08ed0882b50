/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One declaration after the other out of a header (C17, 6.9), in tokens. */
#include <string.h>

#include "lang/lexer_impl.h"

enum { TOKENS_MAX = 1 << 16 }; /* of one declaration: an enum of thousands is read, noise is not */

/* What has been seen of a declaration. */
struct reader {
	struct ij_lexer lex;
	unsigned depth; /* of (), [] and {} */
	size_t open;    /* index of the token before the '(' that is open at depth 0 */
	bool params;    /* a parameter list is over: a '{' begins the body of a function */
	bool ended;
};

static struct ij_error *unexpected(const struct reader *reader, const struct ij_token *tok,
				   const char *why)
{
	const struct ij_tokens *toks = reader->lex.toks;

	return ij_error_new(SYNTAX, "%s: %s%s", ij_tokens_title(toks, tok).str, why,
			    ij_tokens_place(toks, tok).str);
}

static struct ij_error *too_much(const struct reader *reader, const struct ij_token *tok)
{
	const struct ij_tokens *toks = reader->lex.toks;

	return ij_error_new(LIMIT, "%s: a declaration of more than %d words, or nested too deep%s",
			    ij_tokens_title(toks, tok).str, TOKENS_MAX,
			    ij_tokens_place(toks, tok).str);
}

/* What a person typed on one line the parser speaks better of. */
static bool is_line(const struct reader *reader)
{
	return !reader->lex.toks->file;
}

/* Up to and with the bracket that closes the one just read. */
static struct ij_error *skip_group(struct reader *reader, const struct ij_token *first)
{
	struct ij_token tok = *first;
	unsigned depth = 1;

	while (depth) {
		IJ_TRY(ij_lexer_space(&reader->lex));
		IJ_TRY(ij_lexer_one(&reader->lex, &tok));
		if (tok.kind == IJ_TOKEN_END)
			return unexpected(reader, first, "what is opened here has no end");
		if (tok.kind == IJ_TOKEN_PUNCT && strchr("([{", tok.text[0]))
			depth++;
		else if (tok.kind == IJ_TOKEN_PUNCT && strchr(")]}", tok.text[0]))
			depth--;
	}
	return NULL;
}

/* A macro that stands for nothing, with its arguments. */
static struct ij_error *skip_macro(struct reader *reader, const struct ij_macro *macro)
{
	struct ij_token tok;

	if (!macro->function)
		return NULL;
	IJ_TRY(ij_lexer_space(&reader->lex));
	if (*reader->lex.pos != '(')
		return NULL;
	IJ_TRY(ij_lexer_one(&reader->lex, &tok));
	return skip_group(reader, &tok);
}

/* Words whose parentheses are no parameter list. */
static bool is_attribute(const struct ij_token *tok)
{
	static const char *const names[] = {"__attribute__", "__attribute",   "_Alignas",
					    "__declspec",    "__asm__",       "__asm",
					    "asm",           "_Static_assert"};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (ij_token_is(tok, names[i]))
			return true;
	return false;
}

/* `extern "C"` in front of a brace. */
static bool is_linkage(const struct ij_tokens *toks)
{
	return toks->list.len == 2 && ij_token_is(toks->list.items, "extern") &&
	       toks->list.items[1].kind == IJ_TOKEN_STRING;
}

static struct ij_error *open_bracket(struct reader *reader, const struct ij_token *tok)
{
	struct ij_tokens *toks = reader->lex.toks;

	if (!reader->depth && *tok->text == '{' && is_linkage(toks)) {
		reader->lex.src->linkage++;
		toks->list.len = 0;
		return NULL;
	}
	if (!reader->depth && *tok->text == '{' && reader->params) {
		reader->ended = true;
		return skip_group(reader, tok);
	}
	if (!reader->depth)
		reader->open = toks->list.len;
	if (++reader->depth > IJ_TOKENS_DEPTH_MAX)
		return too_much(reader, tok);
	return ij_vec_push(&toks->list, *tok);
}

static struct ij_error *close_bracket(struct reader *reader, const struct ij_token *tok)
{
	struct ij_tokens *toks = reader->lex.toks;

	if (!reader->depth && *tok->text == '}' && !toks->list.len && reader->lex.src->linkage) {
		reader->lex.src->linkage--;
		return NULL;
	}
	if (!reader->depth)
		return is_line(reader) ? ij_vec_push(&toks->list, *tok)
				       : unexpected(reader, tok, "this bracket closes nothing");
	if (!--reader->depth && *tok->text == ')' && reader->open &&
	    !is_attribute(toks->list.items + reader->open - 1))
		reader->params = true;
	return ij_vec_push(&toks->list, *tok);
}

static struct ij_error *take(struct reader *reader, const struct ij_token *tok)
{
	struct ij_tokens *toks = reader->lex.toks;
	const struct ij_macro *macro = NULL;

	if (tok->kind == IJ_TOKEN_NAME)
		macro = ij_source_macro(reader->lex.src, tok->text, tok->len);
	if (macro && macro->ignored)
		return skip_macro(reader, macro);
	if (toks->list.len == TOKENS_MAX)
		return too_much(reader, toks->list.items);
	if (tok->kind != IJ_TOKEN_PUNCT || tok->len != 1)
		return ij_vec_push(&toks->list, *tok);
	if (strchr("([{", *tok->text))
		return open_bracket(reader, tok);
	if (strchr(")]}", *tok->text))
		return close_bracket(reader, tok);
	if (!reader->depth && *tok->text == '=')
		reader->params = false; /* an initialiser follows */
	if (!reader->depth && *tok->text == ';') {
		reader->ended = toks->list.len > 0;
		return NULL;
	}
	return ij_vec_push(&toks->list, *tok);
}

/* The rest of the last line, if it is a comment. */
static void trailing_comment(struct ij_lexer *lex)
{
	const char *c = lex->pos + strspn(lex->pos, " \t");

	if (c[0] == '/' && c[1] == '/')
		lex->toks->comment = c + 2;
}

static struct ij_error *read_tokens(struct reader *reader)
{
	struct ij_lexer *lex = &reader->lex;
	struct ij_token tok = {.kind = IJ_TOKEN_NAME};

	while (!reader->ended) {
		IJ_TRY(ij_lexer_space(lex));
		if (!lex->toks->list.len)
			lex->toks->comment = NULL; /* it stood before the declaration */
		IJ_TRY(ij_lexer_one(lex, &tok));
		if (tok.kind == IJ_TOKEN_END)
			break;
		IJ_TRY(take(reader, &tok));
	}
	if (tok.kind == IJ_TOKEN_END && reader->depth && !is_line(reader))
		return unexpected(reader, lex->toks->list.items + reader->open,
				  "what is opened here has no end");
	if (tok.kind != IJ_TOKEN_END)
		trailing_comment(lex);
	tok.kind = IJ_TOKEN_END;
	tok.len = 0;
	return ij_vec_push(&lex->toks->list, tok);
}

struct ij_error *ij_tokens_read(struct ij_tokens *toks, struct ij_source *src)
{
	struct reader reader = {
		.lex = {.toks = toks,
			.src = src,
			.pos = src->pos,
			.column = src->column,
			.line = src->line,
			.lines = true},
	};
	struct ij_error *err;

	*toks = (struct ij_tokens){.text = src->text, .file = src->file};
	err = read_tokens(&reader);
	if (err) {
		ij_tokens_deinit(toks);
		return err;
	}
	src->pos = reader.lex.pos;
	src->line = reader.lex.line;
	src->column = reader.lex.column;
	return NULL;
}
