/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Telling of stops, frames and source lines. */
#ifndef IJ_REPL_GDB_STOP_H
#define IJ_REPL_GDB_STOP_H

#include "repl/gdb/gdb.h"

/** If the program was killed while it stood, tell of that. */
void ij_gdb_notice_end(struct ij_gdb *g);
/** Tell of @event, with where it happened; then the commands of breakpoints. */
struct ij_error *ij_gdb_stopped(struct ij_gdb *g, const struct ij_debugger_event *event)
	IJ_CLI_RESULT;

/**
 * "main (argc=1) at t.c:12", and a line break.
 *
 * @number: with "#0  " before it. @address: with the address if it is in the middle of a line.
 */
struct ij_error *ij_gdb_frame_line(struct ij_gdb *g, unsigned level, bool number) IJ_CLI_RESULT;
/** "argc=1, argv=0x7ffe" of frame @level. */
struct ij_error *ij_gdb_frame_arguments(struct ij_gdb *g, unsigned level) IJ_CLI_RESULT;
/** Where the selected frame is: its line, and that of its source. */
struct ij_error *ij_gdb_frame_show(struct ij_gdb *g, bool number) IJ_CLI_RESULT;
/** "12\ttext" of frame @level, which `list` goes on from. @address: before it, in the middle of a
 * line. */
void ij_gdb_source_line(struct ij_gdb *g, const struct ij_debugger_frame *frame, bool address);

/** Lines @first to @last of the source file @path, shown as @name. */
struct ij_error *ij_gdb_source(struct ij_gdb *g, const char *name, const char *path, unsigned first,
			       unsigned last) IJ_CLI_RESULT;
void ij_gdb_source_forget(struct ij_gdb *g);

#endif
