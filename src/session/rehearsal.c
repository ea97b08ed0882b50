/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rehearsals in words: what the copy was denied, and why its call was not made in the target. */
#include "session/rehearsal.h"

#include <string.h>
#include <sys/wait.h>

#include "session/duration.h"

const char *ij_rehearsal_status_name(uint32_t status)
{
	static const char *const statuses[] = {
		[IJ_WIRE_REHEARSAL_NONE] = "none",
		[IJ_WIRE_REHEARSAL_RETURNED] = "returned",
		[IJ_WIRE_REHEARSAL_DEADLOCK] = "deadlock",
		[IJ_WIRE_REHEARSAL_BUSY] = "busy",
		[IJ_WIRE_REHEARSAL_TIMEOUT] = "timeout",
		[IJ_WIRE_REHEARSAL_FAULT] = "fault",
		[IJ_WIRE_REHEARSAL_EXITED] = "exited",
		[IJ_WIRE_REHEARSAL_REFUSED] = "refused",
	};

	return status < IJ_COUNT(statuses) ? statuses[status] : "unknown";
}

static void add_denied(const struct ij_wire_denied *denied, struct ij_strbuf *out)
{
	const char *name = ij_syscall_name(denied->nr);

	if (name)
		ij_strbuf_puts(out, name);
	else
		ij_strbuf_printf(out, "system call %d", denied->nr);
	/* A descriptor or a small number; else an address or flags. */
	if (denied->arg < 65536)
		ij_strbuf_printf(out, "(%llu, ...)", (unsigned long long)denied->arg);
	else
		ij_strbuf_printf(out, "(0x%llx, ...)", (unsigned long long)denied->arg);
	if (denied->count > 1)
		ij_strbuf_printf(out, ", %u times", denied->count);
}

void ij_rehearsal_denied(const struct ij_wire_rehearsal *rehearsal, struct ij_strbuf *out)
{
	for (uint32_t i = 0; i < rehearsal->denied_len; i++) {
		if (i)
			ij_strbuf_puts(out, "; ");
		add_denied(&rehearsal->denied[i], out);
	}
	if (rehearsal->denied_more)
		ij_strbuf_printf(out, "; and %u more", rehearsal->denied_more);
}

enum ij_error_code ij_rehearsal_code(const struct ij_wire_outcome *outcome)
{
	switch (outcome->rehearsal.status) {
	case IJ_WIRE_REHEARSAL_TIMEOUT:
		return IJ_ERR_TIMEOUT;
	case IJ_WIRE_REHEARSAL_FAULT:
	case IJ_WIRE_REHEARSAL_EXITED:
		return IJ_ERR_CALLFAULT;
	default:
		return IJ_ERR_REFUSED;
	}
}

static void add_fault(struct ij_session *s, const struct ij_wire_outcome *o, struct ij_strbuf *out)
{
	const char *name = sigabbrev_np((int)o->signo);
	char where[256];

	ij_strbuf_printf(out, " faulted: SIG%s", name ? name : "?");
	if (o->fault_addr || o->signo == SIGSEGV)
		ij_strbuf_printf(out, " on address 0x%llx", (unsigned long long)o->fault_addr);
	ij_modules_describe(ij_session_modules(s), o->fault_pc, where, sizeof(where));
	ij_strbuf_printf(out, " at %s", where);
}

void ij_rehearsal_sentence(struct ij_session *s, const struct ij_wire_outcome *o,
			   const char *callee, const struct ij_call_options *options,
			   struct ij_strbuf *out)
{
	int status = (int)o->exit_status;
	char timeout[32];

	if (o->rehearsal.status == IJ_WIRE_REHEARSAL_REFUSED) {
		ij_strbuf_printf(out, "no copy of %d (%s) can show what %s would do: %s",
				 ij_session_pid(s), ij_session_comm(s), callee, o->text);
	} else {
		ij_strbuf_printf(out, "in a copy of %d (%s) %s", ij_session_pid(s),
				 ij_session_comm(s), callee);
		switch (o->rehearsal.status) {
		case IJ_WIRE_REHEARSAL_TIMEOUT:
			ij_duration_format(options->timeout_ns, timeout, sizeof(timeout));
			ij_strbuf_printf(out, " did not return within %s", timeout);
			break;
		case IJ_WIRE_REHEARSAL_FAULT:
			add_fault(s, o, out);
			break;
		default:
			if (WIFSIGNALED(status))
				ij_strbuf_printf(out, " was killed by signal %d", WTERMSIG(status));
			else
				ij_strbuf_printf(out, " ended the process with status %d",
						 WEXITSTATUS(status));
			break;
		}
	}
	ij_strbuf_puts(out, "; it was not called in the target, which goes on unchanged");
}
