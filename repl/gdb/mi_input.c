/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines of the other side of GDB/MI, also while the program runs. */
#include "repl/gdb/mi_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_SIZE = 4096,
	AGAIN_MS = 100, /* an interrupt that came between two waits is sent again */
};

static char *next(struct ij_gdb_input *lines, const char *prompt)
{
	(void)prompt;
	return ij_mi_input_line((struct ij_mi_input *)lines);
}

struct ij_error *ij_mi_input_init(struct ij_mi_input *input, int fd)
{
	*input = (struct ij_mi_input){.lines = {.next = next}, .fd = fd, .wake = {-1, -1}};
	pthread_mutex_init(&input->lock, NULL);
	if (pipe2(input->wake, O_CLOEXEC | O_NONBLOCK))
		return IJ_GDB_TEXT(OS, "cannot make a pipe: %s", strerror(errno));
	return NULL;
}

void ij_mi_input_deinit(struct ij_mi_input *input)
{
	ij_mi_input_unwatch(input);
	ij_text_deinit(&input->buf);
	for (int i = 0; i < 2; i++)
		if (input->wake[i] >= 0)
			close(input->wake[i]);
	pthread_mutex_destroy(&input->lock);
}

/* Read once more; false: there was nothing, or it is the end. */
static bool fill(struct ij_mi_input *input)
{
	char bytes[READ_SIZE];
	ssize_t len = read(input->fd, bytes, sizeof(bytes));

	if (len < 0 && errno == EINTR)
		return true;
	pthread_mutex_lock(&input->lock);
	if (len > 0)
		ij_text_add(&input->buf, bytes, (size_t)len);
	input->eof = !len || (len < 0 && errno != EIO) || input->buf.failed;
	pthread_mutex_unlock(&input->lock);
	return len > 0;
}

/* The line at @pos, to be freed; NULL: it is not there yet. @end_ret: where the next one begins. */
static char *line_at(struct ij_mi_input *input, size_t pos, size_t *end_ret)
{
	const char *from = ij_text_get(&input->buf) + pos;
	size_t len = input->buf.len - pos;
	const char *end = len ? memchr(from, '\n', len) : NULL;

	if (!end && (!input->eof || !len))
		return NULL;
	if (end)
		len = (size_t)(end - from);
	*end_ret = pos + len + (end ? 1 : 0);
	while (len && strchr("\r\n", from[len - 1]))
		len--;
	return strndup(from, len);
}

/* What was taken need not be kept. */
static void drop(struct ij_mi_input *input, size_t from, size_t to)
{
	if (to <= from)
		return;
	memmove(input->buf.str + from, input->buf.str + to, input->buf.len - to + 1);
	input->buf.len -= to - from;
}

char *ij_mi_input_line(struct ij_mi_input *input)
{
	for (;;) {
		size_t end = 0;
		char *line;

		pthread_mutex_lock(&input->lock);
		line = line_at(input, 0, &end);
		if (line)
			drop(input, 0, end);
		pthread_mutex_unlock(&input->lock);
		if (line || input->eof)
			return line;
		/* Of a terminal whose program has gone nothing can be read any more. */
		if (!fill(input) && !input->eof)
			return NULL;
	}
}

bool ij_mi_input_pending(struct ij_mi_input *input)
{
	const char *text = ij_text_get(&input->buf);

	return memchr(text, '\n', input->buf.len);
}

/* Obey what does not wait; whether the program is to be interrupted. */
static bool obey(struct ij_mi_input *input)
{
	size_t pos = 0, end = 0;
	bool urgent = false;
	char *line;

	pthread_mutex_lock(&input->lock);
	while ((line = line_at(input, pos, &end))) {
		if (input->urgent(input->ctx, line)) {
			urgent = true;
			drop(input, pos, end);
		} else {
			pos = end;
		}
		free(line);
	}
	pthread_mutex_unlock(&input->lock);
	return urgent;
}

static void *watch(void *ctx)
{
	struct ij_mi_input *input = ctx;
	struct pollfd fds[2] = {{.fd = input->fd, .events = POLLIN},
				{.fd = input->wake[0], .events = POLLIN}};
	bool interrupting = false;

	for (;;) {
		int count = poll(fds, 2, interrupting ? AGAIN_MS : -1);

		if (fds[1].revents || (count < 0 && errno != EINTR))
			return NULL;
		if (fds[0].revents) {
			/* A terminal that the program has is not ours to read. */
			if (!fill(input) || input->eof)
				fds[0].fd = -1;
			interrupting = obey(input) || interrupting;
		}
		if (interrupting)
			pthread_kill(input->owner, SIGINT);
	}
}

void ij_mi_input_watch(struct ij_mi_input *input)
{
	sigset_t all, old;

	if (input->watching || input->eof)
		return;
	input->owner = pthread_self();
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	input->watching = !pthread_create(&input->watcher, NULL, watch, input);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

void ij_mi_input_unwatch(struct ij_mi_input *input)
{
	char byte;

	if (!input->watching)
		return;
	(void)!write(input->wake[1], "", 1);
	pthread_join(input->watcher, NULL);
	(void)!read(input->wake[0], &byte, 1);
	input->watching = false;
}
