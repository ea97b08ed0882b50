/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Names of C++ that have arguments of templates in them, which people, GCC, clang and demanglers
 * each write in another way: `Map<string, short>`, `Map<std::__cxx11::basic_string<char>, short
 * int, Less<...> >`.
 */
#ifndef IJ_TYPES_CNAME_H
#define IJ_TYPES_CNAME_H

#include <stdbool.h>

#include "base/strbuf.h"

/** Bytes of @name, the last part of one, before its template's arguments: all, if it has none. Of
 * "operator<<int>" they are those of "operator<". */
size_t ij_cname_base(const char *name);

/**
 * Add @name in one way of writing to @out: without blanks that mean nothing, "unsigned long" for
 * "long unsigned int", "char const*" for "const char *", "3" for "3UL", no `struct` and no
 * namespace without a name.
 */
void ij_cname_canonical(const char *name, struct ij_strbuf *out);

enum ij_cname_how {
	IJ_CNAME_SAME,  /* but for namespaces like `__cxx11` (C++17, 20.5.4.3.2: reserved) */
	IJ_CNAME_BEGUN, /* arguments at the end of a template may be missing in what is wanted, and
			   in both, if that stands within another template */
};

/** Is @name what @wanted means? Both are canonical. */
bool ij_cname_alike(const char *name, const char *wanted, enum ij_cname_how how);

/** Add what stands in @demangled, "int ns::f<int, 3>(int)", of the function whose name begins with
 * the @base_len bytes of @base, with its arguments: "f<int, 3>"; nothing if that is not there. */
void ij_cname_instance(const char *demangled, const char *base, size_t base_len,
		       struct ij_strbuf *out);

#endif
