/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Named constants, taken from the system's headers. */
#include "lang/constants.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <syslog.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* Shorter types promote to int (C17, 6.3.1.1). */
#define SIZE_OF(x) (sizeof(x) < 4 ? 4 : sizeof(x))
#define UNSIGNED_OF(x)                      \
	_Generic((x), unsigned int          \
		 : true, unsigned long      \
		 : true, unsigned long long \
		 : true, default            \
		 : false)

static const struct ij_constant constants[] = {
#define IJ_K(name) {#name, (uint64_t)(name), SIZE_OF(name), UNSIGNED_OF(name)},
#include "lang/constants.def"
#undef IJ_K
};

const struct ij_constant *ij_constant_find(const char *name, size_t len)
{
	for (size_t i = 0; i < IJ_COUNT(constants); i++)
		if (!strncmp(constants[i].name, name, len) && !constants[i].name[len])
			return constants + i;
	return NULL;
}

const struct ij_constant *ij_constant_list(size_t *len_ret)
{
	*len_ret = IJ_COUNT(constants);
	return constants;
}
