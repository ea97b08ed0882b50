/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments: literals, constant expressions, casts, buffers, and their conversion to parameters. */
#ifndef IJ_LANG_EXPR_H
#define IJ_LANG_EXPR_H

#include "lang/type.h"

struct ij_parser {
	struct ij_tokens toks;
	const struct ij_prototypes *protos; /* borrowed */
	struct ij_texts *texts;             /* of the types made; borrowed */
};

/** TYPE, SYNTAX or UNSUPPORTED: "TEXT: <formatted> at column N". */
#define ij_parser_error(toks, code, column, fmt, ...)                               \
	ij_error_new(code, "%s: " fmt " at column %zu",                             \
		     ij_quote((toks)->text, strlen((toks)->text)).str, __VA_ARGS__, \
		     (size_t)(column))

void ij_arg_deinit(struct ij_arg *arg);

/** int, unsigned int, long or unsigned long. The text is static. */
struct ij_type ij_type_integer(uint32_t size, bool is_unsigned);

/** Is @arg a number without being a pointer? */
bool ij_arg_is_integer(const struct ij_arg *arg);

/** Is @type one of the integer types? (Pointers are none.) */
bool ij_type_is_integer(const struct ij_type *type);

/** @bits cut to @type's size and extended again. */
uint64_t ij_type_wrap(const struct ij_type *type, uint64_t bits);

/** Parse one number token (C17, 6.4.4). */
struct ij_error *ij_literal_number(const struct ij_tokens *toks, const struct ij_token *tok,
				   struct ij_arg *ret) IJ_WARN_UNUSED;
/** Parse one character token. */
struct ij_error *ij_literal_char(const struct ij_tokens *toks, const struct ij_token *tok,
				 struct ij_arg *ret) IJ_WARN_UNUSED;
/** Parse and consume adjacent string tokens. @ret: owned by the caller. */
struct ij_error *ij_literal_string(struct ij_tokens *toks, struct ij_arg *ret) IJ_WARN_UNUSED;

/** @left <op> @right, into @left. Errors: TYPE. */
struct ij_error *ij_arith_binary(const struct ij_tokens *toks, const struct ij_token *op,
				 struct ij_arg *left, const struct ij_arg *right) IJ_WARN_UNUSED;
/** <op> @arg for + - ~ and !. Errors: TYPE. */
struct ij_error *ij_arith_unary(const struct ij_tokens *toks, const struct ij_token *op,
				struct ij_arg *arg) IJ_WARN_UNUSED;

/** Parse a constant expression. @ret: owned by the caller. */
struct ij_error *ij_expr_parse(struct ij_parser *parser, struct ij_arg *ret) IJ_WARN_UNUSED;
/** The same without binary operators: what a cast applies to. */
struct ij_error *ij_expr_unary(struct ij_parser *parser, struct ij_arg *ret) IJ_WARN_UNUSED;

/** Parse `(type)x`, `(char[8])0`, `(int[]){1, 2}`; the current token is the parenthesis. */
struct ij_error *ij_cast_parse(struct ij_parser *parser, struct ij_arg *ret) IJ_WARN_UNUSED;

/** Convert @arg explicitly, as `(type)arg`. The text of @type is kept by the parser's texts. */
struct ij_error *ij_convert_cast(const struct ij_tokens *toks, const struct ij_type *type,
				 struct ij_arg *arg) IJ_WARN_UNUSED;

/**
 * Convert argument number @number (from 1) of @func implicitly to parameter type @type.
 *
 * @src: the argument as typed, for messages.
 * Errors: TYPE.
 */
struct ij_error *ij_convert_param(const char *func, size_t number, const char *src,
				  const struct ij_type *type, struct ij_arg *arg) IJ_WARN_UNUSED;

/** The default argument promotions (C17, 6.5.2.2 p. 6). */
void ij_convert_promote(struct ij_arg *arg);

#endif
