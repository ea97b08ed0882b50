/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Scripts: text to statements, with every mistake of form found before anything is run.
 * interject-script(5) describes the language: a command a line, `#` comments, `\` at the end of a
 * line that goes on, `if` and `while` up to `end`, and `<<WORD` for a string that is the lines up
 * to WORD.
 */
#ifndef IJ_REPL_SCRIPT_H
#define IJ_REPL_SCRIPT_H

#include "repl/command.h"

/** Where a mistake is, both from 1. */
struct ij_place {
	unsigned line, column;
};

struct ij_stmt;

struct ij_block {
	IJ_LIST(struct ij_stmt) list;
};

struct ij_stmt {
	enum ij_verb verb;
	struct ij_place at; /* of the command */
	/* What follows the command, heredocs put in as string literals; "" if nothing. */
	char *operand;
	struct ij_place operand_at;
	struct ij_block body;  /* of if and while */
	struct ij_block other; /* of if: its else; an elif is an if in there */
};

struct ij_script {
	char *name; /* of the file, for messages */
	struct ij_block block;
};

enum { IJ_SCRIPT_DEPTH_MAX = 32, IJ_SCRIPT_SIZE_MAX = 4 * 1024 * 1024 };

/**
 * Parse @text.
 *
 * @name: of the file; copied. @open_ret: on an error, whether the text merely ends too early, so
 * that another line may complete it; may be NULL.
 * @ret: the caller frees it with ij_script_deinit.
 * Errors: SYNTAX, NOTFOUND and AMBIGUOUS (a command), LIMIT, each as "NAME:LINE:COLUMN: ...";
 * NOMEM.
 */
struct ij_error *ij_script_parse(const struct ij_dialect *dialect, const char *name,
				 const char *text, bool *open_ret, struct ij_script *ret)
	IJ_CLI_RESULT;
void ij_script_deinit(struct ij_script *script);

/** Put "NAME:LINE:COLUMN: " before the message of @err, which is consumed; NULL stays NULL. */
struct ij_error *ij_script_error(const char *name, struct ij_place at, struct ij_error *err)
	IJ_CLI_RESULT;

#endif
