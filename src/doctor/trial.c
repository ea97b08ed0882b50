/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes for experiments: what tries, and what it tries on (fork(2), prctl(2)). */
#include "doctor/trial.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

/* For one experiment, and for one stop in it: a healthy machine needs milliseconds. */
#define TRIAL_S      20
#define STOP_WAIT_NS (15 * IJ_NS_PER_S)

static void give_up(struct ij_trial *ret, const char *what)
{
	ret->end = IJ_TRIAL_UNKNOWN;
	ret->os = errno;
	snprintf(ret->text, sizeof(ret->text), "%s: %s", what, strerror(errno));
}

void ij_trial_run(ij_trial_fn fn, struct ij_trial *ret)
{
	struct ij_trial *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	*ret = (struct ij_trial){0};
	if (shared == MAP_FAILED) {
		give_up(ret, "no memory for an experiment");
		return;
	}
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		/* The tracer is not dumpable, and the subject is to be like any program. */
		prctl(PR_SET_DUMPABLE, 1);
		alarm(TRIAL_S);
		fn(shared);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0) {
		give_up(ret, "no process for an experiment");
	} else {
		*ret = *shared;
		ret->text[sizeof(ret->text) - 1] = 0;
		if (WIFSIGNALED(status)) {
			ret->end = IJ_TRIAL_KILLED;
			ret->signo = WTERMSIG(status);
		}
	}
	munmap(shared, sizeof(*shared));
}

void ij_trial_works(struct ij_trial *trial)
{
	trial->end = IJ_TRIAL_WORKS;
}

void ij_trial_fails(struct ij_trial *trial, int os, const char *fmt, ...)
{
	va_list args;

	trial->end = IJ_TRIAL_FAILS;
	trial->os = os;
	va_start(args, fmt);
	vsnprintf(trial->text, sizeof(trial->text), fmt, args);
	va_end(args);
}

void ij_trial_fails_by(struct ij_trial *trial, struct ij_error *err)
{
	ij_trial_fails(trial, err->os, "%s", err->msg);
	ij_error_free(err);
}

/* The child's life. @go and @ready: pipes. */
static _Noreturn void live(const int *go, const int *ready, void (*prepare)(void),
			   void (*body)(void))
{
	char byte = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	close(go[1]);
	if (prepare)
		prepare();
	if (write(ready[1], &byte, 1) == 1 && read(go[0], &byte, 1) == 1)
		body();
	_exit(0);
}

bool ij_subject_start(struct ij_subject *subject, void (*prepare)(void), void (*body)(void),
		      struct ij_trial *trial)
{
	struct ij_error *err = ij_waiter_init(&subject->waiter, -1);
	int go[2], ready[2];
	char byte;

	if (!err && (pipe(go) || pipe(ready)))
		err = ij_error_os(OS, errno, "no pipe: %s", strerror(errno));
	if (err) {
		snprintf(trial->text, sizeof(trial->text), "%s", err->msg);
		ij_error_free(err);
		return false;
	}
	subject->go = go[1];
	subject->thread = (struct ij_thread){0};
	subject->pid = fork();
	if (!subject->pid)
		live(go, ready, prepare, body);
	close(ready[1]);
	if (subject->pid < 0 || read(ready[0], &byte, 1) != 1) {
		give_up(trial, "no process for an experiment");
		return false;
	}
	return true;
}

bool ij_subject_stop(struct ij_subject *subject, struct ij_trial *trial)
{
	struct ij_event event = {0};
	struct ij_error *err =
		ij_thread_seize(&subject->thread, subject->pid, subject->pid, &subject->waiter);

	if (!err)
		err = ij_thread_interrupt(&subject->thread);
	if (!err)
		err = ij_thread_wait(&subject->thread, ij_deadline_ns(STOP_WAIT_NS), &event);
	if (!err && event.kind == IJ_EVENT_STOP)
		return true;
	if (err)
		ij_trial_fails_by(trial, err);
	else
		ij_trial_fails(trial, 0, "a child of ours that was to stop did not");
	return false;
}

struct ij_error *ij_subject_go(struct ij_subject *subject)
{
	if (subject->thread.stopped)
		IJ_TRY(ij_thread_resume(&subject->thread, 0));
	if (write(subject->go, "", 1) != 1)
		return ij_error_os(OS, errno, "a child of ours does not listen");
	return NULL;
}
