/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What stackmaps.s calls. */
void collect(void);
char *allocate(long size);

void collect(void)
{
}

char *allocate(long size)
{
	static char bytes[64];

	return bytes + size % 8;
}

int main(void)
{
	return 0;
}
