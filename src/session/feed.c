/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handing the maps of the target's modules to the tracer, as modules come and go. */
#include "session/session_impl.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memfd.h"
#include "maps/compile.h"

#define SPAN_MAX 0x100000000u /* the largest that a container may have */

/* A module of now, and what the tracer would know it by. */
struct item {
	struct ij_fed key;
	const struct ij_module *module;
};

struct items {
	IJ_VEC(struct item) list; /* sorted by address */
};

/* A descriptor of @size sealed bytes: the tracer may map them and trust that they stay. */
static struct ij_error *sealed_memfd(const void *bytes, size_t size, int *ret)
{
	const uint8_t *pos = bytes;
	int fd = ij_memfd_create("interject-map");

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

static struct ij_error *add_module(struct ij_session *s, const struct ij_fed *key, const char *name,
				   const void *container, size_t size)
{
	struct ij_wire_add_module body = {.base = key->base, .lo = key->lo, .hi = key->hi};
	struct ij_request request = {
		.type = IJ_WIRE_ADD_MODULE,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_error *err;

	snprintf(body.name, sizeof(body.name), "%s", name);
	IJ_TRY(sealed_memfd(container, size, &request.fd));
	err = ij_session_post(s, &request);
	close(request.fd);
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

/* Give the tracer @module's map. */
static struct ij_error *feed_module(struct ij_session *s, const struct item *item)
{
	const struct ij_module *module = item->module;
	const char *soname = ij_object_soname(module->obj);
	const struct ij_map_source source = {
		.policy = s->policy,
		.soname = soname ? soname : module->name,
		.path = module->path,
	};
	struct ij_error *err;
	void *container;
	size_t size;

	err = ij_map_get_noting(module->obj, module->fd, &source, &s->notes, &container, &size);
	if (!err) {
		err = ij_avoid_apply(&s->avoid, s->mods, module, container, size);
		if (err) {
			free(container);
			return err;
		}
		err = add_module(s, &item->key, module->name, container, size);
		free(container);
	}
	/* A module without a usable map is no obstacle: stops in it are unsafe, and say so. */
	if (err && ij_session_lives_without_map(err)) {
		ij_error_free(err);
		return NULL;
	}
	return err;
}

/* Where a module was is nothing known now: a map without functions says so. */
static struct ij_error *blank(struct ij_session *s, const struct ij_fed *key)
{
	uint64_t size = key->hi - key->lo;
	const struct ij_map_header header = {
		.magic = IJ_MAP_MAGIC,
		.version = IJ_MAP_VERSION,
		.size = sizeof(header),
		.span = size < SPAN_MAX ? size : SPAN_MAX,
		.funcs_off = sizeof(header),
		.rows_off = sizeof(header),
		.rules_off = sizeof(header),
		.entries_off = sizeof(header),
		.exprs_off = sizeof(header),
		.marks_off = sizeof(header),
		.polls_off = sizeof(header),
		.gos_off = sizeof(header),
	};

	return add_module(s, key, "(unmapped)", &header, sizeof(header));
}

static int by_address(const void *a, const void *b)
{
	const struct ij_fed *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static bool same(const struct ij_fed *a, const struct ij_fed *b)
{
	return a->base == b->base && a->lo == b->lo && a->hi == b->hi && a->inode == b->inode;
}

/* The modules with code, sorted. An item begins with its key, so keys and items compare alike. */
static struct ij_error *list_items(struct ij_session *s, struct items *ret)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	IJ_TRY(ij_vec_reserve(&ret->list, len));
	for (size_t i = 0; i < len; i++) {
		const struct ij_vma *vma = ij_vmas_find(&s->vmas, list[i]->lo);

		if (!list[i]->obj || !has_code(list[i]))
			continue;
		ret->list.items[ret->list.len++] = (struct item){
			.key = {.base = list[i]->bias + ij_object_base(list[i]->obj),
				.lo = list[i]->lo,
				.hi = list[i]->hi,
				.inode = vma ? vma->inode : 0},
			.module = list[i],
		};
	}
	if (ret->list.len)
		qsort(ret->list.items, ret->list.len, sizeof(*ret->list.items), by_address);
	return NULL;
}

/* First forget what is gone: a new module may lie where an old one was. */
static struct ij_error *update(struct ij_session *s, const struct items *now, bool *changed)
{
	IJ_VEC_EACH (&s->fed, old) {
		const struct item *item = NULL;

		if (now->list.len)
			item = bsearch(old, now->list.items, now->list.len,
				       sizeof(*now->list.items), by_address);
		if (item && same(&item->key, old))
			continue;
		IJ_TRY(blank(s, old));
		*changed = true;
	}
	IJ_VEC_EACH (&now->list, item) {
		const struct ij_fed *old = NULL;

		if (s->fed.len)
			old = bsearch(&item->key, s->fed.items, s->fed.len, sizeof(*s->fed.items),
				      by_address);
		if (old && same(&item->key, old))
			continue;
		IJ_TRY(feed_module(s, item));
		*changed = true;
	}
	return NULL;
}

struct ij_error *ij_session_feed(struct ij_session *s, bool *changed_ret)
{
	struct items now = {0};
	bool changed = false;
	struct ij_error *err = list_items(s, &now);

	if (!err)
		err = update(s, &now, &changed);
	s->fed.len = 0;
	if (!err)
		err = ij_vec_reserve(&s->fed, now.list.len);
	if (!err)
		IJ_VEC_EACH (&now.list, item)
			s->fed.items[s->fed.len++] = item->key;
	ij_vec_deinit(&now.list);
	if (!err)
		*changed_ret = changed;
	return err;
}
