/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What we are and may do, target or not: user, capabilities, Yama, confinement. */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "doctor/doctor.h"
#include "doctor/remedies.h"

static void user(struct ij_diagnosis *d)
{
	const struct ij_access *a = &d->access;
	bool cap = ij_access_has(a, CAP_SYS_PTRACE);
	struct ij_wire_finding *finding =
		ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "user", "%s (uid %u, gid %u), %s",
				 a->us.uid ? "an ordinary user" : "root", a->us.uid, a->us.gids[1],
				 cap ? "with CAP_SYS_PTRACE" : "without CAP_SYS_PTRACE");

	/* What that means for a target is said there; where Yama forbids more, it is said there. */
	if (cap || a->pid || a->yama > 0)
		return;
	ij_finding_note(finding, "only processes of this user and group can be called into, and "
				 "of these only those that are dumpable and have no capability "
				 "that we have not");
	ij_remedy_capability(d, finding, &ij_capability_sys_ptrace);
}

static void capabilities(struct ij_diagnosis *d)
{
	const struct ij_capability *const all[] = {&ij_capability_sys_ptrace,
						   &ij_capability_sys_admin, &ij_capability_perfmon,
						   &ij_capability_checkpoint};
	char text[200] = "";
	size_t len = 0;

	for (size_t i = 0; i < IJ_COUNT(all); i++) {
		const struct ij_status *us = &d->access.us;
		const char *state = us->cap_effective >> all[i]->number & 1  ? "yes"
				    : us->cap_bounding >> all[i]->number & 1 ? "no"
									     : "not to be had";

		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s %s", i ? ", " : "",
					all[i]->name, state);
	}
	ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "capabilities", "%s", text);
}

static void yama(struct ij_diagnosis *d)
{
	static const char *const levels[] = {
		"0: all that ptrace(2) allows", "1: only descendants of the tracer",
		"2: only with CAP_SYS_PTRACE", "3: nobody, until the next boot"};
	const struct ij_access *a = &d->access;
	struct ij_wire_finding *finding;

	if (a->yama < 0 || a->yama > 3) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "Yama", "not in this kernel");
		return;
	}
	finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "Yama", "ptrace_scope is %s",
				   levels[a->yama]);
	if (a->yama == 3) {
		ij_finding_block(finding, IJ_ERR_PERM, "no call at all");
		ij_finding_remedy(finding, "set kernel.yama.ptrace_scope to 1 or less in "
					   "/etc/sysctl.d, and boot again: 3 cannot be lowered");
		return;
	}
	/* What that means for a target is said there. */
	if (!a->yama || a->pid || ij_access_has(a, CAP_SYS_PTRACE))
		return;
	if (a->yama == 1)
		ij_finding_block(finding, IJ_ERR_PERM,
				 "no call into any process but one that allows it itself by "
				 "prctl(2), PR_SET_PTRACER");
	else
		ij_finding_block(finding, IJ_ERR_PERM, "no call at all");
	ij_remedy_yama(d, finding);
	ij_remedy_capability(d, finding, &ij_capability_sys_ptrace);
}

static void confinement(struct ij_diagnosis *d)
{
	const struct ij_access *a = &d->access;

	if (a->us.seccomp)
		ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "seccomp",
				 "interject itself runs under %u seccomp filter(s)", a->us.filters);
	else
		ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "seccomp",
				 "none on interject itself");
	ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "NoNewPrivs", "%s",
			 a->us.no_new_privs ? "1: sudo and setcap have no effect here" : "0");
	ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "user namespace", "%s",
			 a->user_ns == IJ_USER_NS_FIRST
				 ? "the first: capabilities count everywhere"
				 : "not the first: capabilities do not count "
				   "outside of it");
	ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "container", "%s",
			 d->container ? "yes, as it seems" : "none to be seen");
}

static void modules(struct ij_diagnosis *d)
{
	char text[128];
	ssize_t len = ij_process_slurp(AT_FDCWD, "/sys/kernel/security/lsm", text, sizeof(text));

	if (len <= 0)
		snprintf(text, sizeof(text), "not to be seen");
	ij_diagnosis_add(d, IJ_WIRE_GROUP_PERMISSION, "security modules", "%s%s%s", text,
			 d->access.label[0] ? "; we are " : "", d->access.label);
}

void ij_doctor_permission(struct ij_diagnosis *d)
{
	user(d);
	capabilities(d);
	yama(d);
	confinement(d);
	modules(d);
}
