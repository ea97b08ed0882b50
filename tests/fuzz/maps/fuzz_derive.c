/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever code is followed, from wherever, what is derived from it is a valid container. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "maps/derive.h"
#include "maps/plt.h"

#define START 0x1000u
#define SPAN  0x100000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *bytes;
	size_t size;
};

static bool input_read(void *ctx, uint64_t vaddr, void *buf, size_t size)
{
	const struct input *input = ctx;

	if (vaddr < START || vaddr - START > input->size || size > input->size - (vaddr - START))
		return false;
	memcpy(buf, input->bytes + (vaddr - START), size);
	return true;
}

/* The first byte: how many of the next are seeds, 16 bytes apart; its top bit: as a PLT, too. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input;
	struct ij_derive_area area = {
		.start = START, .entry = START, .read = input_read, .ctx = &input};
	struct ij_derive_seeds seeds = {0};
	struct ij_map_builder builder;
	struct ij_map map;
	size_t len;
	void *bytes;

	if (size < 1 || size > 0x10000)
		return 0;
	len = data[0] & 0x7f;
	if (len > size - 1)
		len = size - 1;
	input = (struct input){data + 1 + len, size - 1 - len};
	area.code = input.bytes;
	area.size = (uint32_t)input.size;
	for (size_t i = 0; i < len; i++)
		assert(!ij_vec_push(&seeds.list,
				    ((struct ij_derive_seed){.pc = START + data[1 + i] * 16u,
							     .weak = i % 4 == 3})));
	ij_map_builder_init(&builder, SPAN);
	if (data[0] & 0x80)
		assert(!ij_plt_derive(input.bytes, START + 0x20000, input.size, 0, &builder));
	assert(!ij_derive_area(&area, &seeds, &builder));
	ij_vec_deinit(&seeds.list);
	assert(!ij_map_builder_sort(&builder));
	assert(!ij_map_builder_finish(&builder, &bytes, &len));
	assert(!ij_map_open(bytes, len, &map));
	ij_map_builder_deinit(&builder);
	free(bytes);
	return 0;
}
