/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader: waits in getchar, so that it holds the lock of stdin for as long as nothing comes; and a
 * second thread with "reader both" that works on nothing shared. A byte ends it.
 */
#include "victim.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *work(void *arg)
{
	(void)arg;
	while (!victim_stopping())
		victim_round();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	bool both = argc > 1 && !strcmp(argv[1], "both");

	victim_init();
	if (both && pthread_create(&thread, NULL, work, NULL))
		return 2;
	victim_page->tid = (int32_t)syscall(SYS_gettid);
	victim_ready();
	if (getchar() == EOF)
		victim_fail("getchar gave EOF");
	victim_page->stop = 1;
	if (both)
		pthread_join(thread, NULL);
	victim_round();
	return victim_verdict();
}
