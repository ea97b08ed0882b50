/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The need set of a function, by what its code can reach. */
#include "session/needs.h"

#include <stdio.h>
#include <string.h>

#include "arch/decode.h"
#include "base/vec.h"
#include "lang/call.h"
#include "session/calls.h"
#include "session/library.h"

/* More code than this is not followed: whoever reaches so much reaches something. */
enum { INSNS_MAX = 1 << 15, SEEN_CAP = 1 << 17 };

/* A function's start in some module whose name the policy knows. */
struct named {
	ij_addr addr;
	ij_classes classes;
};

struct graph {
	struct ij_modules *mods;
	struct ij_mem *mem;
	const struct ij_policy *policy;
	struct ij_prototypes *protos;
	struct ij_needs *out;
	IJ_VEC(ij_addr) queue; /* where code is still to be read from */
	ij_addr *seen;         /* open addressing; instructions that were read */
	size_t seen_len;
	IJ_VEC(const struct ij_module *) indexed;
	IJ_VEC(struct named) names; /* of the indexed modules */
};

static void give_up(struct graph *g, const char *why, ij_addr at)
{
	char where[80];

	if (g->out->need == IJ_CLASSES_ALL)
		return;
	ij_modules_describe(g->mods, at, where, sizeof(where));
	snprintf(g->out->text, sizeof(g->out->text), "%s at %s", why, where);
	g->out->need = IJ_CLASSES_ALL;
	g->out->calls.known = 0;
}

/* Note @addr as read. False if it was before. */
static bool first_time(struct graph *g, ij_addr addr)
{
	size_t slot = (size_t)(addr * 0x9e3779b97f4a7c15ull >> 47) % SEEN_CAP;

	for (;; slot = (slot + 1) % SEEN_CAP) {
		if (g->seen[slot] == addr)
			return false;
		if (!g->seen[slot])
			break;
	}
	g->seen[slot] = addr;
	g->seen_len++;
	return true;
}

static struct ij_policy_module subject_of(const struct ij_module *module)
{
	struct ij_policy_module subject = {.soname = ij_object_soname(module->obj),
					   .path = module->path};

	if (!subject.soname)
		subject.soname = module->name;
	subject.build_id = ij_object_build_id(module->obj, &subject.build_id_size);
	return subject;
}

struct indexing {
	struct graph *g;
	const struct ij_module *module;
	struct ij_policy_module subject;
	struct ij_error *err;
};

static bool symbol_seen(void *ctx, const struct ij_symbol *sym)
{
	struct indexing *in = ctx;
	ij_classes classes;

	if (sym->kind != IJ_SYMBOL_FUNC && sym->kind != IJ_SYMBOL_IFUNC)
		return true;
	classes = ij_policy_of_function(in->g->policy, &in->subject, sym->name);
	if (classes)
		in->err = ij_vec_push(&in->g->names,
				      ((struct named){in->module->bias + sym->value, classes}));
	return !in->err;
}

/* The functions of @module that the policy knows by any of their names. */
static struct ij_error *index_module(struct graph *g, const struct ij_module *module)
{
	struct indexing in = {.g = g, .module = module, .subject = subject_of(module)};

	IJ_VEC_EACH (&g->indexed, it)
		if (*it == module)
			return NULL;
	IJ_TRY(ij_vec_push(&g->indexed, module));
	IJ_TRY(ij_object_symbols_each(module->obj, symbol_seen, &in));
	return in.err;
}

/* By name: a prototype says what the function needs. */
static bool by_prototype(struct graph *g, const char *name, const struct ij_module *module)
{
	const struct ij_prototype *proto = ij_prototypes_find(g->protos, name);

	if (!proto || !proto->library || !ij_module_is_library(g->mods, module, proto->library))
		return false;
	g->out->need |= proto->need;
	ij_calls_add(&g->out->calls, name, !proto->need);
	return true;
}

/* Somebody's code at @target is called or jumped to; @name: by which it was bound, or NULL. */
static struct ij_error *reach(struct graph *g, ij_addr target, const char *name)
{
	const struct ij_module *module = ij_modules_find(g->mods, target);
	ij_classes classes = 0;
	struct ij_policy_module subject;

	if (!module || !module->obj) {
		give_up(g, "a call into code of no module", target);
		return NULL;
	}
	if (name && by_prototype(g, name, module))
		return NULL;
	subject = subject_of(module);
	IJ_TRY(index_module(g, module));
	IJ_VEC_EACH (&g->names, it)
		if (it->addr == target)
			classes |= it->classes;
	classes |= ij_policy_of_module(g->policy, &subject);
	g->out->need |= classes;
	if (classes) {
		g->out->calls.known = 0;
		return NULL;
	}
	/* What libc does inside is known by its exported names only. */
	if ((ij_module_is_libc(module) || ij_module_is_loader(module) || module->vdso) && name) {
		give_up(g, "a call of an undescribed library function", target);
		return NULL;
	}
	return ij_vec_push(&g->queue, target);
}

/* The compiler's calls that never come back, where the program ends anyway. */
static bool is_the_end(const char *name)
{
	static const char *const names[] = {"__stack_chk_fail", "__fortify_fail", "__chk_fail"};

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* A call or jump through the word at @slot: what the loader binds there, or has bound. */
static struct ij_error *through_slot(struct graph *g, ij_addr slot, ij_addr at)
{
	const struct ij_module *module = ij_modules_find(g->mods, slot);
	struct ij_resolved found;
	struct ij_error *err;
	const char *name;

	if (!module || !module->obj) {
		give_up(g, "an indirect call", at);
		return NULL;
	}
	err = ij_object_reloc_name(module->obj, slot - module->bias, &name);
	if (err) {
		ij_error_free(err);
		give_up(g, "an indirect call", at);
		return NULL;
	}
	if (is_the_end(name))
		return NULL;
	err = ij_modules_bound(g->mods, name, &found);
	if (err) {
		ij_error_free(err);
		give_up(g, "a call of a function that was not found", at);
		return NULL;
	}
	return reach(g, found.addr, name);
}

/* Follow one transfer of control. */
static struct ij_error *transfer(struct graph *g, const struct ij_insn *insn, ij_addr at)
{
	if (!insn->indirect) {
		if (insn->flow == IJ_FLOW_CALL)
			return reach(g, insn->target, NULL);
		return ij_vec_push(&g->queue, insn->target);
	}
	if (insn->has_memory && insn->mem_pc_relative && !insn->segment)
		return through_slot(g, insn->mem_addr, at);
	give_up(g, insn->flow == IJ_FLOW_CALL ? "an indirect call" : "an indirect jump", at);
	return NULL;
}

static bool fetch(struct graph *g, ij_addr pc, struct ij_insn *ret)
{
	uint8_t code[IJ_INSN_SIZE_MAX];

	for (size_t size = sizeof(code); size; size--) {
		IJ_ERROR_AUTO err = ij_mem_read(g->mem, pc, code, size);

		if (!err)
			return ij_insn_decode(code, size, pc, ret);
	}
	return false;
}

/* From @pc to the end of what follows it without a choice. */
static struct ij_error *straight(struct graph *g, ij_addr pc)
{
	while (g->out->need != IJ_CLASSES_ALL && first_time(g, pc)) {
		struct ij_insn insn;

		if (g->seen_len > INSNS_MAX || !fetch(g, pc, &insn)) {
			give_up(g, g->seen_len > INSNS_MAX ? "too much code" : "unreadable code",
				pc);
			return NULL;
		}
		switch (insn.flow) {
		case IJ_FLOW_JUMP:
			return transfer(g, &insn, pc);
		case IJ_FLOW_BRANCH:
		case IJ_FLOW_CALL:
			IJ_TRY(transfer(g, &insn, pc));
			break;
		case IJ_FLOW_SYSCALL:
			g->out->calls.known = 0;
			break;
		case IJ_FLOW_RET:
		case IJ_FLOW_STOP:
			return NULL;
		default:
			break;
		}
		pc += insn.size;
	}
	return NULL;
}

static struct ij_error *follow(struct graph *g, ij_addr func)
{
	/* How much stack it takes, and whether it sleeps, its code does not say. */
	g->out->need = IJ_CLASS(OTHER);
	IJ_TRY(ij_policy_prepare(g->policy));
	IJ_TRY(reach(g, func, NULL));
	while (g->queue.len && g->out->need != IJ_CLASSES_ALL)
		IJ_TRY(straight(g, g->queue.items[--g->queue.len]));
	/* Landing pads are reached by no instruction. */
	if (g->out->need & IJ_CLASS(UNWINDER))
		give_up(g, "a function that may throw", func);
	return NULL;
}

struct ij_error *ij_needs_compute(struct ij_modules *mods, struct ij_mem *mem,
				  const struct ij_policy *policy, ij_addr func,
				  struct ij_needs *ret)
{
	struct graph g = {.mods = mods, .mem = mem, .policy = policy, .out = ret};
	struct ij_error *err;

	memset(ret, 0, sizeof(*ret));
	ij_calls_init(&ret->calls);
	g.seen = calloc(SEEN_CAP, sizeof(*g.seen));
	err = g.seen ? ij_prototypes_create(&g.protos) : ij_error_nomem();
	if (!err)
		err = follow(&g, func);
	if (g.protos)
		ij_prototypes_destroy(g.protos);
	free(g.seen);
	ij_vec_deinit(&g.queue);
	ij_vec_deinit(&g.indexed);
	ij_vec_deinit(&g.names);
	/* A file that cannot be read has not said anything: it needs everything. */
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		err = NULL;
		ret->need = IJ_CLASSES_ALL;
		ret->calls.known = 0;
	}
	return err;
}
