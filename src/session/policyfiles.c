/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finding and reading policy files; who could write them decides what runs in a target. */
#include "maps/policy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "base/vec.h"

#define SYSTEM_DIR "/etc/interject/policy.d"
#define SUFFIX     ".policy"

enum { SIZE_MAX_FILE = 1 << 20, FILES_MAX = 256 };

/* Whether @uid may tell us what is safe: root, we ourselves, or who became root by sudo(8). */
static bool is_trusted(uid_t uid)
{
	const char *sudo = getenv("SUDO_UID");
	unsigned long id;
	char *end;

	if (uid == 0 || uid == geteuid())
		return true;
	if (geteuid() != 0 || !sudo || *sudo < '0' || *sudo > '9')
		return false;
	errno = 0;
	id = strtoul(sudo, &end, 10);
	return !errno && !*end && id == uid;
}

/* As ssh(1) does with its configuration. */
static struct ij_error *check_owner(const char *path, const struct stat *st)
{
	if (!is_trusted(st->st_uid))
		return ij_error_os(OS, EPERM,
				   "%s belongs to user %u, neither to root nor to you: it is not "
				   "trusted; change its owner, or remove it",
				   path, st->st_uid);
	if (st->st_mode & 022)
		return ij_error_os(OS, EPERM,
				   "%s can be written by others (mode %04o): it is not trusted; "
				   "run chmod go-w on it",
				   path, st->st_mode & 07777);
	return NULL;
}

/* All of the open file @fd. @ret: malloc'ed. */
static struct ij_error *read_all(int fd, const char *path, char **ret, size_t *size_ret)
{
	char *text = malloc(SIZE_MAX_FILE + 1);
	size_t size = 0;
	ssize_t got = 1;

	if (!text)
		return ij_error_nomem();
	while (size <= SIZE_MAX_FILE && got) {
		got = read(fd, text + size, SIZE_MAX_FILE + 1 - size);
		if (got < 0 && errno != EINTR) {
			free(text);
			return ij_error_os(OS, errno, "cannot read %s: %s", path, strerror(errno));
		}
		size += got > 0 ? (size_t)got : 0;
		got = got < 0 ? 1 : got;
	}
	if (size > SIZE_MAX_FILE) {
		free(text);
		return ij_error_new(LIMIT, "%s: over %u bytes", path, SIZE_MAX_FILE);
	}
	*ret = text;
	*size_ret = size;
	return NULL;
}

static struct ij_error *add_open(struct ij_policy *policy, int fd, const char *path)
{
	struct ij_error *err;
	struct stat st;
	size_t size = 0;
	char *text = NULL;

	if (fstat(fd, &st))
		return ij_error_os(OS, errno, "cannot read %s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ij_error_os(OS, EINVAL, "%s is no regular file", path);
	IJ_TRY(check_owner(path, &st));
	IJ_TRY(read_all(fd, path, &text, &size));
	err = ij_policy_add(policy, path, text, size);
	free(text);
	return err;
}

/* @at: the folder that @name is relative to. @path: for messages. */
static struct ij_error *add_file(struct ij_policy *policy, int at, const char *name,
				 const char *path)
{
	int fd = openat(at, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct ij_error *err;

	if (fd < 0)
		return ij_error_os(OS, errno, "cannot open the policy file %s: %s", path,
				   strerror(errno));
	err = add_open(policy, fd, path);
	close(fd);
	return err;
}

struct names {
	IJ_VEC(char *) list;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The policy files in @dir, sorted; hidden ones are none. */
static struct ij_error *list_files(DIR *dir, const char *path, struct names *ret)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		size_t len = strlen(entry->d_name), suffix = sizeof(SUFFIX) - 1;
		struct ij_error *err;
		char *name;

		if (entry->d_name[0] == '.' || len <= suffix ||
		    strcmp(entry->d_name + len - suffix, SUFFIX) != 0)
			continue;
		if (ret->list.len == FILES_MAX)
			return ij_error_new(LIMIT, "%s: over %u policy files", path, FILES_MAX);
		name = strdup(entry->d_name);
		err = name ? ij_vec_push(&ret->list, name) : ij_error_nomem();
		if (err) {
			free(name);
			return err;
		}
	}
	if (ret->list.len)
		qsort(ret->list.items, ret->list.len, sizeof(*ret->list.items), by_name);
	return NULL;
}

static struct ij_error *add_names(struct ij_policy *policy, DIR *dir, const char *path,
				  const struct names *names)
{
	IJ_VEC_EACH (&names->list, name) {
		IJ_STRBUF_AUTO file = {0};

		ij_strbuf_printf(&file, "%s/%s", path, *name);
		IJ_TRY(ij_strbuf_error(&file));
		IJ_TRY(add_file(policy, dirfd(dir), *name, ij_strbuf_get(&file)));
	}
	return NULL;
}

static struct ij_error *add_folder(struct ij_policy *policy, const char *path)
{
	DIR *dir = opendir(path);
	struct names names = {0};
	struct ij_error *err;
	struct stat st;

	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return NULL;
	if (!dir)
		return ij_error_os(OS, errno, "cannot read the policy folder %s: %s", path,
				   strerror(errno));
	err = fstat(dirfd(dir), &st) ? ij_error_os(OS, errno, "cannot read %s", path)
				     : check_owner(path, &st);
	if (!err)
		err = list_files(dir, path, &names);
	if (!err)
		err = add_names(policy, dir, path, &names);
	IJ_VEC_EACH (&names.list, name)
		free(*name);
	ij_vec_deinit(&names.list);
	closedir(dir);
	return err;
}

/* Whether @path is another user's, who lets us not in: so it is when $HOME was kept by su(1). */
static bool is_foreign(const char *base, const char *path)
{
	struct stat st;

	return access(path, R_OK | X_OK) && errno == EACCES && !stat(base, &st) &&
	       st.st_uid != geteuid();
}

/* $XDG_CONFIG_HOME or ~/.config; relative ones are to be ignored (XDG base directory 0.8). */
static struct ij_error *add_own_folder(struct ij_policy *policy)
{
	const char *base = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");
	IJ_STRBUF_AUTO path = {0};

	bool own = base && *base == '/';

	if (!own && (!home || *home != '/'))
		return NULL;
	ij_strbuf_printf(&path, "%s%s/interject/policy.d", own ? base : home,
			 own ? "" : "/.config");
	IJ_TRY(ij_strbuf_error(&path));
	if (is_foreign(own ? base : home, ij_strbuf_get(&path)))
		return NULL;
	return add_folder(policy, ij_strbuf_get(&path));
}

static struct ij_error *add_all(struct ij_policy *policy, const char *const *files, size_t len)
{
	IJ_TRY(add_folder(policy, SYSTEM_DIR));
	IJ_TRY(add_own_folder(policy));
	for (size_t i = 0; i < len; i++)
		IJ_TRY(add_file(policy, AT_FDCWD, files[i], files[i]));
	return NULL;
}

struct ij_error *ij_policy_load(const char *const *files, size_t len, struct ij_policy **ret)
{
	struct ij_policy *policy;
	struct ij_error *err;

	IJ_TRY(ij_policy_create_late(&policy));
	err = add_all(policy, files, len);
	if (err) {
		ij_policy_destroy(policy);
		return err;
	}
	*ret = policy;
	return NULL;
}
