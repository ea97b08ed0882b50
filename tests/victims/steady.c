/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * steady [--storm] [--bare] [--tiles] [--markers|--all-markers]: a busy loop that holds known
 * values in every register, and checks them.
 *
 * Each round checks the general registers, flags, x87, SSE, AVX and AVX-512 state, MXCSR, the red
 * zone, errno, the signal mask, the alternate stack, a block of heap and the TLS. With --storm a
 * child queues numbered real-time signals and a timer sends SIGALRM all the while; none may be lost
 * or reordered. With --markers every default-ignored signal that an injector could use is caught
 * and counted, since nobody else sends one. With --bare it makes no system call any more once it is
 * ready. With --tiles AMX tiles have values, too, where the processor has them. Ends when the page
 * says stop.
 */
#include "victim.h"

#include <cpuid.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void steady_round(void);
extern uint64_t steady_in[15], steady_out[16], steady_flags_in, steady_flags_out, steady_mask;
extern uint64_t steady_red_in[16], steady_red_out[16];
extern uint8_t steady_x_in[16384], steady_x_out[16384];

enum {
	LOOPS = 200000, /* of the inner loop, a round: about 0.1 ms */
	ERRNO = 4711,
	HEAP_WORDS = 8192,
	RCX = 2,
	RDX = 3,
};

/* The state components that ordinary code has: x87, SSE, AVX, opmask, ZMM_Hi256, Hi16_ZMM. */
#define COMPONENTS 0xe7ull
/* Those of AMX, and what makes a program use them (asm/prctl.h of Linux 5.16). */
#define TILECFG             17
#define TILEDATA            18
#define ARCH_REQ_XCOMP_PERM 0x1023
#define FLAGS_MASK          0xcd5ull /* CF PF AF ZF SF DF OF */

static uint64_t heap_sum;
static uint64_t *heap;
static char *alt_stack;
static _Thread_local uint64_t tls_word = 0x0123456789abcdefull;
static uint32_t next_number;

static uint64_t rng(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ull;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Offset and size of a component in the standard format (Intel SDM 1, 13.4.2). */
static void component(unsigned idx, uint32_t *off_ret, uint32_t *size_ret)
{
	uint32_t ecx = 0, edx = 0;
	__cpuid_count(0xd, idx, *size_ret, *off_ret, ecx, edx);
}

static bool xstate_init(void)
{
	uint32_t eax, ebx, ecx, edx;
	if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & bit_OSXSAVE))
		return false;
	uint32_t xcr_lo, xcr_hi;
	__asm__("xgetbv" : "=a"(xcr_lo), "=d"(xcr_hi) : "c"(0));
	steady_mask = xcr_lo & COMPONENTS;
	return (steady_mask & 7) == 7;
}

static void tiles_init(void)
{
	const uint64_t tiles = 1ull << TILECFG | 1ull << TILEDATA;
	uint32_t xcr_lo, xcr_hi;
	__asm__("xgetbv" : "=a"(xcr_lo), "=d"(xcr_hi) : "c"(0));
	if ((xcr_lo & tiles) == tiles && !syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, TILEDATA))
		steady_mask |= tiles;
}

/* Palette 1: eight tiles of 16 rows of 64 bytes (Intel SDM 1, 18.4). */
static void tiles_configure(void)
{
	uint32_t off, size;
	component(TILECFG, &off, &size);
	memset(steady_x_in + off, 0, size);
	steady_x_in[off] = 1;
	for (unsigned i = 0; i < 8; i++) {
		steady_x_in[off + 16 + 2 * i] = 64;
		steady_x_in[off + 48 + i] = 16;
	}
}

/* New values for everything; the layout is that of FXSAVE64 and the XSAVE header. */
static void randomise(void)
{
	for (unsigned i = 0; i < 15; i++)
		steady_in[i] = rng();
	steady_in[RCX] = LOOPS;
	for (unsigned i = 0; i < 16; i++)
		steady_red_in[i] = rng();
	steady_flags_in = (rng() & FLAGS_MASK) | 0x202;

	static const uint16_t round[] = {0x000, 0x400, 0x800, 0xc00};
	memset(steady_x_in, 0, sizeof(steady_x_in));
	uint16_t control = 0x037f | round[rng() & 3];
	memcpy(steady_x_in, &control, 2);
	steady_x_in[4] = 0xff; /* abridged tag word: all eight in use */
	uint32_t mxcsr = 0x1f80 | (uint32_t)round[rng() & 3] << 3 | (rng() & 1 ? 0x8000 : 0);
	memcpy(steady_x_in + 24, &mxcsr, 4);
	for (unsigned i = 0; i < 8; i++) {
		uint64_t mantissa = rng() | 1ull << 63;
		uint16_t exponent = 0x3fff + (uint16_t)(rng() % 100);
		memcpy(steady_x_in + 32 + 16 * i, &mantissa, 8);
		memcpy(steady_x_in + 40 + 16 * i, &exponent, 2);
	}
	for (unsigned i = 160; i < 416; i++)
		steady_x_in[i] = (uint8_t)rng();
	memcpy(steady_x_in + 512, &steady_mask, 8);
	for (unsigned idx = 2; idx <= TILEDATA; idx++) {
		uint32_t off, size;
		if (!(steady_mask >> idx & 1))
			continue;
		component(idx, &off, &size);
		for (uint32_t i = 0; i < size; i++)
			steady_x_in[off + i] = (uint8_t)rng();
	}
	if (steady_mask >> TILECFG & 1)
		tiles_configure();
}

static void check_bytes(const char *what, unsigned off, unsigned size)
{
	unsigned at = off;
	uint64_t want = 0, got = 0;
	if (memcmp(steady_x_in + off, steady_x_out + off, size) == 0)
		return;
	while (steady_x_in[at] == steady_x_out[at])
		at++;
	at -= (at - off) % 8;
	memcpy(&want, steady_x_in + at, 8);
	memcpy(&got, steady_x_out + at, 8);
	victim_fail("%s changed, first at offset %u: %#llx, not %#llx", what, at - off,
		    (unsigned long long)got, (unsigned long long)want);
}

static void check_registers(void)
{
	static const char *const names[15] = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "r8",
					      "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
	for (unsigned i = 0; i < 15; i++) {
		uint64_t want = i == RCX ? 0 : i == RDX ? steady_in[i] + LOOPS : steady_in[i];
		if (steady_out[i] != want)
			victim_fail("%s is %#llx, not %#llx", names[i],
				    (unsigned long long)steady_out[i], (unsigned long long)want);
	}
	if (steady_out[15] != 0)
		victim_fail("rsp moved by %lld", (long long)-steady_out[15]);
	if ((steady_flags_out ^ steady_flags_in) & FLAGS_MASK)
		victim_fail("flags are %#llx, not %#llx", (unsigned long long)steady_flags_out,
			    (unsigned long long)steady_flags_in);
	for (unsigned i = 0; i < 16; i++)
		if (steady_red_in[i] != steady_red_out[i])
			victim_fail("red zone changed at rsp-%u", 128 - 8 * i);
	check_bytes("x87 control word", 0, 2);
	check_bytes("x87 tag word", 4, 1);
	check_bytes("MXCSR", 24, 4);
	for (unsigned i = 0; i < 8; i++)
		check_bytes("an x87 register", 32 + 16 * i, 10);
	check_bytes("an SSE register", 160, 256);
	static const char *const parts[] = {
		[2] = "the high half of a ymm register", [5] = "an opmask register",
		[6] = "the high half of a zmm register", [7] = "one of zmm16 to zmm31",
		[TILECFG] = "the tiles' configuration",  [TILEDATA] = "a tile"};
	for (unsigned idx = 2; idx <= TILEDATA; idx++) {
		uint32_t off, size;
		if (!(steady_mask >> idx & 1))
			continue;
		component(idx, &off, &size);
		check_bytes(parts[idx], off, size);
	}
}

static uint64_t heap_checksum(void)
{
	uint64_t sum = 0;
	for (unsigned i = 0; i < HEAP_WORDS; i++)
		sum = (sum << 1 | sum >> 63) ^ heap[i];
	return sum;
}

static void check_signals(const sigset_t *mask)
{
	sigset_t now;
	sigprocmask(SIG_BLOCK, NULL, &now);
	if (memcmp(&now, mask, 8) != 0)
		victim_fail("the signal mask changed");
	stack_t alt;
	sigaltstack(NULL, &alt);
	if (alt.ss_sp != alt_stack || alt.ss_flags != 0)
		victim_fail("the alternate stack changed");
}

static void check_process(const sigset_t *mask, bool bare)
{
	if (errno != ERRNO)
		victim_fail("errno is %d", errno);
	if (!bare)
		check_signals(mask);
	if (heap_checksum() != heap_sum)
		victim_fail("heap contents changed");
	if (tls_word != 0x0123456789abcdefull)
		victim_fail("TLS changed");
	errno = ERRNO;
}

static void on_number(int signo, siginfo_t *si, void *ctx)
{
	(void)signo;
	(void)ctx;
	uint32_t number = (uint32_t)si->si_value.sival_int;
	if (si->si_code != SI_QUEUE)
		victim_fail("a numbered signal came with si_code %d", si->si_code);
	if (number != next_number) {
		victim_page->reordered++;
		victim_fail("signal %u came instead of %u", number, next_number);
	}
	next_number = number + 1;
	victim_page->received++;
}

static void on_tick(int signo)
{
	(void)signo;
	/* Vector code in a handler, so that a half-saved state shows. */
	__asm__ volatile("vpxor %%ymm0, %%ymm0, %%ymm0\n\tvzeroupper" ::: "xmm0", "memory");
	victim_page->ticks++;
}

static void on_marker(int signo)
{
	(void)signo;
	victim_page->markers++;
}

static void handle(int signo, void (*handler)(int), void (*action)(int, siginfo_t *, void *))
{
	struct sigaction sa = {.sa_flags = SA_RESTART};
	sigemptyset(&sa.sa_mask);
	if (action) {
		sa.sa_sigaction = action;
		sa.sa_flags |= SA_SIGINFO;
	} else {
		sa.sa_handler = handler;
	}
	sigaction(signo, &sa, NULL);
}

/* The child that queues the numbers; ends when asked, and never loses one to a full queue. */
static _Noreturn void send_numbers(pid_t pid)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	struct timespec gap = {.tv_nsec = 300000};
	for (uint32_t number = 0; !victim_stopping(); number++) {
		union sigval value = {.sival_int = (int)number};
		while (sigqueue(pid, SIGRTMIN + 3, value) != 0 && errno == EAGAIN)
			nanosleep(&gap, NULL);
		victim_page->sent++;
		nanosleep(&gap, NULL);
	}
	_exit(0);
}

static pid_t storm_start(void)
{
	handle(SIGRTMIN + 3, NULL, on_number);
	handle(SIGALRM, on_tick, NULL);
	pid_t self = getpid();
	pid_t child = fork();
	if (child == 0)
		send_numbers(self);
	timer_t timer;
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
	struct itimerspec every = {{0, 2000000}, {0, 2000000}};
	if (child < 0 || timer_create(CLOCK_MONOTONIC, &ev, &timer) != 0 ||
	    timer_settime(timer, 0, &every, NULL) != 0)
		_exit(2);
	return child;
}

/* All numbers that were sent have been handled by now: the last came before the child's SIGCHLD. */
static void storm_end(pid_t child)
{
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (victim_page->sent != victim_page->received)
		victim_fail("%llu numbered signals sent, %llu received",
			    (unsigned long long)victim_page->sent,
			    (unsigned long long)victim_page->received);
	if (victim_page->ticks == 0)
		victim_fail("no timer signal came");
}

int main(int argc, char **argv)
{
	victim_init();
	if (!xstate_init())
		return 77;
	bool storm = false, bare = false;
	for (int i = 1; i < argc; i++) {
		storm |= strcmp(argv[i], "--storm") == 0;
		bare |= strcmp(argv[i], "--bare") == 0;
		if (strcmp(argv[i], "--tiles") == 0)
			tiles_init();
		bool all = strcmp(argv[i], "--all-markers") == 0;
		if (all || strcmp(argv[i], "--markers") == 0) {
			handle(SIGURG, on_marker, NULL);
			handle(SIGWINCH, on_marker, NULL);
			handle(SIGCONT, on_marker, NULL);
		}
		if (all)
			handle(SIGCHLD, on_marker, NULL);
	}
	heap = malloc(HEAP_WORDS * sizeof(*heap));
	alt_stack = malloc(65536);
	for (unsigned i = 0; i < HEAP_WORDS; i++)
		heap[i] = rng();
	heap_sum = heap_checksum();
	sigaltstack(&(stack_t){.ss_sp = alt_stack, .ss_size = 65536}, NULL);
	sigset_t mask;
	sigemptyset(&mask);
	sigaddset(&mask, SIGUSR2);
	sigaddset(&mask, SIGRTMIN + 7);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	pid_t child = storm ? storm_start() : 0;

	errno = ERRNO;
	victim_ready();
	while (!victim_stopping()) {
		randomise();
		steady_round();
		check_registers();
		check_process(&mask, bare);
		victim_page->rounds++;
	}
	if (bare)
		syscall(SYS_exit, victim_verdict());
	if (storm)
		storm_end(child);
	return victim_verdict();
}
