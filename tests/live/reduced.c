/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reduced ARGS...: runs the program under test with less than it would like to have.
 *
 * IJ_REDUCED names what is taken away, parted by '+':
 *
 *   no_perf       perf_event_open(2) is forbidden, as in most containers
 *   no_vm         so are process_vm_readv(2) and process_vm_writev(2)
 *   no_map_files  no CAP_SYS_ADMIN and no CAP_CHECKPOINT_RESTORE
 *   sys_ptrace    no capability but CAP_SYS_PTRACE
 *   user          user 65534, no capability at all
 *   inside=PID    the user, PID and mount namespaces of process PID, the first of its PID namespace
 *                 (the number after -p becomes 1)
 *
 * IJ_PROGRAM is the program, if it is not the one that was built. What a filter denies fails with
 * EPERM.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FAILED = 126, DENIED_MAX = 8, NOBODY = 65534 };

static uint32_t denied[DENIED_MAX];
static unsigned denied_len;

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "reduced: %s: %s\n", what, strerror(errno));
	_exit(FAILED);
}

static void filter_install(void)
{
	enum { ALLOW = 2 };
	struct sock_filter prog[DENIED_MAX + 4] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	};
	unsigned short len = 1;
	if (!denied_len)
		return;
	for (unsigned i = 0; i < denied_len; i++, len++)
		prog[len] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, denied[i],
							 (unsigned char)(denied_len - i), 0);
	prog[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	prog[len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	struct sock_fprog program = {.len = len, .filter = prog};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		fail("seccomp");
}

static void deny(uint32_t nr)
{
	if (denied_len == DENIED_MAX)
		_exit(FAILED);
	denied[denied_len++] = nr;
}

/* Keep the capabilities of @keep only, over execve too. */
static void capabilities_limit(uint64_t keep)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{0}};
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	for (unsigned cap = 0; cap <= CAP_LAST_CAP; cap++)
		if (!(keep >> cap & 1))
			prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (syscall(SYS_capget, &header, data))
		fail("capget");
	for (unsigned i = 0; i < 2; i++) {
		uint32_t part = (uint32_t)(keep >> 32 * i);
		data[i].effective &= part;
		data[i].permitted &= part;
		data[i].inheritable &= part;
	}
	if (syscall(SYS_capset, &header, data))
		fail("capset");
}

static void become_nobody(void)
{
	if (setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	    setresuid(NOBODY, NOBODY, NOBODY))
		fail("setresuid");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void enter_namespaces(const char *pid)
{
	int fd = (int)syscall(SYS_pidfd_open, atoi(pid), 0);
	if (fd < 0 || setns(fd, CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS))
		fail("setns");
	close(fd);
	if (setresgid(0, 0, 0) || setresuid(0, 0, 0))
		fail("root of the user namespace");
	/* It is our children that live in that PID namespace. */
	pid_t child = fork();
	if (child < 0)
		fail("fork");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (child == 0)
		return;
	int status;
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

static void take_away(const char *what)
{
	const uint64_t admin = 1ull << CAP_SYS_ADMIN | 1ull << CAP_CHECKPOINT_RESTORE;
	if (strcmp(what, "no_perf") == 0) {
		deny(SYS_perf_event_open);
	} else if (strcmp(what, "no_vm") == 0) {
		deny(SYS_process_vm_readv);
		deny(SYS_process_vm_writev);
	} else if (strcmp(what, "no_map_files") == 0) {
		capabilities_limit(~admin);
	} else if (strcmp(what, "sys_ptrace") == 0) {
		capabilities_limit(1ull << CAP_SYS_PTRACE);
	} else if (strcmp(what, "user") == 0) {
		become_nobody();
	} else if (strncmp(what, "inside=", 7) == 0) {
		enter_namespaces(what + 7);
	} else {
		errno = EINVAL;
		fail(what);
	}
}

int main(int argc, char **argv)
{
	const char *list = getenv("IJ_REDUCED"), *program = getenv("IJ_PROGRAM");
	char names[256], first[] = "1", *rest = names;
	snprintf(names, sizeof(names), "%s", list ? list : "");
	for (char *name; rest && *rest && (name = strsep(&rest, "+"));) {
		for (int i = 1; i + 1 < argc && strncmp(name, "inside=", 7) == 0; i++)
			if (strcmp(argv[i], "-p") == 0)
				argv[i + 1] = first;
		take_away(name);
	}
	filter_install();
	argv[0] = (char *)(program ? program : IJ_PROGRAM_PATH);
	execv(argv[0], argv);
	fail(argv[0]);
}
