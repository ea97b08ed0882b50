/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who dies while it holds a target, steps it or lets it go on: the target goes on as it was. */
#include "../live/held.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Hold, step, run, look, let go, over and over. */
static _Noreturn void hold_for_ever(pid_t pid)
{
	struct ij_session *session;
	struct ij_stop_options options;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	session = held_attach(pid);
	ij_stop_options_init(&options, sizeof(options));
	options.timeout_ns = 300000;
	options.pass = ~0ull;
	for (;;) {
		struct ij_stop *stop = NULL;
		struct ij_error *err = ij_session_hold(session, 0, &stop);
		struct ij_stop_frame frame;

		for (unsigned i = 0; !err && i < 8; i++)
			err = i % 4 == 3 ? ij_stop_continue(stop, &options, NULL)
					 : ij_stop_step(stop, &options, NULL);
		if (!err)
			err = ij_stop_frame(stop, 0, &frame);
		ij_error_free(err);
		ij_stop_release(stop);
		if (!ij_session_alive(session))
			_exit(0);
	}
}

static pid_t tracer_of(const struct victim *vic)
{
	char text[32];

	proc_status(vic->pid, vic->pid, "TracerPid", text, sizeof(text));
	return (pid_t)atoi(text);
}

static void kills(void **state)
{
	const char *mode = *state;
	unsigned seed = (unsigned)harness_env("IJ_SEED", getpid());
	struct victim vic;
	struct snapshot snap;

	victim_start(&vic, "steady", mode, NULL);
	snapshot_take(&snap, vic.pid, vic.pid);
	for (long i = harness_env("IJ_KILLS", 180) / 10; i > 0; i--) {
		struct pollfd none = {.fd = -1};
		pid_t tracer = 0, client = fork();

		if (!client)
			hold_for_ever(vic.pid);
		assert_true(client > 0);
		while (!tracer && victim_alive(&vic))
			tracer = tracer_of(&vic);
		(void)ppoll(&none, 1, &(struct timespec){.tv_nsec = rand_r(&seed) % 20000000},
			    NULL);
		kill(i % 2 ? tracer : client, SIGKILL);
		if (i % 2)
			kill(client, SIGKILL);
		waitpid(client, NULL, 0);
		while (tracer_of(&vic) && victim_alive(&vic))
			sched_yield();
		assert_true(victim_progress(&vic, 2));
		assert_int_equal(atomic_load(&vic.page->failures), 0);
	}
	snapshot_check(&snap, vic.pid, vic.pid, 0);
	snapshot_check_code(vic.pid);
	snapshot_free(&snap);
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HELD_ROW("over a busy victim", kills, "--bare"),
		HELD_ROW("in a storm of signals", kills, "--storm"),
	};

	harness_exit_without_breakpoints();
	return cmocka_run_group_tests_name("kill_hold", tests, NULL, NULL);
}
