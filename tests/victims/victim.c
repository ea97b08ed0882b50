/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every victim shares. */
#include "victim.h"
#include "confine.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct victim_page private_page;
struct victim_page *victim_page = &private_page;
static bool by_hand = true;
/* To be called in static victims too, which would not have it otherwise. */
static __attribute__((used)) pid_t (*const linked[])(void) = {getppid};

void victim_init(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct stat st;
	if (fstat(VICTIM_PAGE_FD, &st) != 0 || (size_t)st.st_size < sizeof(*victim_page))
		return;
	void *page = mmap(NULL, sizeof(*victim_page), PROT_READ | PROT_WRITE, MAP_SHARED,
			  VICTIM_PAGE_FD, 0);
	if (page == MAP_FAILED)
		_exit(2);
	victim_page = page;
	by_hand = false;
}

void victim_ready(void)
{
	const char *confinement = getenv("IJ_CONFINE");
	victim_page->tid = (int32_t)syscall(SYS_gettid);
	if (confinement)
		victim_confine(confinement);
	if (write(STDOUT_FILENO, "R", 1) != 1)
		_exit(2);
}

void victim_fail(const char *fmt, ...)
{
	if (atomic_fetch_add(&victim_page->failures, 1) > 0)
		return;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(victim_page->failure, sizeof(victim_page->failure), fmt, ap);
	va_end(ap);
}

bool victim_stopping(void)
{
	return victim_page->stop != 0;
}

int victim_verdict(void)
{
	if (by_hand)
		printf("\nrounds %llu failures %u %s\n", (unsigned long long)victim_page->rounds,
		       victim_page->failures, victim_page->failures ? victim_page->failure : "");
	return victim_page->failures ? 1 : 0;
}

void victim_round(void)
{
	victim_page->rounds++;
}

uint64_t victim_now_ns(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}
