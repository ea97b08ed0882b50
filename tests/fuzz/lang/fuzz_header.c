/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds the reader of headers: what it takes can be used, and what it says is one line with a
 * place. */
#include <stdlib.h>
#include <string.h>

#include "lang/declaration.h"
#include "lang/eval.h"
#include "types/abi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

/* A program that knows no types but those of the header. */
struct fuzz_host {
	struct ij_host host; /* first */
	const struct ij_typedefs *defs;
	unsigned depth;
};

enum { DEPTH_MAX = 3, EVALUATED_MAX = 32 };

static struct ij_error *type(struct ij_host *host, char tag, const char *name,
			     const struct ij_ctype **ret)
{
	struct fuzz_host *fuzz = (struct fuzz_host *)host;
	const struct ij_definition *def = ij_typedefs_definition(fuzz->defs, tag, name);
	struct ij_ctype *made;
	struct ij_error *err;

	*ret = NULL;
	if (!def || fuzz->depth == DEPTH_MAX)
		return NULL;
	fuzz->depth++;
	if (tag) {
		err = ij_ctypes_new(host->types,
				    tag == 's'   ? IJ_CT_STRUCT
				    : tag == 'u' ? IJ_CT_UNION
						 : IJ_CT_ENUM,
				    &made);
		made->is_incomplete = true;
		if (!err)
			err = ij_eval_define(host, def->text, made);
		*ret = made;
	} else {
		err = ij_eval_declared(host, def->text, name, ret);
	}
	fuzz->depth--;
	return err;
}

static struct ij_error *lookup(struct ij_host *host, const struct ij_host_name *name,
			       struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct fuzz_host *fuzz = (struct fuzz_host *)host;
	const struct ij_constant *constant =
		ij_typedefs_constant(fuzz->defs, name->name, strlen(name->name));

	*found = constant;
	return constant ? ij_val_set_integer(arena, ij_cbase(IJ_CBASE_LONG),
					     (__int128)constant->value, ret)
			: NULL;
}

static struct ij_error *method(struct ij_host *host, const struct ij_val *object, const char *name,
			       const struct ij_val *args, size_t args_len, struct ij_arena *arena,
			       struct ij_val *ret, bool *found)
{
	(void)host;
	(void)object;
	(void)name;
	(void)args;
	(void)args_len;
	(void)arena;
	(void)ret;
	*found = false;
	return NULL;
}

static struct ij_error *overload(struct ij_host *host, const struct ij_host_name *name,
				 const struct ij_val *args, size_t args_len, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	(void)args;
	(void)args_len;
	return lookup(host, name, arena, ret, found);
}

static struct ij_error *unknown(struct ij_host *host, const struct ij_host_name *name,
				bool is_called)
{
	(void)is_called;
	(void)host;
	return ij_error_new(NOTFOUND, "no %s", name->name);
}

static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	(void)host;
	(void)name;
	(void)arena;
	(void)ret;
	*found = false;
	return NULL;
}

/* What is defined has a size that its members lie in, and can be classified. */
static void evaluate(const struct ij_typedefs *defs)
{
	struct fuzz_host fuzz = {.host = {.lookup = lookup,
					  .method = method,
					  .overload = overload,
					  .unknown = unknown,
					  .variable = variable,
					  .type = type},
				 .defs = defs};
	struct ij_error *err = ij_ctypes_create(&fuzz.host.types);

	require(!err);
	for (size_t i = 0; i < defs->definitions.len && i < EVALUATED_MAX; i++) {
		const struct ij_definition *def = &defs->definitions.items[i];
		const struct ij_ctype *made = NULL;
		struct ij_abi abi;

		err = def->tag == 'f' ? ij_eval_declared(&fuzz.host, def->text, def->name, &made)
				      : type(&fuzz.host, def->tag, def->name, &made);
		if (!err && made && !made->is_incomplete) {
			IJ_STRBUF_AUTO text = {0};

			IJ_VEC_EACH (&made->members, it)
				require(it->off + it->type->size <= made->size || it->bit_size);
			ij_ctype_text(made, "name", &text);
			err = ij_abi_classify(made, &abi);
		}
		ij_error_free(err);
	}
	ij_ctypes_destroy(fuzz.host.types);
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
	evaluate(&declared.typedefs);
	if (err)
		require(!strncmp(err->msg, "x.h:", 4) && strlen(err->msg) < 1000 &&
			!strchr(err->msg, '\n'));
	ij_error_free(err);
	ij_declared_deinit(&declared);
	free(text);
	return 0;
}
