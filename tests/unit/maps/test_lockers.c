/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Is the policy complete? A function of libc that takes a lock of libc's own does so with an atomic
 * instruction on static data. Whoever does, or calls nameless code that does, must be known.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "arch/decode.h"
#include "maps/compile.h"
#include "process.h"

/* They are known to hold nothing although they do: all of a program runs below the first. */
static const char *const innocent[] = {"__libc_start_main"};

struct edge {
	uint32_t to, from; /* functions, by their number in the map */
};

struct world {
	struct ij_module *libc;
	void *bytes;
	struct ij_map map;
	const char **names; /* one a function: of its symbol in .dynsym, or NULL */
	bool *taker;        /* one a function: it takes a lock, or calls nameless code that does */
	IJ_VEC(struct edge) edges;
};

static bool name_seen(void *ctx, const struct ij_symbol *sym)
{
	struct world *world = ctx;
	uint64_t pc = sym->value - ij_object_base(world->libc->obj);
	const struct ij_map_func *func = ij_map_func_find(&world->map, pc);

	if (sym->dynamic && sym->kind == IJ_SYMBOL_FUNC && func && func->start == pc)
		world->names[func - world->map.funcs] = sym->name;
	return true;
}

/* Whether @pc is static data that can be written. */
static bool is_data(const struct world *world, uint64_t pc)
{
	uint64_t vaddr = pc + ij_object_base(world->libc->obj);
	size_t len;
	const struct ij_segment *segments = ij_object_segments(world->libc->obj, &len);

	for (size_t i = 0; i < len; i++)
		if (vaddr - segments[i].vaddr < segments[i].mem_size)
			return segments[i].flags & 2; /* PF_W */
	return false;
}

/* Function number @idx jumps to or calls @pc. */
static void edge_add(struct world *world, uint32_t idx, uint64_t pc)
{
	const struct ij_map_func *to = ij_map_func_find(&world->map, pc);
	struct edge edge = {.from = idx};

	edge.to = to ? (uint32_t)(to - world->map.funcs) : idx;
	if (edge.to != idx)
		assert_null(ij_vec_push(&world->edges, edge));
}

static void func_scan(struct world *world, uint32_t idx)
{
	const struct ij_map_func *func = &world->map.funcs[idx];
	uint8_t *code = malloc(func->size);
	struct ij_insn insn;

	assert_null(ij_object_read(world->libc->obj, ij_object_base(world->libc->obj) + func->start,
				   code, func->size));
	for (uint32_t at = 0; at < func->size; at += insn.size) {
		if (!ij_insn_decode(code + at, func->size - at, func->start + at, &insn))
			break;
		if (insn.locked && insn.mem_pc_relative && is_data(world, insn.mem_addr))
			world->taker[idx] = true;
		if (insn.target)
			edge_add(world, idx, insn.target);
	}
	free(code);
}

static bool is_known(const struct world *world, uint32_t idx)
{
	return world->map.funcs[idx].classes || world->map.funcs[idx].flags & IJ_MAP_FUNC_PLT;
}

/* Nameless code hands what it takes to its callers, until nothing changes any more. */
static void climb(struct world *world)
{
	bool changed = true;

	while (changed) {
		changed = false;
		IJ_VEC_EACH (&world->edges, edge) {
			if (!world->taker[edge->to] || world->taker[edge->from] ||
			    world->names[edge->to] || is_known(world, edge->to))
				continue;
			world->taker[edge->from] = changed = true;
		}
	}
}

static bool is_innocent(const char *name)
{
	for (size_t i = 0; i < IJ_COUNT(innocent); i++)
		if (!strcmp(innocent[i], name))
			return true;
	return false;
}

static void test_lockers(void **state)
{
	struct world *world = *state;
	unsigned takers = 0, missed = 0;

	for (uint32_t i = 0; i < world->map.header->funcs_len; i++)
		func_scan(world, i);
	climb(world);
	for (uint32_t i = 0; i < world->map.header->funcs_len; i++) {
		takers += world->taker[i];
		if (!world->taker[i] || !world->names[i] || is_known(world, i) ||
		    is_innocent(world->names[i]))
			continue;
		print_message("%s takes a lock, and no rule is about it\n", world->names[i]);
		missed++;
	}
	assert_true(takers > 100);
	assert_int_equal(missed, 0);
}

static int setup(void **state)
{
	static struct world world;
	static struct process proc;
	size_t size;

	process_init(&proc);
	world.libc = process_module(&proc, "libc.so.6");
	assert_null(ij_map_compile(world.libc->obj, "libc.so.6", &world.bytes, &size));
	assert_null(ij_map_open(world.bytes, size, &world.map));
	world.names = calloc(world.map.header->funcs_len, sizeof(*world.names));
	world.taker = calloc(world.map.header->funcs_len, sizeof(*world.taker));
	assert_null(ij_object_symbols_each(world.libc->obj, name_seen, &world));
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	ij_vec_deinit(&world->edges);
	free(world->names);
	free(world->taker);
	free(world->bytes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lockers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
