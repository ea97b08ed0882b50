/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols by address, modules, and memory. */
#include <string.h>

#include "debugger/debugger.h"

struct ij_error *ij_debugger_read(struct ij_debugger *d, uint64_t addr, void *buf, size_t size)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_error *err = ij_mem_read(&s->mem.mem, addr, buf, size);

	if (!err || err->code != IJ_ERR_FAULT)
		return err;
	ij_error_free(err);
	return ij_debugger_no_access(addr);
}

/* The section of @module that holds @addr; NULL: it has none of these. */
static const char *section_at(const struct ij_module *module, ij_addr addr)
{
	static const char *const names[] = {".text",    ".data",    ".rodata", ".plt",
					    ".plt.got", ".init",    ".fini",   ".data.rel.ro",
					    ".got",     ".got.plt", ".tdata",  ".plt.sec"};
	size_t len;
	const struct ij_segment *segs;

	if (!module->obj)
		return NULL;
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		const uint8_t *bytes;
		size_t size;
		uint64_t vaddr;
		struct ij_error *err =
			ij_object_section(module->obj, names[i], &bytes, &size, &vaddr);

		ij_error_free(err);
		if (!err && vaddr && addr - module->bias - vaddr < size)
			return names[i];
	}
	/* What is in memory and not in the file. */
	segs = ij_object_segments(module->obj, &len);
	for (size_t i = 0; i < len; i++) {
		uint64_t off = addr - module->bias - segs[i].vaddr;

		if (off >= segs[i].file_size && off < segs[i].mem_size)
			return ".bss";
	}
	return NULL;
}

struct ij_error *ij_debugger_symbol(struct ij_debugger *d, uint64_t addr, char **ret)
{
	struct ij_session *s = ij_debugger_names(d);
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);
	const struct ij_module *module = ij_modules_find(s->mods, addr), *found = NULL;
	const char *name = NULL, *section;
	IJ_STRBUF_AUTO text = {0};
	uint64_t off = 0;
	size_t modules;

	*ret = NULL;
	if (!vma || !module)
		return NULL;
	if (vma->flags & IJ_VMA_EXEC)
		ij_modules_locate(s->mods, addr, &name, &off, &found);
	else if (!ij_modules_locate_data(s->mods, addr, &name, &off))
		return NULL;
	if (!name)
		return NULL;
	section = section_at(module, addr);
	ij_strbuf_puts(&text, name);
	if (off)
		ij_strbuf_printf(&text, " + %llu", (unsigned long long)off);
	if (section)
		ij_strbuf_printf(&text, " in section %s", section);
	(void)ij_modules_list(s->mods, &modules);
	if (modules > 1 && !module->vdso)
		ij_strbuf_printf(&text, " of %s", module->path);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = text.str;
	text = (struct ij_strbuf){0};
	return NULL;
}

bool ij_debugger_module(struct ij_debugger *d, size_t idx, struct ij_debugger_module *ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *const *list;
	struct ij_module *module = NULL;
	struct ij_debug *debug = NULL;
	const uint8_t *bytes;
	uint64_t vaddr = 0;
	size_t len, size;
	struct ij_error *err;

	list = ij_modules_list(s->mods, &len);
	for (size_t i = 0, n = 0; i < len && !module; i++)
		if (!list[i]->vdso && n++ == idx)
			module = list[i];
	if (!module)
		return false;
	*ret = (struct ij_debugger_module){.path = module->path, .is_main = module->main};
	if (!module->obj)
		return true;
	err = ij_object_section(module->obj, ".text", &bytes, &size, &vaddr);
	if (!err && vaddr) {
		ret->text = module->bias + vaddr;
		ret->text_end = ret->text + size;
	}
	ij_error_free(err);
	ij_error_free(ij_debugs_of(s->debugs, s->mods, module, &debug));
	ret->has_debug = debug;
	err = ij_object_section(module->obj, ".symtab", &bytes, &size, &vaddr);
	ret->has_symbols = !err;
	ij_error_free(err);
	return true;
}
