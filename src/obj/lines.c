/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Line number programs (DWARF 5, 6.2.4 and 6.2.5; DWARF 4 and older, 6.2.4). */
#include "obj/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "obj/dwarf_internal.h"

enum {
	LNS_copy = 1,
	LNS_advance_pc,
	LNS_advance_line,
	LNS_set_file,
	LNS_set_column,
	LNS_negate_stmt,
	LNS_set_basic_block,
	LNS_const_add_pc,
	LNS_fixed_advance_pc,
	LNS_set_prologue_end,
	LNS_set_epilogue_begin,
	LNS_set_isa,

	LNE_end_sequence = 1,
	LNE_set_address,
	LNE_define_file,
	LNE_set_discriminator,

	LNCT_path = 1,
	LNCT_directory_index,

	FORMATS_MAX = 16,
	OPCODES_MAX = 64,
	LENGTH_MAX = 12, /* bytes of a unit's length, in its longer form */
	FILES_MAX = 65536,
	ROWS_MAX = 1 << 23,
};

struct program {
	struct ij_dwarf *dwarf;
	struct ij_dwarf_unit unit; /* with the version of the table */
	struct ij_cursor cur;
	const char *folder;
	IJ_VEC(const char *) folders; /* borrowed from the sections */
	uint8_t min_length, default_stmt, line_range, opcode_base;
	int8_t line_base;
	uint8_t lengths[OPCODES_MAX]; /* arguments of each standard opcode */
	struct ij_lines *out;
	/* The state machine. */
	struct ij_line_row row;
	bool stmt, prologue_end;
	uint64_t discriminator;
	bool split;                  /* the line has blocks that a discriminator tells apart */
	uint32_t was_file, was_line; /* of the last row; 0: there was none */
};

void ij_lines_deinit(struct ij_lines *lines)
{
	IJ_VEC_EACH (&lines->files, it) {
		free(it->name);
		free(it->path);
	}
	ij_vec_deinit(&lines->files);
	ij_vec_deinit(&lines->rows);
}

static char *join(const char *folder, const char *name)
{
	char *path;

	if (!folder || !*folder || *name == '/')
		return strdup(name);
	return asprintf(&path, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
			name) < 0
		       ? NULL
		       : path;
}

/* File @name of folder number @idx, where 0 is the unit's own. */
static struct ij_error *add_file(struct program *p, const char *name, uint64_t idx)
{
	const char *folder = idx && idx < p->folders.len ? p->folders.items[idx] : NULL;
	struct ij_line_file file;
	struct ij_error *err;

	if (p->out->files.len >= FILES_MAX)
		return ij_error_new(LIMIT, "a line table with over %d files", FILES_MAX);
	file.name = join(folder, name);
	file.path = file.name ? join(p->folder, file.name) : NULL;
	err = file.path ? ij_vec_push(&p->out->files, file) : ij_error_nomem();
	if (err) {
		free(file.name);
		free(file.path);
	}
	return err;
}

/* ---- Names: up to version 4 ---- */

static struct ij_error *old_folders(struct program *p, const char *name)
{
	const char *folder;

	IJ_TRY(ij_vec_push(&p->folders, p->folder));
	while ((folder = ij_cursor_str(&p->cur)) && *folder) {
		if (p->folders.len >= FILES_MAX)
			return ij_error_new(LIMIT, "a line table with over %d folders", FILES_MAX);
		IJ_TRY(ij_vec_push(&p->folders, folder));
	}
	/* Files count from 1. */
	return add_file(p, name ? name : "", 0);
}

/* One file; false at the end of the list. */
static struct ij_error *old_file(struct program *p, bool *more)
{
	const char *name = ij_cursor_str(&p->cur);
	uint64_t folder;

	*more = name && *name;
	if (!*more)
		return NULL;
	folder = ij_cursor_uleb(&p->cur);
	(void)ij_cursor_uleb(&p->cur); /* time */
	(void)ij_cursor_uleb(&p->cur); /* size */
	return add_file(p, name, folder);
}

/* ---- Names: version 5 ---- */

struct format {
	uint64_t content, form;
};

struct entry {
	const char *path;
	uint64_t folder;
};

static unsigned formats_read(struct program *p, struct format formats[FORMATS_MAX])
{
	unsigned len = ij_cursor_u8(&p->cur);

	if (len > FORMATS_MAX) {
		p->cur.failed = true;
		return 0;
	}
	for (unsigned i = 0; i < len; i++) {
		formats[i].content = ij_cursor_uleb(&p->cur);
		formats[i].form = ij_cursor_uleb(&p->cur);
	}
	return len;
}

static struct entry entry_read(struct program *p, const struct format *formats, unsigned len)
{
	struct ij_dwarf_reader reader = {p->dwarf, &p->unit, p->cur};
	struct entry entry = {NULL, 0};

	for (unsigned i = 0; i < len; i++) {
		struct ij_dwarf_value value;

		if (!ij_dwarf_value_read(&reader, formats[i].form, 0, &value)) {
			reader.cur.failed = true;
			break;
		}
		if (formats[i].content == LNCT_path && value.class == IJ_DWARF_STRING)
			entry.path = value.string;
		else if (formats[i].content == LNCT_directory_index)
			entry.folder = value.u;
	}
	p->cur = reader.cur;
	return entry;
}

/* How people are told of the last file, which is in the unit's own folder: in version 5 that is
 * told like any other, and left out of the name of the unit alone (gdb/buildsym.c, start_subfile).
 */
static struct ij_error *name_own(struct program *p, const char *name)
{
	struct ij_line_file *file = &p->out->files.items[p->out->files.len - 1];
	char *full = join(p->folders.len ? p->folders.items[0] : NULL, file->name);
	char *unit = name ? join(p->folder, name) : NULL;

	if (!full || (name && !unit)) {
		free(full);
		free(unit);
		return ij_error_nomem();
	}
	if (unit && !strcmp(full, unit)) {
		free(full);
		full = strdup(name);
	}
	free(unit);
	free(file->name);
	file->name = full;
	return full ? NULL : ij_error_nomem();
}

static struct ij_error *new_names(struct program *p, const char *name)
{
	struct format formats[FORMATS_MAX];
	unsigned len = formats_read(p, formats);
	uint64_t count = ij_cursor_uleb(&p->cur);

	for (uint64_t i = 0; i < count && len && !p->cur.failed; i++) {
		struct entry entry = entry_read(p, formats, len);

		if (i >= FILES_MAX)
			return ij_error_new(LIMIT, "a line table with over %d folders", FILES_MAX);
		if (!i && entry.path && !p->folder)
			p->folder = entry.path;
		IJ_TRY(ij_vec_push(&p->folders, entry.path ? entry.path : ""));
	}
	len = formats_read(p, formats);
	count = ij_cursor_uleb(&p->cur);
	for (uint64_t i = 0; i < count && len && !p->cur.failed; i++) {
		struct entry entry = entry_read(p, formats, len);

		IJ_TRY(add_file(p, entry.path ? entry.path : "", entry.folder));
		if (!entry.folder)
			IJ_TRY(name_own(p, name));
	}
	return NULL;
}

/* ---- The program ---- */

static struct ij_error *emit(struct program *p, uint32_t flags)
{
	struct ij_line_row row = p->row;

	/* Blocks within one line are one row, as in gdb (gdb/dwarf2/read.c,
	 * dwarf_record_line_p). */
	p->discriminator = 0;
	if (!(flags & IJ_LINE_END) && row.file == p->was_file && row.line == p->was_line &&
	    p->split)
		return NULL;
	p->was_file = row.file;
	p->was_line = row.line;
	row.flags =
		flags | (p->stmt ? IJ_LINE_STMT : 0) | (p->prologue_end ? IJ_LINE_PROLOGUE_END : 0);
	p->prologue_end = false;
	if (p->out->rows.len >= ROWS_MAX)
		return ij_error_new(LIMIT, "a line table with over %d rows", ROWS_MAX);
	return ij_vec_push(&p->out->rows, row);
}

static void begin(struct program *p)
{
	p->row = (struct ij_line_row){.file = 1, .line = 1};
	p->stmt = p->default_stmt;
	p->prologue_end = p->split = false;
	p->discriminator = p->was_line = p->was_file = 0;
}

static void advance_line(struct program *p, int64_t lines)
{
	p->row.line = (uint32_t)(p->row.line + (uint64_t)lines);
	if (lines)
		p->split = p->discriminator;
}

static void advance(struct program *p, uint64_t operations)
{
	p->row.addr += operations * p->min_length;
}

static struct ij_error *extended(struct program *p)
{
	uint64_t size = ij_cursor_uleb(&p->cur);
	uint64_t end = ij_cursor_off(&p->cur) + size;
	bool more;

	if (!size || size > ij_cursor_left(&p->cur)) {
		p->cur.failed = true;
		return NULL;
	}
	switch (ij_cursor_u8(&p->cur)) {
	case LNE_end_sequence:
		IJ_TRY(emit(p, IJ_LINE_END));
		begin(p);
		break;
	case LNE_set_address:
		p->row.addr = size == 9   ? ij_cursor_u64(&p->cur)
			      : size == 5 ? ij_cursor_u32(&p->cur)
					  : 0;
		break;
	case LNE_define_file:
		IJ_TRY(old_file(p, &more));
		break;
	case LNE_set_discriminator:
		p->discriminator = ij_cursor_uleb(&p->cur);
		p->split = p->split || p->discriminator;
		break;
	default:
		break;
	}
	if (!p->cur.failed)
		ij_cursor_seek(&p->cur, end);
	return NULL;
}

static struct ij_error *standard(struct program *p, unsigned opcode)
{
	switch (opcode) {
	case LNS_copy:
		return emit(p, 0);
	case LNS_advance_pc:
		advance(p, ij_cursor_uleb(&p->cur));
		return NULL;
	case LNS_advance_line:
		advance_line(p, ij_cursor_sleb(&p->cur));
		return NULL;
	case LNS_set_file:
		p->row.file = (uint32_t)ij_cursor_uleb(&p->cur);
		return NULL;
	case LNS_negate_stmt:
		p->stmt = !p->stmt;
		return NULL;
	case LNS_const_add_pc:
		advance(p, (255u - p->opcode_base) / p->line_range);
		return NULL;
	case LNS_fixed_advance_pc:
		p->row.addr += ij_cursor_u16(&p->cur);
		return NULL;
	case LNS_set_prologue_end:
		p->prologue_end = true;
		return NULL;
	default:
		for (unsigned i = 0; i < p->lengths[opcode]; i++)
			(void)ij_cursor_uleb(&p->cur);
		return NULL;
	}
}

static struct ij_error *run(struct program *p)
{
	begin(p);
	while (ij_cursor_left(&p->cur)) {
		unsigned opcode = ij_cursor_u8(&p->cur);

		if (opcode >= p->opcode_base) {
			opcode -= p->opcode_base;
			advance(p, opcode / p->line_range);
			advance_line(p, p->line_base + (int)(opcode % p->line_range));
			IJ_TRY(emit(p, 0));
		} else if (opcode) {
			IJ_TRY(standard(p, opcode));
		} else {
			IJ_TRY(extended(p));
		}
	}
	return NULL;
}

static struct ij_error *header(struct program *p, uint64_t off, const char *name)
{
	const struct ij_dwarf_span *all = &p->dwarf->line;
	struct ij_cursor cur = ij_dwarf_cursor_part(all, off, LENGTH_MAX, "a line table");
	uint64_t size = ij_cursor_u32(&cur), code;

	p->unit.wide = size == 0xffffffff;
	if (p->unit.wide)
		size = ij_cursor_u64(&cur);
	if (cur.failed || size > ij_cursor_left(&cur) ||
	    !ij_dwarf_have(all, ij_cursor_off(&cur), size))
		return ij_error_new(BADDATA, "no line table is at 0x%llx", (unsigned long long)off);
	p->cur = ij_cursor_sub(&cur, ij_cursor_off(&cur), size);
	p->unit.version = ij_cursor_u16(&p->cur);
	if (p->unit.version < 2 || p->unit.version > 5)
		return ij_error_new(UNSUPPORTED, "a line table of version %u", p->unit.version);
	if (p->unit.version == 5)
		ij_cursor_skip(&p->cur, 2); /* sizes of addresses and selectors */
	code = ij_dwarf_offset(&p->cur, p->unit.wide);
	code += ij_cursor_off(&p->cur);
	p->min_length = ij_cursor_u8(&p->cur);
	if (p->unit.version >= 4)
		(void)ij_cursor_u8(&p->cur); /* operations of an instruction: of VLIW machines */
	p->default_stmt = ij_cursor_u8(&p->cur);
	p->line_base = (int8_t)ij_cursor_u8(&p->cur);
	p->line_range = ij_cursor_u8(&p->cur);
	p->opcode_base = ij_cursor_u8(&p->cur);
	if (!p->line_range || !p->opcode_base || p->opcode_base > OPCODES_MAX)
		return ij_error_new(BADDATA, "the line table at 0x%llx has no sensible opcodes",
				    (unsigned long long)off);
	for (unsigned i = 1; i < p->opcode_base; i++)
		p->lengths[i] = ij_cursor_u8(&p->cur);
	if (p->unit.version == 5) {
		IJ_TRY(new_names(p, name));
	} else {
		bool more = true;

		IJ_TRY(old_folders(p, name));
		while (more)
			IJ_TRY(old_file(p, &more));
	}
	ij_cursor_seek(&p->cur, code);
	return NULL;
}

struct numbered {
	struct ij_line_row row;
	size_t idx;
};

/* The end of a sequence comes before what begins at its address. */
static int by_address(const void *a, const void *b)
{
	const struct numbered *x = a, *y = b;
	bool x_end = x->row.flags & IJ_LINE_END, y_end = y->row.flags & IJ_LINE_END;

	if (x->row.addr != y->row.addr)
		return x->row.addr < y->row.addr ? -1 : 1;
	if (x_end != y_end)
		return x_end ? -1 : 1;
	return x->idx < y->idx ? -1 : x->idx > y->idx;
}

/* Sequences come in any order; rows within one are in order already. */
static struct ij_error *sort(struct ij_lines *lines)
{
	struct numbered *list;
	bool sorted = true;

	for (size_t i = 1; i < lines->rows.len && sorted; i++)
		sorted = lines->rows.items[i - 1].addr < lines->rows.items[i].addr ||
			 (lines->rows.items[i - 1].addr == lines->rows.items[i].addr &&
			  !(lines->rows.items[i].flags & IJ_LINE_END));
	if (sorted)
		return NULL;
	list = malloc(lines->rows.len * sizeof(*list));
	if (!list)
		return ij_error_nomem();
	for (size_t i = 0; i < lines->rows.len; i++)
		list[i] = (struct numbered){lines->rows.items[i], i};
	qsort(list, lines->rows.len, sizeof(*list), by_address);
	for (size_t i = 0; i < lines->rows.len; i++)
		lines->rows.items[i] = list[i].row;
	free(list);
	return NULL;
}

struct ij_error *ij_lines_read(struct ij_dwarf *dwarf, const struct ij_dwarf_unit *unit,
			       uint64_t off, const char *folder, const char *name,
			       struct ij_lines *ret)
{
	struct ij_lines lines = {.rows = {0}};
	struct program p = {.dwarf = dwarf, .unit = *unit, .folder = folder, .out = &lines};
	struct ij_error *err = header(&p, off, name);

	if (!err)
		err = run(&p);
	if (!err)
		err = sort(&lines);
	ij_vec_deinit(&p.folders);
	/* A row may name a file that there is not. */
	for (size_t i = 0; !err && i < lines.rows.len; i++)
		if (lines.rows.items[i].file >= lines.files.len)
			lines.rows.items[i].line = lines.rows.items[i].file = 0;
	if (!err && !lines.files.len)
		lines.rows.len = 0;
	if (err)
		ij_lines_deinit(&lines);
	else
		*ret = lines;
	return err;
}

const struct ij_line_row *ij_lines_at(const struct ij_lines *lines, uint64_t addr,
				      uint64_t *end_ret)
{
	size_t lo = 0, hi = lines->rows.len, at;

	/* The first row behind @addr. */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (lines->rows.items[mid].addr <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || lo == lines->rows.len)
		return NULL;
	at = lo - 1;
	*end_ret = lines->rows.items[lo].addr;
	if (lines->rows.items[at].flags & IJ_LINE_END)
		return NULL;
	/* Of several at one address the last one that a breakpoint may be at, as gdb chooses. */
	for (size_t i = at + 1; i-- > 0 && lines->rows.items[i].addr == lines->rows.items[at].addr;)
		if (lines->rows.items[i].flags & IJ_LINE_STMT &&
		    !(lines->rows.items[i].flags & IJ_LINE_END))
			return &lines->rows.items[i];
	return &lines->rows.items[at];
}
