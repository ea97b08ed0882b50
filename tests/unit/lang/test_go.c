/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go as people type it: calls, signatures, and where arguments go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lang/call.h"
#include "lang/go.h"

static void test_is_call(void **state)
{
	static const struct {
		const char *text;
		bool is;
	} cases[] = {
		{"runtime.GC()", true},
		{"runtime/debug.SetGCPercent(50)", true},
		{"github.com/x/y-z/v2.F(1)", true},
		{"main.(*T).Add(1)", true},
		{"main.F[...](1)", true},
		{"main.main.func1.2()", true},
		{"  main.f (1)", true},
		{"getpid()", false},
		{"(int)f(1)", false},
		{"libc.so.6!f(1)", false},
		{"f(1.5)", false},
		{"runtime.GC", false},
		{"main.(*T", false},
		{"main.(*T)", false},
		{"", false},
		{"1.5", false},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		if (ij_go_is_call(cases[i].text) != cases[i].is)
			fail_msg("%s", cases[i].text);
}

static void test_constants(void **state)
{
	static const struct {
		const char *text;
		enum ij_go_const kind;
		bool negative;
		uint64_t u64;
		double f64;
		const char *bytes;
	} cases[] = {
		{"50", IJ_GO_CONST_INT, false, 50, 0, NULL},
		{"-1", IJ_GO_CONST_INT, true, 1, 0, NULL},
		{"- -7", IJ_GO_CONST_INT, false, 7, 0, NULL},
		{"0x_ff", IJ_GO_CONST_INT, false, 255, 0, NULL},
		{"0b1010", IJ_GO_CONST_INT, false, 10, 0, NULL},
		{"0o17", IJ_GO_CONST_INT, false, 15, 0, NULL},
		{"017", IJ_GO_CONST_INT, false, 15, 0, NULL},
		{"1_000_000", IJ_GO_CONST_INT, false, 1000000, 0, NULL},
		{"18446744073709551615", IJ_GO_CONST_INT, false, UINT64_MAX, 0, NULL},
		{"512<<20", IJ_GO_CONST_INT, false, 512u << 20, 0, NULL},
		{"2+3*4", IJ_GO_CONST_INT, false, 14, 0, NULL},
		{"(2+3)*4-1", IJ_GO_CONST_INT, false, 19, 0, NULL},
		{"7&3|8", IJ_GO_CONST_INT, false, 11, 0, NULL},
		{"1-5", IJ_GO_CONST_INT, true, 4, 0, NULL},
		{"-7/2", IJ_GO_CONST_INT, true, 3, 0, NULL},
		{"'a'", IJ_GO_CONST_INT, false, 97, 0, NULL},
		{"'\\n'", IJ_GO_CONST_INT, false, 10, 0, NULL},
		{"'é'", IJ_GO_CONST_INT, false, 0xe9, 0, NULL},
		{"'\\u20ac'", IJ_GO_CONST_INT, false, 0x20ac, 0, NULL},
		{"1.5", IJ_GO_CONST_FLOAT, false, 0, 1.5, NULL},
		{"-.5", IJ_GO_CONST_FLOAT, false, 0, -0.5, NULL},
		{"1e3", IJ_GO_CONST_FLOAT, false, 0, 1000, NULL},
		{"1E-2", IJ_GO_CONST_FLOAT, false, 0, 0.01, NULL},
		{"0x1p-2", IJ_GO_CONST_FLOAT, false, 0, 0.25, NULL},
		{"true", IJ_GO_CONST_BOOL, false, 1, 0, NULL},
		{"false", IJ_GO_CONST_BOOL, false, 0, 0, NULL},
		{"nil", IJ_GO_CONST_NIL, false, 0, 0, NULL},
		{"\"a\\tb\\\"c\"", IJ_GO_CONST_STRING, false, 0, 0, "a\tb\"c"},
		{"\"\\xff\\101\\u00e9\"", IJ_GO_CONST_STRING, false, 0, 0,
		 "\xff"
		 "A\xc3\xa9"},
		{"`raw\\n`", IJ_GO_CONST_STRING, false, 0, 0, "raw\\n"},
		{"[]byte(\"xyz\")", IJ_GO_CONST_STRING, false, 0, 0, "xyz"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_call *call;
		const struct ij_go_arg *arg;
		char text[64];

		snprintf(text, sizeof(text), "main.f(%s)", cases[i].text);
		assert_null(ij_go_call_parse(text, &call));
		assert_int_equal(call->args.len, 1);
		arg = call->args.items;
		if (arg->kind != cases[i].kind || arg->negative != cases[i].negative ||
		    (arg->kind != IJ_GO_CONST_STRING && arg->u64 != cases[i].u64) ||
		    arg->f64 < cases[i].f64 || arg->f64 > cases[i].f64)
			fail_msg("%s", cases[i].text);
		if (cases[i].bytes) {
			assert_int_equal(arg->bytes_size, strlen(cases[i].bytes));
			assert_memory_equal(arg->bytes, cases[i].bytes, arg->bytes_size);
		}
		ij_go_call_destroy(call);
	}
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text;
		enum ij_error_code code;
	} cases[] = {
		{"main.f(", IJ_ERR_SYNTAX},
		{"main.f(1", IJ_ERR_SYNTAX},
		{"main.f(1 2)", IJ_ERR_SYNTAX},
		{"main.f(1) 2", IJ_ERR_SYNTAX},
		{"main.f(\"a)", IJ_ERR_SYNTAX},
		{"main.f(\"\\q\")", IJ_ERR_SYNTAX},
		{"main.f('ab')", IJ_ERR_SYNTAX},
		{"main.f(0x)", IJ_ERR_SYNTAX},
		{"main.f(1__x)", IJ_ERR_SYNTAX},
		{"main.f(18446744073709551616)", IJ_ERR_TYPE},
		{"main.f(1/0)", IJ_ERR_TYPE},
		{"main.f(1<<63)", IJ_ERR_TYPE},
		{"main.f(9223372036854775807+1)", IJ_ERR_TYPE},
		{"main.f(1.5+1)", IJ_ERR_TYPE},
		{"main.f(x)", IJ_ERR_SYNTAX},
		{"main.f(&x)", IJ_ERR_SYNTAX},
		{"main.f(g(1))", IJ_ERR_SYNTAX},
		{"main.f(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1)))))))))"
		 "))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
		 IJ_ERR_LIMIT},
		{"main.f(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17)", IJ_ERR_LIMIT},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_call *call;
		struct ij_error *err = ij_go_call_parse(cases[i].text, &call);

		if (!err || err->code != cases[i].code)
			fail_msg("%s: %s", cases[i].text, err ? err->msg : "no error");
		ij_error_free(err);
	}
}

static void test_signatures(void **state)
{
	static const struct {
		const char *text;
		const char *types; /* a letter each: kind and, after a colon, results */
	} cases[] = {
		{"func()", ":"},
		{"(int) int", "i:i"},
		{"func(a, b int, c string) (n int, err error)", "iis:ie"},
		{"func(string, []byte) (float64, bool)", "sl:fb"},
		{"func(*main.T, map[string]int, chan<- int, func(int) string) any", "pppp:e"},
		{"func(x map[string][]int, y ...string)", "pl:"},
		{"func(...any) uintptr", "l:u"},
		{"func(time.Duration) os.FileMode", "i:u"},
		{"func(f func(a, b int) (int, error), n uint8) (interface{ M() }, unsafe.Pointer)",
		 "pu:ep"},
		{"(**int, <-chan int, []*T) *Location", "ppl:p"},
	};
	static const char letters[] = {
		[IJ_GO_BOOL] = 'b',      [IJ_GO_INT] = 'i',    [IJ_GO_UINT] = 'u',
		[IJ_GO_FLOAT] = 'f',     [IJ_GO_STRING] = 's', [IJ_GO_SLICE] = 'l',
		[IJ_GO_INTERFACE] = 'e', [IJ_GO_POINTER] = 'p'};
	static const char *const wrong[] = {
		"func(",       "func(int",      "func(int) (int", "func(int) int int",
		"func(int,,)", "func(foo.Bar)", "func([3]int)",   "func(struct{ a int })",
		"func(map)",   "func(a, b)",    "func(chan)",     "func([]int, a, int, [int)",
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_sig sig;
		char types[32];
		size_t len = 0;

		assert_null(ij_go_sig_parse(cases[i].text, &sig));
		for (size_t j = 0; j < sig.params_len; j++)
			types[len++] = letters[sig.params[j].kind];
		types[len++] = ':';
		for (size_t j = 0; j < sig.results_len; j++)
			types[len++] = letters[sig.results[j].kind];
		types[len] = 0;
		assert_string_equal(types, cases[i].types);
	}
	for (size_t i = 0; i < IJ_COUNT(wrong); i++) {
		struct ij_go_sig sig;
		struct ij_error *err = ij_go_sig_parse(wrong[i], &sig);

		if (!err)
			fail_msg("%s", wrong[i]);
		ij_error_free(err);
	}
}

/* Places as text: rN and xN are registers, +N the stack. */
static void describe(const struct ij_go_type *types, const struct ij_go_place *places, size_t len,
		     char *out)
{
	for (size_t i = 0; i < len; i++) {
		out += sprintf(out, i ? " " : "");
		if (!places[i].in_regs) {
			out += sprintf(out, "+%u", places[i].stack_off);
			continue;
		}
		for (unsigned j = 0; j < ij_go_type_words(&types[i]); j++)
			out += sprintf(out, "%c%u", places[i].parts[j].is_float ? 'x' : 'r',
				       places[i].parts[j].reg);
	}
	*out = 0;
}

static void test_places(void **state)
{
	static const struct {
		const char *sig;
		bool registers;
		const char *params, *results;
		uint32_t stack, frame;
	} cases[] = {
		{"(int, int) int", true, "r0 r1", "r0", 0, 16},
		{"(int, int) int", false, "+0 +8", "+16", 24, 24},
		{"(uint8, int32, int) bool", false, "+0 +4 +8", "+16", 24, 24},
		{"(uint8, int32, int) bool", true, "r0 r1 r2", "r0", 0, 16},
		{"(string, int) (string, error)", true, "r0r1 r2", "r0r1 r2r3", 0, 24},
		{"(string, int) (string, error)", false, "+0 +16", "+24 +40", 56, 56},
		{"(float64, int, float32) float64", true, "x0 r0 x1", "x0", 0, 24},
		/* The sixth string does not fit what is left, and the byte behind it does. */
		{"(string, string, string, string, string, uint8) int", true,
		 "r0r1 r2r3 r4r5 r6r7 +0 r8", "r0", 16, 88},
		{"(int, int, int, int, int, int, int, int, int, int) (int, []int)", true,
		 "r0 r1 r2 r3 r4 r5 r6 r7 r8 +0", "r0 r1r2r3", 8, 80},
		{"() (string, string, string, string, string)", true, "", "r0r1 r2r3 r4r5 r6r7 +0",
		 16, 16},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_layout layout;
		struct ij_go_sig sig;
		char text[256];

		assert_null(ij_go_sig_parse(cases[i].sig, &sig));
		ij_go_assign(&sig, cases[i].registers, &layout);
		describe(sig.params, layout.params, sig.params_len, text);
		assert_string_equal(text, cases[i].params);
		describe(sig.results, layout.results, sig.results_len, text);
		assert_string_equal(text, cases[i].results);
		assert_int_equal(layout.stack_size, cases[i].stack);
		assert_int_equal(layout.frame_size, cases[i].frame);
	}
}

static void test_fit(void **state)
{
	static const struct {
		const char *expr, *sig;
		bool fits;
	} cases[] = {
		{"m.f(127)", "(int8)", true},
		{"m.f(128)", "(int8)", false},
		{"m.f(-128)", "(int8)", true},
		{"m.f(-129)", "(int8)", false},
		{"m.f(255)", "(uint8)", true},
		{"m.f(256)", "(uint8)", false},
		{"m.f(-1)", "(uint)", false},
		{"m.f(18446744073709551615)", "(uint64)", true},
		{"m.f(1)", "(float64)", true},
		{"m.f(1.5)", "(int)", false},
		{"m.f(true)", "(bool)", true},
		{"m.f(1)", "(bool)", false},
		{"m.f(\"a\")", "(string)", true},
		{"m.f(\"a\")", "([]byte)", false},
		{"m.f([]byte(\"\"))", "([]byte)", true},
		{"m.f(nil)", "(*T)", true},
		{"m.f(nil)", "(error)", true},
		{"m.f(nil)", "(int)", false},
		{"m.f(0xc000)", "(*T)", true},
		{"m.f()", "(int)", false},
		{"m.f(1, 2)", "(int)", false},
		{"m.f(1)", "(int, ...string)", true},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_go_call *call;
		struct ij_go_sig sig;
		struct ij_error *err;

		assert_null(ij_go_call_parse(cases[i].expr, &call));
		assert_null(ij_go_sig_parse(cases[i].sig, &sig));
		err = ij_go_call_fit(call, &sig);
		if (!err != cases[i].fits)
			fail_msg("%s of %s: %s", cases[i].expr, cases[i].sig,
				 err ? err->msg : "fits");
		ij_error_free(err);
		ij_go_call_destroy(call);
	}
}

/* The user's declaration by name, then the anonymous one, then the table. */
static void test_declared(void **state)
{
	struct ij_prototypes *protos;
	struct ij_error *err;
	struct ij_call call;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_call_parse(protos, "runtime/debug.SetGCPercent(50)", &call));
	assert_true(call.ret_known);
	assert_int_equal(call.ret.kind, IJ_TYPE_INT);
	assert_string_equal(call.go->fallback, "runtime/debug.setGCPercent");
	ij_call_deinit(&call);
	assert_null(ij_call_parse(protos, "main.f(50)", &call));
	assert_false(call.ret_known);
	ij_call_deinit(&call);
	assert_null(ij_prototypes_add(protos, "func(string) string"));
	assert_null(ij_prototypes_add(protos, "func main.(*T).Add(*T, int) (int, error)"));
	assert_null(ij_call_parse(protos, "main.f(\"x\")", &call));
	assert_int_equal(call.ret.kind, IJ_TYPE_STRING);
	ij_call_deinit(&call);
	assert_null(ij_call_parse(protos, "main.(*T).Add(0xc000, 5)", &call));
	assert_int_equal(call.go->sig.results_len, 2);
	ij_call_deinit(&call);
	assert_null(ij_call_parse(protos, "main.f(5)", &call));
	err = ij_go_call_fit(call.go, &call.go->sig);
	assert_int_equal(err->code, IJ_ERR_TYPE);
	ij_error_free(err);
	ij_call_deinit(&call);
	err = ij_prototypes_add(protos, "func main.f(foo.Bar)");
	assert_int_equal(err->code, IJ_ERR_TYPE);
	ij_error_free(err);
	ij_prototypes_destroy(protos);
}

/* Every line of the table is well-formed. */
static void test_table(void **state)
{
	static const char *const sigs[] = {
#define IJ_F(name, sig, other, other_sig) sig, other_sig,
#include "lang/gofuncs.def"
#undef IJ_F
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(sigs); i++) {
		struct ij_go_sig sig;

		if (sigs[i])
			assert_null(ij_go_sig_parse(sigs[i], &sig));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_call),  cmocka_unit_test(test_constants),
		cmocka_unit_test(test_wrong),    cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_places),   cmocka_unit_test(test_fit),
		cmocka_unit_test(test_declared), cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
