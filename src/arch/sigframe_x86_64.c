/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signal frames as the x86-64 kernel reads them, and the size of the extended state. */
#include "arch/sigframe.h"

#include <cpuid.h>
#include <string.h>

#include "arch/stub.h"

#define LEGACY_SIZE 512 /* FXSAVE image */
#define HEADER_SIZE 64  /* XSAVE header: XSTATE_BV, XCOMP_BV, reserved */
#define SW_OFF      464 /* struct _fpx_sw_bytes in the FXSAVE image */
#define MAGIC1      0x46505853u
#define MAGIC2      0x46505845u
#define AMX_BITS    (3ull << 17)
#define AVX_BIT     (1ull << 2)
#define AVX512_BITS (7ull << 5 | AVX_BIT)

/* No valid combination of SS_DISABLE, SS_ONSTACK and SS_AUTODISARM. */
#define INVALID_SS 0x3f

#define UC_FP_XSTATE         1
#define UC_SIGCONTEXT_SS     2
#define UC_STRICT_RESTORE_SS 4

/* struct ucontext of the kernel, which differs from glibc's ucontext_t in its tail. */
struct frame {
	uint64_t return_addr;
	uint64_t uc_flags;
	uint64_t uc_link;
	uint64_t ss_sp;
	uint32_t ss_flags;
	uint32_t ss_pad;
	uint64_t ss_size;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip;
	uint64_t eflags;
	uint16_t cs, gs, fs, ss;
	uint64_t err, trapno, oldmask, cr2;
	uint64_t fpstate;
	uint64_t reserved[8];
	uint64_t sigmask;
};
#define CONTEXT_SIZE 304u
_Static_assert(sizeof(struct frame) == 8 + CONTEXT_SIZE, "return address and struct ucontext");

/* From a context at a multiple of 64 to its extended state, at another. */
#define XSTATE_OFF 320u

/*
 * What this CPU has, asked once: under a hypervisor each CPUID leaves the guest, which takes longer
 * than all else that is done to build a frame.
 */
struct layout {
	uint64_t enabled; /* components that the system enabled; 0: not asked yet */
	uint64_t end[63]; /* where each component ends in the standard format, bytes */
};

static const struct layout *layout_get(void)
{
	static struct layout layout;
	uint32_t lo, hi;

	if (layout.enabled)
		return &layout;
	__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	for (unsigned i = 2; i < IJ_COUNT(layout.end); i++) {
		unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

		/* Under a hypervisor each question costs microseconds. */
		if (!(((uint64_t)hi << 32 | lo) >> i & 1))
			continue;
		__cpuid_count(0xd, i, eax, ebx, ecx, edx);
		layout.end[i] = eax ? ebx + eax : 0;
	}
	layout.enabled = (uint64_t)hi << 32 | lo;
	return &layout;
}

/* The standard-format size of the components in @mask: the end of the last one. */
static uint64_t components_size(uint64_t mask)
{
	const struct layout *layout = layout_get();
	uint64_t size = LEGACY_SIZE + HEADER_SIZE;

	for (unsigned i = 2; i < IJ_COUNT(layout->end); i++)
		if (mask >> i & 1 && layout->end[i] > size)
			size = layout->end[i];
	return size;
}

/* The components worth saving: all that is enabled, without AMX tiles in their initial state. */
static uint64_t useful_components(const uint8_t *xstate)
{
	uint64_t enabled = layout_get()->enabled, in_use;

	memcpy(&in_use, xstate + LEGACY_SIZE, sizeof(in_use));
	return in_use & AMX_BITS ? enabled : enabled & ~AMX_BITS;
}

void ij_arch_prepare(void)
{
	layout_get();
}

void ij_stub_xsave(const void *xstate, size_t xstate_size, uint64_t *size_ret, uint64_t *mask_ret,
		   uint32_t *flags_ret)
{
	uint64_t mask = xstate_size >= LEGACY_SIZE + HEADER_SIZE ? useful_components(xstate) : 3;

	*mask_ret = mask;
	*size_ret = components_size(mask);
	*flags_ret = mask & AVX_BIT ? IJ_STUB_FLAG_AVX : 0;
	if ((layout_get()->enabled & AMX_BITS) == AMX_BITS && !(mask & AMX_BITS))
		*flags_ret |= IJ_STUB_FLAG_TILES;
}

ij_addr ij_stub_args_at(ij_addr entry, uint64_t xsave_size, uint64_t stack_len)
{
	/* Behind the flags and fifteen registers, see stub_x86_64.S. */
	ij_addr xsave = (entry - 16 * sizeof(uint64_t) - xsave_size) & ~(ij_addr)63;

	return xsave - ((stack_len + 7) & ~(uint64_t)7) * sizeof(uint64_t);
}

unsigned ij_stub_vector_max(void)
{
	uint64_t enabled = layout_get()->enabled;

	if ((enabled & AVX512_BITS) == AVX512_BITS)
		return 64;
	return enabled & AVX_BIT ? 32 : 16;
}

/* Copy the extended state with the software bytes by which the kernel knows its extent. */
static void put_xstate(uint8_t *dst, const uint8_t *xstate, size_t size, uint64_t components)
{
	struct {
		uint32_t magic1, extended_size;
		uint64_t xfeatures;
		uint32_t xstate_size, padding[7];
	} sw = {
		.magic1 = MAGIC1,
		.extended_size = (uint32_t)size + sizeof(uint32_t),
		.xfeatures = components,
		.xstate_size = (uint32_t)size,
	};
	const uint32_t magic2 = MAGIC2;

	_Static_assert(sizeof(sw) == 48, "struct _fpx_sw_bytes");
	memcpy(dst, xstate, size);
	memcpy(dst + SW_OFF, &sw, sizeof(sw));
	memcpy(dst + size, &magic2, sizeof(magic2));
}

/* The first byte from @from on that is not zero, or @size. */
static size_t next_used(const uint8_t *bytes, size_t from, size_t size)
{
	while (from < size && !bytes[from])
		from++;
	return from;
}

bool ij_sigframe_alone(const uint8_t *bytes, size_t size, ij_addr lo, ij_addr sigreturn)
{
	size_t at = next_used(bytes, 0, size);
	uint32_t sw[2], magic;
	struct frame frame;
	uint64_t state;

	if (at >= size)
		return true;
	at &= ~(size_t)7;
	if (size - at < sizeof(frame))
		return false;
	memcpy(&frame, bytes + at, sizeof(frame));
	state = frame.fpstate - lo;
	if (frame.return_addr != sigreturn || frame.ss_flags != INVALID_SS || frame.uc_link ||
	    state < at + sizeof(frame) || state > size || size - state < LEGACY_SIZE)
		return false;
	memcpy(sw, bytes + state + SW_OFF, sizeof(sw));
	if (sw[0] != MAGIC1 || sw[1] < LEGACY_SIZE || sw[1] > size - state)
		return false;
	/* Whoever used the place since has begun at its end. */
	memcpy(&magic, bytes + state + sw[1] - sizeof(magic), sizeof(magic));
	return magic == MAGIC2 && next_used(bytes, state + sw[1], size) == size;
}

const uint8_t ij_sigframe_return[IJ_SIGFRAME_RETURN_SIZE] = {0x48, 0xc7, 0xc0, 0x0f, 0,
							     0,    0,    0x0f, 0x05};

/* The useful part of @xstate: its components and its size. False if it is none. */
static bool xstate_measure(const void *xstate, size_t xstate_size, uint64_t *components,
			   size_t *used)
{
	if (xstate_size < LEGACY_SIZE + HEADER_SIZE || xstate_size > IJ_XSTATE_MAX)
		return false;
	*components = useful_components(xstate);
	*used = components_size(*components);
	return *used <= xstate_size;
}

static struct frame frame_of(const struct ij_regs *resume, uint64_t sigmask, ij_addr xstate_addr)
{
	const struct user_regs_struct *gp = &resume->gp;

	return (struct frame){
		.uc_flags = UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS,
		.ss_flags = INVALID_SS,
		.r8 = gp->r8,
		.r9 = gp->r9,
		.r10 = gp->r10,
		.r11 = gp->r11,
		.r12 = gp->r12,
		.r13 = gp->r13,
		.r14 = gp->r14,
		.r15 = gp->r15,
		.rdi = gp->rdi,
		.rsi = gp->rsi,
		.rbp = gp->rbp,
		.rbx = gp->rbx,
		.rdx = gp->rdx,
		.rax = gp->rax,
		.rcx = gp->rcx,
		.rsp = gp->rsp,
		.rip = gp->rip,
		.eflags = gp->eflags,
		.cs = (uint16_t)gp->cs,
		.ss = (uint16_t)gp->ss,
		.fpstate = xstate_addr,
		.sigmask = sigmask,
	};
}

/* Lay @frame at @ret->sp and the state at @xstate_addr. */
static bool put_frame(const struct frame *frame, ij_addr xstate_addr, const void *xstate,
		      uint64_t components, size_t used, struct ij_sigframe *ret)
{
	ret->lo = ret->sp;
	ret->size = (size_t)(xstate_addr + used + sizeof(uint32_t) - ret->lo);
	if (ret->size > sizeof(ret->bytes))
		return false;
	memset(ret->bytes, 0, ret->size);
	memcpy(ret->bytes, frame, sizeof(*frame));
	put_xstate(ret->bytes + (xstate_addr - ret->lo), xstate, used, components);
	return true;
}

bool ij_sigframe_build(ij_addr top, const struct ij_regs *resume, uint64_t sigmask,
		       const void *xstate, size_t xstate_size, ij_addr sigreturn,
		       struct ij_sigframe *ret)
{
	ij_addr xstate_addr, context_addr;
	uint64_t components;
	struct frame frame;
	size_t used;

	if (!xstate_measure(xstate, xstate_size, &components, &used))
		return false;
	xstate_addr = (top - used - sizeof(uint32_t)) & ~(ij_addr)63;
	context_addr = (xstate_addr - CONTEXT_SIZE) & ~(ij_addr)15;
	frame = frame_of(resume, sigmask, xstate_addr);
	frame.return_addr = sigreturn;
	ret->sp = context_addr - 8;
	return put_frame(&frame, xstate_addr, xstate, components, used, ret);
}

size_t ij_sigframe_room(uint64_t xsave_size)
{
	return XSTATE_OFF + (size_t)xsave_size + sizeof(uint32_t);
}

bool ij_sigframe_behind(ij_addr context, const struct ij_regs *resume, uint64_t sigmask,
			const void *xstate, size_t xstate_size, ij_addr return_addr,
			struct ij_sigframe *ret)
{
	ij_addr xstate_addr = context + XSTATE_OFF;
	uint64_t components;
	struct frame frame;
	size_t used;

	if (context & 63 || !xstate_measure(xstate, xstate_size, &components, &used))
		return false;
	frame = frame_of(resume, sigmask, xstate_addr);
	frame.return_addr = return_addr;
	ret->sp = context - 8;
	return put_frame(&frame, xstate_addr, xstate, components, used, ret);
}
