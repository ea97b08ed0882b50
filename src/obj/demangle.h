/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Linker names of C++ and Rust as people write them. */
#ifndef IJ_OBJ_DEMANGLE_H
#define IJ_OBJ_DEMANGLE_H

#include "base/strbuf.h"

/**
 * Add what @name means, "ns::f(int)" of "_ZN2ns1fEi", to @out; @name itself if it is no mangled
 * name, or longer than a hostile file should have it, or if no demangler was built in.
 */
void ij_demangle(const char *name, struct ij_strbuf *out);

#endif
