/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions as errors tell them: by what they take, in names that a person would use. */
#include <ctype.h>
#include <string.h>

#include "session/host.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Behind the template arguments that begin at @pos, if any do. */
static const char *behind_args(const char *pos)
{
	unsigned depth = 0;

	if (*pos != '<')
		return pos;
	for (; *pos; pos++) {
		depth += *pos == '<';
		if (*pos == '>' && !--depth)
			return pos + 1;
	}
	return pos;
}

/* "const allocator &" of "const std::allocator<char> &". */
static void shorten(const char *text, struct ij_strbuf *out)
{
	static const char anonymous[] = "(anonymous namespace)::";

	while (*text) {
		const char *word = text;

		if (!strncmp(text, anonymous, sizeof(anonymous) - 1)) {
			text += sizeof(anonymous) - 1;
			continue;
		}
		if (!is_word(*text)) {
			ij_strbuf_add(out, text++, 1);
			continue;
		}
		while (is_word(*text))
			text++;
		/* What stands before the last `::` is left out. */
		if (strncmp(behind_args(text), "::", 2) != 0 || !is_word(behind_args(text)[2]))
			ij_strbuf_add(out, word, (size_t)(text - word));
		text = behind_args(text);
		text += strncmp(text, "::", 2) ? 0 : 2;
	}
}

static void tell(const struct ij_host_told *told, const char *name, bool whole,
		 struct ij_strbuf *out)
{
	const struct ij_ctype *type = ij_ctype_strip(told->type);
	bool first = true;

	ij_strbuf_printf(out, "%s(", name);
	IJ_VEC_EACH (&type->params, it) {
		IJ_STRBUF_AUTO text = {0};

		if (it->is_artificial)
			continue;
		ij_strbuf_puts(out, first ? "" : ", ");
		first = false;
		ij_ctype_text(it->type, NULL, &text);
		if (whole)
			ij_strbuf_puts(out, ij_strbuf_get(&text));
		else
			shorten(ij_strbuf_get(&text), out);
		out->failed = out->failed || text.failed;
	}
	if (type->is_variadic)
		ij_strbuf_puts(out, first ? "..." : ", ...");
	ij_strbuf_puts(out, ")");
}

/* Are there two that short names do not tell apart? */
static struct ij_error *are_alike(const struct ij_host_told *told, size_t len, bool *ret)
{
	*ret = false;
	for (size_t i = 0; i < len; i++)
		for (size_t j = 0; j < i; j++) {
			IJ_STRBUF_AUTO a = {0}, b = {0};

			tell(&told[i], told[i].name, false, &a);
			tell(&told[j], told[j].name, false, &b);
			IJ_TRY(ij_strbuf_error(&a));
			IJ_TRY(ij_strbuf_error(&b));
			*ret = *ret || !strcmp(a.str, b.str);
		}
	return NULL;
}

struct ij_error *ij_host_tell(const struct ij_host_told *told, size_t n, bool is_method,
			      struct ij_strbuf *out)
{
	size_t len = n < IJ_HOST_TOLD_MAX ? n : IJ_HOST_TOLD_MAX;
	bool whole = false;

	if (is_method)
		IJ_TRY(are_alike(told, len, &whole));
	for (size_t i = 0; i < len; i++) {
		ij_strbuf_puts(out, i ? ", " : "");
		if (is_method)
			tell(&told[i], told[i].name, whole, out);
		else
			ij_ctype_text(told[i].type, told[i].name, out);
	}
	if (n > len)
		ij_strbuf_printf(out, " and %zu more", n - len);
	return ij_strbuf_error(out);
}
