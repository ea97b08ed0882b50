/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The targets that a command line selects. */
#include "cli/targets.h"

#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cli/privileges.h"

#define INTERRUPTED 130
/* The least that the kernel takes (kernel/sched/syscalls.c, __setparam_fair). */
#define SLICE_NS 100000

/* What the signal handler interrupts: the list is never moved or freed while it is here. */
static struct ij_target *volatile active;
static volatile sig_atomic_t active_len;
static volatile sig_atomic_t signals;

static void on_signal(int signo)
{
	(void)signo;
	/* The second time, or with nothing to put back: at once. A closed socket releases the
	 * target. */
	if (signals++ || !active)
		_exit(INTERRUPTED);
	for (sig_atomic_t i = 0; i < active_len; i++)
		if (active[i].session)
			ij_session_interrupt(active[i].session);
}

static void catch_signals(void)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal};

	for (size_t i = 0; i < IJ_CLI_COUNT(caught); i++) {
		struct sigaction old;

		/* nohup(1) and background jobs of old shells ignore some: that stays so. */
		if (!sigaction(caught[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
}

/* Whether @tid is a thread of @pid. */
static bool has_thread(pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return !access(path, F_OK);
}

/* A process may be selected more than once, by number and by name. */
static void drop_repeated(struct ij_pids *pids)
{
	size_t kept = 0;

	for (size_t i = 0; i < pids->list.len; i++) {
		size_t j = 0;

		while (j < kept && pids->list.items[j] != pids->list.items[i])
			j++;
		if (j == kept)
			pids->list.items[kept++] = pids->list.items[i];
	}
	pids->list.len = kept;
}

/* Every process of the name @name. */
static struct ij_error *add_named(const char *name, struct ij_pids *ret)
{
	struct ij_error *err = NULL;
	pid_t *pids;
	size_t len;

	IJ_CLI_TRY(ij_target_find(name, &pids, &len));
	for (size_t i = 0; i < len && !err; i++)
		err = ij_list_push(&ret->list, pids[i]);
	free(pids);
	return err;
}

struct ij_error *ij_targets_select(const struct ij_options *o, struct ij_pids *ret)
{
	IJ_LIST_EACH (&o->pids.list, pid)
		IJ_CLI_TRY(ij_list_push(&ret->list, *pid));
	IJ_LIST_EACH (&o->names, name)
		IJ_CLI_TRY(add_named(*name, ret));
	drop_repeated(ret);
	if (o->call.tid && !ret->list.len) {
		pid_t pid;

		IJ_CLI_TRY(ij_target_of_thread(o->call.tid, &pid));
		IJ_CLI_TRY(ij_list_push(&ret->list, pid));
	}
	if (o->call.tid && ret->list.len > 1)
		return ij_error_create(IJ_ERR_USAGE,
				       "--tid names one thread, but %zu processes are selected",
				       ret->list.len);
	return NULL;
}

void ij_targets_session_options(struct ij_session_options *ret)
{
	ij_session_options_init(ret, sizeof(*ret));
	ret->child = true; /* of a program without children: who chose us, chose the tracer */
#ifdef IJ_STATIC
	ret->tracer_path = "/proc/self/exe";
#endif
}

/* A person at a terminal is told once that nothing is wrong, and what to do. */
static void tell_waiting(void *arg, uint64_t waited_ns)
{
	const struct ij_target *target = arg;

	if (waited_ns < 2000000000u)
		fprintf(stderr,
			"interject: %d: waits for a safe-point or for the end of the call; Ctrl-C "
			"gives up\n",
			target->pid);
}

static struct ij_error *start_one(const struct ij_options *o, const struct ij_targets *targets,
				  struct ij_target *target)
{
	struct ij_session_options options;

	ij_targets_session_options(&options);
	options.policy = targets->policy;
	options.prototypes = targets->protos;
	options.avoid = (const char *const *)o->avoid.items;
	options.avoid_len = o->avoid.len;
	if (isatty(STDERR_FILENO) && !o->quiet) {
		options.waiting = tell_waiting;
		options.waiting_arg = target;
	}
	IJ_CLI_TRY(ij_target_check(target->pid));
	if (o->call.tid && !has_thread(target->pid, o->call.tid))
		return ij_error_create(IJ_ERR_NOPROC, "process %d has no thread %d", target->pid,
				       o->call.tid);
	return ij_session_spawn(target->pid, &options, &target->session);
}

static void fail(struct ij_target *target, struct ij_error *err)
{
	struct ij_session *session = target->session;

	if (!err)
		return;
	target->error = err;
	target->session = NULL;
	ij_session_destroy(session);
}

/* Open the sessions, now that no privileges are left to lose. */
static void open_all(struct ij_targets *targets, bool explain)
{
	IJ_LIST_EACH (&targets->list, it) {
		if (!it->session)
			continue;
		fail(it, ij_session_open(it->session));
		if (explain && it->session)
			fputs(ij_session_notes(it->session), stderr);
	}
}

static struct ij_error *start(const struct ij_options *options, const struct ij_pids *pids,
			      struct ij_targets *targets)
{
	targets->list.items = calloc(pids->list.len ? pids->list.len : 1, sizeof(struct ij_target));
	if (!targets->list.items)
		return ij_cli_nomem();
	active = targets->list.items;
	catch_signals();
	IJ_LIST_EACH (&pids->list, pid) {
		struct ij_target *target = &targets->list.items[targets->list.len];

		*target = (struct ij_target){.pid = *pid};
		fail(target, start_one(options, targets, target));
		active_len = (sig_atomic_t)++targets->list.len;
	}
	IJ_CLI_TRY(ij_privileges_drop());
	open_all(targets, options->explain);
	return NULL;
}

/* Of sched_setattr(2) as of Linux 3.14. */
struct sched_attributes {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

/*
 * Ask for turns on a CPU that are short, so that each comes soon after we were woken, also where
 * others compute: a session is many short turns of two processes, and the tracer inherits it. It is
 * no more of the CPU than before. Where the kernel knows of no such thing (before Linux 6.12)
 * nothing changes.
 */
static void shorten_turns(void)
{
	struct sched_attributes attr = {.size = sizeof(attr)};

	if (syscall(SYS_sched_getattr, 0, &attr, sizeof(attr), 0) || attr.policy != SCHED_OTHER)
		return;
	attr.size = sizeof(attr);
	attr.runtime = SLICE_NS;
	syscall(SYS_sched_setattr, 0, &attr, 0);
}

struct ij_error *ij_targets_start(const struct ij_options *options,
				  const struct ij_prototypes *protos, struct ij_targets *ret)
{
	struct ij_targets targets = {.protos = protos};
	struct ij_pids pids = {0};
	struct ij_error *err =
		ij_policy_load(options->policies.items, options->policies.len, &targets.policy);

	shorten_turns();
	if (!err)
		err = ij_targets_select(options, &pids);
	if (!err)
		err = start(options, &pids, &targets);
	ij_list_deinit(&pids.list);
	if (err) {
		ij_targets_deinit(&targets);
		return err;
	}
	*ret = targets;
	return NULL;
}

void ij_targets_deinit(struct ij_targets *targets)
{
	active_len = 0;
	active = NULL;
	IJ_LIST_EACH (&targets->list, it) {
		ij_session_destroy(it->session);
		ij_error_free(it->error);
	}
	ij_list_deinit(&targets->list);
	ij_policy_destroy(targets->policy);
}
