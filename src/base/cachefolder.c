/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where what is kept on disk lies (XDG Base Directory Specification 0.8). */
#include "base/cachefolder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Open or make the directory @path. -1 if it is not ours alone: others could plant containers
 * there. */
static int dir_open(int at, const char *path)
{
	struct stat st;
	int dir;

	if (mkdirat(at, path, 0700) && errno != EEXIST)
		return -1;
	dir = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (dir >= 0 && !fstat(dir, &st) && st.st_uid == geteuid() && !(st.st_mode & 022))
		return dir;
	if (dir >= 0)
		close(dir);
	return -1;
}

int ij_cache_folder(const char *name)
{
	const char *base = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	int home_dir, base_dir = -1, own = -1, dir = -1;

	if (base && *base == '/') { /* relative ones are to be ignored (XDG base directory 0.8) */
		base_dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	} else if (home && *home == '/') {
		home_dir = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (home_dir >= 0) {
			base_dir = dir_open(home_dir, ".cache");
			close(home_dir);
		}
	}
	if (base_dir >= 0) {
		own = dir_open(base_dir, "interject");
		close(base_dir);
	}
	if (own >= 0) {
		dir = dir_open(own, name);
		close(own);
	}
	return dir;
}
