/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines for the system's log. */
#include "tracer/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const char *const statuses[] = {
	[IJ_WIRE_DONE] = "done",
	[IJ_WIRE_UNSAFE] = "unsafe, untouched",
	[IJ_WIRE_TIMEOUT] = "timeout, rolled back",
	[IJ_WIRE_DEADLOCK] = "deadlock, rolled back",
	[IJ_WIRE_FAULT] = "fault, rolled back",
	[IJ_WIRE_LEFT] = "left running",
	[IJ_WIRE_ESCAPED] = "escaped",
	[IJ_WIRE_THREAD_ENDED] = "thread ended",
	[IJ_WIRE_EXITED] = "target exited",
	[IJ_WIRE_REHEARSED] = "rehearsed only",
};

/* Does anybody listen? Of many containers nobody does, and no line is made. The connection is kept,
 * and made anew by syslog(3) where that is needed. */
static bool is_heard(void)
{
	static bool opened;

	if (access(_PATH_LOG, F_OK))
		return false;
	if (!opened)
		openlog("interject", LOG_PID, LOG_AUTHPRIV);
	opened = true;
	return true;
}

/* What comes from the client or the target stays on its line. */
static void clean(const char *from, char *to, size_t size)
{
	size_t len = 0;

	for (; *from && len + 1 < size; from++)
		to[len++] =
			(unsigned char)*from < ' ' || *from == 0x7f || *from == '"' ? '?' : *from;
	to[len] = 0;
}

void ij_audit_call(const struct ij_guard *guard, pid_t pid, const struct ij_wire_call *call,
		   const struct ij_wire_outcome *outcome, const struct ij_error *err)
{
	bool done = !err && outcome->status == IJ_WIRE_DONE;
	char expr[sizeof(call->expr)], path[512], end[256];

	if (!is_heard())
		return;
	clean(call->expr, expr, sizeof(expr));
	clean(guard->program, path, sizeof(path));
	if (err)
		clean(ij_error_message(err), end, sizeof(end));
	else
		clean(outcome->status < IJ_COUNT(statuses) ? statuses[outcome->status] : "unknown",
		      end, sizeof(end));
	syslog(done ? LOG_NOTICE : LOG_WARNING,
	       "user=%u(%s) pid=%d tid=%d program=\"%s\" %s=\"%s\" force=%s verdict=%s "
	       "outcome=\"%s\"",
	       guard->user.uid, guard->user.name, pid, err ? 0 : outcome->verdict.tid, path,
	       call->flags & IJ_WIRE_CALL_SYSCALL ? "syscall" : "call", expr,
	       call->flags & IJ_WIRE_CALL_FORCE ? "yes" : "no",
	       err                       ? "none"
	       : outcome->verdict.reason ? "unsafe"
					 : "safe",
	       end);
}

/* A line about @act, which is no call. @tid: 0: no one thread. */
__attribute__((format(printf, 5, 6))) static void log_act(const struct ij_guard *guard, pid_t pid,
							  pid_t tid, const struct ij_error *err,
							  const char *act, ...)
{
	char path[512], what[128], thread[32] = "", end[256] = "done";
	va_list args;

	if (!is_heard())
		return;
	va_start(args, act);
	vsnprintf(what, sizeof(what), act, args);
	va_end(args);
	clean(guard->program, path, sizeof(path));
	if (tid)
		snprintf(thread, sizeof(thread), " tid=%d", tid);
	if (err)
		clean(ij_error_message(err), end, sizeof(end));
	syslog(err ? LOG_WARNING : LOG_NOTICE,
	       "user=%u(%s) pid=%d%s program=\"%s\" %s outcome=\"%s\"", guard->user.uid,
	       guard->user.name, pid, thread, path, what, end);
}

void ij_audit_memory(const struct ij_guard *guard, pid_t pid, ij_addr addr, uint32_t size,
		     const struct ij_error *err)
{
	log_act(guard, pid, 0, err, "write=\"%u bytes at 0x%llx\"", size, (unsigned long long)addr);
}

void ij_audit_registers(const struct ij_guard *guard, pid_t pid, pid_t tid,
			const struct ij_error *err)
{
	log_act(guard, pid, tid, err, "registers=\"set\"");
}

void ij_audit_hold(const struct ij_guard *guard, pid_t pid, pid_t tid, const struct ij_error *err)
{
	log_act(guard, pid, tid, err, "hold=\"%s\"", tid ? "a thread" : "all threads");
}
