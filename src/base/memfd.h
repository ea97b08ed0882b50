/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory by descriptor. */
#ifndef IJ_BASE_MEMFD_H
#define IJ_BASE_MEMFD_H

/**
 * A memfd of data, which can be sealed. It is never executable, which is all that
 * vm.memfd_noexec=2 allows.
 *
 * @name: for /proc/PID/maps.
 * @return: the descriptor, which the caller closes; -1 with errno.
 * Source: memfd_create(2); Linux 6.3, Documentation/userspace-api/mfd_noexec.rst.
 */
int ij_memfd_create(const char *name);

#endif
