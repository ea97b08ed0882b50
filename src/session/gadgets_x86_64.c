/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding `syscall; ret` and `mov $15,%rax; syscall` in the target's code. */
#include "session/gadgets.h"

#include <elf.h>
#include <emmintrin.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"
#include "session/library.h"

#define CHUNK      65536u /* bytes of a file read at once */
#define DIFFER_MAX 16u    /* finds in a chunk that differ in memory */
#define SEARCH_SIZE \
	((uint64_t)64 << 20) /* bytes of a segment searched: sparse files are cheap to make */

struct pattern {
	uint8_t bytes[9];
	size_t size;
	size_t before; /* bytes before `syscall`, which each has */
	const char *text;
};

enum { SYSCALL_RET, SIGRETURN, PATTERNS };

static const struct pattern patterns[PATTERNS] = {
	[SYSCALL_RET] = {{0x0f, 0x05, 0xc3}, 3, 0, "syscall; ret"},
	/* The C library's signal return trampoline (glibc
	 * sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c). */
	[SIGRETURN] = {{0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05},
		       9,
		       7,
		       "mov $15,%rax; syscall"},
};
#define PATTERN_MAX sizeof(patterns[0].bytes)

struct search {
	const struct ij_vmas *vmas;
	struct ij_mem *mem;
	uint8_t *chunk;          /* CHUNK bytes */
	ij_addr found[PATTERNS]; /* 0: not yet */
	unsigned differ;         /* finds of this chunk that differ in memory */
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

/* The first `syscall` (0f 05) at @pos or behind it; NULL: none. Most code has few, and is long. */
static const uint8_t *next_syscall(const uint8_t *pos, const uint8_t *end)
{
	const __m128i first = _mm_set1_epi8(0x0f), second = _mm_set1_epi8(0x05);

	for (; end - pos > 16; pos += 16) {
		__m128i at = _mm_loadu_si128((const __m128i *)pos);
		__m128i next = _mm_loadu_si128((const __m128i *)(pos + 1));
		int mask = _mm_movemask_epi8(
			_mm_and_si128(_mm_cmpeq_epi8(at, first), _mm_cmpeq_epi8(next, second)));

		if (mask)
			return pos + __builtin_ctz((unsigned)mask);
	}
	for (; end - pos > 1; pos++)
		if (pos[0] == 0x0f && pos[1] == 0x05)
			return pos;
	return NULL;
}

/* Search @size bytes of the file's image that are loaded at @addr; what differs in memory is no
 * find. */
static void search_chunk(struct search *s, size_t size, ij_addr addr)
{
	const uint8_t *pos = s->chunk, *end = s->chunk + size;

	s->differ = 0;
	for (; !is_over(s) && s->differ < DIFFER_MAX && (pos = next_syscall(pos, end)); pos++) {
		for (size_t i = 0; i < PATTERNS; i++) {
			const struct pattern *pattern = &patterns[i];
			size_t off = (size_t)(pos - s->chunk);

			if (s->found[i] || off < pattern->before ||
			    size - (off - pattern->before) < pattern->size ||
			    memcmp(pos - pattern->before, pattern->bytes, pattern->size) != 0)
				continue;
			if (verified(s, pattern, addr + off - pattern->before))
				s->found[i] = addr + off - pattern->before;
			else
				s->differ++;
		}
	}
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
	ij_populate(s.chunk, CHUNK);
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
