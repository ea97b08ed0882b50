/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call in Go as the one call that the rest of the program knows. */
#include <stdlib.h>
#include <string.h>

#include "lang/call.h"
#include "lang/go.h"
#include "lang/type.h"

/* The first result as a C program would see it. */
static struct ij_type type_of(const struct ij_go_sig *sig)
{
	static const enum ij_type_kind kinds[] = {
		[IJ_GO_BOOL] = IJ_TYPE_BOOL,         [IJ_GO_INT] = IJ_TYPE_INT,
		[IJ_GO_UINT] = IJ_TYPE_UINT,         [IJ_GO_FLOAT] = IJ_TYPE_FLOAT,
		[IJ_GO_STRING] = IJ_TYPE_STRING,     [IJ_GO_SLICE] = IJ_TYPE_POINTER,
		[IJ_GO_INTERFACE] = IJ_TYPE_POINTER, [IJ_GO_POINTER] = IJ_TYPE_POINTER,
	};
	const struct ij_go_type *first = &sig->results[0];

	if (!sig->results_len)
		return (struct ij_type){.kind = IJ_TYPE_VOID, .text = "()"};
	return (struct ij_type){.kind = kinds[first->kind],
				.size = first->size < 8 ? first->size : 8,
				.text = first->text};
}

struct ij_error *ij_call_parse_go(const struct ij_prototypes *protos, const char *text,
				  struct ij_call *ret)
{
	struct ij_call call = {.text = strdup(text)};
	struct ij_error *err = call.text ? ij_go_call_parse(text, &call.go) : ij_error_nomem();

	if (!err)
		err = ij_go_call_declare(call.go, ij_prototypes_go(protos));
	if (!err) {
		call.func = strdup(call.go->name);
		if (!call.func)
			err = ij_error_nomem();
	}
	if (err) {
		ij_call_deinit(&call);
		return err;
	}
	call.ret_known = call.go->sig_known;
	call.ret = call.callee_ret = type_of(&call.go->sig);
	*ret = call;
	return NULL;
}
