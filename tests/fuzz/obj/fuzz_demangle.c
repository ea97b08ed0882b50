/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a symbol is called, its name is made readable, or left as it is, in bounds. */
#include <stdlib.h>
#include <string.h>

#include "obj/demangle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IJ_STRBUF_AUTO out = {0};
	char *name = strndup((const char *)data, size);

	if (!name)
		abort();
	ij_strbuf_puts(&out, "(");
	ij_demangle(name, &out);
	/* Something is always said of a name that is none. */
	if (!out.failed && (out.str[0] != '(' || (*name && out.len < 2)))
		abort();
	free(name);
	return 0;
}
