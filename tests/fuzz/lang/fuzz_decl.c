/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds the declaration parser; the text of what parses must parse to the same again. */
#include <stdlib.h>
#include <string.h>

#include "lang/type.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static void same_type(const struct ij_type *a, const struct ij_type *b)
{
	require(a->kind == b->kind && a->size == b->size && !strcmp(a->text, b->text));
}

static void check(const struct ij_prototype *proto)
{
	struct ij_prototype *again;

	require(*proto->name && proto->params.len <= IJ_CALL_ARGS_MAX);
	require(!(proto->unspecified && (proto->params.len || proto->variadic)));
	require(!ij_prototype_parse(proto->text, &again));
	require(!strcmp(proto->name, again->name) && proto->params.len == again->params.len);
	require(proto->variadic == again->variadic && proto->unspecified == again->unspecified);
	same_type(&proto->ret, &again->ret);
	for (size_t i = 0; i < proto->params.len; i++)
		same_type(proto->params.items + i, again->params.items + i);
	ij_prototype_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct ij_prototype *proto;
	struct ij_error *err;

	require(text != NULL);
	memcpy(text, data, size);
	text[size] = 0;
	err = ij_prototype_parse(text, &proto);
	if (!err) {
		/* Names that the text makes are known in it only. */
		if (!strstr(text, "typedef"))
			check(proto);
		ij_prototype_destroy(proto);
	} else {
		require(err->msg && strlen(err->msg) < 1000 && !strchr(err->msg, '\n'));
	}
	ij_error_free(err);
	free(text);
	return 0;
}
