/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evaluating expressions of Go while they are read (The Go Programming Language Specification,
 * Expressions). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lang/goeval.h"

enum { DEPTH_MAX = 64, NAME_MAX_SIZE = 512 };

struct ij_error *ij_go_syntax(const struct ij_go_reader *r, const char *what)
{
	return ij_error_new(SYNTAX, "%s at column %zu, found %s%.16s%s", what,
			    (size_t)(r->pos - r->text) + 1, *r->pos ? "'" : "",
			    *r->pos ? r->pos : "the end", *r->pos ? "'" : "");
}

static bool is_ident(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

void ij_go_skip_space(struct ij_go_reader *r)
{
	while (*r->pos == ' ' || *r->pos == '\t')
		r->pos++;
}

bool ij_go_take(struct ij_go_reader *r, const char *token)
{
	size_t len = strlen(token);

	ij_go_skip_space(r);
	if (strncmp(r->pos, token, len) || (is_ident(token[0]) && is_ident(r->pos[len])))
		return false;
	r->pos += len;
	return true;
}

size_t ij_go_ident_len(const char *text)
{
	size_t len = 0;

	if (isdigit((unsigned char)*text))
		return 0;
	while (is_ident(text[len]))
		len++;
	return len;
}

/* ---- Names ---- */

/* As far as a name with its package's path, (*T) and [...] may go. */
static size_t name_span(const char *text)
{
	size_t len = 0;

	for (;;) {
		const char *at = text + len, *end;

		if (is_ident(*at) || (*at && strchr("./-~%", *at))) {
			len++;
		} else if (len && at[-1] == '.' && !strncmp(at, "(*", 2) &&
			   (end = strchr(at, ')')) && end[1] == '.') {
			len = (size_t)(end + 1 - text);
		} else if (!strncmp(at, "[...]", 5)) {
			len += 5;
		} else {
			return len;
		}
	}
}

/* May a name end before text[len]? */
static bool is_cut(const char *text, size_t len)
{
	return !is_ident(text[len]) && (is_ident(text[len - 1]) || text[len - 1] == ']');
}

static bool is_followed_by_call(const char *pos)
{
	while (*pos == ' ')
		pos++;
	return *pos == '(';
}

/* T(x), from the parenthesis on. */
static struct ij_error *conversion_rest(struct ij_go_reader *r, const struct ij_ctype *type,
					struct ij_go_value *ret)
{
	struct ij_go_value value;

	if (!ij_go_take(r, "("))
		return ij_go_syntax(r, "`(` or `{` is expected");
	IJ_TRY(ij_go_expr(r, &value));
	if (!ij_go_take(r, ")"))
		return ij_go_syntax(r, "`)` is expected");
	return ij_go_convert(r->host, &value, type, ret);
}

/* T(x) or T{...}, from behind the type on. */
static struct ij_error *of_type(struct ij_go_reader *r, const struct ij_ctype *type,
				struct ij_go_value *ret)
{
	if (ij_go_take(r, "{"))
		return ij_go_literal_rest(r, type, ret);
	return conversion_rest(r, type, ret);
}

/* One way to read @len bytes of the text as a name. */
static struct ij_error *try_name(struct ij_go_reader *r, const char *prefix, size_t len,
				 struct ij_go_value *ret, bool *found)
{
	const struct ij_ctype *type = NULL;
	const char *from = r->pos;
	char name[NAME_MAX_SIZE];

	*found = false;
	if (len + strlen(prefix) >= sizeof(name))
		return NULL;
	snprintf(name, sizeof(name), "%s%.*s", prefix, (int)len, from);
	IJ_TRY(r->host->lookup(r->host, name, ret, found));
	if (*found) {
		r->pos = from + len;
		return NULL;
	}
	if (!is_followed_by_call(from + len) && from[len] != '{')
		return NULL;
	if (!*prefix)
		IJ_TRY(ij_go_type_basic(r->host, name, len, &type));
	if (!type)
		IJ_TRY(r->host->type(r->host, name, &type));
	if (!type)
		return NULL;
	*found = true;
	r->pos = from + len;
	return of_type(r, type, ret);
}

static struct ij_error *name_rest(struct ij_go_reader *r, struct ij_go_value *ret)
{
	size_t span = name_span(r->pos), ident = ij_go_ident_len(r->pos);
	bool found, in_main = !strncmp(r->pos, "main.", 5);

	if (ident == 3 && is_followed_by_call(r->pos + 3) &&
	    (!strncmp(r->pos, "len", 3) || !strncmp(r->pos, "cap", 3))) {
		bool cap = *r->pos == 'c';

		r->pos += 3;
		return ij_go_len_rest(r, cap, ret);
	}
	if (ident == 4 && is_followed_by_call(r->pos + 4) && !strncmp(r->pos, "make", 4)) {
		r->pos += 4;
		return ij_go_make_rest(r, ret);
	}
	if (ident == 3 && is_followed_by_call(r->pos + 3) && !strncmp(r->pos, "new", 3)) {
		r->pos += 3;
		return ij_go_new_rest(r, ret);
	}
	if (!strncmp(r->pos, "unsafe.Sizeof", 13) && is_followed_by_call(r->pos + 13)) {
		r->pos += 13;
		return ij_go_size_rest(r, ret);
	}
	/* What package main has may be named without it. */
	for (size_t len = span; len; len--) {
		if (!is_cut(r->pos, len))
			continue;
		IJ_TRY(try_name(r, "", len, ret, &found));
		if (!found && !in_main)
			IJ_TRY(try_name(r, "main.", len, ret, &found));
		if (found)
			return NULL;
	}
	return r->host->missing(r->host, r->pos, span);
}

/* ---- Operands ---- */

/* (*T)(x); false: it is something else in parentheses. */
static struct ij_error *pointer_conversion(struct ij_go_reader *r, struct ij_go_value *ret,
					   bool *found)
{
	const char *from = r->pos;
	const struct ij_ctype *type;
	struct ij_error *err;

	*found = false;
	if (!ij_go_take(r, "(") || (ij_go_skip_space(r), *r->pos != '*')) {
		r->pos = from;
		return NULL;
	}
	err = ij_go_read_type(r, &type);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	*found = !err && ij_go_take(r, ")") && is_followed_by_call(r->pos);
	ij_error_free(err);
	if (*found)
		return conversion_rest(r, type, ret);
	r->pos = from;
	return NULL;
}

/* (*path/pkg.T).Method, which the linker calls path/pkg.(*T).Method; false: it is something else.
 */
static struct ij_error *method_expression(struct ij_go_reader *r, struct ij_go_value *ret,
					  bool *found)
{
	const char *type = r->pos + 2, *end = type, *dot = NULL;
	char name[NAME_MAX_SIZE];
	size_t len;
	int size;

	*found = false;
	if (strncmp(r->pos, "(*", 2))
		return NULL;
	for (; is_ident(*end) || (*end && strchr("./-~%", *end)); end++)
		dot = *end == '.' ? end : dot;
	if (strncmp(end, ").", 2))
		return NULL;
	len = ij_go_ident_len(end + 2);
	size = dot ? snprintf(name, sizeof(name), "%.*s.(*%.*s).%.*s", (int)(dot - type), type,
			      (int)(end - dot - 1), dot + 1, (int)len, end + 2)
		   : snprintf(name, sizeof(name), "main.(*%.*s).%.*s", (int)(end - type), type,
			      (int)len, end + 2);
	if (!len || size < 0 || (size_t)size >= sizeof(name))
		return NULL;
	IJ_TRY(r->host->lookup(r->host, name, ret, found));
	if (*found)
		r->pos = end + 2 + len;
	return NULL;
}

static struct ij_error *literal(struct ij_go_reader *r, struct ij_go_value *ret, bool *found)
{
	struct ij_go_arg con = {0};
	struct ij_error *err;

	err = ij_go_literal_parse(r->text, &r->pos, &con, found);
	if (!err && *found && con.bytes) {
		char *copy = ij_arena_alloc(r->host->arena, con.bytes_size + 1);

		if (copy)
			memcpy(copy, con.bytes, con.bytes_size);
		else
			err = ij_error_nomem();
		free(con.bytes);
		con.bytes = copy;
	}
	if (!err && *found)
		*ret = (struct ij_go_value){.con = con};
	return err;
}

static struct ij_error *operand(struct ij_go_reader *r, struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	bool found;

	ij_go_skip_space(r);
	IJ_TRY(method_expression(r, ret, &found));
	if (!found)
		IJ_TRY(pointer_conversion(r, ret, &found));
	if (found)
		return NULL;
	if (*r->pos == '$')
		return ij_go_variable_rest(r, ret);
	if (ij_go_take(r, "(")) {
		IJ_TRY(ij_go_expr(r, ret));
		return ij_go_take(r, ")") ? NULL : ij_go_syntax(r, "`)` is expected");
	}
	if (*r->pos == '[' || !strncmp(r->pos, "map[", 4) || !strncmp(r->pos, "interface{", 10) ||
	    !strncmp(r->pos, "interface {", 11)) {
		IJ_TRY(ij_go_read_type(r, &type));
		return of_type(r, type, ret);
	}
	IJ_TRY(literal(r, ret, &found));
	if (found)
		return NULL;
	if (ij_go_take(r, "func"))
		return ij_error_new(UNSUPPORTED, "a literal of a func is code, which nobody "
						 "compiles here; give a function or a variable");
	if (ij_go_ident_len(r->pos))
		return name_rest(r, ret);
	return ij_go_syntax(r, "an operand is expected");
}

/* ---- What follows an operand ---- */

/* Does something follow that needs the value itself, and is no method of it? */
static bool is_method_call(const char *pos)
{
	size_t len;

	if (*pos++ != '.')
		return false;
	len = ij_go_ident_len(pos);
	return len && is_followed_by_call(pos + len);
}

static struct ij_error *primary(struct ij_go_reader *r, struct ij_go_value *ret)
{
	struct ij_go_value value;
	bool whole;

	ij_go_skip_space(r);
	whole = r->pos == r->arg_from;
	IJ_TRY(operand(r, &value));
	for (;;) {
		struct ij_go_value next;

		ij_go_skip_space(r);
		if (*r->pos && strchr(".[(", *r->pos) && !is_method_call(r->pos) &&
		    strncmp(r->pos, "...", 3))
			IJ_TRY(ij_go_force(r->host, &value));
		if (!strncmp(r->pos, "...", 3))
			break;
		if (ij_go_take(r, ".(")) {
			IJ_TRY(ij_go_assertion(r, &value, &next));
		} else if (ij_go_take(r, ".")) {
			size_t len = ij_go_ident_len(r->pos);
			char name[NAME_MAX_SIZE];

			if (!len || len >= sizeof(name))
				return ij_go_syntax(r, "the name of a field or method is expected");
			snprintf(name, sizeof(name), "%.*s", (int)len, r->pos);
			r->pos += len;
			IJ_TRY(ij_go_select(r->host, &value, name, &next));
		} else if (ij_go_take(r, "[")) {
			IJ_TRY(ij_go_index_rest(r, &value, &next));
		} else if (ij_go_take(r, "(")) {
			IJ_TRY(ij_go_call_rest(r, &value, whole, &next));
		} else {
			break;
		}
		value = next;
	}
	*ret = value;
	return NULL;
}

static struct ij_error *address_of(struct ij_go_reader *r, struct ij_go_value *value,
				   struct ij_go_value *ret)
{
	const struct ij_ctype *type;
	const char *end = r->pos;

	while (end > r->text && end[-1] == ' ')
		end--;
	/* Of a literal there will be a copy in the heap. */
	if (value->type && !value->in_target && end > r->text && end[-1] == '}')
		return ij_go_pointer_to(r->host, value, ret);
	if (value->type && value->origin) {
		struct ij_go_value *origin = value->origin;

		IJ_TRY(ij_go_pointer_to(r->host, value, ret));
		ret->is_kept = true;
		ret->origin = origin;
		return NULL;
	}
	if (!value->type || !value->in_target)
		return ij_error_new(TYPE, "only a variable has an address");
	IJ_TRY(ij_ctypes_pointer(r->host->types, value->type, &type));
	return ij_go_value_make(r->host, type, &value->addr, sizeof(value->addr), ret);
}

static struct ij_error *unary(struct ij_go_reader *r, struct ij_go_value *ret)
{
	struct ij_go_value value;
	char op;

	if (++r->depth > DEPTH_MAX)
		return ij_error_new(LIMIT, "an expression that is nested over %d times", DEPTH_MAX);
	ij_go_skip_space(r);
	op = *r->pos;
	if (op && strchr("+-!^*&", op)) {
		r->pos++;
		IJ_TRY(unary(r, &value));
		IJ_TRY(ij_go_force(r->host, &value));
		if (op == '*')
			IJ_TRY(ij_go_deref(r->host, &value, ret));
		else if (op == '&')
			IJ_TRY(address_of(r, &value, ret));
		else
			IJ_TRY(ij_go_unary(r->host, op, &value, ret));
	} else {
		IJ_TRY(primary(r, ret));
	}
	r->depth--;
	return NULL;
}

/* ---- Binary operators ---- */

static const struct {
	const char *text;
	unsigned level;
} operators[] = {
	/* What begins as another comes first. */
	{"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 3}, {">=", 3}, {"<<", 5},
	{">>", 5}, {"&^", 5}, {"<", 3},  {">", 3},  {"+", 4},  {"-", 4},  {"|", 4},
	{"^", 4},  {"*", 5},  {"/", 5},  {"%", 5},  {"&", 5},
};

static struct ij_error *truth_of(struct ij_go_reader *r, struct ij_go_value *value, bool *ret)
{
	if (!value->type && value->con.kind == IJ_GO_CONST_BOOL) {
		*ret = value->con.u64;
		return NULL;
	}
	if (!value->type || ij_go_class_of(value->type) != IJ_GO_CLASS_BOOL)
		return ij_error_new(TYPE, "&& and || take bools");
	IJ_TRY(ij_go_value_load(r->host, value));
	*ret = value->bytes[0];
	return NULL;
}

static struct ij_error *level_read(struct ij_go_reader *r, unsigned level, struct ij_go_value *ret);

/* The right side is only made sense of where the left one decides. */
static struct ij_error *logical(struct ij_go_reader *r, unsigned level, struct ij_go_value *left)
{
	bool plan = r->host->plan, x, y;
	struct ij_go_value right;
	bool unknown = left->unknown;
	struct ij_error *err;

	IJ_TRY(truth_of(r, left, &x));
	if (x == (level == 1))
		r->host->plan = true;
	err = level_read(r, level + 1, &right);
	if (!err)
		err = ij_go_force(r->host, &right);
	r->host->plan = plan;
	IJ_TRY(err);
	IJ_TRY(truth_of(r, &right, &y));
	*left = (struct ij_go_value){
		.con = {.kind = IJ_GO_CONST_BOOL, .u64 = level == 1 ? x || y : x && y},
		.unknown = unknown || (right.unknown && x != (level == 1))};
	return NULL;
}

static struct ij_error *level_read(struct ij_go_reader *r, unsigned level, struct ij_go_value *ret)
{
	struct ij_go_value left;

	if (++r->depth > DEPTH_MAX * 8)
		return ij_error_new(LIMIT, "an expression that is nested too deeply");
	if (level > 5)
		IJ_TRY(unary(r, &left));
	else
		IJ_TRY(level_read(r, level + 1, &left));
	r->depth--;
	for (size_t i = 0; level <= 5 && i < IJ_COUNT(operators); i++) {
		struct ij_go_value right, both;

		if (operators[i].level != level) {
			/* "<<" is no "<", and "&&" no "&". */
			ij_go_skip_space(r);
			if (!strncmp(r->pos, operators[i].text, strlen(operators[i].text)))
				break;
			continue;
		}
		if (!ij_go_take(r, operators[i].text))
			continue;
		IJ_TRY(ij_go_force(r->host, &left));
		if (level <= 2) {
			IJ_TRY(logical(r, level, &left));
		} else {
			IJ_TRY(level_read(r, level + 1, &right));
			IJ_TRY(ij_go_force(r->host, &right));
			IJ_TRY(ij_go_binary(r->host, operators[i].text, &left, &right, &both));
			left = both;
		}
		i = (size_t)-1;
	}
	*ret = left;
	return NULL;
}

struct ij_error *ij_go_expr(struct ij_go_reader *r, struct ij_go_value *ret)
{
	return level_read(r, 1, ret);
}

struct ij_error *ij_go_eval(struct ij_go_host *host, const char *text, struct ij_go_value *ret)
{
	struct ij_go_reader r = {.host = host, .text = text, .pos = text};
	char name[NAME_MAX_SIZE];
	bool is_set = ij_go_take_target(&r, name, sizeof(name));

	IJ_TRY(ij_go_expr(&r, ret));
	ij_go_skip_space(&r);
	if (*r.pos)
		return ij_go_syntax(&r, "an operator is expected");
	return is_set ? ij_go_keep(host, name, ret) : NULL;
}
