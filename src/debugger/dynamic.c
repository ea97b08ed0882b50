/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What objects of C++ really are, by their virtual tables (Itanium C++ ABI, 2.5; gdb/gnu-v3-abi.c).
 */
#include <string.h>

#include "debugger/debugger.h"
#include "lang/eval_dynamic.h"

enum { TABLES_MAX = 256, SLOTS_MAX = 65536 };

/* @type with @found in place of the class that it points or refers to. */
static struct ij_error *same_about(struct ij_host *host, const struct ij_ctype *type,
				   const struct ij_ctype *found, const struct ij_ctype **ret)
{
	const struct ij_ctype *bare = ij_ctype_strip(type), *target = bare->target;
	struct ij_ctype *made;

	if (target->kind == IJ_CT_QUALIFIED)
		IJ_TRY(ij_ctypes_qualified(host->types, found, target->is_const,
					   target->is_volatile, &found));
	IJ_TRY(ij_ctypes_new(host->types, bare->kind, &made));
	made->size = sizeof(ij_addr);
	made->is_rvalue = bare->is_rvalue;
	made->target = found;
	*ret = made;
	return NULL;
}

struct ij_error *ij_dynamic_value(struct ij_host *host, struct ij_arena *arena, struct ij_val *val,
				  const struct ij_ctype **object_ret)
{
	const struct ij_ctype *type = ij_ctype_strip(val->type), *found;
	bool indirect = type->kind == IJ_CT_POINTER || type->kind == IJ_CT_REFERENCE;
	uint64_t addr = indirect && val->bytes ? ij_val_address(val) : val->addr;

	*object_ret = NULL;
	if (indirect ? !val->bytes || !addr : val->place != IJ_VAL_TARGET)
		return NULL;
	if (!ij_dynamic_class(host, indirect ? type->target : type, addr, &found, &addr))
		return NULL;
	if (indirect) {
		IJ_TRY(same_about(host, type, found, &found));
		return ij_val_make(arena, found, &addr, val);
	}
	*val = (struct ij_val){.type = found, .place = IJ_VAL_TARGET, .addr = addr};
	*object_ret = found;
	return NULL;
}

/* A virtual table of an object: that of one of its bases, too. */
struct table {
	const struct ij_ctype *type;
	uint64_t addr;
	int64_t last; /* of its functions; -1: it has none */
};

struct tables {
	struct ij_debugger *d;
	struct table list[TABLES_MAX];
	size_t len;
};

static struct ij_error *gather(struct tables *tables, const struct ij_ctype *type, uint64_t addr,
			       unsigned depth)
{
	const struct ij_cclass *own;
	struct table *table = NULL;

	type = ij_ctype_strip(type);
	if (depth > IJ_CT_DEPTH_MAX || !ij_dynamic_is(type))
		return NULL;
	IJ_TRY(ij_ctype_class(type, &own));
	for (size_t i = 0; i < tables->len; i++)
		if (tables->list[i].addr == addr)
			table = &tables->list[i];
	if (!table && tables->len == TABLES_MAX)
		return ij_error_new(LIMIT, "an object has over %d virtual tables", TABLES_MAX);
	if (!table) {
		table = &tables->list[tables->len++];
		*table = (struct table){type, addr, -1};
	}
	if (own)
		IJ_VEC_EACH (&own->methods, it)
			if (it->is_virtual && (int64_t)it->slot > table->last)
				table->last = (int64_t)it->slot;
	IJ_VEC_EACH (&type->members, it) {
		uint64_t at = addr + it->off, own_table;
		int64_t off;

		if (!it->is_base)
			continue;
		if (it->is_virtual) {
			IJ_TRY(ij_debugger_read(tables->d, addr, &own_table, sizeof(own_table)));
			IJ_TRY(ij_debugger_read(tables->d, own_table - it->vbase_off, &off,
						sizeof(off)));
			at = addr + (uint64_t)off;
		}
		IJ_TRY(gather(tables, it->type, at, depth + 1));
	}
	return NULL;
}

static struct ij_error *show(struct ij_debugger *d, struct ij_host *host, const struct table *table,
			     struct ij_strbuf *out)
{
	uint64_t at, function;

	IJ_TRY(ij_debugger_read(d, table->addr, &at, sizeof(at)));
	ij_strbuf_printf(out, "%svtable for '%s' @ 0x%llx (subobject @ 0x%llx):\n",
			 out->len ? "\n" : "", table->type->name ? table->type->name : "",
			 (unsigned long long)at, (unsigned long long)table->addr);
	for (int64_t i = 0; i <= table->last && i < SLOTS_MAX; i++) {
		IJ_STRBUF_AUTO name = {0};

		IJ_TRY(ij_debugger_read(d, at + 8 * (uint64_t)i, &function, sizeof(function)));
		host->symbol(host, function, &name);
		ij_strbuf_printf(out, "[%lld]: 0x%llx%s%s%s\n", (long long)i,
				 (unsigned long long)function, name.len ? " <" : "",
				 name.len ? name.str : "", name.len ? ">" : "");
	}
	return NULL;
}

static struct ij_error *list(struct ij_debugger *d, const struct ij_datum *datum,
			     struct ij_host *host, struct ij_strbuf *out)
{
	struct tables *tables = calloc(1, sizeof(*tables));
	const struct ij_ctype *type = ij_ctype_strip(datum->val.type);
	uint64_t addr = datum->val.addr;
	struct ij_error *err = NULL;

	if (!tables)
		return ij_error_nomem();
	if (type->kind == IJ_CT_POINTER && datum->val.bytes) {
		addr = ij_val_address(&datum->val);
		type = ij_ctype_strip(type->target);
	}
	tables->d = d;
	if (ij_dynamic_is(type))
		err = gather(tables, type, addr, 0);
	else
		ij_strbuf_puts(out, "This object does not have a virtual function table\n");
	for (size_t i = 0; i < tables->len && !err; i++)
		if (tables->list[i].last >= 0)
			err = show(d, host, &tables->list[i], out);
	free(tables);
	return err;
}

struct ij_error *ij_datum_tables(struct ij_debugger *d, const struct ij_datum *datum, char **ret)
{
	struct ij_debugger_host host;
	IJ_STRBUF_AUTO out = {0};
	struct ij_error *err;

	ij_debugger_host_init(d, NULL, "", &host);
	err = list(d, datum, &host.sh.host, &out);
	ij_debugger_host_deinit(&host);
	if (!err)
		err = ij_strbuf_error(&out);
	if (err)
		return err;
	*ret = out.str;
	out = (struct ij_strbuf){0};
	return NULL;
}
