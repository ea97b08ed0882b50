/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking names up in policy.def. */
#include "maps/policy.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <threads.h>

/* The classes under the names that policy.def uses. */
enum {
	NONE = 0,
#define IJ_C(NAME, name, bit, text) NAME = 1 << (bit),
#include "maps/classes.def"
#undef IJ_C
};

static const struct {
	const char *names; /* separated by spaces */
	ij_classes classes;
} lists[] = {
#define IJ_P(classes, names) {names, classes},
#define IJ_PP(classes, prefix)
#include "maps/policy.def"
#undef IJ_P
#undef IJ_PP
};

static const struct {
	const char *prefix;
	size_t len;
	ij_classes classes;
} prefixes[] = {
#define IJ_P(classes, names)
#define IJ_PP(classes, prefix) {prefix, sizeof(prefix) - 1, classes},
#include "maps/policy.def"
#undef IJ_P
#undef IJ_PP
};

enum { NAME_MAX_LEN = 64, TABLE_CAP = 4096 };

/* The names of all lists, hashed with open addressing; made at first use. */
static struct {
	const char *name;
	size_t len;
	ij_classes classes;
} table[TABLE_CAP];

/* Bit N: a prefix begins with two characters of pair_hash N. Most names are ruled out by it. */
static uint64_t prefix_pairs;

static once_flag table_once = ONCE_FLAG_INIT;

/* A number under 64 for the first two characters of @name. */
static unsigned pair_hash(const char *name)
{
	return name[0] ? ((uint8_t)name[0] * 7u + (uint8_t)name[1]) & 63 : 0;
}

/* FNV-1a. */
static uint32_t hash_add(uint32_t hash, char ch)
{
	return (hash ^ (uint8_t)ch) * 16777619u;
}

#define HASH_START 2166136261u

static void table_add(const char *name, size_t len, ij_classes classes)
{
	static size_t used;
	uint32_t at = HASH_START;

	assert(len && len <= NAME_MAX_LEN && ++used <= TABLE_CAP / 2);
	for (size_t i = 0; i < len; i++)
		at = hash_add(at, name[i]);
	for (;; at++) {
		__typeof__(&table[0]) slot = &table[at % TABLE_CAP];

		if (slot->name)
			continue;
		slot->name = name;
		slot->len = len;
		slot->classes = classes;
		return;
	}
}

static void table_make(void)
{
	for (size_t i = 0; i < IJ_COUNT(lists); i++)
		for (const char *name = lists[i].names; *name;) {
			size_t len = strcspn(name, " ");

			table_add(name, len, lists[i].classes);
			name += len + (name[len] == ' ');
		}
	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		prefix_pairs |= (uint64_t)1 << pair_hash(prefixes[i].prefix);
}

/* The mangled names of C++ in namespaces and its virtual tables: a million of them, and none in a
 * list. */
static bool is_cxx(const char *name)
{
	return name[0] == '_' && name[1] == 'Z' &&
	       (name[2] == 'N' || name[2] == 'T' || name[2] == 'Z' || name[2] == 'L');
}

ij_classes ij_policy_function(const char *name)
{
	uint32_t at = HASH_START;
	size_t len;

	if (is_cxx(name))
		return IJ_CLASSES_NONE;
	/* What the compiler appends to its clones ("malloc.part.0", "free.cold") is no part of the
	 * name. */
	for (len = 0; name[len] && name[len] != '.'; len++) {
		if (len == NAME_MAX_LEN)
			return IJ_CLASSES_NONE;
		at = hash_add(at, name[len]);
	}
	call_once(&table_once, table_make);
	for (; table[at % TABLE_CAP].name; at++)
		if (table[at % TABLE_CAP].len == len &&
		    !memcmp(table[at % TABLE_CAP].name, name, len))
			return table[at % TABLE_CAP].classes;
	if (!(prefix_pairs >> pair_hash(name) & 1))
		return IJ_CLASSES_NONE;
	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		if (name[1] == prefixes[i].prefix[1] &&
		    !strncmp(name, prefixes[i].prefix, prefixes[i].len))
			return prefixes[i].classes;
	return IJ_CLASSES_NONE;
}

/*
 * Modules by the start of their base name. musl's loader is its libc, so it is no module of one
 * class: its functions are known by name. Nor is libpthread before glibc 2.34: the roots of threads
 * lie in it.
 */
static const struct {
	const char *prefix;
	ij_classes classes;
} modules[] = {
	{"ld-linux", LOADER},
	{"ld64.so", LOADER},
	{"ld.so", LOADER},
	{"ld-2.", LOADER}, /* glibc before 2.34 named the file by version */
	{"libdl.so", LOADER},
	{"libdl-2.", LOADER},
	{"libjemalloc", ALLOCATOR},
	{"libtcmalloc", ALLOCATOR},
	{"libmimalloc", ALLOCATOR},
	{"libhoard", ALLOCATOR},
	{"libsnmalloc", ALLOCATOR},
	{"librpmalloc", ALLOCATOR},
	{"libscudo", ALLOCATOR},
	{"libumem", ALLOCATOR},
	{"libc_malloc_debug", ALLOCATOR},
	{"libgcc_s", UNWINDER},
	{"libunwind", UNWINDER},
	{"libbacktrace", UNWINDER},
	{"libgc.so", COLLECTOR},
	{"libgccpp", COLLECTOR},
	{"libnss_", RESOLVER},
	{"libresolv", RESOLVER},
	{"libanl", RESOLVER},
	{"libnsl", RESOLVER},
	{"libcrypto", CRYPTO},
	{"libssl", CRYPTO},
	{"libgnutls", CRYPTO},
	{"libgcrypt.so", CRYPTO},
	{"libnettle", CRYPTO},
	{"libhogweed", CRYPTO},
	{"libmbedcrypto", CRYPTO},
	{"libmbedtls", CRYPTO},
	{"libcrypt.so", CRYPTO},
	{"libwolfssl", CRYPTO},
	{"libsodium", CRYPTO},
	{"libnss3", CRYPTO},
	{"libfreebl", CRYPTO},
	{"libsoftokn", CRYPTO},
};

ij_classes ij_policy_module(const char *soname)
{
	for (size_t i = 0; i < IJ_COUNT(modules); i++)
		if (!strncmp(soname, modules[i].prefix, strlen(modules[i].prefix)))
			return modules[i].classes;
	return IJ_CLASSES_NONE;
}

static uint64_t fold(uint64_t hash, const char *text, ij_classes classes)
{
	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * 1099511628211ull;
	return (hash ^ classes) * 1099511628211ull;
}

uint64_t ij_policy_fingerprint(void)
{
	uint64_t hash = 14695981039346656037ull; /* FNV-1a, 64 bits */

	for (size_t i = 0; i < IJ_COUNT(lists); i++)
		hash = fold(hash, lists[i].names, lists[i].classes);
	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		hash = fold(hash, prefixes[i].prefix, prefixes[i].classes);
	for (size_t i = 0; i < IJ_COUNT(modules); i++)
		hash = fold(hash, modules[i].prefix, modules[i].classes);
	return hash;
}
