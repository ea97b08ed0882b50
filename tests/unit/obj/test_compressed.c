/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compressed sections, in each form that is out there. */
#include "files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "obj/object_internal.h"

static const char *const files[] = {FX("libzlib.so"), FX("libzstd.so"), FX("libzgnu.so")};

/* A compressed section reads as the plain one, and only when it is asked for. */
static void test_compressed(void **state)
{
	static const char *const sections[] = {".debug_info", ".debug_str", ".debug_line"};
	int fd;
	struct ij_object *plain = fx_object(FX("libfx.so"), &fd);

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		int other_fd;
		struct ij_object *other = fx_object(files[i], &other_fd);

		for (size_t s = 0; s < IJ_COUNT(sections); s++) {
			const uint8_t *a, *b;
			size_t a_size, b_size;
			uint64_t vaddr = 1, off;
			struct ij_image *img;

			fx_assert_ok(
				ij_object_section_place(other, sections[s], &img, &off, &b_size));
			assert_non_null(img->fetch);
			fx_assert_ok(ij_object_section(plain, sections[s], &a, &a_size, &vaddr));
			assert_int_equal(vaddr, 0);
			/* Twice: the second time it is there already. */
			for (unsigned n = 0; n < 2; n++) {
				fx_assert_ok(
					ij_object_section(other, sections[s], &b, &b_size, &vaddr));
				assert_int_equal(a_size, b_size);
				assert_memory_equal(a, b, a_size);
			}
			assert_null(img->fetch);
			assert_ptr_equal(b, img->bytes + off);
		}
		ij_object_close(other);
		close(other_fd);
	}
	ij_object_close(plain);
	close(fd);
}

/* Compressed data that is broken: what is wrong is said once, and then there is nothing. */
static void test_malformed(void **state)
{
	const char *const name = ".debug_info";

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		const struct ij_section *sec;
		struct ij_object *obj;
		struct ij_error *err;
		struct ij_image *img;
		struct ij_elf *elf;
		const uint8_t *got;
		uint8_t *bytes;
		uint64_t off;
		size_t size;
		int fd;

		obj = fx_object(files[i], &fd);
		fx_assert_ok(ij_object_elf(obj, &elf));
		sec = ij_elf_by_name(elf, name);
		assert_non_null(sec);
		fx_assert_ok(ij_image_get(&obj->img, 0, obj->img.size, &got));
		bytes = malloc(obj->img.size);
		assert_non_null(bytes);
		memcpy(bytes, got, obj->img.size);
		memset(bytes + sec->off + sec->size / 2, 0xff, 8);
		size = obj->img.size;
		off = sec->off;
		ij_object_close(obj);
		close(fd);

		fx_assert_ok(ij_object_open_bytes(bytes, size, "broken", &obj));
		fx_assert_ok(ij_object_section_place(obj, name, &img, &off, &size));
		for (unsigned n = 0; n < 2; n++) {
			err = ij_image_get(img, off, size, &got);
			assert_true(err && err->code == IJ_ERR_BADDATA);
			assert_int_equal(!strstr(err->msg, name + 1), n);
			ij_error_free(err);
		}
		ij_object_close(obj);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
