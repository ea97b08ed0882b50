/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A tiny program that reads its clock all the time and keeps the longest gap it saw, in the page
 * that it shares with the benchmark as descriptor 3. Dies with its parent.
 */
#include "gap_page.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static uint64_t now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int main(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct gap_page *page =
		mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, GAP_PAGE_FD, 0);
	if (page == MAP_FAILED || write(STDOUT_FILENO, "R", 1) != 1)
		return 2;
	for (uint64_t last = now_ns();;) {
		uint64_t now = now_ns(), gap = now - last;
		if (page->reset) {
			page->gap_ns = 0;
			page->reset = 0;
		} else if (gap > page->gap_ns) {
			page->gap_ns = gap;
		}
		page->readings++;
		last = now;
	}
}
