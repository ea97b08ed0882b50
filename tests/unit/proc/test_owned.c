/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A word that a process owned says so when it has been killed, and wakes who waits for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/futex.h>

#include <cmocka.h>

#include "proc/owned.h"

struct page {
	uint32_t word;
	uint32_t value; /* what it was set to */
};

/* A child that owns the word and is killed; @release: after it has let go of it. */
static struct page *killed_owner(int release)
{
	struct page *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ready[2], status;
	char byte;
	pid_t pid;

	assert_ptr_not_equal(page, MAP_FAILED);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		page->word = page->value = ij_owned_take(&page->word);
		if (release)
			ij_owned_release();
		(void)!write(ready[1], "r", 1);
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	assert_int_equal(page->word, page->value);
	assert_int_not_equal(page->value, 0);
	assert_int_equal(page->value & FUTEX_TID_MASK, pid);
	kill(pid, SIGKILL);
	if (!release) {
		struct timespec limit = {.tv_sec = 60};

		/* Woken, or too late to wait: never until the limit. */
		syscall(SYS_futex, &page->word, FUTEX_WAIT, page->value, &limit, NULL, 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return page;
}

static void owner_dies(void **state)
{
	struct page *page = killed_owner(0);

	(void)state;
	assert_true(page->word & FUTEX_OWNER_DIED);
	assert_int_not_equal(page->word, page->value);
	munmap(page, 4096);
}

static void released_before(void **state)
{
	struct page *page = killed_owner(1);

	(void)state;
	assert_int_equal(page->word, page->value);
	munmap(page, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(owner_dies),
		cmocka_unit_test(released_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
