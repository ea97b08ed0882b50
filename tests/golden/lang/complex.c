/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Complex numbers of C, also those of integers, which GCC has. */
#include <unistd.h>

_Complex double number = 1.5 + 2.5i;
_Complex float half = 0.5f - 1.0fi;
_Complex long double exact = 3.0L + 0.25Li;
_Complex int whole = 3 + 4i;
_Complex short small = 1 - 2i;
_Complex unsigned char bytes = 200 + 5i;
_Complex long wide = -7 + 8il;
_Complex double list[2] = {1.0 + 1.0i, 2.0i};
struct pair {
	_Complex int first;
	_Complex double second;
} pair = {1 + 2i, 3.0 + 4.0i};

int main(void)
{
	if (write(1, "R", 1) != 1)
		return 1;
	for (;;)
		pause();
}
