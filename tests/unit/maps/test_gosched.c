/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Goroutines read from memory that is made up, well and badly. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/gosched.h"

/* Where things are in the memory of the tests. Offsets are those of Go 1.19
 * (src/runtime/runtime2.go). */
enum {
	LIST = 0x1000,
	ENTRIES = 0x2000,
	GS = 0x10000,
	M = 0x8000,
	STACK = 0x9000,
	STACK_SIZE = 0x1000,
	SIZE = 0x20000,
	G_SIZE = 0x200,
	MANY = 64,
};
enum { WORD_LO, WORD_HI, WORD_M = 6, WORD_SP = 7, WORD_PC = 8, WORD_G = 9 };
enum { WORD_CALL_SP = 14, WORD_CALL_PC = 15, WORD_STATUS = 18, WORD_ID = 19, WORD_REASON = 22 };
enum { M_WORD_ID = 9 };

struct fixture {
	struct ij_mem_bytes mem;
	uint64_t words[SIZE / 8];
	int fd;
	struct ij_object *obj;
	struct ij_goprog *prog;
	struct ij_gosched gos;
	uint64_t pc; /* in main.add */
};

static uint64_t *at(struct fixture *f, ij_addr addr)
{
	return &f->words[addr / 8];
}

static uint64_t *goroutine(struct fixture *f, unsigned idx)
{
	return at(f, GS + idx * G_SIZE);
}

static uint64_t function(struct fixture *f, const char *name)
{
	struct ij_gotab_func func;

	assert_true(ij_goprog_named(f->prog, name, &func));
	return func.start;
}

/* A good goroutine @idx with number @idx + 1. */
static void make(struct fixture *f, unsigned idx, uint32_t state)
{
	uint64_t *g = goroutine(f, idx);

	memset(g, 0, G_SIZE);
	g[WORD_LO] = STACK;
	g[WORD_HI] = STACK + STACK_SIZE;
	g[WORD_M] = M;
	g[WORD_SP] = STACK + 0x100;
	g[WORD_PC] = f->pc;
	g[WORD_G] = GS + idx * G_SIZE;
	g[WORD_STATUS] = state;
	g[WORD_ID] = idx + 1;
	at(f, ENTRIES)[idx] = GS + idx * G_SIZE;
	at(f, LIST)[0] = ENTRIES;
	at(f, LIST)[1] = idx + 1;
	at(f, LIST)[2] = MANY;
}

static struct fixture *set_up(void)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	f.fd = open(IJ_VICTIMS_DIR "/victim_go_stripped", O_RDONLY | O_CLOEXEC);
	if (f.fd < 0) {
		print_message("no Go was found to build victim_go_stripped with\n");
		skip();
	}
	assert_null(ij_object_open_fd(f.fd, "victim", &f.obj));
	assert_null(ij_goprog_open(f.obj, &f.prog));
	f.pc = function(&f, "main.add");
	ij_mem_bytes_init(&f.mem, f.words, 0, SIZE);
	for (unsigned i = 0; i < 3; i++)
		make(&f, i, IJ_GOROUTINE_WAITING);
	*at(&f, M + 8 * M_WORD_ID) = 4711;
	return &f;
}

static void tear_down(struct fixture *f)
{
	ij_goprog_close(f->prog);
	ij_object_close(f->obj);
	close(f->fd);
}

/* Memory in which the list lies where the code of this program has it. */
struct elsewhere {
	struct ij_mem mem;
	struct fixture *f;
	ij_addr list; /* the first three words in a row that were asked for; 0: none yet */
};

static struct ij_error *read_elsewhere(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct elsewhere *e = (struct elsewhere *)mem;

	if (addr > SIZE && size == 24 && !e->list)
		e->list = addr;
	if (addr > SIZE && addr == e->list)
		addr = LIST;
	return ij_mem_read(&e->f->mem.mem, addr, buf, size);
}

/* As ij_gosched_find does in a stripped program: the code is the program's, memory the test's. */
static void find(struct fixture *f)
{
	static struct elsewhere e;

	e = (struct elsewhere){.mem = {read_elsewhere}, .f = f};
	assert_null(ij_gosched_find(f->prog, 0, &e.mem, &f->gos));
	assert_true(f->gos.list == e.list);
}

static void test_reads(void **state)
{
	struct fixture *f = set_up();
	struct ij_goroutine_list list;
	char reason[64];

	(void)state;
	goroutine(f, 0)[WORD_STATUS] = IJ_GOROUTINE_SYSCALL | 0x1000;
	goroutine(f, 0)[WORD_CALL_SP] = STACK + 0x200;
	goroutine(f, 0)[WORD_CALL_PC] = 0x4242;
	goroutine(f, 1)[WORD_ID] = 99;
	goroutine(f, 1)[WORD_REASON] = 2;
	make(f, 3, IJ_GOROUTINE_DEAD);
	find(f);
	assert_null(ij_gosched_read(&f->gos, &list));
	assert_int_equal(list.list.len, 3);
	assert_true(!list.more);
	assert_int_equal(list.list.items[0].state, IJ_GOROUTINE_SYSCALL);
	assert_int_equal(list.list.items[0].thread, 4711);
	assert_true(list.list.items[0].pc == 0x4242 && list.list.items[0].sp == STACK + 0x200);
	assert_int_equal(list.list.items[1].id, 3);
	assert_int_equal(list.list.items[1].thread, 0);
	assert_int_equal(list.list.items[2].id, 99);
	ij_gosched_reason(&f->gos, list.list.items[2].reason, reason, sizeof(reason));
	assert_string_equal(reason, "IO wait");
	ij_gosched_reason(&f->gos, 0, reason, sizeof(reason));
	assert_string_equal(reason, "");
	ij_gosched_reason(&f->gos, 255, reason, sizeof(reason));
	assert_string_equal(reason, "");
	ij_gosched_reason(&f->gos, UINT32_MAX, reason, sizeof(reason));
	assert_string_equal(reason, "");
	ij_vec_deinit(&list.list);
	tear_down(f);
}

/* What a frame of the runtime was called by. */
static void test_places(void **state)
{
	struct fixture *f = set_up();
	struct ij_gotab_func park, add;
	struct ij_goline line;
	ij_addr addr, pc;
	int64_t frame;

	(void)state;
	find(f);
	assert_true(ij_goprog_named(f->prog, "runtime.gopark", &park));
	assert_true(ij_goprog_named(f->prog, "main.add", &add));
	pc = park.start + 64;
	frame = ij_gotab_value_at(ij_goprog_tab(f->prog), &park, park.pcsp, pc - 1);
	assert_true(frame > 0 && frame < 0x400);
	at(f, STACK + 0x100 + (ij_addr)frame)[0] = add.start + 1;
	assert_true(ij_gosched_place(&f->gos, pc, STACK + 0x100, &line, &addr));
	assert_string_equal(line.func, "main.add");
	assert_non_null(strstr(line.file, "main.go"));
	assert_true(line.line > 0);
	assert_true(addr == add.start);
	/* A stack that leads in circles, and one that leads nowhere. */
	for (unsigned i = 0; i < STACK_SIZE / 8; i++)
		at(f, STACK)[i] = pc;
	assert_true(ij_gosched_place(&f->gos, pc, STACK, &line, &addr));
	assert_string_equal(line.func, "runtime.gopark");
	assert_true(ij_gosched_place(&f->gos, pc, UINT64_MAX - 8, &line, &addr));
	assert_false(ij_gosched_place(&f->gos, 0x10, STACK, &line, &addr));
	tear_down(f);
}

/* What a program may have made of its list; whether that is told of as an error. */
static void test_hostile(void **state)
{
	static const struct {
		const char *what;
		uint64_t ptr, len, cap;
		bool good;
	} lists[] = {
		{"as long as can be", ENTRIES, UINT64_MAX, UINT64_MAX, false},
		{"longer than its room", ENTRIES, 5, 4, false},
		{"nothing", 0, 0, 0, false},
		{"at an odd place", ENTRIES + 1, 3, 3, false},
		{"outside of memory", UINT64_MAX - 7, 3, 3, false},
		{"empty", ENTRIES, 0, 0, true},
		{"of itself", LIST, 3, 3, true},
	};
	struct fixture *f = set_up();
	struct ij_goroutine_list list;
	struct ij_error *err;

	(void)state;
	find(f);
	for (size_t i = 0; i < IJ_COUNT(lists); i++) {
		at(f, LIST)[0] = lists[i].ptr;
		at(f, LIST)[1] = lists[i].len;
		at(f, LIST)[2] = lists[i].cap;
		err = ij_gosched_read(&f->gos, &list);
		if (!err != lists[i].good)
			fail_msg("a list %s: %s", lists[i].what, err ? err->msg : "is read");
		if (!err)
			ij_vec_deinit(&list.list);
		ij_error_free(err);
	}
	/* The same one for ever: each entry is looked at once. */
	for (unsigned i = 0; i < 1024; i++)
		at(f, ENTRIES)[i] = GS;
	at(f, LIST)[0] = ENTRIES;
	at(f, LIST)[1] = at(f, LIST)[2] = 1024;
	assert_null(ij_gosched_read(&f->gos, &list));
	assert_int_equal(list.list.len, 1024);
	ij_vec_deinit(&list.list);
	/* Nothing but what is none. */
	for (unsigned i = 0; i < 1024; i++)
		at(f, ENTRIES)[i] = LIST + 8 * i;
	err = ij_gosched_read(&f->gos, &list);
	assert_true(err && err->code == IJ_ERR_BADDATA);
	ij_error_free(err);
	tear_down(f);
}

/* Whatever lies there, reading it ends, and what is told of it can be looked at. */
static void test_anything(void **state)
{
	struct fixture *f = set_up();
	uint64_t seed = 0x9e3779b97f4a7c15ull;

	(void)state;
	find(f);
	for (unsigned round = 0; round < 20000; round++) {
		struct ij_goroutine_list list = {.more = 0};
		struct ij_error *err;
		unsigned changes;

		for (unsigned i = 0; i < 3; i++)
			make(f, i, i + 1);
		seed = seed * 6364136223846793005ull + 1442695040888963407ull;
		changes = 1 + (unsigned)(seed >> 61);
		for (unsigned i = 0; i < changes; i++) {
			static const uint64_t values[] = {0,     1,          8,       LIST,
							  GS,    GS + 4,     M,       STACK,
							  ~0ull, 1ull << 63, ENTRIES, 0x7fffffff};
			uint64_t *words = (seed >> 20) % 4
						  ? goroutine(f, seed >> 22 & 3)
						  : at(f, (seed >> 24) % 3 ? LIST : ENTRIES);

			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			words[(seed >> 32) % (G_SIZE / 8)] =
				seed >> 50 & 1 ? seed : values[(seed >> 40) % IJ_COUNT(values)];
		}
		err = ij_gosched_read(&f->gos, &list);
		IJ_VEC_EACH (&list.list, each) {
			struct ij_goline line;
			char reason[80];
			ij_addr addr;

			assert_true(strlen(ij_goroutine_state_name(each->state)) > 0);
			ij_gosched_reason(&f->gos, each->reason, reason, sizeof(reason));
			if (ij_gosched_place(&f->gos, each->pc, each->sp, &line, &addr))
				assert_true(strlen(line.func) + strlen(line.file) > 0);
			(void)ij_gosched_reread(&f->gos, each);
		}
		ij_vec_deinit(&list.list);
		ij_error_free(err);
	}
	tear_down(f);
}

/* A goroutine whose thread stands on its stack, is just going back to it, or has just been entered
 * by a signal. */
static void test_stands(void **state)
{
	/* Of a signal's frame, behind the address that its handler returns to: the stack pointer,
	 * the PC and the code segment (arch/x86/include/uapi/asm/sigcontext.h). */
	enum {
		FRAME = STACK + 0x400,
		FRAME_SP = FRAME + 8 + 40 + 15 * 8,
		FRAME_PC = FRAME_SP + 8,
		FRAME_CS = FRAME_PC + 16
	};
	static const char *const own[] = {"runtime.bgsweep", "runtime.mcall"};
	struct fixture *f = set_up();
	struct ij_goroutine g = {.stack_lo = STACK, .stack_hi = STACK + STACK_SIZE, .pc = f->pc};
	const ij_addr sp = STACK + 0x100, gogo = function(f, "runtime.gogo");
	const ij_addr handler = function(f, "runtime.sigtramp");
	struct ij_goline line;
	ij_addr addr;

	(void)state;
	find(f);
	for (unsigned i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		ij_addr pc = function(f, own[i]);

		*at(f, sp) = 0;
		assert_true(ij_gosched_standing(&f->gos, &g, pc, sp, true, &line, &addr));
		assert_string_equal(line.func, own[i]);
		*at(f, sp) = f->pc + 1;
		assert_true(ij_gosched_standing(&f->gos, &g, pc, sp, true, &line, &addr));
		assert_string_equal(line.func, "main.add");
		assert_true(addr == f->pc);
		/* On the scheduler's stack it is another one's frame. */
		assert_false(ij_gosched_standing(&f->gos, &g, pc, STACK + STACK_SIZE, true, &line,
						 &addr));
		assert_false(ij_gosched_standing(&f->gos, &g, pc, STACK - 8, true, &line, &addr));
	}
	/* It has the stack back, and where it goes on is known. */
	*at(f, sp) = gogo;
	assert_true(ij_gosched_standing(&f->gos, &g, gogo + 4, sp, true, &line, &addr));
	assert_string_equal(line.func, "main.add");
	/* A handler, on another stack: what it interrupted. */
	g.stack_hi = STACK + 0x200;
	*at(f, FRAME_CS) = 0x33;
	*at(f, FRAME_SP) = sp;
	*at(f, FRAME_PC) = function(f, "runtime.bgsweep");
	*at(f, sp) = 0;
	assert_true(ij_gosched_standing(&f->gos, &g, handler, FRAME, true, &line, &addr));
	assert_string_equal(line.func, "runtime.bgsweep");
	*at(f, FRAME_SP) = STACK + 0x300;
	assert_false(ij_gosched_standing(&f->gos, &g, handler, FRAME, true, &line, &addr));
	assert_false(ij_gosched_standing(&f->gos, &g, handler, SIZE - 8, true, &line, &addr));
	assert_false(ij_gosched_standing(&f->gos, &g, 0x10, sp, true, &line, &addr));
	tear_down(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),    cmocka_unit_test(test_places),
		cmocka_unit_test(test_stands),   cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
