/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Confinement by name, with filters as the programs write them that people meet: an allow list that
 * answers EPERM (containers), allow lists that kill (sandboxes), checks of arguments (no memory
 * that is writable and executable), strict mode, and what asks a tracer or another process.
 *
 * Made by hand, so that no library is needed. Everything that is not on a list is met by the
 * filter's last word.
 */
#include "confine.h"

#include <unistd.h>

#ifdef __x86_64__
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { INSNS_MAX = 256 };

#define LOAD(member)         \
	(struct sock_filter) \
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member))

static struct sock_filter prog[INSNS_MAX];
static unsigned len;

static void add(struct sock_filter insn)
{
	if (len == INSNS_MAX)
		_exit(2);
	prog[len++] = insn;
}

/* The end of a line of tests: on a match, @action. */
static void match(uint32_t nr, uint32_t action)
{
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1));
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

static void begin(void)
{
	len = 0;
	add(LOAD(arch));
	match(AUDIT_ARCH_I386, SECCOMP_RET_KILL_PROCESS);
	add(LOAD(nr));
	/* The x32 convention, as libseccomp does it. */
	add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
}

static int install(uint32_t otherwise, unsigned flags)
{
	struct sock_fprog program = {.filter = prog};
	add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, otherwise));
	program.len = (unsigned short)len;
	int fd = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
	if (fd < 0)
		_exit(errno == EINVAL ? 77 : 2);
	return fd;
}

/* What the victims themselves need, and a sandboxed program like them. */
static const int small[] = {
	SYS_read,
	SYS_write,
	SYS_exit,
	SYS_exit_group,
	SYS_rt_sigreturn,
	SYS_restart_syscall,
	SYS_getpid,
	SYS_getppid,
	SYS_gettid,
	SYS_futex,
	SYS_brk,
	SYS_madvise,
	SYS_clock_gettime,
	SYS_poll,
	SYS_ppoll,
	SYS_nanosleep,
	SYS_clock_nanosleep,
	SYS_epoll_wait,
	SYS_epoll_pwait,
	SYS_lseek,
	SYS_fstat,
	SYS_newfstatat,
	SYS_accept,
	SYS_recvfrom,
	SYS_sendto,
	SYS_pause,
	SYS_wait4,
	SYS_sched_yield,
};

/* What a container allows besides. */
static const int large[] = {
	SYS_mmap,          SYS_mprotect,        SYS_munmap,          SYS_mremap,
	SYS_tgkill,        SYS_rt_sigprocmask,  SYS_sigaltstack,     SYS_rt_sigaction,
	SYS_rt_sigpending, SYS_rt_sigqueueinfo, SYS_openat,          SYS_close,
	SYS_ioctl,         SYS_getuid,          SYS_geteuid,         SYS_getgid,
	SYS_clone,         SYS_clone3,          SYS_set_robust_list, SYS_rseq,
	SYS_timer_create,  SYS_timer_settime,   SYS_prctl,           SYS_seccomp,
	SYS_epoll_create1, SYS_epoll_ctl,       SYS_getrandom,       SYS_prlimit64,
};

static void allow(const int *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		match((uint32_t)list[i], SECCOMP_RET_ALLOW);
}
#define ALLOW(list) allow(list, sizeof(list) / sizeof((list)[0]))

/* As systemd's MemoryDenyWriteExecute= does on old kernels, and a little more: nothing becomes
 * executable at all. */
static void deny_exec(uint32_t action, bool service, unsigned flags)
{
	const int calls[] = {SYS_mmap, SYS_mprotect, SYS_pkey_mprotect};
	begin();
	/* What a service has no use for, either. */
	if (service) {
		match(SYS_tgkill, action);
		match(SYS_rt_sigpending, action);
		match(SYS_ptrace, action);
		match(SYS_memfd_create, action);
	}
	for (unsigned i = 0; i < 3; i++) {
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)calls[i], 0,
						 4));
		add(LOAD(args[2]));
		add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1));
		add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
		add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	}
	install(SECCOMP_RET_ALLOW, flags);
}

static void allow_list(bool container, uint32_t otherwise, unsigned flags)
{
	begin();
	ALLOW(small);
	if (container)
		ALLOW(large);
	install(otherwise, flags);
}

static void only(int nr, uint32_t action, unsigned flags)
{
	begin();
	match((uint32_t)nr, action);
	int fd = install(SECCOMP_RET_ALLOW, flags);
	/* The listener stays open, and nobody ever answers. */
	if (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		dup2(fd, 100);
	if (flags & SECCOMP_FILTER_FLAG_NEW_LISTENER)
		close(fd);
}

void victim_confine(const char *name)
{
	const uint32_t eperm = SECCOMP_RET_ERRNO | EPERM;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		_exit(2);
	if (!strcmp(name, "container"))
		allow_list(true, eperm, 0);
	else if (!strcmp(name, "logged"))
		allow_list(true, SECCOMP_RET_LOG, 0);
	else if (!strcmp(name, "errno"))
		allow_list(false, eperm, 0);
	else if (!strcmp(name, "kill"))
		allow_list(false, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "trap"))
		allow_list(false, SECCOMP_RET_TRAP, 0);
	else if (!strcmp(name, "kill_large"))
		allow_list(true, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "exec_errno"))
		deny_exec(eperm, false, 0);
	else if (!strcmp(name, "exec_kill"))
		deny_exec(SECCOMP_RET_KILL_PROCESS, false, 0);
	else if (!strcmp(name, "exec_kill_tsync"))
		deny_exec(SECCOMP_RET_KILL_PROCESS, false, SECCOMP_FILTER_FLAG_TSYNC);
	else if (!strcmp(name, "service"))
		deny_exec(SECCOMP_RET_KILL_PROCESS, true, SECCOMP_FILTER_FLAG_TSYNC);
	else if (!strcmp(name, "stacked")) {
		allow_list(true, eperm, 0);
		deny_exec(SECCOMP_RET_KILL_THREAD, false, 0);
	} else if (!strcmp(name, "trace"))
		only(SYS_mprotect, SECCOMP_RET_TRACE, 0);
	else if (!strcmp(name, "notify"))
		only(SYS_mmap, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
	else if (!strcmp(name, "no_restart"))
		only(SYS_restart_syscall, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "no_sigreturn"))
		only(SYS_rt_sigreturn, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "no_mask"))
		only(SYS_rt_sigprocmask, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "no_madvise"))
		only(SYS_madvise, SECCOMP_RET_KILL_PROCESS, 0);
	else if (!strcmp(name, "strict")) {
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0))
			_exit(77);
	} else if (!strcmp(name, "mdwe")) {
		/* Linux 6.3, include/uapi/linux/prctl.h: PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN. */
		if (prctl(65, 1, 0, 0, 0))
			_exit(77);
	} else
		_exit(2);
}
#else
void victim_confine(const char *name)
{
	(void)name;
	_exit(77);
}
#endif
