/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where Zydis comes in; for the files of this folder only. */
#ifndef IJ_ARCH_ZYDIS_X86_64_H
#define IJ_ARCH_ZYDIS_X86_64_H

#include <Zydis/Zydis.h>

#endif
