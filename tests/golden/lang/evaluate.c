/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* evaluate PID: each line of the input is an expression; its type, a tab, and its value are
 * printed, in one line, or "!" and what is wrong with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <interject/interject.h>

static void print(const char *text)
{
	for (; text && *text; text++)
		putchar(*text == '\n' ? ' ' : *text);
}

int main(int argc, char **argv)
{
	struct ij_session *session;
	struct ij_error *err;
	char line[1024];

	if (argc != 2)
		return 2;
	err = ij_session_attach(atoi(argv[1]), NULL, &session);
	if (err) {
		fprintf(stderr, "%s\n", ij_error_message(err));
		return 1;
	}
	while (fgets(line, sizeof(line), stdin)) {
		struct ij_result *result;

		line[strcspn(line, "\n")] = 0;
		result = ij_session_eval(session, line, NULL);
		if (ij_result_error(result)) {
			putchar('!');
			print(ij_error_message(ij_result_error(result)));
		} else {
			print(ij_result_type(result));
			putchar('\t');
			print(ij_result_text(result));
		}
		putchar('\n');
		ij_result_free(result);
	}
	ij_session_destroy(session);
	return ferror(stdin) || fflush(stdout) ? 1 : 0;
}
