/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tokens of C, and the syntax errors that point at them. */
#ifndef IJ_LANG_LEXER_H
#define IJ_LANG_LEXER_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "lang/directives.h"

struct ij_typedefs;

enum ij_token_kind {
	IJ_TOKEN_END,
	IJ_TOKEN_NAME,
	IJ_TOKEN_NUMBER, /* a preprocessing number (C17, 6.4.8): not checked yet */
	IJ_TOKEN_CHAR,   /* with its quotes; escapes not checked yet */
	IJ_TOKEN_STRING,
	IJ_TOKEN_MODULE, /* `libc.so.6!`, with the exclamation mark */
	IJ_TOKEN_PUNCT,
};

struct ij_token {
	enum ij_token_kind kind;
	uint32_t len;    /* bytes */
	uint32_t column; /* characters from 1; of its line, if the text is a file's */
	uint32_t line;   /* from 1; 0 unless the text is a file's */
	const char *text;
};

/** A text in tokens, and the position of its parser. */
struct ij_tokens {
	const char *text;             /* borrowed */
	const char *file;             /* that the text is of, or NULL; borrowed */
	IJ_VEC(struct ij_token) list; /* the last is END */
	size_t pos;
	unsigned depth;      /* of the parser's recursion, see ij_tokens_enter */
	const char *comment; /* behind the last `//`, or NULL; borrowed from `text` */
	const struct ij_typedefs *typedefs; /* names of types that are known besides; NULL: none */
};

enum { IJ_TOKENS_DEPTH_MAX = 64 };

/**
 * Cut @text into tokens; comments are left out.
 *
 * @lines: line breaks are white space; otherwise they are an error.
 * Errors: SYNTAX, LIMIT (text too long), NOMEM.
 */
struct ij_error *ij_tokens_init(struct ij_tokens *toks, const char *text, bool lines)
	IJ_WARN_UNUSED;

/**
 * Cut the next declaration of @src into tokens, up to its ';', which is left out, or through the
 * body of a function, of which nothing is kept. At the end of the text the only token is END.
 *
 * A comment that begins in the last line of the declaration belongs to it.
 * Errors: SYNTAX, LIMIT, NOMEM; then nothing more can be read of @src.
 */
struct ij_error *ij_tokens_read(struct ij_tokens *toks, struct ij_source *src) IJ_WARN_UNUSED;
void ij_tokens_deinit(struct ij_tokens *toks);

/** The token @ahead of the current one, or END. Borrowed. */
const struct ij_token *ij_tokens_peek(const struct ij_tokens *toks, size_t ahead);
/** Is the token @ahead exactly @text? (A name or punctuation.) */
bool ij_tokens_is(const struct ij_tokens *toks, size_t ahead, const char *text);
bool ij_token_is(const struct ij_token *tok, const char *text);
void ij_tokens_next(struct ij_tokens *toks);
/** Consume the current token if it is @text. */
bool ij_tokens_accept(struct ij_tokens *toks, const char *text);
/** Consume @text, or fail: "expected 'text'". */
struct ij_error *ij_tokens_expect(struct ij_tokens *toks, const char *text) IJ_WARN_UNUSED;
/** Skip a group in (), [] or {} whose opening bracket is the current token. */
struct ij_error *ij_tokens_skip_group(struct ij_tokens *toks) IJ_WARN_UNUSED;

/** One level deeper into a recursive parser; LIMIT when that is too deep. Undone by
 * ij_tokens_leave. */
struct ij_error *ij_tokens_enter(struct ij_tokens *toks) IJ_WARN_UNUSED;
void ij_tokens_leave(struct ij_tokens *toks);

/** Write tokens [first, end) to @out with C's usual spacing. */
void ij_tokens_join(const struct ij_tokens *toks, size_t first, size_t end, struct ij_strbuf *out);

/** What a message begins with: the text, or, in a file, "FILE:LINE:COLUMN" of @tok. */
struct ij_title {
	char str[176];
};
struct ij_title ij_tokens_title(const struct ij_tokens *toks, const struct ij_token *tok);

/** " at column N", or in a file, whose title says it, "". */
struct ij_place {
	char str[24];
};
struct ij_place ij_tokens_place(const struct ij_tokens *toks, const struct ij_token *tok);

/** SYNTAX: "TEXT: expected WHAT at column N, found …". */
struct ij_error *ij_tokens_expected(const struct ij_tokens *toks, const char *what) IJ_WARN_UNUSED;

/** A text for use in messages: cut to a reasonable length, control characters made visible. */
struct ij_quoted {
	char str[72];
};
struct ij_quoted ij_quote(const char *text, size_t len);
struct ij_quoted ij_quote_token(const struct ij_token *tok);

#endif
