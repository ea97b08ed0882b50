/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The tool killed anywhere: whatever instant SIGKILL strikes the tracer or the client, the victim
 * goes on as if nothing had been.
 *
 * First at system call stops of the process in turn, until a session completes; then at random
 * instants, IJ_KILLS of them (180). After each: the victim lives and makes progress, its own
 * checks of registers, vector state, memory, signal mask and signals are clean, it is not traced,
 * its descriptors and masks are the same. A leaked mapping, a stray marker and the zombie of a copy
 * that answered alone (--in-copy) are the only traces allowed; a normal session afterwards must
 * remove the leftovers. A tracer
 * that dies between stopping a thread in epoll_wait and repairing its registers leaves the EINTR
 * that the kernel gives to every stop there (signal(7), "Interruption of system calls"); these are
 * counted too.
 *
 * Every IJ_STRIDE-th stop (8) is one of a kill, from the IJ_FIRST-th on, which is drawn anew in
 * each run and printed: many runs meet all of them, and IJ_STRIDE=1 does in one.
 */
#include "kill_scenario.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static struct tool tool;

enum { HARMED_MAX = 20, OVERRUN_MAX = 20 };

struct counts {
	unsigned sessions, killed, harmed, leaked, removed, stray;
	int worst; /* most mapping lines seen left at once */
};

struct trial {
	const struct scenario *scenario;
	const struct kind *kind; /* the scenario's */
	struct subject sub;
	struct counts counts;
	int left;        /* mapping lines left so far */
	uint64_t rounds; /* of one that is held: those that it had made */
};

static void victim_begin(struct trial *trial)
{
	subject_begin(&trial->sub, trial->kind);
	subject_reduce(&trial->sub);
	trial->rounds = trial->sub.vic.page->rounds;
	trial->left = 0;
}

static void trial_start(struct trial *trial, const struct scenario *scenario)
{
	const struct kind *kind = &scenario->kind;
	memset(trial, 0, sizeof(*trial));
	trial->scenario = scenario;
	trial->kind = kind;
	victim_begin(trial);
	/* It is soon clear that it is refused. */
	kill_option(!kind->option && trial->sub.words[0] ? "--wait=50ms" : kind->option);
}

/* Wait until process @pid has ended, or @ms milliseconds. */
static void await_exit(pid_t pid, int ms)
{
	struct pollfd pfd = {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN};
	if (pfd.fd < 0)
		return;
	poll(&pfd, 1, ms);
	close(pfd.fd);
}

/* Its own mappings come and go. */
static bool is_allocating(const struct trial *trial)
{
	static const char *const names[] = {"storm", "exceptions", "environ", "environ_mini"};
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(trial->kind->victim, names[i]) == 0)
			return true;
	return false;
}

/* In one stop: then no trace of a copy may remain, whatever becomes of us. */
static bool is_rehearsing(const struct trial *trial)
{
	return trial->kind->option && strcmp(trial->kind->option, "--rehearse") == 0;
}

static bool is_in_copy(const struct trial *trial)
{
	return trial->kind->option && strcmp(trial->kind->option, "--in-copy") == 0;
}

/* A copy that is left, dead or alive, after it had the time to go; these victims have no children.
 */
static bool has_children(const struct victim *vic)
{
	char path[64];
	bool any = true;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", vic->pid, vic->pid);
	for (int i = 0; i < 2000 && any && harness_pause(vic->pidfd, i > 0); i++) {
		char *text = proc_read(path);
		any = text && text[0];
		free(text);
	}
	return any;
}

/* Those of the signals that may be the marker, none of which the victims send themselves, that stay
 * pending; bit N-1: signal N. */
static unsigned long long markers_left(const struct trial *trial)
{
	static const char *const names[] = {"SigPnd", "ShdPnd"};
	unsigned long long pending = 0;
	for (int i = 0; i < 2000; i++, poll(NULL, 0, 1)) {
		pending = 0;
		for (unsigned k = 0; k < 2; k++) {
			char value[64];
			proc_status(trial->sub.pid, trial->sub.pid, names[k], value, sizeof(value));
			pending |= strtoull(value, NULL, 16);
		}
		pending &= 1ull << (SIGURG - 1) | 1ull << (SIGWINCH - 1) | 1ull << (SIGCHLD - 1);
		if (!pending)
			break;
	}
	return pending;
}

/* Does it do what it did? */
static bool goes_on(struct trial *trial)
{
	struct victim *vic = &trial->sub.vic;
	switch (trial->kind->behaviour) {
	case STEADY:
	case STORMY:
		return victim_progress(vic, 2);
	case NAPPING:
	case ASLEEP:
		return victim_blocked(vic, vic->pid) >= 0;
	case HELD:
		return victim_alive(vic) &&
		       snapshot_state_same(&trial->sub.snap, vic->pid, vic->pid);
	case ENDING:
		return true; /* its end is looked at */
	}
	return false;
}

static void say_dead(const struct victim *vic, char *text, size_t size)
{
	siginfo_t si = {0};
	waitid(P_PID, (id_t)vic->pid, &si, WEXITED | WNOHANG | WNOWAIT);
	if (si.si_pid)
		snprintf(text, size, "the victim died: %s %d",
			 si.si_code == CLD_EXITED ? "exit status" : "signal", si.si_status);
	else
		snprintf(text, size, "the victim does not go on");
}

/* Who traces it; a tracer whose client was killed tidies up and goes, in its own time. */
static bool is_traced(const struct trial *trial, char tracer[32])
{
	char own[32] = "0";
	if (trial->kind->company == TRACER)
		snprintf(own, sizeof(own), "%d", getpid());
	proc_status(trial->sub.pid, trial->sub.pid, "TracerPid", tracer, 32);
	if (trial->scenario->who == KILL_CLIENT && strcmp(tracer, own) != 0) {
		await_exit((pid_t)atoi(tracer), 10000);
		proc_status(trial->sub.pid, trial->sub.pid, "TracerPid", tracer, 32);
	}
	return strcmp(tracer, own) != 0;
}

/* What the kernel says of it is as it was, if it is anything that stays. */
static void find_change(struct trial *trial, char *text, size_t size)
{
	struct subject *sub = &trial->sub;
	unsigned long long pending;
	int fds, threads;
	snapshot_counts(sub->pid, &fds, &threads);
	if (is_rehearsing(trial) && has_children(&sub->vic))
		snprintf(text, size, "a copy of it is left");
	else if (!snapshot_masks_same(&sub->snap, sub->pid, sub->pid))
		snprintf(text, size, "the signal masks changed");
	else if ((pending = markers_left(trial)))
		snprintf(text, size, "signals stay pending: %#llx", pending);
	else if (fds != sub->snap.fds || threads != sub->snap.threads)
		snprintf(text, size, "%d descriptors and %d threads, not %d and %d", fds, threads,
			 sub->snap.fds, sub->snap.threads);
}

/* What the victim's and the kernel's view have to say against it; mappings are only counted. */
static bool find_harm(struct trial *trial, char *text, size_t size)
{
	const enum behaviour behaviour = trial->kind->behaviour;
	struct victim *vic = &trial->sub.vic;
	char tracer[32];
	text[0] = '\0';
	if (!goes_on(trial))
		say_dead(vic, text, size);
	else if (vic->page->failures)
		snprintf(text, size, "%s", vic->page->failure);
	else if (behaviour == ASLEEP && vic->page->rounds)
		snprintf(text, size, "the system call ended");
	else if (behaviour == HELD && vic->page->rounds != trial->rounds)
		snprintf(text, size, "it went on, though it is to be held");
	else if (behaviour == ENDING || behaviour == STORMY)
		return false;
	else if (is_traced(trial, tracer))
		snprintf(text, size, "it is traced by %s", tracer);
	else
		find_change(trial, text, size);
	return text[0] != '\0';
}

/* Judge one killed session. A harmed victim is replaced, so that all harmful moments are found. */
static void judge(struct trial *trial, const struct killed *killed, uint64_t moment)
{
	char text[512];
	trial->counts.sessions++;
	trial->counts.killed += killed->killed;
	if (trial->kind->behaviour == ENDING) {
		subject_finish(&trial->sub);
		victim_begin(trial);
		return;
	}
	if (!find_harm(trial, text, sizeof(text))) {
		int left = snapshot_new_maps(&trial->sub.snap, trial->sub.pid);
		trial->counts.leaked += left > trial->left;
		trial->counts.worst = left > trial->counts.worst ? left : trial->counts.worst;
		trial->left = left;
		return;
	}
	print_error("killed at %llu, %s system call %ld (%#lx, ...), client status %d: %s\n",
		    (unsigned long long)moment, killed->entry ? "entering" : "after",
		    killed->syscall, killed->argument, killed->client_status, text);
	if (++trial->counts.harmed >= HARMED_MAX)
		fail_msg("%u of %u sessions did harm", trial->counts.harmed,
			 trial->counts.sessions);
	subject_kill(&trial->sub);
	victim_begin(trial);
}

static void session_succeeds(struct trial *trial)
{
	for (int i = 0; i < 10; i++) {
		tool_call(&tool, &trial->sub.vic, "strlen(\"clean\")");
		if (tool.status != 4)
			break;
	}
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "5");
	snapshot_check_code(trial->sub.pid);
}

static void session_is_refused(struct trial *trial)
{
	tool_run(&tool, "call", trial->sub.vic.pid, "--wait=50ms",
		 trial->kind->option ? trial->kind->option : "--timeout=5s", "getpid()", NULL);
	subject_expect_refused(&trial->sub, &tool);
}

/* A session that nobody kills is as ever, and removes what the killed ones left. */
static void clean_session(struct trial *trial)
{
	struct subject *sub = &trial->sub;
	if (trial->kind->behaviour == ENDING || trial->kind->behaviour == STORMY)
		return;
	if (sub->words[0])
		session_is_refused(trial);
	else
		session_succeeds(trial);
	if (trial->kind->company != TRACER && !trial->kind->guarded)
		snapshot_check(&sub->snap, sub->pid, sub->pid,
			       is_allocating(trial) ? SNAPSHOT_HEAP : 0);
	if (is_rehearsing(trial) || is_in_copy(trial))
		assert_false(has_children(&sub->vic));
	trial->counts.removed += trial->left > 0;
	trial->left = 0;
}

static void trial_finish(struct trial *trial)
{
	struct victim_page *page = trial->sub.vic.page;
	clean_session(trial);
	trial->counts.stray = (unsigned)page->markers;
	if (trial->kind->behaviour == NAPPING)
		assert_true(victim_progress(&trial->sub.vic, 2));
	print_message("%u sessions, %u killed, %u harmed, %u left a mapping (at most %d lines at "
		      "once), %u clean-ups, %u stray markers, %llu EINTR, %llu signals sent, %llu "
		      "handled\n",
		      trial->counts.sessions, trial->counts.killed, trial->counts.harmed,
		      trial->counts.leaked, trial->counts.worst, trial->counts.removed,
		      trial->counts.stray, (unsigned long long)page->aborts,
		      (unsigned long long)page->sent, (unsigned long long)page->received);
	subject_finish(&trial->sub);
	assert_int_equal(trial->counts.harmed, 0);
}

/* Walking is by breakpoints, and so is waiting for a place. */
static bool needs_breakpoints(const struct scenario *scenario)
{
	const char *option = scenario->kind.option;
	return option &&
	       (strncmp(option, "--at", 4) == 0 || strncmp(option, "--walk=displace", 15) == 0);
}

static void killed_at_each_stop(void **state)
{
	const struct scenario *scenario = *state;
	const uint64_t stride = scenario->stride * (uint64_t)harness_env("IJ_STRIDE", 8);
	struct trial trial;
	struct killed killed;
	if (needs_breakpoints(scenario))
		harness_need_breakpoints();
	trial_start(&trial, scenario);
	uint64_t stop_no = (uint64_t)harness_env("IJ_FIRST", 1 + (long)(harness_now_ns() % stride));
	unsigned overrun = 0;
	print_message("from stop %llu on, every %lluth\n", (unsigned long long)stop_no,
		      (unsigned long long)stride);
	for (bool more = true; more;) {
		killed = kill_at_stop(trial.sub.vic.pid, scenario->who, stop_no);
		judge(&trial, &killed, stop_no);
		/*
		 * Followed from system call to system call, on a busy machine, a session may
		 * overrun its budget, or the tracer its watchdog: then it is over before its stop
		 * came, and made again.
		 */
		if (!killed.killed && killed.client_status != 0 && !trial.sub.words[0] &&
		    overrun++ < OVERRUN_MAX)
			continue;
		more = killed.killed;
		if (killed.killed && trial.counts.killed % 50 == 0)
			clean_session(&trial);
		/* An even stride would meet entries only, or exits only. */
		stop_no += stride + (stride % 2 == 0 && trial.counts.sessions % 2 == 0);
	}
	if (killed.stops == 0)
		fail_msg("the process to be killed was never seen");
	print_message("a session takes %llu stops\n", (unsigned long long)killed.stops);
	if (killed.client_status != 0 && !trial.sub.words[0])
		fail_msg("an unkilled session ended with status %d", killed.client_status);
	trial_finish(&trial);
}

static uint64_t rng(void)
{
	static uint64_t random_state = 0x2545f4914f6cdd1dull;
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* How long a session lasts from the moment that kill_at_time counts from: the middle of some. */
static uint64_t session_ns(struct trial *trial)
{
	uint64_t took[7];
	for (unsigned i = 0; i < 7; i++) {
		uint64_t start = harness_now_ns();
		struct killed killed =
			kill_at_time(trial->sub.vic.pid, trial->scenario->who, 60000000000ull);
		took[i] = harness_now_ns() - start;
		assert_false(killed.killed);
		for (unsigned k = i; k > 0 && took[k] < took[k - 1]; k--) {
			uint64_t swap = took[k];
			took[k] = took[k - 1];
			took[k - 1] = swap;
		}
	}
	return took[3];
}

static void killed_at_random(void **state)
{
	const struct scenario *scenario = *state;
	const unsigned kills = (unsigned)(harness_env("IJ_KILLS", 180) * scenario->percent / 100);
	struct trial trial;
	if (needs_breakpoints(scenario))
		harness_need_breakpoints();
	trial_start(&trial, scenario);
	uint64_t range = session_ns(&trial);
	/* On a busy machine many sessions are over before their instant comes: these do not count.
	 */
	while (trial.counts.killed < kills) {
		uint64_t delay = rng() % range;
		struct killed killed = kill_at_time(trial.sub.vic.pid, scenario->who, delay);
		judge(&trial, &killed, delay);
		if (trial.counts.sessions % 50 == 0)
			clean_session(&trial);
		if (trial.counts.sessions > 20 * kills)
			fail_msg("only %u of %u sessions were killed", trial.counts.killed,
				 trial.counts.sessions);
	}
	trial_finish(&trial);
}

/* Those that end or execute make each session another one: there is no n-th stop in it. A session
 * that is followed is slow, and may come to no safe-point in a guarded one. */
static bool has_stops(const struct kind *kind)
{
	return kind->behaviour != ENDING && kind->behaviour != STORMY && !kind->guarded;
}

int main(void)
{
	static struct scenario scenarios[SCENARIOS_MAX];
	static struct CMUnitTest tests[2 * SCENARIOS_MAX];
	static char labels[2 * SCENARIOS_MAX][128];
	size_t len = 0, scenarios_len = scenarios_get(scenarios);
	const char *filter = getenv("IJ_FILTER");
	srand((unsigned)harness_env("IJ_SEED", (long)harness_now_ns()));
	for (size_t i = 0; i < scenarios_len; i++) {
		if (!has_stops(&scenarios[i].kind))
			continue;
		snprintf(labels[len], sizeof(labels[len]), "each stop: %.95s", scenarios[i].label);
		tests[len] = (struct CMUnitTest)LIVE_ROW(labels[len], killed_at_each_stop,
							 &scenarios[i]);
		len++;
	}
	for (size_t i = 0; i < scenarios_len; i++, len++) {
		snprintf(labels[len], sizeof(labels[len]), "random: %.95s", scenarios[i].label);
		tests[len] =
			(struct CMUnitTest)LIVE_ROW(labels[len], killed_at_random, &scenarios[i]);
	}
	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("kill_anywhere", tests, len, NULL, NULL);
}
