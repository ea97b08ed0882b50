/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing .eh_frame records, well-formed ones and others. */
#ifndef IJ_TESTS_MAPS_SECTION_H
#define IJ_TESTS_MAPS_SECTION_H

#include <stddef.h>
#include <stdint.h>

/* An .eh_frame in the making. */
struct section {
	uint8_t bytes[8192];
	size_t size;
};

struct cie {
	const char *augmentation;
	uint8_t data[24]; /* augmentation data */
	size_t data_size;
	uint8_t version; /* 0: 1 */
	uint8_t ra;      /* 0: 16 */
};

void section_put(struct section *sec, const void *bytes, size_t size);
void section_u8(struct section *sec, uint8_t value);
void section_u32(struct section *sec, uint32_t value);
void section_u64(struct section *sec, uint64_t value);
/** Returns where the contents start, for section_record_end. */
size_t section_record_begin(struct section *sec);
void section_record_end(struct section *sec, size_t start);
/** Code alignment 1, data alignment -8, CFA rsp+8, RA at CFA-8, rbx as it was. Its offset. */
size_t section_cie(struct section *sec, const struct cie *cie);
/** An FDE of the CIE at @cie_off with 8-byte absolute addresses and @code. */
void section_fde(struct section *sec, size_t cie_off, uint64_t pc, uint64_t size,
		 const uint8_t *code, size_t code_size);

#endif
