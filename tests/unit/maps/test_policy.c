/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The policy: which names hold what, and that its table is sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "maps/policy.h"

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
	{"", 0},
	{".", 0},
	{".malloc", 0},
	{"mallocate", 0},
	{"mallo", 0},
	{"Malloc", 0},
	{"_IO", 0},
	{"x", 0},
};

static void test_functions(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(functions); i++)
		if (ij_policy_function(functions[i].name) != functions[i].classes)
			fail_msg("%s: %#llx", functions[i].name,
				 (unsigned long long)ij_policy_function(functions[i].name));
}

/* No name of any length is read behind its end, or taken for a shorter one. */
static void test_lengths(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'm', sizeof(name));
	for (size_t len = sizeof(name) - 1; len; len--) {
		name[len] = 0;
		assert_int_equal(ij_policy_function(name), 0);
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
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(modules); i++)
		if (ij_policy_module(modules[i].name) != modules[i].classes)
			fail_msg("%s: %#llx", modules[i].name,
				 (unsigned long long)ij_policy_module(modules[i].name));
}

static const struct {
	const char *names;
	ij_classes classes;
	bool prefix;
} lists[] = {
#define NONE                   0
#define ALLOCATOR              C(ALLOCATOR)
#define STDIO                  C(STDIO)
#define LOADER                 C(LOADER)
#define FORK                   C(FORK)
#define LOCALE                 C(LOCALE)
#define RESOLVER               C(RESOLVER)
#define THREADS                C(THREADS)
#define UNWINDER               C(UNWINDER)
#define EXIT                   C(EXIT)
#define ENVIRON                C(ENVIRON)
#define TIME                   C(TIME)
#define SYSLOG                 C(SYSLOG)
#define ICONV                  C(ICONV)
#define RANDOM                 C(RANDOM)
#define CONTEXT                C(CONTEXT)
#define CRYPTO                 C(CRYPTO)
#define INTERPRETER            C(INTERPRETER)
#define COLLECTOR              C(COLLECTOR)
#define OTHER                  C(OTHER)
#define IJ_P(classes, names)   {names, classes, false},
#define IJ_PP(classes, prefix) {prefix, classes, true},
#include "maps/policy.def"
};

/* Every name of the lists is found with its own classes: so none stands in two of them. */
static void test_lists(void **state)
{
	size_t names = 0;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(lists); i++) {
		const char *at = lists[i].names;

		while (*at) {
			size_t len = strcspn(at, " ");
			char name[100];

			assert_in_range(len, 1, 80);
			memcpy(name, at, len);
			memcpy(name + len, "_anything", lists[i].prefix ? 10 : 0);
			name[len + (lists[i].prefix ? 9 : 0)] = 0;
			if (ij_policy_function(name) != lists[i].classes)
				fail_msg("%s is in another list too", name);
			at += len + (at[len] == ' ');
			names++;
		}
	}
	assert_true(names > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_modules),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
