/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes as the text of an instruction. */
#include <assert.h>
#include <string.h>

#include "arch/asmtext.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	for (unsigned flavor = IJ_ASM_ATT; flavor <= IJ_ASM_INTEL; flavor++) {
		for (size_t at = 0; at < size;) {
			struct ij_asm_text text;

			ij_asm_text(data + at, size - at, 0x401000 + at, (enum ij_asm_flavor)flavor,
				    &text);
			assert(text.size && text.size <= size - at);
			assert(strnlen(text.text, sizeof(text.text)) < sizeof(text.text));
			at += text.size;
		}
	}
	return 0;
}
