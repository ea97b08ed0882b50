/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ptype and whatis. */
#include "debugger/debugger.h"
#include "session/evaluate.h"

/* What points or refers to an object of a class: of an object itself gdb does not say it. */
static bool is_object(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return (type->kind == IJ_CT_POINTER || type->kind == IJ_CT_REFERENCE) &&
	       ij_ctype_strip(type->target)->kind == IJ_CT_STRUCT;
}

static struct ij_error *name_type(const struct ij_ctype *type, struct ij_strbuf *out)
{
	ij_ctype_text(type, NULL, out);
	return ij_strbuf_error(out);
}

/* `real type = zoo::Dog *`, to @out, if what @text is really is something else. */
static void real_type(struct ij_debugger *d, const char *text, struct ij_strbuf *out)
{
	const struct ij_ctype *object = NULL;
	struct ij_debugger_host host;
	struct ij_datum *datum = NULL;
	const struct ij_ctype *before;
	struct ij_error *err = ij_debugger_eval(d, text, NULL, 0, &datum);
	struct ij_val val;

	if (err) {
		ij_error_free(err);
		return;
	}
	val = datum->val;
	before = val.type;
	ij_debugger_host_init(d, NULL, text, &host);
	if (val.reference)
		err = ij_val_make(&datum->arena, val.reference, &val.addr, &val);
	if (!err)
		err = ij_dynamic_value(&host.sh.host, &datum->arena, &val, &object);
	if (!err && val.type != before) {
		ij_strbuf_puts(out, "/* real type = ");
		ij_ctype_text(val.type, NULL, out);
		ij_strbuf_puts(out, " */\n");
	}
	ij_error_free(err);
	ij_debugger_host_deinit(&host);
	ij_datum_free(datum);
}

/* A namespace counts as a type, of which its name is all that is shown. */
static struct ij_error *name_namespace(struct ij_debugger_host *host, const char *name, bool expand,
				       const struct ij_ctype **ret)
{
	struct ij_ctypes *types = host->sh.host.types;
	IJ_STRBUF_AUTO text = {0};
	struct ij_ctype *type;

	ij_strbuf_printf(&text, "%s%s", expand ? "namespace " : "", name);
	IJ_TRY(ij_strbuf_error(&text));
	IJ_TRY(ij_ctypes_new(types, IJ_CT_OTHER, &type));
	*ret = type;
	return ij_ctypes_text(types, text.str, text.len, &type->name);
}

struct ij_error *ij_debugger_type(struct ij_debugger *d, const char *text, unsigned flags,
				  char **ret)
{
	const struct ij_ctype_how how = {.raw = flags & IJ_DEBUGGER_RAW,
					 .no_methods = flags & IJ_DEBUGGER_NO_METHODS,
					 .no_typedefs = flags & IJ_DEBUGGER_NO_TYPEDEFS,
					 .offsets = flags & IJ_DEBUGGER_OFFSETS,
					 .hex = flags & IJ_DEBUGGER_HEX};
	bool expand = flags & IJ_DEBUGGER_EXPAND;
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
		if (err && err->code == IJ_ERR_NOTFOUND && ast.root->kind == IJ_NODE_NAME &&
		    ij_debugger_is_namespace(&host, ast.root->name)) {
			ij_error_free(err);
			err = name_namespace(&host, ast.root->name, expand, &type);
		}
		/* whatis of a typedef is what that stands for, one step of it. */
		if (!err && is_type && !expand && type->kind == IJ_CT_TYPEDEF)
			type = type->target;
		if (!err && how.offsets && ij_ctype_is_aggregate(type))
			ij_strbuf_puts(&out, "/* offset      |    size */  ");
		if (!err)
			ij_strbuf_puts(&out, "type = ");
		if (!err && flags & IJ_DEBUGGER_OBJECT && !is_type && is_object(type))
			real_type(d, text, &out);
		if (!err)
			err = expand ? ij_ctype_define(type, &how, &out) : name_type(type, &out);
		ij_ast_deinit(&ast);
	}
	ij_arena_deinit(&arena);
	if (err)
		err = ij_debugger_reword(err, text, host.said, host.sh.host.is_cxx);
	ij_debugger_host_deinit(&host);
	if (err)
		return err;
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}
