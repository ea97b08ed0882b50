/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Maps of Go 1.24 and later, out of memory that is made up, well and badly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lang/gomap.h"

/* Where things are; of a group the control word and eight slots of an int and an int. */
enum {
	MAP = 0x100,
	DIR = 0x200,
	TABLES = 0x400,
	TABLE_SIZE = 32,
	GROUPS = 0x1000,
	GROUP_SIZE = 8 + 8 * 16,
	SIZE = 0x4000,
};
/* In words: of a map, of a table. */
enum { USED = 0, DIR_PTR = 2, DIR_LEN = 3, T_DATA = 2, T_MASK = 3 };
#define EMPTY   0x80u
#define DELETED 0xfeu

struct fixture {
	struct ij_go_host host; /* first */
	struct ij_arena arena;
	uint64_t words[SIZE / 8];
	const struct ij_ctype *number;
	struct ij_go_value map;
};

static struct ij_error *read_words(struct ij_go_host *host, ij_addr addr, void *buf, size_t size)
{
	struct fixture *f = (struct fixture *)host;

	if (addr > SIZE || size > SIZE - addr)
		return ij_error_new(FAULT, "nothing is at 0x%llx", (unsigned long long)addr);
	memcpy(buf, (uint8_t *)f->words + addr, size);
	return NULL;
}

static struct ij_ctype *structure(struct fixture *f, const char *name, uint64_t size)
{
	struct ij_ctype *type;

	assert_null(ij_ctypes_new(f->host.types, IJ_CT_STRUCT, &type));
	type->name = name;
	type->size = size;
	return type;
}

static void member(struct ij_ctype *type, const char *name, const struct ij_ctype *of, uint64_t off)
{
	struct ij_cmember added = {.name = name, .type = of, .off = off};

	assert_null(ij_vec_push(&type->members, added));
}

static const struct ij_ctype *pointer_to(struct fixture *f, const struct ij_ctype *to)
{
	const struct ij_ctype *type;

	assert_null(ij_ctypes_pointer(f->host.types, to, &type));
	return type;
}

static const struct ij_ctype *eight(struct fixture *f, const struct ij_ctype *of)
{
	const struct ij_ctype *type;

	assert_null(ij_ctypes_array(f->host.types, of, 8, &type));
	return type;
}

/* As the linker describes them; @split: keys and elements apart. */
static void make_types(struct fixture *f, bool split)
{
	struct ij_ctype *slot = structure(f, "slot", 16);
	struct ij_ctype *group = structure(f, "map.group[int]int", GROUP_SIZE);
	struct ij_ctype *groups = structure(f, "groupReference<int,int>", 16);
	struct ij_ctype *table = structure(f, "table<int,int>", TABLE_SIZE);
	struct ij_ctype *head = structure(f, "map<int,int>", 48);

	assert_null(ij_go_type_basic(&f->host, "int", 3, &f->number));
	member(slot, "key", f->number, 0);
	member(slot, "elem", f->number, 8);
	member(group, "ctrl", f->number, 0);
	if (split) {
		member(group, "keys", eight(f, f->number), 8);
		member(group, "elems", eight(f, f->number), 72);
	} else {
		member(group, "slots", eight(f, slot), 8);
	}
	member(groups, "data", pointer_to(f, group), 0);
	member(groups, "lengthMask", f->number, 8);
	member(table, "groups", groups, 16);
	member(head, "used", f->number, 0);
	member(head, "dirPtr", pointer_to(f, pointer_to(f, table)), 16);
	member(head, "dirLen", f->number, 24);
	f->words[0] = MAP;
	f->map = ij_go_value_at(pointer_to(f, head), 0);
}

static struct fixture *set_up(bool split)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.host.read = read_words;
	f.host.arena = &f.arena;
	assert_null(ij_ctypes_create(&f.host.types));
	make_types(&f, split);
	return &f;
}

static void tear_down(struct fixture *f)
{
	ij_ctypes_destroy(f->host.types);
	ij_arena_deinit(&f->arena);
}

static ij_addr group_at(unsigned idx)
{
	return GROUPS + idx * GROUP_SIZE;
}

/* Put @key into slot @slot of group @idx, with a tenth of it as element. */
static void put(struct fixture *f, unsigned idx, unsigned slot, uint64_t key, bool split)
{
	uint64_t *group = &f->words[group_at(idx) / 8];

	((uint8_t *)group)[slot] = (uint8_t)(key & 0x7f);
	group[1 + (split ? slot : 2 * slot)] = key;
	group[split ? 9 + slot : 2 + 2 * slot] = key / 10;
}

static void clear(struct fixture *f, unsigned idx)
{
	memset(&f->words[group_at(idx) / 8], EMPTY, 8);
}

static void table_make(struct fixture *f, unsigned idx, ij_addr groups, uint64_t mask)
{
	uint64_t *table = &f->words[(TABLES + idx * TABLE_SIZE) / 8];

	table[T_DATA] = groups;
	table[T_MASK] = mask;
}

static void head_make(struct fixture *f, ij_addr dir, uint64_t len)
{
	f->words[MAP / 8 + DIR_PTR] = dir;
	f->words[MAP / 8 + DIR_LEN] = len;
}

struct seen {
	unsigned len;
	int64_t keys, elems; /* sums */
	struct ij_go_host *host;
};

static struct ij_error *visit(void *ctx, struct ij_go_value *key, struct ij_go_value *elem,
			      bool *more)
{
	struct seen *seen = ctx;

	(void)more;
	IJ_TRY(ij_go_value_load(seen->host, key));
	IJ_TRY(ij_go_value_load(seen->host, elem));
	seen->len++;
	seen->keys += ij_go_value_int(key);
	seen->elems += ij_go_value_int(elem);
	return NULL;
}

static void expect(struct fixture *f, unsigned len, int64_t keys)
{
	struct seen seen = {.host = &f->host};

	f->map.bytes = NULL;
	assert_null(ij_go_map_each(&f->host, &f->map, visit, &seen));
	assert_int_equal(seen.len, len);
	assert_int_equal(seen.keys, keys);
	assert_int_equal(seen.elems, keys / 10);
}

static void expect_element(struct fixture *f, int64_t key, bool there)
{
	struct ij_go_value wanted, found;
	bool is;

	f->map.bytes = NULL;
	assert_null(ij_go_value_make(&f->host, f->number, &key, sizeof(key), &wanted));
	assert_null(ij_go_map_get(&f->host, &f->map, &wanted, &found, &is));
	assert_int_equal(is, there);
	assert_null(ij_go_value_load(&f->host, &found));
	assert_int_equal(ij_go_value_int(&found), there ? key / 10 : 0);
}

static void small_maps(bool split)
{
	struct fixture *f = set_up(split);

	head_make(f, 0, 0);
	expect(f, 0, 0);
	expect_element(f, 10, false);
	clear(f, 0);
	head_make(f, group_at(0), 0);
	expect(f, 0, 0);
	put(f, 0, 0, 10, split);
	put(f, 0, 7, 20, split);
	put(f, 0, 3, 40, split);
	((uint8_t *)&f->words[group_at(0) / 8])[3] = DELETED;
	expect(f, 2, 30);
	expect_element(f, 20, true);
	expect_element(f, 40, false);
	tear_down(f);
}

static void test_small(void **state)
{
	(void)state;
	small_maps(false);
	small_maps(true);
}

/* A directory of four: the first half is one table, of two groups. */
static void test_large(void **state)
{
	struct fixture *f = set_up(false);
	const ij_addr dir[] = {TABLES, TABLES, TABLES + TABLE_SIZE, TABLES + 2 * TABLE_SIZE};

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		clear(f, i);
		put(f, i, i, 100 * (i + 1), false);
	}
	table_make(f, 0, group_at(0), 1);
	table_make(f, 1, group_at(2), 0);
	table_make(f, 2, group_at(3), 0);
	memcpy(&f->words[DIR / 8], dir, sizeof(dir));
	head_make(f, DIR, 4);
	expect(f, 4, 1000);
	expect_element(f, 200, true);
	expect_element(f, 400, true);
	expect_element(f, 500, false);
	tear_down(f);
}

static void expect_error(struct fixture *f, enum ij_error_code code)
{
	struct seen seen = {.host = &f->host};
	struct ij_error *err;

	f->map.bytes = NULL;
	err = ij_go_map_each(&f->host, &f->map, visit, &seen);
	assert_non_null(err);
	if (err->code != code)
		fail_msg("%s", err->msg);
	ij_error_free(err);
}

static void test_hostile(void **state)
{
	struct fixture *f = set_up(false);
	const ij_addr circle[] = {TABLES, TABLES + TABLE_SIZE, TABLES, 0};

	(void)state;
	clear(f, 0);
	table_make(f, 0, group_at(0), 0);
	table_make(f, 1, group_at(0), 0);
	head_make(f, SIZE + 8, 0);
	expect_error(f, IJ_ERR_FAULT);
	head_make(f, DIR, UINT64_MAX);
	expect_error(f, IJ_ERR_LIMIT);
	memcpy(&f->words[DIR / 8], circle, sizeof(circle));
	head_make(f, DIR, 4);
	expect_error(f, IJ_ERR_BADDATA);
	head_make(f, DIR, 3);
	expect(f, 0, 0);
	table_make(f, 1, group_at(0), 5);
	expect_error(f, IJ_ERR_BADDATA);
	table_make(f, 1, group_at(0), UINT64_MAX);
	expect_error(f, IJ_ERR_FAULT);
	tear_down(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
