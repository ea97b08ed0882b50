/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names from separate debug files, which are opened late, and addresses put into words. */
#include "files.h"

#include <stdio.h>

#define LIB_AT 0x7f0000000000ull

/* A stripped module's local names come from its debug file, which is opened only for them. */
static void test_debug_lazily(void **state)
{
	struct fx_target target;
	struct ij_resolved res;
	const uint8_t *id;
	char path[200], buf[100];
	size_t id_size;
	int len;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libstripped.so"), "/usr/lib/libfx.so", LIB_AT);
	fx_target_modules(&target);
	id = ij_object_build_id(fx_target_module(&target, "libfx.so")->obj, &id_size);
	len = snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%02x/", id[0]);
	for (size_t i = 1; i < id_size; i++)
		len += snprintf(path + len, sizeof(path) - (size_t)len, "%02x", id[i]);
	snprintf(path + len, sizeof(path) - (size_t)len, ".debug");
	fx_target_file(&target, path, FX("libfx.debug"));

	fx_assert_ok(ij_modules_resolve(target.mods, "fx_func", &res));
	ij_modules_describe(target.mods, res.addr + 1, buf, sizeof(buf));
	assert_string_equal(buf, "fx_func+0x1 (libfx.so)");
	assert_int_equal(target.debug_opens, 0);
	fx_assert_ok(ij_modules_resolve(target.mods, "fx_local", &res));
	assert_int_equal(target.debug_opens, 1);
	ij_modules_describe(target.mods, res.addr, buf, sizeof(buf));
	assert_string_equal(buf, "fx_local (libfx.so)");
	fx_assert_error(ij_modules_resolve(target.mods, "fx_nothing", &res), IJ_ERR_NOTFOUND, "");
	assert_int_equal(target.debug_opens, 1);
	fx_target_deinit(&target);
}

/* Those of all modules that are searched are asked for together, and of each once. */
static void test_debugs_together(void **state)
{
	struct fx_target target;
	struct ij_resolved res;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libnoidlinked.so"), "/opt/x/liba.so", LIB_AT);
	fx_target_load(&target, FX("libnoidlinked.so"), "/opt/y/libb.so", LIB_AT + 0x1000000);
	fx_target_load(&target, FX("libfx.so"), "/opt/y/libfx.so", LIB_AT + 0x2000000);
	fx_target_modules(&target);
	fx_target_file(&target, "/opt/y/.debug/libnoid.debug", FX("libnoid.debug"));
	fx_assert_error(ij_modules_resolve(target.mods, "fx_none", &res), IJ_ERR_NOTFOUND, "");
	assert_int_equal(target.debug_opens, 3 + 2);
	assert_int_equal(target.expectations, 1);
	assert_int_equal(target.expected_len, 0);
	fx_assert_ok(ij_modules_resolve(target.mods, "libb!fx_local", &res));
	fx_assert_error(ij_modules_resolve(target.mods, "fx_none", &res), IJ_ERR_NOTFOUND, "");
	assert_int_equal(target.debug_opens, 3 + 2);
	assert_int_equal(target.expectations, 1);
	fx_target_deinit(&target);

	/* Of one alone. */
	fx_target_init(&target);
	fx_target_load(&target, FX("libnoidlinked.so"), "/opt/x/liba.so", LIB_AT);
	fx_target_load(&target, FX("libnoidlinked.so"), "/opt/y/libb.so", LIB_AT + 0x1000000);
	fx_target_modules(&target);
	fx_target_file(&target, "/opt/y/.debug/libnoid.debug", FX("libnoid.debug"));
	fx_assert_ok(ij_modules_resolve(target.mods, "libb!fx_local", &res));
	assert_int_equal(target.debug_opens, 2);
	assert_int_equal(target.expectations, 1);
	assert_int_equal(target.expected_len, 0);
	fx_target_deinit(&target);
}

/* Without a debug file the names inside the stripped file serve; rubbish in their place does not.
 */
static void test_minidebug(void **state)
{
	static const char *const files[] = {FX("libmini.so"), FX("libbadmini.so")};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		struct fx_target target;
		struct ij_resolved res;
		char buf[100];

		fx_target_init(&target);
		fx_target_load(&target, files[i], "/usr/lib/libfx.so", LIB_AT);
		fx_target_modules(&target);
		if (i) {
			fx_assert_error(ij_modules_resolve(target.mods, "fx_local", &res),
					IJ_ERR_NOTFOUND, "");
		} else {
			fx_assert_ok(ij_modules_resolve(target.mods, "fx_local", &res));
			ij_modules_describe(target.mods, res.addr, buf, sizeof(buf));
			assert_string_equal(buf, "fx_local (libfx.so)");
		}
		fx_assert_ok(ij_modules_resolve(target.mods, "fx_func", &res));
		fx_target_deinit(&target);
	}
}

/* By debuglink: beside, in .debug, below /usr/lib/debug; a wrong one does not end the search. */
static void test_debuglink_folders(void **state)
{
	static const char *const paths[] = {"/opt/x/libnoid.debug", "/opt/x/.debug/libnoid.debug",
					    "/usr/lib/debug/opt/x/libnoid.debug"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(paths); i++) {
		struct fx_target target;
		struct ij_resolved res;

		fx_target_init(&target);
		fx_target_load(&target, FX("libnoidlinked.so"), "/opt/x/liba.so", LIB_AT);
		fx_target_modules(&target);
		if (i > 0)
			fx_target_file(&target, paths[0], FX("libfx.debug"));
		fx_target_file(&target, paths[i], FX("libnoid.debug"));
		fx_assert_ok(ij_modules_resolve(target.mods, "fx_local", &res));
		assert_int_equal(target.debug_opens, i + 1);
		fx_target_deinit(&target);
	}
}

static void test_describe(void **state)
{
	struct fx_target target;
	const struct ij_module *mod;
	const char *func;
	char buf[100], small[4];
	uint64_t off;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libfx.so"), "/usr/lib/libfx.so", LIB_AT);
	fx_target_modules(&target);
	ij_modules_describe(target.mods, LIB_AT + 8, buf, sizeof(buf));
	assert_string_equal(buf, "0x8 (libfx.so)");
	ij_modules_describe(target.mods, 0x1234, buf, sizeof(buf));
	assert_string_equal(buf, "0x1234");
	ij_modules_describe(target.mods, 0x1234, small, sizeof(small));
	assert_string_equal(small, "0x1");
	ij_modules_locate(target.mods, 0x1234, &func, &off, &mod);
	assert_null(func);
	assert_null(mod);
	fx_target_deinit(&target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_debug_lazily), cmocka_unit_test(test_debugs_together),
		cmocka_unit_test(test_minidebug),    cmocka_unit_test(test_debuglink_folders),
		cmocka_unit_test(test_describe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
