/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiling one module: what unwinding needs, and its symbols into classes. */
#include "maps/compile.h"

#include "maps/builder.h"
#include "maps/compile_unwind.h"
#include "maps/gosafe.h"
#include "maps/marks.h"
#include "maps/policy.h"
#include "maps/tails.h"

#define SPAN_MAX 0x100000000ull

/*
 * A program over this size that exports symbols is linked dynamically, so libc is another module,
 * and its .symtab, which may have a million names, is not read for policy.
 */
#define SYMTAB_SPAN_MAX (16u << 20)

struct marker {
	const struct ij_policy *policy;
	const struct ij_policy_module *module;
	struct ij_object *obj;
	struct ij_map_builder *builder;
	struct ij_tails *tails;
	struct ij_error *err;
	bool dynamic;   /* a dynamic symbol was seen */
	bool allocator; /* a symbol tells where the allocator is */
};

/*
 * A symbol says something of a function only where it is the start of its FDE: the nearest symbol
 * below an address may be another function.
 */
static bool symbol_mark(void *ctx, const struct ij_symbol *sym)
{
	struct marker *marker = ctx;
	uint64_t pc = sym->value - ij_object_base(marker->obj);
	struct ij_map_func *func;
	ij_classes classes;

	if (sym->dynamic)
		marker->dynamic = true;
	else if (marker->dynamic && marker->builder->span > SYMTAB_SPAN_MAX &&
		 !ij_policy_has_own_names(marker->policy))
		return false;
	if (sym->kind != IJ_SYMBOL_FUNC && sym->kind != IJ_SYMBOL_NONE)
		return true;
	if (pc >= marker->builder->span)
		return true;
	classes = ij_policy_of_function(marker->policy, marker->module, sym->name);
	if (classes || sym->dynamic || !sym->local)
		marker->err = ij_tails_named(marker->tails, (uint32_t)pc);
	func = classes ? ij_map_builder_find(marker->builder, pc) : NULL;
	if (func && func->start == pc) {
		func->classes |= classes;
		marker->allocator = marker->allocator || classes & IJ_CLASS(ALLOCATOR);
	}
	return !marker->err;
}

static bool slot_seen(void *ctx, uint64_t slot_vaddr, int64_t addend)
{
	(void)slot_vaddr;
	(void)addend;
	*(bool *)ctx = true;
	return false;
}

/* The functions that start in [@start, @end), link-time addresses, hold @classes. */
static void range_mark(struct ij_map_builder *builder, uint64_t start, uint64_t end,
		       ij_classes classes)
{
	for (size_t i = 0; i < builder->funcs.len && builder->funcs.items[i].start < end; i++)
		if (builder->funcs.items[i].start >= start)
			builder->funcs.items[i].classes |= classes;
}

/* Code that is known by where it lies: in a section of this name, or at these addresses. */
static struct ij_error *ranges_mark(const struct marker *marker)
{
	uint64_t base = ij_object_base(marker->obj);
	struct ij_policy_range range;
	size_t pos = 0;

	while (ij_policy_next_range(marker->policy, marker->module, &pos, &range)) {
		if (range.section) {
			const uint8_t *bytes;
			size_t size;
			struct ij_error *err = ij_object_section(marker->obj, range.section, &bytes,
								 &size, &range.start);

			if (err && err->code == IJ_ERR_NOMEM)
				return err;
			ij_error_free(err);
			if (err || size > UINT64_MAX - range.start)
				continue;
			range.end = range.start + size;
		}
		if (range.end <= base)
			continue;
		range_mark(marker->builder, range.start > base ? range.start - base : 0,
			   range.end - base, range.classes);
	}
	return NULL;
}

/*
 * A program that is linked statically, neither exporting anything nor importing libc's start, has
 * libc inside. If no name tells where, any frame may be one of libc's.
 */
static struct ij_error *stripped_mark(const struct marker *marker)
{
	bool imports = false;

	if (marker->dynamic || marker->allocator ||
	    ij_policy_is_known(marker->policy, marker->module))
		return NULL;
	IJ_TRY(ij_object_relocs_of(marker->obj, "__libc_start_main", NULL, slot_seen, &imports));
	if (!imports)
		marker->builder->module_classes |= IJ_POLICY_NEEDS;
	return NULL;
}

static struct ij_error *classes_mark(struct ij_object *obj, const struct ij_policy *policy,
				     const struct ij_policy_module *module,
				     struct ij_map_builder *builder)
{
	struct ij_tails tails;
	struct marker marker = {
		.policy = policy,
		.module = module,
		.obj = obj,
		.builder = builder,
		.tails = &tails,
	};
	struct ij_error *err;

	IJ_TRY(ij_tails_init(&tails, obj, builder));
	err = ij_object_symbols_own(obj, symbol_mark, &marker);
	if (!err)
		err = marker.err;
	if (!err)
		err = ranges_mark(&marker);
	if (!err)
		err = ij_tails_close(&tails);
	if (!err)
		err = stripped_mark(&marker);
	ij_tails_deinit(&tails);
	return err;
}

/* What a stop in Go code means, if there is any. */
static struct ij_error *go_compile(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_goprog *prog;
	struct ij_error *err = ij_goprog_open(obj, &prog);

	if (!err) {
		err = ij_gosafe_compile(prog, builder);
		ij_goprog_close(prog);
	}
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err); /* then no call is made there */
	return NULL;
}

static struct ij_error *compile(struct ij_object *obj, const struct ij_map_source *source,
				struct ij_map_builder *builder, void **ret, size_t *size_ret)
{
	struct ij_policy_module module = {.soname = source->soname, .path = source->path};

	module.build_id = ij_object_build_id(obj, &module.build_id_size);
	builder->module_classes = ij_policy_of_module(source->policy, &module);
	IJ_TRY(ij_compile_unwind(obj, builder));
	IJ_TRY(classes_mark(obj, source->policy, &module, builder));
	IJ_TRY(ij_marks_compile(obj, builder));
	IJ_TRY(go_compile(obj, builder));
	return ij_map_builder_finish(builder, ret, size_ret);
}

struct ij_error *ij_map_compile_from(struct ij_object *obj, const struct ij_map_source *source,
				     void **ret, size_t *size_ret)
{
	uint64_t span = ij_object_span(obj);
	struct ij_map_builder builder;
	struct ij_error *err;

	if (!span || span > SPAN_MAX)
		return ij_error_new(
			LIMIT, "%s: its segments span %#llx bytes; at most 4 GiB are supported",
			ij_object_name(obj), (unsigned long long)span);
	IJ_TRY(ij_policy_prepare(source->policy));
	ij_map_builder_init(&builder, span);
	err = compile(obj, source, &builder, ret, size_ret);
	ij_map_builder_deinit(&builder);
	return ij_error_wrap(err, "%s", ij_object_name(obj));
}

struct ij_error *ij_map_compile(struct ij_object *obj, const char *soname, void **ret,
				size_t *size_ret)
{
	struct ij_policy *policy;
	struct ij_map_source source = {.soname = soname};
	struct ij_error *err;

	IJ_TRY(ij_policy_create_builtin(&policy));
	source.policy = policy;
	err = ij_map_compile_from(obj, &source, ret, size_ret);
	ij_policy_destroy(policy);
	return err;
}
