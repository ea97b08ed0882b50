/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units of the program: what compiled them, and their line tables. */
#include <stdlib.h>
#include <string.h>

#include "debugger/debugger.h"
#include "interject/listing.h"
#include "obj/debug_lines.h"
#include "obj/debug_list.h"

/* DWARF 5, 7.12, by the names of gdb's `set language`. */
static const char *language_of(uint64_t code)
{
	switch (code) {
	case 0x01: /* C89, C, C99, C11 */
	case 0x02:
	case 0x0c:
	case 0x1d:
		return "c";
	case 0x04: /* C++, and by year */
	case 0x19:
	case 0x1a:
	case 0x21:
	case 0x2b:
	case 0x2c:
		return "c++";
	case 0x16:
		return "go";
	case 0x1c:
		return "rust";
	case 0x8001:
		return "asm";
	default:
		return "minimal";
	}
}

struct ij_error *ij_debugger_unit(struct ij_debugger *d, uint64_t addr,
				  struct ij_debugger_unit *ret)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = ij_modules_find(s->mods, addr);
	struct ij_debug_unit_about about;
	struct ij_debug *debug = NULL;

	if (module)
		IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	if (!debug)
		return ij_error_new(NOTFOUND, "no debug information has code at 0x%llx",
				    (unsigned long long)addr);
	IJ_TRY(ij_debug_unit_about(debug, addr - module->bias, &about));
	*ret = (struct ij_debugger_unit){.folder = about.folder,
					 .producer = about.producer,
					 .language = language_of(about.language),
					 .version = about.version};
	return NULL;
}

struct rows {
	const char *file;
	uint64_t bias;
	ij_debugger_row visit;
	void *ctx;
	bool found;
};

static bool on_table(void *ctx, const char *name, const struct ij_lines *lines)
{
	struct rows *rows = ctx;
	bool inside = false;

	(void)name;
	IJ_VEC_EACH (&lines->rows, row) {
		bool is = !(row->flags & IJ_LINE_END) &&
			  ij_locate_is_file(&lines->files.items[row->file], rows->file);

		if (is || inside)
			rows->visit(rows->ctx, row->addr + rows->bias, is ? row->line : 0);
		inside = is;
		rows->found = rows->found || is;
	}
	return !rows->found;
}

struct ij_error *ij_debugger_rows(struct ij_debugger *d, const char *file, ij_debugger_row visit,
				  void *ctx)
{
	struct rows rows = {.file = file, .visit = visit, .ctx = ctx};
	struct ij_session *s = ij_debugger_names(d);
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len && !rows.found; i++) {
		struct ij_debug *debug;

		IJ_TRY(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
		rows.bias = list[i]->bias;
		if (debug)
			IJ_TRY(ij_debug_lines_each(debug, on_table, &rows));
	}
	return rows.found ? NULL : ij_error_new(NOTFOUND, "No source file named %s.", file);
}

/* ---- Source files ---- */

struct source {
	const struct ij_line_file *file;
	size_t idx; /* in the order of the units */
};

struct sources {
	IJ_VEC(struct source) list;
	struct ij_error *err;
};

static bool on_unit(void *ctx, const char *name, const struct ij_lines *lines)
{
	struct sources *sources = ctx;

	(void)name;
	IJ_VEC_EACH (&lines->files, it) {
		sources->err =
			ij_vec_push(&sources->list, ((struct source){it, sources->list.len}));
		if (sources->err)
			return false;
	}
	return true;
}

static int by_path(const void *a, const void *b)
{
	const struct source *x = a, *y = b;
	int order = strcmp(x->file->path, y->file->path);

	return order ? order : (x->idx > y->idx) - (x->idx < y->idx);
}

static int by_idx(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return (x->idx > y->idx) - (x->idx < y->idx);
}

/* Each path once, where it is first. */
static void make_unique(struct sources *sources)
{
	struct source *items = sources->list.items;
	size_t len = 0;

	if (!sources->list.len)
		return;
	qsort(items, sources->list.len, sizeof(*items), by_path);
	for (size_t i = 0; i < sources->list.len; i++)
		if (!len || strcmp(items[len - 1].file->path, items[i].file->path) != 0)
			items[len++] = items[i];
	sources->list.len = len;
	qsort(items, len, sizeof(*items), by_idx);
}

struct ij_error *ij_debugger_sources(struct ij_debugger *d, size_t idx, ij_debugger_source visit,
				     void *ctx)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_debugger_module module;
	struct sources sources = {.err = NULL};
	struct ij_module *const *list;
	struct ij_debug *debug = NULL;
	struct ij_error *err;
	size_t len;

	if (ij_debugger_module(d, idx, &module)) {
		list = ij_modules_list(s->mods, &len);
		for (size_t i = 0; i < len && !debug; i++)
			if (!strcmp(list[i]->path, module.path))
				IJ_TRY(ij_debugs_of(s->debugs, s->mods, list[i], &debug));
	}
	if (!debug)
		return ij_error_new(NOTFOUND, "Objfile has no debug information.");
	err = ij_debug_lines_each(debug, on_unit, &sources);
	if (!err)
		err = sources.err;
	if (!err) {
		make_unique(&sources);
		IJ_VEC_EACH (&sources.list, it)
			visit(ctx, it->file->name, it->file->path);
	}
	ij_vec_deinit(&sources.list);
	return err;
}
