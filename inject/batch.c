/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many small reads of target memory by one system call. */
#include "inject/batch.h"

#include <errno.h>
#include <sys/uio.h>

#define PLACES_MAX \
	64 /* a call; the kernel copies up to eight on its own stack, more from its heap */

static void read_each(const struct ij_batch *batch, struct ij_batch_item *items, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		struct ij_error *err =
			ij_mem_read(batch->mem, items[i].addr, items[i].buf, items[i].size);

		items[i].ok = !err;
		ij_error_free(err);
	}
}

/* How many items were done, the last of them perhaps in vain; 0: the call may not be used. */
static size_t read_some(const struct ij_batch *batch, struct ij_batch_item *items, size_t len)
{
	struct iovec local[PLACES_MAX] = {0}, remote[PLACES_MAX] = {0};
	size_t done = 0;
	ssize_t n;

	if (len > PLACES_MAX)
		len = PLACES_MAX;
	for (size_t i = 0; i < len; i++) {
		local[i] = (struct iovec){items[i].buf, items[i].size};
		remote[i] = (struct iovec){(void *)(uintptr_t)items[i].addr, items[i].size};
	}
	n = process_vm_readv(batch->pid, local, len, remote, len, 0);
	if (n < 0 && errno != EFAULT)
		return 0;
	for (size_t left = n < 0 ? 0 : (size_t)n; done < len && left >= items[done].size; done++) {
		items[done].ok = true;
		left -= items[done].size;
	}
	if (done < len)
		items[done++].ok = false;
	return done;
}

void ij_batch_read(const struct ij_batch *batch, struct ij_batch_item *items, size_t len)
{
	size_t done = 0, n = 1;

	while (batch->pid && done < len && n) {
		n = read_some(batch, items + done, len - done);
		done += n;
	}
	read_each(batch, items + done, len - done);
}

bool ij_batch_read_one(const struct ij_batch *batch, ij_addr addr, void *buf, size_t size)
{
	struct ij_batch_item item = {.addr = addr, .buf = buf, .size = (uint32_t)size};

	ij_batch_read(batch, &item, 1);
	return item.ok;
}
