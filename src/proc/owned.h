/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A futex by which another process learns that we are dead. */
#ifndef IJ_PROC_OWNED_H
#define IJ_PROC_OWNED_H

#include <stdint.h>

/**
 * Own the futex @word, in memory that we share with another process, until ij_owned_release or our
 * end: of which the kernel then says so in the word (FUTEX_OWNER_DIED), and wakes one that waits.
 * One word at a time; takes the place of the C library's list of robust mutexes, of which the
 * tracer has none. Only the thread that calls it owns.
 *
 * @return: what the word must contain for that, and whoever waits expect; 0: it cannot be had.
 * Source: Linux 6.1, kernel/futex/core.c (exit_robust_list, handle_futex_death).
 */
uint32_t ij_owned_take(uint32_t *word);
void ij_owned_release(void);

#endif
