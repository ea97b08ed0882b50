/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* main() of interject-tracer. */
#include "tracer/tracer.h"

int main(int argc, char **argv)
{
	return ij_tracer_main(argc, argv);
}
