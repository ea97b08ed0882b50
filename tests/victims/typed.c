/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program with full debug information and every kind of type, object and function of C. Its
 * functions tell what they were given; `seen_*` tell what the program itself sees of its objects.
 */
#include "victim.h"

#include <complex.h>
#include <string.h>
#include <uchar.h>
#include <wchar.h>

enum color { RED, GREEN = 5, BLUE };
enum access { MAY_READ = 1, MAY_WRITE = 2, MAY_RUN = 8 };

struct point {
	int x, y;
};

struct big {
	long a[5];
	double d;
	char name[16];
};

struct mix {
	double d;
	int i;
};

struct bits {
	unsigned a : 3, b : 5;
	int c : 7;
	unsigned long long d : 40;
};

union number {
	int i;
	float f;
};

struct outer {
	int kind;
	union {
		int small;
		double large;
	};
	struct point at;
};

typedef struct node {
	int value;
	struct node *next;
	const char *label;
} node_t;

static node_t second = {2, NULL, "two"};
node_t first = {1, &second, "one"};
struct point origin = {3, 4};
struct bits bits = {5, 17, -3, 0x1234567890};
union number number = {.f = 1.5f};
struct outer outer = {1, {.large = 2.5}, {6, 7}};
int array[12] = {1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};
int matrix[2][3] = {{1, 2, 3}, {4, 5, 6}};
char name[16] = "abc";
struct {
	wchar_t one, text[4];
	char16_t half;
} glyphs = {L'x', L"abc", u'h'};
char *words[3] = {"one", "two", NULL};
enum color color = GREEN;
enum access may = MAY_READ | MAY_RUN;
static volatile int counter = 42;
const int fixed = 10;
double fraction = 0.1;
_Bool yes = 1;
long double longer = 3.25L;
unsigned char byte = 200;
double complex twist = 1 + 2 * I;
const char *message = "hello";
unsigned long long most = ~0ull;
__thread int local = 7;

int add(int a, int b)
{
	return a + b;
}

int (*operation)(int, int) = add;

double half(double x)
{
	return x / 2;
}

float half_float(float x)
{
	return x / 2;
}

long double twice(long double x)
{
	return x * 2;
}

struct point swap(struct point p)
{
	return (struct point){p.y, p.x};
}

struct big make(int n)
{
	struct big b = {{n, n + 1, n + 2}, 2.5, "made"};

	return b;
}

long sum(struct big b, int k)
{
	return b.a[0] + b.a[1] + k + (long)b.d;
}

struct mix mixed(struct mix m, float f)
{
	m.d += f;
	m.i++;
	return m;
}

enum color next(enum color c)
{
	return c == RED ? GREEN : BLUE;
}

const char *label(const node_t *n)
{
	return n->label;
}

node_t *get(int i)
{
	return i == 1 ? &first : &second;
}

_Bool negate(_Bool b)
{
	return !b;
}

unsigned char increment(unsigned char c)
{
	return c + 1;
}

void fill(char *buf, int n)
{
	for (int i = 0; i < n - 1; i++)
		buf[i] = (char)('a' + i);
	buf[n - 1] = 0;
}

void move(struct point *p, int by)
{
	p->x += by;
	p->y += by;
}

__attribute__((noipa)) static int hidden(int x)
{
	return x * counter;
}

double complex turn(double complex z)
{
	return z * I;
}

__int128 wide(__int128 a)
{
	return a * 2;
}

struct huge {
	int items[10000];
} huge = {{1, 2}};

/* More on the stack than a call's own description has room for, and a pointer behind it. */
int far(int a, int b, int c, int d, int e, int f, struct huge h, const char *text)
{
	return a + b + c + d + e + f + h.items[0] + h.items[1] + h.items[9999] + text[0];
}

struct huge grown(struct huge h)
{
	h.items[9999] = h.items[1] + 1;
	return h;
}

typedef float quad __attribute__((vector_size(16)));

quad doubled(quad q)
{
	return q + q;
}

long double _Complex turned(long double _Complex z)
{
	return z * I;
}

int total(int n, ...)
{
	__builtin_va_list ap;
	int all = 0;

	__builtin_va_start(ap, n);
	for (int i = 0; i < n; i++)
		all += __builtin_va_arg(ap, int);
	__builtin_va_end(ap);
	return all;
}

int apply(int (*f)(int, int), int a, int b)
{
	return f(a, b);
}

/* What order its arguments were evaluated in: each call takes the next number. */
int ticket(void)
{
	static int last;

	return ++last;
}

int order(int a, int b, int c)
{
	return a * 100 + b * 10 + c;
}

int seen_counter(void)
{
	return counter;
}

int seen_bits(void)
{
	return (int)(bits.a * 10000 + bits.b * 100) + bits.c;
}

int main(void)
{
	victim_init();
	local = 8;
	victim_ready();
	while (!victim_stopping() && hidden(0) == 0)
		victim_round();
	return victim_verdict();
}
