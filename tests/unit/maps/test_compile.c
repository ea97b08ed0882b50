/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Compiling the modules of the test process: functions, classes, the PLT, and files without
 * sections. */
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <gnu/libc-version.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/compile.h"
#include "process.h"

/*
 * Functions under names that policy knows by their prefix: one with such a name at its start, one
 * with such a name in its middle, one without that the first jumps to, and a cold part that it
 * jumps into.
 */
__asm__(".text\n"
	".globl je_fixture, fixture_named\n"
	"je_fixture: .cfi_startproc\n"
	"	push %rbx\n"
	"	.cfi_def_cfa_offset 16\n"
	"	test %rdi, %rdi\n"
	"	.byte 0x0f, 0x84\n" /* je, in its long form */
	"	.long fixture_cold + 1 - . - 4\n"
	"	pop %rbx\n"
	"	.cfi_def_cfa_offset 8\n"
	"	.byte 0xe9\n" /* jmp, in its long form */
	"	.long fixture_tail - . - 4\n"
	"	.byte 0xe9\n"
	"	.long fixture_named - . - 4\n"
	"	.byte 0xe9\n"
	"	.long fixture_middle + 1 - . - 4\n"
	".cfi_endproc\n"
	"fixture_tail: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	"fixture_cold: .cfi_startproc\n"
	"	.cfi_def_cfa_offset 16\n"
	"	nop\n"
	"	pop %rbx\n"
	"	.cfi_def_cfa_offset 8\n"
	"	ret\n"
	".cfi_endproc\n"
	"fixture_named: .cfi_startproc\n"
	"	nop\n"
	"	ret\n"
	".cfi_endproc\n"
	"fixture_middle: .cfi_startproc\n"
	"	nop\n"
	"je_fixture_middle:\n"
	"	ret\n"
	".cfi_endproc\n");
extern const uint8_t je_fixture[], fixture_named[];
extern const uint8_t fixture_tail[], fixture_cold[], fixture_middle[];

struct compiled {
	void *bytes;
	size_t size;
	struct ij_map map;
};

static struct compiled compile(struct ij_object *obj, const char *name)
{
	struct compiled ret;

	assert_null(ij_map_compile(obj, name, &ret.bytes, &ret.size));
	assert_null(ij_map_open(ret.bytes, ret.size, &ret.map));
	return ret;
}

/* The classes of the function that starts at our address @addr; fails if none does. */
static ij_classes classes_at(const struct compiled *compiled, const struct ij_module *module,
			     const void *addr)
{
	uint64_t pc = (uintptr_t)addr - module->bias - ij_object_base(module->obj);
	const struct ij_map_func *func = ij_map_func_find(&compiled->map, pc);

	assert_non_null(func);
	assert_int_equal(func->start, pc);
	return func->classes;
}

static void test_libc(void **state)
{
	static const struct {
		const char *name;
		ij_classes classes;
	} cases[] = {
		{"malloc", IJ_CLASS(ALLOCATOR)},
		{"free", IJ_CLASS(ALLOCATOR)},
		{"puts", IJ_CLASS(STDIO)},
		{"fork", IJ_CLASS(FORK)},
		{"getaddrinfo", IJ_CLASS(RESOLVER)},
		{"setlocale", IJ_CLASS(LOCALE)},
		{"getpid", 0},
		{"strtol", 0},
		{"poll", 0},
		{"snprintf", 0},
	};
	struct process *proc = *state;
	struct ij_module *libc = process_module(proc, "libc.so.6");
	struct compiled compiled = compile(libc->obj, libc->name);
	void *handle = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);

	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		ij_classes got = classes_at(&compiled, libc, dlsym(handle, cases[i].name));

		if ((got & cases[i].classes) != cases[i].classes || (!cases[i].classes && got))
			fail_msg("%s holds %#llx", cases[i].name, (unsigned long long)got);
	}
	assert_int_equal(compiled.map.header->module_classes, 0);
	assert_int_equal(compiled.map.header->span, ij_object_span(libc->obj));
	dlclose(handle);
	free(compiled.bytes);
}

/* A name counts only at the start of a function; classes pass along jumps to what has no name. */
static void test_own(void **state)
{
	struct process *proc = *state;
	size_t len;
	struct ij_module *own = ij_modules_list(proc->mods, &len)[0];
	struct compiled compiled = compile(own->obj, own->name);

	assert_true(own->main);
	assert_int_equal(classes_at(&compiled, own, je_fixture), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, own, fixture_tail), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, own, fixture_cold), IJ_CLASS(ALLOCATOR));
	assert_int_equal(classes_at(&compiled, own, fixture_named), 0);
	assert_int_equal(classes_at(&compiled, own, fixture_middle), 0);
	free(compiled.bytes);
}

/*
 * Classes reach what a function jumps to: pthread_mutex_unlock jumps to a function without a
 * symbol. What is exported keeps its own: qsort jumps to qsort_r, which is known, and abs to
 * nothing.
 */
static void test_tails(void **state)
{
	struct process *proc = *state;
	struct ij_module *libc = process_module(proc, "libc.so.6");
	struct compiled compiled = compile(libc->obj, libc->name);
	void *handle = dlopen("libc.so.6", RTLD_NOW | RTLD_NOLOAD);
	const uint8_t *code = dlsym(handle, "pthread_mutex_unlock");
	const struct ij_map_func *func;
	size_t found = 0;

	func = ij_map_func_find(&compiled.map,
				(uintptr_t)code - libc->bias - ij_object_base(libc->obj));
	for (uint32_t i = 0; i + 5 <= func->size; i++) {
		const struct ij_map_func *to;
		int32_t rel;

		if (code[i] != 0xe9)
			continue;
		memcpy(&rel, code + i + 1, sizeof(rel));
		to = ij_map_func_find(&compiled.map,
				      (uint64_t)func->start + i + 5 + (uint64_t)(int64_t)rel);
		if (!to || to->start != (uint64_t)func->start + i + 5 + (uint64_t)(int64_t)rel)
			continue;
		assert_true(to->classes & IJ_CLASS(THREADS));
		found++;
	}
	if (!strcmp(gnu_get_libc_version(), "2.36"))
		assert_true(found > 0);
	dlclose(handle);
	free(compiled.bytes);
}

static void test_modules(void **state)
{
	struct process *proc = *state;
	struct ij_module *rtld = process_module(proc, "ld-linux");
	struct ij_module *vdso = process_module(proc, "[vdso]");
	struct compiled compiled = compile(rtld->obj, rtld->name);

	assert_int_equal(compiled.map.header->module_classes, IJ_CLASS(LOADER));
	free(compiled.bytes);
	compiled = compile(vdso->obj, vdso->name);
	assert_int_equal(compiled.map.header->module_classes, 0);
	assert_true(compiled.map.header->funcs_len > 0);
	free(compiled.bytes);
}

/* libc has a PLT for its IFUNCs; nothing else is flagged so. */
static void test_plt(void **state)
{
	struct process *proc = *state;
	struct ij_module *libc = process_module(proc, "libc.so.6");
	struct compiled compiled = compile(libc->obj, libc->name);
	const uint8_t *bytes;
	size_t size, flagged = 0;
	uint64_t vaddr;

	assert_null(ij_object_section(libc->obj, ".plt", &bytes, &size, &vaddr));
	for (uint32_t i = 0; i < compiled.map.header->funcs_len; i++)
		flagged += !!(compiled.map.funcs[i].flags & IJ_MAP_FUNC_PLT);
	assert_in_range(flagged, 1, 4);
	assert_true(ij_map_func_find(&compiled.map, vaddr - ij_object_base(libc->obj))->flags &
		    IJ_MAP_FUNC_PLT);
	free(compiled.bytes);
}

/* The same functions and rows come out of .eh_frame_hdr when the section headers are gone. */
static void test_no_sections(void **state)
{
	struct process *proc = *state;
	struct ij_module *libc = process_module(proc, "libc.so.6");
	struct compiled with = compile(libc->obj, libc->name), without;
	int fd = open(libc->path, O_RDONLY | O_CLOEXEC);
	struct ij_object *obj;
	struct stat st;
	Elf64_Ehdr *ehdr;
	uint8_t *bytes;
	const uint8_t *code;
	uint64_t freeres = 0;
	size_t freeres_size = 0;

	/* What is known by its section is not known without. */
	ij_error_free(
		ij_object_section(libc->obj, "__libc_freeres_fn", &code, &freeres_size, &freeres));
	freeres -= ij_object_base(libc->obj);
	assert_int_equal(fstat(fd, &st), 0);
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert_ptr_not_equal(bytes, MAP_FAILED);
	ehdr = (Elf64_Ehdr *)(void *)bytes;
	ehdr->e_shoff = ehdr->e_shnum = ehdr->e_shstrndx = 0;
	assert_null(ij_object_open_bytes(bytes, (size_t)st.st_size, "libc without sections", &obj));
	without = compile(obj, libc->name);
	assert_int_equal(with.map.header->funcs_len, without.map.header->funcs_len);
	assert_int_equal(with.map.header->rows_len, without.map.header->rows_len);
	for (uint32_t i = 0; i < with.map.header->funcs_len; i++) {
		assert_int_equal(with.map.funcs[i].start, without.map.funcs[i].start);
		assert_int_equal(with.map.funcs[i].size, without.map.funcs[i].size);
		/* Stubs outside .plt are not known as such then, and what jumps there may mark
		 * them. */
		if ((!(with.map.funcs[i].flags & IJ_MAP_FUNC_PLT) ||
		     without.map.funcs[i].flags & IJ_MAP_FUNC_PLT) &&
		    with.map.funcs[i].start - freeres >= freeres_size)
			assert_int_equal(with.map.funcs[i].classes, without.map.funcs[i].classes);
	}
	ij_object_close(obj);
	munmap(bytes, (size_t)st.st_size);
	close(fd);
	free(with.bytes);
	free(without.bytes);
}

/* What is kept of a file is the same, whether its debug file was looked into before or not. */
static void test_debug_file(void **state)
{
	struct compiled before, after;
	char path[256] = "/usr/lib/debug/.build-id/";
	struct ij_object *obj;
	const uint8_t *id;
	size_t id_size;
	Dl_info info;
	int fd, debug_fd;

	(void)state;
	assert_true(dladdr((void *)(uintptr_t)qsort, &info));
	fd = open(info.dli_fname, O_RDONLY | O_CLOEXEC);
	assert_null(ij_object_open_fd(fd, info.dli_fname, &obj));
	id = ij_object_build_id(obj, &id_size);
	for (size_t i = 0; i < id_size; i++)
		sprintf(path + strlen(path), i == 1 ? "/%02x" : "%02x", id[i]);
	debug_fd = open(strcat(path, ".debug"), O_RDONLY | O_CLOEXEC);
	if (debug_fd < 0) {
		print_message("skipped: no %s; libc6-dbg has it\n", path);
		ij_object_close(obj);
		close(fd);
		skip();
	}
	before = compile(obj, "libc.so.6");
	assert_null(ij_object_debug_attach(obj, debug_fd, path));
	after = compile(obj, "libc.so.6");
	assert_int_equal(before.size, after.size);
	assert_memory_equal(before.bytes, after.bytes, before.size);
	ij_object_close(obj);
	close(fd);
	free(before.bytes);
	free(after.bytes);
}

static int setup(void **state)
{
	static struct process proc;

	process_init(&proc);
	*state = &proc;
	return 0;
}

static int teardown(void **state)
{
	process_deinit(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_libc),       cmocka_unit_test(test_tails),
		cmocka_unit_test(test_own),        cmocka_unit_test(test_modules),
		cmocka_unit_test(test_plt),        cmocka_unit_test(test_no_sections),
		cmocka_unit_test(test_debug_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
