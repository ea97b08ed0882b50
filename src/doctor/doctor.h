/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What works here, and why not, for `interject doctor`: permission is read from /proc, what the
 * kernel does is tried out on children of our own. A target is only looked at, through /proc.
 */
#ifndef IJ_DOCTOR_DOCTOR_H
#define IJ_DOCTOR_DOCTOR_H

#include "doctor/diagnosis.h"
#include "doctor/trial.h"

/** The finding on reading a target's seccomp filters. */
#define IJ_DOCTOR_FILTERS "seccomp filters"

/**
 * Make the diagnosis.
 *
 * @pid: the target, or 0.
 * @ret: filled in on success.
 * Errors: NOPROC (no such process; /proc is not mounted).
 * Target: not touched, nor attached to.
 */
struct ij_error *ij_doctor_run(pid_t pid, struct ij_diagnosis *ret) IJ_WARN_UNUSED;

/** The parts of it. Each adds findings. */
void ij_doctor_permission(struct ij_diagnosis *d);
void ij_doctor_kernel(struct ij_diagnosis *d);
void ij_doctor_breakpoints(struct ij_diagnosis *d);
void ij_doctor_cpu(struct ij_diagnosis *d);
void ij_doctor_target(struct ij_diagnosis *d);
/** May we attach? If so, @process has its memory to read. */
bool ij_doctor_attach(struct ij_diagnosis *d, struct ij_process *process);
void ij_doctor_leftovers(struct ij_diagnosis *d, struct ij_process *process);

/** A finding of the kernel group about @trial, which did not work: what is seen is said, what it
 * costs is left to the caller. */
struct ij_wire_finding *ij_doctor_failed(struct ij_diagnosis *d, const char *name,
					 const struct ij_trial *trial);

#endif
