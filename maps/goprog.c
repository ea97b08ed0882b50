/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding Go's tables in a file, and functions in them. */
#include <string.h>

#include "maps/gomodule.h"

/* A segment larger than that is not searched for a table that no section names. */
#define SEARCH_MAX ((uint64_t)512 << 20)
/* Bitmaps of one function, and bits of each: more than any has. */
enum { BITMAPS_MAX = 1 << 16, BITS_MAX = 1 << 20 };

/* FuncID_wrapper by version (src/internal/abi/symtab.go; before 1.20 src/cmd/internal/objabi). */
static unsigned wrapper_id(unsigned minor)
{
	if (minor < 13)
		return 0; /* there is none */
	if (minor < 18 || (minor >= 22 && minor < 26))
		return 22;
	return minor < 22 ? 21 : 23;
}

static bool is_table(const uint8_t *bytes, size_t size)
{
	uint32_t magic, kind;

	if (size < 64)
		return false;
	memcpy(&magic, bytes, sizeof(magic));
	memcpy(&kind, bytes + 4, sizeof(kind));
	return kind == 0x08010000 && (magic == 0xfffffffb || magic == 0xfffffffa ||
				      magic == 0xfffffff0 || magic == 0xfffffff1);
}

/* The table where a section is named for it. */
static struct ij_error *by_section(struct ij_goprog *prog, const uint8_t **bytes, size_t *size)
{
	static const char *const names[] = {".gopclntab", ".data.rel.ro.gopclntab"};

	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		struct ij_error *err =
			ij_object_section(prog->obj, names[i], bytes, size, &prog->tab_addr);

		if (!err && is_table(*bytes, *size))
			return NULL;
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
	}
	*bytes = NULL;
	return NULL;
}

/* In libraries, plugins and files without sections: by its first bytes, 32-byte aligned. */
static struct ij_error *by_search(struct ij_goprog *prog, const uint8_t **bytes, size_t *size)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(prog->obj, &len);

	for (size_t i = 0; i < len; i++) {
		uint64_t from = (segs[i].vaddr + 31) & ~31ull, lead = from - segs[i].vaddr, left;
		struct ij_error *err;

		if (segs[i].file_size > SEARCH_MAX || segs[i].file_size < lead + 64)
			continue;
		left = segs[i].file_size - lead;
		prog->owned = malloc(left);
		if (!prog->owned)
			return ij_error_nomem();
		err = ij_object_read(prog->obj, from, prog->owned, left);
		for (uint64_t at = 0; !err && at + 64 <= left; at += 32) {
			if (!is_table(prog->owned + at, left - at))
				continue;
			prog->tab_addr = from + at;
			*bytes = prog->owned + at;
			*size = left - at;
			return NULL;
		}
		ij_error_free(err);
		free(prog->owned);
		prog->owned = NULL;
	}
	return NULL;
}

/* Sections that only Go's linker makes; without one nothing is searched for. */
static bool has_sections(struct ij_object *obj)
{
	static const char *const names[] = {".go.buildinfo", ".note.go.buildid", ".noptrdata"};
	bool found = false;

	for (size_t i = 0; i < IJ_COUNT(names) && !found; i++) {
		const uint8_t *bytes;
		uint64_t vaddr;
		size_t size;
		struct ij_error *err = ij_object_section(obj, names[i], &bytes, &size, &vaddr);

		found = !err;
		ij_error_free(err);
	}
	return found;
}

/* A table that the loader relocates (up to 1.17) holds no addresses in the file. */
static struct ij_error *relocate(struct ij_goprog *prog, const uint8_t **bytes, size_t size)
{
	uint8_t *copy = NULL;

	IJ_VEC_EACH (&prog->relocs, reloc) {
		uint64_t off = reloc->slot - prog->tab_addr;

		if (off >= size || size - off < sizeof(reloc->addend))
			continue;
		if (!copy) {
			copy = malloc(size);
			if (!copy)
				return ij_error_nomem();
			memcpy(copy, *bytes, size);
		}
		memcpy(copy + off, &reloc->addend, sizeof(reloc->addend));
	}
	if (copy) {
		free(prog->owned);
		prog->owned = copy;
		*bytes = copy;
	}
	return NULL;
}

static struct ij_error *table_open(struct ij_goprog *prog)
{
	const uint8_t *bytes;
	uint64_t text = 0;
	uint32_t magic;
	size_t size;

	IJ_TRY(by_section(prog, &bytes, &size));
	if (!bytes && has_sections(prog->obj))
		IJ_TRY(by_search(prog, &bytes, &size));
	if (!bytes)
		return ij_error_new(NOTFOUND, "%s has no Go in it", ij_object_name(prog->obj));
	IJ_TRY(ij_goprog_relocs_read(prog));
	IJ_TRY(relocate(prog, &bytes, size));
	memcpy(&magic, bytes, sizeof(magic));
	IJ_TRY(ij_goprog_module_find(prog, magic, &text));
	return ij_error_wrap(ij_gotab_open(bytes, size, text, &prog->tab), "%s",
			     ij_object_name(prog->obj));
}

struct ij_error *ij_goprog_open(struct ij_object *obj, struct ij_goprog **ret)
{
	struct ij_goprog *prog = calloc(1, sizeof(*prog));
	struct ij_error *err;

	if (!prog)
		return ij_error_nomem();
	prog->obj = obj;
	prog->names = calloc(1, sizeof(*prog->names));
	err = prog->names ? table_open(prog) : ij_error_nomem();
	if (!err)
		err = ij_goprog_version_find(prog);
	if (err) {
		ij_goprog_close(prog);
		return err;
	}
	ij_goprog_gofunc_find(prog);
	*ret = prog;
	return NULL;
}

void ij_goprog_close(struct ij_goprog *prog)
{
	if (!prog)
		return;
	ij_vec_deinit(&prog->relocs);
	if (prog->names) {
		free(prog->names->heads);
		free(prog->names->nexts);
	}
	free(prog->names);
	free(prog->owned);
	free(prog);
}

unsigned ij_goprog_minor(const struct ij_goprog *prog)
{
	return prog->minor_lo;
}

const char *ij_goprog_version(const struct ij_goprog *prog)
{
	return prog->version;
}

const struct ij_goprog_slots *ij_goprog_slots_get(const struct ij_goprog *prog)
{
	return &prog->slots;
}

const struct ij_gotab *ij_goprog_tab(const struct ij_goprog *prog)
{
	return &prog->tab;
}

struct ij_object *ij_goprog_object(const struct ij_goprog *prog)
{
	return prog->obj;
}

bool ij_goprog_find(const struct ij_goprog *prog, uint64_t addr, struct ij_gotab_func *ret)
{
	uint64_t lo = 0, hi = prog->tab.len;
	struct ij_gotab_func func;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (!ij_gotab_func_at(&prog->tab, mid, &func))
			return false;
		if (addr >= func.start && addr < func.end) {
			*ret = func;
			return true;
		}
		if (addr < func.start)
			hi = mid;
		else
			lo = mid + 1;
	}
	return false;
}

bool ij_goprog_is_wrapper(const struct ij_goprog *prog, const struct ij_gotab_func *func)
{
	unsigned id = wrapper_id(prog->minor_lo);

	return id && func->id == id;
}

bool ij_goprog_has(const struct ij_goprog *prog, const struct ij_gotab_func *func, int slot)
{
	uint64_t value;

	return slot >= 0 && ij_gotab_funcdata(&prog->tab, func, (unsigned)slot, &value);
}

bool ij_goprog_funcdata_addr(const struct ij_goprog *prog, const struct ij_gotab_func *func,
			     int slot, uint64_t *ret)
{
	bool offset = prog->tab.form >= IJ_GOTAB_18;

	if (slot < 0 || (offset && !prog->gofunc) ||
	    !ij_gotab_funcdata(&prog->tab, func, (unsigned)slot, ret))
		return false;
	*ret += offset ? prog->gofunc : 0;
	return true;
}

bool ij_goprog_bits(const struct ij_goprog *prog, const struct ij_gotab_func *func, int slot,
		    struct ij_gobits *ret)
{
	uint64_t addr;
	int32_t head[2];
	struct ij_error *err;

	if (!ij_goprog_funcdata_addr(prog, func, slot, &addr))
		return false;
	err = ij_object_read(prog->obj, addr, head, sizeof(head));
	if (err || head[0] < 0 || head[0] > BITMAPS_MAX || head[1] < 0 || head[1] > BITS_MAX) {
		ij_error_free(err);
		return false;
	}
	*ret = (struct ij_gobits){.n = head[0], .nbit = head[1], .addr = addr + sizeof(head)};
	return true;
}

bool ij_goprog_bitmap(const struct ij_goprog *prog, const struct ij_gobits *bits, int64_t idx,
		      uint64_t *ret)
{
	uint64_t size = ((uint64_t)bits->nbit + 7) / 8, value = 0;
	struct ij_error *err;

	if (idx < 0 || idx >= bits->n)
		return false;
	err = ij_object_read(prog->obj, bits->addr + (uint64_t)idx * size, &value,
			     size < sizeof(value) ? size : sizeof(value));
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (bits->nbit < 64)
		value &= (1ull << bits->nbit) - 1;
	*ret = value;
	return true;
}
