/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program to be listed: functions, variables and types of every kind that C has. */
#include <stdlib.h>

typedef int (*compare_fn)(const void *, const void *);
typedef struct {
	int value;
} nameless_struct;
typedef enum { NAMELESS_A, NAMELESS_B } nameless_enum;
typedef union {
	int number;
	float real;
} nameless_union;
typedef int four[4];
typedef nameless_struct again;

struct node {
	struct node *next;
	compare_fn compare;
	nameless_struct small;
	nameless_enum kind;
	nameless_union both;
	four list;
};

union both {
	int number;
	float real;
};

enum shade { LIGHT, DARK };
struct opaque;

static struct node *head;
struct opaque *hidden;
const char *const names[] = {"a", "b"};
static volatile unsigned char flag;
_Thread_local int per_thread = 3;
int (*table[2])(const void *, const void *);
enum shade shade = DARK;
union both both;
long long big;
_Bool truth;
again old_one;

static inline int inlined(int value)
{
	return value * 3;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static __attribute__((noinline)) int helper(int value, ...)
{
	static int calls;

	return value + ++calls + inlined(value);
}

void nothing(void)
{
	flag++;
}

char *const *strange(int (*function)(int), struct node node, const char text[], four *list)
{
	return function(node.list[0]) + text[0] + (*list)[1] ? NULL : (char *const *)head;
}

int main(int argc, char **argv)
{
	int values[3] = {3, 1, 2};

	qsort(values, 3, sizeof(int), compare);
	{
		int inner = helper(argc);

		values[0] += inner;
	}
	for (int i = 0; i < 3; i++) {
		static int loops;
		int twice = i * 2;

		loops += twice;
		values[1] += loops;
	}
	nothing();
	return values[0] + values[1] + (argv == NULL);
}
