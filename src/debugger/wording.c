/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is wrong with an expression, in the words of gdb 13 (gdb/value.c, valops.c, eval.c). */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "debugger/debugger.h"

static const struct wording {
	const char *ours; /* is in our message */
	const char *gdbs;
} wordings[] = {
	{"division by zero", "Division by zero"},
	{"a void * points to nothing", "Attempt to take contents of a non-pointer value."},
	{"takes a pointer, this is", "Attempt to take contents of a non-pointer value."},
	{"has an address; a value has none",
	 "Attempt to take address of value not located in memory."},
	{"a bit-field has no address", "Attempt to take address of value not located in memory."},
	{"'->' takes a struct or union",
	 "The -> operator must not be applied to non-pointer values."},
	{"takes a struct or union",
	 "Attempt to extract a component of a value that is not a structure."},
	{"what is assigned to is a value", "Left operand of assignment is not an lvalue."},
	{"cannot be assigned to", "Left operand of assignment is not a modifiable lvalue."},
	{"is a value of the history", "Left operand of assignment is not a modifiable lvalue."},
	{" cannot be cast to ", "Invalid cast."},
	{"can be extended by '@'", "Only values in memory can be extended with '@'."},
	{"there is no element", "no such vector element"},
	{"is neither true nor false", "Argument to comparison operation not integer, boolean, "
				      "pointer or string."},
	{"there is no value here: it is void", "Attempt to take contents of a non-pointer value."},
};

/* The text between @before and @after in @msg; false if it is not there. */
static bool between(const char *msg, const char *before, const char *after, const char **ret,
		    int *len_ret)
{
	const char *start = strstr(msg, before), *end;

	if (!start)
		return false;
	start += strlen(before);
	end = *after ? strstr(start, after) : start + strlen(start);
	if (!end)
		return false;
	*ret = start;
	*len_ret = (int)(end - start);
	return true;
}

/* "... at column 7": what stands there. */
static const char *rest_of(const char *msg, const char *expr)
{
	const char *at = NULL;
	unsigned long column;

	for (const char *pos = msg; (pos = strstr(pos, "column ")); pos++)
		at = pos;
	column = at ? strtoul(at + strlen("column "), NULL, 10) : 1;
	if (!column || column > strlen(expr) + 1)
		return "";
	return expr + column - 1;
}

static int word_len(const char *text)
{
	return (int)strcspn(text, " +-*/%()[]{}<>=!&|^,;");
}

static struct ij_error *replace(struct ij_error *err, const char *text)
{
	char *msg = strdup(text);

	if (!msg || err->code == IJ_ERR_NOMEM) {
		free(msg);
		return err;
	}
	free(err->msg);
	err->msg = msg;
	return err;
}

static struct ij_error *printed(struct ij_error *err, const char *format, ...) IJ_PRINTF(2, 3);

static struct ij_error *printed(struct ij_error *err, const char *format, ...)
{
	char buf[512];
	va_list args;

	va_start(args, format);
	vsnprintf(buf, sizeof(buf), format, args);
	va_end(args);
	return replace(err, buf);
}

struct ij_error *ij_debugger_reword(struct ij_error *err, const char *expr, const char *said,
				    bool is_cxx)
{
	const char *msg = err->msg, *part;
	int len;

	if (err->code == IJ_ERR_NOMEM)
		return err;
	if (said && (err->code == IJ_ERR_NOTFOUND || err->code == IJ_ERR_FAULT))
		return replace(err, said);
	if (err->code == IJ_ERR_SYNTAX && strstr(msg, "no valid number"))
		return printed(err, "Invalid number \"%.*s\".", word_len(rest_of(msg, expr)),
			       rest_of(msg, expr));
	if (err->code == IJ_ERR_SYNTAX && *rest_of(msg, expr) == '"')
		return replace(err, "Unterminated string in expression.");
	if (err->code == IJ_ERR_SYNTAX && *rest_of(msg, expr) == '\'')
		return replace(err, "Unmatched single quote.");
	if (err->code == IJ_ERR_SYNTAX && isdigit((unsigned char)*rest_of(msg, expr)))
		return printed(err, "Invalid number \"%.*s\".", word_len(rest_of(msg, expr)),
			       rest_of(msg, expr));
	if (err->code == IJ_ERR_SYNTAX)
		return printed(err, "A syntax error in expression, near `%s'.", rest_of(msg, expr));
	if (between(msg, "result type of ", " is unknown;", &part, &len))
		return printed(err,
			       "'%.*s' has unknown return type; cast the call to its declared "
			       "return type",
			       len, part);
	if (between(msg, " has no member ", "", &part, &len))
		return printed(err, "There is no member %snamed %.*s.", is_cxx ? "or method " : "",
			       (int)strcspn(part, ":; "), part);
	if (between(msg, ": no ", " takes these arguments", &part, &len))
		return printed(err, "Cannot resolve %s %.*s to any overloaded instance",
			       strstr(msg, "; its class has ") ? "method" : "function", len, part);
	if (strstr(msg, "has no code of its own"))
		return replace(err, "Cannot evaluate function -- may be inlined");
	if (strstr(msg, " is no function, it is "))
		return replace(err, "Invalid data type for function to be called.");
	if (strstr(msg, "says nothing of the type"))
		return printed(err, "'%.*s' has unknown type; cast it to its declared type",
			       (int)strspn(rest_of(msg, expr),
					   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
					   "0123456789:"),
			       rest_of(msg, expr));
	/* "type struct x is unknown to ..." */
	if (between(msg, "type ", " is unknown to the program's debug information", &part, &len) &&
	    memchr(part, ' ', (size_t)len)) {
		int tag = (int)strcspn(part, " ");

		return printed(err, "No %.*s type named %.*s.", tag, part, len - tag - 1,
			       part + tag + 1);
	}
	if (strstr(msg, "count behind '@'"))
		return printed(err, "Invalid number 0 of repetitions.");
	if (strstr(msg, ": operator ") && strstr(msg, " takes no "))
		return replace(err, "Argument to arithmetic operation not a number or boolean.");
	for (size_t i = 0; i < IJ_COUNT(wordings); i++)
		if (strstr(msg, wordings[i].ours))
			return replace(err, wordings[i].gdbs);
	return err;
}
