/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Prints the rows that a module compiles to, in the words of readelf --debug-dump=frames-interp. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "maps/compile.h"

static const char *const names[IJ_MAP_REGS] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi",
					       "rbp", "rsp", "r8",  "r9",  "r10", "r11",
					       "r12", "r13", "r14", "r15", "ra"};

static void entry_print(const struct ij_map_entry *entry)
{
	switch (entry->kind) {
	case IJ_MAP_UNDEFINED:
		return; /* readelf does not tell it from "no rule" */
	case IJ_MAP_SAME:
		printf(" %s=s", names[entry->reg]);
		return;
	case IJ_MAP_OFFSET:
		printf(" %s=c%+d", names[entry->reg], entry->value);
		return;
	case IJ_MAP_VAL_OFFSET:
		printf(" %s=v%+d", names[entry->reg], entry->value);
		return;
	case IJ_MAP_REGISTER:
		printf(" %s=%s", names[entry->reg], names[entry->value]);
		return;
	case IJ_MAP_EXPR:
		printf(" %s=exp", names[entry->reg]);
		return;
	default:
		printf(" %s=vexp", names[entry->reg]);
	}
}

static void func_print(const struct ij_map *map, const struct ij_map_func *func, uint64_t base)
{
	if (func->flags & IJ_MAP_FUNC_DERIVED)
		return; /* readelf knows CFI only */
	printf("F %llx %llx\n", (unsigned long long)(base + func->start),
	       (unsigned long long)(base + func->start + func->size));
	for (uint32_t i = 0; i < func->row_len; i++) {
		const struct ij_map_row *row = &map->rows[func->row_idx + i];
		const struct ij_map_rule *rule = ij_map_rule_find(map, func, row->pc);

		printf("R %llx ", (unsigned long long)(base + row->pc));
		if (rule->cfa_kind == IJ_MAP_CFA_REG)
			printf("%s%+d", names[rule->cfa_reg], rule->cfa_off);
		else
			printf(rule->cfa_kind == IJ_MAP_CFA_EXPR ? "exp" : "none");
		for (uint32_t j = 0; j < rule->entry_len; j++)
			entry_print(&map->entries[rule->entry_idx + j]);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	struct ij_object *obj = NULL;
	void *bytes = NULL;
	size_t size;
	struct ij_map map;
	struct ij_error *err;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;

	if (fd < 0) {
		fprintf(stderr, "usage: dump_rows FILE\n");
		return 2;
	}
	err = ij_object_open_fd(fd, argv[1], &obj);
	if (!err)
		err = ij_map_compile(obj, argv[1], &bytes, &size);
	if (!err)
		err = ij_map_open(bytes, size, &map);
	if (err) {
		fprintf(stderr, "%s\n", err->msg);
		return 1;
	}
	for (uint32_t i = 0; i < map.header->funcs_len; i++)
		func_print(&map, &map.funcs[i], ij_object_base(obj));
	free(bytes);
	ij_object_close(obj);
	close(fd);
	return 0;
}
