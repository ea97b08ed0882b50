/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sending and receiving one message. Every wait has a deadline. */
#ifndef IJ_WIRE_WIRE_H
#define IJ_WIRE_WIRE_H

#include "base/error.h"
#include "wire/messages.h"

/** One received message. The body follows the header in `bytes`. */
struct ij_wire_msg {
	uint32_t type;
	uint32_t size;            /* of the body, bytes */
	const uint8_t *body;      /* borrowed from the buffer given to ij_wire_recv */
	int fds[IJ_WIRE_FDS_MAX]; /* owned by the caller; -1 where none */
};

/** One piece of a body. */
struct ij_wire_part {
	const void *bytes;
	size_t size;
};

/**
 * Send one message whose body is the concatenation of @parts (at most 3).
 *
 * Errors: GONE (the peer has closed), PROTOCOL (too large), OS.
 */
struct ij_error *ij_wire_send(int sock, enum ij_wire_type type, const struct ij_wire_part *parts,
			      size_t parts_len, const int *fds, size_t fds_len) IJ_WARN_UNUSED;

/** Send a message with one fixed body. */
#define ij_wire_send_body(sock, type, body)                                                     \
	ij_wire_send((sock), (type),                                                            \
		     &(const struct ij_wire_part){.bytes = (body), .size = sizeof(*(body))}, 1, \
		     NULL, 0)

/** Send @err (consumed) as an ERROR message. */
struct ij_error *ij_wire_send_error(int sock, struct ij_error *err) IJ_WARN_UNUSED;

/**
 * Receive one message into @buf of IJ_WIRE_SIZE_MAX bytes.
 *
 * @timeout_ns: UINT64_MAX waits for ever.
 * Errors: GONE (the peer has closed), TIMEOUT, PROTOCOL (malformed), OS. An ERROR message is not an
 *   error here.
 */
struct ij_error *ij_wire_recv(int sock, void *buf, uint64_t timeout_ns, struct ij_wire_msg *ret)
	IJ_WARN_UNUSED;

/** Close the descriptors that came with @msg and were not taken (set to -1). */
void ij_wire_msg_close(struct ij_wire_msg *msg);

/** The error that an ERROR message carries; PROTOCOL if it is malformed. */
struct ij_error *ij_wire_error_of(const struct ij_wire_msg *msg) IJ_WARN_UNUSED;

/**
 * The body of @msg, checked to be of @type and at least @size bytes; *@ret is borrowed and may be
 * misaligned by nothing: bodies are 8-byte aligned in the receive buffer.
 *
 * Errors: what an ERROR message carries, PROTOCOL.
 */
struct ij_error *ij_wire_body(const struct ij_wire_msg *msg, enum ij_wire_type type, size_t size,
			      const void **ret) IJ_WARN_UNUSED;

#endif
