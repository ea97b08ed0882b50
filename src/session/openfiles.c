/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of the target, which the tracer opens: those that are mapped together at the start, for
 * each request costs as much as reading what is wanted of a file. */
#include <string.h>
#include <unistd.h>

#include "session/fetch.h"
#include "session/session_impl.h"
#include "session/stop.h"

enum { TOGETHER_MAX = 256 }; /* files that are opened together; of others each alone */

/* Ask for a file; NOTFOUND and the like are the tracer's words. */
static struct ij_error *request_file(struct ij_session *s, enum ij_wire_type type, const void *body,
				     size_t size, int *fd_ret)
{
	const struct ij_request request = {
		.type = type,
		.parts = {{body, size}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_FILE,
	};
	struct ij_wire_msg msg;

	IJ_TRY(ij_session_request(s, &request, &msg));
	if (msg.fds[0] < 0)
		return ij_error_new(PROTOCOL, "the tracer sent no file");
	*fd_ret = msg.fds[0];
	msg.fds[0] = -1;
	ij_wire_msg_close(&msg);
	return NULL;
}

/* One that was opened with others. */
static bool take_opened(struct ij_session *s, const struct ij_vma *vma, int *fd_ret)
{
	for (size_t i = 0; i < s->opened.len; i++) {
		if (s->opened.items[i].lo != vma->lo || s->opened.items[i].hi != vma->hi)
			continue;
		*fd_ret = s->opened.items[i].fd;
		s->opened.items[i] = s->opened.items[--s->opened.len];
		return true;
	}
	return false;
}

static struct ij_error *open_module(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret)
{
	const struct ij_wire_open_module body = {.lo = vma->lo, .hi = vma->hi};

	if (take_opened((struct ij_session *)self, vma, fd_ret))
		return NULL;
	return request_file((struct ij_session *)self, IJ_WIRE_OPEN_MODULE, &body, sizeof(body),
			    fd_ret);
}

/* Was the file asked for already? -1: it is not there. */
static bool take_expected(struct ij_session *s, const char *path, int *fd_ret)
{
	IJ_VEC_EACH (&s->expected, it) {
		if (!it->path || strcmp(it->path, path))
			continue;
		*fd_ret = it->fd;
		if (it->fd >= 0)
			*it = (struct ij_session_expected){NULL, -1};
		return true;
	}
	return false;
}

static struct ij_error *open_debug(struct ij_opener *self, const char *path, int *fd_ret)
{
	struct ij_wire_open_debug body = {0};
	size_t len = strlen(path);

	if (take_expected((struct ij_session *)self, path, fd_ret))
		return *fd_ret < 0 ? ij_error_new(NOTFOUND, "no debug file %s", path) : NULL;
	if (len >= sizeof(body.path))
		return ij_error_new(NOTFOUND, "debug file name of %zu bytes", len);
	memcpy(body.path, path, len);
	return request_file((struct ij_session *)self, IJ_WIRE_OPEN_DEBUG, &body, sizeof(body),
			    fd_ret);
}

/* Which of the @len @paths that were asked for are there; the answer says how many were tried. */
static struct ij_error *keep_debugs(struct ij_session *s, const char *const *paths, size_t len,
				    struct ij_wire_msg *msg, size_t *tried_ret)
{
	struct ij_wire_debugs debugs;
	size_t used = 0;

	memcpy(&debugs, msg->body, sizeof(debugs));
	if (!debugs.tried || debugs.tried > len)
		return ij_error_new(PROTOCOL, "%u files of %zu", debugs.tried, len);
	for (size_t i = 0; i < debugs.tried; i++) {
		struct ij_session_expected it = {paths[i], -1};

		if (debugs.opened[i / 64] >> i % 64 & 1 && used < IJ_WIRE_FDS_MAX)
			it.fd = msg->fds[used];
		IJ_TRY(ij_vec_push(&s->expected, it));
		if (it.fd >= 0)
			msg->fds[used++] = -1;
	}
	*tried_ret = debugs.tried;
	return NULL;
}

/* Ask for some of them, from the first one. */
static struct ij_error *ask_debugs(struct ij_session *s, const char *const *paths, size_t len,
				   size_t *tried_ret)
{
	struct ij_wire_open_debugs body = {.len = (uint32_t)len};
	IJ_STRBUF_AUTO text = {0};
	struct ij_request request = {
		.type = IJ_WIRE_OPEN_DEBUGS,
		.parts_len = 2,
		.fd = -1,
		.answer = IJ_WIRE_DEBUGS,
		.answer_size = sizeof(struct ij_wire_debugs),
	};
	struct ij_wire_msg msg;
	struct ij_error *err;

	for (size_t i = 0; i < len; i++)
		ij_strbuf_add(&text, paths[i], strlen(paths[i]) + 1);
	IJ_TRY(ij_strbuf_error(&text));
	request.parts[0] = (struct ij_wire_part){&body, sizeof(body)};
	request.parts[1] = (struct ij_wire_part){text.str, text.len};
	IJ_TRY(ij_session_request(s, &request, &msg));
	err = keep_debugs(s, paths, len, &msg, tried_ret);
	ij_wire_msg_close(&msg);
	return err;
}

static void drop_expected(struct ij_session *s)
{
	IJ_VEC_EACH (&s->expected, it)
		if (it->fd >= 0)
			close(it->fd);
	ij_vec_deinit(&s->expected);
}

/* What cannot be asked for so is asked for alone, and told then. */
static void expect_debugs(struct ij_opener *self, const char *const *paths, size_t len)
{
	struct ij_session *s = (struct ij_session *)self;
	struct ij_error *err = NULL;

	drop_expected(s);
	while (len && !err) {
		size_t tried = 0, some = 0;

		while (some < len && some < IJ_WIRE_PATHS_MAX &&
		       strlen(paths[some]) < IJ_WIRE_PATH_SIZE)
			some++;
		if (some)
			err = ask_debugs(s, paths, some, &tried);
		/* One whose name is too long has to be passed over. */
		tried += !some;
		paths += tried;
		len -= tried;
	}
	ij_error_free(err);
}

/* The target would wait for a server while one of its threads is held. */
static struct ij_error *fetch_debug(struct ij_opener *self, const uint8_t *id, size_t size,
				    int *fd_ret)
{
	const struct ij_session *s = (const struct ij_session *)self;

	if (!ij_fetch_is_wanted() || (s->stop && ij_stop_held(s->stop)))
		return ij_error_new(NOTFOUND, "no server is asked");
	return ij_fetch_debug(id, size, fd_ret);
}

void ij_session_opener_init(struct ij_session *s)
{
	s->opener = (struct ij_opener){.module = open_module,
				       .debug = open_debug,
				       .fetch = fetch_debug,
				       .expect = expect_debugs};
}

static void keep(struct ij_session *s, const struct ij_wire_open_modules *asked,
		 const struct ij_wire_files *files, struct ij_wire_msg *msg)
{
	size_t used = 0;

	for (uint32_t i = 0; i < asked->len && used < IJ_WIRE_FDS_MAX; i++) {
		struct ij_session_opened opened = {asked->list[i].lo, asked->list[i].hi, -1};
		struct ij_error *err;

		if (!(files->opened >> i & 1) || msg->fds[used] < 0)
			continue;
		opened.fd = msg->fds[used];
		err = ij_vec_push(&s->opened, opened);
		if (!err)
			msg->fds[used] = -1;
		used++;
		ij_error_free(err);
	}
}

static void ask(struct ij_session *s, const struct ij_wire_open_modules *body)
{
	const struct ij_request request = {
		.type = IJ_WIRE_OPEN_MODULES,
		.parts = {{body, sizeof(*body)}},
		.parts_len = 1,
		.fd = -1,
		.answer = IJ_WIRE_FILES,
		.answer_size = sizeof(struct ij_wire_files),
	};
	struct ij_wire_files files;
	struct ij_wire_msg msg;
	struct ij_error *err = ij_session_request(s, &request, &msg);

	/* What went wrong is told by who asks for one of them. */
	if (!err) {
		memcpy(&files, msg.body, sizeof(files));
		keep(s, body, &files, &msg);
		ij_wire_msg_close(&msg);
	}
	ij_error_free(err);
}

/* Is the file of @vma that of one of the @len before? */
static bool is_known(const struct ij_vma *const *list, size_t len, const struct ij_vma *vma)
{
	for (size_t i = 0; i < len; i++)
		if (list[i]->inode == vma->inode && list[i]->dev_major == vma->dev_major &&
		    list[i]->dev_minor == vma->dev_minor)
			return true;
	return false;
}

void ij_session_open_together(struct ij_session *s, const struct ij_vmas *vmas)
{
	const struct ij_vma *list[TOGETHER_MAX];
	struct ij_wire_open_modules body = {.len = 0};
	size_t len = 0;

	IJ_VEC_EACH (&vmas->list, vma) {
		if (!(vma->flags & IJ_VMA_EXEC) || !ij_vma_is_of_file(vma) || len == TOGETHER_MAX ||
		    is_known(list, len, vma))
			continue;
		list[len++] = vma;
		body.list[body.len++] = (struct ij_wire_open_module){vma->lo, vma->hi};
		if (body.len == IJ_WIRE_FDS_MAX) {
			ask(s, &body);
			body.len = 0;
		}
	}
	if (body.len)
		ask(s, &body);
}

void ij_session_opened_drop(struct ij_session *s)
{
	IJ_VEC_EACH (&s->opened, it)
		close(it->fd);
	ij_vec_deinit(&s->opened);
}
