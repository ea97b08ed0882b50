/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checking a map container once, and looking things up in it. */
#include "maps/container.h"

#include "maps/expr.h"

#define SPAN_MAX 0x100000000ull /* module offsets are 32 bits wide */

static struct ij_error *bad(const char *table, size_t idx, const char *what)
{
	return ij_error_new(BADDATA, "map container: %s %zu: %s", table, idx, what);
}

/* That a table of @len items lies inside the container, behind the header. */
static struct ij_error *table_check(const struct ij_map_header *header, const char *table,
				    uint32_t off, uint32_t len, size_t item_size, size_t align)
{
	if (off < sizeof(*header) || off % align || off > header->size ||
	    len > (header->size - off) / item_size)
		return ij_error_new(
			BADDATA, "map container: %s: %u items at offset %u do not lie in %u bytes",
			table, len, off, header->size);
	return NULL;
}

static struct ij_error *header_check(const struct ij_map_header *header, size_t size)
{
	if (size < sizeof(*header))
		return ij_error_new(BADDATA, "map container: %zu bytes are too few for a header",
				    size);
	if (header->magic != IJ_MAP_MAGIC || header->version != IJ_MAP_VERSION)
		return ij_error_new(BADDATA, "map container: not one, or not of version %u",
				    IJ_MAP_VERSION);
	if (header->size != size)
		return ij_error_new(BADDATA, "map container: %zu bytes, header says %u", size,
				    header->size);
	if (!header->span || header->span > SPAN_MAX)
		return ij_error_new(BADDATA, "map container: span of %#llx bytes",
				    (unsigned long long)header->span);
	IJ_TRY(table_check(header, "functions", header->funcs_off, header->funcs_len,
			   sizeof(struct ij_map_func), _Alignof(struct ij_map_func)));
	IJ_TRY(table_check(header, "rows", header->rows_off, header->rows_len,
			   sizeof(struct ij_map_row), _Alignof(struct ij_map_row)));
	IJ_TRY(table_check(header, "rules", header->rules_off, header->rules_len,
			   sizeof(struct ij_map_rule), _Alignof(struct ij_map_rule)));
	IJ_TRY(table_check(header, "entries", header->entries_off, header->entries_len,
			   sizeof(struct ij_map_entry), _Alignof(struct ij_map_entry)));
	IJ_TRY(table_check(header, "expressions", header->exprs_off, header->exprs_size, 1, 1));
	IJ_TRY(table_check(header, "marks", header->marks_off, header->marks_len,
			   sizeof(struct ij_map_mark), _Alignof(struct ij_map_mark)));
	IJ_TRY(table_check(header, "polls", header->polls_off, header->polls_len,
			   sizeof(struct ij_map_poll), _Alignof(struct ij_map_poll)));
	return table_check(header, "Go ranges", header->gos_off, header->gos_len,
			   sizeof(struct ij_map_go), _Alignof(struct ij_map_go));
}

/* That an expression starts at @off: its ULEB size, then as many bytes. */
static bool expr_check(const struct ij_map *map, int32_t off)
{
	const uint8_t *bytes;
	size_t size;

	return ij_map_expr_get(map, off, &bytes, &size);
}

static struct ij_error *entries_check(const struct ij_map *map)
{
	for (uint32_t i = 0; i < map->header->entries_len; i++) {
		const struct ij_map_entry *entry = &map->entries[i];

		if (entry->reg >= IJ_MAP_REGS || entry->reserved)
			return bad("entry", i, "bad register number");
		switch (entry->kind) {
		case IJ_MAP_UNDEFINED:
		case IJ_MAP_SAME:
		case IJ_MAP_OFFSET:
		case IJ_MAP_VAL_OFFSET:
			break;
		case IJ_MAP_REGISTER:
			if (entry->value < 0 || entry->value >= IJ_MAP_REGS)
				return bad("entry", i, "bad source register");
			break;
		case IJ_MAP_EXPR:
		case IJ_MAP_VAL_EXPR:
			if (!expr_check(map, entry->value))
				return bad("entry", i, "bad expression offset");
			break;
		default:
			return bad("entry", i, "unknown kind");
		}
	}
	return NULL;
}

/* At most IJ_MAP_REGS entries a rule, in register order: so tables that overlap cost no more. */
static struct ij_error *rules_check(const struct ij_map *map)
{
	for (uint32_t i = 0; i < map->header->rules_len; i++) {
		const struct ij_map_rule *rule = &map->rules[i];

		if (rule->cfa_reg >= IJ_MAP_REGS)
			return bad("rule", i, "bad CFA register");
		if (rule->cfa_kind > IJ_MAP_CFA_EXPR)
			return bad("rule", i, "unknown CFA kind");
		if (rule->cfa_kind == IJ_MAP_CFA_EXPR && !expr_check(map, rule->cfa_off))
			return bad("rule", i, "bad CFA expression offset");
		if (rule->entry_len > IJ_MAP_REGS || rule->entry_idx > map->header->entries_len ||
		    rule->entry_len > map->header->entries_len - rule->entry_idx)
			return bad("rule", i, "entries out of range");
		for (uint32_t j = 1; j < rule->entry_len; j++)
			if (map->entries[rule->entry_idx + j].reg <=
			    map->entries[rule->entry_idx + j - 1].reg)
				return bad("rule", i, "entries out of order");
	}
	return NULL;
}

/*
 * Functions are disjoint and each row must lie in its function, so a row passes for one function at
 * most, and the first that does not pass ends the check: linear whatever the input.
 */
static struct ij_error *funcs_check(const struct ij_map *map)
{
	uint32_t rows_len = map->header->rows_len, rules_len = map->header->rules_len;
	uint64_t free_from = 0;

	for (uint32_t i = 0; i < map->header->funcs_len; i++) {
		const struct ij_map_func *func = &map->funcs[i];
		uint64_t end = (uint64_t)func->start + func->size;
		const struct ij_map_row *rows;

		if (!func->size || func->start < free_from || end > map->header->span)
			return bad("function", i, "out of order, empty, or outside the module");
		free_from = end;
		if (func->flags & ~(uint32_t)(IJ_MAP_FUNC_SIGNAL | IJ_MAP_FUNC_PLT |
					      IJ_MAP_FUNC_DERIVED | IJ_MAP_FUNC_SWITCH) ||
		    func->reserved)
			return bad("function", i, "unknown flags");
		if (!func->row_len || func->row_idx > rows_len ||
		    func->row_len > rows_len - func->row_idx)
			return bad("function", i, "rows out of range");
		rows = &map->rows[func->row_idx];
		if (rows[0].pc != func->start)
			return bad("row", func->row_idx, "does not start its function");
		for (uint32_t j = 0; j < func->row_len; j++) {
			if (rows[j].pc >= end || (j && rows[j].pc <= rows[j - 1].pc))
				return bad("row", (size_t)func->row_idx + j,
					   "out of order, or outside its function");
			if (rows[j].rule_idx >= rules_len)
				return bad("row", (size_t)func->row_idx + j, "no such rule");
		}
	}
	return NULL;
}

static struct ij_error *marks_check(const struct ij_map *map)
{
	uint64_t span = map->header->span;
	uint32_t free_from = 0;

	for (uint32_t i = 0; i < map->header->marks_len; i++) {
		const struct ij_map_mark *mark = &map->marks[i];

		if (mark->start < free_from || mark->end <= mark->start || mark->end > span)
			return bad("mark", i, "out of order, empty, or outside the module");
		if (mark->kind > IJ_MAP_MARK_RSEQ || mark->aux >= span)
			return bad("mark", i, "unknown kind, or an address outside the module");
		free_from = mark->end;
	}
	for (uint32_t i = 0; i < map->header->polls_len; i++) {
		const struct ij_map_poll *poll = &map->polls[i];

		if (poll->pc >= span || poll->flag >= span || (i && poll->pc <= poll[-1].pc))
			return bad("poll", i, "out of order, or outside the module");
	}
	return NULL;
}

static struct ij_error *gos_check(const struct ij_map *map)
{
	for (uint32_t i = 0; i < map->header->gos_len; i++) {
		const struct ij_map_go *go = &map->gos[i];

		if (go->pc >= map->header->span || (i && go->pc <= go[-1].pc) ||
		    go->kind >= IJ_MAP_GO_KINDS)
			return bad("Go range", i, "out of order, or of unknown kind");
	}
	return NULL;
}

struct ij_error *ij_map_open(const void *bytes, size_t size, struct ij_map *ret)
{
	const struct ij_map_header *header = bytes;
	const uint8_t *base = bytes;
	struct ij_map map;

	if ((uintptr_t)bytes % _Alignof(struct ij_map_header))
		return ij_error_new(BADDATA, "map container: not aligned in memory");
	IJ_TRY(header_check(header, size));
	map = (struct ij_map){
		.header = header,
		.funcs = (const void *)(base + header->funcs_off),
		.rows = (const void *)(base + header->rows_off),
		.rules = (const void *)(base + header->rules_off),
		.entries = (const void *)(base + header->entries_off),
		.exprs = base + header->exprs_off,
		.marks = (const void *)(base + header->marks_off),
		.polls = (const void *)(base + header->polls_off),
		.gos = (const void *)(base + header->gos_off),
	};
	IJ_TRY(entries_check(&map));
	IJ_TRY(rules_check(&map));
	IJ_TRY(funcs_check(&map));
	IJ_TRY(marks_check(&map));
	IJ_TRY(gos_check(&map));
	*ret = map;
	return NULL;
}

const struct ij_map_func *ij_map_func_find(const struct ij_map *map, uint64_t pc)
{
	uint32_t lo = 0, hi = map->header->funcs_len;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (map->funcs[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || pc - map->funcs[lo - 1].start >= map->funcs[lo - 1].size)
		return NULL;
	return &map->funcs[lo - 1];
}

const struct ij_map_mark *ij_map_mark_find(const struct ij_map *map, uint64_t pc)
{
	uint32_t lo = 0, hi = map->header->marks_len;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (map->marks[mid].start <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo && pc < map->marks[lo - 1].end ? &map->marks[lo - 1] : NULL;
}

enum ij_map_go_kind ij_map_go_find(const struct ij_map *map, uint64_t pc)
{
	uint32_t lo = 0, hi = map->header->gos_len;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (map->gos[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? (enum ij_map_go_kind)map->gos[lo - 1].kind : IJ_MAP_GO_NONE;
}

const char *ij_map_go_text(uint32_t kind)
{
	static const char *const texts[] = {
#define IJ_G(NAME, text) [IJ_MAP_GO_##NAME] = text,
#include "maps/gokinds.def"
#undef IJ_G
	};

	return kind < IJ_COUNT(texts) ? texts[kind] : "";
}

const struct ij_map_rule *ij_map_rule_find(const struct ij_map *map, const struct ij_map_func *func,
					   uint64_t pc)
{
	const struct ij_map_row *rows = &map->rows[func->row_idx];
	uint32_t lo = 1, hi = func->row_len;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (rows[mid].pc <= pc)
			lo = mid + 1;
		else
			hi = mid;
	}
	return &map->rules[rows[lo - 1].rule_idx];
}
