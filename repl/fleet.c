/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes that each do one target's work. */
#include "repl/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "repl/text.h"

enum { OUT, ERR, STREAMS };

struct worker {
	pid_t pid; /* 0: this place is free */
	int pidfd;
	int fd[STREAMS];              /* what it prints; -1: closed */
	struct ij_text text[STREAMS]; /* a line that is not whole yet */
	size_t idx;                   /* of its target */
};

struct run {
	const struct ij_fleet *fleet;
	struct worker workers[IJ_FLEET_JOBS_MAX];
	struct ij_counts *counts; /* n targets, shared with the workers */
	size_t started, ended, failed;
	bool progress, shown, told; /* told: the workers, that they shall stop */
	struct ij_counts sum;
};

static void hide_progress(struct run *run)
{
	if (run->shown)
		fputs("\r\033[K", stderr);
	run->shown = false;
}

static void show_progress(struct run *run)
{
	if (!run->progress)
		return;
	fflush(stdout);
	fprintf(stderr, "\r\033[K%zu of %zu targets", run->ended, run->fleet->len);
	if (run->failed)
		fprintf(stderr, ", %zu failed", run->failed);
	fflush(stderr);
	run->shown = true;
}

/* Pass on the whole lines of @text; @all: what is left, too. */
static void pass_on(struct run *run, struct ij_text *text, int stream, bool all)
{
	FILE *out = stream == OUT ? stdout : stderr;
	const char *last = text->len ? memrchr(text->str, '\n', text->len) : NULL;
	size_t len = all ? text->len : last ? (size_t)(last - text->str) + 1 : 0;

	if (!len)
		return;
	hide_progress(run);
	if (stream == ERR)
		fflush(stdout);
	fwrite(text->str, 1, len, out);
	if (all && text->str[len - 1] != '\n')
		fputc('\n', out);
	fflush(out);
	memmove(text->str, text->str + len, text->len - len);
	text->len -= len;
}

/* Read what there is; at its end close. */
static void take(struct run *run, struct worker *w, int stream)
{
	char buf[16384];
	ssize_t n;

	while ((n = read(w->fd[stream], buf, sizeof(buf))) > 0) {
		ij_text_add(&w->text[stream], buf, (size_t)n);
		pass_on(run, &w->text[stream], stream, false);
	}
	if (!n || (errno != EAGAIN && errno != EINTR)) {
		close(w->fd[stream]);
		w->fd[stream] = -1;
	}
}

static _Noreturn void child(struct run *run, size_t idx, int out, int err, pid_t parent)
{
	struct ij_counts *counts = &run->counts[idx];

	/* Who started us is gone: then the target is put back, as by a signal of the user. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(1);
	run->fleet->work(run->fleet->ctx, idx, counts);
	fflush(NULL);
	_exit(counts->status);
}

static struct ij_error *make_pipes(int out[2], int err[2])
{
	if (pipe2(out, O_CLOEXEC))
		return ij_error_create(IJ_ERR_OS, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(err, O_CLOEXEC)) {
		int saved = errno;

		close(out[0]);
		close(out[1]);
		return ij_error_create(IJ_ERR_OS, "cannot make a pipe: %s", strerror(saved));
	}
	return NULL;
}

static struct ij_error *start(struct run *run, struct worker *w)
{
	pid_t pid, parent = getpid();
	int out[2], err[2], saved;

	IJ_CLI_TRY(make_pipes(out, err));
	fflush(NULL);
	pid = fork();
	saved = errno;
	if (!pid)
		child(run, run->started, out[1], err[1], parent);
	close(out[1]);
	close(err[1]);
	if (pid < 0) {
		close(out[0]);
		close(err[0]);
		return ij_error_create(IJ_ERR_OS, "cannot make a process: %s", strerror(saved));
	}
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	*w = (struct worker){.pid = pid, .fd = {out[0], err[0]}, .idx = run->started++};
	w->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	return NULL;
}

/* Its status as the worker itself counted it; what ended otherwise, crashed. */
static void judge(struct run *run, const struct worker *w, int status)
{
	struct ij_counts *counts = &run->counts[w->idx];
	pid_t target = run->fleet->pid_of(run->fleet->ctx, w->idx);

	if (WIFEXITED(status) && WEXITSTATUS(status) == counts->status)
		return;
	hide_progress(run);
	fflush(stdout);
	fprintf(stderr,
		"interject: %d: the process that served this target ended by itself (%s %d); the "
		"target was released\n",
		target, WIFSIGNALED(status) ? "signal" : "exit status",
		WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	counts->failed++;
	counts->status = ij_status_worse(counts->status, ij_error_exit_status(IJ_ERR_PROTOCOL));
}

static void finish(struct run *run, struct worker *w)
{
	const struct ij_counts *counts = &run->counts[w->idx];
	int status = 0;

	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		;
	for (int i = 0; i < STREAMS; i++) {
		if (w->fd[i] >= 0)
			take(run, w, i);
		pass_on(run, &w->text[i], i, true);
		ij_text_deinit(&w->text[i]);
		if (w->fd[i] >= 0)
			close(w->fd[i]);
	}
	if (w->pidfd >= 0)
		close(w->pidfd);
	judge(run, w, status);
	run->ended++;
	run->failed += counts->status != 0;
	run->sum.calls += counts->calls;
	run->sum.done += counts->done;
	run->sum.failed += counts->failed;
	run->sum.status = ij_status_worse(run->sum.status, counts->status);
	w->pid = 0;
}

/* Wait until something happened to a worker, and see to it. */
static struct ij_error *attend(struct run *run, unsigned jobs)
{
	struct pollfd fds[IJ_FLEET_JOBS_MAX * 3];
	size_t len = 0;

	for (unsigned i = 0; i < jobs; i++) {
		const struct worker *w = &run->workers[i];
		const int watched[] = {w->fd[OUT], w->fd[ERR], w->pidfd};

		for (size_t k = 0; k < IJ_CLI_COUNT(watched); k++)
			fds[len++] =
				(struct pollfd){.fd = w->pid ? watched[k] : -1, .events = POLLIN};
	}
	if (poll(fds, (nfds_t)len, -1) < 0 && errno != EINTR)
		return ij_error_create(IJ_ERR_OS, "cannot wait: %s", strerror(errno));
	for (unsigned i = 0; i < jobs; i++) {
		struct worker *w = &run->workers[i];
		const struct pollfd *at = &fds[i * 3];

		for (int k = 0; k < STREAMS; k++)
			if (w->pid && at[k].fd >= 0 && at[k].revents)
				take(run, w, k);
		if (w->pid && (at[2].revents || (w->pidfd < 0 && w->fd[OUT] < 0)))
			finish(run, w);
	}
	return NULL;
}

/* A signal that only we got reaches the workers too. */
static void pass_interrupt(struct run *run, unsigned jobs)
{
	if (!*run->fleet->interrupted || run->told)
		return;
	run->told = true;
	for (unsigned i = 0; i < jobs; i++)
		if (run->workers[i].pid)
			kill(run->workers[i].pid, SIGTERM);
}

static struct ij_error *run_all(struct run *run, unsigned jobs)
{
	const struct ij_fleet *fleet = run->fleet;

	while (run->ended < run->started || run->started < fleet->len) {
		if (*fleet->interrupted && run->ended == run->started)
			break;
		for (unsigned i = 0; i < jobs && run->started < fleet->len; i++)
			if (!run->workers[i].pid && !*fleet->interrupted)
				IJ_CLI_TRY(start(run, &run->workers[i]));
		if (run->ended == run->started)
			break;
		show_progress(run);
		pass_interrupt(run, jobs);
		IJ_CLI_TRY(attend(run, jobs));
	}
	if (run->started < fleet->len)
		run->sum.status =
			ij_status_worse(run->sum.status, ij_error_exit_status(IJ_ERR_INTERRUPTED));
	return NULL;
}

struct ij_error *ij_fleet_run(const struct ij_fleet *fleet, struct ij_counts *ret)
{
	unsigned jobs = fleet->jobs < IJ_FLEET_JOBS_MAX ? fleet->jobs : IJ_FLEET_JOBS_MAX;
	size_t size = fleet->len * sizeof(struct ij_counts);
	struct run *run = calloc(1, sizeof(*run));
	struct ij_error *err;

	if (!run)
		return ij_cli_nomem();
	run->fleet = fleet;
	run->progress = fleet->progress && isatty(2);
	run->counts = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run->counts == MAP_FAILED) {
		free(run);
		return ij_cli_nomem();
	}
	err = run_all(run, jobs);
	hide_progress(run);
	if (!err)
		*ret = run->sum;
	munmap(run->counts, size ? size : 1);
	free(run);
	return err;
}
