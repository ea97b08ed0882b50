/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The prototype table: every line, the lookups, and the user's declarations. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/builtin.h"
#include "lang/type.h"

/*
 * Each line parses and stands in order; no name is there twice. Of libc and libm each says its need
 * set; where a line of another library does not, nobody has reviewed it.
 */
/* A line that passes structs by value is known by its text and by what is needed. */
static struct ij_prototype *by_value(const struct ij_prototypes *protos, const char *text,
				     const struct ij_builtin_line *line)
{
	char name[256], whole[1024];
	const struct ij_prototype *proto;
	struct ij_prototype *ret = NULL;

	snprintf(name, sizeof(name), "%.*s", (int)line->name_len, line->name);
	proto = ij_prototypes_find(protos, name);
	if (!proto || !proto->by_value || strncmp(text, proto->text, strlen(proto->text)) != 0)
		return NULL;
	snprintf(whole, sizeof(whole), "void %s(void);", name);
	assert_null(ij_prototype_parse(whole, &ret));
	return ret;
}

static void test_every_line(void **state)
{
	struct ij_prototypes *protos;
	struct ij_builtin_scan scan = {.pos = ij_builtin_text};
	struct ij_builtin_line line, found;
	char last[256] = "", last_library[64] = "";
	unsigned lines = 0, bad = 0;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	while (ij_builtin_next(&scan, &line)) {
		char *text = strndup(line.text, line.len);
		struct ij_prototype *proto = NULL;
		struct ij_error *err = ij_prototype_parse(text, &proto);
		char library[64];

		if (err && strchr(text, '{')) {
			proto = by_value(protos, text, &line);
			if (proto) {
				ij_error_free(err);
				err = NULL;
			}
		}
		snprintf(library, sizeof(library), "%.*s", (int)line.library_len, line.library);
		if (err || strlen(proto->name) != line.name_len ||
		    ((!strcmp(library, "libc") || !strcmp(library, "libm")) &&
		     !strstr(text, " // need: ")) ||
		    (!strcmp(library, last_library) && strcmp(proto->name, last) <= 0) ||
		    !ij_builtin_find(proto->name, &found) || found.text != line.text) {
			print_message("%s: %s\n", text,
				      err ? err->msg : "not in order, not annotated, or twice");
			bad++;
		}
		if (proto)
			snprintf(last, sizeof(last), "%s", proto->name);
		strcpy(last_library, library);
		ij_prototype_destroy(proto);
		ij_error_free(err);
		free(text);
		lines++;
	}
	ij_prototypes_destroy(protos);
	assert_int_equal(bad, 0);
	assert_true(lines > 5000);
}

/* Each line that is no comment is a declaration: nothing is passed over in silence. */
static void test_nothing_skipped(void **state)
{
	struct ij_builtin_scan scan = {.pos = ij_builtin_text};
	struct ij_builtin_line line;
	unsigned written = 0, lines = 0;

	(void)state;
	for (const char *c = ij_builtin_text; *c; c = strchr(c, '\n') + 1) {
		written += !strchr("/ \n", *c);
		assert_non_null(strchr(c, '\n'));
	}
	while (ij_builtin_next(&scan, &line))
		lines++;
	assert_int_equal(lines, written);
}

static const struct {
	const char *name, *ret;
	size_t params;
	bool variadic;
	ij_classes need;
	uint32_t traits;
	const char *library;
} known[] = {
	{"malloc_trim", "int", 1, false, IJ_CLASS(ALLOCATOR), 0, "libc"},
	{"getpid", "pid_t", 0, false, 0, IJ_TRAIT_SIGNAL_SAFE, "libc"},
	{"puts", "int", 1, false, IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO), IJ_TRAIT_MAY_BLOCK,
	 "libc"},
	{"fopen", "FILE *", 2, false, IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO), 0, "libc"},
	{"setenv", "int", 3, false, IJ_CLASS(ALLOCATOR) | IJ_CLASS(ENVIRON), 0, "libc"},
	{"open", "int", 2, true, 0, IJ_TRAIT_SIGNAL_SAFE | IJ_TRAIT_MAY_BLOCK, "libc"},
	{"sleep", "unsigned int", 1, false, 0,
	 IJ_TRAIT_SIGNAL_SAFE | IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_TIMED, "libc"},
	{"poll", "int", 3, false, 0, IJ_TRAIT_SIGNAL_SAFE | IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_TIMED,
	 "libc"},
	{"system", "int", 1, false, IJ_CLASSES_ALL, IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_THREADS, "libc"},
	{"exit", "void", 1, false, IJ_CLASSES_ALL, IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_NO_RETURN, "libc"},
	{"_exit", "void", 1, false, 0, IJ_TRAIT_SIGNAL_SAFE | IJ_TRAIT_NO_RETURN, "libc"},
	{"dlopen", "void *", 2, false, IJ_CLASSES_ALL, IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_THREADS,
	 "libc"},
	{"malloc_stats_print", "void", 3, false,
	 IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO) | IJ_CLASS(LOCALE), IJ_TRAIT_MAY_BLOCK, "jemalloc"},
	{"sqrt", "double", 1, false, 0, 0, "libm"},
	{"PyRun_SimpleString", "int", 1, false, IJ_CLASSES_ALL, IJ_TRAITS_UNKNOWN, "cpython"},
};

/* The C functions of the recipes that people run today. */
static const char *const recipes[] = {
	"malloc_trim",
	"malloc_stats",
	"fopen",
	"malloc_info",
	"fclose",
	"mallctl",
	"malloc_stats_print",
	"HeapProfilerStart",
	"HeapProfilerDump",
	"HeapProfilerStop",
	"__lsan_do_leak_check",
	"__gcov_flush",
	"__gcov_dump",
	"__llvm_profile_write_file",
	"fflush",
	"dup2",
	"open",
	"close",
	"chdir",
	"shutdown",
	"socket",
	"setsockopt",
	"bind",
	"listen",
	"umask",
	"prctl",
	"setenv",
	"getenv",
	"dlopen",
	"dlerror",
	"PyGILState_Ensure",
	"PyRun_SimpleString",
	"PyGILState_Release",
	"Py_AddPendingCall",
	"rb_eval_string_protect",
	"rb_backtrace",
	"Perl_eval_pv",
	"gjs_dumpstack",
	"MemoryContextStats",
	"unbind_variable",
	"zend_eval_string",
	"_PyObject_Dump",
	"putenv",
	"system",
	"_exit",
	"kill",
};

static void test_find(void **state)
{
	struct ij_prototypes *protos;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	for (size_t i = 0; i < IJ_COUNT(known); i++) {
		const struct ij_prototype *proto = ij_prototypes_find(protos, known[i].name);

		print_message("%s\n", known[i].name);
		assert_non_null(proto);
		assert_string_equal(proto->name, known[i].name);
		assert_string_equal(proto->ret.text, known[i].ret);
		assert_int_equal(proto->params.len, known[i].params);
		assert_int_equal(proto->variadic, known[i].variadic);
		assert_int_equal(proto->need, known[i].need);
		assert_int_equal(proto->traits, known[i].traits);
		assert_string_equal(proto->library, known[i].library);
		/* Parsed once only. */
		assert_ptr_equal(proto, ij_prototypes_find(protos, known[i].name));
	}
	for (size_t i = 0; i < IJ_COUNT(recipes); i++)
		if (!ij_prototypes_find(protos, recipes[i]))
			fail_msg("%s is not in the table", recipes[i]);
	assert_null(ij_prototypes_find(protos, "no_such_function"));
	assert_null(ij_prototypes_find(protos, "malloc_tri"));
	assert_null(ij_prototypes_find(protos, "malloc_trimm"));
	assert_null(ij_prototypes_find(protos, ""));
	ij_prototypes_destroy(protos);
	ij_prototypes_destroy(NULL);
}

static void test_add(void **state)
{
	struct ij_prototypes *protos;
	const struct ij_prototype *old, *proto;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	proto = ij_prototypes_find(protos, "mallinfo2");
	assert_non_null(proto);
	assert_true(proto->by_value);
	assert_int_equal(proto->need, IJ_CLASS(ALLOCATOR));
	assert_non_null(strstr(proto->text, "size_t keepcost;} mallinfo2(void)"));
	old = ij_prototypes_find(protos, "getpid");
	assert_non_null(old);
	assert_null(ij_prototypes_add(protos, "extern long getpid(void);"));
	proto = ij_prototypes_find(protos, "getpid");
	assert_string_equal(proto->ret.text, "long");
	assert_int_equal(proto->need, IJ_CLASSES_ALL);
	assert_int_equal(proto->traits, IJ_TRAITS_UNKNOWN);
	assert_null(proto->library);
	assert_string_equal(old->ret.text, "pid_t"); /* still valid */
	assert_null(ij_prototypes_add(
		protos, "int getpid(int x); // need: stdio, allocator; traits: blocks timed"));
	proto = ij_prototypes_find(protos, "getpid");
	assert_int_equal(proto->params.len, 1);
	assert_int_equal(proto->need, IJ_CLASS(STDIO) | IJ_CLASS(ALLOCATOR));
	assert_int_equal(proto->traits, IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_TIMED);
	ij_prototypes_destroy(protos);
}

struct visits {
	unsigned count, mine, getpids;
	char last[256];
	bool sorted;
};

static void visit(void *ctx, const struct ij_prototype *proto)
{
	struct visits *visits = ctx;

	visits->count++;
	visits->mine += !proto->library;
	visits->getpids += !strcmp(proto->name, "getpid");
	if (strcmp(visits->last, proto->name) >= 0)
		visits->sorted = false;
	snprintf(visits->last, sizeof(visits->last), "%s", proto->name);
}

static void test_each(void **state)
{
	struct visits before = {.sorted = true}, after = {.sorted = true};
	struct ij_prototypes *protos;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	ij_prototypes_each(protos, visit, &before);
	assert_true(before.sorted);
	assert_true(before.count > 5000);
	assert_int_equal(before.mine, 0);
	assert_null(ij_prototypes_add(protos, "int zz_mine(void)"));
	assert_null(ij_prototypes_add(protos, "int getpid(void)"));
	assert_null(ij_prototypes_add(protos, "long getpid(void)"));
	ij_prototypes_each(protos, visit, &after);
	assert_true(after.sorted);
	assert_int_equal(after.count, before.count + 1);
	assert_int_equal(after.mine, 2);
	assert_int_equal(after.getpids, 1);
	ij_prototypes_destroy(protos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_line), cmocka_unit_test(test_nothing_skipped),
		cmocka_unit_test(test_find),       cmocka_unit_test(test_add),
		cmocka_unit_test(test_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
