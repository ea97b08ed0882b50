/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* May we attach to the target? (Linux, kernel/ptrace.c, fs/proc/base.c). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "doctor/remedies.h"

/* SELinux's labels have colons; AppArmor's are names of profiles. */
static void of_module(struct ij_diagnosis *d, struct ij_wire_finding *finding)
{
	const char *ours = d->access.label;

	if (strchr(ours, ':')) {
		ij_finding_remedy(finding, "SELinux: setsebool deny_ptrace off; ausearch -m avc -c "
					   "interject-tracer shows what was denied");
		ij_finding_remedy(finding,
				  "docker run --security-opt label=disable ... (podman run "
				  "takes the same)");
	} else if (*ours && strncmp(ours, "unconfined", 10)) {
		ij_finding_remedy(finding,
				  "AppArmor: \"ptrace (trace, read)\" in the profile %.40s; "
				  "dmesg shows what was denied",
				  ours);
		ij_finding_remedy(finding, "docker run --security-opt apparmor=unconfined ... "
					   "(podman run takes the same)");
	}
	ij_remedy_seccomp(d, finding, "ptrace");
}

static void denied(struct ij_diagnosis *d, enum ij_denial denial)
{
	struct ij_wire_finding *finding;
	struct ij_advice advice;

	ij_access_advise(&d->access, denial, &advice);
	finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "attach", "%s", advice.why);
	ij_finding_block(finding, denial == IJ_DENIAL_TRACED ? IJ_ERR_TRACED : IJ_ERR_PERM,
			 "no call into this process");
	if (denial == IJ_DENIAL_USER && d->access.target.uid)
		ij_finding_remedy(finding, "run as its user: sudo -u '#%u' interject ...",
				  d->access.target.uid);
	if (advice.sys_ptrace)
		ij_remedy_capability(d, finding, &ij_capability_sys_ptrace);
	if (advice.yama)
		ij_remedy_yama(d, finding);
	if (denial == IJ_DENIAL_MODULE)
		of_module(d, finding);
	if (!finding->remedies_len)
		ij_finding_remedy(finding, "%s", advice.remedy);
}

/*
 * The kernel asks the same for /proc/PID/mem as for attaching (fs/proc/base.c, mem_open), and
 * opening it does nothing to the process.
 */
bool ij_doctor_attach(struct ij_diagnosis *d, struct ij_process *process)
{
	int fd = openat(process->live_fd, "mem", O_RDONLY | O_CLOEXEC), os = errno;
	struct ij_wire_finding *finding;

	if (fd >= 0)
		ij_mem_fd_init(&process->mem, fd);
	if (d->access.target.tracer || (fd < 0 && (os == EPERM || os == EACCES))) {
		denied(d, ij_access_denial(&d->access));
	} else if (fd < 0) {
		finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "attach", "%s", strerror(os));
		ij_finding_block(finding, IJ_ERR_PERM, "no call into this process");
	} else {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "attach", "allowed");
	}
	return fd >= 0;
}
