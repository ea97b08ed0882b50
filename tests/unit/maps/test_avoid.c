/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions that are avoided, and those that a policy knows by where they lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maps/avoid.h"
#include "maps/compile.h"
#include "process.h"

/*
 * A function, one without a name that it jumps to, one with a name that it jumps to, and one in a
 * section of its own that jumps to a nameless one.
 */
__asm__(".text\n"
	".globl avoid_fixture, avoid_named\n"
	"avoid_fixture: .cfi_startproc\n"
	"	test %rdi, %rdi\n"
	"	.byte 0x0f, 0x84\n" /* je, in its long form */
	"	.long avoid_tail - . - 4\n"
	"	.byte 0xe9\n" /* jmp, in its long form */
	"	.long avoid_named - . - 4\n"
	".cfi_endproc\n"
	"avoid_tail: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	"avoid_named: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	"avoid_bystander: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	"section_tail: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	".section arena_text, \"ax\", @progbits\n"
	"section_fixture: .cfi_startproc\n"
	"	.byte 0xe9\n"
	"	.long section_tail - . - 4\n"
	".cfi_endproc\n"
	"section_second: .cfi_startproc\n"
	"	ret\n"
	".cfi_endproc\n"
	".text\n");
extern const uint8_t avoid_fixture[], avoid_named[], avoid_tail[], avoid_bystander[];
extern const uint8_t section_tail[], section_fixture[], section_second[];

/* A module so large that its local names are of no interest for the built-in rules. */
static uint8_t large[17 << 20] __attribute__((used));

struct compiled {
	struct ij_module *own;
	void *bytes;
	size_t size;
};

static uint32_t offset(const struct compiled *compiled, const void *addr)
{
	return (uint32_t)((uintptr_t)addr - compiled->own->bias -
			  ij_object_base(compiled->own->obj));
}

static ij_classes classes_at(const struct compiled *compiled, const void *addr)
{
	const struct ij_map_func *func;
	struct ij_map map;

	assert_null(ij_map_open(compiled->bytes, compiled->size, &map));
	func = ij_map_func_find(&map, offset(compiled, addr));
	assert_non_null(func);
	return func->classes;
}

/* This program, by the built-in policy and @text. */
static struct compiled compile(struct process *proc, const char *text)
{
	struct compiled ret;
	struct ij_policy *policy;
	struct ij_map_source source = {.soname = "test"};
	size_t len;

	ret.own = ij_modules_list(proc->mods, &len)[0];
	assert_true(ret.own->main);
	assert_null(ij_policy_create_builtin(&policy));
	assert_null(ij_policy_add(policy, "test", text, strlen(text)));
	source.policy = policy;
	source.path = ret.own->path;
	assert_null(ij_map_compile_from(ret.own->obj, &source, &ret.bytes, &ret.size));
	ij_policy_destroy(policy);
	return ret;
}

static void test_avoid(void **state)
{
	struct compiled compiled = compile(*state, "");
	uint32_t pcs[] = {offset(&compiled, avoid_fixture), 1};
	size_t marked;

	assert_int_equal(classes_at(&compiled, avoid_fixture), 0);
	assert_null(
		ij_map_avoid(compiled.own->obj, compiled.bytes, compiled.size, pcs, 2, &marked));
	assert_int_equal(marked, 1); /* the other lies in the ELF header */
	assert_int_equal(classes_at(&compiled, avoid_fixture), IJ_CLASS(AVOIDED));
	assert_int_equal(classes_at(&compiled, avoid_tail), IJ_CLASS(AVOIDED));
	assert_int_equal(classes_at(&compiled, avoid_named), 0);
	assert_int_equal(classes_at(&compiled, avoid_bystander), 0);
	assert_int_equal(classes_at(&compiled, section_fixture), 0);
	free(compiled.bytes);
}

/* Nothing else of the container changes. */
static void test_only_classes(void **state)
{
	struct compiled compiled = compile(*state, ""), before = compile(*state, "");
	uint32_t pc = offset(&compiled, avoid_bystander);
	size_t marked, changed = 0;

	assert_null(
		ij_map_avoid(compiled.own->obj, compiled.bytes, compiled.size, &pc, 1, &marked));
	assert_int_equal(marked, 1);
	assert_int_equal(compiled.size, before.size);
	for (size_t i = 0; i < before.size; i++)
		changed += ((uint8_t *)compiled.bytes)[i] != ((uint8_t *)before.bytes)[i];
	assert_int_equal(changed, 1);
	free(compiled.bytes);
	free(before.bytes);
}

/* What is no container is refused, not changed. */
static void test_malformed(void **state)
{
	struct compiled compiled = compile(*state, "");
	uint32_t pc = offset(&compiled, avoid_fixture);
	struct ij_error *err;
	size_t marked = 77;

	((uint8_t *)compiled.bytes)[0] ^= 1;
	err = ij_map_avoid(compiled.own->obj, compiled.bytes, compiled.size, &pc, 1, &marked);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_BADDATA);
	assert_int_equal(marked, 77);
	ij_error_free(err);
	free(compiled.bytes);
}

/* Code in a section holds what a rule says of the section, and hands it on as others do. */
static void test_section(void **state)
{
	struct compiled compiled = compile(*state, "[allocator] its arena\n"
						   "section arena_text no_such_section\n");

	assert_int_equal(classes_at(&compiled, section_fixture), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, section_second), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, section_tail), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, avoid_fixture), 0);
	free(compiled.bytes);
	compiled = compile(*state, "[allocator] its arena\nsection arena_text in other*\n");
	assert_int_equal(classes_at(&compiled, section_fixture), 0);
	free(compiled.bytes);
	compiled = compile(*state, "[allocator] its arena\nsection arena_text\n"
				   "[allocator] harmless here\nallow * in test\n");
	assert_int_equal(classes_at(&compiled, section_fixture), 0);
	free(compiled.bytes);
}

/* A user's rules reach functions of any program. */
static void test_names(void **state)
{
	struct compiled compiled = compile(*state, "[interpreter] its loop\n"
						   "function avoid_bystander\n"
						   "[avoided] never there\n"
						   "function avoid_fixtur?\n");

	assert_true(ij_object_span(compiled.own->obj) > sizeof(large));
	assert_int_equal(classes_at(&compiled, avoid_bystander), IJ_CLASS(INTERPRETER));
	assert_int_equal(classes_at(&compiled, avoid_fixture), IJ_CLASS(AVOIDED));
	assert_int_equal(classes_at(&compiled, avoid_tail), IJ_CLASS(AVOIDED));
	assert_int_equal(classes_at(&compiled, avoid_named), 0);
	free(compiled.bytes);
}

static int setup(void **state)
{
	static struct process proc;

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
		cmocka_unit_test(test_avoid),     cmocka_unit_test(test_only_classes),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_section),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
