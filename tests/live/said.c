/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What interject doctor says. */
#include "said.h"

#include <string.h>

void said_unwrap(char *text)
{
	char *to = text;

	for (char *from = text; *from; from++) {
		if (*from == '\n' && from[1] == ' ') {
			from += strspn(from + 1, " ");
			*to++ = ' ';
		} else {
			*to++ = *from;
		}
	}
	*to = 0;
}

void said_expect(struct tool *tool, const char *const *parts, unsigned len)
{
	for (const char *line = tool->out; *line; line += strspn(line, "\n")) {
		size_t width = strcspn(line, "\n");

		if (width > 100)
			fail_msg("over 100 columns: %.200s", line);
		line += width;
	}
	print_message("%s%s\n", tool->out, tool->err);
	said_unwrap(tool->out);
	for (unsigned i = 0; i < len && parts[i]; i++)
		if (!strstr(tool->out, parts[i]))
			fail_msg("not said: %s", parts[i]);
}
