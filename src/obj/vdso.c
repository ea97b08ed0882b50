/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vdso of a target, told from what a target may have put in its place. */
#include <elf.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/hash.h"
#include "obj/object_internal.h"

#define PAGE 4096u

/* Bytes of our own vdso: its section headers are last, and its last page is whole (vdso(7)). */
static uint64_t own_size(const uint8_t *bytes)
{
	Elf64_Ehdr head;
	uint64_t end;

	memcpy(&head, bytes, sizeof(head));
	end = head.e_shoff + (uint64_t)head.e_shnum * head.e_shentsize;
	return (end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

bool ij_object_is_our_vdso(struct ij_object *obj, uint64_t *hash_ret, uint64_t *size_ret)
{
	/* Where the kernel has put it, in this process (getauxval(3)). */
	const uint8_t *own = (const uint8_t *)(uintptr_t)getauxval(AT_SYSINFO_EHDR);
	uint64_t size = obj->img.size;

	/* One that was copied from memory, and is there as a whole. */
	if (!own || obj->img.fd >= 0 || obj->img.present || size > own_size(own) ||
	    memcmp(own, obj->img.bytes, size) != 0)
		return false;
	*hash_ret = ij_hash(own, size);
	*size_ret = size;
	return true;
}
