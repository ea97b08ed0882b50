/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls as they are typed, and what any bytes that they leave look like: a line is a word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/syscall.h"
#include "lang/systypes.h"

#define require(cond)                                           \
	do {                                                    \
		if (!(cond)) {                                  \
			fprintf(stderr, "not so: %s\n", #cond); \
			abort();                                \
		}                                               \
	} while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORDS_MAX = 10 };

/* All memory lies in what is sent, and whatever comes back can be shown. */
static void check(const struct ij_syscall *call, const uint8_t *data, size_t size)
{
	uint8_t *scratch = calloc(1, call->mem.bytes.len + 1);
	IJ_STRBUF_AUTO out = {0};

	require(scratch && call->text && call->args_len <= IJ_SYSCALL_ARGS_MAX);
	require(call->mem.bytes.len <= IJ_CALL_BYTES_MAX);
	memcpy(scratch, data, size < call->mem.bytes.len ? size : call->mem.bytes.len);
	for (unsigned i = 0; i < call->args_len; i++) {
		const struct ij_sysarg *arg = &call->args[i];
		struct ij_sysview view;
		const uint8_t *bytes;
		struct ij_json json;
		size_t len;

		require(arg->text != NULL);
		if (arg->memory)
			require(arg->value <= call->mem.bytes.len &&
				arg->size <= call->mem.bytes.len - arg->value);
		bytes = ij_syscall_written(call, i, size, scratch, call->mem.bytes.len, &len);
		if (!bytes)
			continue;
		require(len <= arg->size);
		view = (struct ij_sysview){&call->mem, scratch, size};
		ij_systype_print(arg->param.of, arg->param.array, &view, bytes, len, &out);
		ij_json_init(&json, &out);
		ij_systype_json(arg->param.of, arg->param.array, &view, bytes, len, &json, NULL);
	}
	ij_syscall_print_result(call, size, &out);
	free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_prototypes *protos;
	char *words[WORDS_MAX], *text = malloc(size + 1), *save = NULL;
	struct ij_syscall call;
	struct ij_error *err;
	size_t len = 0;

	if (!protos)
		ij_error_free(ij_prototypes_create(&protos));
	require(text && protos);
	memcpy(text, data, size);
	text[size] = 0;
	for (char *word = strtok_r(text, "\n", &save); word && len < WORDS_MAX;
	     word = strtok_r(NULL, "\n", &save))
		words[len++] = word;
	if (len) {
		err = ij_syscall_parse(protos, words, len, &call);
		if (!err) {
			check(&call, data, size);
			ij_syscall_deinit(&call);
		} else {
			require(err->msg && strlen(err->msg) < 1000 && !strchr(err->msg, '\n'));
		}
		ij_error_free(err);
	}
	free(text);
	return 0;
}
