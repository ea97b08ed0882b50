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

enum { SYSCALL_RET, SIGRETURN, PATTERNS };

static const struct pattern patterns[PATTERNS] = {
	[SYSCALL_RET] = {{0x0f, 0x05, 0xc3}, 3, "syscall; ret"},
	/* The C library's signal return trampoline (glibc
	 * sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c). */
	[SIGRETURN] = {{0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05},
		       9,
		       "mov $15,%rax; syscall"},
};
#define PATTERN_MAX sizeof(patterns[0].bytes)

struct search {
	const struct ij_vmas *vmas;
	struct ij_mem *mem;
	uint8_t *chunk;          /* CHUNK bytes */
	ij_addr found[PATTERNS]; /* 0: not yet */
};

static bool is_over(const struct search *s)
{
	return s->found[SYSCALL_RET] && s->found[SIGRETURN];
}

/* Whether the pattern stands at @addr of the target, in an executable mapping. */
static bool verified(const struct search *s, const struct pattern *pattern, ij_addr addr)
{
	const struct ij_vma *vma = ij_vmas_find(s->vmas, addr);
	uint8_t bytes[PATTERN_MAX];

	if (!vma || !(vma->flags & IJ_VMA_EXEC) || vma->hi - addr < pattern->size)
		return false;
	IJ_ERROR_AUTO err = ij_mem_read(s->mem, addr, bytes, pattern->size);

	return !err && !memcmp(bytes, pattern->bytes, pattern->size);
}

/* Search @size bytes of the file's image that are loaded at @addr; what differs in memory is no
 * find. */
static ij_addr search_chunk(const struct search *s, const struct pattern *pattern, size_t size,
			    ij_addr addr)
{
	const uint8_t *pos = s->chunk, *end = s->chunk + size;

	for (unsigned differ = 0; differ < 16; differ++, pos++) {
		pos = memmem(pos, (size_t)(end - pos), pattern->bytes, pattern->size);
		if (!pos)
			return 0;
		if (verified(s, pattern, addr + (uint64_t)(pos - s->chunk)))
			return addr + (uint64_t)(pos - s->chunk);
	}
	return 0;
}

static void search_segment(struct search *s, const struct ij_module *module,
			   const struct ij_segment *seg)
{
	uint64_t overlap = PATTERN_MAX - 1;
	uint64_t end = seg->file_size < SEARCH_SIZE ? seg->file_size : SEARCH_SIZE;

	for (uint64_t off = 0; off < end && !is_over(s); off += CHUNK - overlap) {
		uint64_t left = end - off;
		size_t size = left < CHUNK ? (size_t)left : CHUNK;
		IJ_ERROR_AUTO err = ij_object_read(module->obj, seg->vaddr + off, s->chunk, size);

		if (err)
			return;
		for (size_t i = 0; i < PATTERNS; i++)
			if (!s->found[i])
				s->found[i] = search_chunk(s, &patterns[i], size,
							   module->bias + seg->vaddr + off);
	}
}

static void search_module(struct search *s, const struct ij_module *module)
{
	const struct ij_segment *segs;
	size_t len;

	if (!module->obj)
		return;
	segs = ij_object_segments(module->obj, &len);
	for (size_t i = 0; i < len && !is_over(s); i++)
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

struct ij_error *ij_gadgets_find(struct ij_modules *mods, const struct ij_vmas *vmas,
				 struct ij_mem *mem, struct ij_gadgets *ret)
{
	struct search s = {.vmas = vmas, .mem = mem, .chunk = malloc(CHUNK)};
	size_t len;
	struct ij_module *const *list = ij_modules_list(mods, &len);

	if (!s.chunk)
		return ij_error_nomem();
	for (unsigned rank = 0; rank < 4; rank++)
		for (size_t i = 0; i < len && !is_over(&s); i++)
			if (rank_of(list[i]) == rank)
				search_module(&s, list[i]);
	free(s.chunk);
	for (size_t i = 0; i < PATTERNS; i++)
		if (!s.found[i])
			return ij_error_new(REFUSED,
					    "no module of the target has the instructions `%s`, "
					    "which an injection begins with",
					    patterns[i].text);
	*ret = (struct ij_gadgets){.syscall_ret = s.found[SYSCALL_RET],
				   .sigreturn = s.found[SIGRETURN]};
	return NULL;
}
