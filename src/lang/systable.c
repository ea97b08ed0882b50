/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of system calls, and the reading of its signatures. */
#include "lang/systable.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct row {
	const char *name, *signature;
} rows[] = {
#define IJ_SYSCALL(number, name, signature) [number] = {#name, signature},
#include "lang/syscalls_x86_64.def"
#undef IJ_SYSCALL
};

/* What the C library calls differently. */
static const struct {
	const char *name, *kernel;
} aliases[] = {
	{"prlimit", "prlimit64"},        {"pread", "pread64"},
	{"pwrite", "pwrite64"},          {"fstatat", "newfstatat"},
	{"posix_fadvise", "fadvise64"},  {"getdents", "getdents64"},
	{"eventfd", "eventfd2"},         {"signalfd", "signalfd4"},
	{"sigpending", "rt_sigpending"}, {"sigprocmask", "rt_sigprocmask"},
};

static const char *const kinds[] = {
	[IJ_SYSKIND_ANY] = "any",     [IJ_SYSKIND_INT] = "int",       [IJ_SYSKIND_UINT] = "uint",
	[IJ_SYSKIND_LONG] = "long",   [IJ_SYSKIND_SIZE] = "size",     [IJ_SYSKIND_OFF] = "off",
	[IJ_SYSKIND_MODE] = "mode",   [IJ_SYSKIND_ADDR] = "addr",     [IJ_SYSKIND_FD] = "fd",
	[IJ_SYSKIND_DIRFD] = "dirfd", [IJ_SYSKIND_PATH] = "path",     [IJ_SYSKIND_STR] = "str",
	[IJ_SYSKIND_DATA] = "data",   [IJ_SYSKIND_OUTBUF] = "outbuf", [IJ_SYSKIND_IN] = "in",
	[IJ_SYSKIND_OUT] = "out",     [IJ_SYSKIND_BOTH] = "both",     [IJ_SYSKIND_LEN] = "len",
	[IJ_SYSKIND_COUNT] = "count", [IJ_SYSKIND_LENP] = "lenp",
};

const char *ij_syscall_name(int nr)
{
	return nr >= 0 && (size_t)nr < IJ_COUNT(rows) ? rows[nr].name : NULL;
}

const char *ij_syskind_name(enum ij_syskind kind)
{
	return kind < IJ_SYSKINDS ? kinds[kind] : "?";
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return strlen(word) == len && !memcmp(text, word, len);
}

int ij_syscall_number(const char *name, size_t len)
{
	for (size_t i = 0; i < IJ_COUNT(rows); i++)
		if (rows[i].name && is_word(name, len, rows[i].name))
			return (int)i;
	for (size_t i = 0; i < IJ_COUNT(aliases); i++)
		if (is_word(name, len, aliases[i].name))
			return ij_syscall_number(aliases[i].kernel, strlen(aliases[i].kernel));
	return -1;
}

static enum ij_syskind kind_of(const char *text, size_t len)
{
	for (size_t i = 0; i < IJ_SYSKINDS; i++)
		if (is_word(text, len, kinds[i]))
			return (enum ij_syskind)i;
	assert(!"a signature of syscalls_x86_64.def names no kind");
	return IJ_SYSKIND_ANY;
}

/* "KIND[:OTHER[[]]] NAME[=VALUE]"; the table is ours. @other_ret: what follows the colon. */
static void parse_param(const char *text, size_t len, struct ij_sysparam *ret, char other_ret[20])
{
	const char *space = memchr(text, ' ', len), *end = text + len;
	const char *colon = memchr(text, ':', (size_t)(space - text));
	const char *stop = colon ? colon : space;
	const char *equals = memchr(space, '=', (size_t)(end - space));

	*ret = (struct ij_sysparam){.kind = kind_of(text, (size_t)(stop - text))};
	*other_ret = 0;
	if (colon) {
		const char *bracket = memchr(colon, '[', (size_t)(space - colon));

		ret->array = bracket != NULL;
		stop = bracket ? bracket : space;
		snprintf(other_ret, 20, "%.*s", (int)(stop - colon - 1), colon + 1);
	}
	stop = equals ? equals : end;
	snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(stop - space - 1), space + 1);
	ret->optional = equals != NULL;
	ret->value = equals ? strtol(equals + 1, NULL, 10) : 0;
}

static bool has_link(enum ij_syskind kind)
{
	return kind == IJ_SYSKIND_OUTBUF || kind == IJ_SYSKIND_LEN || kind == IJ_SYSKIND_COUNT ||
	       kind == IJ_SYSKIND_LENP;
}

static unsigned index_of(const struct ij_sysproto *proto, const char *name)
{
	unsigned i = 0;

	while (i < proto->params_len && strcmp(proto->params[i].name, name))
		i++;
	assert(i < proto->params_len);
	return i;
}

static void parse_signature(struct ij_sysproto *proto)
{
	const char *pos = strchr(proto->signature, ':');
	char others[IJ_SYSCALL_ARGS_MAX][20];

	proto->ret = kind_of(proto->signature, (size_t)(pos - proto->signature));
	for (pos++; *pos; pos += *pos == ',') {
		size_t len;

		pos++; /* the space */
		len = strcspn(pos, ",");
		assert(proto->params_len < IJ_SYSCALL_ARGS_MAX);
		parse_param(pos, len, &proto->params[proto->params_len], others[proto->params_len]);
		proto->params_len++;
		pos += len;
	}
	for (unsigned i = 0; i < proto->params_len; i++) {
		struct ij_sysparam *param = &proto->params[i];

		if (has_link(param->kind))
			param->link = index_of(proto, others[i]);
		else
			snprintf(param->of, sizeof(param->of), "%.*s", (int)sizeof(param->of) - 1,
				 others[i]);
	}
}

void ij_sysproto_get(int nr, struct ij_sysproto *ret)
{
	*ret = (struct ij_sysproto){.nr = nr, .name = ij_syscall_name(nr), .ret = IJ_SYSKIND_LONG};
	if (!ret->name || !rows[nr].signature)
		return;
	ret->signature = rows[nr].signature;
	parse_signature(ret);
}
