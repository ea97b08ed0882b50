/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stop that a person looks at: held, described, let go of. */
#include "repl/held.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "repl/tell.h"

struct ij_error *ij_look_begin(struct ij_interp *interp, struct ij_look *ret)
{
	*ret = (struct ij_look){.stop = interp->stop};
	if (ret->stop)
		return NULL;
	ret->own = true;
	return ij_session_hold(interp->session, interp->call.tid, &ret->stop);
}

void ij_look_end(struct ij_look *look)
{
	if (look->own)
		ij_stop_release(look->stop);
	look->stop = NULL;
}

struct ij_error *ij_interp_hold(struct ij_interp *interp, pid_t tid)
{
	if (interp->dry_run)
		return ij_error_create(IJ_ERR_UNSUPPORTED,
				       "nothing is stopped where calls are only judged");
	if (interp->stop)
		return ij_error_create(IJ_ERR_USAGE, "process %d is stopped already", interp->pid);
	interp->level = 0;
	IJ_CLI_TRY(ij_session_hold(interp->session, tid, &interp->stop));
	interp->vars.registers = true;
	return NULL;
}

void ij_interp_release(struct ij_interp *interp)
{
	ij_stop_release(interp->stop);
	interp->stop = NULL;
	interp->vars.registers = false;
	interp->level = 0;
}

struct ij_error *ij_interp_held(struct ij_interp *interp, struct ij_stop **ret)
{
	if (!interp->stop)
		return ij_error_create(IJ_ERR_USAGE, "the target runs; stop it first");
	*ret = interp->stop;
	return NULL;
}

struct ij_error *ij_interp_see_frame(struct ij_interp *interp)
{
	return interp->stop ? ij_stop_look_at(interp->stop, interp->level) : NULL;
}

void ij_frame_text(const struct ij_stop_frame *frame, unsigned level, struct ij_text *out)
{
	ij_text_printf(out, "#%-3u0x%012llx", level, (unsigned long long)frame->pc);
	if (frame->signal)
		ij_text_puts(out, " <signal handler called>");
	else if (frame->function)
		ij_text_printf(out, " in %s+0x%llx (%s)", frame->function,
			       (unsigned long long)frame->offset, frame->module);
	else if (frame->module)
		ij_text_printf(out, " in %s+0x%llx", frame->module,
			       (unsigned long long)frame->offset);
	if (frame->guessed)
		ij_text_puts(out, " (guessed)");
}

static void frame_json(const struct ij_interp *interp, struct ij_stop *stop,
		       const struct ij_stop_frame *frame, unsigned level, struct ij_text *out)
{
	ij_text_printf(out, "{\"pid\":%d,\"tid\":%d,\"frame\":%u,\"pc\":\"0x%llx\",\"function\":",
		       interp->pid, ij_stop_thread(stop), level, (unsigned long long)frame->pc);
	ij_text_json(out, frame->function);
	ij_text_printf(out, ",\"offset\":%llu,\"module\":", (unsigned long long)frame->offset);
	ij_text_json(out, frame->module);
	ij_text_printf(out, ",\"guessed\":%s}", frame->guessed ? "true" : "false");
}

/* The instruction that is next in @frame. */
static void next_text(struct ij_stop *stop, const struct ij_stop_frame *frame, struct ij_text *out)
{
	char code[128];
	unsigned size;
	struct ij_error *err = ij_stop_disassemble(stop, frame->pc, code, sizeof(code), &size);

	if (!err)
		ij_text_printf(out, "\n=>  0x%012llx  %s", (unsigned long long)frame->pc, code);
	ij_error_free(err);
}

struct ij_error *ij_tell_frame(struct ij_interp *interp, struct ij_stop *stop, unsigned level)
{
	struct ij_text text = {0}, json = {0};
	struct ij_stop_frame frame;

	IJ_CLI_TRY(ij_stop_frame(stop, level, &frame));
	ij_frame_text(&frame, level, &text);
	next_text(stop, &frame, &text);
	frame_json(interp, stop, &frame, level, &json);
	ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return NULL;
}

static const char *const events[] = {
	[IJ_STOP_ASKED] = "asked",         [IJ_STOP_BREAKPOINT] = "arrived",
	[IJ_STOP_STEPPED] = "stepped",     [IJ_STOP_SIGNAL] = "signal",
	[IJ_STOP_JOB] = "job-control",     [IJ_STOP_LATE] = "late",
	[IJ_STOP_CANCELLED] = "cancelled", [IJ_STOP_GONE] = "thread-ended",
	[IJ_STOP_EXECUTED] = "executed",   [IJ_STOP_EXITED] = "exited",
};

static const char *signal_name(int signo, char *buf, size_t size)
{
	const char *name = sigabbrev_np(signo);

	if (name)
		snprintf(buf, size, "SIG%s", name);
	else
		snprintf(buf, size, "signal %d", signo);
	return buf;
}

static void ended_text(const struct ij_stop_report *what, pid_t pid, struct ij_text *out)
{
	char name[32];

	if (what->exit_status == -1)
		ij_text_printf(out, "process %d exited", pid);
	else if (WIFEXITED(what->exit_status))
		ij_text_printf(out, "process %d exited with status %d", pid,
			       WEXITSTATUS(what->exit_status));
	else
		ij_text_printf(out, "process %d was killed by %s", pid,
			       signal_name(WTERMSIG(what->exit_status), name, sizeof(name)));
}

/* What happened, in words; "" where the place says all. */
static void event_text(const struct ij_interp *interp, const struct ij_stop_report *what,
		       struct ij_text *out)
{
	char name[32];

	switch (what->event) {
	case IJ_STOP_SIGNAL:
		ij_text_printf(out, "thread %d is about to receive %s", what->tid,
			       signal_name(what->signo, name, sizeof(name)));
		if (what->sender)
			ij_text_printf(out, " from process %d", what->sender);
		else if (what->addr)
			ij_text_printf(out, " for address 0x%llx", (unsigned long long)what->addr);
		break;
	case IJ_STOP_JOB:
		ij_text_printf(out, "%s has stopped the process",
			       signal_name(what->signo, name, sizeof(name)));
		break;
	case IJ_STOP_LATE:
		ij_text_puts(out, "nothing happened in time");
		break;
	case IJ_STOP_CANCELLED:
		ij_text_puts(out, "interrupted; the target is stopped");
		break;
	case IJ_STOP_GONE:
		ij_text_printf(out, "thread %d has ended", what->tid);
		break;
	case IJ_STOP_EXECUTED:
		ij_text_printf(out, "process %d has executed another program", interp->pid);
		break;
	case IJ_STOP_EXITED:
		ended_text(what, interp->pid, out);
		break;
	case IJ_STOP_BREAKPOINT:
		ij_text_printf(out, "thread %d has arrived", what->tid);
		break;
	default:
		break;
	}
}

static void tell_event(struct ij_interp *interp, const struct ij_stop_report *what)
{
	struct ij_text text = {0}, json = {0};

	event_text(interp, what, &text);
	ij_text_printf(&json, "{\"pid\":%d,\"tid\":%d,\"event\":\"%s\",\"text\":", interp->pid,
		       what->tid, events[what->event]);
	ij_text_json(&json, ij_text_get(&text));
	if (what->event == IJ_STOP_SIGNAL || what->event == IJ_STOP_JOB)
		ij_text_printf(&json, ",\"signal\":%d", what->signo);
	ij_text_puts(&json, "}");
	if (interp->json || text.len)
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
}

struct ij_error *ij_tell_stopped(struct ij_interp *interp)
{
	const struct ij_stop_report *what = ij_stop_what(interp->stop);

	interp->level = 0;
	tell_event(interp, what);
	if (ij_stop_held(interp->stop))
		return ij_tell_frame(interp, interp->stop, 0);
	ij_interp_release(interp);
	interp->lost = true;
	return ij_interp_detach(interp);
}

void ij_held_state(const struct ij_interp *interp, struct ij_text *out)
{
	struct ij_stop_frame frame;
	struct ij_error *err = ij_stop_frame(interp->stop, interp->level, &frame);

	ij_text_printf(out, "%d", ij_stop_thread(interp->stop));
	if (!err && (frame.function || frame.module))
		ij_text_printf(out, " in %s", frame.function ? frame.function : frame.module);
	ij_error_free(err);
}

uint64_t ij_quiet_signals(void)
{
	static const int quiet[] = {SIGALRM, SIGURG,   SIGIO, SIGVTALRM, SIGPROF,
				    SIGCHLD, SIGWINCH, 32,    33};
	uint64_t set = 0;

	for (size_t i = 0; i < IJ_CLI_COUNT(quiet); i++)
		set |= 1ull << (quiet[i] - 1);
	return set;
}

struct ij_error *ij_count_operand(struct ij_interp *interp, const char *operand, unsigned fallback,
				  unsigned *ret)
{
	struct ij_value value;
	struct ij_error *err = NULL;

	*ret = fallback;
	if (!*operand)
		return NULL;
	IJ_CLI_TRY(ij_interp_eval(interp, operand, 0, NULL, &value));
	if (value.kind == IJ_KIND_INT && value.i >= 0 && value.i <= INT_MAX)
		*ret = (unsigned)value.i;
	else
		err = ij_interp_wrong(
			interp, 1,
			ij_error_create(IJ_ERR_USAGE, "\"%.40s\" is not a count", operand));
	ij_value_deinit(&value);
	return err;
}
