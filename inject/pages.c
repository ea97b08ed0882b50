/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our pages in the target: mapped, shared with us where the kernel lets us, and recognised later.
 */
#include "inject/pages.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch/gocall.h"
#include "arch/landing.h"

#define MAGIC        0x746365006a6e69ull
#define VERSION      4u
#define LEFTOVER_MAX (4096 * IJ_PAGE_SIZE)
#define HEADER_OFF   (IJ_PAGE_SIZE - sizeof(struct ij_pages_header))
#define LANDINGS_OFF (HEADER_OFF - IJ_PAGES_LANDINGS * IJ_LANDING_SIZE)

_Static_assert(sizeof(struct ij_stub_desc) <= IJ_PAGE_SIZE, "the descriptor fits its page");

static uint64_t pid_namespace(void)
{
	struct stat st;

	return stat("/proc/self/ns/pid", &st) ? 0 : st.st_ino;
}

static uint64_t checksum(const struct ij_pages_header *header)
{
	const uint64_t words[] = {header->magic, (uint64_t)header->version << 32 | header->size,
				  header->pid_ns, header->start_time,
				  (uint64_t)header->back << 32 | (uint32_t)header->pid};
	uint64_t sum = 0;

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		sum = sum * 31 + words[i];
	return sum;
}

void ij_pages_header_seal(struct ij_pages_header *header, uint64_t magic, uint32_t size)
{
	header->magic = magic;
	header->size = size;
	header->check = checksum(header);
}

bool ij_pages_header_is_dead(const struct ij_pages_header *header, uint64_t magic)
{
	/* A tracer that lives, or one in a namespace that we cannot see into, still owns it. */
	return header->magic == magic && header->version == VERSION &&
	       header->check == checksum(header) && header->pid_ns == pid_namespace() &&
	       ij_process_start_time(header->pid) != header->start_time;
}

void ij_pages_init(struct ij_pages *pages)
{
	*pages = (struct ij_pages){.header = {
					   .magic = MAGIC,
					   .version = VERSION,
					   .pid_ns = pid_namespace(),
					   .start_time = ij_process_start_time(getpid()),
					   .pid = getpid(),
				   }};
}

/* The code page as it is to be. */
static void fill_code_page(uint8_t *page, const struct ij_pages *pages)
{
	struct ij_pages_header header = pages->header;

	header.back = (uint32_t)pages->back;
	ij_pages_header_seal(&header, MAGIC, (uint32_t)pages->size);
	memset(page, 0xcc, IJ_PAGE_SIZE);
	memcpy(page, ij_stub_code, (size_t)(ij_stub_code_end - ij_stub_code));
	memcpy(page + HEADER_OFF, &header, sizeof(header));
}

static struct ij_error *map_failed(const char *call, long result)
{
	return ij_error_os(REFUSED, (int)-result, "%s in the target failed: %s", call,
			   strerror((int)-result));
}

/* Code, descriptor and scratch memory, bytes. */
static size_t front_of(const struct ij_pages *pages)
{
	return pages->size - pages->back;
}

/*
 * Open the target's new mapping, if the kernel lets us (CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE).
 * @front: bytes of it to share.
 */
static uint8_t *share(const struct ij_process *process, ij_addr base, size_t size, size_t front)
{
	char path[64];
	void *shared;
	int fd;

	snprintf(path, sizeof(path), "map_files/%llx-%llx", (unsigned long long)base,
		 (unsigned long long)(base + size));
	fd = openat(process->live_fd, path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	shared = mmap(NULL, front, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return shared == MAP_FAILED ? NULL : shared;
}

/* All of them, shared, and read-execute from the start, so that W^X policies agree. */
static struct ij_error *map_all(struct ij_remote *remote, size_t size, ij_addr *ret)
{
	const uint64_t args[6] = {0,
				  size,
				  PROT_READ | PROT_EXEC,
				  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
				  (uint64_t)-1,
				  0};
	long result;

	IJ_TRY(ij_remote_syscall(remote, SYS_mmap, args, &result));
	if (result < 0 && result > -4096)
		return map_failed("mmap", result);
	*ret = (ij_addr)result;
	return NULL;
}

/* A code page of its own in the place of the shared one, which nobody else could write to. */
static struct ij_error *map_code(struct ij_remote *remote, ij_addr base)
{
	const uint64_t args[6] = {
		base, IJ_PAGE_SIZE, PROT_READ | PROT_EXEC, IJ_PAGES_CODE_KIND, (uint64_t)-1, 0};
	long result;

	IJ_TRY(ij_remote_syscall(remote, SYS_mmap, args, &result));
	return (ij_addr)result == base ? NULL : map_failed("mmap of code", result);
}

/*
 * Shared pages first: the descriptor is then plain memory to us. Where map_files cannot be opened,
 * the code page becomes private and is written through /proc/PID/mem like a debugger's breakpoints.
 * The others stay shared: killed between mapping and writing we leave a pair that nobody else
 * makes, while a private page without content could be anybody's, and merges with its neighbours.
 */
static struct ij_error *map_pages(struct ij_pages *pages, struct ij_remote *remote)
{
	uint8_t page[IJ_PAGE_SIZE];

	IJ_TRY(map_all(remote, pages->size, &pages->base));
	pages->shared = share(remote->process, pages->base, pages->size, front_of(pages));
	if (pages->shared) {
		fill_code_page(pages->shared, pages);
		return NULL;
	}
	IJ_TRY(map_code(remote, pages->base));
	fill_code_page(page, pages);
	return ij_process_write(remote->process, pages->base, page, sizeof(page));
}

/*
 * In the place of what was mapped for it. MAP_STACK keeps huge pages away, of which the first touch
 * would clear a whole one (Linux 6.7, mm/mmap.c); what is left below is the guard, which cannot be
 * written to.
 */
static struct ij_error *map_stack(struct ij_pages *pages, struct ij_remote *remote)
{
	const uint64_t args[6] = {pages->base + pages->size - IJ_PAGES_STACK_SIZE,
				  IJ_PAGES_STACK_SIZE,
				  PROT_READ | PROT_WRITE,
				  IJ_PAGES_STACK_KIND,
				  (uint64_t)-1,
				  0};
	long result;

	IJ_TRY(ij_remote_syscall(remote, SYS_mmap, args, &result));
	return (ij_addr)result == args[0] ? NULL : map_failed("mmap of a stack", result);
}

struct ij_error *ij_pages_map(struct ij_pages *pages, struct ij_remote *remote, size_t scratch_size,
			      bool stack)
{
	size_t scratch_pages = (scratch_size + IJ_PAGE_SIZE - 1) / IJ_PAGE_SIZE;
	uint64_t args[6] = {0};
	long result;

	ij_pages_forget(pages);
	pages->back = stack ? IJ_PAGES_GUARD_SIZE + IJ_PAGES_STACK_SIZE : 0;
	pages->size = (2 + (scratch_pages ? scratch_pages : 1)) * IJ_PAGE_SIZE + pages->back;
	IJ_TRY(map_pages(pages, remote));
	args[0] = pages->base + IJ_PAGE_SIZE;
	args[1] = front_of(pages) - IJ_PAGE_SIZE;
	args[2] = PROT_READ | PROT_WRITE;
	IJ_TRY(ij_remote_syscall(remote, SYS_mprotect, args, &result));
	if (result)
		return map_failed("mprotect", result);
	if (stack)
		IJ_TRY(map_stack(pages, remote));
	pages->ready = true;
	return NULL;
}

struct ij_error *ij_pages_unmap(struct ij_pages *pages, struct ij_remote *remote)
{
	const uint64_t args[6] = {pages->base, pages->size};
	long result;

	IJ_TRY(ij_remote_syscall(remote, SYS_munmap, args, &result));
	if (result)
		return map_failed("munmap", result);
	pages->base = 0;
	pages->ready = false;
	return NULL;
}

void ij_pages_forget(struct ij_pages *pages)
{
	if (pages->shared)
		munmap(pages->shared, front_of(pages));
	pages->base = 0;
	pages->size = pages->back = 0;
	pages->ready = false;
	pages->shared = NULL;
}

size_t ij_pages_scratch_size(const struct ij_pages *pages)
{
	return front_of(pages) > 2 * IJ_PAGE_SIZE ? front_of(pages) - 2 * IJ_PAGE_SIZE : 0;
}

ij_addr ij_pages_code(const struct ij_pages *pages, const uint8_t *place)
{
	return pages->base + (ij_addr)(place - ij_stub_code);
}

ij_addr ij_pages_room(const struct ij_pages *pages, size_t *size_ret)
{
	size_t begin = ((size_t)(ij_stub_code_end - ij_stub_code) + 15) & ~(size_t)15;

	*size_ret = LANDINGS_OFF - begin;
	return pages->base + begin;
}

ij_addr ij_pages_landing(const struct ij_pages *pages, unsigned idx)
{
	return pages->base + LANDINGS_OFF + idx * IJ_LANDING_SIZE;
}

/* Do we have @addr ourselves? Memory that is to stay is elsewhere, and private. */
static bool is_shared(const struct ij_pages *pages, ij_addr addr)
{
	return pages->shared && addr - pages->base < pages->size;
}

struct ij_error *ij_pages_read(const struct ij_pages *pages, const struct ij_process *process,
			       ij_addr addr, void *buf, size_t size)
{
	if (!is_shared(pages, addr))
		return ij_mem_read((struct ij_mem *)&process->mem.mem, addr, buf, size);
	memcpy(buf, pages->shared + (addr - pages->base), size);
	return NULL;
}

struct ij_error *ij_pages_write(const struct ij_pages *pages, const struct ij_process *process,
				ij_addr addr, const void *bytes, size_t size)
{
	if (!is_shared(pages, addr))
		return ij_process_write(process, addr, bytes, size);
	memcpy(pages->shared + (addr - pages->base), bytes, size);
	return NULL;
}

struct ij_error *ij_pages_store(const struct ij_pages *pages, const struct ij_process *process,
				ij_addr addr, uint64_t word)
{
	if (!pages->shared)
		return ij_process_write(process, addr, &word, sizeof(word));
	__atomic_store_n((uint64_t *)(void *)(pages->shared + (addr - pages->base)), word,
			 __ATOMIC_SEQ_CST);
	return NULL;
}

static bool is_empty(struct ij_mem *mem, const struct ij_vma *vma)
{
	static const uint8_t zeros[IJ_PAGE_SIZE];
	uint8_t page[IJ_PAGE_SIZE];
	IJ_ERROR_AUTO err = ij_mem_read(mem, vma->lo, page, sizeof(page));

	return !err && !memcmp(page, zeros, sizeof(page));
}

/* Executable, never writable, and anonymous: without a name, or the kernel's own /dev/zero. */
static bool is_code(const struct ij_vma *vma)
{
	return vma->flags & IJ_VMA_EXEC && !(vma->flags & (IJ_VMA_WRITE | IJ_VMA_VDSO)) &&
	       vma->hi - vma->lo >= IJ_PAGE_SIZE &&
	       (vma->path[0] != '/' || strstr(vma->path, "zero"));
}

/* What follows @vma without a gap, or NULL. */
static const struct ij_vma *next_to(const struct ij_vmas *vmas, const struct ij_vma *vma)
{
	const struct ij_vma *next = ij_vmas_find(vmas, vma->hi);

	return next && next->lo == vma->hi ? next : NULL;
}

/*
 * Killed between mapping the pages and filling them: @vma is of shared pages without content, or a
 * private one before them. Returns their size, bytes, or 0.
 */
static size_t blank_size(struct ij_mem *mem, const struct ij_vmas *vmas, const struct ij_vma *vma)
{
	const struct ij_vma *last = vma;

	if (!(vma->flags & IJ_VMA_SHARED)) {
		last = vma->hi - vma->lo == IJ_PAGE_SIZE ? next_to(vmas, vma) : NULL;
		if (!last || !(last->flags & IJ_VMA_SHARED) || !is_code(last) ||
		    !is_empty(mem, last))
			return 0;
	}
	if (last->hi - vma->lo < 3 * IJ_PAGE_SIZE || last->hi - vma->lo > LEFTOVER_MAX ||
	    !is_empty(mem, vma))
		return 0;
	return (size_t)(last->hi - vma->lo);
}

/* What the descriptor says, if the pages of @header were ready; false: they are not ours. */
static bool read_desc(struct ij_mem *mem, const struct ij_vmas *vmas, const struct ij_vma *vma,
		      const struct ij_pages_header *header, struct ij_leftover *ret)
{
	const struct ij_vma *data = next_to(vmas, vma);
	struct ij_stub_desc desc;
	IJ_ERROR_AUTO err = NULL;

	if (vma->hi - vma->lo == header->size)
		return true; /* killed before the second protection: nobody has ever entered it */
	if (vma->hi - vma->lo != IJ_PAGE_SIZE || !data ||
	    data->hi < vma->lo + header->size - header->back)
		return false;
	if (!(data->flags & IJ_VMA_WRITE)) /* the same with a private code page */
		return is_code(data) && data->flags & IJ_VMA_SHARED &&
		       !(vma->flags & IJ_VMA_SHARED);
	err = ij_mem_read(mem, data->lo, &desc, sizeof(desc));
	if (err)
		return false;
	ret->inner_tid = (pid_t)desc.tid;
	ret->busy = desc.state == IJ_STUB_STATE_RUNNING || desc.state == IJ_STUB_STATE_HANDLER;
	if (desc.state == IJ_STUB_STATE_HANDLER)
		ret->entered = data->lo + IJ_PAGE_SIZE + offsetof(struct ij_gocall, old_action[3]);
	ret->copy = desc.state == IJ_STUB_STATE_COPY;
	return true;
}

bool ij_pages_are_busy(const struct ij_process *process, const struct ij_vmas *vmas,
		       const struct ij_vma *vma, pid_t *inner_tid_ret)
{
	struct ij_mem *mem = (struct ij_mem *)&process->mem.mem;
	struct ij_pages_header header;
	struct ij_leftover found = {.base = vma->lo};
	IJ_ERROR_AUTO err = NULL;

	if (!is_code(vma))
		return false;
	err = ij_mem_read(mem, vma->lo + HEADER_OFF, &header, sizeof(header));
	if (err || header.magic != MAGIC || header.version != VERSION ||
	    header.check != checksum(&header) || !read_desc(mem, vmas, vma, &header, &found))
		return false;
	*inner_tid_ret = found.inner_tid;
	return found.busy;
}

bool ij_leftover_recognise(const struct ij_process *process, const struct ij_vmas *vmas,
			   const struct ij_vma *vma, struct ij_leftover *ret)
{
	struct ij_mem *mem = (struct ij_mem *)&process->mem.mem;
	struct ij_pages_header header;
	IJ_ERROR_AUTO err = NULL;

	if (!is_code(vma))
		return false;
	*ret = (struct ij_leftover){.base = vma->lo, .size = blank_size(mem, vmas, vma)};
	if (ret->size)
		return true;
	err = ij_mem_read(mem, vma->lo + HEADER_OFF, &header, sizeof(header));
	if (err || !ij_pages_header_is_dead(&header, MAGIC) || header.size < 2 * IJ_PAGE_SIZE ||
	    header.size > LEFTOVER_MAX || header.size % IJ_PAGE_SIZE ||
	    header.back > header.size - 2 * IJ_PAGE_SIZE)
		return false;
	ret->size = header.size;
	return read_desc(mem, vmas, vma, &header, ret);
}
