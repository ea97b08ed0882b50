/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting a victim of some kind where, and beside whom, that kind is to be. */
#include "subject.h"

#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The list */

bool refusal_find(const char *name, char words[SUBJECT_WORDS_MAX])
{
	FILE *file = fopen(IJ_REFUSALS_PATH, "re");
	char line[512];
	bool found = false;
	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file)) {
		char *tab = strchr(line, '\t');
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || !tab)
			continue;
		*tab++ = '\0';
		tab += strspn(tab, "\t");
		found = strcmp(line, name) == 0;
		if (found)
			snprintf(words, SUBJECT_WORDS_MAX, "%s", tab);
	}
	fclose(file);
	return found;
}

/* Starting */

static bool file_copy(const char *from, const char *to)
{
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	bool done = in >= 0 && out >= 0 && fstat(in, &st) == 0;
	for (off_t left = done ? st.st_size : 0; left > 0;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);
		done = n > 0;
		left = done ? left - n : 0;
	}
	close(in);
	close(out);
	return done;
}

static char original[512], moved[512];

/* In a mount namespace of its own: a file system that nobody else has, with the program on it. */
static bool settle_mounts(const void *arg)
{
	return mount("ij-test", arg, "tmpfs", 0, "mode=755") == 0 && file_copy(original, moved);
}

/* All that victim_steady needs; false if this system keeps it elsewhere. */
static bool make_root(const char *dir)
{
	static const char *const files[] = {"/lib64/ld-linux-x86-64.so.2",
					    "/lib/x86_64-linux-gnu/libc.so.6"};
	static const char *const folders[] = {"/lib64", "/lib", "/lib/x86_64-linux-gnu"};
	char to[512];
	bool done = chmod(dir, 0755) == 0;
	for (size_t i = 0; done && i < 3; i++) {
		snprintf(to, sizeof(to), "%s%s", dir, folders[i]);
		done = mkdir(to, 0755) == 0;
	}
	for (size_t i = 0; done && i < 2; i++) {
		snprintf(to, sizeof(to), "%s%s", dir, files[i]);
		done = file_copy(files[i], to);
	}
	snprintf(to, sizeof(to), "%s/victim", dir);
	return done && file_copy(original, to);
}

static void skip_because(const char *why)
{
	print_message("%s\n", why);
	skip();
}

/* The path to execute, in the place that is set for the next process. */
static const char *settle(const struct kind *kind)
{
	struct victim_setting setting = {0};
	const char *path = original;
	snprintf(original, sizeof(original), "%s/victim_%s", harness_victims(), kind->victim);
	if (access(original, X_OK) != 0)
		skip_because("the victim was not built: the toolchain lacks what it needs");
	if (kind->place != HERE && getuid() != 0)
		skip_because("needs root");
	if (kind->place == MOUNTS || kind->place == NAMESPACES) {
		snprintf(moved, sizeof(moved), "%s/victim", harness_dir());
		setting.settle = settle_mounts;
		setting.settle_arg = harness_dir();
		setting.namespaces = CLONE_NEWNS;
		path = moved;
	}
	if (kind->place == NAMESPACES)
		setting.namespaces |= CLONE_NEWUSER;
	if (kind->place == NAMESPACES || kind->place == PIDS)
		setting.namespaces |= CLONE_NEWPID;
	if (kind->place == ROOT) {
		if (!make_root(harness_dir()))
			skip_because("the C library is elsewhere");
		setting.root = harness_dir();
		path = "/victim";
	}
	if (kind->place == NOBODY)
		setting.uid = 65534;
	victim_set(&setting);
	return path;
}

/* Somebody else's breakpoints, as many as there are, where the victim never comes. */
static void take_registers(struct subject *sub)
{
	static const char nowhere[4];
	for (unsigned i = 0; i < 4; i++) {
		struct perf_event_attr attr = {.type = PERF_TYPE_BREAKPOINT,
					       .size = sizeof(attr),
					       .bp_type = HW_BREAKPOINT_X,
					       .bp_addr = (uintptr_t)&nowhere[i],
					       .bp_len = sizeof(long),
					       .exclude_kernel = 1,
					       .exclude_hv = 1};
		sub->registers[i] = (int)syscall(SYS_perf_event_open, &attr, sub->vic.pid, -1, -1,
						 PERF_FLAG_FD_CLOEXEC);
		if (sub->registers[i] < 0)
			skip_because("perf_event_open sets no four breakpoints");
	}
}

static void await_state(const struct subject *sub, char state)
{
	uint64_t start = harness_now_ns();
	while (proc_state(sub->pid, sub->pid) != state)
		if (!harness_pause(sub->vic.pidfd, 1) ||
		    harness_now_ns() - start > HARNESS_WAIT_MS * 1000000ull)
			fail_msg("its state is %c, not %c", proc_state(sub->pid, sub->pid), state);
}

static void join(struct subject *sub)
{
	switch (sub->kind->company) {
	case ALONE:
		break;
	case REGISTERS:
		take_registers(sub);
		break;
	case TRACER:
		assert_int_equal(ptrace(PTRACE_SEIZE, sub->vic.pid, NULL, NULL), 0);
		break;
	case STOPPER:
		assert_int_equal(kill(sub->vic.pid, SIGSTOP), 0);
		await_state(sub, 'T');
		break;
	}
}

static bool makes_rounds(const struct kind *kind)
{
	return kind->behaviour == STEADY || kind->behaviour == STORMY;
}

/* What it does is the same in each snapshot. */
static bool stays(const struct kind *kind)
{
	return kind->behaviour != ENDING && kind->behaviour != STORMY;
}

void subject_begin(struct subject *sub, const struct kind *kind)
{
	char rounds[16];
	const char *argv[] = {settle(kind), kind->args[0], kind->args[1], NULL};
	*sub = (struct subject){.kind = kind};
	if (kind->name)
		refusal_find(kind->name, sub->words);
	if (kind->behaviour == ENDING)
		argv[2] = rounds;
	snprintf(rounds, sizeof(rounds), "%d", 1 + rand() % 3000);
	if (kind->confinement)
		setenv("IJ_CONFINE", kind->confinement, 1);
	victim_spawn(&sub->vic, argv);
	unsetenv("IJ_CONFINE");
	victim_await_ready(&sub->vic, kind->victim);
	sub->pid = sub->vic.pid;
	if (makes_rounds(kind))
		assert_true(victim_progress(&sub->vic, 2));
	if (kind->headless) {
		await_state(sub, 'Z');
		sub->pid = sub->vic.page->tid;
	}
	if (strcmp(kind->victim, "blocked") == 0)
		assert_true(victim_blocked(&sub->vic, sub->vic.pid) >= 0);
	if (kind->behaviour == HELD && kind->company == ALONE)
		await_state(sub, 'D');
	join(sub);
	if (stays(kind))
		snapshot_take(&sub->snap, sub->pid, sub->pid);
}

static void part(struct subject *sub)
{
	for (unsigned i = 0; sub->kind->company == REGISTERS && i < 4; i++)
		close(sub->registers[i]);
	snapshot_free(&sub->snap);
}

void subject_finish(struct subject *sub)
{
	part(sub);
	if (sub->kind->company == TRACER) {
		assert_int_equal(ptrace(PTRACE_INTERRUPT, sub->vic.pid, NULL, NULL), 0);
		assert_int_equal(waitpid(sub->vic.pid, NULL, __WALL), sub->vic.pid);
		assert_int_equal(ptrace(PTRACE_DETACH, sub->vic.pid, NULL, NULL), 0);
	}
	if (sub->kind->company == STOPPER)
		assert_int_equal(kill(sub->vic.pid, SIGCONT), 0);
	if (sub->kind->company == STOPPER && sub->kind->wake == WAKE_NONE)
		assert_true(victim_progress(&sub->vic, 2));
	victim_finish(&sub->vic, sub->kind->wake);
}

void subject_kill(struct subject *sub)
{
	part(sub);
	victim_kill(&sub->vic);
}

/* "inside" is told whose. */
void subject_reduce(const struct subject *sub)
{
	static char text[128];
	const char *list = sub->kind->reduced, *inside = list ? strstr(list, "inside") : NULL;
	if (inside)
		snprintf(text, sizeof(text), "inside=%d%s", sub->vic.pid,
			 inside + strlen("inside"));
	tool_reduce(inside ? text : list);
}

void subject_expect_refused(const struct subject *sub, const struct tool *tool)
{
	if (tool->status != 1 && tool->status != 3 && tool->status != 4)
		fail_msg("refusals.txt says that %s is refused; exit status %d\nstdout: %s\n"
			 "stderr: %s",
			 sub->kind->name, tool->status, tool->out, tool->err);
	if (strstr(tool->err, "never hit"))
		skip_because("this machine's breakpoints are never hit");
	tool_expect_err(tool, sub->words);
}
