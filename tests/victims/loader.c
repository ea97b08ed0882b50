/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * loader: opens a library, calls a function in it, asks for one that is not there, and closes it,
 * all the time. The library must be loaded anew each time. Ends when the page says stop.
 */
#include "victim.h"

#include <dlfcn.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void round_of(const char *path, int x)
{
	void *handle = dlopen(path, RTLD_NOW);
	if (!handle) {
		victim_fail("dlopen: %s", dlerror());
		return;
	}
	int (*answer)(int) = (int (*)(int))dlsym(handle, "plugin_answer");
	if (!answer)
		victim_fail("dlsym: %s", dlerror());
	else if (answer(x) != 3 * x + 1)
		victim_fail("the library's data is not new");
	if (dlsym(handle, "plugin_question"))
		victim_fail("a symbol was found that is not there");
	if (dlclose(handle) != 0)
		victim_fail("dlclose: %s", dlerror());
}

int main(void)
{
	char path[PATH_MAX] = "", library[PATH_MAX + 32];
	victim_init();
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) <= 0)
		return 2;
	snprintf(library, sizeof(library), "%s/libij_plugin.so", dirname(path));
	victim_ready();
	for (int x = 0; !victim_stopping(); x = (x + 1) % 100) {
		round_of(library, x);
		victim_round();
	}
	return victim_verdict();
}
