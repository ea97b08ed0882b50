/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Modules and names in made-up targets: what agrees, what does not, and what lies. */
#include "files.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIE_AT  0x550000000000ull
#define LIB_AT  0x7f0000000000ull
#define LIB2_AT 0x7f1000000000ull
#define HEAP    0x560000000000ull

static void test_found(void **state)
{
	struct fx_target target;
	struct ij_module *lib;
	size_t len;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("pie"), "/usr/bin/prog", PIE_AT);
	fx_target_map(&target, HEAP, HEAP + 4096, "rwxp", 0, 0, "[heap]");
	fx_target_map(&target, HEAP + 4096, HEAP + 8192, "r--p", 0, 99, "/usr/bin/data-only");
	fx_target_load(&target, FX("libfx.so"), "/usr/lib/libfx.so.1", LIB_AT);
	fx_target_modules(&target);
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 2);
	assert_true(fx_target_module(&target, "prog")->main);
	lib = fx_target_module(&target, "libfx.so.1");
	assert_null(lib->problem);
	assert_false(lib->main);
	assert_int_equal(lib->bias, LIB_AT);
	assert_int_equal(lib->lo, LIB_AT);
	assert_int_equal(lib->hi % 4096, 0);
	assert_ptr_equal(ij_modules_find(target.mods, lib->lo), lib);
	assert_ptr_equal(ij_modules_find(target.mods, lib->hi - 1), lib);
	assert_null(ij_modules_find(target.mods, lib->hi));
	assert_null(ij_modules_find(target.mods, lib->lo - 1));
	assert_null(ij_modules_find(target.mods, 0));
	fx_target_deinit(&target);
}

static void test_static_program(void **state)
{
	struct fx_target target;
	struct ij_resolved res;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("static"), "/bin/static", 0);
	fx_target_modules(&target);
	assert_true(fx_target_module(&target, "static")->main);
	fx_assert_ok(ij_modules_resolve(target.mods, "main", &res));
	assert_int_equal(res.addr, res.symbol.value);
	/* Before its start-up code ran, the slots of its IFUNCs hold what the file holds. */
	fx_assert_ok(ij_modules_resolve(target.mods, "strlen", &res));
	assert_true(res.needs_resolver);
	fx_target_deinit(&target);
}

/* Loaded, then changed in memory or exchanged on disk. */
static void test_disagree(void **state)
{
	static const struct {
		const char *loaded, *file, *text;
	} cases[] = {
		{FX("libfx.so"), FX("libsysv.so"), "replaced"},
		{FX("libnoid.so"), FX("libfx.so"), "replaced"},
		{FX("libfx.so"), FX("static"), "do"},
		{FX("libfx.so"), "/etc/passwd", "not an ELF file"},
		{FX("libfx.so"), "/dev/null", "regular"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct fx_target target;
		struct ij_module *lib;
		struct ij_resolved res;

		fx_target_init(&target);
		fx_target_load(&target, cases[i].loaded, "/lib/liba.so", LIB_AT);
		target.files[0].real = cases[i].file;
		fx_target_modules(&target);
		lib = fx_target_module(&target, "liba.so");
		assert_null(lib->obj);
		assert_int_equal(lib->fd, -1);
		assert_non_null(lib->problem);
		if (!strstr(lib->problem->msg, cases[i].text))
			fail_msg("%s", lib->problem->msg);
		/* Still known by address, and named where it might matter. */
		assert_ptr_equal(ij_modules_find(target.mods, lib->lo), lib);
		fx_assert_error(ij_modules_resolve(target.mods, "fx_func", &res), IJ_ERR_NOTFOUND,
				"/lib/liba.so was not searched");
		fx_target_deinit(&target);
	}
}

/* Without a build-id the headers decide. */
static void test_headers_decide(void **state)
{
	(void)state;
	for (unsigned flip = 0; flip < 3; flip++) {
		struct fx_target target;
		uint8_t *image;

		fx_target_init(&target);
		image = fx_target_load(&target, FX("libnoid.so"), "/lib/liba.so", LIB_AT);
		if (flip == 1)
			image[offsetof(Elf64_Ehdr, e_entry)] ^= 1;
		else if (flip == 2)
			image[sizeof(Elf64_Ehdr) + offsetof(Elf64_Phdr, p_memsz)] ^= 1;
		fx_target_modules(&target);
		assert_int_equal(fx_target_module(&target, "liba.so")->problem != NULL, flip != 0);
		fx_target_deinit(&target);
	}
}

static void test_missing_file(void **state)
{
	struct fx_target target;
	struct ij_resolved res;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libfx.so"), "/lib/liba.so", LIB_AT);
	target.files_len = 0;
	fx_target_modules(&target);
	fx_assert_error(ij_modules_resolve(target.mods, "fx_func", &res), IJ_ERR_NOTFOUND,
			"there is no /lib/liba.so");
	fx_target_deinit(&target);
}

static void test_names(void **state)
{
	static const struct {
		const char *spec;
		bool data;
		enum ij_error_code code; /* IJ_ERR_COUNT: found */
		const char *text;        /* in the message, or the module's name */
	} cases[] = {
		{"fx_func", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"libfx!fx_func", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"libfx.so.1!fx_func", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"/usr/lib/libfx.so.1!fx_func", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"prog!main", false, IJ_ERR_COUNT, "prog"},
		{"main", false, IJ_ERR_COUNT, "prog"},
		{"fx_local", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"fx_unsized", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"fx_bare", false, IJ_ERR_COUNT, "libfx.so.1"},
		{"fx_bare", true, IJ_ERR_TYPE, "fx_bare is code of libfx.so.1"},
		{"fx_data", true, IJ_ERR_COUNT, "libfx.so.1"},
		{"fx_main_data", true, IJ_ERR_COUNT, "prog"},
		{"fx_data", false, IJ_ERR_TYPE, "fx_data is data of libfx.so.1"},
		{"fx_tls", false, IJ_ERR_TYPE, "thread-local"},
		{"fx_tls", true, IJ_ERR_TYPE, "thread-local"},
		{"fx_func", true, IJ_ERR_TYPE, "a function of libfx.so.1"},
		{"fx_dup", false, IJ_ERR_AMBIGUOUS, "several local symbols"},
		{"frame_dummy", false, IJ_ERR_COUNT, "prog"},
		{"fx_fucn", false, IJ_ERR_NOTFOUND, "did you mean fx_func"},
		{"fx_fucn", true, IJ_ERR_NOTFOUND, "no variable fx_fucn"},
		{"xf_fucn", false, IJ_ERR_NOTFOUND, "did you mean fx_func"},
		{"libfx!fx_fun", false, IJ_ERR_NOTFOUND, "in libfx.so.1; did you mean fx_func"},
		{"prog!fx_func", false, IJ_ERR_NOTFOUND, "no function fx_func in prog"},
		{"libgone!f", false, IJ_ERR_NOTFOUND, "no module libgone is mapped"},
		{"lib!fx_func", false, IJ_ERR_NOTFOUND, "no module lib is mapped"},
		{"", false, IJ_ERR_NOTFOUND, "names nothing"},
		{"!", false, IJ_ERR_NOTFOUND, "names nothing"},
		{"!fx_func", false, IJ_ERR_NOTFOUND, "names nothing"},
		{"libfx!", false, IJ_ERR_NOTFOUND, "names nothing"},
	};
	struct fx_target target;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("pie"), "/usr/bin/prog", PIE_AT);
	fx_target_load(&target, FX("libfx.so"), "/usr/lib/libfx.so.1", LIB_AT);
	fx_target_modules(&target);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_resolved res;
		struct ij_error *err =
			cases[i].data ? ij_modules_resolve_data(target.mods, cases[i].spec, &res)
				      : ij_modules_resolve(target.mods, cases[i].spec, &res);

		print_message("%s\n", cases[i].spec);
		if (cases[i].code != IJ_ERR_COUNT) {
			fx_assert_error(err, cases[i].code, cases[i].text);
			continue;
		}
		fx_assert_ok(err);
		assert_string_equal(res.module->name, cases[i].text);
		assert_int_equal(res.addr, res.module->bias + res.symbol.value);
		assert_ptr_equal(ij_modules_find(target.mods, res.addr), res.module);
	}
	/* What is no symbol at all may be near to either. */
	fx_assert_error(ij_modules_unknown(target.mods, "fx_fucn"), IJ_ERR_NOTFOUND,
			"no symbol fx_fucn in prog or its library; did you mean fx_func");
	fx_assert_error(ij_modules_unknown(target.mods, "libfx!fx_dtaa"), IJ_ERR_NOTFOUND,
			"no symbol fx_dtaa in libfx.so.1; did you mean fx_data");
	fx_target_deinit(&target);
}

/* A link map of @n entries at HEAP, each naming the dynamic section of its module. */
struct links {
	struct {
		uint64_t addr, name, ld, next, prev;
	} map[3];
	struct {
		uint64_t version, map, brk, state, base;
	} debug;
};

/* Put r_debug's address into the program's DT_DEBUG in @image. */
static void set_debug(struct fx_target *target, uint8_t *image, const char *name, ij_addr debug)
{
	int fd;
	struct ij_object *obj = fx_object(name, &fd);
	Elf64_Dyn *dyn = (void *)(image + ij_object_dynamic(obj) - ij_object_base(obj));

	(void)target;
	ij_object_close(obj);
	close(fd);
	while (dyn->d_tag != DT_DEBUG) {
		assert_true(dyn->d_tag != DT_NULL);
		dyn++;
	}
	dyn->d_un.d_ptr = debug;
}

static uint64_t dynamic_of(const char *name)
{
	int fd;
	struct ij_object *obj = fx_object(name, &fd);
	uint64_t vaddr = ij_object_dynamic(obj);

	ij_object_close(obj);
	close(fd);
	return vaddr;
}

/* Two libraries with the same names: the link map decides, whatever the addresses say. */
static void test_lookup_order(void **state)
{
	/* Which shape the list has after the program's entry. */
	enum { SECOND_FIRST, CYCLE, CUT, FOREIGN, NO_LIST, SHAPES };

	(void)state;
	for (unsigned shape = 0; shape < SHAPES; shape++) {
		ij_addr at = HEAP + offsetof(struct links, map);
		size_t step = sizeof(((struct links *)0)->map[0]);
		struct links links = {.debug = {.version = 1, .map = at}};
		struct fx_target target;
		struct ij_resolved res;
		uint8_t *image;
		size_t len;

		fx_target_init(&target);
		image = fx_target_load(&target, FX("pie"), "/usr/bin/prog", PIE_AT);
		fx_target_load(&target, FX("libfx.so"), "/usr/lib/liba.so", LIB_AT);
		fx_target_load(&target, FX("libsysv.so"), "/usr/lib/libb.so", LIB2_AT);
		links.map[0].ld = PIE_AT + dynamic_of(FX("pie"));
		links.map[0].next = at + step;
		links.map[1].ld = LIB2_AT + dynamic_of(FX("libsysv.so"));
		links.map[1].next = shape == CYCLE ? at : shape == CUT ? 0xdead000 : at + 2 * step;
		links.map[2].ld = LIB_AT + dynamic_of(FX("libfx.so"));
		if (shape == FOREIGN)
			links.map[1].ld = 0x1234;
		if (shape == NO_LIST)
			links.debug.map = 0;
		fx_target_memory(&target, HEAP, &links, sizeof(links));
		set_debug(&target, image, FX("pie"), HEAP + offsetof(struct links, debug));
		fx_target_modules(&target);
		fx_assert_ok(ij_modules_resolve(target.mods, "fx_func", &res));
		assert_string_equal(res.module->name,
				    shape == FOREIGN || shape == NO_LIST ? "liba.so" : "libb.so");
		assert_true(fx_target_module(&target, "prog")->main);
		ij_modules_list(target.mods, &len);
		assert_int_equal(len, 3);
		fx_target_deinit(&target);
	}
}

/* Exported by one, local in another: the exported one, as the loader would have it. */
static void test_exported_first(void **state)
{
	struct fx_target target;
	struct ij_resolved res;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libnoid.so"), "/lib/liba.so", LIB_AT);
	fx_target_load(&target, FX("libfx.so"), "/lib/libb.so", LIB2_AT);
	fx_target_modules(&target);
	/* Local in both, at different addresses. */
	fx_assert_error(ij_modules_resolve(target.mods, "fx_local", &res), IJ_ERR_AMBIGUOUS,
			"libb.so!fx_local");
	fx_assert_ok(ij_modules_resolve(target.mods, "libb!fx_local", &res));
	assert_int_equal(res.module->bias, LIB2_AT);
	fx_target_deinit(&target);
}

/* The program's own functions, which it does not export, private ones too, and what libraries
 * export: its files call the former, while the loader binds the latter. */
static void test_own_first(void **state)
{
	struct fx_target target;
	struct ij_resolved res;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("pie"), "/usr/bin/prog", PIE_AT);
	fx_target_load(&target, FX("libmain.so"), "/usr/lib/libmain.so", LIB_AT);
	fx_target_load(&target, FX("libprivate.so"), "/usr/lib/libprivate.so", LIB_AT + 0x1000000);
	fx_target_modules(&target);
	fx_assert_ok(ij_modules_resolve(target.mods, "main", &res));
	assert_string_equal(res.module->name, "prog");
	fx_assert_ok(ij_modules_resolve(target.mods, "libmain.so!main", &res));
	assert_string_equal(res.module->name, "libmain.so");
	fx_assert_ok(ij_modules_bound(target.mods, "main", &res));
	assert_string_equal(res.module->name, "libmain.so");
	fx_assert_ok(ij_modules_resolve(target.mods, "fx_private", &res));
	assert_string_equal(res.module->name, "prog");
	fx_assert_ok(ij_modules_resolve(target.mods, "libprivate!fx_private", &res));
	assert_string_equal(res.module->name, "libprivate.so");
	fx_assert_ok(ij_modules_bound(target.mods, "fx_private", &res));
	assert_string_equal(res.module->name, "libprivate.so");
	/* What two libraries have for themselves. */
	fx_assert_error(ij_modules_resolve(target.mods, "fx_local", &res), IJ_ERR_AMBIGUOUS,
			"libmain.so!fx_local");
	fx_target_deinit(&target);
}

/* A second mapping of a module's code alone is no module, and no reason to doubt a search. */
static void test_alias(void **state)
{
	struct fx_target target;
	struct ij_resolved res;
	struct ij_error *err;
	size_t len;
	const struct ij_segment *segs;
	const char *text = "/usr/lib/libfx.so";

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libfx.so"), text, LIB_AT);
	fx_target_modules(&target);
	segs = ij_object_segments(fx_target_module(&target, "libfx.so")->obj, &len);
	while (!(segs->flags & PF_X))
		segs++;
	fx_target_map(&target, LIB2_AT, LIB2_AT + 4096, "r-xp", segs->off, 1, text);
	ij_modules_destroy(target.mods);
	fx_target_modules(&target);
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 2);
	assert_null(ij_modules_find(target.mods, LIB2_AT)->obj);
	assert_non_null(ij_modules_find(target.mods, LIB_AT)->obj);
	err = ij_modules_resolve(target.mods, "fx_nothing", &res);
	assert_non_null(err);
	assert_null(strstr(err->msg, "not searched"));
	ij_error_free(err);
	fx_target_deinit(&target);
}

/* 5000 executable mappings of one file. */
static struct ij_error *many_mappings(struct fx_target *target, const char *path)
{
	struct ij_vmas vmas = {0};
	struct ij_error *err;

	for (unsigned i = 0; i < 5000; i++) {
		struct ij_vma vma = {.lo = 0x10000000ull + i * 0x2000,
				     .hi = 0x10001000ull + i * 0x2000,
				     .inode = 5,
				     .flags = IJ_VMA_READ | IJ_VMA_EXEC};

		vma.path = strdup(path);
		fx_assert_ok(ij_vec_push(&vmas.list, vma));
	}
	err = ij_modules_create(&vmas, &target->mem, &target->opener, &target->mods);
	ij_vmas_deinit(&vmas);
	return err;
}

/* Very many mappings that might each be a module are refused, not opened one by one for ever. */
static void test_limit(void **state)
{
	struct fx_target target;

	(void)state;
	fx_target_init(&target);
	fx_target_file(&target, "/lib/liba.so", FX("libfx.so"));
	fx_assert_error(many_mappings(&target, "/lib/liba.so"), IJ_ERR_LIMIT, "over 4096 modules");
	fx_target_deinit(&target);
}

static void parse_maps(const struct fx_target *target, struct ij_vmas *ret)
{
	fx_assert_ok(ij_vmas_parse(target->maps, strlen(target->maps), ret));
}

/* What stays is taken over; what comes is opened; what goes, or changes its range, is closed. */
static void test_renew(void **state)
{
	struct fx_target target;
	struct ij_vmas was = {0}, now = {0};
	struct ij_module *lib;
	struct ij_resolved res;
	size_t before, len;
	uint8_t *image;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libfx.so"), "/lib/libfx.so", LIB_AT);
	fx_target_modules(&target);
	parse_maps(&target, &was);
	lib = fx_target_module(&target, "libfx.so");
	before = strlen(target.maps);
	image = fx_target_load(&target, FX("libfx.so"), "/lib/libfx2.so", LIB2_AT);
	parse_maps(&target, &now);
	fx_assert_ok(ij_modules_renew(target.mods, &was, &now, &target.mods));
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 2);
	assert_ptr_equal(fx_target_module(&target, "libfx.so"), lib);
	assert_null(fx_target_module(&target, "libfx2.so")->problem);

	/* Other bytes under the same mappings are not taken over. */
	memset(image, 0, 4096);
	ij_vmas_deinit(&was);
	was = now;
	parse_maps(&target, &now);
	fx_assert_ok(ij_modules_renew(target.mods, &was, &now, &target.mods));
	assert_non_null(fx_target_module(&target, "libfx2.so")->problem);
	assert_ptr_equal(fx_target_module(&target, "libfx.so"), lib);

	target.maps[before] = '\0';
	ij_vmas_deinit(&was);
	was = now;
	parse_maps(&target, &now);
	fx_assert_ok(ij_modules_renew(target.mods, &was, &now, &target.mods));
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 1);
	assert_ptr_equal(fx_target_module(&target, "libfx.so"), lib);
	fx_assert_ok(ij_modules_resolve(target.mods, "fx_func", &res));
	assert_ptr_equal(res.module, lib);
	ij_vmas_deinit(&was);
	ij_vmas_deinit(&now);
	fx_target_deinit(&target);
}

/* A file that is no module is opened once, however often it is mapped. */
static void test_generated_code(void **state)
{
	struct fx_target target;
	size_t len;

	(void)state;
	fx_target_init(&target);
	fx_target_file(&target, "/memfd:doublemapper", "/etc/passwd");
	fx_assert_ok(many_mappings(&target, "/memfd:doublemapper"));
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 1);
	assert_non_null(fx_target_module(&target, "memfd:doublemapper")->problem);
	fx_target_deinit(&target);
}

/* Shared memory without a file, as our own pages are, is no module, whatever its name says. */
static void test_shared_memory(void **state)
{
	struct fx_target target;
	size_t len;

	(void)state;
	fx_target_init(&target);
	fx_target_load(&target, FX("libfx.so"), "/usr/lib/libfx.so", LIB_AT);
	fx_target_map(&target, LIB2_AT, LIB2_AT + 4096, "r-xp", 0, 77, "/dev/zero");
	fx_target_modules(&target);
	ij_modules_list(target.mods, &len);
	assert_int_equal(len, 1);
	assert_null(ij_modules_find(target.mods, LIB2_AT));
	fx_target_deinit(&target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),          cmocka_unit_test(test_static_program),
		cmocka_unit_test(test_disagree),       cmocka_unit_test(test_headers_decide),
		cmocka_unit_test(test_missing_file),   cmocka_unit_test(test_names),
		cmocka_unit_test(test_lookup_order),   cmocka_unit_test(test_exported_first),
		cmocka_unit_test(test_own_first),      cmocka_unit_test(test_limit),
		cmocka_unit_test(test_generated_code), cmocka_unit_test(test_alias),
		cmocka_unit_test(test_renew),          cmocka_unit_test(test_shared_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
