/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From text to a tree, and its end. */
#include <stdlib.h>
#include <string.h>

#include "lang/ast_internal.h"

/* `/x ` before the expression: blanks take its place, so that columns stay. */
static char take_format(char *text)
{
	char *pos = text + strspn(text, " \t");
	char format = pos[0] == '/' ? pos[1] : 0;

	if (!format || !strchr("xduotcafsz", format) ||
	    (pos[2] != ' ' && pos[2] != '\t' && pos[2] != '('))
		return 0;
	pos[0] = pos[1] = ' ';
	return format;
}

struct ij_error *ij_ast_parse(const char *text, const struct ij_ast_names *names,
			      struct ij_ast *ret)
{
	struct ij_ast ast = {.format = 0};
	struct ij_ast_parser p = {.ast = &ast, .names = names};
	struct ij_error *err;

	ast.text = strdup(text);
	if (!ast.text)
		return ij_error_nomem();
	ast.format = take_format(ast.text);
	err = ij_tokens_init(&ast.toks, ast.text, false);
	if (err) {
		free(ast.text);
		return err;
	}
	p.toks = &ast.toks;
	err = ij_ast_whole(&p, &ast.root);
	if (err) {
		ij_ast_deinit(&ast);
		return err;
	}
	*ret = ast;
	return NULL;
}

void ij_ast_deinit(struct ij_ast *ast)
{
	ij_tokens_deinit(&ast->toks);
	ij_arena_deinit(&ast->arena);
	free(ast->text);
}
