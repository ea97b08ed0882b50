/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One script on one target. */
#include "repl/batch.h"

#include <errno.h>
#include <string.h>

#include "repl/tell.h"

struct ij_error *ij_batch_param(const char *text, struct ij_value *ret)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 0);
	if (*text && (*text == '-' || (*text >= '0' && *text <= '9')) && !*end && !errno) {
		*ret = ij_value_int(value);
		return NULL;
	}
	return ij_value_string(text, strlen(text), ret);
}

struct ij_error *ij_batch_assign(const char *word, struct ij_vars *vars)
{
	size_t len = ij_var_name_len(word);
	struct ij_value value;

	if (!len || *word == '?' || word[len] != '=')
		return ij_error_create(IJ_ERR_USAGE, "\"%.60s\" is not NAME=VALUE", word);
	IJ_CLI_TRY(ij_batch_param(word + len + 1, &value));
	return ij_vars_set(vars, word, len, &value);
}

static struct ij_error *begin(const struct ij_batch *batch, const struct ij_batch_target *target,
			      struct ij_interp *interp, struct ij_script *ret)
{
	IJ_CLI_TRY(ij_vars_copy(batch->vars, &interp->vars));
	IJ_CLI_TRY(ij_vars_copy(&target->vars, &interp->vars));
	IJ_CLI_TRY(ij_script_parse(interp->dialect, batch->name, batch->text, NULL, ret));
	return NULL;
}

static struct ij_error *attach(const struct ij_batch_target *target, struct ij_interp *interp)
{
	struct ij_text text = {0};
	struct ij_error *err;

	if (!target->pid)
		return NULL;
	ij_text_printf(&text, "%d", target->pid);
	err = ij_verb_function(IJ_VERB_ATTACH)(interp, ij_text_get(&text));
	ij_text_deinit(&text);
	return err;
}

void ij_batch_run(const struct ij_batch *batch, const struct ij_batch_target *target,
		  const struct ij_host *host, struct ij_prototypes *protos,
		  struct ij_interp *interp, struct ij_counts *ret)
{
	const sig_atomic_t interrupted = interp->interrupted;
	struct ij_script script = {0};
	struct ij_error *err;

	ij_interp_init(interp, host, protos);
	interp->interrupted = interrupted;
	interp->json = batch->json;
	interp->dry_run = batch->dry_run;
	interp->quiet = batch->quiet;
	interp->many = batch->many;
	interp->call = batch->call;
	interp->stories = batch->call.explain;
	interp->pid = target->pid;
	err = begin(batch, target, interp, &script);
	if (!err)
		err = attach(target, interp);
	if (err) {
		ij_interp_fail(interp, err);
	} else {
		interp->call.tid = batch->call.tid;
		ij_interp_run(interp, &script);
	}
	err = ij_interp_detach(interp);
	if (err)
		ij_interp_fail(interp, err);
	err = ij_tell_flush();
	if (err)
		ij_interp_fail(interp, err);
	ij_script_deinit(&script);
	*ret = interp->counts;
	ij_interp_deinit(interp);
}
