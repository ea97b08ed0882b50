/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whether one process may attach to another, and if not, why: all knowledge of that is here.
 *
 * Source: ptrace(2), "Ptrace access mode checking"; Linux, kernel/ptrace.c, __ptrace_may_access;
 * security/commoncap.c, cap_ptrace_access_check; security/yama/yama_lsm.c.
 */
#ifndef IJ_PROC_ACCESS_H
#define IJ_PROC_ACCESS_H

#include "proc/process.h"

/** No Yama in this kernel. */
#define IJ_YAMA_NONE (-1)
/** Inode of the first user namespace (Linux, include/linux/proc_ns.h, PROC_USER_INIT_INO). */
#define IJ_USER_NS_FIRST 0xeffffffdu

/** What the decision depends on, as /proc shows it to everybody. */
struct ij_access {
	pid_t pid;                   /* of the target; 0: there is none, we alone are described */
	struct ij_status us, target; /* of main threads */
	int yama;                    /* kernel.yama.ptrace_scope, or IJ_YAMA_NONE */
	uint64_t user_ns;            /* inode of our user namespace; 0: not known */
	uint64_t target_user_ns;
	int dumpable;         /* of the target: 1 yes, 0 no, -1 not to be seen */
	bool descendant;      /* the target is a child of ours, or a child's child, ... */
	char tracer_comm[16]; /* of target.tracer */
	char label[128];      /* our security label (SELinux, AppArmor, Smack); "" if none */
	char target_label[128];
};

/**
 * Read them.
 *
 * @root: where proc(5) is mounted: "/proc". @pid: 0 for ourselves alone.
 * Errors: NOPROC (no such process).
 * Target: not touched.
 */
struct ij_error *ij_access_read(const char *root, pid_t pid, struct ij_access *ret) IJ_WARN_UNUSED;

/** Why the kernel refuses. Ordered as it asks. */
enum ij_denial {
	IJ_DENIAL_TRACED,        /* by another process */
	IJ_DENIAL_YAMA_NEVER,    /* Yama forbids all tracing */
	IJ_DENIAL_USER_NS,       /* CAP_SYS_PTRACE does not reach into the target's namespace */
	IJ_DENIAL_MODULE,        /* nothing else is left: SELinux, AppArmor, seccomp */
	IJ_DENIAL_USER,          /* another user's or group's */
	IJ_DENIAL_DUMPABLE,      /* not dumpable */
	IJ_DENIAL_CAPABILITIES,  /* it has some that we have not */
	IJ_DENIAL_YAMA_CHILDREN, /* Yama allows descendants only */
	IJ_DENIAL_YAMA_ADMIN,    /* Yama asks for CAP_SYS_PTRACE */
	IJ_DENIAL_UNKNOWN,       /* not dumpable, most likely, which cannot be seen */
	IJ_DENIALS
};

/** The reason of a refusal that has happened. */
enum ij_denial ij_access_denial(const struct ij_access *access);

/** Have we capability @cap, by number (linux/capability.h), with effect? */
bool ij_access_has(const struct ij_access *access, unsigned cap);

/** The names of the first few of a set of capabilities. @return: the length of the whole text. */
size_t ij_capabilities_print(uint64_t set, char *text, size_t size);

/** A reason in words, and what would help. */
struct ij_advice {
	char why[256];
	char remedy[256]; /* one that always helps, short */
	bool sys_ptrace;  /* so would CAP_SYS_PTRACE in the target's user namespace */
	bool yama;        /* so would a lower level of Yama */
};
void ij_access_advise(const struct ij_access *access, enum ij_denial denial, struct ij_advice *ret);

#endif
