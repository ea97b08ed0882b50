/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The whole diagnosis, in the order of a report. */
#include "doctor/doctor.h"

#include <string.h>

#include "doctor/remedies.h"

/* Where containers stand between us and it, that is why. */
static struct ij_error *read_target(struct ij_diagnosis *d, pid_t pid)
{
	struct ij_error *err = ij_access_read("/proc", pid, &d->access), *more;

	if (!err || !d->container || strncmp(err->msg, "no process", 10))
		return err;
	more = ij_error_os(NOPROC, err->os,
			   "%s; a container sees its own processes only: docker run --pid=host or "
			   "--pid=container:NAME (podman run takes the same), Kubernetes: "
			   "shareProcessNamespace: true or hostPID: true",
			   err->msg);
	ij_error_free(err);
	return more;
}

struct ij_error *ij_doctor_run(pid_t pid, struct ij_diagnosis *ret)
{
	ret->len = 0;
	ret->reads_filters = false;
	IJ_TRY(ij_access_read("/proc", 0, &ret->access));
	ret->container = ij_remedies_in_container(&ret->access);
	if (pid)
		IJ_TRY(read_target(ret, pid));
	ij_doctor_permission(ret);
	ij_doctor_kernel(ret);
	ij_doctor_cpu(ret);
	if (pid)
		ij_doctor_target(ret);
	return NULL;
}
