/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel lets us do: each experiment, what it means when it fails, and what would help. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "doctor/doctor.h"
#include "doctor/experiments.h"
#include "doctor/remedies.h"

struct ij_wire_finding *ij_doctor_failed(struct ij_diagnosis *d, const char *name,
					 const struct ij_trial *trial)
{
	/* What was refused is a child of ours, whose number says nothing to anybody. */
	const char *why = strstr(trial->text, "): ");
	bool child = !strncmp(trial->text, "cannot attach", 13) && why;

	if (trial->end == IJ_TRIAL_KILLED)
		return ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name,
					"whoever tries is killed by signal %d (%s)", trial->signo,
					strsignal(trial->signo));
	return ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name, "%s%s",
				child ? "a child of ours cannot be attached to: " : "",
				child ? why + 3 : trial->text);
}

typedef void (*remedy_fn)(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			  const struct ij_trial *trial);

/* A remedy that needs a newer kernel, unless a filter stands in the way. */
static void newer(struct ij_diagnosis *d, struct ij_wire_finding *finding, const char *call,
		  const char *version)
{
	ij_remedy_seccomp(d, finding, call);
	if (!finding->remedies_len)
		ij_finding_remedy(finding, "Linux %s or later", version);
}

static void help_ptrace(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			const struct ij_trial *trial)
{
	(void)trial;
	ij_remedy_seccomp(d, finding, "ptrace");
	if (d->access.yama >= 2)
		ij_remedy_yama(d, finding);
}

static void help_pidfd(struct ij_diagnosis *d, struct ij_wire_finding *finding,
		       const struct ij_trial *trial)
{
	(void)trial;
	newer(d, finding, "pidfd_open and pidfd_send_signal", "5.3");
}

static void help_memfd(struct ij_diagnosis *d, struct ij_wire_finding *finding,
		       const struct ij_trial *trial)
{
	(void)trial;
	newer(d, finding, "memfd_create", "3.17");
}

static void help_process_vm(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			    const struct ij_trial *trial)
{
	(void)trial;
	ij_remedy_seccomp(d, finding, "process_vm_readv");
	if (!finding->remedies_len)
		ij_finding_remedy(finding, "a kernel with CONFIG_CROSS_MEMORY_ATTACH");
}

static void help_openat2(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			 const struct ij_trial *trial)
{
	(void)trial;
	newer(d, finding, "openat2", "5.6");
}

static void help_syscall_stops(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			       const struct ij_trial *trial)
{
	(void)d;
	(void)trial;
	ij_finding_remedy(finding, "Linux 5.3 or later");
}

static void help_rseq(struct ij_diagnosis *d, struct ij_wire_finding *finding,
		      const struct ij_trial *trial)
{
	(void)d;
	(void)trial;
	ij_finding_remedy(finding, "Linux 5.13 or later, with CONFIG_RSEQ");
}

static void help_code(struct ij_diagnosis *d, struct ij_wire_finding *finding,
		      const struct ij_trial *trial)
{
	(void)d;
	(void)trial;
	ij_finding_remedy(finding, "boot with proc_mem.force_override=ptrace");
}

static void help_map_files(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			   const struct ij_trial *trial)
{
	if (trial->os == ENOENT)
		ij_finding_remedy(finding, "a kernel with CONFIG_CHECKPOINT_RESTORE");
	else
		ij_remedy_first(d, finding, &ij_capability_checkpoint);
}

static void help_filters(struct ij_diagnosis *d, struct ij_wire_finding *finding,
			 const struct ij_trial *trial)
{
	if (trial->os == EIO || trial->os == EINVAL)
		ij_finding_remedy(finding, "a kernel with CONFIG_CHECKPOINT_RESTORE and "
					   "CONFIG_SECCOMP_FILTER");
	if (!ij_access_has(&d->access, ij_capability_sys_admin.number) ||
	    d->access.user_ns != IJ_USER_NS_FIRST)
		ij_remedy_first(d, finding, &ij_capability_sys_admin);
	ij_remedy_seccomp(d, finding, NULL);
}

static const struct experiment {
	const char *name;
	ij_trial_fn try;
	const char *works;
	enum ij_wire_health health; /* else */
	enum ij_error_code code;    /* of BLOCKED */
	const char *cost;
	remedy_fn help; /* NULL: there is no help */
	bool attaches;
} experiments[] = {
	{"ptrace", ij_try_ptrace, "attaches, stops, reads and sets registers",
	 IJ_WIRE_HEALTH_BLOCKED, IJ_ERR_PERM, "no call at all", help_ptrace, false},
	{"memory", ij_try_memory, "read and written through /proc/PID/mem", IJ_WIRE_HEALTH_BLOCKED,
	 IJ_ERR_FAULT, "no call at all", NULL, true},
	{"pidfd", ij_try_pidfd, "a process can be held by a descriptor", IJ_WIRE_HEALTH_BLOCKED,
	 IJ_ERR_NOPROC, "no call at all", help_pidfd, false},
	{"memfd", ij_try_memfd, "sealed memory can be handed over", IJ_WIRE_HEALTH_BLOCKED,
	 IJ_ERR_OS, "no call at all", help_memfd, false},
	{"process_vm", ij_try_process_vm, "many places are read at once", IJ_WIRE_HEALTH_NOTE, 0,
	 "a pause is a little longer: locks are read one by one", help_process_vm, false},
	{"code", ij_try_code, "written through /proc/PID/mem, as debuggers do",
	 IJ_WIRE_HEALTH_LIMITED, 0,
	 "where map_files cannot be opened either, no call; under seccomp filters that forbid "
	 "mmap, our code is written a word at a time",
	 help_code, true},
	{"map_files", ij_try_map_files, "memory and files of a process can be opened",
	 IJ_WIRE_HEALTH_LIMITED, 0,
	 "each call takes a few system calls more; a file of the target that was deleted or "
	 "replaced (an upgraded library) cannot be read, so its functions are not found",
	 help_map_files, false},
	{"openat2", ij_try_openat2, "files are opened within a target's root",
	 IJ_WIRE_HEALTH_LIMITED, 0,
	 "files of a target are found through map_files only: without that, none of its functions",
	 help_openat2, false},
	{"blocked threads", ij_try_blocked, "can be told from running ones without stopping them",
	 IJ_WIRE_HEALTH_LIMITED, 0,
	 "threads are stopped to find one that fits, which may disturb a system call more often",
	 NULL, false},
	{IJ_DOCTOR_FILTERS, ij_try_filters, "of a target can be read", IJ_WIRE_HEALTH_LIMITED, 0,
	 "no call in threads under a seccomp filter, as those of most containers, of browsers, and "
	 "of systemd units with SystemCallFilter=",
	 help_filters, true},
	{"filters suspended", ij_try_suspend, "filters stand aside while our pages are mapped",
	 IJ_WIRE_HEALTH_LIMITED, 0,
	 "in a thread whose filter forbids mmap or mprotect, a call has less room for strings and "
	 "buffers, on the stack",
	 help_filters, true},
	{"syscall stops", ij_try_syscall_stops, "tell a system call's entry from its exit",
	 IJ_WIRE_HEALTH_LIMITED, 0, "no rehearsal (--rehearse, --in-copy)", help_syscall_stops,
	 true},
	{"rseq", ij_try_rseq, "restartable sequences are seen", IJ_WIRE_HEALTH_LIMITED, 0,
	 "a call that meets a thread inside a restartable sequence (of tcmalloc, for example) "
	 "breaks it",
	 help_rseq, true},
};

/* False: nothing that attaches works. */
static bool run(struct ij_diagnosis *d, const struct experiment *e)
{
	struct ij_wire_finding *finding;
	struct ij_trial trial;

	/* It takes the same rights, and is of no use. */
	if (e->try == ij_try_suspend && !d->reads_filters) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, e->name,
				 "not tried: they cannot be read");
		return true;
	}
	ij_trial_run(e->try, &trial);
	if (trial.end == IJ_TRIAL_WORKS) {
		d->reads_filters |= e->try == ij_try_filters;
		ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, e->name, "%s", e->works);
		return true;
	}
	finding = ij_doctor_failed(d, e->name, &trial);
	if (e->health == IJ_WIRE_HEALTH_BLOCKED)
		/* The tracer would be killed just so. */
		ij_finding_block(finding, trial.end == IJ_TRIAL_KILLED ? IJ_ERR_LEFT : e->code,
				 "%s", e->cost);
	else if (e->health == IJ_WIRE_HEALTH_LIMITED)
		ij_finding_limit(finding, "%s", e->cost);
	else
		ij_finding_note(finding, "%s", e->cost);
	if (e->help)
		e->help(d, finding, &trial);
	if (trial.end == IJ_TRIAL_KILLED && !finding->remedies_len)
		ij_remedy_seccomp(d, finding, "what it is killed for");
	return e->try != ij_try_ptrace;
}

/* The tracer locks all it has when it starts (src/tracer/tracer.c). */
static void locked_memory(struct ij_diagnosis *d)
{
	static const char name[] = "locked memory";
	struct ij_wire_finding *finding;
	char text[8192];
	const char *line;
	unsigned long kib = 0;

	if (ij_process_slurp(AT_FDCWD, "/proc/self/status", text, sizeof(text)) > 0 &&
	    (line = strstr(text, "\nVmLck:")))
		kib = strtoul(line + 7, NULL, 10);
	if (kib) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name, "%lu kB", kib);
		return;
	}
	finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, name,
				   "none: the limit (ulimit -l) is too low");
	ij_finding_note(finding, "where memory is short, a pause may last longer, for a page to be "
				 "read from a disk");
	ij_finding_remedy(finding, "ulimit -l 16384; docker run --ulimit memlock=16777216; a "
				   "systemd unit: LimitMEMLOCK=16M");
}

void ij_doctor_kernel(struct ij_diagnosis *d)
{
	struct utsname name = {0};
	bool attaches = true;

	uname(&name);
	ij_diagnosis_add(d, IJ_WIRE_GROUP_KERNEL, "system", "%s %s %s", name.sysname, name.release,
			 name.machine);
	for (size_t i = 0; i < IJ_COUNT(experiments); i++)
		if (attaches || !experiments[i].attaches)
			attaches &= run(d, &experiments[i]);
	if (attaches)
		ij_doctor_breakpoints(d);
	locked_memory(d);
}
