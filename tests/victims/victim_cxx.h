/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of victim.h that C++ can use: no C11 atomics. */
#ifndef IJ_VICTIM_CXX_H
#define IJ_VICTIM_CXX_H

#ifdef __cplusplus
extern "C" {
#endif

void victim_init(void);
void victim_ready(void);
void victim_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool victim_stopping(void);
int victim_verdict(void);
/** Count a round. */
void victim_round(void);

#ifdef __cplusplus
}
#endif

#endif
