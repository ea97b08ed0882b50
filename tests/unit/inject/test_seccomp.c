/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters: which are valid, what they say with all data known and with a part of it, together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <errno.h>
#include <cmocka.h>

#include "inject/seccomp.h"

#define S(code, k)         BPF_STMT(code, k)
#define J(code, k, jt, jf) BPF_JUMP(BPF_JMP | (code), k, jt, jf)
#define RET(value)         BPF_STMT(BPF_RET | BPF_K, value)
#define WORD(n)            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 4 * (n))
#define KILLS              SECCOMP_RET_KILL_PROCESS
#define EPERM_             (SECCOMP_RET_ERRNO | 1)
#define OK                 SECCOMP_RET_ALLOW

enum { LEN_MAX = 12 };

#define B(name) IJ_SECCOMP_BIT(name)

static const struct {
	const char *name;
	struct sock_filter prog[LEN_MAX];
	size_t len;
	bool valid;
} programs[] = {
	{"returns a constant", {RET(OK)}, 1, true},
	{"nothing", {{0}}, 0, false},
	{"no end", {WORD(0)}, 1, false},
	{"a jump past the end", {J(BPF_JA, 1, 0, 0), RET(OK)}, 2, false},
	{"a jump to the end", {J(BPF_JA, 0, 0, 0), RET(OK)}, 2, true},
	{"a jump that wraps", {J(BPF_JA, UINT32_MAX, 0, 0), RET(OK)}, 2, false},
	{"a branch past the end", {J(BPF_JEQ | BPF_K, 0, 1, 0), RET(OK)}, 2, false},
	{"the other branch", {J(BPF_JEQ | BPF_K, 0, 0, 1), RET(OK)}, 2, false},
	{"the last word", {WORD(15), RET(OK)}, 2, true},
	{"behind the last word", {WORD(16), RET(OK)}, 2, false},
	{"between words", {S(BPF_LD | BPF_W | BPF_ABS, 2), RET(OK)}, 2, false},
	{"a byte", {S(BPF_LD | BPF_B | BPF_ABS, 0), RET(OK)}, 2, false},
	{"a packet's", {S(BPF_LD | BPF_W | BPF_IND, 0), RET(OK)}, 2, false},
	{"a division by zero", {S(BPF_ALU | BPF_DIV | BPF_K, 0), RET(OK)}, 2, false},
	{"a remainder", {S(BPF_ALU | BPF_MOD | BPF_K, 2), RET(OK)}, 2, false},
	{"a long shift", {S(BPF_ALU | BPF_LSH | BPF_K, 32), RET(OK)}, 2, false},
	{"scratch word 15", {S(BPF_ST, 15), RET(OK)}, 2, true},
	{"scratch word 16", {S(BPF_ST, 16), RET(OK)}, 2, false},
	{"returns X", {S(BPF_RET | BPF_X, 0)}, 1, false},
	{"an unknown code", {S(0xffff, 0), RET(OK)}, 2, false},
};

/* The kernel as the judge: -1 if it cannot be asked. */
static int kernel_takes(const struct sock_filter *prog, size_t len)
{
	struct sock_fprog program = {.len = (unsigned short)len,
				     .filter = (struct sock_filter *)(uintptr_t)prog};
	int status;
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		/* Without a filter to be under, for a filter may let nothing pass. */
		if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 1u << 31, &program) &&
		    errno == ENOSYS)
			_exit(2);
		_exit(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) && errno == EINVAL);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid ||
	    (WIFEXITED(status) && WEXITSTATUS(status) == 2))
		return -1;
	return !WIFEXITED(status) || !WEXITSTATUS(status);
}

static void test_valid(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(programs); i++) {
		int kernel = kernel_takes(programs[i].prog, programs[i].len);

		print_message("%s\n", programs[i].name);
		assert_int_equal(ij_bpf_is_valid(programs[i].prog, programs[i].len),
				 programs[i].valid);
		if (kernel >= 0)
			assert_int_equal(kernel, programs[i].valid);
	}
}

static void test_actions(void **state)
{
	static const struct {
		uint32_t value;
		enum ij_seccomp_action action;
	} values[] = {
		{SECCOMP_RET_ALLOW, IJ_SECCOMP_ALLOW},
		{SECCOMP_RET_ALLOW | 0xffff, IJ_SECCOMP_ALLOW},
		{SECCOMP_RET_LOG, IJ_SECCOMP_ALLOW},
		{SECCOMP_RET_TRACE | 7, IJ_SECCOMP_TRACE},
		{SECCOMP_RET_USER_NOTIF, IJ_SECCOMP_NOTIFY},
		{SECCOMP_RET_ERRNO, IJ_SECCOMP_ERRNO},
		{SECCOMP_RET_ERRNO | 1, IJ_SECCOMP_ERRNO},
		{SECCOMP_RET_TRAP, IJ_SECCOMP_TRAP},
		{SECCOMP_RET_KILL_THREAD, IJ_SECCOMP_KILL},
		{SECCOMP_RET_KILL_PROCESS, IJ_SECCOMP_KILL},
		/* What the kernel does not know kills. */
		{0x12340000, IJ_SECCOMP_KILL},
		{0x7fffffff & ~0xffffu, IJ_SECCOMP_ALLOW},
		{0x7ffe0000, IJ_SECCOMP_KILL},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(values); i++)
		assert_int_equal(ij_seccomp_action(values[i].value), values[i].action);
}

static void test_combine(void **state)
{
	static const struct {
		uint32_t a, b, both;
	} cases[] = {
		{B(ALLOW), B(ALLOW), B(ALLOW)},
		{B(ALLOW), B(KILL), B(KILL)},
		{B(ERRNO), B(TRACE), B(ERRNO)},
		{B(ALLOW) | B(KILL), B(ERRNO), B(ERRNO) | B(KILL)},
		{B(ALLOW) | B(ERRNO), B(ALLOW) | B(NOTIFY), B(ALLOW) | B(ERRNO) | B(NOTIFY)},
		{IJ_SECCOMP_ALL, B(ALLOW), IJ_SECCOMP_ALL},
		{IJ_SECCOMP_ALL, B(TRAP), B(KILL) | B(TRAP)},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		assert_int_equal(ij_seccomp_combine(cases[i].a, cases[i].b), cases[i].both);
		assert_int_equal(ij_seccomp_combine(cases[i].b, cases[i].a), cases[i].both);
	}
	assert_true(ij_seccomp_is_certain(B(ALLOW)));
	assert_false(ij_seccomp_is_certain(B(ALLOW) | B(ERRNO)));
	assert_true(ij_seccomp_is_harmless(B(ALLOW) | B(ERRNO) | B(TRACE)));
	assert_false(ij_seccomp_is_harmless(B(ALLOW) | B(NOTIFY)));
	assert_false(ij_seccomp_is_harmless(B(TRAP)));
}

#define ARG(n) WORD(4 + 2 * (n))

static const struct {
	const char *name;
	struct sock_filter prog[LEN_MAX];
	size_t len;
	uint32_t nr, args_known;
	uint64_t args[3];
	ij_addr pc;
	uint32_t set;
} runs[] = {
	{"by number, listed",
	 {WORD(0), J(BPF_JEQ | BPF_K, 39, 0, 1), RET(OK), RET(KILLS)},
	 4,
	 39,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"by number, not listed",
	 {WORD(0), J(BPF_JEQ | BPF_K, 39, 0, 1), RET(OK), RET(KILLS)},
	 4,
	 40,
	 0,
	 {0},
	 0,
	 B(KILL)},
	{"another machine",
	 {WORD(1), J(BPF_JEQ | BPF_K, IJ_ARCH_AUDIT, 1, 0), RET(KILLS), RET(OK)},
	 4,
	 39,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"a range",
	 {WORD(0), J(BPF_JGE | BPF_K, 0x40000000, 0, 1), RET(KILLS), J(BPF_JGT | BPF_K, 334, 0, 1),
	  RET(EPERM_), RET(OK)},
	 6,
	 334,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"beyond a range",
	 {WORD(0), J(BPF_JGE | BPF_K, 0x40000000, 0, 1), RET(KILLS), J(BPF_JGT | BPF_K, 334, 0, 1),
	  RET(EPERM_), RET(OK)},
	 6,
	 335,
	 0,
	 {0},
	 0,
	 B(ERRNO)},
	{"a known flag",
	 {ARG(2), J(BPF_JSET | BPF_K, PROT_EXEC, 0, 1), RET(KILLS), RET(OK)},
	 4,
	 9,
	 4,
	 {0, 0, PROT_EXEC | PROT_READ},
	 0,
	 B(KILL)},
	{"no such flag",
	 {ARG(2), J(BPF_JSET | BPF_K, PROT_EXEC, 0, 1), RET(KILLS), RET(OK)},
	 4,
	 9,
	 4,
	 {0, 0, PROT_READ | PROT_WRITE},
	 0,
	 B(ALLOW)},
	{"an unknown flag",
	 {ARG(2), J(BPF_JSET | BPF_K, PROT_EXEC, 0, 1), RET(KILLS), RET(OK)},
	 4,
	 9,
	 3,
	 {0, 0, PROT_READ},
	 0,
	 B(ALLOW) | B(KILL)},
	{"a masked comparison",
	 {ARG(0), S(BPF_ALU | BPF_AND | BPF_K, 0x7e020000), J(BPF_JEQ | BPF_K, 0, 0, 1), RET(OK),
	  RET(EPERM_)},
	 5,
	 56,
	 1,
	 {0x10000},
	 0,
	 B(ALLOW)},
	{"the high half",
	 {WORD(5), J(BPF_JEQ | BPF_K, 1, 0, 1), RET(OK), RET(EPERM_)},
	 4,
	 56,
	 1,
	 {1ull << 32},
	 0,
	 B(ALLOW)},
	{"what is learnt on the way",
	 {ARG(0), J(BPF_JEQ | BPF_K, 5, 0, 3), ARG(0), J(BPF_JEQ | BPF_K, 5, 1, 0), RET(KILLS),
	  RET(OK)},
	 6,
	 1,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"the instruction pointer",
	 {WORD(2), J(BPF_JEQ | BPF_K, 0x1000, 0, 1), RET(OK), RET(KILLS)},
	 4,
	 1,
	 0,
	 {0},
	 0x1000,
	 B(ALLOW)},
	{"an unknown instruction pointer",
	 {WORD(2), J(BPF_JEQ | BPF_K, 0x1000, 0, 1), RET(OK), RET(KILLS)},
	 4,
	 1,
	 0,
	 {0},
	 0,
	 B(ALLOW) | B(KILL)},
	{"scratch memory",
	 {WORD(0), S(BPF_ST, 3), S(BPF_LD | BPF_IMM, 0), S(BPF_LDX | BPF_MEM, 3),
	  S(BPF_MISC | BPF_TXA, 0), J(BPF_JEQ | BPF_K, 77, 0, 1), RET(OK), RET(KILLS)},
	 8,
	 77,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"a computed value",
	 {S(BPF_LD | BPF_IMM, 0x7fff), S(BPF_ALU | BPF_LSH | BPF_K, 16), S(BPF_RET | BPF_A, 0)},
	 3,
	 1,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"an unknown value", {ARG(0), S(BPF_RET | BPF_A, 0)}, 2, 1, 0, {0}, 0, IJ_SECCOMP_ALL},
	{"an unknown divisor",
	 {ARG(0), S(BPF_MISC | BPF_TAX, 0), S(BPF_ALU | BPF_DIV | BPF_X, 0), RET(OK)},
	 4,
	 1,
	 0,
	 {0},
	 0,
	 B(ALLOW) | B(KILL)},
	{"divided by zero",
	 {S(BPF_LDX | BPF_IMM, 0), S(BPF_ALU | BPF_DIV | BPF_X, 0), RET(OK)},
	 3,
	 1,
	 0,
	 {0},
	 0,
	 B(KILL)},
	{"the size of the data",
	 {S(BPF_LD | BPF_W | BPF_LEN, 0), J(BPF_JEQ | BPF_K, sizeof(struct seccomp_data), 0, 1),
	  RET(OK), RET(KILLS)},
	 4,
	 1,
	 0,
	 {0},
	 0,
	 B(ALLOW)},
	{"one that is not valid", {WORD(99), RET(OK)}, 2, 1, 0, {0}, 0, IJ_SECCOMP_ALL},
};

static void test_runs(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(runs); i++) {
		struct ij_seccomp_probe probe = {
			.nr = runs[i].nr,
			.args_known = runs[i].args_known,
			.pc = runs[i].pc,
			.set = B(ALLOW),
		};

		print_message("%s\n", runs[i].name);
		memcpy(probe.args, runs[i].args, sizeof(runs[i].args));
		ij_seccomp_filter(runs[i].prog, runs[i].len, &probe, 1);
		assert_int_equal(probe.set, runs[i].set);
	}
}

/* A ladder of questions about unknown words has two ways at each rung: the work is bounded. */
static void test_explosion(void **state)
{
	static struct sock_filter prog[IJ_BPF_INSNS_MAX];
	struct ij_seccomp_probe probe = {.set = B(ALLOW)};
	size_t len = 0;

	(void)state;
	while (len < IJ_BPF_INSNS_MAX - 4) {
		prog[len++] = (struct sock_filter)WORD(4 + len / 3 % 12);
		prog[len++] = (struct sock_filter)J(BPF_JSET | BPF_K, 1u << (len % 31), 0, 1);
		prog[len++] = (struct sock_filter)S(BPF_ALU | BPF_ADD | BPF_K, 1);
	}
	prog[len++] = (struct sock_filter)RET(OK);
	assert_true(ij_bpf_is_valid(prog, len));
	ij_seccomp_filter(prog, len, &probe, 1);
	assert_int_equal(probe.set, IJ_SECCOMP_ALL);
	/* With all of it known there is one way. */
	probe = (struct ij_seccomp_probe){.args_known = 0x3f, .set = B(ALLOW)};
	ij_seccomp_filter(prog, len, &probe, 1);
	assert_int_equal(probe.set, B(ALLOW));
}

static void test_strict(void **state)
{
	struct ij_seccomp_probe probes[] = {{.nr = SYS_read},
					    {.nr = SYS_rt_sigreturn},
					    {.nr = SYS_getpid},
					    {.nr = SYS_exit_group}};
	unsigned filters;

	(void)state;
	assert_null(ij_seccomp_ask(NULL, IJ_SECCOMP_STRICT, probes, 4, &filters));
	assert_int_equal(probes[0].set, B(ALLOW));
	assert_int_equal(probes[1].set, B(ALLOW));
	assert_int_equal(probes[2].set, B(KILL));
	assert_int_equal(probes[3].set, B(KILL));
	assert_null(ij_seccomp_ask(NULL, 0, probes, 4, &filters));
	assert_int_equal(probes[2].set, B(ALLOW));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),     cmocka_unit_test(test_actions),
		cmocka_unit_test(test_combine),   cmocka_unit_test(test_runs),
		cmocka_unit_test(test_explosion), cmocka_unit_test(test_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
