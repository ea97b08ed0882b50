/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signals: signal, handle, info signals (gdb/infrun.c). */
#include <signal.h>
#include <string.h>

#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"

/* Those of Linux in the order and with the words of gdb (include/gdb/signals.def). */
static const struct row {
	int signo;
	const char *name, *text;
} rows[] = {
	{SIGHUP, "SIGHUP", "Hangup"},
	{SIGINT, "SIGINT", "Interrupt"},
	{SIGQUIT, "SIGQUIT", "Quit"},
	{SIGILL, "SIGILL", "Illegal instruction"},
	{SIGTRAP, "SIGTRAP", "Trace/breakpoint trap"},
	{SIGABRT, "SIGABRT", "Aborted"},
	{SIGFPE, "SIGFPE", "Arithmetic exception"},
	{SIGKILL, "SIGKILL", "Killed"},
	{SIGBUS, "SIGBUS", "Bus error"},
	{SIGSEGV, "SIGSEGV", "Segmentation fault"},
	{SIGSYS, "SIGSYS", "Bad system call"},
	{SIGPIPE, "SIGPIPE", "Broken pipe"},
	{SIGALRM, "SIGALRM", "Alarm clock"},
	{SIGTERM, "SIGTERM", "Terminated"},
	{SIGURG, "SIGURG", "Urgent I/O condition"},
	{SIGSTOP, "SIGSTOP", "Stopped (signal)"},
	{SIGTSTP, "SIGTSTP", "Stopped (user)"},
	{SIGCONT, "SIGCONT", "Continued"},
	{SIGCHLD, "SIGCHLD", "Child status changed"},
	{SIGTTIN, "SIGTTIN", "Stopped (tty input)"},
	{SIGTTOU, "SIGTTOU", "Stopped (tty output)"},
	{SIGIO, "SIGIO", "I/O possible"},
	{SIGXCPU, "SIGXCPU", "CPU time limit exceeded"},
	{SIGXFSZ, "SIGXFSZ", "File size limit exceeded"},
	{SIGVTALRM, "SIGVTALRM", "Virtual timer expired"},
	{SIGPROF, "SIGPROF", "Profiling timer expired"},
	{SIGWINCH, "SIGWINCH", "Window size changed"},
	{SIGUSR1, "SIGUSR1", "User defined signal 1"},
	{SIGUSR2, "SIGUSR2", "User defined signal 2"},
	{SIGPWR, "SIGPWR", "Power fail/restart"},
	{SIGSTKFLT, "SIGSTKFLT", "Stack fault"},
};

void ij_gdb_signal_words(int signo, char name[IJ_GDB_SIGNAL_MAX], char text[IJ_GDB_SIGNAL_MAX])
{
	snprintf(name, IJ_GDB_SIGNAL_MAX, "SIG%d", signo);
	snprintf(text, IJ_GDB_SIGNAL_MAX, "Real-time event %d", signo);
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		if (rows[i].signo == signo) {
			snprintf(name, IJ_GDB_SIGNAL_MAX, "%s", rows[i].name);
			snprintf(text, IJ_GDB_SIGNAL_MAX, "%s", rows[i].text);
		}
}

/* Signal @idx in gdb's order; 0 behind the last one. */
static int signal_at(size_t idx)
{
	const size_t named = IJ_CLI_COUNT(rows);

	if (idx < named)
		return rows[idx].signo;
	return idx - named < IJ_DEBUGGER_SIGNALS - 32u ? (int)(idx - named) + 32 : 0;
}

int ij_gdb_signal_of(const char *word)
{
	char *end;
	unsigned long number = strtoul(word, &end, 0);

	if (end != word && !*end)
		return number >= 1 && number <= 15 ? (int)number : 0;
	for (size_t i = 0; signal_at(i); i++) {
		char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

		ij_gdb_signal_words(signal_at(i), name, text);
		if (!strcmp(name, word) || !strcmp(name + 3, word))
			return signal_at(i);
	}
	return 0;
}

/* The same of a name, or of an expression that is a number. */
static struct ij_error *take_signal(struct ij_gdb *g, const char *text, int *ret)
{
	int64_t number;

	*ret = ij_gdb_signal_of(text);
	if (*ret)
		return NULL;
	IJ_CLI_TRY(ij_gdb_number(g, text, &number));
	if (number < 1 || number > 15)
		return IJ_GDB_TEXT(USAGE, "Only signals 1-15 are valid as numeric signals.\n"
					  "Use \"info signals\" for a list of symbolic signals.");
	*ret = (int)number;
	return NULL;
}

IJ_GDB_DO(signal)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_CONTINUE, .replace = true};
	struct ij_debugger_event event;

	if (ij_debugger_state_of(g->debugger) == IJ_DEBUGGER_NONE)
		return IJ_GDB_TEXT(NOPROC, "The program is not being run.");
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (signal number).");
	if (strcmp(args, "0") != 0) {
		char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

		IJ_CLI_TRY(take_signal(g, args, &resume.signo));
		ij_gdb_signal_words(resume.signo, name, text);
		if (g->from_tty)
			printf("Continuing with signal %s.\n", name);
	} else if (g->from_tty) {
		printf("Continuing with no signal.\n");
	}
	IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	return ij_gdb_stopped(g, &event);
}

static void signals_head(void)
{
	printf("Signal        Stop\tPrint\tPass to program\tDescription\n");
}

static void signal_row(struct ij_gdb *g, int signo)
{
	const struct ij_debugger_signal *how = ij_debugger_signal(g->debugger, signo);
	char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

	ij_gdb_signal_words(signo, name, text);
	printf("%-13s %s\t%s\t%s\t\t%s\n", name, how->stop ? "Yes" : "No",
	       how->print ? "Yes" : "No", how->pass ? "Yes" : "No", text);
}

IJ_GDB_DO(info_signals)
{
	if (*args) {
		int signo;

		signals_head();
		IJ_CLI_TRY(take_signal(g, args, &signo));
		signal_row(g, signo);
		return NULL;
	}
	signals_head();
	putchar('\n');
	for (size_t i = 0; signal_at(i); i++)
		signal_row(g, signal_at(i));
	printf("\nUse the \"handle\" command to change these tables.\n");
	return NULL;
}

/* Whether @word is an action, and what it does to @how. */
static bool act(const char *word, struct ij_debugger_signal *how)
{
	size_t len = strlen(word);

	if (len >= 1 && !strncmp("stop", word, len))
		how->stop = how->print = true;
	else if (len >= 2 && (!strncmp("print", word, len)))
		how->print = true;
	else if (len >= 2 && (!strncmp("pass", word, len) || !strncmp("noignore", word, len)))
		how->pass = true;
	else if (len >= 3 && !strncmp("nostop", word, len))
		how->stop = false;
	else if (len >= 4 && !strncmp("noprint", word, len))
		how->print = how->stop = false;
	else if (len >= 4 && (!strncmp("nopass", word, len)))
		how->pass = false;
	else if (len >= 1 && !strncmp("ignore", word, len))
		how->pass = false;
	else
		return false;
	return true;
}

/* Choose signal @signo; those of a debugger only if that is meant. */
static void choose(struct ij_gdb *g, int signo, bool *chosen)
{
	char name[IJ_GDB_SIGNAL_MAX], text[IJ_GDB_SIGNAL_MAX];

	ij_gdb_signal_words(signo, name, text);
	if ((signo == SIGTRAP || signo == SIGINT) && !chosen[signo] &&
	    !ij_gdb_ask(g, "%s is used by the debugger.\nAre you sure you want to change it? ",
			name)) {
		printf("Not confirmed, unchanged.\n");
		return;
	}
	chosen[signo] = true;
}

/* "14", "3-5": numbers of signals; false: it is none. */
static bool choose_numbers(struct ij_gdb *g, const char *word, bool *chosen)
{
	char *end;
	unsigned long first = strtoul(word, &end, 10), last = first;

	if (end == word)
		return false;
	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	if (*end || first < 1 || last > 15)
		return false;
	for (unsigned long i = first; i <= last; i++)
		choose(g, (int)i, chosen);
	return true;
}

IJ_GDB_DO(handle)
{
	bool chosen[IJ_DEBUGGER_SIGNALS] = {false}, any = false;

	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (signal to handle).");
	while (*args) {
		struct ij_debugger_signal none = {0};
		char *word = ij_gdb_word(&args);
		int signo;

		if (act(word, &none)) {
			for (int i = 1; i < IJ_DEBUGGER_SIGNALS; i++)
				if (chosen[i])
					(void)act(word, ij_debugger_signal(g->debugger, i));
			continue;
		}
		any = true;
		if (!strcmp(word, "all")) {
			for (int i = 1; i < IJ_DEBUGGER_SIGNALS; i++)
				chosen[i] = i != SIGTRAP && i != SIGINT;
			continue;
		}
		if (choose_numbers(g, word, chosen))
			continue;
		signo = *word >= '0' && *word <= '9' ? 0 : ij_gdb_signal_of(word);
		if (!signo)
			return IJ_GDB_TEXT(USAGE,
					   *word >= '0' && *word <= '9'
						   ? "Only signals 1-15 are valid as numeric "
						     "signals.\nUse \"info signals\" for a list "
						     "of symbolic signals."
						   : "Unrecognized or ambiguous flag word: \"%s\".",
					   word);
		choose(g, signo, chosen);
	}
	if (!any || !g->from_tty)
		return NULL;
	signals_head();
	for (size_t i = 0; signal_at(i); i++)
		if (chosen[signal_at(i)])
			signal_row(g, signal_at(i));
	return NULL;
}
