/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going on. */
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "repl/gdb/breaks.h"
#include "repl/gdb/stop.h"
#include "repl/gdb/subs.h"

static struct ij_error *need_process(struct ij_gdb *g)
{
	if (!ij_debugger_pid(g->debugger))
		return IJ_GDB_TEXT(USAGE, "The program is not being run.");
	return NULL;
}

/* More breakpoints than the processor has, in a process that is not ours. True: go on with them in
 * its code. */
static bool may_trap(struct ij_gdb *g, struct ij_error **err)
{
	static const char warning[] =
		"warning: The processor has four breakpoints for this process; more of them have "
		"to be written\ninto its code while it runs. Should interject be killed in that "
		"time, the process dies when\nit comes to one, and so does a child that it forks.";
	const int64_t how = g->settings.numbers[IJ_GDB_SETTING_INT3];
	struct ij_error *told;

	if (how == 1)
		return true;
	if (how == 0 && ij_gdb_asks(g)) {
		printf("%s\n", warning);
		if (ij_gdb_answer("Write them into its code? (y or n) ", false))
			return true;
	}
	told = ij_error_create(IJ_ERR_LIMIT, "%s\n%s\n(set interject int3 allow)",
			       ij_error_message(*err), warning);
	ij_error_free(*err);
	*err = told;
	return false;
}

static struct ij_error *resume_once(struct ij_gdb *g, struct ij_debugger_resume *resume,
				    struct ij_debugger_event *ret)
{
	struct ij_error *err;

	ij_gdb_breaks_renew(g);
	ij_gdb_catch_resume(g);
	fflush(stdout);
	if (g->observer)
		g->observer->running(g->observer->ctx);
	err = ij_debugger_resume(g->debugger, resume, ret);
	if (ij_error_code_of(err) != IJ_ERR_LIMIT || ij_debugger_is_own(g->debugger) ||
	    !may_trap(g, &err))
		return err;
	ij_error_free(err);
	/* For as long as it is not said otherwise. */
	g->settings.numbers[IJ_GDB_SETTING_INT3] = 1;
	ij_debugger_may_trap(g->debugger, true);
	return ij_debugger_resume(g->debugger, resume, ret);
}

/* The process @pid runs another program: that is debugged from now on, if we started it. */
static struct ij_error *executed(struct ij_gdb *g, pid_t pid)
{
	char link[32], path[PATH_MAX];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", pid);
	len = readlink(link, path, sizeof(path) - 1);
	path[len < 0 ? 0 : len] = 0;
	printf("process %d is executing new program: %s\n", pid, path);
	g->generation = UINT64_MAX;
	if (!ij_debugger_is_own(g->debugger))
		return IJ_GDB_TEXT(UNSUPPORTED,
				   "[Inferior %u (process %d) detached]\nThat program was not "
				   "attached to, and goes on.",
				   g->inferior, pid);
	return *path ? ij_debugger_file(g->debugger, path) : NULL;
}

struct ij_error *ij_gdb_resume(struct ij_gdb *g, struct ij_debugger_resume *resume,
			       struct ij_debugger_event *ret)
{
	pid_t pid = ij_debugger_pid(g->debugger);

	ij_debugger_may_trap(g->debugger, g->settings.numbers[IJ_GDB_SETTING_INT3] == 1);
	resume->size = sizeof(*resume);
	/* "step" and "on": other threads stay. */
	resume->alone = g->settings.numbers[IJ_GDB_SETTING_SCHEDULER_LOCKING] == 1 ||
			(g->settings.numbers[IJ_GDB_SETTING_SCHEDULER_LOCKING] == 2 &&
			 resume->how != IJ_DEBUGGER_CONTINUE);
	IJ_CLI_TRY(resume_once(g, resume, ret));
	while (ret->kind == IJ_DEBUGGER_EXECUTED) {
		struct ij_debugger_resume on = {.size = sizeof(on), .how = IJ_DEBUGGER_CONTINUE};

		IJ_CLI_TRY(executed(g, pid));
		if (ij_gdb_catch_exec(g, ret))
			break;
		IJ_CLI_TRY(resume_once(g, &on, ret));
	}
	return NULL;
}

/* The same again as long as nothing else happens; told of once, at the end. */
static struct ij_error *steps(struct ij_gdb *g, char *args, enum ij_debugger_how how)
{
	struct ij_debugger_resume resume = {.how = how};
	struct ij_debugger_event event;
	int64_t count = 1;
	bool moved = false;

	IJ_CLI_TRY(need_process(g));
	if (*args)
		IJ_CLI_TRY(ij_gdb_number(g, args, &count));
	if (count <= 0)
		return ij_gdb_frame_show(g, false);
	while (count-- > 0) {
		IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
		moved = moved || event.moved;
		if (event.kind != IJ_DEBUGGER_STEPPED || g->interrupted)
			break;
	}
	event.moved = moved;
	return ij_gdb_stopped(g, &event);
}

IJ_GDB_DO(step)
{
	return steps(g, args, IJ_DEBUGGER_STEP);
}

IJ_GDB_DO(next)
{
	return steps(g, args, IJ_DEBUGGER_NEXT);
}

IJ_GDB_DO(stepi)
{
	return steps(g, args, IJ_DEBUGGER_STEPI);
}

IJ_GDB_DO(nexti)
{
	return steps(g, args, IJ_DEBUGGER_NEXTI);
}

IJ_GDB_DO(continue)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_CONTINUE};
	struct ij_debugger_event event;
	int64_t count = 0;

	IJ_CLI_TRY(need_process(g));
	if (*args && *args != '-' && *args != '&')
		IJ_CLI_TRY(ij_gdb_number(g, args, &count));
	if (count > 1) {
		unsigned met = g->met;
		struct ij_gdb_break *it = ij_gdb_break_find(g, met);

		if (it) {
			it->ignore = (unsigned long)count - 1;
			printf("Will ignore next %lu crossings of breakpoint %u.  ",
			       (unsigned long)count - 1, it->id);
		}
	}
	if (g->from_tty)
		printf("Continuing.\n");
	IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	return ij_gdb_stopped(g, &event);
}

IJ_GDB_DO(finish)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_FINISH};
	struct ij_debugger_frame outer;
	struct ij_debugger_event event;
	struct ij_error *err;
	unsigned level;

	(void)args;
	IJ_CLI_TRY(need_process(g));
	level = ij_debugger_selected(g->debugger);
	err = ij_debugger_frame(g->debugger, level + 1, &outer);
	if (err) {
		ij_error_free(err);
		return IJ_GDB_TEXT(USAGE, "\"finish\" not meaningful in the outermost frame.");
	}
	if (g->from_tty) {
		printf("Run till exit from ");
		IJ_CLI_TRY(ij_gdb_frame_line(g, level, true));
	}
	IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	return ij_gdb_stopped(g, &event);
}

static struct ij_error *until(struct ij_gdb *g, const char *spec)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_ADVANCE};
	uint64_t addrs[8];
	struct ij_debugger_place *places;
	struct ij_debugger_event event;
	const char *file = NULL;
	unsigned line = 0;
	size_t len;

	ij_gdb_here(g, &file, &line);
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, spec, file, line, true, &places, &len));
	for (size_t i = 0; i < len && i < IJ_CLI_COUNT(addrs); i++)
		if (places[i].addr)
			addrs[resume.addrs_len++] = places[i].addr;
	free(places);
	resume.addrs = addrs;
	IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	return ij_gdb_stopped(g, &event);
}

IJ_GDB_DO(until)
{
	IJ_CLI_TRY(need_process(g));
	return *args ? until(g, args) : steps(g, args, IJ_DEBUGGER_UNTIL);
}

IJ_GDB_DO(advance)
{
	IJ_CLI_TRY(need_process(g));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (a location).");
	return until(g, args);
}

IJ_GDB_DO(jump)
{
	struct ij_debugger_resume resume = {.how = IJ_DEBUGGER_CONTINUE, .jumped = true};
	struct ij_debugger_place *places;
	struct ij_debugger_event event;
	const char *file = NULL;
	struct ij_error *err;
	unsigned line = 0;
	uint64_t addr;
	size_t len;

	IJ_CLI_TRY(need_process(g));
	if (!*args)
		return IJ_GDB_TEXT(USAGE, "Argument required (starting address).");
	ij_gdb_here(g, &file, &line);
	IJ_CLI_TRY(ij_debugger_locate(g->debugger, args, file, line, true, &places, &len));
	addr = places[0].addr;
	err = addr || *args == '*' ? NULL : ij_gdb_no_code(args, &places[0]);
	free(places);
	if (err)
		return err;
	if (g->from_tty)
		printf("Continuing at 0x%llx.\n", (unsigned long long)addr);
	IJ_CLI_TRY(ij_debugger_jump(g->debugger, addr));
	IJ_CLI_TRY(ij_gdb_resume(g, &resume, &event));
	return ij_gdb_stopped(g, &event);
}

struct ij_error *ij_gdb_return(struct ij_gdb *g, char *args)
{
	struct ij_debugger_frame frame;
	struct ij_datum *datum = NULL;
	struct ij_error *err;
	char *type = NULL;

	if (!ij_debugger_pid(g->debugger))
		return IJ_GDB_TEXT(NOPROC, "No selected frame.");
	IJ_CLI_TRY(ij_debugger_frame(g->debugger, ij_debugger_selected(g->debugger), &frame));
	IJ_CLI_TRY(ij_debugger_return_type(g->debugger, &type));
	if (*args && type && strcmp(type, "void") != 0) {
		struct ij_text cast = {0};

		ij_text_printf(&cast, "(%s)(%s)", type, args);
		err = ij_gdb_eval(g, ij_text_get(&cast), &datum);
		ij_text_deinit(&cast);
		/* A struct cannot be cast, even to its own type. */
		if (err) {
			ij_error_free(err);
			err = ij_gdb_eval(g, args, &datum);
		}
		free(type);
		IJ_CLI_TRY(err);
	} else if (*args && !type) {
		return IJ_GDB_TEXT(TYPE,
				   "Return value type not available for selected stack frame.\n"
				   "Please use an explicit cast of the value to return.");
	} else {
		free(type);
	}
	if (!ij_gdb_ask(g, "Make %s return now? ",
			frame.function ? frame.function : "selected stack frame")) {
		ij_datum_free(datum);
		return IJ_GDB_TEXT(USAGE, "Not confirmed");
	}
	err = ij_debugger_pop(g->debugger, datum);
	ij_datum_free(datum);
	return err;
}

IJ_GDB_DO(return )
{
	IJ_CLI_TRY(ij_gdb_return(g, args));
	return ij_gdb_frame_show(g, true);
}
