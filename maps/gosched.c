/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of goroutines: finding it in a program, and reading it from memory that may be anything.
 */
#include "maps/gosched.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "arch/decode.h"
#include "maps/gomodule.h"

/* Of struct g: its stack, m, and where what is saved of it begins: stack pointer, PC, itself. */
enum { G_LO = 0, G_HI = 8, G_M = 48, G_SCHED = 56, SCHED_PC = 8, SCHED_G = 16, G_SIZE = 200 };
/* Behind the saved state: of the system call, the stack's top, a parameter, the status. */
enum { SYSCALL_SP = 0, SYSCALL_PC = 8, STATUS = 32, ID = 40, REASON = 64 };
/* In struct m, from the end of the first state that is saved there. */
enum { M_SAVED = 8, M_ID = 8 };
enum { SCAN = 0x1000 /* runtime._Gscan, set beside the state */ };

/* What changes from version to version. */
struct ij_goroutine_layout {
	unsigned lo, hi; /* minor versions */
	unsigned saved;  /* bytes of struct gobuf */
	unsigned after;  /* bytes that came between what is of the system call and the rest */
};

/* 1.23 saves the frame pointer of the system call, and about 1.25 struct gobuf has no `ret`. */
static const struct ij_goroutine_layout layouts[] = {
	{11, 22, 56, 0}, {23, 26, 56, 8}, {24, 27, 48, 8}};

enum {
	CODE_MAX = 4096,   /* bytes of runtime.allgadd */
	OPERANDS_MAX = 64, /* its operands in memory that are looked at */
	SAMPLE = 64,       /* goroutines that a layout is tried on */
	CHUNK = 512,       /* entries of the list that are read at once */
	REASONS_MAX = 128,
	REASON_MAX = 64, /* bytes */
};
/* Data larger than that is not searched for the reasons. */
#define SEARCH_MAX ((uint64_t)256 << 20)
/* runtime.maxstacksize */
#define STACK_MAX (1ull << 30)
/* Larger numbers are none: 2 to the power of 48 take years. */
#define ID_MAX (1ull << 48)

static bool read_at(const struct ij_gosched *gos, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(gos->mem, addr, buf, size);

	ij_error_free(err);
	return !err;
}

/* ---- Finding the list ---- */

/* Does the slice at link-time address @list look like the one of all goroutines? */
static bool is_list(const struct ij_gosched *gos, uint64_t list)
{
	uint64_t words[3];

	return read_at(gos, gos->bias + list, words, sizeof(words)) && words[0] &&
	       !(words[0] % 8) && words[1] && words[1] <= words[2];
}

static bool has(const uint64_t *list, size_t len, uint64_t value)
{
	for (size_t i = 0; i < len; i++)
		if (list[i] == value)
			return true;
	return false;
}

/* What the code that adds to the list works on: a pointer, a length and a capacity in a row. */
static bool find_by_code(struct ij_gosched *gos)
{
	uint64_t operands[OPERANDS_MAX];
	struct ij_gotab_func func;
	uint8_t code[CODE_MAX];
	size_t size, len = 0;
	struct ij_insn insn;
	struct ij_error *err;

	if (!ij_goprog_named(gos->prog, "runtime.allgadd", &func))
		return false;
	size = func.end - func.start < sizeof(code) ? (size_t)(func.end - func.start)
						    : sizeof(code);
	err = ij_object_read(ij_goprog_object(gos->prog), func.start, code, size);
	ij_error_free(err);
	if (err)
		return false;
	for (size_t at = 0; at < size && len < OPERANDS_MAX; at += insn.size) {
		if (!ij_insn_decode(code + at, size - at, func.start + at, &insn))
			break;
		if (insn.mem_pc_relative && !has(operands, len, insn.mem_addr))
			operands[len++] = insn.mem_addr;
	}
	for (size_t i = 0; i < len; i++) {
		if (!has(operands, len, operands[i] + 8) || !has(operands, len, operands[i] + 16) ||
		    !is_list(gos, operands[i]))
			continue;
		gos->list = operands[i];
		return true;
	}
	return false;
}

static bool find_by_symbol(struct ij_gosched *gos, const char *name, uint64_t *ret)
{
	struct ij_symbol sym;
	struct ij_error *err = ij_object_symbol(ij_goprog_object(gos->prog), name, &sym);

	ij_error_free(err);
	if (err || sym.kind == IJ_SYMBOL_FUNC)
		return false;
	*ret = sym.value;
	return true;
}

/* ---- Finding the texts of the reasons ---- */

#define SECOND_REASON "GC assist marking"

/* Is the second of them the string at link-time address @addr? The first one is empty. */
static bool is_second(const struct ij_goprog *prog, uint64_t addr)
{
	char text[sizeof(SECOND_REASON) - 1];
	uint64_t at, size;
	struct ij_error *err;

	if (!ij_goprog_word(prog, addr + 8, &size) || size != sizeof(text) ||
	    !ij_goprog_word(prog, addr, &at))
		return false;
	err = ij_object_read(ij_goprog_object(prog), at, text, sizeof(text));
	ij_error_free(err);
	return !err && !memcmp(text, SECOND_REASON, sizeof(text));
}

static struct ij_error *find_reasons_in(struct ij_gosched *gos, const struct ij_segment *seg)
{
	uint64_t *words = malloc(seg->file_size);
	struct ij_error *err = words ? NULL : ij_error_nomem();
	size_t len = seg->file_size / sizeof(*words);

	if (!err)
		err = ij_object_read(ij_goprog_object(gos->prog), seg->vaddr, words,
				     seg->file_size);
	for (size_t i = 2; !err && !gos->reasons && i + 1 < len; i++)
		if (words[i + 1] == sizeof(SECOND_REASON) - 1 &&
		    is_second(gos->prog, seg->vaddr + i * sizeof(*words)))
			gos->reasons = seg->vaddr + (i - 2) * sizeof(*words);
	free(words);
	return err;
}

static struct ij_error *find_reasons(struct ij_gosched *gos)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(ij_goprog_object(gos->prog), &len);

	if (find_by_symbol(gos, "runtime.waitReasonStrings", &gos->reasons))
		return NULL;
	for (size_t i = 0; i < len && !gos->reasons; i++)
		if (!(segs[i].flags & PF_X) && !(segs[i].vaddr % 8) &&
		    segs[i].file_size >= 4 * sizeof(uint64_t) && segs[i].file_size <= SEARCH_MAX)
			IJ_TRY(find_reasons_in(gos, &segs[i]));
	return NULL;
}

void ij_gosched_reason(const struct ij_gosched *gos, uint32_t reason, char *buf, size_t size)
{
	uint64_t addr = gos->reasons + 16ull * reason, at, len;
	char text[REASON_MAX + 1] = "";
	struct ij_error *err;

	buf[0] = 0;
	if (!gos->reasons || reason >= REASONS_MAX || !ij_goprog_word(gos->prog, addr + 8, &len) ||
	    !len || len > REASON_MAX || !ij_goprog_word(gos->prog, addr, &at))
		return;
	err = ij_object_read(ij_goprog_object(gos->prog), at, text, (size_t)len);
	for (size_t i = 0; !err && i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	if (!err)
		snprintf(buf, size, "%s", text);
	ij_error_free(err);
}

/* ---- Reading ---- */

/* The goroutine at @g as @layout has it; false if there is none. Dead ones have state DEAD. */
static bool read_one(const struct ij_gosched *gos, const struct ij_goroutine_layout *layout,
		     ij_addr g, struct ij_goroutine *ret)
{
	unsigned rest = G_SCHED + layout->saved + layout->after;
	uint64_t words[G_SIZE / 8], m, thread;
	struct ij_goroutine out = {.g = g};
	const uint8_t *bytes = (const uint8_t *)words;
	bool in_call;

	if (!g || g % 8 || !read_at(gos, g, words, sizeof(words)) ||
	    words[(G_SCHED + SCHED_G) / 8] != g)
		return false;
	memcpy(&out.state, bytes + rest + STATUS, sizeof(out.state));
	memcpy(&out.id, bytes + rest + ID, sizeof(out.id));
	out.reason = bytes[rest + REASON];
	out.state &= ~(uint32_t)SCAN;
	if (out.state >= IJ_GOROUTINE_STATES || out.id > ID_MAX)
		return false;
	*ret = out;
	if (out.state == IJ_GOROUTINE_DEAD || out.state == IJ_GOROUTINE_EXTRA ||
	    out.state == IJ_GOROUTINE_IDLE)
		return true;
	if (!out.id || words[G_LO / 8] >= words[G_HI / 8] ||
	    words[G_HI / 8] - words[G_LO / 8] > STACK_MAX)
		return false;
	out.stack_lo = words[G_LO / 8];
	out.stack_hi = words[G_HI / 8];
	m = words[G_M / 8];
	in_call = out.state == IJ_GOROUTINE_SYSCALL;
	if ((in_call || out.state == IJ_GOROUTINE_RUNNING) && m &&
	    read_at(gos, m + M_SAVED + layout->saved + M_ID, &thread, sizeof(thread)) &&
	    thread <= INT32_MAX)
		out.thread = (uint32_t)thread;
	if (in_call) {
		out.sp = words[(G_SCHED + layout->saved + SYSCALL_SP) / 8];
		out.pc = words[(G_SCHED + layout->saved + SYSCALL_PC) / 8];
	} else {
		/* The stack pointer of one that runs only while its thread is on the scheduler's
		 * stack. */
		out.sp = words[G_SCHED / 8];
		out.pc = words[(G_SCHED + SCHED_PC) / 8];
	}
	*ret = out;
	return true;
}

static bool is_there(const struct ij_goroutine *goroutine)
{
	return goroutine->state != IJ_GOROUTINE_DEAD && goroutine->state != IJ_GOROUTINE_EXTRA &&
	       goroutine->state != IJ_GOROUTINE_IDLE;
}

/* What is in the list, as it lies there. */
struct entries {
	ij_addr addr;
	uint64_t len; /* that are read */
	uint64_t all;
};

static struct ij_error *entries_find(const struct ij_gosched *gos, struct entries *ret)
{
	uint64_t words[3];

	IJ_TRY(ij_mem_read(gos->mem, gos->bias + gos->list, words, sizeof(words)));
	if (!words[0] || words[0] % 8 || words[1] > words[2])
		return ij_error_new(BADDATA, "there is no list of goroutines at 0x%llx",
				    (unsigned long long)(gos->bias + gos->list));
	*ret = (struct entries){words[0], words[1], words[1]};
	if (ret->len > IJ_GOSCHED_MAX)
		ret->len = IJ_GOSCHED_MAX;
	return NULL;
}

/* The layout by which most of the first goroutines are some, of those of the version. */
static struct ij_error *find_layout(struct ij_gosched *gos)
{
	unsigned minor = ij_goprog_minor(gos->prog), most = 0;
	ij_addr list[SAMPLE];
	struct entries entries;
	size_t len;

	IJ_TRY(entries_find(gos, &entries));
	len = entries.len < SAMPLE ? (size_t)entries.len : SAMPLE;
	IJ_TRY(ij_mem_read(gos->mem, entries.addr, list, len * sizeof(list[0])));
	for (size_t i = 0; i < IJ_COUNT(layouts); i++) {
		unsigned good = 0;

		if (minor < layouts[i].lo || minor > layouts[i].hi)
			continue;
		for (size_t j = 0; j < len; j++) {
			struct ij_goroutine one;

			good += read_one(gos, &layouts[i], list[j], &one) && is_there(&one);
		}
		if (good <= most)
			continue;
		most = good;
		gos->layout = &layouts[i];
	}
	if (!gos->layout)
		return ij_error_new(UNSUPPORTED,
				    "the goroutines of %s are not kept in a way that is known",
				    ij_goprog_version(gos->prog));
	return NULL;
}

struct ij_error *ij_gosched_find(const struct ij_goprog *prog, ij_addr bias, struct ij_mem *mem,
				 struct ij_gosched *ret)
{
	struct ij_gosched gos = {.prog = prog, .bias = bias, .mem = mem};

	if (!find_by_symbol(&gos, "runtime.allgs", &gos.list) && !find_by_code(&gos))
		return ij_error_new(NOTFOUND, "the list of goroutines of %s is not found",
				    ij_object_name(ij_goprog_object(prog)));
	IJ_TRY(find_layout(&gos));
	IJ_TRY(find_reasons(&gos));
	*ret = gos;
	return NULL;
}

static int by_id(const void *a, const void *b)
{
	const struct ij_goroutine *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

struct ij_error *ij_gosched_read(const struct ij_gosched *gos, struct ij_goroutine_list *ret)
{
	struct ij_goroutine_list out = {.more = 0};
	ij_addr chunk[CHUNK];
	struct entries entries;
	struct ij_error *err;
	uint64_t bad = 0;

	IJ_TRY(entries_find(gos, &entries));
	out.more = entries.all - entries.len;
	err = NULL;
	for (uint64_t done = 0, part; !err && done < entries.len; done += part) {
		part = entries.len - done < CHUNK ? entries.len - done : CHUNK;
		err = ij_mem_read(gos->mem, entries.addr + 8 * done, chunk,
				  part * sizeof(chunk[0]));
		for (size_t i = 0; !err && i < part; i++) {
			struct ij_goroutine one;

			if (!read_one(gos, gos->layout, chunk[i], &one))
				bad++;
			else if (is_there(&one))
				err = ij_vec_push(&out.list, one);
		}
	}
	/* Some are being made or reused just now. */
	if (!err && bad > out.list.len + 8)
		err = ij_error_new(BADDATA, "%llu of %llu entries at 0x%llx are no goroutines",
				   (unsigned long long)bad, (unsigned long long)entries.len,
				   (unsigned long long)entries.addr);
	if (err) {
		ij_vec_deinit(&out.list);
		return err;
	}
	if (out.list.len)
		qsort(out.list.items, out.list.len, sizeof(out.list.items[0]), by_id);
	*ret = out;
	return NULL;
}

uint32_t ij_gosched_id_off(const struct ij_gosched *gos)
{
	return G_SCHED + gos->layout->saved + gos->layout->after + ID;
}

bool ij_gosched_reread(const struct ij_gosched *gos, struct ij_goroutine *goroutine)
{
	struct ij_goroutine now;

	if (!read_one(gos, gos->layout, goroutine->g, &now) || !is_there(&now) ||
	    now.id != goroutine->id)
		return false;
	*goroutine = now;
	return true;
}

const char *ij_goroutine_state_name(uint32_t state)
{
	static const char *const names[IJ_GOROUTINE_STATES] = {
		[IJ_GOROUTINE_IDLE] = "idle",       [IJ_GOROUTINE_RUNNABLE] = "runnable",
		[IJ_GOROUTINE_RUNNING] = "running", [IJ_GOROUTINE_SYSCALL] = "syscall",
		[IJ_GOROUTINE_WAITING] = "waiting", [IJ_GOROUTINE_DEAD] = "dead",
		[IJ_GOROUTINE_COPYING] = "copying", [IJ_GOROUTINE_PREEMPTED] = "preempted",
		[IJ_GOROUTINE_LEAKED] = "leaked",   [IJ_GOROUTINE_EXTRA] = "extra",
	};

	return state < IJ_GOROUTINE_STATES && names[state] ? names[state] : "unknown";
}
