/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * storm THREADS: threads that allocate, resize, print and free all the time, and verify what they
 * stored.
 *
 * With one thread no second one is ever started, since glibc takes no lock then. Every block
 * carries a pattern made of its own size and slot, checked before it is freed. Ends when the page
 * says stop.
 */
#include "victim.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SLOTS = 512,
	BATCH = 256,
};

struct block {
	uint64_t *words;
	size_t words_len;
	uint64_t seed;
};

static uint64_t rng(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill(struct block *blk, size_t from)
{
	for (size_t i = from; i < blk->words_len; i++)
		blk->words[i] = blk->seed + i * 0x9e3779b97f4a7c15ull;
}

static void check(const struct block *blk)
{
	for (size_t i = 0; i < blk->words_len; i++)
		if (blk->words[i] != blk->seed + i * 0x9e3779b97f4a7c15ull) {
			victim_fail("word %zu of a block of %zu changed", i, blk->words_len);
			return;
		}
}

static size_t random_len(uint64_t *state)
{
	/* Small ones for tcache and the bins, some large, a few that are mapped. */
	uint64_t dice = rng(state) % 64;
	size_t limit = dice == 0 ? 40000 : dice < 8 ? 1000 : 40;
	return 1 + rng(state) % limit;
}

static void step(struct block *blk, uint64_t *state)
{
	if (!blk->words) {
		blk->words_len = random_len(state);
		blk->seed = rng(state);
		blk->words = malloc(blk->words_len * 8);
		fill(blk, 0);
	} else if (rng(state) % 4 == 0) {
		size_t old = blk->words_len;
		blk->words_len = random_len(state);
		blk->words = realloc(blk->words, blk->words_len * 8);
		fill(blk, old < blk->words_len ? old : blk->words_len);
		check(blk);
	} else {
		check(blk);
		free(blk->words);
		blk->words = NULL;
	}
}

static void *churn(void *arg)
{
	uint64_t state = 0x9e3779b97f4a7c15ull * (uint64_t)(uintptr_t)arg;
	struct block *blocks = calloc(SLOTS, sizeof(*blocks));
	FILE *out = fopen("/dev/null", "w");
	if (!blocks || !out)
		_Exit(2);
	while (!victim_stopping()) {
		for (unsigned i = 0; i < BATCH; i++)
			step(&blocks[rng(&state) % SLOTS], &state);
		fprintf(out, "%s %llu\n", "round", (unsigned long long)victim_page->rounds);
		victim_page->rounds++;
	}
	for (unsigned i = 0; i < SLOTS; i++) {
		if (blocks[i].words)
			check(&blocks[i]);
		free(blocks[i].words);
	}
	free(blocks);
	fclose(out);
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
		if (pthread_create(&ids[i], NULL, churn, (void *)(uintptr_t)(i + 1)) != 0)
			return 2;
	churn((void *)1);
	for (unsigned i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
	return victim_verdict();
}
