/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Headers and lists of declarations: what is taken of them, what is passed over, and where errors
 * are. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lang/declaration.h"
#include "lang/header.h"

/* A text, and the functions it declares with the types of result and parameters, one a line. */
static const struct {
	const char *text, *functions;
} taken[] = {
	{"", ""},
	{";;\n;", ""},
	{"/* nothing */ // at all\n", ""},
	{"int f(void);", "int f()"},
	{"int f(void);\nlong g(char *);", "int f()\nlong g(char *)"},
	{"int f(void), *g(int), (*h(void))(int);", "int f()\nint * g(int)\nint (*)(int) h()"},
	{"int f(int), x, g(long);", "int f(int)\nint g(long)"},
	/* passed over */
	{"struct s { int a; struct { int b[3]; } c; };\nint f(struct s *);", "int f(struct s *)"},
	{"enum e { A, B = (1 << 3) };\nenum e f(enum e);", "enum e f(enum e)"},
	{"union __attribute__((packed)) u { int a; } x;\nint f(union u *);", "int f(union u *)"},
	{"extern int x; extern char *names[]; static int y = 3, z[2] = {1, 2};\nint f(void);",
	 "int f()"},
	{"extern int x __attribute__((visibility(\"hidden\")));\nint f(void);", "int f()"},
	{"static inline int f(int a) { if (a) { return '}'; } return \"}\"[0]; }\nint g(void);",
	 "int f(int)\nint g()"},
	{"int f(int a) __attribute__((cold)) { return a; }", "int f(int)"},
	{"_Static_assert(sizeof(int) == 4, \"int\");\nint f(void);", "int f()"},
	{"__asm__(\".globl x\");\nint f(void) __asm__(\"g\");", "int f()"},
	{"extern \"C\" {\nint f(void);\n}\nextern \"C\" int g(void);", "int f()\nint g()"},
	{"int f(void) NOTHROW ATTR(1, 2);", "int f()"},
	{"extern _Thread_local int x;\nint f(void);", "int f()"},
	/* names of types */
	{"typedef unsigned long obj, *objs;\nobj f(obj, objs);", "obj f(obj, objs)"},
	{"typedef char *text;\ntypedef char letter;\ntext f(letter *, text *);",
	 "text f(letter *, text *)"},
	{"typedef struct s s_t;\ntypedef struct { int a; } anon;\nint f(s_t *, const anon *);",
	 "int f(s_t *, const anon *)"},
	{"typedef int (*visit)(void *, int);\nint f(visit, visit *);", "int f(visit, visit *)"},
	{"typedef int fn(int);\nfn *f(fn *, fn);", "fn * f(fn *, fn)"},
	{"typedef double vec[3];\nint f(vec);", "int f(vec)"},
	{"typedef enum { RED, GREEN } color;\ncolor f(color);", "color f(color)"},
	{"__attribute__((deprecated)) typedef int old;\nold f(old);", "old f(old)"},
	{"typedef int a; typedef a b; typedef b *c;\nc f(b);", "c f(b)"},
	{"typedef int size_t;\nsize_t f(void);", "size_t f()"},
	/* qualifiers, attributes, arrays, function pointers */
	{"const char *const *f(volatile int *restrict p, char *const argv[static 2]);",
	 "const char *const * f(volatile int *, char *const *)"},
	{"int f(int (*)(int (*)(char)), int a[3][4]);",
	 "int f(int (*)(int (*)(char)), int (*)[4])"},
	{"int f(int x __attribute__((unused)), int);", "int f(int, int)"},
	{"void (*signal(int sig, void (*func)(int)))(int);",
	 "void (*)(int) signal(int, void (*)(int))"},
	/* directives */
	{"#include <stdio.h>\n#pragma once\n#define N 3\nint f(int a[N]);", "int f(int *)"},
	{"#ifndef GUARD_H\n#define GUARD_H\nint f(void);\n#endif\n", "int f()"},
	{"#if 0\nint f(void);\n#else\nint g(void);\n#endif\nint h(void);", "int g()\nint h()"},
	{"#if 1\nint f(void);\n#else\nint g(void);\n#endif\nint h(void);", "int f()\nint h()"},
	{"#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef "
	 "__cplusplus\n}\n#endif\n",
	 "int f()"},
	{"#if defined(_WIN32) || defined(__CYGWIN__)\nint f(void);\n#elif defined __GNUC__\n"
	 "int g(void);\n#else\nint h(void);\n#endif",
	 "int g()"},
	{"#if VERSION >= 3\nint f(void);\n#else\nint g(void);\n#endif", "int f()\nint g()"},
	{"#if !defined(X) && (defined(__x86_64__) || 0)\n#define X\n#endif\n#ifdef X\nint "
	 "f(void);\n#endif",
	 "int f()"},
	{"#if 0\n#if 1\nint f(void);\n#endif\nint g(void);\n#else\nint h(void);\n#endif",
	 "int h()"},
	{"#define API __attribute__((visibility(\"default\")))\n#define NOTHING\n"
	 "#define FMT(a, b) __attribute__((format(printf, a, b)))\n"
	 "API int f(NOTHING int) FMT(1, 2);",
	 "int f(int)"},
	{"#define LONG \\\n  line { ( \\\n  \"\nint f(void);", "int f()"},
	{"#define X /* over\nlines { */\nint f(void);", "int f()"},
	{"# 12 \"file.h\" 3 4\nint f(void);", "int f()"},
	{"int f(\n#ifdef X\nint,\n#endif\nlong);", "int f(long)"},
};

static void describe(const struct ij_prototype *proto, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "%s%s %s(", out->len ? "\n" : "", proto->ret.text, proto->name);
	for (size_t i = 0; i < proto->params.len; i++)
		ij_strbuf_printf(out, "%s%s", i ? ", " : "", proto->params.items[i].text);
	ij_strbuf_puts(out, ")");
}

static void test_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(taken); i++) {
		struct ij_declared declared = {0};
		IJ_STRBUF_AUTO got = {0};
		struct ij_error *err = ij_declarations_parse(taken[i].text, "x.h", &declared);

		if (err)
			fail_msg("%s\n%s", taken[i].text, err->msg);
		IJ_VEC_EACH (&declared.functions, proto)
			describe(*proto, &got);
		IJ_VEC_EACH (&declared.bad, bad)
			fail_msg("%s\n%s", taken[i].text, bad->error->msg);
		if (strcmp(got.len ? got.str : "", taken[i].functions) != 0)
			fail_msg("%s\n  gives: %s\n  wants: %s", taken[i].text, got.str,
				 taken[i].functions);
		ij_declared_deinit(&declared);
	}
}

/* A text, the message, and whether it is put off until the function is called. */
static const struct {
	const char *text, *msg;
	const char *function;
} wrong[] = {
	{"int f(int,);", "x.h:1:11: expected a type, found ')'", NULL},
	{"\n\n  int f(int,);", "x.h:3:13: expected a type, found ')'", NULL},
	{"/* a\nb */ int f(int\n,,);", "x.h:3:2: expected a type, found ','", NULL},
	{"int \303\251(void);", "x.h:1:5: a character that C does not know outside strings", NULL},
	{"/* \303\251 */ int f(,);", "x.h:1:15: expected a type, found ','", NULL},
	{"int f(void)", NULL, NULL}, /* the last may lack its semicolon */
	{"int f(void) x;", "x.h:1:13: expected the end of the declaration, found x", NULL},
	{"API int f(void);",
	 "x.h:1:5: expected a name or '*' after the type; API is neither a known type nor a macro "
	 "that this file defines: give what cc -E makes of the file",
	 NULL},
	{"BEGIN\nchar *f(void);",
	 "x.h:2:1: expected a name or '*' after the type; BEGIN is neither a known type nor a "
	 "macro that this file defines: give what cc -E makes of the file",
	 NULL},
	{"int f(void);\nint g(", "x.h:2:6: what is opened here has no end", NULL},
	{"struct s {\nint a;", "x.h:1:10: what is opened here has no end", NULL},
	{"int f(void) {\n{ }", "x.h:1:13: what is opened here has no end", NULL},
	{"int f(void);\n}", "x.h:2:1: this bracket closes nothing", NULL},
	{"extern \"C\" {\nint f(void);", "x.h:2: an extern \"C\" { has no end", NULL},
	{"#if 0\nint f(void);", "x.h:1: this #if or #else has no #endif", NULL},
	{"int x;\n#if 1\n#else\nint f(void);", "x.h:3: this #if or #else has no #endif", NULL},
	{"/* int f(void);", "x.h:1:1: the comment that begins here has no end: expected '*/'",
	 NULL},
	{"char c = 'a;", "x.h:1:10: the character that begins here has no end: expected \"'\"",
	 NULL},
	{"typedef int;", NULL, NULL}, /* of no use, and no harm */
	{"int f(int); // need: heap",
	 "x.h:1:5: need: 'heap' is no class; write none, all, or names such as allocator, stdio, "
	 "loader",
	 NULL},
	/* put off */
	{"struct p { int x, y; };\nint f(int);\nint area(struct p p);",
	 "x.h:3:10: p is a struct by value; only numbers and pointers can be passed and returned",
	 "area"},
	{"typedef struct { int x, y; } point;\npoint origin(void);",
	 "x.h:2:1: point is a struct by value; only numbers and pointers can be passed and "
	 "returned",
	 "origin"},
	{"foo f(void);",
	 "x.h:1:1: type foo is unknown; write the C type behind it (int, unsigned "
	 "long, struct foo *, ...)",
	 "f"},
	{"int __attribute__((ms_abi)) f(int);",
	 "x.h:1:20: calling convention ms_abi is not supported", "f"},
	{"int log(const char *, va_list);",
	 "x.h:1:23: va_list is an argument list by value; only numbers and pointers can be passed "
	 "and returned",
	 "log"},
};

static void test_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(wrong); i++) {
		struct ij_declared declared = {0};
		struct ij_error *err = ij_declarations_parse(wrong[i].text, "x.h", &declared);
		const struct ij_error *found = err;

		print_message("%s\n", wrong[i].text);
		if (wrong[i].function) {
			assert_null(err);
			assert_int_equal(declared.bad.len, 1);
			assert_string_equal(declared.bad.items[0].name, wrong[i].function);
			found = declared.bad.items[0].error;
		}
		if (!wrong[i].msg)
			assert_null(found);
		else
			assert_string_equal(found ? found->msg : "nothing", wrong[i].msg);
		ij_error_free(err);
		ij_declared_deinit(&declared);
	}
}

/* Several declarations by --decl; an error is in the words of that line. */
static void test_line(void **state)
{
	struct ij_prototypes *protos;
	struct ij_error *err;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_prototypes_add(protos, "typedef long obj; obj make(obj, const obj *); "
					      "void drop(obj); // need: none"));
	assert_string_equal(ij_prototypes_find(protos, "make")->ret.text, "obj");
	assert_int_equal(ij_prototypes_find(protos, "make")->ret.size, 8);
	assert_int_equal(ij_prototypes_find(protos, "make")->need, IJ_CLASSES_ALL);
	assert_int_equal(ij_prototypes_find(protos, "drop")->need, IJ_CLASSES_NONE);
	/* A later declaration knows the type. */
	assert_null(ij_prototypes_add(protos, "int use(obj)"));
	err = ij_prototypes_add(protos, "int one(int); int two(nothing)");
	assert_non_null(err);
	assert_string_equal(err->msg,
			    "int one(int); int two(nothing): type nothing at column 23 is "
			    "unknown; write the C type behind it (int, unsigned long, "
			    "struct nothing *, ...)");
	ij_error_free(err);
	assert_null(ij_prototypes_find(protos, "one")); /* all or nothing */
	err = ij_prototypes_add(protos, "int x;");
	assert_int_equal(err->code, IJ_ERR_SYNTAX);
	ij_error_free(err);
	ij_prototypes_destroy(protos);
}

/* Types that were declared are known in expressions, too. */
static void test_expressions(void **state)
{
	struct ij_prototypes *protos;
	struct ij_call call;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_prototypes_add(protos, "typedef short tiny; typedef struct s *handle;"
					      "int f(handle, tiny, ...)"));
	assert_null(ij_call_parse(protos, "(tiny)f((handle)0x10, 7, (tiny)-1)", &call));
	assert_string_equal(call.ret.text, "tiny");
	assert_string_equal(call.args.items[0].type.text, "handle");
	assert_int_equal(call.args.items[0].u64, 16);
	ij_call_deinit(&call);
	ij_prototypes_destroy(protos);
}

/* Enumerators and macros that are numbers. */
static const struct {
	const char *name;
	int64_t value;
	uint8_t size;
} constants[] = {
	{"RED", 0, 4},         {"GREEN", 5, 4},    {"BLUE", 6, 4},      {"ALL", 3, 4},
	{"MINUS", -1, 4},      {"ZERO", 0, 4},     {"IN_STRUCT", 7, 4}, {"BIG", 1ll << 40, 8},
	{"SIZE", 4096, 4},     {"HALF", 2048, 4},  {"HEX", 0xff, 4},    {"LETTER", 'x', 4},
	{"ULL", 1ll << 33, 8}, {"SHIFTED", 32, 4},
};

static void test_constants(void **state)
{
	static const char text[] =
		"enum color { RED, GREEN = 5, BLUE };\n"
		"typedef enum { ALL = (1 << 0) | (1 << 1), MINUS = -1, ZERO, } flags;\n"
		"struct s { enum { IN_STRUCT = BLUE + 1 } kind; };\n"
		"enum odd { BIG = 1L << 40, UNKNOWN = sizeof(struct s), AFTER };\n"
		"#define HALF (SIZE / 2)\n"
		"#define SIZE 4096 /* bytes */\n"
		"#define HEX 0xff\n#define LETTER 'x'\n#define ULL (1ull << 33)\n"
		"#define SHIFTED (1 << \\\n  GREEN)\n"
		"#define TEXT \"text\"\n#define CALL f(1)\n#define EMPTY\n#define LIST(x) 3\n"
		"#define BROKEN 1 +\n#define TYPE int\n#define REAL 1.5\n"
		"int f(int);\n";
	static const char *const none[] = {"UNKNOWN", "AFTER", "TEXT",   "CALL", "EMPTY",
					   "LIST",    "TYPE",  "BROKEN", "REAL", "color"};
	struct ij_declared declared = {0};

	(void)state;
	assert_null(ij_declarations_parse(text, "x.h", &declared));
	for (size_t i = 0; i < IJ_COUNT(constants); i++) {
		const struct ij_constant *found = ij_typedefs_constant(
			&declared.typedefs, constants[i].name, strlen(constants[i].name));

		print_message("%s\n", constants[i].name);
		assert_non_null(found);
		assert_int_equal(found->value, constants[i].value);
		assert_int_equal(found->size, constants[i].size);
	}
	for (size_t i = 0; i < IJ_COUNT(none); i++)
		assert_null(ij_typedefs_constant(&declared.typedefs, none[i], strlen(none[i])));
	ij_declared_deinit(&declared);
}

static char *write_file(const char *text, size_t len)
{
	static char path[] = "/tmp/interject-test-XXXXXX";
	int fd;

	strcpy(path + sizeof(path) - 7, "XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	return path;
}

static void test_file(void **state)
{
	static const char text[] = "typedef struct point { int x; } point_t;\n"
				   "int area(const point_t *);\n"
				   "point_t origin(void);\n"
				   "int close(int fd, int really);\n";
	const char *path = write_file(text, sizeof(text) - 1);
	const struct ij_prototype *proto;
	struct ij_prototypes *protos;
	struct ij_call call;
	struct ij_error *err;
	char want[128];

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_prototypes_add_header(protos, path));
	assert_int_equal(ij_prototypes_find(protos, "close")->params.len, 2);
	assert_null(ij_prototypes_find(protos, "close")->library);
	assert_null(ij_prototypes_find(protos, "origin"));
	/* It is said when it is called. */
	err = ij_call_parse(protos, "origin()", &call);
	assert_non_null(err);
	snprintf(want, sizeof(want), "%s:3:1: point_t is a struct by value; ", path);
	assert_memory_equal(err->msg, want, strlen(want));
	ij_error_free(err);
	/* A declaration that can be used repairs it. */
	assert_null(ij_prototypes_add(protos, "long origin(void)"));
	assert_null(ij_prototypes_lookup(protos, "origin", &proto));
	assert_string_equal(proto->ret.text, "long");
	assert_int_equal(unlink(path), 0);
	err = ij_prototypes_add_header(protos, path);
	assert_int_equal(err->code, IJ_ERR_OS);
	assert_non_null(strstr(err->msg, ": No such file or directory"));
	ij_error_free(err);
	path = write_file("int f(void);\0int g(void);", 25);
	err = ij_prototypes_add_header(protos, path);
	assert_int_equal(err->code, IJ_ERR_SYNTAX);
	assert_non_null(strstr(err->msg, ": byte 12 is NUL"));
	ij_error_free(err);
	unlink(path);
	err = ij_prototypes_add_header(protos, "/");
	assert_int_equal(err->code, IJ_ERR_OS);
	ij_error_free(err);
	ij_prototypes_destroy(protos);
}

static void expect_limit(const char *before, const char *unit, const char *after, size_t count)
{
	struct ij_declared declared = {0};
	IJ_STRBUF_AUTO buf = {0};
	struct ij_error *err;

	ij_strbuf_puts(&buf, before);
	for (size_t i = 0; i < count; i++)
		ij_strbuf_puts(&buf, unit);
	ij_strbuf_puts(&buf, after);
	assert_null(ij_strbuf_error(&buf));
	err = ij_declarations_parse(buf.str, "x.h", &declared);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_LIMIT);
	ij_error_free(err);
	ij_declared_deinit(&declared);
}

static void test_limits(void **state)
{
	(void)state;
	expect_limit("enum {", "A,", "};", 40000);
	expect_limit("struct {", "struct {", "", 100);
	expect_limit("int ", "(", "f", 100);
	expect_limit("", "#define X\n", "", 70000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),  cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_line),   cmocka_unit_test(test_expressions),
		cmocka_unit_test(test_file),   cmocka_unit_test(test_constants),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
