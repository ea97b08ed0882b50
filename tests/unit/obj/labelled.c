/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Code whose variables are looked for in its debug information. */

struct node {
	struct node *next;
	int value;
};

typedef const struct node *node_ref;

static inline __attribute__((always_inline)) int first(node_ref inner)
{
	__asm__ volatile("nop\n\tnop" ::"r"(inner));
	return inner->value;
}

int labelled(struct node *list, const char **names, int count, int (*callback)(int),
	     node_ref other);
int labelled(struct node *list, const char **names, int count, int (*callback)(int), node_ref other)
{
	struct node *volatile kept = list;

	__asm__ volatile(".globl labelled_here\nlabelled_here:" ::"r"(list), "r"(names), "r"(other)
			 : "memory");
	return callback(count + names[0][0] + first(other)) + kept->value;
}
