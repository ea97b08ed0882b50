/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Numbers and characters as text, for all that prints values. */
#ifndef IJ_LANG_TEXT_H
#define IJ_LANG_TEXT_H

#include "base/strbuf.h"

/** The shortest digits that read back as the same value in a float of @size bytes, in the C locale.
 */
void ij_text_float(uint32_t size, long double value, struct ij_strbuf *out);

/**
 * One character as gdb writes it between @quote's: escapes, and octal for what has none.
 *
 * @s: NUL-terminated. Returns how many bytes of it were written.
 */
size_t ij_text_char(const unsigned char *s, char quote, struct ij_strbuf *out);

/** @bytes as a C string literal, in ASCII; trailing zeros are left out. */
void ij_text_literal(const uint8_t *bytes, size_t size, struct ij_strbuf *out);

#endif
