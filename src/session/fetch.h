/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debug files from a server. */
#ifndef IJ_SESSION_FETCH_H
#define IJ_SESSION_FETCH_H

#include "base/error.h"

/** Does the user name servers, by DEBUGINFOD_URLS? */
bool ij_fetch_is_wanted(void);

/**
 * The debug file of build-id @id, @size bytes, out of a server or of the client's own cache. May
 * take as long as DEBUGINFOD_TIMEOUT says: never to be called while somebody waits.
 *
 * @fd_ret: the caller's. Errors: NOTFOUND, UNSUPPORTED.
 */
struct ij_error *ij_fetch_debug(const uint8_t *id, size_t size, int *fd_ret) IJ_WARN_UNUSED;

#endif
