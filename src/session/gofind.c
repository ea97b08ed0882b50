/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go targets: finding the runtime, in the program or in a library of it, and telling the tracer. */
#include "session/go.h"

#include <stdio.h>
#include <string.h>

#include "arch/decode.h"
#include "session/location.h"

/* From m.curg to m.locks (src/runtime/runtime2.go); 1.11 had no m.oldp between them. */
enum { LOCKS_OFF = 72, LOCKS_OFF_11 = 64 };
/* runtime.tlsg of a program is the last word before the thread pointer. */
enum { TLS_OFF = -8 };
/* The code of syscall.Syscall and Syscall6 is smaller. */
enum { CALL_CODE_MAX = 512 };

static bool name_of(void *ctx, uint64_t vaddr, const char **name_ret, uint64_t *start_ret)
{
	const struct ij_goprog *prog = ctx;
	struct ij_gotab_func func;

	if (!ij_goprog_find(prog, vaddr, &func))
		return false;
	*name_ret = ij_gotab_name(ij_goprog_tab(prog), &func);
	*start_ret = func.start;
	return **name_ret != 0;
}

static void part_close(const struct ij_session_go_part *part)
{
	ij_object_namer_set(part->module->obj, NULL, NULL);
	ij_goprog_close(part->prog);
}

void ij_session_go_forget(struct ij_session *s)
{
	if (s->go.prog)
		part_close(&(struct ij_session_go_part){s->go.prog, s->go.module});
	IJ_VEC_EACH (&s->go.plugins, plugin)
		part_close(plugin);
	ij_vec_deinit(&s->go.plugins);
	s->go = (struct ij_session_go){0};
}

static void take_runtime(struct ij_session *s, const struct ij_session_go_part *part)
{
	s->go.prog = part->prog;
	s->go.module = part->module;
	s->go.main = part->module->main;
	s->go.types = ij_goprog_types(part->prog);
	if (s->go.types)
		s->go.types += part->module->bias;
}

/* What Go of @module is: that of the program; else of one a plugin, which has the program's
 * runtime; else the runtime of a library (c-shared), of the first one if there are several. */
static struct ij_error *take(struct ij_session *s, struct ij_module *module)
{
	struct ij_session_go_part part = {.module = module};
	struct ij_error *err = ij_goprog_open(module->obj, &part.prog);

	if (err && err->code == IJ_ERR_NOTFOUND) {
		ij_error_free(err);
		return NULL;
	}
	/* That a library is of an unknown version is no obstacle to what is not Go. */
	if (err && !module->main && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		return NULL;
	}
	IJ_TRY(err);
	if (s->go.prog && !s->go.main) {
		ij_goprog_close(part.prog);
		return NULL;
	}
	ij_object_namer_set(module->obj, name_of, part.prog);
	if (s->go.prog)
		err = ij_vec_push(&s->go.plugins, part);
	else
		take_runtime(s, &part);
	if (err)
		part_close(&part);
	return err;
}

struct ij_error *ij_session_go_find(struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++)
		if (list[i]->main && list[i]->obj)
			IJ_TRY(take(s, list[i]));
	for (size_t i = 0; i < len; i++)
		if (!list[i]->main && list[i]->obj)
			IJ_TRY(take(s, list[i]));
	return NULL;
}

static bool named_in(const struct ij_goprog *prog, const struct ij_module *module, const char *name,
		     struct ij_go_found *ret)
{
	if (!ij_goprog_named(prog, name, &ret->func))
		return false;
	ret->prog = prog;
	ret->addr = module->bias + ret->func.start;
	return true;
}

bool ij_session_go_named(const struct ij_session *s, const char *name, struct ij_go_found *ret)
{
	if (!s->go.prog)
		return false;
	if (named_in(s->go.prog, s->go.module, name, ret))
		return true;
	IJ_VEC_EACH (&s->go.plugins, plugin)
		if (named_in(plugin->prog, plugin->module, name, ret))
			return true;
	return false;
}

static bool at_in(const struct ij_goprog *prog, const struct ij_module *module, ij_addr addr,
		  struct ij_go_found *ret)
{
	if (!ij_goprog_find(prog, addr - module->bias, &ret->func))
		return false;
	ret->prog = prog;
	ret->addr = module->bias + ret->func.start;
	return true;
}

bool ij_session_go_at(const struct ij_session *s, ij_addr addr, struct ij_go_found *ret)
{
	if (!s->go.prog)
		return false;
	if (at_in(s->go.prog, s->go.module, addr, ret))
		return true;
	IJ_VEC_EACH (&s->go.plugins, plugin)
		if (at_in(plugin->prog, plugin->module, addr, ret))
			return true;
	return false;
}

bool ij_session_go_has(const struct ij_session *s, const struct ij_call *call)
{
	struct ij_go_found found;

	return call->go &&
	       (ij_session_go_named(s, call->go->name, &found) ||
		(call->go->fallback && ij_session_go_named(s, call->go->fallback, &found)));
}

/* Does @call name a function that is there and is none of Go's? */
static bool is_native(struct ij_session *s, const struct ij_call *call)
{
	struct ij_gotab_func func;
	struct ij_resolved found;
	struct ij_error *err;
	char *spec;

	if (call->go || call->not_simple || !call->func ||
	    asprintf(&spec, "%s%s%s", call->module ? call->module : "", call->module ? "!" : "",
		     call->func) < 0)
		return false;
	err = ij_modules_resolve(s->mods, spec, &found);
	free(spec);
	ij_error_free(err);
	return !err && !ij_goprog_find(s->go.prog, found.addr - s->go.module->bias, &func);
}

bool ij_session_go_speaks(struct ij_session *s, const struct ij_call *call)
{
	return s->go.main && !is_native(s, call);
}

static ij_addr loaded(const struct ij_session *s, uint64_t vaddr)
{
	return s->go.module->bias + vaddr;
}

struct ij_error *ij_session_go_locate(struct ij_session *s, const char *text, ij_addr *ret)
{
	struct ij_go_found found;

	if (!ij_session_go_named(s, text, &found))
		return ij_location_resolve(s->mods, text, ret);
	*ret = found.addr;
	return NULL;
}

/* The traps of the protocol are in debugCallV1 or V2 itself and in its helpers beside it. */
static void find_entry(struct ij_session *s, struct ij_wire_set_go *body)
{
	static const char *const helpers[] = {
		"debugCall32",   "debugCall65536",   "runtime.debugCallPanicked",
		"debugCall32<>", "debugCall65536<>", "debugCall1024"};
	const struct ij_goprog *prog = s->go.prog;
	unsigned minor = ij_goprog_minor(prog);
	struct ij_gotab_func func;

	if (!ij_goprog_named(prog, minor >= 17 ? "runtime.debugCallV2" : "runtime.debugCallV1",
			     &func))
		return;
	body->entry = loaded(s, func.start);
	body->lo = loaded(s, func.start);
	body->hi = loaded(s, func.end);
	for (size_t i = 0; i < IJ_COUNT(helpers); i++) {
		if (!ij_goprog_named(prog, helpers[i], &func))
			continue;
		if (loaded(s, func.start) < body->lo)
			body->lo = loaded(s, func.start);
		if (loaded(s, func.end) > body->hi)
			body->hi = loaded(s, func.end);
	}
	if (ij_goprog_named(prog, "runtime.mallocgc", &func))
		body->malloc = loaded(s, func.start);
	if (ij_goprog_named(prog, "runtime.cgocall", &func)) {
		body->cgocall_lo = loaded(s, func.start);
		body->cgocall_hi = loaded(s, func.end);
	}
}

/* What the standard library repeats after EINTR (Go 1.15 on, src/internal/poll/fd_unix.go). */
static void find_repeats(struct ij_session *s, struct ij_wire_set_go *body)
{
	static const char *const names[] = {
		"internal/poll.(*FD).Read",         "internal/poll.(*FD).Pread",
		"internal/poll.(*FD).Accept",       "internal/poll.(*FD).ReadFrom",
		"internal/poll.ignoringEINTRIO",    "internal/poll.ignoringEINTR",
		"os.(*Process).blockUntilWaitable", "os.(*Process).wait",
	};
	size_t len = 0;

	_Static_assert(IJ_COUNT(names) <= IJ_WIRE_GO_REPEATS_MAX, "room for all");
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		struct ij_gotab_func func;

		if (!ij_goprog_named(s->go.prog, names[i], &func))
			continue;
		body->repeats[len].lo = loaded(s, func.start);
		body->repeats[len++].hi = loaded(s, func.end);
	}
}

static bool calls(const struct ij_goprog *prog, const struct ij_gotab_func *func, uint64_t target)
{
	uint8_t code[CALL_CODE_MAX];
	size_t size = (size_t)(func->end - func->start);
	struct ij_insn insn;
	struct ij_error *err;

	if (size > sizeof(code))
		return false;
	err = ij_object_read(ij_goprog_object(prog), func->start, code, size);
	ij_error_free(err);
	for (size_t at = 0; !err && at < size; at += insn.size) {
		if (!ij_insn_decode(code + at, size - at, func->start + at, &insn))
			return false;
		if (insn.flow == IJ_FLOW_CALL && !insn.indirect && insn.target == target)
			return true;
	}
	return false;
}

/* By what system calls are made whose arguments the caller keeps on the stack, up to Go 1.16
 * (src/syscall/asm_linux_amd64.s). */
static void find_calls(struct ij_session *s, struct ij_wire_set_go *body)
{
	static const char *const names[] = {"syscall.Syscall", "syscall.Syscall6"};
	const struct ij_goprog *prog = s->go.prog;
	struct ij_gotab_func end, func;

	_Static_assert(IJ_COUNT(names) <= IJ_WIRE_GO_CALLS_MAX, "room for all");
	if (!ij_goprog_named(prog, "runtime.exitsyscall", &end))
		return;
	for (size_t i = 0; i < IJ_COUNT(names); i++) {
		if (!ij_goprog_named(prog, names[i], &func) || !calls(prog, &func, end.start))
			continue;
		body->exit_call = loaded(s, end.start);
		body->calls[i].lo = loaded(s, func.start);
		body->calls[i].hi = loaded(s, func.end);
	}
}

struct tls_slots {
	unsigned len;
	uint64_t slot; /* the last one, link-time address */
};

static bool count_slot(void *ctx, uint64_t slot, bool is_module, uint64_t off)
{
	struct tls_slots *slots = ctx;

	(void)off;
	slots->len += !is_module;
	if (!is_module)
		slots->slot = slot;
	return true;
}

/* Where the word runtime.tlsg is from the thread pointer: in a library the loader says it. */
static int64_t tls_off_of(struct ij_session *s)
{
	struct tls_slots slots = {0};
	uint64_t word;
	struct ij_error *err = ij_object_relocs_tls(s->go.module->obj, count_slot, &slots);

	if (!err && slots.len == 1)
		err = ij_mem_read_u64(&s->mem.mem, loaded(s, slots.slot), &word);
	else if (!err)
		return TLS_OFF;
	if (err) {
		ij_error_free(err);
		return TLS_OFF;
	}
	return (int64_t)word;
}

struct ij_error *ij_session_go_feed(struct ij_session *s)
{
	struct ij_wire_set_go body = {0};
	const struct ij_request request = {
		.type = IJ_WIRE_SET_GO,
		.parts = {{&body, sizeof(body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_OK,
	};
	unsigned minor;

	if (!s->go.prog)
		return NULL;
	body.tls_off = tls_off_of(s);
	minor = ij_goprog_minor(s->go.prog);
	find_entry(s, &body);
	body.flags = (minor >= 17 ? IJ_GOCALL_V2 : 0u) | (minor < 15 ? IJ_GOCALL_SLOTS : 0u) |
		     (minor >= 21 ? IJ_GOCALL_MASK : 0u);
	if (minor >= 15)
		find_repeats(s, &body);
	if (minor < 17)
		find_calls(s, &body);
	body.locks_off = minor >= 12 ? LOCKS_OFF : LOCKS_OFF_11;
	return ij_session_post(s, &request);
}
