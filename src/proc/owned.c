/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A futex that tells of our death, by way of the kernel's list of robust futexes. */
#include "proc/owned.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct robust_list_head owned;
static struct robust_list entry;

uint32_t ij_owned_take(uint32_t *word)
{
	entry.next = &owned.list;
	owned.list.next = &entry;
	owned.futex_offset = (long)((intptr_t)word - (intptr_t)&entry);
	if (syscall(SYS_set_robust_list, &owned, sizeof(owned)))
		return 0;
	return (uint32_t)syscall(SYS_gettid) | FUTEX_WAITERS;
}

void ij_owned_release(void)
{
	owned.list.next = &owned.list;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}
