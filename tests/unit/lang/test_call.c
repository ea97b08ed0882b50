/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that parse: the function, the result, the arguments after conversion. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/constants.h"
#include "lang/call.h"

static const char decls[] =
	"int i(int)\0long l(long)\0unsigned u(unsigned)\0unsigned long ul(unsigned long)\0char "
	"c(char)\0"
	"bool b(bool)\0float f32(float)\0double f64(double)\0long double f80(long double)\0"
	"void *p(void *)\0char *s(const char *)\0int ints(int *)\0int cb(void (*)(int), void *)\0"
	"unsigned char *bytes(const uint8_t *)\0int old()\0int var(const char *, ...)\0"
	"unsigned short us(unsigned short)\0int file(FILE *)\0void none(void)\0";

/* One argument: its type, kind and value. */
static const struct {
	const char *text;
	const char *want;
} args[] = {
	/* literals */
	{"i(-5)", "int -5"},
	{"i(0x1F)", "int 31"},
	{"i(017)", "int 15"},
	{"i(0b101)", "int 5"},
	{"i(0)", "int 0"},
	{"l(5l)", "long 5"},
	{"ul(18446744073709551615u)", "unsigned long 18446744073709551615"},
	{"ul(18446744073709551615)", "unsigned long 18446744073709551615"},
	{"ul(0xffffffffffffffffULL)", "unsigned long 18446744073709551615"},
	{"i('a')", "int 97"},
	{"i('\\n')", "int 10"},
	{"i('\\377')", "int -1"},
	{"i('\\x41')", "int 65"},
	{"i('\\'')", "int 39"},
	{"i(true)", "int 1"},
	{"b(7)", "bool 1"},
	{"b(0)", "bool 0"},
	{"f64(2.5)", "double 2.5f"},
	{"f64(2)", "double 2f"},
	{"f64(-2)", "double -2f"},
	{"f64(18446744073709551615u)", "double 1.84467440737095516e+19f"},
	{"f64(1e3)", "double 1000f"},
	{"f64(.5)", "double 0.5f"},
	{"f64(0x1p4)", "double 16f"},
	{"f64(-1.5e-3)", "double -0.00150000000000000003f"},
	{"f32(0.1)", "float 0.100000001490116119f"},
	{"f80(2)", "long double 2f"},
	{"f80(1.5L)", "long double 1.5f"},
	/* expressions */
	{"i(1 + 2 * 3)", "int 7"},
	{"i((1 + 2) * 3)", "int 9"},
	{"i(1 | 2 ^ 3 & 1)", "int 3"},
	{"i(1 << 4 >> 2)", "int 4"},
	{"i(7 % 4 - 10 / 3)", "int 0"},
	{"i(10 - 4 - 3)", "int 3"},
	{"i(-7 / 2)", "int -3"},
	{"i(~0)", "int -1"},
	{"i(!5)", "int 0"},
	{"i(!0.0)", "int 1"},
	{"i(+5)", "int 5"},
	{"i(- -5)", "int 5"},
	{"i(-7 >> 1)", "int -4"},
	{"u(7u - 3)", "unsigned 4"},
	{"u(3u - 4)", "unsigned 4294967295"},
	{"u(4294967295u + 2)", "unsigned 1"},
	{"u(7u * 3)", "unsigned 21"},
	{"u(-1 / 2u)", "unsigned 2147483647"},
	{"u(-1 % 16u)", "unsigned 15"},
	{"ul(1ul << 63)", "unsigned long 9223372036854775808"},
	{"i(-(char)5)", "int -5"},
	{"i(~(unsigned char)0)", "int -1"},
	{"i((char)100 + (char)100)", "int 200"},
	{"u(~0u >> 4)", "unsigned 268435455"},
	{"i(1 << 31)", "int -2147483648"},
	{"l(1l << 40)", "long 1099511627776"},
	{"l(-1 + 0u)", "long 4294967295"},
	{"l(-1l + 0u)", "long -1"},
	{"ul(~0ul)", "unsigned long 18446744073709551615"},
	{"i(O_RDWR|O_CREAT|O_TRUNC)", "int 578"},
	{"i(INT_MIN)", "int -2147483648"},
	{"l(LONG_MIN)", "long -9223372036854775808"},
	{"ul(SIZE_MAX)", "unsigned long 18446744073709551615"},
	{"i(M_ARENA_MAX)", "int -8"},
	/* conversions */
	{"u(-1)", "unsigned 4294967295"},
	{"u(4294967295)", "unsigned 4294967295"},
	{"i(4294967295)", "int -1"},
	{"c(200)", "char -56"},
	{"c(-128)", "char -128"},
	{"us(0xffff)", "unsigned short 65535"},
	{"l(-1)", "long -1"},
	{"ul(-1)", "unsigned long 18446744073709551615"},
	{"i((char)300)", "int 44"},
	{"i((unsigned char)-1)", "int 255"},
	{"i((int)2.9)", "int 2"},
	{"i((int)-2.9)", "int -2"},
	{"i((bool)0.5)", "int 1"},
	{"f64((float)0.1)", "double 0.100000001490116119f"},
	{"f64((double)(int)2.9)", "double 2f"},
	{"l((long)(char *)5)", "long 5"},
	/* pointers */
	{"p(0)", "void * 0"},
	{"p(NULL)", "void * 0"},
	{"p((void *)0x1000)", "void * 4096"},
	{"p((char *)-1)", "void * 18446744073709551615"},
	{"s((char *)5)", "const char * 5"},
	{"file(0)", "FILE * 0"},
	{"file((FILE *)0x5555)", "FILE * 21845"},
	{"file((void *)0x5555)", "FILE * 21845"},
	{"s(\"\")", "const char * \"\"1"},
	{"s(\"abc\")", "const char * \"abc\"4"},
	{"s(\"abc\" \"def\")", "const char * \"abcdef\"7"},
	{"s(\"a\\tb\\\\\\\"\\u00e9\\U0001F600\\101\")",
	 "const char * \"a\tb\\\"\u00e9\U0001F600A\"13"},
	{"s(\"a\\0b\")", "const char * \"a\"4"},
	{"s(\"caf\u00e9\")", "const char * \"caf\u00e9\"6"},
	{"p(\"x\")", "void * \"x\"2"},
	{"bytes(\"x\")", "const uint8_t * \"x\"2"},
	{"ints((int *)\"x\")", "int * \"x\"2"},
	{"p(&stdout)", "void * &stdout"},
	{"p(&libc.so.6!stdout)", "void * &libc.so.6!stdout"},
	{"l((long)&stdout)", "long &stdout"},
	{"cb(&handler, 0)", "void (*)(int) &handler"},
	{"cb(puts, 0)", "void (*)(int) &puts"},
	{"cb(0, 0)", "void (*)(int) 0"},
	/* buffers */
	{"s((char[4])0)", "char[4] buffer 00000000"},
	{"s((char[]){1, 2, 0x41})", "char[3] buffer 010241"},
	{"s((char[4]){1, 2,})", "char[4] buffer 01020000"},
	{"s((char[4])\"ab\")", "char[4] buffer 61620000"},
	{"s((char[])\"ab\")", "char[3] buffer 616200"},
	{"ints((int[2]){1, -1})", "int[2] buffer 01000000ffffffff"},
	{"p((double[1]){1})", "double[1] buffer 000000000000f03f"},
	{"p((float[]){1})", "float[1] buffer 0000803f"},
	{"p((uint16_t[2 * 1])0)", "uint16_t[2] buffer 00000000"},
	{"p((char[]){'a', 255})", "char[2] buffer 61ff"},
	/* default promotions */
	{"old('a')", "int 97"},
	{"old(1.5f)", "double 1.5f"},
	{"old((short)3)", "int 3"},
	{"old(3000000000)", "long 3000000000"},
	{"old(0xffffffff)", "unsigned int 4294967295"},
	{"old(\"x\")", "char * \"x\"2"},
	{"unknown(1.5L)", "long double 1.5f"},
	{"unknown(NULL)", "void * 0"},
};

static void describe(const struct ij_arg *arg, char *buf, size_t size)
{
	int len = snprintf(buf, size, "%s ", arg->type.text);

	buf += len;
	size -= (size_t)len;
	if (arg->kind == IJ_ARG_FLOAT) {
		snprintf(buf, size, "%.18gf", arg->f64);
	} else if (arg->kind == IJ_ARG_SYMBOL) {
		snprintf(buf, size, "&%s", arg->bytes);
	} else if (arg->kind == IJ_ARG_BYTES && !arg->buffer) {
		snprintf(buf, size, "\"%s\"%zu", arg->bytes, arg->bytes_size);
	} else if (arg->kind == IJ_ARG_BYTES) {
		len = snprintf(buf, size, "buffer ");
		for (size_t i = 0; i < arg->bytes_size; i++)
			len += snprintf(buf + len, size - (size_t)len, "%02x",
					(unsigned char)arg->bytes[i]);
	} else if (arg->type.kind == IJ_TYPE_INT || arg->type.kind == IJ_TYPE_CHAR) {
		snprintf(buf, size, "%lld", (long long)arg->u64);
	} else {
		snprintf(buf, size, "%llu", (unsigned long long)arg->u64);
	}
}

static void test_args(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(args); i++) {
		struct ij_call call;
		struct ij_error *err = ij_call_parse(*state, args[i].text, &call);
		char got[512];

		if (err)
			fail_msg("%s: %s", args[i].text, err->msg);
		assert_true(call.args.len >= 1);
		describe(call.args.items, got, sizeof(got));
		if (strcmp(got, args[i].want))
			fail_msg("%s\n  gives: %s\n  wants: %s", args[i].text, got, args[i].want);
		assert_string_equal(call.text, args[i].text);
		ij_call_deinit(&call);
	}
}

static const struct {
	const char *text;
	const char *module, *func;
	uint64_t addr;
	const char *ret, *callee_ret; /* NULL: unknown */
	size_t args;
	size_t column;
	bool variadic;
} calls[] = {
	{"none()", NULL, "none", 0, "void", "void", 0, 1, false},
	{"  none ( ) ; ", NULL, "none", 0, "void", "void", 0, 3, false},
	{"malloc_trim(0)", NULL, "malloc_trim", 0, "int", "int", 1, 1, false},
	{"libc!malloc_trim(0)", "libc", "malloc_trim", 0, "int", "int", 1, 6, false},
	{"libc.so.6!malloc_trim(0)", "libc.so.6", "malloc_trim", 0, "int", "int", 1, 11, false},
	{"libstdc++.so.6!g(1)", "libstdc++.so.6", "g", 0, NULL, NULL, 1, 16, true},
	{"/usr/lib/my-lib_1.2.so!g()", "/usr/lib/my-lib_1.2.so", "g", 0, NULL, NULL, 0, 24, true},
	{"(int)libc.so.6!g(1, \"x\", 2.5)", "libc.so.6", "g", 0, "int", "int", 3, 16, true},
	{"(char *)g()", NULL, "g", 0, "char *", "char *", 0, 9, true},
	{"(unsigned long)g()", NULL, "g", 0, "unsigned long", "unsigned long", 0, 16, true},
	{"(foo_t *)g()", NULL, "g", 0, "foo_t *", "foo_t *", 0, 10, true},
	{"(long)getpid()", NULL, "getpid", 0, "long", "pid_t", 0, 7, false},
	{"(void)malloc_trim(0)", NULL, "malloc_trim", 0, "void", "int", 1, 7, false},
	{"(void)malloc_stats()", NULL, "malloc_stats", 0, "void", "void", 0, 7, false},
	{"(int)sqrt(2)", NULL, "sqrt", 0, "int", "double", 1, 6, false},
	{"g(1)", NULL, "g", 0, NULL, NULL, 1, 1, true},
	{"((int(*)(int))0x401136)(1)", NULL, NULL, 0x401136, "int", "int", 1, 15, false},
	{"((int (*)(const char *, ...))puts)(\"x\", 1)", NULL, "puts", 0, "int", "int", 2, 30,
	 true},
	{"((double (*)())&g)(1)", NULL, "g", 0, "double", "double", 1, 17, true},
	{"(long)((int(*)(int))0x401136)(1)", NULL, NULL, 0x401136, "long", "int", 1, 21, false},
	{"(int)*0x401136(1)", NULL, NULL, 0x401136, "int", "int", 1, 7, true},
	{"(int)0x401136(1)", NULL, NULL, 0x401136, "int", "int", 1, 6, true},
	{"*0x401136()", NULL, NULL, 0x401136, NULL, NULL, 0, 2, true},
	{"printf(\"%d\\n\", 5)", NULL, "printf", 0, "int", "int", 2, 1, true},
	{"f64(1) /* fine */", NULL, "f64", 0, "double", "double", 1, 1, false},
};

static void same(const char *got, const char *want, const char *text)
{
	if (!got != !want || (got && strcmp(got, want)))
		fail_msg("%s: %s, wanted %s", text, got ? got : "nothing", want ? want : "nothing");
}

static void test_calls(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(calls); i++) {
		struct ij_call call;
		struct ij_error *err = ij_call_parse(*state, calls[i].text, &call);

		if (err)
			fail_msg("%s: %s", calls[i].text, err->msg);
		same(call.module, calls[i].module, calls[i].text);
		same(call.func, calls[i].func, calls[i].text);
		same(call.ret.text, calls[i].ret, calls[i].text);
		same(call.callee_ret.text, calls[i].callee_ret, calls[i].text);
		assert_int_equal(call.ret_known, calls[i].ret != NULL);
		assert_int_equal(call.addr, calls[i].addr);
		assert_int_equal(call.args.len, calls[i].args);
		assert_int_equal(call.column, calls[i].column);
		assert_int_equal(call.variadic, calls[i].variadic);
		ij_call_deinit(&call);
	}
}

/* What is not known is assumed to need everything; what is known brings its library along. */
static void test_need(void **state)
{
	struct ij_call call;

	assert_null(ij_call_parse(*state, "malloc_trim(0)", &call));
	assert_int_equal(call.need, IJ_CLASS(ALLOCATOR));
	assert_int_equal(call.traits, 0);
	assert_string_equal(call.library, "libc");
	ij_call_deinit(&call);
	assert_null(ij_call_parse(*state, "(int)g(0)", &call));
	assert_true(call.need == IJ_CLASSES_ALL);
	assert_int_equal(call.traits, IJ_TRAITS_UNKNOWN);
	assert_null(call.library);
	ij_call_deinit(&call);
	/* A cast to a function pointer changes the type, not what the function needs. */
	assert_null(ij_call_parse(*state, "((long (*)())malloc_trim)(0)", &call));
	assert_int_equal(call.need, IJ_CLASS(ALLOCATOR));
	assert_string_equal(call.library, "libc");
	ij_call_deinit(&call);
	assert_null(ij_call_parse(*state, "((int (*)(void))0x1000)()", &call));
	assert_true(call.need == IJ_CLASSES_ALL);
	ij_call_deinit(&call);
}

/* The call owns all it points to: the prototypes may go first. */
static void test_owned(void **state)
{
	struct ij_prototypes *protos;
	struct ij_call call;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_call_parse(protos, "(void *)strdup((char[8])\"abc\")", &call));
	ij_prototypes_destroy(protos);
	assert_string_equal(call.ret.text, "void *");
	assert_string_equal(call.callee_ret.text, "char *");
	assert_string_equal(call.args.items[0].type.text, "char[8]");
	assert_string_equal(call.library, "libc");
	ij_call_deinit(&call);
}

static void test_columns(void **state)
{
	struct ij_call call;

	/* Columns count characters, not bytes. */
	assert_null(ij_call_parse(*state, "g( \"\u00e9\u00e9\",-(5), &x, (char[2])0)", &call));
	assert_int_equal(call.args.items[0].column, 4);
	assert_int_equal(call.args.items[1].column, 9);
	assert_int_equal(call.args.items[2].column, 15);
	assert_int_equal(call.args.items[3].column, 19);
	ij_call_deinit(&call);
}

static void test_constants(void **state)
{
	size_t len;
	const struct ij_constant *list = ij_constant_list(&len);

	(void)state;
	assert_true(len > 400);
	for (size_t i = 0; i < len; i++) {
		assert_true(list[i].size == 4 || list[i].size == 8);
		/* Each is found as itself: none is there twice. */
		assert_ptr_equal(ij_constant_find(list[i].name, strlen(list[i].name)), list + i);
		assert_null(ij_constant_find(list[i].name, 0));
	}
	assert_int_equal(ij_constant_find("PR_SET_DUMPABLE", 15)->value, 4);
	assert_int_equal(ij_constant_find("SHUT_RDWR", 9)->value, 2);
}

static int setup(void **state)
{
	struct ij_prototypes *protos;

	if (ij_prototypes_create(&protos))
		return -1;
	for (const char *decl = decls; *decl; decl += strlen(decl) + 1)
		if (ij_prototypes_add(protos, decl))
			return -1;
	*state = protos;
	return 0;
}

static int teardown(void **state)
{
	ij_prototypes_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_args),    cmocka_unit_test(test_calls),
		cmocka_unit_test(test_need),    cmocka_unit_test(test_owned),
		cmocka_unit_test(test_columns), cmocka_unit_test(test_constants),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
