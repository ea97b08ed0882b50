/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes what we believe of the C library's functions as C that a compiler can check. */
#include <stdio.h>
#include <string.h>

#include "lang/call.h"

static const char *const gnu_differs[] = {
	/* Under _GNU_SOURCE glibc declares these with transparent unions or enums. */
	"accept",    "accept4",     "bind",        "connect",     "getpeername", "getsockname",
	"recvfrom",  "sendto",      "getitimer",   "setitimer",   "getrlimit",   "setrlimit",
	"getrusage", "getpriority", "setpriority", "getrlimit64", "setrlimit64",
};

static bool differs(const char *name)
{
	for (size_t i = 0; i < IJ_COUNT(gnu_differs); i++)
		if (!strcmp(name, gnu_differs[i]))
			return true;
	return false;
}

static void dump(void *ctx, const struct ij_prototype *proto)
{
	FILE *out = ctx;

	/* A struct that is defined twice is two types: test_prototypes looks at these. */
	if (proto->by_value)
		return;
	if (strcmp(proto->library, "libc") && strcmp(proto->library, "libm"))
		return;
	fprintf(out, "%s(%s, %s, (", differs(proto->name) ? "IJ_DEFAULT" : "IJ_GNU", proto->name,
		proto->ret.text);
	for (size_t i = 0; i < proto->params.len; i++)
		fprintf(out, "%s%s", i ? ", " : "", proto->params.items[i].text);
	fprintf(out, "%s))\n", proto->variadic ? ", ..." : proto->params.len ? "" : "void");
}

int main(int argc, char **argv)
{
	struct ij_prototypes *protos;
	FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;

	if (!out || ij_prototypes_create(&protos))
		return 1;
	ij_prototypes_each(protos, dump, out);
	ij_prototypes_destroy(protos);
	return fclose(out) != 0;
}
