/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a system call left: its result, and what it wrote. */
#include <string.h>

#include "lang/syscall.h"
#include "lang/sysmsg.h"

/* The kernel's largest errno (Linux, include/linux/err.h). */
#define ERRNO_MAX 4095

int ij_syscall_errno(uint64_t result)
{
	return result > (uint64_t) - (ERRNO_MAX + 1) ? (int)-(int64_t)result : 0;
}

void ij_syscall_print_result(const struct ij_syscall *call, uint64_t result, struct ij_strbuf *out)
{
	int error = ij_syscall_errno(result);

	if (error) {
		const char *name = strerrorname_np(error), *text = strerrordesc_np(error);

		ij_strbuf_printf(out, "-1 %s (%s)", name ? name : "?", text ? text : "unknown");
		return;
	}
	switch (call->proto.ret) {
	case IJ_SYSKIND_ADDR:
		ij_strbuf_printf(out, "0x%llx", (unsigned long long)result);
		return;
	case IJ_SYSKIND_MODE:
		ij_strbuf_printf(out, "0%llo", (unsigned long long)result);
		return;
	default:
		ij_strbuf_printf(out, "%lld", (long long)result);
		return;
	}
}

/* The kernel's own word for how much of argument @idx it has filled, if there is one. */
static size_t filled(const struct ij_syscall *call, unsigned idx, uint64_t result,
		     const uint8_t *scratch, size_t scratch_size)
{
	size_t size = call->args[idx].size;

	/* Of several messages it is how many were received. */
	if (!strcmp(call->args[idx].param.of, "mmsghdr"))
		return result < call->args[idx].len ? result * ij_systype_size("mmsghdr") : size;
	/* Of a buffer the result says it. */
	if (call->args[idx].param.kind == IJ_SYSKIND_OUTBUF && call->proto.ret == IJ_SYSKIND_SIZE)
		return result < size ? result : size;
	for (unsigned i = 0; i < call->args_len; i++) {
		const struct ij_sysarg *arg = &call->args[i];
		uint32_t told;

		if (arg->param.kind != IJ_SYSKIND_LENP || arg->param.link != idx || !arg->memory ||
		    arg->value > scratch_size || scratch_size - arg->value < sizeof(told))
			continue;
		memcpy(&told, scratch + arg->value, sizeof(told));
		return told < size ? told : size;
	}
	return size;
}

size_t ij_syscall_received(const struct ij_syscall *call, uint64_t result, const uint8_t *scratch,
			   size_t scratch_size, int *fds, size_t max)
{
	const struct ij_sysview view = {&call->mem, scratch, result};
	size_t len = 0;

	for (unsigned i = 0; i < call->args_len; i++) {
		const char *of = call->args[i].param.of;
		size_t size, each = ij_systype_size(of);
		const uint8_t *bytes =
			ij_syscall_written(call, i, result, scratch, scratch_size, &size);

		if (bytes && !strcmp(of, "fds") && size == each && max - len >= 2) {
			memcpy(fds + len, bytes, each);
			len += 2;
		}
		for (size_t off = 0; bytes && ij_systype_points(of) && size - off >= each;
		     off += each)
			len += ij_sysmsg_received(of, &view, bytes + off, fds + len, max - len);
	}
	return len;
}

const uint8_t *ij_syscall_written(const struct ij_syscall *call, unsigned idx, uint64_t result,
				  const uint8_t *scratch, size_t scratch_size, size_t *size_ret)
{
	const struct ij_sysarg *arg = &call->args[idx];

	if (!arg->memory || !arg->out || ij_syscall_errno(result) || arg->value > scratch_size ||
	    arg->size > scratch_size - arg->value)
		return NULL;
	*size_ret = filled(call, idx, result, scratch, scratch_size);
	return scratch + arg->value;
}
