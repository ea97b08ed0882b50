/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts as anybody may have written them: they parse or are refused, and run where nothing
 * answers. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "repl/formula.h"
#include "repl/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct ij_error *answer(void *ctx, const char *text, struct ij_value *ret)
{
	unsigned *count = ctx;

	if (++*count % 5 == 0)
		return ij_error_create(IJ_ERR_UNSAFE, "no");
	*ret = ij_value_int((int64_t)strlen(text));
	return NULL;
}

/* Evaluate and format every operand, as commands do. */
static void use(const struct ij_block *block, const struct ij_formula_env *env)
{
	for (size_t i = 0; i < block->list.len; i++) {
		const struct ij_stmt *stmt = &block->list.items[i];
		struct ij_value value;
		unsigned column;
		const char *end;
		char *text;
		struct ij_error *err = ij_formula_eval(env, stmt->operand, &end, &column, &value);

		if (!err)
			ij_value_deinit(&value);
		ij_error_free(err);
		err = ij_vars_format(env->vars, stmt->operand, &text, &column);
		if (!err)
			free(text);
		ij_error_free(err);
		use(&stmt->body, env);
		use(&stmt->other, env);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct ij_vars vars = {0};
	unsigned count = 0;
	const struct ij_formula_env env = {&vars, answer, &count};
	struct ij_value value = ij_value_int(1);
	struct ij_script script;
	bool open;
	struct ij_error *err;

	if (!text)
		return 0;
	ij_error_free(ij_vars_set(&vars, "x", 1, &value));
	err = ij_script_parse(&ij_dialect_native, "f", text, &open, &script);
	if (!err) {
		use(&script.block, &env);
		ij_script_deinit(&script);
	}
	ij_error_free(err);
	ij_vars_deinit(&vars);
	free(text);
	return 0;
}
