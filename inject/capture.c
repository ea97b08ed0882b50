/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies of what write(2) and its like were given. */
#include "inject/capture.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { PART_MAX = 4096, VECTORS_MAX = 1024 };

/* Append to the file; false if there is no room any more, which is marked there. */
static bool keep(struct ij_capture *capture, int fd, const void *bytes, size_t size)
{
	if (capture->size + size > IJ_WIRE_CAPTURE_MAX)
		return false;
	if (pwrite(fd, bytes, size, (off_t)capture->size) != (ssize_t)size)
		return false;
	capture->size += size;
	return true;
}

static void cut(struct ij_capture *capture, int fd)
{
	const struct ij_wire_captured mark = {0};

	if (!capture->cut && pwrite(fd, &mark, sizeof(mark), (off_t)capture->size) > 0)
		capture->size += sizeof(mark);
	capture->cut = true;
}

/* @size bytes at @addr, written to descriptor @stream. */
static void copy(struct ij_capture *capture, struct ij_injector *inj, uint32_t stream, ij_addr addr,
		 size_t size)
{
	uint8_t part[PART_MAX];

	while (size && !capture->cut) {
		struct ij_wire_captured head = {.stream = stream};
		IJ_ERROR_AUTO err = NULL;

		head.size = (uint32_t)(size < sizeof(part) ? size : sizeof(part));
		err = ij_mem_read(&inj->process.mem.mem, addr, part, head.size);
		if (err || !keep(capture, inj->capture_fd, &head, sizeof(head)) ||
		    !keep(capture, inj->capture_fd, part, head.size))
			cut(capture, inj->capture_fd);
		addr += head.size;
		size -= head.size;
	}
}

/* The first @size bytes of the @len parts that lie at @addr. */
static void copy_vectors(struct ij_capture *capture, struct ij_injector *inj, uint32_t stream,
			 ij_addr addr, uint64_t len, size_t size)
{
	for (uint64_t i = 0; i < len && i < VECTORS_MAX && size && !capture->cut; i++) {
		uint64_t part[2]; /* address, bytes: struct iovec of the target */
		size_t taken;
		IJ_ERROR_AUTO err = NULL;

		err = ij_mem_read(&inj->process.mem.mem, addr + i * sizeof(part), part,
				  sizeof(part));
		if (err) {
			cut(capture, inj->capture_fd);
			return;
		}
		taken = part[1] < size ? (size_t)part[1] : size;
		copy(capture, inj, stream, part[0], taken);
		size -= taken;
	}
}

struct ij_error *ij_capture_step(struct ij_capture *capture, struct ij_injector *inj,
				 struct ij_thread *thread)
{
	uint64_t args[6];
	struct ij_regs regs;
	long result;

	capture->at_entry = !capture->at_entry;
	if (capture->at_entry || capture->cut)
		return NULL;
	IJ_TRY(ij_thread_regs_get(thread, &regs));
	ij_regs_syscall_args_get(&regs, args);
	result = ij_regs_syscall_result(&regs);
	if ((args[0] != STDOUT_FILENO && args[0] != STDERR_FILENO) || result <= 0)
		return NULL;
	switch (ij_regs_syscall_nr(&regs)) {
	case SYS_write:
	case SYS_pwrite64:
	case SYS_sendto:
		copy(capture, inj, (uint32_t)args[0], args[1], (size_t)result);
		break;
	case SYS_writev:
	case SYS_pwritev:
	case SYS_pwritev2:
		copy_vectors(capture, inj, (uint32_t)args[0], args[1], args[2], (size_t)result);
		break;
	default:
		break;
	}
	return NULL;
}
