/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions to be called in a victim by injection: results and arguments of every class, errno, and
 * all the ways in which a call may fail to come back. Each says in its name what it does.
 */
#include "callees.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

pthread_mutex_t callee_mutex = PTHREAD_MUTEX_INITIALIZER;
jmp_buf callee_jump;
volatile uint64_t callee_count;
int callee_data = 5;
_Thread_local int callee_tls = 6;

/* Results. */

int f_zero(void)
{
	return 0;
}

int f_negative(void)
{
	return -42;
}

long f_long(void)
{
	return -0x123456789abcdefl;
}

unsigned long f_unsigned(void)
{
	return 0xfedcba9876543210ul;
}

/* The upper bits of rax are garbage by the ABI: only the type's width counts. */
__attribute__((naked)) signed char f_char(void)
{
	__asm__("movabsq $0x1122334455667785, %rax\n\tret");
}

__attribute__((naked)) bool f_bool(void)
{
	__asm__("movabsq $0x1122334455667701, %rax\n\tret");
}

double f_double(void)
{
	return -2.5;
}

float f_float(void)
{
	return 0.75f;
}

const char *f_string(void)
{
	return "from the victim";
}

void *f_null(void)
{
	return NULL;
}

void f_void(void)
{
}

uint64_t f_count(void)
{
	return ++callee_count;
}

int f_tid(void)
{
	return (int)syscall(SYS_gettid);
}

/* Arguments. */

int f_add(int a, int b)
{
	return a + b;
}

double f_scale(double x, int times)
{
	return x * times;
}

float f_halve(float x)
{
	return x / 2;
}

size_t f_length(const char *str)
{
	return strlen(str);
}

int f_same(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

unsigned f_sum_bytes(const unsigned char *bytes, size_t size)
{
	unsigned sum = 0;
	for (size_t i = 0; i < size; i++)
		sum += bytes[i];
	return sum;
}

int f_fill(char *buf, int size)
{
	for (int i = 0; i < size; i++)
		buf[i] = (char)('a' + i % 26);
	return size;
}

/* 20 integers: 6 in registers, 14 on the stack; returns how many are right. */
int f_twenty(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j, long k,
	     long l, long m, long n, long o, long p, long q, long r, long s, long t)
{
	const long all[20] = {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t};
	int right = 0;
	for (int at = 0; at < 20; at++)
		right += all[at] == at + 1;
	return right;
}

/* 20 mixed: 9 integer class, 11 SSE class, so that both spill; returns how many are right. */
int f_mixed(int a, double b, long c, float d, signed char e, double f, unsigned g, double h,
	    short i, double j, const char *k, double l, unsigned long m, float n, long o, double p,
	    double q, double r, double s, int t)
{
	return (a == -1) + (b == 2.5) + (c == 3000000000l) + (d == 4.25f) + (e == -5) + (f == 6.5) +
	       (g == 7u) + (h == 8.5) + (i == -9) + (j == 10.5) + (strcmp(k, "eleven") == 0) +
	       (l == 12.5) + (m == 13ul) + (n == 14.75f) + (o == -15) + (p == 16.5) + (q == 17.5) +
	       (r == 18.5) + (s == 19.5) + (t == 20);
}

static int implementation(int x)
{
	return x + 1000;
}

__attribute__((used)) static int (*resolve(void))(int)
{
	return implementation;
}

/* Nothing in this library or the victim refers to it, so no slot shows what it resolves to. */
int f_indirect(int x) __attribute__((ifunc("resolve")));

/* In .symtab only. */
__attribute__((visibility("hidden"), used)) int f_hidden(void)
{
	return 314;
}

/* State. */

int f_errno_set(int value)
{
	errno = value;
	return -1;
}

/* What the psABI promises a function at entry (3.2.1, 3.2.3); 0 if all of it holds, else a bit for
 * each. */
__attribute__((naked)) int f_abi_state(void)
{
	__asm__("movq %rsp, %rdx\n\t"
		"subq $40, %rsp\n\t"
		"xorl %eax, %eax\n\t"
		"andl $15, %edx\n\t"
		"cmpl $8, %edx\n\t" /* rsp is 8 off a multiple of 16 */
		"je 1f\n\t"
		"orl $1, %eax\n\t"
		"1: pushfq\n\t"
		"popq %rdx\n\t"
		"testl $0x400, %edx\n\t" /* DF clear */
		"je 2f\n\t"
		"orl $2, %eax\n\t"
		"2: stmxcsr (%rsp)\n\t"
		"movl (%rsp), %edx\n\t"
		"andl $0xffc0, %edx\n\t"
		"cmpl $0x1f80, %edx\n\t"
		"je 3f\n\t"
		"orl $4, %eax\n\t"
		"3: fnstenv (%rsp)\n\t"
		"fldenv (%rsp)\n\t"
		"movzwl (%rsp), %edx\n\t"
		"cmpl $0x37f, %edx\n\t"
		"je 4f\n\t"
		"orl $8, %eax\n\t"
		"4: cmpw $-1, 8(%rsp)\n\t" /* x87 stack empty */
		"je 5f\n\t"
		"orl $16, %eax\n\t"
		"5: addq $40, %rsp\n\t"
		"ret");
}

/* Change everything that a function may change and more: also MXCSR, the x87 control word and DF.
 */
__attribute__((naked)) int f_clobber(void)
{
	__asm__("movl $0x5f80, -8(%rsp)\n\t"
		"ldmxcsr -8(%rsp)\n\t"
		"movw $0x77f, -8(%rsp)\n\t"
		"fldcw -8(%rsp)\n\t"
		"fldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\tfldpi\n\t"
		"pcmpeqd %xmm0, %xmm0\n\t"
		".irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n\t"
		"movdqa %xmm0, %xmm\\n\n\t"
		".endr\n\t"
		"movq $-1, %rcx\n\tmovq %rcx, %rdx\n\tmovq %rcx, %rsi\n\tmovq %rcx, %rdi\n\t"
		"movq %rcx, %r8\n\tmovq %rcx, %r9\n\tmovq %rcx, %r10\n\tmovq %rcx, %r11\n\t"
		"movl $77, %eax\n\t"
		"std\n\t"
		"ret");
}

/* The same with the wide registers, for CPUs that have AVX-512. */
__attribute__((target("avx512f,avx512bw"))) int f_clobber_wide(void)
{
	__asm__ volatile(".irp n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,"
			 "25,26,27,28,29,30,31\n\t"
			 "vpternlogd $255, %%zmm\\n, %%zmm\\n, %%zmm\\n\n\t"
			 ".endr\n\t"
			 ".irp n, 0,1,2,3,4,5,6,7\n\t"
			 "kxnorq %%k\\n, %%k\\n, %%k\\n\n\t"
			 ".endr\n\t" ::
				 : "memory");
	return 88;
}

int f_has_wide(void)
{
	return __builtin_cpu_supports("avx512bw") != 0;
}

int f_raise(int signo)
{
	return raise(signo);
}

/* Stack of its own, every page touched. */
__attribute__((noinline)) int f_deep(int kilobytes)
{
	volatile char page[1024];
	page[0] = (char)kilobytes;
	return kilobytes <= 1 ? page[0] : f_deep(kilobytes - 1) + (page[0] != (char)kilobytes);
}

/* Ways not to come back. */

int f_segv(void)
{
	int *volatile nowhere = (int *)16;
	return *nowhere;
}

int f_jump_wild(void)
{
	((void (*)(void))0x10)();
	return 0;
}

int f_illegal(void)
{
	__asm__ volatile("ud2");
	return 0;
}

int f_divide(int by)
{
	volatile int from = 1000;
	return from / by;
}

int f_abort(void)
{
	abort();
}

int f_sleep(int ms)
{
	struct timespec want = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000l};
	return nanosleep(&want, NULL);
}

/* Overdue while it holds a lock that others need. */
int f_hold_stdio(int ms)
{
	flockfile(stdout);
	f_sleep(ms);
	funlockfile(stdout);
	return 0;
}

int f_spin(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

/* Holds the allocator half of the time, but never for long. */
int f_churn(void)
{
	for (;;) {
		void *volatile p = malloc(64);

		for (volatile unsigned i = 0; i < 20; i++)
			;
		free(p);
	}
}

int f_lock_self(void)
{
	int err = pthread_mutex_lock(&callee_mutex);
	if (err == 0)
		pthread_mutex_unlock(&callee_mutex);
	return err;
}

int f_longjmp(void)
{
	longjmp(callee_jump, 1);
}

int f_pthread_exit(void)
{
	pthread_exit(NULL);
}

int f_cancel(void)
{
	pthread_cancel(pthread_self());
	pthread_testcancel();
	return 0;
}

int f_exit(int status)
{
	exit(status);
}

int f_exit_at_once(int status)
{
	_exit(status);
}

int f_exec(void)
{
	return execl("/bin/sleep", "sleep", "1000", (char *)NULL);
}

int f_kill_self(int signo)
{
	return kill(getpid(), signo);
}
