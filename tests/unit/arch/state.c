/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sentinel states and their comparison (Intel SDM 1, 13.4: the XSAVE area). */
#include "state.h"

#include <cpuid.h>
#include <string.h>

#define HEADER_OFF           512
#define CF_PF_AF_ZF_SF_DF_OF (1u << 0 | 1u << 2 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 10 | 1u << 11)

struct state state_out;
uint32_t state_again_seen;
uint32_t state_callee_al;
uint64_t state_callee_sp;
void (*state_callee_body)(void);

/* AVX and the three parts of AVX-512; the rest is no place for sentinels (PKRU). */
static const unsigned components[] = {2, 5, 6, 7};

static uint64_t enabled(void)
{
	uint32_t lo, hi;

	__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	return (uint64_t)hi << 32 | lo;
}

/* Where component @idx lies in the standard format; false if this CPU has it not. */
static bool place_of(unsigned idx, size_t *off, size_t *size)
{
	unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

	__cpuid_count(0xd, idx, eax, ebx, ecx, edx);
	*off = ebx;
	*size = eax;
	return enabled() >> idx & 1;
}

size_t state_xsave_size(void)
{
	unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

	__cpuid_count(0xd, 0, eax, ebx, ecx, edx);
	return ebx;
}

static void pattern(uint8_t *bytes, size_t size, unsigned seed)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(seed * 31 + i * 7 + (i >> 5) + 1);
}

static void fill_xsave(uint8_t *xsave, unsigned seed)
{
	const uint16_t fcw = seed & 1 ? 0x27f : 0xb7f;
	const uint32_t mxcsr = seed & 1 ? 0x3f80 : 0x9fc0;
	uint64_t in_use = 0;

	memset(xsave, 0, IJ_XSTATE_MAX);
	__asm__ volatile("xsave64 (%0)" : : "r"(xsave), "a"(-1), "d"(-1) : "memory");
	memcpy(&in_use, xsave + HEADER_OFF, sizeof(in_use));
	memcpy(xsave, &fcw, sizeof(fcw));
	memcpy(xsave + 24, &mxcsr, sizeof(mxcsr));
	xsave[4] = 3; /* two x87 registers in use */
	for (unsigned i = 0; i < 8; i++)
		pattern(xsave + 32 + i * 16, 10, seed + i);
	pattern(xsave + 160, 256, seed);
	in_use |= 3;
	for (size_t i = 0; i < IJ_COUNT(components); i++) {
		size_t off, size;

		if (!place_of(components[i], &off, &size))
			continue;
		pattern(xsave + off, size, seed + components[i]);
		in_use |= 1ull << components[i];
	}
	memcpy(xsave + HEADER_OFF, &in_use, sizeof(in_use));
}

void state_fill(struct state *state, unsigned seed)
{
	uint64_t *regs = &state->rax;

	memset(state, 0, sizeof(*state));
	for (unsigned i = 0; i < 16; i++)
		regs[i] = 0x0123456789abcdefull * (seed * 16 + i + 1) ^ 0xf00d;
	state->flags = 0x202 | (seed & 1 ? CF_PF_AF_ZF_SF_DF_OF : 0x41);
	fill_xsave(state->xsave, seed);
}

void state_clobber_vectors(void)
{
	static struct state other;

	fill_xsave(other.xsave, 6);
	__asm__ volatile("xrstor64 (%0)" : : "r"(other.xsave), "a"(-1), "d"(-1) : "memory");
}

const char *state_xsave_differs(const struct state *a, const struct state *b)
{
	static const struct {
		const char *name;
		size_t off, size;
	} legacy[] = {{"x87 control word", 0, 2}, {"x87 status word", 2, 2}, {"x87 tags", 4, 1},
		      {"MXCSR", 24, 4},           {"st(0)", 32, 10},         {"st(1)", 48, 10},
		      {"xmm", 160, 256}};

	for (size_t i = 0; i < IJ_COUNT(legacy); i++)
		if (memcmp(a->xsave + legacy[i].off, b->xsave + legacy[i].off, legacy[i].size))
			return legacy[i].name;
	for (size_t i = 0; i < IJ_COUNT(components); i++) {
		size_t off, size;

		if (place_of(components[i], &off, &size) &&
		    memcmp(a->xsave + off, b->xsave + off, size))
			return components[i] == 2 ? "ymm" : "zmm or k";
	}
	return NULL;
}

const char *state_regs_differ(const struct state *a, const struct state *b)
{
	static const char *const names[] = {"rax", "rbx", "rcx", "rdx", "rsi",  "rdi",
					    "rbp", "rsp", "r8",  "r9",  "r10",  "r11",
					    "r12", "r13", "r14", "r15", "flags"};
	const uint64_t *x = &a->rax, *y = &b->rax;

	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (x[i] != y[i])
			return names[i];
	return NULL;
}
