/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The register file of x86-64: ptrace's general registers, and the standard format of XSAVE (Intel
 * SDM volume 1, 13.4). */
#include "arch/regfile.h"

#include <cpuid.h>
#include <stddef.h>
#include <string.h>

#define XCR0_OFF   464 /* where ptrace says which components there are (Linux, asm/user.h) */
#define HEADER_OFF 512 /* XSTATE_BV: which of them are not in their initial state */
#define HEADER_END 576
#define XMM_OFF    160
#define XMM_SIZE   16
#define YMM_SIZE   16 /* the upper halves, component 2 */
#define ZMM_SIZE   32 /* the upper halves, component 6 */

enum { X87, SSE, AVX, OPMASK = 5, ZMM_HIGH, ZMM_16 };

static const struct ij_reg list[] = {
#define IJ_R(name, group, size, where, offset) {name, IJ_REG_##group, size, where, offset},
#include "arch/regfile_x86_64.def"
#undef IJ_R
};

const struct ij_reg *ij_regfile_list(size_t *len_ret)
{
	*len_ret = IJ_COUNT(list);
	return list;
}

const struct ij_reg *ij_regfile_find(const char *name)
{
	static const struct {
		const char *name, *means;
	} others[] = {{"pc", "rip"}, {"sp", "rsp"}, {"fp", "rbp"}};

	for (size_t i = 0; i < IJ_COUNT(others); i++)
		if (!strcmp(others[i].name, name))
			name = others[i].means;
	for (size_t i = 0; i < IJ_COUNT(list); i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

int ij_reg_dwarf(const struct ij_reg *reg)
{
	for (unsigned i = 0; i < 16; i++)
		if (!strcmp(ij_regs_dwarf_name(i), reg->name))
			return (int)i;
	return strcmp(reg->name, "rip") ? -1 : 16;
}

static uint64_t word_at(const struct ij_regfile *file, size_t off)
{
	uint64_t word = 0;

	if (file->xstate_size >= off + sizeof(word))
		memcpy(&word, file->xstate + off, sizeof(word));
	return word;
}

/* The bytes of part @off of component @component; NULL if this processor does not have it. */
static uint8_t *part(const struct ij_regfile *file, int component, size_t off, size_t size)
{
	unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
	size_t at = off;

	if (component > SSE) {
		if (!(word_at(file, XCR0_OFF) >> component & 1))
			return NULL;
		__cpuid_count(0xd, component, eax, ebx, ecx, edx);
		if (!eax || off + size > eax)
			return NULL;
		at += ebx;
	}
	return at + size <= file->xstate_size ? (uint8_t *)(uintptr_t)file->xstate + at : NULL;
}

/* A vector register is made of parts of several components: the lower bytes first. */
struct parts {
	struct {
		int component;
		unsigned off, size;
	} list[3];
	unsigned len;
};

static void add(struct parts *parts, int component, unsigned off, unsigned size)
{
	parts->list[parts->len].component = component;
	parts->list[parts->len].off = off;
	parts->list[parts->len++].size = size;
}

static struct parts parts_of(const struct ij_reg *reg)
{
	unsigned number = reg->where == AVX        ? reg->offset / YMM_SIZE
			  : reg->where == ZMM_HIGH ? reg->offset / ZMM_SIZE
						   : 0;
	struct parts parts = {.len = 0};

	if (reg->where == AVX || reg->where == ZMM_HIGH)
		add(&parts, SSE, XMM_OFF + XMM_SIZE * number, XMM_SIZE);
	if (reg->where == ZMM_HIGH)
		add(&parts, AVX, YMM_SIZE * number, YMM_SIZE);
	add(&parts, reg->where, reg->offset,
	    reg->where == AVX        ? YMM_SIZE
	    : reg->where == ZMM_HIGH ? ZMM_SIZE
				     : reg->size);
	return parts;
}

bool ij_regfile_get(const struct ij_regfile *file, const struct ij_reg *reg, void *ret)
{
	struct parts parts = parts_of(reg);
	uint8_t value[IJ_REG_SIZE_MAX], *to = value;

	if (reg->where == IJ_REG_IN_GENERAL) {
		memcpy(ret, (const uint8_t *)&file->general.gp + reg->offset, reg->size);
		return true;
	}
	for (unsigned i = 0; i < parts.len; i++) {
		const uint8_t *from =
			part(file, parts.list[i].component, parts.list[i].off, parts.list[i].size);

		if (!from)
			return false;
		memcpy(to, from, parts.list[i].size);
		to += parts.list[i].size;
	}
	memcpy(ret, value, reg->size);
	return true;
}

bool ij_regfile_set(struct ij_regfile *file, const struct ij_reg *reg, const void *value)
{
	struct parts parts = parts_of(reg);
	const uint8_t *from = value;
	uint64_t used = word_at(file, HEADER_OFF);

	if (reg->where == IJ_REG_IN_GENERAL) {
		/* Selectors and flags are wider there than they are. */
		memset((uint8_t *)&file->general.gp + reg->offset, 0, sizeof(uint64_t));
		memcpy((uint8_t *)&file->general.gp + reg->offset, value, reg->size);
		return true;
	}
	for (unsigned i = 0; i < parts.len; i++)
		if (!part(file, parts.list[i].component, parts.list[i].off, parts.list[i].size))
			return false;
	for (unsigned i = 0; i < parts.len; i++) {
		memcpy(part(file, parts.list[i].component, parts.list[i].off, parts.list[i].size),
		       from, parts.list[i].size);
		from += parts.list[i].size;
		used |= 1ull << parts.list[i].component;
	}
	if (file->xstate_size >= HEADER_END)
		memcpy(file->xstate + HEADER_OFF, &used, sizeof(used));
	return true;
}
