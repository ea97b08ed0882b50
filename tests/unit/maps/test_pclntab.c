/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go's table of functions in each of its forms, made by hand; and malformed ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "maps/pclntab.h"
#include "section.h"
#include "target.h"

#define TEXT 0x401000ull
#define SPAN 0x10000u

enum { FUNCS = 4, FUNC_SIZE = 0x40, TOP = 1, SPWRITE = 2 };

/* A function that pushes 24 bytes after 4 and drops them at 60; a root; a change of stacks. */
static const struct {
	const char *name;
	uint8_t flag;
	bool table;
} funcs[FUNCS] = {
	{"main.main", 0, true},
	{"runtime.goexit", TOP, true},
	{"runtime.systemstack", SPWRITE, true},
	{"main.leaf", 0, false},
};

static const struct form {
	uint32_t magic;
	bool moved;     /* textStart is 0: the caller knows the text */
	uint8_t header; /* size; 16: all offsets count from the start */
	uint8_t word;   /* of a functab entry */
	uint8_t name_off, pcsp_off, flag_off, func_size;
} forms[] = {
	{0xfffffffb, false, 16, 8, 8, 20, 0, 40},    {0xfffffffa, false, 0x40, 8, 8, 20, 41, 44},
	{0xfffffff0, false, 0x60, 4, 4, 16, 37, 40}, {0xfffffff1, false, 0x60, 4, 4, 16, 41, 44},
	{0xfffffff1, true, 0x60, 4, 4, 16, 41, 44},
};

static void put_at(struct section *sec, size_t off, uint64_t value, size_t size)
{
	if (sec->size < off + size)
		sec->size = off + size;
	memcpy(sec->bytes + off, &value, size);
}

/* Header, names, pcsp, functab, _func. */
static void make(const struct form *form, struct section *sec)
{
	static const uint8_t pcsp[] = {2, 4, 48, 56, 47, 4, 0}; /* 0, then 24, then 0 */
	size_t names = form->header + 64u, tables = names + 128, tab = tables + 16, func;
	bool old = form->header == 16;

	*sec = (struct section){.size = 0};
	if (old)
		tab = 16, names = 512, tables = 640;
	put_at(sec, 0, form->magic, 4);
	put_at(sec, 4, 0x08010000, 4);
	put_at(sec, 8, FUNCS, 8);
	if (form->header == 0x40) {
		put_at(sec, 24, names, 8);
		put_at(sec, 48, tables, 8);
		put_at(sec, 56, tab, 8);
	} else if (!old) {
		put_at(sec, 24, form->moved ? 0 : TEXT, 8);
		put_at(sec, 32, names, 8);
		put_at(sec, 56, tables, 8);
		put_at(sec, 64, tab, 8);
	}
	memcpy(sec->bytes + tables + 1, pcsp, sizeof(pcsp));
	func = tab + (2u * FUNCS + 2) * form->word;
	for (size_t i = 0, name = 0; i < FUNCS; i++, func += form->func_size) {
		uint64_t pc = i * FUNC_SIZE + (form->word == 8 ? TEXT : 0);

		put_at(sec, tab + 2 * i * form->word, pc, form->word);
		put_at(sec, tab + (2 * i + 1) * form->word, func - (old ? 0 : tab), form->word);
		put_at(sec, func, pc, form->word);
		put_at(sec, func + form->name_off, name + (old ? names : 0), 4);
		put_at(sec, func + form->pcsp_off, funcs[i].table ? 1 + (old ? tables : 0) : 0, 4);
		if (form->flag_off)
			put_at(sec, func + form->flag_off, funcs[i].flag, 1);
		strcpy((char *)sec->bytes + names + name, funcs[i].name);
		name += strlen(funcs[i].name) + 1;
	}
	put_at(sec, tab + 2 * FUNCS * form->word, FUNCS * FUNC_SIZE + (form->word == 8 ? TEXT : 0),
	       form->word);
	if (sec->size < 768)
		sec->size = 768;
}

static const struct ij_map_rule *rule_at(const struct ij_map *map, uint32_t off)
{
	const struct ij_map_func *func = ij_map_func_find(map, TEXT - BASE + off);

	assert_non_null(func);
	return ij_map_rule_find(map, func, TEXT - BASE + off);
}

static void check(const struct ij_map *map)
{
	static const struct {
		uint32_t off;
		int32_t cfa; /* 0: no rule */
	} rows[] = {{0, 8},  {3, 8},  {4, 32},     {59, 32},   {60, 8},
		    {63, 8}, {64, 0}, {64 * 2, 0}, {64 * 3, 0}};

	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		const struct ij_map_rule *rule = rule_at(map, rows[i].off);

		assert_int_equal(rule->cfa_kind, rows[i].cfa ? IJ_MAP_CFA_REG : IJ_MAP_CFA_NONE);
		assert_int_equal(rule->cfa_off, rows[i].cfa);
	}
	/* Only the root has an undefined return address, only the change of stacks a class. */
	assert_int_equal(rule_at(map, FUNC_SIZE)->entry_len, 1);
	assert_int_equal(map->entries[rule_at(map, FUNC_SIZE)->entry_idx].kind, IJ_MAP_UNDEFINED);
	assert_int_equal(rule_at(map, 2 * FUNC_SIZE)->entry_len, 0);
	for (uint32_t i = 0; i < FUNCS; i++)
		assert_int_equal(map->funcs[i].classes, i == 2 ? IJ_CLASS(CONTEXT) : 0);
	assert_int_equal(rule_at(map, 0)->entry_len, 7); /* six registers are lost */
}

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(forms); i++) {
		struct section sec;
		struct ij_map_builder builder;
		struct fixture_map map;
		size_t count;

		make(&forms[i], &sec);
		ij_map_builder_init(&builder, SPAN);
		assert_null(ij_pclntab_read(
			&(const struct ij_pclntab){.bytes = sec.bytes,
						   .size = sec.size,
						   .base = BASE,
						   .text = forms[i].moved ? TEXT : 0},
			&builder, &count));
		assert_int_equal(count, FUNCS);
		fixture_end(&builder, &map);
		check(&map.map);
		fixture_free(&map);
	}
}

/* Cut off anywhere it is a shorter table, or none; what is covered stays. */
static void test_bad(void **state)
{
	struct section sec;
	struct ij_map_builder builder;
	struct ij_error *err;
	size_t count;

	(void)state;
	make(&forms[3], &sec);
	for (size_t size = 0; size <= sec.size; size++) {
		ij_map_builder_init(&builder, SPAN);
		err = ij_pclntab_read(
			&(const struct ij_pclntab){.bytes = sec.bytes, .size = size, .base = BASE},
			&builder, &count);
		assert_true(!err || err->code == IJ_ERR_UNSUPPORTED);
		assert_true(count <= FUNCS);
		ij_error_free(err);
		ij_map_builder_deinit(&builder);
	}
	ij_map_builder_init(&builder, SPAN);
	fixture_func(&builder, TEXT - BASE, 8, IJ_MAP_REG_SP, 8);
	(void)ij_map_builder_sort(&builder);
	assert_null(ij_pclntab_read(
		&(const struct ij_pclntab){.bytes = sec.bytes, .size = sec.size, .base = BASE},
		&builder, &count));
	assert_int_equal(count, FUNCS - 1);
	ij_map_builder_deinit(&builder);
	/* Go 1.26, and nobody knows where the text is. */
	make(&forms[4], &sec);
	ij_map_builder_init(&builder, SPAN);
	err = ij_pclntab_read(
		&(const struct ij_pclntab){.bytes = sec.bytes, .size = sec.size, .base = BASE},
		&builder, &count);
	assert_int_equal(err->code, IJ_ERR_UNSUPPORTED);
	ij_error_free(err);
	ij_map_builder_deinit(&builder);
}

/* Where the Go code is loaded, beside the native code of the target; and its own memory. */
#define GO      0x500000ull
#define GO_MAIN (GO + TEXT - BASE)
#define GO_EXIT (GO_MAIN + FUNC_SIZE)

enum { GO_RET = 0x10 /* in main.main, behind a call, where its frame has 24 bytes */ };

struct mixed {
	struct ij_mem mem;
	struct target *target;
	uint8_t code[FUNCS * FUNC_SIZE];
	struct ij_unwind_module modules[2];
};

static struct ij_error *mixed_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct mixed *mixed = (struct mixed *)mem;
	ij_addr off = addr - GO_MAIN;

	if (off > sizeof(mixed->code) || size > sizeof(mixed->code) - off)
		return ij_mem_read(&mixed->target->mem, addr, buf, size);
	memcpy(buf, mixed->code + off, size);
	return NULL;
}

static bool mixed_visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct target *target = ctx;

	target->frames[target->len++] = *frame;
	return true;
}

static enum ij_unwind_end mixed_unwind(struct target *target, const struct ij_map *go, uint64_t pc)
{
	struct mixed mixed = {
		.mem.read = mixed_read,
		.target = target,
		.modules = {target->module, {.base = GO, .lo = GO, .hi = GO + SPAN, .map = *go}},
	};
	const struct ij_unwind_space space = {.modules = mixed.modules, .modules_len = 2};

	mixed.code[GO_RET - 5] = 0xe8;
	target->len = 0;
	target->regs.value[RA] = pc;
	return ij_unwind(&space, &mixed.mem, &target->regs, mixed_visit, target, &target->end_pc);
}

/* Native and Go frames in one stack, in every order that there is. */
static void test_mixed(void **state)
{
	struct target *target = *state;
	struct ij_map_builder builder;
	struct fixture_map go;
	struct section sec;
	size_t count;

	make(&forms[3], &sec);
	ij_map_builder_init(&builder, SPAN);
	assert_null(ij_pclntab_read(
		&(const struct ij_pclntab){.bytes = sec.bytes, .size = sec.size, .base = BASE},
		&builder, &count));
	fixture_end(&builder, &go);
	/* Native code called by Go, as the vdso is; the goroutine ends in goexit. */
	target->stack[0] = GO_MAIN + GO_RET;
	target->stack[4] = GO_EXIT + 1;
	assert_int_equal(mixed_unwind(target, &go.map, BASE + LEAF), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 3);
	assert_int_equal(target->frames[1].cfa, STACK + 40);
	/* Go's handler of a signal, on native code that a library brought in. */
	target->stack[3] = BASE + SIGNAL_RET;
	target->stack[4 + 120 / 8] = ALT + 16;
	target->stack[4 + 160 / 8] = ALT;
	target->stack[4 + 168 / 8] = BASE + FRAMED;
	target->alt[3] = BASE + ROOT_RET;
	assert_int_equal(mixed_unwind(target, &go.map, GO_MAIN + GO_RET), IJ_UNWIND_ROOT);
	assert_int_equal(target->len, 4);
	assert_int_equal(target->frames[2].func->start, FRAMED);
	/* Go called by native code, which wants a register back that Go does not preserve. */
	target->stack[3] = BASE + FRAMED_RET;
	assert_int_equal(mixed_unwind(target, &go.map, GO_MAIN + GO_RET), IJ_UNWIND_NO_RULE);
	assert_int_equal(target->len, 2);
	/* Half-way through Go's change of stacks. */
	assert_int_equal(mixed_unwind(target, &go.map, GO_MAIN + 2 * FUNC_SIZE), IJ_UNWIND_NO_RULE);
	assert_true(target->frames[0].func->classes & IJ_CLASS(CONTEXT));
	fixture_free(&go);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bad),
		cmocka_unit_test_setup_teardown(test_mixed, target_setup, target_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
