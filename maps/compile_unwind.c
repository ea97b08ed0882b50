/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions and unwind rows of a module, source by source: what an earlier one covers stays. */
#include "maps/compile_unwind.h"

#include <string.h>

#include "maps/cfi.h"
#include "maps/derive.h"
#include "maps/gocross.h"
#include "maps/pclntab.h"
#include "maps/plt.h"

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

/* A section that is not there, or cannot be had, adds nothing. */
static struct ij_error *section_try(struct ij_object *obj, const char *name, const uint8_t **bytes,
				    size_t *size, uint64_t *vaddr, bool *have_ret)
{
	struct ij_error *err = ij_object_section(obj, name, bytes, size, vaddr);

	*have_ret = !err;
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}

static struct ij_error *debug_frame_add(struct ij_object *obj, struct ij_map_builder *builder)
{
	struct ij_cfi cfi = {.base = ij_object_base(obj), .debug = true};
	struct ij_cfi_stats stats;
	bool have;

	IJ_TRY(section_try(obj, ".debug_frame", &cfi.bytes, &cfi.size, &cfi.vaddr, &have));
	return have ? ij_cfi_read(&cfi, builder, &stats) : NULL;
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

/* From Go 1.26 the table does not say where the code is, but moduledata has a section of its own.
 */
#define MODULEDATA_TEXT_OFF 176

static struct ij_error *go_add(struct ij_object *obj, struct ij_map_builder *builder)
{
	static const char *const names[] = {".gopclntab", ".data.rel.ro.gopclntab"};
	struct ij_pclntab tab = {.base = ij_object_base(obj)};
	const uint8_t *module;
	size_t size, funcs;
	uint64_t vaddr;
	bool have = false;
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(names) && !have; i++)
		IJ_TRY(section_try(obj, names[i], &tab.bytes, &tab.size, &vaddr, &have));
	if (!have)
		return NULL;
	IJ_TRY(section_try(obj, ".go.module", &module, &size, &vaddr, &have));
	if (have && size >= MODULEDATA_TEXT_OFF + sizeof(tab.text))
		memcpy(&tab.text, module + MODULEDATA_TEXT_OFF, sizeof(tab.text));
	err = ij_pclntab_read(&tab, builder, &funcs);
	if (!err || err->code != IJ_ERR_UNSUPPORTED)
		return err;
	ij_error_free(err); /* then its code is like any other without CFI */
	return NULL;
}

static const char *const plt_names[] = {".plt", ".plt.got", ".plt.sec", ".iplt"};

/* Rows for those of them that have none. */
static struct ij_error *plt_add(struct ij_object *obj, struct ij_map_builder *builder)
{
	for (size_t i = 0; i < IJ_COUNT(plt_names); i++) {
		uint64_t base = ij_object_base(obj), vaddr;
		const uint8_t *bytes;
		size_t size;
		bool have;

		IJ_TRY(section_try(obj, plt_names[i], &bytes, &size, &vaddr, &have));
		if (have && vaddr)
			IJ_TRY(ij_plt_derive(bytes, vaddr - base, size, base, builder));
	}
	return NULL;
}

/* Flag the PLT by its sections, and where they are gone by its CFI. */
static struct ij_error *plt_mark(struct ij_object *obj, struct ij_map_builder *builder)
{
	for (size_t i = 0; i < builder->funcs.len; i++)
		if (is_plt(builder, &builder->funcs.items[i]))
			builder->funcs.items[i].flags |= IJ_MAP_FUNC_PLT;
	for (size_t i = 0; i < IJ_COUNT(plt_names); i++) {
		const uint8_t *bytes;
		size_t size;
		uint64_t vaddr;
		struct ij_map_func *func;
		bool have;

		IJ_TRY(section_try(obj, plt_names[i], &bytes, &size, &vaddr, &have));
		if (!have)
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

struct ij_error *ij_compile_unwind(struct ij_object *obj, struct ij_map_builder *builder)
{
	IJ_TRY(cfi_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(ij_gocross_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(go_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(debug_frame_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(plt_add(obj, builder));
	(void)ij_map_builder_sort(builder);
	IJ_TRY(ij_derive(obj, builder));
	(void)ij_map_builder_sort(builder);
	return plt_mark(obj, builder);
}
