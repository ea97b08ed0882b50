/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* walk: just the walk that a call would begin with. */
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

static void tell(struct ij_interp *interp, const char *text, bool safe)
{
	struct ij_text json = {0};

	ij_text_printf(&json, "{\"pid\":%d,\"tid\":%d,\"safe\":%s,\"walk\":", interp->pid,
		       ij_stop_thread(interp->stop), safe ? "true" : "false");
	ij_text_json(&json, text);
	ij_text_puts(&json, "}");
	ij_tell_either(interp, text, ij_text_get(&json));
	ij_text_deinit(&json);
}

static struct ij_error *walk(struct ij_interp *interp, const struct ij_call *call)
{
	char *text;
	bool safe;

	IJ_CLI_TRY(ij_stop_walk(interp->stop, call, &interp->call, &text, &safe));
	tell(interp, text, safe);
	free(text);
	interp->level = 0;
	return safe ? NULL
		    : ij_error_create(IJ_ERR_UNSAFE, "the walk did not lead to a safe-point");
}

/* Of a target that runs the chosen thread is stopped alone: the others may hold what it waits for.
 */
struct ij_error *ij_do_walk(struct ij_interp *interp, const char *operand)
{
	struct ij_call *call = NULL;
	struct ij_error *err;

	if (!interp->stop)
		IJ_CLI_TRY(
			ij_interp_hold(interp, interp->call.tid ? interp->call.tid : interp->pid));
	err = ij_interp_callee(interp, operand, &call);
	if (!err)
		err = walk(interp, call);
	ij_call_destroy(call);
	return err;
}
