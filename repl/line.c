/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines from a person, by readline's alternate interface (readline(3), readline 8). */
#include "repl/line.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#ifndef IJ_STATIC
#include <dlfcn.h>
#endif

#include <readline/history.h>
#include <readline/readline.h>

#include "repl/text.h"

enum { HISTORY_SIZE_MAX = 16 * 1024 * 1024 };

/*
 * What is used of readline. It is loaded when somebody is to type: with the library of terminals
 * behind it, it takes more of a start than all else that is loaded, and most runs read no lines. A
 * static program is linked with it.
 */
/* clang-format off */
#define SYMBOLS(X) \
	X(add_history) \
	X(history_base) \
	X(history_get) \
	X(history_length) \
	X(rl_attempted_completion_function) \
	X(rl_attempted_completion_over) \
	X(rl_callback_handler_install) \
	X(rl_callback_handler_remove) \
	X(rl_callback_read_char) \
	X(rl_callback_sigcleanup) \
	X(rl_catch_signals) \
	X(rl_catch_sigwinch) \
	X(rl_change_environment) \
	X(rl_completer_word_break_characters) \
	X(rl_completion_append_character) \
	X(rl_completion_matches) \
	X(rl_forced_update_display) \
	X(rl_free_line_state) \
	X(rl_insert_text) \
	X(rl_instream) \
	X(rl_line_buffer) \
	X(rl_outstream) \
	X(rl_prep_terminal) \
	X(rl_readline_name) \
	X(rl_redisplay) \
	X(rl_resize_terminal) \
	X(using_history)
/* clang-format on */
#define POINTER(name) __typeof__(name) *name;

#ifdef IJ_STATIC
#define ADDRESS(name) &(name),
static const struct {
	SYMBOLS(POINTER)
} rl = {SYMBOLS(ADDRESS)};

static bool load_library(void)
{
	return true;
}
#else
#define NAME(name) #name,
/* As of src/base/shared.h, which is not for front ends. */
__asm__(".pushsection .note.dlopen, \"a\", @note\n"
	".balign 4\n.long 4, 2f - 1f, 0x407c0c0a\n.asciz \"FDO\"\n"
	"1: .asciz \"[{\\\"soname\\\":[\\\"" IJ_READLINE_SONAME "\\\"],"
	"\\\"priority\\\":\\\"required\\\"}]\"\n"
	"2: .balign 4\n.popsection");

static struct {
	SYMBOLS(POINTER)
} rl;

static bool load_library(void)
{
	static const char *const names[] = {SYMBOLS(NAME)};
	void *lib = dlopen(IJ_READLINE_SONAME, RTLD_NOW | RTLD_LOCAL);
	void *table[IJ_CLI_COUNT(names)];

	_Static_assert(sizeof(rl) == sizeof(table), "a pointer each");
	for (size_t i = 0; i < IJ_CLI_COUNT(names); i++) {
		table[i] = lib ? dlsym(lib, names[i]) : NULL;
		if (!table[i]) {
			fputs("interject: " IJ_READLINE_SONAME " cannot be loaded, and lines not "
			      "edited: install it (Debian: the package libreadline8)\n",
			      stderr);
			return false;
		}
	}
	memcpy(&rl, table, sizeof(table));
	return true;
}
#endif

/* Where words begin: names of modules, with their marks, and variables are one word. */
#define BREAKS " \t\n\"'`><=|&{}()[],;*+%~"

static struct {
	ij_line_complete complete;
	void *ctx;
	int history; /* a descriptor, or -1 */
	int limit;   /* lines that are kept there */
	int added;
	char *line; /* that was read */
	bool done;
	char *kept; /* typed before an event */
	struct ij_words words;
	size_t next; /* of the words */
} reader;

static volatile sig_atomic_t resized, continued;

static void on_resize(int signo)
{
	if (signo == SIGWINCH)
		resized = 1;
	else
		continued = 1;
}

static void on_line(char *line)
{
	reader.line = line;
	reader.done = true;
	rl.rl_callback_handler_remove();
}

/* One word after the other, for rl_completion_matches. */
static char *next_word(const char *text, int state)
{
	(void)text;
	if (!state)
		reader.next = 0;
	return reader.next < reader.words.list.len ? strdup(reader.words.list.items[reader.next++])
						   : NULL;
}

static char **complete(const char *text, int start, int end)
{
	char *before = strndup(*rl.rl_line_buffer, (size_t)start);
	char **matches = NULL;

	(void)end;
	*rl.rl_attempted_completion_over = 1;
	if (!before)
		return NULL;
	reader.words = (struct ij_words){0};
	reader.complete(reader.ctx, before, text, &reader.words);
	free(before);
	*rl.rl_completion_append_character = reader.words.open ? 0 : reader.words.calls ? '(' : ' ';
	if (reader.words.files)
		*rl.rl_attempted_completion_over = 0;
	else
		matches = rl.rl_completion_matches(text, next_word);
	IJ_LIST_EACH (&reader.words.list, word)
		free(*word);
	ij_list_deinit(&reader.words.list);
	return matches;
}

/* All of the file, NUL-terminated; NULL: nothing can be read. */
static char *read_file(int fd)
{
	struct stat st;
	char *text;
	ssize_t n;

	if (fstat(fd, &st) || st.st_size < 0 || st.st_size > HISTORY_SIZE_MAX)
		return NULL;
	text = malloc((size_t)st.st_size + 1);
	n = text ? pread(fd, text, (size_t)st.st_size, 0) : -1;
	if (n < 0) {
		free(text);
		return NULL;
	}
	text[n] = 0;
	return text;
}

/* Have the lines of the file as the history. */
static void load(void)
{
	char *text = reader.history < 0 ? NULL : read_file(reader.history), *next;

	for (char *line = text; line && *line; line = next) {
		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = 0;
		if (*line)
			rl.add_history(line);
	}
	free(text);
}

bool ij_line_init(ij_line_complete completer, void *ctx, int history)
{
	const struct sigaction action = {.sa_handler = on_resize};

	if (!load_library())
		return false;
	reader.complete = completer;
	reader.ctx = ctx;
	reader.history = history;
	*rl.rl_readline_name = "interject";
	*rl.rl_catch_signals = 0;
	*rl.rl_catch_sigwinch = 0;
	*rl.rl_change_environment = 0;
	*rl.rl_attempted_completion_function = complete;
	*rl.rl_completer_word_break_characters = BREAKS;
	sigaction(SIGWINCH, &action, NULL);
	sigaction(SIGCONT, &action, NULL);
	rl.using_history();
	load();
	return true;
}

/* The last lines of @text that, with @more ones, are not too many. */
static const char *last_lines(const char *text, int more)
{
	const char *pos = text + strlen(text);
	int left = reader.limit - more;

	if (pos > text)
		pos--; /* the newline that ends the last one */
	while (pos > text && left > 0) {
		pos--;
		if (*pos == '\n' && !--left)
			return pos + 1;
	}
	return left > 0 ? text : text + strlen(text);
}

static void save(void)
{
	char *text = read_file(reader.history);
	struct ij_text out = {0};

	if (text)
		ij_text_puts(&out, last_lines(text, reader.added));
	for (int i = *rl.history_length - reader.added; i < *rl.history_length; i++) {
		const HIST_ENTRY *entry = rl.history_get(*rl.history_base + i);

		if (entry)
			ij_text_printf(&out, "%s\n", entry->line);
	}
	/* Shorter than before is cut last: a crash leaves too much, not too little. */
	if (text && !out.failed &&
	    pwrite(reader.history, ij_text_get(&out), out.len, 0) == (ssize_t)out.len)
		(void)!ftruncate(reader.history, (off_t)out.len);
	ij_text_deinit(&out);
	free(text);
}

void ij_line_deinit(int limit)
{
	reader.limit = limit;
	reader.added = reader.added < limit ? reader.added : limit;
	free(reader.kept);
	reader.kept = NULL;
	if (reader.history < 0 || !reader.added || flock(reader.history, LOCK_EX))
		return;
	save();
	flock(reader.history, LOCK_UN);
}

void ij_line_remember(const char *line)
{
	HIST_ENTRY *last = *rl.history_length
				   ? rl.history_get(*rl.history_base + *rl.history_length - 1)
				   : NULL;

	if (!line[strspn(line, " \t")] || (last && !strcmp(last->line, line)))
		return;
	rl.add_history(line);
	reader.added++;
}

/* The screen changed under us. */
static void redraw(void)
{
	if (resized)
		rl.rl_resize_terminal();
	if (continued) {
		rl.rl_prep_terminal(1);
		rl.rl_forced_update_display();
	}
	resized = continued = 0;
}

/* Wait, with the signals of @mask let in, and read what comes. */
static enum ij_line_end wait_line(int watch, const sigset_t *mask,
				  const volatile sig_atomic_t *interrupted)
{
	while (!reader.done) {
		struct pollfd fds[2] = {{.fd = fileno(*rl.rl_instream), .events = POLLIN},
					{.fd = watch, .events = POLLIN}};

		if (*interrupted)
			return IJ_LINE_INTERRUPTED;
		if (ppoll(fds, 2, NULL, mask) < 0) {
			if (errno != EINTR)
				return IJ_LINE_EOF;
			redraw();
			continue;
		}
		if (fds[0].revents & POLLIN)
			rl.rl_callback_read_char();
		else if (fds[0].revents)
			return IJ_LINE_EOF;
		else if (fds[1].revents)
			return IJ_LINE_EVENT;
	}
	return reader.line ? IJ_LINE_TEXT : IJ_LINE_EOF;
}

/* Give the terminal back in the middle of a line. */
static void leave_line(enum ij_line_end end)
{
	if (end == IJ_LINE_EVENT && **rl.rl_line_buffer)
		reader.kept = strdup(*rl.rl_line_buffer);
	if (end == IJ_LINE_INTERRUPTED) {
		rl.rl_free_line_state();
		rl.rl_callback_sigcleanup();
		fputs("^C", *rl.rl_outstream);
	}
	rl.rl_callback_handler_remove();
	fputc('\n', *rl.rl_outstream);
	fflush(*rl.rl_outstream);
}

enum ij_line_end ij_line_read(const char *prompt, int watch,
			      const volatile sig_atomic_t *interrupted, char **ret)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGCONT};
	sigset_t blocked, old;
	enum ij_line_end end;

	sigemptyset(&blocked);
	for (size_t i = 0; i < IJ_CLI_COUNT(signals); i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &old);
	reader.done = false;
	reader.line = NULL;
	rl.rl_callback_handler_install(prompt, on_line);
	if (reader.kept) {
		rl.rl_insert_text(reader.kept);
		rl.rl_redisplay();
		free(reader.kept);
		reader.kept = NULL;
	}
	end = wait_line(watch, &old, interrupted);
	if (!reader.done)
		leave_line(end);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (end == IJ_LINE_TEXT)
		*ret = reader.line;
	return end;
}
