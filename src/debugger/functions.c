/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions of the session that expressions call: $_streq and its like
 * (gdb/python/lib/gdb/function; gdb/value.c, isvoid_internal_fn; gdb/cli/cli-cmds.c,
 * gdb_setting_internal_fn). */
#include <regex.h>
#include <string.h>

#include "debugger/debugger.h"

enum { STRING_MAX = 1 << 20 };

/* One call of such a function. */
struct asked {
	struct ij_debugger *d;
	const struct ij_val *args;
	size_t len;
	struct ij_arena *arena;
	const char *name; /* of the function */
};

static struct ij_error *give_number(const struct asked *asked, int64_t value, struct ij_val *ret)
{
	return ij_val_set_integer(asked->arena, ij_cbase(IJ_CBASE_INT), value, ret);
}

static struct ij_error *give_text(const struct asked *asked, const char *text, struct ij_val *ret)
{
	const struct ij_ctype *type;
	const size_t len = strlen(text);

	IJ_TRY(ij_ctypes_array(ij_debugs_types(asked->d->debugs), ij_cbase(IJ_CBASE_CHAR), len + 1,
			       &type));
	return ij_val_make(asked->arena, type, text, ret);
}

/* Argument @idx as text, of the arena. */
static struct ij_error *text_of(const struct asked *asked, size_t idx, const char **ret)
{
	const struct ij_datum datum = {.val = asked->args[idx]};
	const struct ij_ctype *type = ij_ctype_strip(datum.val.type);
	struct ij_error *err;
	char *text;

	if (type->kind != IJ_CT_ARRAY && type->kind != IJ_CT_POINTER)
		return ij_error_new(TYPE, "Trying to read string with inappropriate type `%s'.",
				    type->name ? type->name : "?");
	IJ_TRY(ij_datum_string(asked->d, &datum, STRING_MAX, &text));
	*ret = ij_arena_text(asked->arena, text, strlen(text));
	err = *ret ? NULL : ij_error_nomem();
	free(text);
	return err;
}

static struct ij_error *number_of(const struct asked *asked, size_t idx, int64_t *ret)
{
	const struct ij_datum datum = {.val = asked->args[idx]};

	return ij_datum_integer(&datum, ret)
		       ? NULL
		       : ij_error_new(TYPE, "Value can't be converted to integer.");
}

static struct ij_error *is_void(const struct asked *asked, struct ij_val *ret)
{
	return give_number(asked, ij_ctype_strip(asked->args[0].type)->kind == IJ_CT_VOID, ret);
}

static struct ij_error *streq(const struct asked *asked, struct ij_val *ret)
{
	const char *a, *b;

	IJ_TRY(text_of(asked, 0, &a));
	IJ_TRY(text_of(asked, 1, &b));
	return give_number(asked, !strcmp(a, b), ret);
}

static struct ij_error *length(const struct asked *asked, struct ij_val *ret)
{
	const char *text;

	IJ_TRY(text_of(asked, 0, &text));
	return give_number(asked, (int64_t)strlen(text), ret);
}

/* Does @text begin as @pattern says? */
static struct ij_error *matches(const char *pattern, const char *text, bool *ret)
{
	IJ_STRBUF_AUTO whole = {0};
	regex_t regex;

	ij_strbuf_printf(&whole, "^(%s)", pattern);
	IJ_TRY(ij_strbuf_error(&whole));
	if (regcomp(&regex, whole.str, REG_EXTENDED | REG_NOSUB))
		return ij_error_new(USAGE, "Invalid regular expression: %s", pattern);
	*ret = !regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return NULL;
}

static struct ij_error *regex(const struct asked *asked, struct ij_val *ret)
{
	const char *text, *pattern;
	bool is = false;

	IJ_TRY(text_of(asked, 0, &text));
	IJ_TRY(text_of(asked, 1, &pattern));
	IJ_TRY(matches(pattern, text, &is));
	return give_number(asked, is, ret);
}

/* @size bytes of what argument @idx is or points to. */
static struct ij_error *bytes_of(const struct asked *asked, size_t idx, size_t size, void *ret)
{
	const struct ij_val *arg = &asked->args[idx];
	const struct ij_ctype *type = ij_ctype_strip(arg->type);

	if (type->kind == IJ_CT_ARRAY && arg->bytes && arg->place != IJ_VAL_TARGET) {
		if (size > type->size)
			return ij_error_new(LIMIT, "%zu bytes of an array of %llu", size,
					    (unsigned long long)type->size);
		memcpy(ret, arg->bytes, size);
		return NULL;
	}
	return ij_debugger_read(
		asked->d, type->kind == IJ_CT_ARRAY ? arg->addr : ij_val_address(arg), ret, size);
}

static struct ij_error *memeq(const struct asked *asked, struct ij_val *ret)
{
	int64_t size;
	void *a, *b;

	IJ_TRY(number_of(asked, 2, &size));
	if (size < 0)
		return ij_error_new(USAGE, "length must be non-negative");
	if (size > STRING_MAX)
		return ij_error_new(LIMIT, "%s compares %d bytes at most", asked->name, STRING_MAX);
	a = ij_arena_alloc(asked->arena, (size_t)size + 1);
	b = ij_arena_alloc(asked->arena, (size_t)size + 1);
	if (!a || !b)
		return ij_error_nomem();
	IJ_TRY(bytes_of(asked, 0, (size_t)size, a));
	IJ_TRY(bytes_of(asked, 1, (size_t)size, b));
	return give_number(asked, !memcmp(a, b, (size_t)size), ret);
}

static struct ij_error *as_string(const struct asked *asked, struct ij_val *ret)
{
	const struct ij_datum datum = {.val = asked->args[0]};
	struct ij_error *err;
	char *text;

	IJ_TRY(ij_datum_text(asked->d, &datum, NULL, &text));
	err = give_text(asked, text, ret);
	free(text);
	return err;
}

static struct ij_error *setting(const struct asked *asked, struct ij_val *ret)
{
	const struct ij_debugger_hooks *hooks = &asked->d->hooks;
	const bool as_text = !strcmp(asked->name, "$_gdb_setting_str");
	struct ij_error *err;
	bool is_number = false;
	char *text = NULL;
	int64_t number = 0;
	const char *name;

	IJ_TRY(text_of(asked, 0, &name));
	if (hooks->setting)
		IJ_TRY(hooks->setting(hooks->ctx, name, &text, &is_number, &number));
	if (!text)
		return ij_error_new(NOTFOUND,
				    "First argument of %s must be a valid setting of the 'show' "
				    "command.",
				    asked->name);
	err = is_number && !as_text ? give_number(asked, number, ret) : give_text(asked, text, ret);
	free(text);
	return err;
}

/* Is a function so many frames further out, or with @any nearer, called as the first argument says?
 */
static struct ij_error *caller(const struct asked *asked, bool any, bool by_regex,
			       struct ij_val *ret)
{
	const unsigned selected = asked->d->selected;
	struct ij_debugger_frame frame;
	int64_t frames = 1;
	const char *name;
	bool is = false;

	IJ_TRY(text_of(asked, 0, &name));
	if (asked->len > 1)
		IJ_TRY(number_of(asked, 1, &frames));
	if (frames < 0)
		return ij_error_new(USAGE, "nframes must be >= 0");
	if (!asked->d->inf && !asked->d->target)
		return ij_error_new(NOPROC, "No frame is currently selected.");
	for (int64_t i = any ? 0 : frames; i <= frames && !is; i++) {
		struct ij_error *err = ij_debugger_frame(asked->d, selected + (unsigned)i, &frame);

		if (err && err->code != IJ_ERR_NOTFOUND)
			return err;
		ij_error_free(err);
		if (err)
			break;
		if (frame.function && by_regex)
			IJ_TRY(matches(name, frame.function, &is));
		else if (frame.function)
			is = !strcmp(name, frame.function);
	}
	return give_number(asked, is, ret);
}

static struct ij_error *caller_is(const struct asked *asked, struct ij_val *ret)
{
	return caller(asked, false, false, ret);
}

static struct ij_error *caller_matches(const struct asked *asked, struct ij_val *ret)
{
	return caller(asked, false, true, ret);
}

static struct ij_error *any_caller_is(const struct asked *asked, struct ij_val *ret)
{
	return caller(asked, true, false, ret);
}

static struct ij_error *any_caller_matches(const struct asked *asked, struct ij_val *ret)
{
	return caller(asked, true, true, ret);
}

static const struct function {
	const char *name;
	size_t least, most; /* arguments */
	struct ij_error *(*run)(const struct asked *asked, struct ij_val *ret);
} functions[] = {
	{"$_any_caller_matches", 1, 2, any_caller_matches},
	{"$_any_caller_is", 1, 2, any_caller_is},
	{"$_caller_matches", 1, 2, caller_matches},
	{"$_caller_is", 1, 2, caller_is},
	{"$_as_string", 1, 1, as_string},
	{"$_regex", 2, 2, regex},
	{"$_streq", 2, 2, streq},
	{"$_strlen", 1, 1, length},
	{"$_memeq", 3, 3, memeq},
	{"$_gdb_setting", 1, 1, setting},
	{"$_gdb_setting_str", 1, 1, setting},
	{"$_isvoid", 1, 1, is_void},
};

const char *ij_debugger_session_function(size_t idx)
{
	return idx < IJ_COUNT(functions) ? functions[idx].name : NULL;
}

struct ij_error *ij_functions_call(struct ij_host *host, const char *name,
				   const struct ij_val *args, size_t args_len,
				   struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	const struct asked asked = {.d = ((struct ij_debugger_host *)host)->debugger,
				    .args = args,
				    .len = args_len,
				    .arena = arena,
				    .name = name};

	*found = false;
	for (size_t i = 0; i < IJ_COUNT(functions); i++) {
		const struct function *it = &functions[i];

		if (strcmp(it->name, name) != 0)
			continue;
		*found = true;
		if (args_len < it->least || args_len > it->most)
			return ij_error_new(USAGE, "You must provide %s argument%s for %s.",
					    it->most == 1   ? "one"
					    : it->most == 2 ? "two"
							    : "three",
					    it->most == 1 ? "" : "s", name);
		/* Nothing is known of values that are but planned. */
		return host->dry ? give_number(&asked, 0, ret) : it->run(&asked, ret);
	}
	return NULL;
}
