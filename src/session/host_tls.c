/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thread-local variables: the loader is asked for the address, in the thread that it is wanted of.
 *
 * Source: Drepper, ELF Handling For Thread-Local Storage 0.21, 3.4.2: __tls_get_addr takes the
 * module's number and the offset; the program itself is number 1 (section 3).
 */
#include "session/host.h"

struct index {
	uint64_t module, off; /* tls_index */
};

static struct ij_error *ask(struct ij_session_host *sh, const struct index *index, ij_addr *ret)
{
	static const struct ij_func func = {.name = "__tls_get_addr"};
	uint64_t zero = 0, addr = 0;
	struct ij_call_options options = *sh->options;
	const struct ij_host_literal literal = {.bytes = (const uint8_t *)index,
						.size = sizeof(*index)};
	struct ij_session_host own;
	struct ij_val arg = {.bytes = (uint8_t *)&zero, .is_scratch = true};
	struct ij_val result = {.bytes = (uint8_t *)&addr};
	struct ij_host_call call = {.func = &func,
				    .args = &arg,
				    .args_len = 1,
				    .literals = &literal,
				    .literals_len = 1,
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

struct ij_error *ij_host_thread_local(struct ij_session_host *sh, const char *name,
				      const struct ij_module *module, uint64_t off, ij_addr *ret)
{
	const struct index index = {1, off};

	*ret = 0;
	if (!module->main)
		return ij_error_new(
			UNSUPPORTED,
			"%s is a thread-local variable of %s: only those of the program "
			"itself are found",
			name, module->name);
	if (!sh->options || sh->host.dry)
		return NULL;
	if (!sh->options->tid && sh->s->welcome.threads > 1)
		return ij_error_new(
			USAGE,
			"%s is thread-local, and process %d has %u threads: say which by "
			"--tid",
			name, sh->s->pid, sh->s->welcome.threads);
	return ask(sh, &index, ret);
}
