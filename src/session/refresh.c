/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tracer is told of the target besides maps: gadgets and locks; kept up to date. */
#include "session/session_impl.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "maps/locks.h"
#include "session/debugs.h"
#include "session/gadgets.h"
#include "session/go.h"
#include "session/library.h"

#define PAGE 4096u

/* The C library's `int *__errno_location(void)`, or 0. */
static ij_addr find_errno_location(struct ij_modules *mods)
{
	struct ij_resolved found;
	IJ_ERROR_AUTO err = ij_modules_bound(mods, "__errno_location", &found);

	if (err || found.needs_resolver || found.symbol.kind != IJ_SYMBOL_FUNC)
		return 0;
	return ij_module_is_libc(found.module) || found.module->main ? found.addr : 0;
}

/* The function @name of any module, or 0. */
static ij_addr find_function(struct ij_modules *mods, const char *name)
{
	struct ij_resolved found;
	IJ_ERROR_AUTO err = ij_modules_bound(mods, name, &found);

	return err || found.needs_resolver ? 0 : found.addr;
}

static struct ij_error *fill_locks(struct ij_session *s, struct ij_wire_set_target *body)
{
	static const uint32_t kinds[] = {
		[IJ_LOCK_MUTEX] = IJ_WIRE_LOCK_MUTEX,       [IJ_LOCK_IO] = IJ_WIRE_LOCK_IO,
		[IJ_LOCK_LOWLEVEL] = IJ_WIRE_LOCK_LOWLEVEL, [IJ_LOCK_ARENAS] = IJ_WIRE_LOCK_ARENAS,
		[IJ_LOCK_FILES] = IJ_WIRE_LOCK_FILES,
	};
	struct ij_locks locks = {0};

	IJ_TRY(ij_locks_find(s->mods, &s->mem.mem, &locks));
	body->single_threaded = locks.single_threaded;
	body->locks_missing = locks.missing;
	IJ_VEC_EACH (&locks.list, it) {
		struct ij_wire_lock *lock = &body->locks[body->locks_len];

		if (body->locks_len == IJ_WIRE_LOCKS_MAX)
			break;
		*lock = (struct ij_wire_lock){.addr = it->addr,
					      .classes = it->classes,
					      .kind = kinds[it->kind],
					      .next_off = it->next_off};
		snprintf(lock->name, sizeof(lock->name), "%s", it->name);
		body->locks_len++;
	}
	ij_locks_deinit(&locks);
	return NULL;
}

/*
 * Where a module's code ends in the middle of a page: what follows of the page is mapped, and
 * belongs to nothing.
 */
static void add_caves(const struct ij_session *s, const struct ij_module *module,
		      struct ij_wire_set_target *body, size_t *used)
{
	const struct ij_segment *segs;
	size_t len;

	if (!module->obj || module->vdso)
		return;
	segs = ij_object_segments(module->obj, &len);
	for (size_t i = 0; i < len && *used < IJ_WIRE_CAVES_MAX; i++) {
		ij_addr end = module->bias + segs[i].vaddr + segs[i].mem_size;
		ij_addr lo = (end + 63) & ~(ij_addr)63;
		const struct ij_vma *vma = ij_vmas_find(&s->vmas, end - 1);

		if (segs[i].flags & PF_X && !(segs[i].flags & PF_W) && vma && vma->hi > lo &&
		    vma->hi - lo >= IJ_WIRE_CAVE_SIZE && vma->hi - lo < PAGE)
			body->caves[(*used)++] = lo;
	}
}

/* The C library's first, which is seldom unmapped. */
static void find_caves(const struct ij_session *s, struct ij_wire_set_target *body)
{
	size_t len, used = 0;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (unsigned own = 0; own < 2; own++)
		for (size_t i = 0; i < len; i++)
			if (own != (ij_module_is_libc(list[i]) || ij_module_is_loader(list[i]) ||
				    list[i]->main))
				add_caves(s, list[i], body, &used);
}

static struct ij_error *gone(const struct ij_session *s)
{
	return ij_error_new(GONE, "process %d (%s) exited, or executed another program", s->pid,
			    s->welcome.comm);
}

static bool has_ended(struct ij_session *s)
{
	struct ij_vmas vmas = {0};
	IJ_ERROR_AUTO err = ij_vmas_read(s->maps_fd, &vmas);

	ij_vmas_deinit(&vmas);
	return err && err->code == IJ_ERR_GONE;
}

static struct ij_error *find_gadgets(struct ij_session *s, struct ij_gadgets *ret)
{
	struct ij_error *err = ij_gadgets_find(s->mods, &s->vmas, &s->mem.mem, ret);

	/* What has ended has no instructions either. */
	if (err && err->code == IJ_ERR_REFUSED && has_ended(s)) {
		ij_error_free(err);
		return gone(s);
	}
	return ij_error_wrap(err, "process %d (%s)", s->pid, s->welcome.comm);
}

static struct ij_error *set_target(struct ij_session *s)
{
	struct ij_wire_set_target body = {
		.errno_location = find_errno_location(s->mods),
		/* Where a caught exception arrives (Itanium C++ ABI, 2.5.3). */
		.landings = {find_function(s->mods, "__cxa_begin_catch")},
		.unwinders = {find_function(s->mods, "backtrace"),
			      find_function(s->mods, "_Unwind_Backtrace")},
	};
	const struct ij_request request = {
		.type = IJ_WIRE_SET_TARGET,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_gadgets gadgets;

	IJ_TRY(find_gadgets(s, &gadgets));
	body.syscall_ret = gadgets.syscall_ret;
	body.sigreturn = gadgets.sigreturn;
	IJ_TRY(fill_locks(s, &body));
	find_caves(s, &body);
	return ij_session_post(s, &request);
}

/* The next mapping that could belong to a module: of a file, or the vdso. */
static const struct ij_vma *next_of_module(const struct ij_vmas *vmas, size_t *idx)
{
	while (*idx < vmas->list.len) {
		const struct ij_vma *vma = &vmas->list.items[(*idx)++];

		if (ij_vma_is_of_file(vma) || (vma->flags & IJ_VMA_VDSO))
			return vma;
	}
	return NULL;
}

/* Whether both have the same mappings of files. */
static bool same_modules(const struct ij_vmas *a, const struct ij_vmas *b)
{
	const struct ij_vma *x, *y;
	size_t i = 0, j = 0;

	do {
		x = next_of_module(a, &i);
		y = next_of_module(b, &j);
		if (x && y &&
		    (x->lo != y->lo || x->hi != y->hi || x->off != y->off || x->inode != y->inode ||
		     x->dev_major != y->dev_major || x->dev_minor != y->dev_minor ||
		     x->flags != y->flags))
			return false;
	} while (x && y);
	return !x && !y;
}

/* A module that could not be read may only mean that the target ended meanwhile. */
static struct ij_error *still_there(struct ij_session *s, const struct ij_module *module)
{
	if (!module->problem || (module->problem->code != IJ_ERR_GONE && !has_ended(s)))
		return NULL;
	return gone(s);
}

static struct ij_error *tell(struct ij_session *s)
{
	bool added;

	IJ_TRY(ij_session_feed(s, &added));
	IJ_TRY(ij_session_go_feed(s));
	return added ? set_target(s) : NULL;
}

struct ij_error *ij_session_tell(struct ij_session *s)
{
	struct ij_error *err, *answer;

	if (!s->untold)
		return NULL;
	s->untold = false;
	err = tell(s);
	/* What is answered now was asked before. */
	answer = ij_session_settle(s);
	if (answer) {
		ij_error_free(err);
		err = answer;
	}
	/* Another time from the start: who knows what the tracer has taken. */
	if (err) {
		s->untold = true;
		s->fed.len = 0;
	}
	return err;
}

static struct ij_error *are_there(struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++)
		IJ_TRY(still_there(s, list[i]));
	return NULL;
}

struct ij_error *ij_session_refresh(struct ij_session *s)
{
	struct ij_modules *mods;
	struct ij_vmas vmas;
	struct ij_error *err;

	if (s->interrupted)
		return ij_error_new(INTERRUPTED, "interrupted");
	/* Of a file nothing changes. */
	if (s->bare && s->maps_fd < 0)
		return NULL;
	err = ij_vmas_read(s->maps_fd, &vmas);
	if (err)
		return ij_error_wrap(err, "process %d", s->pid);
	if (s->mods && same_modules(&s->vmas, &vmas)) {
		ij_vmas_deinit(&s->vmas);
		s->vmas = vmas;
		s->current = true;
		return NULL;
	}
	ij_session_go_forget(s);
	if (s->mods)
		err = ij_modules_renew(s->mods, &s->vmas, &vmas, &mods);
	else {
		if (!s->bare)
			ij_session_open_together(s, &vmas);
		err = ij_modules_create(&vmas, &s->mem.mem, &s->opener, &mods);
		ij_session_opened_drop(s);
	}
	if (err) {
		ij_vmas_deinit(&vmas);
		if (s->mods)
			ij_error_free(ij_session_go_find(s));
		return err;
	}
	ij_vmas_deinit(&s->vmas);
	s->vmas = vmas;
	s->mods = mods;
	IJ_TRY(ij_session_go_find(s));
	s->resolvers.len = 0;
	s->generation++;
	if (s->bare)
		return NULL;
	s->untold = true;
	return are_there(s);
}
