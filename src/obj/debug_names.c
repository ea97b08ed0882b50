/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The index of all names of a module's debug information, and the scopes that names are in. */
#include <stdlib.h>
#include <string.h>

#include "obj/debug_internal.h"
#include "obj/kept.h"
#include "types/cname.h"

uint32_t ij_debug_hash(const char *name)
{
	uint32_t hash = 5381;

	for (; *name; name++)
		hash = hash * 33 + (unsigned char)*name;
	return hash;
}

unsigned ij_debug_kind_of(uint64_t tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
		return IJ_DEBUG_FUNCTION;
	case DW_TAG_variable:
	case DW_TAG_member:
		return IJ_DEBUG_VARIABLE;
	case DW_TAG_enumerator:
		return IJ_DEBUG_ENUMERATOR;
	case DW_TAG_typedef:
	case DW_TAG_base_type:
		return IJ_DEBUG_TYPEDEF;
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
		return IJ_DEBUG_STRUCT;
	case DW_TAG_union_type:
		return IJ_DEBUG_UNION;
	case DW_TAG_enumeration_type:
		return IJ_DEBUG_ENUM;
	case DW_TAG_namespace:
		return IJ_DEBUG_NAMESPACE;
	default:
		return 0;
	}
}

struct indexing {
	struct ij_debug *debug;
	const struct ij_debug_unit *unit;
	uint64_t enum_off; /* of the last enum that was entered */
};

/* The definition of a variable that was declared in a namespace or class has its name from there.
 */
static void name_of_declared(struct ij_debug *debug, struct ij_debug_brief *brief)
{
	struct ij_debug_die at;
	struct ij_error *err;

	if (brief->tag != DW_TAG_variable || brief->name || !brief->specification)
		return;
	err = ij_debug_read(debug, brief->specification, &at);
	if (!err && at.die.name.class == IJ_DWARF_STRING)
		brief->name = at.die.name.string;
	ij_error_free(err);
}

bool ij_debug_is_instance(const char *name, const char *of)
{
	size_t len = strlen(of);

	return len && !strncmp(name, of, len) && name[len] && ij_cname_base(name) == len;
}

/* A template is also known by its name without arguments. */
static struct ij_error *index_template(struct ij_debug *debug, const char *name,
				       const struct ij_debug_name *whole)
{
	const size_t len = ij_cname_base(name);
	struct ij_debug_name line = *whole;
	IJ_STRBUF_AUTO base = {0};

	if (!len || !name[len] || !(line.kind & (IJ_DEBUG_FUNCTION | IJ_DEBUG_STRUCT)))
		return NULL;
	ij_strbuf_add(&base, name, len);
	IJ_TRY(ij_strbuf_error(&base));
	line.hash = ij_debug_hash(base.str);
	line.kind |= IJ_DEBUG_TEMPLATE;
	return ij_vec_push(&debug->names, line);
}

static struct ij_error *index_entry(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret)
{
	struct indexing *indexing = ctx;
	unsigned kind = ij_debug_kind_of(brief->tag);
	struct ij_debug_brief own = *brief;
	bool plain = !indexing->unit->is_cxx && !indexing->unit->is_rust;
	struct ij_debug_name name = {
		.kind = kind | (brief->declared ? IJ_DEBUG_DECLARED : 0),
		.off = brief->off,
	};

	/* Members of C's structs have no names of their own. */
	*enter_ret = kind == IJ_DEBUG_ENUM || kind == IJ_DEBUG_NAMESPACE ||
		     brief->tag == DW_TAG_module ||
		     (!plain && (kind == IJ_DEBUG_STRUCT || kind == IJ_DEBUG_UNION));
	/* A static member has DW_AT_declaration (DWARF 4) or is a variable (DWARF 5). */
	if (kind == IJ_DEBUG_ENUM)
		indexing->enum_off = brief->off;
	/* Of an enumerator the enum is what tells all. */
	if (kind == IJ_DEBUG_ENUMERATOR)
		name.off = indexing->enum_off;
	name_of_declared(indexing->debug, &own);
	if (!kind || !own.name || (brief->tag == DW_TAG_member && !brief->declared))
		return NULL;
	name.hash = ij_debug_hash(own.name);
	IJ_TRY(ij_vec_push(&indexing->debug->names, name));
	return plain ? NULL : index_template(indexing->debug, own.name, &name);
}

static int by_hash(const void *a, const void *b)
{
	const struct ij_debug_name *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if ((x->kind ^ y->kind) & IJ_DEBUG_DECLARED)
		return x->kind & IJ_DEBUG_DECLARED ? 1 : -1;
	return x->off < y->off ? -1 : x->off > y->off;
}

enum { DIGIT_BITS = 11, DIGITS = 3, DIGIT_MAX = 1 << DIGIT_BITS };

/* What a pass sorts by: at first whether it is only declared, then the digits of the hash. */
static unsigned digit_of(const struct ij_debug_name *name, unsigned pass)
{
	return pass ? name->hash >> (DIGIT_BITS * (pass - 1)) & (DIGIT_MAX - 1)
		    : (name->kind & IJ_DEBUG_DECLARED) != 0;
}

/* @from by the digit of that pass into @to, of as much room; what has the same stays in order. */
static void sort_pass(const struct ij_debug_name *from, size_t len, unsigned pass,
		      struct ij_debug_name *to)
{
	size_t starts[DIGIT_MAX] = {0}, sum = 0;

	for (size_t i = 0; i < len; i++)
		starts[digit_of(from + i, pass)]++;
	for (unsigned i = 0; i < DIGIT_MAX; i++) {
		size_t count = starts[i];

		starts[i] = sum;
		sum += count;
	}
	for (size_t i = 0; i < len; i++)
		to[starts[digit_of(from + i, pass)]++] = from[i];
}

/* As by by_hash(): names come in the order of their entries, with few exceptions, and millions of
 * them are sorted by their digits in a fifth of the time. */
static struct ij_error *sort_names(struct ij_debug *debug)
{
	struct ij_debug_name *names = debug->names.items, *other;
	size_t len = debug->names.len;
	bool ordered = true;

	for (size_t i = 1; i < len && ordered; i++)
		ordered = names[i - 1].off <= names[i].off;
	if (!ordered) {
		qsort(names, len, sizeof(*names), by_hash);
		return NULL;
	}
	other = malloc((len ? len : 1) * sizeof(*other));
	if (!other)
		return ij_error_nomem();
	for (unsigned pass = 0; pass <= DIGITS; pass += 2) {
		sort_pass(names, len, pass, other);
		sort_pass(other, len, pass + 1, names);
	}
	free(other);
	return NULL;
}

static struct ij_error *index_unit(struct ij_debug *debug, struct ij_debug_unit *unit)
{
	struct indexing indexing = {debug, unit, 0};
	const struct ij_debug_scan scan = {.enter = index_entry, .ctx = &indexing};

	debug->dwarf.budget = debug->budget;
	return ij_debug_scan(debug, unit, &scan);
}

enum { STRINGS_MAX = 8 << 20 }; /* bytes of strings that are held for the index alone */

/* Strings of the file are in nobody's use once no unit is read. */
static void forget_strings(struct ij_debug *debug, uint64_t *mark)
{
	const struct ij_dwarf_span *str = &debug->dwarf.str;

	if (!str->img || str->img->filled - *mark < STRINGS_MAX || debug->early.len)
		return;
	*mark = str->img->filled;
	IJ_VEC_EACH (&debug->units, unit)
		if (unit->read)
			return;
	ij_image_forget(str->img, str->at, str->size);
}

/* All of a file's entries and names are much: they are let go of unit by unit. */
static struct ij_error *index_file(struct ij_debug *debug)
{
	uint64_t mark = debug->dwarf.str.img ? debug->dwarf.str.img->filled : 0;

	IJ_VEC_EACH (&debug->units, unit) {
		bool was_read = unit->read;

		IJ_TRY(index_unit(debug, unit));
		if (!was_read)
			ij_debug_unit_unload(debug, unit);
		forget_strings(debug, &mark);
	}
	return NULL;
}

/* All that was kept. False: it is no such index. */
static bool load(struct ij_debug *debug)
{
	size_t len = (size_t)(debug->kept_size / sizeof(struct ij_debug_name));
	const struct ij_debug_name *names;
	struct ij_error *err;

	debug->names.len = 0;
	err = ij_vec_reserve(&debug->names, len);
	if (err || !ij_kept_read(debug->kept, 0, debug->kept_size, (uint8_t *)debug->names.items)) {
		ij_error_free(err);
		return false;
	}
	names = debug->names.items;
	for (size_t i = 1; i < len; i++)
		if (names[i - 1].hash > names[i].hash)
			return false;
	debug->names.len = len;
	return true;
}

/* What was kept is not good: to be built anew, now and the next time. */
static void drop(struct ij_debug *debug)
{
	ij_kept_drop(debug->kept);
	debug->kept = NULL;
}

struct ij_error *ij_debug_index(struct ij_debug *debug)
{
	if (debug->named)
		return NULL;
	if (debug->kept && load(debug)) {
		debug->named = true;
		return NULL;
	}
	if (debug->kept)
		drop(debug);
	debug->names.len = 0;
	IJ_TRY(ij_debug_units(debug));
	IJ_TRY(index_file(debug));
	IJ_TRY(ij_debug_parts_each(debug, index_unit));
	IJ_TRY(sort_names(debug));
	debug->named = true;
	return NULL;
}

bool ij_debug_is_indexed(const struct ij_debug *debug)
{
	return debug->named || debug->kept;
}

const void *ij_debug_index_bytes(const struct ij_debug *debug, size_t *size_ret)
{
	*size_ret = debug->names.len * sizeof(*debug->names.items);
	return debug->named && !debug->incomplete ? debug->names.items : NULL;
}

struct ij_error *ij_debug_index_take(struct ij_debug *debug, struct ij_kept *kept, uint64_t size)
{
	if (size % sizeof(struct ij_debug_name) || size > ij_kept_size(kept))
		return ij_error_new(BADDATA, "an index of %llu bytes", (unsigned long long)size);
	ij_kept_close(debug->kept);
	debug->kept = kept;
	debug->kept_size = size;
	debug->named = false;
	return NULL;
}

/* Lines that are read of what was kept at once, as many as a page has. */
enum { PAGE_LINES = IJ_KEPT_BLOCK / sizeof(struct ij_debug_name) };

/* Lines [@first, ...), up to PAGE_LINES of @len; how many, 0: they are damaged. */
static size_t page_read(const struct ij_debug *debug, size_t first, size_t len,
			struct ij_debug_name *page)
{
	size_t count = len - first < PAGE_LINES ? len - first : PAGE_LINES;

	return ij_kept_read(debug->kept, first * sizeof(*page), count * sizeof(*page),
			    (uint8_t *)page)
		       ? count
		       : 0;
}

/* The first line of the last page that begins with a hash below @hash. False: damage. */
static bool page_find(const struct ij_debug *debug, uint32_t hash, size_t len,
		      struct ij_debug_name *page, size_t *ret)
{
	size_t lo = 0, hi = (len + PAGE_LINES - 1) / PAGE_LINES;

	while (lo + 1 < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (!page_read(debug, mid * PAGE_LINES, len, page))
			return false;
		if (page->hash < hash)
			lo = mid;
		else
			hi = mid;
	}
	*ret = lo * PAGE_LINES;
	return true;
}

/* The lines of @hash among what was kept. False in @good: it is damaged. */
static struct ij_error *kept_lines(const struct ij_debug *debug, uint32_t hash,
				   struct ij_debug_lines *ret, bool *good)
{
	size_t len = (size_t)(debug->kept_size / sizeof(struct ij_debug_name)), first = 0, count;
	struct ij_debug_name page[PAGE_LINES];
	bool more = len > 0;

	*good = page_find(debug, hash, len, page, &first);
	for (; *good && more && first < len; first += count) {
		count = page_read(debug, first, len, page);
		*good = count > 0;
		for (size_t i = 0; i < count && more; i++) {
			more = page[i].hash <= hash;
			if (page[i].hash == hash)
				IJ_TRY(ij_vec_push(ret, page[i]));
		}
	}
	return NULL;
}

struct ij_error *ij_debug_lines_find(struct ij_debug *debug, uint32_t hash,
				     struct ij_debug_lines *ret)
{
	size_t lo = 0, hi;
	bool good;

	if (!debug->named && debug->kept) {
		IJ_TRY(kept_lines(debug, hash, ret, &good));
		if (good)
			return NULL;
		drop(debug);
		ret->len = 0;
	}
	IJ_TRY(ij_debug_index(debug));
	for (hi = debug->names.len; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (debug->names.items[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < debug->names.len && debug->names.items[lo].hash == hash; lo++)
		IJ_TRY(ij_vec_push(ret, debug->names.items[lo]));
	return NULL;
}

struct scoping {
	struct ij_debug_unit *unit;
	uint32_t inner; /* index + 1 of the scope that is open */
};

static struct ij_error *scope_enter(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret)
{
	struct scoping *scoping = ctx;
	unsigned kind = ij_debug_kind_of(brief->tag);
	struct ij_debug_scope scope = {.off = brief->off,
				       .end = scoping->unit->unit.end,
				       .name = brief->name ? brief->name : "",
				       .outer = scoping->inner};

	*enter_ret = brief->children && (kind == IJ_DEBUG_STRUCT || kind == IJ_DEBUG_UNION ||
					 kind == IJ_DEBUG_NAMESPACE);
	if (!*enter_ret)
		return NULL;
	IJ_TRY(ij_vec_push(&scoping->unit->scopes, scope));
	scoping->inner = (uint32_t)scoping->unit->scopes.len;
	return NULL;
}

static void scope_leave(void *ctx, uint64_t end)
{
	struct scoping *scoping = ctx;
	struct ij_debug_scope *scope;

	if (!scoping->inner)
		return;
	scope = scoping->unit->scopes.items + scoping->inner - 1;
	scope->end = end;
	scoping->inner = scope->outer;
}

/* The innermost scope around @off; index + 1, 0: none. */
static uint32_t scope_at(const struct ij_debug_unit *unit, uint64_t off)
{
	size_t lo = 0, hi = unit->scopes.len;
	uint32_t at;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (unit->scopes.items[mid].off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (at = (uint32_t)lo; at && unit->scopes.items[at - 1].end <= off;)
		at = unit->scopes.items[at - 1].outer;
	return at;
}

enum { SCOPES_MAX = 32 };

struct ij_error *ij_debug_scope_text(struct ij_debug *debug, struct ij_debug_unit *unit,
				     uint64_t off, struct ij_strbuf *out)
{
	const char *names[SCOPES_MAX];
	unsigned len = 0;

	if (!unit->is_cxx && !unit->is_rust)
		return NULL;
	if (!unit->scoped) {
		struct scoping scoping = {.unit = unit};
		const struct ij_debug_scan scan = {
			.enter = scope_enter, .leave = scope_leave, .ctx = &scoping};

		IJ_TRY(ij_debug_scan(debug, unit, &scan));
		unit->scoped = true;
	}
	for (uint32_t at = scope_at(unit, off); at && len < SCOPES_MAX;
	     at = unit->scopes.items[at - 1].outer)
		names[len++] = unit->scopes.items[at - 1].name;
	for (bool first = true; len--; first = false)
		ij_strbuf_printf(out, "%s%s", first ? "" : "::",
				 *names[len] ? names[len] : "(anonymous namespace)");
	return ij_strbuf_error(out);
}
