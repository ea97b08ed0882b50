/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The system calls of our chain, with their arguments as far as they are known beforehand. */
#include "inject/means.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "inject/judge.h"

enum chain {
	CHAIN_MMAP_SHARED,
	CHAIN_MMAP_PRIVATE,
	CHAIN_MPROTECT,
	CHAIN_MUNMAP,
	CHAIN_MMAP_STACK,
	CHAIN_SIGRETURN,
	CHAIN_TGKILL,
	CHAIN_SIGPENDING,
	CHAIN_SIGTIMEDWAIT,
	CHAIN_SIGPROCMASK,
	CHAIN_RESTART,
	CHAIN_CLONE,
	CHAIN_WAIT4,
	CHAIN_PPOLL,
	/* Harmless calls, any of which will do. */
	CHAIN_GETPID,
	CHAIN_GETTID,
	CHAIN_GETUID,
	CHAIN_LEN
};

/* The arguments are those of inject/pages.c, proc/copy.c, inject/sleep.c and of the stub. */
static const struct ij_seccomp_probe chain[CHAIN_LEN] = {
	[CHAIN_MMAP_SHARED] = {.nr = SYS_mmap,
			       .args_known = 0x3d,
			       .args = {0, 0, PROT_READ | PROT_EXEC,
					MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, (uint64_t)-1,
					0}},
	[CHAIN_MMAP_PRIVATE] = {.nr = SYS_mmap,
				.args_known = 0x3e,
				.args = {0, IJ_PAGE_SIZE, PROT_READ | PROT_EXEC, IJ_PAGES_CODE_KIND,
					 (uint64_t)-1, 0}},
	[CHAIN_MPROTECT] = {.nr = SYS_mprotect,
			    .args_known = 0x3c,
			    .args = {0, 0, PROT_READ | PROT_WRITE}},
	[CHAIN_MUNMAP] = {.nr = SYS_munmap, .args_known = 0x3c},
	[CHAIN_MMAP_STACK] = {.nr = SYS_mmap,
			      .args_known = 0x3e,
			      .args = {0, IJ_PAGES_STACK_SIZE, PROT_READ | PROT_WRITE,
				       IJ_PAGES_STACK_KIND, (uint64_t)-1, 0}},
	[CHAIN_SIGRETURN] = {.nr = SYS_rt_sigreturn},
	[CHAIN_TGKILL] = {.nr = SYS_tgkill, .args_known = 3},
	[CHAIN_SIGPENDING] = {.nr = SYS_rt_sigpending, .args_known = 2, .args = {0, 8}},
	[CHAIN_SIGTIMEDWAIT] = {.nr = SYS_rt_sigtimedwait, .args_known = 0xa, .args = {0, 0, 0, 8}},
	[CHAIN_SIGPROCMASK] = {.nr = SYS_rt_sigprocmask,
			       .args_known = 0xd,
			       .args = {SIG_SETMASK, 0, 0, 8}},
	[CHAIN_RESTART] = {.nr = SYS_restart_syscall},
	[CHAIN_CLONE] = {.nr = SYS_clone, .args_known = 0x3f},
	[CHAIN_WAIT4] = {.nr = SYS_wait4, .args_known = 0xe, .args = {0, 0, __WALL, 0}},
	[CHAIN_PPOLL] = {.nr = SYS_ppoll, .args_known = 0x1b},
	[CHAIN_GETPID] = {.nr = SYS_getpid},
	[CHAIN_GETTID] = {.nr = SYS_gettid},
	[CHAIN_GETUID] = {.nr = SYS_getuid},
};

static void probes_fill(const struct ij_injector *inj, const struct ij_stop *stop,
			struct ij_seccomp_probe *probes)
{
	memcpy(probes, chain, sizeof(chain));
	/* Until the target is described, nothing is made in it. */
	for (size_t i = CHAIN_MMAP_SHARED; i <= CHAIN_MMAP_STACK; i++)
		probes[i].pc = inj->target.syscall_ret + IJ_SYSCALL_SIZE;
	probes[CHAIN_SIGRETURN].pc = inj->target.sigreturn + IJ_SIGRETURN_SIZE;
	probes[CHAIN_TGKILL].args[0] = (uint64_t)stop->status.inner_tgid;
	probes[CHAIN_TGKILL].args[1] = (uint64_t)stop->status.inner_pid;
}

static bool certain(const struct ij_seccomp_probe *probes, size_t from, size_t to)
{
	for (size_t i = from; i <= to; i++)
		if (!ij_seccomp_is_certain(probes[i].set))
			return false;
	return true;
}

static bool harmless(const struct ij_seccomp_probe *probes, size_t from, size_t to)
{
	for (size_t i = from; i <= to; i++)
		if (!ij_seccomp_is_harmless(probes[i].set))
			return false;
	return true;
}

/* No such call, where nobody asks; else one that the filters let pass. 0: there is none. */
static long skip_of(const struct ij_seccomp_probe *probes, const struct ij_means *means)
{
	if (!means->mode)
		return -1;
	for (size_t i = CHAIN_GETPID; i <= CHAIN_GETUID; i++)
		if (certain(probes, i, i))
			return (long)probes[i].nr;
	return 0;
}

static void conclude(const struct ij_seccomp_probe *probes, struct ij_means *means)
{
	bool back = certain(probes, CHAIN_SIGRETURN, CHAIN_SIGRETURN);

	means->known = true;
	means->pages = back && certain(probes, CHAIN_MMAP_SHARED, CHAIN_MUNMAP);
	means->pages_ask =
		back && !means->pages && harmless(probes, CHAIN_MMAP_SHARED, CHAIN_MUNMAP);
	means->stack = means->pages ? certain(probes, CHAIN_MMAP_STACK, CHAIN_MMAP_STACK)
				    : means->pages_ask &&
					      harmless(probes, CHAIN_MMAP_STACK, CHAIN_MMAP_STACK);
	means->marker = certain(probes, CHAIN_TGKILL, CHAIN_TGKILL);
	means->mask = certain(probes, CHAIN_SIGPROCMASK, CHAIN_SIGPROCMASK);
	means->pending = certain(probes, CHAIN_SIGPENDING, CHAIN_SIGPENDING);
	means->take = certain(probes, CHAIN_SIGTIMEDWAIT, CHAIN_SIGTIMEDWAIT);
	means->restart = certain(probes, CHAIN_RESTART, CHAIN_RESTART);
	means->skip = skip_of(probes, means);
	means->copy = back && means->skip && certain(probes, CHAIN_CLONE, CHAIN_WAIT4);
	means->sleep = certain(probes, CHAIN_PPOLL, CHAIN_PPOLL);
}

/* A filter that is there although it was not before the stop, as far as we can see. */
static unsigned mode_of(const struct ij_stop *stop)
{
	struct ij_error *err;
	size_t len = 0;

	if (stop->status.seccomp)
		return stop->status.seccomp;
	err = ij_thread_filter_get(stop->thread, 0, NULL, 0, &len);
	/* It is there, and there was no room to copy it. */
	if (err && err->code == IJ_ERR_UNSUPPORTED && !err->os)
		len = 1;
	ij_error_free(err);
	return len ? IJ_SECCOMP_FILTER : 0;
}

/*
 * Where the kernel may not make restart_syscall, the interrupted call itself is made again: with
 * its whole timeout, which is the lesser evil.
 */
static void again(const struct ij_injector *inj, struct ij_stop *stop)
{
	ij_addr pc = ij_regs_pc(&stop->regs);
	uint8_t code[IJ_RESTART_CODE_SIZE];
	IJ_ERROR_AUTO err = NULL;

	stop->again_known = false;
	if (ij_regs_restart(&stop->regs) != IJ_RESTART_BLOCK)
		return;
	err = ij_mem_read((struct ij_mem *)&inj->process.mem.mem, pc - sizeof(code), code,
			  sizeof(code));
	stop->again = stop->regs;
	stop->again_known = !err && ij_regs_restart_original(&stop->again, code);
	if (stop->again_known)
		ij_regs_restart_by_hand(&stop->again);
}

struct ij_error *ij_means_find(const struct ij_injector *inj, struct ij_stop *stop)
{
	struct ij_seccomp_probe probes[CHAIN_LEN];
	struct ij_means *means = &stop->means;
	struct ij_error *err;

	*means = (struct ij_means){.mode = mode_of(stop)};
	probes_fill(inj, stop, probes);
	err = ij_seccomp_ask(stop->thread, means->mode, probes, CHAIN_LEN, &means->filters);
	if (!err) {
		conclude(probes, means);
		if (!means->restart)
			again(inj, stop);
		return NULL;
	}
	again(inj, stop);
	if (err->code != IJ_ERR_PERM && err->code != IJ_ERR_UNSUPPORTED)
		return err;
	snprintf(means->text, sizeof(means->text), "%s", err->msg);
	ij_error_free(err);
	return NULL;
}

bool ij_means_can_read(void)
{
	char text[8192];
	const char *caps, *mode;

	if (ij_process_slurp(AT_FDCWD, "/proc/self/status", text, sizeof(text)) < 0)
		return false;
	caps = strstr(text, "\nCapEff:");
	mode = strstr(text, "\nSeccomp:");
	/* CAP_SYS_ADMIN is 21 (linux/capability.h). */
	return caps && strtoull(caps + 8, NULL, 16) >> 21 & 1 && mode &&
	       strtoul(mode + 9, NULL, 10) == 0;
}

bool ij_means_allow(const struct ij_injector *inj, const struct ij_stop *stop, long nr,
		    const uint64_t args[6])
{
	struct ij_seccomp_probe probes[2] = {
		{.nr = (uint32_t)nr,
		 .args_known = 0x3f,
		 .pc = inj->target.syscall_ret + IJ_SYSCALL_SIZE},
		{.nr = SYS_rt_sigreturn, .pc = inj->target.sigreturn + IJ_SIGRETURN_SIZE},
	};
	unsigned filters;
	IJ_ERROR_AUTO err = NULL;

	memcpy(probes[0].args, args, sizeof(probes[0].args));
	err = ij_seccomp_ask(stop->thread, stop->means.mode, probes, 2, &filters);
	return !err && certain(probes, 0, 1);
}

/* The callee's calls. A list's mmap and mprotect are for data, of one protection or the other. */
static size_t callee_probes(const struct ij_wire_callee *callee, struct ij_seccomp_probe *probes)
{
	static const uint64_t protections[] = {PROT_NONE, PROT_READ | PROT_WRITE};
	size_t len = 0;

	for (uint32_t i = 0; i < callee->syscalls_len && i < IJ_WIRE_SYSCALLS_MAX; i++) {
		struct ij_seccomp_probe probe = {.nr = callee->syscalls[i]};
		bool maps = probe.nr == SYS_mmap || probe.nr == SYS_mprotect;

		if (callee->plain) {
			probe.args_known = callee->args_known;
			memcpy(probe.args, callee->args, sizeof(probe.args));
			maps = false;
		}
		for (size_t k = 0; k < (maps ? IJ_COUNT(protections) : 1); k++) {
			if (maps) {
				probe.args_known = 1 << 2;
				probe.args[2] = protections[k];
			}
			probes[len++] = probe;
		}
	}
	return len;
}

/* All that there are. */
static size_t any_probes(struct ij_seccomp_probe *probes)
{
	for (size_t i = 0; i < IJ_ARCH_SYSCALLS_MAX; i++)
		probes[i] = (struct ij_seccomp_probe){.nr = (uint32_t)i};
	return IJ_ARCH_SYSCALLS_MAX;
}

uint32_t ij_means_of_callee(const struct ij_stop *stop, const struct ij_wire_callee *callee,
			    long *nr_ret)
{
	/* Of one tracer, and too large for the stack. */
	static struct ij_seccomp_probe probes[IJ_ARCH_SYSCALLS_MAX];
	size_t len;
	uint32_t set = IJ_SECCOMP_BIT(ALLOW);
	unsigned filters;
	IJ_ERROR_AUTO err = NULL;

	*nr_ret = -1;
	if (!stop->means.mode)
		return set;
	len = callee->known ? callee_probes(callee, probes) : any_probes(probes);
	err = ij_seccomp_ask(stop->thread, stop->means.mode, probes, len, &filters);
	if (err)
		return IJ_SECCOMP_ALL;
	for (size_t i = 0; i < len; i++) {
		if (callee->known && *nr_ret < 0 && !ij_seccomp_is_harmless(probes[i].set))
			*nr_ret = (long)probes[i].nr;
		set |= probes[i].set;
	}
	return set;
}
