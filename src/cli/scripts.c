/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running one script in each target of a command line: here, or in the processes of a fleet. */
#include "cli/scripts.h"

#include <string.h>

#include "cli/commands.h"
#include "cli/front.h"
#include "repl/file.h"
#include "repl/fleet.h"
#include "repl/targets_in.h"
#include "repl/tell.h"

struct run {
	const struct ij_options *options;
	struct ij_front front;
	struct ij_batch batch;
	struct ij_batch_targets targets;
};

/* In this process. */
static struct ij_error *run_here(struct run *run, size_t idx, struct ij_counts *ret)
{
	static const struct ij_batch_target nobody;
	const struct ij_batch_target *target =
		run->targets.list.len ? &run->targets.list.items[idx] : &nobody;
	struct ij_front *front = &run->front;
	struct ij_prototypes *protos;
	struct ij_error *err;

	IJ_CLI_TRY(ij_commands_prototypes(run->options, &protos));
	front->interp.protos = protos;
	/* Nothing is read of the target, and no script is parsed, before privileges are gone. */
	err = target->pid ? ij_front_spawn(front, target->pid) : NULL;
	if (err) {
		ij_interp_init(&front->interp, &front->host, protos);
		front->interp.json = run->batch.json;
		front->interp.many = run->batch.many;
		front->interp.pid = target->pid;
		ij_interp_fail(&front->interp, err);
		*ret = front->interp.counts;
		ij_interp_deinit(&front->interp);
		return NULL;
	}
	ij_batch_run(&run->batch, target, &front->host, protos, &front->interp, ret);
	return NULL;
}

/* In a process of the fleet. */
static void work(void *ctx, size_t idx, struct ij_counts *ret)
{
	struct run *run = ctx;
	struct ij_error *err;

	ij_front_signals(&run->front, false);
	err = run_here(run, idx, ret);
	if (err)
		ret->status = ij_status_worse(ret->status, ij_commands_fail(err));
}

static pid_t pid_of(void *ctx, size_t idx)
{
	const struct run *run = ctx;

	return run->targets.list.items[idx].pid;
}

static struct ij_error *run_many(struct run *run, struct ij_counts *ret)
{
	const struct ij_fleet fleet = {
		.len = run->targets.list.len,
		.jobs = run->options->jobs,
		.progress = !run->options->quiet,
		.work = work,
		.pid_of = pid_of,
		.ctx = run,
		.interrupted = &ij_front_interrupted,
	};

	ij_front_signals(NULL, true);
	return ij_fleet_run(&fleet, ret);
}

static struct ij_error *read_targets(struct run *run)
{
	const char *path = run->options->targets;
	struct ij_error *err;
	char *text;

	IJ_CLI_TRY(ij_file_load(path, &text));
	err = ij_targets_read(strcmp(path, "-") ? path : "stdin", text, &run->targets);
	free(text);
	if (!err && !run->targets.list.len)
		err = ij_error_create(IJ_ERR_USAGE, "--targets: no target in %s", path);
	return err;
}

static struct ij_error *select_targets(struct run *run)
{
	const struct ij_options *o = run->options;
	struct ij_pids pids = {0};
	struct ij_error *err = NULL;

	if (o->pids.list.len || o->names.len || o->call.tid)
		err = ij_targets_select(o, &pids);
	for (size_t i = 0; i < pids.list.len && !err; i++)
		err = ij_list_push(&run->targets.list,
				   ((struct ij_batch_target){.pid = pids.list.items[i]}));
	ij_list_deinit(&pids.list);
	if (!err && o->targets)
		err = read_targets(run);
	return err;
}

static struct ij_error *run_all(struct run *run, struct ij_counts *ret)
{
	if (run->options->call.force)
		fputs("interject: --force: calling even where it is not safe; this can deadlock, "
		      "corrupt or kill the target\n",
		      stderr);
	if (run->targets.list.len > 1)
		return run_many(run, ret);
	ij_front_signals(&run->front, true);
	return run_here(run, 0, ret);
}

int ij_scripts_run(const struct ij_options *options, const char *name, const char *text,
		   const struct ij_vars *vars)
{
	struct run run = {
		.options = options,
		.batch = {.name = name,
			  .text = text,
			  .call = options->call,
			  .vars = vars,
			  .json = options->json,
			  .dry_run = options->dry_run,
			  .quiet = options->quiet},
	};
	struct ij_counts counts = {0};
	struct ij_error *err = ij_front_init(&run.front, options);

	if (!err)
		err = select_targets(&run);
	run.batch.many = run.targets.list.len > 1 || options->targets;
	if (!err)
		err = run_all(&run, &counts);
	if (!err && options->json)
		ij_tell_summary(&counts, (unsigned)run.targets.list.len);
	if (!err)
		err = ij_tell_flush();
	if (err)
		counts.status = ij_status_worse(counts.status, ij_commands_fail(err));
	ij_batch_targets_deinit(&run.targets);
	ij_front_deinit(&run.front);
	return counts.status;
}
