/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing .eh_frame records. */
#include "section.h"

#include <assert.h>
#include <string.h>

#include "maps/dwarf.h"

void section_put(struct section *sec, const void *bytes, size_t size)
{
	assert(sec->size + size <= sizeof(sec->bytes));
	if (size)
		memcpy(sec->bytes + sec->size, bytes, size);
	sec->size += size;
}

void section_u8(struct section *sec, uint8_t value)
{
	section_put(sec, &value, sizeof(value));
}

void section_u32(struct section *sec, uint32_t value)
{
	section_put(sec, &value, sizeof(value));
}

void section_u64(struct section *sec, uint64_t value)
{
	section_put(sec, &value, sizeof(value));
}

size_t section_record_begin(struct section *sec)
{
	section_u32(sec, 0);
	return sec->size;
}

void section_record_end(struct section *sec, size_t start)
{
	uint32_t size;

	while (sec->size % 4)
		section_u8(sec, DW_CFA_nop);
	size = (uint32_t)(sec->size - start);
	memcpy(sec->bytes + start - 4, &size, sizeof(size));
}

size_t section_cie(struct section *sec, const struct cie *cie)
{
	static const uint8_t head[] = {1, 0x78},
			     initial[] = {DW_CFA_def_cfa,    7, 8, DW_CFA_offset | 16, 1,
					  DW_CFA_same_value, 3};
	size_t start = section_record_begin(sec);

	section_u32(sec, 0);
	section_u8(sec, cie->version ? cie->version : 1);
	section_put(sec, cie->augmentation, strlen(cie->augmentation) + 1);
	section_put(sec, head, sizeof(head));
	section_u8(sec, cie->ra ? cie->ra : 16);
	if (cie->augmentation[0] == 'z') {
		section_u8(sec, (uint8_t)cie->data_size);
		section_put(sec, cie->data, cie->data_size);
	}
	section_put(sec, initial, sizeof(initial));
	section_record_end(sec, start);
	return start - 4;
}

void section_fde(struct section *sec, size_t cie_off, uint64_t pc, uint64_t size,
		 const uint8_t *code, size_t code_size)
{
	size_t start = section_record_begin(sec);

	section_u32(sec, (uint32_t)(start - cie_off));
	section_u64(sec, pc);
	section_u64(sec, size);
	section_put(sec, code, code_size);
	section_record_end(sec, start);
}
