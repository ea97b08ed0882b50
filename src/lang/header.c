/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading a user's header. */
#include "lang/header.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_HEADER = 16 << 20, PORTION = 64 << 10 };

static struct ij_error *cannot_read(const char *path)
{
	return ij_error_os(OS, errno, "cannot read %s: %s", path, strerror(errno));
}

/* Read on into @text, which grows. */
static struct ij_error *read_more(int fd, const char *path, char **text, size_t *len, bool *more)
{
	char *grown = realloc(*text, *len + PORTION + 1);
	ssize_t got;

	if (!grown)
		return ij_error_nomem();
	*text = grown;
	got = read(fd, *text + *len, PORTION);
	if (got < 0 && errno != EINTR)
		return cannot_read(path);
	*more = got != 0;
	*len += got > 0 ? (size_t)got : 0;
	(*text)[*len] = 0;
	if (*len > SIZE_MAX_HEADER)
		return ij_error_new(LIMIT, "%s: over %d bytes", path, SIZE_MAX_HEADER);
	return NULL;
}

struct ij_error *ij_header_load(const char *path, char **ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct ij_error *err = fd < 0 ? cannot_read(path) : NULL;
	char *text = NULL;
	size_t len = 0;
	bool more = true;

	while (more && !err)
		err = read_more(fd, path, &text, &len, &more);
	if (fd >= 0)
		close(fd);
	if (!err && strlen(text) != len)
		err = ij_error_new(SYNTAX, "%s: byte %zu is NUL: this is no C", path, strlen(text));
	if (err)
		free(text);
	else
		*ret = text;
	return err;
}
