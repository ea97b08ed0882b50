/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What interject doctor says, in lines for people. */
#ifndef IJ_TESTS_SAID_H
#define IJ_TESTS_SAID_H

#include "harness.h"

/** Join lines that go on: words as they are, lines as wide as they may be. */
void said_unwrap(char *text);

/**
 * Fail the test unless standard output has all of @parts, of @len or up to NULL, wherever its lines
 * break, and has no line over 100 columns. tool->out is unwrapped.
 */
void said_expect(struct tool *tool, const char *const *parts, unsigned len);
#define SAID(tool, ...)                                         \
	said_expect((tool), (const char *const[]){__VA_ARGS__}, \
		    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#endif
