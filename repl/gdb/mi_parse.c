/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands of GDB/MI (gdb's manual, 27.2.1; gdb/mi/mi-parse.c, mi-getopt.c). */
#include <ctype.h>
#include <string.h>

#include "repl/gdb/mi.h"

/* The number behind @option at *@pos, if that begins so. */
static struct ij_error *take_number(char **pos, const char *option, long *ret, bool *found)
{
	size_t len = strlen(option);
	char *end;

	*found = !strncmp(*pos, option, len) && isspace((unsigned char)(*pos)[len]);
	if (!*found)
		return NULL;
	if (*ret != -1)
		return IJ_MI_USAGE("Duplicate '%s' option", option);
	*pos += len;
	*pos += strspn(*pos, " \t");
	/* A thread group has a letter before its number. */
	if (!strcmp(option, "--thread-group")) {
		if (**pos != 'i')
			return IJ_MI_USAGE("Invalid thread group id");
		++*pos;
	}
	*ret = strtol(*pos, &end, 10);
	*pos = end;
	return NULL;
}

/* The options that every command takes. */
static struct ij_error *common(struct ij_mi_call *call, char *pos)
{
	long group = -1;
	bool found;

	for (;;) {
		pos += strspn(pos, " \t");
		if (!strncmp(pos, "--all", 5) && (!pos[5] || isspace((unsigned char)pos[5]))) {
			call->all = true;
			pos += 5;
			continue;
		}
		IJ_CLI_TRY(take_number(&pos, "--thread-group", &group, &found));
		if (!found)
			IJ_CLI_TRY(take_number(&pos, "--thread", &call->thread, &found));
		if (!found)
			IJ_CLI_TRY(take_number(&pos, "--frame", &call->frame, &found));
		if (!found && !strncmp(pos, "--language ", 11)) {
			pos += 11;
			pos += strspn(pos, " \t");
			pos += strcspn(pos, " \t");
			found = true;
		}
		if (!found)
			break;
		if (*pos && !isspace((unsigned char)*pos))
			return IJ_MI_USAGE("Invalid value for the option at '%s'", pos);
	}
	if (group != -1 && group != 1)
		return IJ_MI_USAGE("Invalid thread group for the --thread-group option");
	call->rest = strdup(pos);
	return call->rest ? NULL : ij_cli_nomem();
}

struct ij_error *ij_mi_parse(const char *line, struct ij_mi_call *ret)
{
	size_t len;

	*ret = (struct ij_mi_call){.thread = -1, .frame = -1};
	line += strspn(line, " \t");
	len = strspn(line, "0123456789");
	ret->token = strndup(line, len);
	if (!ret->token)
		return ij_cli_nomem();
	line += len;
	if (*line != '-') {
		line += strspn(line, " \t");
		ret->rest = strdup(line);
		return ret->rest ? NULL : ij_cli_nomem();
	}
	len = strcspn(line, " \t");
	ret->name = strndup(line + 1, len - 1);
	if (!ret->name)
		return ij_cli_nomem();
	if (!ij_mi_find(ret->name))
		return IJ_GDB_TEXT(NOTFOUND, "Undefined MI command: %s", ret->name);
	{
		char *rest = strdup(line + len);
		struct ij_error *err = rest ? common(ret, rest) : ij_cli_nomem();

		free(rest);
		return err;
	}
}

/* The byte that an escape behind its backslash is; 0: none that may stand in a text. */
static char escape(char **pos)
{
	static const char letters[] = "abfnrtv", bytes[] = "\a\b\f\n\r\t\v";
	const char *found, *from = *pos;
	int value = 0;

	while (*pos < from + 3 && **pos >= '0' && **pos <= '7')
		value = value * 8 + *(*pos)++ - '0';
	if (*pos > from || !**pos)
		return (char)value;
	found = strchr(letters, **pos);
	return found ? (++*pos, bytes[found - letters]) : *(*pos)++;
}

/* The word at *@pos, a C string or up to a blank; its end is behind it. */
static struct ij_error *word(struct ij_mi_call *call, char **pos, char **ret)
{
	char *from = *pos, *to = *pos;

	*ret = to;
	if (*from != '"') {
		from += strcspn(from, " \t");
		*pos = *from ? from + 1 : from;
		*from = 0;
		return NULL;
	}
	for (from++; *from && *from != '"';) {
		char c = *from++;

		if (c == '\\')
			c = escape(&from);
		if (!c)
			break;
		*to++ = c;
	}
	if (*from != '"' || (from[1] && !isspace((unsigned char)from[1])))
		return IJ_MI_USAGE("Problem parsing arguments: %s %s", call->name, call->rest);
	*pos = from[1] ? from + 2 : from + 1;
	*to = 0;
	return NULL;
}

struct ij_error *ij_mi_split(struct ij_mi_call *call)
{
	IJ_LIST(char *) list = {0};
	char *text = strdup(call->rest), *pos = text;
	struct ij_error *err = text ? NULL : ij_cli_nomem();

	while (!err) {
		char *item;

		pos += strspn(pos, " \t");
		if (!*pos)
			break;
		err = word(call, &pos, &item);
		if (err)
			break;
		item = strdup(item);
		err = item ? ij_list_push(&list, item) : ij_cli_nomem();
		if (err)
			free(item);
	}
	free(text);
	call->argv = list.items;
	call->argc = list.len;
	return err;
}

void ij_mi_call_deinit(struct ij_mi_call *call)
{
	for (size_t i = 0; i < call->argc; i++)
		free(call->argv[i]);
	free(call->argv);
	free(call->token);
	free(call->name);
	free(call->rest);
}

struct ij_error *ij_mi_option(struct ij_mi_call *call, const char *const *names, int *idx_ret,
			      const char **arg_ret)
{
	const char *text = call->at < call->argc ? call->argv[call->at] : "";

	*idx_ret = -1;
	if (*text != '-')
		return NULL;
	if (!strcmp(text, "--")) {
		call->at++;
		return NULL;
	}
	for (int i = 0; names[i]; i++) {
		size_t len = strcspn(names[i], ":");

		if (strlen(text + 1) != len || strncmp(names[i], text + 1, len) != 0)
			continue;
		call->at++;
		if (names[i][len]) {
			if (call->at >= call->argc)
				return IJ_MI_USAGE("-%s: Option %s requires an argument",
						   call->name, text + 1);
			*arg_ret = call->argv[call->at++];
		}
		*idx_ret = i;
		return NULL;
	}
	return IJ_MI_USAGE("-%s: Unknown option ``%s''", call->name, text + 1);
}
