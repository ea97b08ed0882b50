/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The files of a person: init files and the history. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "repl/file.h"
#include "repl/repl.h"
#include "repl/tell.h"
#include "repl/xdg.h"

/* Only who may do what we may can have written it. */
static struct ij_error *read_init(int fd, const char *path, char **ret)
{
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || (st.st_uid && st.st_uid != geteuid()) ||
	    st.st_mode & 022)
		return ij_error_create(IJ_ERR_OS,
				       "%s is left out: it must be a file of yours or root's that "
				       "nobody else can write to",
				       path);
	return ij_file_read(fd, path, ret);
}

/* @path: owned from now on; NULL: there is no such place. */
static void add_init(struct ij_repl_files *files, char *path)
{
	struct ij_repl_init init = {.path = path};
	struct ij_error *err;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;

	if (fd < 0) {
		free(path);
		return;
	}
	init.error = read_init(fd, path, &init.text);
	close(fd);
	err = ij_list_push(&files->inits, init);
	if (!err)
		return;
	free(init.path);
	free(init.text);
	ij_error_free(init.error);
	ij_error_free(err);
}

static void add_inits(struct ij_repl_files *files)
{
	const char *dirs = getenv("XDG_CONFIG_DIRS");

	/* The most important folder comes first in the list: it has the last word. */
	if (!dirs || !*dirs)
		dirs = "/etc/xdg";
	for (size_t end = strlen(dirs); end;) {
		struct ij_text text = {0};
		size_t start = end;
		char *path = NULL;

		while (start && dirs[start - 1] != ':')
			start--;
		ij_text_add(&text, dirs + start, end - start);
		ij_text_puts(&text, "/interject/init.ij");
		ij_error_free(ij_text_take(&text, &path));
		if (path && *path != '/') {
			free(path);
			path = NULL;
		}
		add_init(files, path);
		end = start ? start - 1 : 0;
	}
	add_init(files, ij_xdg_path("XDG_CONFIG_HOME", ".config", "init.ij", false));
}

void ij_repl_files_open(struct ij_repl_files *files, bool init)
{
	char *path = ij_xdg_path("XDG_STATE_HOME", ".local/state", "history", true);
	struct stat st;

	*files = (struct ij_repl_files){.history = -1};
	if (path)
		files->history =
			open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (files->history >= 0 && (fstat(files->history, &st) || !S_ISREG(st.st_mode))) {
		close(files->history);
		files->history = -1;
	}
	free(path);
	if (init)
		add_inits(files);
}

void ij_repl_files_close(struct ij_repl_files *files)
{
	if (files->history >= 0)
		close(files->history);
	IJ_LIST_EACH (&files->inits, init) {
		free(init->path);
		free(init->text);
		ij_error_free(init->error);
	}
	ij_list_deinit(&files->inits);
}

static void run_init(const struct ij_repl_init *init, struct ij_interp *interp)
{
	struct ij_script script;
	struct ij_error *err;

	if (init->error) {
		ij_interp_fail(interp, ij_error_create(ij_error_code_of(init->error), "%s",
						       ij_error_message(init->error)));
		return;
	}
	err = ij_script_parse(interp->dialect, init->path, init->text, NULL, &script);
	if (err) {
		ij_interp_fail(interp, err);
		return;
	}
	ij_interp_run(interp, &script);
	ij_script_deinit(&script);
}

void ij_repl_files_run(const struct ij_repl_files *files, struct ij_interp *interp)
{
	IJ_LIST_EACH (&files->inits, init)
		run_init(init, interp);
}
