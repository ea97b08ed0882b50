/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptype and whatis. */
#include "debugger/debugger.h"
#include "session/evaluate.h"

static struct ij_error *name_type(const struct ij_ctype *type, struct ij_strbuf *out)
{
	ij_ctype_text(type, NULL, out);
	return ij_strbuf_error(out);
}

struct ij_error *ij_debugger_type(struct ij_debugger *d, const char *text, bool expand, char **ret)
{
	struct ij_debugger_host host;
	const struct ij_ctype *type;
	struct ij_arena arena = {0};
	IJ_STRBUF_AUTO out = {0};
	struct ij_error *err;
	struct ij_ast ast;
	bool is_type;

	ij_debugger_host_init(d, NULL, text, &host);
	err = ij_debugger_parse(&host, text, &ast);
	if (!err) {
		err = ij_evaluate_type_of(&host.sh, &ast, &arena, &is_type, &type);
		/* whatis of a typedef is what that stands for, one step of it. */
		if (!err && is_type && !expand && type->kind == IJ_CT_TYPEDEF)
			type = type->target;
		if (!err)
			err = expand ? ij_ctype_define(type, &out) : name_type(type, &out);
		ij_ast_deinit(&ast);
	}
	ij_arena_deinit(&arena);
	if (err)
		err = ij_debugger_reword(err, text, host.said);
	ij_debugger_host_deinit(&host);
	if (err)
		return err;
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}
