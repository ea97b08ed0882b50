/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Combining exit statuses. */
#ifndef IJ_SESSION_STATUS_H
#define IJ_SESSION_STATUS_H

/** The worse of two exit statuses of interject(1), in the order 8, 7, 6, 5, 4, 9, 3, 130, 2, 1, 0.
 */
int ij_status_worse(int a, int b);

#endif
