/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that the user declares: --decl and --header, and what is said where that is wrong. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

static const char header[] = "#ifndef CALLEES_H\n"
			     "#define CALLEES_H\n"
			     "#include \"nowhere.h\"\n"
			     "#define API __attribute__((visibility(\"default\")))\n"
			     "#ifdef __cplusplus\n"
			     "extern \"C\" {\n"
			     "#endif\n"
			     "typedef int number;\n"
			     "typedef const char *text;\n"
			     "struct pair { number a, b; };\n"
			     "enum level { LOW = 3, HIGH };\n"
			     "#define OFFSET (10 * LOW)\n"
			     "API number f_add(number a, number b);\n"
			     "API unsigned long f_length(text str);\n"
			     "double f_scale(double x, int times), f_double(void);\n"
			     "struct pair twice(struct pair);\n"
			     "static inline int unused(struct pair *p) { return p->a + '}'; }\n"
			     "#ifdef __cplusplus\n"
			     "}\n"
			     "#endif\n"
			     "#endif\n";

/* Write @text to a file of the test's. */
static const char *file_of(const char *text)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/callees.h", harness_dir());
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

/* All declared in one header, called in one go. */
static void header_declares(void **state)
{
	struct victim vic;

	(void)state;
	victim_start(&vic, "host", "spin", NULL);
	tool_run(&tool, "call", vic.pid, "--header", file_of(header), "f_add(-7, (number)9)",
		 "f_length(\"four\")", "f_scale(2, 3)", "f_double()", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "2\n4\n6\n-2.5");
	/* Its constants, in a call and beside one. */
	tool_run(&tool, "call", vic.pid, "--header", file_of(header), "f_add(HIGH, OFFSET)",
		 "f_add(1, 2) * OFFSET + (LOW << 10)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "34\n3162");
	/* --decl wins. */
	tool_run(&tool, "call", vic.pid, "--header", file_of(header), "--decl",
		 "typedef short tiny; tiny f_add(int, int)", "f_add(65536, 3)", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3");
	/* Also where more than a call is asked for, and over debug information; a header does not.
	 */
	tool_run(&tool, "call", vic.pid, "--decl", "signed char f_add(int, int)",
		 "f_add(256, 3) + 1", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "4");
	tool_run(&tool, "call", vic.pid, "--header", file_of("signed char f_add(int, int);"),
		 "f_add(256, 3) + 1", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "260");
	victim_finish(&vic, WAKE_NONE);
}

/* What is wrong, and the end of what is said. */
static const struct row {
	const char *label, *header, *decl, *expr, *err;
} rows[] = {
	{"syntax in a header", "int f_add(int a,\n  int);\nint f_length(,);\n", NULL, "getpid()",
	 "callees.h:3:14: expected a type, found ','"},
	{"a macro in a header", "\n API int f_add(int, int);\n", NULL, "getpid()",
	 "callees.h:2:6: expected a name or '*' after the type; API is neither a known type nor a "
	 "macro that this file defines: give what cc -E makes of the file"},
	{"no header", NULL, NULL, "getpid()", "no-such-file.h: No such file or directory"},
	{"a type in --decl", NULL, "int f_add(int, number)", "f_add(1, 2)",
	 "--decl 'int f_add(int, number)': int f_add(int, number): type number at column 16 is "
	 "unknown; write the C type behind it (int, unsigned long, struct number *, ...)"},
	{"too few arguments", NULL, "int f_add(int a, int b)", "f_add(1)",
	 "f_add: takes 2 arguments, but 1 is given (column 8): int f_add(int a, int b)"},
	{"too many arguments", NULL, NULL, "close(1, 2)",
	 "close: takes 1 argument, but 2 are given (column 11): int close(int fd)"},
	{"near a name of a library", NULL, NULL, "malloc_trm(0)",
	 " libraries; did you mean malloc_trim (libc.so.6)?"},
	{"near a name of the table only", NULL, NULL, "(int)f_ad(1, 2)",
	 "f_add (libij_callees.so)"},
};

static void wrong_is_said(void **state)
{
	const struct row *row = *state;
	struct snapshot snap;
	struct victim vic;

	victim_start(&vic, "host", "poll", NULL);
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_take(&snap, vic.pid, vic.pid);
	if (row->decl)
		tool_run(&tool, "call", vic.pid, "--decl", row->decl, row->expr, NULL);
	else if (row->header || strstr(row->err, "no-such-file"))
		tool_run(&tool, "call", vic.pid, "--header",
			 row->header ? file_of(row->header) : "no-such-file.h", row->expr, NULL);
	else
		tool_call(&tool, &vic, row->expr);
	if (strstr(row->err, "no-such-file"))
		assert_int_not_equal(tool.status, 0);
	else
		tool_expect(&tool, 1);
	tool_expect_err(&tool, row->err);
	assert_string_equal(tool.out, "");
	assert_true(victim_blocked(&vic, vic.pid) >= 0);
	snapshot_check(&snap, vic.pid, vic.pid, SNAPSHOT_STATE);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_BYTE);
}

/* The types of a program that has no debug information, by a header: values go in and out whole. */
static void types_are_declared(void **state)
{
	static const char types[] =
		"enum color { RED, GREEN = 5, BLUE };\n"
		"enum access { MAY_READ = 1, MAY_WRITE = 2, MAY_RUN = 8 };\n"
		"struct point { int x, y; };\n"
		"#define LEN 16\n"
		"struct big { long a[5]; double d; char name[LEN]; };\n"
		"typedef struct mixed_up { double d; int i; } mix_t, *mix_p;\n"
		"struct bits { unsigned a : 3, b : 5; int c : 7; unsigned long long d : 40; };\n"
		"struct outer { int kind; union { int small; double large; }; struct point at; };\n"
		"typedef struct node { int value; struct node *next; const char *label; } node_t;\n"
		"typedef float quad __attribute__((vector_size(16)));\n"
		"struct __attribute__((packed)) tight { char c; int i; struct point at[2]; };\n"
		"struct aligned { char c; short s __attribute__((aligned(8))); } "
		"__attribute__((aligned(32)));\n"
		"typedef union { struct point p; char raw[2 * sizeof(int)]; } either;\n"
		"struct fields { char c; int a : 12; int : 0; short b : 3; char tail[]; };\n"
		"struct point swap(struct point p);\n"
		"struct big make(int n);\n"
		"long sum(struct big b, int k);\n"
		"mix_t mixed(mix_t m, float f);\n"
		"enum color next(enum color c);\n"
		"node_t *get(int i);\n"
		"const char *label(const struct node *n);\n"
		"_Complex double turn(_Complex double z);\n"
		"quad doubled(quad q);\n"
		"__int128 wide(__int128 a);\n"
		"int apply(int (*f)(int, int), int a, int b);\n"
		"struct lost nowhere(struct lost *p), hidden_by(struct lost p);\n";
	static const struct {
		const char *expr, *out;
	} want[] = {
		{"swap((struct point){5, .y = 6})", "{x = 6, y = 5}"},
		{"make(7)", "{a = {7, 8, 9, 0, 0}, d = 2.5, name = \"made\", '\\000' <repeats 11 "
			    "times>}"},
		{"make(7).a[1]", "8"},
		{"sum(make(1), 5)", "10"},
		{"mixed((mix_t){1.5, 2}, 0.25)", "{d = 1.75, i = 3}"},
		{"next(GREEN)", "BLUE"},
		{"(enum access)9", "(MAY_READ | MAY_RUN)"},
		{"get(1)->value", "1"},
		{"get(1)->next->value", "2"},
		{"get(1)->next->label[0]", "116 't'"},
		{"turn(2)", "0 + 2i"},
		{"doubled((quad){1, 2, 3, 4})", "{2, 4, 6, 8}"},
		{"wide(-3)", "-6"},
		{"apply(add, 40, 2)", "42"},
		{"((struct point *)&origin)->y", "4"},
		{"*(struct bits *)&bits", "{a = 5, b = 17, c = -3, d = 78187493520}"},
		{"*(struct outer *)&outer", "{kind = 1, {small = 0, large = 2.5}, at = {x = 6, y = "
					    "7}}"},
		{"(*(either *)&origin).raw[4]", "4 '\\004'"},
		{"sizeof(struct tight)", "21"},
		{"&((struct tight *)0)->at[1].y", "(int *) 0x11"},
		{"sizeof(struct aligned)", "32"},
		{"sizeof(struct fields)", "8"},
		{"sizeof(mix_p)", "8"},
		{"sizeof(node_t)", "24"},
	};
	struct victim vic;

	(void)state;
	victim_start(&vic, "typed_bare", NULL);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--header", file_of(types), want[i].expr, NULL);
		tool_expect(&tool, 0);
		if (strncmp(tool.out, want[i].out, strlen(want[i].out)))
			fail_msg("%s: %s, not %s", want[i].expr, tool.out, want[i].out);
	}
	/* By hand, too: what is defined first is known to what follows. */
	tool_run(&tool, "call", vic.pid, "--decl", "struct point { int x, y; };", "--decl",
		 "struct point swap(struct point p)", "swap((struct point){1, 2}).x", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "2");
	/* What a type that nobody defined is pointed to by may be anything. */
	tool_run(&tool, "call", vic.pid, "--decl", "int stat(const char *, struct nobody *)",
		 "$buf = (char[256])0", "stat(\"/\", $buf) + 1", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "\n1"));
	/* What is nowhere defined is said when it is asked for. */
	tool_run(&tool, "call", vic.pid, "--header", file_of(types), "hidden_by(0)", NULL);
	tool_expect(&tool, 1);
	tool_run(&tool, "call", vic.pid, "--decl", "struct lost swap(struct lost p)", "swap(0)",
		 NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "lost at column 18 is a struct by value; only numbers and pointers "
			       "can be passed and returned");
	victim_finish(&vic, WAKE_NONE);
}

/* A program without debug information: a declaration is all that is known of its functions. */
static const struct row bare[] = {
	{"no type of the result", NULL, NULL, "twice(1)",
	 "result type of twice is unknown; say (int)twice(1) or --decl 'int twice(int);'"},
	{"no type of the result, of a string", NULL, NULL, "twice(\"x\", 2.5)",
	 "or --decl 'int twice(char *, double);'"},
	{"struct by value, when it is called", header, NULL, "twice(1)",
	 "argument 1 of twice: twice(1): int is no struct pair; write a cast (struct pair) at "
	 "column 7"},
	{"too few arguments of --decl", NULL, "int twice(int n)", "twice()",
	 "twice: takes 1 argument, but 0 are given (column 7): int twice(int n)"},
};

static void bare_is_said(void **state)
{
	const struct row *row = *state;
	char path[512], byte[6];
	const char *const argv[] = {path, NULL};
	struct victim vic;

	snprintf(path, sizeof(path), "%s/recipe_plain", harness_victims());
	victim_spawn(&vic, argv);
	assert_int_equal(read(vic.out, byte, sizeof(byte)), sizeof(byte)); /* "ready" */
	if (row->decl)
		tool_run(&tool, "call", vic.pid, "--decl", row->decl, row->expr, NULL);
	else if (row->header)
		tool_run(&tool, "call", vic.pid, "--header", file_of(row->header), row->expr, NULL);
	else
		tool_call(&tool, &vic, row->expr);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, row->err);
	/* As that says. */
	tool_run(&tool, "call", vic.pid, "--decl", "int twice(int);", "twice(21)", "(int)twice(4)",
		 NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "42\n8");
	victim_kill(&vic);
}

int main(void)
{
	enum { BARE = sizeof(bare) / sizeof(bare[0]) };
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	struct CMUnitTest tests[ROWS + BARE + 2] = {LIVE_TEST(header_declares),
						    LIVE_TEST(types_are_declared)};

	for (size_t i = 0; i < ROWS; i++)
		tests[i + 2] = (struct CMUnitTest)LIVE_ROW(rows[i].label, wrong_is_said, &rows[i]);
	for (size_t i = 0; i < BARE; i++)
		tests[ROWS + 2 + i] =
			(struct CMUnitTest)LIVE_ROW(bare[i].label, bare_is_said, &bare[i]);
	return _cmocka_run_group_tests("declared", tests, ROWS + BARE + 2, NULL, NULL);
}
