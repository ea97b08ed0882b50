/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our pages: read and written in both ways, and recognised when a killed session left them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "inject/pages.h"
#include "self.h"

enum { PAGES = 4, SIZE = PAGES * IJ_PAGE_SIZE };

static struct ij_process process;

/* How a mapping differs from one that a killed session left. */
enum change {
	AS_LEFT,
	BUSY,
	WITH_STACK, /* its last page stands for a guard */
	BAD_BACK,
	UNPROTECTED, /* killed before the second protection: all of it read-execute */
	BLANK,       /* killed before the code was written */
	BLANK_PRIVATE,
	BLANK_PAIR, /* a private code page, shared pages behind: killed before it was filled */
	BLANK_PAIR_APART, /* the same, and nothing behind */
	BLANK_PAIR_USED,  /* the same, with content behind */
	UNPROTECTED_PAIR, /* filled, and killed before the second protection */
	PAIR,             /* as it is left otherwise */
	NOT_BLANK,
	BAD_MAGIC,
	BAD_VERSION,
	BAD_CHECK,
	OWNER_LIVES,
	OTHER_NAMESPACE,
	NO_SIZE,
	ONE_PAGE,
	ODD_SIZE,
	HUGE_SIZE,
	TOO_LARGE, /* larger than what is mapped */
	NO_DATA,
	DATA_READ_ONLY,
	WRITABLE_CODE,
	FILE_MAPPED,
};

static const struct {
	const char *name;
	enum change change;
	bool ours, busy;
} cases[] = {
	{"as a killed session leaves it", AS_LEFT, true, false},
	{"in a call that goes on", BUSY, true, true},
	{"with a stack", WITH_STACK, true, false},
	{"all guard and stack", BAD_BACK, false, false},
	{"killed before the second protection", UNPROTECTED, true, false},
	{"killed before the code came", BLANK, true, false},
	{"blank, but not shared", BLANK_PRIVATE, false, false},
	{"a private code page, killed before the code came", BLANK_PAIR, true, false},
	{"a blank private page alone", BLANK_PAIR_APART, false, false},
	{"a blank private page before others' code", BLANK_PAIR_USED, false, false},
	{"a private code page, killed before the second protection", UNPROTECTED_PAIR, true, false},
	{"a private code page", PAIR, true, false},
	{"blank but for one byte", NOT_BLANK, false, false},
	{"another magic", BAD_MAGIC, false, false},
	{"another version", BAD_VERSION, false, false},
	{"a wrong check", BAD_CHECK, false, false},
	{"its tracer lives", OWNER_LIVES, false, false},
	{"another PID namespace", OTHER_NAMESPACE, false, false},
	{"of no size", NO_SIZE, false, false},
	{"of one page", ONE_PAGE, false, false},
	{"of an odd size", ODD_SIZE, false, false},
	{"of an absurd size", HUGE_SIZE, false, false},
	{"larger than what is mapped", TOO_LARGE, false, false},
	{"without its data", NO_DATA, false, false},
	{"its data is read-only", DATA_READ_ONLY, false, false},
	{"writable code", WRITABLE_CODE, false, false},
	{"a file's", FILE_MAPPED, false, false},
};

/* The check as it is documented in pages.h, over what the header says. */
static uint64_t check_of(const struct ij_pages_header *h)
{
	const uint64_t words[] = {h->magic, (uint64_t)h->version << 32 | h->size, h->pid_ns,
				  h->start_time, (uint64_t)h->back << 32 | (uint32_t)h->pid};
	uint64_t sum = 0;

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		sum = sum * 31 + words[i];
	return sum;
}

static struct ij_pages_header header_of(enum change change)
{
	struct ij_pages pages;
	struct ij_pages_header header;

	ij_pages_init(&pages);
	header = pages.header;
	header.size = SIZE;
	/* The pid is taken by a process that started at another time, or is free. */
	if (change != OWNER_LIVES)
		header.start_time++;
	switch (change) {
	case BAD_MAGIC:
		header.magic ^= 1;
		break;
	case BAD_VERSION:
		header.version++;
		break;
	case OTHER_NAMESPACE:
		header.pid_ns++;
		break;
	case WITH_STACK:
		header.back = IJ_PAGE_SIZE;
		break;
	case BAD_BACK:
		header.back = SIZE - IJ_PAGE_SIZE;
		break;
	case NO_SIZE:
		header.size = 0;
		break;
	case ONE_PAGE:
		header.size = IJ_PAGE_SIZE;
		break;
	case ODD_SIZE:
		header.size = SIZE - 8;
		break;
	case HUGE_SIZE:
		header.size = UINT32_MAX - (IJ_PAGE_SIZE - 1);
		break;
	case TOO_LARGE:
		header.size = SIZE + IJ_PAGE_SIZE;
		break;
	default:
		break;
	}
	header.check = check_of(&header) + (change == BAD_CHECK);
	return header;
}

/* Fabricate such a mapping. A page that is not accessible follows, so that nothing merges. */
static uint8_t *fabricate(enum change change)
{
	bool pair = change >= BLANK_PAIR && change <= PAIR;
	bool blank = change >= BLANK && change <= BLANK_PAIR_USED;
	int fd = change == FILE_MAPPED ? memfd_create("left", MFD_CLOEXEC) : -1;
	int flags = change == BLANK_PRIVATE ? MAP_PRIVATE : MAP_SHARED;
	struct ij_pages_header header = header_of(change);
	struct ij_stub_desc *desc;
	uint8_t *base;

	/* The guards that keep it apart. */
	base = mmap(NULL, SIZE + 2 * IJ_PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(base, MAP_FAILED);
	base += IJ_PAGE_SIZE;
	if (fd >= 0)
		assert_int_equal(ftruncate(fd, SIZE), 0);
	assert_ptr_equal(mmap(base, SIZE, PROT_READ | PROT_WRITE,
			      flags | MAP_FIXED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0),
			 base);
	if (fd >= 0)
		close(fd);
	if (pair)
		assert_ptr_equal(mmap(base, IJ_PAGE_SIZE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0),
				 base);
	desc = (void *)(base + IJ_PAGE_SIZE);
	if (change != BLANK_PAIR && change != UNPROTECTED_PAIR) {
		desc->tid = 4711;
		desc->state = change == BUSY ? IJ_STUB_STATE_RUNNING : IJ_STUB_STATE_DONE;
	}
	if (change == NOT_BLANK)
		base[17] = 1;
	else if (!blank)
		memcpy(base + IJ_PAGE_SIZE - sizeof(header), &header, sizeof(header));
	if (blank || change == NOT_BLANK || change == UNPROTECTED || change == UNPROTECTED_PAIR)
		mprotect(base, SIZE, PROT_READ | PROT_EXEC);
	else if (change != WRITABLE_CODE)
		mprotect(base, IJ_PAGE_SIZE, PROT_READ | PROT_EXEC);
	if (change == WRITABLE_CODE)
		mprotect(base, IJ_PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC);
	if (change == WITH_STACK)
		mprotect(base + SIZE - IJ_PAGE_SIZE, IJ_PAGE_SIZE, PROT_READ | PROT_EXEC);
	if (change == NO_DATA || change == BLANK_PAIR_APART)
		munmap(base + IJ_PAGE_SIZE, SIZE - IJ_PAGE_SIZE);
	if (change == DATA_READ_ONLY)
		mprotect(base + IJ_PAGE_SIZE, SIZE - IJ_PAGE_SIZE, PROT_READ);
	return base;
}

static void test_leftovers(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		uint8_t *base = fabricate(cases[i].change);
		struct ij_leftover left = {0};
		const struct ij_vma *vma;
		struct ij_vmas vmas;

		print_message("%s\n", cases[i].name);
		assert_null(ij_vmas_read(process.maps_fd, &vmas));
		vma = ij_vmas_find(&vmas, self_addr(base));
		assert_non_null(vma);
		assert_int_equal(ij_leftover_recognise(&process, &vmas, vma, &left), cases[i].ours);
		if (cases[i].ours) {
			assert_int_equal(left.base, self_addr(base));
			assert_int_equal(left.size, SIZE);
			assert_int_equal(left.busy, cases[i].busy);
			if (cases[i].change == AS_LEFT || cases[i].change == BUSY ||
			    cases[i].change == PAIR)
				assert_int_equal(left.inner_tid, 4711);
		}
		ij_vmas_deinit(&vmas);
		munmap(base - IJ_PAGE_SIZE, SIZE + 2 * IJ_PAGE_SIZE);
	}
}

/* Nothing of this process is a leftover: not its code, the vdso, or the heap. */
static void test_nothing_else(void **state)
{
	struct ij_leftover left;
	struct ij_vmas vmas;

	(void)state;
	assert_null(ij_vmas_read(process.maps_fd, &vmas));
	IJ_VEC_EACH (&vmas.list, vma)
		assert_false(ij_leftover_recognise(&process, &vmas, vma, &left));
	ij_vmas_deinit(&vmas);
}

static void test_read_write(void **state)
{
	static uint8_t target[SIZE] __attribute__((aligned(4096)));

	(void)state;
	for (unsigned shared = 0; shared < 2; shared++) {
		/* Shared pages lie elsewhere in our memory than in the target's. */
		uint8_t *mine = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		struct ij_pages pages = {.base = self_addr(target), .size = SIZE};
		uint8_t *seen = shared ? mine : target, back[8] = {0};
		ij_addr place = ij_pages_scratch(&pages) + 5;

		assert_ptr_not_equal(mine, MAP_FAILED);
		memset(target, 0, sizeof(target));
		pages.shared = shared ? mine : NULL;
		assert_int_equal(ij_pages_scratch_size(&pages), SIZE - 2 * IJ_PAGE_SIZE);
		assert_int_equal(place, self_addr(target) + 2 * IJ_PAGE_SIZE + 5);
		assert_int_equal(ij_pages_desc(&pages), self_addr(target) + IJ_PAGE_SIZE);
		assert_int_equal(ij_pages_code(&pages, ij_stub_code_marked),
				 self_addr(target) + (ij_addr)(ij_stub_code_marked - ij_stub_code));
		assert_null(ij_pages_write(&pages, &process, place, "scratch", 8));
		assert_memory_equal(seen + 2 * IJ_PAGE_SIZE + 5, "scratch", 8);
		assert_null(ij_pages_read(&pages, &process, place, back, 8));
		assert_memory_equal(back, "scratch", 8);
		if (shared)
			assert_int_equal(target[2 * IJ_PAGE_SIZE + 5], 0);
		if (!shared)
			munmap(mine, SIZE);
		ij_pages_forget(&pages);
		assert_int_equal(pages.base, 0);
		assert_int_equal(ij_pages_scratch_size(&pages), 0);
	}
}

static int setup(void **state)
{
	(void)state;
	self_open(&process);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	ij_process_close(&process);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leftovers),
		cmocka_unit_test(test_nothing_else),
		cmocka_unit_test(test_read_write),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
