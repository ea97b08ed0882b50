/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Caves: found, filled, emptied, and swept after a session that was killed. */
#include "inject/cave.h"

#include <string.h>
#include <sys/file.h>

#include "inject/attempt.h"
#include "inject/stack.h"

#define MAGIC     0x65766163006a6e69ull
#define CODE_SIZE ((size_t)(ij_stub_code_left - ij_stub_code))
/* What the last instruction of the stub can skip, beside the red zone. */
#define SKIP_MAX (UINT16_MAX - IJ_RED_ZONE)
/* As inject/judge.c asks for: a first call through a lazy PLT, and the call itself. */
#define STACK_FOR_CALL (16 * 1024)
/* A thread that stands in a cave, or where it cannot be stopped, is met again so often. */
#define SWEEP_TRIES 10

static const uint8_t zeros[IJ_WIRE_CAVE_SIZE];

/* May @vma have a cave? */
static bool is_code(const struct ij_vma *vma)
{
	return vma->inode && vma->flags & IJ_VMA_EXEC &&
	       !(vma->flags & (IJ_VMA_WRITE | IJ_VMA_SHARED));
}

static bool is_cave(const struct ij_injector *inj, ij_addr addr)
{
	const struct ij_vma *vma = addr ? ij_vmas_find(&inj->vmas, addr) : NULL;

	return vma && is_code(vma) && vma->hi - addr >= IJ_WIRE_CAVE_SIZE;
}

static bool read_cave(const struct ij_injector *inj, ij_addr addr, uint8_t *bytes)
{
	IJ_ERROR_AUTO err = NULL;

	if (!is_cave(inj, addr))
		return false;
	err = ij_mem_read((struct ij_mem *)&inj->process.mem.mem, addr, bytes, IJ_WIRE_CAVE_SIZE);
	return !err;
}

ij_addr ij_cave_find(const struct ij_injector *inj)
{
	uint8_t bytes[IJ_WIRE_CAVE_SIZE];

	for (size_t i = 0; i < IJ_WIRE_CAVES_MAX; i++)
		if (read_cave(inj, inj->target.caves[i], bytes) &&
		    !memcmp(bytes, zeros, sizeof(bytes)))
			return inj->target.caves[i];
	return 0;
}

/* Is this the header of a cave that a dead tracer filled? */
static bool is_dead(const struct ij_cave_header *header)
{
	return ij_pages_header_is_dead(&header->owner, MAGIC) &&
	       header->owner.size == IJ_WIRE_CAVE_SIZE;
}

ij_addr ij_cave_recognise(const struct ij_process *process, const struct ij_vma *vma)
{
	struct ij_cave_header header;
	uint8_t page[IJ_PAGE_SIZE];
	IJ_ERROR_AUTO err = NULL;

	if (!is_code(vma) || vma->hi - vma->lo < sizeof(page))
		return 0;
	err = ij_mem_read((struct ij_mem *)&process->mem.mem, vma->hi - sizeof(page), page,
			  sizeof(page));
	for (size_t off = 0; !err && off <= sizeof(page) - IJ_WIRE_CAVE_SIZE; off += 8) {
		memcpy(&header, page + off, sizeof(header));
		if (header.owner.magic == MAGIC && is_dead(&header))
			return vma->hi - sizeof(page) + off;
	}
	return 0;
}

uint64_t ij_cave_stack(size_t scratch_room)
{
	return IJ_PAGES_DESC_SIZE + scratch_room + 16;
}

/* Code is not writable: as a debugger does, one way or the other. */
static struct ij_error *write_code(const struct ij_injector *inj, struct ij_thread *thread,
				   ij_addr addr, const uint8_t *bytes)
{
	struct ij_error *err = ij_process_write(&inj->process, addr, bytes, IJ_WIRE_CAVE_SIZE);

	if (!err || !thread)
		return err;
	ij_error_free(err);
	return ij_thread_poke(thread, addr, bytes, IJ_WIRE_CAVE_SIZE);
}

/* The stack of the call. Anything but NULL: why there is no room. */
static const char *place_desc(const struct ij_injector *inj, const struct ij_stop *stop,
			      size_t scratch_room, struct ij_pages *cave)
{
	ij_addr top = ij_regs_sp(&inj->saved.by_hand) - IJ_RED_ZONE;
	uint64_t size = IJ_PAGES_DESC_SIZE + scratch_room, want;
	struct ij_stack stack;

	cave->desc = (top - size) & ~(ij_addr)15;
	cave->skip = top - cave->desc;
	want = cave->skip + STACK_FOR_CALL + stop->args_size;
	if (cave->skip > SKIP_MAX)
		return "the call's strings and buffers are too large for the stack";
	ij_stack_measure(inj, &stop->regs, stop->thread->tid == inj->process.pid, want, &stack);
	/* We can write only to what is there; the call itself makes it grow. */
	if (!stack.own || stack.room < want || stack.writable < cave->skip + IJ_SIGFRAME_SIZE(4096))
		return "too little stack for the call's arguments";
	return NULL;
}

/*
 * Two sessions with threads of one process would take the same cave for free: one at a time. The
 * lock ends with us.
 */
static bool lock(const struct ij_injector *inj)
{
	return !flock(inj->process.proc_fd, LOCK_EX | LOCK_NB);
}

static void unlock(const struct ij_injector *inj)
{
	flock(inj->process.proc_fd, LOCK_UN);
}

/* Fill the cave, which nobody else does now, if it is still free. */
static struct ij_error *fill(struct ij_injector *inj, struct ij_thread *thread,
			     const struct ij_pages *cave, const uint8_t *bytes,
			     const char **why_ret)
{
	uint8_t now[IJ_WIRE_CAVE_SIZE];
	struct ij_error *err;

	if (!read_cave(inj, cave->cave, now) || memcmp(now, zeros, sizeof(now))) {
		*why_ret = "another session was quicker";
		return NULL;
	}
	inj->cave = *cave;
	inj->now = &inj->cave;
	err = write_code(inj, thread, cave->cave, bytes);
	if (err)
		ij_error_free(ij_cave_close(inj, thread));
	return err;
}

struct ij_error *ij_cave_open(struct ij_injector *inj, const struct ij_stop *stop,
			      size_t scratch_room, const char **why_ret)
{
	struct ij_pages cave = {.cave = ij_cave_find(inj), .size = IJ_WIRE_CAVE_SIZE};
	struct ij_cave_header header = {.owner = inj->pages.header,
					.inner_tid = (uint32_t)stop->status.inner_pid};
	uint8_t bytes[IJ_WIRE_CAVE_SIZE] = {0};
	uint16_t skip;
	struct ij_error *err;

	*why_ret = cave.cave ? place_desc(inj, stop, scratch_room, &cave)
			     : "no unused end of a code page";
	if (*why_ret)
		return NULL;
	header.desc = cave.desc;
	ij_pages_header_seal(&header.owner, MAGIC, IJ_WIRE_CAVE_SIZE);
	skip = (uint16_t)(IJ_RED_ZONE + cave.skip);
	memcpy(bytes, &header, sizeof(header));
	memcpy(bytes + IJ_CAVE_STUB_OFF, ij_stub_code, CODE_SIZE);
	memcpy(bytes + IJ_CAVE_STUB_OFF + IJ_STUB_SKIP_OFF, &skip, sizeof(skip));
	cave.base = cave.cave + IJ_CAVE_STUB_OFF;
	cave.ready = true;
	if (!lock(inj)) {
		*why_ret = "another session is at work in the same way";
		return NULL;
	}
	err = fill(inj, stop->thread, &cave, bytes, why_ret);
	if (err || *why_ret)
		unlock(inj);
	return err;
}

struct ij_error *ij_cave_close(struct ij_injector *inj, struct ij_thread *thread)
{
	struct ij_error *err = NULL;

	if (inj->now != &inj->cave)
		return NULL;
	if (inj->cave.base)
		err = write_code(inj, thread, inj->cave.cave, zeros);
	if (err)
		inj->leaked++;
	ij_cave_leave(inj);
	return err;
}

void ij_cave_leave(struct ij_injector *inj)
{
	if (inj->now != &inj->cave)
		return;
	ij_pages_forget(&inj->cave);
	inj->now = &inj->pages;
	unlock(inj);
}

/* Does the call go on that the cave was filled for? What lies at the address is hostile. */
static bool is_busy(const struct ij_injector *inj, const struct ij_cave_header *header)
{
	struct ij_stub_desc desc;
	IJ_ERROR_AUTO err = ij_mem_read((struct ij_mem *)&inj->process.mem.mem, header->desc, &desc,
					sizeof(desc));

	return !err && desc.tid == header->inner_tid && desc.state == IJ_STUB_STATE_RUNNING;
}

/* Empty a cave in a stop of thread @tid, the only one that may be in it. */
static struct ij_error *sweep_stopped(struct ij_injector *inj, pid_t tid, ij_addr cave,
				      bool *done_ret)
{
	struct ij_wire_verdict verdict;
	struct ij_thread thread;
	struct ij_stop stop = {0};
	struct ij_error *err;

	err = ij_attempt_stop(inj, tid, &thread, &stop, &verdict);
	if (!err && verdict.reason == IJ_WIRE_REASON_THREAD_GONE) {
		err = write_code(inj, NULL, cave, zeros);
		*done_ret = !err;
	} else if (!err && thread.stopped) {
		if (!ij_stack_leads_into(inj, &stop.regs, cave, IJ_WIRE_CAVE_SIZE)) {
			err = write_code(inj, &thread, cave, zeros);
			*done_ret = !err;
		}
		ij_attempt_let_go(&stop);
	}
	ij_place_leave(&inj->place);
	ij_watchdog_disarm(&inj->watchdog);
	return err;
}

static struct ij_error *sweep(struct ij_injector *inj)
{
	for (size_t i = 0; i < IJ_WIRE_CAVES_MAX; i++) {
		ij_addr cave = inj->target.caves[i];
		uint8_t bytes[IJ_WIRE_CAVE_SIZE];
		struct ij_cave_header header;
		bool done = false;
		pid_t tid;

		if (!read_cave(inj, cave, bytes))
			continue;
		memcpy(&header, bytes, sizeof(header));
		if (!is_dead(&header) || is_busy(inj, &header))
			continue;
		tid = ij_injector_thread_of(inj, (pid_t)header.inner_tid);
		if (!tid)
			IJ_TRY(write_code(inj, NULL, cave, zeros));
		for (unsigned tries = 0; tid && tries < SWEEP_TRIES && !done; tries++)
			IJ_TRY(sweep_stopped(inj, tid, cave, &done));
		inj->removed += !tid || done;
	}
	return NULL;
}

struct ij_error *ij_cave_sweep(struct ij_injector *inj)
{
	struct ij_error *err;

	/* Whoever has a cave open has swept. */
	if (!lock(inj))
		return NULL;
	err = sweep(inj);
	unlock(inj);
	return err;
}
