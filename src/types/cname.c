/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of C++ with arguments of templates, compared (C++17, 17.2; 10.1.7.2 for simple types). */
#include "types/cname.h"

#include <ctype.h>
#include <string.h>

#include "base/types.h"

enum { DEPTH_MAX = 32 };

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

static size_t word_len(const char *text)
{
	size_t len = 0;

	while (is_word(text[len]))
		len++;
	return len;
}

static bool is(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !strncmp(text, word, len);
}

/* Behind the `>` that closes the `<` at @text; NULL: none does. */
static const char *closed(const char *text)
{
	unsigned depth = 0;

	for (; *text; text++) {
		depth += *text == '<';
		if (*text == '>' && text[-1] != '-' && !--depth)
			return text + 1;
	}
	return NULL;
}

/* Are these nothing, or the arguments of a template, at the end of a name or before `::` or `(`? */
static bool are_args(const char *text)
{
	const char *end;

	while (*text == ' ')
		text++;
	if (!*text || *text == '(')
		return true;
	end = *text == '<' ? closed(text) : NULL;
	return end && (!*end || *end == '(' || *end == ':' || *end == ' ');
}

/* Bytes of the operator's name at @text, "operator<". 0: it is none. */
static size_t operator_len(const char *text)
{
	static const char *const names[] = {
		"<=>", "<<=", ">>=", "->*", "()", "[]", "<<", ">>", "<=", ">=", "==", "!=", "->",
		"&&",  "||",  "++",  "--",  "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<",
		">",   "+",   "-",   "*",   "/",  "%",  "&",  "|",  "^",  "~",  "!",  "=",  ","};
	const size_t word = sizeof("operator") - 1;

	if (strncmp(text, "operator", word) != 0 || is_word(text[word]))
		return 0;
	/* `operator<<int>` is `operator<` of int, unless arguments follow `operator<<`. */
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		size_t len = strlen(names[i]);

		if (!strncmp(text + word, names[i], len) && are_args(text + word + len))
			return word + len;
	}
	return 0;
}

size_t ij_cname_base(const char *name)
{
	size_t len = operator_len(name);

	return len ? len : strcspn(name, "<");
}

/* ---- One way of writing ---- */

struct writer {
	const char *pos;
	struct ij_strbuf *out;
	unsigned depth;
};

/* What simple types are made of, and how often it stood there. */
struct specifiers {
	unsigned is_unsigned, is_signed, longs, is_short, is_int, is_char, is_double;
	bool is_const, is_volatile;
};

static bool take_specifier(const char *text, size_t len, struct specifiers *ret)
{
	const struct {
		const char *word;
		unsigned *count;
	} list[] = {
		{"unsigned", &ret->is_unsigned}, {"signed", &ret->is_signed},
		{"long", &ret->longs},           {"short", &ret->is_short},
		{"int", &ret->is_int},           {"char", &ret->is_char},
		{"double", &ret->is_double},
	};

	for (size_t i = 0; i < IJ_COUNT(list); i++)
		if (is(text, len, list[i].word)) {
			++*list[i].count;
			return true;
		}
	return false;
}

static bool are_simple(const struct specifiers *of)
{
	return of->is_unsigned || of->is_signed || of->longs || of->is_short || of->is_int ||
	       of->is_char || of->is_double;
}

static void write_simple(const struct specifiers *of, struct ij_strbuf *out)
{
	if (of->is_unsigned)
		ij_strbuf_puts(out, "unsigned ");
	if (of->is_char)
		ij_strbuf_puts(out, of->is_signed ? "signed char" : "char");
	else if (of->is_double)
		ij_strbuf_puts(out, of->longs ? "long double" : "double");
	else if (of->is_short)
		ij_strbuf_puts(out, "short");
	else
		ij_strbuf_puts(out, of->longs > 1 ? "long long" : of->longs ? "long" : "int");
}

static void skip_blanks(struct writer *w)
{
	while (*w->pos == ' ')
		w->pos++;
}

static void write_argument(struct writer *w);

/* `<...>` or `(...)`. */
static void write_list(struct writer *w)
{
	char close = *w->pos == '<' ? '>' : ')';

	ij_strbuf_add(w->out, w->pos++, 1);
	w->depth++;
	do {
		write_argument(w);
		if (*w->pos == ',')
			ij_strbuf_puts(w->out, ",");
	} while (*w->pos == ',' && w->pos++);
	w->depth--;
	/* What closes something else is not understood, and stays. */
	if (*w->pos)
		ij_strbuf_add(w->out, w->pos, 1);
	w->pos += *w->pos == close || *w->pos;
}

/* "ns::Box<int>::x". */
static void write_path(struct writer *w)
{
	static const char anonymous[] = "(anonymous namespace)::";

	for (;;) {
		size_t len = operator_len(w->pos);

		while (!strncmp(w->pos, anonymous, sizeof(anonymous) - 1))
			w->pos += sizeof(anonymous) - 1;
		len = len ? len : *w->pos == '~' ? 1 + word_len(w->pos + 1) : word_len(w->pos);
		ij_strbuf_add(w->out, w->pos, len);
		w->pos += len;
		if (w->pos[0] == ' ' && w->pos[1] == '<')
			w->pos++;
		if (*w->pos == '<' && w->depth < DEPTH_MAX)
			write_list(w);
		if (strncmp(w->pos, "::", 2) != 0)
			return;
		ij_strbuf_puts(w->out, "::");
		w->pos += 2;
	}
}

/* "3UL", "-1". */
static bool write_number(struct writer *w)
{
	const char *pos = w->pos + (*w->pos == '-');

	if (!isdigit((unsigned char)*pos))
		return false;
	while (isdigit((unsigned char)*pos))
		pos++;
	ij_strbuf_add(w->out, w->pos, (size_t)(pos - w->pos));
	while (is_word(*pos))
		pos++;
	w->pos = pos;
	return true;
}

/* "(ns::Color)5": the number alone tells all. */
static void skip_cast(struct writer *w)
{
	const char *end;

	if (*w->pos != '(' || !strncmp(w->pos, "(anonymous", 10))
		return;
	end = w->pos + strcspn(w->pos, ")<>,");
	if (*end == ')' &&
	    (isdigit((unsigned char)end[1]) || (end[1] == '-' && isdigit((unsigned char)end[2]))))
		w->pos = end + 1;
}

static bool is_tag(const char *text, size_t len)
{
	return is(text, len, "struct") || is(text, len, "class") || is(text, len, "union") ||
	       is(text, len, "enum") || is(text, len, "typename");
}

static bool take_qualifier(const char *text, size_t len, struct specifiers *of)
{
	of->is_const = of->is_const || is(text, len, "const");
	of->is_volatile = of->is_volatile || is(text, len, "volatile");
	return is(text, len, "const") || is(text, len, "volatile");
}

/* The words that a type begins with. */
static void write_specifiers(struct writer *w)
{
	struct specifiers of = {.longs = 0};
	bool named = false;

	for (;;) {
		size_t len;

		skip_blanks(w);
		len = word_len(w->pos);
		if (take_qualifier(w->pos, len, &of) || is_tag(w->pos, len) ||
		    (!named && take_specifier(w->pos, len, &of))) {
			w->pos += len;
			continue;
		}
		if (named || are_simple(&of) ||
		    (!len && *w->pos != '~' && strncmp(w->pos, "(anonymous", 10) != 0))
			break;
		write_path(w);
		named = true;
	}
	if (are_simple(&of))
		write_simple(&of, w->out);
	if (of.is_const)
		ij_strbuf_puts(w->out, " const");
	if (of.is_volatile)
		ij_strbuf_puts(w->out, " volatile");
}

/* Up to what closes or separates arguments. */
static void write_argument(struct writer *w)
{
	skip_blanks(w);
	skip_cast(w);
	if (!write_number(w))
		write_specifiers(w);
	while (*w->pos && *w->pos != '>' && *w->pos != ')' && *w->pos != ',') {
		size_t len = word_len(w->pos);

		if ((*w->pos == '<' || *w->pos == '(') && w->depth < DEPTH_MAX) {
			write_list(w);
			continue;
		}
		if (len && !isdigit((unsigned char)*w->pos))
			ij_strbuf_puts(w->out, " ");
		if (*w->pos != ' ')
			ij_strbuf_add(w->out, w->pos, len ? len : 1);
		w->pos += len ? len : 1;
	}
}

void ij_cname_canonical(const char *name, struct ij_strbuf *out)
{
	struct writer w = {.pos = name, .out = out};

	write_argument(&w);
	/* What is no name stays as it is. */
	ij_strbuf_puts(out, w.pos);
}

/* ---- Comparing ---- */

/* Behind "__cxx11::" at @text, where a name begins; NULL: none such is there. */
static const char *behind_reserved(const char *start, const char *text)
{
	size_t len = word_len(text);

	if ((text > start && is_word(text[-1])) || strncmp(text, "__", 2) != 0 ||
	    strncmp(text + len, "::", 2) != 0)
		return NULL;
	return text + len + 2;
}

/* Where the `>` is that ends the arguments at @text, which stands between some of them. */
static const char *end_of_args(const char *text)
{
	unsigned depth = 0;

	for (; *text; text++) {
		if (*text == '>' && !depth)
			return text;
		depth += *text == '<' || *text == '(';
		depth -= (*text == '>' || *text == ')') && depth;
	}
	return text;
}

/* Are there no more arguments at @text, but in @other? */
static bool ends_early(const char *start, const char *text, const char *other)
{
	return *text == '>' && (*other == ',' || (text > start && text[-1] == '<'));
}

bool ij_cname_alike(const char *name, const char *wanted, enum ij_cname_how how)
{
	const char *a = name, *b = wanted;
	unsigned depth = 0;

	for (;;) {
		const char *a_next = behind_reserved(name, a), *b_next = behind_reserved(wanted, b);

		if (a_next && strncmp(a, b, (size_t)(a_next - a)) != 0) {
			a = a_next;
		} else if (b_next && strncmp(a, b, (size_t)(b_next - b)) != 0) {
			b = b_next;
		} else if (*a == *b) {
			if (!*a)
				return true;
			depth += *a == '<';
			depth -= *a == '>' && depth;
			a++;
			b++;
		} else if (how == IJ_CNAME_BEGUN && depth && ends_early(wanted, b, a)) {
			a = end_of_args(a);
		} else if (how == IJ_CNAME_BEGUN && depth > 1 && ends_early(name, a, b)) {
			b = end_of_args(b);
		} else {
			return false;
		}
	}
}

void ij_cname_instance(const char *demangled, const char *base, size_t base_len,
		       struct ij_strbuf *out)
{
	unsigned depth = 0;

	for (const char *pos = demangled; *pos; pos++) {
		const char *args = pos + base_len;

		if (!depth && !strncmp(pos, base, base_len) &&
		    (pos == demangled || !is_word(pos[-1]))) {
			while (*args == ' ')
				args++;
			if (*args == '<' && closed(args)) {
				ij_strbuf_add(out, pos, (size_t)(closed(args) - pos));
				return;
			}
		}
		depth += *pos == '<' || *pos == '(';
		depth -= (*pos == '>' || *pos == ')') && depth;
	}
}
