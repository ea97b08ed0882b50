/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers by name, in what ptrace gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "arch/regfile.h"

#define XCR0_OFF 464
#define BV_OFF   512
#define SSE_ONLY 3ull
#define AVX_TOO  7ull
#define AVX_END  832 /* component 2 lies at 576 in the standard format of every processor */

static struct ij_regfile file;

static void components(uint64_t mask, size_t size)
{
	memset(&file, 0, sizeof(file));
	file.xstate_size = size;
	memcpy(file.xstate + XCR0_OFF, &mask, sizeof(mask));
}

static const struct ij_reg *named(const char *name)
{
	const struct ij_reg *reg = ij_regfile_find(name);

	if (!reg)
		fail_msg("no register %s", name);
	return reg;
}

/* Every name once, every size one that fits. */
static void test_list(void **state)
{
	size_t len;
	const struct ij_reg *list = ij_regfile_list(&len);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		assert_ptr_equal(ij_regfile_find(list[i].name), &list[i]);
		assert_in_range(list[i].size, 1, IJ_REG_SIZE_MAX);
	}
	assert_null(ij_regfile_find("rex"));
	assert_null(ij_regfile_find(""));
	assert_ptr_equal(ij_regfile_find("pc"), named("rip"));
	assert_ptr_equal(ij_regfile_find("sp"), named("rsp"));
}

static void test_dwarf(void **state)
{
	static const struct {
		const char *name;
		int number;
	} cases[] = {{"rax", 0},  {"rdx", 1},     {"rsp", 7},  {"r15", 15},
		     {"rip", 16}, {"eflags", -1}, {"xmm0", -1}};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		assert_int_equal(ij_reg_dwarf(named(cases[i].name)), cases[i].number);
}

static void test_general(void **state)
{
	uint64_t value = 0x1122334455667788ull, got = 0;
	uint32_t flags = 0x246, got_flags = 0;

	(void)state;
	components(SSE_ONLY, AVX_END);
	assert_true(ij_regfile_set(&file, named("r9"), &value));
	assert_int_equal(file.general.gp.r9, value);
	assert_true(ij_regfile_get(&file, named("r9"), &got));
	assert_int_equal(got, value);
	file.general.gp.eflags = ~0ull;
	assert_true(ij_regfile_set(&file, named("eflags"), &flags));
	assert_int_equal(file.general.gp.eflags, flags);
	assert_true(ij_regfile_get(&file, named("eflags"), &got_flags));
	assert_int_equal(got_flags, flags);
}

/* The wide registers are made of parts; what is set is in use from then on. */
static void test_vector(void **state)
{
	uint8_t value[32], got[64];
	uint64_t used;

	(void)state;
	components(AVX_TOO, AVX_END);
	for (unsigned i = 0; i < sizeof(value); i++)
		value[i] = (uint8_t)(i + 1);
	if (!ij_regfile_set(&file, named("ymm3"), value))
		skip(); /* the processor has none */
	assert_true(ij_regfile_get(&file, named("ymm3"), got));
	assert_memory_equal(got, value, 32);
	assert_true(ij_regfile_get(&file, named("xmm3"), got));
	assert_memory_equal(got, value, 16);
	assert_memory_equal(file.xstate + 160 + 16 * 3, value, 16);
	assert_memory_equal(file.xstate + 576 + 16 * 3, value + 16, 16);
	memcpy(&used, file.xstate + BV_OFF, sizeof(used));
	assert_int_equal(used, 6);
	memset(value, 0xee, sizeof(value));
	assert_true(ij_regfile_set(&file, named("st1"), value));
	assert_memory_equal(file.xstate + 32 + 16, value, 10);
}

/* What is not there is not zero. */
static void test_missing(void **state)
{
	uint8_t buf[64];

	(void)state;
	components(SSE_ONLY, AVX_END);
	assert_false(ij_regfile_get(&file, named("ymm0"), buf));
	assert_false(ij_regfile_set(&file, named("ymm0"), buf));
	assert_false(ij_regfile_get(&file, named("zmm31"), buf));
	components(AVX_TOO, AVX_END - 200);
	assert_false(ij_regfile_get(&file, named("ymm15"), buf));
	components(AVX_TOO, 0);
	assert_false(ij_regfile_get(&file, named("xmm0"), buf));
	assert_false(ij_regfile_get(&file, named("st0"), buf));
	assert_true(ij_regfile_get(&file, named("rax"), buf));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),    cmocka_unit_test(test_dwarf),
		cmocka_unit_test(test_general), cmocka_unit_test(test_vector),
		cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests_name("arch/regfile", tests, NULL, NULL);
}
