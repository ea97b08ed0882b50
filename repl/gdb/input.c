/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where lines come from, and the blocks that some commands take. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "repl/file.h"
#include "repl/gdb/gdb.h"
#include "repl/line.h"

void ij_gdb_lines_deinit(struct ij_gdb_lines *lines)
{
	IJ_LIST_EACH (&lines->list, it)
		free(*it);
	ij_list_deinit(&lines->list);
}

/* ---- Text of a file ---- */

struct text_input {
	struct ij_gdb_input input; /* first */
	const char *pos;
};

static char *text_next(struct ij_gdb_input *input, const char *prompt)
{
	struct text_input *text = (struct text_input *)input;
	size_t len = strcspn(text->pos, "\n");
	char *line;

	(void)prompt;
	if (!*text->pos)
		return NULL;
	line = strndup(text->pos, len);
	text->pos += len;
	text->pos += *text->pos == '\n';
	input->line++;
	/* A backslash at the end joins the next one. */
	while (line && len && line[len - 1] == '\\' && *text->pos) {
		size_t more = strcspn(text->pos, "\n");
		char *joined = realloc(line, len + more + 1);

		if (!joined)
			break;
		line = joined;
		memcpy(line + len - 1, text->pos, more);
		len += more - 1;
		line[len] = 0;
		text->pos += more;
		text->pos += *text->pos == '\n';
		input->line++;
	}
	return line;
}

/* ---- Lines that were kept ---- */

struct kept_input {
	struct ij_gdb_input input; /* first */
	const struct ij_gdb_lines *lines;
	size_t idx;
};

static char *kept_next(struct ij_gdb_input *input, const char *prompt)
{
	struct kept_input *kept = (struct kept_input *)input;

	(void)prompt;
	return kept->idx < kept->lines->list.len ? strdup(kept->lines->list.items[kept->idx++])
						 : NULL;
}

struct ij_error *ij_gdb_run_input(struct ij_gdb *g, struct ij_gdb_input *input)
{
	const bool from_tty = g->from_tty;
	struct ij_error *err = NULL;
	char *line;

	input->outer = g->input;
	g->input = input;
	g->from_tty = false;
	while (!err && !g->quit && g->flow == IJ_GDB_NEXT && (line = input->next(input, ""))) {
		unsigned at = input->line;

		if (g->interrupted)
			err = IJ_GDB_TEXT(INTERRUPTED, "Quit");
		else
			err = ij_gdb_execute(g, line);
		free(line);
		if (err && input->name) {
			struct ij_error *told =
				IJ_GDB_TEXT(USAGE, "%s:%u: Error in sourced command file:\n%s",
					    input->name, at, ij_error_message(err));
			enum ij_error_code code = ij_error_code_of(err);

			/* The message is another, what happened is the same. */
			if (ij_error_exit_status(code) > 3)
				g->status = ij_status_worse(g->status, ij_error_exit_status(code));
			ij_error_free(err);
			err = told;
		}
	}
	g->input = input->outer;
	g->from_tty = from_tty;
	return err;
}

struct ij_error *ij_gdb_run_lines(struct ij_gdb *g, const struct ij_gdb_lines *lines)
{
	struct kept_input kept = {.input = {.next = kept_next}, .lines = lines};

	return ij_gdb_run_input(g, &kept.input);
}

struct ij_error *ij_gdb_run_text(struct ij_gdb *g, const char *name, const char *text)
{
	struct text_input input = {.input = {.next = text_next, .name = name}, .pos = text};

	return ij_gdb_run_input(g, &input.input);
}

struct ij_error *ij_gdb_run_file(struct ij_gdb *g, const char *path)
{
	struct ij_error *err;
	char *text;

	if (access(path, R_OK))
		return IJ_GDB_TEXT(OS, "%s: No such file or directory.", path);
	IJ_CLI_TRY(ij_file_load(path, &text));
	err = ij_gdb_run_text(g, path, text);
	free(text);
	return err;
}

/* ---- Blocks ---- */

/* Whether the first word of @line is @word, or with @cut a beginning of it. */
static bool begins(const char *line, const char *word)
{
	size_t len = strlen(word);

	return !strncmp(line, word, len) && (!line[len] || strchr(" \t", line[len]));
}

/* Does @line open a block of its own? */
static bool opens(const char *line)
{
	static const char *const words[] = {"if",       "while",    "define",
					    "document", "commands", "python"};

	for (size_t i = 0; i < IJ_CLI_COUNT(words); i++)
		if (begins(line, words[i]))
			return true;
	return false;
}

struct ij_error *ij_gdb_read_block(struct ij_gdb *g, struct ij_gdb_lines *ret,
				   struct ij_gdb_lines *other, bool is_flow)
{
	struct ij_gdb_lines *into = ret;
	unsigned depth = 1;
	char prompt[IJ_GDB_DEPTH_MAX + 2];

	for (;;) {
		struct ij_error *err;
		char *line, *text;

		snprintf(prompt, sizeof(prompt), "%*s>",
			 depth < IJ_GDB_DEPTH_MAX ? (int)depth - !is_flow : IJ_GDB_DEPTH_MAX, "");
		line = g->input ? g->input->next(g->input, prompt) : NULL;
		if (!line)
			return NULL;
		text = line + strspn(line, " \t");
		if (begins(text, "end"))
			depth--;
		else if (opens(text))
			depth++;
		if (!depth) {
			free(line);
			return NULL;
		}
		if (depth == 1 && other && begins(text, "else")) {
			free(line);
			into = other;
			continue;
		}
		if (text != line)
			memmove(line, text, strlen(text) + 1);
		err = ij_list_push(&into->list, line);
		if (err) {
			free(line);
			return err;
		}
	}
}

/* ---- A person, or a pipe ---- */

struct person_input {
	struct ij_gdb_input input; /* first */
	struct ij_gdb *g;
	bool edits; /* with readline */
};

/* Serve whoever gives commands besides, until the person does. */
static void serve_side(struct ij_gdb *g, const char *prompt)
{
	while (g->side.fd >= 0 && !g->quit) {
		struct pollfd fds[2] = {{.fd = 0, .events = POLLIN},
					{.fd = g->side.fd, .events = POLLIN}};

		if (poll(fds, 2, -1) < 0 || (fds[0].revents && !fds[1].revents))
			return;
		if (fds[1].revents && g->side.serve(g->side.ctx)) {
			fputs(prompt, stdout);
			fflush(stdout);
		}
	}
}

static char *plain_line(struct ij_gdb *g, const char *prompt)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	fputs(prompt, stdout);
	fflush(stdout);
	serve_side(g, prompt);
	if (g->quit)
		return NULL;
	len = getline(&line, &size, stdin);
	if (len < 0) {
		free(line);
		return NULL;
	}
	while (len && strchr("\r\n", line[len - 1]))
		line[--len] = 0;
	return line;
}

static char *person_next(struct ij_gdb_input *input, const char *prompt)
{
	struct person_input *person = (struct person_input *)input;
	struct ij_gdb *g = person->g;
	char *line = NULL;

	if (!person->edits)
		return plain_line(g, prompt);
	for (;;) {
		enum ij_line_end end = ij_line_read(prompt, g->side.fd, &g->interrupted, &line);

		if (end == IJ_LINE_EVENT) {
			(void)g->side.serve(g->side.ctx);
			if (g->quit)
				return NULL;
			continue;
		}

		if (end == IJ_LINE_TEXT) {
			ij_line_remember(line);
			return line;
		}
		if (end == IJ_LINE_EOF)
			return NULL;
		g->interrupted = 0;
		puts("Quit");
	}
}

/* An empty line does the last one again. */
static void run_line(struct ij_gdb *g, const char *line)
{
	if (!line[strspn(line, " \t")]) {
		char *again = g->last ? strdup(g->last) : NULL;

		if (again)
			ij_gdb_run(g, again);
		free(again);
		return;
	}
	/* What an editor types in a person's place: nobody is asked, and an empty line does what
	 * the person did last (gdb/event-top.c, handle_line_of_input). */
	if (!strncmp(line, "server ", strlen("server "))) {
		bool unasked = g->unasked;

		g->unasked = true;
		ij_gdb_run(g, line + strlen("server "));
		g->unasked = unasked;
		return;
	}
	ij_gdb_run(g, line);
	free(g->last);
	g->last = g->repeatable ? strdup(line) : NULL;
}

static void complete(void *ctx, const char *before, const char *word, struct ij_words *ret)
{
	(void)ctx;
	if (before[strspn(before, " \t")]) {
		ret->files = true;
		return;
	}
	for (const struct ij_gdb_command *it = ij_gdb_commands; it->name; it++) {
		char *name = strncmp(it->name, word, strlen(word)) ? NULL : strdup(it->name);
		struct ij_error *err = name ? ij_list_push(&ret->list, name) : NULL;

		if (err) {
			free(name);
			ij_error_free(err);
		}
	}
}

void ij_gdb_loop(struct ij_gdb *g)
{
	const char *term = getenv("TERM");
	struct person_input person = {.input = {.next = person_next, .is_person = true},
				      .g = g,
				      .edits = isatty(0) && isatty(1) && term &&
					       strcmp(term, "dumb") != 0 &&
					       ij_gdb_is_on(&g->settings, IJ_GDB_SETTING_EDITING)};
	const char *prompt;
	char *line;

	person.edits = person.edits && ij_line_init(complete, g, -1);
	while (!g->quit) {
		prompt = g->settings.texts[IJ_GDB_SETTING_PROMPT];
		line = person_next(&person.input, prompt ? prompt : "(gdb) ");
		if (!line && g->quit)
			break;
		if (!line) {
			if (isatty(0))
				puts("quit");
			ij_error_free(ij_gdb_quit_ask(g));
			break;
		}
		/* What a command reads besides comes from the same place. */
		g->input = &person.input;
		g->from_tty = true;
		run_line(g, line);
		g->input = NULL;
		free(line);
	}
	if (person.edits)
		ij_line_deinit(0);
}
