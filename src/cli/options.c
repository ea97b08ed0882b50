/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines, by the tables options.def and commands.def (getopt_long(3)). */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "session/duration.h"

enum option_id {
#define IJ_O(NAME, commands, letter, name, arg, text) OPTION_##NAME,
#include "cli/options.def"
#undef IJ_O
	OPTION_COUNT
};

/* The letters that options.def uses for commands. */
enum {
#define IJ_CMD(NAME, name, letter, operands, summary) letter = 1 << IJ_COMMAND_##NAME,
#include "cli/commands.def"
#undef IJ_CMD
};

static const struct option_row {
	unsigned commands;
	char letter;
	const char *name;
	const char *arg;
	const char *text;
} rows[] = {
#define IJ_O(NAME, commands, letter, name, arg, text) \
	[OPTION_##NAME] = {commands, letter, name, arg, text},
#include "cli/options.def"
#undef IJ_O
};

static const struct command_row {
	const char *name;
	const char *operands;
	const char *summary;
} commands[] = {
#define IJ_CMD(NAME, name, letter, operands, summary) \
	[IJ_COMMAND_##NAME] = {#name, operands, summary},
#include "cli/commands.def"
#undef IJ_CMD
};

#define LONG_BASE 256 /* of the values getopt_long returns: above every letter */

const char *ij_command_name(enum ij_command command)
{
	return commands[command].name;
}

const char *ij_command_summary(enum ij_command command)
{
	return commands[command].summary;
}

static bool applies(enum ij_command command, size_t idx)
{
	return rows[idx].commands & (1u << command);
}

/* A process or thread id in [@pos, @end). */
static struct ij_error *parse_id(const char *what, const char *pos, const char *end, pid_t *ret)
{
	char text[16], *stop;
	size_t len = (size_t)(end - pos);
	long id = 0;

	if (len && len < sizeof(text) && isdigit((unsigned char)*pos)) {
		memcpy(text, pos, len);
		text[len] = 0;
		errno = 0;
		id = strtol(text, &stop, 10);
		if (errno || *stop || id > INT_MAX)
			id = 0;
	}
	if (id <= 0)
		return ij_error_new(USAGE, "\"%.*s\" is not a %s id: write a number from 1 on",
				    (int)(len < 40 ? len : 40), pos, what);
	*ret = (pid_t)id;
	return NULL;
}

static struct ij_error *parse_pids(const char *text, struct ij_pids *ret)
{
	const char *pos = text;

	for (;;) {
		const char *end = pos + strcspn(pos, ",");
		pid_t pid;

		IJ_TRY(parse_id("process", pos, end, &pid));
		IJ_TRY(ij_vec_push(&ret->list, pid));
		if (!*end)
			return NULL;
		pos = end + 1;
	}
}

static struct ij_error *parse_time(const char *name, const char *text, bool zero, uint64_t *ret)
{
	uint64_t ns;

	IJ_TRY(ij_error_wrap(ij_duration_parse(text, &ns), "--%s", name));
	if (!ns && !zero)
		return ij_error_new(USAGE, "--%s must be longer than 0", name);
	*ret = ns;
	return NULL;
}

static struct ij_error *apply(struct ij_options *o, enum option_id id, const char *arg)
{
	switch (id) {
	case OPTION_PID:
		return parse_pids(arg, &o->pids);
	case OPTION_NAME:
		return ij_vec_push(&o->names, arg);
	case OPTION_TID:
		return parse_id("thread", arg, arg + strlen(arg), &o->call.tid);
	case OPTION_TIMEOUT:
		return parse_time(rows[id].name, arg, false, &o->call.timeout_ns);
	case OPTION_PAUSE_BUDGET:
		return parse_time(rows[id].name, arg, false, &o->call.pause_ns);
	case OPTION_WAIT:
		return parse_time(rows[id].name, arg, true, &o->call.wait_ns);
	case OPTION_DECL:
		return ij_vec_push(&o->decls, arg);
	case OPTION_EXPLAIN:
		o->explain = true;
		break;
	case OPTION_JSON:
		o->json = true;
		break;
	case OPTION_FORCE:
		o->call.force = true;
		break;
	case OPTION_QUIET:
		o->quiet = true;
		break;
	case OPTION_HELP:
		o->help = true;
		break;
	case OPTION_COUNT:
		break;
	}
	return NULL;
}

/* What getopt_long wants: short options (":": it prints nothing itself), and long ones. */
static void make_getopt(enum ij_command command, char *letters, struct option *longs)
{
	*letters++ = ':';
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		if (!applies(command, i))
			continue;
		*longs++ = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].arg ? required_argument : no_argument,
			.val = LONG_BASE + (int)i,
		};
		if (rows[i].letter) {
			*letters++ = rows[i].letter;
			if (rows[i].arg)
				*letters++ = ':';
		}
	}
	*letters = 0;
	*longs = (struct option){0};
}

static enum option_id id_of(int value)
{
	if (value >= LONG_BASE)
		return (enum option_id)(value - LONG_BASE);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (rows[i].letter == value)
			return (enum option_id)i;
	return OPTION_COUNT;
}

/* @value: '?' or ':' of getopt_long, for argv[optind - 1]. */
static struct ij_error *bad_option(enum ij_command command, int value, char **argv)
{
	const char *name = commands[command].name;
	char letter[3] = {'-', (char)optopt, 0};
	const char *text = optopt > 0 && optopt < LONG_BASE ? letter : argv[optind - 1];

	if (value == ':')
		return ij_error_new(USAGE, "option %s wants an argument; see interject %s --help",
				    text, name);
	return ij_error_new(USAGE, "unknown or malformed option %s; see interject %s --help", text,
			    name);
}

struct ij_error *ij_options_parse(enum ij_command command, int argc, char **argv,
				  struct ij_options *ret)
{
	struct ij_options o = {
		.command = command,
		.call = {.timeout_ns = 5000000000u, .pause_ns = 50000000u, .wait_ns = 2000000000u},
	};
	struct option longs[OPTION_COUNT + 1];
	char letters[2 * OPTION_COUNT + 2];
	struct ij_error *err = NULL;
	int value;

	make_getopt(command, letters, longs);
	optind = 0; /* glibc: start anew */
	while (!err && (value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == '?' || value == ':')
			err = bad_option(command, value, argv);
		else
			err = apply(&o, id_of(value), optarg);
	}
	o.exprs = argv + optind;
	o.exprs_len = (size_t)(argc - optind);
	if (!err && !o.help && !o.pids.list.len && !o.names.len && !o.call.tid)
		err = ij_error_new(USAGE,
				   "no target: give --pid, --name or --tid; see interject %s "
				   "--help",
				   commands[command].name);
	if (err) {
		ij_options_deinit(&o);
		return err;
	}
	*ret = o;
	return NULL;
}

void ij_options_deinit(struct ij_options *options)
{
	ij_vec_deinit(&options->pids.list);
	ij_vec_deinit(&options->names);
	ij_vec_deinit(&options->decls);
}

static const char *const examples[] = {
	[IJ_COMMAND_CALL] = "  interject call -p 4242 'getpid()' 'malloc_trim(0)'\n"
			    "  interject call -p 4242 'setenv(\"TZ\", \"UTC\", 1)'\n"
			    "  interject call -p 4242 '(double)libm!pow(2.0, 0.5)'\n"
			    "  interject call -n redis-server --decl 'int f(char *, int)' "
			    "'f((char[64])0, 64)'\n",
	[IJ_COMMAND_CHECK] = "  interject check -p 4242\n"
			     "  interject check -p 4242 'malloc_trim(0)'\n",
};

void ij_options_help(enum ij_command command, struct ij_strbuf *out)
{
	const struct command_row *row = &commands[command];

	ij_strbuf_printf(out, "Usage: interject %s [OPTION...] %s\n", row->name, row->operands);
	ij_strbuf_printf(out, "%c%s.\n\nOptions:\n", toupper((unsigned char)row->summary[0]),
			 row->summary + 1);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char name[64];

		if (!applies(command, i))
			continue;
		snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, rows[i].arg ? "=" : "",
			 rows[i].arg ? rows[i].arg : "");
		if (rows[i].letter)
			ij_strbuf_printf(out, "  -%c, ", rows[i].letter);
		else
			ij_strbuf_puts(out, "      ");
		ij_strbuf_printf(out, "%-20s  %s\n", name, rows[i].text);
	}
	ij_strbuf_puts(out, "\nTIME is a number and ns, us, ms, s or m; without a unit seconds.\n");
	ij_strbuf_printf(out, "\nExamples:\n%s", examples[command]);
}
