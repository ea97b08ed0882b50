/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A landing's code (Intel SDM volume 2). Below the stack pointer that a return leaves all is dead.
 */
#include "arch/landing.h"

#include <string.h>
#include <sys/syscall.h>

enum {
	PID_OFF = 20,
	TID_OFF = 25,
	SIGNO_OFF = 30,
	MARKED_OFF = 36, /* behind the system call */
	RETURN_OFF = 56, /* of the caller's address, behind the code */
	WORDS = 8,       /* pushed in all */
};

static const uint8_t code_of[IJ_LANDING_SIZE] = {
	0xff, 0x35,       RETURN_OFF - 6,
	0,    0,          0, /* push return_addr(%rip) */
	0x50, 0x51,       0x41,
	0x53, 0x57,       0x56,
	0x52, /* push rax, rcx, r11, rdi, rsi, rdx */
	0x9c, /* pushfq */
	0xb8, SYS_tgkill, 0,
	0,    0, /* mov $SYS_tgkill, %eax */
	0xbf, 0,          0,
	0,    0, /* mov $pid, %edi */
	0xbe, 0,          0,
	0,    0, /* mov $tid, %esi */
	0xba, 0,          0,
	0,    0,    /* mov $signo, %edx */
	0x0f, 0x05, /* syscall */
	0x9d, 0x5a,       0x5e,
	0x5f, 0x41,       0x5b,
	0x59, 0x58, /* popfq; pop them */
	0xc3,       /* ret */
	0xcc, 0xcc,       0xcc,
	0xcc, 0xcc,       0xcc,
	0xcc, 0xcc,       0xcc,
	0xcc, 0xcc,
};

/* How many words are on the stack before the instruction at an offset. */
static const struct {
	uint8_t off, words;
} depths[] = {
	{0, 0},  {6, 1},  {7, 2},  {8, 3},  {10, 4}, {11, 5}, {12, 6},
	{13, 7}, {14, 8}, {19, 8}, {24, 8}, {29, 8}, {34, 8}, {36, 8},
	{37, 7}, {38, 6}, {39, 5}, {40, 4}, {42, 3}, {43, 2}, {44, 1},
};

/* What they are, from the first pushed on: the caller, then these by DWARF number, then flags. */
static const uint8_t pushed[WORDS - 2] = {0, 2, 11, 5, 4, 1};

void ij_landing_fill(const struct ij_landing *landing, uint8_t code[IJ_LANDING_SIZE])
{
	memcpy(code, code_of, IJ_LANDING_SIZE);
	memcpy(code + PID_OFF, &landing->pid, sizeof(landing->pid));
	memcpy(code + TID_OFF, &landing->tid, sizeof(landing->tid));
	memcpy(code + SIGNO_OFF, &landing->signo, sizeof(landing->signo));
	memcpy(code + RETURN_OFF, &landing->return_addr, sizeof(landing->return_addr));
}

bool ij_landing_is_marked(const struct ij_landing *landing, ij_addr pc)
{
	return pc == landing->base + MARKED_OFF;
}

/* The number of words at @off, or -1: no instruction begins there. */
static int words_at(ij_addr off)
{
	for (size_t i = 0; i < IJ_COUNT(depths); i++)
		if (depths[i].off == off)
			return depths[i].words;
	return -1;
}

bool ij_landing_back(const struct ij_landing *landing, struct ij_regs *regs,
		     bool (*read)(void *ctx, ij_addr addr, uint64_t *ret), void *ctx)
{
	int words = words_at(ij_regs_pc(regs) - landing->base);
	ij_addr sp = ij_regs_sp(regs);
	struct ij_regs back = *regs;

	if (words < 0)
		return false;
	/* The first word is the caller, which is known better than by the stack. */
	for (int i = 1; i < words; i++) {
		uint64_t value;

		if (!read(ctx, sp + 8 * (ij_addr)(words - 1 - i), &value))
			return false;
		if (i == WORDS - 1)
			back.gp.eflags = value;
		else
			ij_regs_set_dwarf(&back, pushed[i - 1], value);
	}
	ij_regs_set_sp(&back, sp + 8 * (ij_addr)words);
	/* It is in no system call any more, whatever its result looks like. */
	ij_regs_set_pc(&back, landing->return_addr);
	*regs = back;
	return true;
}
