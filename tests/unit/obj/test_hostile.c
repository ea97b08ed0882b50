/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Malformed ELF files, made by changing single fields of good ones: each is refused by name. */
#include "files.h"

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Which structure a change is made in. */
enum part { EHDR, LOAD0, LOAD1, DYNAMIC_PHDR, DYN, SHDR_SYMTAB, SHDR_STRTAB, GNU_HASH, TRUNCATE };

struct change {
	enum part part;
	int64_t tag; /* DYN: the entry's tag */
	size_t off;  /* in the structure */
	size_t size; /* of the field */
	uint64_t value;
	enum ij_error_code code; /* at open, or of the lookup of a local name */
	const char *text;
};

#define EH(field, value, code, text)                                                           \
	{                                                                                      \
		EHDR, 0, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field), value, \
			IJ_ERR_##code, text                                                    \
	}
#define PH(part, field, value, code, text)                                                     \
	{                                                                                      \
		part, 0, offsetof(Elf64_Phdr, field), sizeof(((Elf64_Phdr *)0)->field), value, \
			IJ_ERR_##code, text                                                    \
	}
#define SH(part, field, value, code, text)                                                     \
	{                                                                                      \
		part, 0, offsetof(Elf64_Shdr, field), sizeof(((Elf64_Shdr *)0)->field), value, \
			IJ_ERR_##code, text                                                    \
	}
#define DT(tag, value, code, text)                         \
	{                                                  \
		DYN, tag, 8, 8, value, IJ_ERR_##code, text \
	}

static const struct change changes[] = {
	EH(e_ident[EI_MAG0], 0, BADDATA, "not an ELF file"),
	EH(e_ident[EI_CLASS], ELFCLASS32, UNSUPPORTED, "64-bit"),
	EH(e_ident[EI_DATA], ELFDATA2MSB, UNSUPPORTED, "little-endian"),
	EH(e_ident[EI_VERSION], 9, BADDATA, "version"),
	EH(e_version, 7, BADDATA, "version"),
	EH(e_machine, EM_AARCH64, UNSUPPORTED, "machine 183"),
	EH(e_phentsize, 55, BADDATA, "program headers of 55"),
	EH(e_phnum, 0xffff, BADDATA, "too many"),
	EH(e_phnum, 1170, BADDATA, ""),
	EH(e_phoff, UINT64_MAX - 7, BADDATA, "truncated"),
	EH(e_phoff, 1ull << 40, BADDATA, "truncated"),
	EH(e_shentsize, 63, BADDATA, "section headers of 63"),
	EH(e_shnum, 0xfeff, BADDATA, "truncated"),
	EH(e_shoff, UINT64_MAX, BADDATA, "truncated"),
	EH(e_shoff, UINT64_MAX - 63, BADDATA, "truncated"),
	EH(e_shoff, 1ull << 40, BADDATA, "truncated"),
	PH(LOAD0, p_filesz, UINT64_MAX, BADDATA, "absurd"),
	PH(LOAD0, p_memsz, 1ull << 60, BADDATA, "absurd"),
	PH(LOAD0, p_vaddr, UINT64_MAX - 4095, BADDATA, "absurd"),
	PH(LOAD0, p_vaddr, 1ull << 47, BADDATA, "absurd"),
	PH(LOAD0, p_offset, 1ull << 40, BADDATA, "truncated"),
	PH(LOAD0, p_offset, UINT64_MAX - 4095, BADDATA, "truncated"),
	PH(LOAD0, p_offset, 1, BADDATA, "not aligned"),
	PH(LOAD1, p_vaddr, 0, BADDATA, "overlap"),
	PH(DYNAMIC_PHDR, p_vaddr, 1ull << 40, BADDATA, "PT_DYNAMIC"),
	PH(DYNAMIC_PHDR, p_filesz, 1ull << 40, BADDATA, "PT_DYNAMIC"),
	DT(DT_SYMTAB, 1ull << 40, BADDATA, "DT_SYMTAB"),
	DT(DT_STRTAB, UINT64_MAX, BADDATA, "DT_STRTAB"),
	DT(DT_STRSZ, 1ull << 40, BADDATA, "DT_STRTAB"),
	DT(DT_GNU_HASH, 1ull << 40, BADDATA, "DT_GNU_HASH"),
	DT(DT_SYMENT, 16, BADDATA, "symbols of 16"),
	DT(DT_RELASZ, 1ull << 40, BADDATA, "DT_RELA"),
	DT(DT_RELAENT, 8, BADDATA, "relocations of 8"),
	DT(DT_VERSYM, 1ull << 40, BADDATA, "DT_VERSYM"),
	DT(DT_VERDEF, 1ull << 40, BADDATA, "DT_VERDEF"),
	{GNU_HASH, 0, 0, 4, 0, IJ_ERR_BADDATA, "DT_GNU_HASH"},          /* no buckets */
	{GNU_HASH, 0, 0, 4, UINT32_MAX, IJ_ERR_BADDATA, "DT_GNU_HASH"}, /* too many */
	{GNU_HASH, 0, 8, 4, 0, IJ_ERR_BADDATA, "DT_GNU_HASH"},          /* no bloom words */
	{GNU_HASH, 0, 8, 4, 3, IJ_ERR_BADDATA, "DT_GNU_HASH"},          /* not a power of two */
	{GNU_HASH, 0, 8, 4, 1u << 31, IJ_ERR_BADDATA, "DT_GNU_HASH"},   /* too many */
	{GNU_HASH, 0, 12, 4, 64, IJ_ERR_BADDATA, "DT_GNU_HASH"},        /* shift */
	SH(SHDR_SYMTAB, sh_offset, 1ull << 40, BADDATA, "past the end"),
	SH(SHDR_SYMTAB, sh_size, UINT64_MAX, BADDATA, "past the end"),
	SH(SHDR_SYMTAB, sh_link, 0xffffffff, BADDATA, "no string table"),
	SH(SHDR_SYMTAB, sh_link, 0, BADDATA, "no string table"),
	SH(SHDR_STRTAB, sh_size, 3, BADDATA, "does not end"),
	{TRUNCATE, 0, 0, 0, 0, IJ_ERR_BADDATA, "empty"},
	{TRUNCATE, 0, 0, 0, 63, IJ_ERR_BADDATA, "only 63 bytes"},
	{TRUNCATE, 0, 0, 0, 64, IJ_ERR_BADDATA, "truncated"},
	{TRUNCATE, 0, 0, 0, 4096, IJ_ERR_BADDATA, "truncated"},
};

static Elf64_Phdr *phdr(uint8_t *bytes, uint32_t type, unsigned nth)
{
	Elf64_Ehdr *eh = (void *)bytes;
	Elf64_Phdr *ph = (void *)(bytes + eh->e_phoff);

	for (unsigned i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == type && !nth--)
			return &ph[i];
	fail_msg("no program header of type %u", type);
	return NULL;
}

static Elf64_Dyn *dyn(uint8_t *bytes, int64_t tag)
{
	Elf64_Dyn *entry = (void *)(bytes + phdr(bytes, PT_DYNAMIC, 0)->p_offset);

	for (; entry->d_tag != DT_NULL; entry++)
		if (entry->d_tag == tag)
			return entry;
	fail_msg("no dynamic entry 0x%llx", (unsigned long long)tag);
	return NULL;
}

static uint8_t *part_of(uint8_t *bytes, const struct change *change)
{
	Elf64_Ehdr *eh = (void *)bytes;
	Elf64_Shdr *sh = (void *)(bytes + eh->e_shoff);

	switch (change->part) {
	case EHDR:
		return bytes;
	case LOAD0:
		return (uint8_t *)phdr(bytes, PT_LOAD, 0);
	case LOAD1:
		return (uint8_t *)phdr(bytes, PT_LOAD, 1);
	case DYNAMIC_PHDR:
		return (uint8_t *)phdr(bytes, PT_DYNAMIC, 0);
	case DYN:
		return (uint8_t *)dyn(bytes, change->tag);
	case GNU_HASH: /* in the first segment, whose offset and address are 0 */
		return bytes + dyn(bytes, DT_GNU_HASH)->d_un.d_ptr;
	default:
		break;
	}
	while (sh->sh_type != SHT_SYMTAB)
		sh++;
	if (change->part == SHDR_STRTAB)
		sh = (Elf64_Shdr *)(void *)(bytes + eh->e_shoff) + sh->sh_link;
	return (uint8_t *)sh;
}

/* Open, and look up a name that is in no hash table, so that every table is read. */
static struct ij_error *use(const uint8_t *bytes, size_t size)
{
	int fd = fx_memfd(bytes, size);
	struct ij_object *obj = NULL;
	struct ij_error *err = ij_object_open_fd(fd, "changed", &obj);
	struct ij_symbol sym;

	if (!err)
		err = ij_object_symbol(obj, "fx_local", &sym);
	ij_object_close(obj);
	close(fd);
	return err;
}

static void test_changes(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(changes); i++) {
		size_t size;
		uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);

		print_message("change %zu\n", i);
		if (changes[i].part == TRUNCATE)
			size = changes[i].value;
		else
			memcpy(part_of(bytes, &changes[i]) + changes[i].off, &changes[i].value,
			       changes[i].size);
		fx_assert_error(use(bytes, size), changes[i].code, changes[i].text);
		free(bytes);
	}
}

/* Unchanged, the same steps succeed: the table above cannot pass for another reason. */
static void test_unchanged(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);

	(void)state;
	fx_assert_ok(use(bytes, size));
	free(bytes);
}

/* A chain of DT_GNU_HASH without an end stops at the end of its segment. */
static void test_endless_chain(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);
	Elf64_Phdr *load = phdr(bytes, PT_LOAD, 0);
	uint32_t *hash = (void *)(bytes + dyn(bytes, DT_GNU_HASH)->d_un.d_ptr);
	uint64_t chains =
		dyn(bytes, DT_GNU_HASH)->d_un.d_ptr + 16 + 8ull * hash[2] + 4ull * hash[0];
	struct ij_object *obj;
	struct ij_symbol sym;

	(void)state;
	assert_int_equal(load->p_offset, 0);
	memset(bytes + dyn(bytes, DT_GNU_HASH)->d_un.d_ptr + 16, 0xff, 8ull * hash[2]);
	/* Chain entries with the end bit clear, over symbols and strings alike. */
	for (uint64_t off = chains; off + 4 <= load->p_filesz; off += 4)
		bytes[off] &= 0xfe;
	fx_assert_ok(ij_object_open_bytes(bytes, size, "endless", &obj));
	fx_assert_error(ij_object_symbol(obj, "no_such_name", &sym), IJ_ERR_BADDATA,
			"does not end");
	ij_object_close(obj);
	free(bytes);
}

/* The same for a DT_HASH chain that bites its tail. */
static void test_hash_cycle(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libsysv.so"), &size);
	uint32_t *hash = (void *)(bytes + dyn(bytes, DT_HASH)->d_un.d_ptr);
	struct ij_object *obj;
	struct ij_symbol sym;

	(void)state;
	for (uint32_t i = 0; i < hash[0]; i++)
		hash[2 + i] = 1;
	for (uint32_t i = 0; i < hash[1]; i++)
		hash[2 + hash[0] + i] = 1;
	fx_assert_ok(ij_object_open_bytes(bytes, size, "cycle", &obj));
	fx_assert_error(ij_object_symbol(obj, "no_such_name", &sym), IJ_ERR_BADDATA,
			"does not end");
	ij_object_close(obj);
	free(bytes);
}

/* With the hash table made blind, .symtab answers: its names carry their versions. */
static void test_versions_in_symtab(void **state)
{
	static const struct {
		const char *name;
		bool hidden;
	} cases[] = {{"fx_versioned", false}, {"fx_retired", true}, {"fx_func", false}};
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);
	uint32_t *hash = (void *)(bytes + dyn(bytes, DT_GNU_HASH)->d_un.d_ptr);
	struct ij_symbol sym, second;
	struct ij_object *obj;

	(void)state;
	memset(hash + 4, 0, 8ull * hash[2]);
	fx_assert_ok(ij_object_open_bytes(bytes, size, "blind", &obj));
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		fx_assert_ok(ij_object_symbol(obj, cases[i].name, &sym));
		assert_false(sym.dynamic);
		assert_string_equal(sym.name, cases[i].name);
		assert_int_equal(sym.hidden_version, cases[i].hidden);
	}
	fx_assert_ok(ij_object_symbol(obj, "fx_versioned", &sym));
	fx_assert_ok(ij_object_symbol(obj, "fx_second", &second));
	assert_int_equal(sym.value, second.value);
	fx_assert_error(ij_object_symbol(obj, "fx_versioned@FX_1", &sym), IJ_ERR_NOTFOUND, "");
	fx_assert_error(ij_object_symbol(obj, "fx_version", &sym), IJ_ERR_NOTFOUND, "");
	ij_object_close(obj);
	free(bytes);
}

/* A file that is cut while it is open gives an error, not a signal. */
static void test_shrinks(void **state)
{
	size_t size;
	uint8_t *bytes = fx_bytes(FX("libfx.so"), &size);
	int fd = fx_memfd(bytes, size);
	struct ij_object *obj;
	struct ij_symbol sym;
	struct ij_error *err;

	(void)state;
	fx_assert_ok(ij_object_open_fd(fd, "shrinking", &obj));
	assert_int_equal(ftruncate(fd, 4096), 0);
	err = ij_object_symbol(obj, "fx_local", &sym);
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_BADDATA);
	ij_error_free(err);
	ij_object_close(obj);
	close(fd);
	free(bytes);
}

static bool touch_symbol(void *ctx, const struct ij_symbol *sym)
{
	*(size_t *)ctx += strlen(sym->name);
	return true;
}

/* Whatever single byte of the headers and tables is changed: an error or an answer, never more. */
static void test_every_byte(void **state)
{
	size_t size, sum = 0, refused = 0;
	uint8_t *bytes = fx_bytes(FX("libstripped.so"), &size);
	size_t end = phdr(bytes, PT_LOAD, 0)->p_filesz;

	(void)state;
	for (size_t i = 0; i < end; i++) {
		struct ij_object *obj = NULL;
		struct ij_error *err;
		struct ij_symbol sym;

		bytes[i] ^= 0xff;
		err = ij_object_open_bytes(bytes, size, "flipped", &obj);
		refused += err != NULL;
		if (!err) {
			err = ij_object_symbol(obj, "fx_versioned", &sym);
			ij_error_free(err);
			err = ij_object_symbols_each(obj, touch_symbol, &sum);
			ij_error_free(err);
			err = ij_object_symbol_at(obj, ij_object_entry(obj), &sym);
		}
		ij_error_free(err);
		ij_object_close(obj);
		bytes[i] ^= 0xff;
	}
	assert_true(refused > 20 && sum > 1000);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged),     cmocka_unit_test(test_changes),
		cmocka_unit_test(test_endless_chain), cmocka_unit_test(test_hash_cycle),
		cmocka_unit_test(test_shrinks),       cmocka_unit_test(test_versions_in_symtab),
		cmocka_unit_test(test_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
