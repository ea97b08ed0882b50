/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The processor's own clock, which the stub reads around each call of a ring. */
#ifndef IJ_ARCH_TICKS_H
#define IJ_ARCH_TICKS_H

#include <stdint.h>

/** The time-stamp counter; its rate is constant (Intel SDM volume 3, 18.17.1) and for the caller to
 * find out. */
uint64_t ij_arch_ticks(void);

#endif
