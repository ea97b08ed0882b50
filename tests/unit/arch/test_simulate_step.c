/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The simulator ahead of a real program, step by step: a child that works in the C library is
 * single-stepped, and each step compared with what was simulated, as long as nothing is refused.
 * Prints what was refused.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "arch/simulate.h"

enum { STEPS = 50000, SKIP = 3000, REFUSED_MAX = 64 };
#define STATUS 0x8d5ull

/* As ordinary as can be: what the program does must be the library's work. */
static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return x < y ? -1 : x > y;
}

static _Noreturn void work(void)
{
	char text[256];
	int numbers[40];
	unsigned seed = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	for (;;) {
		void *blocks[8];

		for (unsigned i = 0; i < 8; i++)
			blocks[i] = malloc(16 + (seed = seed * 1103515245 + 12345) % 3000);
		for (unsigned i = 0; i < 40; i++)
			numbers[i] = (int)(seed = seed * 1103515245 + 12345);
		qsort(numbers, 40, sizeof(numbers[0]), compare);
		snprintf(text, sizeof(text), "%d %#lx %s %-8u|%5c", numbers[0], (long)numbers[1],
			 "some text", seed, 'x');
		memcpy(blocks[0], text, strlen(text) % 16);
		memmove(text + 3, text, 100);
		memset(text, 'a' + (int)(seed & 7), 90);
		if (strtol("12345", NULL, 10) != 12345 || !strchr(text, text[5]))
			abort();
		for (unsigned i = 0; i < 8; i++)
			free(blocks[i]);
	}
}

static bool child_read(void *ctx, ij_addr addr, void *buf, size_t size)
{
	struct iovec local = {buf, size}, remote = {(void *)(uintptr_t)addr, size};

	return process_vm_readv(*(const pid_t *)ctx, &local, 1, &remote, 1, 0) == (ssize_t)size;
}

struct fpregs {
	uint8_t head[160], xmm[16][16], tail[96];
};

struct refused {
	char text[24];
	unsigned count;
};

struct run {
	pid_t child;
	struct ij_sim sim;
	bool ahead; /* the simulator has not been refused since it was started */
	unsigned compared, refused;
	struct refused by_name[REFUSED_MAX];
};

static void start(struct run *run)
{
	struct ij_regs regs;
	struct fpregs fp;

	memset(&regs, 0, sizeof(regs));
	assert_int_equal(ptrace(PTRACE_GETREGS, run->child, NULL, &regs.gp), 0);
	assert_int_equal(ptrace(PTRACE_GETFPREGS, run->child, NULL, &fp), 0);
	ij_sim_init(&run->sim, &regs);
	run->sim.read = child_read;
	run->sim.ctx = &run->child;
	memcpy(run->sim.vec, fp.xmm, sizeof(fp.xmm));
	run->sim.vec_known = 0xffff;
	run->ahead = true;
}

static void note_refused(struct run *run, enum ij_sim_end end)
{
	char text[24];
	unsigned i = 0;

	run->ahead = false;
	/* Only the table is full: the next start goes on. */
	if (end == IJ_SIM_FULL)
		return;
	run->refused++;
	snprintf(text, sizeof(text), "%.23s", run->sim.text);
	while (i < REFUSED_MAX - 1 && run->by_name[i].count && strcmp(run->by_name[i].text, text))
		i++;
	memcpy(run->by_name[i].text, text, sizeof(text));
	run->by_name[i].count++;
}

static void check_words(struct run *run, const char *text)
{
	for (unsigned i = 0; i < IJ_SIM_WORDS; i++) {
		const struct ij_sim_word *word = &run->sim.words[i];
		uint8_t now[8];

		if (!word->mask)
			continue;
		assert_true(child_read(&run->child, word->addr, now, sizeof(now)));
		for (unsigned b = 0; b < 8; b++)
			if (word->mask >> b & 1 && now[b] != word->value[b])
				fail_msg("%s: memory at %#llx differs", text,
					 (unsigned long long)word->addr + b);
	}
}

static void check_step(struct run *run)
{
	struct user_regs_struct now, *sim = &run->sim.regs.gp;
	uint64_t defined = STATUS & ~run->sim.undefined;
	struct fpregs fp;
	char text[96];

	ij_insn_text(run->sim.code, IJ_INSN_SIZE_MAX, run->sim.pc, text, sizeof(text));
	assert_int_equal(ptrace(PTRACE_GETREGS, run->child, NULL, &now), 0);
	if ((now.eflags ^ sim->eflags) & defined)
		fail_msg("%s: flags are %#llx, not %#llx", text, sim->eflags, now.eflags);
	now.eflags = sim->eflags;
	now.orig_rax = sim->orig_rax;
	if (memcmp(&now, sim, sizeof(now)) != 0)
		fail_msg("%s: registers differ, pc %#llx and %#llx", text, sim->rip, now.rip);
	if (run->sim.insn.vector) {
		assert_int_equal(ptrace(PTRACE_GETFPREGS, run->child, NULL, &fp), 0);
		if (memcmp(fp.xmm, run->sim.vec, sizeof(fp.xmm)) != 0)
			fail_msg("%s: vector registers differ", text);
	}
	if (run->sim.insn.writes_memory || run->compared % 64 == 0)
		check_words(run, text);
	run->compared++;
}

static void step_child(struct run *run)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SINGLESTEP, run->child, NULL, NULL), 0);
	assert_int_equal(waitpid(run->child, &status, 0), run->child);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP);
}

static int by_count(const void *a, const void *b)
{
	unsigned x = ((const struct refused *)a)->count, y = ((const struct refused *)b)->count;

	return x > y ? -1 : x < y;
}

static void report(struct run *run, const char *what)
{
	print_message("%s: %u steps compared, %u refused:", what, run->compared, run->refused);
	qsort(run->by_name, REFUSED_MAX, sizeof(run->by_name[0]), by_count);
	for (unsigned i = 0; i < REFUSED_MAX && run->by_name[i].count; i++)
		print_message(" %s %u", run->by_name[i].text, run->by_name[i].count);
	print_message("\n");
}

static void follow(const char *tunables, const char *what)
{
	static struct run run;
	int status;

	memset(&run, 0, sizeof(run));
	run.child = fork();
	assert_true(run.child >= 0);
	if (!run.child) {
		setenv("GLIBC_TUNABLES", tunables, 1);
		execl("/proc/self/exe", "test_simulate_step", "work", (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(run.child, &status, 0), run.child);
	assert_true(WIFSTOPPED(status));
	for (unsigned i = 0; i < STEPS; i++) {
		enum ij_sim_end end = IJ_SIM_STEPPED;

		if (i >= SKIP) {
			if (!run.ahead)
				start(&run);
			end = ij_sim_step(&run.sim);
			if (end != IJ_SIM_STEPPED)
				note_refused(&run, end);
		}
		step_child(&run);
		if (i >= SKIP && end == IJ_SIM_STEPPED)
			check_step(&run);
	}
	kill(run.child, SIGKILL);
	waitpid(run.child, NULL, 0);
	report(&run, what);
	/* A simulator that refuses much would pass as well. */
	assert_true(run.compared > STEPS * 8 / 10);
}

static void it_goes_where_the_program_goes(void **state)
{
	(void)state;
	follow("glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX", "without AVX");
	follow("", "as it is");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_goes_where_the_program_goes),
	};

	if (argc > 1 && !strcmp(argv[1], "work"))
		work();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
