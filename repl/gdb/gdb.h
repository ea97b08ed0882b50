/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands of gdb: its language is one of lines, and what a line means is known when it is run
 * (`define` makes new commands), so that unlike interject-script(5) nothing is parsed before.
 * commands.def has all of them.
 */
#ifndef IJ_REPL_GDB_GDB_H
#define IJ_REPL_GDB_GDB_H

#include <signal.h>

#include "interject/debugger.h"
#include "repl/gdb/settings.h"
#include "repl/text.h"

enum {
	IJ_GDB_DEPTH_MAX = 64, /* of scripts, blocks and commands within each other */
	IJ_GDB_SCRIPT_ARGS_MAX = 64,
};

/** What it asks of the program around it. */
struct ij_gdb_host {
	/** Attach to @pid. Errors: those of ij_session_attach. */
	struct ij_error *(*attach)(void *ctx, pid_t pid, const struct ij_prototypes *protos,
				   struct ij_session **ret);
	/** Whether privileges are kept when a process is attached to. */
	void (*keep)(void *ctx, bool on);
	/** Were those of root given up? */
	bool (*gave_up)(void *ctx);
	void *ctx;
};

struct ij_gdb_lines {
	IJ_LIST(char *) list; /* owned */
};

/** A command that `define` made. */
struct ij_gdb_user {
	char *name, *document;
	char *alias; /* it is another word for this, and has no body; NULL: it is a command */
	struct ij_gdb_lines body;
};

/** Where lines come from: the person, a file, the body of a command. */
struct ij_gdb_input {
	struct ij_gdb_input *outer;
	/** The next line, to be freed; NULL at the end. @prompt: what a person is asked with. */
	char *(*next)(struct ij_gdb_input *input, const char *prompt);
	const char *name; /* of a file; NULL: it is none */
	unsigned line;    /* its number of the line that was read last */
	bool is_person;   /* who can be asked */
};

struct ij_gdb_break;
struct ij_gdb_log;
struct ij_gdb_display;
struct ij_gdb_skip;

/** What was looked at last: `list` goes on there, and lone line numbers count from it. */
struct ij_gdb_look {
	char *file, *path; /* NULL: nothing */
	unsigned line;
	unsigned next;   /* where `list` goes on */
	unsigned first;  /* that was listed last: `list -` goes back from it; 0: none */
	unsigned listed; /* the same, where `search` and `info line` go on; 0: none */
	bool fresh;      /* nothing was listed since that was set */
};

/** Another place than where the person is that commands come from: `new-ui`. */
struct ij_gdb_side {
	int fd; /* readable: serve it. -1: there is none */
	/** Returns whether something was printed where the person is. */
	bool (*serve)(void *ctx);
	void (*destroy)(void *ctx);
	void *ctx;
};

/** A source file that was read. */
struct ij_gdb_source_file {
	char *path, *text; /* NULL: none */
	char **lines;      /* len x, in `text` */
	size_t len;
};

enum ij_gdb_flow { IJ_GDB_NEXT, IJ_GDB_BREAK, IJ_GDB_CONTINUE };

/** What a function returned, once it is in the history. */
struct ij_gdb_returned {
	unsigned number; /* 0: nothing, or it is not known */
	char *text, *type;
};

enum ij_gdb_change { IJ_GDB_CREATED, IJ_GDB_MODIFIED, IJ_GDB_DELETED };

/** Who wants to know what happens, whatever command does it: GDB/MI. */
struct ij_gdb_observer {
	/** The program is about to go on. */
	void (*running)(void *ctx);
	/** It stands. Returns whether that is to be told in words, too. */
	bool (*stopping)(void *ctx, const struct ij_debugger_event *event);
	/** It was told in words, if at all. */
	void (*stopped)(void *ctx, const struct ij_debugger_event *event,
			const struct ij_gdb_returned *returned);
	/** The process was let go of. */
	void (*gone)(void *ctx);
	/** A setting has another value, which is told as @text. */
	void (*setting)(void *ctx, const char *name, const char *text);
	void (*breakpoint)(void *ctx, const struct ij_gdb_break *it, enum ij_gdb_change change);
	void *ctx;
};

/** One of several programs. */
struct ij_gdb_inferior {
	unsigned id;
	struct ij_debugger *debugger; /* NULL: it is the current one's, which is struct ij_gdb's */
	struct timespec file_time;
	pid_t was;
};

struct ij_gdb {
	const struct ij_gdb_host *host;
	const struct ij_gdb_observer *observer; /* NULL: none */
	struct ij_gdb_side side;
	struct ij_debugger *debugger;
	struct ij_prototypes *protos; /* owned */
	struct ij_call_options call;  /* of calls that expressions make */
	struct ij_gdb_settings settings;
	IJ_LIST(struct ij_gdb_user) users;
	struct ij_gdb_input *input; /* that runs; NULL: none */
	unsigned depth;             /* of what runs within what */
	enum ij_gdb_flow flow;
	IJ_LIST(char *) args;  /* of the user command that runs: $arg0, $arg1, ... */
	bool in_user;          /* one runs */
	char *last;            /* what an empty line does again; NULL: nothing */
	bool repeatable;       /* the line that runs may be done again by an empty one */
	char *x_next;          /* where `x` goes on, an expression; NULL: nowhere */
	char x_format, x_size; /* as it did last; 0: it did not */
	int64_t x_count;
	struct ij_text story; /* verdict and walk of the last call: info interject */
	IJ_LIST(struct ij_gdb_break *) breaks; /* by number */
	unsigned next_break;
	unsigned met;                  /* number of the breakpoint that was met last; 0: none */
	struct ij_debugger_event stop; /* why the program stands */
	uint64_t generation;           /* of the addresses that they are at */
	IJ_LIST(struct ij_gdb_skip) skips;
	unsigned next_skip; /* the number of the last one */
	IJ_LIST(struct ij_gdb_display) displays;
	unsigned next_display;
	IJ_LIST(char *) folders;   /* of `directory` */
	IJ_LIST(char *) env;       /* "NAME=value", or "NAME" that the program is not to have */
	char *tty;                 /* of the program; NULL: ours */
	struct timespec file_time; /* of the last change of the file when it was read */
	char *missing;             /* a source file that was said to be missing */
	struct ij_gdb_look look;
	struct ij_gdb_source_file source;
	IJ_LIST(pid_t) threads; /* by number; 0: none */
	pid_t threads_of;       /* the process that they are of */
	pid_t looked_at;        /* the thread that the last stop was about; 0: none */
	pid_t was;              /* the last process */
	IJ_LIST(struct ij_gdb_inferior) inferiors;
	unsigned inferior, next_inferior; /* numbers of the current one, and of one to be added */
	struct ij_gdb_log *log;           /* what is printed is written to it, too; NULL: to none */
	bool many;                        /* a batch of more commands than one for the process */
	bool batch, quit, interactive;
	bool from_tty; /* the line that runs was typed, or may have been: gdb says more then */
	bool quiet;    /* reading symbols is not told */
	bool unasked;  /* who gives commands cannot be asked, and means it */
	int quit_status;
	bool failed; /* the last command did */
	int status;  /* the worst exit status of attaching and calling */
	volatile sig_atomic_t interrupted;
};

/** @protos: owned from now on. Errors: NOMEM. */
struct ij_error *ij_gdb_init(struct ij_gdb *g, const struct ij_gdb_host *host,
			     struct ij_prototypes *protos) IJ_CLI_RESULT;
void ij_gdb_deinit(struct ij_gdb *g);

/** Give up what is waited for. Async-signal-safe. */
void ij_gdb_interrupt(struct ij_gdb *g);

/** What to say of something that was denied, if it was (@os: EACCES or EPERM): that root's
 * privileges are gone; else "". */
const char *ij_gdb_given_up(const struct ij_gdb *g, int os);

/** Run one line. Errors: what the command says; it was not told yet. */
struct ij_error *ij_gdb_execute(struct ij_gdb *g, const char *line) IJ_CLI_RESULT;
/** The same, and tell of what fails. */
void ij_gdb_run(struct ij_gdb *g, const char *line);
/** Tell of @err, which is consumed; NULL: nothing failed. */
void ij_gdb_tell(struct ij_gdb *g, struct ij_error *err);

/** Run all lines of @input, until one fails. */
struct ij_error *ij_gdb_run_input(struct ij_gdb *g, struct ij_gdb_input *input) IJ_CLI_RESULT;
/** The same of the file @path. @must: that it cannot be opened is an error. */
struct ij_error *ij_gdb_run_file(struct ij_gdb *g, const char *path) IJ_CLI_RESULT;
/** The same of @text, that of the file @name. */
struct ij_error *ij_gdb_run_text(struct ij_gdb *g, const char *name, const char *text)
	IJ_CLI_RESULT;
/** And of lines that were kept. */
struct ij_error *ij_gdb_run_lines(struct ij_gdb *g, const struct ij_gdb_lines *lines) IJ_CLI_RESULT;
void ij_gdb_lines_deinit(struct ij_gdb_lines *lines);

/** The lines up to the `end` of this block. @other: those behind `else`; NULL: there is no such.
 * @is_flow: of if and while, where a person is asked with a blank more. */
struct ij_error *ij_gdb_read_block(struct ij_gdb *g, struct ij_gdb_lines *ret,
				   struct ij_gdb_lines *other, bool is_flow) IJ_CLI_RESULT;

/** A process that would end or be let go of is asked for first. Errors: USAGE (no). */
struct ij_error *ij_gdb_quit_ask(struct ij_gdb *g) IJ_CLI_RESULT;
/** Take lines from a person or a pipe until the end. */
void ij_gdb_loop(struct ij_gdb *g);

/** Is there somebody who can be asked? */
bool ij_gdb_asks(const struct ij_gdb *g);
/** Print @question, and read an answer; an empty one is @otherwise. */
bool ij_gdb_answer(const char *question, bool otherwise);
/** Ask "... (y or n) ". True without asking where nobody could answer. */
bool ij_gdb_ask(struct ij_gdb *g, const char *format, ...) IJ_API_PRINTF_(2, 3);

/** What a command does. @args: what follows its name, blanks around it cut; may be written to. */
typedef struct ij_error *(*ij_gdb_fn)(struct ij_gdb *g, char *args);

struct ij_gdb_command {
	const char *name;
	ij_gdb_fn run;
	const struct ij_gdb_command *subs; /* of info and the like; NULL: none */
	const char *usage, *summary;
	bool repeats; /* by an empty line */
};

/** All of them; a row without a name ends the list. */
extern const struct ij_gdb_command ij_gdb_commands[];

/**
 * The command that @text of @len bytes is, or begins.
 *
 * @prefix: "info " of a subcommand, for messages; "" else.
 * Errors: NOTFOUND, AMBIGUOUS, in gdb's words.
 */
struct ij_error *ij_gdb_find(const struct ij_gdb_command *list, const char *prefix,
			     const char *text, size_t len, const struct ij_gdb_command **ret)
	IJ_CLI_RESULT;
/** Run the subcommand of @list that @args begins with. */
struct ij_error *ij_gdb_dispatch(struct ij_gdb *g, const struct ij_gdb_command *list,
				 const char *prefix, char *args) IJ_CLI_RESULT;

#define IJ_GDB_TEXT(code, ...) ij_error_create(IJ_ERR_##code, __VA_ARGS__)

/** Cut blanks at both ends of @text, in place. */
char *ij_gdb_trim(char *text);
/** The word at *@pos, up to a blank, NUL-terminated in place; *@pos is behind it. "" at the end. */
char *ij_gdb_word(char **pos);

/** A debugger for this session. */
struct ij_error *ij_gdb_debugger_create(struct ij_gdb *g, struct ij_debugger **ret) IJ_CLI_RESULT;

/* do_inferior.c */
struct ij_error *ij_gdb_inferiors_init(struct ij_gdb *g) IJ_CLI_RESULT;
void ij_gdb_inferiors_deinit(struct ij_gdb *g);
/** Errors: UNSUPPORTED: another one than the current one has a process. */
struct ij_error *ij_gdb_inferiors_check(const struct ij_gdb *g) IJ_CLI_RESULT;

/* do_wrap.c */
/** `frame apply`. */
struct ij_error *ij_gdb_frame_apply(struct ij_gdb *g, char *args) IJ_CLI_RESULT;

/* do_run.c */
/** Nothing was looked at. */
void ij_gdb_look_forget(struct ij_gdb *g);

/* do_list.c */
/** Look at line @line of a file from now on. @file: NULL: the same as before. */
void ij_gdb_look_at(struct ij_gdb *g, const char *file, const char *path, unsigned line);
/** What is looked at; NULL and 0: nothing. Borrowed. */
void ij_gdb_here(struct ij_gdb *g, const char **file_ret, unsigned *line_ret);

/* breaks.c */
void ij_gdb_break_delete(struct ij_gdb *g, unsigned id);
/** Find the places of @it, and be there. @ret: NULL: not wanted; else free(3) it. */
struct ij_error *ij_gdb_break_place(struct ij_gdb *g, struct ij_gdb_break *it,
				    struct ij_debugger_place **ret, size_t *len_ret) IJ_CLI_RESULT;

/* do_step.c */
/** Let the program go on, as the settings say. Errors: those of ij_debugger_resume. */
struct ij_error *ij_gdb_resume(struct ij_gdb *g, struct ij_debugger_resume *resume,
			       struct ij_debugger_event *ret) IJ_CLI_RESULT;
/** `return`, without telling where the program stands then. */
struct ij_error *ij_gdb_return(struct ij_gdb *g, char *args) IJ_CLI_RESULT;

/* do_run.c */
struct ij_error *ij_gdb_file(struct ij_gdb *g, const char *path) IJ_CLI_RESULT;
struct ij_error *ij_gdb_args_quote(struct ij_gdb *g, char *const *args, size_t len) IJ_CLI_RESULT;

/* do_signal.c */
/** The number of signal @word, "SIGINT" or 2; 0: none. */
int ij_gdb_signal_of(const char *word);
enum { IJ_GDB_SIGNAL_MAX = 32 };
/** Name and meaning of signal @signo: "SIGFPE", "Arithmetic exception". */
void ij_gdb_signal_words(int signo, char name[IJ_GDB_SIGNAL_MAX], char text[IJ_GDB_SIGNAL_MAX]);

/* stop.c */
void ij_gdb_signal_told(void *ctx, int signo);
void ij_gdb_forked_told(void *ctx, pid_t child, bool vfork);

/* eval.c */
/** Evaluate @text, calls and all; tells what a call did. */
struct ij_error *ij_gdb_eval(struct ij_gdb *g, const char *text, struct ij_datum **ret)
	IJ_CLI_RESULT;
/** The same as a whole number. */
struct ij_error *ij_gdb_number(struct ij_gdb *g, const char *text, int64_t *ret) IJ_CLI_RESULT;
/** The same as an address: a number or pointer; of what has parts, and of functions, where they
 * are. */
struct ij_error *ij_gdb_to_address(struct ij_gdb *g, const char *text, uint64_t *ret) IJ_CLI_RESULT;
/** Have expressions in the language that is set. */
void ij_gdb_language(struct ij_gdb *g);
/** How values look now. */
void ij_gdb_how(const struct ij_gdb *g, char format, struct ij_datum_how *ret);
/** A variable of a frame on one line, as what @visit of its frame was given: its value, or why
 * there is none. */
void ij_gdb_variable(const struct ij_gdb *g, const struct ij_datum *value, const char *problem,
		     struct ij_text *out);
/** The "/3xw" before an operand. @args: moved behind it. */
struct ij_gdb_format {
	char letter, size; /* 0: none was given */
	int64_t count;
	bool any, counted;
};
struct ij_error *ij_gdb_format(char **args, struct ij_gdb_format *ret) IJ_CLI_RESULT;

/* do_disas.c */
/** The instruction at @addr, in the notation that was set. See ij_debugger_instruction. */
struct ij_error *ij_gdb_instruction(struct ij_gdb *g, uint64_t addr, char **ret, unsigned *size_ret)
	IJ_CLI_RESULT;

/* do_x.c */
/** Show the memory that @expr is the address of, as `x` does. @next_ret: the address behind it. */
struct ij_error *ij_gdb_examine(struct ij_gdb *g, const char *expr,
				const struct ij_gdb_format *format, uint64_t *next_ret)
	IJ_CLI_RESULT;

/** Have a size in @format, of what `x` shows; after units of size @last. */
void ij_gdb_format_size(struct ij_gdb_format *format, char last);
/** "0x1139 <main+4>". @ret: free(3) it. */
struct ij_error *ij_gdb_address(struct ij_gdb *g, uint64_t addr, char **ret) IJ_CLI_RESULT;
/** Have `x` go on at @addr, and `$_` point there. */
struct ij_error *ij_gdb_examine_next(struct ij_gdb *g, uint64_t addr) IJ_CLI_RESULT;

#define IJ_GDB_DO(name)                                struct ij_error *ij_gdb_do_##name(struct ij_gdb *g, char *args)
#define IJ_GC(name, function, repeats, usage, summary) IJ_GDB_DO(function) IJ_CLI_RESULT;
#include "repl/gdb/commands.def"
#undef IJ_GC

#endif
