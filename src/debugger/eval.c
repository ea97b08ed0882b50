/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions and their values. */
#include <string.h>

#include "debugger/debugger.h"

static bool is_type(void *ctx, const char *name)
{
	const struct ij_ctype *type = NULL;
	struct ij_error *err = ij_host_type(ctx, 0, name, &type);

	ij_error_free(err);
	return !err && type;
}

struct ij_error *ij_debugger_parse(struct ij_debugger_host *host, const char *text,
				   struct ij_ast *ast_ret)
{
	const struct ij_ast_names names = {is_type, &host->sh.host};

	IJ_TRY(ij_session_refresh(host->sh.s));
	return ij_ast_parse(text, &names, ast_ret);
}

/* A temporary object is kept as it was before it ended; what it points to may be gone with it. */
static struct ij_error *view(void *ctx, struct ij_val *val)
{
	(void)ctx;
	(void)val;
	return NULL;
}

static struct ij_error *evaluate(struct ij_debugger_host *host, const struct ij_ast *ast, bool dry,
				 struct ij_datum *datum)
{
	const struct ij_eval_viewer viewer = {view, NULL};
	unsigned calls;

	if (ast->root->kind == IJ_NODE_TYPE)
		return ij_error_new(TYPE, "Attempt to use a type as an expression");
	if (dry)
		return ij_eval_plan(&host->sh.host, ast, &datum->arena, &datum->val, &calls);
	IJ_TRY(ij_eval_run(&host->sh.host, ast, &datum->arena, &viewer, &datum->val));
	if (datum->val.is_scratch)
		return ij_error_new(TYPE,
				    "Attempt to take address of value not located in memory.");
	/* The same object and function may be of use later; a bit-field by its value. */
	if (datum->val.bit_size) {
		struct ij_val bits = datum->val;

		IJ_TRY(ij_val_set_integer(&datum->arena, bits.type, ij_val_integer(&bits),
					  &datum->val));
	}
	return NULL;
}

/* What came of the call that was made last. @err: of the evaluation; borrowed. */
static void keep_call(struct ij_debugger *d, struct ij_debugger_host *host, const char *text,
		      const struct ij_call_options *options, const struct ij_error *err)
{
	struct ij_session_host *sh = &host->sh;
	struct ij_report report = {.pid = sh->s->pid,
				   .session = sh->s,
				   .expr = text,
				   .call = &sh->call,
				   .result = &sh->made,
				   .forced = options->force,
				   .explain = options->explain,
				   .pause_ns = sh->pause_ns,
				   .call_ns = sh->call_ns};
	struct ij_error *copy = NULL;

	if (!sh->called)
		return;
	ij_result_free(d->last_call);
	d->last_call = ij_result_new();
	if (err)
		copy = ij_error_make(err->code, err->os, err->where, "%s", err->msg);
	sh->made.error = copy;
	report.error = copy;
	ij_result_fill(d->last_call, &report, &sh->made);
	sh->called = false;
}

const struct ij_result *ij_debugger_last_call(const struct ij_debugger *d)
{
	return d->last_call;
}

struct ij_error *ij_debugger_eval(struct ij_debugger *d, const char *text,
				  const struct ij_call_options *given, unsigned flags,
				  struct ij_datum **ret)
{
	struct ij_datum *datum = calloc(1, sizeof(*datum));
	struct ij_call_options options;
	struct ij_debugger_host host;
	struct ij_ast ast;
	struct ij_error *err;

	if (!datum)
		return ij_error_nomem();
	err = ij_call_options_of(given, &options);
	if (err) {
		free(datum);
		return err;
	}
	d->interrupted = 0;
	ij_session_begin(ij_debugger_names(d));
	d->has_call_event = d->used_frame = false;
	ij_debugger_host_init(d, d->target || d->inf ? &options : NULL, text, &host);
	err = ij_debugger_parse(&host, text, &ast);
	if (!err) {
		err = evaluate(&host, &ast, flags & IJ_DEBUGGER_DRY, datum);
		ij_ast_deinit(&ast);
	}
	keep_call(d, &host, text, &options, err);
	if (err)
		err = ij_debugger_reword(err, text, host.said, host.sh.host.is_cxx);
	ij_debugger_host_deinit(&host);
	if (err)
		ij_datum_free(datum);
	else
		*ret = datum;
	return err;
}

struct ij_error *ij_debugger_fetch(struct ij_debugger *d, struct ij_datum *datum)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);
	uint64_t size = type->kind == IJ_CT_REFERENCE ? sizeof(ij_addr) : type->size;

	IJ_TRY(ij_ctype_complete(type));
	if (datum->val.bytes || type->kind == IJ_CT_FUNCTION)
		return NULL;
	datum->val.bytes = ij_arena_alloc(&datum->arena, size ? size : 1);
	if (!datum->val.bytes)
		return ij_error_nomem();
	return ij_debugger_read(d, datum->val.addr, datum->val.bytes, size);
}

void ij_datum_free(struct ij_datum *datum)
{
	if (!datum)
		return;
	ij_arena_deinit(&datum->arena);
	free(datum);
}

void ij_datum_how_init(struct ij_datum_how *how, size_t size)
{
	*how = (struct ij_datum_how){.size = size,
				     .elements = IJ_SHOW_ELEMENTS,
				     .repeats = IJ_SHOW_REPEATS,
				     .depth = IJ_SHOW_DEPTH};
}

static struct ij_error *take_text(struct ij_strbuf *text, char **ret)
{
	struct ij_error *err = ij_strbuf_error(text);

	if (!err && !text->str) {
		text->str = strdup("");
		err = text->str ? NULL : ij_error_nomem();
	}
	if (err)
		return err;
	*ret = text->str;
	*text = (struct ij_strbuf){0};
	return NULL;
}

/* What @val, a reference, refers to. */
static void refer(struct ij_val *val)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type);

	if (type->kind == IJ_CT_REFERENCE && val->bytes)
		*val = (struct ij_val){
			.type = type->target, .place = IJ_VAL_TARGET, .addr = ij_val_address(val)};
	val->reference = NULL;
}

struct ij_error *ij_datum_text(struct ij_debugger *d, const struct ij_datum *datum,
			       const struct ij_datum_how *given, char **ret)
{
	struct ij_datum whole = {.val = datum->val};
	const struct ij_ctype *object = NULL;
	struct ij_debugger_host host;
	IJ_STRBUF_AUTO text = {0};
	struct ij_show_how how;
	struct ij_error *err;

	if (ij_datum_is_void(datum)) {
		ij_strbuf_puts(&text, "void");
		return take_text(&text, ret);
	}
	ij_show_how_init(&how);
	how.all_digits = how.follow = how.statics = true;
	if (given) {
		how = (struct ij_show_how){
			.format = given->format,
			.elements = given->elements,
			.repeats = given->repeats,
			.depth = given->depth,
			.pretty = given->pretty,
			.array = given->array,
			.indexes = given->indexes,
			.null_stop = given->null_stop,
			.sevenbit = given->sevenbit,
			.no_union = given->no_union,
			.no_address = given->no_address,
			.no_symbol = given->no_symbol,
			.all_digits = true,
			.no_type = given->bare,
			.follow = true,
			.statics = !given->no_statics,
		};
	}
	/* A part of another value was not read yet. */
	if (given && given->through)
		refer(&whole.val);
	err = whole.val.reference ? ij_val_make(&whole.arena, datum->val.reference,
						&datum->val.addr, &whole.val)
				  : ij_debugger_fetch(d, &whole);
	if (err) {
		ij_arena_deinit(&whole.arena);
		return err;
	}
	ij_debugger_host_init(d, NULL, "", &host);
	if (given && given->object)
		err = ij_dynamic_value(&host.sh.host, &whole.arena, &whole.val, &object);
	if (!err)
		err = ij_debugger_fetch(d, &whole);
	if (!err && object && !how.no_type)
		ij_strbuf_printf(&text, "(%s) ", object->name);
	if (!err)
		err = ij_show_as(&host.sh.host, &whole.val, &how, &text);
	if (!err)
		err = take_text(&text, ret);
	else
		err = ij_debugger_reword(err, "", host.said, host.sh.host.is_cxx);
	ij_debugger_host_deinit(&host);
	ij_arena_deinit(&whole.arena);
	return err;
}

unsigned ij_debugger_history(const struct ij_debugger *d)
{
	return ij_debugs_history(d->debugs);
}

const char *ij_debugger_convenience(const struct ij_debugger *d, size_t idx)
{
	return ij_debugs_name(d->debugs, idx);
}

struct ij_error *ij_debugger_complete(struct ij_debugger *d, const char *prefix, size_t max,
				      char ***ret, size_t *len_ret)
{
	return ij_session_names(ij_debugger_names(d), prefix, max, ret, len_ret);
}

struct ij_error *ij_datum_type(const struct ij_datum *datum, char **ret)
{
	IJ_STRBUF_AUTO text = {0};

	ij_ctype_text(datum->val.reference ? datum->val.reference : datum->val.type, NULL, &text);
	return take_text(&text, ret);
}

bool ij_datum_is_scalar(const struct ij_datum *datum)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);

	if (type->kind == IJ_CT_REFERENCE)
		type = ij_ctype_strip(type->target);
	return !ij_ctype_is_aggregate(type) && type->kind != IJ_CT_ARRAY;
}

bool ij_datum_is_integer(const struct ij_datum *datum)
{
	return ij_ctype_is_integer(ij_ctype_strip(datum->val.type));
}

bool ij_datum_is_void(const struct ij_datum *datum)
{
	return ij_ctype_strip(datum->val.type)->kind == IJ_CT_VOID;
}

bool ij_datum_integer(const struct ij_datum *datum, int64_t *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);

	if (type->kind == IJ_CT_FLOAT && datum->val.bytes)
		*ret = (int64_t)ij_val_float(&datum->val);
	else if ((ij_ctype_is_integer(type) || type->kind == IJ_CT_POINTER) && datum->val.bytes)
		*ret = (int64_t)ij_val_integer(&datum->val);
	else if (type->kind == IJ_CT_FUNCTION)
		*ret = (int64_t)datum->val.addr;
	else
		return false;
	return true;
}

bool ij_datum_float(const struct ij_datum *datum, double *ret)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);

	if (!datum->val.bytes || !ij_ctype_is_arithmetic(type) || type->kind == IJ_CT_COMPLEX)
		return false;
	*ret = type->kind == IJ_CT_FLOAT    ? (double)ij_val_float(&datum->val)
	       : ij_ctype_is_unsigned(type) ? (double)(unsigned __int128)ij_val_integer(&datum->val)
					    : (double)ij_val_integer(&datum->val);
	return true;
}

bool ij_datum_address(const struct ij_datum *datum, uint64_t *ret)
{
	if (datum->val.place != IJ_VAL_TARGET)
		return false;
	*ret = datum->val.addr;
	return true;
}

uint64_t ij_datum_size(const struct ij_datum *datum)
{
	return ij_ctype_strip(datum->val.type)->size;
}

/* Up to the NUL at @addr, or as far as memory can be read. */
static struct ij_error *read_text(struct ij_debugger *d, ij_addr addr, size_t max,
				  struct ij_strbuf *out)
{
	bool any = false;

	while (out->len < max) {
		char part[256];
		size_t size = sizeof(part) - addr % sizeof(part);
		struct ij_error *err;

		size = size < max - out->len ? size : max - out->len;
		err = ij_debugger_read(d, addr, part, size);
		if (err && any) {
			ij_error_free(err);
			break;
		}
		IJ_TRY(err);
		any = true;
		ij_strbuf_add(out, part, strnlen(part, size));
		if (memchr(part, 0, size))
			break;
		addr += size;
	}
	return NULL;
}

struct ij_error *ij_datum_string(struct ij_debugger *d, const struct ij_datum *datum, size_t max,
				 char **ret)
{
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);
	IJ_STRBUF_AUTO text = {0};

	if (type->kind == IJ_CT_ARRAY && datum->val.bytes && type->size < max)
		max = type->size;
	if (type->kind == IJ_CT_ARRAY && datum->val.bytes)
		ij_strbuf_add(&text, (const char *)datum->val.bytes,
			      strnlen((const char *)datum->val.bytes, max));
	else if (type->kind == IJ_CT_POINTER || ij_ctype_is_integer(type))
		IJ_TRY(read_text(d, ij_val_address(&datum->val), max, &text));
	else
		return ij_error_new(TYPE, "Value can't be converted to a string.");
	return take_text(&text, ret);
}

struct ij_error *ij_debugger_keep(struct ij_debugger *d, const struct ij_datum *datum,
				  unsigned *ret)
{
	return ij_debugs_keep(d->debugs, NULL, &datum->val, ret);
}

struct ij_error *ij_debugger_set(struct ij_debugger *d, const char *name,
				 const struct ij_datum *datum)
{
	return ij_debugs_keep(d->debugs, name, &datum->val, NULL);
}

struct ij_error *ij_debugger_set_integer(struct ij_debugger *d, const char *name, int64_t value)
{
	const struct ij_ctype *type = ij_cbase(value == (int)value ? IJ_CBASE_INT : IJ_CBASE_LONG);
	struct ij_val val = {.type = type, .bytes = (uint8_t *)&value};

	return ij_debugs_keep(d->debugs, name, &val, NULL);
}
