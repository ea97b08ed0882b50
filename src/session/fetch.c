/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Debug files from a server, by elfutils' client (debuginfod.h of elfutils 0.188), which is loaded
 * when it is first needed and only if the user names a server.
 */
#include "session/fetch.h"

#include <stdlib.h>
#include <string.h>
#ifndef IJ_STATIC
#include <dlfcn.h>
#endif

bool ij_fetch_is_wanted(void)
{
	const char *urls = getenv("DEBUGINFOD_URLS");

	return urls && *urls;
}

#ifndef IJ_STATIC
struct client {
	void *(*begin)(void);
	int (*find)(void *client, const unsigned char *id, int size, char **path);
	void (*end)(void *client);
};

/* Functions are no objects: C17 has no cast for what dlsym gives. */
static bool symbol(void *lib, const char *name, void *func)
{
	void *addr = dlsym(lib, name);

	memcpy(func, &addr, sizeof(addr));
	return addr;
}

/* It stays loaded: what it loads itself (libcurl) is not made to be unloaded. */
static bool client_load(struct client *ret)
{
	void *lib = dlopen("libdebuginfod.so.1", RTLD_NOW | RTLD_LOCAL);

	return lib && symbol(lib, "debuginfod_begin", &ret->begin) &&
	       symbol(lib, "debuginfod_find_debuginfo", &ret->find) &&
	       symbol(lib, "debuginfod_end", &ret->end);
}

struct ij_error *ij_fetch_debug(const uint8_t *id, size_t size, int *fd_ret)
{
	struct client client;
	void *handle = client_load(&client) ? client.begin() : NULL;
	char *path = NULL;
	int fd;

	if (!handle)
		return ij_error_new(NOTFOUND, "libdebuginfod.so.1 cannot be used");
	fd = client.find(handle, id, (int)size, &path);
	client.end(handle);
	free(path);
	if (fd < 0)
		return ij_error_os(NOTFOUND, -fd, "no server has it: %s", strerror(-fd));
	*fd_ret = fd;
	return NULL;
}
#else
struct ij_error *ij_fetch_debug(const uint8_t *id, size_t size, int *fd_ret)
{
	(void)id;
	(void)size;
	(void)fd_ret;
	return ij_error_new(UNSUPPORTED, "a static program loads no libraries");
}
#endif
