/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GNU Bash. The format is described in libc.h. */
// library: bash
int unbind_variable(const char *name); // need: all
int unbind_variable_noref(const char *name); // need: all
