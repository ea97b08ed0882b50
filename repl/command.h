/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commands of scripts and the REPL, from commands.def, and the dialects that give them names. A
 * dialect is a list of words: the native one has the names of commands.def; another one may have
 * other words for the same commands, with a function that turns its operand into the native one.
 */
#ifndef IJ_REPL_COMMAND_H
#define IJ_REPL_COMMAND_H

#include "repl/util.h"

enum ij_verb {
#define IJ_V(NAME, name, operand, flags, usage, summary) IJ_VERB_##NAME,
#include "repl/commands.def"
#undef IJ_V
	IJ_VERBS
};

enum ij_verb_flags {
	IJ_VERB_TARGET = 1 << 0, /* it is about a target */
	IJ_VERB_WANTS = 1 << 1,  /* it wants an operand */
	IJ_VERB_REPEAT = 1 << 2, /* an empty line does it again */
	IJ_VERB_BLOCK = 1 << 3,  /* a word of the language */
};

/** What the operand of a command is. */
enum ij_operand {
	IJ_OPERAND_NONE,
	IJ_OPERAND_TEXT,
	IJ_OPERAND_EXPR,
	IJ_OPERAND_PID,
	IJ_OPERAND_THREAD,
	IJ_OPERAND_SYSCALL,
	IJ_OPERAND_SETTING,
	IJ_OPERAND_ON,
	IJ_OPERAND_FILE,
	IJ_OPERAND_COMMAND,
	IJ_OPERAND_RECIPE,
	IJ_OPERAND_PLACE,
	IJ_OPERAND_PLACE_EXPR, /* a place, then an expression */
	IJ_OPERAND_REGISTER,
	IJ_OPERAND_TYPE, /* one, or an expression */
};

struct ij_verb_row {
	const char *name;
	enum ij_operand operand;
	unsigned flags; /* enum ij_verb_flags */
	const char *usage, *summary;
};

/** Static storage. */
const struct ij_verb_row *ij_verb_get(enum ij_verb verb);

struct ij_word {
	const char *word;
	enum ij_verb verb;
	/** The operand as the command wants it; NULL: as it is. */
	struct ij_error *(*translate)(const char *operand, char **ret);
};

struct ij_dialect {
	const struct ij_word *words;
	size_t len;
};

extern const struct ij_dialect ij_dialect_native;

/**
 * The word that the @len bytes at @text are, or are the start of if there is no other that begins
 * so, or only ones that go on from it; a `-` in it stands for a `_`.
 *
 * Errors: NOTFOUND (with what is close to it), AMBIGUOUS (with all that begin so).
 */
struct ij_error *ij_word_find(const struct ij_dialect *dialect, const char *text, size_t len,
			      const struct ij_word **ret) IJ_CLI_RESULT;

#endif
