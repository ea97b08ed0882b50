/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What /proc tells of a target without attaching to it. See also ij_target_check. */
#ifndef IJ_SESSION_TARGET_H
#define IJ_SESSION_TARGET_H

#include <stdbool.h>
#include <sys/types.h>

/** Has thread @tid ended, whether or not it was waited for? */
bool ij_target_thread_ended(pid_t tid);
/** The same of process @pid: of all its threads. */
bool ij_target_ended(pid_t pid);

#endif
