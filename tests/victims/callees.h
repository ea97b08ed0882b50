/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Functions to be called in a victim by injection; libij_callees.so. */
#ifndef IJ_CALLEES_H
#define IJ_CALLEES_H

#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/** A normal mutex, for calls that would wait for a lock of the thread they interrupt. */
extern pthread_mutex_t callee_mutex;
/** Where f_longjmp goes. */
extern jmp_buf callee_jump;
/** Calls of f_count made. */
extern volatile uint64_t callee_count;

#endif
