/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Units of the program: what compiled them, and their line tables. */
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
