/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of GDB/MI as anybody may send them: they are commands with arguments, or are refused. */
#include <stdint.h>
#include <string.h>

#include "repl/gdb/mi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"t", "c:", "-function:", NULL};
	char *line = strndup((const char *)data, size);
	struct ij_mi_call call;
	struct ij_error *err;
	const char *arg = NULL;
	int idx = 0;

	if (!line)
		return 0;
	err = ij_mi_parse(line, &call);
	if (!err && call.name)
		err = ij_mi_split(&call);
	while (!err && call.name && idx >= 0)
		err = ij_mi_option(&call, names, &idx, &arg);
	for (size_t i = call.at; !err && i < call.argc; i++) {
		struct ij_text text = {0};

		ij_mi_quote(&text, call.argv[i], strlen(call.argv[i]));
		ij_text_deinit(&text);
	}
	ij_error_free(err);
	ij_mi_call_deinit(&call);
	free(line);
	return 0;
}
