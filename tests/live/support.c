/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small things that live tests need of the machine: ports, directories, programs, numbers. */
#include "harness.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char dir_path[64];

long harness_env(const char *name, long fallback)
{
	const char *text = getenv(name);
	return text && *text ? strtol(text, NULL, 10) : fallback;
}

const char *harness_find(const char *name)
{
	/* The system's own first: a version manager's shim is a script, not the program. */
	static const char *const dirs[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin",
					   "/sbin"};
	static char path[256];
	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

int harness_free_port(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed = bind(fd, (struct sockaddr *)&addr, size) ||
		     getsockname(fd, (struct sockaddr *)&addr, &size);
	close(fd);
	assert_int_equal(failed, 0);
	return ntohs(addr.sin_port);
}

const char *harness_dir(void)
{
	if (!dir_path[0]) {
		snprintf(dir_path, sizeof(dir_path), "/tmp/ij-test-XXXXXX");
		assert_non_null(mkdtemp(dir_path));
	}
	return dir_path;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void harness_dir_remove(void)
{
	if (dir_path[0])
		nftw(dir_path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	dir_path[0] = '\0';
}
