/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Remedies by environment: docker-run(1), podman-run(1), Kubernetes' SecurityContext v1,
 * systemd.exec(5), sudo(8), setcap(8).
 */
#include "doctor/remedies.h"

#include <ctype.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* linux/capability.h of Linux 5.8 and 5.9 has them first. */
#define PERFMON            38
#define CHECKPOINT_RESTORE 40

const struct ij_capability ij_capability_sys_ptrace = {CAP_SYS_PTRACE, "SYS_PTRACE"};
const struct ij_capability ij_capability_sys_admin = {CAP_SYS_ADMIN, "SYS_ADMIN"};
const struct ij_capability ij_capability_perfmon = {PERFMON, "PERFMON"};
const struct ij_capability ij_capability_checkpoint = {CHECKPOINT_RESTORE, "CHECKPOINT_RESTORE"};

/* Of the whole system's root, all but what a kernel does not have. */
static bool is_bounded(const struct ij_access *ours)
{
	return !(ours->us.cap_bounding >> CAP_SYS_PTRACE & 1) ||
	       !(ours->us.cap_bounding >> CAP_SYS_ADMIN & 1);
}

bool ij_remedies_in_container(const struct ij_access *ours)
{
	/* Marks of docker, podman and Kubernetes; systemd-nspawn and LXC set the variable. */
	return !access("/.dockerenv", F_OK) || !access("/run/.containerenv", F_OK) ||
	       getenv("KUBERNETES_SERVICE_HOST") || getenv("container") || is_bounded(ours);
}

static void for_containers(struct ij_wire_finding *finding, const char *name)
{
	ij_finding_remedy(finding, "docker run --cap-add=%s ... (podman run takes the same)", name);
	ij_finding_remedy(finding,
			  "Kubernetes: securityContext: {capabilities: {add: [\"%s\"]}} in the "
			  "container's spec; kubectl debug: --profile=sysadmin",
			  name);
	ij_finding_remedy(finding,
			  "a systemd unit: AmbientCapabilities=CAP_%s, and the same in "
			  "CapabilityBoundingSet= where that is set",
			  name);
}

void ij_remedy_capability(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
			  const struct ij_capability *cap)
{
	const struct ij_status *us = &diagnosis->access.us;
	bool obtainable = us->cap_bounding >> cap->number & 1;
	char lower[32];
	size_t len = strlen(cap->name);

	for (size_t i = 0; i <= len && i < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)cap->name[i]);
	if (obtainable && !us->no_new_privs && cap != &ij_capability_sys_ptrace) {
		ij_finding_remedy(finding,
				  "%ssetcap cap_%s=ep .../interject-tracer, in one list with "
				  "those that it has already: setcap replaces them",
				  us->uid ? "as root, or " : "", lower);
	} else if (obtainable && !us->no_new_privs) {
		if (us->uid)
			ij_finding_remedy(
				finding, "%s",
				diagnosis->container
					? "as root: sudo, docker exec -u 0 ... (podman exec "
					  "too), Kubernetes: securityContext: {runAsUser: 0}"
					: "as root: sudo interject ...");
		ij_finding_remedy(
			finding,
			"setcap cap_%s=ep .../interject-tracer: then whoever may run it may "
			"call into any process; keep it to one group (chgrp, chmod 0750)",
			lower);
	} else if (obtainable) {
		ij_finding_remedy(finding, "start from where NoNewPrivs is 0 in /proc/self/status, "
					   "as root: here neither sudo nor setcap has any effect "
					   "(systemd: NoNewPrivileges=no; Kubernetes: "
					   "allowPrivilegeEscalation: true)");
	}
	if (!obtainable)
		for_containers(finding, cap->name);
}

void ij_remedy_first(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
		     const struct ij_capability *cap)
{
	if (diagnosis->access.user_ns == IJ_USER_NS_FIRST)
		ij_remedy_capability(diagnosis, finding, cap);
	else
		ij_finding_remedy(finding,
				  "CAP_%s outside of user namespaces: a container that root "
				  "runs, not a rootless one (docker: no userns-remap; "
				  "Kubernetes: hostUsers: true); or run on the host",
				  cap->name);
}

void ij_remedy_seccomp(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
		       const char *what)
{
	if (!diagnosis->access.us.seccomp)
		return;
	if (what)
		ij_finding_remedy(
			finding,
			"docker run --security-opt seccomp=unconfined ..., or seccomp=FILE "
			"with a profile that allows %s (podman run takes the same)",
			what);
	else
		ij_finding_remedy(finding,
				  "docker run --security-opt seccomp=unconfined ... (podman "
				  "run takes the same)");
	ij_finding_remedy(finding,
			  "Kubernetes: securityContext: {seccompProfile: {type: "
			  "Unconfined}}; a systemd unit: no SystemCallFilter=%s",
			  what ? " that lacks it" : "");
}

void ij_remedy_yama(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding)
{
	ij_finding_remedy(finding,
			  "sysctl -w kernel.yama.ptrace_scope=0%s; to keep it: a file in "
			  "/etc/sysctl.d",
			  diagnosis->container ? " on the host" : " as root");
	if (diagnosis->access.yama == 1)
		ij_finding_remedy(finding,
				  "a program of your own: let it call prctl(PR_SET_PTRACER, "
				  "PR_SET_PTRACER_ANY) when it starts");
}
