/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Output of calls. */
#include "session/captured.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/messages.h"

struct ij_error *ij_captured_open(int *fd_ret)
{
	int fd = memfd_create("interject-output", MFD_CLOEXEC);

	if (fd < 0)
		return ij_error_os(OS, errno, "cannot make a file in memory: %s", strerror(errno));
	*fd_ret = fd;
	return NULL;
}

static struct ij_error *parse(struct ij_captured *captured, size_t size)
{
	size_t off = 0;

	while (off < size) {
		struct ij_wire_captured head;
		struct ij_captured_part part;

		if (size - off < sizeof(head))
			return ij_error_new(BADDATA, "output of a call is cut in a header");
		memcpy(&head, captured->bytes + off, sizeof(head));
		off += sizeof(head);
		if (!head.stream) {
			captured->cut = true;
			return NULL;
		}
		if (head.stream > 2 || head.size > size - off)
			return ij_error_new(BADDATA, "output of a call has a part of %u bytes",
					    head.size);
		part = (struct ij_captured_part){(int)head.stream, off, head.size};
		IJ_TRY(ij_vec_push(&captured->list, part));
		off += head.size;
	}
	return NULL;
}

struct ij_error *ij_captured_read(int fd, struct ij_captured *ret)
{
	struct ij_captured captured = {0};
	struct ij_error *err = NULL;
	struct stat st;
	size_t size;

	if (fstat(fd, &st))
		return ij_error_os(OS, errno, "cannot look at a file in memory: %s",
				   strerror(errno));
	size = st.st_size < (off_t)IJ_WIRE_CAPTURE_MAX ? (size_t)st.st_size : IJ_WIRE_CAPTURE_MAX;
	captured.bytes = malloc(size + 1);
	if (!captured.bytes)
		return ij_error_nomem();
	if (pread(fd, captured.bytes, size, 0) != (ssize_t)size)
		err = ij_error_os(OS, errno, "cannot read a file in memory");
	if (!err)
		err = parse(&captured, size);
	if (err) {
		ij_captured_deinit(&captured);
		return err;
	}
	*ret = captured;
	return NULL;
}

static size_t end_of(const struct ij_captured *captured)
{
	const struct ij_captured_part *last;

	if (!captured->list.len)
		return 0;
	last = &captured->list.items[captured->list.len - 1];
	return last->off + last->size;
}

void ij_captured_join(struct ij_captured *captured, struct ij_captured *earlier)
{
	size_t before = end_of(earlier), size = end_of(captured);
	uint8_t *bytes;

	if (!earlier->list.len && !earlier->cut)
		return;
	captured->cut = captured->cut || earlier->cut;
	bytes = realloc(earlier->bytes, before + size + 1);
	if (!bytes) {
		captured->cut = true;
		return;
	}
	earlier->bytes = bytes;
	if (size)
		memcpy(bytes + before, captured->bytes, size);
	IJ_VEC_EACH (&captured->list, it) {
		struct ij_captured_part part = {it->stream, before + it->off, it->size};
		struct ij_error *err = ij_vec_push(&earlier->list, part);

		captured->cut = captured->cut || err;
		ij_error_free(err);
	}
	earlier->cut = captured->cut;
	ij_captured_deinit(captured);
	*captured = *earlier;
	*earlier = (struct ij_captured){0};
}

void ij_captured_deinit(struct ij_captured *captured)
{
	free(captured->bytes);
	ij_vec_deinit(&captured->list);
	*captured = (struct ij_captured){0};
}

/* A part as text: a NUL, which would end it, is none of UTF-8's bytes then. */
static void add_part(const uint8_t *bytes, size_t size, struct ij_json *json)
{
	char *text = malloc(size + 1);

	if (text) {
		memcpy(text, bytes, size);
		text[size] = 0;
		for (size_t i = 0; i < size; i++)
			if (!text[i])
				text[i] = (char)0xff;
	}
	ij_json_string(json, "text", text);
	free(text);
}

void ij_captured_json(const struct ij_captured *captured, bool on, struct ij_json *json)
{
	if (!on)
		return;
	ij_json_array(json, "output");
	for (size_t i = 0; captured && i < captured->list.len; i++) {
		const struct ij_captured_part *part = &captured->list.items[i];

		ij_json_object(json, NULL);
		ij_json_string(json, "stream", part->stream == 1 ? "stdout" : "stderr");
		add_part(captured->bytes + part->off, part->size, json);
		ij_json_object_end(json);
	}
	ij_json_array_end(json);
}
