/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory as words of a size, whatever the program has there (gdb/printcmd.c, do_examine). */
#include <string.h>

#include "debugger/debugger.h"

/* Their types are none of the program's. */
static const struct word {
	const char *name;
	enum ij_ct_kind kind;
	unsigned size;
} words[IJ_DEBUGGER_WORDS] = {
	[IJ_DEBUGGER_INT8] = {"int8_t", IJ_CT_INT, 1},
	[IJ_DEBUGGER_INT16] = {"int16_t", IJ_CT_INT, 2},
	[IJ_DEBUGGER_INT32] = {"int32_t", IJ_CT_INT, 4},
	[IJ_DEBUGGER_INT64] = {"int64_t", IJ_CT_INT, 8},
};

static struct ij_error *type_of(struct ij_debugger *d, enum ij_debugger_word which,
				const struct ij_ctype **ret)
{
	const struct word *word = &words[which];
	struct ij_ctype *made;

	if (which == IJ_DEBUGGER_FLOAT || which == IJ_DEBUGGER_DOUBLE) {
		*ret = ij_cbase(which == IJ_DEBUGGER_FLOAT ? IJ_CBASE_FLOAT : IJ_CBASE_DOUBLE);
		return NULL;
	}
	if (which == IJ_DEBUGGER_CHAR16 || which == IJ_DEBUGGER_CHAR32) {
		*ret = ij_cbase(which == IJ_DEBUGGER_CHAR16 ? IJ_CBASE_CHAR16 : IJ_CBASE_CHAR32);
		return NULL;
	}
	if (!d->word_types[which]) {
		IJ_TRY(ij_ctypes_new(ij_debugs_types(d->debugs), word->kind, &made));
		made->size = word->size;
		made->name = word->name;
		d->word_types[which] = made;
	}
	*ret = d->word_types[which];
	return NULL;
}

struct ij_error *ij_debugger_word(struct ij_debugger *d, enum ij_debugger_word which, uint64_t addr,
				  struct ij_datum **ret)
{
	struct ij_datum *datum = calloc(1, sizeof(*datum));
	struct ij_error *err;

	if (!datum)
		return ij_error_nomem();
	datum->val = (struct ij_val){.place = IJ_VAL_TARGET, .addr = addr};
	err = type_of(d, which, &datum->val.type);
	if (err)
		ij_datum_free(datum);
	else
		*ret = datum;
	return err;
}

struct ij_error *ij_datum_pointer(struct ij_debugger *d, const struct ij_datum *datum,
				  struct ij_datum **ret)
{
	struct ij_datum *made = calloc(1, sizeof(*made));
	const struct ij_ctype *type;
	struct ij_error *err;

	if (!made)
		return ij_error_nomem();
	err = ij_ctypes_pointer(ij_debugs_types(d->debugs), datum->val.type, &type);
	if (!err)
		err = ij_val_make(&made->arena, type, &datum->val.addr, &made->val);
	if (err)
		ij_datum_free(made);
	else
		*ret = made;
	return err;
}
