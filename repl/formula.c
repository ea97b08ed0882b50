/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evaluating the expressions of a script. */
#include "repl/formula.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "repl/formula_ops.h"
#include "repl/scan.h"

enum { DEPTH_MAX = 64 };

struct eval {
	const struct ij_formula_env *env; /* NULL: only the form is looked at */
	const char *text, *pos;
	unsigned depth, skip; /* skip: not reached, so nothing is evaluated */
	unsigned *column;
};

static struct ij_error *wrong(struct eval *e, const char *at, struct ij_error *err)
{
	*e->column = (unsigned)(at - e->text) + 1;
	return err;
}

#define SYNTAX(e, at, ...) wrong(e, at, ij_error_create(IJ_ERR_SYNTAX, __VA_ARGS__))

static void skip_blanks(struct eval *e)
{
	e->pos += strspn(e->pos, " \t\n");
}

static bool is_idle(const struct eval *e)
{
	return e->skip || !e->env;
}

/* A number of the script's own: decimal, 0x, floating. */
static struct ij_error *parse_number(struct eval *e, struct ij_value *ret)
{
	const char *start = e->pos;
	size_t len = strspn(start, "0123456789abcdefABCDEFxX.");
	bool hex = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');
	char *end;

	errno = 0;
	if (!hex &&
	    (memchr(start, '.', len) || memchr(start, 'e', len) || memchr(start, 'E', len))) {
		*ret = (struct ij_value){.kind = IJ_KIND_FLOAT, .f = strtod(start, &end)};
	} else {
		uint64_t value = strtoull(start, &end, 0);

		*ret = ij_value_int((int64_t)value);
		if (value > INT64_MAX || *end == 'u' || *end == 'U')
			*ret = (struct ij_value){.kind = IJ_KIND_UINT, .u = value};
		end += strspn(end, "uUlL");
	}
	if (errno || end == start || isalnum((unsigned char)*end) || *end == '_')
		return SYNTAX(e, start, "\"%.20s\" is not a number", start);
	e->pos = end;
	return NULL;
}

/* The character that the escape behind the backslash at *@at stands for; moves to its last byte. */
static char unescape(const char **at)
{
	static const char from[] = "ntr0abfv", to[] = "\n\t\r\0\a\b\f\v";
	char c = *++*at;
	const char *hit = strchr(from, c);
	unsigned value = 0, digits = 0;

	if (c >= '0' && c <= '7') {
		for (; digits < 3 && (*at)[digits] >= '0' && (*at)[digits] <= '7'; digits++)
			value = value * 8 + (unsigned)((*at)[digits] - '0');
		*at += digits - 1;
		return (char)value;
	}
	return hit && c ? to[hit - from] : c;
}

static struct ij_error *parse_quoted(struct eval *e, struct ij_value *ret)
{
	const char *start = e->pos;
	size_t len = ij_scan_quoted(start);
	struct ij_text out = {0};

	if (!len)
		return SYNTAX(e, start, "the quotes are not closed");
	for (const char *at = start + 1; at < start + len - 1; at++) {
		char c = *at == '\\' ? unescape(&at) : *at;

		ij_text_add(&out, &c, 1);
	}
	e->pos = start + len;
	if (*start == '\'') {
		bool one = out.len == 1;

		*ret = ij_value_int(one ? (signed char)*out.str : 0);
		ij_text_deinit(&out);
		return one ? NULL : SYNTAX(e, start, "a character constant is one character");
	}
	*ret = (struct ij_value){.kind = IJ_KIND_STRING};
	return ij_text_take(&out, &ret->str);
}

/* What the target evaluates, @len bytes. */
static struct ij_error *target(struct eval *e, size_t len, struct ij_value *ret)
{
	const char *start = e->pos;
	struct ij_error *err;
	unsigned column = 0;
	char *text;

	e->pos += len;
	if (is_idle(e)) {
		*ret = (struct ij_value){.kind = IJ_KIND_UNKNOWN};
		return NULL;
	}
	err = ij_vars_expand(e->env->vars, start, len, &text, &column);
	if (err)
		return wrong(e, start + (column ? column - 1 : 0), err);
	*e->column = 0;
	err = e->env->target(e->env->ctx, text, ret);
	free(text);
	return err;
}

static struct ij_error *parse_variable(struct eval *e, struct ij_value *ret)
{
	size_t len = ij_var_name_len(e->pos + 1);
	const struct ij_value *value;
	const char *start = e->pos;

	if (!len)
		return SYNTAX(e, start, "a variable's name must follow the $");
	e->pos += 1 + len;
	if (is_idle(e)) {
		*ret = (struct ij_value){.kind = IJ_KIND_UNKNOWN};
		return NULL;
	}
	value = ij_vars_get(e->env->vars, start + 1, len);
	if (!value && ij_vars_is_register(e->env->vars, start + 1, len)) {
		e->pos = start;
		return target(e, 1 + len, ret);
	}
	if (!value)
		return wrong(
			e, start,
			ij_error_create(IJ_ERR_NOTFOUND, "no variable $%.*s", (int)len, start + 1));
	return ij_value_dup(value, ret);
}

static bool is_constant(struct eval *e, const char *word, size_t len)
{
	if (strlen(word) != len || memcmp(e->pos, word, len) != 0)
		return false;
	e->pos += len;
	return true;
}

static struct ij_error *parse_level(struct eval *e, unsigned level, struct ij_value *ret);

static struct ij_error *parse_group(struct eval *e, struct ij_value *ret)
{
	const char *start = e->pos++;
	struct ij_error *err = parse_level(e, 0, ret);

	if (err)
		return err;
	skip_blanks(e);
	if (*e->pos != ')') {
		ij_value_deinit(ret);
		return SYNTAX(e, start, "this bracket is not closed");
	}
	e->pos++;
	return NULL;
}

static struct ij_error *parse_primary(struct eval *e, struct ij_value *ret)
{
	const char *problem = NULL;
	size_t len;

	if (*e->pos == '(' && !ij_scan_is_cast(e->pos))
		return parse_group(e, ret);
	if (isdigit((unsigned char)*e->pos))
		return parse_number(e, ret);
	if (*e->pos == '"' || *e->pos == '\'')
		return parse_quoted(e, ret);
	if (*e->pos == '$') {
		len = 1 + ij_var_name_len(e->pos + 1);
		if (e->pos[len] != '.' && e->pos[len] != '[' && strncmp(e->pos + len, "->", 2) != 0)
			return parse_variable(e, ret);
	}
	len = ij_scan_operand(e->pos, &problem);
	if (!len)
		return problem ? SYNTAX(e, e->pos, "%s", problem)
		       : *e->pos
			       ? SYNTAX(e, e->pos, "a value is expected, not \"%.20s\"", e->pos)
			       : SYNTAX(e, e->pos, "the expression ends where a value is expected");
	if (is_constant(e, "NULL", len)) {
		*ret = (struct ij_value){.kind = IJ_KIND_POINTER};
		return NULL;
	}
	if (is_constant(e, "true", len) || is_constant(e, "false", len)) {
		*ret = ij_value_int(e->pos[-2] == 'u');
		return NULL;
	}
	return target(e, len, ret);
}

static struct ij_error *parse_unary(struct eval *e, struct ij_value *ret)
{
	const char *start;
	struct ij_error *err;
	char op;

	skip_blanks(e);
	start = e->pos;
	op = *start;
	if (op != '!' && op != '-' && op != '+' && op != '~')
		return parse_primary(e, ret);
	if (++e->depth > DEPTH_MAX * IJ_OP_LEVELS)
		return wrong(e, start,
			     ij_error_create(IJ_ERR_LIMIT, "the expression is nested too deep"));
	e->pos++;
	err = parse_unary(e, ret);
	e->depth--;
	if (err)
		return err;
	err = ij_formula_unary(op, ret);
	if (err)
		ij_value_deinit(ret);
	return err ? wrong(e, start, err) : NULL;
}

/* The right side of the operator @op, @a its left side, which becomes the value. */
static struct ij_error *apply(struct eval *e, const struct ij_operator *op, unsigned level,
			      struct ij_value *a)
{
	const char *start = e->pos;
	bool lazy = op->id == IJ_OP_AND || op->id == IJ_OP_OR, unreached;
	struct ij_value b;
	struct ij_error *err;

	unreached = lazy && a->kind != IJ_KIND_UNKNOWN && ij_value_true(a) == (op->id == IJ_OP_OR);
	e->pos += strlen(op->text);
	e->skip += unreached;
	err = parse_level(e, level + 1, &b);
	e->skip -= unreached;
	if (err)
		return err;
	if (unreached)
		err = ij_formula_unary('b', a);
	else
		err = ij_formula_binary(op->id, a, &b);
	ij_value_deinit(&b);
	return err ? wrong(e, start, err) : NULL;
}

static struct ij_error *parse_level(struct eval *e, unsigned level, struct ij_value *ret)
{
	struct ij_value value;
	const struct ij_operator *op;
	struct ij_error *err;

	if (level == IJ_OP_LEVELS)
		return parse_unary(e, ret);
	if (++e->depth > DEPTH_MAX * IJ_OP_LEVELS)
		return wrong(e, e->pos,
			     ij_error_create(IJ_ERR_LIMIT, "the expression is nested too deep"));
	err = parse_level(e, level + 1, &value);
	while (!err) {
		skip_blanks(e);
		op = ij_operator_at(e->pos, level);
		if (!op)
			break;
		err = apply(e, op, level, &value);
		if (err)
			ij_value_deinit(&value);
	}
	e->depth--;
	if (err)
		return err;
	*ret = value;
	return NULL;
}

static struct ij_error *evaluate(struct eval *e, const char **end_ret, struct ij_value *ret)
{
	struct ij_value value;

	IJ_CLI_TRY(parse_level(e, 0, &value));
	skip_blanks(e);
	if (*e->pos && !(end_ret && *e->pos == ':')) {
		ij_value_deinit(&value);
		return SYNTAX(e, e->pos, "an operator or the end is expected, not \"%.20s\"",
			      e->pos);
	}
	if (end_ret)
		*end_ret = e->pos;
	*ret = value;
	return NULL;
}

struct ij_error *ij_formula_eval(const struct ij_formula_env *env, const char *text,
				 const char **end_ret, unsigned *column_ret, struct ij_value *ret)
{
	struct eval e = {.env = env, .text = text, .pos = text, .column = column_ret};

	*column_ret = 0;
	return evaluate(&e, end_ret, ret);
}

struct ij_error *ij_formula_check(const char *text, const char **end_ret, unsigned *column_ret)
{
	struct eval e = {.text = text, .pos = text, .column = column_ret};
	struct ij_value value;

	*column_ret = 0;
	IJ_CLI_TRY(evaluate(&e, end_ret, &value));
	ij_value_deinit(&value);
	return NULL;
}
