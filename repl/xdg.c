/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Places of the XDG Base Directory Specification. */
#include "repl/xdg.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/text.h"

/* Our user's home: HOME may be another's. */
static const char *home(void)
{
	const char *env = getenv("HOME");
	const struct passwd *entry;
	struct stat st;

	if (env && *env == '/' && !stat(env, &st) && st.st_uid == geteuid())
		return env;
	entry = getpwuid(geteuid());
	return entry && entry->pw_dir && *entry->pw_dir == '/' && !stat(entry->pw_dir, &st) &&
			       st.st_uid == geteuid()
		       ? entry->pw_dir
		       : NULL;
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
	char *path;

	if (root && *root == '/') {
		ij_text_puts(&text, root);
	} else {
		root = home();
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
