/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breakpoints as people count them. */
#ifndef IJ_REPL_GDB_BREAKS_H
#define IJ_REPL_GDB_BREAKS_H

#include "repl/gdb/gdb.h"

struct ij_gdb_break {
	unsigned id;
	char *spec;      /* that finds its places again */
	char *condition; /* NULL: none */
	struct ij_gdb_lines commands;
	IJ_LIST(uint64_t) addrs;
	char *what; /* "in main at t.c:12", of the first place; NULL: not known */
	unsigned long hits, ignore;
	bool temporary, disabled, hardware;
	bool silent; /* the stop at it is not told: its commands begin so */
};

/** By its number; NULL: there is none. */
struct ij_gdb_break *ij_gdb_break_find(struct ij_gdb *g, unsigned id);
void ij_gdb_breaks_deinit(struct ij_gdb *g);

/** Find the places of all anew, if they may have changed. */
void ij_gdb_breaks_renew(struct ij_gdb *g);

/** Does breakpoint @id stop the program? Asked while it stands there. */
bool ij_gdb_break_hit(void *ctx, unsigned id);
/** Count, and delete those that were for once. */
void ij_gdb_breaks_met(struct ij_gdb *g, const struct ij_debugger_event *event);

/** The commands of what was met, to be run once the stop was told. */
struct ij_error *ij_gdb_breaks_commands(struct ij_gdb *g, const struct ij_debugger_event *event)
	IJ_CLI_RESULT;

#endif
