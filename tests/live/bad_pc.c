/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Program counters at which a call is known to break the program, met by a breakpoint and not by
 * luck. They are found by their code: in the middle of functions of the system's libc, which this
 * test has mapped as well.
 */
#include "harness.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/decode.h"

enum { FUNCTION_MAX = 8192, PLACES_MAX = 64, CALLS = 5 };

static struct tool tool;

/* As --at takes it. */
struct places {
	char list[PLACES_MAX][64];
	unsigned len;
};

typedef bool wanted_fn(const struct ij_insn *insn);

static const uint8_t *libc_function(const char *name)
{
	/* Not RTLD_DEFAULT: a sanitizer has a malloc of its own. */
	void *libc = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	void *at = libc ? dlsym(libc, name) : NULL;
	if (!at)
		fail_msg("libc has no %s", name);
	return at;
}

static void add_place(struct places *places, const uint8_t *at)
{
	Dl_info info;
	assert_int_not_equal(dladdr(at, &info), 0);
	const char *slash = strrchr(info.dli_fname, '/');
	if (places->len < PLACES_MAX)
		snprintf(places->list[places->len++], sizeof(places->list[0]), "%s+%#lx",
			 slash ? slash + 1 : info.dli_fname,
			 (unsigned long)(at - (const uint8_t *)info.dli_fbase));
}

/* Decode from @at on, at most FUNCTION_MAX bytes, until padding; add the places of what is wanted.
 */
static void scan(const uint8_t *at, wanted_fn *wanted, bool behind, struct places *places)
{
	struct ij_insn insn;
	for (const uint8_t *end = at + FUNCTION_MAX; at < end; at += insn.size) {
		if (!ij_insn_decode(at, IJ_INSN_SIZE_MAX, (ij_addr)(uintptr_t)at, &insn))
			return;
		if (wanted(&insn))
			add_place(places, behind ? at + insn.size : at);
	}
}

static bool is_locked(const struct ij_insn *insn)
{
	return insn->locked;
}

/* Two list pointers of a chunk at once, from a vector register: fd and bk, 16 bytes into it. */
static bool links_chunk(const struct ij_insn *insn)
{
	return insn->vector && insn->writes_memory && insn->mem_size == 16 &&
	       insn->mem_disp == 16 && insn->mem_base != 7;
}

/* In the functions that @name calls directly: _int_malloc is not exported. */
static void scan_callees(const char *name, wanted_fn *wanted, struct places *places)
{
	struct ij_insn insn;
	const uint8_t *at = libc_function(name);
	ij_addr seen = 0;
	for (const uint8_t *end = at + 1024; at < end; at += insn.size) {
		if (!ij_insn_decode(at, IJ_INSN_SIZE_MAX, (ij_addr)(uintptr_t)at, &insn))
			return;
		if (insn.flow != IJ_FLOW_CALL || insn.indirect || insn.target == seen)
			continue;
		seen = insn.target;
		scan((const uint8_t *)(uintptr_t)insn.target, wanted, false, places);
	}
}

/* Judge at @place; false if nobody came there soon. */
static bool judged_unsafe(const struct victim *vic, const char *place, const char *expr,
			  const char *reason)
{
	char at[96], verdict[512], safe[16];
	snprintf(at, sizeof(at), "--at=%s", place);
	tool_run(&tool, "check", vic->pid, "--json", "--wait=300ms", at, expr, NULL);
	if (tool.status == 4)
		return false;
	tool_expect(&tool, 0);
	if (!tool_json(&tool, "safe", safe, sizeof(safe)) ||
	    !tool_json(&tool, "reason", verdict, sizeof(verdict)))
		return false;
	if (strstr(verdict, "no thread arrived"))
		return false;
	if (strcmp(safe, "false") != 0 || !strstr(verdict, reason))
		fail_msg("%s at %s is judged: %s", expr, place, tool.out);
	return true;
}

/* At @place a call without walking is refused, and with walking made or refused; all goes on. */
static void calls_at(struct victim *vic, const char *place, const char *expr)
{
	char at[96], untouched[16];
	snprintf(at, sizeof(at), "--at=%s", place);
	for (int i = 0; i < CALLS; i++) {
		tool_run(&tool, "call", vic->pid, "--json", "--wait=20s", "--walk=none", at, expr,
			 NULL);
		tool_expect(&tool, 4);
		assert_true(tool_json(&tool, "untouched", untouched, sizeof(untouched)));
		assert_string_equal(untouched, "true");
		tool_run(&tool, "call", vic->pid, "--json", "--wait=20s", at, expr, NULL);
		if (tool.status != 4)
			tool_expect(&tool, 0);
		assert_true(victim_progress(vic, 2));
	}
}

/* Of @places those that are met, and at least one is. */
static void all_bad(struct victim *vic, const struct places *places, const char *expr,
		    const char *reason)
{
	unsigned met = 0;
	for (unsigned i = 0; i < places->len && met < 4; i++) {
		if (!judged_unsafe(vic, places->list[i], expr, reason))
			continue;
		met++;
		calls_at(vic, places->list[i], expr);
	}
	print_message("%u of %u places met\n", met, places->len);
	assert_true(met > 0);
}

/* The remainder of a split chunk is in its list already, its links still in a register. */
static void remainder_unlinked(void **state)
{
	struct victim vic;
	struct places places = {.len = 0};
	(void)state;
	harness_need_breakpoints();
	scan_callees("malloc", links_chunk, &places);
	assert_true(places.len > 0);
	victim_start(&vic, "storm", "1", NULL);
	assert_true(victim_progress(&vic, 2));
	all_bad(&vic, &places, "malloc_trim(0)", "allocator");
	victim_finish(&vic, WAKE_NONE);
}

/* The lock word is set, and its owner not yet: a "recursive" lock that waits for itself. */
static void lock_without_owner(void **state)
{
	struct victim vic;
	struct places places = {.len = 0};
	(void)state;
	harness_need_breakpoints();
	scan(libc_function("fputs"), is_locked, true, &places);
	assert_true(places.len > 0);
	places.len = 1; /* beyond it are other functions' */
	victim_start(&vic, "lines", "2", NULL);
	assert_true(victim_progress(&vic, 2));
	all_bad(&vic, &places, "fflush(0)", "stdio");
	victim_finish(&vic, WAKE_NONE);
}

/* After the atfork handlers: all locks of the allocator and of stdio are taken. */
static void inside_fork(void **state)
{
	struct victim vic;
	struct places places = {.list = {"_Fork"}, .len = 1};
	(void)state;
	harness_need_breakpoints();
	victim_start(&vic, "forker", NULL);
	assert_true(victim_progress(&vic, 2));
	all_bad(&vic, &places, "malloc_trim(0)", "");
	all_bad(&vic, &places, "fflush(0)", "");
	victim_finish(&vic, WAKE_NONE);
}

static void inside_throw(void **state)
{
	struct victim vic;
	struct places places = {.list = {"__cxa_throw", "_Unwind_RaiseException"}, .len = 2};
	(void)state;
	harness_need_breakpoints();
	victim_start(&vic, "exceptions", NULL);
	assert_true(victim_progress(&vic, 2));
	all_bad(&vic, &places, "backtrace((char[64])0, 8)", "unwinder");
	victim_finish(&vic, WAKE_NONE);
}

/* The call is made, and the section aborted as by any preemption: never committed around it. */
static void inside_rseq(void **state)
{
	static const uint8_t loop[] = {0xff, 0xca, 0x75, 0xfc}; /* decl %edx; jnz to it */
	char path[512], at[96];
	struct victim vic;
	(void)state;
	harness_need_breakpoints();
	snprintf(path, sizeof(path), "%s/victim_rseq", harness_victims());
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	static uint8_t bytes[1024 * 1024];
	size_t size = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* Code lies at the same offset in memory as in the file: the program is small. */
	const uint8_t *code = memmem(bytes, size, loop, sizeof(loop));
	assert_non_null(code);
	snprintf(at, sizeof(at), "--at=victim_rseq+%#lx", (unsigned long)(code - bytes));
	victim_start(&vic, "rseq", NULL);
	assert_true(victim_progress(&vic, 2));
	for (int i = 0; i < 4 * CALLS; i++) {
		uint64_t aborts = vic.page->aborts;
		tool_run(&tool, "call", vic.pid, "--wait=20s", at, "(long)f_count()", NULL);
		tool_expect(&tool, 0);
		assert_true(victim_progress(&vic, 2));
		assert_true(vic.page->aborts > aborts);
	}
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TEST(remainder_unlinked), LIVE_TEST(lock_without_owner),
		LIVE_TEST(inside_fork),        LIVE_TEST(inside_throw),
		LIVE_TEST(inside_rseq),
	};
	return cmocka_run_group_tests_name("bad_pc", tests, NULL, NULL);
}
