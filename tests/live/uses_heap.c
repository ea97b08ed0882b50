/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recipes 1 to 10: allocators, profiles, leaks, coverage, buffers. */
#include "uses.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A number of KiB in the status of @vic. */
static long status_kib(const struct victim *vic, const char *name)
{
	char value[64];

	proc_status(vic->pid, vic->pid, name, value, sizeof(value));
	return strtol(value, NULL, 10);
}

void recipe_trim(void **state)
{
	/* What lies above the freed blocks keeps free(3) from giving them back. */
	static const char script[] = "import time\n"
				     "blocks = [bytes(3000) for _ in range(20000)]\n"
				     "last = blocks[-1]\n"
				     "del blocks\n"
				     "print('ready', flush=True)\n"
				     "while True:\n"
				     "    time.sleep(0.01)\n"
				     "    print(len(last), flush=True)\n";
	struct victim vic;
	long before;

	(void)state;
	recipe_start(&vic, "python3", (const char *const[]){"-c", script, NULL});
	before = status_kib(&vic, "VmRSS");
	assert_true(before > 50000);
	assert_int_equal(recipe_call(&vic, "malloc_trim(0)"), 1);
	assert_true(status_kib(&vic, "VmRSS") < before - 40000);
	assert_string_equal(recipe_line(&vic), "3000");
	victim_kill(&vic);
}

void recipe_stats(void **state)
{
	struct victim vic;
	int fd;

	(void)state;
	fd = servers_dial(recipe_nginx(&vic));
	recipe_call(&vic, "malloc_stats()");
	/* Its stderr is its error log. */
	recipe_await_file(&vic, "error.log", "Total (incl. mmap):");
	close(fd);
	victim_kill(&vic);
}

void recipe_info(void **state)
{
	struct victim vic;
	uint64_t file;

	(void)state;
	recipe_nginx(&vic);
	file = recipe_call(&vic, "fopen(\"%s\", \"w\")", recipe_path("heap.xml"));
	assert_int_equal(recipe_call(&vic, "malloc_info(0, (FILE *)%#lx)", file), 0);
	assert_int_equal(recipe_call(&vic, "fclose((FILE *)%#lx)", file), 0);
	recipe_await_file(&vic, "heap.xml", "</malloc>");
	victim_kill(&vic);
}

/* Whether a thread of @vic is called so. */
static bool has_thread(const struct victim *vic, const char *name)
{
	char path[64], comm[32] = "";
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", vic->pid);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) && !found) {
		proc_status(vic->pid, atoi(entry->d_name), "Name", comm, sizeof(comm));
		found = !strcmp(comm, name);
	}
	closedir(dir);
	return found;
}

/* A thread names itself, and is listed for a moment when it has been joined. */
static void await_thread(const struct victim *vic, const char *name, bool is)
{
	for (int i = 0; has_thread(vic, name) != is; i++) {
		if (i == 30000)
			fail_msg("thread %s is %s", name, is ? "missing" : "there still");
		usleep(1000);
	}
}

void recipe_mallctl(void **state)
{
	struct victim vic;

	(void)state;
	recipe_redis(&vic);
	/* Debian's jemalloc has no profiler: ENOENT. */
	assert_int_equal(recipe_call(&vic, "mallctl(\"prof.dump\", 0, 0, 0, 0)"), 2);
	/* redis-server lets it have a thread, which is ended, and begun anew. */
	await_thread(&vic, "jemalloc_bg_thd", true);
	assert_int_equal(recipe_call(&vic, "mallctl(\"background_thread\", 0, 0, (bool[1])0, 1)"),
			 0);
	await_thread(&vic, "jemalloc_bg_thd", false);
	assert_int_equal(recipe_call(&vic, "mallctl(\"background_thread\", 0, 0, (bool[1]){1}, 1)"),
			 0);
	await_thread(&vic, "jemalloc_bg_thd", true);
	victim_kill(&vic);
}

void recipe_stats_print(void **state)
{
	struct victim vic;

	(void)state;
	recipe_redis(&vic);
	recipe_call(&vic, "malloc_stats_print(0, 0, 0)");
	recipe_await_file(&vic, "stderr", "--- End jemalloc statistics ---");
	victim_kill(&vic);
}

void recipe_profiler(void **state)
{
	static const char library[] = "/usr/lib/x86_64-linux-gnu/libtcmalloc.so.4";
	static const char script[] = "import time\nprint('ready', flush=True)\n"
				     "while True: time.sleep(0.01)\n";
	struct victim vic;
	char preload[128];

	(void)state;
	if (access(library, R_OK) != 0) {
		print_message("libgoogle-perftools4 is not installed\n");
		skip();
	}
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", library);
	recipe_start_env(&vic, (const char *const[]){preload, NULL}, "python3",
			 (const char *const[]){"-c", script, NULL});
	recipe_call(&vic, "HeapProfilerStart(\"%s\")", recipe_path("prof"));
	recipe_call(&vic, "HeapProfilerDump(\"asked\")");
	recipe_await_file(&vic, "prof.0001.heap", "MAPPED_LIBRARIES");
	recipe_call(&vic, "HeapProfilerStop()");
	assert_int_equal(recipe_call(&vic, "IsHeapProfilerRunning()"), 0);
	victim_kill(&vic);
}

/* A program of the build, or skip what the compilers here cannot build. */
static const char *built(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", harness_victims(), name);
	if (access(path, X_OK) != 0) {
		print_message("%s was not built: the compiler cannot\n", name);
		skip();
	}
	return path;
}

void recipe_leak_check(void **state)
{
	struct victim vic;

	(void)state;
	recipe_start(&vic, built("recipe_leaky"), (const char *const[]){NULL});
	/* It would attach to its own threads, find that we have done so, and end the program. */
	tool_call(&recipe_tool, &vic, "__lsan_do_leak_check()");
	tool_expect(&recipe_tool, 1);
	tool_expect_err(&recipe_tool, "__lsan_do_leak_check attaches to the process's threads "
				      "itself, and ends the process where another has done so");
	assert_true(victim_alive(&vic));
	recipe_await(&vic, "working");
	victim_kill(&vic);
}

void recipe_coverage(void **state)
{
	struct victim vic;
	char prefix[300], strip[] = "GCOV_PREFIX_STRIP=99";
	struct dirent *entry;
	char magic[5] = "";
	DIR *dir;

	(void)state;
	snprintf(prefix, sizeof(prefix), "GCOV_PREFIX=%s", harness_dir());
	recipe_start_env(&vic, (const char *const[]){prefix, strip, NULL}, built("recipe_covered"),
			 (const char *const[]){NULL});
	recipe_call(&vic, "__gcov_dump()");
	dir = opendir(harness_dir());
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		FILE *file;

		if (!strstr(entry->d_name, ".gcda"))
			continue;
		file = fopen(recipe_path(entry->d_name), "r");
		assert_non_null(file);
		assert_int_equal(fread(magic, 1, 4, file), 4);
		fclose(file);
	}
	closedir(dir);
	assert_string_equal(magic, "adcg");
	recipe_await(&vic, "working");
	victim_kill(&vic);
}

void recipe_profile(void **state)
{
	struct victim vic;
	char file[300];
	char *text;

	(void)state;
	snprintf(file, sizeof(file), "LLVM_PROFILE_FILE=%s", recipe_path("out.profraw"));
	recipe_start_env(&vic, (const char *const[]){file, NULL}, built("recipe_profiled"),
			 (const char *const[]){NULL});
	assert_int_equal(recipe_call(&vic, "__llvm_profile_write_file()"), 0);
	text = proc_read(recipe_path("out.profraw"));
	assert_non_null(text);
	assert_memory_equal(text + 1, "rforpl\xff", 7);
	free(text);
	recipe_await(&vic, "working");
	victim_kill(&vic);
}

void recipe_flush(void **state)
{
	struct victim vic;

	(void)state;
	recipe_start(&vic, built("recipe_plain"), (const char *const[]){NULL});
	assert_string_equal(recipe_line(&vic), "working");
	assert_int_equal(recipe_call(&vic, "fflush(0)"), 0);
	recipe_await(&vic, "buffered 42");
	victim_kill(&vic);
}
