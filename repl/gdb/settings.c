/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings: finding them by the beginnings of their words, reading and showing values. */
#include "repl/gdb/settings.h"

#include <ctype.h>
#include <string.h>

#include "interject/debugger.h"
#include "repl/text.h"

enum kind { BOOL, UINT, ENUM, TEXT };

static const struct row {
	const char *name;
	enum kind kind;
	int64_t value;
	const char *words, *sentence;
} rows[] = {
#define IJ_GS(NAME, name, kind, value, words, sentence) {name, kind, value, words, sentence},
#include "repl/gdb/settings.def"
#undef IJ_GS
};

void ij_gdb_settings_init(struct ij_gdb_settings *settings)
{
	*settings = (struct ij_gdb_settings){.texts = {NULL}};
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		settings->numbers[i] = rows[i].value;
}

const char *ij_gdb_setting_name(size_t idx)
{
	return idx < IJ_CLI_COUNT(rows) ? rows[idx].name : NULL;
}

void ij_gdb_settings_deinit(struct ij_gdb_settings *settings)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		free(settings->texts[i]);
}

/*
 * How far @text goes along the words of @name, each of which may be cut short: bytes of it, 0: not
 * at all, or not through its last word. @exact_ret: nothing was cut short.
 */
static size_t match(const char *name, const char *text, bool *exact_ret)
{
	const char *pos = text;

	*exact_ret = true;
	for (;;) {
		size_t len = strcspn(pos, " \t"), whole = strcspn(name, " ");

		if (!len || len > whole || strncmp(pos, name, len) != 0)
			return 0;
		*exact_ret = *exact_ret && len == whole;
		pos += len;
		name += whole;
		if (!*name)
			return (size_t)(pos - text);
		name++;
		pos += strspn(pos, " \t");
	}
}

/* The row that @text begins with; -1: none; -2: several. @len_ret: bytes of its name. */
static int find(const char *text, size_t *len_ret)
{
	int found = -1;
	bool exact, several = false;

	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++) {
		size_t len = match(rows[i].name, text, &exact);

		if (!len)
			continue;
		*len_ret = len;
		if (exact)
			return (int)i;
		several = several || found >= 0;
		found = (int)i;
	}
	return several ? -2 : found;
}

static bool is_one_of(const char *text, const char *words, size_t *idx_ret)
{
	size_t len = strlen(text), idx = 0;

	for (const char *pos = words; *pos; idx++) {
		size_t whole = strcspn(pos, " ");

		if (len && len <= whole && !strncmp(pos, text, len)) {
			*idx_ret = idx;
			return true;
		}
		pos += whole;
		pos += *pos == ' ';
	}
	return false;
}

static struct ij_error *set_bool(const char *text, int64_t *ret)
{
	size_t idx;

	if (!*text || is_one_of(text, "on yes enable 1", &idx))
		*ret = 1;
	else if ((strcmp(text, "o") != 0 && is_one_of(text, "off no disable 0", &idx)))
		*ret = 0;
	else
		return ij_error_create(IJ_ERR_USAGE, "\"on\" or \"off\" expected.");
	return NULL;
}

static struct ij_error *set_number(const char *text, int64_t *ret)
{
	char *end;
	long long value;

	if (!*text)
		return ij_error_create(
			IJ_ERR_USAGE,
			"Argument required (integer to set it to, or \"unlimited\").");
	if (!strncmp("unlimited", text, strlen(text))) {
		*ret = 0;
		return NULL;
	}
	value = strtoll(text, &end, 0);
	if (end == text && isalpha((unsigned char)*text))
		return ij_error_create(IJ_ERR_USAGE, "No symbol \"%s\" in current context.", text);
	if (*end)
		return ij_error_create(IJ_ERR_USAGE, "Invalid number \"%s\".", text);
	if (value < -1 || value > UINT32_MAX)
		return ij_error_create(IJ_ERR_USAGE, "integer %lld out of range", value);
	*ret = value < 0 ? 0 : value;
	return NULL;
}

static struct ij_error *set_word(const struct row *row, const char *text, int64_t *ret)
{
	struct ij_text list = {0};
	struct ij_error *err;
	size_t idx;

	if (is_one_of(text, row->words, &idx)) {
		*ret = (int64_t)idx;
		return NULL;
	}
	if (*text)
		return ij_error_create(IJ_ERR_USAGE, "Undefined item: \"%s\".", text);
	for (const char *pos = row->words; *pos;) {
		size_t len = strcspn(pos, " ");

		if (list.len)
			ij_text_puts(&list, ", ");
		ij_text_add(&list, pos, len);
		pos += len;
		pos += *pos == ' ';
	}
	err = ij_error_create(IJ_ERR_USAGE, "Requires an argument. Valid arguments are %s.",
			      ij_text_get(&list));
	ij_text_deinit(&list);
	return err;
}

struct ij_error *ij_gdb_settings_set(struct ij_gdb_settings *settings, char *text, bool *found_ret)
{
	size_t len = 0;
	int idx = find(text, &len);
	const char *value;
	char *copy;

	*found_ret = idx >= 0;
	if (idx < 0)
		return NULL;
	value = text + len + strspn(text + len, " \t");
	switch (rows[idx].kind) {
	case BOOL:
		return set_bool(value, &settings->numbers[idx]);
	case UINT:
		return set_number(value, &settings->numbers[idx]);
	case ENUM:
		return set_word(&rows[idx], value, &settings->numbers[idx]);
	case TEXT:
		break;
	}
	copy = strdup(value);
	if (!copy)
		return ij_cli_nomem();
	free(settings->texts[idx]);
	settings->texts[idx] = copy;
	return NULL;
}

static void value_text(const struct ij_gdb_settings *settings, size_t idx, struct ij_text *out)
{
	const struct row *row = &rows[idx];
	int64_t number = settings->numbers[idx];
	const char *pos = row->words;

	switch (row->kind) {
	case BOOL:
		ij_text_puts(out, number ? "on" : "off");
		break;
	case UINT:
		if (number)
			ij_text_printf(out, "%lld", (long long)number);
		else
			ij_text_puts(out, "unlimited");
		break;
	case ENUM:
		for (int64_t i = 0; i < number; i++)
			pos += strcspn(pos, " ") + 1;
		ij_text_add(out, pos, strcspn(pos, " "));
		break;
	case TEXT:
		ij_text_puts(out, settings->texts[idx] ? settings->texts[idx] : row->words);
		break;
	}
}

static void show_one(const struct ij_gdb_settings *settings, size_t idx, const char *before)
{
	const char *sentence = rows[idx].sentence, *at = strstr(sentence, "%s");
	struct ij_text value = {0};

	if (rows[idx].kind == BOOL && *rows[idx].words) {
		const char *off = rows[idx].words, *on = strchr(off, '|') + 1;

		if (settings->numbers[idx])
			printf("%s%s\n", before, on);
		else
			printf("%s%.*s\n", before, (int)(on - off) - 1, off);
		return;
	}
	value_text(settings, idx, &value);
	/* What is told of these is more than their value, or less. */
	if (idx == IJ_GDB_SETTING_ENDIAN)
		ij_text_deinit(&value);
	if (idx == IJ_GDB_SETTING_ARCHITECTURE) {
		printf("%sThe target architecture is set to \"%s\"", before, ij_text_get(&value));
		if (!strcmp(ij_text_get(&value), "auto"))
			printf(" (currently \"%s\")", ij_debugger_architecture());
		printf(".\n");
		ij_text_deinit(&value);
		return;
	}
	if (idx == IJ_GDB_SETTING_LANGUAGE && !settings->numbers[idx])
		ij_text_puts(&value, settings->is_cxx ? "; currently c++" : "; currently c");
	printf("%s%.*s%s%s\n", before, (int)(at - sentence), sentence, ij_text_get(&value), at + 2);
	ij_text_deinit(&value);
}

struct ij_error *ij_gdb_settings_show(const struct ij_gdb_settings *settings, char *text,
				      bool *found_ret)
{
	size_t len = 0, used = strlen(text);
	int idx = find(text, &len);

	*found_ret = idx >= 0;
	if (idx >= 0) {
		show_one(settings, (size_t)idx, "");
		return NULL;
	}
	/* All of a group: "print". */
	for (size_t i = 0; i < IJ_CLI_COUNT(rows) && used; i++) {
		struct ij_text before = {0};

		if (strncmp(rows[i].name, text, used) != 0 || rows[i].name[used] != ' ')
			continue;
		*found_ret = true;
		ij_text_printf(&before, "%s:  ", rows[i].name);
		show_one(settings, i, ij_text_get(&before));
		ij_text_deinit(&before);
	}
	return NULL;
}

bool ij_gdb_settings_is_group(const char *text, size_t len)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(rows); i++)
		if (!strncmp(rows[i].name, text, len) && rows[i].name[len] == ' ')
			return true;
	return false;
}

struct ij_error *ij_gdb_settings_value(const struct ij_gdb_settings *settings, const char *text,
				       const char **name_ret, char **ret)
{
	struct ij_text value = {0};
	size_t len = 0;
	int idx = find(text, &len);

	*ret = NULL;
	if (idx < 0)
		return NULL;
	if (name_ret)
		*name_ret = rows[idx].name;
	value_text(settings, (size_t)idx, &value);
	return ij_text_take(&value, ret);
}

bool ij_gdb_settings_number(const struct ij_gdb_settings *settings, const char *text, int64_t *ret)
{
	size_t len = 0;
	int idx = find(text, &len);

	if (idx < 0 || (rows[idx].kind != BOOL && rows[idx].kind != UINT))
		return false;
	*ret = settings->numbers[idx];
	return true;
}
