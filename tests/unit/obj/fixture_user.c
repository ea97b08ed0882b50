/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library that binds the fixture's IFUNC in two slots: by a call and by its address. */
int fx_ifunc(void);
int fx_call(void);

int (*fx_pointer)(void) = fx_ifunc;

int fx_call(void)
{
	return fx_ifunc() + 1;
}
