/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared mappings in a copy of the target (Linux, Documentation/filesystems/proc.rst, maps). */
#include "inject/shared.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "mem/vmas.h"

#define PAGE 4096u

/* A hexadecimal number that @end follows; false if there is none. */
static bool parse_hex(const char **pos, char end, ij_addr *ret)
{
	const char *p = *pos;
	ij_addr value = 0;

	for (; p - *pos < 16; p++) {
		if (*p >= '0' && *p <= '9')
			value = value << 4 | (ij_addr)(*p - '0');
		else if (*p >= 'a' && *p <= 'f')
			value = value << 4 | (ij_addr)(*p - 'a' + 10);
		else
			break;
	}
	if (p == *pos || *p != end)
		return false;
	*pos = p + 1;
	*ret = value;
	return true;
}

/* The name begins after five fields; "" if there is none. */
static const char *name_of(const char *perms)
{
	const char *p = perms;

	for (unsigned i = 0; i < 4; i++) {
		p += strcspn(p, " ");
		p += strspn(p, " ");
	}
	return p;
}

/* Neither files nor plain memory: device files, io_uring's rings, perf's buffers, DMA buffers. */
static bool is_device(const char *name)
{
	if (!strncmp(name, "anon_inode:", 11) || !strncmp(name, "/dmabuf", 7))
		return true;
	return !strncmp(name, "/dev/", 5) && strncmp(name, "/dev/shm/", 9) &&
	       strncmp(name, "/dev/zero", 9) && strncmp(name, "/dev/hugepages", 14);
}

static void add_line(struct ij_shared *shared, const char *line)
{
	struct ij_shared_range range = {0};
	const char *perms = line;

	if (!parse_hex(&perms, '-', &range.lo) || !parse_hex(&perms, ' ', &range.hi) ||
	    range.lo >= range.hi || strnlen(perms, 5) < 5 || perms[3] != 's')
		return;
	if (shared->len && range.lo < shared->ranges[shared->len - 1].hi)
		return;
	if (shared->len == IJ_SHARED_MAX) {
		shared->overflow = true;
		return;
	}
	range.flags = (perms[0] == 'r' ? IJ_VMA_READ : 0u) | (perms[1] == 'w' ? IJ_VMA_WRITE : 0u) |
		      (perms[2] == 'x' ? IJ_VMA_EXEC : 0u);
	range.device = is_device(name_of(perms));
	shared->ranges[shared->len++] = range;
}

void ij_shared_feed(struct ij_shared *shared, const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (text[i] != '\n') {
			if (shared->line_len < sizeof(shared->line) - 1)
				shared->line[shared->line_len++] = text[i];
			continue;
		}
		shared->line[shared->line_len] = 0;
		shared->line_len = 0;
		add_line(shared, shared->line);
	}
}

const struct ij_shared_range *ij_shared_find(const struct ij_shared *shared, ij_addr addr)
{
	for (size_t i = 0; i < shared->len; i++)
		if (addr >= shared->ranges[i].lo && addr < shared->ranges[i].hi)
			return &shared->ranges[i];
	return NULL;
}

bool ij_shared_meets(const struct ij_shared *shared, ij_addr addr, uint64_t size)
{
	/* mremap of nothing makes another view of the mapping. */
	uint64_t span = size ? size : 1;
	ij_addr end = span > UINT64_MAX - addr ? UINT64_MAX : addr + span;

	for (size_t i = 0; i < shared->len; i++)
		if (addr < shared->ranges[i].hi && end > shared->ranges[i].lo)
			return true;
	return false;
}

/* Take [lo, hi) out of range @idx, which holds it. False if there is no room for what remains. */
static bool cut(struct ij_shared *shared, size_t idx, ij_addr lo, ij_addr hi)
{
	struct ij_shared_range *range = &shared->ranges[idx], rest = *range;
	bool before = lo > range->lo, after = hi < range->hi;
	size_t tail = shared->len - idx - 1;

	if (before && after) {
		if (shared->len == IJ_SHARED_MAX)
			return false;
		memmove(range + 2, range + 1, tail * sizeof(*range));
		shared->len++;
		range->hi = lo;
		rest.lo = hi;
		range[1] = rest;
	} else if (before) {
		range->hi = lo;
	} else if (after) {
		range->lo = hi;
	} else {
		memmove(range, range + 1, tail * sizeof(*range));
		shared->len--;
	}
	return true;
}

static struct ij_error *read_maps(struct ij_shared *shared, const struct ij_copy *copy)
{
	char text[8192];
	ssize_t n;

	shared->len = shared->line_len = 0;
	shared->overflow = false;
	do {
		n = read(copy->process.maps_fd, text, sizeof(text));
		if (n > 0)
			ij_shared_feed(shared, text, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		return ij_error_os(OS, errno, "cannot read the mappings of a copy: %s",
				   strerror(errno));
	if (shared->overflow)
		return ij_error_new(REFUSED, "the target has more than %d shared mappings",
				    IJ_SHARED_MAX);
	return NULL;
}

static uint64_t prot_of(uint32_t flags)
{
	return (flags & IJ_VMA_READ ? PROT_READ : 0u) | (flags & IJ_VMA_WRITE ? PROT_WRITE : 0u) |
	       (flags & IJ_VMA_EXEC ? PROT_EXEC : 0u);
}

static struct ij_error *call_failed(const char *call, long result, ij_addr addr)
{
	return ij_error_os(REFUSED, (int)-result, "%s at 0x%llx of a copy failed: %s", call,
			   (unsigned long long)addr, strerror((int)-result));
}

struct ij_error *ij_shared_protect(struct ij_shared *shared, struct ij_copy *copy, ij_addr gadget,
				   uint64_t deadline_ns)
{
	IJ_TRY(read_maps(shared, copy));
	for (size_t i = 0; i < shared->len; i++) {
		const struct ij_shared_range *range = &shared->ranges[i];
		uint32_t flags = range->device ? 0 : range->flags & ~(uint32_t)IJ_VMA_WRITE;
		const uint64_t args[6] = {range->lo, range->hi - range->lo, prot_of(flags)};
		long result = 0;

		if (flags != range->flags)
			IJ_TRY(ij_copy_syscall(copy, gadget, SYS_mprotect, args, &result));
		if (result)
			return call_failed("mprotect", result, range->lo);
		if (ij_now_ns() > deadline_ns)
			return ij_error_new(REFUSED,
					    "protecting %zu shared mappings of a copy took longer "
					    "than the pause budget",
					    shared->len);
	}
	return NULL;
}

/* Private memory with the content of [lo, hi) in its place. */
static struct ij_error *replace(struct ij_copy *copy, ij_addr gadget, ij_addr lo, ij_addr hi,
				uint32_t flags, const uint8_t *content)
{
	const uint64_t size = hi - lo;
	const uint64_t map[6] = {
		0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, (uint64_t)-1, 0};
	const uint64_t protect[6] = {lo, size, prot_of(flags)};
	uint64_t move[6] = {0, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, lo};
	long result;

	IJ_TRY(ij_copy_syscall(copy, gadget, SYS_mmap, map, &result));
	if (result < 0 && result > -4096)
		return call_failed("mmap", result, lo);
	move[0] = (uint64_t)result;
	IJ_TRY(ij_process_write(&copy->process, move[0], content, size));
	IJ_TRY(ij_copy_syscall(copy, gadget, SYS_mremap, move, &result));
	if (result < 0 && result > -4096)
		return call_failed("mremap", result, lo);
	if ((flags & (IJ_VMA_READ | IJ_VMA_WRITE | IJ_VMA_EXEC)) == (IJ_VMA_READ | IJ_VMA_WRITE))
		return NULL;
	IJ_TRY(ij_copy_syscall(copy, gadget, SYS_mprotect, protect, &result));
	return result ? call_failed("mprotect", result, lo) : NULL;
}

/* Read as much of [lo, hi) as there is around @addr: all of it, or the page alone. */
static bool read_around(struct ij_copy *copy, ij_addr addr, ij_addr *lo, ij_addr *hi, uint8_t *buf)
{
	struct ij_mem *mem = &copy->process.mem.mem;
	struct ij_error *err = ij_mem_read(mem, *lo, buf, *hi - *lo);

	if (!err)
		return true;
	ij_error_free(err);
	*lo = addr & ~(ij_addr)(PAGE - 1);
	*hi = *lo + PAGE;
	err = ij_mem_read(mem, *lo, buf, PAGE);
	ij_error_free(err);
	return !err;
}

struct ij_error *ij_shared_make_private(struct ij_shared *shared, struct ij_copy *copy,
					ij_addr gadget, ij_addr addr, bool *ret)
{
	static uint8_t content[IJ_SHARED_CHUNK];
	const struct ij_shared_range *range = ij_shared_find(shared, addr);
	ij_addr lo = addr & ~(ij_addr)(IJ_SHARED_CHUNK - 1), hi;

	*ret = false;
	if (!range || range->device || !(range->flags & IJ_VMA_WRITE))
		return NULL;
	hi = range->hi - lo > IJ_SHARED_CHUNK ? lo + IJ_SHARED_CHUNK : range->hi;
	lo = lo > range->lo ? lo : range->lo;
	if (!read_around(copy, addr, &lo, &hi, content))
		return NULL;
	IJ_TRY(replace(copy, gadget, lo, hi, range->flags, content));
	if (!cut(shared, (size_t)(range - shared->ranges), lo, hi))
		return ij_error_new(REFUSED, "the call writes to shared memory all over the place");
	*ret = true;
	return NULL;
}
