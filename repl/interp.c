/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running statements, and what follows when one fails. */
#include "repl/interp.h"

#include <string.h>

#include "repl/formula.h"
#include "repl/held.h"
#include "repl/tell.h"

#define INTERRUPTED 130

enum flow { FLOW_NEXT, FLOW_STOP, FLOW_BREAK, FLOW_CONTINUE };

void ij_interp_init(struct ij_interp *interp, const struct ij_host *host,
		    struct ij_prototypes *protos)
{
	*interp = (struct ij_interp){.host = host, .dialect = &ij_dialect_native, .protos = protos};
	interp->history = IJ_INTERP_HISTORY;
	ij_call_options_init(&interp->call, sizeof(interp->call));
}

void ij_interp_deinit(struct ij_interp *interp)
{
	struct ij_session *session = interp->session;

	ij_interp_release(interp);
	interp->session = NULL;
	ij_session_destroy(session);
	ij_prototypes_destroy(interp->protos);
	ij_vars_deinit(&interp->vars);
	free(interp->at);
	free(interp->until);
	free(interp->story);
	free(interp->walk);
}

void ij_interp_interrupt(struct ij_interp *interp)
{
	struct ij_session *session = interp->session;

	interp->interrupted++;
	if (!session)
		return;
	/* Who types goes on with the target, unless it does not come back. */
	if (interp->host->interactive && interp->interrupted == 1)
		ij_session_cancel(session);
	else
		ij_session_interrupt(session);
}

bool ij_interp_insist(struct ij_interp *interp)
{
	struct ij_session *session = interp->session;

	if (interp->interrupted && session && interp->host->interactive)
		ij_session_cancel(session);
	return interp->interrupted;
}

struct ij_error *ij_interp_attach(struct ij_interp *interp, pid_t pid)
{
	struct ij_session *session = NULL;

	if (interp->session)
		return ij_error_create(IJ_ERR_USAGE, "attached to %d already; detach first",
				       ij_session_pid(interp->session));
	IJ_CLI_TRY(interp->host->attach(interp->host->ctx, pid, interp->protos, &session));
	interp->session = session;
	interp->pid = pid;
	interp->lost = false;
	return NULL;
}

struct ij_error *ij_interp_detach(struct ij_interp *interp)
{
	struct ij_session *session = interp->session;
	struct ij_error *err = NULL;
	unsigned left = 0;

	if (!session)
		return NULL;
	ij_interp_release(interp);
	if (ij_session_alive(session))
		err = ij_session_close(session, &left);
	interp->session = NULL;
	ij_session_destroy(session);
	interp->call.tid = 0;
	if (!err && left && interp->counts.status != 8)
		err = ij_error_create(
			IJ_ERR_LEFT,
			"%u mapping%s of ours could not be removed from process %d: no safe-point "
			"was found for it; it does no harm, and the next session removes it",
			left, left == 1 ? "" : "s", interp->pid);
	/* That the target went while we let go of it is no failure: nothing is left of it. */
	if (ij_error_code_of(err) == IJ_ERR_GONE) {
		ij_error_free(err);
		err = NULL;
	}
	return err;
}

void ij_interp_status(struct ij_interp *interp, int status)
{
	interp->counts.status = ij_status_worse(interp->counts.status, status);
}

/* Drop a session that nothing more can be asked of. */
static void drop_dead(struct ij_interp *interp, enum ij_error_code code)
{
	struct ij_session *session = interp->session;

	if (!session ||
	    (code != IJ_ERR_GONE && code != IJ_ERR_PROTOCOL && ij_session_alive(session)))
		return;
	ij_interp_release(interp);
	interp->session = NULL;
	interp->lost = true;
	interp->call.tid = 0;
	ij_session_destroy(session);
}

void ij_interp_fail(struct ij_interp *interp, struct ij_error *err)
{
	enum ij_error_code code = ij_error_code_of(err);

	interp->counts.failed++;
	if (!interp->told)
		ij_tell_error(interp, err);
	interp->told = false;
	ij_interp_status(interp, ij_error_exit_status(code));
	ij_error_free(err);
	drop_dead(interp, code);
}

struct ij_error *ij_interp_wrong(struct ij_interp *interp, unsigned column, struct ij_error *err)
{
	struct ij_place at = interp->operand_at;

	if (!interp->script)
		return err;
	at.column += column ? column - 1 : 0;
	return ij_script_error(interp->script, at, err);
}

/* `defined(NAME)`: whether the target has a function or variable of this name. */
static struct ij_error *is_defined(struct ij_interp *interp, const char *text, size_t len,
				   struct ij_value *ret)
{
	struct ij_error *err;
	char **names, *name;
	size_t found;

	if (!interp->session)
		return ij_error_create(IJ_ERR_NOPROC, "defined: there is no target");
	name = strndup(text, len);
	if (!name)
		return ij_cli_nomem();
	err = ij_session_names(interp->session, name, SIZE_MAX, &names, &found);
	if (!err) {
		*ret = ij_value_int(found && !strcmp(names[0], name));
		ij_names_free(names, found);
	}
	free(name);
	return err;
}

static struct ij_error *call_target(void *ctx, const char *text, struct ij_value *ret)
{
	static const char word[] = "defined(";
	size_t len = strlen(text);

	if (!strncmp(text, word, sizeof(word) - 1) && text[len - 1] == ')')
		return is_defined(ctx, text + sizeof(word) - 1, len - sizeof(word), ret);
	return ij_interp_call(ctx, text, false, ret);
}

struct ij_error *ij_interp_eval(struct ij_interp *interp, const char *text, size_t from,
				const char **end_ret, struct ij_value *ret)
{
	const struct ij_formula_env env = {&interp->vars, call_target, interp};
	unsigned column;
	struct ij_error *err = ij_formula_eval(&env, text, end_ret, &column, ret);

	if (!err || interp->told)
		return err;
	return ij_interp_wrong(interp, column ? column + (unsigned)from : 0, err);
}

/* Where an error comes from, unless it says so itself. */
static struct ij_error *locate(struct ij_interp *interp, const struct ij_stmt *stmt,
			       struct ij_error *err)
{
	size_t len = interp->script ? strlen(interp->script) : 0;

	if (!err || interp->told || !len ||
	    (!strncmp(ij_error_message(err), interp->script, len) &&
	     ij_error_message(err)[len] == ':'))
		return err;
	return ij_script_error(interp->script, stmt->at, err);
}

/* After a command that failed. */
static enum flow failed(struct ij_interp *interp, const struct ij_stmt *stmt, struct ij_error *err)
{
	bool ends = ij_error_code_of(err) == IJ_ERR_INTERRUPTED || interp->interrupted;

	ij_interp_fail(interp, locate(interp, stmt, err));
	return ends || !interp->go_on ? FLOW_STOP : FLOW_NEXT;
}

static struct ij_error *run_command(struct ij_interp *interp, const struct ij_stmt *stmt)
{
	const struct ij_verb_row *command = ij_verb_get(stmt->verb);

	if (command->flags & IJ_VERB_TARGET && !interp->session)
		return ij_error_create(IJ_ERR_NOPROC,
				       interp->lost ? "%s: the target is gone"
						    : "%s: there is no target; attach to one",
				       command->name);
	return ij_verb_function(stmt->verb)(interp, stmt->operand);
}

static enum flow run_block(struct ij_interp *interp, const struct ij_block *block);

/* The condition of @stmt. Of what is not known both sides are run: @unknown_ret. */
static struct ij_error *condition(struct ij_interp *interp, const struct ij_stmt *stmt,
				  bool *true_ret, bool *unknown_ret)
{
	struct ij_value value;
	struct ij_error *err = ij_interp_eval(interp, stmt->operand, 0, NULL, &value);

	if (err)
		return err;
	*unknown_ret = value.kind == IJ_KIND_UNKNOWN;
	*true_ret = ij_value_true(&value);
	err = value.kind == IJ_KIND_VOID
		      ? ij_interp_wrong(interp, 1,
					ij_error_create(IJ_ERR_TYPE, "the condition has no value"))
		      : NULL;
	ij_value_deinit(&value);
	return err;
}

static enum flow run_if(struct ij_interp *interp, const struct ij_stmt *stmt)
{
	bool is_true, unknown;
	enum flow flow;
	struct ij_error *err = condition(interp, stmt, &is_true, &unknown);

	if (err)
		return failed(interp, stmt, err);
	if (!unknown)
		return run_block(interp, is_true ? &stmt->body : &stmt->other);
	flow = run_block(interp, &stmt->body);
	return flow == FLOW_NEXT ? run_block(interp, &stmt->other) : flow;
}

static enum flow run_while(struct ij_interp *interp, const struct ij_stmt *stmt)
{
	const bool attached = interp->session;

	for (;;) {
		bool is_true, unknown;
		enum flow flow;
		struct ij_error *err;

		interp->place = stmt->at;
		interp->operand_at = stmt->operand_at;
		err = condition(interp, stmt, &is_true, &unknown);
		if (err)
			return failed(interp, stmt, err);
		if (!is_true && !unknown)
			return FLOW_NEXT;
		flow = run_block(interp, &stmt->body);
		if (flow == FLOW_STOP)
			return flow;
		/* A loop would go on failing for ever once its target is gone. */
		if (flow == FLOW_BREAK || unknown || (attached && interp->lost))
			return FLOW_NEXT;
		if (interp->interrupted)
			return FLOW_STOP;
	}
}

static enum flow run_stmt(struct ij_interp *interp, const struct ij_stmt *stmt)
{
	unsigned long before = interp->counts.failed;
	struct ij_error *err;

	interp->place = stmt->at;
	interp->operand_at = stmt->operand_at;
	switch (stmt->verb) {
	case IJ_VERB_IF:
		return run_if(interp, stmt);
	case IJ_VERB_WHILE:
		return run_while(interp, stmt);
	case IJ_VERB_LOOP_BREAK:
		return FLOW_BREAK;
	case IJ_VERB_LOOP_CONTINUE:
		return FLOW_CONTINUE;
	default:
		break;
	}
	err = run_command(interp, stmt);
	if (err)
		return failed(interp, stmt, err);
	/* A script that this one ran may have failed, and told of it. */
	if (interp->quit || (before != interp->counts.failed && !interp->go_on))
		return FLOW_STOP;
	return FLOW_NEXT;
}

static enum flow run_block(struct ij_interp *interp, const struct ij_block *block)
{
	IJ_LIST_EACH (&block->list, stmt) {
		enum flow flow;

		if (interp->interrupted) {
			ij_interp_status(interp, INTERRUPTED);
			return FLOW_STOP;
		}
		flow = run_stmt(interp, stmt);
		if (flow != FLOW_NEXT)
			return flow;
	}
	return FLOW_NEXT;
}

bool ij_interp_run(struct ij_interp *interp, const struct ij_script *script)
{
	const char *outer = interp->script;
	enum flow flow;

	interp->script = script->name;
	flow = run_block(interp, &script->block);
	interp->script = outer;
	return flow != FLOW_STOP;
}
