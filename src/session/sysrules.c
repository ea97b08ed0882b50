/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls would cut the target from us, or break it, or come to nothing. */
#include "session/sysrules.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum kind { NEVER, REFUSE, NOTE };

static const struct rule {
	int nr;
	enum kind kind;
	const char *text;
} rules[] = {
#define IJ_RULE(name, kind, text) {SYS_##name, kind, text},
#include "session/sysrules.def"
#undef IJ_RULE
};

static const struct rule *find(int nr)
{
	for (size_t i = 0; i < IJ_COUNT(rules); i++)
		if (rules[i].nr == nr)
			return &rules[i];
	return NULL;
}

static uint64_t arg(const struct ij_syscall *call, unsigned idx)
{
	return idx < call->args_len ? call->args[idx].value : 0;
}

/* What @call would change of the program's mappings, in bytes from *@lo_ret; 0: nothing. */
static uint64_t changes(const struct ij_syscall *call, ij_addr *lo_ret)
{
	*lo_ret = arg(call, 0);
	switch (call->proto.nr) {
	case SYS_mmap:
		return arg(call, 3) & MAP_FIXED ? arg(call, 1) : 0;
	case SYS_munmap:
	case SYS_mremap:
	case SYS_remap_file_pages:
		return arg(call, 1);
	case SYS_mprotect:
	case SYS_pkey_mprotect:
		return arg(call, 2) & PROT_EXEC ? 0 : arg(call, 1);
	default:
		return 0;
	}
}

/* Code that the program runs, or a stack that it stands on. */
static const char *hits_program(const struct ij_syscall *call, const struct ij_vmas *vmas)
{
	ij_addr lo;
	uint64_t size = changes(call, &lo);

	if (!size)
		return NULL;
	IJ_VEC_EACH (&vmas->list, vma) {
		if (vma->hi <= lo || (lo + size > lo && vma->lo >= lo + size))
			continue;
		if (vma->flags & IJ_VMA_EXEC)
			return "there is code of the program in that range";
		if (vma->flags & IJ_VMA_STACK)
			return "the program's stack is in that range";
	}
	return NULL;
}

static const char *refusal(const struct ij_syscall *call, const struct ij_vmas *vmas, bool *never)
{
	const struct rule *rule = find(call->proto.nr);

	*never = rule && rule->kind == NEVER;
	if (rule && rule->kind != NOTE)
		return rule->text;
	if (call->proto.nr == SYS_prctl && arg(call, 0) == PR_SET_SECCOMP)
		return "a filter stays for good, and may forbid the way back";
	return hits_program(call, vmas);
}

struct ij_error *ij_sysrules_check(const struct ij_syscall *call, const struct ij_vmas *vmas,
				   bool force)
{
	bool never;
	const char *why = refusal(call, vmas, &never);

	if (!why || (force && !never))
		return NULL;
	return ij_error_new(DENIED, "%s is refused: %s; target untouched%s", call->proto.name, why,
			    never ? "" : "; --force makes it all the same");
}

const char *ij_sysrules_note(const struct ij_syscall *call)
{
	const struct rule *rule = find(call->proto.nr);

	return rule && rule->kind == NOTE ? rule->text : NULL;
}
