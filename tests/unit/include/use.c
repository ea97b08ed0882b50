/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marks in C and C++, for safepoint.sh. BARRIERS: the same program with what is left of the marks
 * once their notes are taken away. CHECKS: with safe-points. SECOND: the other of two files.
 */
#include "interject/safepoint.h"

#ifdef BARRIERS
#undef IJ_MARK_
#define IJ_MARK_(code, type) __asm__ __volatile__("" ::: "memory", "cc")
#endif

#ifdef CHECKS
#define CHECK() IJ_SAFEPOINT()
#else
#define CHECK() ((void)0)
#endif

static volatile int data[8];
int in_second(int x);
int dropped(int x);

#ifdef __cplusplus
inline __attribute__((noinline)) int shared(int x)
{
	IJ_UNSAFE_BEGIN();
	data[0] += x;
	IJ_UNSAFE_END();
	CHECK();
	return x;
}

template <typename T> __attribute__((noinline)) T generic(T x)
{
	IJ_RESTARTABLE_BEGIN();
	x += data[1];
	IJ_RESTARTABLE_END();
	return x;
}
#else
static int shared(int x)
{
	IJ_UNSAFE_BEGIN();
	data[0] += x;
	IJ_UNSAFE_END();
	CHECK();
	return x;
}

static int generic(int x)
{
	IJ_RESTARTABLE_BEGIN();
	x += data[1];
	IJ_RESTARTABLE_END();
	return x;
}
#endif

#ifdef SECOND
int in_second(int x)
{
	CHECK();
	return shared(x) + generic(x);
}
#else
int dropped(int x)
{
	IJ_UNSAFE_BEGIN();
	data[2] += x;
	IJ_UNSAFE_END();
	return x;
}

int main(void)
{
	int sum = 0;

	for (int i = 0; i < 3; i++) {
		CHECK();
		sum += shared(i) + generic(i) + in_second(i);
	}
	return sum == 12 ? 0 : 1;
}
#endif
