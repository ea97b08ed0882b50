/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Completion, by the kind of operand that a command takes (commands.def). */
#include "repl/complete.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "interject/stop.h"
#include "repl/recipe.h"
#include "repl/settings.h"

enum { NAMES_MAX = 2000, SYSCALLS_MAX = 1024 };

struct completing {
	struct ij_interp *interp;
	const char *word;
	struct ij_words *ret;
};

/* Offer @text if the word begins so. That memory ran out only means fewer offers. */
static void offer(struct completing *c, const char *text)
{
	char *copy;

	if (strncmp(text, c->word, strlen(c->word)) != 0)
		return;
	copy = strdup(text);
	if (copy) {
		struct ij_error *err = ij_list_push(&c->ret->list, copy);

		if (err)
			free(copy);
		ij_error_free(err);
	}
}

static void offer_commands(struct completing *c)
{
	const struct ij_dialect *dialect = c->interp->dialect;

	for (size_t i = 0; i < dialect->len; i++)
		offer(c, dialect->words[i].word);
}

static void offer_recipes(struct completing *c)
{
	const char *name, *text;

	for (size_t i = 0; ij_recipe_builtin(i, &name, &text); i++)
		offer(c, name);
}

static void offer_settings(struct completing *c)
{
	for (size_t i = 0; ij_setting_name(i); i++)
		offer(c, ij_setting_name(i));
}

static void offer_variables(struct completing *c)
{
	IJ_LIST_EACH (&c->interp->vars.list, var) {
		char name[80];

		snprintf(name, sizeof(name), "$%.70s", var->name);
		offer(c, name);
	}
}

static void offer_names(struct completing *c)
{
	struct ij_session *session = c->interp->session;
	struct ij_error *err;
	char **names;
	size_t len;

	if (*c->word == '$') {
		offer_variables(c);
		return;
	}
	if (!session || !*c->word)
		return;
	err = ij_session_names(session, c->word, NAMES_MAX, &names, &len);
	if (err) {
		ij_error_free(err);
		return;
	}
	for (size_t i = 0; i < len; i++)
		offer(c, names[i]);
	ij_names_free(names, len);
	c->ret->calls = c->ret->list.len == 1;
}

static void offer_syscalls(struct completing *c)
{
	for (int i = 0; i < SYSCALLS_MAX; i++)
		if (ij_syscall_name(i))
			offer(c, ij_syscall_name(i));
}

/* The numbers in the folder @path of /proc, and with @names what these processes are called. */
static void offer_numbers(struct completing *c, const char *path, bool names)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char comm[64], file[300];
		ssize_t n = -1;
		int fd;

		if (!isdigit((unsigned char)*entry->d_name))
			continue;
		offer(c, entry->d_name);
		if (!names || isdigit((unsigned char)*c->word))
			continue;
		snprintf(file, sizeof(file), "%s/%s/comm", path, entry->d_name);
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			n = read(fd, comm, sizeof(comm) - 1);
			close(fd);
		}
		if (n > 1) {
			comm[n - 1] = 0;
			offer(c, comm);
		}
	}
	if (dir)
		closedir(dir);
}

static void offer_threads(struct completing *c)
{
	char path[64];

	offer(c, "any");
	snprintf(path, sizeof(path), "/proc/%d/task", c->interp->pid);
	if (c->interp->session)
		offer_numbers(c, path, false);
}

static void offer_registers(struct completing *c)
{
	offer(c, "all");
	for (size_t i = 0; ij_register_name(i); i++)
		offer(c, ij_register_name(i));
}

static void offer_on(struct completing *c, const char *operand)
{
	if (!*operand) {
		offer(c, "error");
		return;
	}
	offer(c, "stop");
	offer(c, "continue");
}

/* The value of a setting: `set walk ...`. */
static void offer_values(struct completing *c, const char *setting)
{
	static const char *const switches[] = {"on", "off", "auto", "own", "foreign", "none"};

	if (*setting == '$') {
		offer_names(c);
		return;
	}
	for (size_t i = 0; i < IJ_CLI_COUNT(switches); i++)
		offer(c, switches[i]);
}

/* @operand: what stands between the command and the word. */
static void offer_operand(struct completing *c, enum ij_operand kind, const char *operand)
{
	switch (kind) {
	case IJ_OPERAND_EXPR:
		offer_names(c);
		break;
	case IJ_OPERAND_PLACE:
	case IJ_OPERAND_PLACE_EXPR:
		offer_names(c);
		/* A place is no call. */
		c->ret->calls &= kind == IJ_OPERAND_PLACE_EXPR && *operand;
		break;
	case IJ_OPERAND_REGISTER:
		offer_registers(c);
		break;
	case IJ_OPERAND_TEXT:
		offer_variables(c);
		break;
	case IJ_OPERAND_PID:
		offer_numbers(c, "/proc", true);
		break;
	case IJ_OPERAND_THREAD:
		offer_threads(c);
		break;
	case IJ_OPERAND_SYSCALL:
		if (!*operand)
			offer_syscalls(c);
		break;
	case IJ_OPERAND_SETTING:
		if (*operand) {
			offer_values(c, operand);
			break;
		}
		offer_settings(c);
		offer_variables(c);
		break;
	case IJ_OPERAND_ON:
		offer_on(c, operand);
		break;
	case IJ_OPERAND_FILE:
		c->ret->files = true;
		break;
	case IJ_OPERAND_COMMAND:
		offer_commands(c);
		break;
	case IJ_OPERAND_RECIPE:
		if (!*operand)
			offer_recipes(c);
		break;
	case IJ_OPERAND_NONE:
		break;
	}
}

void ij_complete(void *interp, const char *before, const char *word, struct ij_words *ret)
{
	struct completing c = {.interp = interp, .word = word, .ret = ret};
	const struct ij_word *found;
	struct ij_error *err;
	size_t len;

	before += strspn(before, " \t");
	len = strcspn(before, " \t");
	if (!len) {
		offer_commands(&c);
		return;
	}
	err = ij_word_find(c.interp->dialect, before, len, &found);
	if (err) {
		ij_error_free(err);
		return;
	}
	before += len;
	offer_operand(&c, ij_verb_get(found->verb)->operand, before + strspn(before, " \t"));
}
