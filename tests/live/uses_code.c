/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes 19 to 24: environments, libraries, and code of interpreters. */
#include "uses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void recipe_environment(void **state)
{
	static const char script[] = "$stdout.sync = true\n"
				     "puts 'ready'\n"
				     "loop { sleep 0.01; puts ENV['IJ_SET'] if ENV['IJ_SET'] }\n";
	struct victim vic;

	(void)state;
	recipe_start(&vic, "ruby", (const char *const[]){"-e", script, NULL});
	assert_int_equal(recipe_call(&vic, "setenv(\"IJ_SET\", \"from outside\", 1)"), 0);
	assert_string_equal(recipe_line(&vic), "from outside");
	victim_kill(&vic);
}

/* Perl keeps a copy of its environment: its own code must change that. */
void recipe_environment_perl(void **state)
{
	static const char script[] = "$| = 1; print qq(ready\\n);"
				     "while (1) { select(undef, undef, undef, 0.01);"
				     " print qq($ENV{IJ_SET}\\n) if $ENV{IJ_SET}; }";
	struct victim vic;
	uint64_t perl;

	(void)state;
	recipe_start(&vic, "perl", (const char *const[]){"-e", script, NULL});
	perl = recipe_call(&vic, "Perl_get_context()");
	recipe_call(&vic,
		    "Perl_eval_pv((PerlInterpreter *)%#lx, \"$ENV{IJ_SET} = 'from outside'\", 0)",
		    perl);
	assert_string_equal(recipe_line(&vic), "from outside");
	victim_kill(&vic);
}

void recipe_secret(void **state)
{
	const char *const env[] = {"PASSWORD=swordfish", NULL};
	struct victim vic;

	(void)state;
	recipe_start_env(&vic, env, "sqlite3",
			 (const char *const[]){"-batch", "-cmd", ".print ready", NULL});
	tool_call(&recipe_tool, &vic, "getenv(\"PASSWORD\")");
	tool_expect(&recipe_tool, 0);
	assert_non_null(strstr(recipe_tool.out, " \"swordfish\""));
	/* It stands in a line that it reads. */
	assert_int_equal(write(vic.in, "select 6 * 7;\n", 14), 14);
	close(vic.in);
	vic.in = -1;
	assert_string_equal(recipe_line(&vic), "42");
	victim_kill(&vic);
}

void recipe_plugin(void **state)
{
	struct victim vic;
	char path[512], *maps;
	uint64_t handle;

	(void)state;
	snprintf(path, sizeof(path), "%s/libij_plugin.so", harness_victims());
	recipe_nginx(&vic);
	handle = recipe_call(&vic, "dlopen(\"%s\", RTLD_NOW)", path);
	assert_int_not_equal(handle, 0);
	assert_int_equal(recipe_call(&vic, "(int)plugin_answer(4)"), 13);
	snprintf(path, sizeof(path), "/proc/%d/maps", vic.pid);
	maps = proc_read(path);
	assert_non_null(strstr(maps, "/libij_plugin.so"));
	free(maps);
	/* What is not there, the loader says in words. */
	assert_int_equal(recipe_call(&vic, "dlopen(\"/no/such/library.so\", RTLD_NOW)"), 0);
	recipe_call(&vic, "dlerror()");
	assert_non_null(
		strstr(recipe_tool.out, "\"/no/such/library.so: cannot open shared object"));
	victim_kill(&vic);
}

static const char python_script[] = "import time\n"
				    "asked = 0\n"
				    "print('ready', flush=True)\n"
				    "while True:\n"
				    "    time.sleep(0.01)\n"
				    "    if asked: print(asked, flush=True)\n";

void recipe_python(void **state)
{
	struct victim vic;

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", python_script, NULL});
	/*
	 * The lock must not be held when the thread goes on, so all in one stop. It sleeps, so that
	 * it gets the lock and gives it back: PyGILState_UNLOCKED is 1.
	 */
	tool_run(&recipe_tool, "call", vic.pid, "--one-stop", "PyGILState_Ensure()",
		 "PyRun_SimpleString(\"asked = 6 * 7\")", "PyGILState_Release(1)", NULL);
	tool_expect(&recipe_tool, 0);
	tool_expect_out(&recipe_tool, "1\n0\n(void)");
	assert_string_equal(recipe_line(&vic), "42");
	victim_kill(&vic);
}

void recipe_pending(void **state)
{
	struct victim vic;
	uint64_t code;

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", python_script, NULL});
	/* It runs later, so its text must stay. */
	code = recipe_call(&vic, "strdup(\"asked = 'later'\")");
	assert_int_equal(
		recipe_call(&vic, "Py_AddPendingCall(&PyRun_SimpleString, (void *)%#lx)", code), 0);
	assert_string_equal(recipe_line(&vic), "later");
	victim_kill(&vic);
}

void recipe_ruby(void **state)
{
	static const char script[] = "$asked = nil; $list = []\n"
				     "$stdout.sync = true\n"
				     "puts 'ready'\n"
				     "loop do\n"
				     "  $list.push(1); $list.clear if $list.size > 100\n"
				     "  puts $asked if $asked\n"
				     "end\n";
	struct victim vic;
	uint64_t code;

	(void)state;
	harness_need_breakpoints();
	recipe_start(&vic, "ruby", (const char *const[]){"-e", script, NULL});
	/* Its machine is always in the middle of something: it is called where it runs others'
	 * jobs. */
	tool_run(&recipe_tool, "call", vic.pid, "--wait=30s",
		 "rb_eval_string_protect(\"$asked = 'direct'\", 0)", NULL);
	tool_expect(&recipe_tool, 0);
	recipe_await(&vic, "direct");
	/* One of those jobs. */
	code = recipe_call(&vic, "strdup(\"$asked = ObjectSpace.count_objects[:TOTAL] > 1000\")");
	assert_int_equal(recipe_call(&vic,
				     "rb_postponed_job_register_one(0, (void *)&rb_eval_string, "
				     "(void *)%#lx)",
				     code),
			 1);
	recipe_await(&vic, "true");
	victim_kill(&vic);
}
