/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* To be preloaded into any program: puts it under the confinement that IJ_CONFINE names, once its
 * libraries are there. */
#include <stdlib.h>

#include "confine.h"

__attribute__((constructor)) static void confine(void)
{
	const char *name = getenv("IJ_CONFINE");
	if (name)
		victim_confine(name);
}
