/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory readers, and the parser of /proc/PID/maps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem/mem.h"
#include "mem/vmas.h"

#define PAGE 4096u

static void assert_fault(struct ij_error *err, ij_addr addr)
{
	assert_non_null(err);
	assert_int_equal(err->code, IJ_ERR_FAULT);
	assert_int_equal(err->addr, addr);
	ij_error_free(err);
}

static void test_bytes(void **state)
{
	static const uint8_t bytes[] = {1, 0, 0, 0, 0, 0, 0, 2, 9};
	/* addr, size, the address that a fault names or 0 */
	static const struct {
		ij_addr addr;
		size_t size;
		ij_addr fault;
	} cases[] = {
		{0x1000, 9, 0},
		{0x1008, 1, 0},
		{0x1009, 0, 0},
		{0x1008, 2, 0x1009},
		{0x1009, 1, 0x1009},
		{0xfff, 1, 0xfff},
		{0x2000, 1, 0x2000},
		{UINT64_MAX, 1, UINT64_MAX},
		{0x1000, SIZE_MAX, 0x1009},
	};
	struct ij_mem_bytes mem;
	uint8_t buf[16];
	uint64_t word;

	(void)state;
	ij_mem_bytes_init(&mem, bytes, 0x1000, sizeof(bytes));
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_error *err = ij_mem_read(&mem.mem, cases[i].addr, buf, cases[i].size);

		if (cases[i].fault)
			assert_fault(err, cases[i].fault);
		else
			assert_null(err);
	}
	assert_null(ij_mem_read_u64(&mem.mem, 0x1000, &word));
	assert_int_equal(word, 0x0200000000000001);
}

/* Our own memory through /proc/self/mem: a partial read is a fault at the first missing byte. */
static void test_fd(void **state)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	uint8_t *pages =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ij_addr addr = (ij_addr)(uintptr_t)pages;
	struct ij_mem_fd mem;
	uint8_t buf[64];

	(void)state;
	assert_true(fd >= 0 && pages != MAP_FAILED);
	memset(pages, 7, 3 * PAGE);
	munmap(pages + PAGE, PAGE);
	ij_mem_fd_init(&mem, fd);
	assert_null(ij_mem_read(&mem.mem, addr + PAGE - 64, buf, 64));
	assert_int_equal(buf[63], 7);
	assert_null(ij_mem_read(&mem.mem, addr + 2 * PAGE, buf, 64));
	assert_fault(ij_mem_read(&mem.mem, addr + PAGE - 10, buf, 64), addr + PAGE);
	assert_fault(ij_mem_read(&mem.mem, addr + PAGE, buf, 1), addr + PAGE);
	assert_fault(ij_mem_read(&mem.mem, 0, buf, 1), 0);
	assert_fault(ij_mem_read(&mem.mem, 0xffffffffff600000, buf, 1), 0xffffffffff600000);
	assert_fault(ij_mem_read(&mem.mem, INT64_MAX - 4, buf, 16), INT64_MAX - 4);
	munmap(pages, PAGE);
	munmap(pages + 2 * PAGE, PAGE);
	close(fd);
}

/* Counts what is read under the cache. */
struct counted {
	struct ij_mem mem;
	struct ij_mem_bytes bytes;
	unsigned reads;
};

static struct ij_error *counted_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct counted *counted = (struct counted *)mem;

	counted->reads++;
	return ij_mem_read(&counted->bytes.mem, addr, buf, size);
}

/* The same bytes and the same faults as without it, with fewer reads; anew once it is begun anew.
 */
static void test_cache(void **state)
{
	static uint8_t bytes[20 * IJ_MEM_BLOCK];
	struct counted counted = {.mem.read = counted_read};
	struct ij_mem_cache cache;
	uint8_t buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7 + i / 256);
	ij_mem_bytes_init(&counted.bytes, bytes, 0x10000, sizeof(bytes));
	ij_mem_cache_init(&cache, &counted.mem);
	for (size_t at = 0; at + sizeof(buf) <= sizeof(bytes); at += 24) {
		assert_null(ij_mem_read(&cache.mem, 0x10000 + at, buf, sizeof(buf)));
		assert_memory_equal(buf, bytes + at, sizeof(buf));
	}
	assert_true(counted.reads < 100);
	assert_fault(ij_mem_read(&cache.mem, 0x10000 - 8, buf, 8), 0x10000 - 8);
	assert_fault(ij_mem_read(&cache.mem, 0x10000 + sizeof(bytes) - 8, buf, 16),
		     0x10000 + sizeof(bytes));
	assert_null(ij_mem_read(&cache.mem, 0x10000, buf, 1));
	bytes[0] ^= 1;
	counted.reads = 0;
	assert_null(ij_mem_read(&cache.mem, 0x10000, buf + 1, 1));
	assert_int_equal(counted.reads, 0);
	assert_int_equal(buf[1], buf[0]);
	ij_mem_cache_init(&cache, &counted.mem);
	assert_null(ij_mem_read(&cache.mem, 0x10000, buf, 1));
	assert_int_equal(buf[0], bytes[0]);
}

static void test_line(void **state)
{
	static const struct {
		const char *line;
		struct ij_vma vma; /* as it must be parsed */
	} cases[] = {
		{"00400000-0040b000 r-xp 00001000 fd:01 131077 /usr/bin/cat",
		 {0x400000, 0x40b000, 0x1000, 131077, 0xfd, 1, IJ_VMA_READ | IJ_VMA_EXEC,
		  (char *)"/usr/bin/cat"}},
		{"7ffc1000-7ffc2000 rw-p 00000000 00:00 0                          [stack]",
		 {0x7ffc1000, 0x7ffc2000, 0, 0, 0, 0, IJ_VMA_READ | IJ_VMA_WRITE | IJ_VMA_STACK,
		  (char *)"[stack]"}},
		{"1000-2000 r-xp 00000000 00:00 0 [vdso]",
		 {0x1000, 0x2000, 0, 0, 0, 0, IJ_VMA_READ | IJ_VMA_EXEC | IJ_VMA_VDSO,
		  (char *)"[vdso]"}},
		{"1000-2000 rw-s 00000000 00:05 7 /dev/shm/x y (deleted)",
		 {0x1000, 0x2000, 0, 7, 0, 5,
		  IJ_VMA_READ | IJ_VMA_WRITE | IJ_VMA_SHARED | IJ_VMA_DELETED,
		  (char *)"/dev/shm/x y"}},
		{"1000-2000 ---p 00000000 00:00 0", {0x1000, 0x2000, 0, 0, 0, 0, 0, (char *)""}},
		{"1000-2000 ---p 00000000 00:00 0 ", {0x1000, 0x2000, 0, 0, 0, 0, 0, (char *)""}},
		{"1000-2000 ---p 00000000 00:00 5 /a\\012b\\012",
		 {0x1000, 0x2000, 0, 5, 0, 0, 0, (char *)"/a\nb\n"}},
		{"1000-2000 ---p 00000000 00:00 5 /a\\01", /* no escape, just such a name */
		 {0x1000, 0x2000, 0, 5, 0, 0, 0, (char *)"/a\\01"}},
		{"1000-2000 ---p 00000000 00:00 5 (deleted)",
		 {0x1000, 0x2000, 0, 5, 0, 0, 0, (char *)"(deleted)"}},
		{"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]",
		 {0xffffffffff600000, 0xffffffffff601000, 0, 0, 0, 0, IJ_VMA_EXEC,
		  (char *)"[vsyscall]"}},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		/* With and without the newline at the end. */
		for (unsigned newline = 0; newline < 2; newline++) {
			const struct ij_vma *want = &cases[i].vma, *got;
			struct ij_vmas vmas;
			char line[200];

			strcpy(line, cases[i].line);
			if (newline)
				strcat(line, "\n");
			assert_null(ij_vmas_parse(line, strlen(line), &vmas));
			assert_int_equal(vmas.list.len, 1);
			got = &vmas.list.items[0];
			assert_int_equal(got->lo, want->lo);
			assert_int_equal(got->hi, want->hi);
			assert_int_equal(got->off, want->off);
			assert_int_equal(got->inode, want->inode);
			assert_int_equal(got->dev_major, want->dev_major);
			assert_int_equal(got->dev_minor, want->dev_minor);
			assert_int_equal(got->flags, want->flags);
			assert_string_equal(got->path, want->path);
			ij_vmas_deinit(&vmas);
		}
	}
}

/* Mappings that changed while the kernel listed them: what was listed first is kept. */
static void test_overlap(void **state)
{
	static const char text[] = "3000-5000 r-xp 0 0:0 0\n"
				   "1000-2000 r-xp 0 0:0 0\n"
				   "4000-7000 r-xp 1000 0:0 0\n"
				   "6000-7000 r-xp 0 0:0 0\n";
	struct ij_vmas vmas = {0};

	(void)state;
	assert_null(ij_vmas_parse(text, sizeof(text) - 1, &vmas));
	assert_int_equal(vmas.list.len, 2);
	assert_int_equal(vmas.list.items[1].lo, 0x5000);
	assert_int_equal(vmas.list.items[1].hi, 0x7000);
	assert_int_equal(vmas.list.items[1].off, 0x2000);
	ij_vmas_deinit(&vmas);
}

static void test_malformed(void **state)
{
	static const struct {
		const char *text;
		enum ij_error_code code;
	} cases[] = {
		{"", IJ_ERR_GONE},
		{"\n", IJ_ERR_BADDATA},
		{"1000", IJ_ERR_BADDATA},
		{"1000-2000", IJ_ERR_BADDATA},
		{"1000-2000 ", IJ_ERR_BADDATA},
		{"1000-2000 r-x", IJ_ERR_BADDATA},
		{"1000-2000 r-xp", IJ_ERR_BADDATA},
		{"1000-2000 r-xp 0", IJ_ERR_BADDATA},
		{"1000-2000 r-xp 0 fd", IJ_ERR_BADDATA},
		{"1000-2000 r-xp 0 fd:1", IJ_ERR_BADDATA},
		{"1000-2000 r-xpX0 fd:1 5", IJ_ERR_BADDATA},
		{"-2000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"1000- r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"xyz-2000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"1G00-2000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"2000-1000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"1000-1000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"10000000000000000-20000000000000000 r-xp 0 fd:1 5", IJ_ERR_BADDATA},
		{"1000-2000 r-xp 10000000000000000 fd:1 5", IJ_ERR_BADDATA},
		{"1000-2000 r-xp 0 0:0 0\n\n", IJ_ERR_BADDATA},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		struct ij_vmas vmas = {0};
		struct ij_error *err = ij_vmas_parse(cases[i].text, strlen(cases[i].text), &vmas);

		if (!err)
			fail_msg("accepted: %s", cases[i].text);
		assert_int_equal(err->code, cases[i].code);
		assert_int_equal(vmas.list.len, 0);
		ij_error_free(err);
	}
}

static void test_find(void **state)
{
	static const char text[] = "1000-3000 r-xp 0 0:0 0\n3000-4000 r-xp 0 0:0 0\n"
				   "8000-9000 r-xp 0 0:0 0\n";
	static const struct {
		ij_addr addr;
		ij_addr lo; /* of the mapping; 0: none */
	} cases[] = {
		{0, 0},           {0xfff, 0},       {0x1000, 0x1000}, {0x2fff, 0x1000},
		{0x3000, 0x3000}, {0x3fff, 0x3000}, {0x4000, 0},      {0x7fff, 0},
		{0x8000, 0x8000}, {0x9000, 0},      {UINT64_MAX, 0},
	};
	struct ij_vmas vmas;

	(void)state;
	assert_null(ij_vmas_parse(text, sizeof(text) - 1, &vmas));
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_vma *vma = ij_vmas_find(&vmas, cases[i].addr);

		assert_int_equal(vma ? vma->lo : 0, cases[i].lo);
	}
	ij_vmas_deinit(&vmas);
}

static void test_read_self(void **state)
{
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC), on_stack = 0;
	const struct ij_vma *code, *stack;
	struct ij_vmas vmas;

	(void)state;
	assert_true(fd >= 0);
	/* Twice: it is read from its start each time. */
	for (unsigned n = 0; n < 2; n++) {
		assert_null(ij_vmas_read(fd, &vmas));
		code = ij_vmas_find(&vmas, (ij_addr)(uintptr_t)&test_read_self);
		stack = ij_vmas_find(&vmas, (ij_addr)(uintptr_t)&on_stack);
		assert_non_null(code);
		assert_true(code->flags & IJ_VMA_EXEC);
		assert_non_null(strstr(code->path, "test_mem"));
		assert_non_null(stack);
		assert_true(stack->flags & IJ_VMA_WRITE);
		ij_vmas_deinit(&vmas);
	}
	close(fd);
}

/* Of a process that has ended, and was reaped or not, nothing can be read: whatever the kernel
 * says. */
static void test_read_gone(void **state)
{
	int ends[2], fd;
	char path[64];
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(ends[1]);
		(void)!read(ends[0], path, 1);
		_exit(0);
	}
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	close(ends[0]);
	close(ends[1]);
	for (unsigned reaped = 0; reaped < 2; reaped++) {
		struct ij_vmas vmas;
		struct ij_error *err;
		siginfo_t info;

		assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | (reaped ? 0 : WNOWAIT)),
				 0);
		err = ij_vmas_read(fd, &vmas);
		assert_non_null(err);
		assert_int_equal(err->code, IJ_ERR_GONE);
		ij_error_free(err);
	}
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),     cmocka_unit_test(test_fd),
		cmocka_unit_test(test_cache),     cmocka_unit_test(test_line),
		cmocka_unit_test(test_malformed), cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_find),      cmocka_unit_test(test_read_self),
		cmocka_unit_test(test_read_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
