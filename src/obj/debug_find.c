/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding functions by address, and everything by name; where variables are (DWARF 5, 2.6). */
#include <string.h>

#include "obj/debug_internal.h"
#include "types/cname.h"

/* A location of one address, or a thread-local one. */
static void place_of(const struct ij_debug *debug, const struct ij_debug_unit *unit,
		     const struct ij_dwarf_value *value, struct ij_debug_entry *ret)
{
	struct ij_cursor cur;
	unsigned op;
	uint64_t addr, plus = 0;

	if (value->class != IJ_DWARF_BLOCK || !value->u)
		return;
	cur = ij_cursor_make(value->block, value->u, "a variable's location");
	op = ij_cursor_u8(&cur);
	if (op == DW_OP_addr || op == DW_OP_const8u) {
		addr = ij_cursor_u64(&cur);
	} else if (op == DW_OP_const4u) {
		addr = ij_cursor_u32(&cur);
	} else if (op != DW_OP_addrx && op != DW_OP_GNU_addr_index) {
		return;
	} else if (!ij_dwarf_addr_at(&debug->dwarf, &unit->unit, ij_cursor_uleb(&cur), &addr)) {
		return;
	}
	ret->place =
		op == DW_OP_const8u || op == DW_OP_const4u ? IJ_DEBUG_NOWHERE : IJ_DEBUG_ADDRESS;
	while (ij_cursor_left(&cur)) {
		op = ij_cursor_u8(&cur);
		if (op == DW_OP_plus_uconst)
			plus += ij_cursor_uleb(&cur);
		else if (op == DW_OP_GNU_push_tls_address || op == DW_OP_form_tls_address)
			ret->place = IJ_DEBUG_TLS;
		else
			cur.failed = true;
	}
	/* The linker leaves no address of what it drops. */
	if (cur.failed || (ret->place == IJ_DEBUG_ADDRESS && !addr))
		ret->place = IJ_DEBUG_NOWHERE;
	ret->addr = addr + plus;
}

static void constant_of(const struct ij_dwarf_value *value, struct ij_debug_entry *ret)
{
	if (value->class == IJ_DWARF_CONSTANT) {
		ret->place = IJ_DEBUG_CONSTANT;
		ret->addr = value->u;
	} else if (value->class == IJ_DWARF_BLOCK && value->block &&
		   value->u == ij_ctype_strip(ret->type)->size) {
		ret->place = IJ_DEBUG_CONSTANT;
		ret->bytes = value->block;
	}
}

/* `constu N`: how compilers for the Itanium C++ ABI tell the entry of the virtual table. */
static void virtual_of(const struct ij_dwarf_die *die, struct ij_debug_entry *ret)
{
	ret->is_virtual = die->virtuality.class == IJ_DWARF_CONSTANT && die->virtuality.u &&
			  ij_debug_slot(die, &ret->slot);
}

static struct ij_error *function_entry(struct ij_debug *debug, const struct ij_debug_die *at,
				       const struct ij_debug_die *full, struct ij_debug_entry *ret)
{
	IJ_TRY(ij_debug_function_type(debug, at, 0, &ret->type));
	ret->is_method = ret->type->params.len && ret->type->params.items[0].is_artificial;
	if (at->die.low_pc.class == IJ_DWARF_ADDRESS && at->die.low_pc.u) {
		ret->place = IJ_DEBUG_ADDRESS;
		ret->addr = at->die.low_pc.u;
	}
	virtual_of(&full->die, ret);
	ret->is_explicit = full->die.is_explicit.class == IJ_DWARF_CONSTANT;
	if (full->die.linkage_name.class == IJ_DWARF_STRING)
		ret->linkage = full->die.linkage_name.string;
	else if (full->die.mips_linkage_name.class == IJ_DWARF_STRING)
		ret->linkage = full->die.mips_linkage_name.string;
	return NULL;
}

/* Enumerator @name of the enum @at; false if it has none of that name. */
static struct ij_error *enumerator_entry(struct ij_debug *debug, const struct ij_debug_die *at,
					 const char *name, struct ij_debug_entry *ret, bool *found)
{
	struct ij_debug_entry entry = {.kind = IJ_DEBUG_ENUMERATOR,
				       .place = IJ_DEBUG_CONSTANT,
				       .file = at->unit->name,
				       .is_cxx = at->unit->is_cxx,
				       .is_rust = at->unit->is_rust};
	const struct ij_ctype *type;

	*found = false;
	IJ_TRY(ij_debug_type_of(debug, at, 0, &entry.type));
	type = ij_ctype_strip(entry.type);
	IJ_TRY(ij_ctype_complete(type));
	IJ_VEC_EACH (&type->enumerators, it) {
		if (strcmp(it->name, name))
			continue;
		entry.addr = (uint64_t)it->value;
		*ret = entry;
		*found = true;
	}
	return NULL;
}

struct ij_error *ij_debug_entry(struct ij_debug *debug, const struct ij_debug_die *at,
				enum ij_debug_kind kind, struct ij_debug_entry *ret)
{
	struct ij_debug_die full = *at;
	struct ij_debug_entry entry = {
		.kind = kind,
		.file = at->unit->name,
		.is_cxx = at->unit->is_cxx,
		.is_rust = at->unit->is_rust,
		.type = ij_cbase(IJ_CBASE_VOID),
	};

	IJ_TRY(ij_debug_inherit(debug, &full, NULL));
	entry.name = ij_dwarf_text(&full.die.name);
	entry.external = full.die.external.class == IJ_DWARF_CONSTANT;
	switch (kind) {
	case IJ_DEBUG_FUNCTION:
		IJ_TRY(function_entry(debug, at, &full, &entry));
		break;
	case IJ_DEBUG_VARIABLE:
		IJ_TRY(ij_debug_type(debug, &full.die.type, 0, &entry.type));
		place_of(debug, at->unit, &at->die.location, &entry);
		if (entry.place == IJ_DEBUG_NOWHERE)
			constant_of(&full.die.const_value, &entry);
		if (full.die.linkage_name.class == IJ_DWARF_STRING)
			entry.linkage = full.die.linkage_name.string;
		break;
	case IJ_DEBUG_ENUMERATOR:
		break;
	case IJ_DEBUG_NAMESPACE:
		entry.is_inline = full.die.export_symbols.class == IJ_DWARF_CONSTANT;
		break;
	default:
		IJ_TRY(ij_debug_type_of(debug, at, 0, &entry.type));
		break;
	}
	*ret = entry;
	return NULL;
}

/* The function of @unit whose code holds @addr, among the entries from @at on and in namespaces. */
static struct ij_error *function_in(struct ij_debug *debug, const struct ij_debug_die *parent,
				    uint64_t addr, unsigned depth, struct ij_debug_die *ret,
				    bool *found)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, parent);
	walk.left = UINT32_MAX;
	while (!err && !*found && ij_debug_child(&walk, &err)) {
		if (walk.at.die.tag == DW_TAG_subprogram) {
			*found = ij_dwarf_die_contains(&debug->dwarf, &walk.at.unit->unit,
						       &walk.at.die, addr);
			if (*found)
				*ret = walk.at;
		} else if ((walk.at.die.tag == DW_TAG_namespace ||
			    ((walk.at.die.tag == DW_TAG_structure_type ||
			      walk.at.die.tag == DW_TAG_class_type) &&
			     walk.at.unit->is_rust)) &&
			   depth < IJ_DEBUG_DEPTH_MAX) {
			err = function_in(debug, &walk.at, addr, depth + 1, ret, found);
		}
	}
	return err;
}

struct coding {
	struct ij_debug *debug;
	struct ij_debug_unit *unit;
	uint64_t addr;
	struct ij_debug_die *ret;
	bool found;
};

/* Of those that may hold the address all is read. */
static struct ij_error *code_enter(void *ctx, const struct ij_debug_brief *brief, bool *enter_ret)
{
	struct coding *coding = ctx;
	struct ij_dwarf *dwarf = &coding->debug->dwarf;
	const struct ij_dwarf_unit *unit = &coding->unit->unit;
	struct ij_debug_die at = {.unit = coding->unit};

	*enter_ret = brief->tag == DW_TAG_namespace ||
		     ((brief->tag == DW_TAG_structure_type || brief->tag == DW_TAG_class_type) &&
		      coding->unit->is_rust);
	if (brief->tag != DW_TAG_subprogram ||
	    (!brief->spread && coding->addr - brief->low_pc >= brief->size) ||
	    !ij_dwarf_die_read(dwarf, unit, brief->off, &at.die))
		return NULL;
	coding->found = ij_dwarf_die_contains(dwarf, unit, &at.die, coding->addr);
	if (coding->found)
		*coding->ret = at;
	return NULL;
}

/* The same quickly, where nothing is out of the ordinary. */
static struct ij_error *function_by_scan(struct ij_debug *debug, struct ij_debug_unit *unit,
					 uint64_t addr, struct ij_debug_die *ret, bool *found)
{
	struct coding coding = {debug, unit, addr, ret, false};
	const struct ij_debug_scan scan = {
		.enter = code_enter, .ctx = &coding, .for_code = true, .done = &coding.found};

	IJ_TRY(ij_debug_scan(debug, unit, &scan));
	*found = coding.found;
	return NULL;
}

static struct ij_error *code_in(struct ij_debug *debug, struct ij_debug_unit *unit, uint64_t addr,
				struct ij_debug_die *ret, bool *found)
{
	struct ij_debug_die root = {unit, *unit->root};

	if (unit->split)
		root = (struct ij_debug_die){unit->split, *unit->split->root};
	IJ_TRY(function_by_scan(debug, root.unit, addr, ret, found));
	if (*found)
		return NULL;
	return function_in(debug, &root, addr, 0, ret, found);
}

static struct ij_error *code_find(struct ij_debug *debug, uint64_t addr, struct ij_debug_die *ret)
{
	struct ij_debug_unit *first = ij_debug_unit_of_address(debug, addr);
	bool found = false;

	if (first && !first->is_assembler)
		IJ_TRY(code_in(debug, first, addr, ret, &found));
	if (found)
		return NULL;
	if (first)
		ij_debug_lose(debug, first);
	IJ_TRY(ij_debug_units(debug));
	IJ_VEC_EACH (&debug->units, unit) {
		/* The assembler knows no types. */
		if (unit == first || unit->unit.is_type || !ij_debug_unit_load(debug, unit) ||
		    unit->is_assembler ||
		    !ij_dwarf_die_contains(&debug->dwarf, &unit->unit, unit->root, addr))
			continue;
		IJ_TRY(code_in(debug, unit, addr, ret, &found));
		if (found)
			return NULL;
	}
	return ij_error_new(NOTFOUND, "debug information knows no function at 0x%llx",
			    (unsigned long long)addr);
}

struct ij_error *ij_debug_code_at(struct ij_debug *debug, uint64_t addr, struct ij_debug_die *ret)
{
	struct ij_debug_code *last = &debug->code;

	/* Of one call it is asked several times. */
	if (last->off && last->addr == addr)
		return ij_debug_read(debug, last->off, ret);
	last->off = 0;
	IJ_TRY(code_find(debug, addr, ret));
	*last = (struct ij_debug_code){addr, ret->die.off};
	return NULL;
}

struct ij_error *ij_debug_function_at(struct ij_debug *debug, uint64_t addr,
				      struct ij_debug_entry *ret)
{
	struct ij_debug_die at;

	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_code_at(debug, addr, &at));
	return ij_debug_entry(debug, &at, IJ_DEBUG_FUNCTION, ret);
}

static struct ij_error *static_in(struct ij_debug *debug, const struct ij_debug_die *parent,
				  const char *name, unsigned depth, struct ij_debug_entry *ret,
				  bool *found)
{
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;

	ij_debug_children(&walk, debug, parent);
	while (!err && !*found && ij_debug_child(&walk, &err)) {
		struct ij_debug_die full = walk.at;

		if (walk.at.die.tag == DW_TAG_lexical_block && depth < IJ_DEBUG_DEPTH_MAX)
			err = static_in(debug, &walk.at, name, depth + 1, ret, found);
		if (walk.at.die.tag != DW_TAG_variable)
			continue;
		err = ij_debug_inherit(debug, &full, NULL);
		if (err || full.die.name.class != IJ_DWARF_STRING ||
		    strcmp(full.die.name.string, name) != 0)
			continue;
		err = ij_debug_entry(debug, &walk.at, IJ_DEBUG_VARIABLE, ret);
		*found = !err && ret->place != IJ_DEBUG_NOWHERE;
	}
	return err;
}

struct ij_error *ij_debug_function_static(struct ij_debug *debug, uint64_t addr, const char *name,
					  struct ij_debug_entry *ret, bool *found)
{
	struct ij_debug_die at, origin;
	struct ij_error *err;

	*found = false;
	debug->dwarf.budget = debug->budget;
	err = ij_debug_code_at(debug, addr, &at);
	if (err && err->code == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		return NULL;
	}
	if (err)
		return err;
	IJ_TRY(static_in(debug, &at, name, 0, ret, found));
	/* Of a function that is inlined somewhere, too, its abstract entry has them. */
	if (*found || at.die.origin.class == IJ_DWARF_NONE)
		return NULL;
	IJ_TRY(ij_debug_follow(debug, &at.die.origin, &origin));
	return static_in(debug, &origin, name, 0, ret, found);
}

/* Enumerators are in the scope around their enum, and in that of the enum itself. */
static struct ij_error *visit_enumerator(struct ij_debug *debug, const struct ij_debug_die *at,
					 const char *name, ij_debug_visit visit, void *ctx,
					 bool *more)
{
	struct ij_debug_entry entry;
	IJ_STRBUF_AUTO scope = {0};
	bool found;

	IJ_TRY(enumerator_entry(debug, at, name, &entry, &found));
	if (!found)
		return NULL;
	IJ_TRY(ij_debug_scope_text(debug, at->unit, at->die.off, &scope));
	IJ_TRY(visit(ctx, ij_strbuf_get(&scope), &entry, more));
	if (!*more || at->die.name.class != IJ_DWARF_STRING ||
	    (!at->unit->is_cxx && !at->unit->is_rust))
		return NULL;
	ij_strbuf_printf(&scope, "%s%s", scope.len ? "::" : "", at->die.name.string);
	IJ_TRY(ij_strbuf_error(&scope));
	return visit(ctx, scope.str, &entry, more);
}

struct ij_error *ij_debug_visit_name(struct ij_debug *debug, const struct ij_debug_name *line,
				     const char *name, ij_debug_visit visit, void *ctx, bool *more)
{
	unsigned kind = line->kind & ~(IJ_DEBUG_DECLARED | IJ_DEBUG_TEMPLATE);
	struct ij_debug_entry entry;
	struct ij_debug_die at, named;
	IJ_STRBUF_AUTO scope = {0};

	/* A file that was there when the index was built. */
	if (line->off & IJ_DWARF_PARTS && !ij_debug_unit_at(debug, line->off))
		return NULL;
	IJ_TRY(ij_debug_read(debug, line->off, &at));
	if (kind == IJ_DEBUG_ENUMERATOR)
		return visit_enumerator(debug, &at, name, visit, ctx, more);
	named = at;
	if (at.die.name.class == IJ_DWARF_NONE && at.die.specification.class != IJ_DWARF_NONE)
		IJ_TRY(ij_debug_follow(debug, &at.die.specification, &named));
	if (named.die.name.class != IJ_DWARF_STRING ||
	    (line->kind & IJ_DEBUG_TEMPLATE ? !ij_debug_is_instance(named.die.name.string, name)
					    : strcmp(named.die.name.string, name) != 0))
		return NULL;
	IJ_TRY(ij_debug_entry(debug, &at, kind, &entry));
	IJ_TRY(ij_debug_scope_text(debug, named.unit, named.die.off, &scope));
	return visit(ctx, ij_strbuf_get(&scope), &entry, more);
}

struct ij_error *ij_debug_named(struct ij_debug *debug, unsigned kinds, const char *name,
				ij_debug_visit visit, void *ctx)
{
	struct ij_debug_lines lines = {.len = 0};
	struct ij_error *err = ij_debug_lines_find(debug, ij_debug_hash(name), &lines);
	bool more = true;

	debug->dwarf.budget = debug->budget;
	for (size_t i = 0; i < lines.len && more && !err; i++)
		if (lines.items[i].kind & kinds & ~IJ_DEBUG_TEMPLATE &&
		    !((lines.items[i].kind ^ kinds) & IJ_DEBUG_TEMPLATE))
			err = ij_debug_visit_name(debug, lines.items + i, name, visit, ctx, &more);
	ij_vec_deinit(&lines);
	return err;
}

struct ij_error *ij_debug_each_name(struct ij_debug *debug, unsigned kinds,
				    ij_debug_name_visit visit, void *ctx)
{
	const struct ij_debug_name *last = NULL;
	bool more = true;

	IJ_TRY(ij_debug_index(debug));
	for (size_t i = 0; more && i < debug->names.len; i++) {
		const struct ij_debug_name *line = debug->names.items + i;
		IJ_STRBUF_AUTO scope = {0};
		struct ij_debug_die at;

		if (!(line->kind & kinds) || line->kind & (IJ_DEBUG_DECLARED | IJ_DEBUG_TEMPLATE) ||
		    (line->off & IJ_DWARF_PARTS && !ij_debug_unit_at(debug, line->off)))
			continue;
		/* What many units include is told of once. */
		if (last && last->hash == line->hash && last->kind == line->kind)
			continue;
		debug->dwarf.budget = debug->budget;
		IJ_TRY(ij_debug_read(debug, line->off, &at));
		if (at.die.name.class != IJ_DWARF_STRING)
			continue;
		last = at.unit->is_cxx || at.unit->is_rust ? NULL : line;
		IJ_TRY(ij_debug_scope_text(debug, at.unit, at.die.off, &scope));
		IJ_TRY(visit(ctx, line->kind, ij_strbuf_get(&scope), at.die.name.string, &more));
	}
	return NULL;
}

/* Is @has the function @name, or an instance of it? @canonical: of @name, if it has arguments. */
static struct ij_error *is_method(const char *has, const char *name, const char *canonical,
				  bool *ret)
{
	IJ_STRBUF_AUTO text = {0};

	*ret = !strcmp(has, name) || ij_debug_is_instance(has, name);
	if (*ret || !canonical || strncmp(has, name, ij_cname_base(name)) != 0)
		return NULL;
	ij_cname_canonical(has, &text);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = ij_cname_alike(ij_strbuf_get(&text), canonical, IJ_CNAME_BEGUN);
	return NULL;
}

struct ij_error *ij_debug_methods(struct ij_debug *debug, const struct ij_ctype *type,
				  const char *name, ij_debug_visit visit, void *ctx)
{
	struct ij_debug_die at;
	struct ij_debug_walk walk;
	struct ij_error *err = NULL;
	IJ_STRBUF_AUTO canonical = {0};
	bool more = true, has_args = name[ij_cname_base(name)];

	type = ij_ctype_strip(type);
	IJ_TRY(ij_ctype_complete(type));
	if (type->load_ctx != debug)
		return NULL;
	ij_cname_canonical(name, &canonical);
	IJ_TRY(ij_strbuf_error(&canonical));
	debug->dwarf.budget = debug->budget;
	IJ_TRY(ij_debug_read(debug, type->load_off, &at));
	ij_debug_children(&walk, debug, &at);
	while (more && !err && ij_debug_child(&walk, &err)) {
		struct ij_debug_entry entry;
		bool wanted;

		if (walk.at.die.tag != DW_TAG_subprogram ||
		    walk.at.die.name.class != IJ_DWARF_STRING)
			continue;
		err = is_method(walk.at.die.name.string, name, has_args ? canonical.str : NULL,
				&wanted);
		if (err || !wanted)
			continue;
		err = ij_debug_entry(debug, &walk.at, IJ_DEBUG_FUNCTION, &entry);
		if (!err)
			err = visit(ctx, type->name ? type->name : "", &entry, &more);
	}
	return err;
}
