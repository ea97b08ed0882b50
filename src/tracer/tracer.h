/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject-tracer: the small process that holds ptrace, bound to one target, serving one client.
 */
#ifndef IJ_TRACER_TRACER_H
#define IJ_TRACER_TRACER_H

/**
 * Serve until the client goes away: the main() of interject-tracer, called by the static
 * single-file build too.
 *
 * @argv: {"interject-tracer", N}: N is the number of the socket's descriptor.
 * @return: exit status: enum ij_tracer_status.
 */
int ij_tracer_main(int argc, char **argv);

#endif
