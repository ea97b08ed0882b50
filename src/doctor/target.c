/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The target: what it is, and what calls into it meet. Looked at through /proc only. */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doctor/doctor.h"
#include "doctor/remedies.h"
#include "inject/seccomp.h"

static const char *state_text(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "in an uninterruptible sleep";
	case 'T':
		return "stopped";
	case 't':
		return "stopped by a tracer";
	case 'Z':
		return "ended";
	default:
		return "idle";
	}
}

/* False for what has no program to call into. */
static bool describe(struct ij_diagnosis *d)
{
	const struct ij_status *status = &d->access.target;
	IJ_ERROR_AUTO err = ij_process_check(d->access.pid, status);
	struct ij_wire_finding *finding = ij_diagnosis_add(
		d, IJ_WIRE_GROUP_TARGET, "process", "%d (%s), uid %u, %u thread%s, %s",
		d->access.pid, status->comm, status->uid, status->threads,
		status->threads == 1 ? "" : "s", state_text(status->state));
	const char *why;

	if (!err)
		return true;
	why = strstr(err->msg, "): ");
	ij_finding_block(finding, err->code, "no call into it: %s", why ? why + 3 : err->msg);
	return false;
}

/* Its main thread's number of seccomp filters may be hidden; each thread has its own. */
struct census {
	unsigned threads, stopped, confined, strict, filters, stuck;
};

static void take_census(const struct ij_process *process, struct census *ret)
{
	struct ij_tids tids = {0};

	*ret = (struct census){0};
	ij_error_free(ij_process_threads(process, &tids));
	IJ_VEC_EACH (&tids.list, tid) {
		struct ij_status status;
		IJ_ERROR_AUTO gone = ij_process_status(process, *tid, &status);

		if (gone)
			continue;
		ret->threads++;
		ret->stopped += status.state == 'T';
		ret->stuck += status.state == 'D';
		ret->confined += status.seccomp == IJ_SECCOMP_FILTER;
		ret->strict += status.seccomp == IJ_SECCOMP_STRICT;
		if (status.filters > ret->filters)
			ret->filters = status.filters;
	}
	ij_vec_deinit(&tids.list);
}

static void threads(struct ij_diagnosis *d, const struct census *census)
{
	struct ij_wire_finding *finding;
	char stopped[48] = "", stuck[48] = "";

	if (census->stopped)
		snprintf(stopped, sizeof(stopped), ", %u stopped by job control", census->stopped);
	if (census->stuck)
		snprintf(stuck, sizeof(stuck), ", %u in an uninterruptible sleep", census->stuck);
	finding =
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "threads", "%u thread%s%s%s",
				 census->threads, census->threads == 1 ? "" : "s", stopped, stuck);

	if (census->threads && census->stopped == census->threads) {
		ij_finding_block(finding, IJ_ERR_UNSAFE, "no call until it goes on");
		ij_finding_remedy(finding, "kill -CONT %d", d->access.pid);
	} else if (census->threads && census->stuck == census->threads) {
		ij_finding_note(finding, "a call waits until one of them returns from the kernel: "
					 "from vfork(2), or from a device or file system");
	}
}

static void of_filters(struct ij_diagnosis *d, struct ij_wire_finding *finding,
		       const struct census *census)
{
	if (!census->confined || d->reads_filters) {
		ij_finding_note(finding,
				"each call is compared with that: what is not certainly allowed is "
				"refused; interject check -p %d EXPR says",
				d->access.pid);
		return;
	}
	ij_finding_limit(finding, "no call in these threads: their filters cannot be read, see "
				  "\"" IJ_DOCTOR_FILTERS "\" above");
	if (census->confined == census->threads)
		ij_finding_block(finding, IJ_ERR_UNSAFE,
				 "no call: its filters cannot be read, see \"" IJ_DOCTOR_FILTERS
				 "\" above");
}

static void seccomp(struct ij_diagnosis *d, const struct census *census)
{
	static const char name[] = "seccomp";
	struct ij_wire_finding *finding;

	if (!census->confined && !census->strict) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, name, "none");
		ij_diagnosis_settle(d, IJ_DOCTOR_FILTERS, "which this process has none of");
		return;
	}
	if (census->strict)
		finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, name,
					   "%u of %u threads in strict mode, %u under filters",
					   census->strict, census->threads, census->confined);
	else
		finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, name,
					   "%u of %u threads under %u filter%s", census->confined,
					   census->threads, census->filters,
					   census->filters == 1 ? "" : "s");
	of_filters(d, finding, census);
}

/* 32-bit programs, by the class in the head of the file. */
static void program(struct ij_diagnosis *d, const struct ij_process *process)
{
	struct ij_wire_finding *finding;
	unsigned char ident[EI_NIDENT] = {0};
	int fd = openat(process->live_fd, "exe", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || read(fd, ident, sizeof(ident)) != (ssize_t)sizeof(ident)) {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "program", "not to be seen by us");
	} else if (ident[EI_CLASS] == ELFCLASS32) {
		finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "program", "32-bit code");
		ij_finding_block(finding, IJ_ERR_UNSUPPORTED, "no call: 32-bit code is refused");
	} else {
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "program", "64-bit");
	}
	if (fd >= 0)
		close(fd);
	if (d->access.target.shadow_stack) {
		finding =
			ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "shadow stack", "one is in use");
		ij_finding_block(finding, IJ_ERR_UNSAFE, "no call: a shadow stack is refused");
		ij_finding_remedy(finding, "start it with GLIBC_TUNABLES="
					   "glibc.cpu.x86_shstk=off");
	}
}

static bool same_namespace(const struct ij_process *process, const char *name)
{
	char path[32];
	struct stat ours, theirs;

	snprintf(path, sizeof(path), "/proc/self/ns/%s", name);
	return fstatat(process->live_fd, path + 11, &theirs, 0) || stat(path, &ours) ||
	       ours.st_ino == theirs.st_ino;
}

static void surroundings(struct ij_diagnosis *d, const struct ij_process *process)
{
	static const char *const names[] = {"user", "pid", "mnt"};
	char text[64] = "";
	size_t len = 0;

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (!same_namespace(process, names[i]))
			len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
						len ? ", " : "", names[i]);
	ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "namespaces", "%s%s",
			 len ? "of its own: " : "ours, as far as can be seen", text);
	ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "NoNewPrivs", "%d",
			 d->access.target.no_new_privs);
	ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "dumpable", "%s",
			 d->access.dumpable > 0 ? "yes"
			 : d->access.dumpable == 0
				 ? "no: only with CAP_SYS_PTRACE may it be looked at"
				 : "not to be told from outside of what is root's");
	if (d->access.target_label[0])
		ij_diagnosis_add(d, IJ_WIRE_GROUP_TARGET, "security label", "%s",
				 d->access.target_label);
}

static int open_folder(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d", pid);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Its own folder, or if its main thread has ended and has no memory, that of one which lives. */
static int open_live(const struct ij_process *process, char state)
{
	struct ij_tids tids = {0};
	int fd = -1;

	if (state != 'Z')
		return open_folder(process->pid);
	ij_error_free(ij_process_threads(process, &tids));
	IJ_VEC_EACH (&tids.list, tid)
		if (fd < 0 && !ij_process_thread_ended(process->pid, *tid))
			fd = open_folder(*tid);
	ij_vec_deinit(&tids.list);
	return fd;
}

void ij_doctor_target(struct ij_diagnosis *d)
{
	struct ij_process process = {
		.pid = d->access.pid, .pidfd = -1, .maps_fd = -1, .live_fd = -1, .mem.fd = -1};
	struct census census;
	bool allowed;

	if (!describe(d))
		return;
	process.proc_fd = open_folder(process.pid);
	if (process.proc_fd < 0)
		return;
	process.live_fd = open_live(&process, d->access.target.state);
	allowed = ij_doctor_attach(d, &process);
	take_census(&process, &census);
	threads(d, &census);
	seccomp(d, &census);
	program(d, &process);
	surroundings(d, &process);
	if (allowed)
		ij_doctor_leftovers(d, &process);
	ij_process_close(&process);
}
