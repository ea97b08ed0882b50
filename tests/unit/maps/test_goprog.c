/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stripped Go program against the symbols of the same program before it was stripped. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"
#include "maps/goprog.h"
#include "maps/gosafe.h"

struct file {
	int fd;
	struct ij_object *obj;
};

static void file_open(const char *path, struct file *ret)
{
	ret->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0) {
		print_message("there is no %s: no Go was found to build it with\n", path);
		skip();
	}
	assert_null(ij_object_open_fd(ret->fd, "victim", &ret->obj));
}

static void file_close(struct file *file)
{
	ij_object_close(file->obj);
	close(file->fd);
}

struct comparison {
	struct ij_goprog *prog;
	unsigned same;
};

static bool compare(void *ctx, const struct ij_symbol *sym)
{
	struct comparison *c = ctx;
	struct ij_gotab_func func;
	const char *name;

	/* Type parameters and lengths are written as [...]; some names are of no function. */
	if (sym->kind != IJ_SYMBOL_FUNC || !sym->size || !strchr(sym->name, '.') ||
	    strchr(sym->name, '[') || !strncmp(sym->name, "go.", 3))
		return true;
	if (!ij_goprog_find(c->prog, sym->value, &func))
		fail_msg("%s at %#llx is not found", sym->name, (unsigned long long)sym->value);
	name = ij_gotab_name(ij_goprog_tab(c->prog), &func);
	/* The linker tells wrappers apart by a suffix, and has its own way with a middle dot. */
	if (strncmp(sym->name, name, strlen(name)) && !strstr(name, "\302\267"))
		fail_msg("%s is called %s", sym->name, name);
	assert_true(func.start == sym->value);
	c->same++;
	return true;
}

static void test_names(void **state)
{
	struct file plain, stripped;
	struct comparison c = {0};

	(void)state;
	file_open(IJ_VICTIMS_DIR "/victim_go_plain", &plain);
	file_open(IJ_VICTIMS_DIR "/victim_go_stripped", &stripped);
	assert_null(ij_goprog_open(stripped.obj, &c.prog));
	assert_null(ij_object_symbols_each(plain.obj, compare, &c));
	assert_true(c.same > 1000);
	ij_goprog_close(c.prog);
	file_close(&plain);
	file_close(&stripped);
}

/* As many maps of locals as PCDATA counts; of some the compiler has dropped the code. */
static void test_maps(void **state)
{
	const struct ij_goprog_slots *slots;
	const struct ij_gotab *tab;
	struct ij_goprog *prog;
	struct file file;
	unsigned seen = 0, fits = 0;

	(void)state;
	file_open(IJ_VICTIMS_DIR "/victim_go_stripped", &file);
	assert_null(ij_goprog_open(file.obj, &prog));
	slots = ij_goprog_slots_get(prog);
	tab = ij_goprog_tab(prog);
	assert_true(ij_goprog_minor(prog) >= 11);
	for (uint64_t i = 0; i < tab->len; i++) {
		struct ij_gotab_values values;
		struct ij_gotab_func func;
		struct ij_gobits bits;
		uint64_t bitmap, said;
		int64_t max = -1;

		assert_true(ij_gotab_func_at(tab, i, &func));
		said = func.start;
		ij_gotab_values_begin(&values, tab, &func,
				      ij_gotab_pcdata(tab, &func, (unsigned)slots->stack_map));
		while (ij_gotab_values_next(&values)) {
			assert_true(values.from == said && values.to > values.from);
			said = values.to;
			max = values.value > max ? values.value : max;
		}
		assert_true(said == func.end);
		if (!ij_goprog_bits(prog, &func, slots->locals, &bits) || max < 0 || !bits.nbit)
			continue;
		if (max >= bits.n)
			fail_msg("%s has %d maps, and counts to %d", ij_gotab_name(tab, &func),
				 bits.n, (int)max);
		fits += max == bits.n - 1;
		assert_true(ij_goprog_bitmap(prog, &bits, max, &bitmap));
		assert_false(ij_goprog_bitmap(prog, &bits, bits.n, &bitmap));
		seen++;
	}
	if (seen < 200 || fits < seen - seen / 5)
		fail_msg("%u of %u", fits, seen);
	ij_goprog_close(prog);
	file_close(&file);
}

/* By each name a function of that name is found, and no wrapper where there is more. */
static void test_named(void **state)
{
	struct ij_goprog *prog;
	struct ij_gotab_func found;
	unsigned seen = 0;
	struct file file;

	(void)state;
	file_open(IJ_VICTIMS_DIR "/victim_go_stripped", &file);
	assert_null(ij_goprog_open(file.obj, &prog));
	for (uint64_t i = 0; i < ij_goprog_tab(prog)->len; i++) {
		struct ij_gotab_func func;
		const char *name = ij_gotab_name_at(ij_goprog_tab(prog), i);

		assert_true(ij_gotab_func_at(ij_goprog_tab(prog), i, &func));
		assert_string_equal(name, ij_gotab_name(ij_goprog_tab(prog), &func));
		assert_true(ij_goprog_named(prog, name, &found));
		assert_string_equal(ij_gotab_name(ij_goprog_tab(prog), &found), name);
		if (!ij_goprog_is_wrapper(prog, &func))
			assert_false(ij_goprog_is_wrapper(prog, &found));
		seen++;
	}
	assert_true(seen > 1000);
	assert_string_equal(ij_gotab_name_at(ij_goprog_tab(prog), seen), "");
	assert_false(ij_goprog_named(prog, "main.nosuch", &found));
	ij_goprog_close(prog);
	file_close(&file);
}

/* What a stop means, where it is known what it must mean. */
static void test_kinds(void **state)
{
	static const struct {
		const char *name;
		enum ij_map_go_kind kind; /* at its first instruction */
	} cases[] = {
		{"main.add", IJ_MAP_GO_SAFE},
		{"main.(*counter).bump", IJ_MAP_GO_SAFE},
		{"runtime.mallocgc", IJ_MAP_GO_RUNTIME},
		{"runtime.memmove", IJ_MAP_GO_RUNTIME},
		{"memeqbody", IJ_MAP_GO_ASM},
		{"syscall.Syscall", IJ_MAP_GO_SYSCALL},
		{"sync.(*Pool).Get", IJ_MAP_GO_PINNED},
	};
	struct ij_map_builder builder;
	unsigned kinds[IJ_MAP_GO_KINDS] = {0};
	struct ij_goprog *prog;
	struct file file;
	struct ij_map map;
	void *bytes;
	size_t size;

	(void)state;
	file_open(IJ_VICTIMS_DIR "/victim_go_stripped", &file);
	assert_null(ij_goprog_open(file.obj, &prog));
	ij_map_builder_init(&builder, ij_object_span(file.obj));
	assert_null(ij_gosafe_compile(prog, &builder));
	assert_null(ij_map_builder_finish(&builder, &bytes, &size));
	assert_null(ij_map_open(bytes, size, &map));
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_gotab_func func;
		enum ij_map_go_kind kind;

		assert_true(ij_goprog_named(prog, cases[i].name, &func));
		kind = ij_map_go_find(&map, func.start - ij_object_base(file.obj));
		if (kind != cases[i].kind)
			fail_msg("%s is %s", cases[i].name, ij_map_go_text(kind));
	}
	assert_int_equal(ij_map_go_find(&map, 0), IJ_MAP_GO_NONE);
	for (uint32_t i = 0; i < map.header->gos_len; i++)
		kinds[map.gos[i].kind]++;
	assert_true(kinds[IJ_MAP_GO_POINT] > 500 && kinds[IJ_MAP_GO_SAFE] > 500);
	ij_map_builder_deinit(&builder);
	free(bytes);
	ij_goprog_close(prog);
	file_close(&file);
}

static void test_names_of_packages(void **state)
{
	static const struct {
		const char *name;
		enum ij_map_go_kind kind;
	} cases[] = {
		{"runtime.gopark", IJ_MAP_GO_RUNTIME},
		{"runtime/debug.SetGCPercent", IJ_MAP_GO_SAFE},
		{"runtime/internal/atomic.Xadd", IJ_MAP_GO_RUNTIME},
		{"internal/runtime/maps.(*Map).getWithKey", IJ_MAP_GO_RUNTIME},
		{"internal/runtime/syscall.Syscall6", IJ_MAP_GO_SYSCALL},
		{"internal/poll.(*FD).Read", IJ_MAP_GO_SAFE},
		{"type..hash.main.T", IJ_MAP_GO_RUNTIME},
		{"type:.eq.main.T", IJ_MAP_GO_RUNTIME},
		{"sync.(*poolChain).popTail", IJ_MAP_GO_PINNED},
		{"sync.(*Mutex).Lock", IJ_MAP_GO_SAFE},
		{"main.main", IJ_MAP_GO_SAFE},
		{"", IJ_MAP_GO_SAFE},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++)
		assert_int_equal(ij_gosafe_of_name(cases[i].name), cases[i].kind);
}

/* Bytes of file @path; the caller frees them. */
static char *read_all(const char *path, size_t *size_ret)
{
	struct file file;
	struct stat st;
	char *bytes;

	file_open(path, &file);
	assert_false(fstat(file.fd, &st));
	bytes = malloc((size_t)st.st_size);
	assert_non_null(bytes);
	assert_true(pread(file.fd, bytes, (size_t)st.st_size, 0) == st.st_size);
	file_close(&file);
	*size_ret = (size_t)st.st_size;
	return bytes;
}

/* A program that says it is of a version whose tables are not known, or not such as it has, is
 * refused by that version's name. */
static void test_versions(void **state)
{
	static const struct {
		const char *minor;
		bool known;
	} versions[] = {
		{"18", true},  {"28", false}, {"99", false}, {"27", false},
		{"20", false}, {"17", false}, {"11", false},
	};
	size_t size, len;
	char *bytes = read_all(IJ_VICTIMS_DIR "/victim_go_stripped", &size), *at;
	char said[40], version[40];
	struct ij_goprog *prog;
	struct ij_object *obj;
	struct ij_error *err;
	unsigned places = 0;

	(void)state;
	assert_null(ij_object_open_bytes((uint8_t *)bytes, size, "victim", &obj));
	assert_null(ij_goprog_open(obj, &prog));
	snprintf(said, sizeof(said), "%s", ij_goprog_version(prog));
	ij_goprog_close(prog);
	ij_object_close(obj);
	len = strlen(said);
	if (strncmp(said, "go1.19", 6)) {
		print_message("the program is of %s, and the test knows tables of 1.19\n", said);
		free(bytes);
		skip();
	}
	for (size_t i = 0; i < IJ_COUNT(versions); i++) {
		snprintf(version, sizeof(version), "go1.%s%s", versions[i].minor, said + 6);
		places = 0;
		for (at = bytes; (at = memmem(at, size - (size_t)(at - bytes), said, len)); at++) {
			memcpy(at, version, len);
			places++;
		}
		assert_true(places >= 1);
		assert_null(ij_object_open_bytes((uint8_t *)bytes, size, "victim", &obj));
		err = ij_goprog_open(obj, &prog);
		if (versions[i].known) {
			assert_null(err);
			assert_string_equal(ij_goprog_version(prog), version);
			ij_goprog_close(prog);
		} else {
			assert_true(err && err->code == IJ_ERR_UNSUPPORTED);
			assert_non_null(strstr(err->msg, version));
			assert_non_null(strstr(err->msg, "are supported"));
			ij_error_free(err);
		}
		ij_object_close(obj);
		memcpy(said, version, len);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_names_of_packages),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
