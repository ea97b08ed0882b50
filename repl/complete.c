/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Completion, by the kind of operand that a command takes (commands.def). */
#include "repl/complete.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "interject/stop.h"
#include "repl/held.h"
#include "repl/recipe.h"
#include "repl/scan.h"
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

static void offer_local(void *ctx, const struct ij_stop_variable *variable)
{
	offer(ctx, variable->name);
}

static void offer_locals(struct completing *c)
{
	size_t before = c->ret->list.len;

	if (c->interp->stop)
		ij_error_free(ij_stop_variables(c->interp->stop, c->interp->level, offer_local, c));
	c->ret->calls &= before == c->ret->list.len;
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
	c->ret->calls = len == 1 && ij_session_has_function(session, names[0]);
	ij_names_free(names, len);
	c->ret->open = !c->ret->calls;
	offer_locals(c);
}

/* Members of what stands before the word, or in it: `obj.fi`, `p->fi`. False: it is no member. */
static bool offer_members(struct completing *c, const char *operand)
{
	struct ij_session *session = c->interp->session;
	struct ij_scan_member at;
	struct ij_text line = {0};
	char **names, *object;
	struct ij_error *err;
	size_t len;

	ij_text_printf(&line, "%s%s", operand, c->word);
	if (!session || !ij_scan_member(ij_text_get(&line), &at)) {
		ij_text_deinit(&line);
		return false;
	}
	object = strndup(at.object, at.object_len);
	err = object ? ij_interp_see_frame(c->interp) : ij_cli_nomem();
	if (!err)
		err = ij_session_members(session, object, at.prefix, &names, &len);
	for (size_t i = 0; !err && i < len; i++) {
		struct ij_text whole = {0};

		/* The word is replaced, whatever of the object is in it. */
		ij_text_add(&whole, c->word, strlen(c->word) - strlen(at.prefix));
		ij_text_puts(&whole, names[i]);
		offer(c, ij_text_get(&whole));
		ij_text_deinit(&whole);
	}
	if (!err)
		ij_names_free(names, len);
	ij_error_free(err);
	free(object);
	ij_text_deinit(&line);
	c->ret->open = true;
	return true;
}

/* Types, as they go on from @tag that stands before the word: "struct ", or "". */
static void offer_types(struct completing *c, const char *tag)
{
	size_t len, tag_len = strlen(tag);
	struct ij_error *err;
	char **names;

	if (!c->interp->session || (!*c->word && !tag_len))
		return;
	err = ij_session_types(c->interp->session, c->word, NAMES_MAX, &names, &len);
	for (size_t i = 0; !err && i < len; i++)
		if (!strncmp(names[i], tag, tag_len) && !strchr(names[i] + tag_len, ' '))
			offer(c, names[i] + tag_len);
	if (!err)
		ij_names_free(names, len);
	ij_error_free(err);
}

/* The tag that @operand ends in, with its blank; "": none. */
static const char *tag_before(const char *operand)
{
	static const char *const tags[] = {"struct ", "union ", "enum "};
	size_t len = strlen(operand);

	for (size_t i = 0; i < IJ_CLI_COUNT(tags); i++) {
		size_t tag_len = strlen(tags[i]);

		if (len >= tag_len && !strcmp(operand + len - tag_len, tags[i]) &&
		    (len == tag_len || strchr(" \t(,*", operand[len - tag_len - 1])))
			return tags[i];
	}
	return "";
}

static void offer_expression(struct completing *c, const char *operand, bool types)
{
	const char *tag = tag_before(operand);

	if (offer_members(c, operand))
		return;
	if (!*tag)
		offer_names(c);
	if (*tag || types)
		offer_types(c, tag);
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
static void offer_values(struct completing *c)
{
	static const char *const switches[] = {"on", "off", "auto", "own", "foreign", "none"};

	for (size_t i = 0; i < IJ_CLI_COUNT(switches); i++)
		offer(c, switches[i]);
}

/* @operand: what stands between the command and the word. */
static void offer_operand(struct completing *c, enum ij_operand kind, const char *operand)
{
	switch (kind) {
	case IJ_OPERAND_EXPR:
		offer_expression(c, operand, false);
		break;
	case IJ_OPERAND_TYPE:
		offer_expression(c, operand, true);
		break;
	case IJ_OPERAND_PLACE:
	case IJ_OPERAND_PLACE_EXPR:
		if (!*operand || !offer_members(c, operand))
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
		if (*operand == '$') {
			offer_expression(c, operand, false);
			break;
		}
		if (*operand) {
			offer_values(c);
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
