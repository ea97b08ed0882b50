/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory by descriptor (memfd_create(2)). */
#include "base/memfd.h"

#include <errno.h>
#include <sys/mman.h>

/* Linux 6.3, include/uapi/linux/memfd.h; older headers lack it. */
#define NOEXEC_SEAL 0x0008u

int ij_memfd_create(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | NOEXEC_SEAL);

	/* Before Linux 6.3 there is no such flag. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}
