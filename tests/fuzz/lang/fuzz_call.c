/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds the call parser; what parses must be whole, and its result must print. */
#include <stdlib.h>
#include <string.h>

#include "lang/call.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* Every kind of parameter, under short names. */
static const char *const decls[] = {
	"int i(int, unsigned char, _Bool)",
	"char *s(const char *, void *, int *, void (*)(int))",
	"double d(float, double, long double)",
	"long v(const char *, ...)",
	"void o()",
};

static struct ij_prototypes *setup(void)
{
	struct ij_prototypes *protos;

	require(!ij_prototypes_create(&protos));
	for (size_t i = 0; i < IJ_COUNT(decls); i++)
		require(!ij_prototypes_add(protos, decls[i]));
	return protos;
}

static void check(const struct ij_call *call)
{
	struct ij_result_regs regs = {.rax = 0x8000000000000041, .xmm0 = {0x4004000000000000}};
	IJ_STRBUF_AUTO out = {0};
	size_t bytes = 0;

	require(call->args.len <= IJ_CALL_ARGS_MAX && call->column);
	require((call->func && *call->func && !call->addr) || (!call->func && call->addr));
	for (size_t i = 0; i < call->args.len; i++) {
		const struct ij_arg *arg = call->args.items + i;

		require(arg->type.text && arg->type.size && arg->type.size <= 16 && arg->column);
		require((arg->kind == IJ_ARG_BYTES || arg->kind == IJ_ARG_SYMBOL) ==
			(arg->bytes != NULL));
		require(!arg->bytes || arg->bytes_size);
		bytes += arg->kind == IJ_ARG_BYTES ? arg->bytes_size : 0;
	}
	require(bytes <= IJ_CALL_BYTES_MAX);
	if (!call->ret_known) {
		struct ij_error *err = ij_call_ret_unknown(call);

		require(err && err->msg);
		ij_error_free(err);
		return;
	}
	require(call->ret.text && call->callee_ret.text);
	ij_value_cast(&call->callee_ret, &call->ret, &regs);
	ij_value_print(&call->ret, &regs, "text", &out);
	ij_value_json(&call->ret, &regs, "text", &out);
	require(out.len > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ij_prototypes *protos;
	char *text = malloc(size + 1);
	struct ij_call call;
	struct ij_error *err;

	if (!protos)
		protos = setup();
	require(text != NULL);
	memcpy(text, data, size);
	text[size] = 0;
	err = ij_call_parse(protos, text, &call);
	if (!err) {
		check(&call);
		ij_call_deinit(&call);
	} else {
		require(err->msg && strlen(err->msg) < 1000 && !strchr(err->msg, '\n'));
		require(err->touch == IJ_TOUCH_UNTOUCHED);
	}
	ij_error_free(err);
	free(text);
	return 0;
}
