/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments whose meaning another argument decides. */
#ifndef IJ_LANG_SYSSPECIAL_H
#define IJ_LANG_SYSSPECIAL_H

#include "lang/syscall.h"

/** Change @param, which the table has for argument @idx of @call, to what the arguments before it
 * make it: the third one of ioctl(2), for example. */
void ij_sysspecial(const struct ij_syscall *call, unsigned idx, struct ij_sysparam *param);

#endif
