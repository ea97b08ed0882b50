/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values that lead to the stack of a goroutine, by every way that is followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lang/goeval.h"

/* Memory; two stacks in it. A node has a number, a pointer to the next, and a slice of nodes. */
enum { SIZE = 0x4000, STACK_LO = 0x1000, STACK_HI = 0x1800, OTHER_LO = 0x3000, OTHER_HI = 0x3800 };
enum { NODE_SIZE = 40 };

struct fixture {
	struct ij_go_host host; /* first */
	struct ij_arena arena;
	uint64_t words[SIZE / 8];
	unsigned asked; /* for the stacks */
	struct ij_ctype *node;
	const struct ij_ctype *number, *word, *text, *pointer, *list, *any;
};

static struct ij_error *read_words(struct ij_go_host *host, ij_addr addr, void *buf, size_t size)
{
	struct fixture *f = (struct fixture *)host;

	if (addr > SIZE || size > SIZE - addr)
		return ij_error_new(FAULT, "nothing is at 0x%llx", (unsigned long long)addr);
	memcpy(buf, (uint8_t *)f->words + addr, size);
	return NULL;
}

static struct ij_error *stacks(struct ij_go_host *host, const struct ij_go_stack **ret,
			       size_t *len_ret)
{
	static const struct ij_go_stack list[] = {{STACK_LO, STACK_HI, 7},
						  {OTHER_LO, OTHER_HI, 18}};

	((struct fixture *)host)->asked++;
	*ret = list;
	*len_ret = IJ_COUNT(list);
	return NULL;
}

/* Whatever an interface says of its type, it holds a *node. */
static void dynamic(struct ij_go_host *host, ij_addr addr, char *buf, size_t size)
{
	(void)host;
	(void)addr;
	snprintf(buf, size, "*main.node");
}

static struct ij_error *type_of(struct ij_go_host *host, const char *name,
				const struct ij_ctype **ret)
{
	*ret = strcmp(name, "main.node") ? NULL : ((struct fixture *)host)->node;
	return NULL;
}

static void member(struct ij_ctype *type, const char *name, const struct ij_ctype *of, uint64_t off)
{
	struct ij_cmember added = {.name = name, .type = of, .off = off};

	assert_null(ij_vec_push(&type->members, added));
}

static struct fixture *set_up(void)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.host.read = read_words;
	f.host.stacks = stacks;
	f.host.dynamic = dynamic;
	f.host.type = type_of;
	f.host.arena = &f.arena;
	assert_null(ij_ctypes_create(&f.host.types));
	assert_null(ij_go_type_basic(&f.host, "int", 3, &f.number));
	assert_null(ij_go_type_basic(&f.host, "uintptr", 7, &f.word));
	assert_null(ij_go_type_basic(&f.host, "string", 6, &f.text));
	assert_null(ij_go_type_basic(&f.host, "any", 3, &f.any));
	assert_null(ij_ctypes_new(f.host.types, IJ_CT_STRUCT, &f.node));
	f.node->name = "main.node";
	f.node->size = NODE_SIZE;
	assert_null(ij_ctypes_pointer(f.host.types, f.node, &f.pointer));
	assert_null(ij_go_type_slice(&f.host, f.node, &f.list));
	member(f.node, "n", f.number, 0);
	member(f.node, "next", f.pointer, 8);
	member(f.node, "list", f.list, 16);
	return &f;
}

static void tear_down(struct fixture *f)
{
	ij_arena_deinit(&f->arena);
	ij_ctypes_destroy(f->host.types);
}

/* 0: it leads to no stack. */
static unsigned goroutine_of(struct fixture *f, const struct ij_ctype *type, const uint64_t *words)
{
	struct ij_go_value value;
	struct ij_error *err;
	unsigned found = 0;

	assert_null(ij_go_value_make(&f->host, type, words, 40, &value));
	err = ij_go_escapes(&f->host, &value, "argument 1");
	if (!err)
		return 0;
	assert_int_equal(err->code, IJ_ERR_UNSUPPORTED);
	assert_non_null(strstr(err->msg, "argument 1 leads to 0x"));
	assert_non_null(strstr(err->msg, "--force"));
	assert_int_equal(sscanf(strstr(err->msg, "goroutine "), "goroutine %u", &found), 1);
	ij_error_free(err);
	return found;
}

static void test_ways(void **state)
{
	struct fixture *f = set_up();
	const uint64_t on[5] = {STACK_LO}, last[5] = {STACK_HI - 1}, behind[5] = {STACK_HI};
	const uint64_t before[5] = {STACK_LO - 1}, other[5] = {OTHER_LO + 8};
	const uint64_t text[5] = {STACK_LO, 3}, empty[5] = {STACK_LO, 0};
	const uint64_t next[5] = {1, OTHER_LO}, list[5] = {1, 0, STACK_LO, 1, 1};
	const uint64_t slice[5] = {0x200, 2, 2}, holds[5] = {0x800, 0x200}, plain[5] = {0x300};
	const uint64_t typed[5] = {0x800, STACK_LO};

	(void)state;
	/* Words as they are. */
	assert_int_equal(goroutine_of(f, f->pointer, on), 7);
	assert_int_equal(goroutine_of(f, f->pointer, last), 7);
	assert_int_equal(goroutine_of(f, f->pointer, behind), 0);
	assert_int_equal(goroutine_of(f, f->pointer, before), 0);
	assert_int_equal(goroutine_of(f, f->pointer, other), 18);
	assert_int_equal(goroutine_of(f, f->number, on), 0);
	assert_int_equal(goroutine_of(f, f->word, on), 0);
	assert_int_equal(goroutine_of(f, f->text, text), 7);
	assert_int_equal(goroutine_of(f, f->text, empty), 0);
	assert_int_equal(goroutine_of(f, f->any, typed), 7);
	/* Parts. */
	assert_int_equal(goroutine_of(f, f->node, next), 18);
	assert_int_equal(goroutine_of(f, f->node, list), 7);
	/* What lies behind: two nodes at 0x200, the second of which leads to a third. */
	assert_int_equal(goroutine_of(f, f->list, slice), 0);
	f->words[(0x200 + NODE_SIZE + 8) / 8] = 0x300;
	f->words[(0x300 + 8) / 8] = OTHER_LO;
	assert_int_equal(goroutine_of(f, f->pointer, plain), 18);
	assert_int_equal(goroutine_of(f, f->list, slice), 18);
	f->words[(0x200 + 8) / 8] = STACK_LO + 0x100;
	assert_int_equal(goroutine_of(f, f->any, holds), 7);
	tear_down(f);
}

/* A ring has no end, memory that is not there leads nowhere, and who insists gets his way. */
static void test_ends(void **state)
{
	struct fixture *f = set_up();
	const uint64_t ring[5] = {0x400}, gone[5] = {0x7fff0000}, on[5] = {STACK_LO};
	const uint64_t long_list[5] = {0, 0, 0, UINT64_MAX / 2, 0}, nothing[5] = {0};

	(void)state;
	f->words[(0x400 + 8) / 8] = 0x400;
	assert_int_equal(goroutine_of(f, f->pointer, ring), 0);
	assert_int_equal(goroutine_of(f, f->pointer, gone), 0);
	assert_int_equal(goroutine_of(f, f->node, long_list), 0);
	f->asked = 0;
	assert_int_equal(goroutine_of(f, f->pointer, nothing), 0);
	assert_int_equal(goroutine_of(f, f->number, on), 0);
	assert_int_equal(f->asked, 0);
	f->host.force = true;
	assert_int_equal(goroutine_of(f, f->pointer, on), 0);
	tear_down(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_ends),
	};

	return cmocka_run_group_tests_name("lang_goescape", tests, NULL, NULL);
}
