/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that stop the target and let it go on: stop, release, continue, stepi, finish, call_at.
 */
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

enum { STEPS_MAX = 100000 };

struct ij_error *ij_do_stop(struct ij_interp *interp, const char *operand)
{
	unsigned tid;

	IJ_CLI_TRY(ij_count_operand(interp, operand, 0, &tid));
	IJ_CLI_TRY(ij_interp_hold(interp, (pid_t)tid));
	return ij_tell_stopped(interp);
}

struct ij_error *ij_do_release(struct ij_interp *interp, const char *operand)
{
	struct ij_stop *stop;

	(void)operand;
	IJ_CLI_TRY(ij_interp_held(interp, &stop));
	ij_interp_release(interp);
	return NULL;
}

/* A person waits as long as he likes; a script for as long as for a safe-point. */
static struct ij_stop_options options_of(const struct ij_interp *interp)
{
	struct ij_stop_options options;

	ij_stop_options_init(&options, sizeof(options));
	options.pass = ij_quiet_signals();
	if (!interp->host->interactive)
		options.timeout_ns = interp->call.wait_ns;
	return options;
}

/* Who waits may give it up, and still holds the target. */
static void waited(struct ij_interp *interp)
{
	if (interp->host->interactive && interp->interrupted == 1)
		interp->interrupted = 0;
}

static struct ij_error *run(struct ij_interp *interp, const struct ij_stop_breakpoint *bp)
{
	struct ij_stop_options options = options_of(interp);
	struct ij_error *err;

	options.breakpoints = bp;
	options.breakpoints_len = bp != NULL;
	err = ij_stop_continue(interp->stop, &options, NULL);
	waited(interp);
	return err ? err : ij_tell_stopped(interp);
}

struct ij_error *ij_do_continue(struct ij_interp *interp, const char *operand)
{
	struct ij_stop_breakpoint bp = {0};
	struct ij_stop *stop;

	IJ_CLI_TRY(ij_interp_held(interp, &stop));
	if (!*operand)
		return run(interp, NULL);
	IJ_CLI_TRY(ij_interp_wrong(interp, 1, ij_stop_locate(stop, operand, &bp.addr)));
	return run(interp, &bp);
}

struct ij_error *ij_do_stepi(struct ij_interp *interp, const char *operand)
{
	struct ij_stop_options options = options_of(interp);
	struct ij_stop_report what = {.event = IJ_STOP_STEPPED};
	struct ij_error *err = NULL;
	struct ij_stop *stop;
	unsigned count;

	IJ_CLI_TRY(ij_interp_held(interp, &stop));
	IJ_CLI_TRY(ij_count_operand(interp, operand, 1, &count));
	if (count > STEPS_MAX)
		return ij_error_create(IJ_ERR_LIMIT, "%u steps, over %d", count, STEPS_MAX);
	for (unsigned i = 0;
	     !err && i < count && what.event == IJ_STOP_STEPPED && !interp->interrupted; i++)
		err = ij_stop_step(stop, &options, &what);
	waited(interp);
	return err ? err : ij_tell_stopped(interp);
}

/* Until the chosen frame has returned to its caller, in this thread. */
struct ij_error *ij_do_finish(struct ij_interp *interp, const char *operand)
{
	struct ij_stop_frame frame, caller;
	struct ij_stop *stop;

	(void)operand;
	IJ_CLI_TRY(ij_interp_held(interp, &stop));
	IJ_CLI_TRY(ij_stop_frame(stop, interp->level, &frame));
	IJ_CLI_TRY(ij_cli_wrap(ij_stop_frame(stop, interp->level + 1, &caller),
			       "this frame has no caller"));
	const struct ij_stop_breakpoint bp = {
		.addr = caller.pc, .tid = ij_stop_thread(stop), .sp_min = frame.cfa};
	return run(interp, &bp);
}

struct ij_error *ij_do_call_at(struct ij_interp *interp, const char *operand)
{
	size_t len = strcspn(operand, " \t"), blanks = strspn(operand + len, " \t");
	const char *before = interp->call.at;
	struct ij_error *err;
	char *place;

	if (!operand[len + blanks])
		return ij_error_create(IJ_ERR_USAGE, "call_at takes a place and an expression");
	place = strndup(operand, len);
	if (!place)
		return ij_cli_nomem();
	interp->operand_at.column += (unsigned)(len + blanks);
	interp->call.at = place;
	err = ij_do_call(interp, operand + len + blanks);
	interp->call.at = before;
	free(place);
	return err;
}
