/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls and signal trampolines, recognised by their bytes. */
#include <string.h>

#include "maps/unwind_code.h"

enum {
	CALL_LEN_MAX = 7, /* longest call that ends in its operand, without prefixes */
	RETURN_LEN = 9,   /* longest form of a trampoline */
	CODE_64 = 0x33,   /* the code segment of 64-bit user code (Linux, asm/segment.h) */
};

bool ij_unwind_read(struct ij_mem *mem, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(mem, addr, buf, size);

	ij_error_free(err);
	return !err;
}

/*
 * The length of the indirect call FF /2 at @code, counted from its opcode, 0 if it is none (Intel
 * SDM volume 2, CALL and table 2-2). Prefixes stand before the opcode and change nothing behind it.
 */
static size_t indirect_call_len(const uint8_t *code)
{
	uint8_t mod = code[1] >> 6, rm = code[1] & 7;
	bool sib = mod != 3 && rm == 4;
	size_t len = sib ? 3 : 2;

	if (code[0] != 0xff || (code[1] >> 3 & 7) != 2)
		return 0;
	if (mod == 1)
		return len + 1;
	if (mod == 2 || (mod == 0 && (rm == 5 || (sib && (code[2] & 7) == 5))))
		return len + 4;
	return len;
}

bool ij_unwind_follows_call(struct ij_mem *mem, ij_addr pc)
{
	uint8_t code[CALL_LEN_MAX + 1] = {
		0}; /* one more than a call, as a SIB byte is looked for */
	size_t have = CALL_LEN_MAX;

	/* At the start of a mapping fewer bytes may be readable; the shortest call has two. */
	while (!ij_unwind_read(mem, pc - have, code + CALL_LEN_MAX - have, have))
		if (--have < 2)
			return false;
	if (have >= 5 && code[CALL_LEN_MAX - 5] == 0xe8)
		return true;
	for (size_t len = 2; len <= have; len++)
		if (indirect_call_len(code + CALL_LEN_MAX - len) == len)
			return true;
	return false;
}

bool ij_unwind_is_context_start(struct ij_mem *mem, ij_addr pc)
{
	/* mov %rbx, %rsp; mov (%rsp), %rdi; test %rdi, %rdi */
	static const uint8_t start[] = {0x48, 0x89, 0xdc, 0x48, 0x8b, 0x3c, 0x24, 0x48, 0x85, 0xff};
	static const uint8_t endbr[] = {0xf3, 0x0f, 0x1e, 0xfa};
	uint8_t code[sizeof(endbr) + sizeof(start)];
	size_t skip;

	if (!ij_unwind_read(mem, pc, code, sizeof(code)))
		return false;
	skip = memcmp(code, endbr, sizeof(endbr)) ? 0 : sizeof(endbr);
	return !memcmp(code + skip, start, sizeof(start));
}

bool ij_unwind_is_sigreturn(struct ij_mem *mem, ij_addr pc)
{
	static const struct {
		uint8_t code[RETURN_LEN];
		uint8_t size;
	} forms[] = {
		{{0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05}, 9}, /* mov $15, %rax; syscall */
		{{0xb8, 15, 0, 0, 0, 0x0f, 0x05}, 7},             /* mov $15, %eax; syscall */
	};
	uint8_t code[RETURN_LEN] = {0};
	size_t have = RETURN_LEN;

	while (!ij_unwind_read(mem, pc, code, have))
		if (--have < 2)
			return false;
	for (size_t i = 0; i < IJ_COUNT(forms); i++)
		if (have >= forms[i].size && !memcmp(code, forms[i].code, forms[i].size))
			return true;
	if (code[0] != 0x0f || code[1] != 0x05)
		return false;
	for (size_t i = 0; i < IJ_COUNT(forms); i++) {
		size_t before = forms[i].size - 2u;

		if (ij_unwind_read(mem, pc - before, code, before) &&
		    !memcmp(code, forms[i].code, before))
			return true;
	}
	return false;
}

/* struct ucontext up to the segment registers. */
struct sigframe {
	uint64_t flags, link, stack[3];
	uint64_t r8_to_r15[8];
	uint64_t rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
	uint16_t cs, gs, fs, ss;
};

bool ij_unwind_sigframe(struct ij_mem *mem, ij_addr sp, struct ij_unwind_regs *ret)
{
	struct sigframe frame;

	if (!ij_unwind_read(mem, sp, &frame, sizeof(frame)) || frame.cs != CODE_64)
		return false;
	*ret = (struct ij_unwind_regs){
		.value = {frame.rax, frame.rdx, frame.rcx, frame.rbx, frame.rsi, frame.rdi,
			  frame.rbp, frame.rsp},
		.known = (1u << IJ_MAP_REGS) - 1,
	};
	memcpy(&ret->value[8], frame.r8_to_r15, sizeof(frame.r8_to_r15));
	ret->value[IJ_MAP_REG_RA] = frame.rip;
	return true;
}
