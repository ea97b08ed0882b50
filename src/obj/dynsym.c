/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names in .dynsym, through DT_GNU_HASH or DT_HASH: a few blocks of the file a lookup.
 *
 * Source: gABI 4.1 "Hash Table"; for DT_GNU_HASH, glibc 2.36 elf/dl-lookup.c (do_lookup_x) and
 * elf/dl-setup_hash.c. A name hit in the hash is compared as a string, so a wrong table can only
 * hide names, never give a wrong one.
 */
#include <string.h>

#include "obj/object_internal.h"

#define CHAIN_MAX (1u << 20) /* entries of one hash chain that are looked at */

bool ij_dynsym_raw(struct ij_object *obj, uint64_t idx, Elf64_Sym *ret)
{
	const struct ij_span *tab = &obj->dyn.symtab;
	struct ij_error *err;

	if (idx >= tab->size / sizeof(*ret))
		return false;
	err = ij_image_copy(&obj->img, tab->off + idx * sizeof(*ret), ret, sizeof(*ret));
	ij_error_free(err);
	return !err;
}

/*
 * Absolute symbols are version nodes and numbers, common ones belong to relocatable files: none has
 * an address in the target.
 */
bool ij_symbol_from(const Elf64_Sym *sym, const char *name, struct ij_symbol *ret)
{
	enum ij_symbol_kind kind;

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS || sym->st_shndx == SHN_COMMON)
		return false;
	switch (ELF64_ST_TYPE(sym->st_info)) {
	case STT_FUNC:
		kind = IJ_SYMBOL_FUNC;
		break;
	case STT_GNU_IFUNC:
		kind = IJ_SYMBOL_IFUNC;
		break;
	case STT_OBJECT:
	case STT_COMMON:
		kind = IJ_SYMBOL_DATA;
		break;
	case STT_TLS:
		kind = IJ_SYMBOL_TLS;
		break;
	case STT_NOTYPE:
		kind = IJ_SYMBOL_NONE;
		break;
	default:
		return false;
	}
	*ret = (struct ij_symbol){.name = name,
				  .value = sym->st_value,
				  .size = sym->st_size,
				  .kind = kind,
				  .local = ELF64_ST_BIND(sym->st_info) == STB_LOCAL,
				  .weak = ELF64_ST_BIND(sym->st_info) == STB_WEAK};
	return true;
}

bool ij_dynsym_get(struct ij_object *obj, size_t idx, struct ij_symbol *ret)
{
	const char *name;
	struct ij_error *err;
	Elf64_Sym sym;

	if (!ij_dynsym_raw(obj, idx, &sym) || !sym.st_name || sym.st_name >= obj->dyn.strtab.size ||
	    sym.st_shndx == SHN_UNDEF)
		return false;
	err = ij_dynamic_str(obj, sym.st_name, &name);
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (!ij_symbol_from(&sym, name, ret))
		return false;
	ret->dynamic = true;
	ret->version = ij_version_of(obj, idx, &ret->hidden_version);
	return true;
}

/* The best candidate so far of a lookup. */
struct best {
	const char *name;
	size_t name_len;
	struct ij_symbol sym;
	uint16_t version; /* index, of a hidden one */
	bool found;
};

/*
 * Is entry @idx the name, and better than what was found? The default version ends the search;
 * among others the highest index wins, which linkers number from old to new.
 */
static bool consider(struct ij_object *obj, uint64_t idx, struct best *best)
{
	const struct ij_span *strs = &obj->dyn.strtab;
	const struct ij_span *vers = &obj->dyn.versym;
	const uint8_t *name;
	struct ij_error *err;
	struct ij_symbol sym;
	uint16_t version = 0;
	Elf64_Sym raw;

	if (!ij_dynsym_raw(obj, idx, &raw) || raw.st_name >= strs->size ||
	    best->name_len + 1 > strs->size - raw.st_name)
		return false;
	err = ij_image_get(&obj->img, strs->off + raw.st_name, best->name_len + 1, &name);
	if (!err && idx < vers->size / sizeof(version))
		err = ij_image_copy(&obj->img, vers->off + idx * sizeof(version), &version,
				    sizeof(version));
	if (err) {
		ij_error_free(err);
		return false;
	}
	if (memcmp(name, best->name, best->name_len + 1) || !ij_dynsym_get(obj, idx, &sym) ||
	    sym.local)
		return false;
	if (best->found && sym.hidden_version && version <= best->version)
		return false;
	best->sym = sym;
	best->version = version;
	best->found = true;
	return !sym.hidden_version;
}

static uint32_t read_u32(struct ij_object *obj, uint64_t off, bool *failed)
{
	uint32_t value = 0;
	struct ij_error *err = ij_image_copy(&obj->img, off, &value, sizeof(value));

	if (err)
		*failed = true;
	ij_error_free(err);
	return value;
}

struct gnu_hash {
	uint64_t off; /* of the table, in the file */
	uint32_t buckets_len, first, bloom_len, shift;
	uint64_t bloom, buckets, chains; /* file offsets */
	uint64_t chains_len;
};

static struct ij_error *gnu_hash_open(struct ij_object *obj, struct gnu_hash *ret)
{
	const struct ij_span *tab = &obj->dyn.gnu_hash;
	uint32_t head[4];
	uint64_t fixed;

	if (tab->size < sizeof(head))
		return ij_error_new(BADDATA, "%s: truncated DT_GNU_HASH", obj->name);
	IJ_TRY(ij_image_copy(&obj->img, tab->off, head, sizeof(head)));
	*ret = (struct gnu_hash){.buckets_len = head[0],
				 .first = head[1],
				 .bloom_len = head[2],
				 .shift = head[3],
				 .bloom = tab->off + sizeof(head)};
	ret->buckets = ret->bloom + 8ull * ret->bloom_len;
	ret->chains = ret->buckets + 4ull * ret->buckets_len;
	fixed = ret->chains - tab->off;
	if (!ret->buckets_len || !ret->bloom_len || (ret->bloom_len & (ret->bloom_len - 1)) ||
	    ret->shift > 31 || fixed > tab->size)
		return ij_error_new(BADDATA, "%s: malformed DT_GNU_HASH", obj->name);
	ret->chains_len = (tab->size - fixed) / 4;
	return NULL;
}

static struct ij_error *gnu_hash_find(struct ij_object *obj, struct best *best)
{
	uint32_t hash = 5381, bucket;
	struct gnu_hash gnu;
	uint64_t word, mask;
	bool failed = false;

	IJ_TRY(gnu_hash_open(obj, &gnu));
	for (const char *c = best->name; *c; c++)
		hash = hash * 33 + (uint8_t)*c;
	IJ_TRY(ij_image_copy(&obj->img, gnu.bloom + 8ull * (hash / 64 & (gnu.bloom_len - 1)), &word,
			     sizeof(word)));
	mask = 1ull << (hash & 63) | 1ull << (hash >> gnu.shift & 63);
	if ((word & mask) != mask)
		return NULL;
	bucket = read_u32(obj, gnu.buckets + 4ull * (hash % gnu.buckets_len), &failed);
	if (!bucket || failed || bucket < gnu.first)
		return NULL;
	for (uint64_t i = bucket - gnu.first, n = 0; i < gnu.chains_len && n < CHAIN_MAX;
	     i++, n++) {
		uint32_t value = read_u32(obj, gnu.chains + 4 * i, &failed);

		if (failed || ((value | 1) == (hash | 1) && consider(obj, i + gnu.first, best)) ||
		    (value & 1))
			return NULL;
	}
	return ij_error_new(BADDATA, "%s: a chain of DT_GNU_HASH does not end", obj->name);
}

/* gABI 4.1, "Hash Table", elf_hash(). */
static uint32_t sysv_hash(const char *name)
{
	uint32_t hash = 0;

	for (; *name; name++) {
		uint32_t high;

		hash = (hash << 4) + (uint8_t)*name;
		high = hash & 0xf0000000u;
		hash ^= high >> 24;
		hash &= ~high;
	}
	return hash;
}

/* The number of buckets and of chain entries of DT_HASH. */
static struct ij_error *sysv_hash_open(struct ij_object *obj, uint32_t *buckets_ret,
				       uint32_t *chains_ret)
{
	const struct ij_span *tab = &obj->dyn.hash;
	uint32_t head[2];

	if (tab->size < sizeof(head))
		return ij_error_new(BADDATA, "%s: truncated DT_HASH", obj->name);
	IJ_TRY(ij_image_copy(&obj->img, tab->off, head, sizeof(head)));
	if (!head[0] || 4ull * head[0] + 4ull * head[1] > tab->size - sizeof(head))
		return ij_error_new(BADDATA, "%s: malformed DT_HASH", obj->name);
	*buckets_ret = head[0];
	*chains_ret = head[1];
	return NULL;
}

static struct ij_error *sysv_hash_find(struct ij_object *obj, struct best *best)
{
	uint64_t base = obj->dyn.hash.off + 8;
	uint32_t buckets, chains, idx;
	bool failed = false;

	IJ_TRY(sysv_hash_open(obj, &buckets, &chains));
	idx = read_u32(obj, base + 4ull * (sysv_hash(best->name) % buckets), &failed);
	for (unsigned n = 0; idx && idx < chains && !failed && n < CHAIN_MAX; n++) {
		if (consider(obj, idx, best))
			return NULL;
		idx = read_u32(obj, base + 4ull * buckets + 4ull * idx, &failed);
	}
	if (idx)
		return ij_error_new(BADDATA, "%s: a chain of DT_HASH does not end", obj->name);
	return NULL;
}

struct ij_error *ij_dynsym_find(struct ij_object *obj, const char *name, struct ij_symbol *ret)
{
	struct best best = {.name = name, .name_len = strlen(name)};

	if (best.name_len && best.name_len < IJ_OBJ_NAME_MAX) {
		if (obj->dyn.gnu_hash.size)
			IJ_TRY(gnu_hash_find(obj, &best));
		else if (obj->dyn.hash.size)
			IJ_TRY(sysv_hash_find(obj, &best));
	}
	if (!best.found)
		return ij_error_new(NOTFOUND, "%s does not export %s", obj->name, name);
	*ret = best.sym;
	return NULL;
}

/* DT_GNU_HASH has no count: the chain of the highest bucket ends with the last symbol. */
static struct ij_error *gnu_hash_len(struct ij_object *obj, size_t *ret)
{
	struct gnu_hash gnu;
	uint32_t highest = 0;
	bool failed = false;
	const uint8_t *bytes;
	uint64_t i;

	IJ_TRY(gnu_hash_open(obj, &gnu));
	IJ_TRY(ij_image_get(&obj->img, gnu.buckets, 4ull * gnu.buckets_len, &bytes));
	for (uint32_t b = 0; b < gnu.buckets_len; b++) {
		uint32_t value;

		memcpy(&value, bytes + 4ull * b, sizeof(value));
		if (value > highest)
			highest = value;
	}
	*ret = gnu.first;
	if (highest < gnu.first)
		return NULL;
	for (i = highest - gnu.first; i < gnu.chains_len; i++) {
		uint32_t value = read_u32(obj, gnu.chains + 4 * i, &failed);

		if (failed || (value & 1))
			break;
	}
	*ret = (size_t)(i + gnu.first + 1);
	return NULL;
}

struct ij_error *ij_dynsym_len(struct ij_object *obj, size_t *ret)
{
	uint64_t max = obj->dyn.symtab.size / sizeof(Elf64_Sym);
	uint32_t buckets, chains = 0;
	size_t len = 0;

	if (obj->dynsym_len_known) {
		*ret = obj->dynsym_len;
		return NULL;
	}
	if (obj->dyn.hash.size) {
		IJ_TRY(sysv_hash_open(obj, &buckets, &chains));
		len = chains;
	} else if (obj->dyn.gnu_hash.size) {
		IJ_TRY(gnu_hash_len(obj, &len));
	}
	obj->dynsym_len = len < max ? len : max;
	obj->dynsym_len_known = true;
	*ret = obj->dynsym_len;
	return NULL;
}

struct ij_error *ij_dynsym_each(struct ij_object *obj, ij_symbol_visit visit, void *ctx,
				bool *more_ret)
{
	const uint8_t *bytes;
	size_t len;

	*more_ret = true;
	IJ_TRY(ij_dynsym_len(obj, &len));
	if (!len)
		return NULL;
	/* All of it will be looked at: two reads instead of one for each block. */
	IJ_TRY(ij_image_get(&obj->img, obj->dyn.symtab.off, len * sizeof(Elf64_Sym), &bytes));
	IJ_TRY(ij_image_get(&obj->img, obj->dyn.strtab.off, obj->dyn.strtab.size, &bytes));
	for (size_t i = 1; i < len && *more_ret; i++) {
		struct ij_symbol sym;

		if (ij_dynsym_get(obj, i, &sym))
			*more_ret = visit(ctx, &sym);
	}
	return NULL;
}
