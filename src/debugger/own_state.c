/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory and registers of a program that we started. */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "debugger/own.h"

#define XSTATE_MAX 16384 /* bytes, with every component known today */

static struct ij_error *fault(uint64_t addr)
{
	struct ij_error *err = ij_error_new(FAULT, "Cannot access memory at address 0x%llx",
					    (unsigned long long)addr);

	if (err->code == IJ_ERR_FAULT)
		err->addr = addr;
	return err;
}

static struct ij_error *transfer(struct ij_inferior *inf, uint64_t addr, uint8_t *pos, size_t size,
				 bool out)
{
	while (size) {
		ssize_t n = out ? pwrite(inf->mem, pos, size, (off_t)addr)
				: pread(inf->mem, pos, size, (off_t)addr);

		if (n <= 0)
			return fault(addr);
		pos += n;
		addr += (uint64_t)n;
		size -= (size_t)n;
	}
	return NULL;
}

struct ij_error *ij_own_read(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size)
{
	return transfer(inf, addr, buf, size, false);
}

struct ij_error *ij_own_write(struct ij_inferior *inf, uint64_t addr, const void *bytes,
			      size_t size)
{
	return transfer(inf, addr, (uint8_t *)(uintptr_t)bytes, size, true);
}

static struct ij_error *check(long result, const char *what)
{
	return result < 0 ? ij_error_os(OS, errno, "%s: %s.", what, strerror(errno)) : NULL;
}

struct ij_error *ij_own_regs(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret)
{
	(void)inf;
	return check(ptrace(PTRACE_GETREGS, tid, NULL, ret), "Couldn't get registers");
}

struct ij_error *ij_own_regs_set(struct ij_inferior *inf, pid_t tid,
				 const struct user_regs_struct *regs)
{
	(void)inf;
	return check(ptrace(PTRACE_SETREGS, tid, NULL, regs), "Couldn't write registers");
}

struct ij_error *ij_own_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret, size_t *size_ret)
{
	uint8_t *bytes = malloc(XSTATE_MAX);
	struct iovec iov = {bytes, XSTATE_MAX};
	struct ij_error *err;

	(void)inf;
	if (!bytes)
		return ij_error_nomem();
	err = check(ptrace(PTRACE_GETREGSET, tid, (void *)NT_X86_XSTATE, &iov),
		    "Couldn't get extended state");
	if (err) {
		free(bytes);
		return err;
	}
	*ret = bytes;
	*size_ret = iov.iov_len;
	return NULL;
}

struct ij_error *ij_own_xstate_set(struct ij_inferior *inf, pid_t tid, uint8_t *xstate, size_t size)
{
	struct iovec iov = {xstate, size};

	(void)inf;
	return check(ptrace(PTRACE_SETREGSET, tid, (void *)NT_X86_XSTATE, &iov),
		     "Couldn't write extended state");
}

struct ij_error *ij_own_siginfo(struct ij_inferior *inf, pid_t tid, siginfo_t *ret)
{
	(void)inf;
	if (ptrace(PTRACE_GETSIGINFO, tid, NULL, ret))
		return ij_error_os(OS, errno, "Unable to read siginfo");
	return NULL;
}

struct ij_error *ij_own_siginfo_set(struct ij_inferior *inf, pid_t tid, const siginfo_t *info)
{
	(void)inf;
	if (ptrace(PTRACE_SETSIGINFO, tid, NULL, info))
		return ij_error_os(OS, errno, "Unable to write siginfo");
	return NULL;
}
