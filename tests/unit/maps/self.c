/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Containers of the test process's own modules, compiled from memory. */
#include "self.h"

#include <assert.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <unistd.h>

#include "maps/cfi.h"

static void must(struct ij_error *err)
{
	assert(!err);
}

struct image {
	uint64_t lo, hi; /* link-time addresses */
	uint64_t hdr, hdr_size;
	uint64_t eh_frame_end; /* of the segment that holds .eh_frame_hdr */
};

static struct image image_find(const struct dl_phdr_info *info)
{
	struct image image = {.lo = UINT64_MAX};

	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];

		if (phdr->p_type == PT_LOAD && (phdr->p_vaddr & ~4095ull) < image.lo)
			image.lo = phdr->p_vaddr & ~4095ull;
		if (phdr->p_type == PT_LOAD && phdr->p_vaddr + phdr->p_memsz > image.hi)
			image.hi = phdr->p_vaddr + phdr->p_memsz;
		if (phdr->p_type == PT_GNU_EH_FRAME) {
			image.hdr = phdr->p_vaddr;
			image.hdr_size = phdr->p_memsz;
		}
	}
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *phdr = &info->dlpi_phdr[i];

		if (phdr->p_type == PT_LOAD && image.hdr - phdr->p_vaddr < phdr->p_filesz)
			image.eh_frame_end = phdr->p_vaddr + phdr->p_filesz;
	}
	return image;
}

static int module_add(struct dl_phdr_info *info, size_t info_size, void *ctx)
{
	struct self *self = ctx;
	struct image image = image_find(info);
	struct ij_map_builder builder;
	struct ij_cfi_stats stats;
	struct ij_cfi cfi = {.base = image.lo};
	const uint8_t *hdr;
	size_t at = self->space.modules_len, size;

	(void)info_size;
	if (!image.hdr)
		return 0;
	assert(at < SELF_MODULES_MAX);
	hdr = (const uint8_t *)(info->dlpi_addr + image.hdr);
	must(ij_cfi_hdr_eh_frame(hdr, image.hdr_size, image.hdr, &cfi.vaddr));
	cfi.bytes = (const uint8_t *)(info->dlpi_addr + cfi.vaddr);
	cfi.size = image.eh_frame_end - cfi.vaddr;
	ij_map_builder_init(&builder, image.hi - image.lo);
	must(ij_cfi_read_table(&cfi, hdr, image.hdr_size, image.hdr, &builder, &stats));
	assert(!stats.malformed && !stats.truncated);
	(void)ij_map_builder_sort(&builder);
	must(ij_map_builder_finish(&builder, &self->containers[at], &size));
	ij_map_builder_deinit(&builder);
	self->modules[at] = (struct ij_unwind_module){
		.base = info->dlpi_addr + image.lo,
		.lo = info->dlpi_addr + image.lo,
		.hi = info->dlpi_addr + image.hi,
	};
	must(ij_map_open(self->containers[at], size, &self->modules[at].map));
	self->space.modules_len++;
	return 0;
}

static int module_compare(const void *left, const void *right)
{
	const struct ij_unwind_module *a = left, *b = right;

	return a->lo < b->lo ? -1 : 1;
}

void self_init(struct self *self)
{
	*self = (struct self){.fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)};
	assert(self->fd >= 0);
	self->space.modules = self->modules;
	ij_mem_fd_init(&self->mem, self->fd);
	dl_iterate_phdr(module_add, self);
	qsort(self->modules, self->space.modules_len, sizeof(*self->modules), module_compare);
}

void self_deinit(struct self *self)
{
	for (size_t i = 0; i < self->space.modules_len; i++)
		free(self->containers[i]);
	close(self->fd);
}

struct ij_unwind_regs self_regs(const ucontext_t *context)
{
	static const int order[IJ_MAP_REGS] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
					       REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
					       REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
	struct ij_unwind_regs regs = {.known = (1u << IJ_MAP_REGS) - 1};

	for (unsigned i = 0; i < IJ_MAP_REGS; i++)
		regs.value[i] = (uint64_t)context->uc_mcontext.gregs[order[i]];
	return regs;
}
