/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls would cut the target from us, or break it, or come to nothing. */
#include "session/sysrules.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
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

/* What is left of some memory; none of the flags of a mapping: it is gone, or its contents are. */
struct change {
	ij_addr lo;
	uint64_t size;   /* bytes; 0: none */
	unsigned remain; /* PROT_... that it has afterwards */
};

/* Does it throw contents away? The newest in numbers (Linux 6.13, asm-generic/mman-common.h). */
static bool discards(uint64_t advice)
{
	static const int advices[] = {MADV_DONTNEED, MADV_FREE, MADV_REMOVE, 24, 102};

	for (size_t i = 0; i < IJ_COUNT(advices); i++)
		if (advice == (uint64_t)advices[i])
			return true;
	return false;
}

/* What @call would change of the program's mappings. */
static void changes(const struct ij_syscall *call, struct change ret[2])
{
	const struct change first = {.lo = arg(call, 0), .size = arg(call, 1)};

	ret[0] = ret[1] = (struct change){0};
	/* In our own memory: the tracer knows where that is. */
	if (call->args_len && call->args[0].memory)
		return;
	switch (call->proto.nr) {
	case SYS_mmap:
		if (arg(call, 3) & MAP_FIXED)
			ret[0] = first;
		break;
	case SYS_mremap:
		ret[0] = first;
		if (arg(call, 3) & MREMAP_FIXED)
			ret[1] = (struct change){.lo = arg(call, 4), .size = arg(call, 2)};
		break;
	case SYS_munmap:
	case SYS_remap_file_pages:
		ret[0] = first;
		break;
	case SYS_mprotect:
	case SYS_pkey_mprotect:
		ret[0] = first;
		ret[0].remain = (unsigned)arg(call, 2);
		break;
	case SYS_madvise:
		if (discards(arg(call, 2)))
			ret[0] = first;
		break;
	default:
		break;
	}
}

/* Code that the program runs, or a stack that it stands on. */
static const char *hits(const struct change *change, const struct ij_vmas *vmas)
{
	const unsigned data = PROT_READ | PROT_WRITE;
	ij_addr lo = change->lo;

	if (!change->size)
		return NULL;
	IJ_VEC_EACH (&vmas->list, vma) {
		if (vma->hi <= lo || (lo + change->size > lo && vma->lo >= lo + change->size))
			continue;
		if (vma->flags & IJ_VMA_EXEC && !(change->remain & PROT_EXEC))
			return "there is code of the program in that range";
		if (vma->flags & IJ_VMA_STACK && (change->remain & data) != data)
			return "the program's stack is in that range";
	}
	return NULL;
}

static const char *hits_program(const struct ij_syscall *call, const struct ij_vmas *vmas)
{
	struct change change[2];
	const char *why;

	changes(call, change);
	why = hits(&change[0], vmas);
	return why ? why : hits(&change[1], vmas);
}

static const char *refusal(const struct ij_syscall *call, const struct ij_vmas *vmas, bool *never)
{
	const struct rule *rule = find(call->proto.nr);

	*never = rule && rule->kind == NEVER;
	if (rule && rule->kind != NOTE)
		return rule->text;
	if (call->proto.nr == SYS_prctl && arg(call, 0) == PR_SET_SECCOMP)
		return "a filter stays for good, and may forbid the way back";
	if (call->proto.nr == SYS_shmat && arg(call, 2) & SHM_REMAP)
		return "it may replace what the program has mapped there";
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
