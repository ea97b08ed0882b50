/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Verdicts in words. */
#include "session/verdict.h"

#include <string.h>

#include "base/strbuf.h"
#include "session/duration.h"
#include "session/rehearsal.h"

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
	[IJ_WIRE_REASON_NOSTOP] =
		{"could not be stopped in time (vfork, uninterruptible sleep, or no CPU for it)",
		 true},
	[IJ_WIRE_REASON_SIGNALS] = {"has no signal free to be the marker", false},
	[IJ_WIRE_REASON_THREAD_GONE] = {"has ended", false},
	[IJ_WIRE_REASON_EARLY] = {"is still being started by its loader", false},
	[IJ_WIRE_REASON_SHARED] = {"lives in the memory of another process (vfork)", true},
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

static void add_classes(ij_classes set, struct ij_strbuf *out)
{
	char text[WHERE_SIZE];

	ij_classes_describe(set, text, sizeof(text));
	ij_strbuf_puts(out, text);
}

static void lock_reason(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	if (!v->addr) {
		ij_strbuf_puts(out, v->text);
		return;
	}
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

static void add_syscall(int nr, struct ij_strbuf *out)
{
	const char *name = ij_syscall_name(nr);

	if (name)
		ij_strbuf_printf(out, "%s(2)", name);
	else
		ij_strbuf_printf(out, "system call %d", nr);
}

static void syscall_reason(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "is in ");
	add_syscall(v->syscall, out);
	ij_strbuf_puts(out, ", which an injection would disturb");
	if (v->text[0])
		ij_strbuf_printf(out, ": %s", v->text);
}

/* What the filters do is the verdict's text. */
static void seccomp_reason(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	ij_strbuf_puts(out, v->seccomp & IJ_WIRE_SECCOMP_STRICT
				    ? "is in strict seccomp mode, which "
				    : "is under a seccomp filter, which ");
	if ((int)v->addr < 0) {
		ij_strbuf_printf(out,
				 "for some system calls %s, and which of them the callee makes "
				 "is not known",
				 v->text);
		return;
	}
	ij_strbuf_printf(out, "%s for ", v->text);
	add_syscall((int)v->addr, out);
	ij_strbuf_puts(out, ", which the callee may call");
}

static void rehearsal_reason(struct ij_session *s, const struct ij_wire_verdict *v,
			     struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "would wait, as a copy of it did, for the lock ");
	add_where(s, v->addr, out);
	if (v->text[0])
		ij_strbuf_printf(out, " (%s)", v->text);
	else
		ij_strbuf_puts(out, ", which it holds itself");
}

void ij_verdict_reason(struct ij_session *s, const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	switch (v->reason) {
	case IJ_WIRE_REASON_NONE:
		return;
	case IJ_WIRE_REASON_FRAME:
		ij_strbuf_puts(out, "holds ");
		add_classes(v->classes, out);
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
	case IJ_WIRE_REASON_SECCOMP:
		seccomp_reason(v, out);
		return;
	case IJ_WIRE_REASON_REHEARSAL:
		rehearsal_reason(s, v, out);
		return;
	case IJ_WIRE_REASON_GO:
	case IJ_WIRE_REASON_GOROUTINE:
		ij_strbuf_printf(out, "%s%s", v->tid ? "is " : "", v->text);
		return;
	case IJ_WIRE_REASON_NOARRIVAL:
		ij_strbuf_puts(out, v->tid ? "did not arrive at " : "no thread arrived at ");
		add_where(s, v->addr, out);
		ij_strbuf_puts(out, " in time");
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

void ij_verdict_seccomp(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	static const struct {
		uint32_t bit;
		const char *text;
	} parts[] = {
		{IJ_WIRE_SECCOMP_SUSPENDED, "suspended while our pages are mapped"},
		{IJ_WIRE_SECCOMP_CAVE, "our code goes to the unused end of a code page"},
		{IJ_WIRE_SECCOMP_SILENT, "a breakpoint tells of the end of the call"},
		{IJ_WIRE_SECCOMP_LINGER, "the end of the call is looked for"},
		{IJ_WIRE_SECCOMP_UNMASKED, "signals are not blocked during the call"},
		{IJ_WIRE_SECCOMP_ERRNO, "the callee may be answered with errors"},
	};
	const char *before = "";
	size_t len = out->len;

	if (v->seccomp & IJ_WIRE_SECCOMP_STRICT)
		ij_strbuf_puts(out, "strict seccomp mode");
	else if (v->seccomp & IJ_WIRE_SECCOMP_ON)
		ij_strbuf_printf(out, "%u seccomp filter%s", v->filters,
				 v->filters == 1 ? "" : "s");
	if (out->len > len)
		before = ": ";
	for (size_t i = 0; i < IJ_COUNT(parts); i++) {
		if (!(v->seccomp & parts[i].bit) ||
		    (parts[i].bit == IJ_WIRE_SECCOMP_SILENT && v->seccomp & IJ_WIRE_SECCOMP_LINGER))
			continue;
		ij_strbuf_printf(out, "%s%s", before, parts[i].text);
		before = ", ";
	}
	if (v->seccomp == IJ_WIRE_SECCOMP_ON)
		ij_strbuf_puts(out, v->reason ? "" : ", asked, allow all that is done");
}

void ij_verdict_stack(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	switch (v->stack) {
	case IJ_WIRE_STACK_ASKED:
		ij_strbuf_puts(out, "a new stack, as was asked for");
		break;
	case IJ_WIRE_STACK_SHORT:
		ij_strbuf_printf(out, "a new stack: %llu bytes are free on the thread's own",
				 (unsigned long long)v->stack_room);
		break;
	case IJ_WIRE_STACK_NOT_OWN:
		ij_strbuf_puts(out, "a new stack: it stands on a coroutine's, or an alternate one");
		break;
	default:
		break;
	}
}

/* That the reason will not pass by itself. */
static void add_blocked(const struct ij_wire_verdict *v, struct ij_strbuf *out)
{
	if (v->blocked && v->syscall >= 0) {
		ij_strbuf_puts(out, "; it is blocked in ");
		add_syscall(v->syscall, out);
		ij_strbuf_puts(out, ", and may be for long");
	} else if (v->blocked)
		ij_strbuf_puts(out, "; it is blocked in the kernel, and may be for long");
}

static void add_sentence(struct ij_session *s, const struct ij_wire_verdict *v, const char *callee,
			 struct ij_strbuf *out)
{
	if (v->tid)
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
		/* Some hold for every callee. */
		if (v->classes & ~IJ_POLICY_NEEDS)
			ij_strbuf_puts(out, ", which is ");
		else
			ij_strbuf_printf(out, ", and %s needs ", callee);
		add_classes(v->classes & ~IJ_POLICY_NEEDS ? v->classes & ~IJ_POLICY_NEEDS
							  : v->classes,
			    out);
		return;
	}
	if (v->reason == IJ_WIRE_REASON_NONE)
		return;
	if (v->pc)
		ij_strbuf_puts(out, " and ");
	ij_verdict_reason(s, v, out);
	if (v->reason == IJ_WIRE_REASON_LOCK && v->classes) {
		ij_strbuf_printf(out, ", and %s needs ", callee);
		add_classes(v->classes, out);
	} else if (v->reason == IJ_WIRE_REASON_LOCK) {
		ij_strbuf_printf(out, ", which %s may want to take", callee);
	}
}

void ij_verdict_sentence(struct ij_session *s, const struct ij_wire_verdict *v, const char *callee,
			 struct ij_strbuf *out)
{
	add_sentence(s, v, callee, out);
	add_blocked(v, out);
}

const char *ij_walker_name(uint32_t walker)
{
	static const char *const names[] = {
#define IJ_W(NAME, name, text) [IJ_WIRE_WALKER_##NAME] = #name,
#include "wire/walkers.def"
#undef IJ_W
	};

	return walker < IJ_COUNT(names) ? names[walker] : "none";
}

void ij_walk_sentence(struct ij_session *s, const struct ij_wire_walk *walk, struct ij_strbuf *out)
{
	static const char *const ends[] = {
		[IJ_WALK_MOVED] = "to ",
		[IJ_WALK_UNFIT] = "could do nothing from there",
		[IJ_WALK_LATE] = "did not arrive in time; stopped in ",
		[IJ_WALK_BLOCKED] = "blocked in the kernel, in ",
		[IJ_WALK_GONE] = "the thread was lost on the way",
	};
	bool stands = walk->end == IJ_WALK_MOVED || walk->end == IJ_WALK_LATE ||
		      walk->end == IJ_WALK_BLOCKED;
	char took[32];

	ij_strbuf_printf(out, "%s: from ", ij_walker_name(walk->walker));
	add_where(s, walk->from, out);
	if (walk->reason == IJ_WIRE_REASON_FRAME) {
		ij_strbuf_puts(out, ", which holds ");
		add_classes(walk->classes, out);
		ij_strbuf_puts(out, ",");
	}
	ij_strbuf_printf(out, " %s", walk->end < IJ_COUNT(ends) ? ends[walk->end] : "?");
	if (stands)
		add_where(s, walk->to, out);
	ij_duration_format(walk->ns, took, sizeof(took));
	ij_strbuf_printf(out, ", %u step%s, %s", walk->steps, walk->steps == 1 ? "" : "s", took);
	if (walk->text[0])
		ij_strbuf_printf(out, " (%s)", walk->text);
	if (stands)
		ij_strbuf_puts(out, walk->after ? ": not safe yet" : ": safe");
}

const char *ij_outcome_status_name(uint32_t status)
{
	static const char *const names[] = {
		[IJ_WIRE_DONE] = "done",       [IJ_WIRE_UNSAFE] = "unsafe",
		[IJ_WIRE_TIMEOUT] = "timeout", [IJ_WIRE_DEADLOCK] = "deadlock",
		[IJ_WIRE_FAULT] = "fault",     [IJ_WIRE_LEFT] = "left",
		[IJ_WIRE_ESCAPED] = "escaped", [IJ_WIRE_THREAD_ENDED] = "thread-ended",
		[IJ_WIRE_EXITED] = "exited",   [IJ_WIRE_REHEARSED] = "rehearsed",
	};

	return status < IJ_COUNT(names) ? names[status] : "unknown";
}

const char *ij_outcome_status(const struct ij_wire_outcome *outcome, const struct ij_error *error)
{
	if (error && error->code == IJ_ERR_INTERRUPTED)
		return "interrupted";
	return ij_outcome_status_name(outcome->status);
}
