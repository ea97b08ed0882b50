/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject repl: commands from a person. */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/front.h"
#include "repl/repl.h"
#include "repl/tell.h"

/* The one target of the command line; 0: none. */
static struct ij_error *select_target(const struct ij_options *o, pid_t *ret)
{
	struct ij_pids pids = {0};
	struct ij_error *err = NULL;

	*ret = 0;
	if (o->pids.list.len || o->names.len || o->call.tid)
		err = ij_targets_select(o, &pids);
	if (!err && pids.list.len > 1)
		err = ij_error_create(IJ_ERR_USAGE,
				      "repl takes one target, and %zu processes are selected; "
				      "interject batch takes several",
				      pids.list.len);
	if (!err && pids.list.len)
		*ret = pids.list.items[0];
	ij_list_deinit(&pids.list);
	return err;
}

static struct ij_error *attach(struct ij_interp *interp, pid_t pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	return ij_verb_function(IJ_VERB_ATTACH)(interp, text);
}

static void greet(const struct ij_interp *interp)
{
	if (interp->session)
		printf("Attached to %d (%s), which runs on: each command stops one thread for a "
		       "moment.\n",
		       interp->pid, ij_session_comm(interp->session));
	puts("help lists the commands; Ctrl-C gives up what is waited for, Ctrl-D ends.");
	fflush(stdout);
}

static struct ij_error *run(struct ij_front *front, const struct ij_options *o, pid_t pid,
			    const struct ij_repl_files *files)
{
	struct ij_interp *interp = &front->interp;
	struct ij_repl repl = {.interp = interp,
			       .history = files->history,
			       .plain = !isatty(0),
			       .hangup = &ij_front_hangup};

	/* Before anything is parsed: init files, commands, the target. */
	if (pid)
		IJ_CLI_TRY(ij_front_spawn(front, pid));
	ij_repl_files_run(files, interp);
	if (pid)
		IJ_CLI_TRY(attach(interp, pid));
	interp->call.tid = o->call.tid;
	if (!repl.plain && !o->quiet)
		greet(interp);
	ij_repl_run(&repl);
	return NULL;
}

int ij_cmd_repl(const struct ij_options *options)
{
	struct ij_front front;
	struct ij_interp *interp = &front.interp;
	struct ij_prototypes *protos = NULL;
	struct ij_repl_files files;
	struct ij_error *err = ij_front_init(&front, options), *ended;
	bool plain = !isatty(0);
	pid_t pid = 0;
	int status;

	if (!err && options->exprs_len)
		err = ij_error_create(IJ_ERR_USAGE,
				      "repl takes no operand; see interject repl --help");
	if (!err)
		err = select_target(options, &pid);
	if (!err)
		err = ij_commands_prototypes(options, &protos);
	if (err) {
		ij_front_deinit(&front);
		return ij_commands_fail(err);
	}
	front.host.interactive = true;
	ij_interp_init(interp, &front.host, protos);
	interp->call = options->call;
	interp->stories = options->call.explain;
	interp->quiet = options->quiet;
	ij_front_signals(&front, false);
	ij_repl_files_open(&files, !options->no_init);
	err = run(&front, options, pid, &files);
	ended = ij_interp_detach(interp);
	/* A person has seen what failed; what is left in the target is told to the caller, too. */
	status = err ? ij_commands_fail(err) : 0;
	if (plain)
		status = ij_status_worse(status, interp->counts.status);
	if (ended)
		status = ij_status_worse(status, ij_commands_fail(ended));
	ij_repl_files_close(&files);
	ij_interp_deinit(interp);
	ij_front_deinit(&front);
	return status;
}
