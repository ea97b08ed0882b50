/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types and attributes that every module shares. */
#ifndef IJ_BASE_TYPES_H
#define IJ_BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** An address in the target. Never a pointer of ours. */
typedef uint64_t ij_addr;

#define IJ_WARN_UNUSED  __attribute__((warn_unused_result))
#define IJ_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define IJ_CLEANUP(fn)  __attribute__((cleanup(fn)))
#define IJ_COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
