/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Targets from JSON Lines. */
#include "repl/targets_in.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

enum { MEMBERS_MAX = 64 };

struct reader {
	const char *text, *pos;
};

static struct ij_error *wrong(const struct reader *r, const char *what)
{
	return ij_error_create(IJ_ERR_SYNTAX, "column %zu: %s", (size_t)(r->pos - r->text) + 1,
			       what);
}

static void skip(struct reader *r)
{
	r->pos += strspn(r->pos, " \t\r\n");
}

/* A code point as UTF-8. */
static void add_utf8(unsigned code, struct ij_text *out)
{
	char bytes[4];
	size_t len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (len == 1) {
		bytes[0] = (char)code;
	} else {
		for (size_t i = len; i-- > 1; code >>= 6)
			bytes[i] = (char)(0x80 | (code & 0x3f));
		bytes[0] = (char)((0xf00 >> len & 0xff) | code);
	}
	ij_text_add(out, bytes, len);
}

/* The four digits behind \u; UINT_MAX: they are none. */
static unsigned hex4(const char *at)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef0123456789ABCDEF";
		const char *hit = at[i] ? strchr(digits, at[i]) : NULL;

		if (!hit)
			return UINT_MAX;
		value = value << 4 | ((unsigned)(hit - digits) & 15);
	}
	return value;
}

/* The escape at the backslash r->pos. */
static struct ij_error *read_escape(struct reader *r, struct ij_text *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *hit = r->pos[1] ? strchr(from, r->pos[1]) : NULL;
	unsigned code, low;

	if (hit) {
		ij_text_add(out, &to[hit - from], 1);
		r->pos += 2;
		return NULL;
	}
	code = r->pos[1] == 'u' ? hex4(r->pos + 2) : UINT_MAX;
	if (code == UINT_MAX || !code)
		return wrong(r, "this escape means nothing");
	r->pos += 6;
	if (code >= 0xd800 && code < 0xdc00 && r->pos[0] == '\\' && r->pos[1] == 'u') {
		low = hex4(r->pos + 2);
		if (low >= 0xdc00 && low < 0xe000) {
			code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
			r->pos += 6;
		}
	}
	add_utf8(code >= 0xd800 && code < 0xe000 ? 0xfffd : code, out);
	return NULL;
}

static struct ij_error *read_string(struct reader *r, char **ret)
{
	struct ij_text out = {0};
	struct ij_error *err = NULL;

	if (*r->pos != '"')
		return wrong(r, "a string is expected");
	r->pos++;
	while (!err && *r->pos != '"') {
		if ((unsigned char)*r->pos < ' ')
			err = wrong(r, "the string is not closed");
		else if (*r->pos == '\\')
			err = read_escape(r, &out);
		else
			ij_text_add(&out, r->pos++, 1);
	}
	if (err) {
		ij_text_deinit(&out);
		return err;
	}
	r->pos++;
	return ij_text_take(&out, ret);
}

static struct ij_error *read_number(struct reader *r, struct ij_value *ret)
{
	size_t len = strspn(r->pos, "+-0123456789.eE");
	char text[64], *end;

	if (!len || len >= sizeof(text))
		return wrong(r, "a string, a number, true, false or null is expected");
	memcpy(text, r->pos, len);
	text[len] = 0;
	errno = 0;
	if (strpbrk(text, ".eE"))
		*ret = (struct ij_value){.kind = IJ_KIND_FLOAT, .f = strtod(text, &end)};
	else
		*ret = ij_value_int(strtoll(text, &end, 10));
	if (*end || errno)
		return wrong(r, "this is no number");
	r->pos += len;
	return NULL;
}

static bool skip_word(struct reader *r, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(r->pos, word, len) != 0)
		return false;
	r->pos += len;
	return true;
}

static struct ij_error *read_value(struct reader *r, struct ij_value *ret)
{
	skip(r);
	if (*r->pos == '"') {
		*ret = (struct ij_value){.kind = IJ_KIND_STRING};
		return read_string(r, &ret->str);
	}
	if (*r->pos == '{' || *r->pos == '[')
		return wrong(r, "an object or a list has no meaning here");
	*ret = (struct ij_value){.kind = IJ_KIND_VOID};
	if (skip_word(r, "true"))
		*ret = ij_value_int(1);
	else if (skip_word(r, "false"))
		*ret = ij_value_int(0);
	else if (!skip_word(r, "null"))
		return read_number(r, ret);
	return NULL;
}

/* One member; @value is consumed. */
static struct ij_error *take_member(struct reader *r, const char *key, struct ij_value *value,
				    struct ij_target_line *line)
{
	size_t len = strlen(key);

	if (!strcmp(key, "pid") && value->kind == IJ_KIND_INT && value->i > 0 &&
	    value->i <= INT_MAX) {
		line->pid = (pid_t)value->i;
		return NULL;
	}
	if (!strcmp(key, "name") && value->kind == IJ_KIND_STRING) {
		free(line->name);
		line->name = value->str;
		return NULL;
	}
	if (!strcmp(key, "pid") || !strcmp(key, "name") || !len || ij_var_name_len(key) != len) {
		ij_value_deinit(value);
		return wrong(r, "this member has no meaning: pid is a number from 1 on, name a "
				"string, and all others are named as variables are");
	}
	if (value->kind == IJ_KIND_VOID)
		return NULL;
	return ij_vars_set(&line->vars, key, len, value);
}

static struct ij_error *read_member(struct reader *r, struct ij_target_line *line)
{
	struct ij_value value;
	struct ij_error *err;
	char *key;

	skip(r);
	IJ_CLI_TRY(read_string(r, &key));
	skip(r);
	if (*r->pos != ':')
		err = wrong(r, "a colon is expected");
	else {
		r->pos++;
		err = read_value(r, &value);
	}
	if (!err)
		err = take_member(r, key, &value, line);
	free(key);
	return err;
}

static struct ij_error *read_object(struct reader *r, struct ij_target_line *line)
{
	unsigned members = 0;

	skip(r);
	if (*r->pos != '{')
		return wrong(r, "an object is expected");
	do {
		r->pos++;
		if (++members > MEMBERS_MAX)
			return wrong(r, "too many members");
		IJ_CLI_TRY(read_member(r, line));
		skip(r);
	} while (*r->pos == ',');
	if (*r->pos != '}')
		return wrong(r, "a comma or } is expected");
	r->pos++;
	skip(r);
	if (*r->pos)
		return wrong(r, "something follows the object");
	if ((line->pid != 0) == (line->name != NULL))
		return wrong(r, "a target has a pid or a name");
	return NULL;
}

struct ij_error *ij_target_line_parse(const char *text, struct ij_target_line *ret)
{
	struct reader r = {text, text};
	struct ij_target_line line = {0};
	struct ij_error *err = read_object(&r, &line);

	if (err) {
		ij_target_line_deinit(&line);
		return err;
	}
	*ret = line;
	return NULL;
}

void ij_target_line_deinit(struct ij_target_line *line)
{
	free(line->name);
	ij_vars_deinit(&line->vars);
	*line = (struct ij_target_line){0};
}

static struct ij_error *push(struct ij_batch_targets *targets, pid_t pid,
			     const struct ij_vars *vars)
{
	struct ij_batch_target target = {.pid = pid};
	struct ij_error *err = ij_vars_copy(vars, &target.vars);

	if (!err)
		err = ij_list_push(&targets->list, target);
	if (err)
		ij_vars_deinit(&target.vars);
	return err;
}

static struct ij_error *add_line(const char *text, struct ij_batch_targets *ret)
{
	struct ij_target_line line;
	struct ij_error *err;
	pid_t *pids = NULL;
	size_t len = 0;

	IJ_CLI_TRY(ij_target_line_parse(text, &line));
	if (line.name)
		err = ij_target_find(line.name, &pids, &len);
	else
		err = push(ret, line.pid, &line.vars);
	for (size_t i = 0; i < len && !err; i++)
		err = push(ret, pids[i], &line.vars);
	free(pids);
	ij_target_line_deinit(&line);
	return err;
}

struct ij_error *ij_targets_read(const char *name, const char *text, struct ij_batch_targets *ret)
{
	unsigned number = 1;

	for (const char *at = text; *at; number++) {
		size_t len = strcspn(at, "\n");
		char *line = strndup(at, len);
		struct ij_error *err = line ? NULL : ij_cli_nomem();

		if (!err && line[strspn(line, " \t\r")])
			err = add_line(line, ret);
		free(line);
		if (err)
			return ij_cli_wrap(err, "%s:%u", name, number);
		at += len + (at[len] == '\n');
	}
	return NULL;
}

void ij_batch_targets_deinit(struct ij_batch_targets *targets)
{
	IJ_LIST_EACH (&targets->list, target)
		ij_vars_deinit(&target->vars);
	ij_list_deinit(&targets->list);
}
