/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Requests for files, which tracer/files.h opens. */
#include "tracer/serve_files.h"

#include <string.h>
#include <unistd.h>

#include "tracer/files.h"

struct ij_error *ij_serve_body(const struct ij_wire_msg *msg, void *body, size_t size)
{
	if (msg->size < size)
		return ij_error_new(PROTOCOL, "request %u of %u bytes is too short", msg->type,
				    msg->size);
	memcpy(body, msg->body, size);
	return NULL;
}

static struct ij_error *send_file(struct ij_tracer *tracer, int fd)
{
	struct ij_error *err = ij_wire_send(tracer->sock, IJ_WIRE_FILE, NULL, 0, &fd, 1);

	close(fd);
	return err;
}

struct ij_error *ij_serve_module(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_open_module body;
	int fd;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	IJ_TRY(ij_files_module(&tracer->inj, body.lo, body.hi, &fd));
	return send_file(tracer, fd);
}

/* Of those that cannot be opened the client asks one by one, and is told why. */
struct ij_error *ij_serve_modules(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_open_modules body;
	struct ij_wire_files files = {.opened = 0};
	const struct ij_wire_part part = {&files, sizeof(files)};
	int fds[IJ_WIRE_FDS_MAX];
	size_t fds_len = 0;
	struct ij_error *err;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	if (body.len > IJ_WIRE_FDS_MAX)
		return ij_error_new(PROTOCOL, "%u files at once", body.len);
	for (uint32_t i = 0; i < body.len; i++) {
		err = ij_files_module(&tracer->inj, body.list[i].lo, body.list[i].hi,
				      &fds[fds_len]);
		if (!err) {
			files.opened |= 1u << i;
			fds_len++;
		}
		ij_error_free(err);
	}
	err = ij_wire_send(tracer->sock, IJ_WIRE_FILES, &part, 1, fds, fds_len);
	while (fds_len)
		close(fds[--fds_len]);
	return err;
}

struct ij_error *ij_serve_debug(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_open_debug body;
	int fd;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	body.path[sizeof(body.path) - 1] = 0;
	IJ_TRY(ij_files_debug(&tracer->inj, body.path, &fd));
	return send_file(tracer, fd);
}

/* The paths that follow the body of @msg, as many as it says. */
static struct ij_error *paths_of(const struct ij_wire_msg *msg, uint32_t *len_ret, const char **ret)
{
	struct ij_wire_open_debugs body;
	const char *paths, *end = (const char *)msg->body + msg->size;
	uint32_t len = 0;

	IJ_TRY(ij_serve_body(msg, &body, sizeof(body)));
	paths = (const char *)msg->body + sizeof(body);
	if (body.len > IJ_WIRE_PATHS_MAX)
		return ij_error_new(PROTOCOL, "%u paths at once", body.len);
	for (const char *at = paths; at < end; at++)
		len += !*at;
	if (len != body.len || (len && end[-1]))
		return ij_error_new(PROTOCOL, "%u paths, not %u", len, body.len);
	*len_ret = len;
	*ret = paths;
	return NULL;
}

struct ij_error *ij_serve_debugs(struct ij_tracer *tracer, const struct ij_wire_msg *msg)
{
	struct ij_wire_debugs debugs;
	const struct ij_wire_part part = {&debugs, sizeof(debugs)};
	int fds[IJ_WIRE_FDS_MAX];
	size_t fds_len;
	const char *paths = NULL;
	struct ij_error *err;
	uint32_t len = 0;

	IJ_TRY(paths_of(msg, &len, &paths));
	IJ_TRY(ij_files_debugs(&tracer->inj, paths, len, &debugs, fds, &fds_len));
	err = ij_wire_send(tracer->sock, IJ_WIRE_DEBUGS, &part, 1, fds, fds_len);
	while (fds_len)
		close(fds[--fds_len]);
	return err;
}
