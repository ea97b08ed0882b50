/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of code and names at a held stop: symbols, modules, maps, instructions. */
#include <stdio.h>
#include <string.h>

#include "arch/decode.h"
#include "session/location.h"
#include "session/stop.h"

void ij_stop_describe(struct ij_stop *stop, uint64_t addr, char *buf, size_t size)
{
	ij_modules_describe(stop->session->mods, addr, buf, size);
}

struct ij_error *ij_stop_locate(struct ij_stop *stop, const char *text, uint64_t *ret)
{
	return ij_location_resolve(stop->session->mods, text, ret);
}

struct ij_error *ij_stop_disassemble(struct ij_stop *stop, uint64_t addr, char *buf, size_t size,
				     unsigned *len_ret)
{
	uint8_t code[IJ_INSN_SIZE_MAX];
	struct ij_error *err = NULL;
	struct ij_insn insn;
	size_t got = sizeof(code);

	/* Near the end of a mapping fewer bytes can be read. */
	for (; got; got--) {
		ij_error_free(err);
		err = ij_mem_read(&stop->session->mem.mem, addr, code, got);
		if (!err)
			break;
	}
	IJ_TRY(err);
	*len_ret = ij_insn_decode(code, got, addr, &insn) ? insn.size : 1;
	ij_insn_text(code, got, addr, buf, size);
	return NULL;
}

static struct ij_error *module_of(struct ij_stop *stop, uint64_t addr, struct ij_module **ret)
{
	*ret = ij_modules_find(stop->session->mods, addr);
	if (!*ret)
		return ij_error_new(NOTFOUND, "0x%llx lies in no module", (unsigned long long)addr);
	return NULL;
}

struct ij_error *ij_stop_symbol(struct ij_stop *stop, uint64_t addr, struct ij_stop_symbol *ret)
{
	const struct ij_module *found;
	struct ij_module *module;
	struct ij_symbol symbol;
	IJ_ERROR_AUTO err = NULL;
	const char *name;
	uint64_t off;

	IJ_TRY(module_of(stop, addr, &module));
	ij_modules_locate(stop->session->mods, addr, &name, &off, &found);
	if (!name && ij_modules_locate_data(stop->session->mods, addr, &name, &off)) {
		*ret = (struct ij_stop_symbol){
			.name = name, .addr = addr - off, .module = module->name, .data = true};
		return NULL;
	}
	if (!name)
		return ij_error_new(NOTFOUND, "no symbol of %s is known for 0x%llx", module->name,
				    (unsigned long long)addr);
	*ret = (struct ij_stop_symbol){.name = name, .addr = addr - off, .module = module->name};
	err = ij_object_symbol_at(module->obj, addr - module->bias, &symbol);
	if (!err)
		ret->size = symbol.size;
	return NULL;
}

bool ij_stop_module(struct ij_stop *stop, size_t idx, struct ij_stop_module *ret)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(stop->session->mods, &len);

	if (idx >= len)
		return false;
	*ret = (struct ij_stop_module){
		.name = list[idx]->name,
		.path = list[idx]->path,
		.lo = list[idx]->lo,
		.hi = list[idx]->hi,
		.main = list[idx]->main,
		.problem = list[idx]->problem ? ij_error_message(list[idx]->problem) : NULL};
	return true;
}

struct ij_error *ij_stop_maps(struct ij_stop *stop, uint64_t addr, struct ij_maps_report **ret)
{
	struct ij_module *module;
	struct ij_maps *maps;
	struct ij_error *err;
	char text[32];

	IJ_TRY(module_of(stop, addr, &module));
	if (module->fd < 0)
		return ij_error_new(NOTFOUND, "%s has no file to read maps from", module->name);
	IJ_TRY(ij_maps_open(module->fd, module->name, NULL, &maps));
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)(addr - module->bias));
	err = ij_maps_show(maps, text, ret);
	ij_maps_close(maps);
	return err;
}
