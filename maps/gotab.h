/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Go's pclntab as it lies in the file: functions, and values by PC. Client only.
 *
 * Knows bytes only, and no version of Go beyond what the bytes tell: what the numbers of PCDATA and
 * FUNCDATA mean is for maps/goprog.h.
 */
#ifndef IJ_MAPS_GOTAB_H
#define IJ_MAPS_GOTAB_H

#include "base/error.h"

/** Forms of the table, by the Go versions that write it. */
enum ij_gotab_form {
	IJ_GOTAB_2,  /* 1.2 to 1.11 */
	IJ_GOTAB_12, /* 1.12 to 1.15: the same magic; _func counts FUNCDATA elsewhere */
	IJ_GOTAB_16, /* 1.16, 1.17 */
	IJ_GOTAB_18, /* 1.18, 1.19 */
	IJ_GOTAB_20, /* 1.20 to 1.27 */
};

/** funcFlag of Go 1.17 and later. */
enum ij_gotab_flag { IJ_GOTAB_TOP = 1, IJ_GOTAB_SPWRITE = 2, IJ_GOTAB_ASM = 4 };

struct ij_gotab {
	const uint8_t *bytes; /* borrowed */
	size_t size;
	enum ij_gotab_form form;
	uint64_t len;                   /* functions */
	uint64_t text;                  /* what entries count from; 0: they are addresses */
	uint64_t names, pctab, functab; /* offsets in bytes */
	uint64_t files, units; /* names of files, and from 1.16 on where those of a unit begin */
	bool text_needed;      /* the table does not say where the text is (1.26) */
};

/** One function. Addresses are link-time ones. */
struct ij_gotab_func {
	uint64_t start, end;
	uint64_t name_off; /* in the table's bytes */
	int32_t args;      /* bytes of arguments and results; from 1.17 with spill space */
	uint32_t pcsp, pcfile, pcln; /* tables, for ij_gotab_values; 0: there is none */
	uint32_t pcdata_len, funcdata_len;
	uint32_t unit;                     /* from 1.16 on: its first entry of the unit table */
	uint8_t id, flag;                  /* 0 where the form has none */
	uint64_t pcdata_off, funcdata_off; /* in the table's bytes */
};

/**
 * Recognise the table in @bytes.
 *
 * @text: link-time address of the Go code, for tables that do not say it (Go 1.26); 0: not known.
 * Errors: UNSUPPORTED (no table that Go 1.2 to 1.27 wrote for 64-bit x86, or @text is missing).
 * Source: Go 1.11 to 1.27, src/runtime/symtab.go (pcHeader, _func).
 */
struct ij_error *ij_gotab_open(const void *bytes, size_t size, uint64_t text, struct ij_gotab *ret)
	IJ_WARN_UNUSED;

/** Function @idx; false if there is none, or it is malformed. */
bool ij_gotab_func_at(const struct ij_gotab *tab, uint64_t idx, struct ij_gotab_func *ret);

/** Its name; "" if it is malformed. Borrowed from the bytes. */
const char *ij_gotab_name(const struct ij_gotab *tab, const struct ij_gotab_func *func);

/** The name of function @idx, without reading the rest of it; "" if it is malformed. */
const char *ij_gotab_name_at(const struct ij_gotab *tab, uint64_t idx);

/** File @idx, a value of the table pcfile of @func; "" if there is none. Borrowed from the bytes.
 */
const char *ij_gotab_file(const struct ij_gotab *tab, const struct ij_gotab_func *func,
			  int64_t idx);

/** The table of PCDATA @idx of @func, for ij_gotab_values; 0: none. */
uint32_t ij_gotab_pcdata(const struct ij_gotab *tab, const struct ij_gotab_func *func,
			 unsigned idx);

/**
 * FUNCDATA @idx of @func. False: there is none.
 *
 * @ret: up to Go 1.17 a link-time address; later an offset from moduledata.gofunc.
 */
bool ij_gotab_funcdata(const struct ij_gotab *tab, const struct ij_gotab_func *func, unsigned idx,
		       uint64_t *ret);

/** A walk over the values of one table: each holds in [from, to). */
struct ij_gotab_values {
	const struct ij_gotab *tab;
	uint64_t pos; /* in the bytes; 0: the table has ended */
	uint64_t end; /* of the function */
	uint64_t from, to;
	int64_t value; /* -1 where the table says nothing */
	bool first;
};

/** Begin with @table of @func. */
void ij_gotab_values_begin(struct ij_gotab_values *values, const struct ij_gotab *tab,
			   const struct ij_gotab_func *func, uint32_t table);

/**
 * The next value, and from where to where it holds. Ranges follow upon each other and cover the
 * function; false at its end. What is malformed says nothing: -1.
 */
bool ij_gotab_values_next(struct ij_gotab_values *values);

/** The value of @table of @func at @pc, which lies in it. */
int64_t ij_gotab_value_at(const struct ij_gotab *tab, const struct ij_gotab_func *func,
			  uint32_t table, uint64_t pc);

#endif
