/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Attaching, privileges and signals of the front ends that take commands. */
#include "cli/front.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/privileges.h"

#define INTERRUPTED 130

volatile sig_atomic_t ij_front_interrupted, ij_front_hangup;

static struct ij_front *volatile active;
static volatile sig_atomic_t ends_hard;

/* What is waited for may begin a moment after Ctrl-C: it is given up until it is over. */
#define INSIST_NS 20000000

static timer_t insisting;
static volatile sig_atomic_t insists;

static void insist(long ns)
{
	const struct itimerspec spec = {.it_value = {.tv_nsec = ns},
					.it_interval = {.tv_nsec = ns}};

	if (insists)
		timer_settime(insisting, 0, &spec, NULL);
}

static void on_alarm(int signo)
{
	struct ij_front *front = active;
	int saved = errno;

	(void)signo;
	if (!front || !ij_interp_insist(&front->interp))
		insist(0);
	errno = saved;
}

static void on_signal(int signo)
{
	struct ij_front *front = active;

	if (signo != SIGINT)
		ij_front_hangup = 1;
	/* A closed socket releases the target. */
	if (ij_front_interrupted++ && ends_hard)
		_exit(INTERRUPTED);
	if (!front)
		return;
	if (front->opening)
		ij_session_interrupt(front->opening);
	ij_interp_interrupt(&front->interp);
	insist(INSIST_NS);
}

/* Of a session at a prompt, which goes on afterwards. */
static void prepare_insisting(void)
{
	const struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};

	insists = !sigaction(SIGALRM, &action, NULL) &&
		  !timer_create(CLOCK_MONOTONIC, &event, &insisting);
}

void ij_front_signals(struct ij_front *front, bool hard)
{
	static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
	const struct sigaction action = {.sa_handler = on_signal};

	active = front;
	ends_hard = hard;
	if (front && front->host.interactive)
		prepare_insisting();
	for (size_t i = 0; i < IJ_CLI_COUNT(caught); i++) {
		struct sigaction old;

		/* nohup(1) and background jobs of old shells ignore some: that stays so. */
		if (!sigaction(caught[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(caught[i], &action, NULL);
	}
}

static struct ij_error *drop(struct ij_front *front)
{
	if (front->dropped || front->keeps)
		return NULL;
	IJ_CLI_TRY(ij_privileges_drop());
	front->dropped = true;
	return NULL;
}

/* @protos: what its expressions are parsed by. */
static struct ij_error *spawn(struct ij_front *front, pid_t pid, const struct ij_prototypes *protos,
			      struct ij_session **ret)
{
	struct ij_session_options options;

	ij_targets_session_options(&options);
	options.policy = front->policy;
	options.avoid = (const char *const *)front->options->avoid.items;
	options.avoid_len = front->options->avoid.len;
	options.prototypes = protos;
	options.patient = true;
	IJ_CLI_TRY(ij_target_check(pid));
	return ij_session_spawn(pid, &options, ret);
}

static struct ij_error *explain_late(struct ij_error *err)
{
	struct ij_error *told;

	if (ij_error_code_of(err) != IJ_ERR_PERM)
		return err;
	told = ij_error_create(IJ_ERR_PERM,
			       "%s (the privileges of root were given up with the first target: "
			       "start interject anew for this one)",
			       ij_error_message(err));
	ij_error_free(err);
	return told;
}

static struct ij_error *attach(void *ctx, pid_t pid, const struct ij_prototypes *protos,
			       struct ij_session **ret)
{
	struct ij_front *front = ctx;
	struct ij_session *session = front->spawned;
	/* Whether root's privileges are gone already. */
	const bool late = !session && front->dropped && front->root;
	struct ij_error *err = NULL;

	front->spawned = NULL;
	if (session && ij_session_pid(session) != pid) {
		ij_session_destroy(session);
		session = NULL;
	}
	if (!session)
		IJ_CLI_TRY(spawn(front, pid, protos, &session));
	err = drop(front);
	front->opening = session;
	if (!err)
		err = ij_session_open(session);
	front->opening = NULL;
	if (err) {
		ij_session_destroy(session);
		return late ? explain_late(err) : err;
	}
	*ret = session;
	return NULL;
}

struct ij_error *ij_front_spawn(struct ij_front *front, pid_t pid)
{
	struct ij_session *session;

	IJ_CLI_TRY(spawn(front, pid, front->interp.protos, &session));
	front->spawned = session;
	return drop(front);
}

struct ij_error *ij_front_init(struct ij_front *front, const struct ij_options *options)
{
	*front = (struct ij_front){
		.options = options, .root = !geteuid(), .host = {.attach = attach, .ctx = front}};
	return ij_policy_load(options->policies.items, options->policies.len, &front->policy);
}

void ij_front_deinit(struct ij_front *front)
{
	active = NULL;
	ij_session_destroy(front->spawned);
	ij_policy_destroy(front->policy);
}
