/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Objects of every form that is out there: what is found in each, and by which way. */
#include "files.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "obj/object_internal.h"

/* A symbol that must be found, and how. */
struct want {
	const char *file, *name;
	enum ij_symbol_kind kind;
	bool dynamic, local, weak, hidden;
	const char *version;
};

static const struct want wants[] = {
	{FX("libfx.so"), "fx_func", IJ_SYMBOL_FUNC, true, false, false, false, "FX_1"},
	{FX("libfx.so"), "fx_data", IJ_SYMBOL_DATA, true, false, false, false, "FX_1"},
	{FX("libfx.so"), "fx_tls", IJ_SYMBOL_TLS, true, false, false, false, "FX_1"},
	{FX("libfx.so"), "fx_weak", IJ_SYMBOL_FUNC, true, false, true, false, "FX_1"},
	{FX("libfx.so"), "fx_ifunc", IJ_SYMBOL_IFUNC, true, false, false, false, "FX_1"},
	{FX("libfx.so"), "fx_versioned", IJ_SYMBOL_FUNC, true, false, false, false, "FX_2"},
	{FX("libfx.so"), "fx_retired", IJ_SYMBOL_FUNC, true, false, false, true, "FX_1"},
	{FX("libfx.so"), "fx_local", IJ_SYMBOL_FUNC, false, true, false, false, NULL},
	{FX("libfx.so"), "fx_unsized", IJ_SYMBOL_FUNC, false, true, false, false, NULL},
	{FX("libfx.so"), "fx_bare", IJ_SYMBOL_NONE, false, true, false, false, NULL},
	{FX("libsysv.so"), "fx_func", IJ_SYMBOL_FUNC, true, false, false, false, "FX_1"},
	{FX("libsysv.so"), "fx_versioned", IJ_SYMBOL_FUNC, true, false, false, false, "FX_2"},
	{FX("libnoid.so"), "fx_func", IJ_SYMBOL_FUNC, true, false, false, false, NULL},
	{FX("libstripped.so"), "fx_versioned", IJ_SYMBOL_FUNC, true, false, false, false, "FX_2"},
	{FX("pie"), "main", IJ_SYMBOL_FUNC, false, false, false, false, NULL},
	{FX("pie"), "fx_main_data", IJ_SYMBOL_DATA, false, false, false, false, NULL},
	{FX("static"), "main", IJ_SYMBOL_FUNC, false, false, false, false, NULL},
	{FX("static"), "strlen", IJ_SYMBOL_IFUNC, false, false, false, false, NULL},
	{"/lib/x86_64-linux-gnu/libc.so.6", "memcpy", IJ_SYMBOL_IFUNC, true, false, false, false,
	 "GLIBC_2.14"},
	{"/lib/x86_64-linux-gnu/libc.so.6", "errno", IJ_SYMBOL_TLS, true, false, false, false,
	 "GLIBC_PRIVATE"},
	{"/lib64/ld-linux-x86-64.so.2", "_r_debug", IJ_SYMBOL_DATA, true, false, false, false,
	 "GLIBC_2.2.5"},
};

static void test_symbols(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(wants); i++) {
		const struct want *want = &wants[i];
		struct ij_symbol sym;
		struct ij_object *obj;
		int fd;

		print_message("%s %s\n", want->file, want->name);
		obj = fx_object(want->file, &fd);
		fx_assert_ok(ij_object_symbol(obj, want->name, &sym));
		assert_string_equal(sym.name, want->name);
		assert_int_equal(sym.kind, want->kind);
		assert_int_equal(sym.dynamic, want->dynamic);
		assert_int_equal(sym.local, want->local);
		assert_int_equal(sym.weak, want->weak);
		assert_int_equal(sym.hidden_version, want->hidden);
		if (want->version)
			assert_string_equal(sym.version, want->version);
		else
			assert_null(sym.version);
		ij_object_close(obj);
		close(fd);
	}
}

static void test_not_found(void **state)
{
	static const struct {
		const char *file, *name;
		enum ij_error_code code;
		const char *text;
	} cases[] = {
		{FX("libfx.so"), "fx_nothing", IJ_ERR_NOTFOUND, "fx_nothing"},
		{FX("libfx.so"), "", IJ_ERR_NOTFOUND, "has no symbol"},
		{FX("libfx.so"), "fx_dup", IJ_ERR_AMBIGUOUS, "give the address"},
		{FX("libfx.so"), "FX_1", IJ_ERR_NOTFOUND, "FX_1"}, /* absolute: a version node */
		{FX("libfx.so"), "puts", IJ_ERR_NOTFOUND, "puts"},
		{FX("pie"), "puts", IJ_ERR_NOTFOUND, "puts"}, /* undefined there */
		{FX("libstripped.so"), "fx_local", IJ_ERR_NOTFOUND, "fx_local"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_symbol sym;
		int fd;
		struct ij_object *obj = fx_object(cases[i].file, &fd);

		fx_assert_error(ij_object_symbol(obj, cases[i].name, &sym), cases[i].code,
				cases[i].text);
		ij_object_close(obj);
		close(fd);
	}
}

/* The two versions have different code, and the default one is found. */
static void test_default_version(void **state)
{
	struct ij_symbol versioned, retired, first, second;
	int fd;
	struct ij_object *obj = fx_object(FX("libfx.so"), &fd);

	(void)state;
	fx_assert_ok(ij_object_symbol(obj, "fx_versioned", &versioned));
	fx_assert_ok(ij_object_symbol(obj, "fx_retired", &retired));
	fx_assert_ok(ij_object_symbol(obj, "fx_second", &second));
	fx_assert_ok(ij_object_symbol(obj, "fx_first", &first));
	assert_int_not_equal(versioned.value, first.value);
	assert_int_equal(versioned.value, second.value);
	assert_int_equal(retired.value, second.value);
	assert_true(second.local);
	ij_object_close(obj);
	close(fd);
}

static void test_headers(void **state)
{
	int fd;
	size_t len, id_size;
	uint64_t vaddr, size;
	uint8_t magic[4];
	struct ij_object *obj = fx_object(FX("libfx.so"), &fd);
	const struct ij_segment *segs = ij_object_segments(obj, &len);

	(void)state;
	assert_int_equal(ij_object_type_get(obj), IJ_OBJECT_DYN);
	assert_string_equal(ij_object_soname(obj), "libfx.so");
	assert_true(len >= 2);
	for (size_t i = 1; i < len; i++)
		assert_true(segs[i].vaddr >= segs[i - 1].vaddr + segs[i - 1].mem_size);
	assert_int_equal(ij_object_base(obj), 0);
	assert_int_equal(ij_object_span(obj), segs[len - 1].vaddr + segs[len - 1].mem_size);
	assert_non_null(ij_object_build_id(obj, &id_size));
	assert_int_equal(id_size, 20);
	assert_true(ij_object_dynamic(obj) != 0);
	assert_true(ij_object_eh_frame_hdr(obj, &vaddr, &size));
	assert_true(size > 8);
	fx_assert_ok(ij_object_read(obj, 0, magic, sizeof(magic)));
	assert_memory_equal(magic, ELFMAG, 4);
	fx_assert_error(ij_object_read(obj, ij_object_span(obj), magic, 4), IJ_ERR_NOTFOUND, "0x");
	fx_assert_error(ij_object_read(obj, UINT64_MAX - 1, magic, 4), IJ_ERR_NOTFOUND, "0x");
	ij_object_close(obj);
	close(fd);
	obj = fx_object(FX("libnoid.so"), &fd);
	assert_null(ij_object_build_id(obj, &id_size));
	assert_null(ij_object_soname(obj));
	ij_object_close(obj);
	close(fd);
	obj = fx_object(FX("static"), &fd);
	assert_int_equal(ij_object_type_get(obj), IJ_OBJECT_EXEC);
	assert_int_equal(ij_object_base(obj), 0x400000);
	assert_true(ij_object_entry(obj) > 0x400000);
	ij_object_close(obj);
	close(fd);
}

static void test_sections(void **state)
{
	const uint8_t *bytes;
	size_t size;
	uint64_t vaddr;
	int fd;
	struct ij_object *obj = fx_object(FX("libfx.so"), &fd);

	(void)state;
	fx_assert_ok(ij_object_section(obj, ".eh_frame", &bytes, &size, &vaddr));
	assert_true(size > 0 && vaddr > 0);
	fx_assert_error(ij_object_section(obj, ".nothing", &bytes, &size, &vaddr), IJ_ERR_NOTFOUND,
			".nothing");
	fx_assert_error(ij_object_section(obj, ".bss", &bytes, &size, &vaddr), IJ_ERR_NOTFOUND,
			".bss");
	ij_object_close(obj);
	close(fd);
}

/* Without a section table everything that the loader needs is still found. */
static void test_no_sections(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);
	Elf64_Ehdr *eh = (void *)bytes;
	const uint8_t *section;
	struct ij_symbol sym;
	struct ij_object *obj;
	uint64_t vaddr;
	int fd;

	(void)state;
	eh->e_shoff = 0;
	eh->e_shnum = eh->e_shstrndx = 0;
	fd = fx_memfd(bytes, size);
	fx_assert_ok(ij_object_open_fd(fd, "sectionless", &obj));
	fx_assert_ok(ij_object_symbol(obj, "fx_versioned", &sym));
	assert_string_equal(sym.version, "FX_2");
	fx_assert_error(ij_object_symbol(obj, "fx_local", &sym), IJ_ERR_NOTFOUND, "fx_local");
	fx_assert_error(ij_object_section(obj, ".text", &section, &size, &vaddr), IJ_ERR_NOTFOUND,
			".text");
	ij_object_close(obj);
	close(fd);
	free(bytes);
}

static bool count_symbol(void *ctx, const struct ij_symbol *sym)
{
	unsigned *counts = ctx;

	counts[sym->dynamic]++;
	counts[2] += !strcmp(sym->name, "fx_versioned");
	counts[3] += strchr(sym->name, '@') != NULL;
	return true;
}

static bool stop_at_third(void *ctx, const struct ij_symbol *sym)
{
	(void)sym;
	return ++*(unsigned *)ctx < 3;
}

static void test_each(void **state)
{
	unsigned counts[4] = {0}, seen = 0;
	int fd;
	struct ij_object *obj = fx_object(FX("libfx.so"), &fd);

	(void)state;
	fx_assert_ok(ij_object_symbols_each(obj, count_symbol, counts));
	/* fx_versioned stands twice in each table. */
	assert_int_equal(counts[1], 9);
	assert_true(counts[0] > 12);
	assert_int_equal(counts[2], 4);
	assert_int_equal(counts[3], 0);
	fx_assert_ok(ij_object_symbols_each(obj, stop_at_third, &seen));
	assert_int_equal(seen, 3);
	ij_object_close(obj);
	close(fd);
}

static void test_symbol_at(void **state)
{
	static const char *const names[] = {"fx_func", "fx_local", "fx_other", "fx_weak"};
	int fd;
	struct ij_object *obj = fx_object(FX("libfx.so"), &fd);
	struct ij_symbol sym, at;

	(void)state;
	for (unsigned round = 0; round < 20; round++) {
		for (size_t i = 0; i < IJ_COUNT(names); i++) {
			fx_assert_ok(ij_object_symbol(obj, names[i], &sym));
			assert_true(sym.size > 1);
			fx_assert_ok(ij_object_symbol_at(obj, sym.value, &at));
			assert_string_equal(at.name, names[i]);
			fx_assert_ok(ij_object_symbol_at(obj, sym.value + sym.size - 1, &at));
			assert_string_equal(at.name, names[i]);
		}
		/* Two names for one address: not the local one, and not the retired version. */
		fx_assert_ok(ij_object_symbol(obj, "fx_versioned", &sym));
		fx_assert_ok(ij_object_symbol_at(obj, sym.value, &at));
		assert_string_equal(at.name, "fx_versioned");
		/* Without a size, up to the next one. */
		fx_assert_ok(ij_object_symbol(obj, "fx_unsized", &sym));
		assert_int_equal(sym.size, 0);
		fx_assert_ok(ij_object_symbol_at(obj, sym.value + 2, &at));
		assert_string_equal(at.name, "fx_unsized");
		fx_assert_ok(ij_object_symbol_at(obj, sym.value + 3, &at));
		assert_string_equal(at.name, "fx_bare");
		fx_assert_error(ij_object_symbol_at(obj, 0, &at), IJ_ERR_NOTFOUND, "0x0");
	}
	ij_object_close(obj);
	close(fd);
}

/* What this process has read so far, bytes (Linux, Documentation/filesystems/proc.rst, 3.3). */
static uint64_t bytes_read(void)
{
	unsigned long long count = 0;
	FILE *io = fopen("/proc/self/io", "r");

	assert_non_null(io);
	assert_int_equal(fscanf(io, "rchar: %llu", &count), 1);
	fclose(io);
	return count;
}

/* Opening a large file and finding an exported name reads a few blocks of it. */
static void test_reads_little(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);
	int fd = fx_memfd(bytes, size);
	struct ij_object *obj;
	struct ij_symbol sym;
	uint64_t before;

	(void)state;
	assert_int_equal(ftruncate(fd, 100 << 20), 0);
	before = bytes_read();
	fx_assert_ok(ij_object_open_fd(fd, "large", &obj));
	fx_assert_ok(ij_object_symbol(obj, "fx_versioned", &sym));
	fx_assert_error(ij_object_symbol_at(obj, 1, &sym), IJ_ERR_NOTFOUND, "");
	assert_in_range(bytes_read() - before, 4096, 64 << 10);
	ij_object_close(obj);
	close(fd);
	free(bytes);
}

/* The first answers come from a scan, the later ones from an index: they must be the same. */
static void test_symbol_at_ways(void **state)
{
	static const char *const files[] = {FX("static"), "/lib/x86_64-linux-gnu/libc.so.6"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		int fd, fresh_fd;
		struct ij_object *indexed = fx_object(files[i], &fd);
		uint64_t base = ij_object_base(indexed), span = ij_object_span(indexed);
		unsigned named = 0;
		struct ij_symbol a, b;

		for (unsigned n = 0; n < 20; n++)
			ij_error_free(ij_object_symbol_at(indexed, base, &a));
		for (unsigned n = 0; n < 200; n++) {
			uint64_t vaddr = base + span / 200 * n + n * 7919 % 4096;
			struct ij_object *fresh = fx_object(files[i], &fresh_fd);
			struct ij_error *a_err = ij_object_symbol_at(indexed, vaddr, &a);
			struct ij_error *b_err = ij_object_symbol_at(fresh, vaddr, &b);

			assert_int_equal(a_err != NULL, b_err != NULL);
			if (!a_err) {
				named++;
				assert_int_equal(a.value, b.value);
				assert_int_equal(a.size, b.size);
			}
			ij_error_free(a_err);
			ij_error_free(b_err);
			ij_object_close(fresh);
			close(fresh_fd);
		}
		assert_true(named > 20);
		ij_object_close(indexed);
		close(fd);
	}
}

static void test_debug_files(void **state)
{
	static const struct {
		const char *file, *debug;
		enum ij_error_code code; /* IJ_ERR_COUNT: it belongs */
		const char *text;
	} cases[] = {
		{FX("libstripped.so"), FX("libfx.debug"), IJ_ERR_COUNT, NULL},
		{FX("libnoidlinked.so"), FX("libnoid.debug"), IJ_ERR_COUNT, NULL},
		{FX("libstripped.so"), FX("pie"), IJ_ERR_BADDATA, "another build-id"},
		{FX("libnoidlinked.so"), FX("libfx.debug"), IJ_ERR_BADDATA, "CRC"},
		{FX("libstripped.so"), FX("libnoid.debug"), IJ_ERR_BADDATA, "no debuglink"},
		{FX("libstripped.so"), "/etc/passwd", IJ_ERR_BADDATA, "not an ELF file"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		int fd;
		struct ij_object *obj = fx_object(cases[i].file, &fd);
		struct ij_symbol sym, at;

		fx_assert_error(ij_object_symbol(obj, "fx_local", &sym), IJ_ERR_NOTFOUND, "");
		if (cases[i].code != IJ_ERR_COUNT) {
			fx_assert_error(ij_object_debug_attach(obj, fx_open(cases[i].debug), "it"),
					cases[i].code, cases[i].text);
			fx_assert_error(ij_object_symbol(obj, "fx_local", &sym), IJ_ERR_NOTFOUND,
					"");
		} else {
			fx_assert_ok(ij_object_debug_attach(obj, fx_open(cases[i].debug), "it"));
			fx_assert_ok(ij_object_symbol(obj, "fx_local", &sym));
			fx_assert_ok(ij_object_symbol_at(obj, sym.value, &at));
			assert_string_equal(at.name, "fx_local");
			fx_assert_error(ij_object_debug_attach(obj, fx_open(cases[i].debug), "it"),
					IJ_ERR_BADDATA, "already");
		}
		ij_object_close(obj);
		close(fd);
	}
}

struct slots {
	uint64_t slot[8];
	unsigned len;
};

static bool note_slot(void *ctx, uint64_t slot, int64_t addend)
{
	struct slots *slots = ctx;

	assert_int_equal(addend, 0);
	assert_true(slots->len < 8);
	slots->slot[slots->len++] = slot;
	return true;
}

static void test_relocs(void **state)
{
	struct slots slots = {.len = 0};
	struct ij_symbol sym;
	int fd;
	struct ij_object *obj = fx_object(FX("pie"), &fd);

	(void)state;
	fx_assert_ok(ij_object_relocs_of(obj, "puts", NULL, note_slot, &slots));
	assert_int_equal(slots.len, 1);
	fx_assert_ok(ij_object_relocs_of(obj, "puts", "GLIBC_2.2.5", note_slot, &slots));
	assert_int_equal(slots.len, 2);
	assert_int_equal(slots.slot[0], slots.slot[1]);
	fx_assert_ok(ij_object_relocs_of(obj, "puts", "GLIBC_2.99", note_slot, &slots));
	fx_assert_ok(ij_object_relocs_of(obj, "putsx", NULL, note_slot, &slots));
	fx_assert_ok(ij_object_relocs_of(obj, "put", NULL, note_slot, &slots));
	assert_int_equal(slots.len, 2);
	ij_object_close(obj);
	close(fd);
	/* A static program has no dynamic section, but relocates its own IFUNCs. */
	obj = fx_object(FX("static"), &fd);
	slots.len = 0;
	fx_assert_ok(ij_object_symbol(obj, "strlen", &sym));
	fx_assert_ok(ij_object_relocs_irelative(obj, sym.value, note_slot, &slots));
	assert_true(slots.len >= 1);
	ij_object_close(obj);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_not_found),
		cmocka_unit_test(test_default_version),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_no_sections),
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_symbol_at),
		cmocka_unit_test(test_debug_files),
		cmocka_unit_test(test_relocs),
		cmocka_unit_test(test_symbol_at_ways),
		cmocka_unit_test(test_reads_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
