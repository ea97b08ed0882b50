/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an IFUNC was bound to: read from slots, and believed only where it can be. */
#include "files.h"

#include <string.h>
#include <unistd.h>

#define LIB_AT  0x7f0000000000ull
#define LIB2_AT 0x7f1000000000ull

static bool first_slot(void *ctx, uint64_t slot, int64_t addend)
{
	(void)addend;
	*(uint64_t *)ctx = slot;
	return false;
}

/* An IFUNC's result is believed only where it can be one. */
static void test_ifunc(void **state)
{
	enum { UNBOUND, BOUND, LAZY, ELSEWHERE, DATA, RESOLVER, KINDS };

	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct fx_target target;
		struct ij_resolved res;
		struct ij_symbol impl, ifunc, data;
		uint64_t slot = 0, value = 0, initial;
		struct ij_object *obj;
		uint8_t *image;
		int fd;

		fx_target_init(&target);
		image = fx_target_load(&target, FX("static"), "/bin/static", 0);
		obj = fx_object(FX("static"), &fd);
		fx_assert_ok(ij_object_symbol(obj, "strlen", &ifunc));
		fx_assert_ok(ij_object_symbol(obj, "__strlen_sse2", &impl));
		fx_assert_ok(ij_object_symbol(obj, "fx_main_data", &data));
		fx_assert_ok(ij_object_relocs_irelative(obj, ifunc.value, first_slot, &slot));
		assert_true(slot != 0);
		fx_assert_ok(ij_object_read(obj, slot, &initial, sizeof(initial)));
		switch (kind) {
		case BOUND:
			value = impl.value;
			break;
		case LAZY:
			value = initial;
			break;
		case ELSEWHERE:
			value = 0x7fff00001000;
			break;
		case DATA:
			value = data.value;
			break;
		case RESOLVER:
			value = ifunc.value;
			break;
		default:
			break;
		}
		memcpy(image + slot - ij_object_base(obj), &value, sizeof(value));
		ij_object_close(obj);
		close(fd);
		fx_target_modules(&target);
		fx_assert_ok(ij_modules_resolve(target.mods, "strlen", &res));
		assert_int_equal(res.symbol.kind, IJ_SYMBOL_IFUNC);
		assert_int_equal(res.needs_resolver, kind != BOUND);
		assert_int_equal(res.addr, kind == BOUND ? impl.value : ifunc.value);
		fx_target_deinit(&target);
	}
}

struct slot_list {
	uint64_t slots[4];
	unsigned len;
};

static bool add_slot(void *ctx, uint64_t slot, int64_t addend)
{
	struct slot_list *list = ctx;

	assert_int_equal(addend, 0);
	assert_true(list->len < 4);
	list->slots[list->len++] = slot;
	return true;
}

static uint64_t value_of(const char *file, const char *name)
{
	int fd;
	struct ij_object *obj = fx_object(file, &fd);
	struct ij_symbol sym;

	fx_assert_ok(ij_object_symbol(obj, name, &sym));
	ij_object_close(obj);
	close(fd);
	return sym.value;
}

/* An IFUNC bound by another module: its slots must agree, and must not be lazy or elsewhere. */
static void test_ifunc_of_others(void **state)
{
	enum { NOTHING, IMPL_A, IMPL_B, LAZY, OWN_CODE, SLOT_KINDS };
	static const struct {
		unsigned slots[2];
		unsigned bound; /* NOTHING: not */
	} cases[] = {
		{{NOTHING, NOTHING}, NOTHING}, {{IMPL_A, IMPL_A}, IMPL_A},
		{{LAZY, IMPL_B}, IMPL_B},      {{IMPL_B, NOTHING}, IMPL_B},
		{{IMPL_A, IMPL_B}, NOTHING},   {{LAZY, LAZY}, NOTHING},
		{{OWN_CODE, IMPL_A}, IMPL_A},  {{OWN_CODE, OWN_CODE}, NOTHING},
	};
	uint64_t values[SLOT_KINDS] = {
		[IMPL_A] = LIB_AT + value_of(FX("libfx.so"), "fx_impl_a"),
		[IMPL_B] = LIB_AT + value_of(FX("libfx.so"), "fx_impl_b"),
		[OWN_CODE] = LIB2_AT + value_of(FX("libuser.so"), "fx_call"),
	};
	struct slot_list list = {.len = 0}, own = {.len = 0};
	int fd, lib_fd;
	struct ij_object *user = fx_object(FX("libuser.so"), &fd);
	struct ij_object *lib = fx_object(FX("libfx.so"), &lib_fd);

	(void)state;
	fx_assert_ok(ij_object_relocs_of(lib, "fx_ifunc", "FX_1", add_slot, &own));
	assert_int_equal(own.len, 1);
	fx_assert_ok(ij_object_relocs_of(user, "fx_ifunc", "FX_1", add_slot, &list));
	assert_int_equal(list.len, 2);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct fx_target target;
		struct ij_resolved res;
		uint64_t lazy;
		uint8_t *image;

		fx_target_init(&target);
		/* The defining library's own slot is lazy: it leads to its own PLT. */
		image = fx_target_load(&target, FX("libfx.so"), "/lib/libfx.so", LIB_AT);
		fx_assert_ok(ij_object_read(lib, own.slots[0], &lazy, sizeof(lazy)));
		assert_true(lazy != 0);
		lazy += LIB_AT;
		memcpy(image + own.slots[0], &lazy, sizeof(lazy));
		image = fx_target_load(&target, FX("libuser.so"), "/lib/libuser.so", LIB2_AT);
		for (unsigned n = 0; n < 2; n++) {
			uint64_t value = values[cases[i].slots[n]];

			if (cases[i].slots[n] == LAZY) {
				fx_assert_ok(ij_object_read(user, list.slots[n], &value, 8));
				value += LIB2_AT;
			}
			memcpy(image + list.slots[n], &value, sizeof(value));
		}
		fx_target_modules(&target);
		fx_assert_ok(ij_modules_resolve(target.mods, "fx_ifunc", &res));
		assert_int_equal(res.needs_resolver, cases[i].bound == NOTHING);
		if (cases[i].bound)
			assert_int_equal(res.addr, values[cases[i].bound]);
		else
			assert_int_equal(res.addr, LIB_AT + res.symbol.value);
		fx_target_deinit(&target);
	}
	ij_object_close(user);
	ij_object_close(lib);
	close(fd);
	close(lib_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ifunc),
		cmocka_unit_test(test_ifunc_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
