/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Giving up privileges (credentials(7), capabilities(7)). */
#include "cli/privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY     65534u
#define CACHE_ROOT "/var/cache/interject"

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, data))
		return false;
	for (size_t i = 0; i < IJ_CLI_COUNT(data); i++)
		if (data[i].permitted)
			return true;
	return false;
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

	return (int)syscall(SYS_capset, &header, data);
}

/* The id in environment variable @name if it is a number other than 0, else nobody's. */
static uint32_t id_of_env(const char *name)
{
	const char *text = getenv(name);
	unsigned long id;
	char *end;

	if (!text || *text < '0' || *text > '9')
		return NOBODY;
	errno = 0;
	id = strtoul(text, &end, 10);
	if (errno || *end || id == 0 || id >= UINT32_MAX)
		return NOBODY;
	return (uint32_t)id;
}

/*
 * Root's own cache lies out of reach afterwards, so make one for @uid below a directory that only
 * root can enter, and name it through a descriptor: other processes of the same uid (nobody runs
 * many) have no way to plant anything there. Failure only costs time.
 */
static void prepare_cache(uid_t uid, gid_t gid)
{
	char name[32], path[64];
	int root, dir;

	if (mkdir(CACHE_ROOT, 0700) && errno != EEXIST)
		return;
	root = open(CACHE_ROOT, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (root < 0)
		return;
	snprintf(name, sizeof(name), "%u", uid);
	if (mkdirat(root, name, 0700) && errno != EEXIST) {
		close(root);
		return;
	}
	dir = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	close(root);
	if (dir < 0)
		return;
	if (fchown(dir, uid, gid)) {
		close(dir);
		return;
	}
	/* The descriptor stays open: the path below is good for the life of the process. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	setenv("XDG_CACHE_HOME", path, 1);
}

/*
 * Become another user. That an id is not mapped in our user namespace is no error, nor that root
 * may not change its ids at all, as in a container with few capabilities: those that there are go.
 */
static struct ij_error *become(uid_t uid, gid_t gid)
{
	/* EPERM: a user namespace that denies setgroups, which then has no groups to give up. */
	if (setgroups(0, NULL) && errno != EPERM)
		return ij_error_create(IJ_ERR_PERM, "cannot give up supplementary groups: %s",
				       strerror(errno));
	if (setresgid(gid, gid, gid) && errno != EINVAL && errno != EPERM)
		return ij_error_create(IJ_ERR_PERM, "cannot become group %u: %s", gid,
				       strerror(errno));
	if (setresuid(uid, uid, uid) && errno != EINVAL && errno != EPERM)
		return ij_error_create(IJ_ERR_PERM, "cannot become user %u: %s", uid,
				       strerror(errno));
	return NULL;
}

struct ij_error *ij_privileges_drop(void)
{
	bool root = geteuid() == 0;

	if (!root && !has_capabilities())
		return NULL;
	if (root) {
		uid_t uid = id_of_env("SUDO_UID");
		gid_t gid = id_of_env("SUDO_GID");

		prepare_cache(uid, gid);
		IJ_CLI_TRY(become(uid, gid));
	}
	if (drop_capabilities() || has_capabilities())
		return ij_error_create(IJ_ERR_PERM, "cannot give up capabilities: %s",
				       strerror(errno));
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return ij_error_create(IJ_ERR_PERM, "cannot close the way back to privileges: %s",
				       strerror(errno));
	return NULL;
}
