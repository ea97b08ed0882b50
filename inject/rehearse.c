/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rehearsals: a call made first, or only, in a copy of the target. */
#include "inject/rehearse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "inject/entry.h"

/* What fork(2) takes for a GiB of private memory in small pages, measured on Linux 6.18; with large
 * pages it takes a tenth of it. */
#define FORK_NS_PER_GIB (25 * IJ_NS_PER_MS)
/* For the target to reap the copy, in the same stop. */
#define REAP_WAIT_NS (1 * IJ_NS_PER_S)

bool ij_rehearse_is_wanted(const struct ij_wire_call *call)
{
	return call->flags & (IJ_WIRE_CALL_REHEARSE | IJ_WIRE_CALL_IN_COPY);
}

static struct ij_wire_outcome *outcome_of(const struct ij_rehearsal *r)
{
	return &r->run->result->outcome;
}

static bool is_in_copy(const struct ij_rehearsal *r)
{
	return r->run->call->flags & IJ_WIRE_CALL_IN_COPY;
}

/* It is over, and the call is not to be made in the target. */
static void finish(struct ij_rehearsal *r, enum ij_wire_rehearsal_status status)
{
	struct ij_wire_outcome *out = outcome_of(r);

	r->over = true;
	out->rehearsal.status = status;
	out->status = IJ_WIRE_REHEARSED;
	out->touch = IJ_TOUCH_RESTORED;
}

static void refuse(struct ij_rehearsal *r, const char *why)
{
	finish(r, IJ_WIRE_REHEARSAL_REFUSED);
	snprintf(outcome_of(r)->text, sizeof(outcome_of(r)->text), "%s", why);
}

static void refuse_device(struct ij_rehearsal *r, ij_addr addr)
{
	char why[80];

	snprintf(why, sizeof(why), "it uses the memory of a device at 0x%llx",
		 (unsigned long long)addr);
	refuse(r, why);
}

/* Whether a copy would cost more than it may, or do more than be a copy. */
static bool is_refused(struct ij_rehearsal *r)
{
	uint64_t size = ij_process_private_size(&r->inj->process);
	uint64_t cost = (size >> 20) * FORK_NS_PER_GIB >> 10;
	bool children, ours;
	char why[128];

	if (!r->run->stop->means.copy || !r->run->stop->means.mask || !r->run->stop->means.marker ||
	    r->inj->now != &r->inj->pages) {
		refuse(r, "a seccomp filter does not let it be copied");
		return true;
	}
	if (!r->run->stop->below) {
		refuse(r, "there is no room on its stack to copy it from");
		return true;
	}
	ij_process_pid_namespace(&r->inj->process, &children, &ours);
	if (!children) {
		refuse(r, "what it forks begins a PID namespace");
		return true;
	}
	r->effects.parent = ours ? r->run->stop->status.parent : 0;
	if (cost <= r->run->call->pause_ns)
		return false;
	snprintf(why, sizeof(why),
		 "copying %llu MiB would take about %llu ms; a longer --pause-budget allows it",
		 (unsigned long long)(size >> 20), (unsigned long long)(cost / IJ_NS_PER_MS));
	refuse(r, why);
	return true;
}

struct ij_error *ij_rehearse_begin(struct ij_rehearsal *r, struct ij_injector *inj,
				   const struct ij_run *run, const uint8_t *scratch)
{
	struct ij_wire_rehearsal *out = &run->result->outcome.rehearsal;
	struct ij_error *err;

	memset(r, 0, sizeof(*r));
	r->inj = inj;
	r->run = run;
	r->scratch = scratch;
	r->start_ns = ij_now_ns();
	if (is_refused(r))
		return NULL;
	/* A copy would inherit that. */
	inj->remote.ask = false;
	IJ_TRY(ij_remote_enter(&inj->remote));
	err = ij_copy_make(&inj->remote, ij_pages_code(&inj->pages, ij_stub_code_fork), &r->copy);
	out->copy_ns = out->pause_ns = ij_now_ns() - r->start_ns;
	if (err) {
		inj->unreaped = r->copy.inner;
		if (err->code != IJ_ERR_REFUSED)
			return err;
		refuse(r, err->msg);
		ij_error_free(err);
		return NULL;
	}
	r->exists = true;
	return NULL;
}

static ij_addr gadget(const struct ij_rehearsal *r)
{
	return ij_pages_code(&r->inj->pages, ij_stub_code_fork);
}

/*
 * The descriptor and the scratch memory of the copy are its own: those of the target would say for
 * ever that a call is under way, were we killed now.
 */
static struct ij_error *own_pages(struct ij_rehearsal *r)
{
	const struct ij_pages *pages = &r->inj->pages;
	const uint64_t args[6] = {pages->base + IJ_PAGE_SIZE,
				  pages->size - pages->back - IJ_PAGE_SIZE,
				  PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
				  (uint64_t)-1,
				  0};
	long result;

	r->pages = *pages;
	r->pages.shared = NULL;
	IJ_TRY(ij_copy_syscall(&r->copy, gadget(r), SYS_mmap, args, &result));
	return result < 0 && result > -4096
		       ? ij_error_os(REFUSED, (int)-result, "mmap in a copy failed: %s",
				     strerror((int)-result))
		       : NULL;
}

/* Ready the copy and send it into the stub, like a thread of the target. */
static struct ij_error *start(struct ij_rehearsal *r)
{
	const struct ij_injector *inj = r->inj;
	const struct ij_wire_call *call = r->run->call;
	const struct ij_stop *stop = r->run->stop;
	struct ij_copy *copy = &r->copy;
	int marker = ij_judge_marker(&stop->status, inj->saved.sigmask);
	struct ij_regs regs;

	r->effects.shared = &r->shared;
	r->effects.mem = &copy->process.mem.mem;
	r->effects.proc_fd = copy->process.proc_fd;
	r->effects.tp = ij_regs_tp(&inj->saved.regs);
	r->effects.inner = copy->inner;
	r->effects.tgid = stop->status.inner_tgid;
	r->effects.tid = stop->status.inner_pid;
	r->effects.threads = stop->status.threads;
	ij_entry_describe(inj, call, stop, marker, &r->desc);
	/* The copy sends the marker to itself. */
	r->desc.pid = r->desc.tid = (uint32_t)copy->inner;
	IJ_TRY(ij_copy_adopt(copy, gadget(r), is_in_copy(r)));
	IJ_TRY(own_pages(r));
	IJ_TRY(ij_entry_fill(&r->pages, &copy->process, call, &r->desc, r->scratch));
	IJ_TRY(ij_shared_protect(&r->shared, copy, gadget(r), ij_deadline_ns(call->pause_ns)));
	IJ_TRY(ij_entry_stack(inj, &copy->process, ij_pages_code(&inj->pages, ij_stub_code_exit),
			      &regs));
	IJ_TRY(ij_thread_regs_set(&copy->thread, &regs));
	/* Nobody else sends it any signal: one that the callee raises shows here. */
	IJ_TRY(ij_thread_sigmask_set(&copy->thread, ij_entry_block(inj, stop, marker, true)));
	r->deadline_ns = ij_deadline_ns(call->timeout_ns);
	return ij_thread_resume_syscall(&copy->thread, 0);
}

/* The string that the result points to, as far as it is readable. */
static void take_string(struct ij_rehearsal *r)
{
	struct ij_call_result *result = r->run->result;
	ij_addr addr = result->outcome.rax;
	uint32_t len = 0;

	if (!(r->run->call->flags & IJ_WIRE_CALL_STRING) || !addr)
		return;
	while (len < IJ_WIRE_STRING_MAX && !memchr(result->string, 0, len)) {
		uint32_t part = IJ_PAGE_SIZE - (uint32_t)((addr + len) % IJ_PAGE_SIZE);
		IJ_ERROR_AUTO err = NULL;

		if (part > IJ_WIRE_STRING_MAX - len)
			part = IJ_WIRE_STRING_MAX - len;
		err = ij_mem_read(r->effects.mem, addr + len, result->string + len, part);
		if (err)
			break;
		len += part;
	}
	result->outcome.rehearsal.string_size = len;
}

/* The stub has reported its end. */
static struct ij_error *returned(struct ij_rehearsal *r)
{
	struct ij_wire_outcome *out = outcome_of(r);

	r->over = true;
	out->rehearsal.status = IJ_WIRE_REHEARSAL_RETURNED;
	if (!is_in_copy(r))
		return NULL;
	IJ_TRY(ij_entry_collect(&r->pages, &r->copy.process, r->run->call, &r->desc,
				r->run->result));
	take_string(r);
	out->status = IJ_WIRE_DONE;
	out->touch = IJ_TOUCH_RESTORED;
	return NULL;
}

/* It waits for a lock: so would the call in the target, here and now. */
static void stuck(struct ij_rehearsal *r)
{
	struct ij_wire_outcome *out = outcome_of(r);
	struct ij_wire_verdict *verdict = &out->verdict;

	finish(r, r->effect.own ? IJ_WIRE_REHEARSAL_DEADLOCK : IJ_WIRE_REHEARSAL_BUSY);
	out->status = IJ_WIRE_UNSAFE;
	verdict->reason = IJ_WIRE_REASON_REHEARSAL;
	verdict->addr = r->effect.addr;
	verdict->owner = r->effect.owner;
	snprintf(verdict->text, sizeof(verdict->text), "%s",
		 r->effect.own ? "" : "it may only be busy: another thread may hold it");
}

static void deny(struct ij_rehearsal *r)
{
	struct ij_wire_rehearsal *out = &outcome_of(r)->rehearsal;

	r->effect.kind = IJ_EFFECT_ANSWER;
	r->effect.answer = -EPERM;
	for (uint32_t i = 0; i < out->denied_len; i++) {
		if (out->denied[i].nr == r->nr && out->denied[i].arg == r->args[0]) {
			out->denied[i].count++;
			return;
		}
	}
	if (out->denied_len == IJ_WIRE_DENIED_MAX)
		out->denied_more++;
	else
		out->denied[out->denied_len++] = (struct ij_wire_denied){
			.nr = (int32_t)r->nr, .count = 1, .arg = r->args[0]};
}

static struct ij_error *at_entry_stop(struct ij_rehearsal *r, bool native)
{
	struct ij_thread *thread = &r->copy.thread;
	struct ij_regs regs;

	IJ_TRY(ij_thread_regs_get(thread, &regs));
	r->nr = ij_regs_syscall_nr(&regs);
	ij_regs_syscall_args_get(&regs, r->args);
	if (native)
		ij_effects_judge(&r->effects, r->nr, r->args, &r->effect);
	else
		r->effect = (struct ij_effect){.kind = IJ_EFFECT_DENIED};
	if (r->effect.kind == IJ_EFFECT_DENIED)
		deny(r);
	switch (r->effect.kind) {
	case IJ_EFFECT_STUCK:
		stuck(r);
		return NULL;
	case IJ_EFFECT_EXIT:
		finish(r, IJ_WIRE_REHEARSAL_EXITED);
		outcome_of(r)->exit_status = W_EXITCODE((uint32_t)r->effect.answer, 0);
		return NULL;
	case IJ_EFFECT_NONE:
		return ij_thread_resume_syscall(thread, 0);
	case IJ_EFFECT_CHANGED:
		ij_regs_syscall_change(&regs, r->nr, r->effect.args);
		break;
	case IJ_EFFECT_DENIED:
	case IJ_EFFECT_ANSWER:
	case IJ_EFFECT_SHARED:
		/* No such call: the kernel makes none. A filter is asked even then. */
		ij_regs_syscall_change(&regs, r->run->stop->means.skip, r->args);
		break;
	}
	IJ_TRY(ij_thread_regs_set(thread, &regs));
	return ij_thread_resume_syscall(thread, 0);
}

static struct ij_error *at_exit_stop(struct ij_rehearsal *r)
{
	struct ij_thread *thread = &r->copy.thread;
	struct ij_regs regs;
	bool done;

	IJ_TRY(ij_thread_regs_get(thread, &regs));
	switch (r->effect.kind) {
	case IJ_EFFECT_NONE:
		ij_effects_note(&r->effects, r->nr, r->args, ij_regs_syscall_result(&regs));
		return ij_thread_resume_syscall(thread, 0);
	case IJ_EFFECT_CHANGED:
		ij_regs_syscall_change(&regs, r->nr, r->args);
		break;
	case IJ_EFFECT_SHARED:
		IJ_TRY(ij_shared_make_private(&r->shared, &r->copy, gadget(r), r->effect.addr,
					      &done));
		if (done) {
			ij_regs_syscall_again(&regs, r->nr);
			break;
		}
		refuse_device(r, r->effect.addr);
		return NULL;
	default:
		ij_regs_syscall_result_set(&regs, r->effect.answer);
		break;
	}
	IJ_TRY(ij_thread_regs_set(thread, &regs));
	return ij_thread_resume_syscall(thread, 0);
}

static struct ij_error *on_syscall(struct ij_rehearsal *r)
{
	enum ij_syscall_stop stop;

	IJ_TRY(ij_thread_syscall_stop(&r->copy.thread, &stop));
	return stop == IJ_SYSCALL_EXIT ? at_exit_stop(r)
				       : at_entry_stop(r, stop == IJ_SYSCALL_ENTRY);
}

static void faulted(struct ij_rehearsal *r, int signo, const siginfo_t *info, ij_addr pc)
{
	struct ij_wire_outcome *out = outcome_of(r);

	finish(r, IJ_WIRE_REHEARSAL_FAULT);
	out->signo = (uint32_t)signo;
	out->sigcode = info->si_code;
	out->fault_pc = pc;
	out->fault_addr = info->si_code > 0 ? (ij_addr)(uintptr_t)info->si_addr : 0;
}

/* Memory that only the copy may not write to. */
static struct ij_error *on_fault(struct ij_rehearsal *r, int signo, const siginfo_t *info,
				 ij_addr pc)
{
	ij_addr addr = (ij_addr)(uintptr_t)info->si_addr;
	const struct ij_shared_range *range = ij_shared_find(&r->shared, addr);
	bool done = false;

	if (range && range->device) {
		refuse_device(r, addr);
		return NULL;
	}
	if (range && signo == SIGSEGV && info->si_code == SEGV_ACCERR)
		IJ_TRY(ij_shared_make_private(&r->shared, &r->copy, gadget(r), addr, &done));
	if (done)
		return ij_thread_resume_syscall(&r->copy.thread, 0);
	faulted(r, signo, info, pc);
	return NULL;
}

static bool is_stopping(int signo)
{
	return signo == SIGSTOP || signo == SIGTSTP || signo == SIGTTIN || signo == SIGTTOU;
}

static struct ij_error *on_signal(struct ij_rehearsal *r, int signo)
{
	const struct ij_pages *pages = &r->pages;
	struct ij_thread *thread = &r->copy.thread;
	struct ij_regs regs;
	siginfo_t info;

	IJ_TRY(ij_thread_regs_get(thread, &regs));
	if ((uint32_t)signo == r->desc.marker &&
	    ij_regs_pc(&regs) == ij_pages_code(pages, ij_stub_code_marked)) {
		struct ij_stub_desc desc;

		IJ_TRY(ij_pages_read(pages, &r->copy.process, ij_pages_desc(pages), &desc,
				     sizeof(desc)));
		if (desc.state == IJ_STUB_STATE_DONE) {
			r->desc = desc;
			return returned(r);
		}
	}
	IJ_TRY(ij_thread_siginfo_get(thread, &info));
	if (IJ_SIGNAL_BIT(signo) & (IJ_SIGNALS_SYNCHRONOUS | IJ_SIGNAL_BIT(SIGABRT)))
		return on_fault(r, signo, &info, ij_regs_pc(&regs));
	return ij_thread_resume_syscall(thread, is_stopping(signo) ? 0 : signo);
}

static struct ij_error *dispatch(struct ij_rehearsal *r, const struct ij_event *event)
{
	switch (event->kind) {
	case IJ_EVENT_SYSCALL:
		return on_syscall(r);
	case IJ_EVENT_SIGNAL:
		return on_signal(r, event->signo);
	case IJ_EVENT_STOP:
	case IJ_EVENT_GROUP_STOP:
	case IJ_EVENT_EXITING:
	case IJ_EVENT_CLONE:
	case IJ_EVENT_EXEC:
		return ij_thread_resume_syscall(&r->copy.thread, 0);
	case IJ_EVENT_ENDED:
		finish(r, IJ_WIRE_REHEARSAL_EXITED);
		outcome_of(r)->exit_status = (uint32_t)event->status;
		return NULL;
	case IJ_EVENT_CANCELLED:
	case IJ_EVENT_DEADLINE:
		finish(r, IJ_WIRE_REHEARSAL_TIMEOUT);
		return NULL;
	}
	return NULL;
}

static struct ij_error *follow(struct ij_rehearsal *r)
{
	struct ij_event event;

	IJ_TRY(start(r));
	while (!r->over) {
		/* One that makes system calls without end never lets the wait see its deadline. */
		if (ij_now_ns() >= r->deadline_ns)
			event = (struct ij_event){.kind = IJ_EVENT_DEADLINE};
		else
			IJ_TRY(ij_thread_wait(&r->copy.thread, r->deadline_ns, &event));
		IJ_TRY(dispatch(r, &event));
	}
	return NULL;
}

bool ij_rehearse_run(struct ij_rehearsal *r)
{
	struct ij_wire_outcome *out = outcome_of(r);
	uint64_t start_ns = ij_now_ns();
	IJ_ERROR_AUTO err = follow(r);

	if (err)
		refuse(r, err->msg);
	ij_copy_kill(&r->copy);
	r->exists = false;
	r->inj->unreaped = r->copy.inner;
	if (is_in_copy(r))
		out->call_ns = ij_now_ns() - start_ns;
	return out->rehearsal.status == IJ_WIRE_REHEARSAL_RETURNED && !is_in_copy(r);
}

struct ij_error *ij_rehearse(struct ij_rehearsal *r, struct ij_injector *inj,
			     const struct ij_run *run, const uint8_t *scratch, bool *go_ret)
{
	struct ij_wire_rehearsal *out = &run->result->outcome.rehearsal;
	struct ij_error *err;

	*go_ret = false;
	IJ_TRY(ij_rehearse_begin(r, inj, run, scratch));
	if (!r->exists)
		return NULL;
	*go_ret = ij_rehearse_run(r);
	inj->remote.deadline_ns = ij_deadline_ns(REAP_WAIT_NS);
	err = ij_copy_reap(&inj->remote, &r->copy);
	inj->unreaped = r->copy.inner;
	out->pause_ns = ij_now_ns() - r->start_ns;
	return err;
}
