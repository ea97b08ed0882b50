/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cutting C into tokens (C17, 6.4). */
#include "lang/lexer.h"

#include <stdio.h>
#include <string.h>

#include "lang/call.h"
#include "lang/lexer_impl.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

static bool is_name(char c)
{
	return is_name_start(c) || is_digit(c);
}

struct ij_quoted ij_quote(const char *text, size_t len)
{
	struct ij_quoted out;
	size_t used = 0;
	size_t room = sizeof(out.str) - 8; /* for an escape, "..." and the NUL */

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		/* Not in the middle of a UTF-8 sequence: its later bytes are 0x80 to 0xbf. */
		if (used >= room && (c & 0xc0) != 0x80) {
			memcpy(out.str + used, "...", 3);
			used += 3;
			break;
		}
		if (used >= room + 3)
			break;
		if (c == '\n' || c == '\r' || c == '\t')
			used += (size_t)sprintf(out.str + used, "\\%c",
						c == '\n'   ? 'n'
						: c == '\r' ? 'r'
							    : 't');
		else if (c < 0x20 || c == 0x7f)
			used += (size_t)sprintf(out.str + used, "\\%03o", c);
		else
			out.str[used++] = (char)c;
	}
	out.str[used] = 0;
	return out;
}

struct ij_quoted ij_quote_token(const struct ij_token *tok)
{
	return ij_quote(tok->text, tok->len);
}

/* Step over @len bytes, counting characters: UTF-8 continuation bytes have no column. */
static void step(struct ij_lexer *lex, size_t len)
{
	while (len--) {
		char c = *lex->pos++;

		if (((unsigned char)c & 0xc0) != 0x80)
			lex->column++;
		if (c == '\n' && lex->src) {
			lex->line++;
			lex->column = 1;
		}
	}
}

struct ij_error *ij_lexer_bad(const struct ij_lexer *lex, const char *problem)
{
	const struct ij_token here = {.column = lex->column, .line = lex->line};

	return ij_error_new(SYNTAX, "%s: %s%s", ij_tokens_title(lex->toks, &here).str, problem,
			    ij_tokens_place(lex->toks, &here).str);
}

static struct ij_error *skip_comment(struct ij_lexer *lex, bool *ret)
{
	const char *end;

	*ret = true;
	if (lex->pos[0] == '/' && lex->pos[1] == '*') {
		end = strstr(lex->pos + 2, "*/");
		if (!end)
			return ij_lexer_bad(
				lex, "the comment that begins here has no end: expected '*/'");
		step(lex, (size_t)(end + 2 - lex->pos));
	} else if (lex->pos[0] == '/' && lex->pos[1] == '/') {
		lex->toks->comment = lex->pos + 2;
		step(lex, strcspn(lex->pos, "\n"));
	} else {
		*ret = false;
	}
	return NULL;
}

/* Does nothing but white space stand before the position in its line? */
static bool begins_line(const struct ij_lexer *lex)
{
	const char *c = lex->pos;

	while (c > lex->src->text && (c[-1] == ' ' || c[-1] == '\t'))
		c--;
	return c == lex->src->text || c[-1] == '\n';
}

static struct ij_error *skip_directive(struct ij_lexer *lex)
{
	size_t len;

	lex->src->pos = lex->pos;
	lex->src->line = lex->line;
	IJ_TRY(ij_directive_len(lex->src, &len));
	step(lex, len);
	return NULL;
}

struct ij_error *ij_lexer_space(struct ij_lexer *lex)
{
	for (;;) {
		bool comment;

		IJ_TRY(skip_comment(lex, &comment));
		if (comment)
			continue;
		if (lex->src && *lex->pos == '#' && begins_line(lex)) {
			IJ_TRY(skip_directive(lex));
			continue;
		}
		if (*lex->pos == '\n' && !lex->lines)
			return ij_lexer_bad(lex,
					    "line break in the expression; write it on one line "
					    "(\\n in a string)");
		if (!*lex->pos || !strchr(lex->src ? " \t\n\r\f\v" : " \t\n\r", *lex->pos))
			return NULL;
		step(lex, 1);
	}
}

/*
 * The length of a module name with its '!' at the current position, or 0. Names of libraries hold
 * dots, dashes and digits, so they are recognised only where a module can stand: before the name of
 * the function, outside parentheses, and behind the & of an argument. C never has a name before '!'
 * there.
 */
static size_t module_len(const struct ij_lexer *lex)
{
	const struct ij_tokens *toks = lex->toks;
	const struct ij_token *prev = toks->list.len ? toks->list.items + toks->list.len - 1 : NULL;
	size_t len;
	bool callee = lex->depth == 0 && (!prev || ij_token_is(prev, ")"));
	bool address = prev && ij_token_is(prev, "&") && toks->list.len >= 2 &&
		       (ij_token_is(prev - 1, "(") || ij_token_is(prev - 1, ","));

	if (!callee && !address)
		return 0;
	len = strspn(lex->pos,
		     "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./+-@:~");
	if (!len || lex->pos[len] != '!' || !is_name_start(lex->pos[len + 1]))
		return 0;
	return is_name(lex->pos[len - 1]) || lex->pos[len - 1] == '+' ? len + 1 : 0;
}

static struct ij_error *quoted_len(const struct ij_lexer *lex, size_t *ret)
{
	char quote = *lex->pos;
	const char *c = lex->pos + 1;

	while (*c && *c != quote && *c != '\n')
		c += c[0] == '\\' && c[1] && c[1] != '\n' ? 2 : 1;
	if (*c != quote)
		return ij_lexer_bad(
			lex, quote == '"'
				     ? "the string that begins here has no end: expected '\"'"
				     : "the character that begins here has no end: expected \"'\"");
	*ret = (size_t)(c + 1 - lex->pos);
	return NULL;
}

static size_t number_len(const char *c)
{
	size_t len = 0;

	/* Two dots are a range of Rust. */
	while (is_name(c[len]) || (c[len] == '.' && c[len + 1] != '.') ||
	       (len && c[len] == '\'' && is_name(c[len - 1]) && is_digit(c[len + 1])) ||
	       (len && (c[len] == '+' || c[len] == '-') && strchr("eEpP", c[len - 1]) &&
		!((c[len - 1] == 'e' || c[len - 1] == 'E') && c[0] == '0' && (c[1] | 0x20) == 'x')))
		len++;
	return len;
}

static size_t punct_len(const char *c)
{
	static const char *const longer[] = {"...", "..", "<<=", ">>=", "<<", ">>", "->", "::",
					     "==",  "!=", "<=",  ">=",  "&&", "||", "++", "--",
					     "+=",  "-=", "*=",  "/=",  "%=", "&=", "|=", "^="};

	for (size_t i = 0; i < IJ_COUNT(longer); i++)
		if (!strncmp(c, longer[i], strlen(longer[i])))
			return strlen(longer[i]);
	return strchr("()[]{},;*&+-~!|^/%<>=?:.#@", *c) ? 1 : 0;
}

struct ij_error *ij_lexer_one(struct ij_lexer *lex, struct ij_token *tok)
{
	size_t len = lex->src ? 0 : module_len(lex);

	*tok = (struct ij_token){.kind = IJ_TOKEN_MODULE,
				 .text = lex->pos,
				 .column = lex->column,
				 .line = lex->line};
	if (len) {
		/* nothing more to ask */
	} else if (!*lex->pos) {
		tok->kind = IJ_TOKEN_END;
	} else if (is_name_start(*lex->pos)) {
		tok->kind = IJ_TOKEN_NAME;
		while (is_name(lex->pos[len]))
			len++;
	} else if (is_digit(*lex->pos) || (*lex->pos == '.' && is_digit(lex->pos[1]))) {
		tok->kind = IJ_TOKEN_NUMBER;
		len = number_len(lex->pos);
	} else if (*lex->pos == '"' || *lex->pos == '\'') {
		tok->kind = *lex->pos == '"' ? IJ_TOKEN_STRING : IJ_TOKEN_CHAR;
		IJ_TRY(quoted_len(lex, &len));
	} else {
		tok->kind = IJ_TOKEN_PUNCT;
		len = punct_len(lex->pos);
		if (!len)
			return ij_lexer_bad(
				lex, (unsigned char)*lex->pos < 0x20
					     ? "control character"
					     : "a character that C does not know outside strings");
	}
	tok->len = (uint32_t)len;
	step(lex, len);
	if (ij_token_is(tok, "("))
		lex->depth++;
	else if (ij_token_is(tok, ")"))
		lex->depth--;
	return NULL;
}

struct ij_error *ij_tokens_init(struct ij_tokens *toks, const char *text, bool lines)
{
	struct ij_lexer lex = {.toks = toks, .pos = text, .column = 1, .lines = lines};
	struct ij_token tok = {0};

	*toks = (struct ij_tokens){.text = text};
	if (strlen(text) > IJ_CALL_TEXT_MAX)
		return ij_error_new(LIMIT, "%s: %zu bytes are too long; at most %d are read",
				    ij_quote(text, strlen(text)).str, strlen(text),
				    IJ_CALL_TEXT_MAX);
	do {
		struct ij_error *err = ij_lexer_space(&lex);

		if (!err)
			err = ij_lexer_one(&lex, &tok);
		if (!err)
			err = ij_vec_push(&toks->list, tok);
		if (err) {
			ij_tokens_deinit(toks);
			return err;
		}
	} while (tok.kind != IJ_TOKEN_END);
	return NULL;
}

void ij_tokens_deinit(struct ij_tokens *toks)
{
	ij_vec_deinit(&toks->list);
}
