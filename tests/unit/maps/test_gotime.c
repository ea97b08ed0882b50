/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of the runtime's functions that ask the vdso for the time, of a program that is there. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "arch/decode.h"
#include "maps/gotime_x86_64.h"
#include "maps/pclntab.h"
#include "fixture.h"

enum { CODE_MAX = 1024, R12 = 12 };

struct program {
	int fd;
	struct ij_object *obj;
	struct ij_goprog *prog;
	struct fixture_map map;
};

static void program_open(struct program *p)
{
	struct ij_map_builder builder;

	p->fd = open(IJ_VICTIMS_DIR "/victim_go_stripped", O_RDONLY | O_CLOEXEC);
	if (p->fd < 0) {
		print_message("no Go was found to build victim_go_stripped with\n");
		skip();
	}
	assert_null(ij_object_open_fd(p->fd, "victim", &p->obj));
	assert_null(ij_goprog_open(p->obj, &p->prog));
	fixture_begin(&builder, ij_object_span(p->obj));
	assert_null(ij_gotime_add(p->prog, &builder));
	ij_map_builder_sort(&builder);
	fixture_end(&builder, &p->map);
}

static void program_close(struct program *p)
{
	fixture_free(&p->map);
	ij_goprog_close(p->prog);
	ij_object_close(p->obj);
	close(p->fd);
}

/*
 * By the code itself: the stack pointer is in R12 from the instruction that puts it there until the
 * one that takes it back, and behind the return, where the system call stands in for the vdso.
 */
static unsigned check_rows(struct program *p, const struct ij_gotab_func *func)
{
	const struct ij_gotab *tab = ij_goprog_tab(p->prog);
	uint64_t base = ij_object_base(p->obj);
	const struct ij_map_func *found = ij_map_func_find(&p->map.map, func->start - base);
	size_t size = (size_t)(func->end - func->start);
	uint8_t code[CODE_MAX];
	bool away = false;
	unsigned calls = 0;
	struct ij_insn insn;

	assert_non_null(found);
	assert_true(found->flags & IJ_MAP_FUNC_SWITCH);
	assert_true(size <= sizeof(code));
	assert_null(ij_object_read(p->obj, func->start, code, size));
	for (size_t at = 0; at < size; at += insn.size) {
		const struct ij_map_rule *rule =
			ij_map_rule_find(&p->map.map, found, func->start - base + at);

		assert_true(ij_insn_decode(code + at, size - at, func->start + at, &insn));
		if (insn.flow == IJ_FLOW_STOP)
			break;
		assert_int_equal(rule->cfa_kind, IJ_MAP_CFA_REG);
		assert_int_equal(rule->cfa_reg, away ? R12 : IJ_MAP_REG_SP);
		assert_int_equal(rule->cfa_off,
				 8 + ij_gotab_value_at(tab, func, func->pcsp, func->start + at));
		/* call *%rax */
		if (away && !memcmp(code + at, "\xff\xd0", 2))
			calls++;
		if (!memcmp(code + at, "\x49\x89\xe4", 3))
			away = true;
		if (!memcmp(code + at, "\x4c\x89\xe4", 3))
			away = false;
		if (insn.flow == IJ_FLOW_RET)
			away = true;
	}
	return calls;
}

static void test_rows(void **state)
{
	unsigned found = 0, calls = 0;
	struct program p;

	(void)state;
	program_open(&p);
	for (size_t i = 0; i < IJ_PCLNTAB_MOVERS; i++) {
		struct ij_gotab_func func;

		if (!ij_goprog_named(p.prog, ij_pclntab_movers[i], &func) ||
		    !(func.flag & IJ_GOTAB_SPWRITE))
			continue;
		calls += check_rows(&p, &func);
		found++;
	}
	/* Go 1.19 has nanotime1, and time.now, which asks for both times. */
	assert_int_equal(found, 2);
	assert_int_equal(calls, 3);
	program_close(&p);
}

/* What only calls them is none of ours. */
static void test_others(void **state)
{
	struct ij_gotab_func func;
	struct program p;

	(void)state;
	program_open(&p);
	assert_true(ij_goprog_named(p.prog, "runtime.nanotime", &func) ||
		    ij_goprog_named(p.prog, "time.Now", &func));
	assert_null(ij_map_func_find(&p.map.map, func.start - ij_object_base(p.obj)));
	program_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
