/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* dump att|intel: each line "ADDRESS BYTES" of the standard input, in hexadecimal, as the
 * instruction is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/asmtext.h"

int main(int argc, char **argv)
{
	const enum ij_asm_flavor flavor =
		argc > 1 && !strcmp(argv[1], "intel") ? IJ_ASM_INTEL : IJ_ASM_ATT;
	char line[256];

	while (fgets(line, sizeof(line), stdin)) {
		uint8_t code[64];
		size_t size = 0;
		char *pos;
		ij_addr addr = strtoull(line, &pos, 16);
		struct ij_asm_text text;

		while (size < sizeof(code)) {
			char *end;
			unsigned long byte = strtoul(pos, &end, 16);

			if (end == pos)
				break;
			code[size++] = (uint8_t)byte;
			pos = end;
		}
		ij_asm_text(code, size, addr, flavor, &text);
		printf("%u %s", text.size, text.text);
		if (text.has_target && text.is_data)
			printf("        # 0x%llx", (unsigned long long)text.target);
		putchar('\n');
	}
	return 0;
}
