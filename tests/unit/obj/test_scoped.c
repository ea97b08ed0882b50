/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Symbols by a part of their names, and functions of C++ by these. */
#include "files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct seen {
	const char *part;
	size_t len;
	uint64_t sum; /* of their addresses and of what they are called */
	size_t most;
};

static bool on_symbol(void *ctx, const struct ij_symbol *sym)
{
	struct seen *seen = ctx;

	if (!strstr(sym->name, seen->part))
		return true;
	seen->len++;
	seen->sum += sym->value;
	for (const char *c = sym->name; *c; c++)
		seen->sum += (uint64_t)(uint8_t)*c << 32;
	return seen->len < seen->most;
}

/* The same symbols as by going through all of them, and no others. */
static void check_part(const char *path, const char *part)
{
	struct seen all = {.part = part, .most = SIZE_MAX}, some = {.part = "", .most = SIZE_MAX};
	struct ij_object *obj;
	int fd;

	obj = fx_object(path, &fd);
	fx_assert_ok(ij_object_symbols_with(obj, part, on_symbol, &some));
	fx_assert_ok(ij_object_symbols_each(obj, on_symbol, &all));
	assert_int_equal(some.len, all.len);
	assert_int_equal(some.sum, all.sum);
	ij_object_close(obj);
	close(fd);
}

static void test_parts_of_names(void **state)
{
	static const char *const files[] = {FX("libmany.so"), FX("libfx.so"), FX("libstripped.so"),
					    FX("libscoped.so")};
	static const char *const parts[] = {"number_",     "number_1", "number_5999",
					    "symbol_with", "a_symbol", "versioned",
					    "fx_",         "6flat_9",  "absent"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++)
		for (size_t j = 0; j < IJ_COUNT(parts); j++)
			check_part(files[i], parts[j]);
}

/* All of them are there, of tables that need several reads; who has enough is told no more. */
static void test_many(void **state)
{
	struct seen seen = {.part = "number_", .most = SIZE_MAX};
	struct ij_object *obj;
	int fd;

	(void)state;
	obj = fx_object(FX("libmany.debug"), &fd);
	fx_assert_ok(ij_object_symbols_with(obj, "number_", on_symbol, &seen));
	assert_int_equal(seen.len, 6000);
	seen = (struct seen){.part = "", .most = 3};
	fx_assert_ok(ij_object_symbols_with(obj, "number_", on_symbol, &seen));
	assert_int_equal(seen.len, 3);
	ij_object_close(obj);
	close(fd);
}

static struct ij_error *on_any(void *ctx, const char *scope, const struct ij_debug_entry *entry,
			       bool *more)
{
	char *list = ctx;
	size_t len = strlen(list);

	(void)more;
	assert_int_equal(entry->kind, IJ_DEBUG_FUNCTION);
	snprintf(list + len, 512 - len, "%s;", scope);
	return NULL;
}

static struct ij_error *on_function(void *ctx, const char *scope,
				    const struct ij_debug_entry *entry, bool *more)
{
	assert_int_equal(entry->place, IJ_DEBUG_ADDRESS);
	return on_any(ctx, scope, entry, more);
}

/*
 * By the last part of a name, in the order of the symbols; with a scope others may be left out. A
 * scope's name may end in a digit, and a longer name have the shorter one's length in it.
 */
static void test_scopes(void **state)
{
	static const struct {
		const char *full, *last;
		const char *want[4]; /* scopes that are visited */
		const char *without; /* one that is not */
	} cases[] = {
		{"scope_1::flat_9", "flat_9", {"scope_1;", "scope_1::inner_22;"}, "scope_2"},
		{"scope_1::inner_22::flat_9", "flat_9", {"scope_1::inner_22;"}, "scope_1;"},
		{"scope_1::Box<int>::flat_9", "flat_9", {"scope_1::Box<int>;"}, "inner_22"},
		{"scope_1::(anonymous namespace)::flat_9",
		 "flat_9",
		 {"scope_1::(anonymous namespace);"},
		 "scope_2"},
		{"scope_2::flat_9", "flat_9", {"scope_2;"}, "scope_1"},
		{"scope_2::flat_90", "flat_90", {"scope_2;"}, "scope_1"},
		{"scope_2::flat_9_and_more_", "flat_9_and_more_", {"scope_2;"}, "scope_1"},
		{"scope_3::flat_9", "flat_9", {""}, "scope"},
		{"flat_9",
		 "flat_9",
		 {"scope_1;", "scope_1::inner_22;", "scope_2;", "scope_1::Box<int>;"},
		 "flat"},
	};
	struct ij_object *obj;
	int fd;

	(void)state;
	obj = fx_object(FX("libscoped.so"), &fd);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const char *full = cases[i].full;
		const struct ij_debug_path path = {full,
						   full + strlen(full) - strlen(cases[i].last)};
		struct ij_ctypes *types;
		struct ij_debug *debug;
		char list[512] = ";";

		fx_assert_ok(ij_ctypes_create(&types));
		fx_assert_ok(ij_debug_open(obj, types, &debug));
		fx_assert_ok(ij_debug_functions(debug, obj, &path, on_function, list));
		for (size_t j = 0; j < IJ_COUNT(cases[i].want) && cases[i].want[j]; j++)
			if (!strstr(list, cases[i].want[j]))
				fail_msg("%s: %s has no %s", full, list, cases[i].want[j]);
		if (strstr(list, cases[i].without))
			fail_msg("%s: %s has %s", full, list, cases[i].without);
		ij_debug_close(debug);
		ij_ctypes_destroy(types);
	}
	ij_object_close(obj);
	close(fd);
}

static struct ij_error *on_place(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				 bool *more)
{
	(void)scope;
	(void)more;
	*(uint64_t *)ctx = entry->addr;
	return NULL;
}

/* What a unit knows by a name is the same each time, whatever was asked for in between. */
static void test_beside(void **state)
{
	static const char *const names[] = {"flat_9", "flat_90", "absent"};
	static const unsigned asked[] = {0, 0, 1, 1, 0, 2, 2, 0, 1};
	static const char *const everywhere[] = {"scope_1;", "scope_1::inner_22;", "scope_2;",
						 "scope_1::(anonymous namespace);"};
	const char *full = "scope_2::flat_90";
	const struct ij_debug_path path = {full, full + strlen("scope_2::")};
	char first[IJ_COUNT(names)][512] = {""};
	bool known[IJ_COUNT(names)] = {false};
	struct ij_ctypes *types;
	struct ij_debug *debug;
	struct ij_object *obj;
	uint64_t addr = 0;
	int fd;

	(void)state;
	obj = fx_object(FX("libscoped.so"), &fd);
	fx_assert_ok(ij_ctypes_create(&types));
	fx_assert_ok(ij_debug_open(obj, types, &debug));
	fx_assert_ok(ij_debug_functions(debug, obj, &path, on_place, &addr));
	assert_true(addr != 0);
	for (size_t i = 0; i < IJ_COUNT(asked); i++) {
		char list[512] = "";

		fx_assert_ok(ij_debug_functions_beside(debug, addr, names[asked[i]], on_any, list));
		if (known[asked[i]])
			assert_string_equal(list, first[asked[i]]);
		memcpy(first[asked[i]], list, sizeof(list));
		known[asked[i]] = true;
	}
	for (size_t i = 0; i < IJ_COUNT(everywhere); i++)
		if (!strstr(first[0], everywhere[i]))
			fail_msg("%s has no %s", first[0], everywhere[i]);
	assert_non_null(strstr(first[1], "scope_2;"));
	assert_null(strstr(first[1], "scope_1"));
	assert_string_equal(first[2], "");
	ij_debug_close(debug);
	ij_ctypes_destroy(types);
	ij_object_close(obj);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts_of_names),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_beside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
