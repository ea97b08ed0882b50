/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debug information that a server has: asked for only where the user names one. */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct tool tool;

/* The build-id of @path in hexadecimal digits. */
static bool build_id_of(const char *path, char ret[128])
{
	char command[700];
	bool found;
	FILE *out;

	snprintf(command, sizeof(command), "readelf -n '%s' | sed -n 's/.*Build ID: //p'", path);
	out = popen(command, "r");
	assert_non_null(out);
	found = fgets(ret, 128, out);
	pclose(out);
	ret[found ? strcspn(ret, "\n") : 0] = 0;
	return *ret;
}

/* A folder as a server has it, for file:// as well as http://; and the program without its types.
 */
static bool serve(char program[512], char url[512])
{
	char folder[300], from[600], to[2400], id[128];

	snprintf(from, sizeof(from), "%s/victim_typed_apart", harness_victims());
	snprintf(program, 512, "%s/victim_typed_fetched", harness_dir());
	snprintf(to, sizeof(to), "cp '%s' '%s'", from, program);
	if (access(from, X_OK) || system(to) || !build_id_of(program, id))
		return false;
	snprintf(folder, sizeof(folder), "%s/served", harness_dir());
	assert_int_equal(mkdir(folder, 0755), 0);
	snprintf(url, 512, "file://%s", folder);
	snprintf(to, sizeof(to),
		 "mkdir -p '%s/buildid/%s' '%s/fetched' && chmod 755 '%s' && chmod 777 "
		 "'%s/fetched' && "
		 "cp '%s/typed_apart.debug' '%s/buildid/%s/debuginfo'",
		 folder, id, harness_dir(), harness_dir(), harness_dir(), harness_victims(), folder,
		 id);
	return !system(to);
}

static void is_fetched(void **state)
{
	char program[512], url[512], cache[512];
	struct victim vic;

	(void)state;
	if (!harness_find("readelf") ||
	    access("/usr/lib/x86_64-linux-gnu/libdebuginfod.so.1", R_OK) || !serve(program, url))
		skip();
	const char *const argv[] = {program, NULL};

	victim_spawn(&vic, argv);
	victim_await_ready(&vic, "typed_fetched");
	snprintf(cache, sizeof(cache), "%s/fetched", harness_dir());
	setenv("DEBUGINFOD_CACHE_PATH", cache, 1);
	unsetenv("DEBUGINFOD_URLS");
	tool_call(&tool, &vic, "origin");
	tool_expect(&tool, 1);
	/* As it is: nobody is asked. */
	setenv("DEBUGINFOD_URLS", "", 1);
	tool_call(&tool, &vic, "origin");
	tool_expect(&tool, 1);
	setenv("DEBUGINFOD_URLS", url, 1);
	tool_run(&tool, "call", vic.pid, "origin", "swap(origin)", NULL);
	unsetenv("DEBUGINFOD_URLS");
	unsetenv("DEBUGINFOD_CACHE_PATH");
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "{x = 3, y = 4}\n{x = 4, y = 3}");
	victim_kill(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {LIVE_TEST(is_fetched)};

	return _cmocka_run_group_tests("fetched", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
