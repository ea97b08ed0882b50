/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tracer's life: harden itself, bind to one target, serve one request after another. */
#include "tracer/tracer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "tracer/serve.h"

/*
 * A target stays stopped while its dying tracer's memory is torn down, so: small, no core dump.
 * Terminal signals are the client's business; a tracer that they stopped would hold the target.
 */
static void harden(void)
{
	static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE};
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	for (size_t i = 0; i < IJ_COUNT(ignored); i++)
		signal(ignored[i], SIG_IGN);
}

int ij_tracer_main(int argc, char **argv)
{
	struct ij_tracer *tracer;
	char *end = NULL;
	long sock = argc == 2 ? strtol(argv[1], &end, 10) : -1;
	int status;

	if (sock < 0 || !end || *end) {
		fprintf(stderr, "interject-tracer: started by interject only, not by hand\n");
		return IJ_TRACER_USAGE;
	}
	harden();
	tracer = calloc(1, sizeof(*tracer));
	if (!tracer)
		return IJ_TRACER_FAILED;
	tracer->sock = (int)sock;
	while (ij_tracer_serve(tracer, IJ_TRACER_IDLE_NS))
		;
	status = tracer->status;
	ij_tracer_deinit(tracer);
	free(tracer);
	return status;
}
