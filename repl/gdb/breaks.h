/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breakpoints as people count them. */
#ifndef IJ_REPL_GDB_BREAKS_H
#define IJ_REPL_GDB_BREAKS_H

#include "repl/gdb/gdb.h"

enum ij_gdb_break_kind {
	IJ_GDB_BREAK_CODE,
	IJ_GDB_BREAK_WRITE, /* memory that is watched: that it changes, */
	IJ_GDB_BREAK_READ,
	IJ_GDB_BREAK_ACCESS,
	IJ_GDB_BREAK_EVENT, /* something else of the program is caught: `event` */
};

/** What becomes of one that was met. */
enum ij_gdb_once { IJ_GDB_ONCE_STAYS, IJ_GDB_ONCE_DISABLE, IJ_GDB_ONCE_DELETE, IJ_GDB_ONCE_COUNT };

enum { IJ_GDB_BREAK_PLACES_MAX = 64 }; /* that can be told apart */

struct ij_gdb_break {
	unsigned id;
	enum ij_gdb_break_kind kind;
	char *spec;      /* that finds its places again; the expression that is watched */
	char *given;     /* as it was asked for, if that is another text; or NULL */
	char *condition; /* NULL: none */
	struct ij_gdb_lines commands;
	IJ_LIST(uint64_t) addrs;
	char *what;     /* "in main at t.c:12", of the first place; NULL: not known */
	char *instance; /* the function that was inlined at its places; NULL: none was */
	unsigned long hits, ignore;
	bool temporary, disabled, hardware;
	bool silent;         /* the stop at it is not told: its commands begin so */
	char *print;         /* what is printed at it instead of stopping, as of printf; or NULL */
	uint64_t off;        /* bit N: its place N, from 0, is passed over */
	unsigned thread;     /* it stops only this one, by its number; 0: any */
	const char *catches; /* it is a catchpoint of what is thrown so: "throw"; or NULL. Static */
	/* Of EVENT: */
	enum ij_debugger_catch event;
	IJ_LIST(int) numbers; /* of system calls or signals; empty: any */
	bool with_own;        /* of signals: those that debuggers use, too */
	pid_t child;          /* that it was hit by last; 0: none */
	char *program;        /* the same, that was executed; or NULL */
	enum ij_gdb_once once;
	unsigned long left; /* of COUNT: it is met so often yet */
	/* Of memory: */
	char *value, *old;  /* its value as text, and before it changed; or NULL */
	uint64_t cfa, back; /* of the frame that it is of, and where that returns to; 0: of none */
	bool ended;         /* that frame has */
	bool invalid;       /* its condition means nothing at its place: it is not there */
};

/** To be zeroed. Everything is borrowed for the call. */
struct ij_gdb_break_how {
	const char *spec;      /* NULL: where the program stands */
	const char *given;     /* as of ij_gdb_break */
	const char *condition; /* NULL: none */
	const char *print;     /* as of ij_gdb_break */
	const char *catches;   /* the same */
	unsigned long ignore;
	unsigned thread; /* the same */
	bool temporary, hardware, disabled;
	bool forced;  /* a condition that means nothing at the place is kept all the same */
	bool pending; /* a place that is not known yet may come with a library */
};

/**
 * A new breakpoint, the last of the list. Whoever observes was not told of it yet.
 *
 * @places_ret: @len_ret places that it is at, 0: it is pending; free(3) it.
 * Errors: those of ij_debugger_locate, then there is none; NOMEM.
 */
struct ij_error *ij_gdb_break_new(struct ij_gdb *g, const struct ij_gdb_break_how *how,
				  struct ij_debugger_place **places_ret, size_t *len_ret,
				  struct ij_gdb_break **ret) IJ_CLI_RESULT;

/**
 * Have @condition, NULL: none. @forced: as of ij_gdb_break_how.
 *
 * Errors: those of ij_debugger_check; NOMEM.
 */
struct ij_error *ij_gdb_break_condition(struct ij_gdb *g, struct ij_gdb_break *it,
					const char *condition, bool forced) IJ_CLI_RESULT;
/** Have the commands @body, which is consumed. */
void ij_gdb_break_commands(struct ij_gdb *g, struct ij_gdb_break *it, struct ij_gdb_lines *body);
void ij_gdb_break_enable(struct ij_gdb *g, struct ij_gdb_break *it, bool on);
/** The same of its place @idx alone, from 0, under IJ_GDB_BREAK_PLACES_MAX. */
void ij_gdb_break_enable_place(struct ij_gdb *g, struct ij_gdb_break *it, size_t idx, bool on);
/** The number of its place where the program stands, from 1; 0: it has but one, or is elsewhere. */
unsigned ij_gdb_break_place_of(struct ij_gdb *g, const struct ij_gdb_break *it);
/** "exception thrown": what happened where one that @catches was met. */
const char *ij_gdb_catch_event(const struct ij_gdb_break *it);

/** The place of @spec has no code. */
struct ij_error *ij_gdb_no_code(const char *spec, const struct ij_debugger_place *place)
	IJ_CLI_RESULT;

/** Where " if COND" begins in @spec; NULL: nowhere. */
char *ij_gdb_break_if(char *spec);

/** Is it memory that is watched? */
static inline bool ij_gdb_break_is_watch(const struct ij_gdb_break *it)
{
	return it->kind != IJ_GDB_BREAK_CODE && it->kind != IJ_GDB_BREAK_EVENT;
}

/* do_catch.c */
/** Have what @it catches be told of. Errors: NOMEM. */
struct ij_error *ij_gdb_catch_place(struct ij_gdb *g, const struct ij_gdb_break *it) IJ_CLI_RESULT;
/** "Catchpoint 1 (fork), ", of what @event was caught by it. */
void ij_gdb_catch_tell(const struct ij_gdb_break *it, const struct ij_debugger_event *event);
/** `syscall "write" `: what `info breakpoints` says that it catches. */
void ij_gdb_catch_what(const struct ij_gdb_break *it, struct ij_text *out);
/** "write, 9999": the same without words around it, as GDB/MI has it; nothing of forks and execs
 * that were not met. */
void ij_gdb_catch_names(const struct ij_gdb_break *it, struct ij_text *out);
/** "fork". Static. */
const char *ij_gdb_catch_word(enum ij_debugger_catch event);
/** Have a new one of what is thrown, rethrown or caught as @word says. Whoever observes was not
 * told of it yet. Errors: NOMEM. */
struct ij_error *ij_gdb_catch_exception(struct ij_gdb *g, const char *word, bool temporary,
					struct ij_gdb_break **ret) IJ_CLI_RESULT;
/** The command that makes it, without its condition. */
void ij_gdb_catch_command(const struct ij_gdb_break *it, struct ij_text *out);
/** The program goes on. Of a process that was attached to say what cannot be caught. */
void ij_gdb_catch_resume(struct ij_gdb *g);
/** The program executes another: whether that is caught, then @event tells of it. */
bool ij_gdb_catch_exec(struct ij_gdb *g, struct ij_debugger_event *event);

/* do_watch.c */
/**
 * Watch what @expr is; of @location: where that is now, whatever it means later. Whoever observes
 * was not told of it yet.
 *
 * @condition: NULL: none. Errors: those of ij_gdb_eval and ij_debugger_watch, then there is none.
 */
struct ij_error *ij_gdb_watch_new(struct ij_gdb *g, enum ij_gdb_break_kind kind, const char *expr,
				  const char *condition, bool location, struct ij_gdb_break **ret)
	IJ_CLI_RESULT;
/** Find the memory of @it anew, and watch it. */
struct ij_error *ij_gdb_watch_place(struct ij_gdb *g, struct ij_gdb_break *it) IJ_CLI_RESULT;
/** Does what happened there count? */
bool ij_gdb_watch_hit(struct ij_gdb *g, struct ij_gdb_break *it);
/** What happened there, in words. */
void ij_gdb_watch_tell(struct ij_gdb_break *it);
/** What `info breakpoints` calls it. */
const char *ij_gdb_watch_row(const struct ij_gdb_break *it);

/** Tell whoever observes that something of @it is another now. */
void ij_gdb_break_changed(struct ij_gdb *g, const struct ij_gdb_break *it,
			  enum ij_gdb_change change);

/** Forget the one of number @id, of which nobody was told. */
void ij_gdb_break_drop(struct ij_gdb *g, unsigned id);

/** By its number; NULL: there is none. */
struct ij_gdb_break *ij_gdb_break_find(struct ij_gdb *g, unsigned id);
void ij_gdb_breaks_deinit(struct ij_gdb *g);

/** The process ended: so do those of one of its threads. */
void ij_gdb_breaks_ended(struct ij_gdb *g);

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
