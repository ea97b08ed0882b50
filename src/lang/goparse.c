/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call in Go with constant arguments (The Go Programming Language Specification, Expressions).
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/goval.h"

enum { ARGS_MAX = IJ_GO_PARAMS_MAX, TEXT_MAX = 64 * 1024, DEPTH_MAX = 64 };

struct parser {
	const char *text, *pos;
	unsigned depth;
};

static bool is_ident(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

/* How long the function's name is: a path with dots and slashes, (*T) and [...] in it; 0: none. */
static size_t name_len(const char *text, bool *dotted)
{
	size_t len = 0;

	*dotted = false;
	while (text[len]) {
		if (is_ident(text[len]) || strchr("/-~%", text[len])) {
			len++;
		} else if (text[len] == '.' && len) {
			*dotted = true;
			len++;
			/* (*T) of a method, or a closure's name: func1, func1.2. */
			if (!strncmp(text + len, "(*", 2)) {
				const char *end = strchr(text + len, ')');

				if (!end || end[1] != '.')
					return 0;
				len = (size_t)(end + 1 - text);
			}
		} else if (!strncmp(text + len, "[...]", 5)) {
			len += 5;
		} else {
			break;
		}
	}
	return len;
}

bool ij_go_is_call(const char *text)
{
	bool dotted;
	size_t len;

	while (*text == ' ')
		text++;
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	len = name_len(text, &dotted);
	while (text[len] == ' ')
		len++;
	return dotted && text[len] == '(';
}

bool ij_go_is_decl(const char *text)
{
	while (*text == ' ')
		text++;
	return !strncmp(text, "func", 4) && (text[4] == '(' || text[4] == ' ');
}

static size_t column(const struct parser *p)
{
	return (size_t)(p->pos - p->text) + 1;
}

static struct ij_error *syntax(const struct parser *p, const char *what)
{
	return ij_error_new(SYNTAX, "%s at column %zu, found %s%.16s%s", what, column(p),
			    *p->pos ? "'" : "", *p->pos ? p->pos : "the end", *p->pos ? "'" : "");
}

static void skip_space(struct parser *p)
{
	while (*p->pos == ' ' || *p->pos == '\t')
		p->pos++;
}

static bool take(struct parser *p, const char *token)
{
	size_t len = strlen(token);

	skip_space(p);
	if (strncmp(p->pos, token, len) || (is_ident(token[0]) && is_ident(p->pos[len])))
		return false;
	p->pos += len;
	return true;
}

/* One character of a string or rune, from behind a backslash on. */
static struct ij_error *escape(struct parser *p, uint32_t *ret, bool *byte)
{
	static const char letters[] = "abfnrtv\\'\"", values[] = "\a\b\f\n\r\t\v\\'\"";
	const char *found = strchr(letters, *p->pos);
	unsigned digits = 0, base = 16;
	uint32_t value = 0;

	*byte = false;
	if (*p->pos && found) {
		*ret = (uint8_t)values[found - letters];
		p->pos++;
		return NULL;
	}
	if (*p->pos >= '0' && *p->pos <= '7') {
		base = 8;
		digits = 3;
	} else if (*p->pos == 'x' || *p->pos == 'u' || *p->pos == 'U') {
		digits = *p->pos == 'x' ? 2 : *p->pos == 'u' ? 4 : 8;
		p->pos++;
	}
	if (!digits)
		return syntax(p, "an escape of Go is expected");
	*byte = digits < 4;
	for (; digits; digits--, p->pos++) {
		char ch = (char)tolower((unsigned char)*p->pos);
		unsigned digit = ch >= 'a' ? (unsigned)(ch - 'a') + 10 : (unsigned)(ch - '0');

		if (!isxdigit((unsigned char)ch) || digit >= base)
			return syntax(p, "a digit is expected");
		value = value * base + digit;
	}
	*ret = value;
	return NULL;
}

/* "..." or `...`, from behind the opening quote on. */
static struct ij_error *string_rest(struct parser *p, char quote, struct ij_go_arg *arg)
{
	size_t max = strlen(p->pos) + 4, len = 0;

	arg->kind = IJ_GO_CONST_STRING;
	arg->bytes = malloc(max);
	if (!arg->bytes)
		return ij_error_nomem();
	while (*p->pos && *p->pos != quote) {
		uint32_t rune;
		bool byte;

		if (*p->pos != '\\' || quote == '`') {
			arg->bytes[len++] = *p->pos++;
			continue;
		}
		p->pos++;
		IJ_TRY(escape(p, &rune, &byte));
		if (byte)
			arg->bytes[len++] = (char)rune;
		else
			len += ij_go_utf8_put(arg->bytes + len, rune);
	}
	if (!*p->pos)
		return syntax(p, "the end of a string is expected");
	p->pos++;
	arg->bytes_size = len;
	return NULL;
}

static struct ij_error *rune_rest(struct parser *p, struct ij_go_arg *arg)
{
	uint32_t value = (uint8_t)*p->pos;
	bool byte;

	if (!*p->pos)
		return syntax(p, "a character is expected");
	if (*p->pos++ == '\\') {
		IJ_TRY(escape(p, &value, &byte));
	} else if (value >= 0xc0) {
		unsigned more = value >= 0xf0 ? 3 : value >= 0xe0 ? 2 : 1;

		value &= 0x3fu >> more;
		for (; more && (*p->pos & 0xc0) == 0x80; more--)
			value = value << 6 | ((uint8_t)*p->pos++ & 0x3f);
	}
	if (*p->pos != '\'')
		return syntax(p, "`'` is expected");
	p->pos++;
	arg->kind = IJ_GO_CONST_INT;
	arg->u64 = value;
	return NULL;
}

/* Digits without the underscores that Go allows between them. */
static struct ij_error *number(struct parser *p, struct ij_go_arg *arg)
{
	const char *from = p->pos;
	bool hex = from[0] == '0' && tolower((unsigned char)from[1]) == 'x';
	char digits[80], *end, *start = digits;
	size_t len = 0;
	int base = 0;

	while (is_ident(*p->pos) || *p->pos == '.' ||
	       (strchr("+-", *p->pos) && *p->pos && p->pos > from &&
		strchr(hex ? "pP" : "eE", p->pos[-1]))) {
		if (len + 1 >= sizeof(digits))
			return syntax(p, "a number of fewer digits is expected");
		if (*p->pos != '_')
			digits[len++] = *p->pos;
		p->pos++;
	}
	digits[len] = 0;
	if (strpbrk(digits, hex ? ".pP" : ".eE")) {
		arg->kind = IJ_GO_CONST_FLOAT;
		arg->f64 = strtod(digits, &end);
	} else {
		if (digits[0] == '0' && tolower((unsigned char)digits[1]) == 'o') {
			base = 8;
			start += 2;
		} else if (digits[0] == '0' && tolower((unsigned char)digits[1]) == 'b') {
			base = 2;
			start += 2;
		}
		arg->kind = IJ_GO_CONST_INT;
		errno = 0;
		arg->u64 = strtoull(start, &end, base);
		if (errno)
			return ij_error_new(TYPE, "%s at column %zu does not fit 64 bits", digits,
					    (size_t)(from - p->text) + 1);
	}
	if (*end || end == start) {
		p->pos = from;
		return syntax(p, "a number is expected");
	}
	return NULL;
}

struct ij_error *ij_go_literal_parse(const char *text, const char **pos, struct ij_go_arg *ret,
				     bool *found)
{
	struct parser p = {.text = text, .pos = *pos};
	struct ij_go_arg arg = {.column = column(&p)};
	struct ij_error *err = NULL;

	*found = true;
	if (take(&p, "\""))
		err = string_rest(&p, '"', &arg);
	else if (take(&p, "`"))
		err = string_rest(&p, '`', &arg);
	else if (take(&p, "'"))
		err = rune_rest(&p, &arg);
	else if (take(&p, "true") || take(&p, "false"))
		arg = (struct ij_go_arg){.kind = IJ_GO_CONST_BOOL, .u64 = p.pos[-2] == 'u'};
	else if (take(&p, "nil"))
		arg.kind = IJ_GO_CONST_NIL;
	else if (isdigit((unsigned char)*p.pos) ||
		 (*p.pos == '.' && isdigit((unsigned char)p.pos[1])))
		err = number(&p, &arg);
	else
		*found = false;
	if (err) {
		free(arg.bytes);
		return err;
	}
	if (*found) {
		*pos = p.pos;
		*ret = arg;
	}
	return NULL;
}

static struct ij_error *sum(struct parser *p, unsigned level, struct ij_go_arg *arg);

static struct ij_error *unary(struct parser *p, struct ij_go_arg *arg)
{
	const char *from;
	bool found;

	skip_space(p);
	from = p->pos;
	if (++p->depth > DEPTH_MAX)
		return ij_error_new(LIMIT, "an expression that is nested over %d times", DEPTH_MAX);
	arg->column = column(p);
	IJ_TRY(ij_go_literal_parse(p->text, &p->pos, arg, &found));
	if (found) {
		p->depth--;
		return NULL;
	}
	if (take(p, "-") || take(p, "+")) {
		IJ_TRY(unary(p, arg));
		if (arg->kind == IJ_GO_CONST_FLOAT && *from == '-')
			arg->f64 = -arg->f64;
		else if (arg->kind == IJ_GO_CONST_INT && *from == '-')
			arg->negative = arg->u64 && !arg->negative;
		else if (arg->kind != IJ_GO_CONST_INT && arg->kind != IJ_GO_CONST_FLOAT)
			return syntax(p, "a number is expected");
	} else if (take(p, "(")) {
		IJ_TRY(sum(p, 0, arg));
		if (!take(p, ")"))
			return syntax(p, "`)` is expected");
	} else if (take(p, "[]byte(") || take(p, "[]uint8(")) {
		IJ_TRY(unary(p, arg));
		if (arg->kind != IJ_GO_CONST_STRING || !take(p, ")"))
			return syntax(p, "a string and `)` are expected");
		arg->is_slice = true;
	} else {
		return syntax(p, "a constant is expected");
	}
	p->depth--;
	return NULL;
}

static int64_t as_signed(const struct ij_go_arg *arg)
{
	return (int64_t)(arg->negative ? -arg->u64 : arg->u64);
}

static void set_signed(struct ij_go_arg *arg, int64_t value)
{
	arg->negative = value < 0;
	arg->u64 = value < 0 ? -(uint64_t)value : (uint64_t)value;
}

/* Two integers; @op: a character, '<' and '>' for shifts. False: cannot. */
static bool combine(struct ij_go_arg *a, const struct ij_go_arg *b, char op)
{
	int64_t x = as_signed(a), y = as_signed(b), z = 0;
	bool bad = a->kind != IJ_GO_CONST_INT || b->kind != IJ_GO_CONST_INT;

	if (a->u64 > INT64_MAX || b->u64 > INT64_MAX)
		return false;
	switch (op) {
	case '+':
		bad |= __builtin_add_overflow(x, y, &z);
		break;
	case '-':
		bad |= __builtin_sub_overflow(x, y, &z);
		break;
	case '*':
		bad |= __builtin_mul_overflow(x, y, &z);
		break;
	case '/':
	case '%':
		bad |= !y || (x == INT64_MIN && y == -1);
		if (!bad)
			z = op == '/' ? x / y : x % y;
		break;
	case '<':
		bad |= y < 0 || y > 62 || x < 0 || (y && (uint64_t)x >> (63 - y));
		if (!bad)
			z = (int64_t)((uint64_t)x << y);
		break;
	case '>':
		bad |= y < 0 || y > 63;
		if (!bad)
			z = x >> y;
		break;
	case '&':
		z = x & y;
		break;
	case '|':
		z = x | y;
		break;
	default:
		z = x ^ y;
		break;
	}
	if (!bad)
		set_signed(a, z);
	return !bad;
}

/* Go has two levels of these: + - | ^ and * / % << >> &. */
static char operator_at(struct parser *p, unsigned level)
{
	static const char *const ops[2][6] = {{"+", "-", "|", "^"},
					      {"*", "/", "%", "<<", ">>", "&"}};

	for (size_t i = 0; i < 6 && ops[level][i]; i++)
		if (take(p, ops[level][i]))
			return ops[level][i][0];
	return 0;
}

static struct ij_error *sum(struct parser *p, unsigned level, struct ij_go_arg *arg)
{
	char op;

	IJ_TRY(level ? unary(p, arg) : sum(p, 1, arg));
	while ((op = operator_at(p, level))) {
		struct ij_go_arg other = {0};
		struct ij_error *err = level ? unary(p, &other) : sum(p, 1, &other);
		bool good = !err && combine(arg, &other, op);

		free(other.bytes);
		IJ_TRY(err);
		if (!good)
			return ij_error_new(
				TYPE,
				"the operation at column %zu is not one of integers, or "
				"its result does not fit 64 bits",
				arg->column);
	}
	return NULL;
}

static struct ij_error *args_parse(struct parser *p, struct ij_go_call *call)
{
	while (!take(p, ")")) {
		struct ij_go_arg arg = {0};
		struct ij_error *err;

		if (call->args.len == ARGS_MAX)
			return ij_error_new(LIMIT, "more than %d arguments", ARGS_MAX);
		err = sum(p, 0, &arg);
		if (!err)
			err = ij_vec_push(&call->args, arg);
		if (err) {
			free(arg.bytes);
			return err;
		}
		skip_space(p);
		if (!take(p, ",") && *p->pos != ')')
			return syntax(p, "`,` or `)` is expected");
	}
	skip_space(p);
	return *p->pos ? syntax(p, "nothing more is expected") : NULL;
}

struct ij_error *ij_go_call_parse(const char *text, struct ij_go_call **ret)
{
	struct parser p = {.text = text, .pos = text};
	struct ij_go_call *call;
	struct ij_error *err;
	bool dotted;
	size_t len;

	if (strlen(text) > TEXT_MAX)
		return ij_error_new(LIMIT, "an expression of over %d bytes", TEXT_MAX);
	call = calloc(1, sizeof(*call));
	if (!call)
		return ij_error_nomem();
	skip_space(&p);
	len = name_len(p.pos, &dotted);
	call->name = strndup(p.pos, len);
	p.pos += len;
	if (!call->name)
		err = ij_error_nomem();
	else if (!len || !dotted || !take(&p, "("))
		err = syntax(&p, "`(` is expected");
	else
		err = args_parse(&p, call);
	if (err) {
		ij_go_call_destroy(call);
		return err;
	}
	*ret = call;
	return NULL;
}

void ij_go_call_destroy(struct ij_go_call *call)
{
	if (!call)
		return;
	ij_go_call_destroy(call->before);
	IJ_VEC_EACH (&call->args, arg) {
		free(arg->bytes);
		free(arg->made);
		free(arg->fixes);
	}
	ij_vec_deinit(&call->args);
	free(call->name);
	free(call->fallback);
	free(call);
}
