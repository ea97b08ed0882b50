/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever is typed, it parses or is refused, evaluates or is refused, and prints. */
#include <stdlib.h>
#include <string.h>

#include "fake_host.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void evaluate(struct fake_host *fake, const struct ij_ast *ast)
{
	struct ij_arena arena = {.last = NULL};
	IJ_STRBUF_AUTO text = {0};
	IJ_STRBUF_AUTO json = {0};
	struct ij_val val;
	struct ij_error *err = ij_eval_run(&fake->host, ast, &arena, NULL, &val);

	if (!err)
		err = ij_show(&fake->host, &val, ast->format, &text);
	if (!err) {
		if (!text.len)
			abort();
		err = ij_show_json(&fake->host, &val, &json);
	}
	if (err && !err->msg)
		abort();
	ij_error_free(err);
	ij_arena_deinit(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct fake_host fake;
	struct ij_error *err;
	struct ij_ast ast;

	if (!text || !fake_host_init(&fake))
		abort();
	err = ij_ast_parse(text, NULL, &ast);
	if (!err) {
		evaluate(&fake, &ast);
		ij_ast_deinit(&ast);
	}
	ij_error_free(err);
	fake_host_deinit(&fake);
	free(text);
	return 0;
}
