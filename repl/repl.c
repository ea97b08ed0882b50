/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject repl: reading, running, and what happens between. */
#include "repl/repl.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "repl/complete.h"
#include "repl/held.h"
#include "repl/line.h"
#include "repl/tell.h"

struct state {
	struct ij_repl *repl;
	struct ij_interp *interp;
	struct ij_text input; /* lines of a command that is not whole yet */
	char *last;           /* what an empty line does again; NULL: nothing */
	int watch;            /* pidfd of the target `watched`; -1: none */
	pid_t watched;
	bool colour;
};

static bool has_colour(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") != 0 && isatty(1);
}

/* "redis-server stopped 1234 in read> ": the thread that is looked at, and where it stands. */
static void held_prompt(const struct ij_interp *interp, const char *on, const char *off,
			struct ij_text *text)
{
	ij_text_printf(text, "%s%s stopped ", on, ij_session_comm(interp->session));
	ij_held_state(interp, text);
	ij_text_printf(text, ">%s ", off);
}

static char *prompt_of(const struct state *s)
{
	const struct ij_interp *interp = s->interp;
	const char *on = s->colour ? "\001\033[1m\002" : "",
		   *off = s->colour ? "\001\033[0m\002" : "";
	struct ij_text text = {0};
	struct ij_error *err;
	char *ret;

	if (s->input.len)
		ij_text_puts(&text, "> ");
	else if (!interp->session)
		ij_text_printf(&text, "%sinterject>%s ", on, off);
	else if (!interp->stop)
		ij_text_printf(&text, "%s%s %d running>%s ", on, ij_session_comm(interp->session),
			       interp->pid, off);
	else
		held_prompt(interp, on, off, &text);
	err = ij_text_take(&text, &ret);
	if (!err)
		return ret;
	ij_error_free(err);
	return NULL;
}

/* Be told when the target ends while nobody asks it anything. */
static void watch_target(struct state *s)
{
	pid_t pid = s->interp->session ? s->interp->pid : 0;

	if (pid == s->watched)
		return;
	if (s->watch >= 0)
		close(s->watch);
	s->watched = pid;
	s->watch = pid ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

static void target_ended(struct state *s)
{
	ij_interp_fail(s->interp, ij_error_create(IJ_ERR_GONE, "process %d exited", s->watched));
	/* It may be a zombie for long, and is told of once. */
	close(s->watch);
	s->watch = -1;
}

/* Run what was typed; false if it is not whole yet. */
static bool run_input(struct state *s)
{
	struct ij_interp *interp = s->interp;
	struct ij_script script;
	struct ij_error *err;
	bool open;

	err = ij_script_parse(interp->dialect, "", ij_text_get(&s->input), &open, &script);
	if (err && open) {
		ij_error_free(err);
		return false;
	}
	/* Whoever typed Ctrl-C behind the line means it. */
	if (!err && interp->interrupted) {
		ij_script_deinit(&script);
		err = ij_error_create(IJ_ERR_INTERRUPTED, "interrupted");
	}
	if (err) {
		ij_interp_fail(interp, err);
		interp->interrupted = 0;
		return true;
	}
	free(s->last);
	s->last = NULL;
	if (script.block.list.len == 1 &&
	    ij_verb_get(script.block.list.items[0].verb)->flags & IJ_VERB_REPEAT)
		s->last = strdup(ij_text_get(&s->input));
	ij_interp_run(interp, &script);
	ij_script_deinit(&script);
	interp->interrupted = 0;
	ij_error_free(ij_tell_flush());
	return true;
}

/* One line more. */
static void take_line(struct state *s, const char *line)
{
	bool empty = !line[strspn(line, " \t\r")];

	if (empty && !s->input.len) {
		if (!s->last || s->repl->plain)
			return;
		line = s->last;
	}
	ij_text_puts(&s->input, line);
	ij_text_puts(&s->input, "\n");
	if (s->input.len > IJ_SCRIPT_SIZE_MAX) {
		ij_text_deinit(&s->input);
		ij_interp_fail(s->interp, ij_error_create(IJ_ERR_LIMIT, "that is too long"));
	}
	if (run_input(s))
		ij_text_deinit(&s->input);
}

/* What is left when the input ends in the middle of a command. */
static void end_input(struct state *s)
{
	struct ij_script script;
	struct ij_error *err;

	if (!s->input.len)
		return;
	err = ij_script_parse(s->interp->dialect, "", ij_text_get(&s->input), NULL, &script);
	if (err)
		ij_interp_fail(s->interp, err);
	else
		ij_script_deinit(&script);
}

static void run_plain(struct state *s)
{
	char *line = NULL;
	size_t size = 0;

	while (!s->interp->quit && !*s->repl->hangup && getline(&line, &size, stdin) >= 0) {
		s->interp->interrupted = 0;
		line[strcspn(line, "\n")] = 0;
		take_line(s, line);
	}
	end_input(s);
	free(line);
}

static void run_terminal(struct state *s)
{
	while (!s->interp->quit && !*s->repl->hangup) {
		char *prompt, *line = NULL;
		enum ij_line_end end;

		watch_target(s);
		prompt = prompt_of(s);
		end = ij_line_read(prompt ? prompt : "> ", s->watch, &s->interp->interrupted,
				   &line);
		free(prompt);
		if (end == IJ_LINE_EOF)
			break;
		if (end == IJ_LINE_EVENT)
			target_ended(s);
		if (end == IJ_LINE_INTERRUPTED) {
			s->interp->interrupted = 0;
			ij_text_deinit(&s->input);
		}
		if (end != IJ_LINE_TEXT)
			continue;
		ij_line_remember(line);
		take_line(s, line);
		free(line);
	}
}

void ij_repl_run(struct ij_repl *repl)
{
	struct state s = {
		.repl = repl, .interp = repl->interp, .watch = -1, .colour = has_colour()};

	if (repl->plain || !ij_line_init(ij_complete, repl->interp, repl->history)) {
		run_plain(&s);
	} else {
		run_terminal(&s);
		ij_line_deinit((int)repl->interp->history);
	}
	if (s.watch >= 0)
		close(s.watch);
	free(s.last);
	ij_text_deinit(&s.input);
}
