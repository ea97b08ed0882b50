/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a call in Go has left, while it is held and that is alive: read, or passed on to the next
 * call.
 */
#include "inject/go/making.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool is_in(uint64_t off, uint64_t size, uint64_t total)
{
	return off <= total && size <= total - off;
}

struct ij_error *ij_go_call_read(struct ij_go_making *m, struct ij_gocall *ret)
{
	return ij_pages_read(&m->inj->pages, &m->inj->process, m->base, ret, sizeof(*ret));
}

/* Append what lies at @addr to the result. */
static void take(struct ij_go_making *m, struct ij_gocall_read *read, ij_addr addr, uint64_t size,
		 uint64_t max)
{
	struct ij_wire_outcome *out = &m->result->outcome;
	struct ij_error *err;

	read->cut = size > max;
	read->size = (uint32_t)(size < max ? size : max);
	read->off = out->scratch_size;
	if (read->size > IJ_WIRE_SCRATCH_MAX - out->scratch_size)
		read->size = 0;
	err = ij_mem_read(&m->inj->process.mem.mem, addr, m->result->scratch + read->off,
			  read->size);
	if (err)
		read->size = 0;
	ij_error_free(err);
	out->scratch_size += read->size;
}

/* What lies at @addr: some words, and, if they begin as a string does, its text behind them. */
static void take_value(struct ij_go_making *m, struct ij_gocall_read *read, ij_addr addr)
{
	struct ij_mem *mem = &m->inj->process.mem.mem;
	struct ij_gocall_read text = {0};
	uint64_t words[IJ_GOCALL_VALUE_SIZE / 8];
	IJ_ERROR_AUTO err = addr ? ij_mem_read(mem, addr, words, sizeof(words)) : NULL;

	if (!addr || err)
		return;
	take(m, read, addr, sizeof(words), sizeof(words));
	if (words[1] > INT32_MAX || read->size < sizeof(words))
		return;
	take(m, &text, words[0], words[1], read->max);
	read->size += text.size;
	read->cut = text.cut;
}

static uint64_t word_of(struct ij_go_making *m, const struct ij_gocall *go, unsigned idx)
{
	uint64_t word = 0, off = ((uint64_t)idx - IJ_GOCALL_INT_ARGS) * 8;

	if (idx < IJ_GOCALL_INT_ARGS)
		return go->ints[idx];
	if (is_in(off, sizeof(word), go->stack_size))
		ij_error_free(ij_pages_read(&m->inj->pages, &m->inj->process, go->stack + off,
					    &word, sizeof(word)));
	return word;
}

static struct ij_error *write_part(struct ij_go_making *m, uint64_t off, const void *bytes,
				   size_t size)
{
	return ij_pages_write(&m->inj->pages, &m->inj->process, m->base + off, bytes, size);
}

/*
 * At HELD of a call that is not the last: what it returned is passed on to the next. Where that
 * cannot be told nothing is, and the protocol comes to its end.
 */
static struct ij_error *pass_on(struct ij_go_making *m, const struct ij_gocall *go)
{
	uint32_t next = go->phase + 1;
	struct ij_gocall_one one = go->calls[next];
	const uint32_t ready = 1;

	for (unsigned i = 0; i < one.from_len; i++) {
		uint64_t word = word_of(m, go, one.from + i);
		unsigned to = one.to + i;

		if (to < IJ_GOCALL_INT_ARGS)
			one.ints[to] = word;
		else
			IJ_TRY(ij_pages_write(&m->inj->pages, &m->inj->process,
					      one.stack + sizeof(word) * (to - IJ_GOCALL_INT_ARGS),
					      &word, sizeof(word)));
	}
	if (one.method) {
		ij_addr table = one.from ? word_of(m, go, one.from - 1u) : 0;

		/* Of a nil interface it is at 0, and the runtime says what that means. */
		one.func = 0;
		if (table)
			IJ_TRY(ij_mem_read_u64(&m->inj->process.mem.mem, table + one.method,
					       &one.func));
		if (one.func && one.func == go->unreachable) {
			const uint32_t dropped = IJ_GOCALL_CODE_DROPPED;

			return write_part(m, offsetof(struct ij_gocall, code), &dropped,
					  sizeof(dropped));
		}
	}
	IJ_TRY(write_part(m, offsetof(struct ij_gocall, calls) + next * sizeof(one), &one,
			  sizeof(one)));
	return write_part(m, offsetof(struct ij_gocall, next), &ready, sizeof(ready));
}

/* The target need not wait any longer. */
static struct ij_error *let_go_on(struct ij_go_making *m)
{
	ij_addr ack = m->base + offsetof(struct ij_gocall, ack);
	const uint32_t one = 1;

	IJ_TRY(write_part(m, offsetof(struct ij_gocall, ack), &one, sizeof(one)));
	if (m->inj->pages.shared)
		syscall(SYS_futex, m->inj->pages.shared + (ack - m->inj->pages.base), FUTEX_WAKE, 1,
			NULL, NULL, 0);
	return NULL;
}

struct ij_error *ij_go_gather(struct ij_go_making *m, struct ij_gocall *held)
{
	struct ij_gocall go = *held;

	if (go.code == IJ_GOCALL_CODE_RETURNED && go.phase + 1 < go.calls_len) {
		ij_error_free(pass_on(m, &go));
		return let_go_on(m);
	}
	m->result->outcome.scratch_size = m->call->scratch_size;
	if (go.code == IJ_GOCALL_CODE_PANICKED) {
		go.reads[0] = (struct ij_gocall_read){.max = IJ_GOCALL_READ_MAX};
		take_value(m, &go.reads[0], go.words[1]);
	}
	for (size_t i = 0; i < IJ_GOCALL_READS_MAX && go.code == IJ_GOCALL_CODE_RETURNED; i++) {
		struct ij_gocall_read *read = &go.reads[i];
		uint64_t addr = word_of(m, &go, read->ptr), len = 1;

		if (read->len == IJ_GOCALL_READ_HEAP) {
			take(m, read, go.heap + read->elem_size, read->max, read->max);
			continue;
		}
		if (read->len != IJ_GOCALL_READ_ONE)
			len = word_of(m, &go, read->len);

		if (read->max && !read->elem_size)
			take_value(m, read, addr);
		if (!read->max || !read->elem_size)
			continue;
		if (len > UINT32_MAX / read->elem_size)
			len = UINT32_MAX / read->elem_size;
		take(m, read, addr, len * read->elem_size,
		     read->max / read->elem_size * read->elem_size);
	}
	IJ_TRY(write_part(m, offsetof(struct ij_gocall, reads), go.reads, sizeof(go.reads)));
	return let_go_on(m);
}

struct ij_error *ij_go_is_held_anew(struct ij_go_making *m, uint32_t seen, struct ij_gocall *ret,
				    bool *is)
{
	*is = false;
	IJ_TRY(ij_go_call_read(m, ret));
	if (ret->state != IJ_GOCALL_HELD || ret->phase == seen)
		return NULL;
	IJ_TRY(ij_go_call_read(m, ret));
	*is = ret->state == IJ_GOCALL_HELD;
	return NULL;
}
