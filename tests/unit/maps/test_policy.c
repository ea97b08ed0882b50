/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy: which names hold what, and that its table is sound. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/policy_rules.h"

#define C        IJ_CLASS
#define FORK_SET (C(FORK) | C(ALLOCATOR) | C(STDIO) | C(LOADER) | C(RESOLVER) | C(THREADS))

static const struct {
	const char *name;
	ij_classes classes;
} functions[] = {
	{"malloc", C(ALLOCATOR)},
	{"__libc_memalign", C(ALLOCATOR)},
	{"malloc_trim", C(ALLOCATOR)},
	{"_int_free", C(ALLOCATOR)},
	{"sbrk", C(ALLOCATOR)},
	{"_Znwm", C(ALLOCATOR)},
	{"_ZdaPvm", C(ALLOCATOR)},
	{"je_malloc", C(ALLOCATOR)},
	/* The compiler's clones count as the function. */
	{"malloc.part.0", C(ALLOCATOR)},
	{"fclose.cold", C(STDIO)},
	{"puts", C(STDIO)},
	{"_IO_puts", C(STDIO)},
	{"_IO_list_lock", C(STDIO)},
	{"__vfprintf_chk", C(STDIO)},
	{"getline", C(STDIO)},
	{"dlopen", C(LOADER)},
	{"_dl_runtime_resolve_xsavec", C(LOADER)},
	{"__tls_get_addr", C(LOADER)},
	{"dl_iterate_phdr", C(LOADER)},
	{"fork", FORK_SET},
	{"__libc_fork", FORK_SET},
	{"_Fork", FORK_SET},
	{"vfork", C(FORK)},
	{"posix_spawn", C(FORK)},
	{"system", C(FORK)},
	{"popen", C(FORK) | C(STDIO)},
	{"setlocale", C(LOCALE)},
	{"uselocale", C(LOCALE)},
	{"getaddrinfo", C(RESOLVER)},
	{"getpwnam_r", C(RESOLVER)},
	{"__nss_lookup", C(RESOLVER)},
	{"_nss_files_getpwnam_r", C(RESOLVER)},
	{"pthread_create", C(THREADS)},
	{"pthread_mutex_lock", C(THREADS)},
	{"pthread_cond_wait", C(THREADS)},
	{"sem_wait", C(THREADS)},
	{"__cxa_guard_acquire", C(THREADS)},
	{"pthread_exit", C(THREADS) | C(UNWINDER)},
	{"__cxa_throw", C(UNWINDER)},
	{"_Unwind_RaiseException", C(UNWINDER)},
	{"backtrace", C(UNWINDER)},
	{"exit", C(EXIT) | C(STDIO) | C(LOADER)},
	{"__cxa_atexit", C(EXIT)},
	{"setenv", C(ENVIRON)},
	{"localtime_r", C(TIME)},
	{"strftime", C(TIME)},
	{"syslog", C(SYSLOG) | C(STDIO)},
	{"iconv", C(ICONV)},
	{"__gconv_open", C(ICONV)},
	{"random", C(RANDOM)},
	{"swapcontext", C(CONTEXT)},
	{"longjmp", C(CONTEXT)},
	{"EVP_DigestUpdate", C(CRYPTO)},
	{"PyObject_Malloc", C(INTERPRETER)},
	{"PyGILState_Ensure", C(INTERPRETER)},
	{"GC_malloc", C(COLLECTOR)},
	{"qsort", C(OTHER)},
	{"mbrtowc", C(ICONV)},
	{"tsearch", C(OTHER)},
	{"_nl_anything", C(LOCALE)},
	{"pidfd_spawn", C(FORK)},
	{"__longjmp_cancel", C(CONTEXT)},
	{"caml_alloc_shr", C(COLLECTOR)},
	{"ruby_xmalloc", C(INTERPRETER)},
	{"rb_thread_check_ints", C(YIELDS)},
	{"luaC_step", C(INTERPRETER)},
	{"mi_heap_malloc_small", C(ALLOCATOR)},
	{"tc_new_nothrow", C(ALLOCATOR)},
	{"urcu_memb_read_lock", C(THREADS)},
	/* C++ in namespaces: few of them. */
	{"_ZNSt6localeC1Ev", C(LOCALE)},
	{"_ZNSt13basic_filebufIcSt11char_traitsIcEE8overflowEi", C(STDIO)},
	{"_ZNSt3pmr28unsynchronized_pool_resource11do_allocateEmm", C(ALLOCATOR)},
	{"_ZN8tcmalloc8SpanListC1Ev", C(ALLOCATOR)},
	/* Nothing is held by pure code, system calls, waits without a lock, and the roots of
	   stacks. */
	{"memcpy", 0},
	{"snprintf", 0},
	{"vsnprintf", 0},
	{"_IO_vsprintf", 0},
	{"sscanf", 0},
	{"read", 0},
	{"poll", 0},
	{"nanosleep", 0},
	{"clock_nanosleep", 0},
	{"bsearch", 0},
	{"main", 0},
	{"_start", 0},
	{"__libc_start_main", 0},
	{"__libc_start_call_main", 0},
	{"start_thread", 0},
	{"clone", 0},
	{"clone3", 0},
	{"_PyEval_EvalFrameDefault", 0},
	{"_ZNSt6vectorIiSaIiEE9push_backEOi", 0},
	{"_ZSt4sortIPiEvT_S1_", 0},
	{"_ZNSt6chrono3_V212steady_clock3nowEv", 0},
	{"_ZNSt6threadD1Ev", 0},
	{"_ZN", 0},
	{"_ZNSt", 0},
	{"__start_context", 0},
	{"__tsan_thread_start_func", 0},
	{"svc_run", 0},
	{"", 0},
	{".", 0},
	{".malloc", 0},
	{"mallocate", 0},
	{"mallo", 0},
	{"Malloc", 0},
	{"_IO", 0},
	{"x", 0},
};

static const struct ij_policy_module libc = {.soname = "libc.so.6"};

static ij_classes ask(const struct ij_policy *policy, const char *name)
{
	return ij_policy_of_function(policy, &libc, name);
}

static void test_functions(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(functions); i++)
		if (ask(*state, functions[i].name) != functions[i].classes)
			fail_msg("%s: %#llx", functions[i].name,
				 (unsigned long long)ask(*state, functions[i].name));
}

/* No name of any length is read behind its end, or taken for a shorter one. */
static void test_lengths(void **state)
{
	char name[300];

	memset(name, 'm', sizeof(name));
	for (size_t len = sizeof(name) - 1; len; len--) {
		name[len] = 0;
		assert_int_equal(ask(*state, name), 0);
	}
}

static const struct {
	const char *name;
	ij_classes classes;
} modules[] = {
	{"ld-linux-x86-64.so.2", C(LOADER)},
	{"ld-2.31.so", C(LOADER)},
	{"libjemalloc.so.2", C(ALLOCATOR)},
	{"libtcmalloc_minimal.so.4", C(ALLOCATOR)},
	{"libmimalloc.so.2", C(ALLOCATOR)},
	{"libgcc_s.so.1", C(UNWINDER)},
	{"libunwind.so.8", C(UNWINDER)},
	{"libgc.so.1", C(COLLECTOR)},
	{"libcrypto.so.3", C(CRYPTO)},
	{"libssl.so.3", C(CRYPTO)},
	{"libnss_files.so.2", C(RESOLVER)},
	{"libresolv.so.2", C(RESOLVER)},
	{"libc.so.6", 0},
	{"libpthread.so.0", 0},     /* the roots of threads lie in it */
	{"ld-musl-x86_64.so.1", 0}, /* as does everything of musl */
	{"libstdc++.so.6", 0},
	{"libpython3.11.so.1.0", 0},
	{"libgcrypto.so", 0},
	{"libgcrypt.so.20", C(CRYPTO)},
	{"[vdso]", 0},
	{"redis-server", 0},
	{"", 0},
};

static void test_modules(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(modules); i++) {
		const struct ij_policy_module module = {.soname = modules[i].name};
		ij_classes got = ij_policy_of_module(*state, &module);

		if (got != modules[i].classes)
			fail_msg("%s: %#llx", modules[i].name, (unsigned long long)got);
	}
}

/* Every rule has a reason; none but [none] is without class, and no name stands in two places. */
static void test_rules(void **state)
{
	const struct ij_policy *policy = *state;
	unsigned kinds[IJ_POLICY_ALLOW + 1] = {0};

	IJ_VEC_EACH (&policy->rules, rule) {
		assert_true(strlen(rule->reason) > 10);
		assert_false(rule->user);
		if (rule->next)
			fail_msg("%s stands in two places", rule->name);
		if (!rule->classes && strncmp(rule->name, "_IO_", 4) != 0)
			assert_non_null(strstr(rule->name, "_thread_start_func"));
		kinds[rule->kind]++;
	}
	assert_true(kinds[IJ_POLICY_FUNCTION] > 1800);
	assert_true(kinds[IJ_POLICY_MODULE] > 40);
	assert_true(kinds[IJ_POLICY_SECTION] >= 3);
	assert_int_equal(kinds[IJ_POLICY_STATIC] + kinds[IJ_POLICY_ALLOW], 0);
	/* Nothing is tried one by one on every name. */
	assert_int_equal(policy->layers[0].slow.len, 0);
}

/* Every file of share/policy is compiled in, as it is. */
static void test_files(void **state)
{
	DIR *dir = opendir(POLICY_DIR);
	struct dirent *entry;
	unsigned files = 0, built_in = 0;

	(void)state;
	assert_non_null(dir);
	for (const char *at = ij_policy_builtin; *at; built_in++) {
		const char *text = at + strlen(at) + 1;
		char path[512], *have;
		FILE *file;
		size_t size;

		snprintf(path, sizeof(path), "%s/%s", POLICY_DIR, at);
		file = fopen(path, "r");
		assert_non_null(file);
		have = malloc(strlen(text) + 2);
		size = fread(have, 1, strlen(text) + 2, file);
		assert_int_equal(size, strlen(text));
		assert_memory_equal(have, text, size);
		free(have);
		fclose(file);
		at = text + size + 1;
	}
	while ((entry = readdir(dir)))
		files += strstr(entry->d_name, ".policy") != NULL;
	closedir(dir);
	assert_int_equal(files, built_in);
}

static void test_reasons(void **state)
{
	const struct ij_policy_module jemalloc = {.soname = "libjemalloc.so.2"};
	const char *reason;

	reason = ij_policy_reason(*state, &libc, "malloc", NULL, C(ALLOCATOR));
	assert_non_null(strstr(reason, "arenas"));
	reason = ij_policy_reason(*state, &libc, "_IO_file_xsputn", NULL, C(STDIO));
	assert_non_null(strstr(reason, "FILE"));
	reason = ij_policy_reason(*state, &jemalloc, "nothing", NULL, C(ALLOCATOR));
	assert_non_null(strstr(reason, "jemalloc"));
	reason = ij_policy_reason(*state, &libc, NULL, "google_malloc", C(ALLOCATOR));
	assert_non_null(strstr(reason, "tcmalloc"));
	assert_null(ij_policy_reason(*state, &libc, "malloc", NULL, C(STDIO)));
	assert_null(ij_policy_reason(*state, &libc, "strlen", NULL, IJ_CLASSES_ALL));
}

static struct ij_policy *late(const char *own)
{
	struct ij_policy *policy;

	assert_null(ij_policy_create_late(&policy));
	if (own)
		assert_null(ij_policy_add(policy, "own", own, strlen(own)));
	return policy;
}

/* What is parsed late is the same, and stands before what users add. */
static void test_late(void **state)
{
	static const char own[] = "[stdio] own words\nfunction malloc strlen\n";
	const struct ij_policy *builtin = *state;
	struct ij_policy *policy = late(NULL);
	uint64_t fingerprint = ij_policy_fingerprint(policy);

	assert_int_equal(policy->rules.len, 0);
	for (unsigned n = 0; n < 2; n++) {
		assert_null(ij_policy_prepare(policy));
		assert_int_equal(policy->rules.len, builtin->rules.len);
		assert_int_equal(ij_policy_fingerprint(policy), fingerprint);
	}
	assert_int_equal(fingerprint, ij_policy_fingerprint(builtin));
	assert_int_equal(ask(policy, "malloc"), C(ALLOCATOR));
	ij_policy_destroy(policy);
	policy = late(own);
	assert_int_not_equal(ij_policy_fingerprint(policy), fingerprint);
	assert_int_equal(policy->rules.len, builtin->rules.len + 2);
	assert_int_equal(ask(policy, "malloc"), C(ALLOCATOR) | C(STDIO));
	assert_string_equal(ij_policy_reason(policy, &libc, "strlen", NULL, C(STDIO)), "own words");
	ij_policy_destroy(policy);
}

static int setup(void **state)
{
	struct ij_policy *policy;
	struct ij_error *err = ij_policy_create_builtin(&policy);

	if (err)
		fail_msg("%s", err->msg);
	*state = policy;
	return 0;
}

static int teardown(void **state)
{
	ij_policy_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_modules),   cmocka_unit_test(test_rules),
		cmocka_unit_test(test_files),     cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_late),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
