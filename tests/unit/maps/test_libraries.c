/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What other libraries must hold by the policy, as distributions ship them: stripped, and compiled
 * into containers from their files. One that is not installed is skipped.
 */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"

#define C           IJ_CLASS
#define DEMANDS_MAX 16

struct demand {
	const char *function; /* NULL: no more */
	ij_classes classes;   /* at least; 0: nothing at all */
};

static const struct library {
	const char *name;  /* of the test */
	const char *path;  /* a pattern of glob(3); the first that is there */
	ij_classes module; /* of every frame in it */
	struct demand demands[DEMANDS_MAX];
} libraries[] = {
	{"musl",
	 "/lib/ld-musl-x86_64.so.1",
	 0,
	 {{"malloc", C(ALLOCATOR)},
	  {"free", C(ALLOCATOR)},
	  {"realloc", C(ALLOCATOR)},
	  {"fork", C(FORK)},
	  {"vfork", C(FORK)},
	  {"posix_spawn", C(FORK)},
	  {"fflush", C(STDIO)},
	  {"fputs", C(STDIO)},
	  {"dlopen", C(LOADER)},
	  {"dlsym", C(LOADER)},
	  {"pthread_create", C(THREADS)},
	  {"pthread_mutex_lock", C(THREADS)},
	  {"longjmp", C(CONTEXT)},
	  {"exit", C(EXIT)},
	  {"getpid", 0},
	  {"strlen", 0}}},
	{"jemalloc",
	 "/usr/lib/*/libjemalloc.so.2",
	 C(ALLOCATOR),
	 {{"malloc", C(ALLOCATOR)}, {"mallctl", C(ALLOCATOR)}, {"sdallocx", C(ALLOCATOR)}}},
	{"tcmalloc",
	 "/usr/lib/*/libtcmalloc_minimal.so.4",
	 C(ALLOCATOR),
	 {{"malloc", C(ALLOCATOR)},
	  {"tc_malloc", C(ALLOCATOR)},
	  {"MallocExtension_ReleaseFreeMemory", C(ALLOCATOR)}}},
	{"mimalloc",
	 "/usr/lib/*/libmimalloc.so.2",
	 C(ALLOCATOR),
	 {{"malloc", C(ALLOCATOR)},
	  {"mi_malloc", C(ALLOCATOR)},
	  {"mi_heap_collect", C(ALLOCATOR)}}},
	{"libgcc",
	 "/lib/*/libgcc_s.so.1",
	 C(UNWINDER),
	 {{"_Unwind_Resume", C(UNWINDER)}, {"_Unwind_Backtrace", C(UNWINDER)}}},
	{"libcrypto",
	 "/usr/lib/*/libcrypto.so.3",
	 C(CRYPTO),
	 {{"EVP_DigestUpdate", C(CRYPTO)}, {"RAND_bytes", C(CRYPTO)}, {"CRYPTO_free", C(CRYPTO)}}},
	{"cpython",
	 "/usr/bin/python3.[0-9]*[0-9]",
	 0,
	 {{"PyObject_Malloc", C(INTERPRETER)},
	  {"PyMem_RawMalloc", C(INTERPRETER)},
	  {"PyGC_Collect", C(INTERPRETER)},
	  {"PyEval_SaveThread", C(INTERPRETER)},
	  {"PyGILState_Ensure", C(INTERPRETER)},
	  {"_PyEval_EvalFrameDefault", 0},
	  {"Py_BytesMain", 0}}},
	{"ruby",
	 "/usr/lib/*/libruby-[0-9]*.so.[0-9].[0-9]",
	 C(INTERPRETER),
	 {{"rb_vm_exec", C(INTERPRETER)},
	  {"ruby_xmalloc", C(INTERPRETER)},
	  {"rb_thread_check_ints", C(YIELDS)},
	  {"ruby_xfree", C(INTERPRETER)},
	  {"rb_gc_start", C(INTERPRETER)},
	  {"rb_newobj_of", C(INTERPRETER)},
	  {"ruby_run_node", C(INTERPRETER)}}},
	{"ocaml",
	 "/usr/lib/ocaml/libasmrun_shared.so",
	 0,
	 {{"caml_call_gc", C(COLLECTOR)},
	  {"caml_alloc_shr", C(COLLECTOR)},
	  {"caml_modify", C(COLLECTOR)},
	  {"caml_alloc_string", C(COLLECTOR)},
	  {"caml_minor_collection", C(COLLECTOR)},
	  {"caml_main", 0}}},
	{"ocaml of bytecode",
	 "/usr/lib/ocaml/libcamlrun_shared.so",
	 0,
	 {{"caml_alloc_shr", C(COLLECTOR)},
	  {"caml_minor_collection", C(COLLECTOR)},
	  {"caml_interprete", 0}}},
	{"libgc",
	 "/usr/lib/*/libgc.so.1",
	 C(COLLECTOR),
	 {{"GC_malloc", C(COLLECTOR)}, {"GC_gcollect", C(COLLECTOR)}}},
};

static void expect(struct ij_object *obj, const struct ij_map *map, const struct demand *demand)
{
	const struct ij_map_func *func;
	struct ij_symbol sym;
	ij_classes held;
	IJ_ERROR_AUTO err = ij_object_symbol(obj, demand->function, &sym);

	if (err)
		fail_msg("no %s: %s", demand->function, err->msg);
	func = ij_map_func_find(map, sym.value - ij_object_base(obj));
	if (!func)
		fail_msg("%s has no unwind information", demand->function);
	held = func->classes | map->header->module_classes;
	if (demand->classes ? (held & demand->classes) != demand->classes : held != 0)
		fail_msg("%s holds %#llx, not %#llx", demand->function, (unsigned long long)held,
			 (unsigned long long)demand->classes);
}

static void test_library(void **state)
{
	const struct library *library = *state;
	struct ij_map_source source = {.policy = NULL};
	struct ij_policy *policy;
	struct ij_object *obj;
	struct ij_map map;
	glob_t found;
	void *bytes;
	size_t size;
	int fd;

	if (glob(library->path, 0, NULL, &found)) {
		print_message("%s is not installed: no %s\n", library->name, library->path);
		skip();
	}
	fd = open(found.gl_pathv[0], O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_null(ij_policy_create_builtin(&policy));
	assert_null(ij_object_open_fd(fd, found.gl_pathv[0], &obj));
	source.policy = policy;
	source.soname = ij_object_soname(obj) ? ij_object_soname(obj) : library->name;
	source.path = found.gl_pathv[0];
	assert_null(ij_map_compile_from(obj, &source, &bytes, &size));
	assert_null(ij_map_open(bytes, size, &map));
	assert_int_equal(map.header->module_classes, library->module);
	for (size_t i = 0; i < DEMANDS_MAX && library->demands[i].function; i++)
		expect(obj, &map, &library->demands[i]);
	free(bytes);
	ij_object_close(obj);
	ij_policy_destroy(policy);
	close(fd);
	globfree(&found);
}

int main(void)
{
	struct CMUnitTest tests[IJ_COUNT(libraries)];

	for (size_t i = 0; i < IJ_COUNT(libraries); i++)
		tests[i] = (struct CMUnitTest){libraries[i].name, test_library, NULL, NULL,
					       (void *)(uintptr_t)&libraries[i]};
	return _cmocka_run_group_tests("libraries", tests, IJ_COUNT(tests), NULL, NULL);
}
