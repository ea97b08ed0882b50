/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of types that a person has declared, by hash, and of constants. */
#include "lang/typedefs.h"

#include <stdlib.h>
#include <string.h>

enum { CONSTANTS_MAX = 1 << 14 };

static uint32_t bucket_of(const char *name, size_t len)
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)name[i]) * 16777619u;
	return (hash ^ hash >> 16) % 256;
}

struct ij_error *ij_typedefs_add(struct ij_typedefs *defs, const char *name, size_t len,
				 const struct ij_typedef *def)
{
	uint32_t *bucket = &defs->buckets[bucket_of(name, len)];
	struct ij_typedef copy = *def;
	struct ij_error *err;

	copy.name = strndup(name, len);
	copy.next = *bucket;
	err = copy.name ? ij_vec_push(&defs->list, copy) : ij_error_nomem();
	if (err)
		free(copy.name);
	else
		*bucket = (uint32_t)defs->list.len;
	return err;
}

const struct ij_typedef *ij_typedefs_find(const struct ij_typedefs *defs, const char *name,
					  size_t len)
{
	if (!defs)
		return NULL;
	for (uint32_t at = defs->buckets[bucket_of(name, len)]; at;) {
		const struct ij_typedef *def = &defs->list.items[at - 1];

		if (!strncmp(def->name, name, len) && !def->name[len])
			return def;
		at = def->next;
	}
	return NULL;
}

struct ij_error *ij_typedefs_add_constant(struct ij_typedefs *defs, const char *name, size_t len,
					  int64_t value, bool is_unsigned)
{
	bool is_long = is_unsigned ? (uint64_t)value > UINT32_MAX : value != (int32_t)value;
	struct ij_constant constant = {
		.value = (uint64_t)value, .size = is_long ? 8 : 4, .is_unsigned = is_unsigned};
	struct ij_error *err;

	if (defs->constants.len == CONSTANTS_MAX)
		return ij_error_new(LIMIT, "more than %d constants", CONSTANTS_MAX);
	constant.name = strndup(name, len);
	err = constant.name ? ij_vec_push(&defs->constants, constant) : ij_error_nomem();
	if (err)
		free((char *)(uintptr_t)constant.name);
	return err;
}

const struct ij_constant *ij_typedefs_constant(const struct ij_typedefs *defs, const char *name,
					       size_t len)
{
	for (size_t i = defs ? defs->constants.len : 0; i--;) {
		const struct ij_constant *constant = &defs->constants.items[i];

		if (!strncmp(constant->name, name, len) && !constant->name[len])
			return constant;
	}
	return NULL;
}

void ij_typedefs_deinit(struct ij_typedefs *defs)
{
	IJ_VEC_EACH (&defs->list, def)
		free(def->name);
	ij_vec_deinit(&defs->list);
	IJ_VEC_EACH (&defs->constants, constant)
		free((char *)(uintptr_t)constant->name);
	ij_vec_deinit(&defs->constants);
}
