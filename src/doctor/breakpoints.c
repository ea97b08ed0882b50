/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Breakpoints: may they be set, and are they hit? (perf_event_open(2)). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>

#include "base/clock.h"
#include "doctor/doctor.h"
#include "doctor/remedies.h"
#include "doctor/trial.h"
#include "proc/breakpoint.h"

#define HIT_WAIT_NS (10 * IJ_NS_PER_S)
/* Unprivileged use is allowed up to here (Linux, kernel/events/core.c; Debian's 3 forbids all). */
#define PARANOID_MAX 2

static __attribute__((noinline)) void be_hit(void)
{
	__asm__ volatile("");
}

/* Wait for the hit; the subject ends if there is none. */
static void await(struct ij_subject *subject, const struct ij_breakpoint *bp,
		  struct ij_trial *trial)
{
	uint64_t deadline = ij_deadline_ns(HIT_WAIT_NS);
	struct ij_error *err = ij_subject_go(subject);

	while (!err) {
		struct ij_event event;

		err = ij_thread_wait(&subject->thread, deadline, &event);
		if (err)
			break;
		switch (event.kind) {
		case IJ_EVENT_SIGNAL:
			if (ij_breakpoint_which(&subject->thread, bp, 1) == 0) {
				ij_trial_works(trial);
				return;
			}
			err = ij_thread_resume(&subject->thread, event.signo);
			break;
		case IJ_EVENT_EXITING:
		case IJ_EVENT_ENDED:
			ij_trial_fails(trial, 0, "never hit");
			return;
		case IJ_EVENT_DEADLINE:
			ij_trial_fails(trial, 0, "neither hit nor passed in time");
			return;
		default:
			err = ij_thread_resume(&subject->thread, 0);
		}
	}
	ij_trial_fails_by(trial, err);
}

static void try(struct ij_trial *trial)
{
	struct ij_breakpoint bp = {.fd = -1};
	struct ij_subject subject;
	struct ij_error *err;

	if (!ij_subject_start(&subject, NULL, be_hit, trial) || !ij_subject_stop(&subject, trial))
		return;
	err = ij_breakpoint_set(&bp, subject.pid, (ij_addr)(uintptr_t)be_hit, IJ_BREAKPOINT_EXECUTE,
				SIGURG);
	if (err)
		ij_trial_fails_by(trial, err);
	else
		await(&subject, &bp, trial);
}

/* kernel.perf_event_paranoid, or -2 where there is none. */
static int paranoid(void)
{
	char text[16];

	return ij_process_slurp(AT_FDCWD, "/proc/sys/kernel/perf_event_paranoid", text,
				sizeof(text)) > 0
		       ? atoi(text)
		       : -2;
}

static void explain_forbidden(struct ij_diagnosis *d, struct ij_wire_finding *finding, int os)
{
	int level = paranoid();

	if (os == ENOSPC || os == EBUSY) {
		ij_finding_remedy(finding, "end the debugger or profiler (perf, gdb) that uses "
					   "the four debug registers of all threads");
		return;
	}
	if (level > PARANOID_MAX) {
		ij_finding_remedy(finding, "sysctl -w kernel.perf_event_paranoid=%d (it is %d)",
				  PARANOID_MAX, level);
		ij_remedy_capability(d, finding, &ij_capability_perfmon);
	}
	ij_remedy_seccomp(d, finding, "perf_event_open");
	if (level == -2 && !finding->remedies_len)
		ij_finding_remedy(finding, "a kernel with CONFIG_PERF_EVENTS and "
					   "CONFIG_HAVE_HW_BREAKPOINT");
}

void ij_doctor_breakpoints(struct ij_diagnosis *d)
{
	static const char name[] = "breakpoints";
	struct ij_wire_finding *finding;
	struct ij_trial trial;

	ij_trial_run(try, &trial);
	if (trial.end == IJ_TRIAL_WORKS) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name, "can be set, and are hit");
		return;
	}
	if (trial.end == IJ_TRIAL_FAILS && !trial.os) {
		finding =
			ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name,
					 "can be set, but are %s: a virtual machine without debug "
					 "registers",
					 trial.text);
		ij_finding_remedy(finding,
				  "none in this virtual machine: its hypervisor would have "
				  "to give debug registers to the guest; or run where it "
				  "does");
	} else {
		if (trial.os)
			snprintf(trial.text, sizeof(trial.text), "cannot be set: %s",
				 strerror(trial.os));
		finding = ij_doctor_failed(d, name, &trial);
		explain_forbidden(d, finding, trial.os);
	}
	ij_finding_limit(finding,
			 "without the walkers return, exit, step and until, threads at an unsafe "
			 "place are led out of it less often, and tried again later: more calls "
			 "end with \"no safe-point\"; --at is not possible");
}
