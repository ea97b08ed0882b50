/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the tracer's file is (dladdr1(3), proc(5)). */
#include "session/locate_tracer.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"

#define VARIABLE "INTERJECT_TRACER"

/* As seen from the folder of our own file: the build, a program in bin, a library in its folder. */
static const char *const beside[] = {
	"",
	"../libexec/interject/",
	IJ_LIBEXEC_FROM_LIB "/interject/",
};

static const char *const installed[] = {
	IJ_LIBEXEC "/interject/" IJ_TRACER_NAME,
	"/usr/libexec/interject/" IJ_TRACER_NAME,
};

/* The file that this code was loaded from: a library, or the program itself. */
static bool own_file(char path[PATH_MAX])
{
	struct link_map *map = NULL;
	Dl_info info;
	ssize_t n;

	/* The program's own name is empty there. */
	if (dladdr1((const void *)(uintptr_t)own_file, &info, (void **)&map, RTLD_DL_LINKMAP) &&
	    map && map->l_name && *map->l_name)
		return realpath(map->l_name, path);
	n = readlink("/proc/self/exe", path, PATH_MAX - 1);
	if (n > 0)
		path[n] = 0;
	return n > 0;
}

static bool is_trusted(const char *path, uid_t owner)
{
	struct stat st;

	return !lstat(path, &st) && (st.st_uid == 0 || st.st_uid == owner);
}

/* Whether there is one in a folder that goes with the file @own; @text: where it was looked for. */
static bool find_beside(const char *own, char ret[PATH_MAX], struct ij_strbuf *text)
{
	const char *slash = strrchr(own, '/');
	struct stat st;

	if (!slash || stat(own, &st))
		return false;
	for (size_t i = 0; i < IJ_COUNT(beside); i++) {
		int n = snprintf(ret, PATH_MAX, "%.*s/%s" IJ_TRACER_NAME, (int)(slash - own), own,
				 beside[i]);

		if (n > 0 && n < PATH_MAX && is_trusted(ret, st.st_uid))
			return true;
	}
	ij_strbuf_printf(text, "%.*s, its ../libexec/interject, ", (int)(slash - own), own);
	return false;
}

struct ij_error *ij_tracer_locate(char ret[PATH_MAX])
{
	const char *given = secure_getenv(VARIABLE);
	IJ_STRBUF_AUTO text = {0};
	char own[PATH_MAX];

	if (given && *given) {
		if (snprintf(ret, PATH_MAX, "%s", given) >= PATH_MAX)
			return ij_error_os(OS, ENAMETOOLONG, VARIABLE " is too long a path");
		return NULL;
	}
	if (own_file(own) && find_beside(own, ret, &text))
		return NULL;
	for (size_t i = 0; i < IJ_COUNT(installed); i++) {
		strcpy(ret, installed[i]);
		if (!access(ret, X_OK))
			return NULL;
	}
	return ij_error_os(OS, ENOENT,
			   "cannot find " IJ_TRACER_NAME
			   " in %s%s or %s; reinstall interject, or say "
			   "where it is in the environment variable " VARIABLE,
			   ij_strbuf_get(&text), IJ_LIBEXEC "/interject", "/usr/libexec/interject");
}
