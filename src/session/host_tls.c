/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thread-local variables: the address is asked for in the thread that it is wanted of, by a call.
 *
 * Of the program itself, and of a library whose module number the loader has written into it, the
 * loader is asked. Of a library that the loader gave a place at a fixed distance from the thread
 * pointer, as the C library, that distance stands in it, too.
 *
 * Source: Drepper, ELF Handling For Thread-Local Storage 0.21, 3.4.2 and 4.4.6: __tls_get_addr
 * takes the module's number and the offset; the program itself is number 1 (section 3).
 * pthread_self() is the thread pointer in glibc 2.36 (sysdeps/x86_64/nptl/tls.h, THREAD_SELF) and
 * in musl 1.2.
 */
#include <string.h>

#include "session/host.h"

struct index {
	uint64_t module, off; /* tls_index */
};

/* Call @name, of the arguments that it takes @index by its address, if that is not NULL. */
static struct ij_error *ask(struct ij_session_host *sh, const char *name, const struct index *index,
			    ij_addr *ret)
{
	const struct ij_func func = {.name = name};
	uint64_t zero = 0, addr = 0;
	struct ij_call_options options = *sh->options;
	const struct ij_host_literal literal = {.bytes = (const uint8_t *)index,
						.size = sizeof(*index)};
	struct ij_session_host own;
	struct ij_val arg = {.bytes = (uint8_t *)&zero, .is_scratch = true};
	struct ij_val result = {.bytes = (uint8_t *)&addr};
	struct ij_host_call call = {.func = &func,
				    .args = &arg,
				    .args_len = index != NULL,
				    .literals = &literal,
				    .literals_len = index != NULL,
				    .text = sh->host.expr};
	struct ij_error *err;

	IJ_TRY(ij_ctypes_pointer(sh->host.types, ij_cbase(IJ_CBASE_VOID), &arg.type));
	call.result = result.type = arg.type;
	options.last = false;
	/* Our memory in the target as the expression has it must not change: a call of its own. */
	ij_session_host_init(sh->s, &options, sh->host.expr, &own);
	err = ij_host_call(&own.host, &call, NULL, &result);
	if (own.called) {
		sh->pause_ns += own.made.outcome.pause_ns;
		sh->call_ns += own.made.outcome.call_ns;
	}
	ij_session_host_deinit(&own);
	if (!err)
		*ret = addr;
	return err;
}

/* Where a library says that its block is. */
struct block {
	struct ij_session_host *sh;
	const struct ij_module *module;
	bool found, fixed; /* fixed: at `from_tp` of the thread pointer */
	uint64_t number, from_tp;
};

static bool on_slot(void *ctx, uint64_t slot, bool is_module, uint64_t off)
{
	struct block *block = ctx;
	uint64_t value;
	struct ij_error *err = block->sh->host.read(&block->sh->host, block->module->bias + slot,
						    &value, sizeof(value));

	/* What was not relocated yet, or is nothing that the loader writes, tells nothing. */
	if (err) {
		ij_error_free(err);
		return true;
	}
	if (is_module && value && value < 65536) {
		block->number = value;
		block->found = true;
		return false;
	}
	if (!is_module && (int64_t)value < 0) {
		block->from_tp = value - off;
		block->found = block->fixed = true;
	}
	return true;
}

static struct ij_error *of_library(struct ij_session_host *sh, const char *name,
				   const struct ij_module *module, uint64_t off, ij_addr *ret)
{
	struct block block = {.sh = sh, .module = module};
	ij_addr tp;

	if (module->obj)
		IJ_TRY(ij_object_relocs_tls(module->obj, on_slot, &block));
	if (!block.found)
		return ij_error_new(
			UNSUPPORTED,
			"%s is a thread-local variable of %s, which does not tell where "
			"its variables are",
			name, module->name);
	if (block.number) {
		const struct index index = {block.number, off};

		return ask(sh, "__tls_get_addr", &index, ret);
	}
	IJ_TRY(ask(sh, "pthread_self", NULL, &tp));
	*ret = tp + block.from_tp + off;
	return NULL;
}

/* One thread must be meant. */
static struct ij_error *check_thread(struct ij_session_host *sh, const char *name)
{
	if (sh->options->tid || sh->s->welcome.threads <= 1)
		return NULL;
	return ij_error_new(USAGE,
			    "%s is thread-local, and process %d has %u threads: say which by "
			    "--tid",
			    name, sh->s->pid, sh->s->welcome.threads);
}

struct ij_error *ij_host_thread_local(struct ij_session_host *sh, const char *name,
				      const struct ij_module *module, uint64_t off, ij_addr *ret)
{
	const struct index index = {1, off};

	*ret = 0;
	if (!sh->options || sh->host.dry)
		return NULL;
	IJ_TRY(check_thread(sh, name));
	if (!module->main)
		return of_library(sh, name, module, off, ret);
	return ask(sh, "__tls_get_addr", &index, ret);
}

struct ij_error *ij_host_errno(struct ij_session_host *sh, struct ij_val *ret)
{
	*ret = (struct ij_val){.type = ij_cbase(IJ_CBASE_INT), .place = IJ_VAL_TARGET};
	if (!sh->options || sh->host.dry)
		return NULL;
	IJ_TRY(check_thread(sh, "errno"));
	return ask(sh, "__errno_location", NULL, &ret->addr);
}
