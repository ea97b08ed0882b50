/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library with one symbol of each sort, for the tests of src/obj; fixture2.c is its other half.
 */
int fx_data = 42;
__thread int fx_tls = 7;
extern int fx_other(int x);

static __attribute__((noinline, used)) int fx_dup(void)
{
	__asm__ volatile("");
	return 1;
}

static __attribute__((noinline, used)) int fx_local(void)
{
	__asm__ volatile("");
	return 2;
}

int fx_func(int x)
{
	return fx_other(x) + fx_dup() + fx_local() + fx_tls + fx_data;
}

__attribute__((weak)) int fx_weak(void)
{
	return 3;
}

static int fx_impl_a(void)
{
	return 10;
}

static int fx_impl_b(void)
{
	return 11;
}

static int (*fx_resolve(void))(void)
{
	return fx_data == 42 ? fx_impl_b : fx_impl_a;
}

int fx_ifunc(void) __attribute__((ifunc("fx_resolve")));

#ifdef FX_VERSIONS
int fx_first(void);
int fx_second(void);

int fx_first(void)
{
	return 21;
}

int fx_second(void)
{
	return 22;
}

__asm__(".symver fx_first, fx_versioned@FX_1");
__asm__(".symver fx_second, fx_versioned@@FX_2");
__asm__(".symver fx_second, fx_retired@FX_1");
#endif
