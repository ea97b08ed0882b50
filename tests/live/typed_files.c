/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debug information of one program in several files: split units, packages of them, what dwz(1)
 * takes out, and the compilers' own tables of names. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct tool tool;

/* Debug information in files beside the program is found and read. */
static void ask_files(const struct victim *vic)
{
	tool_run(&tool, "call", vic->pid, "add(2, 3)", "swap(origin)", "next(color)",
		 "get(2)->label[1]", "(enum color)5", "hidden(2)", "sizeof(struct node)", "bits",
		 NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "5\n{x = 4, y = 3}\nBLUE\n"
			       "119 'w'\nGREEN\n84\n24\n"
			       "{a = 5, b = 17, c = -3, d = 78187493520}");
}

static void files_hold(void **state)
{
	const char *name = *state;
	struct victim vic;
	char path[512];

	snprintf(path, sizeof(path), "%s/victim_%s", harness_victims(), name);
	if (access(path, X_OK)) {
		print_message("victim_%s was not built: its tool is missing\n", name);
		skip();
	}
	victim_start(&vic, name, NULL);
	ask_files(&vic);
	victim_finish(&vic, WAKE_NONE);
}

static void copy_file(const char *from, const char *to)
{
	char command[1200];

	snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
	assert_int_equal(system(command), 0);
}

/* Another build of a program, and its package, in the place of the first. */
static void packages_are_renewed(void **state)
{
	static const char *const builds[] = {"typed_package_4", "typed_package", "typed_package_4"};
	char from[512], program[512], package[520];

	(void)state;
	snprintf(program, sizeof(program), "%s/packed", harness_dir());
	snprintf(package, sizeof(package), "%s.dwp", program);
	for (size_t i = 0; i < sizeof(builds) / sizeof(builds[0]); i++) {
		const char *const argv[] = {program, NULL};
		struct victim vic;

		snprintf(from, sizeof(from), "%s/victim_%s", harness_victims(), builds[i]);
		if (access(from, X_OK)) {
			print_message("%s was not built: its tool is missing\n", from);
			skip();
		}
		copy_file(from, program);
		snprintf(from, sizeof(from), "%s/victim_%s.dwp", harness_victims(), builds[i]);
		copy_file(from, package);
		victim_spawn(&vic, argv);
		victim_await_ready(&vic, "packed");
		ask_files(&vic);
		/* Without it nothing is known of what is in it; and then again. */
		assert_int_equal(unlink(package), 0);
		tool_call(&tool, &vic, "origin");
		tool_expect(&tool, 1);
		tool_expect_err(&tool, "of the debug information of packed a file is missing: ");
		tool_expect_err(&tool, ".dwo (put it there, or beside the program, or all of them "
				       "into one .dwp file)");
		copy_file(from, package);
		ask_files(&vic);
		victim_kill(&vic);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("tables of names", files_hold, "typed_tables"),
		LIVE_ROW("split units", files_hold, "typed_split"),
		LIVE_ROW("split units, DWARF 4", files_hold, "typed_split_4"),
		LIVE_ROW("split units in a package", files_hold, "typed_package"),
		LIVE_ROW("split units in a package, DWARF 4", files_hold, "typed_package_4"),
		LIVE_ROW("shared by two programs (dwz)", files_hold, "typed_shared"),
		LIVE_TEST(packages_are_renewed),
	};

	return _cmocka_run_group_tests("typed_files", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
