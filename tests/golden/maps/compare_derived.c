/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Rows derived from code that does have CFI, compared with that CFI at every byte.
 *
 * usage: compare_derived FILE...    exit 77: every FILE is missing
 */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maps/compile.h"
#include "maps/derive.h"

struct counts {
	unsigned long bytes; /* of functions with CFI that starts as a called function's does */
	unsigned long agree; /* CFA by the same register and offset */
	unsigned long other; /* by another register: not comparable */
	unsigned long none;  /* no derived rule */
	unsigned long wrong; /* the same register, another offset, or another return address */
	unsigned long saved; /* callee-saved registers, at these bytes, that agree */
	unsigned long lost;  /* not known where CFI knows them */
	unsigned long moved; /* elsewhere than CFI says */
};

static bool image_read(void *ctx, uint64_t vaddr, void *buf, size_t size)
{
	struct ij_error *err = ij_object_read(ctx, vaddr, buf, size);

	ij_error_free(err);
	return !err;
}

static void must(struct ij_error *err)
{
	if (!err)
		return;
	printf("%s\n", err->msg);
	exit(1);
}

static const struct ij_map_entry *entry_of(const struct ij_map *map, const struct ij_map_rule *rule,
					   unsigned reg)
{
	for (unsigned i = 0; i < rule->entry_len; i++)
		if (map->entries[rule->entry_idx + i].reg == reg)
			return &map->entries[rule->entry_idx + i];
	return NULL;
}

static bool cfa_compare(const struct ij_map_rule *theirs, const struct ij_map_rule *ours,
			struct counts *counts)
{
	if (ours->cfa_kind == IJ_MAP_CFA_NONE) {
		counts->none++;
		return false;
	}
	if (theirs->cfa_kind != IJ_MAP_CFA_REG || theirs->cfa_reg != ours->cfa_reg) {
		counts->other++;
		return true;
	}
	if (theirs->cfa_off != ours->cfa_off) {
		counts->wrong++;
		return false;
	}
	counts->agree++;
	return true;
}

/* Where CFI says that a register is saved, we say the same or that it is not known. */
static void saved_compare(const struct ij_map *cfi, const struct ij_map_rule *theirs,
			  const struct ij_map *derived, const struct ij_map_rule *ours,
			  struct counts *counts)
{
	static const uint8_t regs[] = {3, 6, 12, 13, 14, 15};

	for (size_t i = 0; i < sizeof(regs); i++) {
		const struct ij_map_entry *a = entry_of(cfi, theirs, regs[i]),
					  *b = entry_of(derived, ours, regs[i]);

		if (b && b->kind == IJ_MAP_UNDEFINED)
			counts->lost += !a || a->kind != IJ_MAP_UNDEFINED;
		else if (a && a->kind == IJ_MAP_OFFSET && b && b->value != a->value)
			counts->moved++;
		else
			counts->saved++;
	}
}

static bool verbose;

static void func_compare(const struct ij_map *cfi, const struct ij_map_func *func,
			 const struct ij_map *derived, struct counts *counts)
{
	const struct ij_map_rule *first = ij_map_rule_find(cfi, func, func->start);
	unsigned long before;

	if (func->flags || first->cfa_kind != IJ_MAP_CFA_REG || first->cfa_reg != IJ_MAP_REG_SP ||
	    first->cfa_off != 8)
		return;
	counts->bytes += func->size;
	for (uint32_t pc = func->start; pc < func->start + func->size; pc++) {
		const struct ij_map_func *ours = ij_map_func_find(derived, pc);
		const struct ij_map_rule *a = ij_map_rule_find(cfi, func, pc), *b;

		if (!ours) {
			counts->none++;
			continue;
		}
		b = ij_map_rule_find(derived, ours, pc);
		before = counts->wrong + counts->moved;
		if (cfa_compare(a, b, counts))
			saved_compare(cfi, a, derived, b, counts);
		if (verbose && before != counts->wrong + counts->moved)
			printf("  %#x: %u%+d, not %u%+d\n", pc, b->cfa_reg, b->cfa_off, a->cfa_reg,
			       a->cfa_off);
	}
}

/* Derive all code of the segment @seg from the starts of the functions that @cfi knows. */
static void segment_derive(struct ij_object *obj, const struct ij_segment *seg,
			   const struct ij_map *cfi, struct ij_map_builder *builder)
{
	uint64_t base = ij_object_base(obj);
	struct ij_derive_seeds seeds = {0};
	uint8_t *code = malloc(seg->file_size);
	const struct ij_derive_area area = {
		.code = code,
		.start = (uint32_t)(seg->vaddr - base),
		.size = (uint32_t)seg->file_size,
		.vaddr = base,
		.entry = UINT64_MAX,
		.read = image_read,
		.ctx = obj,
	};

	must(ij_object_read(obj, seg->vaddr, code, seg->file_size));
	for (uint32_t i = 0; i < cfi->header->funcs_len; i++) {
		const struct ij_map_rule *rule =
			ij_map_rule_find(cfi, &cfi->funcs[i], cfi->funcs[i].start);

		/* Not the cold parts, which begin with a frame in place. */
		if (rule->cfa_kind == IJ_MAP_CFA_REG && rule->cfa_reg == IJ_MAP_REG_SP &&
		    rule->cfa_off == 8)
			must(ij_vec_push(&seeds.list,
					 ((struct ij_derive_seed){.pc = cfi->funcs[i].start})));
	}
	must(ij_derive_area(&area, &seeds, builder));
	ij_vec_deinit(&seeds.list);
	free(code);
}

static struct counts file_compare(int fd, const char *path)
{
	struct ij_object *obj;
	struct ij_map_builder builder;
	struct counts counts = {0};
	struct ij_map cfi, derived;
	void *cfi_bytes, *bytes;
	size_t cfi_size, size, len;
	const struct ij_segment *segs;

	must(ij_object_open_fd(fd, path, &obj));
	must(ij_map_compile(obj, path, &cfi_bytes, &cfi_size));
	must(ij_map_open(cfi_bytes, cfi_size, &cfi));
	ij_map_builder_init(&builder, ij_object_span(obj));
	segs = ij_object_segments(obj, &len);
	for (size_t i = 0; i < len; i++)
		if (segs[i].flags & PF_X)
			segment_derive(obj, &segs[i], &cfi, &builder);
	(void)ij_map_builder_sort(&builder);
	must(ij_map_builder_finish(&builder, &bytes, &size));
	ij_map_builder_deinit(&builder);
	must(ij_map_open(bytes, size, &derived));
	for (uint32_t i = 0; i < cfi.header->funcs_len; i++)
		func_compare(&cfi, &cfi.funcs[i], &derived, &counts);
	free(bytes);
	free(cfi_bytes);
	ij_object_close(obj);
	return counts;
}

int main(int argc, char **argv)
{
	unsigned files = 0, failed = 0;

	verbose = getenv("IJ_LOUD") != NULL;
	for (int i = 1; i < argc; i++) {
		int fd = open(argv[i], O_RDONLY | O_CLOEXEC);
		struct counts counts;

		if (fd < 0)
			continue;
		counts = file_compare(fd, argv[i]);
		close(fd);
		files++;
		printf("%s: %lu bytes: %.2f%% agree, %.2f%% by another register, %.2f%% without a "
		       "rule, %lu wrong; registers: %lu agree, %lu lost, %lu elsewhere\n",
		       argv[i], counts.bytes, 100.0 * (double)counts.agree / (double)counts.bytes,
		       100.0 * (double)counts.other / (double)counts.bytes,
		       100.0 * (double)counts.none / (double)counts.bytes, counts.wrong,
		       counts.saved, counts.lost, counts.moved);
		/* CFI that is itself wrong: mpn_mul_1 of glibc 2.36, bn_mul4x of OpenSSL 3.0. */
		failed += counts.wrong * 2000 > counts.bytes ||
			  counts.moved * 100000 > counts.bytes || counts.none * 4 > counts.bytes;
	}
	if (!files) {
		printf("skipped: none of the files is there\n");
		return 77;
	}
	return failed != 0;
}
