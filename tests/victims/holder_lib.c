/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library whose constructor stands still, in the middle of dlopen. */
void holder_hold(void);

__attribute__((constructor)) static void construct(void)
{
	holder_hold();
}
