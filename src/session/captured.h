/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a call wrote, as the tracer copied it into a file of ours. */
#ifndef IJ_SESSION_CAPTURED_H
#define IJ_SESSION_CAPTURED_H

#include "base/json.h"
#include "base/vec.h"

struct ij_captured_part {
	int stream; /* 1 or 2 */
	size_t off, size;
};

struct ij_captured {
	uint8_t *bytes;                       /* NULL: nothing */
	IJ_VEC(struct ij_captured_part) list; /* in `bytes`, in order */
	bool cut;                             /* there was more */
};

/** A file for the tracer to write to. Errors: OS. */
struct ij_error *ij_captured_open(int *fd_ret) IJ_WARN_UNUSED;
/** Read what it wrote; it is not trusted. Errors: BADDATA, OS, NOMEM. */
struct ij_error *ij_captured_read(int fd, struct ij_captured *ret) IJ_WARN_UNUSED;
/** Put @earlier, which is empty afterwards, before @captured. That memory ran out is told as cut.
 */
void ij_captured_join(struct ij_captured *captured, struct ij_captured *earlier);
void ij_captured_deinit(struct ij_captured *captured);
/** As member "output": an array of objects with stream and text; nothing if @on is false. */
void ij_captured_json(const struct ij_captured *captured, bool on, struct ij_json *json);

#endif
