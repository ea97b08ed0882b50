/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts in words. */
#include "session/verdict.h"

#include <string.h>

#include "base/strbuf.h"

#define WHERE_SIZE 256

struct reason_text {
	const char *text; /* what stands in the way */
	bool colon_text;  /* the verdict's own text follows */
};

/* Reasons that need no address; the others have a function below. */
static const struct reason_text reasons[] = {
	[IJ_WIRE_REASON_STACK] = {"has too little room on its stack, or not its own stack", true},
	[IJ_WIRE_REASON_MODE] = {"runs in a mode that is not supported", true},
	[IJ_WIRE_REASON_STOPPED] = {"is stopped by job control", false},
	[IJ_WIRE_REASON_NOSTOP] = {"could not be stopped in time (vfork, or uninterruptible sleep)",
				   true},
	[IJ_WIRE_REASON_SIGNALS] = {"has no signal free to be the marker", false},
	[IJ_WIRE_REASON_THREAD_GONE] = {"has ended", false},
	[IJ_WIRE_REASON_MEMORY] = {"has no place for our pages", true},
};

static void add_where(struct ij_session *s, ij_addr addr, struct ij_strbuf *out)
{
	char where[WHERE_SIZE];

	if (!ij_session_modules(s)) {
		ij_strbuf_printf(out, "0x%llx", (unsigned long long)addr);
		return;
	}
	ij_modules_describe(ij_session_modules(s), addr, where, sizeof(where));
	ij_strbuf_puts(out, where);
}

static void lock_reason(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "meets the lock %s (0x%llx)", v->text[0] ? v->text : "of a library",
			 (unsigned long long)v->addr);
	if (v->owner)
		ij_strbuf_printf(out, ", which thread %d holds", v->owner);
	else
		ij_strbuf_puts(out, ", which is held");
}

static void unwind_reason(struct ij_session *s, const struct ij_wire_verdict *v,
			  struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "has a stack that cannot be unwound");
	if (v->addr) {
		ij_strbuf_puts(out, " at ");
		add_where(s, v->addr, out);
	}
	if (v->text[0])
		ij_strbuf_printf(out, ": %s", v->text);
}

static void syscall_reason(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "is in system call %d, which an injection would disturb", v->syscall);
	if (v->text[0])
		ij_strbuf_printf(out, ": %s", v->text);
}

void ij_verdict_reason(struct ij_session *s, const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	switch (v->reason) {
	case IJ_WIRE_REASON_NONE:
		return;
	case IJ_WIRE_REASON_FRAME:
		ij_strbuf_printf(out, "holds %s", ij_classes_text(v->classes));
		if (v->addr && v->addr != v->pc) {
			ij_strbuf_puts(out, " in ");
			add_where(s, v->addr, out);
		}
		return;
	case IJ_WIRE_REASON_LOCK:
		lock_reason(v, out);
		return;
	case IJ_WIRE_REASON_UNWIND:
		unwind_reason(s, v, out);
		return;
	case IJ_WIRE_REASON_SYSCALL:
		syscall_reason(v, out);
		return;
	default:
		break;
	}
	if (v->reason >= IJ_COUNT(reasons) || !reasons[v->reason].text)
		return;
	ij_strbuf_puts(out, reasons[v->reason].text);
	if (reasons[v->reason].colon_text && v->text[0])
		ij_strbuf_printf(out, ": %s", v->text);
}

void ij_verdict_sentence(struct ij_session *s, const struct ij_wire_verdict *v, const char *callee,
			 struct ij_strbuf *out)
{
	ij_strbuf_printf(out, "thread %d ", v->tid);
	if (v->pc) {
		ij_strbuf_puts(out, "stands in ");
		add_where(s, v->pc, out);
	}
	if (v->reason == IJ_WIRE_REASON_FRAME) {
		if (v->addr && v->addr != v->pc) {
			ij_strbuf_puts(out, ", called from ");
			add_where(s, v->addr, out);
		}
		ij_strbuf_printf(out, ", and %s needs %s", callee, ij_classes_text(v->classes));
		return;
	}
	if (v->reason == IJ_WIRE_REASON_NONE)
		return;
	if (v->pc)
		ij_strbuf_puts(out, " and ");
	ij_verdict_reason(s, v, out);
	if (v->reason == IJ_WIRE_REASON_LOCK)
		ij_strbuf_printf(out, ", and %s needs %s", callee, ij_classes_text(v->classes));
}

const char *ij_outcome_status_name(uint32_t status)
{
	static const char *const names[] = {
		[IJ_WIRE_DONE] = "done",       [IJ_WIRE_UNSAFE] = "unsafe",
		[IJ_WIRE_TIMEOUT] = "timeout", [IJ_WIRE_DEADLOCK] = "deadlock",
		[IJ_WIRE_FAULT] = "fault",     [IJ_WIRE_LEFT] = "left",
		[IJ_WIRE_ESCAPED] = "escaped", [IJ_WIRE_THREAD_ENDED] = "thread-ended",
		[IJ_WIRE_EXITED] = "exited",
	};

	return status < IJ_COUNT(names) ? names[status] : "unknown";
}
