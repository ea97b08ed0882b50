/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding `syscall; ret` and `mov $15,%rax; syscall` in the target's code. */
#include "session/gadgets.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "session/library.h"

#define CHUNK 65536u /* bytes of a file read at once */
#define SEARCH_SIZE \
	((uint64_t)64 << 20) /* bytes of a segment searched: sparse files are cheap to make */

struct pattern {
	uint8_t bytes[9];
	size_t size;
	const char *text;
};

static const struct pattern syscall_ret = {{0x0f, 0x05, 0xc3}, 3, "syscall; ret"};
/* The C library's signal return trampoline (glibc sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c).
 */
static const struct pattern sigreturn = {
	{0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05}, 9, "mov $15,%rax; syscall"};

struct search {
	const struct ij_vmas *vmas;
	struct ij_mem *mem;
	uint8_t *chunk; /* CHUNK bytes */
	const struct pattern *pattern;
	ij_addr found; /* 0: not yet */
};

/* Whether the pattern stands at @addr of the target, in an executable mapping. */
static bool verified(const struct search *s, ij_addr addr)
{
	const struct ij_vma *vma = ij_vmas_find(s->vmas, addr);
	uint8_t bytes[sizeof(s->pattern->bytes)];

	if (!vma || !(vma->flags & IJ_VMA_EXEC) || vma->hi - addr < s->pattern->size)
		return false;
	IJ_ERROR_AUTO err = ij_mem_read(s->mem, addr, bytes, s->pattern->size);

	return !err && !memcmp(bytes, s->pattern->bytes, s->pattern->size);
}

/* Search @size bytes of the file's image that are loaded at @addr; what differs in memory is no
 * find. */
static void search_chunk(struct search *s, size_t size, ij_addr addr)
{
	const uint8_t *pos = s->chunk, *end = s->chunk + size;
	unsigned differ = 0;

	while (!s->found && differ < 16) {
		pos = memmem(pos, (size_t)(end - pos), s->pattern->bytes, s->pattern->size);
		if (!pos)
			return;
		if (verified(s, addr + (uint64_t)(pos - s->chunk)))
			s->found = addr + (uint64_t)(pos - s->chunk);
		else
			differ++;
		pos++;
	}
}

static void search_segment(struct search *s, const struct ij_module *module,
			   const struct ij_segment *seg)
{
	uint64_t overlap = s->pattern->size - 1;
	uint64_t end = seg->file_size < SEARCH_SIZE ? seg->file_size : SEARCH_SIZE;

	for (uint64_t off = 0; off < end && !s->found; off += CHUNK - overlap) {
		uint64_t left = end - off;
		size_t size = left < CHUNK ? (size_t)left : CHUNK;
		IJ_ERROR_AUTO err = ij_object_read(module->obj, seg->vaddr + off, s->chunk, size);

		if (err)
			return;
		search_chunk(s, size, module->bias + seg->vaddr + off);
	}
}

static void search_module(struct search *s, const struct ij_module *module)
{
	const struct ij_segment *segs;
	size_t len;

	if (!module->obj)
		return;
	segs = ij_object_segments(module->obj, &len);
	for (size_t i = 0; i < len && !s->found; i++)
		if (segs[i].flags & PF_X)
			search_segment(s, module, &segs[i]);
}

/* Where to look first: 0 to 3. */
static unsigned rank_of(const struct ij_module *module)
{
	if (ij_module_is_loader(module))
		return 0;
	if (ij_module_is_libc(module))
		return 1;
	return module->main ? 2 : 3;
}

static struct ij_error *find(struct search *s, struct ij_modules *mods,
			     const struct pattern *pattern, ij_addr *ret)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	s->pattern = pattern;
	s->found = 0;
	for (unsigned rank = 0; rank < 4; rank++)
		for (size_t i = 0; i < len && !s->found; i++)
			if (rank_of(list[i]) == rank)
				search_module(s, list[i]);
	if (!s->found)
		return ij_error_new(REFUSED,
				    "no module of the target has the instructions `%s`, which an "
				    "injection begins with",
				    pattern->text);
	*ret = s->found;
	return NULL;
}

struct ij_error *ij_gadgets_find(struct ij_modules *mods, const struct ij_vmas *vmas,
				 struct ij_mem *mem, struct ij_gadgets *ret)
{
	struct search s = {.vmas = vmas, .mem = mem, .chunk = malloc(CHUNK)};
	struct ij_gadgets found = {0};
	struct ij_error *err;

	if (!s.chunk)
		return ij_error_nomem();
	err = find(&s, mods, &syscall_ret, &found.syscall_ret);
	if (!err)
		err = find(&s, mods, &sigreturn, &found.sigreturn);
	free(s.chunk);
	if (!err)
		*ret = found;
	return err;
}
