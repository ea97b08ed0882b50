/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why the kernel refused an attachment, in words (Linux, kernel/ptrace.c, __ptrace_may_access;
 * Yama). */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "proc/access.h"

#define SAY(text, ...) snprintf(text, sizeof(text), __VA_ARGS__)

static void of_yama(const struct ij_access *a, struct ij_advice *ret)
{
	ret->sys_ptrace = ret->yama = true;
	if (a->yama == 1)
		SAY(ret->why, "Yama ptrace_scope is 1 and %d is not our child", a->pid);
	else
		SAY(ret->why, "Yama ptrace_scope is 2, which needs CAP_SYS_PTRACE");
	SAY(ret->remedy, a->yama == 1 ? "run as root, set kernel.yama.ptrace_scope=0, or let it "
					"call prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY)"
				      : "run as root, or set kernel.yama.ptrace_scope=0");
}

static void of_user(const struct ij_access *a, struct ij_advice *ret)
{
	const struct ij_status *us = &a->us, *it = &a->target;

	ret->sys_ptrace = true;
	SAY(ret->remedy, "run as root, as that user, or with CAP_SYS_PTRACE");
	if (it->uid != us->uid)
		SAY(ret->why, "it belongs to user %u and we are user %u", it->uid, us->uid);
	else if (it->uids[0] != us->uids[0] || it->uids[2] != us->uids[0])
		SAY(ret->why, "it has the users %u, %u and %u at once, and we are user %u",
		    it->uids[0], it->uids[1], it->uids[2], us->uids[0]);
	else
		SAY(ret->why, "it belongs to group %u and we are in group %u",
		    it->gids[1] != us->gids[0] ? it->gids[1] : it->gids[0], us->gids[0]);
}

static void of_module(const struct ij_access *a, struct ij_advice *ret)
{
	int len = SAY(ret->why, "refused although %s",
		      ij_access_has(a, CAP_SYS_PTRACE) ? "we have CAP_SYS_PTRACE"
						       : "it is our own user's");

	if (a->us.seccomp)
		snprintf(ret->why + len, sizeof(ret->why) - (size_t)len,
			 "; a security module (SELinux, AppArmor) or our own seccomp filter "
			 "forbids it");
	else
		snprintf(ret->why + len, sizeof(ret->why) - (size_t)len,
			 "; a security module (SELinux, AppArmor) forbids it");
	SAY(ret->remedy, "see the audit log, and allow it there");
}

void ij_access_advise(const struct ij_access *a, enum ij_denial denial, struct ij_advice *ret)
{
	char names[128];

	*ret = (struct ij_advice){0};
	switch (denial) {
	case IJ_DENIAL_TRACED:
		SAY(ret->why, "process %d (%s) is tracing it already", a->target.tracer,
		    a->tracer_comm);
		SAY(ret->remedy, "let that one detach first");
		break;
	case IJ_DENIAL_YAMA_NEVER:
		SAY(ret->why, "Yama ptrace_scope is 3, which forbids tracing until the next boot");
		SAY(ret->remedy, "boot with kernel.yama.ptrace_scope=0");
		break;
	case IJ_DENIAL_USER_NS:
		SAY(ret->why, "refused although we have CAP_SYS_PTRACE: the target lives in "
			      "another user namespace, where that counts for nothing");
		SAY(ret->remedy, "run in the target's namespace, or on the host as root");
		break;
	case IJ_DENIAL_USER:
		of_user(a, ret);
		break;
	case IJ_DENIAL_DUMPABLE:
		ret->sys_ptrace = true;
		SAY(ret->why, "it is not dumpable: it changed its user, runs a file that only "
			      "root may read, or asked for it by prctl(2), PR_SET_DUMPABLE");
		SAY(ret->remedy, "run as root, or with CAP_SYS_PTRACE");
		break;
	case IJ_DENIAL_CAPABILITIES:
		ret->sys_ptrace = true;
		ij_capabilities_print(a->target.cap_permitted & ~a->us.cap_permitted, names,
				      sizeof(names));
		SAY(ret->why, "it has capabilities that we have not: %s", names);
		SAY(ret->remedy, "run as root, or with CAP_SYS_PTRACE");
		break;
	case IJ_DENIAL_YAMA_CHILDREN:
	case IJ_DENIAL_YAMA_ADMIN:
		of_yama(a, ret);
		break;
	case IJ_DENIAL_MODULE:
		of_module(a, ret);
		break;
	case IJ_DENIAL_UNKNOWN:
	case IJ_DENIALS:
		ret->sys_ptrace = true;
		SAY(ret->why, "it is not dumpable (it changed its user, or runs a file we may "
			      "not read)");
		SAY(ret->remedy, "run as root, or give the container CAP_SYS_PTRACE");
		break;
	}
}

struct ij_error *ij_process_denied(pid_t pid, int os)
{
	struct ij_access access;
	struct ij_advice advice;
	enum ij_denial denial;
	const char *comm = access.target.comm;

	if (os == ESRCH || pid <= 0)
		return ij_error_os(NOPROC, os, "no process %d", pid);
	IJ_TRY(ij_access_read("/proc", pid, &access));
	denial = ij_access_denial(&access);
	if (denial != IJ_DENIAL_TRACED && os != EPERM && os != EACCES)
		return ij_error_os(OS, os, "cannot attach to %d (%s): %s", pid, comm, strerror(os));
	ij_access_advise(&access, denial, &advice);
	if (denial == IJ_DENIAL_TRACED)
		return ij_error_os(TRACED, EPERM, "cannot attach to %d (%s): %s; %s", pid, comm,
				   advice.why, advice.remedy);
	return ij_error_os(PERM, os,
			   "cannot attach to %d (%s): %s; %s; interject doctor -p %d says more",
			   pid, comm, advice.why, advice.remedy, pid);
}
