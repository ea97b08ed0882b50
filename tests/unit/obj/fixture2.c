/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other half of the fixture library: another local symbol of the same name. */
int fx_other(int x);

static __attribute__((noinline, used)) int fx_dup(void)
{
	__asm__ volatile("");
	return 4;
}

int fx_other(int x)
{
	return x + fx_dup();
}
