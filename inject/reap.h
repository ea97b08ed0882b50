/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dead copies of the target: it must reap them, in a stop of any of its threads. */
#ifndef IJ_INJECT_REAP_H
#define IJ_INJECT_REAP_H

#include "inject/injector.h"

/** Have the target reap inj->unreaped, which becomes 0 if that was done. */
void ij_reap_pending(struct ij_injector *inj);

/** The same for the copies of sessions that were killed. */
void ij_reap_leftovers(struct ij_injector *inj);

#endif
