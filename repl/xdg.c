/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of the XDG Base Directory Specification. */
#include "repl/xdg.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/text.h"

/* Whether @path is a folder of our user's. */
static bool is_ours(const char *path)
{
	struct stat st;

	return path && *path == '/' && !stat(path, &st) && st.st_uid == geteuid();
}

/* Our user's home: HOME may be another's. Without a name service, so that a static program is one.
 */
static const char *home(char *buf, size_t size)
{
	const char *env = getenv("HOME"), *found = NULL;
	FILE *file = is_ours(env) ? NULL : fopen("/etc/passwd", "re");
	const struct passwd *entry;

	if (is_ours(env))
		return env;
	while (file && !found && (entry = fgetpwent(file))) {
		if (entry->pw_uid != geteuid() || !is_ours(entry->pw_dir))
			continue;
		snprintf(buf, size, "%s", entry->pw_dir);
		found = buf;
	}
	if (file)
		fclose(file);
	return found;
}

/* Make the folders of @path, as far as they are missing. */
static void make_folders(char *path)
{
	for (char *at = path + 1; (at = strchr(at, '/')); at++) {
		*at = 0;
		mkdir(path, 0700);
		*at = '/';
	}
}

char *ij_xdg_path(const char *variable, const char *fallback, const char *name, bool make)
{
	const char *root = getenv(variable);
	struct ij_text text = {0};
	struct ij_error *err;
	char *path, buf[4096];

	if (root && *root == '/') {
		ij_text_puts(&text, root);
	} else {
		root = home(buf, sizeof(buf));
		if (!root)
			return NULL;
		ij_text_puts(&text, root);
		ij_text_printf(&text, "/%s", fallback);
	}
	ij_text_printf(&text, "/interject/%s", name);
	err = ij_text_take(&text, &path);
	if (err) {
		ij_error_free(err);
		return NULL;
	}
	if (make)
		make_folders(path);
	return path;
}
