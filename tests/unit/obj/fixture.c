/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A library with one symbol of each sort, for the tests of src/obj; fixture2.c is its other half.
 */
int fx_data = 42;
__thread int fx_tls = 7;
extern int fx_other(int x);
int fx_ifunc(void);

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
	return fx_other(x) + fx_dup() + fx_local() + fx_ifunc() + fx_tls + fx_data;
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

/* As hand-written assembly often is: a function without size, and one without even a type. */
__asm__(".text\n"
	".type fx_unsized, @function\n"
	"fx_unsized: nop; nop; ret\n"
	"fx_bare: nop; ret\n");

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
