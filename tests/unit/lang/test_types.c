/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Declarations: the types of results and parameters as the parser reads them. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/type.h"

/* Kind, size and text of the result, then of each parameter. */
static const struct {
	const char *decl;
	const char *want;
} decls[] = {
	{"int f(void)", "int4 int"},
	{"int f()", "int4 int | unspecified"},
	{"void f(void);", "void0 void"},
	{"void *f(size_t n);", "ptr8 void * | uint8 size_t"},
	{"char *f(const char *s, ...)", "str8 char * | str8 const char * | ..."},
	{"char f(signed char a, unsigned char b)",
	 "char1 char | int1 signed char | uint1 unsigned char"},
	{"_Bool f(bool b)", "bool1 _Bool | bool1 bool"},
	{"short f(short int, unsigned short, long long, long unsigned int, unsigned)",
	 "int2 short | int2 short int | uint2 unsigned short | int8 long long | uint8 long "
	 "unsigned int | uint4 unsigned"},
	{"float f(double, long double)", "float4 float | float8 double | float16 long double"},
	{"extern int f (const char *__restrict __s) __attribute__ ((__nothrow__ , __leaf__)) ;",
	 "int4 int | str8 const char *"},
	{"static inline __attribute__((always_inline)) int f(int x)", "int4 int | int4 int"},
	{"FILE *f(DIR *d, struct stat *st, union u **u, enum e e)",
	 "ptr8 FILE * | ptr8 DIR * | ptr8 struct stat * | ptr8 union u ** | int4 enum e"},
	{"foo_t *f(bar_t **)", "ptr8 foo_t * | ptr8 bar_t **"},
	{"int f(char *argv[], int fds[2], char buf[static 10], char line[])",
	 "int4 int | ptr8 char ** | ptr8 int * | str8 char * | str8 char *"},
	{"int f(int (*cb)(const char *name, void *), void *arg)",
	 "int4 int | ptr8 int (*)(const char *name, void *) | ptr8 void *"},
	{"int f(int cb(int))", "int4 int | ptr8 int (*)(int)"},
	{"void (*f(int sig, void (*func)(int)))(int)",
	 "ptr8 void (*)(int) | int4 int | ptr8 void (*)(int)"},
	{"int (*f(void))[3]", "ptr8 int (*)[3]"},
	{"int f(int m[3][4])", "int4 int | ptr8 int (*)[4]"},
	{"char **f(char *const *p, const char *const q)",
	 "ptr8 char ** | ptr8 char *const * | str8 const char *const"},
	{"volatile int *f(const volatile void *p)",
	 "ptr8 volatile int * | ptr8 const volatile void *"},
	{"int\nf(int x, /* the x */\n\tint y); // a comment", "int4 int | int4 int | int4 int"},
	{"pid_t f(off_t, time_t, mode_t, uid_t, socklen_t, int8_t, uintptr_t)",
	 "int4 pid_t | int8 off_t | int8 time_t | uint4 mode_t | uint4 uid_t | uint4 socklen_t | "
	 "int1 int8_t | uint8 uintptr_t"},
	{"sighandler_t f(locale_t l)", "ptr8 sighandler_t | ptr8 locale_t"},
	{"int (f)(int)", "int4 int | int4 int"},
	{"int *__attribute__((x)) f(void)", "ptr8 int *"},
	{"int (__attribute__((x(1))) f)(void)", "int4 int"},
	{"struct s *f(struct s *)", "ptr8 struct s * | ptr8 struct s *"},
	{"double _Complex *f(__int128 *p)", "ptr8 double _Complex * | ptr8 __int128 *"},
	{"unsigned int long f(int unsigned)", "uint8 unsigned int long | uint4 int unsigned"},
};

static const char *const kinds[] = {"void", "bool", "char", "int", "uint", "float", "ptr", "str"};

static void describe(const struct ij_prototype *proto, char *buf, size_t size)
{
	int len = snprintf(buf, size, "%s%u %s", kinds[proto->ret.kind], proto->ret.size,
			   proto->ret.text);

	for (size_t i = 0; i < proto->params.len; i++) {
		const struct ij_type *type = proto->params.items + i;

		len += snprintf(buf + len, size - (size_t)len, " | %s%u %s", kinds[type->kind],
				type->size, type->text);
	}
	snprintf(buf + len, size - (size_t)len, "%s",
		 proto->variadic      ? " | ..."
		 : proto->unspecified ? " | unspecified"
				      : "");
}

static void test_decls(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(decls); i++) {
		struct ij_prototype *proto;
		struct ij_error *err = ij_prototype_parse(decls[i].decl, &proto);
		char got[1024];

		if (err)
			fail_msg("%s: %s", decls[i].decl, err->msg);
		assert_string_equal(proto->name, "f");
		describe(proto, got, sizeof(got));
		assert_string_equal(got, decls[i].want);
		ij_prototype_destroy(proto);
	}
}

/* The rendered types mean the same when they are parsed again. */
static void test_rendered(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(decls); i++) {
		struct ij_prototype *proto, *again;
		char got[1024], second[1024];

		assert_null(ij_prototype_parse(decls[i].decl, &proto));
		describe(proto, got, sizeof(got));
		if (proto->ret.kind == IJ_TYPE_POINTER && strstr(proto->ret.text, "(*)")) {
			ij_prototype_destroy(proto);
			continue; /* the name would stand inside the type */
		}
		snprintf(second, sizeof(second), "%s f(", proto->ret.text);
		for (size_t j = 0; j < proto->params.len; j++)
			snprintf(second + strlen(second), sizeof(second) - strlen(second), "%s%s",
				 j ? ", " : "", proto->params.items[j].text);
		strcat(second, proto->variadic                           ? ", ...)"
			       : proto->params.len || proto->unspecified ? ")"
									 : "void)");
		assert_null(ij_prototype_parse(second, &again));
		describe(again, second, sizeof(second));
		assert_string_equal(got, second);
		ij_prototype_destroy(proto);
		ij_prototype_destroy(again);
	}
}

static const struct {
	const char *decl;
	uint32_t traits;
} traits[] = {
	{"void f(void) __attribute__((noreturn)); // need: none", IJ_TRAIT_NO_RETURN},
	{"_Noreturn void f(void); // need: none; traits: blocks",
	 IJ_TRAIT_NO_RETURN | IJ_TRAIT_MAY_BLOCK},
	{"__attribute__((__noreturn__)) void f(void); // need: none", IJ_TRAIT_NO_RETURN},
	{"void f(void); // need: none; traits: signal-safe, threads",
	 IJ_TRAIT_SIGNAL_SAFE | IJ_TRAIT_THREADS},
	{"void f(void); // needless to say", IJ_TRAITS_UNKNOWN},
	{"void f(void);", IJ_TRAITS_UNKNOWN},
};

static void test_traits(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(traits); i++) {
		struct ij_prototype *proto;

		assert_null(ij_prototype_parse(traits[i].decl, &proto));
		assert_int_equal(proto->traits, traits[i].traits);
		ij_prototype_destroy(proto);
	}
}

static const struct {
	const char *decl;
	enum ij_error_code code;
	const char *msg; /* its end */
} errors[] = {
	{"", IJ_ERR_SYNTAX, ": expected a type at column 1, found end of input"},
	{"int", IJ_ERR_SYNTAX,
	 "int: expected the name of the function at column 4, found end of input"},
	{"int f", IJ_ERR_SYNTAX,
	 "f at column 5 is not declared as a function; expected '(' and its parameters behind the "
	 "name"},
	{"int *f", IJ_ERR_SYNTAX,
	 "f at column 6 is not declared as a function; expected '(' and its parameters behind the "
	 "name"},
	{"int (*f)(int)", IJ_ERR_SYNTAX,
	 "f at column 7 is not declared as a function; expected '(' and its parameters behind the "
	 "name"},
	{"int f(int", IJ_ERR_SYNTAX,
	 "expected ')' or ',' in the parameter list at column 10, found end of input"},
	{"int f(int,)", IJ_ERR_SYNTAX, "expected a type at column 11, found ')'"},
	{"int f(...)", IJ_ERR_SYNTAX, "expected a type at column 7, found '...'"},
	{"int f(int, ..., int)", IJ_ERR_SYNTAX, "expected ')' at column 15, found ','"},
	{"int f(int) x", IJ_ERR_SYNTAX,
	 "expected the end of the declaration at column 12, found x"},
	{"int f(int); int g(int);", IJ_ERR_SYNTAX,
	 "expected the declaration of one function, found several"},
	{"int f(int))", IJ_ERR_SYNTAX,
	 "expected the end of the declaration at column 11, found ')'"},
	{"typedef int f;", IJ_ERR_SYNTAX, "expected the declaration of one function, found none"},
	{"typedef int;", IJ_ERR_SYNTAX,
	 "expected the name of the type at column 12, found end of input"},
	{"unsigned float f(void)", IJ_ERR_SYNTAX, "'unsigned float' at column 1 is no type of C"},
	{"long long long f(void)", IJ_ERR_SYNTAX, "'long long long' at column 1 is no type of C"},
	{"short long f(void)", IJ_ERR_SYNTAX, "'short long' at column 1 is no type of C"},
	{"int f(long char c)", IJ_ERR_SYNTAX, "'long char' at column 7 is no type of C"},
	{"struct { int x; } f(void)", IJ_ERR_UNSUPPORTED,
	 "struct at column 1 is a struct by value; only numbers and pointers can be passed and "
	 "returned"},
	{"struct *f(void)", IJ_ERR_SYNTAX,
	 "expected the tag of the struct, union or enum at column 8, found '*'"},
	{"struct s f(void)", IJ_ERR_UNSUPPORTED,
	 "s at column 1 is a struct by value; only numbers and pointers can be passed and "
	 "returned"},
	{"int f(union u x)", IJ_ERR_UNSUPPORTED,
	 "u at column 7 is a union by value; only numbers and pointers can be passed and returned"},
	{"double _Complex f(void)", IJ_ERR_UNSUPPORTED,
	 "_Complex at column 1 is a type that calls do not support; only numbers and pointers can "
	 "be passed and returned"},
	{"int f(__int128 x)", IJ_ERR_UNSUPPORTED,
	 "__int128 at column 7 is a type that calls do not support; only numbers and pointers can "
	 "be passed and returned"},
	{"float __attribute__((vector_size(16))) f(void)", IJ_ERR_UNSUPPORTED,
	 "vector_size at column 1 is a vector by value; only numbers and pointers can be passed "
	 "and returned"},
	{"int vprintf(const char *format, va_list ap)", IJ_ERR_UNSUPPORTED,
	 "va_list at column 33 is an argument list by value; only numbers and pointers can be "
	 "passed and returned"},
	{"size_t int f(void)", IJ_ERR_SYNTAX,
	 "expected a name or '*' after the type at column 8, found int"},
	{"int *__attribute__ f(void)", IJ_ERR_SYNTAX, "expected '(' at column 20, found f"},
	{"int __attribute__ f(void)", IJ_ERR_SYNTAX, "expected '(' at column 19, found f"},
	{"__attribute__((ms_abi)) int f(int)", IJ_ERR_UNSUPPORTED,
	 "calling convention ms_abi at column 16 is not supported"},
	{"int f(int) __attribute__((__ms_abi__))", IJ_ERR_UNSUPPORTED,
	 "calling convention __ms_abi__ at column 27 is not supported"},
	{"foo_t f(void)", IJ_ERR_TYPE,
	 "type foo_t at column 1 is unknown; write the C type behind it (int, unsigned long, "
	 "struct foo_t *, ...)"},
	{"int f(int x, void y)", IJ_ERR_TYPE,
	 "parameter 2 at column 14 is void; write void * or (void)"},
	{"int f(void, int)", IJ_ERR_TYPE,
	 "parameter 1 at column 7 is void; write void * or (void)"},
	{"int f(int)[3]", IJ_ERR_SYNTAX,
	 "a function cannot return an array or a function, nor an array hold functions"},
	{"int f(int)(int)", IJ_ERR_SYNTAX,
	 "a function cannot return an array or a function, nor an array hold functions"},
	{"int f(int x[3)", IJ_ERR_SYNTAX, "expected ']' at column 14, found ')'"},
	{"int f(int) __attribute__((x)", IJ_ERR_SYNTAX,
	 "expected ')' at column 29, found end of input"},
	{"int f(int /* x)", IJ_ERR_SYNTAX,
	 "the comment that begins here has no end: expected '*/' at column 11"},
	{"int f(\001)", IJ_ERR_SYNTAX, "int f(\\001): control character at column 7"},
	{"int f(`)", IJ_ERR_SYNTAX, "a character that C does not know outside strings at column 7"},
	{"int f(int); // need: heap", IJ_ERR_SYNTAX,
	 "need: 'heap' is no class; write none, all, or names such as allocator, stdio, loader"},
	{"int f(int); // need: , ; traits: blocks", IJ_ERR_SYNTAX,
	 "need: nothing stands behind it; write none, all, or names such as allocator, stdio, "
	 "loader"},
	{"int f(int); // need: none; traits: slow", IJ_ERR_SYNTAX,
	 "traits: 'slow' is none; write signal-safe, blocks, noreturn, threads, timed or untraced"},
	{"int f(int); // need: none; slow", IJ_ERR_SYNTAX,
	 "'slow' stands where only traits: may follow the need set"},
};

static void test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(errors); i++) {
		struct ij_prototype *proto = NULL;
		struct ij_error *err = ij_prototype_parse(errors[i].decl, &proto);
		size_t want = strlen(errors[i].msg);

		if (!err)
			fail_msg("%s is accepted", errors[i].decl);
		assert_null(proto);
		if (strlen(err->msg) < want ||
		    strcmp(err->msg + strlen(err->msg) - want, errors[i].msg))
			fail_msg("%s\n  says:  %s\n  wants: %s", errors[i].decl, err->msg,
				 errors[i].msg);
		assert_int_equal(err->code, errors[i].code);
		assert_null(strchr(err->msg, '\n'));
		ij_error_free(err);
	}
}

static void expect_limit(const char *before, const char *unit, const char *between,
			 const char *after, size_t count)
{
	IJ_STRBUF_AUTO buf = {0};
	struct ij_prototype *proto;
	struct ij_error *err;

	ij_strbuf_puts(&buf, before);
	for (size_t i = 0; i < count; i++)
		ij_strbuf_printf(&buf, "%s%s", i ? between : "", unit);
	ij_strbuf_puts(&buf, after);
	assert_null(ij_strbuf_error(&buf));
	err = ij_prototype_parse(buf.str, &proto);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	assert_true(strlen(err->msg) < 300);
	ij_error_free(err);
}

static void test_limits(void **state)
{
	struct ij_prototype *proto;
	char *many = calloc(1, 10000);

	(void)state;
	expect_limit("int f(", "int", ",", ")", IJ_CALL_ARGS_MAX + 1);
	expect_limit("int ", "*", "", "f(void)", 25);
	expect_limit("int ", "(", "", "f(void)", 1000);
	expect_limit("int f(", "int (*a)(", "", "", 1000);
	expect_limit("int f(int x", "[1]", "", ")", 25);
	expect_limit("int f(int); /*", " ", "", "*/", IJ_CALL_TEXT_MAX);
	/* The most that is allowed. */
	strcpy(many, "int f(");
	for (int i = 0; i < IJ_CALL_ARGS_MAX; i++)
		strcat(many, i ? ",int" : "int");
	strcat(many, ")");
	assert_null(ij_prototype_parse(many, &proto));
	assert_int_equal(proto->params.len, IJ_CALL_ARGS_MAX);
	ij_prototype_destroy(proto);
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decls),  cmocka_unit_test(test_rendered),
		cmocka_unit_test(test_traits), cmocka_unit_test(test_errors),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
