/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines that name targets. */
#include <stdint.h>
#include <string.h>

#include "repl/targets_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct ij_target_line line;
	struct ij_error *err;

	if (!text)
		return 0;
	err = ij_target_line_parse(text, &line);
	if (!err)
		ij_target_line_deinit(&line);
	ij_error_free(err);
	free(text);
	return 0;
}
