/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * collector: a program of the Boehm-Demers-Weiser collector that builds trees, drops most of them,
 * and verifies those it kept. Ends when the page says stop.
 */
#include "victim.h"

#include <gc.h>
#include <stddef.h>

enum { TREES = 16, DEPTH = 9 };

struct node {
	struct node *left, *right;
	uint64_t sum; /* of its subtree's values */
	uint64_t value;
};

static struct node *build(unsigned depth, uint64_t *seed)
{
	struct node *node = GC_MALLOC(sizeof(*node));
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	node->value = *seed >> 33;
	node->sum = node->value;
	if (depth) {
		node->left = build(depth - 1, seed);
		node->right = build(depth - 1, seed);
		node->sum += node->left->sum + node->right->sum;
	}
	return node;
}

static uint64_t check(const struct node *node, unsigned depth)
{
	uint64_t sum;
	if (!node)
		return 0;
	sum = node->value;
	if (depth)
		sum += check(node->left, depth - 1) + check(node->right, depth - 1);
	if (sum != node->sum)
		victim_fail("a tree's node at depth %u was overwritten", depth);
	return node->sum;
}

int main(void)
{
	static struct node *trees[TREES];
	uint64_t seed = 1;
	victim_init();
	GC_INIT();
	victim_ready();
	for (unsigned i = 0; !victim_stopping(); i = (i + 1) % TREES) {
		check(trees[i], DEPTH);
		trees[i] = build(DEPTH, &seed);
		victim_round();
	}
	return victim_verdict();
}
