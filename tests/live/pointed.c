/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Structs that functions of the C library only point to: calls of these open no debug information,
 * and what is in the structs is found when somebody asks.
 */
#include "held.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>

#include "session/debugs.h"
#include "session/evaluate.h"
#include "session/library.h"

static struct tool tool;

static const struct row {
	const char *expr, *out; /* out NULL: an error, which is err */
	bool opens;
	const char *err;
} rows[] = {
	{"fopen(\"/nowhere\", \"r\")", "0x0", false, NULL},
	{"$file = fopen(\"/dev/null\", \"r\"); (int)($file != 0)", "1", false, NULL},
	{"fclose(fopen(\"/dev/null\", \"r\"))", "0", false, NULL},
	{"(int)(fileno(fopen(\"/dev/null\", \"r\")) > 2)", "1", false, NULL},
	{"closedir(opendir(\"/\"))", "0", false, NULL},
	{"(int)(readdir(opendir(\"/\")) != 0)", "1", false, NULL},
	{"sizeof(gmtime(0))", "8", false, NULL},
	{"sizeof(getpwnam(\"root\"))", "8", false, NULL},
	{"(int)(fopen(\"/dev/null\", \"r\")->_fileno > 2)", "1", true, NULL},
	{"(int)((*fopen(\"/dev/null\", \"r\"))._fileno > 2)", "1", true, NULL},
	{"(int)(sizeof(*fopen(\"a\", \"b\")) == sizeof(FILE))", "1", true, NULL},
	{"sizeof(gmtime(0)->tm_mday)", "4", true, NULL},
	{"(int)(readdir(opendir(\"/\"))->d_reclen > 0)", "1", true, NULL},
	{"getpwnam(\"root\")->pw_uid", "0", true, NULL},
	/* A variable's type and that of a prototype are one. */
	{"fileno(stdout)", "1", true, NULL},
	{"$file = fopen(\"/dev/null\", \"r\"); (int)($file == stdout || $file == stderr)", "0",
	 true, NULL},
	{"fclose(opendir(\"/\"))", NULL, true, "DIR * is no FILE *; write a cast (FILE *)"},
	{"fclose(&$buf)", NULL, true, "char (*)[64] is no FILE *; write a cast (FILE *)"},
};

/* Was the debug information of the C library opened to tell the type of @expr? -1: it has none. */
static int opens(pid_t pid, const char *expr)
{
	struct ij_session *s = held_attach(pid);
	const struct ij_ctype *type;
	struct ij_debug *debug = NULL;
	int opened = -1;
	size_t len;
	struct ij_module *const *list;

	ij_error_free(ij_evaluate_type(s, expr, &type));
	list = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len && opened < 0; i++) {
		if (!ij_module_is_library(s->mods, list[i], "libc"))
			continue;
		opened = ij_debugs_peek(s->debugs, list[i]) != NULL;
		good(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
	}
	ij_session_destroy(s);
	return debug ? opened : -1;
}

static void run_row(const struct victim *vic, const struct row *row)
{
	const char *last = strstr(row->expr, "; ");
	char before[128] = "$buf = (char[64])0";
	char *line;

	if (last)
		snprintf(before, sizeof(before), "%.*s", (int)(last - row->expr), row->expr);
	last = last ? last + 2 : row->expr;
	tool_run(&tool, "call", vic->pid, before, last, NULL);
	tool_expect(&tool, row->out ? 0 : 1);
	if (!row->out) {
		tool_expect_err(&tool, row->err);
		return;
	}
	line = strrchr(tool.out, '\n');
	assert_non_null(line);
	*line = 0;
	line = strrchr(tool.out, '\n');
	assert_string_equal(line ? line + 1 : tool.out, row->out);
	if (last == row->expr && opens(vic->pid, last) != row->opens)
		fail_msg("%s: the debug information of the C library was %sread", last,
			 row->opens ? "not " : "");
}

static void run_rows(const char *name)
{
	struct victim vic;

	victim_start(&vic, name, NULL);
	if (opens(vic.pid, "1") < 0) {
		print_message("the C library has no debug information here (libc6-dbg)\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_row(&vic, &rows[i]);
	victim_finish(&vic, WAKE_NONE);
}

static void looks_only_where_asked(void **state)
{
	run_rows(*state);
}

/* The type has its name, whether it was looked into or not. */
static void types_keep_their_names(void **state)
{
	static const char *const exprs[][2] = {
		{"fopen(\"/nowhere\", \"r\")", "FILE *"},
		{"opendir(\"/nowhere\")", "DIR *"},
		{"getpwnam(\"nobody there\")", "struct passwd *"},
		{"(const FILE *)fopen(\"/nowhere\", \"r\")", "const FILE *"},
	};
	struct victim vic;
	char type[64];

	victim_start(&vic, *state, NULL);
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--json", exprs[i][0], NULL);
		tool_expect(&tool, 0);
		assert_true(tool_json(&tool, "type", type, sizeof(type)));
		assert_string_equal(type, exprs[i][1]);
	}
	victim_finish(&vic, WAKE_NONE);
}

static bool hide_debug_files(const void *arg)
{
	(void)arg;
	return !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) &&
	       !mount("none", "/usr/lib/debug", "tmpfs", 0, NULL);
}

/* Where nobody knows more than the name a pointer is a pointer. */
static void unknown_structs_are_pointed_at(void **state)
{
	static const struct victim_setting apart = {.namespaces = CLONE_NEWNS,
						    .settle = hide_debug_files};
	static const char members[] = "the members of struct _IO_FILE are not known";
	struct victim vic;

	(void)state;
	victim_set(&apart);
	victim_start(&vic, "typed_bare", NULL);
	assert_int_equal(opens(vic.pid, "1"), -1);
	tool_run(&tool, "call", vic.pid, "$buf = (char[64])0", "fopen(\"/nowhere\", \"r\")",
		 "sizeof(fclose(&$buf))", "sizeof(fclose(opendir(\"/\")))",
		 "fclose(fopen(\"/dev/null\", \"r\"))", NULL);
	tool_expect(&tool, 0);
	assert_non_null(strstr(tool.out, "\n0x0\n4\n4\n0"));
	tool_call(&tool, &vic, "fopen(\"/dev/null\", \"r\")->_fileno");
	tool_expect(&tool, 1);
	tool_expect_err(&tool, members);
	tool_call(&tool, &vic, "fclose(7)");
	tool_expect(&tool, 1);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("in C", looks_only_where_asked, "typed"),
		LIVE_ROW("in C without debug information", looks_only_where_asked, "typed_bare"),
		LIVE_ROW("in C++", looks_only_where_asked, "typed_cxx"),
		LIVE_TEST(unknown_structs_are_pointed_at),
		LIVE_ROW("names in C", types_keep_their_names, "typed"),
		LIVE_ROW("names in C++", types_keep_their_names, "typed_cxx"),
	};

	return _cmocka_run_group_tests("pointed", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
