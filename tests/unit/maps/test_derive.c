/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows derived from code made by hand: what is tracked, and where there must be no rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "maps/derive.h"
#include "maps/plt.h"

#define START 0x1000u

/* clang-format off */
__asm__(".section .rodata\n"
	".balign 16, 0x90\n"
	"derive_push: push %rbx\n push %rbp\n sub $24, %rsp\n xor %ebx, %ebx\n mov $1, %ebp\n nop\n"
	"	add $24, %rsp\n pop %rbp\n pop %rbx\n ret\n"
	".balign 16, 0x90\n"
	"derive_frame: push %rbp\n mov %rsp, %rbp\n and $-64, %rsp\n nop\n leave\n ret\n"
	".balign 16, 0x90\n"
	"derive_align: and $-64, %rsp\n nop\n ret\n"
	".balign 16, 0x90\n"
	"derive_copy: mov %rsp, %rax\n and $-64, %rsp\n nop\n mov %rax, %rsp\n ret\n"
	".balign 16, 0x90\n"
	"derive_disagree: test %edi, %edi\n jz 1f\n push %rcx\n 1: nop\n ret\n"
	".balign 16, 0x90\n"
	"derive_clobber: xor %ebx, %ebx\n nop\n ret\n"
	".balign 16, 0x90\n"
	"derive_popped: pop %rdx\n mov $58, %eax\n syscall\n push %rdx\n ret\n"
	".balign 16, 0x90\n"
	"derive_root: xor %ebp, %ebp\n and $-16, %rsp\n call *%rax\n hlt\n"
	".balign 16, 0x90\n"
	"derive_bad: push %rax\n ret\n"
	".balign 16, 0x90\n"
	"derive_stored: sub $24, %rsp\n mov %rbx, 8(%rsp)\n xor %ebx, %ebx\n nop\n"
	"	mov 8(%rsp), %rbx\n add $24, %rsp\n ret\n"
	/* Behind a call that does not return, another function. */
	".balign 16, 0x90\n"
	"derive_noreturn: push %rbx\n mov %edi, %ebx\n call *%rax\n"
	".balign 16, 0x90\n"
	"derive_other: push %rbp\n mov %edi, %ebp\n 1: nop\n jmp 1b\n"
	/* The same, but it does return: what stands there uses this frame. */
	".balign 16, 0x90\n"
	"derive_returns: push %rbx\n mov %edi, %ebx\n call *%rax\n"
	".balign 16, 0x90\n"
	"derive_same: mov %ebx, %eax\n 1: nop\n jmp 1b\n"
	".balign 16, 0x90\n"
	"derive_table: cmp $1, %edi\n ja 1f\n push %rcx\n lea derive_entries(%rip), %rdx\n"
	"	movslq (%rdx,%rdi,4), %rax\n add %rdx, %rax\n jmp *%rax\n 2: pop %rcx\n 1: ret\n"
	"	3: pop %rdx\n ret\n"
	".balign 16, 0x90\n"
	"derive_end:\n"
	"derive_entries: .long 2b - derive_entries, 3b - derive_entries\n"
	"derive_entries_end:\n"
	".balign 16, 0x90\n"
	"derive_plt: .byte 0xff, 0x35, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0, 0x0f, 0x1f, 0x40, 0\n"
	"	.byte 0xff, 0x25, 0, 0, 0, 0, 0x68, 0, 0, 0, 0, 0xe9, 0xe0, 0xff, 0xff, 0xff\n"
	"derive_mold: endbr64\n push %r11\n .byte 0xff, 0x35, 0, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0\n"
	"	.fill 14, 1, 0xcc\n endbr64\n mov $1, %r11d\n .byte 0xff, 0x25, 0, 0, 0, 0, 0xcc\n"
	"derive_plt_end:\n"
	".text\n");
/* clang-format on */
#define CODE(name) extern const uint8_t derive_##name[]
CODE(push);
CODE(frame);
CODE(align);
CODE(copy);
CODE(disagree);
CODE(clobber);
CODE(popped);
CODE(root);
CODE(bad);
CODE(stored);
CODE(noreturn);
CODE(other);
CODE(returns);
CODE(same);
CODE(table);
CODE(end);
CODE(plt);
CODE(mold);
CODE(plt_end);

/* The module's link-time addresses are those of derive_push at START. */
static uint32_t pc_of(const uint8_t *code)
{
	return START + (uint32_t)(code - derive_push);
}

static bool own_read(void *ctx, uint64_t vaddr, void *buf, size_t size)
{
	(void)ctx;
	memcpy(buf, derive_push + (vaddr - START), size);
	return true;
}

/* The rule at @pc, as text: "rsp+8 rbx@-16", "none", "root", or "-" in no function. */
static void rule_text(const struct ij_map *map, uint32_t pc, char *buf, size_t size)
{
	static const char *const names[IJ_MAP_REGS] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi",
						       "rbp", "rsp", "r8",  "r9",  "r10", "r11",
						       "r12", "r13", "r14", "r15", "ra"};
	const struct ij_map_func *func = ij_map_func_find(map, pc);
	const struct ij_map_rule *rule = func ? ij_map_rule_find(map, func, pc) : NULL;
	size_t at;

	snprintf(buf, size, rule ? "none" : "-");
	if (!rule)
		return;
	for (unsigned i = 0; i < rule->entry_len; i++)
		if (map->entries[rule->entry_idx + i].reg == IJ_MAP_REG_RA &&
		    map->entries[rule->entry_idx + i].kind == IJ_MAP_UNDEFINED)
			snprintf(buf, size, "root");
	if (rule->cfa_kind != IJ_MAP_CFA_REG)
		return;
	at = (size_t)snprintf(buf, size, "%s%+d", names[rule->cfa_reg], rule->cfa_off);
	for (unsigned i = 0; i < rule->entry_len; i++) {
		const struct ij_map_entry *entry = &map->entries[rule->entry_idx + i];

		if (entry->kind == IJ_MAP_UNDEFINED)
			at += (size_t)snprintf(buf + at, size - at, " %s?", names[entry->reg]);
		else if (entry->kind == IJ_MAP_REGISTER)
			at += (size_t)snprintf(buf + at, size - at, " %s=%s", names[entry->reg],
					       names[entry->value]);
		else if (entry->reg != IJ_MAP_REG_RA)
			at += (size_t)snprintf(buf + at, size - at, " %s@%d", names[entry->reg],
					       entry->value);
	}
}

static const struct {
	const uint8_t *code;
	uint32_t off; /* from `code` */
	const char *rule;
} cases[] = {
	{derive_push, 0, "rsp+8"},
	{derive_push, 1, "rsp+16"},
	{derive_push, 2, "rsp+24"},
	{derive_push, 6, "rsp+48"},
	{derive_push, 8, "rsp+48 rbx@-16"},
	{derive_push, 13, "rsp+48 rbx@-16 rbp@-24"},
	{derive_push, 18, "rsp+24 rbx@-16 rbp@-24"},
	{derive_push, 19, "rsp+16 rbx@-16"},
	{derive_push, 20, "rsp+8"},
	{derive_frame, 1, "rsp+16"},
	{derive_frame, 4, "rsp+16 rbp@-16"},
	{derive_frame, 8, "rbp+16 rbp@-16"},
	{derive_frame, 10, "rsp+8"},
	{derive_align, 0, "rsp+8"},
	{derive_align, 4, "none"},
	{derive_copy, 7, "rax+8"},
	{derive_copy, 11, "rsp+8"},
	{derive_disagree, 4, "rsp+8"},
	{derive_disagree, 5, "none"},
	{derive_clobber, 2, "rsp+8 rbx?"},
	{derive_popped, 1, "rsp+0 ra=rdx"},
	{derive_popped, 8, "rsp+0 ra=rdx"},
	{derive_popped, 9, "rsp+8"},
	{derive_root, 0, "rsp+8"},
	{derive_root, 2, "root"},
	{derive_root, 6, "root"},
	{derive_bad, 0, "-"},
	{derive_stored, 9, "rsp+32"},
	{derive_stored, 11, "rsp+32 rbx@-24"},
	{derive_stored, 17, "rsp+32"},
	{derive_noreturn, 3, "rsp+16 rbx@-16"},
	{derive_other, 0, "-"},
	{derive_returns, 3, "rsp+16 rbx@-16"},
	{derive_same, 0, "rsp+16 rbx@-16"},
	{derive_same, 2, "rsp+16 rbx@-16"},
	{derive_table, 22, "rsp+16"}, /* the first entry */
	{derive_table, 23, "rsp+8"},
	{derive_table, 24, "rsp+16"}, /* the second */
};

/* Derive everything; @weak: derive_other is perhaps a function. */
static void derive(bool weak, struct fixture_map *ret)
{
	const uint8_t *const seeds[] = {
		derive_push,     derive_frame,   derive_align, derive_copy, derive_disagree,
		derive_clobber,  derive_popped,  derive_root,  derive_bad,  derive_stored,
		derive_noreturn, derive_returns, derive_table};
	const struct ij_derive_area area = {
		.code = derive_push,
		.start = START,
		.size = (uint32_t)(derive_end - derive_push),
		.entry = UINT64_MAX,
		.read = own_read,
	};
	struct ij_derive_seeds list = {0};
	struct ij_map_builder builder;

	ij_map_builder_init(&builder, START + 0x1000);
	for (size_t i = 0; i < IJ_COUNT(seeds); i++)
		assert_null(
			ij_vec_push(&list.list, ((struct ij_derive_seed){.pc = pc_of(seeds[i])})));
	if (weak)
		assert_null(ij_vec_push(
			&list.list,
			((struct ij_derive_seed){.pc = pc_of(derive_other), .weak = true})));
	assert_null(ij_derive_area(&area, &list, &builder));
	ij_vec_deinit(&list.list);
	fixture_end(&builder, ret);
}

static void test_rules(void **state)
{
	struct fixture_map map;

	(void)state;
	derive(false, &map);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		char text[100];

		rule_text(&map.map, pc_of(cases[i].code) + cases[i].off, text, sizeof(text));
		if (strcmp(text, cases[i].rule))
			fail_msg("case %zu, offset %u: %s, not %s", i, cases[i].off, text,
				 cases[i].rule);
	}
	for (uint32_t i = 0; i < map.map.header->funcs_len; i++)
		assert_true(map.map.funcs[i].flags & IJ_MAP_FUNC_DERIVED);
	fixture_free(&map);
}

/* A pointer to it makes it a function of its own, whatever stands before. */
static void test_weak(void **state)
{
	struct fixture_map map;
	char text[100];

	(void)state;
	derive(true, &map);
	rule_text(&map.map, pc_of(derive_other), text, sizeof(text));
	assert_string_equal(text, "rsp+8");
	rule_text(&map.map, pc_of(derive_other) + 3, text, sizeof(text));
	assert_string_equal(text, "rsp+16 rbp@-16");
	rule_text(&map.map, pc_of(derive_noreturn) + 3, text, sizeof(text));
	assert_string_equal(text, "rsp+16 rbx@-16");
	fixture_free(&map);
}

static void plt_check(const uint8_t *code, size_t size, const char *const *rules)
{
	struct ij_map_builder builder;
	struct fixture_map map;
	char text[100];

	ij_map_builder_init(&builder, START + 0x1000);
	assert_null(ij_plt_derive(code, START, size, 0, &builder));
	fixture_end(&builder, &map);
	assert_int_equal(map.map.funcs[0].flags, IJ_MAP_FUNC_PLT | IJ_MAP_FUNC_DERIVED);
	for (; *rules; rules++) {
		unsigned off;
		char want[32];

		assert_int_equal(sscanf(*rules, "%u %31s", &off, want), 2);
		rule_text(&map.map, START + off, text, sizeof(text));
		if (strcmp(text, want))
			fail_msg("offset %u: %s, not %s", off, text, want);
	}
	fixture_free(&map);
}

static void test_plt(void **state)
{
	static const char *const lld[] = {"0 rsp+16", "6 rsp+24",  "16 rsp+8", "21 rsp+8",
					  "22 rsp+8", "27 rsp+16", NULL};
	static const char *const mold[] = {"0 rsp+8",  "4 rsp+8",  "6 rsp+16", "12 rsp+24",
					   "31 rsp+8", "32 rsp+8", "42 rsp+8", NULL};
	struct ij_map_builder builder;

	(void)state;
	plt_check(derive_plt, 32, lld);
	plt_check(derive_mold, (size_t)(derive_plt_end - derive_mold), mold);
	/* Neither what is no PLT, nor one that is cut off, nor one that is covered. */
	ij_map_builder_init(&builder, START + 0x1000);
	assert_null(ij_plt_derive(derive_push, START, 16, 0, &builder));
	assert_null(ij_plt_derive(derive_plt, START, 30, 0, &builder));
	assert_null(ij_plt_derive(derive_plt, START + 0xff0, 32, 0, &builder));
	assert_int_equal(builder.funcs.len, 0);
	fixture_func(&builder, START + 8, 8, IJ_MAP_REG_SP, 8);
	(void)ij_map_builder_sort(&builder);
	assert_null(ij_plt_derive(derive_plt, START, 32, 0, &builder));
	assert_int_equal(builder.funcs.len, 1);
	ij_map_builder_deinit(&builder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_weak),
		cmocka_unit_test(test_plt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
