/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols by address, modules, and memory. */
#include <stdio.h>
#include <string.h>

#include "arch/asmtext.h"
#include "debugger/debugger.h"
#include "interject/listing.h"
#include "obj/demangle.h"

struct ij_error *ij_debugger_read(struct ij_debugger *d, uint64_t addr, void *buf, size_t size)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_error *err = ij_mem_read(&s->mem.mem, addr, buf, size);

	if (!err || err->code != IJ_ERR_FAULT)
		return err;
	ij_error_free(err);
	return ij_debugger_no_access(addr);
}

static const char *section_at(const struct ij_module *module, ij_addr addr);

/* The name that the stub at @start of a PLT jumps to; NULL: it is none. */
static const char *stub_name(struct ij_debugger *d, const struct ij_module *module, ij_addr start)
{
	uint8_t code[2 * IJ_INSN_SIZE_MAX];
	struct ij_insn insn = {.size = 0};
	struct ij_error *err = ij_debugger_read(d, start, code, sizeof(code));
	const char *name = NULL;
	bool is;

	ij_error_free(err);
	is = !err && ij_insn_decode(code, IJ_INSN_SIZE_MAX, start, &insn);
	/* endbr64 */
	if (is && insn.transparent) {
		start += insn.size;
		is = ij_insn_decode(code + insn.size, IJ_INSN_SIZE_MAX, start, &insn);
	}
	if (!is || insn.flow != IJ_FLOW_JUMP || !insn.mem_pc_relative)
		return NULL;
	err = ij_object_reloc_name(module->obj, insn.mem_addr - module->bias, &name);
	ij_error_free(err);
	return err ? NULL : name;
}

bool ij_debugger_plt(struct ij_debugger *d, ij_addr addr, struct ij_strbuf *out)
{
	const struct ij_module *module = ij_modules_find(ij_debugger_names(d)->mods, addr);
	const char *section = module && module->obj ? section_at(module, addr) : NULL, *name = NULL;
	ij_addr start = addr & ~15ull;

	if (!section || strncmp(section, ".plt", 4) != 0)
		return false;
	/* Its stubs are half as long. */
	if (!strcmp(section, ".plt.got"))
		start = addr & ~7ull;
	/* Its first one is of no symbol, and certainly not of one in another section. */
	name = stub_name(d, module, start);
	if (!name)
		return true;
	ij_strbuf_printf(out, "%s@plt", name);
	if (addr != start)
		ij_strbuf_printf(out, "+%u", (unsigned)(addr - start));
	return true;
}

void ij_debugger_intel(struct ij_debugger *d, bool on)
{
	d->intel = on;
}

void ij_debugger_mangled(struct ij_debugger *d, bool on)
{
	d->mangled = on;
}

/* The symbol at @addr by the linker's own name, if that is another one than people have. */
static bool mangled_symbol(struct ij_debugger *d, ij_addr addr, struct ij_strbuf *out)
{
	struct ij_session *s = ij_debugger_names(d);
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);
	const struct ij_module *module = NULL;
	const char *name = NULL;
	uint64_t off = 0;

	if (!d->mangled || !vma)
		return false;
	if (vma->flags & IJ_VMA_EXEC)
		ij_modules_locate(s->mods, addr, &name, &off, &module);
	else if (!ij_modules_locate_data(s->mods, addr, &name, &off))
		return false;
	if (!name || strncmp(name, "_Z", 2) != 0)
		return false;
	ij_strbuf_puts(out, name);
	if (off)
		ij_strbuf_printf(out, "+%llu", (unsigned long long)off);
	return true;
}

/* " <f+4>", if something is there. */
static void add_symbol(struct ij_debugger *d, ij_addr addr, struct ij_strbuf *out)
{
	IJ_STRBUF_AUTO name = {0};
	struct ij_debugger_host host;

	if (!mangled_symbol(d, addr, &name)) {
		ij_debugger_host_init(d, NULL, "", &host);
		host.sh.host.symbol(&host.sh.host, addr, &name);
		ij_debugger_host_deinit(&host);
	}
	if (name.len)
		ij_strbuf_printf(out, " <%s>", name.str);
}

struct ij_error *ij_debugger_address(struct ij_debugger *d, uint64_t addr, char **ret)
{
	IJ_STRBUF_AUTO out = {0};

	ij_strbuf_printf(&out, "0x%llx", (unsigned long long)addr);
	add_symbol(d, addr, &out);
	IJ_TRY(ij_strbuf_error(&out));
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}

struct ij_error *ij_debugger_instruction(struct ij_debugger *d, uint64_t addr, char **ret,
					 unsigned *size_ret)
{
	IJ_STRBUF_AUTO out = {0};
	uint8_t code[IJ_INSN_SIZE_MAX];
	struct ij_asm_text text;
	size_t size = sizeof(code);

	while (size) {
		struct ij_error *err = ij_debugger_read(d, addr, code, size);

		if (!err)
			break;
		if (size == 1)
			return err;
		ij_error_free(err);
		size--;
	}
	ij_asm_text(code, size, addr, d->intel ? IJ_ASM_INTEL : IJ_ASM_ATT, &text);
	ij_strbuf_puts(&out, text.text);
	if (text.has_target && text.is_data)
		ij_strbuf_printf(&out, "        # 0x%llx", (unsigned long long)text.target);
	if (text.has_target)
		add_symbol(d, text.target, &out);
	IJ_TRY(ij_strbuf_error(&out));
	*size_ret = text.size;
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}

struct ij_error *ij_debugger_demangle(const char *name, char **ret)
{
	IJ_STRBUF_AUTO text = {0};

	ij_demangle(name, &text);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = text.str ? text.str : strdup("");
	text = (struct ij_strbuf){0};
	return *ret ? NULL : ij_error_nomem();
}

/* The section of @module that holds @addr; NULL: none does. */
static const char *section_at(const struct ij_module *module, ij_addr addr)
{
	struct ij_object_section section;

	for (size_t i = 0; module->obj && ij_object_section_of(module->obj, i, &section); i++)
		if (!section.is_tls_bss && addr - module->bias - section.vaddr < section.size)
			return section.name;
	return NULL;
}

struct ij_error *ij_debugger_symbol(struct ij_debugger *d, uint64_t addr, char **ret)
{
	struct ij_session *s = ij_debugger_names(d);
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);
	const struct ij_module *module = ij_modules_find(s->mods, addr), *found = NULL;
	const char *name = NULL, *section;
	IJ_STRBUF_AUTO text = {0};
	IJ_STRBUF_AUTO stub = {0};
	uint64_t off = 0;
	size_t modules;

	*ret = NULL;
	if (!vma || !module)
		return NULL;
	if (ij_debugger_plt(d, addr, &stub)) {
		/* "f@plt", and how far behind it. */
		char *plus = stub.len ? strchr(stub.str, '+') : NULL;

		off = plus ? strtoull(plus + 1, NULL, 10) : 0;
		if (plus)
			*plus = 0;
		name = stub.str;
	} else if (vma->flags & IJ_VMA_EXEC)
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

bool ij_debugger_mapping(struct ij_debugger *d, size_t idx, struct ij_debugger_mapping *ret)
{
	struct ij_session *s = ij_debugger_names(d);
	const struct ij_vma *vma;

	if (idx == 0)
		ij_error_free(ij_session_refresh(s));
	if (!ij_debugger_pid(d) || idx >= s->vmas.list.len)
		return false;
	vma = &s->vmas.list.items[idx];
	*ret = (struct ij_debugger_mapping){
		.lo = vma->lo, .hi = vma->hi, .off = vma->off, .path = vma->path};
	snprintf(ret->perms, sizeof(ret->perms), "%c%c%c%c", vma->flags & IJ_VMA_READ ? 'r' : '-',
		 vma->flags & IJ_VMA_WRITE ? 'w' : '-', vma->flags & IJ_VMA_EXEC ? 'x' : '-',
		 vma->flags & IJ_VMA_SHARED ? 's' : 'p');
	return true;
}

/* Module @idx of those that are of files; NULL behind the last one. */
static struct ij_module *module_of(struct ij_debugger *d, size_t idx)
{
	struct ij_module *const *list;
	size_t len;

	list = ij_modules_list(ij_debugger_names(d)->mods, &len);
	for (size_t i = 0, n = 0; i < len; i++)
		if (!list[i]->vdso && n++ == idx)
			return list[i];
	return NULL;
}

bool ij_debugger_section(struct ij_debugger *d, size_t module_idx, size_t idx,
			 struct ij_debugger_section *ret)
{
	const struct ij_module *module = module_of(d, module_idx);
	struct ij_object_section section;

	if (!module || !module->obj || !ij_object_section_of(module->obj, idx, &section))
		return false;
	*ret = (struct ij_debugger_section){.name = section.name,
					    .lo = module->bias + section.vaddr,
					    .hi = module->bias + section.vaddr + section.size};
	return true;
}

bool ij_debugger_module(struct ij_debugger *d, size_t idx, struct ij_debugger_module *ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = module_of(d, idx);
	struct ij_debug *debug = NULL;
	const uint8_t *bytes;
	uint64_t vaddr = 0;
	struct ij_error *err;
	size_t size;

	if (!module)
		return false;
	*ret = (struct ij_debugger_module){.path = module->path, .is_main = module->main};
	if (!module->obj)
		return true;
	ret->entry = module->bias + ij_object_entry(module->obj);
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
