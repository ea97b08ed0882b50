/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls argv[2] in process argv[1]: cc example.c $(pkg-config --cflags --libs interject) */
#include <stdio.h>
#include <stdlib.h>

#include <interject/interject.h>

int main(int argc, char **argv)
{
	struct ij_session *session = NULL;
	struct ij_error *err = ij_session_attach(atoi(argc > 1 ? argv[1] : "0"), NULL, &session);
	int status = ij_error_exit_status(ij_error_code_of(err));

	if (err) {
		fprintf(stderr, "%s\n", ij_error_message(err));
	} else {
		struct ij_result *result =
			ij_session_eval(session, argc > 2 ? argv[2] : "getpid()", NULL);
		const struct ij_error *failed = ij_result_error(result);

		fprintf(failed ? stderr : stdout, "%s\n",
			failed ? ij_error_message(failed) : ij_result_text(result));
		status = ij_error_exit_status(ij_error_code_of(failed));
		ij_result_free(result);
	}
	ij_error_free(err);
	ij_session_destroy(session);
	return status;
}
