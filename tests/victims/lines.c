/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lines THREADS: threads that write, rewind, read back and verify files of numbered lines, and
 * nothing else but stdio. Ends when the page says stop.
 */
#include "victim.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES = 200 };

static void put_lines(FILE *file, unsigned seed)
{
	for (unsigned i = 0; i < LINES; i++) {
		if (i % 3 == 0)
			fprintf(file, "%u line %u\n", seed, seed * 31 + i);
		else if (i % 3 == 1)
			fprintf(file, "%u %s %u\n", seed, "line", seed * 31 + i);
		else {
			char text[64];
			snprintf(text, sizeof(text), "%u line %u", seed, seed * 31 + i);
			fputs(text, file);
			fputc('\n', file);
		}
	}
}

static void check_lines(FILE *file, unsigned seed)
{
	char text[64], want[64];
	for (unsigned i = 0; i < LINES; i++) {
		snprintf(want, sizeof(want), "%u line %u\n", seed, seed * 31 + i);
		if (!fgets(text, sizeof(text), file)) {
			victim_fail("round %u: line %u is missing", seed, i);
			return;
		}
		if (strcmp(text, want) != 0) {
			victim_fail("round %u: line %u is wrong", seed, i);
			return;
		}
	}
	if (fgetc(file) != EOF)
		victim_fail("round %u: a line too many", seed);
}

static void *churn(void *arg)
{
	(void)arg;
	FILE *file = tmpfile();
	if (!file)
		_Exit(2);
	for (unsigned seed = 10000; !victim_stopping(); seed = 10000 + (seed + 1) % 10000) {
		rewind(file);
		put_lines(file, seed);
		rewind(file);
		check_lines(file, seed);
		if (ferror(file))
			victim_fail("round %u: the file has an error", seed);
		victim_round();
	}
	fclose(file);
	return NULL;
}

int main(int argc, char **argv)
{
	unsigned threads = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
	pthread_t ids[64];
	if (threads < 1 || threads > 64)
		return 2;
	victim_init();
	victim_ready();
	for (unsigned i = 1; i < threads; i++)
		if (pthread_create(&ids[i], NULL, churn, NULL) != 0)
			return 2;
	churn(NULL);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
	return victim_verdict();
}
