/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * rseq: a thread inside a restartable sequence of its own nearly all the time (Linux, rseq(2); the
 * area is glibc 2.35's).
 *
 * The section reads the count of injected calls of f_count first and again before its commit: a
 * foreign call in between must have aborted it, so a difference at the commit is a broken section.
 * Aborts are counted. Ends when the page says stop.
 */
#include "callees.h"
#include "victim.h"

#include <stddef.h>
#include <sys/rseq.h>

enum { LOOPS = 100000 };

/* Returns 1 at the commit, 0 if the kernel aborted; *seen_ret and *again_ret only at the commit. */
static int section(uint64_t *seen_ret, uint64_t *again_ret)
{
	struct rseq *area = (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
	uint64_t seen = 0, again = 0;
	__asm__ goto volatile(
		".pushsection __rseq_cs, \"aw\"\n\t"
		".balign 32\n\t"
		"1: .long 0, 0\n\t"
		".quad 2f, 3f - 2f, 4f\n\t"
		".popsection\n\t"
		"leaq 1b(%%rip), %%rax\n\t"
		"movq %%rax, %c[cs](%[area])\n\t"
		"2:\n\t"
		"movq (%[count]), %%rcx\n\t"
		"movl %[loops], %%edx\n\t"
		"5: decl %%edx\n\t"
		"jnz 5b\n\t"
		"movq (%[count]), %%rax\n\t"
		"movq %%rcx, (%[seen])\n\t"
		"movq %%rax, (%[again])\n\t"
		"3:\n\t"
		".pushsection __rseq_failure, \"ax\"\n\t"
		".byte 0x0f, 0xb9, 0x3d\n\t" /* ud1, so that the signature is no code */
		".long %c[sig]\n\t"
		"4: jmp %l[aborted]\n\t"
		".popsection\n\t"
		:
		: [area] "r"(area), [cs] "i"(offsetof(struct rseq, rseq_cs)),
		  [count] "r"(&callee_count), [loops] "i"(LOOPS), [seen] "r"(&seen),
		  [again] "r"(&again), [sig] "i"(RSEQ_SIG)
		: "rax", "rcx", "rdx", "cc", "memory"
		: aborted);
	*seen_ret = seen;
	*again_ret = again;
	return 1;
aborted:
	return 0;
}

int main(void)
{
	victim_init();
	if (__rseq_size == 0)
		return 77;
	victim_ready();
	while (!victim_stopping()) {
		uint64_t seen, again;
		if (!section(&seen, &again))
			victim_page->aborts++;
		else if (seen != again)
			victim_fail(
				"a call ran inside a section, which was committed all the same");
		victim_page->rounds++;
	}
	return victim_verdict();
}
