/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel would do with a system call of a thread under seccomp(2). */
#ifndef IJ_INJECT_SECCOMP_H
#define IJ_INJECT_SECCOMP_H

#include "inject/bpf.h"
#include "proc/thread.h"

enum {
	IJ_SECCOMP_STRICT = 1, /* modes, as /proc/PID/status numbers them */
	IJ_SECCOMP_FILTER = 2,
	/* A thread may have thousands; asking the kernel for them all takes time by the square. */
	IJ_SECCOMP_FILTERS_MAX = 256,
};

/** What a filter may say, the most restrictive first: it wins (seccomp(2)). */
enum ij_seccomp_action {
	IJ_SECCOMP_KILL,   /* the process or the thread */
	IJ_SECCOMP_TRAP,   /* SIGSYS, which kills who does not handle it */
	IJ_SECCOMP_ERRNO,  /* not made, and an error returned */
	IJ_SECCOMP_NOTIFY, /* another process decides, in its own time */
	IJ_SECCOMP_TRACE,  /* ENOSYS, without a tracer that asked for it: ours does not */
	IJ_SECCOMP_ALLOW,  /* made, perhaps logged */
	IJ_SECCOMP_ACTIONS
};
#define IJ_SECCOMP_BIT(name) (1u << IJ_SECCOMP_##name)
#define IJ_SECCOMP_ALL       ((1u << IJ_SECCOMP_ACTIONS) - 1)

/** One system call to be asked about, as far as it is known. */
struct ij_seccomp_probe {
	uint32_t nr;
	uint32_t args_known; /* bit N: args[N] is known */
	uint64_t args[6];
	ij_addr pc;   /* behind its instruction; 0: not known */
	uint32_t set; /* of the actions that are possible */
};

/** Whatever the rest of it is, the call is made. */
static inline bool ij_seccomp_is_certain(uint32_t set)
{
	return set == IJ_SECCOMP_BIT(ALLOW);
}

/** The call is made or fails, and nothing else comes of it. */
static inline bool ij_seccomp_is_harmless(uint32_t set)
{
	return !(set & ~(IJ_SECCOMP_BIT(ALLOW) | IJ_SECCOMP_BIT(ERRNO) | IJ_SECCOMP_BIT(TRACE)));
}

/** The most restrictive action of a set, in words: "kill", "answer with an error". */
const char *ij_seccomp_action_text(uint32_t set);

/** The action of a filter's return value. Source: Linux, kernel/seccomp.c, __seccomp_filter. */
enum ij_seccomp_action ij_seccomp_action(uint32_t value);

/** What two filters say together, each of which may say any of a set. */
uint32_t ij_seccomp_combine(uint32_t a, uint32_t b);

/**
 * What one filter says to each of @probes, combined into what is in their sets already.
 *
 * @prog: of @len instructions; one that the kernel would not have taken may say anything.
 */
void ij_seccomp_filter(const struct sock_filter *prog, size_t len, struct ij_seccomp_probe *probes,
		       size_t probes_len);

/**
 * Ask about @probes in the stopped @thread. Their sets are filled in.
 *
 * @mode: of the thread, as /proc/PID/status says. @filters_ret: how many it has.
 * Errors: PERM (we may not read filters), UNSUPPORTED (there are too many; or the kernel has none
 * that could be read), GONE, OS.
 */
struct ij_error *ij_seccomp_ask(struct ij_thread *thread, unsigned mode,
				struct ij_seccomp_probe *probes, size_t len, unsigned *filters_ret)
	IJ_WARN_UNUSED;

#endif
