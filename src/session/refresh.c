/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tracer is told of the target: map containers, gadgets and locks, kept up to date. */
#include "session/session_impl.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps/compile.h"
#include "maps/locks.h"
#include "session/gadgets.h"
#include "session/library.h"

/* A descriptor of @size sealed bytes: the tracer may map them and trust that they stay. */
static struct ij_error *sealed_memfd(const void *bytes, size_t size, int *ret)
{
	const uint8_t *pos = bytes;
	int fd = memfd_create("interject-map", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return ij_error_os(OS, errno, "cannot make a memfd: %s", strerror(errno));
	while (size) {
		ssize_t n = write(fd, pos, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			int os = n < 0 ? errno : EIO;

			close(fd);
			return ij_error_os(OS, os, "cannot fill a memfd: %s", strerror(os));
		}
		pos += n;
		size -= (size_t)n;
	}
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)) {
		int os = errno;

		close(fd);
		return ij_error_os(OS, os, "cannot seal a memfd: %s", strerror(os));
	}
	*ret = fd;
	return NULL;
}

static struct ij_error *add_module(struct ij_session *s, const struct ij_module *module,
				   ij_addr base, const void *container, size_t size)
{
	struct ij_wire_add_module body = {.base = base, .lo = module->lo, .hi = module->hi};
	struct ij_request request = {
		.type = IJ_WIRE_ADD_MODULE,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_wire_msg msg;
	struct ij_error *err;

	snprintf(body.name, sizeof(body.name), "%s", module->name);
	IJ_TRY(sealed_memfd(container, size, &request.fd));
	err = ij_session_request(s, &request, &msg);
	close(request.fd);
	if (!err)
		ij_wire_msg_close(&msg);
	return err;
}

static bool has_code(const struct ij_module *module)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(module->obj, &len);

	for (size_t i = 0; i < len; i++)
		if (segs[i].flags & PF_X)
			return true;
	return false;
}

static bool is_fed(struct ij_session *s, const struct ij_fed *fed)
{
	IJ_VEC_EACH (&s->fed, it)
		if (it->base == fed->base && it->lo == fed->lo && it->hi == fed->hi &&
		    it->inode == fed->inode)
			return true;
	return false;
}

/* What lay where @fed lies now was unmapped; the tracer forgets it too. */
static void forget_overlapping(struct ij_session *s, const struct ij_fed *fed)
{
	size_t kept = 0;

	IJ_VEC_EACH (&s->fed, it)
		if (it->hi <= fed->lo || it->lo >= fed->hi)
			s->fed.items[kept++] = *it;
	s->fed.len = kept;
}

/* Hand over the map of one module that the tracer does not have yet. */
static struct ij_error *feed_module(struct ij_session *s, const struct ij_module *module,
				    bool *added)
{
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, module->lo);
	struct ij_fed fed = {.lo = module->lo, .hi = module->hi, .inode = vma ? vma->inode : 0};
	const char *soname;
	struct ij_error *err;
	void *container;
	size_t size;

	if (!module->obj || !has_code(module))
		return NULL;
	fed.base = module->bias + ij_object_base(module->obj);
	if (is_fed(s, &fed))
		return NULL;
	*added = true;
	forget_overlapping(s, &fed);
	soname = ij_object_soname(module->obj);
	err = ij_map_get(module->obj, module->fd, soname ? soname : module->name, &container,
			 &size);
	/* A module without a usable map is no obstacle: stops in it are unsafe, and say so. */
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		return ij_vec_push(&s->fed, fed);
	}
	if (err)
		return err;
	err = add_module(s, module, fed.base, container, size);
	free(container);
	if (!err)
		err = ij_vec_push(&s->fed, fed);
	return err;
}

/* The C library's `int *__errno_location(void)`, or 0. */
static ij_addr find_errno_location(struct ij_modules *mods)
{
	struct ij_resolved found;
	IJ_ERROR_AUTO err = ij_modules_resolve(mods, "__errno_location", &found);

	if (err || found.needs_resolver || found.symbol.kind != IJ_SYMBOL_FUNC)
		return 0;
	return ij_module_is_libc(found.module) || found.module->main ? found.addr : 0;
}

static struct ij_error *fill_locks(struct ij_session *s, struct ij_wire_set_target *body)
{
	struct ij_locks locks = {0};

	IJ_TRY(ij_locks_find(s->mods, &s->mem.mem, &locks));
	body->single_threaded = locks.single_threaded;
	IJ_VEC_EACH (&locks.list, it) {
		struct ij_wire_lock *lock = &body->locks[body->locks_len];

		if (body->locks_len == IJ_WIRE_LOCKS_MAX)
			break;
		*lock = (struct ij_wire_lock){
			.addr = it->addr, .classes = it->classes, .kind = it->kind};
		snprintf(lock->name, sizeof(lock->name), "%s", it->name);
		body->locks_len++;
	}
	ij_locks_deinit(&locks);
	return NULL;
}

static struct ij_error *set_target(struct ij_session *s)
{
	struct ij_wire_set_target body = {.errno_location = find_errno_location(s->mods)};
	const struct ij_request request = {
		.type = IJ_WIRE_SET_TARGET,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_gadgets gadgets;
	struct ij_wire_msg msg;

	IJ_TRY(ij_error_wrap(ij_gadgets_find(s->mods, &s->vmas, &s->mem.mem, &gadgets),
			     "process %d (%s)", s->pid, s->welcome.comm));
	body.syscall_ret = gadgets.syscall_ret;
	body.sigreturn = gadgets.sigreturn;
	IJ_TRY(fill_locks(s, &body));
	IJ_TRY(ij_session_request(s, &request, &msg));
	ij_wire_msg_close(&msg);
	return NULL;
}

/* Go's own runtime moves stacks and owns signals; its programs are known by these sections. */
static struct ij_error *refuse_go(struct ij_session *s, const struct ij_module *module)
{
	static const char *const sections[] = {".go.buildinfo", ".gopclntab"};

	if (!module->main || !module->obj)
		return NULL;
	for (size_t i = 0; i < IJ_COUNT(sections); i++) {
		const uint8_t *bytes;
		uint64_t vaddr;
		size_t size;
		IJ_ERROR_AUTO err =
			ij_object_section(module->obj, sections[i], &bytes, &size, &vaddr);

		if (!err)
			return ij_error_new(UNSUPPORTED,
					    "%d (%s) is a Go program (it has a section %s); Go "
					    "programs are not supported by this version",
					    s->pid, s->welcome.comm, sections[i]);
	}
	return NULL;
}

/* The next mapping that could belong to a module: of a file, or the vdso. */
static const struct ij_vma *next_of_module(const struct ij_vmas *vmas, size_t *idx)
{
	while (*idx < vmas->list.len) {
		const struct ij_vma *vma = &vmas->list.items[(*idx)++];

		if (vma->inode || (vma->flags & IJ_VMA_VDSO))
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

static struct ij_error *feed(struct ij_session *s)
{
	struct ij_module *const *list;
	bool added = false;
	size_t len;

	list = ij_modules_list(s->mods, &len);
	for (size_t i = 0; i < len; i++) {
		if (list[i]->problem && list[i]->problem->code == IJ_ERR_GONE)
			return ij_error_new(GONE,
					    "process %d (%s) exited, or executed another program",
					    s->pid, s->welcome.comm);
		IJ_TRY(refuse_go(s, list[i]));
		IJ_TRY(feed_module(s, list[i], &added));
	}
	return added ? set_target(s) : NULL;
}

struct ij_error *ij_session_refresh(struct ij_session *s)
{
	struct ij_modules *mods;
	struct ij_vmas vmas;
	struct ij_error *err;

	if (s->interrupted)
		return ij_error_new(INTERRUPTED, "interrupted");
	err = ij_vmas_read(s->maps_fd, &vmas);
	if (err)
		return ij_error_wrap(err, "process %d", s->pid);
	if (s->mods && same_modules(&s->vmas, &vmas)) {
		ij_vmas_deinit(&s->vmas);
		s->vmas = vmas;
		return NULL;
	}
	err = ij_modules_create(&vmas, &s->mem.mem, &s->opener, &mods);
	if (err) {
		ij_vmas_deinit(&vmas);
		return err;
	}
	ij_modules_destroy(s->mods);
	ij_vmas_deinit(&s->vmas);
	s->vmas = vmas;
	s->mods = mods;
	s->resolvers.len = 0;
	return feed(s);
}
