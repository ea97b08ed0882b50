/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Passing on what a captured call wrote. */
#include "repl/output.h"

void ij_output_pass_on(const struct ij_result *result, const char *cut)
{
	const void *bytes;
	size_t size;
	int stream;

	for (size_t i = 0; (bytes = ij_result_output(result, i, &stream, &size)); i++) {
		FILE *out = stream == 1 ? stdout : stderr;

		fwrite(bytes, 1, size, out);
		fflush(out);
	}
	if (ij_result_output_cut(result))
		fprintf(stderr, "%sthe call wrote more than is shown\n", cut);
}
