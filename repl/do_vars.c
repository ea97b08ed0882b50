/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands of the interpreter itself: echo, require, on, sleep, declare. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "repl/do.h"
#include "repl/tell.h"

struct ij_error *ij_do_echo(struct ij_interp *interp, const char *operand)
{
	unsigned column = 1;
	char *text;
	struct ij_error *err = ij_vars_format(&interp->vars, operand, &text, &column);

	if (err)
		return ij_interp_wrong(interp, column, err);
	ij_tell_echo(interp, text);
	free(text);
	return NULL;
}

/* What @operand says of its failure: behind the colon at @end, or the expression itself. */
static struct ij_error *not_held(struct ij_interp *interp, const char *operand, const char *end)
{
	struct ij_error *err;
	unsigned column = 1;
	char *text;

	if (!*end)
		return ij_interp_wrong(
			interp, 1,
			ij_error_create(IJ_ERR_FAILED, "this does not hold: %s", operand));
	end += 1 + strspn(end + 1, " \t");
	err = ij_vars_format(&interp->vars, end, &text, &column);
	if (err)
		return ij_interp_wrong(interp, (unsigned)(end - operand) + column, err);
	err = ij_error_create(IJ_ERR_FAILED, "%s", text);
	free(text);
	return ij_interp_wrong(interp, 1, err);
}

struct ij_error *ij_do_require(struct ij_interp *interp, const char *operand)
{
	struct ij_value value;
	const char *end;
	bool held;

	IJ_CLI_TRY(ij_interp_eval(interp, operand, 0, &end, &value));
	held = value.kind == IJ_KIND_UNKNOWN || ij_value_true(&value);
	ij_value_deinit(&value);
	return held ? NULL : not_held(interp, operand, end);
}

struct ij_error *ij_do_on(struct ij_interp *interp, const char *operand)
{
	char word[16], what[16];

	if (sscanf(operand, "%15s %15s", word, what) == 2 && !strcmp(word, "error")) {
		if (!strcmp(what, "stop") || !strcmp(what, "continue")) {
			interp->go_on = !strcmp(what, "continue");
			return NULL;
		}
	}
	return ij_interp_wrong(
		interp, 1,
		ij_error_create(IJ_ERR_SYNTAX, "write \"on error stop\" or \"on error continue\""));
}

struct ij_error *ij_do_sleep(struct ij_interp *interp, const char *operand)
{
	struct timespec left;
	unsigned column = 1;
	uint64_t ns;
	char *text;
	struct ij_error *err = ij_vars_format(&interp->vars, operand, &text, &column);

	if (!err) {
		err = ij_duration_parse(text, &ns);
		free(text);
	}
	if (err)
		return ij_interp_wrong(interp, column, err);
	IJ_CLI_TRY(ij_tell_flush());
	left = (struct timespec){(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	while (!interp->dry_run && !interp->interrupted && nanosleep(&left, &left))
		if (errno != EINTR)
			break;
	if (interp->interrupted)
		return ij_error_create(IJ_ERR_INTERRUPTED, "interrupted");
	return NULL;
}

struct ij_error *ij_do_declare(struct ij_interp *interp, const char *operand)
{
	return ij_interp_wrong(interp, 1, ij_prototypes_add(interp->protos, operand));
}
