/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libiberty's demangler (binutils 2.40; Itanium C++ ABI 5.1, Rust's two schemes), in this file
 * only. */
#include "obj/demangle.h"

#include <string.h>

#ifdef IJ_HAVE_IBERTY
#include <demangle.h>

/* Its time and recursion grow with the name; what it writes can grow faster than that. */
enum { NAME_MAX_LEN = 4096, TEXT_MAX_LEN = 65536 };

struct sink {
	struct ij_strbuf *out;
	size_t len;
};

static void take(const char *text, size_t len, void *ctx)
{
	struct sink *sink = ctx;

	sink->len += len;
	/* It also says nothing, and from nowhere. */
	if (len && sink->len <= TEXT_MAX_LEN)
		ij_strbuf_add(sink->out, text, len);
}

static bool is_rust(const char *name)
{
	size_t len = strlen(name);

	/* `_R...` of the second scheme; of the first a hash of 16 digits at the end. */
	return (name[0] == '_' && name[1] == 'R') ||
	       (len > 20 && !strncmp(name + len - 20, "17h", 3) && name[len - 1] == 'E');
}

void ij_demangle(const char *name, struct ij_strbuf *out)
{
	IJ_STRBUF_AUTO text = {0};
	struct sink sink = {.out = &text};
	bool cxx = name[0] == '_' && name[1] == 'Z';

	if ((cxx || is_rust(name)) && strlen(name) <= NAME_MAX_LEN &&
	    ((is_rust(name) && rust_demangle_callback(name, DMGL_PARAMS, take, &sink)) ||
	     (cxx && cplus_demangle_v3_callback(name, DMGL_PARAMS | DMGL_ANSI, take, &sink))) &&
	    sink.len <= TEXT_MAX_LEN && !text.failed && text.len) {
		ij_strbuf_puts(out, text.str);
		return;
	}
	ij_strbuf_puts(out, name);
}
#else
void ij_demangle(const char *name, struct ij_strbuf *out)
{
	ij_strbuf_puts(out, name);
}
#endif
