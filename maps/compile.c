/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiling one module: its CFI into functions and rows, its symbols into classes. */
#include "maps/compile.h"

#include <assert.h>
#include <string.h>

#include "maps/builder.h"
#include "maps/cfi.h"
#include "maps/policy.h"
#include "maps/tails.h"

#define SPAN_MAX 0x100000000ull

/*
 * A program over this size that exports symbols is linked dynamically, so libc is another module,
 * and its .symtab, which may have a million names, is not read for policy.
 */
#define SYMTAB_SPAN_MAX (16u << 20)

/* Copy [@vaddr, @vaddr + @size) of the file. @ret: malloc'ed. */
static struct ij_error *image_dup(struct ij_object *obj, uint64_t vaddr, uint64_t size,
				  uint8_t **ret)
{
	uint8_t *bytes = malloc(size ? size : 1);
	struct ij_error *err;

	if (!bytes)
		return ij_error_nomem();
	err = ij_object_read(obj, vaddr, bytes, size);
	if (err) {
		free(bytes);
		return err;
	}
	*ret = bytes;
	return NULL;
}

/* How many bytes the file has for its segment from @vaddr on; 0 if @vaddr is in none. */
static uint64_t segment_rest(const struct ij_object *obj, uint64_t vaddr)
{
	size_t len;
	const struct ij_segment *segments = ij_object_segments(obj, &len);

	for (size_t i = 0; i < len; i++)
		if (vaddr >= segments[i].vaddr && vaddr - segments[i].vaddr < segments[i].file_size)
			return segments[i].file_size - (vaddr - segments[i].vaddr);
	return 0;
}

/* Without sections: by the search table that PT_GNU_EH_FRAME names. */
static struct ij_error *cfi_by_table(struct ij_object *obj, struct ij_map_builder *builder)
{
	uint64_t hdr_vaddr, hdr_size, rest;
	uint8_t *hdr = NULL, *bytes = NULL;
	struct ij_cfi cfi = {.base = ij_object_base(obj)};
	struct ij_cfi_stats stats;
	struct ij_error *err;

	if (!ij_object_eh_frame_hdr(obj, &hdr_vaddr, &hdr_size))
		return NULL; /* no CFI at all: a module without functions */
	rest = segment_rest(obj, hdr_vaddr);
	IJ_TRY(image_dup(obj, hdr_vaddr, hdr_size < rest ? hdr_size : rest, &hdr));
	if (hdr_size > rest)
		hdr_size = rest;
	err = ij_cfi_hdr_eh_frame(hdr, hdr_size, hdr_vaddr, &cfi.vaddr);
	if (!err) {
		cfi.size = segment_rest(obj, cfi.vaddr);
		err = image_dup(obj, cfi.vaddr, cfi.size, &bytes);
	}
	if (!err) {
		cfi.bytes = bytes;
		err = ij_cfi_read_table(&cfi, hdr, hdr_size, hdr_vaddr, builder, &stats);
	}
	free(hdr);
	free(bytes);
	return err;
}

static struct ij_error *cfi_add(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_cfi cfi = {.base = ij_object_base(obj)};
	struct ij_cfi_stats stats;
	struct ij_error *err;

	err = ij_object_section(obj, ".eh_frame", &cfi.bytes, &cfi.size, &cfi.vaddr);
	if (err && err->code == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		return cfi_by_table(obj, builder);
	}
	IJ_TRY(err);
	return ij_cfi_read(&cfi, builder, &stats);
}

/*
 * Whether @func's last rule is the expression that linkers write for .plt (binutils,
 * bfd/elfxx-x86.c): DW_OP_breg7 8, DW_OP_breg16 0, DW_OP_lit15, DW_OP_and, then the offset of the
 * push in a slot.
 */
static bool is_plt(const struct ij_map_builder *builder, const struct ij_map_func *func)
{
	static const uint8_t expr[] = {11, 0x77, 8, 0x80, 0, 0x3f, 0x1a};
	const struct ij_map_row *row = &builder->rows.items[func->row_idx + func->row_len - 1];
	const struct ij_map_rule *rule = &builder->rules.items[row->rule_idx];

	return rule->cfa_kind == IJ_MAP_CFA_EXPR &&
	       builder->exprs.len - (size_t)rule->cfa_off >= sizeof(expr) &&
	       !memcmp(builder->exprs.items + rule->cfa_off, expr, sizeof(expr));
}

/* Flag the PLT by its sections, and where they are gone by its CFI. */
static struct ij_error *plt_mark(struct ij_object *obj, struct ij_map_builder *builder)
{
	static const char *const names[] = {".plt", ".plt.got", ".plt.sec", ".iplt"};

	for (size_t i = 0; i < builder->funcs.len; i++)
		if (is_plt(builder, &builder->funcs.items[i]))
			builder->funcs.items[i].flags |= IJ_MAP_FUNC_PLT;
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		const uint8_t *bytes;
		size_t size;
		uint64_t vaddr;
		struct ij_error *err = ij_object_section(obj, names[i], &bytes, &size, &vaddr);
		struct ij_map_func *func;

		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		if (err)
			continue;
		vaddr -= ij_object_base(obj);
		func = ij_map_builder_find(builder, vaddr);
		for (; func && func < builder->funcs.items + builder->funcs.len &&
		       func->start - vaddr < size;
		     func++)
			func->flags |= IJ_MAP_FUNC_PLT;
	}
	return NULL;
}

struct marker {
	struct ij_object *obj;
	struct ij_map_builder *builder;
	struct ij_tails *tails;
	struct ij_error *err;
	bool dynamic; /* a dynamic symbol was seen */
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
	else if (marker->dynamic && marker->builder->span > SYMTAB_SPAN_MAX)
		return false;
	if (sym->kind != IJ_SYMBOL_FUNC && sym->kind != IJ_SYMBOL_NONE)
		return true;
	if (pc >= marker->builder->span)
		return true;
	classes = ij_policy_function(sym->name);
	if (classes || sym->dynamic || !sym->local)
		marker->err = ij_tails_named(marker->tails, (uint32_t)pc);
	func = classes ? ij_map_builder_find(marker->builder, pc) : NULL;
	if (func && func->start == pc)
		func->classes |= classes;
	return !marker->err;
}

static bool slot_seen(void *ctx, uint64_t slot_vaddr, int64_t addend)
{
	(void)slot_vaddr;
	(void)addend;
	*(bool *)ctx = true;
	return false;
}

/*
 * A program that is linked statically, neither exporting anything nor importing libc's start, has
 * libc inside. If no name tells where, any frame may be one of libc's.
 */
static struct ij_error *stripped_mark(const struct marker *marker)
{
	struct ij_map_builder *builder = marker->builder;
	bool imports = false;

	if (marker->dynamic)
		return NULL;
	IJ_TRY(ij_object_relocs_of(marker->obj, "__libc_start_main", NULL, slot_seen, &imports));
	if (imports)
		return NULL;
	for (size_t i = 0; i < builder->funcs.len; i++)
		if (builder->funcs.items[i].classes & IJ_CLASS(ALLOCATOR))
			return NULL;
	builder->module_classes |= IJ_CLASSES_ALL & ~IJ_CLASS(CONTEXT);
	return NULL;
}

static struct ij_error *classes_mark(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_tails tails;
	struct marker marker = {.obj = obj, .builder = builder, .tails = &tails};
	struct ij_error *err;

	IJ_TRY(ij_tails_init(&tails, obj, builder));
	err = ij_object_symbols_each(obj, symbol_mark, &marker);
	if (!err)
		err = marker.err;
	if (!err)
		err = ij_tails_close(&tails);
	if (!err)
		err = stripped_mark(&marker);
	ij_tails_deinit(&tails);
	return err;
}

static struct ij_error *compile(struct ij_object *obj, const char *soname,
				struct ij_map_builder *builder, void **ret, size_t *size_ret)
{
	builder->module_classes = ij_policy_module(soname);
	IJ_TRY(cfi_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(plt_mark(obj, builder));
	IJ_TRY(classes_mark(obj, builder));
	return ij_map_builder_finish(builder, ret, size_ret);
}

struct ij_error *ij_map_compile(struct ij_object *obj, const char *soname, void **ret,
				size_t *size_ret)
{
	uint64_t span = ij_object_span(obj);
	struct ij_map_builder builder;
	struct ij_error *err;

	if (!span || span > SPAN_MAX)
		return ij_error_new(
			LIMIT, "%s: its segments span %#llx bytes; at most 4 GiB are supported",
			ij_object_name(obj), (unsigned long long)span);
	ij_map_builder_init(&builder, span);
	err = compile(obj, soname, &builder, ret, size_ret);
	ij_map_builder_deinit(&builder);
	return ij_error_wrap(err, "%s", ij_object_name(obj));
}
