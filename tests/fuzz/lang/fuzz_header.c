/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds the reader of headers: what it takes can be used, and what it says is one line with a
 * place. */
#include <stdlib.h>
#include <string.h>

#include "lang/declaration.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void check(const struct ij_declared *declared)
{
	IJ_VEC_EACH (&declared->functions, it) {
		const struct ij_prototype *proto = *it;

		require(*proto->name && *proto->text && proto->ret.text && *proto->ret.text);
		require(proto->params.len <= IJ_CALL_ARGS_MAX);
		IJ_VEC_EACH (&proto->params, param)
			require(param->size && *param->text);
	}
	IJ_VEC_EACH (&declared->bad, bad) {
		require(*bad->name);
		require(!strncmp(bad->error->msg, "x.h:", 4) && !strchr(bad->error->msg, '\n'));
	}
	IJ_VEC_EACH (&declared->typedefs.list, def)
		require(*def->name && ij_typedefs_find(&declared->typedefs, def->name,
						       strlen(def->name)) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct ij_declared declared = {0};
	struct ij_error *err;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = 0;
	err = ij_declarations_parse(text, "x.h", &declared);
	check(&declared);
	if (err)
		require(!strncmp(err->msg, "x.h:", 4) && strlen(err->msg) < 1000 &&
			!strchr(err->msg, '\n'));
	ij_error_free(err);
	ij_declared_deinit(&declared);
	free(text);
	return 0;
}
