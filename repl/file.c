/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a script's file. */
#include "repl/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "repl/script.h"
#include "repl/text.h"

struct ij_error *ij_file_read(int fd, const char *name, char **ret)
{
	struct ij_text text = {0};
	char buf[16384];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || text.len + (size_t)n > IJ_SCRIPT_SIZE_MAX || memchr(buf, 0, (size_t)n))
			break;
		ij_text_add(&text, buf, (size_t)n);
	}
	if (!n)
		return ij_text_take(&text, ret);
	ij_text_deinit(&text);
	if (n < 0)
		return ij_error_create(IJ_ERR_OS, "cannot read %s: %s", name, strerror(errno));
	if (memchr(buf, 0, (size_t)n))
		return ij_error_create(IJ_ERR_BADDATA, "%s is no text: it has a NUL byte in it",
				       name);
	return ij_error_create(IJ_ERR_LIMIT, "%s is longer than %d bytes", name,
			       IJ_SCRIPT_SIZE_MAX);
}

struct ij_error *ij_file_load(const char *path, char **ret)
{
	struct ij_error *err;
	int fd;

	if (!strcmp(path, "-"))
		return ij_file_read(0, "standard input", ret);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ij_error_create(IJ_ERR_OS, "cannot open %s: %s", path, strerror(errno));
	err = ij_file_read(fd, path, ret);
	close(fd);
	return err;
}
