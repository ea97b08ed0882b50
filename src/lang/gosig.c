/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go types and signatures (The Go Programming Language Specification, Types). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lang/go.h"

enum { DEPTH_MAX = 16 };

static const struct {
	const char *name;
	enum ij_go_kind kind;
	uint32_t size;
	bool methods;
} named[] = {
	{"bool", IJ_GO_BOOL, 1, false},
	{"int", IJ_GO_INT, 8, false},
	{"int8", IJ_GO_INT, 1, false},
	{"int16", IJ_GO_INT, 2, false},
	{"int32", IJ_GO_INT, 4, false},
	{"int64", IJ_GO_INT, 8, false},
	{"rune", IJ_GO_INT, 4, false},
	{"uint", IJ_GO_UINT, 8, false},
	{"uint8", IJ_GO_UINT, 1, false},
	{"byte", IJ_GO_UINT, 1, false},
	{"uint16", IJ_GO_UINT, 2, false},
	{"uint32", IJ_GO_UINT, 4, false},
	{"uint64", IJ_GO_UINT, 8, false},
	{"uintptr", IJ_GO_UINT, 8, false},
	{"float32", IJ_GO_FLOAT, 4, false},
	{"float64", IJ_GO_FLOAT, 8, false},
	{"string", IJ_GO_STRING, 16, false},
	{"error", IJ_GO_INTERFACE, 16, true},
	{"any", IJ_GO_INTERFACE, 16, false},
	{"unsafe.Pointer", IJ_GO_POINTER, 8, false},
	/* Named types of the standard library whose underlying type is one of these. */
	{"time.Duration", IJ_GO_INT, 8, false},
	{"time.Month", IJ_GO_INT, 8, false},
	{"time.Weekday", IJ_GO_INT, 8, false},
	{"os.FileMode", IJ_GO_UINT, 4, false},
	{"fs.FileMode", IJ_GO_UINT, 4, false},
	{"os.Signal", IJ_GO_INTERFACE, 16, true},
	{"syscall.Signal", IJ_GO_INT, 8, false},
	{"context.Context", IJ_GO_INTERFACE, 16, true},
	{"io.Reader", IJ_GO_INTERFACE, 16, true},
	{"io.Writer", IJ_GO_INTERFACE, 16, true},
};

static void skip_space(const char **pos)
{
	while (**pos == ' ' || **pos == '\t')
		++*pos;
}

static bool is_ident(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || (unsigned char)ch >= 0x80;
}

static struct ij_error *syntax(const char *what, const char *at)
{
	return ij_error_new(SYNTAX, "%s, at '%.20s'", what, at);
}

static bool take(const char **pos, const char *token)
{
	size_t len = strlen(token);

	skip_space(pos);
	if (strncmp(*pos, token, len) || (is_ident(token[0]) && is_ident((*pos)[len])))
		return false;
	*pos += len;
	return true;
}

/* Skip what is between brackets, from behind the opening one on, with all that is nested in it. */
static struct ij_error *skip_brackets(const char **pos, const char *from)
{
	unsigned depth = 1;

	for (; **pos && depth; ++*pos) {
		if (strchr("([{", **pos))
			depth++;
		else if (strchr(")]}", **pos))
			depth--;
	}
	return depth ? syntax("a bracket that is not closed", from) : NULL;
}

static struct ij_error *type_parse(const char **pos, unsigned depth, struct ij_go_type *ret);

/* A type that is only a pointer to us: what follows is skipped. */
static struct ij_error *pointer_rest(const char **pos, unsigned depth, struct ij_go_type *ret)
{
	struct ij_go_type ignored;

	IJ_TRY(type_parse(pos, depth + 1, &ignored));
	ret->kind = IJ_GO_POINTER;
	ret->size = 8;
	return NULL;
}

/* `func(...)` with perhaps results, as a type. */
static struct ij_error *func_rest(const char **pos, unsigned depth, struct ij_go_type *ret)
{
	const char *from = *pos;
	struct ij_go_type ignored;

	ret->kind = IJ_GO_POINTER;
	ret->size = 8;
	if (!take(pos, "("))
		return syntax("`(` is expected", *pos);
	IJ_TRY(skip_brackets(pos, from));
	skip_space(pos);
	if (take(pos, "("))
		return skip_brackets(pos, from);
	if (**pos && !strchr(",)]}", **pos))
		return type_parse(pos, depth + 1, &ignored);
	return NULL;
}

/* `[]T` and `[N]T`, from behind the `[` on. */
static struct ij_error *bracket_rest(const char **pos, unsigned depth, struct ij_go_type *ret)
{
	struct ij_go_type elem;

	if (!take(pos, "]"))
		return ij_error_new(UNSUPPORTED, "arrays are not supported as arguments or results "
						 "of calls in Go yet");
	IJ_TRY(type_parse(pos, depth + 1, &elem));
	ret->kind = IJ_GO_SLICE;
	ret->size = 24;
	ret->elem = elem.kind;
	ret->elem_size = elem.size;
	return NULL;
}

static struct ij_error *name_rest(const char **pos, struct ij_go_type *ret)
{
	const char *from = *pos;
	size_t len;

	while (is_ident(**pos) || (**pos == '.' && is_ident((*pos)[1])) || **pos == '/')
		++*pos;
	len = (size_t)(*pos - from);
	if (!len)
		return syntax("a type is expected", from);
	for (size_t i = 0; i < IJ_COUNT(named); i++) {
		if (strncmp(named[i].name, from, len) || named[i].name[len])
			continue;
		ret->kind = named[i].kind;
		ret->size = named[i].size;
		ret->methods = named[i].methods;
		return NULL;
	}
	return ij_error_new(TYPE,
			    "the type %.*s is not known here; write the type that it is defined as",
			    (int)len, from);
}

static struct ij_error *type_parse(const char **pos, unsigned depth, struct ij_go_type *ret)
{
	if (depth > DEPTH_MAX)
		return ij_error_new(LIMIT, "a type that is nested over %d times", DEPTH_MAX);
	if (take(pos, "*")) {
		/* What it points to need not be known. */
		const char *from = *pos;
		struct ij_error *err = pointer_rest(pos, depth, ret);

		if (!err || err->code != IJ_ERR_TYPE)
			return err;
		ij_error_free(err);
		*pos = from;
		skip_space(pos);
		while (is_ident(**pos) || **pos == '.' || **pos == '/')
			++*pos;
		ret->kind = IJ_GO_POINTER;
		ret->size = 8;
		return NULL;
	}
	if (take(pos, "<-") || take(pos, "chan")) {
		(void)(take(pos, "chan") || take(pos, "<-"));
		return pointer_rest(pos, depth, ret);
	}
	if (take(pos, "map")) {
		const char *from = *pos;

		if (!take(pos, "["))
			return syntax("`[` is expected", *pos);
		IJ_TRY(skip_brackets(pos, from));
		return pointer_rest(pos, depth, ret);
	}
	if (take(pos, "func"))
		return func_rest(pos, depth, ret);
	if (take(pos, "interface")) {
		const char *from = *pos;

		if (!take(pos, "{"))
			return syntax("`{` is expected", *pos);
		ret->kind = IJ_GO_INTERFACE;
		ret->size = 16;
		ret->methods = !take(pos, "}");
		return ret->methods ? skip_brackets(pos, from) : NULL;
	}
	if (take(pos, "struct"))
		return ij_error_new(UNSUPPORTED,
				    "structs are not supported as arguments or results "
				    "of calls in Go yet");
	if (take(pos, "["))
		return bracket_rest(pos, depth, ret);
	skip_space(pos);
	return name_rest(pos, ret);
}

struct ij_error *ij_go_type_parse(const char **pos, struct ij_go_type *ret)
{
	struct ij_go_type type = {0};
	const char *from;

	skip_space(pos);
	from = *pos;
	IJ_TRY(type_parse(pos, 0, &type));
	snprintf(type.text, sizeof(type.text), "%.*s", (int)(*pos - from), from);
	*ret = type;
	return NULL;
}

/* One entry of a parameter list: `T`, `name T`, or a name whose type follows later. */
struct entry {
	const char *pos;
	bool name_alone; /* it may be one */
};

/* Is what stands at @pos a name and then a type? */
static bool has_name(const char *pos)
{
	skip_space(&pos);
	if (!is_ident(*pos))
		return false;
	while (is_ident(*pos))
		pos++;
	if (*pos != ' ' && *pos != '\t')
		return false;
	skip_space(&pos);
	return *pos && *pos != ',' && *pos != ')';
}

static bool is_name_alone(const char *pos)
{
	skip_space(&pos);
	while (is_ident(*pos))
		pos++;
	skip_space(&pos);
	return *pos == ',';
}

static bool is_keyword(const char *pos)
{
	return take(&pos, "chan") || take(&pos, "func") || take(&pos, "map") ||
	       take(&pos, "interface") || take(&pos, "struct");
}

/* Does any entry of the list at @pos have a name? Then all have. */
static bool has_names(const char *pos)
{
	while (*pos && *pos != ')') {
		if (has_name(pos) && !is_keyword(pos))
			return true;
		for (unsigned depth = 0; *pos; pos++) {
			if (strchr("([{", *pos))
				depth++;
			else if (strchr(")]}", *pos) && !depth--)
				return false;
			else if (*pos == ',' && !depth)
				break;
		}
		if (*pos == ',')
			pos++;
	}
	return false;
}

/* From behind the `(` on, up to behind the `)`. */
static struct ij_error *list_parse(const char **pos, struct ij_go_type *types, size_t max,
				   size_t *len_ret, bool *variadic)
{
	bool names = has_names(*pos);
	size_t len = 0, waiting = 0;

	while (!take(pos, ")")) {
		struct ij_go_type type;

		if (len + waiting >= max)
			return ij_error_new(LIMIT, "over %zu parameters or results", max);
		if (names && is_name_alone(*pos)) {
			waiting++;
			while (**pos != ',')
				++*pos;
			++*pos;
			continue;
		}
		skip_space(pos);
		if (names)
			while (is_ident(**pos))
				++*pos;
		if (variadic && take(pos, "..."))
			*variadic = true;
		IJ_TRY(ij_go_type_parse(pos, &type));
		if (variadic && *variadic) {
			char elem[IJ_GO_TYPE_SIZE];

			snprintf(elem, sizeof(elem), "%s", type.text);
			type.elem = type.kind;
			type.elem_size = type.size;
			type.kind = IJ_GO_SLICE;
			type.size = 24;
			snprintf(type.text, sizeof(type.text), "[]%.90s", elem);
		}
		for (waiting++; waiting; waiting--)
			types[len++] = type;
		if (!take(pos, ",") && **pos != ')')
			return syntax("`,` or `)` is expected", *pos);
	}
	if (waiting)
		return syntax("a parameter without a type", *pos);
	*len_ret = len;
	return NULL;
}

struct ij_error *ij_go_sig_parse(const char *text, struct ij_go_sig *ret)
{
	struct ij_go_sig sig = {0};
	const char *pos = text;

	(void)take(&pos, "func");
	if (!take(&pos, "("))
		return syntax("`(` is expected", pos);
	IJ_TRY(list_parse(&pos, sig.params, IJ_GO_PARAMS_MAX, &sig.params_len, &sig.variadic));
	skip_space(&pos);
	if (take(&pos, "(")) {
		IJ_TRY(list_parse(&pos, sig.results, IJ_GO_RESULTS_MAX, &sig.results_len, NULL));
	} else if (*pos) {
		IJ_TRY(ij_go_type_parse(&pos, &sig.results[0]));
		sig.results_len = 1;
	}
	skip_space(&pos);
	if (*pos)
		return syntax("nothing more is expected", pos);
	*ret = sig;
	return NULL;
}
