/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The notes of a core file, in the kernel's layouts (Linux, fs/binfmt_elf.c, fill_note_info;
 * sys/procfs.h; uapi/linux/elf.h on NT_FILE). */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "debugger/core.h"
#include "debugger/debugger.h"

enum { FX_SIZE = 512, XCR0_OFF = 464, FILE_MAX = 1 << 16, PAGE = 4096 };

static void pad(struct ij_strbuf *out)
{
	static const char zeros[4];

	if (out->len % 4)
		ij_strbuf_add(out, zeros, 4 - out->len % 4);
}

static void note(struct ij_strbuf *out, const char *owner, uint32_t type, const void *bytes,
		 size_t size)
{
	const Elf64_Nhdr head = {.n_namesz = (uint32_t)strlen(owner) + 1,
				 .n_descsz = (uint32_t)size,
				 .n_type = type};

	ij_strbuf_add(out, (const char *)&head, sizeof(head));
	ij_strbuf_add(out, owner, head.n_namesz);
	pad(out);
	ij_strbuf_add(out, bytes, size);
	pad(out);
}

/* What /proc/PID/@name has, up to @size bytes; how many there are. */
static size_t load(pid_t pid, const char *name, void *buf, size_t size)
{
	size_t len = 0;
	char path[48];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (len < size) {
		ssize_t part = read(fd, (char *)buf + len, size - len);

		if (part <= 0)
			break;
		len += (size_t)part;
	}
	close(fd);
	return len;
}

/* The process, as `ps` has it. */
static void process(pid_t pid, prpsinfo_t *ret)
{
	char text[4096], *name, *end;
	size_t len = load(pid, "stat", text, sizeof(text) - 1);
	long nice = 0;

	memset(ret, 0, sizeof(*ret));
	ret->pr_pid = pid;
	text[len] = 0;
	name = strchr(text, '(');
	end = name ? strrchr(name, ')') : NULL;
	if (end) {
		static const char states[] = "RSDTZW";
		const char *state;

		*end = 0;
		snprintf(ret->pr_fname, sizeof(ret->pr_fname), "%s", name + 1);
		(void)sscanf(end + 1, " %c %d %d %d", &ret->pr_sname, &ret->pr_ppid, &ret->pr_pgrp,
			     &ret->pr_sid);
		/* The seventeenth of what follows the name. */
		(void)sscanf(end + 1,
			     " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %ld",
			     &nice);
		ret->pr_nice = (char)nice;
		/* "t" is being traced: stopped, to who reads it. */
		state = strchr(states, ret->pr_sname == 't' ? 'T' : ret->pr_sname);
		ret->pr_state = (char)(state ? state - states : 3);
		ret->pr_sname = states[(unsigned char)ret->pr_state];
	}
	len = load(pid, "status", text, sizeof(text) - 1);
	text[len] = 0;
	name = strstr(text, "\nUid:\t");
	ret->pr_uid = name ? (unsigned)strtoul(name + 6, NULL, 10) : 0;
	name = strstr(text, "\nGid:\t");
	ret->pr_gid = name ? (unsigned)strtoul(name + 6, NULL, 10) : 0;
	len = load(pid, "cmdline", ret->pr_psargs, sizeof(ret->pr_psargs) - 1);
	for (size_t i = 0; i + 1 < len; i++)
		if (!ret->pr_psargs[i])
			ret->pr_psargs[i] = ' ';
}

/* Which parts of the state there can be, where it was not told. */
static uint64_t enabled_parts(void)
{
	uint32_t lo, hi;

	__asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

static struct ij_error *thread_notes(struct ij_debugger *d, const struct ij_inferior_thread *thread,
				     const prpsinfo_t *about, struct ij_strbuf *out)
{
	struct user_regs_struct gp;
	prstatus_t status = {.pr_pid = thread->tid,
			     .pr_ppid = about->pr_ppid,
			     .pr_pgrp = about->pr_pgrp,
			     .pr_sid = about->pr_sid,
			     .pr_fpvalid = 1};
	uint8_t *xstate;
	uint64_t parts;
	size_t size;

	IJ_TRY(ij_inferior_regs(d->inf, thread->tid, &gp));
	memcpy(&status.pr_reg, &gp, sizeof(status.pr_reg));
	status.pr_cursig = (short)thread->deliver;
	if (!thread->deliver && thread->tid == d->current)
		status.pr_cursig = SIGTRAP;
	status.pr_info.si_signo = status.pr_cursig;
	note(out, "CORE", NT_PRSTATUS, &status, sizeof(status));
	IJ_TRY(ij_inferior_xstate(d->inf, thread->tid, &xstate, &size));
	if (size >= FX_SIZE)
		note(out, "CORE", NT_FPREGSET, xstate, FX_SIZE);
	if (size > FX_SIZE) {
		memcpy(&parts, xstate + XCR0_OFF, sizeof(parts));
		parts = parts ? parts : enabled_parts();
		memcpy(xstate + XCR0_OFF, &parts, sizeof(parts));
		note(out, "LINUX", NT_X86_XSTATE, xstate, size);
	}
	free(xstate);
	if (d->inf->ops->siginfo) {
		siginfo_t info;
		struct ij_error *err = d->inf->ops->siginfo(d->inf, thread->tid, &info);

		if (!err)
			note(out, "CORE", NT_SIGINFO, &info, sizeof(info));
		ij_error_free(err);
	}
	return NULL;
}

/* The files that are mapped: their number, the size of a page; where each is; their names. */
static struct ij_error *file_note(const struct ij_core_regions *regions, struct ij_strbuf *out)
{
	IJ_STRBUF_AUTO bytes = {0};
	uint64_t head[2] = {0, PAGE};

	IJ_VEC_EACH (&regions->list, it)
		head[0] += *it->path == '/';
	ij_strbuf_add(&bytes, (const char *)head, sizeof(head));
	IJ_VEC_EACH (&regions->list, it) {
		const uint64_t row[3] = {it->lo, it->hi, it->off / PAGE};

		if (*it->path == '/')
			ij_strbuf_add(&bytes, (const char *)row, sizeof(row));
	}
	IJ_VEC_EACH (&regions->list, it)
		if (*it->path == '/')
			ij_strbuf_add(&bytes, it->path, strlen(it->path) + 1);
	IJ_TRY(ij_strbuf_error(&bytes));
	note(out, "CORE", NT_FILE, bytes.str, bytes.len);
	return NULL;
}

struct ij_error *ij_core_notes(struct ij_debugger *d, const struct ij_core_regions *regions,
			       struct ij_strbuf *out)
{
	const struct ij_inferior_thread *current = ij_inferior_thread(d->inf, d->current);
	uint8_t vector[PAGE];
	prpsinfo_t about;
	size_t size;

	process(d->inf->pid, &about);
	note(out, "CORE", NT_PRPSINFO, &about, sizeof(about));
	/* Who reads it looks at the first one. */
	if (current)
		IJ_TRY(thread_notes(d, current, &about, out));
	IJ_VEC_EACH (&d->inf->threads, it)
		if (it != current)
			IJ_TRY(thread_notes(d, it, &about, out));
	size = load(d->inf->pid, "auxv", vector, sizeof(vector));
	if (size)
		note(out, "CORE", NT_AUXV, vector, size);
	return file_note(regions, out);
}
