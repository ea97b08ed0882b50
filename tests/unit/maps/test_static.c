/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statically linked programs: libc's functions by .symtab, and none trusted where names are gone.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"

struct compiled {
	int fd;
	struct ij_object *obj;
	void *bytes;
	size_t size;
	struct ij_map map;
};

static struct compiled compile(const char *path)
{
	struct compiled ret = {.fd = open(path, O_RDONLY | O_CLOEXEC)};

	assert_true(ret.fd >= 0);
	assert_null(ij_object_open_fd(ret.fd, path, &ret.obj));
	assert_null(ij_map_compile(ret.obj, "static_program", &ret.bytes, &ret.size));
	assert_null(ij_map_open(ret.bytes, ret.size, &ret.map));
	return ret;
}

static void release(struct compiled *compiled)
{
	free(compiled->bytes);
	ij_object_close(compiled->obj);
	close(compiled->fd);
}

static void test_names(void **state)
{
	static const struct {
		const char *name;
		ij_classes classes;
	} cases[] = {
		{"malloc", IJ_CLASS(ALLOCATOR)},
		{"_int_free", IJ_CLASS(ALLOCATOR)},
		{"puts", IJ_CLASS(STDIO)},
		{"exit", IJ_CLASS(EXIT)},
		{"main", 0},
		{"__libc_start_main", 0},
	};
	struct compiled compiled = compile(STATIC_PROGRAM);

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, 0);
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_map_func *func;
		struct ij_symbol sym;

		assert_null(ij_object_symbol(compiled.obj, cases[i].name, &sym));
		func = ij_map_func_find(&compiled.map, sym.value - ij_object_base(compiled.obj));
		assert_non_null(func);
		if (cases[i].classes ? !(func->classes & cases[i].classes) : func->classes != 0)
			fail_msg("%s holds %#llx", cases[i].name,
				 (unsigned long long)func->classes);
	}
	release(&compiled);
}

static void test_stripped(void **state)
{
	struct compiled compiled = compile(STATIC_STRIPPED_PROGRAM);

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, IJ_POLICY_NEEDS);
	assert_true(compiled.map.header->funcs_len > 100);
	release(&compiled);
}

/* Compile the stripped program at @path with a user's rules. */
static void with_rules(struct compiled *compiled, const char *path, const char *text)
{
	struct ij_policy *policy;
	struct ij_map_source source = {.soname = "static_program", .path = path};

	assert_null(ij_policy_create_builtin(&policy));
	assert_null(ij_policy_add(policy, "test", text, strlen(text)));
	source.policy = policy;
	free(compiled->bytes);
	assert_null(ij_map_compile_from(compiled->obj, &source, &compiled->bytes, &compiled->size));
	assert_null(ij_map_open(compiled->bytes, compiled->size, &compiled->map));
	ij_policy_destroy(policy);
}

/* A user who says what a stripped program is, by path or build-id, as a whole or in ranges. */
static void test_known(void **state)
{
	struct compiled compiled = compile(STATIC_STRIPPED_PROGRAM);
	char text[300], hex[130] = "";
	size_t size;
	const uint8_t *id = ij_object_build_id(compiled.obj, &size);
	const struct ij_map_func *first, *second;

	(void)state;
	with_rules(&compiled, "/opt/server", "[allocator stdio] an arena\nstatic /opt/server\n");
	assert_int_equal(compiled.map.header->module_classes,
			 IJ_CLASS(ALLOCATOR) | IJ_CLASS(STDIO));
	with_rules(&compiled, "/opt/server", "[none] it has no libc\nstatic /opt/server\n");
	assert_int_equal(compiled.map.header->module_classes, 0);
	with_rules(&compiled, "/opt/other", "[none] it has no libc\nstatic /opt/server\n");
	assert_int_equal(compiled.map.header->module_classes, IJ_POLICY_NEEDS);
	for (size_t i = 0; i < size && i < 64; i++)
		sprintf(hex + 2 * i, "%02x", id[i]);
	assert_non_null(id);
	first = &compiled.map.funcs[10];
	snprintf(text, sizeof(text), "[allocator] its malloc\nstatic build-id:%s 0x%llx-0x%llx\n",
		 hex, (unsigned long long)(ij_object_base(compiled.obj) + first->start),
		 (unsigned long long)(ij_object_base(compiled.obj) + first->start + 1));
	with_rules(&compiled, NULL, text);
	assert_int_equal(compiled.map.header->module_classes, 0);
	first = &compiled.map.funcs[10];
	second = &compiled.map.funcs[9];
	assert_int_equal(first->classes, IJ_CLASS(ALLOCATOR));
	assert_int_equal(second->classes, 0);
	release(&compiled);
}

/* This very program, stripped or not, has its libc elsewhere. */
static void test_dynamic(void **state)
{
	struct compiled compiled = compile("/proc/self/exe");

	(void)state;
	assert_int_equal(compiled.map.header->module_classes, 0);
	release(&compiled);
	compiled = compile(DYNAMIC_STRIPPED_PROGRAM);
	assert_int_equal(compiled.map.header->module_classes, 0);
	release(&compiled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_stripped),
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_dynamic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
