/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsing scripts: interject-script(5). */
#include "repl/script.h"

#include <ctype.h>
#include <string.h>

#include "repl/formula.h"
#include "repl/lines.h"
#include "repl/text.h"

enum { ELIFS_MAX = 256 };

struct parser {
	const struct ij_dialect *dialect;
	const char *name;
	struct ij_lines lines;
	struct ij_stmt next; /* looked at, if `looked`; its operand is owned */
	bool looked, ended;
	unsigned depth, loops;
	bool *open;
};

struct ij_error *ij_script_error(const char *name, struct ij_place at, struct ij_error *err)
{
	/* Of what a person types there is one line, as a rule. */
	if (!*name && at.line == 1)
		return ij_cli_wrap(err, "column %u", at.column);
	if (!*name)
		return ij_cli_wrap(err, "line %u, column %u", at.line, at.column);
	return ij_cli_wrap(err, "%s:%u:%u", name, at.line, at.column);
}

static struct ij_error *wrong(struct parser *p, struct ij_place at, const char *what)
{
	return ij_script_error(p->name, at, ij_error_create(IJ_ERR_SYNTAX, "%s", what));
}

static void deinit_block(struct ij_block *block);

static void deinit_stmt(struct ij_stmt *stmt)
{
	free(stmt->operand);
	deinit_block(&stmt->body);
	deinit_block(&stmt->other);
}

static void deinit_block(struct ij_block *block)
{
	IJ_LIST_EACH (&block->list, stmt)
		deinit_stmt(stmt);
	ij_list_deinit(&block->list);
}

/* Where in @operand of @verb an expression begins; NULL: it has none. @tail_ret: a colon may follow
 * it. */
static const char *expression(enum ij_verb verb, const char *operand, bool *tail_ret)
{
	const char *equals;

	*tail_ret = verb == IJ_VERB_REQUIRE;
	switch (verb) {
	case IJ_VERB_IF:
	case IJ_VERB_ELIF:
	case IJ_VERB_WHILE:
	case IJ_VERB_PRINT:
	case IJ_VERB_REQUIRE:
		return operand;
	case IJ_VERB_SET:
		equals = *operand == '$' ? strchr(operand, '=') : NULL;
		return equals ? equals + 1 : NULL;
	default:
		return NULL;
	}
}

/* The form of an expression, so that nothing is run before a mistake in it is met. */
static struct ij_error *check_expression(struct parser *p, const struct ij_stmt *stmt)
{
	struct ij_place at = stmt->operand_at;
	unsigned column = 0;
	const char *text, *end;
	struct ij_error *err;
	bool tail;

	text = expression(stmt->verb, stmt->operand, &tail);
	if (!text)
		return NULL;
	err = ij_formula_check(text, tail ? &end : NULL, &column);
	at.column += (unsigned)(text - stmt->operand) + (column ? column - 1 : 0);
	return ij_script_error(p->name, at, err);
}

/* What commands have in common: an operand or none, and the form of expressions. */
static struct ij_error *check_operand(struct parser *p, const struct ij_stmt *stmt)
{
	const struct ij_verb_row *row = ij_verb_get(stmt->verb);
	struct ij_text what = {0};
	struct ij_error *err = NULL;

	if (row->flags & IJ_VERB_WANTS && !*stmt->operand)
		ij_text_printf(&what, "%s wants an operand: %s %s", row->name, row->name,
			       row->usage);
	else if (row->operand == IJ_OPERAND_NONE && *stmt->operand)
		ij_text_printf(&what, "%s takes no operand", row->name);
	if (what.len)
		err = wrong(p, stmt->operand_at, what.str);
	else
		err = check_expression(p, stmt);
	ij_text_deinit(&what);
	return err;
}

/* A line as a statement: the command, and what follows it. */
static struct ij_error *split(struct parser *p, const char *line, struct ij_place at,
			      struct ij_stmt *ret)
{
	/* A format is a word of its own: x/8xb. */
	size_t len = strcspn(line, " \t/"), blanks = strspn(line + len, " \t");
	struct ij_stmt stmt = {.at = at, .operand_at = {at.line, at.column}};
	const struct ij_word *word;
	struct ij_error *err;

	IJ_CLI_TRY(ij_script_error(p->name, at, ij_word_find(p->dialect, line, len, &word)));
	stmt.verb = word->verb;
	stmt.operand_at.column += (unsigned)(len + blanks);
	if (word->translate) {
		err = word->translate(line + len + blanks, &stmt.operand);
		IJ_CLI_TRY(ij_script_error(p->name, stmt.operand_at, err));
	} else {
		stmt.operand = strdup(line + len + blanks);
		if (!stmt.operand)
			return ij_cli_nomem();
	}
	err = check_operand(p, &stmt);
	if (err) {
		free(stmt.operand);
		return err;
	}
	*ret = stmt;
	return NULL;
}

/* Have the next statement in p->next, or p->ended. */
static struct ij_error *look(struct parser *p)
{
	struct ij_place at;
	struct ij_error *err;
	char *line;

	if (p->looked)
		return NULL;
	err = ij_lines_next(&p->lines, &line, &at, p->open);
	if (err)
		return ij_script_error(p->name, at, err);
	if (!line) {
		p->ended = true;
		return NULL;
	}
	err = split(p, line, at, &p->next);
	free(line);
	p->looked = !err;
	return err;
}

/* The statement looked at, which is the caller's from now on. */
static struct ij_stmt take(struct parser *p)
{
	p->looked = false;
	return p->next;
}

/* Drop a word that stands alone: else, end. */
static void skip(struct parser *p)
{
	free(p->next.operand);
	p->looked = false;
}

static bool at_word(const struct parser *p, enum ij_verb verb)
{
	return p->looked && p->next.verb == verb;
}

static struct ij_error *parse_block(struct parser *p, struct ij_block *ret);

static struct ij_error *unfinished(struct parser *p, const struct ij_stmt *stmt)
{
	*p->open = true;
	return wrong(p, stmt->at,
		     stmt->verb == IJ_VERB_WHILE ? "this while has no end" : "this if has no end");
}

static struct ij_error *parse_while(struct parser *p, struct ij_stmt *stmt)
{
	struct ij_error *err;

	p->loops++;
	err = parse_block(p, &stmt->body);
	p->loops--;
	if (err)
		return err;
	if (p->ended)
		return unfinished(p, stmt);
	if (!at_word(p, IJ_VERB_END))
		return wrong(p, p->next.at, "else belongs to if, not to while");
	skip(p);
	return NULL;
}

/* What follows the body of @stmt: elif, which becomes an if in its else; else; end. */
static struct ij_error *parse_other(struct parser *p, struct ij_stmt *stmt)
{
	struct ij_stmt *owner = stmt;

	for (unsigned count = 0; at_word(p, IJ_VERB_ELIF); count++) {
		if (count == ELIFS_MAX)
			return wrong(p, p->next.at, "too many elif");
		IJ_CLI_TRY(ij_list_push(&owner->other.list, p->next));
		p->looked = false;
		owner = owner->other.list.items;
		owner->verb = IJ_VERB_IF;
		IJ_CLI_TRY(parse_block(p, &owner->body));
	}
	if (at_word(p, IJ_VERB_ELSE)) {
		skip(p);
		IJ_CLI_TRY(parse_block(p, &owner->other));
	}
	if (p->ended)
		return unfinished(p, stmt);
	if (!at_word(p, IJ_VERB_END))
		return wrong(p, p->next.at, "after else only end may follow");
	skip(p);
	return NULL;
}

static struct ij_error *parse_stmt(struct parser *p, struct ij_stmt *stmt)
{
	struct ij_error *err;

	switch (stmt->verb) {
	case IJ_VERB_LOOP_BREAK:
	case IJ_VERB_LOOP_CONTINUE:
		return p->loops ? NULL : wrong(p, stmt->at, "this is in no while");
	case IJ_VERB_IF:
	case IJ_VERB_WHILE:
		break;
	default:
		return NULL;
	}
	if (p->depth == IJ_SCRIPT_DEPTH_MAX)
		return ij_script_error(p->name, stmt->at,
				       ij_error_create(IJ_ERR_LIMIT,
						       "blocks are nested more than %d deep",
						       IJ_SCRIPT_DEPTH_MAX));
	p->depth++;
	if (stmt->verb == IJ_VERB_WHILE) {
		err = parse_while(p, stmt);
	} else {
		err = parse_block(p, &stmt->body);
		if (!err)
			err = parse_other(p, stmt);
	}
	p->depth--;
	return err;
}

/* Statements up to a word that ends a block, which is left in p->next, or the end of the text. */
static struct ij_error *parse_block(struct parser *p, struct ij_block *ret)
{
	for (;;) {
		struct ij_stmt stmt;
		struct ij_error *err;

		IJ_CLI_TRY(look(p));
		if (p->ended || at_word(p, IJ_VERB_END) || at_word(p, IJ_VERB_ELSE) ||
		    at_word(p, IJ_VERB_ELIF))
			return NULL;
		stmt = take(p);
		err = parse_stmt(p, &stmt);
		if (!err)
			err = ij_list_push(&ret->list, stmt);
		if (err) {
			deinit_stmt(&stmt);
			return err;
		}
	}
}

static struct ij_error *parse(struct parser *p, struct ij_block *ret)
{
	IJ_CLI_TRY(parse_block(p, ret));
	return p->ended ? NULL : wrong(p, p->next.at, "this ends no if or while");
}

struct ij_error *ij_script_parse(const struct ij_dialect *dialect, const char *name,
				 const char *text, bool *open_ret, struct ij_script *ret)
{
	bool open = false;
	struct parser p = {.dialect = dialect, .name = name, .open = &open};
	struct ij_script script = {.name = strdup(name)};
	struct ij_error *err;

	p.lines = (struct ij_lines){text, 1};
	err = script.name ? parse(&p, &script.block) : ij_cli_nomem();
	if (p.looked)
		free(p.next.operand);
	if (open_ret)
		*open_ret = open;
	if (err) {
		ij_script_deinit(&script);
		return err;
	}
	*ret = script;
	return NULL;
}

void ij_script_deinit(struct ij_script *script)
{
	free(script->name);
	deinit_block(&script->block);
	*script = (struct ij_script){0};
}
