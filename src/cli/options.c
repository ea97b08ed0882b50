/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Command lines, by the tables options.def and commands.def (getopt_long(3)). */
#include "cli/options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "repl/fleet.h"

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
		return ij_error_create(IJ_ERR_USAGE,
				       "\"%.*s\" is not a %s id: write a number from 1 on",
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

		IJ_CLI_TRY(parse_id("process", pos, end, &pid));
		IJ_CLI_TRY(ij_list_push(&ret->list, pid));
		if (!*end)
			return NULL;
		pos = end + 1;
	}
}

static struct ij_error *parse_goroutine(const char *text, uint64_t *ret)
{
	unsigned long long id;
	char *end;

	errno = 0;
	id = isdigit((unsigned char)*text) ? strtoull(text, &end, 10) : 0;
	if (!id || errno || *end)
		return ij_error_create(IJ_ERR_USAGE,
				       "\"%.40s\" is not a goroutine id: write a number from 1 on",
				       text);
	*ret = id;
	return NULL;
}

static struct ij_error *parse_time(const char *name, const char *text, bool zero, uint64_t *ret)
{
	uint64_t ns;

	IJ_CLI_TRY(ij_cli_wrap(ij_duration_parse(text, &ns), "--%s", name));
	if (!ns && !zero)
		return ij_error_create(IJ_ERR_USAGE, "--%s must be longer than 0", name);
	*ret = ns;
	return NULL;
}

static struct ij_error *parse_avoid(const char *text, struct ij_options *o)
{
	for (const char *pos = text;; pos++) {
		size_t len = strcspn(pos, ",");
		char *name = strndup(pos, len);
		struct ij_error *err;

		if (name && !len) {
			free(name);
			return ij_error_create(IJ_ERR_USAGE, "--avoid \"%s\": a name is missing",
					       text);
		}
		err = name ? ij_list_push(&o->avoid, name) : ij_cli_nomem();
		if (err) {
			free(name);
			return err;
		}
		pos += len;
		if (!*pos)
			return NULL;
	}
}

static struct ij_error *parse_jobs(const char *text, unsigned *ret)
{
	char *end;
	long jobs = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0;

	if (jobs < 1 || *end || jobs > IJ_FLEET_JOBS_MAX)
		return ij_error_create(IJ_ERR_USAGE, "--jobs=%.40s: write a number from 1 to %d",
				       text, IJ_FLEET_JOBS_MAX);
	*ret = (unsigned)jobs;
	return NULL;
}

/* What of a value is printed at most. */
static struct ij_error *parse_limit(const char *option, const char *text, uint32_t *ret)
{
	char *end;
	unsigned long limit = isdigit((unsigned char)*text) ? strtoul(text, &end, 10) : 0;

	if (!strcmp(text, "unlimited")) {
		*ret = UINT32_MAX;
		return NULL;
	}
	if (limit < 1 || *end || limit >= UINT32_MAX)
		return ij_error_create(IJ_ERR_USAGE,
				       "%s=%.40s: write a number from 1 on, or unlimited", option,
				       text);
	*ret = (uint32_t)limit;
	return NULL;
}

static struct ij_error *parse_stack(const char *text, enum ij_call_stack *ret)
{
	static const char *const names[] = {[IJ_CALL_STACK_AUTO] = "auto",
					    [IJ_CALL_STACK_OWN] = "own",
					    [IJ_CALL_STACK_FOREIGN] = "foreign"};

	for (size_t i = 0; i < IJ_CLI_COUNT(names); i++) {
		if (!strcmp(text, names[i])) {
			*ret = (enum ij_call_stack)i;
			return NULL;
		}
	}
	return ij_error_create(IJ_ERR_USAGE, "--stack=%.40s: write auto, own or foreign", text);
}

static struct ij_error *apply(struct ij_options *o, enum option_id id, const char *arg)
{
	switch (id) {
	case OPTION_PID:
		return parse_pids(arg, &o->pids);
	case OPTION_NAME:
		return ij_list_push(&o->names, arg);
	case OPTION_TID:
		return parse_id("thread", arg, arg + strlen(arg), &o->call.tid);
	case OPTION_GOROUTINE:
		return parse_goroutine(arg, &o->call.goroutine);
	case OPTION_TIMEOUT:
		return parse_time(rows[id].name, arg, false, &o->call.timeout_ns);
	case OPTION_PAUSE_BUDGET:
		return parse_time(rows[id].name, arg, false, &o->call.pause_ns);
	case OPTION_WAIT:
		return parse_time(rows[id].name, arg, true, &o->call.wait_ns);
	case OPTION_WALK:
		return ij_cli_wrap(ij_walkers_parse(arg, &o->call.walkers), "--walk");
	case OPTION_UNTIL:
		o->call.until = arg;
		break;
	case OPTION_AT:
		o->call.at = arg;
		break;
	case OPTION_DECL:
		return ij_list_push(&o->decls, arg);
	case OPTION_HEADER:
		return ij_list_push(&o->headers, arg);
	case OPTION_AVOID:
		return parse_avoid(arg, o);
	case OPTION_POLICY:
		return ij_list_push(&o->policies, arg);
	case OPTION_ONE_STOP:
		o->one_stop = true;
		break;
	case OPTION_EXPLAIN:
		o->explain = o->call.explain = true;
		break;
	case OPTION_JSON:
		o->json = true;
		break;
	case OPTION_SOURCE:
		o->maps.source = arg;
		break;
	case OPTION_CODEC:
		o->codec = arg;
		break;
	case OPTION_OUTPUT:
		o->output = arg;
		break;
	case OPTION_SLOP:
		o->maps.slop = true;
		break;
	case OPTION_STACK:
		return parse_stack(arg, &o->call.stack);
	case OPTION_FORCE:
		o->call.force = true;
		break;
	case OPTION_REHEARSE:
		o->call.rehearse = true;
		break;
	case OPTION_IN_COPY:
		o->call.in_copy = true;
		break;
	case OPTION_LIST:
		o->list = true;
		break;
	case OPTION_NO_INIT:
		o->no_init = true;
		break;
	case OPTION_DRY_RUN:
		o->dry_run = true;
		break;
	case OPTION_TARGETS:
		o->targets = arg;
		break;
	case OPTION_JOBS:
		return parse_jobs(arg, &o->jobs);
	case OPTION_PRINT_ELEMENTS:
		return parse_limit("--print-elements", arg, &o->call.print_elements);
	case OPTION_PRINT_DEPTH:
		return parse_limit("--print-depth", arg, &o->call.print_depth);
	case OPTION_CAPTURE:
		o->call.capture = true;
		break;
	case OPTION_KEEP:
		o->call.keep = true;
		break;
	case OPTION_QUIET:
		o->quiet = true;
		break;
	case OPTION_VERBOSE:
		o->verbose = true;
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
	/* A system call's arguments may be negative numbers: its options end before its name. */
	if (command == IJ_COMMAND_SYSCALL)
		*letters++ = '+';
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

/* Two commands may have a letter for different options. */
static enum option_id id_of(enum ij_command command, int value)
{
	if (value >= LONG_BASE)
		return (enum option_id)(value - LONG_BASE);
	for (size_t i = 0; i < OPTION_COUNT; i++)
		if (rows[i].letter == value && applies(command, i))
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
		return ij_error_create(IJ_ERR_USAGE,
				       "option %s wants an argument; see interject %s --help", text,
				       name);
	return ij_error_create(IJ_ERR_USAGE,
			       "unknown or malformed option %s; see interject %s --help", text,
			       name);
}

static bool wants_target(enum ij_command command)
{
	return command != IJ_COMMAND_DOCTOR && command != IJ_COMMAND_MAPS &&
	       command != IJ_COMMAND_BATCH && command != IJ_COMMAND_REPL &&
	       command != IJ_COMMAND_RECIPE;
}

struct ij_error *ij_options_parse(enum ij_command command, int argc, char **argv,
				  struct ij_options *ret)
{
	struct ij_options o = {.command = command, .jobs = 1};
	struct option longs[OPTION_COUNT + 1];
	char letters[2 * OPTION_COUNT + 3];
	struct ij_error *err = NULL;
	int value;

	ij_call_options_init(&o.call, sizeof(o.call));
	ij_maps_options_init(&o.maps, sizeof(o.maps));
	make_getopt(command, letters, longs);
	optind = 0; /* glibc: start anew */
	while (!err && (value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (value == '?' || value == ':')
			err = bad_option(command, value, argv);
		else
			err = apply(&o, id_of(command, value), optarg);
	}
	o.call.text_only = !o.json;
	o.exprs = argv + optind;
	o.exprs_len = (size_t)(argc - optind);
	if (!err && !o.help && !o.list && wants_target(command) && !o.pids.list.len &&
	    !o.names.len && !o.call.tid)
		err = ij_error_create(IJ_ERR_USAGE,
				      "no target: give --pid, --name or --tid%s; see interject %s "
				      "--help",
				      command == IJ_COMMAND_SYSCALL && o.exprs_len
					      ? " before the system call"
					      : "",
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
	ij_list_deinit(&options->pids.list);
	ij_list_deinit(&options->names);
	ij_list_deinit(&options->decls);
	ij_list_deinit(&options->headers);
	ij_list_deinit(&options->policies);
	IJ_LIST_EACH (&options->avoid, name)
		free(*name);
	ij_list_deinit(&options->avoid);
}

static const char *const examples[] = {
	[IJ_COMMAND_CALL] = "  interject call -p 4242 'getpid()' 'malloc_trim(0)'\n"
			    "  interject call -p 4242 'setenv(\"TZ\", \"UTC\", 1)'\n"
			    "  interject call -p 4242 '(double)libm!pow(2.0, 0.5)'\n"
			    "  interject call -n redis-server --decl 'int f(char *, int)' "
			    "'f((char[64])0, 64)'\n",
	[IJ_COMMAND_SYSCALL] =
		"  interject syscall -p 4242 close 5\n"
		"  interject syscall -p 4242 'openat(AT_FDCWD, \"/tmp/x\", "
		"O_RDWR|O_CREAT, 0600)'\n"
		"  interject syscall -p 4242 prlimit64 0 RLIMIT_NOFILE '{4096, 8192}'\n",
	[IJ_COMMAND_REPL] = "  interject repl -p 4242\n",
	[IJ_COMMAND_RECIPE] = "  interject recipe show malloc-info\n"
			      "  interject recipe run malloc-info -p 4242 file=/tmp/heap.xml\n",
	[IJ_COMMAND_BATCH] =
		"  interject batch -p 4242 trim.ij\n"
		"  echo 'call malloc_trim(0)' | interject batch -n redis-server -j 8 --json -\n",
	[IJ_COMMAND_CHECK] = "  interject check -p 4242\n"
			     "  interject check -p 4242 'malloc_trim(0)'\n",
	[IJ_COMMAND_GOROUTINES] = "  interject goroutines -p 4242\n"
				  "  interject goroutines -n server --json\n",
	[IJ_COMMAND_DOCTOR] = "  interject doctor\n"
			      "  interject doctor -p 4242 --verbose\n",
	[IJ_COMMAND_MAPS] = "  interject maps show /usr/bin/redis-server main\n"
			    "  interject maps stat --json /usr/bin/redis-server\n"
			    "  interject maps encode /usr/bin/redis-server -o redis.ijmap\n",
};

void ij_options_help(enum ij_command command, FILE *out)
{
	const struct command_row *row = &commands[command];
	bool times = false;

	fprintf(out, "Usage: interject %s [OPTION...]%s%s\n", row->name, *row->operands ? " " : "",
		row->operands);
	fprintf(out, "%c%s.\n\nOptions:\n", toupper((unsigned char)row->summary[0]),
		row->summary + 1);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		char name[64];

		if (!applies(command, i))
			continue;
		times |= rows[i].arg && !strcmp(rows[i].arg, "TIME");
		snprintf(name, sizeof(name), "--%s%s%s", rows[i].name, rows[i].arg ? "=" : "",
			 rows[i].arg ? rows[i].arg : "");
		if (rows[i].letter)
			fprintf(out, "  -%c, ", rows[i].letter);
		else
			fputs("      ", out);
		fprintf(out, "%-20s  %s\n", name, rows[i].text);
	}
	if (times)
		fputs("\nTIME is a number and ns, us, ms, s or m; without a unit "
		      "seconds.\n",
		      out);
	fprintf(out, "\nExamples:\n%s", examples[command]);
}
