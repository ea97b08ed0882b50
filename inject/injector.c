/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything that the tracer knows of its one target. */
#include "inject/injector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arch/decode.h"
#include "arch/ticks.h"
#include "base/clock.h"
#include "base/io.h"
#include "inject/attempt.h"
#include "inject/go/go.h"
#include "inject/means.h"
#include "inject/reap.h"
#include "inject/scanner.h"

/* Stops tried to unmap our pages at the session's end. */
#define END_TRIES 200
/* For a thread that did not stop in time, when somebody waits for another answer. */
#define STRAY_WAIT_NS (2 * IJ_NS_PER_S)

struct ij_error *ij_injector_init(struct ij_injector *inj, pid_t pid, int cancel_fd)
{
	struct ij_error *err;

	ij_populate(inj, sizeof(*inj));
	memset(inj, 0, sizeof(*inj));
	inj->since_ns = ij_now_ns();
	inj->since_ticks = ij_arch_ticks();
	inj->seed = (unsigned)inj->since_ns;
	ij_pages_init(&inj->pages);
	inj->now = &inj->pages;
	inj->remote.done.fd = -1;
	inj->go_turn = -1;
	inj->events_fd = ij_breakpoint_prepare();
	inj->reads_filters = ij_means_can_read();
	ij_stub_map_init(&inj->stub_map);
	ij_arch_prepare();
	ij_insn_prepare();
	IJ_TRY(ij_process_open(pid, &inj->process));
	err = ij_waiter_init(&inj->waiter, cancel_fd);
	if (err) {
		ij_process_close(&inj->process);
		return err;
	}
	err = ij_watchdog_init(&inj->watchdog);
	if (err) {
		ij_waiter_deinit(&inj->waiter);
		ij_process_close(&inj->process);
	}
	return err;
}

void ij_injector_deinit(struct ij_injector *inj)
{
	if (inj->events_fd >= 0)
		close(inj->events_fd);
	ij_pages_forget(&inj->pages);
	IJ_VEC_EACH (&inj->containers, container)
		munmap(container->bytes, container->size);
	ij_vec_deinit(&inj->containers);
	ij_vec_deinit(&inj->modules);
	ij_vec_deinit(&inj->tids.list);
	ij_vmas_deinit(&inj->vmas);
	ij_watchdog_deinit(&inj->watchdog);
	ij_waiter_deinit(&inj->waiter);
	ij_process_close(&inj->process);
}

/* Map a container read-only and populated: no page of it may have to be read during a stop. */
static struct ij_error *map_container(int fd, struct ij_injector_container *ret)
{
	const int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (seals < 0 || (seals & wanted) != wanted)
		return ij_error_new(BADDATA, "a map container came in a file that is not sealed");
	if (fstat(fd, &st) || st.st_size <= 0)
		return ij_error_new(BADDATA, "an empty map container");
	ret->size = (size_t)st.st_size;
	ret->bytes = mmap(NULL, ret->size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (ret->bytes == MAP_FAILED)
		return ij_error_os(OS, errno, "cannot map a container of %zu bytes: %s", ret->size,
				   strerror(errno));
	return NULL;
}

/* Keep the modules sorted and disjoint; a new one replaces what it overlaps. */
static struct ij_error *insert_module(struct ij_injector *inj,
				      const struct ij_unwind_module *module)
{
	size_t len = 0, at;

	IJ_TRY(ij_vec_reserve(&inj->modules, 1));
	for (size_t i = 0; i < inj->modules.len; i++) {
		const struct ij_unwind_module *old = &inj->modules.items[i];

		if (old->hi <= module->lo || old->lo >= module->hi)
			inj->modules.items[len++] = *old;
	}
	for (at = 0; at < len && inj->modules.items[at].lo < module->lo; at++)
		;
	memmove(&inj->modules.items[at + 1], &inj->modules.items[at], (len - at) * sizeof(*module));
	inj->modules.items[at] = *module;
	inj->modules.len = len + 1;
	return NULL;
}

/* What was there once may have started threads that it looks after: it is never forgotten. */
static void note_scanner(struct ij_injector *inj, const char *name, const struct ij_map *map)
{
	char text[sizeof(((struct ij_wire_add_module *)NULL)->name)];

	snprintf(text, sizeof(text), "%.*s", (int)sizeof(text) - 1, name);
	if (!inj->scanner[0] && ij_scanner_is(text, map))
		snprintf(inj->scanner, sizeof(inj->scanner), "%.24s may look at stacks", text);
}

struct ij_error *ij_injector_module_add(struct ij_injector *inj,
					const struct ij_wire_add_module *module, int fd)
{
	struct ij_unwind_module unwind = {.base = module->base, .lo = module->lo, .hi = module->hi};
	struct ij_injector_container container = {0};
	struct ij_error *err;

	if (module->lo >= module->hi)
		return ij_error_new(BADDATA, "a module with an empty range");
	IJ_TRY(map_container(fd, &container));
	err = ij_map_open(container.bytes, container.size, &unwind.map);
	if (!err)
		err = ij_vec_push(&inj->containers, container);
	if (err) {
		munmap(container.bytes, container.size);
		return ij_error_wrap(err, "map of %.*s",
				     (int)strnlen(module->name, sizeof(module->name)),
				     module->name);
	}
	note_scanner(inj, module->name, &unwind.map);
	return insert_module(inj, &unwind);
}

struct ij_error *ij_injector_target_set(struct ij_injector *inj,
					const struct ij_wire_set_target *target)
{
	struct ij_mem *mem = &inj->process.mem.mem;
	uint8_t code[IJ_SIGRETURN_SIZE];

	if (target->locks_len > IJ_WIRE_LOCKS_MAX)
		return ij_error_new(PROTOCOL, "%u locks are too many", target->locks_len);
	for (uint32_t i = 0; i < target->locks_len; i++)
		if (target->locks[i].kind >= IJ_WIRE_LOCK_KINDS ||
		    target->locks[i].next_off > IJ_LOCKS_NEXT_OFF_MAX)
			return ij_error_new(PROTOCOL, "lock %u is of no known kind", i);
	IJ_TRY(ij_mem_read(mem, target->syscall_ret, code, IJ_SYSCALL_RET_SIZE));
	if (!ij_arch_is_syscall_ret(code, IJ_SYSCALL_RET_SIZE))
		return ij_error_new(BADDATA, "there is no `syscall; ret` at 0x%llx of the target",
				    (unsigned long long)target->syscall_ret);
	IJ_TRY(ij_mem_read(mem, target->sigreturn, code, sizeof(code)));
	if (!ij_arch_is_sigreturn(code, sizeof(code)))
		return ij_error_new(BADDATA, "there is no sigreturn code at 0x%llx of the target",
				    (unsigned long long)target->sigreturn);
	inj->target = *target;
	for (uint32_t i = 0; i < target->locks_len; i++)
		inj->target.locks[i].name[sizeof(target->locks[i].name) - 1] = 0;
	inj->target_known = true;
	inj->locks.ring.known = false;
	inj->locks.files.len = 0;
	return NULL;
}

struct ij_error *ij_injector_go_set(struct ij_injector *inj, const struct ij_wire_set_go *go)
{
	if (go->lo > go->hi || go->hi - go->lo > (1u << 20) || go->entry - go->lo > go->hi - go->lo)
		return ij_error_new(PROTOCOL, "malformed addresses of the Go runtime");
	inj->go = *go;
	inj->go_known = true;
	return NULL;
}

struct ij_unwind_space ij_injector_space(struct ij_injector *inj)
{
	ij_stub_map_place(&inj->stub_map, inj->now->ready ? inj->now->base : 0);
	ij_stub_map_foreign(&inj->stub_map, inj->foreign);
	return (struct ij_unwind_space){.modules = inj->modules.items,
					.modules_len = inj->modules.len,
					.stub = &inj->stub_map.module};
}

struct ij_batch ij_injector_batch(struct ij_injector *inj)
{
	return (struct ij_batch){.mem = &inj->process.mem.mem, .pid = inj->process.pid};
}

static bool is_inside(const struct ij_injector *inj, pid_t tid, pid_t inner)
{
	struct ij_status status;
	IJ_ERROR_AUTO err = ij_process_status(&inj->process, tid, &status);

	return !err && status.inner_pid == inner;
}

pid_t ij_injector_thread_of(const struct ij_injector *inj, pid_t inner)
{
	/* Mostly its namespace is ours, and of many threads one is asked. */
	IJ_VEC_EACH (&inj->tids.list, each)
		if (*each == inner && is_inside(inj, *each, inner))
			return *each;
	IJ_VEC_EACH (&inj->tids.list, each)
		if (is_inside(inj, *each, inner))
			return *each;
	return 0;
}

struct ij_error *ij_injector_refresh(struct ij_injector *inj)
{
	struct ij_vmas vmas = {0};

	IJ_TRY(ij_process_threads(&inj->process, &inj->tids));
	IJ_TRY(ij_vmas_read(inj->process.maps_fd, &vmas));
	ij_vmas_deinit(&inj->vmas);
	inj->vmas = vmas;
	if (inj->target_known) {
		const struct ij_batch memory = ij_injector_batch(inj);

		ij_locks_prepare(&memory, &inj->target, &inj->locks);
	}
	return NULL;
}

void ij_injector_strand(struct ij_injector *inj, const struct ij_thread *thread)
{
	inj->strays_lost |= inj->stray;
	inj->stray = true;
	inj->stray_thread = *thread;
}

bool ij_injector_recover(struct ij_injector *inj, uint64_t deadline_ns)
{
	struct ij_stop stop = {.thread = &inj->stray_thread};
	struct ij_event event;
	struct ij_error *err;

	if (!inj->stray)
		return true;
	err = ij_thread_wait(&inj->stray_thread, deadline_ns, &event);
	if (!err && inj->stray_thread.stopped && event.kind == IJ_EVENT_STOP) {
		err = ij_thread_regs_get(&inj->stray_thread, &stop.regs);
		if (!err)
			ij_attempt_let_go(&stop);
	} else if (!err && inj->stray_thread.stopped) {
		/* A signal or job control came first: with it, or what it is to do would be lost.
		 */
		ij_thread_detach(&inj->stray_thread, event.signo);
	}
	inj->stray = err || inj->stray_thread.seized;
	ij_error_free(err);
	return !inj->stray;
}

struct ij_error *ij_injector_whole(struct ij_injector *inj)
{
	if (ij_injector_recover(inj, ij_deadline_ns(STRAY_WAIT_NS)))
		return NULL;
	if (inj->waiter.cancelled)
		return ij_error_new(INTERRUPTED, "interrupted");
	return ij_error_new(UNSAFE,
			    "thread %d of process %d was to be stopped and has not stopped yet: it "
			    "waits in the kernel for what cannot be interrupted, or lacks a CPU",
			    inj->stray_thread.tid, inj->process.pid);
}

struct ij_error *ij_injector_end(struct ij_injector *inj, struct ij_wire_ended *ret)
{
	struct ij_error *err = NULL;
	const struct ij_leftover ours = {.base = inj->pages.base, .size = inj->pages.size};
	bool done = !ours.base;

	ij_reap_pending(inj);
	for (unsigned i = 0; i < END_TRIES && !done && !err && !inj->stray; i++) {
		pid_t only;

		err = ij_injector_refresh(inj);
		only = err ? 0 : ij_go_unmaps(inj);
		for (size_t t = 0; !err && !done && t < inj->tids.list.len && t < 64; t++)
			if (!only || only == inj->tids.list.items[t])
				err = ij_attempt_unmap(inj, inj->tids.list.items[t], &ours, &done);
		if (!err && !done)
			ij_process_await_exit(&inj->process, IJ_NS_PER_MS);
	}
	if (err && err->code == IJ_ERR_GONE) {
		ij_error_free(err);
		err = NULL;
		done = true;
	}
	if (!done)
		inj->leaked++;
	ij_pages_forget(&inj->pages);
	*ret = (struct ij_wire_ended){.leaked = inj->leaked, .removed = inj->removed};
	return err;
}
