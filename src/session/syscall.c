/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One system call in the target, without a function: laid out, injected, and what it left. */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#include "session/calls.h"
#include "session/location.h"
#include "session/session_impl.h"
#include "session/sysrules.h"

/* What a sleep does to the restart block of the thread it is injected into. */
static bool is_sleep(int nr)
{
	return nr == SYS_nanosleep || nr == SYS_clock_nanosleep;
}

static void lay_out(const struct ij_syscall *call, const struct ij_call_options *options,
		    struct ij_wire_call *ret)
{
	struct ij_wire_callee *callee = &ret->callee;

	*ret = (struct ij_wire_call){
		.need = IJ_CLASSES_NONE,
		.timeout_ns = options->timeout_ns,
		.pause_ns = options->pause_ns,
		.wait_ns = options->wait_ns,
		.tid = options->tid,
		.walkers = options->walkers,
		.flags = IJ_WIRE_CALL_SYSCALL | (options->force ? IJ_WIRE_CALL_FORCE : 0) |
			 (options->last ? IJ_WIRE_CALL_LAST : 0) |
			 (options->capture ? IJ_WIRE_CALL_CAPTURE : 0) |
			 (is_sleep(call->proto.nr) ? IJ_WIRE_CALL_TIMED : 0),
		.scratch_size = (uint32_t)call->mem.bytes.len,
		.scratch_room = (uint32_t)call->mem.bytes.len,
	};
	IJ_VEC_EACH (&call->mem.pointers, off) {
		ret->pointers[ret->pointers_len++] = (uint16_t)(*off / sizeof(uint64_t));
	}
	ij_calls_init(callee);
	callee->plain = 1;
	callee->syscalls[0] = (uint16_t)call->proto.nr;
	callee->syscalls_len = 1;
	for (unsigned i = 0; i < IJ_SYSCALL_ARGS_MAX; i++) {
		ret->int_args[i] = i < call->args_len ? call->args[i].value : 0;
		if (i < call->args_len && call->args[i].memory) {
			ret->scratch_mask |= (uint64_t)1 << i;
			continue;
		}
		callee->args[i] = ret->int_args[i];
		callee->args_known |= (uint8_t)(1u << i);
	}
}

/* What descriptor @fd is open on in the target; NULL if it is not open or cannot be told. */
static struct ij_error *read_fd(struct ij_session *s, int fd, char **ret)
{
	const struct ij_wire_read_fd body = {.fd = fd};
	const struct ij_request request = {
		.type = IJ_WIRE_READ_FD,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_FD_LINK,
		.answer_size = sizeof(struct ij_wire_fd_link),
	};
	struct ij_wire_fd_link link;
	struct ij_wire_msg msg;

	*ret = NULL;
	IJ_TRY(ij_session_request(s, &request, &msg));
	memcpy(&link, msg.body, sizeof(link));
	ij_wire_msg_close(&msg);
	link.text[sizeof(link.text) - 1] = 0;
	if (!link.text[0])
		return NULL;
	*ret = strdup(link.text);
	return *ret ? NULL : ij_error_nomem();
}

/* The descriptors that the call is about, as they are before it: close(2) leaves none to be asked.
 */
static struct ij_error *read_args(struct ij_session *s, const struct ij_syscall *call,
				  struct ij_syscall_result *out)
{
	for (unsigned i = 0; i < call->args_len; i++) {
		const struct ij_sysarg *arg = &call->args[i];
		bool fd = arg->param.kind == IJ_SYSKIND_FD || arg->param.kind == IJ_SYSKIND_DIRFD;

		if (fd && !arg->memory && (int)arg->value >= 0)
			IJ_TRY(read_fd(s, (int)arg->value, &out->fds[i]));
	}
	return NULL;
}

/* As the C library would return it, with errno apart. */
static struct ij_error *finish(struct ij_session *s, const struct ij_syscall *call,
			       struct ij_syscall_result *out)
{
	struct ij_wire_outcome *o = &out->call.outcome;
	int fds[IJ_SYSCALL_RECEIVED_MAX];
	size_t len;

	if (o->status != IJ_WIRE_DONE)
		return NULL;
	out->value = o->rax;
	o->callee_errno = ij_syscall_errno(o->rax);
	o->errno_known = o->callee_errno != 0;
	if (o->errno_known)
		out->call.regs.rax = (uint64_t)-1;
	else if (call->proto.ret == IJ_SYSKIND_FD)
		IJ_TRY(read_fd(s, (int)o->rax, &out->fd));
	len = ij_syscall_received(call, o->rax, out->call.scratch, out->call.scratch_size, fds,
				  IJ_COUNT(fds));
	for (size_t i = 0; i < len; i++) {
		out->received[i].fd = fds[i];
		IJ_TRY(read_fd(s, fds[i], &out->received[i].what));
		out->received_len++;
	}
	return NULL;
}

static struct ij_error *run(struct ij_session *s, const struct ij_syscall *call,
			    const struct ij_call_options *options, struct ij_syscall_result *out)
{
	struct ij_call named = {.text = call->text, .func = call->text};
	struct ij_wire_call wire;
	char name[32];

	if (call->proto.name)
		snprintf(name, sizeof(name), "%s(2)", call->proto.name);
	else
		snprintf(name, sizeof(name), "system call %d", call->proto.nr);
	named.func = name;
	lay_out(call, options, &wire);
	if (options->at)
		IJ_TRY(ij_error_wrap(ij_location_resolve(s->mods, options->at, &wire.at), "--at"));
	IJ_TRY(read_args(s, call, out));
	ij_session_name_call(&wire, call->proto.name, call->text);
	IJ_TRY(ij_session_inject(s, &wire, call->mem.bytes.items, &out->call));
	out->call.need = IJ_CLASSES_NONE;
	out->call.error = ij_outcome_error(s, &named, options, &out->call.outcome);
	return finish(s, call, out);
}

struct ij_error *ij_session_syscall(struct ij_session *s, const struct ij_syscall *call,
				    const struct ij_call_options *options,
				    struct ij_syscall_result *ret)
{
	struct ij_syscall_result out = {0};
	struct ij_error *err;

	ij_session_begin(s);
	IJ_TRY(ij_session_refresh(s));
	IJ_TRY(ij_sysrules_check(call, &s->vmas, options->force));
	err = run(s, call, options, &out);
	if (err) {
		ij_syscall_result_deinit(&out);
		return err;
	}
	out.note = ij_sysrules_note(call);
	*ret = out;
	return NULL;
}

void ij_syscall_result_deinit(struct ij_syscall_result *result)
{
	ij_call_result_deinit(&result->call);
	for (unsigned i = 0; i < IJ_SYSCALL_ARGS_MAX; i++)
		free(result->fds[i]);
	free(result->fd);
	for (size_t i = 0; i < result->received_len; i++)
		free(result->received[i].what);
	*result = (struct ij_syscall_result){0};
}
