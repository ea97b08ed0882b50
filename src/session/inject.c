/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Having the tracer make a call, and taking what it says of it, which is not trusted. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/session_impl.h"
#include "session/stop.h"

void ij_session_name_call(struct ij_wire_call *wire, const char *name, const char *expr)
{
	strncpy(wire->name, name ? name : "", sizeof(wire->name) - 1);
	strncpy(wire->expr, expr ? expr : wire->name, sizeof(wire->expr) - 1);
}

static bool walks_are_sound(const struct ij_wire_outcome *o)
{
	for (uint32_t i = 0; i < o->walks_len && i < IJ_WIRE_WALKS_MAX; i++)
		if (o->walks[i].path_len > IJ_WIRE_PATH_MAX)
			return false;
	return o->walks_len <= IJ_WIRE_WALKS_MAX;
}

/* Check an OUTCOME and take it apart. */
static struct ij_error *collect(const struct ij_wire_msg *msg, struct ij_call_result *ret)
{
	struct ij_call_result out = {0};
	const struct ij_wire_outcome *o = &out.outcome;
	uint64_t frames_size;

	memcpy(&out.outcome, msg->body, sizeof(out.outcome));
	frames_size = (uint64_t)o->frames_len * sizeof(ij_addr);
	if (o->frames_len > IJ_WIRE_FRAMES_MAX || o->scratch_size > IJ_WIRE_SCRATCH_MAX ||
	    o->rehearsal.string_size > IJ_WIRE_STRING_MAX ||
	    msg->size != sizeof(*o) + frames_size + o->scratch_size + o->rehearsal.string_size ||
	    o->status > IJ_WIRE_REHEARSED || o->touch > IJ_TOUCH_DIRTY ||
	    o->verdict.reason >= IJ_WIRE_REASONS || o->verdict.stack > IJ_WIRE_STACK_NOT_OWN ||
	    !walks_are_sound(o) || o->rehearsal.status > IJ_WIRE_REHEARSAL_REFUSED ||
	    o->rehearsal.denied_len > IJ_WIRE_DENIED_MAX)
		return ij_error_new(PROTOCOL, "malformed outcome of %u bytes", msg->size);
	out.outcome.text[sizeof(o->text) - 1] = 0;
	out.outcome.verdict.text[sizeof(o->verdict.text) - 1] = 0;
	for (uint32_t i = 0; i < o->walks_len; i++)
		out.outcome.walks[i].text[sizeof(o->walks[i].text) - 1] = 0;
	out.outcome.verdict.comm[sizeof(o->verdict.comm) - 1] = 0;
	memcpy(out.frames, msg->body + sizeof(*o), frames_size);
	out.frames_len = o->frames_len;
	out.regs.rax = o->rax;
	out.regs.rdx = o->rdx;
	memcpy(out.regs.xmm0, o->xmm0, sizeof(out.regs.xmm0));
	memcpy(out.regs.xmm1, o->xmm1, sizeof(out.regs.xmm1));
	memcpy(out.regs.st0, o->st0, sizeof(out.regs.st0));
	memcpy(out.regs.st1, o->st1, sizeof(out.regs.st1));
	if (o->scratch_size) {
		out.scratch = malloc(o->scratch_size);
		if (!out.scratch)
			return ij_error_nomem();
		memcpy(out.scratch, msg->body + sizeof(*o) + frames_size, o->scratch_size);
		out.scratch_size = o->scratch_size;
	}
	if (o->rehearsal.string_size) {
		const char *text =
			(const char *)msg->body + sizeof(*o) + frames_size + o->scratch_size;

		out.string = strndup(text, o->rehearsal.string_size);
		out.string_cut = strlen(out.string ? out.string : "") == o->rehearsal.string_size;
		if (!out.string) {
			free(out.scratch);
			return ij_error_nomem();
		}
	}
	*ret = out;
	return NULL;
}

static struct ij_error *inject(struct ij_session *s, const struct ij_wire_call *call,
			       const uint8_t *scratch, int capture_fd, struct ij_call_result *ret)
{
	const struct ij_request request = {
		.type = IJ_WIRE_CALL,
		.parts = {{call, sizeof(*call)}, {scratch, call->scratch_size}},
		.parts_len = 2,
		.fd = capture_fd,
		/* Of the call, and perhaps of its rehearsal. */
		.timeout_ns = 2 * call->timeout_ns + call->wait_ns,
		.answer = IJ_WIRE_OUTCOME,
		.answer_size = sizeof(struct ij_wire_outcome),
	};
	struct ij_wire_msg msg;
	struct ij_error *err;

	IJ_TRY(ij_session_request(s, &request, &msg));
	err = collect(&msg, ret);
	ij_wire_msg_close(&msg);
	return err;
}

/* At a held stop, in the thread that is looked at; it may be gone afterwards. */
static struct ij_error *inject_held(struct ij_session *s, const struct ij_wire_call *given,
				    const uint8_t *scratch, int capture_fd,
				    struct ij_call_result *ret)
{
	struct ij_wire_call call = *given;
	struct ij_call_result out;
	struct ij_error *err;

	if (!s->stop || !ij_stop_held(s->stop))
		return inject(s, given, scratch, capture_fd, ret);
	call.tid = ij_stop_thread(s->stop);
	/* It is the session's last only when that ends. */
	call.flags &= ~(uint32_t)IJ_WIRE_CALL_LAST;
	IJ_TRY(inject(s, &call, scratch, capture_fd, &out));
	err = ij_stop_renew(s->stop);
	if (err) {
		ij_call_result_deinit(&out);
		return err;
	}
	*ret = out;
	return NULL;
}

struct ij_error *ij_session_inject(struct ij_session *s, const struct ij_wire_call *call,
				   const uint8_t *scratch, struct ij_call_result *ret)
{
	struct ij_call_result out;
	struct ij_error *err;
	int fd;

	if (!(call->flags & IJ_WIRE_CALL_CAPTURE))
		return inject_held(s, call, scratch, -1, ret);
	IJ_TRY(ij_captured_open(&fd));
	err = inject_held(s, call, scratch, fd, &out);
	if (!err) {
		out.capture = true;
		err = ij_captured_read(fd, &out.captured);
		if (err)
			ij_call_result_deinit(&out);
	}
	close(fd);
	if (err)
		return err;
	*ret = out;
	return NULL;
}

struct ij_error *ij_session_ask_for(struct ij_session *s, const struct ij_call *call,
				    struct ij_marshal *marshal,
				    const struct ij_call_options *options, uint64_t *ret)
{
	struct ij_call_result result;
	struct ij_error *err =
		ij_session_inject(s, &marshal->call, marshal->scratch.items, &result);

	ij_marshal_deinit(marshal);
	if (err)
		return err;
	err = ij_outcome_error(s, call, options, &result.outcome);
	*ret = result.regs.rax;
	ij_call_result_deinit(&result);
	return err;
}
