/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The types are compared with the headers' by the compiler, in the files beside. This program asks
 * whether the libraries export each function of the table: a macro or an inline function cannot be
 * called.
 */
#include <dlfcn.h>
#include <stdio.h>

static const char *const names[] = {
#define IJ_GNU(name, ret, params)     #name,
#define IJ_DEFAULT(name, ret, params) #name,
#include "asserts.inc"
};

int main(void)
{
	void *libm = dlopen("libm.so.6", RTLD_NOW);
	size_t count = sizeof(names) / sizeof(names[0]);
	size_t missing = 0;

	for (size_t i = 0; i < count; i++) {
		if (libm && dlsym(libm, names[i]))
			continue;
		printf("%s is exported neither by libc nor by libm\n", names[i]);
		missing++;
	}
	printf("%zu prototypes agree with the system's headers\n", count);
	return missing || count < 800;
}
