/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which Go made a program: by its build information (src/debug/buildinfo), else by the text of
 * runtime.buildVersion; held against the form of its tables in any case.
 */
#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "maps/gomodule.h"

/* Read-only data larger than that is not searched for a version. */
#define SEARCH_MAX ((uint64_t)256 << 20)

/* The versions of each form. */
static const struct {
	unsigned lo, hi;
} forms[] = {
	[IJ_GOTAB_2] = {2, 11},
	[IJ_GOTAB_12] = {12, 15},
	[IJ_GOTAB_16] = {16, 17},
	[IJ_GOTAB_18] = {18, 19},
	[IJ_GOTAB_20] = {20, IJ_GOPROG_NEWEST},
};

/* From each minor version on (src/cmd/internal/objabi/funcdata.go, src/internal/abi/symtab.go). */
static const struct {
	unsigned minor;
	struct ij_goprog_slots slots;
} slots_of[] = {
	/* unsafe stack reg inl; args locals reg_maps objects inl_tree */
	{2, {2, 0, 2, 1, 0, 1, 3, -1, 2}},   {12, {2, 0, 2, 1, 0, 1, 3, 4, 2}},
	{13, {0, 1, 0, 2, 0, 1, 2, 3, 4}},   {15, {0, 1, -1, 2, 0, 1, -1, 3, 4}},
	{16, {0, 1, -1, 2, 0, 1, -1, 2, 3}},
};

static void slots_set(struct ij_goprog *prog)
{
	for (size_t i = 0; i < IJ_COUNT(slots_of); i++)
		if (prog->minor_lo >= slots_of[i].minor)
			prog->slots = slots_of[i].slots;
}

/* "go1.23.5", "go1.27rc1", "devel go1.24-abc": the minor version, or 0. @text: NUL-terminated. */
static unsigned minor_of(const char *text)
{
	const char *at = strstr(text, "go1.");
	unsigned minor = 0;

	for (at = at ? at + 4 : ""; *at >= '0' && *at <= '9' && minor < 100; at++)
		minor = minor * 10 + (unsigned)(*at - '0');
	return minor;
}

static bool version_take(struct ij_goprog *prog, const uint8_t *bytes, uint64_t size)
{
	char text[sizeof(prog->version)];
	unsigned minor;

	if (!size || size >= sizeof(text))
		return false;
	memcpy(text, bytes, size);
	text[size] = 0;
	for (size_t i = 0; i < size; i++)
		if (text[i] < ' ' || text[i] > '~')
			return false;
	minor = minor_of(text);
	if (!minor)
		return false;
	memcpy(prog->version, text, size + 1);
	prog->minor_lo = prog->minor_hi = minor;
	return true;
}

/* The build information at @info of @size bytes: the version inline (1.18), or a Go string. */
static bool info_read(struct ij_goprog *prog, const uint8_t *info, size_t size)
{
	struct ij_cursor cur = ij_cursor_make(info, size, "build information");
	uint8_t text[sizeof(prog->version)];
	const void *bytes;
	uint64_t addr, len;
	struct ij_error *err;

	ij_cursor_skip(&cur, 14);
	if (ij_cursor_u8(&cur) != 8)
		return false;
	if (ij_cursor_u8(&cur) & 2) {
		ij_cursor_seek(&cur, 32);
		len = ij_cursor_uleb(&cur);
		bytes = ij_cursor_bytes(&cur, len);
		return bytes && version_take(prog, bytes, len);
	}
	addr = ij_cursor_u64(&cur);
	if (cur.failed || !ij_goprog_word(prog, addr + 8, &len) ||
	    !ij_goprog_word(prog, addr, &addr) || len > sizeof(text))
		return false;
	err = ij_object_read(prog->obj, addr, text, len);
	ij_error_free(err);
	return !err && version_take(prog, text, len);
}

static struct ij_error *by_info(struct ij_goprog *prog, bool *found)
{
	static const char magic[] = "\xff Go buildinf:";
	const uint8_t *bytes;
	uint64_t vaddr;
	size_t size;
	struct ij_error *err = ij_object_section(prog->obj, ".go.buildinfo", &bytes, &size, &vaddr);

	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	if (!err && size >= 32 && !memcmp(bytes, magic, sizeof(magic) - 1))
		*found = info_read(prog, bytes, size);
	ij_error_free(err);
	return NULL;
}

/* The longest "go1.N[.M]" of a version of this form in @bytes becomes the version. */
static void take_texts(struct ij_goprog *prog, const uint8_t *bytes, size_t size)
{
	unsigned lo = prog->tab.text_needed ? 26 : forms[prog->tab.form].lo;
	size_t best = strlen(prog->version);

	for (size_t at = 0; at + 8 < size; at++) {
		const uint8_t *found = memchr(bytes + at, 'g', size - at - 8);
		char text[16] = {0};
		size_t len = 4;
		unsigned minor;

		if (!found)
			return;
		at = (size_t)(found - bytes);
		if (memcmp(found, "go1.", 4))
			continue;
		/* Texts lie one behind another without anything between them. */
		while (len < 10 && at + len < size &&
		       ((found[len] >= '0' && found[len] <= '9') ||
			(found[len] == '.' && len > 4 && !memchr(found + 4, '.', len - 4))))
			len++;
		len -= found[len - 1] == '.';
		memcpy(text, found, len);
		minor = minor_of(text);
		if (minor < lo || minor > forms[prog->tab.form].hi || len <= best)
			continue;
		version_take(prog, found, len);
		best = len;
	}
}

static struct ij_error *by_text(struct ij_goprog *prog, bool *found)
{
	size_t len;
	const struct ij_segment *segs = ij_object_segments(prog->obj, &len);

	for (size_t i = 0; i < len; i++) {
		uint8_t *bytes;
		struct ij_error *err;

		if (segs[i].flags & (PF_X | PF_W) || !segs[i].file_size ||
		    segs[i].file_size > SEARCH_MAX)
			continue;
		bytes = malloc(segs[i].file_size);
		if (!bytes)
			return ij_error_nomem();
		err = ij_object_read(prog->obj, segs[i].vaddr, bytes, segs[i].file_size);
		if (!err)
			take_texts(prog, bytes, segs[i].file_size);
		ij_error_free(err);
		free(bytes);
	}
	*found = prog->version[0] != 0;
	return NULL;
}

/* How many functions have as many maps of their locals as their PCDATA counts; and how many not. */
static void count_fits(const struct ij_goprog *prog, unsigned *good, unsigned *bad)
{
	*good = *bad = 0;
	for (uint64_t i = 0; i < prog->tab.len && *good + *bad < 2000; i++) {
		struct ij_gotab_func func;
		struct ij_gotab_values values;
		struct ij_gobits bits;
		int64_t max = -1;

		/* Assembly without pointers has two empty maps, whatever it needs. */
		if (!ij_gotab_func_at(&prog->tab, i, &func) ||
		    !ij_goprog_bits(prog, &func, prog->slots.locals, &bits) || !bits.nbit)
			continue;
		ij_gotab_values_begin(
			&values, &prog->tab, &func,
			ij_gotab_pcdata(&prog->tab, &func, (unsigned)prog->slots.stack_map));
		while (ij_gotab_values_next(&values))
			max = values.value > max ? values.value : max;
		if (max < 0)
			continue;
		if (max == bits.n - 1)
			++*good;
		else
			++*bad;
	}
}

/* Of the versions that have this form the one that its tables fit best. */
static void by_tables(struct ij_goprog *prog)
{
	unsigned lo = prog->tab.text_needed ? 26 : forms[prog->tab.form].lo;
	unsigned best = lo, most = 0;

	for (unsigned minor = lo; prog->tab.form == IJ_GOTAB_12 && minor <= 15; minor++) {
		unsigned good, bad;

		prog->minor_lo = minor;
		slots_set(prog);
		count_fits(prog, &good, &bad);
		/* A few have maps that nothing leads to any more. */
		if (good > most && bad < good / 4) {
			most = good;
			best = minor;
		}
	}
	/* 1.11 is the first that has calls, and what is older is made of the same tables. */
	prog->minor_lo = prog->tab.form == IJ_GOTAB_2 ? 10 : best;
	prog->minor_hi = forms[prog->tab.form].hi;
	snprintf(prog->version, sizeof(prog->version), "go1.%u to go1.%u", prog->minor_lo,
		 prog->minor_hi);
}

struct ij_error *ij_goprog_version_find(struct ij_goprog *prog)
{
	bool found = false;

	IJ_TRY(by_info(prog, &found));
	if (!found)
		IJ_TRY(by_text(prog, &found));
	if (!found)
		by_tables(prog);
	slots_set(prog);
	if (prog->minor_lo < forms[prog->tab.form].lo || prog->minor_lo > forms[prog->tab.form].hi)
		return ij_error_new(UNSUPPORTED,
				    "%s is made by %.40s, whose tables are not of the form that is "
				    "known of it (Go 1.2 to 1.%u are supported)",
				    ij_object_name(prog->obj), prog->version, IJ_GOPROG_NEWEST);
	return NULL;
}
