/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Showing struct iovec, msghdr and mmsghdr with what they point to, and control messages. */
#include "lang/sysmsg.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "lang/text.h"

/* Memory that a pointer in a struct leads to, after the call. */
struct piece {
	const uint8_t *bytes; /* NULL: it is not ours */
	size_t size;          /* bytes or, of iovecs, elements: those that there were before */
};

/* A number of at most 8 bytes. */
static uint64_t number_at(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;

	memcpy(&number, bytes, size);
	return number;
}

/* What the pointer at @bytes + @off leads to; behind it a length of @len_size bytes, in units. */
static struct piece piece_of(const struct ij_sysview *view, const uint8_t *bytes, size_t off,
			     size_t len_size, size_t unit)
{
	size_t at = (size_t)(bytes - view->after) + off, target;
	struct piece piece = {0};

	if (!ij_sysmem_target(view->mem, at, &target))
		return piece;
	piece.bytes = view->after + target;
	piece.size = number_at(view->mem->bytes.items + at + 8, len_size);
	/* That was so when it was parsed. */
	if (target > view->mem->bytes.len || piece.size > (view->mem->bytes.len - target) / unit)
		piece = (struct piece){0};
	return piece;
}

/* The same, of which the kernel has said in @bytes how much it has written. */
static struct piece written(const struct ij_sysview *view, const uint8_t *bytes, size_t off,
			    size_t len_size)
{
	struct piece piece = piece_of(view, bytes, off, len_size, 1);
	uint64_t size = number_at(bytes + off + 8, len_size);

	if (size < piece.size)
		piece.size = size;
	return piece;
}

/* Bytes of this buffer that the kernel has filled, it having filled those before. */
static struct piece next_filled(struct ij_sysview *view, const uint8_t *iovec)
{
	struct piece piece = piece_of(view, iovec, offsetof(struct iovec, iov_base), 8, 1);
	uint64_t room = number_at(iovec + offsetof(struct iovec, iov_len), 8);

	if (piece.bytes)
		room = piece.size;
	if (room > view->filled)
		room = view->filled;
	view->filled -= room;
	if (piece.bytes)
		piece.size = room;
	return piece;
}

static struct piece iovecs_of(const struct ij_sysview *view, const uint8_t *msg)
{
	return piece_of(view, msg, offsetof(struct msghdr, msg_iov), 8, sizeof(struct iovec));
}

/* The control message at *@off of @control, and what it carries; false if there is no more. */
static bool next_cmsg(struct piece control, size_t *off, struct cmsghdr *head_ret,
		      struct piece *carried_ret)
{
	if (*off > control.size || control.size - *off < sizeof(*head_ret))
		return false;
	memcpy(head_ret, control.bytes + *off, sizeof(*head_ret));
	if (head_ret->cmsg_len < sizeof(*head_ret) || head_ret->cmsg_len > control.size - *off)
		return false;
	*carried_ret = (struct piece){control.bytes + *off + sizeof(*head_ret),
				      head_ret->cmsg_len - sizeof(*head_ret)};
	*off += CMSG_ALIGN(head_ret->cmsg_len);
	return true;
}

static bool is_rights(const struct cmsghdr *head)
{
	return head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS;
}

static bool is_credentials(const struct cmsghdr *head, size_t size)
{
	return head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_CREDENTIALS &&
	       size == sizeof(struct ucred);
}

static void print_cmsg(struct ij_sysview *view, const struct cmsghdr *head, struct piece carried,
		       struct ij_strbuf *out)
{
	if (head->cmsg_level == SOL_SOCKET)
		ij_strbuf_puts(out, "{SOL_SOCKET, ");
	else
		ij_strbuf_printf(out, "{%d, ", head->cmsg_level);
	if (is_rights(head)) {
		ij_strbuf_puts(out, "SCM_RIGHTS, ");
		ij_systype_print("int", true, view, carried.bytes, carried.size, out);
	} else if (is_credentials(head, carried.size)) {
		ij_strbuf_puts(out, "SCM_CREDENTIALS, ");
		ij_systype_print("ucred", false, view, carried.bytes, carried.size, out);
	} else {
		ij_strbuf_printf(out, "%d, ", head->cmsg_type);
		ij_text_literal(carried.bytes, carried.size, out);
	}
	ij_strbuf_puts(out, "}");
}

static void print_iovec(struct ij_sysview *view, const uint8_t *bytes, struct ij_strbuf *out)
{
	struct piece piece = next_filled(view, bytes);

	if (piece.bytes)
		ij_text_literal(piece.bytes, piece.size, out);
	else
		ij_strbuf_printf(out, "{0x%llx, %llu}", (unsigned long long)number_at(bytes, 8),
				 (unsigned long long)number_at(bytes + 8, 8));
}

static void print_control(struct ij_sysview *view, struct piece control, struct ij_strbuf *out)
{
	const char *between = "";
	struct cmsghdr head;
	struct piece carried;
	size_t off = 0;

	ij_strbuf_puts(out, "[");
	while (next_cmsg(control, &off, &head, &carried)) {
		ij_strbuf_puts(out, between);
		print_cmsg(view, &head, carried, out);
		between = ", ";
	}
	ij_strbuf_puts(out, "]");
}

static void print_msghdr(struct ij_sysview *view, const uint8_t *bytes, struct ij_strbuf *out)
{
	struct piece name = written(view, bytes, offsetof(struct msghdr, msg_name), 4);
	struct piece control = written(view, bytes, offsetof(struct msghdr, msg_control), 8);
	struct piece iov = iovecs_of(view, bytes);

	ij_strbuf_puts(out, "{");
	if (name.bytes && name.size) {
		ij_strbuf_puts(out, "msg_name=");
		ij_sockaddr_print(name.bytes, name.size, out);
		ij_strbuf_puts(out, ", ");
	}
	if (iov.bytes) {
		ij_strbuf_puts(out, "msg_iov=");
		ij_systype_print("iovec", true, view, iov.bytes, iov.size * sizeof(struct iovec),
				 out);
		ij_strbuf_puts(out, ", ");
	}
	if (control.bytes) {
		ij_strbuf_puts(out, "msg_control=");
		print_control(view, control, out);
		ij_strbuf_puts(out, ", ");
	}
	ij_strbuf_printf(
		out, "msg_flags=0x%llx}",
		(unsigned long long)number_at(bytes + offsetof(struct msghdr, msg_flags), 4));
}

/* Of several messages each says how much of it there is. */
static void begin_message(const char *name, struct ij_sysview *view, const uint8_t *bytes)
{
	if (!strcmp(name, "mmsghdr"))
		view->filled = number_at(bytes + offsetof(struct mmsghdr, msg_len), 4);
}

void ij_sysmsg_print(const char *name, struct ij_sysview *view, const uint8_t *bytes,
		     struct ij_strbuf *out)
{
	begin_message(name, view, bytes);
	if (!strcmp(name, "iovec"))
		print_iovec(view, bytes, out);
	else
		print_msghdr(view, bytes, out);
}

static void json_iovec(struct ij_sysview *view, const uint8_t *bytes, struct ij_json *json,
		       const char *key)
{
	struct piece piece = next_filled(view, bytes);

	ij_json_object(json, key);
	if (piece.bytes) {
		ij_json_bytes(json, piece.bytes, piece.size);
	} else {
		ij_json_uint(json, "iov_base", number_at(bytes, 8));
		ij_json_uint(json, "iov_len", number_at(bytes + 8, 8));
	}
	ij_json_object_end(json);
}

static void json_control(struct ij_sysview *view, struct piece control, struct ij_json *json)
{
	struct cmsghdr head;
	struct piece carried;
	size_t off = 0;

	ij_json_array(json, "msg_control");
	while (next_cmsg(control, &off, &head, &carried)) {
		ij_json_object(json, NULL);
		ij_json_int(json, "cmsg_level", head.cmsg_level);
		ij_json_int(json, "cmsg_type", head.cmsg_type);
		if (is_rights(&head))
			ij_systype_json("int", true, view, carried.bytes, carried.size, json,
					"fds");
		if (is_credentials(&head, carried.size))
			ij_systype_json("ucred", false, view, carried.bytes, carried.size, json,
					"ucred");
		ij_json_bytes(json, carried.bytes, carried.size);
		ij_json_object_end(json);
	}
	ij_json_array_end(json);
}

static void json_msghdr(struct ij_sysview *view, const uint8_t *bytes, struct ij_json *json,
			const char *key)
{
	struct piece name = written(view, bytes, offsetof(struct msghdr, msg_name), 4);
	struct piece control = written(view, bytes, offsetof(struct msghdr, msg_control), 8);
	struct piece iov = iovecs_of(view, bytes);

	ij_json_object(json, key);
	if (name.bytes && name.size) {
		IJ_STRBUF_AUTO text = {0};

		ij_sockaddr_print(name.bytes, name.size, &text);
		ij_json_string(json, "msg_name", ij_strbuf_get(&text));
	}
	if (iov.bytes)
		ij_systype_json("iovec", true, view, iov.bytes, iov.size * sizeof(struct iovec),
				json, "msg_iov");
	if (control.bytes)
		json_control(view, control, json);
	ij_json_uint(json, "msg_flags", number_at(bytes + offsetof(struct msghdr, msg_flags), 4));
	ij_json_object_end(json);
}

size_t ij_sysmsg_received(const char *name, const struct ij_sysview *view, const uint8_t *bytes,
			  int *fds, size_t max)
{
	struct piece control = {0}, carried;
	struct cmsghdr head;
	size_t off = 0, len = 0;

	if (strcmp(name, "iovec") != 0)
		control = written(view, bytes, offsetof(struct msghdr, msg_control), 8);
	while (control.bytes && next_cmsg(control, &off, &head, &carried))
		for (size_t at = 0; is_rights(&head) && carried.size - at >= sizeof(int);
		     at += sizeof(int))
			if (len < max)
				memcpy(&fds[len++], carried.bytes + at, sizeof(int));
	return len;
}

void ij_sysmsg_json(const char *name, struct ij_sysview *view, const uint8_t *bytes,
		    struct ij_json *json, const char *key)
{
	begin_message(name, view, bytes);
	if (!strcmp(name, "iovec"))
		json_iovec(view, bytes, json, key);
	else
		json_msghdr(view, bytes, json, key);
}
