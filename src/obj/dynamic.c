/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * PT_DYNAMIC: where the loader's own tables are, found without any section.
 *
 * Source: System V gABI 4.1 "Dynamic Section"; GNU additions as in glibc elf/elf.h.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "obj/object_internal.h"

#define ENTRIES_MAX  65536u
#define VERSIONS_MAX 0x8000u /* a version index has 15 bits (LSB 5.0 Core, 10.7.2) */

/* The raw values that tables are made of. */
struct raw {
	uint64_t hash, gnu_hash, symtab, strtab, strtab_size, syment, versym, verdef, verneed;
	uint64_t rela, rela_size, rela_ent, jmprel, jmprel_size, jmprel_type;
};

static const struct {
	int64_t tag;
	size_t off; /* of the field in struct raw */
} raw_fields[] = {
	{DT_HASH, offsetof(struct raw, hash)},
	{DT_GNU_HASH, offsetof(struct raw, gnu_hash)},
	{DT_SYMTAB, offsetof(struct raw, symtab)},
	{DT_STRTAB, offsetof(struct raw, strtab)},
	{DT_STRSZ, offsetof(struct raw, strtab_size)},
	{DT_SYMENT, offsetof(struct raw, syment)},
	{DT_VERSYM, offsetof(struct raw, versym)},
	{DT_VERDEF, offsetof(struct raw, verdef)},
	{DT_VERNEED, offsetof(struct raw, verneed)},
	{DT_RELA, offsetof(struct raw, rela)},
	{DT_RELASZ, offsetof(struct raw, rela_size)},
	{DT_RELAENT, offsetof(struct raw, rela_ent)},
	{DT_JMPREL, offsetof(struct raw, jmprel)},
	{DT_PLTRELSZ, offsetof(struct raw, jmprel_size)},
	{DT_PLTREL, offsetof(struct raw, jmprel_type)},
};

static void note_entry(struct ij_dynamic *dyn, struct raw *raw, const Elf64_Dyn *entry,
		       uint64_t idx)
{
	uint64_t value = entry->d_un.d_val;

	for (size_t i = 0; i < IJ_COUNT(raw_fields); i++)
		if (raw_fields[i].tag == entry->d_tag)
			memcpy((char *)raw + raw_fields[i].off, &value, sizeof(value));
	switch (entry->d_tag) {
	case DT_RELACOUNT:
		dyn->rela_count = value;
		break;
	case DT_SONAME:
		dyn->soname = value;
		dyn->has_soname = true;
		break;
	case DT_NEEDED:
		if (dyn->needed_len < IJ_COUNT(dyn->needed))
			dyn->needed[dyn->needed_len++] = value;
		break;
	case DT_FLAGS_1:
		dyn->flags_1 = value;
		break;
	case DT_DEBUG:
		dyn->debug_idx = idx;
		dyn->has_debug = true;
		break;
	default:
		break;
	}
}

/* A table at @vaddr (0: none) of @size bytes; @size 0: up to the end of its segment. */
static struct ij_error *place(const struct ij_object *obj, const char *what, uint64_t vaddr,
			      uint64_t size, struct ij_span *ret)
{
	struct ij_span span;

	if (!vaddr)
		return NULL;
	if (!ij_object_span_of(obj, vaddr, &span) || size > span.size)
		return ij_error_new(BADDATA, "%s at 0x%llx is not in the file", what,
				    (unsigned long long)vaddr);
	if (size)
		span.size = size;
	*ret = span;
	return NULL;
}

static struct ij_error *place_all(struct ij_object *obj, const struct raw *raw)
{
	struct ij_dynamic *dyn = &obj->dyn;

	if (raw->symtab && raw->syment != sizeof(Elf64_Sym))
		return ij_error_new(BADDATA, "dynamic symbols of %llu bytes",
				    (unsigned long long)raw->syment);
	if (raw->rela_size && raw->rela_ent != sizeof(Elf64_Rela))
		return ij_error_new(BADDATA, "relocations of %llu bytes",
				    (unsigned long long)raw->rela_ent);
	if (raw->jmprel_size && raw->jmprel_type != DT_RELA)
		return ij_error_new(BADDATA, "PLT relocations of type %llu",
				    (unsigned long long)raw->jmprel_type);
	IJ_TRY(place(obj, "DT_HASH", raw->hash, 0, &dyn->hash));
	IJ_TRY(place(obj, "DT_GNU_HASH", raw->gnu_hash, 0, &dyn->gnu_hash));
	IJ_TRY(place(obj, "DT_SYMTAB", raw->symtab, 0, &dyn->symtab));
	if (raw->strtab_size)
		IJ_TRY(place(obj, "DT_STRTAB", raw->strtab, raw->strtab_size, &dyn->strtab));
	IJ_TRY(place(obj, "DT_VERSYM", raw->versym, 0, &dyn->versym));
	IJ_TRY(place(obj, "DT_VERDEF", raw->verdef, 0, &dyn->verdef));
	IJ_TRY(place(obj, "DT_VERNEED", raw->verneed, 0, &dyn->verneed));
	if (raw->rela_size)
		IJ_TRY(place(obj, "DT_RELA", raw->rela, raw->rela_size, &dyn->rela));
	if (raw->jmprel_size)
		IJ_TRY(place(obj, "DT_JMPREL", raw->jmprel, raw->jmprel_size, &dyn->jmprel));
	return NULL;
}

struct ij_error *ij_dynamic_read(struct ij_object *obj, uint64_t vaddr, uint64_t size)
{
	struct raw raw = {0};
	struct ij_span span;
	const uint8_t *bytes;

	if (!ij_object_span_of(obj, vaddr, &span) || size > span.size)
		return ij_error_new(BADDATA, "PT_DYNAMIC at 0x%llx is not in a segment",
				    (unsigned long long)vaddr);
	if (size / sizeof(Elf64_Dyn) > ENTRIES_MAX)
		return ij_error_new(BADDATA, "%llu dynamic entries are too many",
				    (unsigned long long)(size / sizeof(Elf64_Dyn)));
	IJ_TRY(ij_image_get(&obj->img, span.off, size, &bytes));
	for (uint64_t i = 0; i < size / sizeof(Elf64_Dyn); i++) {
		Elf64_Dyn entry;

		memcpy(&entry, bytes + i * sizeof(entry), sizeof(entry));
		if (entry.d_tag == DT_NULL)
			break;
		note_entry(&obj->dyn, &raw, &entry, i);
	}
	obj->dyn.present = true;
	return place_all(obj, &raw);
}

struct ij_error *ij_dynamic_str(struct ij_object *obj, uint64_t off, const char **ret)
{
	const struct ij_span *tab = &obj->dyn.strtab;

	if (off >= tab->size)
		return ij_error_new(BADDATA, "%s: name at 0x%llx of a string table of 0x%llx bytes",
				    obj->name, (unsigned long long)off,
				    (unsigned long long)tab->size);
	return ij_image_str(&obj->img, tab->off + off, tab->off + tab->size, IJ_OBJ_NAME_MAX, ret);
}

bool ij_object_needs(struct ij_object *obj, const char *soname)
{
	for (unsigned i = 0; i < obj->dyn.needed_len; i++) {
		const char *name;
		struct ij_error *err = ij_dynamic_str(obj, obj->dyn.needed[i], &name);
		bool is_it = !err && !strcmp(name, soname);

		ij_error_free(err);
		if (is_it)
			return true;
	}
	return false;
}

const char *ij_object_soname(struct ij_object *obj)
{
	const char *name = NULL;
	IJ_ERROR_AUTO err = NULL;

	if (!obj->dyn.has_soname)
		return NULL;
	err = ij_dynamic_str(obj, obj->dyn.soname, &name);
	return err ? NULL : name;
}

/* Note that version @idx is called by the string at @name_off. */
static struct ij_error *note_version(struct ij_object *obj, uint32_t idx, uint32_t name_off)
{
	struct ij_versions *versions = &obj->versions;

	idx &= VERSIONS_MAX - 1;
	if (idx >= versions->len) {
		const char **names =
			reallocarray(versions->names, idx + 1, sizeof(*versions->names));

		if (!names)
			return ij_error_nomem();
		memset(names + versions->len, 0, (idx + 1 - versions->len) * sizeof(*names));
		versions->names = names;
		versions->len = idx + 1;
	}
	return ij_dynamic_str(obj, name_off, &versions->names[idx]);
}

/*
 * Walk .gnu.version_d (LSB 5.0 Core, 10.7.3). Records are chained by offsets, which must grow, so
 * the walk ends; the number of records is bounded besides.
 */
static struct ij_error *read_verdefs(struct ij_object *obj)
{
	const struct ij_span *tab = &obj->dyn.verdef;
	uint64_t pos = 0;

	for (unsigned n = 0; tab->size && n < VERSIONS_MAX; n++) {
		Elf64_Verdef def;
		Elf64_Verdaux aux;

		if (sizeof(def) > tab->size || pos > tab->size - sizeof(def))
			return ij_error_new(BADDATA, "version definitions leave their segment");
		IJ_TRY(ij_image_copy(&obj->img, tab->off + pos, &def, sizeof(def)));
		if (def.vd_version != VER_DEF_CURRENT)
			return ij_error_new(BADDATA, "version definition of format %u",
					    def.vd_version);
		if (def.vd_cnt) {
			IJ_TRY(ij_image_copy(&obj->img, tab->off + pos + def.vd_aux, &aux,
					     sizeof(aux)));
			IJ_TRY(note_version(obj, def.vd_ndx, aux.vda_name));
		}
		if (!def.vd_next)
			break;
		pos += def.vd_next;
	}
	return NULL;
}

/* The versions wanted of one library: .gnu.version_r's inner chain (LSB 5.0 Core, 10.7.4). */
static struct ij_error *read_vernaux(struct ij_object *obj, uint64_t pos, unsigned *left)
{
	for (; *left; --*left) {
		Elf64_Vernaux aux;

		IJ_TRY(ij_image_copy(&obj->img, pos, &aux, sizeof(aux)));
		IJ_TRY(note_version(obj, aux.vna_other, aux.vna_name));
		if (!aux.vna_next)
			return NULL;
		pos += aux.vna_next;
	}
	return ij_error_new(BADDATA, "too many version references");
}

static struct ij_error *read_verneeds(struct ij_object *obj)
{
	const struct ij_span *tab = &obj->dyn.verneed;
	unsigned left = VERSIONS_MAX;
	uint64_t pos = 0;

	for (unsigned n = 0; tab->size && n < VERSIONS_MAX; n++) {
		Elf64_Verneed need;

		if (sizeof(need) > tab->size || pos > tab->size - sizeof(need))
			return ij_error_new(BADDATA, "version references leave their segment");
		IJ_TRY(ij_image_copy(&obj->img, tab->off + pos, &need, sizeof(need)));
		if (need.vn_cnt)
			IJ_TRY(read_vernaux(obj, tab->off + pos + need.vn_aux, &left));
		if (!need.vn_next)
			break;
		pos += need.vn_next;
	}
	return NULL;
}

/* Versions only tell apart symbols of one name, so malformed ones are merely unknown. */
static void load_versions(struct ij_object *obj)
{
	struct ij_error *err;

	if (obj->versions.loaded)
		return;
	obj->versions.loaded = true;
	err = read_verdefs(obj);
	ij_error_free(err);
	err = read_verneeds(obj);
	ij_error_free(err);
}

const char *ij_version_of(struct ij_object *obj, uint64_t idx, bool *hidden_ret)
{
	const struct ij_span *tab = &obj->dyn.versym;
	uint16_t ver = 0;

	*hidden_ret = false;
	if (idx < tab->size / sizeof(ver)) {
		IJ_ERROR_AUTO err =
			ij_image_copy(&obj->img, tab->off + idx * sizeof(ver), &ver, sizeof(ver));

		if (err)
			return NULL;
	}
	*hidden_ret = ver & 0x8000;
	ver &= 0x7fff;
	if (ver < 2) /* VER_NDX_LOCAL, VER_NDX_GLOBAL: no version */
		return NULL;
	load_versions(obj);
	return ver < obj->versions.len ? obj->versions.names[ver] : NULL;
}
