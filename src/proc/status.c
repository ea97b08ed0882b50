/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The text of /proc/PID/status, in one pass: each call asks for it several times. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proc/process.h"

enum kind {
	KIND_NAME,    /* to the end of the line */
	KIND_STATE,   /* one letter */
	KIND_INT,     /* decimal, 32 bits */
	KIND_LONG,    /* decimal, 64 bits */
	KIND_HEX,     /* 64 bits; of several lines, all their bits */
	KIND_INNER,   /* the last number: the innermost namespace's */
	KIND_IDS,     /* real, effective, saved, and of the file system */
	KIND_FLAG,    /* whether the number is not 0 */
	KIND_PRESENT, /* whether the line is there */
	KIND_SHSTK,   /* whether the shadow stack is one of the features */
};

/* Linux, fs/proc/array.c, proc_pid_status; the features: arch/x86/kernel/cpu/proc.c. */
#define LINE(key, kind, field)                                                \
	{                                                                     \
		key, sizeof(key) - 1, kind, offsetof(struct ij_status, field) \
	}

static const struct line {
	const char *key;
	size_t len;
	enum kind kind;
	size_t off;
} lines[] = {
	LINE("Name:", KIND_NAME, comm),
	LINE("State:", KIND_STATE, state),
	LINE("Tgid:", KIND_INT, tgid),
	LINE("Pid:", KIND_INT, pid),
	LINE("PPid:", KIND_INT, parent),
	LINE("TracerPid:", KIND_INT, tracer),
	LINE("Uid:", KIND_IDS, uids),
	LINE("Gid:", KIND_IDS, gids),
	LINE("NStgid:", KIND_INNER, inner_tgid),
	LINE("NSpid:", KIND_INNER, inner_pid),
	LINE("VmSize:", KIND_PRESENT, has_memory),
	LINE("Threads:", KIND_INT, threads),
	LINE("SigPnd:", KIND_HEX, sig_pending),
	LINE("ShdPnd:", KIND_HEX, sig_pending),
	LINE("SigBlk:", KIND_HEX, sig_blocked),
	LINE("SigCgt:", KIND_HEX, sig_caught),
	LINE("CapPrm:", KIND_HEX, cap_permitted),
	LINE("CapEff:", KIND_HEX, cap_effective),
	LINE("CapBnd:", KIND_HEX, cap_bounding),
	LINE("NoNewPrivs:", KIND_FLAG, no_new_privs),
	LINE("Seccomp:", KIND_INT, seccomp),
	LINE("Seccomp_filters:", KIND_INT, filters),
	LINE("x86_Thread_features:", KIND_SHSTK, shadow_stack),
	LINE("voluntary_ctxt_switches:", KIND_LONG, switches),
};

static pid_t last_number(const char *value, const char *end)
{
	const char *p = end;

	while (p > value && p[-1] != '\t' && p[-1] != ' ')
		p--;
	return (pid_t)strtol(p, NULL, 10);
}

/* What is missing stays 0. */
static void take_ids(const char *value, const char *end, uint32_t *ret)
{
	for (int i = 0; i < 4; i++) {
		char *next;

		value += strspn(value, "\t ");
		if (value >= end)
			return;
		ret[i] = (uint32_t)strtoul(value, &next, 10);
		if (next == value)
			return;
		value = next;
	}
}

static void take(const struct line *line, const char *value, const char *end, void *field)
{
	switch (line->kind) {
	case KIND_NAME:
		snprintf(field, sizeof(((struct ij_status *)NULL)->comm), "%.*s",
			 (int)(end - value), value);
		break;
	case KIND_STATE:
		if (value < end)
			*(char *)field = *value;
		break;
	case KIND_INT:
		*(unsigned *)field = (unsigned)strtoull(value, NULL, 10);
		break;
	case KIND_LONG:
		*(uint64_t *)field = strtoull(value, NULL, 10);
		break;
	case KIND_HEX:
		*(uint64_t *)field |= strtoull(value, NULL, 16);
		break;
	case KIND_INNER:
		*(pid_t *)field = last_number(value, end);
		break;
	case KIND_IDS:
		take_ids(value, end, field);
		break;
	case KIND_FLAG:
		*(bool *)field = strtoull(value, NULL, 10) != 0;
		break;
	case KIND_PRESENT:
		*(bool *)field = true;
		break;
	case KIND_SHSTK:
		*(bool *)field = memmem(value, (size_t)(end - value), "shstk", 5) != NULL;
		break;
	}
}

static const struct line *line_of(const char *text)
{
	for (size_t i = 0; i < IJ_COUNT(lines); i++)
		if (*lines[i].key == *text && !strncmp(lines[i].key, text, lines[i].len))
			return &lines[i];
	return NULL;
}

void ij_status_parse(const char *text, struct ij_status *ret)
{
	uint32_t seen = 0;

	memset(ret, 0, sizeof(*ret));
	ret->state = '?';
	while (*text) {
		const char *end = strchrnul(text, '\n');
		const struct line *line = line_of(text);

		/* What a name might say after a break must not come before the kernel's word. */
		if (line && !(seen & 1u << (line - lines))) {
			const char *value = text + line->len;

			seen |= 1u << (line - lines);
			take(line, value + strspn(value, " \t"), end, (char *)ret + line->off);
		}
		text = *end ? end + 1 : end;
	}
	ret->uid = ret->uids[1];
	/* Before namespaces there was one number (Linux 4.1, NSpid). */
	if (!ret->inner_pid)
		ret->inner_pid = ret->pid;
	if (!ret->inner_tgid)
		ret->inner_tgid = ret->tgid;
}
