/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a file says of the Go in it, what is compiled from that is a valid container. */
#include <assert.h>
#include <stdlib.h>

#include "maps/goprog.h"
#include "maps/gosafe.h"
#include "maps/gotypes.h"

#define SPAN_MAX 0x1000000u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Look at all that it has. */
static void look(const struct ij_goprog *prog)
{
	const struct ij_goprog_slots *slots = ij_goprog_slots_get(prog);
	const struct ij_gotab *tab = ij_goprog_tab(prog);
	uint64_t addr, len;

	(void)ij_goprog_types(prog);
	(void)ij_goprog_typelinks(prog, &addr, &len);
	(void)ij_goprog_type_find(prog, "*int", sizeof(addr), &addr);
	for (uint64_t i = 0; i < tab->len && i < 256; i++) {
		struct ij_gotab_func func, found;
		struct ij_gobits bits;
		uint64_t bitmap;

		if (!ij_gotab_func_at(tab, i, &func))
			continue;
		(void)ij_goprog_named(prog, ij_gotab_name(tab, &func), &found);
		(void)ij_gotab_name_at(tab, i);
		(void)ij_goprog_find(prog, func.start, &found);
		(void)ij_gotab_value_at(tab, &func, func.pcsp, func.start);
		if (ij_goprog_bits(prog, &func, slots->locals, &bits))
			(void)ij_goprog_bitmap(prog, &bits, 0, &bitmap);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_map_builder builder;
	struct ij_goprog *prog;
	struct ij_object *obj;
	struct ij_error *err = ij_object_open_bytes(data, size, "input", &obj);
	struct ij_map map;
	void *bytes;
	size_t at;

	/* Descriptors of types need no program around them. */
	(void)ij_gotypes_find(&(struct ij_gotypes){data, size, size / 2}, "*int", 8, &at);
	if (err) {
		ij_error_free(err);
		return 0;
	}
	err = ij_object_span(obj) && ij_object_span(obj) <= SPAN_MAX ? ij_goprog_open(obj, &prog)
								     : ij_error_nomem();
	if (!err) {
		look(prog);
		ij_map_builder_init(&builder, ij_object_span(obj));
		err = ij_gosafe_compile(prog, &builder);
		assert(!err);
		assert(!ij_map_builder_finish(&builder, &bytes, &size));
		err = ij_map_open(bytes, size, &map);
		assert(!err);
		free(bytes);
		ij_map_builder_deinit(&builder);
		ij_goprog_close(prog);
	}
	ij_error_free(err);
	ij_object_close(obj);
	return 0;
}
