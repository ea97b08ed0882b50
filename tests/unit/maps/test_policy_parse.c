/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Policy files of users: what they say, and what is said of wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/policy_rules.h"

#define C IJ_CLASS

static struct ij_policy *parse(const char *text)
{
	struct ij_policy *policy;
	struct ij_error *err;

	assert_null(ij_policy_create(&policy));
	err = ij_policy_add(policy, "own.policy", text, strlen(text));
	if (err)
		fail_msg("%s", err->msg);
	return policy;
}

static const struct {
	const char *text;
	const char *message; /* all of it, or its start */
} wrong[] = {
	{"[alocator] why\n",
	 "own.policy:1:2: unknown class \"alocator\"; did you mean \"allocator\"?"},
	{"[stdio,lodaer] why",
	 "own.policy:1:8: unknown class \"lodaer\"; did you mean \"loader\"?"},
	{"[heap] why", "own.policy:1:2: unknown class \"heap\"; interject-policy(5) lists"},
	{"[marked] why", "own.policy:1:2: class \"marked\" comes from marks"},
	{"[] why", "own.policy:1:1: no class"},
	{"[ ] why", "own.policy:1:1: no class"},
	{"[allocator why", "own.policy:1:1: no \"]\""},
	{"[allocator]", "own.policy:1:11: no reason"},
	{"[allocator] # comment", "own.policy:1:11: no reason"},
	{"function f", "own.policy:1:1: a rule before the first line"},
	{"\tf", "own.policy:1:2: a line that begins with a blank"},
	{"[other] why\n\tf", "own.policy:2:2: a line that begins with a blank"},
	{"[other] why\nfuntcion f",
	 "own.policy:2:1: \"funtcion\" begins no rule; did you mean \"function\"?"},
	{"[other] why\nmalloc free", "own.policy:2:1: \"malloc\" begins no rule; rules begin"},
	{"[other] why\nfunction", "own.policy:2:1: \"function\" wants a name"},
	{"[other] why\nfunction in libc*", "own.policy:2:1: \"function\" wants a name"},
	{"[other] why\nfunction f in", "own.policy:2:12: \"in\" wants a module"},
	{"[other] why\nfunction a\n\tf.cold", "own.policy:3:2: function \"f.cold\": names end"},
	{"[other] why\nfunction *", "own.policy:2:10: \"*\" is every function there is"},
	{"[other] why\nfunction ?*", "own.policy:2:10: \"?*\" is every function there is"},
	{"[other] why\nsection .text*", "own.policy:2:9: section \".text*\": patterns"},
	{"[other] why\nstatic server", "own.policy:2:8: \"server\" names no program"},
	{"[other] why\nstatic build-id:xyz", "own.policy:2:8: \"build-id:xyz\" names no program"},
	{"[other] why\nstatic build-id:1234567", "own.policy:2:8: "},
	{"[other] why\nstatic /bin/x 0x10", "own.policy:2:15: \"0x10\" is no range"},
	{"[other] why\nstatic /bin/x 0x20-0x10", "own.policy:2:15: \"0x20-0x10\" is no range"},
	{"[other] why\nstatic /bin/x 0x10-0x10", "own.policy:2:15: "},
	{"[other] why\nstatic /bin/x 0x10-0x20x", "own.policy:2:15: "},
	{"[other] why\nstatic /bin/x 0x10--0x1", "own.policy:2:15: "},
	{"[other] why\nstatic /bin/x 0x1-0x99999999999999999", "own.policy:2:15: "},
	{"[other] why\nallow f", "own.policy:2:1: \"allow\" wants a module"},
	{"[context] why\nallow f in m", "own.policy:2:1: \"allow\" cannot lift a change of stack"},
	{"[avoided] why\nallow f in m", "own.policy:2:1: \"allow\" cannot lift"},
	{"[none] why\nallow f in m", "own.policy:2:1: \"allow\" cannot lift \"none\""},
	{"[other] why\r\n", "own.policy:1:12: byte 0x0d is no text: lines end in a newline alone"},
	{"# \x1b[31m", "own.policy:1:3: byte 0x1b is no text"},
};

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(wrong); i++) {
		struct ij_policy *policy;
		struct ij_error *err;

		assert_null(ij_policy_create(&policy));
		err = ij_policy_add(policy, "own.policy", wrong[i].text, strlen(wrong[i].text));
		if (!err)
			fail_msg("accepted: %s", wrong[i].text);
		if (strncmp(err->msg, wrong[i].message, strlen(wrong[i].message)) != 0)
			fail_msg("of \"%s\" it is said: %s", wrong[i].text, err->msg);
		assert_int_equal(err->code, IJ_ERR_SYNTAX);
		assert_int_equal(ij_error_exit_status(err->code), 1);
		ij_error_free(err);
		ij_policy_destroy(policy);
	}
}

/* A NUL in the middle, and a name that is too long. */
static void test_odd_bytes(void **state)
{
	static const char nul[] = "[other] why\nfunction a\0b\n";
	struct ij_policy *policy;
	struct ij_error *err;
	char text[400] = "[other] why\nfunction ";

	(void)state;
	assert_null(ij_policy_create(&policy));
	err = ij_policy_add(policy, "f", nul, sizeof(nul) - 1);
	assert_non_null(err);
	assert_string_equal(err->msg, "f:2:11: byte 0x00 is no text");
	ij_error_free(err);
	memset(text + strlen(text), 'x', 300);
	err = ij_policy_add(policy, "f", text, strlen(text));
	assert_non_null(err);
	assert_non_null(strstr(err->msg, "a name of 300 characters; at most 255"));
	ij_error_free(err);
	ij_policy_destroy(policy);
}

static void test_limits(void **state)
{
	struct ij_policy *policy;
	struct ij_error *err = NULL;
	char text[64];
	unsigned i;

	(void)state;
	assert_null(ij_policy_create(&policy));
	for (i = 0; i < 1000 && !err; i++) {
		snprintf(text, sizeof(text), "[other] why\nfunction f%u in libm*", i);
		err = ij_policy_add(policy, "f", text, strlen(text));
	}
	assert_int_equal(i, IJ_POLICY_SLOW_MAX + 1);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
	ij_policy_destroy(policy);
}

static const struct ij_policy_module game = {.soname = "libgame.so.1",
					     .path = "/opt/game/libgame.so.1.2"};
static const struct ij_policy_module other = {.soname = "other", .path = "/bin/other"};

static ij_classes game_has(const struct ij_policy *policy, const char *name)
{
	return ij_policy_of_function(policy, &game, name);
}

static ij_classes other_has(const struct ij_policy *policy, const char *name)
{
	return ij_policy_of_function(policy, &other, name);
}

static void test_functions(void **state)
{
	struct ij_policy *policy = parse("# a comment\n"
					 "\n"
					 "[allocator, other] the arena   # of frames\n"
					 "function arena_alloc arena_*  # all of them\n"
					 "\tarena_free\n"
					 "\n"
					 "\t_ZN4game5Arena*\n"
					 "[none] pure\n"
					 "function arena_size\n"
					 "[stdio] its log\n"
					 "function log_* *_printf in libgame*\n"
					 "function in_flight\n"
					 "[all] everything\n"
					 "function *everything?");

	(void)state;
	assert_int_equal(game_has(policy, "arena_alloc"), C(ALLOCATOR) | C(OTHER));
	assert_int_equal(other_has(policy, "arena_reset"), C(ALLOCATOR) | C(OTHER));
	assert_int_equal(other_has(policy, "arena_reset.part.0"), C(ALLOCATOR) | C(OTHER));
	assert_int_equal(other_has(policy, "arena"), 0);
	assert_int_equal(other_has(policy, "arena_size"), 0);
	assert_int_equal(other_has(policy, "_ZN4game5Arena5allocEm"), C(ALLOCATOR) | C(OTHER));
	assert_int_equal(other_has(policy, "_ZN4game5World5allocEm"), 0);
	assert_int_equal(game_has(policy, "log_line"), C(STDIO));
	assert_int_equal(other_has(policy, "log_line"), 0);
	assert_int_equal(game_has(policy, "own_printf"), C(STDIO));
	assert_int_equal(game_has(policy, "own_printf2"), 0);
	assert_int_equal(game_has(policy, "in_flight"), C(STDIO));
	assert_int_equal(game_has(policy, "_ZN9everythingE"), IJ_POLICY_NEEDS);
	assert_int_equal(game_has(policy, "everything"), 0);
	assert_string_equal(ij_policy_reason(policy, &game, "arena_free", NULL, IJ_CLASSES_ALL),
			    "the arena");
	assert_null(ij_policy_reason(policy, &other, "log_line", NULL, IJ_CLASSES_ALL));
	ij_policy_destroy(policy);
}

/* By soname and by the name of the file. */
static void test_modules(void **state)
{
	struct ij_policy *policy = parse("[all] a plugin\nmodule libgame.so* plug?n\n"
					 "[crypto] keys\nmodule libgame.so.1.2 other?");

	(void)state;
	assert_int_equal(ij_policy_of_module(policy, &game), IJ_POLICY_NEEDS | C(CRYPTO));
	assert_int_equal(ij_policy_of_module(policy, &other), 0);
	ij_policy_destroy(policy);
}

/* A user's rules add to those that are built in; only "allow" takes away. */
static void test_allow(void **state)
{
	static const char text[] = "[none] not lifted by this\n"
				   "function malloc\n"
				   "[stdio] a rule more\n"
				   "function malloc\n"
				   "[allocator] it keeps no state here\n"
				   "allow malloc c?lloc in libgame*\n"
				   "allow * in libjemalloc*\n";
	const struct ij_policy_module jemalloc = {.soname = "libjemalloc.so.2"};
	struct ij_policy *policy;

	(void)state;
	assert_null(ij_policy_create_builtin(&policy));
	assert_int_equal(ij_policy_of_module(policy, &jemalloc), C(ALLOCATOR));
	assert_null(ij_policy_add(policy, "f", text, strlen(text)));
	assert_int_equal(other_has(policy, "malloc"), C(ALLOCATOR) | C(STDIO));
	assert_int_equal(game_has(policy, "malloc"), C(STDIO));
	assert_int_equal(game_has(policy, "calloc"), 0);
	assert_int_equal(game_has(policy, "free"), C(ALLOCATOR));
	assert_int_equal(game_has(policy, "fork") & C(ALLOCATOR), C(ALLOCATOR));
	assert_int_equal(ij_policy_of_module(policy, &jemalloc), 0);
	assert_int_equal(ij_policy_of_function(policy, &jemalloc, "malloc.part.0"), C(STDIO));
	ij_policy_destroy(policy);
}

static void test_ranges(void **state)
{
	static const uint8_t id[] = {0xAB, 0xcd, 0x01, 0x23, 0x45};
	const struct ij_policy_module named = {
		.soname = "server", .build_id = id, .build_id_size = sizeof(id)};
	struct ij_policy *policy = parse("[allocator] its arena\n"
					 "section arena_text in libgame*\n"
					 "static build-id:abCD012345 0x401000-0x402000\n"
					 "\t0x500000-0x500001\n"
					 "[none] nothing\n"
					 "static /bin/o*r\n");
	struct ij_policy_range range;
	size_t pos = 0;

	(void)state;
	assert_true(ij_policy_next_range(policy, &game, &pos, &range));
	assert_string_equal(range.section, "arena_text");
	assert_int_equal(range.classes, C(ALLOCATOR));
	assert_false(ij_policy_next_range(policy, &game, &pos, &range));
	assert_false(ij_policy_is_known(policy, &game));
	pos = 0;
	assert_false(ij_policy_next_range(policy, &other, &pos, &range));
	assert_true(ij_policy_is_known(policy, &other));
	assert_int_equal(ij_policy_of_module(policy, &other), 0);
	pos = 0;
	assert_true(ij_policy_is_known(policy, &named));
	assert_true(ij_policy_next_range(policy, &named, &pos, &range));
	assert_null(range.section);
	assert_int_equal(range.start, 0x401000);
	assert_int_equal(range.end, 0x402000);
	assert_true(ij_policy_next_range(policy, &named, &pos, &range));
	assert_int_equal(range.end, 0x500001);
	assert_false(ij_policy_next_range(policy, &named, &pos, &range));
	ij_policy_destroy(policy);
}

/* The same text gives the same number; any other one, and the same text built in, another. */
static void test_fingerprint(void **state)
{
	static const char *const texts[] = {"",
					    "[none] why",
					    "[none] whz",
					    "[none] why\n",
					    "[other] why\nfunction a",
					    "[other] why\nfunction b",
					    "[other] why\nfunction aaaaaaaaaaaaaaaaaaaaaaa"};
	uint64_t prints[IJ_COUNT(texts)];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(texts); i++) {
		struct ij_policy *policy = parse(texts[i]), *again = parse(texts[i]);

		prints[i] = ij_policy_fingerprint(policy);
		assert_int_equal(prints[i], ij_policy_fingerprint(again));
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(prints[i], prints[j]);
		ij_policy_destroy(policy);
		ij_policy_destroy(again);
	}
}

/* Without the last newline, with nothing but comments, and the same name a thousand times. */
static void test_shapes(void **state)
{
	struct ij_policy *policy = parse("[other] why\nfunction last");
	char *text = malloc(20000);
	size_t len;

	(void)state;
	assert_int_equal(other_has(policy, "last"), C(OTHER));
	ij_policy_destroy(policy);
	ij_policy_destroy(parse("   \n\t# x\n#\n"));
	len = (size_t)sprintf(text, "[other] why\nfunction");
	for (int i = 0; i < 4000; i++)
		len += (size_t)sprintf(text + len, " dup");
	policy = parse(text);
	assert_int_equal(other_has(policy, "dup"), C(OTHER));
	ij_policy_destroy(policy);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong),   cmocka_unit_test(test_odd_bytes),
		cmocka_unit_test(test_limits),  cmocka_unit_test(test_functions),
		cmocka_unit_test(test_modules), cmocka_unit_test(test_allow),
		cmocka_unit_test(test_ranges),  cmocka_unit_test(test_fingerprint),
		cmocka_unit_test(test_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
