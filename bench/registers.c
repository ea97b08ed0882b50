/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * registers: a collection by an injected GC_gcollect() in a program of the Boehm-Demers-Weiser
 * collector whose only pointer to an object is in one register, with interject and with gdb. Prints
 * markdown. Run by hand, as root or with ptrace_scope 0.
 */
#include "subject.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../tests/victims/victim.h"

enum { SETTLE_NS = 50000000, LIMIT_MS = 10000 };

static struct session session;

/* Collect twice and let the finalizers run. */
static bool collect(const char *pid, bool ours)
{
	const char *program = getenv("IJ_PROGRAM") ? getenv("IJ_PROGRAM") : IJ_PROGRAM_PATH;
	const char *const call[] = {program,
				    "call",
				    "-p",
				    pid,
				    "GC_gcollect()",
				    "GC_gcollect()",
				    "(int)GC_invoke_finalizers()",
				    NULL};
	const char *const gdb[] = {"/usr/bin/gdb",
				   "-q",
				   "-nx",
				   "-p",
				   pid,
				   "-batch",
				   "-ex",
				   "call (void)GC_gcollect()",
				   "-ex",
				   "call (void)GC_gcollect()",
				   "-ex",
				   "call (int)GC_invoke_finalizers()",
				   NULL};
	session.limit_ms = LIMIT_MS;
	session_run(&session, ours ? call : gdb, 0);
	return !session.overdue && session.status == 0;
}

static const char *fate(const char *reg, bool ours)
{
	struct target tgt = {.anywhere = true};
	char pid[16];
	const char *const argv[] = {IJ_VICTIMS_DIR "/victim_keeper", reg, NULL};
	const char *result = "did not start";
	if (target_start(&tgt, argv, true)) {
		const struct victim_page *page = (const void *)tgt.page;
		bench_pass(SETTLE_NS);
		snprintf(pid, sizeof(pid), "%d", tgt.pid);
		bool good = collect(pid, ours);
		result = page->received ? "freed" : good ? "kept" : "failed";
	}
	target_stop(&tgt);
	return result;
}

int main(void)
{
	static const char *const regs[] = {"rax", "rbx",  "rcx",  "rdx",   "rsi", "rdi", "rbp",
					   "r8",  "r9",   "r10",  "r11",   "r12", "r13", "r14",
					   "r15", "xmm0", "xmm3", "xmm12", "none"};
	puts("| only pointer in | interject | gdb |\n|---|---|---|");
	for (unsigned i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		const char *ours = fate(regs[i], true), *theirs = fate(regs[i], false);
		printf("| %s | %s | %s |\n", regs[i], ours, theirs);
		fflush(stdout);
	}
	return 0;
}
