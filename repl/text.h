/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text that grows. */
#ifndef IJ_REPL_TEXT_H
#define IJ_REPL_TEXT_H

#include "repl/util.h"

/** Zero is empty. Once memory ran out it stays `failed`, and nothing is added any more. */
struct ij_text {
	char *str; /* NULL: empty */
	size_t len, size;
	bool failed;
};

void ij_text_add(struct ij_text *text, const char *bytes, size_t len);
void ij_text_puts(struct ij_text *text, const char *str);
void ij_text_printf(struct ij_text *text, const char *format, ...) IJ_API_PRINTF_(2, 3);
/** As a JSON string with its quotes (RFC 8259); bytes that are not UTF-8 become U+FFFD. NULL: null.
 */
void ij_text_json(struct ij_text *text, const char *str);
/** As a C string literal with its quotes. */
void ij_text_quoted(struct ij_text *text, const char *bytes, size_t len);
/** What is there so far; "" if nothing. Borrowed. */
const char *ij_text_get(const struct ij_text *text);
/** The string itself, to be freed, or an error: NOMEM. The text is empty afterwards. */
struct ij_error *ij_text_take(struct ij_text *text, char **ret) IJ_CLI_RESULT;
void ij_text_deinit(struct ij_text *text);

#endif
