/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The life of a debugger, and of the process that it attached to. */
#include "debugger/debugger.h"

struct ij_error *ij_debugger_create(const struct ij_prototypes *protos, struct ij_debugger **ret)
{
	struct ij_debugger *d = calloc(1, sizeof(*d));
	struct ij_error *err = d ? ij_debugs_create(&d->debugs) : ij_error_nomem();

	if (!err && !protos) {
		err = ij_prototypes_create(&d->own_protos);
		protos = d->own_protos;
	}
	if (!err) {
		ij_debugger_signals_init(d);
		d->protos = protos;
		err = ij_session_bare(d->debugs, protos, &d->names);
	}
	if (err) {
		ij_debugger_destroy(d);
		return err;
	}
	*ret = d;
	return NULL;
}

void ij_debugger_destroy(struct ij_debugger *d)
{
	if (!d)
		return;
	ij_inferior_destroy(d->inf);
	ij_session_destroy(d->target);
	ij_stack_forget(d);
	ij_stack_maps_deinit(&d->maps);
	IJ_VEC_EACH (&d->dummies, it)
		free(it->xstate);
	ij_vec_deinit(&d->dummies);
	ij_vec_deinit(&d->breaks);
	ij_vec_deinit(&d->watches);
	ij_vec_deinit(&d->catches);
	ij_datum_free(d->finished);
	free(d->path);
	ij_result_free(d->last_call);
	ij_session_destroy(d->names);
	ij_debugs_destroy(d->debugs);
	ij_prototypes_destroy(d->own_protos);
	free(d);
}

void ij_debugger_interrupt(struct ij_debugger *d)
{
	struct ij_session *target = d->target;

	d->interrupted = 1;
	if (target)
		ij_session_cancel(target);
}

enum ij_debugger_state ij_debugger_state_of(const struct ij_debugger *d)
{
	return d->inf ? IJ_DEBUGGER_STOPPED : d->target ? IJ_DEBUGGER_ATTACHED : IJ_DEBUGGER_NONE;
}

bool ij_debugger_is_own(const struct ij_debugger *d)
{
	return d->inf && !d->target;
}

pid_t ij_debugger_pid(const struct ij_debugger *d)
{
	return d->target ? ij_session_pid(d->target) : d->inf ? d->inf->pid : 0;
}

struct ij_session *ij_debugger_names(struct ij_debugger *d)
{
	if (d->target)
		return d->target;
	if (d->names_late) {
		d->names_late = false;
		ij_error_free(ij_session_bare_file(d->names, d->path));
	}
	return d->names;
}

struct ij_session *ij_debugger_session(struct ij_debugger *d)
{
	return d->target;
}

struct ij_error *ij_debugger_attach(struct ij_debugger *d, struct ij_session *session)
{
	const struct ij_module *program;

	if (d->target || d->inf)
		return ij_error_new(USAGE, "A program is being debugged already.");
	ij_session_share_debugs(session, d->debugs);
	d->target = session;
	d->breaks.len = d->watches.len = 0;
	/* The file is that of the process, unless one was named. */
	program = d->path ? NULL : ij_debugger_main(session);
	if (program)
		ij_error_free(ij_debugger_file(d, program->path));
	return NULL;
}

struct ij_error *ij_debugger_detach(struct ij_debugger *d, unsigned *left_ret)
{
	struct ij_session *session = d->target;
	struct ij_error *err = NULL;

	if (left_ret)
		*left_ret = 0;
	if (!session && !d->inf)
		return ij_error_new(NOPROC, "The program is not being run.");
	if (d->inf)
		ij_inferior_release(d->inf);
	d->inf = NULL;
	if (session && ij_session_alive(session))
		err = ij_session_close(session, left_ret);
	ij_debugger_forget(d);
	return err;
}
