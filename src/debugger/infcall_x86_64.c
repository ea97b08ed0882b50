/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls into a program that stands (System V psABI AMD64 1.0, 3.2): its registers are set, it runs
 * until it comes to a breakpoint at its own entry point, where the call returns to, and is put
 * back.
 *
 * What a person looks at is never moved: where a call would not be safe it is refused, unless that
 * is overruled.
 */
#include <stdio.h>
#include <string.h>

#include "debugger/debugger.h"
#include "session/pass.h"
#include "session/vectors.h"
#include "types/abi.h"

enum { RED_ZONE = 128, FLAG_TRAP = 0x100, FLAG_DIRECTION = 0x400, MXCSR = 0x1f80, CONTROL = 0x37f };

/* One call on its way. */
struct calling {
	struct ij_debugger *d;
	const char *name; /* of the function, for messages */
	struct ij_dummy dummy;
	uint64_t scratch; /* where our memory is */
};

static struct ij_error *entry_point(struct ij_debugger *d, uint64_t *ret)
{
	struct ij_session *s = ij_debugger_names(d);
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++) {
		if (!list[i]->main || !list[i]->obj)
			continue;
		*ret = list[i]->bias + ij_object_entry(list[i]->obj);
		return NULL;
	}
	return ij_error_new(NOTFOUND, "The program has no entry point.");
}

/* What the frames of the stop hold, as far as the maps of their modules know. */
static ij_classes held_by(struct ij_debugger *d, const struct ij_stack_frame **where_ret,
			  ij_classes need)
{
	ij_classes held = IJ_CLASSES_NONE;

	IJ_VEC_EACH (&d->stack.list, frame) {
		IJ_VEC_EACH (&d->maps.list, module) {
			uint64_t off = frame->pc - !frame->exact - module->base;
			const struct ij_map_func *func;
			ij_classes here;

			if (frame->pc < module->lo || frame->pc >= module->hi || frame->dummy)
				continue;
			func = ij_map_func_find(&module->map, off);
			here = module->map.header->module_classes | (func ? func->classes : 0);
			if (here & need && !(held & need))
				*where_ret = frame;
			held |= here;
		}
	}
	return held;
}

/* Refuse what the stop holds and the callee may want. */
static struct ij_error *judge(struct ij_debugger *d, const struct ij_host_call *call,
			      const struct ij_call_options *options)
{
	const struct ij_prototype *proto = call->func ? call->func->proto : NULL;
	ij_classes need = proto ? proto->need : IJ_CLASSES_ALL;
	const struct ij_stack_frame *where = NULL;
	const char *name = NULL;

	if (options && options->force)
		return NULL;
	IJ_TRY(ij_stack_get(d));
	if (!(held_by(d, &where, need) & need) || !where)
		return NULL;
	(void)ij_debugger_function(d, where->pc - !where->exact, &name, NULL, NULL);
	return ij_error_new(UNSAFE,
			    "The call would not be safe here: the thread is in %s, which holds "
			    "what the function may need.\nIt is not moved, for you look at it; "
			    "\"set interject unsafe allow\" makes the call all the same.",
			    name ? name : "code");
}

static struct ij_error *function_at(struct ij_debugger *d, const struct ij_host_call *call,
				    uint64_t *ret, bool *resolver_ret)
{
	const struct ij_func *func = call->func;
	struct ij_session *s = ij_debugger_names(d);
	struct ij_resolved found;
	IJ_STRBUF_AUTO spec = {0};

	*resolver_ret = false;
	if (func->addr) {
		*ret = func->addr;
		return NULL;
	}
	if (!func->name)
		return ij_error_new(TYPE, "The function has no address.");
	if (func->module)
		ij_strbuf_printf(&spec, "%s!", func->module);
	ij_strbuf_puts(&spec, func->name);
	IJ_TRY(ij_strbuf_error(&spec));
	IJ_TRY(ij_modules_resolve(s->mods, spec.str, &found));
	*ret = found.addr;
	*resolver_ret = found.needs_resolver;
	return NULL;
}

/* The words on the stack at @sp, of which those that lead to our memory become addresses. */
static struct ij_error *put_words(struct calling *c, const struct ij_marshal *marshal, uint64_t sp)
{
	const struct ij_wire_call *wire = &marshal->call;
	const uint8_t *from = wire->stack_far ? marshal->scratch.items + wire->stack_off
					      : (const uint8_t *)wire->stack_args;
	size_t size = wire->stack_len * sizeof(uint64_t);
	uint64_t *words = malloc(size + 1);
	struct ij_error *err;

	if (!words)
		return ij_error_nomem();
	memcpy(words, from, size);
	for (unsigned i = IJ_WIRE_INT_ARGS; i < 64; i++)
		if (wire->scratch_mask >> i & 1)
			words[i - IJ_WIRE_INT_ARGS] += c->scratch;
	for (unsigned i = 0; i < wire->pointers_len; i++)
		words[wire->pointers[i] - wire->stack_off / sizeof(uint64_t)] += c->scratch;
	err = size ? ij_inferior_write(c->d->inf, sp, words, size) : NULL;
	free(words);
	return err;
}

/* Our memory and the arguments below the stack's red zone, and the registers of a call. */
static struct ij_error *lay_out(struct calling *c, const struct ij_marshal *marshal, uint64_t func)
{
	const struct ij_wire_call *wire = &marshal->call;
	struct ij_debugger *d = c->d;
	struct user_regs_struct gp = c->dummy.gp;
	struct user_fpregs_struct fp;
	unsigned long long *const ints[] = {&gp.rdi, &gp.rsi, &gp.rdx, &gp.rcx, &gp.r8, &gp.r9};
	uint64_t sp = gp.rsp - RED_ZONE;

	IJ_TRY(ij_inferior_fpregs(d->inf, c->dummy.tid, &fp));
	c->scratch = (sp - marshal->scratch.len) & ~(uint64_t)63;
	if (marshal->scratch.len)
		IJ_TRY(ij_inferior_write(d->inf, c->scratch, marshal->scratch.items,
					 marshal->scratch.len));
	sp = (c->scratch - 8ull * wire->stack_len) & ~(uint64_t)63;
	for (unsigned i = 0; i < IJ_WIRE_INT_ARGS; i++)
		*ints[i] = wire->int_args[i] + (wire->scratch_mask >> i & 1 ? c->scratch : 0);
	IJ_TRY(put_words(c, marshal, sp));
	c->dummy.sp = sp;
	sp -= 8;
	IJ_TRY(ij_inferior_write(d->inf, sp, &c->dummy.addr, 8));
	gp.rsp = sp;
	gp.rip = func;
	gp.rax = wire->sse_len;
	gp.orig_rax = UINT64_MAX;
	gp.eflags &= ~(unsigned long long)(FLAG_TRAP | FLAG_DIRECTION);
	/* The ABI's state at a function's entry: an empty x87 stack, default modes. */
	fp.cwd = CONTROL;
	fp.ftw = 0;
	fp.swd = 0;
	fp.mxcsr = MXCSR;
	for (unsigned i = 0; i < wire->sse_len && i < IJ_WIRE_SSE_ARGS; i++) {
		if (wire->vector_size)
			memcpy(fp.xmm_space + 4 * i,
			       marshal->scratch.items + wire->vectors_off +
				       (size_t)i * IJ_WIRE_VECTOR_SIZE,
			       16);
		else
			memcpy(fp.xmm_space + 4 * i, &wire->sse_args[i], 8);
	}
	IJ_TRY(ij_inferior_fpregs_set(d->inf, c->dummy.tid, &fp));
	return ij_inferior_regs_set(d->inf, c->dummy.tid, &gp);
}

struct ij_error *ij_infcall_restore(struct ij_debugger *d)
{
	struct ij_dummy dummy = d->dummies.items[--d->dummies.len];
	struct ij_error *err;

	ij_inferior_break_clear(d->inf, dummy.addr);
	ij_stack_forget(d);
	err = ij_inferior_xstate_set(d->inf, dummy.tid, dummy.xstate, dummy.xstate_size);
	free(dummy.xstate);
	IJ_TRY(err);
	return ij_inferior_regs_set(d->inf, dummy.tid, &dummy.gp);
}

static struct ij_error *stopped(struct calling *c, const struct ij_debugger_event *event)
{
	struct ij_debugger *d = c->d;

	d->has_call_event = true;
	d->call_event = *event;
	switch (event->kind) {
	case IJ_DEBUGGER_EXITED:
	case IJ_DEBUGGER_KILLED:
		return ij_error_new(GONE,
				    "The program being debugged exited while in a function called "
				    "from GDB.\nEvaluation of the expression containing the "
				    "function\n(%s) will be abandoned.",
				    c->name);
	case IJ_DEBUGGER_SIGNALLED:
		if (d->unwind_on_signal) {
			IJ_TRY(ij_infcall_restore(d));
			d->has_call_event = true;
			return ij_error_new(
				CALLFAULT,
				"The program being debugged was signaled while in a function "
				"called from GDB.\nGDB has restored the context to what it was "
				"before the call.\nTo change this behavior use \"set "
				"unwindonsignal off\".\nEvaluation of the expression containing "
				"the function\n(%s) will be abandoned.",
				c->name);
		}
		return ij_error_new(
			CALLFAULT,
			"The program being debugged was signaled while in a function called from "
			"GDB.\nGDB remains in the frame where the signal was received.\nTo change "
			"this behavior use \"set unwindonsignal on\".\nEvaluation of the "
			"expression containing the function\n(%s) will be abandoned.\nWhen the "
			"function is done executing, GDB will silently stop it.",
			c->name);
	default:
		return ij_error_new(CALLFAULT,
				    "The program being debugged stopped while in a function called "
				    "from GDB.\nEvaluation of the expression containing the "
				    "function\n(%s) will be abandoned.\nWhen the function is done "
				    "executing, GDB will silently stop.",
				    c->name);
	}
}

/* Run until the call has returned. */
static struct ij_error *run(struct calling *c)
{
	struct ij_debugger *d = c->d;
	struct ij_debugger_event event;

	for (;;) {
		struct user_regs_struct gp;
		bool hit;

		IJ_TRY(ij_step_run(d, false, false, &c->dummy.addr, 1, &hit, &event));
		if (!hit)
			return stopped(c, &event);
		IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
		if (d->current == c->dummy.tid && gp.rsp >= c->dummy.sp)
			return NULL;
	}
}

static struct ij_error *registers_of(struct ij_debugger *d, struct ij_result_regs *ret)
{
	struct user_fpregs_struct fp;
	struct user_regs_struct gp;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	IJ_TRY(ij_inferior_fpregs(d->inf, d->current, &fp));
	*ret = (struct ij_result_regs){.rax = gp.rax, .rdx = gp.rdx};
	memcpy(ret->xmm0, fp.xmm_space, sizeof(ret->xmm0));
	memcpy(ret->xmm1, fp.xmm_space + 4, sizeof(ret->xmm1));
	memcpy(ret->st0, fp.st_space, sizeof(ret->st0));
	memcpy(ret->st1, fp.st_space + 4, sizeof(ret->st1));
	return NULL;
}

/* Make one call; @result: NULL: rax alone is wanted, in @rax_ret. */
static struct ij_error *make(struct calling *c, const struct ij_marshal *marshal, uint64_t func,
			     const struct ij_passed_result *where, const struct ij_ctype *result,
			     uint8_t *bytes, uint64_t *rax_ret)
{
	struct ij_debugger *d = c->d;
	struct ij_result_regs regs;
	struct ij_error *err;
	uint8_t *scratch;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &c->dummy.gp));
	c->dummy.tid = d->current;
	IJ_TRY(entry_point(d, &c->dummy.addr));
	IJ_TRY(ij_vec_reserve(&d->dummies, 1));
	IJ_TRY(ij_inferior_xstate(d->inf, d->current, &c->dummy.xstate, &c->dummy.xstate_size));
	err = ij_inferior_break_set(d->inf, c->dummy.addr);
	if (err) {
		free(c->dummy.xstate);
		return err;
	}
	d->dummies.items[d->dummies.len++] = c->dummy;
	ij_stack_forget(d);
	err = lay_out(c, marshal, func);
	if (err) {
		ij_error_free(ij_infcall_restore(d));
		return err;
	}
	d->dummies.items[d->dummies.len - 1].sp = c->dummy.sp;
	IJ_TRY(run(c));
	err = registers_of(d, &regs);
	if (rax_ret)
		*rax_ret = regs.rax;
	if (!err && bytes && result) {
		size_t size = marshal->scratch.len;

		scratch = malloc(size + 1);
		err = scratch ? NULL : ij_error_nomem();
		if (!err && size)
			err = ij_inferior_read(d->inf, c->scratch, scratch, size);
		if (!err)
			err = ij_pass_result(result, where, &regs, scratch, size, bytes);
		free(scratch);
	}
	if (err) {
		ij_error_free(ij_infcall_restore(d));
		return err;
	}
	return ij_infcall_restore(d);
}

/* What the resolver at @addr chooses. */
static struct ij_error *resolve(struct ij_debugger *d, uint64_t addr, uint64_t *ret)
{
	struct ij_marshal none = {.call = {.need = IJ_CLASSES_ALL}};
	struct calling c = {.d = d, .name = "an IFUNC's resolver"};

	return make(&c, &none, addr, NULL, NULL, NULL, ret);
}

struct ij_error *ij_infcall(struct ij_host *host, const struct ij_host_call *call,
			    struct ij_arena *arena, struct ij_val *ret)
{
	struct ij_debugger_host *dh = (struct ij_debugger_host *)host;
	struct ij_debugger *d = dh->debugger;
	struct ij_session *s = ij_debugger_names(d);
	const char *name = call->func && call->func->name ? call->func->name : "at the address";
	struct calling c = {.d = d, .name = name};
	struct ij_passed_result where;
	const struct ij_inferior_thread *thread;
	struct ij_marshal marshal;
	struct ij_error *err;
	uint64_t func = 0;
	bool resolver;

	(void)arena;
	if (!d->inf)
		return ij_error_new(NOPROC, "You can't do that without a process to debug.");
	IJ_TRY(judge(d, call, dh->sh.options));
	thread = ij_inferior_thread(d->inf, d->current);
	if (thread && thread->calls)
		return ij_error_new(UNSAFE, "The program is about to make a system call, which a "
					    "call would take the place of.");
	IJ_TRY(function_at(d, call, &func, &resolver));
	if (!call->func || !call->func->name)
		(void)ij_debugger_function(d, func, &c.name, NULL, NULL);
	if (resolver)
		IJ_TRY(resolve(d, func, &func));
	if (ij_pass_is_wide(call) && ij_vectors_max(s->mods, &s->mem.mem, func) > 16)
		return ij_error_new(UNSUPPORTED, "Vectors of over 16 bytes cannot be passed in "
						 "registers here.");
	IJ_TRY(ij_pass(call, 16, NULL, 0, &marshal, &where));
	err = make(&c, &marshal, func, &where, call->result, ret->bytes, NULL);
	ij_marshal_deinit(&marshal);
	return err;
}

struct ij_error *ij_infcall_result(struct ij_debugger *d, const struct ij_ctype *type,
				   struct ij_datum *ret)
{
	const struct ij_passed_result where = {.in_scratch = false};
	struct ij_result_regs regs;
	struct ij_abi abi;

	IJ_TRY(registers_of(d, &regs));
	IJ_TRY(ij_ctype_complete(ij_ctype_strip(type)));
	IJ_TRY(ij_val_make(&ret->arena, type, NULL, &ret->val));
	IJ_TRY(ij_abi_classify(type, &abi));
	if (abi.memory) {
		ret->val.place = IJ_VAL_TARGET;
		ret->val.addr = regs.rax;
		return ij_debugger_read(d, regs.rax, ret->val.bytes, ij_ctype_strip(type)->size);
	}
	return ij_pass_result(type, &where, &regs, NULL, 0, ret->val.bytes);
}

struct ij_error *ij_infcall_put(struct ij_debugger *d, const struct ij_val *value)
{
	struct user_fpregs_struct fp;
	struct user_regs_struct gp;
	unsigned ints = 0, sses = 0;
	struct ij_abi abi;

	IJ_TRY(ij_abi_classify(value->type, &abi));
	if (abi.memory)
		return ij_error_new(UNSUPPORTED, "Location of return value unknown");
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	IJ_TRY(ij_inferior_fpregs(d->inf, d->current, &fp));
	for (unsigned i = 0; i < abi.len; i++) {
		uint64_t size = ij_ctype_strip(value->type)->size - 8ull * i, word = 0;

		memcpy(&word, value->bytes + 8ull * i, size < 8 ? size : 8);
		if (abi.classes[i] == IJ_ABI_INTEGER) {
			*(ints++ ? &gp.rdx : &gp.rax) = word;
		} else if (abi.classes[i] == IJ_ABI_SSE) {
			memcpy(fp.xmm_space + 4 * sses++, &word, 8);
		} else if (abi.classes[i] == IJ_ABI_X87) {
			memcpy(fp.st_space, value->bytes, 10);
			fp.swd = (unsigned short)(7 << 11);
			fp.ftw = 0x80;
		}
	}
	IJ_TRY(ij_inferior_fpregs_set(d->inf, d->current, &fp));
	return ij_inferior_regs_set(d->inf, d->current, &gp);
}
