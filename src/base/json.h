/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing JSON (RFC 8259) into a string buffer; commas and nesting are kept here. */
#ifndef IJ_BASE_JSON_H
#define IJ_BASE_JSON_H

#include "base/strbuf.h"

#define IJ_JSON_DEPTH 16

struct ij_json {
	struct ij_strbuf *out; /* borrowed */
	unsigned depth;
	bool comma[IJ_JSON_DEPTH]; /* the next member of this level needs a comma */
};

void ij_json_init(struct ij_json *json, struct ij_strbuf *out);
/** @key: the member's name, or NULL inside an array or at the top. */
void ij_json_object(struct ij_json *json, const char *key);
void ij_json_object_end(struct ij_json *json);
void ij_json_array(struct ij_json *json, const char *key);
void ij_json_array_end(struct ij_json *json);
/** Bytes that are not UTF-8 become U+FFFD. */
void ij_json_string(struct ij_json *json, const char *key, const char *value); /* NULL: null */
void ij_json_int(struct ij_json *json, const char *key, int64_t value);
void ij_json_uint(struct ij_json *json, const char *key, uint64_t value);
void ij_json_bool(struct ij_json *json, const char *key, bool value);
void ij_json_null(struct ij_json *json, const char *key);
/** A double with 15 significant digits at most; used for microseconds. NaN and infinity become
 * null. */
void ij_json_double(struct ij_json *json, const char *key, double value);
/** The members "text", which is the bytes up to the first zero, and "hex". */
void ij_json_bytes(struct ij_json *json, const uint8_t *bytes, size_t size);
/** @value is JSON already. */
void ij_json_raw(struct ij_json *json, const char *key, const char *value);

#endif
