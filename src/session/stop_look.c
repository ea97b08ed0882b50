/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is looked at in a held stop: registers, frames, memory, code. */
#include <string.h>

#include "session/stop.h"

static struct ij_error *take_regs(struct ij_stop *stop, const struct ij_wire_msg *msg)
{
	struct ij_wire_regs head;

	memcpy(&head, msg->body, sizeof(head));
	if (head.general_size != sizeof(struct ij_regs) || head.xstate_size > IJ_XSTATE_MAX ||
	    msg->size != sizeof(head) + head.general_size + head.xstate_size)
		return ij_error_new(PROTOCOL, "malformed registers of %u bytes", msg->size);
	memcpy(&stop->regs.general, msg->body + sizeof(head), head.general_size);
	memcpy(stop->regs.xstate, msg->body + sizeof(head) + head.general_size, head.xstate_size);
	stop->regs.xstate_size = head.xstate_size;
	stop->regs_known = true;
	return NULL;
}

static struct ij_error *not_held(const struct ij_stop *stop)
{
	return ij_error_new(GONE, "nothing of process %d is held any more", stop->session->pid);
}

struct ij_error *ij_stop_need_regs(struct ij_stop *stop)
{
	const struct ij_wire_regs_get body = {.tid = stop->tid};
	const struct ij_request request = {
		.type = IJ_WIRE_REGS_GET,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_REGS,
		.answer_size = sizeof(struct ij_wire_regs),
	};
	struct ij_wire_msg msg;

	if (stop->regs_known)
		return NULL;
	if (!stop->held)
		return not_held(stop);
	ij_session_begin(stop->session);
	IJ_TRY(ij_session_request(stop->session, &request, &msg));
	ij_wire_msg_close(&msg);
	return take_regs(stop, &msg);
}

static struct ij_error *take_frames(struct ij_stop *stop, const struct ij_wire_msg *msg)
{
	struct ij_wire_frames head;
	size_t size;

	memcpy(&head, msg->body, sizeof(head));
	size = head.len * sizeof(struct ij_wire_frame);
	if (head.len > IJ_WIRE_HELD_FRAMES_MAX || msg->size != sizeof(head) + size)
		return ij_error_new(PROTOCOL, "malformed frames of %u bytes", msg->size);
	IJ_TRY(ij_vec_reserve(&stop->frames, head.len));
	head.text[sizeof(head.text) - 1] = 0;
	stop->frames_head = head;
	stop->frames.len = head.len;
	if (size)
		memcpy(stop->frames.items, msg->body + sizeof(head), size);
	stop->frames_known = true;
	return NULL;
}

static struct ij_error *need_frames(struct ij_stop *stop)
{
	const struct ij_wire_frames_get body = {.tid = stop->tid, .max = IJ_WIRE_HELD_FRAMES_MAX};
	const struct ij_request request = {
		.type = IJ_WIRE_FRAMES_GET,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_FRAMES,
		.answer_size = sizeof(struct ij_wire_frames),
	};
	struct ij_wire_msg msg;

	if (stop->frames_known)
		return NULL;
	if (!stop->held)
		return not_held(stop);
	ij_session_begin(stop->session);
	/* Modules that came since. */
	IJ_TRY(ij_session_refresh(stop->session));
	IJ_TRY(ij_session_request(stop->session, &request, &msg));
	ij_wire_msg_close(&msg);
	return take_frames(stop, &msg);
}

struct ij_error *ij_stop_need_frame(struct ij_stop *stop, unsigned level,
				    const struct ij_wire_frame **ret)
{
	const struct ij_wire_frames *head = &stop->frames_head;
	char text[256];

	IJ_TRY(need_frames(stop));
	if (level < stop->frames.len) {
		*ret = &stop->frames.items[level];
		return NULL;
	}
	if (head->complete || !head->text[0])
		return ij_error_new(NOTFOUND, "there are %zu frames%s", stop->frames.len,
				    head->complete ? "" : ", or more");
	ij_stop_describe(stop, head->end_pc, text, sizeof(text));
	return ij_error_new(NOTFOUND, "there are %zu frames; unwinding ended at %s: %s",
			    stop->frames.len, text, head->text);
}

struct ij_error *ij_stop_frame(struct ij_stop *stop, unsigned level, struct ij_stop_frame *ret)
{
	const struct ij_wire_frame *frame;
	const struct ij_module *module;
	struct ij_stop_frame out;

	IJ_TRY(ij_stop_need_frame(stop, level, &frame));
	out = (struct ij_stop_frame){.pc = frame->pc,
				     .cfa = frame->cfa,
				     .exact = frame->flags & IJ_WIRE_FRAME_EXACT,
				     .guessed = frame->flags & IJ_WIRE_FRAME_GUESSED,
				     .signal = frame->flags & IJ_WIRE_FRAME_SIGNAL};
	/* A return address may be the first behind a function that does not return. */
	ij_modules_locate(stop->session->mods, frame->pc - !out.exact, &out.function, &out.offset,
			  &module);
	out.offset += !out.exact;
	out.module = module ? module->name : NULL;
	*ret = out;
	return NULL;
}

size_t ij_stop_registers(void)
{
	size_t len;

	ij_regfile_list(&len);
	return len;
}

const char *ij_register_name(size_t idx)
{
	size_t len;
	const struct ij_reg *list = ij_regfile_list(&len);

	return idx < len ? list[idx].name : NULL;
}

static struct ij_error *register_at(size_t idx, const struct ij_reg **ret)
{
	size_t len;
	const struct ij_reg *list = ij_regfile_list(&len);

	if (idx >= len)
		return ij_error_new(NOTFOUND, "there is no register %zu", idx);
	*ret = &list[idx];
	return NULL;
}

static struct ij_error *missing(const struct ij_reg *reg)
{
	return ij_error_new(NOTFOUND, "this processor has no register %s", reg->name);
}

struct ij_error *ij_stop_register(struct ij_stop *stop, unsigned level, size_t idx,
				  struct ij_register *ret)
{
	const struct ij_wire_frame *frame;
	const struct ij_reg *reg = NULL;
	struct ij_register out = {0};
	int number;

	IJ_TRY(register_at(idx, &reg));
	_Static_assert(IJ_REGISTER_SIZE_MAX == IJ_REG_SIZE_MAX, "one size");
	out.name = reg->name;
	out.group = (enum ij_register_group)reg->group;
	out.size = reg->size;
	IJ_TRY(ij_stop_need_regs(stop));
	if (!ij_regfile_get(&stop->regs, reg, out.bytes))
		return missing(reg);
	out.known = true;
	if (level) {
		IJ_TRY(ij_stop_need_frame(stop, level, &frame));
		number = ij_reg_dwarf(reg);
		memset(out.bytes, 0, sizeof(out.bytes));
		out.known = number >= 0 && frame->known >> number & 1;
		if (out.known)
			memcpy(out.bytes, &frame->regs[number], sizeof(frame->regs[number]));
	}
	*ret = out;
	return NULL;
}

struct ij_error *ij_stop_register_find(const char *name, size_t *ret)
{
	const struct ij_reg *reg = ij_regfile_find(name);
	size_t len;

	if (!reg)
		return ij_error_new(NOTFOUND, "there is no register \"%.40s\"", name);
	*ret = (size_t)(reg - ij_regfile_list(&len));
	return NULL;
}

/* Set what is in stop->regs: the general registers, or the others. */
static struct ij_error *put(struct ij_stop *stop, bool general)
{
	struct ij_wire_regs head = {.tid = stop->tid};
	struct ij_request request = {
		.type = IJ_WIRE_REGS_SET,
		.parts = {{&head, sizeof(head)}},
		.parts_len = 2,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	struct ij_wire_msg msg;

	/* What is there is told anew. */
	ij_stop_forget(stop);
	ij_session_begin(stop->session);
	if (general) {
		head.general_size = sizeof(stop->regs.general);
		request.parts[1] =
			(struct ij_wire_part){&stop->regs.general, sizeof(stop->regs.general)};
	} else {
		head.xstate_size = (uint32_t)stop->regs.xstate_size;
		request.parts[1] = (struct ij_wire_part){stop->regs.xstate, stop->regs.xstate_size};
	}
	IJ_TRY(ij_session_request(stop->session, &request, &msg));
	ij_wire_msg_close(&msg);
	return NULL;
}

struct ij_error *ij_stop_register_set(struct ij_stop *stop, size_t idx, const void *bytes,
				      size_t size)
{
	const struct ij_reg *reg = NULL;

	IJ_TRY(register_at(idx, &reg));
	if (size != reg->size)
		return ij_error_new(USAGE, "register %s has %u bytes, not %zu", reg->name,
				    reg->size, size);
	IJ_TRY(ij_stop_need_regs(stop));
	if (!ij_regfile_set(&stop->regs, reg, bytes))
		return missing(reg);
	return put(stop, reg->where == IJ_REG_IN_GENERAL);
}

struct ij_error *ij_stop_general_set(struct ij_stop *stop, const struct ij_regs *regs)
{
	stop->regs.general = *regs;
	return put(stop, true);
}

struct ij_error *ij_stop_xstate_set(struct ij_stop *stop, const void *xstate, size_t size)
{
	if (size > sizeof(stop->regs.xstate))
		return ij_error_new(LIMIT, "%zu bytes of a thread's state", size);
	memcpy(stop->regs.xstate, xstate, size);
	stop->regs.xstate_size = size;
	return put(stop, false);
}

struct ij_error *ij_stop_read(struct ij_stop *stop, uint64_t addr, void *buf, size_t size)
{
	return ij_mem_read(&stop->session->mem.mem, addr, buf, size);
}

struct ij_error *ij_stop_write(struct ij_stop *stop, uint64_t addr, const void *bytes, size_t size)
{
	const uint8_t *from = bytes;

	ij_session_begin(stop->session);
	stop->frames_known = false;
	for (size_t done = 0, part; done < size; done += part) {
		part = size - done < IJ_WIRE_WRITE_MAX ? size - done : IJ_WIRE_WRITE_MAX;
		IJ_TRY(ij_session_write(stop->session, addr + done, from + done, part));
	}
	return NULL;
}
