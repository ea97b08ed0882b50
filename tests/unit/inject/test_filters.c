/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Filters as libseccomp compiles them from the profiles of containers, services and sandboxes; what
 * they are found to say to a call is what the kernel then does with it.
 *
 * Profiles: Docker's default (profiles/seccomp/default.json, shortened to what makes a difference),
 * systemd.exec(5) and systemd's src/shared/seccomp-util.c, and a sandbox in the manner of
 * Chromium's baseline policy.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "inject/seccomp.h"

/* An errno that no call gives by itself. */
#define DENIED  999
#define ERR     SCMP_ACT_ERRNO(DENIED)
#define B(name) IJ_SECCOMP_BIT(name)

static void add(scmp_filter_ctx ctx, uint32_t action, const int *calls, size_t len)
{
	for (size_t i = 0; i < len; i++)
		assert_int_equal(seccomp_rule_add(ctx, action, calls[i], 0), 0);
}
#define ADD(ctx, action, ...) \
	add(ctx, action, (const int[]){__VA_ARGS__}, IJ_COUNT(((const int[]){__VA_ARGS__})))

/* What all of them need, this test to report, too. */
#define COMMON                                                                                  \
	SYS_read, SYS_write, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_futex, SYS_getpid, \
		SYS_gettid, SYS_getppid, SYS_close, SYS_brk, SYS_munmap, SYS_madvise,           \
		SYS_rt_sigprocmask, SYS_rt_sigaction, SYS_clock_gettime, SYS_openat, SYS_fcntl, \
		SYS_ioctl, SYS_sched_yield, SYS_restart_syscall

static void docker(scmp_filter_ctx ctx)
{
	static const uint64_t personas[] = {0, 8, 0x20000, 0x20008, 0xffffffff};

	ADD(ctx, SCMP_ACT_ALLOW, COMMON, SYS_mmap, SYS_mprotect, SYS_tgkill, SYS_rt_sigpending,
	    SYS_memfd_create, SYS_wait4, SYS_prctl, SYS_getuid, SYS_sched_setscheduler, SYS_ppoll);
	for (size_t i = 0; i < IJ_COUNT(personas); i++)
		seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_personality, 1,
				 SCMP_A0(SCMP_CMP_EQ, personas[i]));
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_clone, 1,
			 SCMP_A0(SCMP_CMP_MASKED_EQ, 0x7e020000, 0));
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_socket, 1, SCMP_A0(SCMP_CMP_NE, AF_VSOCK));
	seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SYS_clone3, 0);
}

static void deny_write_execute(scmp_filter_ctx ctx)
{
	seccomp_rule_add(
		ctx, ERR, SYS_mmap, 1,
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC | PROT_WRITE));
	seccomp_rule_add(ctx, ERR, SYS_mprotect, 1,
			 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
	seccomp_rule_add(ctx, ERR, SYS_pkey_mprotect, 1,
			 SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC));
}

static void restrict_families(scmp_filter_ctx ctx)
{
	/* An allow list of AF_UNIX and AF_INET, by ranges and single values as systemd does. */
	seccomp_rule_add(ctx, ERR, SYS_socket, 1, SCMP_A0(SCMP_CMP_LT, AF_UNIX));
	seccomp_rule_add(ctx, ERR, SYS_socket, 1, SCMP_A0(SCMP_CMP_GT, AF_INET));
}

static void restrict_realtime(scmp_filter_ctx ctx)
{
	for (uint64_t policy = SCHED_FIFO; policy <= SCHED_RR; policy++)
		seccomp_rule_add(ctx, ERR, SYS_sched_setscheduler, 1, SCMP_A1(SCMP_CMP_EQ, policy));
	seccomp_rule_add(ctx, ERR, SYS_sched_setscheduler, 1, SCMP_A1(SCMP_CMP_GT, 7));
}

static void lock_personality(scmp_filter_ctx ctx)
{
	seccomp_rule_add(ctx, ERR, SYS_personality, 1, SCMP_A0(SCMP_CMP_NE, 0));
}

static void debug_calls(scmp_filter_ctx ctx)
{
	ADD(ctx, SCMP_ACT_KILL_PROCESS, SYS_ptrace, SYS_perf_event_open, SYS_process_vm_readv,
	    SYS_pidfd_getfd, SYS_bpf, SYS_kexec_load, SYS_memfd_create);
}

static void sandbox(scmp_filter_ctx ctx)
{
	ADD(ctx, SCMP_ACT_ALLOW, COMMON);
	seccomp_rule_add(
		ctx, SCMP_ACT_ALLOW, SYS_mmap, 2, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		SCMP_A3(SCMP_CMP_MASKED_EQ,
			~(uint64_t)(MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED), 0));
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_mprotect, 1,
			 SCMP_A2(SCMP_CMP_MASKED_EQ, ~(uint64_t)(PROT_READ | PROT_WRITE), 0));
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_tgkill, 1,
			 SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid()));
	seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SYS_prctl, 1, SCMP_A0(SCMP_CMP_EQ, PR_GET_NAME));
	seccomp_rule_add(ctx, SCMP_ACT_ERRNO(DENIED), SYS_getuid, 0);
}

static const struct {
	const char *name;
	uint32_t otherwise;
	void (*fill)(scmp_filter_ctx ctx);
	int optimize; /* 2: a binary tree */
} filters[] = {
	{"docker", ERR, docker, 1},
	{"docker, a tree", ERR, docker, 2},
	{"MemoryDenyWriteExecute=", SCMP_ACT_ALLOW, deny_write_execute, 1},
	{"RestrictAddressFamilies=", SCMP_ACT_ALLOW, restrict_families, 1},
	{"RestrictRealtime=", SCMP_ACT_ALLOW, restrict_realtime, 1},
	{"LockPersonality=", SCMP_ACT_ALLOW, lock_personality, 1},
	{"SystemCallFilter=~@debug", SCMP_ACT_ALLOW, debug_calls, 1},
	{"a sandbox that kills", SCMP_ACT_KILL_PROCESS, sandbox, 1},
	{"a sandbox that kills, a tree", SCMP_ACT_KILL_PROCESS, sandbox, 2},
	{"a sandbox that traps", SCMP_ACT_TRAP, sandbox, 1},
	{"a sandbox that logs", SCMP_ACT_LOG, sandbox, 1},
};

#define NONE (uint64_t) - 1

/* Calls without effect, whatever comes of them. */
static const struct {
	long nr;
	uint64_t args[6];
} calls[] = {
	{SYS_getpid, {0}},
	{SYS_getppid, {NONE, NONE}},
	{SYS_getuid, {0}},
	{SYS_sched_yield, {0}},
	{SYS_read, {NONE}},
	{SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, NONE, 0}},
	{SYS_mmap, {0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, NONE, 0}},
	{SYS_mmap, {0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, NONE, 0}},
	{SYS_mmap,
	 {0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, NONE, 0}},
	{SYS_mprotect, {4096, 4096, PROT_READ | PROT_WRITE}},
	{SYS_mprotect, {4096, 4096, PROT_READ | PROT_EXEC}},
	{SYS_pkey_mprotect, {4096, 4096, PROT_EXEC, NONE}},
	{SYS_munmap, {4096, 4096}},
	{SYS_madvise, {4096, 0, 4}},
	{SYS_rt_sigpending, {0, 8}},
	{SYS_rt_sigprocmask, {SIG_SETMASK, 0, 0, 8}},
	{SYS_tgkill, {1, NONE, 0}},
	{SYS_wait4, {NONE, 0, WNOHANG, 0}},
	{SYS_personality, {0xffffffff}},
	{SYS_personality, {0xfffffff0ffffffff}},
	{SYS_socket, {NONE, 0, 0}},
	{SYS_socket, {AF_UNIX, NONE, 0}},
	{SYS_socket, {AF_INET, NONE, 0}},
	{SYS_socket, {AF_INET6, NONE, 0}},
	{SYS_socket, {AF_VSOCK, NONE, 0}},
	{SYS_socket, {1ull << 32 | AF_VSOCK, NONE, 0}},
	{SYS_sched_setscheduler, {NONE, SCHED_FIFO, 0}},
	{SYS_sched_setscheduler, {NONE, SCHED_OTHER, 0}},
	{SYS_sched_setscheduler, {NONE, 8, 0}},
	{SYS_prctl, {PR_GET_NAME, 0}},
	{SYS_prctl, {NONE, 0}},
	{SYS_ptrace, {NONE, NONE}},
	{SYS_memfd_create, {0, NONE}},
	{SYS_bpf, {NONE, 0, 0}},
	{SYS_keyctl, {NONE}},
	{SYS_ioctl, {NONE, NONE}},
	{SYS_ppoll, {0, NONE, 0, 0}},
	{SYS_clone3, {0, 0}},
};

static size_t export(size_t idx, struct sock_filter *prog)
{
	scmp_filter_ctx ctx = seccomp_init(filters[idx].otherwise);
	int fd = memfd_create("filter", 0);
	ssize_t size;

	assert_non_null(ctx);
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, (uint32_t)filters[idx].optimize);
	filters[idx].fill(ctx);
	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	size = pread(fd, prog, IJ_BPF_INSNS_MAX * sizeof(*prog), 0);
	assert_true(size > 0 && size % (ssize_t)sizeof(*prog) == 0);
	close(fd);
	seccomp_release(ctx);
	return (size_t)size / sizeof(*prog);
}

/* What the kernel does: an action's bit. */
static uint32_t kernel_does(struct sock_filter *prog, size_t len, size_t call)
{
	struct sock_fprog program = {.len = (unsigned short)len, .filter = prog};
	const uint64_t *args = calls[call].args;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		long result;

		signal(SIGSYS, SIG_DFL);
		prctl(PR_SET_DUMPABLE, 0);
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
		    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			_exit(2);
		result = syscall(calls[call].nr, args[0], args[1], args[2], args[3], args[4],
				 args[5]);
		/* Not _exit: a sanitizer hooks it, and makes system calls that are denied. A filter
		 * may deny this one, too; then it goes on to die. */
		syscall(SYS_exit_group, result == -1 && errno == DENIED ? 1 : 0);
		__builtin_trap();
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGSYS);
		return B(KILL) | B(TRAP);
	}
	assert_true(WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) ? B(ERRNO) : B(ALLOW) | B(ERRNO);
}

static void test_as_the_kernel(void **state)
{
	static struct sock_filter prog[IJ_BPF_INSNS_MAX];

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(filters); i++) {
		size_t len = export(i, prog);

		print_message("%s: %zu instructions\n", filters[i].name, len);
		assert_true(ij_bpf_is_valid(prog, len));
		for (size_t k = 0; k < IJ_COUNT(calls); k++) {
			struct ij_seccomp_probe probes[2] = {
				{.nr = (uint32_t)calls[k].nr, .args_known = 0x3f, .set = B(ALLOW)},
				{.nr = (uint32_t)calls[k].nr, .set = B(ALLOW)},
			};
			uint32_t kernel = kernel_does(prog, len, k);

			for (unsigned a = 0; a < 6; a++)
				probes[0].args[a] = calls[k].args[a];
			ij_seccomp_filter(prog, len, probes, 2);
			/* One answer, and the kernel's. An allowed call and one denied with ENOSYS
			 * look alike. */
			if (__builtin_popcount(probes[0].set) != 1 || !(probes[0].set & kernel))
				fail_msg("call %ld, number %zu: %#x, not %#x", calls[k].nr, k,
					 probes[0].set, kernel);
			if (kernel == B(ERRNO))
				assert_int_equal(probes[0].set, B(ERRNO));
			/* Not knowing the arguments may only add answers. */
			assert_int_equal(probes[0].set & ~probes[1].set, 0);
		}
	}
}

/* Known only where it makes no difference, what remains is certain. */
static void test_certain(void **state)
{
	static struct sock_filter prog[IJ_BPF_INSNS_MAX];
	static const struct {
		const char *filter;
		struct ij_seccomp_probe probe;
		uint32_t set;
	} rows[] = {
		{"docker", {.nr = SYS_mmap}, B(ALLOW)},
		{"docker", {.nr = SYS_clone, .args_known = 1}, B(ALLOW)},
		{"docker", {.nr = SYS_clone}, B(ALLOW) | B(ERRNO)},
		{"docker, a tree", {.nr = SYS_rt_sigreturn}, B(ALLOW)},
		{"docker", {.nr = SYS_ptrace}, B(ERRNO)},
		{"docker", {.nr = 0x40000000 | SYS_getpid}, B(KILL)},
		{"MemoryDenyWriteExecute=", {.nr = SYS_mmap}, B(ALLOW) | B(ERRNO)},
		{"MemoryDenyWriteExecute=",
		 {.nr = SYS_mmap, .args_known = 4, .args = {0, 0, PROT_READ | PROT_EXEC}},
		 B(ALLOW)},
		{"a sandbox that kills", {.nr = SYS_mmap}, B(ALLOW) | B(KILL)},
		{"a sandbox that kills",
		 {.nr = SYS_mmap, .args_known = 4, .args = {0, 0, PROT_READ | PROT_EXEC}},
		 B(KILL)},
		{"a sandbox that kills",
		 {.nr = SYS_mprotect, .args_known = 4, .args = {0, 0, PROT_READ}},
		 B(ALLOW)},
		{"a sandbox that traps", {.nr = SYS_kill}, B(TRAP)},
		{"a sandbox that logs", {.nr = SYS_kill}, B(ALLOW)},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_seccomp_probe probe = rows[i].probe;

		probe.set = B(ALLOW);
		for (size_t k = 0; k < IJ_COUNT(filters); k++)
			if (!strcmp(filters[k].name, rows[i].filter))
				ij_seccomp_filter(prog, export(k, prog), &probe, 1);
		print_message("%zu: %s, %u\n", i, rows[i].filter, probe.nr);
		assert_int_equal(probe.set, rows[i].set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_as_the_kernel),
		cmocka_unit_test(test_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
