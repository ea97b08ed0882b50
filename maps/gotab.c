/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go's pclntab (src/runtime/symtab.go) in each of its forms, read with bounds. */
#include "maps/gotab.h"

#include <string.h>

#include "base/cursor.h"

enum { NONE = 0 };

/* Where things are in the header and in struct _func. */
struct layout {
	uint32_t magic;
	uint8_t header_size; /* where the offsets that the header gives end */
	uint8_t text_off;    /* textStart in the header; NONE: entries are addresses */
	uint8_t names_off;   /* in the header; NONE: all count from the start */
	uint8_t pctab_off, functab_off;
	uint8_t word; /* bytes of each of the two words of a functab entry */
	/* In struct _func: */
	uint8_t name, args, pcsp, npcdata, id, flag, nfuncdata, size;
};

static const struct layout layouts[] = {
	[IJ_GOTAB_2] = {0xfffffffb, 16, NONE, NONE, NONE, NONE, 8, 8, 12, 20, 32, 16, NONE, 36, 40},
	[IJ_GOTAB_12] = {0xfffffffb, 16, NONE, NONE, NONE, NONE, 8, 8, 12, 20, 32, 36, NONE, 39,
			 40},
	[IJ_GOTAB_16] = {0xfffffffa, 0x40, NONE, 24, 48, 56, 8, 8, 12, 20, 32, 40, 41, 43, 44},
	[IJ_GOTAB_18] = {0xfffffff0, 0x48, 24, 32, 56, 64, 4, 4, 8, 16, 28, 36, 37, 39, 40},
	[IJ_GOTAB_20] = {0xfffffff1, 0x48, 24, 32, 56, 64, 4, 4, 8, 16, 28, 40, 41, 43, 44},
};

/* More than any version has; a malformed count must not make a long loop. */
enum { TABLES_MAX = 64, NAME_MAX_LEN = 8192 };

static struct ij_cursor at(const struct ij_gotab *tab, uint64_t off)
{
	struct ij_cursor cur = ij_cursor_make(tab->bytes, tab->size, "pclntab");

	ij_cursor_seek(&cur, off);
	return cur;
}

static uint64_t word_at(const struct ij_gotab *tab, uint64_t off, size_t size, bool *failed)
{
	uint64_t value = 0;

	if (off > tab->size || tab->size - off < size) {
		*failed = true;
		return 0;
	}
	memcpy(&value, tab->bytes + off, size);
	return value;
}

/* From 1.12 on the number of FUNCDATA is the last byte of a word; before, the first. */
static bool is_before_12(const struct ij_gotab *tab)
{
	for (uint64_t i = 0; i < tab->len; i++) {
		bool failed = false;
		uint64_t off = word_at(tab, tab->functab + i * 16 + 8, 8, &failed);

		if (word_at(tab, off + layouts[IJ_GOTAB_12].nfuncdata, 1, &failed) || failed)
			return false;
	}
	return true;
}

static bool header_read(struct ij_gotab *tab, uint64_t text)
{
	const struct layout *layout = &layouts[tab->form];
	bool failed = false;

	tab->len = word_at(tab, 8, 8, &failed);
	tab->functab = layout->header_size;
	if (layout->names_off) {
		tab->names = word_at(tab, layout->names_off, 8, &failed);
		tab->pctab = word_at(tab, layout->pctab_off, 8, &failed);
		tab->functab = word_at(tab, layout->functab_off, 8, &failed);
		tab->units = word_at(tab, layout->names_off + 8u, 8, &failed);
		tab->files = word_at(tab, layout->names_off + 16u, 8, &failed);
	}
	if (layout->text_off) {
		tab->text = word_at(tab, layout->text_off, 8, &failed);
		tab->text_needed = !tab->text;
		if (!tab->text)
			tab->text = text;
		failed |= !tab->text;
	}
	if (failed || tab->functab > tab->size ||
	    tab->len > (tab->size - tab->functab) / 2 / layout->word)
		return false;
	/* Behind the functions and where the last one ends. */
	if (!layout->names_off) {
		failed = false;
		tab->files =
			word_at(tab, tab->functab + (2 * tab->len + 1) * layout->word, 4, &failed);
	}
	return true;
}

struct ij_error *ij_gotab_open(const void *bytes, size_t size, uint64_t text, struct ij_gotab *ret)
{
	struct ij_gotab tab = {.bytes = bytes, .size = size};
	struct ij_cursor cur = at(&tab, 0);
	uint32_t magic = ij_cursor_u32(&cur), kind = ij_cursor_u32(&cur);
	bool found = false;

	/* Two zeros, the quantum of PCs, the size of a pointer. */
	for (size_t i = 0; i < IJ_COUNT(layouts) && !cur.failed && kind == 0x08010000; i++) {
		if (layouts[i].magic == magic) {
			tab.form = (enum ij_gotab_form)i;
			found = true;
		}
	}
	if (!found || !header_read(&tab, text))
		return ij_error_new(UNSUPPORTED, "no pclntab of Go 1.2 to 1.27 for x86-64");
	if (tab.form == IJ_GOTAB_12 && is_before_12(&tab))
		tab.form = IJ_GOTAB_2;
	*ret = tab;
	return NULL;
}

bool ij_gotab_func_at(const struct ij_gotab *tab, uint64_t idx, struct ij_gotab_func *ret)
{
	const struct layout *layout = &layouts[tab->form];
	uint64_t slot = tab->functab + idx * 2 * layout->word, off;
	struct ij_gotab_func func = {0};
	bool failed = idx >= tab->len;

	if (failed)
		return false;
	func.start = word_at(tab, slot, layout->word, &failed) + tab->text;
	off = word_at(tab, slot + layout->word, layout->word, &failed);
	func.end = word_at(tab, slot + 2 * layout->word, layout->word, &failed) + tab->text;
	if (failed || off > tab->size)
		return false;
	/* Up to 1.15 offsets count from the start of all, then from the start of functab. */
	off += layout->names_off ? tab->functab : 0;
	func.name_off = tab->names + word_at(tab, off + layout->name, 4, &failed);
	func.args = (int32_t)word_at(tab, off + layout->args, 4, &failed);
	func.pcsp = (uint32_t)word_at(tab, off + layout->pcsp, 4, &failed);
	func.pcfile = (uint32_t)word_at(tab, off + layout->pcsp + 4u, 4, &failed);
	func.pcln = (uint32_t)word_at(tab, off + layout->pcsp + 8u, 4, &failed);
	func.pcdata_len = (uint32_t)word_at(tab, off + layout->npcdata, 4, &failed);
	func.funcdata_len = (uint32_t)word_at(tab, off + layout->nfuncdata, 1, &failed);
	func.id = (uint8_t)word_at(tab, off + layout->id, 1, &failed);
	if (layout->flag)
		func.flag = (uint8_t)word_at(tab, off + layout->flag, 1, &failed);
	if (layout->names_off)
		func.unit = (uint32_t)word_at(tab, off + layout->npcdata + 4u, 4, &failed);
	func.pcdata_off = off + layout->size;
	func.funcdata_off = func.pcdata_off + 4ull * func.pcdata_len;
	/* Pointers are aligned in memory, and the table is aligned there. */
	if (layout->word == 8)
		func.funcdata_off = (func.funcdata_off + 7) & ~7ull;
	*ret = func;
	return !failed && func.start < func.end && func.pcdata_len <= TABLES_MAX &&
	       func.funcdata_len <= TABLES_MAX;
}

/* The text at @off; "" if there is none. */
static const char *text_at(const struct ij_gotab *tab, uint64_t off)
{
	struct ij_cursor cur = at(tab, off);
	size_t left = ij_cursor_left(&cur);

	/* Searching all of a hostile table for each of its names would never end. */
	if (!memchr(cur.pos, 0, left < NAME_MAX_LEN ? left : NAME_MAX_LEN))
		return "";
	return (const char *)cur.pos;
}

const char *ij_gotab_name(const struct ij_gotab *tab, const struct ij_gotab_func *func)
{
	return text_at(tab, func->name_off);
}

const char *ij_gotab_name_at(const struct ij_gotab *tab, uint64_t idx)
{
	const struct layout *layout = &layouts[tab->form];
	bool failed = idx >= tab->len;
	uint64_t off = failed ? 0
			      : word_at(tab, tab->functab + (2 * idx + 1) * layout->word,
					layout->word, &failed);

	if (failed || off > tab->size)
		return "";
	off += layout->names_off ? tab->functab : 0;
	off = tab->names + word_at(tab, off + layout->name, 4, &failed);
	return failed ? "" : text_at(tab, off);
}

const char *ij_gotab_file(const struct ij_gotab *tab, const struct ij_gotab_func *func, int64_t idx)
{
	bool old = !layouts[tab->form].names_off;
	bool failed = idx < old || idx > INT32_MAX;
	uint64_t off;

	if (failed || !tab->files)
		return "";
	/* Up to 1.15 a table of names that count from the start of all; then one a unit. */
	if (old)
		off = word_at(tab, tab->files + 4 * (uint64_t)idx, 4, &failed);
	else
		off = tab->files +
		      word_at(tab, tab->units + 4 * (func->unit + (uint64_t)idx), 4, &failed);
	return failed ? "" : text_at(tab, off);
}

uint32_t ij_gotab_pcdata(const struct ij_gotab *tab, const struct ij_gotab_func *func, unsigned idx)
{
	bool failed = idx >= func->pcdata_len;
	uint64_t table = failed ? 0 : word_at(tab, func->pcdata_off + 4ull * idx, 4, &failed);

	return failed ? 0 : (uint32_t)table;
}

bool ij_gotab_funcdata(const struct ij_gotab *tab, const struct ij_gotab_func *func, unsigned idx,
		       uint64_t *ret)
{
	size_t word = layouts[tab->form].word;
	bool failed = idx >= func->funcdata_len;
	uint64_t value = failed ? 0 : word_at(tab, func->funcdata_off + idx * word, word, &failed);

	if (failed || (word == 8 ? !value : value == UINT32_MAX))
		return false;
	*ret = value;
	return true;
}

void ij_gotab_values_begin(struct ij_gotab_values *values, const struct ij_gotab *tab,
			   const struct ij_gotab_func *func, uint32_t table)
{
	*values = (struct ij_gotab_values){
		.tab = tab,
		.pos = table ? tab->pctab + table : 0,
		.from = func->start,
		.to = func->start,
		.end = func->end,
		.value = -1,
		.first = true,
	};
}

/*
 * Pairs: zig-zag difference of the value, difference of the PC. A difference of 0 ends them, unless
 * it is the first.
 */
bool ij_gotab_values_next(struct ij_gotab_values *values)
{
	uint64_t zigzag = 0, step = 0;

	if (values->to >= values->end)
		return false;
	values->from = values->to;
	if (values->pos) {
		struct ij_cursor cur = at(values->tab, values->pos);

		zigzag = ij_cursor_uleb(&cur);
		if (zigzag || values->first)
			step = ij_cursor_uleb(&cur);
		if (cur.failed || zigzag > UINT32_MAX)
			step = 0;
		values->pos = step ? ij_cursor_off(&cur) : 0;
	}
	values->first = false;
	if (!step) {
		values->value = -1;
		values->to = values->end;
		return true;
	}
	values->value += (int64_t)(zigzag >> 1) ^ -(int64_t)(zigzag & 1);
	values->to += step < values->end - values->to ? step : values->end - values->to;
	return true;
}

int64_t ij_gotab_value_at(const struct ij_gotab *tab, const struct ij_gotab_func *func,
			  uint32_t table, uint64_t pc)
{
	struct ij_gotab_values values;

	ij_gotab_values_begin(&values, tab, func, table);
	while (ij_gotab_values_next(&values))
		if (pc < values.to)
			return values.value;
	return -1;
}
