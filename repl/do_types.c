/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about types: type, types. */
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

enum { TYPES_MAX = 100000 };

struct ij_error *ij_do_type(struct ij_interp *interp, const char *operand)
{
	struct ij_text json = {0};
	unsigned column = 1;
	struct ij_error *err;
	char *expr, *text;

	err = ij_vars_expand(&interp->vars, operand, strlen(operand), &expr, &column);
	if (err)
		return ij_interp_wrong(interp, column, err);
	err = ij_interp_see_frame(interp);
	if (!err)
		err = ij_session_type(interp->session, expr, &text);
	free(expr);
	if (err)
		return err;
	ij_text_printf(&json, "{\"pid\":%d,\"expr\":", interp->pid);
	ij_text_json(&json, operand);
	ij_text_puts(&json, ",\"definition\":");
	ij_text_json(&json, text);
	ij_text_puts(&json, "}");
	ij_tell_either(interp, text, ij_text_get(&json));
	ij_text_deinit(&json);
	free(text);
	return NULL;
}

struct ij_error *ij_do_types(struct ij_interp *interp, const char *operand)
{
	struct ij_text text = {0}, json = {0};
	char **names;
	size_t len;

	IJ_CLI_TRY(ij_session_types(interp->session, operand, TYPES_MAX, &names, &len));
	ij_text_printf(&json, "{\"pid\":%d,\"types\":[", interp->pid);
	for (size_t i = 0; i < len; i++) {
		ij_text_printf(&text, "%s%s", i ? "\n" : "", names[i]);
		ij_text_puts(&json, i ? "," : "");
		ij_text_json(&json, names[i]);
	}
	ij_text_puts(&json, "]}");
	ij_names_free(names, len);
	if (len || interp->json)
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return len ? NULL
		   : ij_error_create(IJ_ERR_NOTFOUND, "no type has \"%s\" in its name", operand);
}
