/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of C++ by what people call them: a scope may be left out, and so may arguments of
 * templates and the types of parameters (gdb/linespec.c; gdb/cp-support.c,
 * cp_fq_symbol_name_matches).
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "debugger/debugger.h"
#include "obj/demangle.h"

enum { PARTS_MAX = 64, NAME_MAX_LEN = 4096 };

/* A part of a name between "::": "Box<int>" is `Box` with `<int>`. */
struct part {
	const char *name, *args; /* args: "" if it has none */
	size_t name_len, args_len;
};

struct name {
	struct part parts[PARTS_MAX];
	size_t len;
	const char *params; /* "(int, char)", without "const" behind it; NULL: none are told */
	size_t params_len;
	bool ok;
};

/* Behind the brackets that are opened at @pos; its end if they never close. */
static const char *behind_brackets(const char *pos)
{
	const char open = *pos, close = open == '<' ? '>' : ')';
	unsigned depth = 0;

	for (; *pos; pos++) {
		depth += *pos == open;
		if (*pos == close && !--depth)
			return pos + 1;
	}
	return pos;
}

/* Behind "operator" and the sign that it is of; @pos: there. */
static const char *behind_operator(const char *pos)
{
	pos += strlen("operator");
	if (isalnum((unsigned char)*pos) || *pos == '_')
		return pos;
	if (*pos == ' ')
		return pos + 1 + strcspn(pos + 1, "(");
	if (!strncmp(pos, "()", 2))
		return pos + 2;
	return pos + strcspn(pos, "( \t");
}

static bool is_word(const char *text, const char *pos)
{
	return pos == text || !(isalnum((unsigned char)pos[-1]) || pos[-1] == '_');
}

/* @text in its parts. What is before the last blank outside of brackets is what it returns. */
static void split(const char *text, struct name *ret)
{
	const char *start = text, *pos = text;
	struct part *part;

	*ret = (struct name){.ok = true};
	for (;;) {
		part = &ret->parts[ret->len];
		*part = (struct part){.name = pos, .args = ""};
		start = pos;
		while (*pos && strncmp(pos, "::", 2) != 0) {
			if (!strncmp(pos, "operator", 8) && is_word(start, pos)) {
				pos = behind_operator(pos);
			} else if (!strncmp(pos, "(anonymous", 10) || !strncmp(pos, "{lambda", 7)) {
				pos += strcspn(pos, *pos == '(' ? ")" : "}");
				pos += *pos != 0;
			} else if (*pos == '<') {
				part->args = pos;
				if (!part->name_len)
					part->name_len = (size_t)(pos - part->name);
				pos = behind_brackets(pos);
				part->args_len = (size_t)(pos - part->args);
			} else if (*pos == '(') {
				break;
			} else if (*pos == ' ') {
				/* A type that is returned, and its scopes. */
				ret->len = 0;
				part = &ret->parts[0];
				*part = (struct part){.name = pos + 1, .args = ""};
				start = ++pos;
			} else {
				pos++;
			}
		}
		if (!part->name_len)
			part->name_len = (size_t)(pos - part->name) - part->args_len;
		ret->len++;
		if (*pos == '(') {
			ret->params = pos;
			ret->params_len = (size_t)(behind_brackets(pos) - pos);
			/* What is in a function, as a lambda, is not meant by its name. */
			ret->ok = !strstr(pos + ret->params_len, "::");
			return;
		}
		if (!*pos)
			return;
		if (ret->len == PARTS_MAX) {
			ret->ok = false;
			return;
		}
		pos += 2;
	}
}

/* The same but for blanks. */
static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a_len && isspace((unsigned char)a[i]))
			i++;
		while (j < b_len && isspace((unsigned char)b[j]))
			j++;
		if (i == a_len || j == b_len)
			return i == a_len && j == b_len;
		if (a[i++] != b[j++])
			return false;
	}
}

static bool matches(const struct name *wanted, const struct name *have, bool whole)
{
	if (!wanted->ok || !have->ok || wanted->len > have->len ||
	    (whole && wanted->len != have->len))
		return false;
	if (wanted->params && (!have->params || !same(wanted->params, wanted->params_len,
						      have->params, have->params_len)))
		return false;
	for (size_t i = 0; i < wanted->len; i++) {
		const struct part *a = &wanted->parts[wanted->len - 1 - i];
		const struct part *b = &have->parts[have->len - 1 - i];

		if (!same(a->name, a->name_len, b->name, b->name_len) ||
		    ((a->args_len || whole) && !same(a->args, a->args_len, b->args, b->args_len)))
			return false;
	}
	return true;
}

bool ij_overload_matches(const char *wanted, const char *symbol, bool whole)
{
	IJ_STRBUF_AUTO text = {0};
	struct name a, b;

	if (strlen(wanted) > NAME_MAX_LEN || strncmp(symbol, "_Z", 2) != 0)
		return !strcmp(wanted, symbol);
	ij_demangle(symbol, &text);
	if (text.failed || !text.str)
		return false;
	split(wanted, &a);
	split(text.str, &b);
	return matches(&a, &b, whole);
}

bool ij_overload_word(const char *wanted, char *ret, size_t size)
{
	struct name name;
	const struct part *last;

	if (strlen(wanted) > NAME_MAX_LEN)
		return false;
	split(wanted, &name);
	if (!name.ok || !name.len)
		return false;
	last = &name.parts[name.len - 1];
	/* Operators are called otherwise by the linker, and what has no name is, too. */
	if (!last->name_len || last->name_len >= size - 16 || !strncmp(last->name, "operator", 8) ||
	    strchr("~({", *last->name))
		return false;
	snprintf(ret, size, "%zu%.*s", last->name_len, (int)last->name_len, last->name);
	return true;
}

/* "f(int)" of "int f<int>(int)". */
static void without_result(const char *text, struct ij_strbuf *out)
{
	struct name name;

	split(text, &name);
	ij_strbuf_puts(out, name.ok && name.len ? name.parts[0].name : text);
}

/* "main(int, char**)", as its parameters say. */
static void with_parameters(const char *name, const struct ij_ctype *type, struct ij_strbuf *out)
{
	bool first = true;

	ij_strbuf_printf(out, "%s(", name);
	IJ_VEC_EACH (&type->params, it) {
		size_t from = out->len;

		ij_strbuf_puts(out, first ? "" : ", ");
		first = false;
		from = out->len;
		ij_ctype_text(it->type, NULL, out);
		/* No blank is before its stars. */
		for (size_t i = from; !out->failed && i + 1 < out->len; i++)
			if (out->str[i] == ' ' && strchr("*&", out->str[i + 1]))
				memmove(out->str + i, out->str + i + 1, out->len-- - i);
	}
	ij_strbuf_puts(out, ")");
}

struct ij_error *ij_debugger_title(struct ij_debugger *d, uint64_t addr, char **ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = ij_modules_find(s->mods, addr);
	struct ij_debug *debug = NULL;
	struct ij_debug_entry entry;
	IJ_STRBUF_AUTO demangled = {0};
	IJ_STRBUF_AUTO out = {0};
	const char *name = NULL;
	struct ij_error *err;
	uint64_t start = 0;

	*ret = NULL;
	if (!ij_debugger_function(d, addr, &name, &start, NULL))
		return NULL;
	ij_demangle(name, &demangled);
	IJ_TRY(ij_strbuf_error(&demangled));
	if (demangled.len && strcmp(demangled.str, name) != 0) {
		without_result(demangled.str, &out);
	} else {
		err = module ? ij_debugs_of(s->debugs, s->mods, module, &debug) : NULL;
		if (!err && debug)
			err = ij_debug_function_at(debug, start - module->bias, &entry);
		if (!err && debug && entry.is_cxx && entry.type &&
		    entry.type->kind == IJ_CT_FUNCTION)
			with_parameters(name, entry.type, &out);
		else
			ij_strbuf_puts(&out, name);
		ij_error_free(err);
	}
	IJ_TRY(ij_strbuf_error(&out));
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}
