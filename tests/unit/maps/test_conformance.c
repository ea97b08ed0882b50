/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the system's own libraries must hold by the policy; and that a policy which lacks a name is
 * found out by the very same table.
 */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/compile.h"
#include "maps/policy_rules.h"
#include "process.h"

#define C IJ_CLASS

static const struct demand {
	const char *module; /* the start of its base name */
	const char *function;
	ij_classes classes; /* at least; 0: nothing at all */
} demands[] = {
	{"libc.so", "malloc", C(ALLOCATOR)},
	{"libc.so", "free", C(ALLOCATOR)},
	{"libc.so", "calloc", C(ALLOCATOR)},
	{"libc.so", "realloc", C(ALLOCATOR)},
	{"libc.so", "posix_memalign", C(ALLOCATOR)},
	{"libc.so", "malloc_trim", C(ALLOCATOR)},
	{"libc.so", "mallinfo2", C(ALLOCATOR)},
	{"libc.so", "sbrk", C(ALLOCATOR)},
	{"libc.so", "fork", C(FORK) | C(ALLOCATOR) | C(STDIO) | C(LOADER)},
	{"libc.so", "vfork", C(FORK)},
	{"libc.so", "posix_spawn", C(FORK)},
	{"libc.so", "system", C(FORK)},
	{"libc.so", "popen", C(FORK) | C(STDIO)},
	{"libc.so", "fflush", C(STDIO)},
	{"libc.so", "puts", C(STDIO)},
	{"libc.so", "fprintf", C(STDIO)},
	{"libc.so", "getline", C(STDIO)},
	{"libc.so", "dlopen", C(LOADER)},
	{"libc.so", "dlsym", C(LOADER)},
	{"libc.so", "dl_iterate_phdr", C(LOADER)},
	{"libc.so", "setlocale", C(LOCALE)},
	{"libc.so", "dcgettext", C(LOCALE)},
	{"libc.so", "iconv_open", C(ICONV)},
	{"libc.so", "mbstowcs", C(ICONV)},
	{"libc.so", "getaddrinfo", C(RESOLVER)},
	{"libc.so", "getpwuid_r", C(RESOLVER)},
	{"libc.so", "pthread_create", C(THREADS)},
	{"libc.so", "pthread_mutex_lock", C(THREADS)},
	{"libc.so", "pthread_cond_wait", C(THREADS)},
	{"libc.so", "pthread_exit", C(THREADS) | C(UNWINDER)},
	{"libc.so", "sem_post", C(THREADS)},
	{"libc.so", "exit", C(EXIT)},
	{"libc.so", "__cxa_atexit", C(EXIT)},
	{"libc.so", "setenv", C(ENVIRON)},
	{"libc.so", "localtime_r", C(TIME)},
	{"libc.so", "mktime", C(TIME)},
	{"libc.so", "syslog", C(SYSLOG)},
	{"libc.so", "random", C(RANDOM)},
	{"libc.so", "swapcontext", C(CONTEXT)},
	{"libc.so", "_setjmp", C(CONTEXT)},
	{"libc.so", "qsort", C(OTHER)},
	{"libc.so", "strtok", C(OTHER)},
	{"libc.so", "readdir", C(OTHER)},
	{"libc.so", "getpid", 0},
	{"libc.so", "read", 0},
	{"libc.so", "poll", 0},
	{"libc.so", "nanosleep", 0},
	{"libc.so", "strtol", 0},
	{"libc.so", "snprintf", 0},
	{"libc.so", "bsearch", 0},
	{"libc.so", "__libc_start_main", 0},
	{"ld-linux", "__tls_get_addr", C(LOADER)},
	{"libstdc++", "__cxa_throw", C(UNWINDER)},
	{"libstdc++", "__cxa_end_catch", C(UNWINDER)},
	{"libstdc++", "__cxa_guard_acquire", C(THREADS)},
	{"libstdc++", "_Znwm", C(ALLOCATOR)},
	{"libstdc++", "_ZdlPv", C(ALLOCATOR)},
	{"libstdc++", "_ZNSt6localeC1Ev", C(LOCALE)},
	{"libgcc_s", "_Unwind_RaiseException", C(UNWINDER)},
	{"libgcc_s", "__popcountdi2", C(UNWINDER)}, /* the module as a whole */
};

struct compiled {
	struct ij_module *module; /* NULL: not compiled yet */
	void *bytes;
	struct ij_map map;
};

static void compile(struct process *proc, const struct ij_policy *policy, const char *name,
		    struct compiled *ret)
{
	struct ij_map_source source = {.policy = policy};
	size_t size;

	ret->module = process_module(proc, name);
	source.soname = ij_object_soname(ret->module->obj);
	source.path = ret->module->path;
	assert_null(ij_map_compile_from(ret->module->obj, &source, &ret->bytes, &size));
	assert_null(ij_map_open(ret->bytes, size, &ret->map));
}

/* Whether the function of @demand holds what it must. */
static bool is_met(const struct compiled *compiled, const struct demand *demand)
{
	struct ij_object *obj = compiled->module->obj;
	const struct ij_map_func *func;
	struct ij_symbol sym;
	ij_classes held;

	if (ij_object_symbol(obj, demand->function, &sym))
		fail_msg("%s has no %s", demand->module, demand->function);
	func = ij_map_func_find(&compiled->map, sym.value - ij_object_base(obj));
	if (!func)
		fail_msg("%s has no unwind information", demand->function);
	held = func->classes | compiled->map.header->module_classes;
	return demand->classes ? (held & demand->classes) == demand->classes : !held;
}

/* How many demands @policy fails to meet; the first is written to @first. */
static unsigned count_unmet(struct process *proc, const struct ij_policy *policy,
			    const struct demand **first)
{
	struct compiled compiled = {0};
	unsigned unmet = 0;

	for (size_t i = 0; i < IJ_COUNT(demands); i++) {
		const struct demand *demand = &demands[i];

		if (!i || strcmp(demand->module, demands[i - 1].module) != 0) {
			free(compiled.bytes);
			compile(proc, policy, demand->module, &compiled);
		}
		if (is_met(&compiled, demand))
			continue;
		if (!unmet++)
			*first = demand;
	}
	free(compiled.bytes);
	return unmet;
}

static void test_builtin(void **state)
{
	const struct demand *first;
	struct ij_policy *policy;

	assert_null(ij_policy_create_builtin(&policy));
	if (count_unmet(*state, policy, &first))
		fail_msg("%s in %s does not hold what it must", first->function, first->module);
	ij_policy_destroy(policy);
}

/* The built-in policy without the word @name, wherever it stands. */
static struct ij_policy *without(const char *name)
{
	struct ij_policy *policy;
	size_t len = strlen(name);

	assert_null(ij_policy_create(&policy));
	for (const char *at = ij_policy_builtin; *at;) {
		const char *file = at, *text = at + strlen(at) + 1;
		char *copy = strdup(text);

		for (char *word = copy; (word = strstr(word, name)); word += len)
			if (word > copy && strchr(" \t", word[-1]) && strchr(" \n", word[len]))
				memset(word, 'X', len);
		assert_null(ij_policy_add(policy, file, copy, strlen(copy)));
		free(copy);
		at = text + strlen(text) + 1;
	}
	return policy;
}

/* Functions that have no other name, and are jumped to from nowhere: each is missed by itself. */
static void test_planted(void **state)
{
	static const char *const names[] = {"setlocale", "localtime_r", "syslog",
					    "qsort",     "__cxa_throw", "swapcontext"};
	const struct demand *first;
	struct ij_policy *policy = without("nothing_of_this_name");

	assert_int_equal(count_unmet(*state, policy, &first), 0);
	ij_policy_destroy(policy);
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		policy = without(names[i]);
		if (count_unmet(*state, policy, &first) != 1 ||
		    strcmp(first->function, names[i]) != 0)
			fail_msg("nobody misses %s", names[i]);
		ij_policy_destroy(policy);
	}
}

/* Without "malloc", and without its other name. */
static void test_planted_malloc(void **state)
{
	static const char text[] = "[allocator] planted: the second name of malloc\n"
				   "allow __libc_malloc in libc.so.6\n";
	const struct demand *first = NULL;
	struct ij_policy *policy = without("malloc");

	assert_null(ij_policy_add(policy, "planted", text, strlen(text)));
	assert_int_equal(count_unmet(*state, policy, &first), 1);
	assert_string_equal(first->function, "malloc");
	ij_policy_destroy(policy);
}

static int setup(void **state)
{
	static struct process proc;

	if (!dlopen("libstdc++.so.6", RTLD_NOW) || !dlopen("libgcc_s.so.1", RTLD_NOW)) {
		print_message("no libstdc++.so.6 to look at: %s\n", dlerror());
		return -1;
	}
	process_init(&proc);
	*state = &proc;
	return 0;
}

static int teardown(void **state)
{
	process_deinit(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_builtin),
		cmocka_unit_test(test_planted),
		cmocka_unit_test(test_planted_malloc),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
