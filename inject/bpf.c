/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An interpreter of classic BPF that follows both ways where it does not know which. */
#include "inject/bpf.h"

#include <string.h>

/* Instructions run for one question, over all ways; ways that wait to be followed. */
enum { STEPS_MAX = 1 << 15, PENDING_MAX = 128 };

/* Where A came from, unchanged. */
enum { NOWHERE = IJ_BPF_WORDS };

#define KNOWN_A    1u
#define KNOWN_X    2u
#define KNOWN_M(k) (4u << (k))

/* The machine at one instruction. */
struct state {
	uint32_t pc;
	uint32_t a, x, m[BPF_MEMWORDS];
	uint32_t known; /* KNOWN_* */
	uint32_t from;  /* the word that A was loaded from, or NOWHERE */
	struct ij_bpf_data data;
};

struct run {
	const struct sock_filter *prog;
	size_t len;
	void (*visit)(void *ctx, uint32_t value, bool known);
	void *ctx;
	unsigned steps;
	size_t pending_len;
	struct state pending[PENDING_MAX];
};

static bool is_jump_valid(const struct sock_filter *insn, size_t left)
{
	if (BPF_OP(insn->code) == BPF_JA)
		return insn->k < left;
	return insn->jt < left && insn->jf < left;
}

/* @left: instructions behind this one. */
static bool is_insn_valid(const struct sock_filter *insn, size_t left)
{
	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		return insn->k < IJ_BPF_WORDS * sizeof(uint32_t) && !(insn->k & 3);
	case BPF_LD | BPF_MEM:
	case BPF_LDX | BPF_MEM:
	case BPF_ST:
	case BPF_STX:
		return insn->k < BPF_MEMWORDS;
	case BPF_ALU | BPF_DIV | BPF_K:
		return insn->k != 0;
	case BPF_ALU | BPF_LSH | BPF_K:
	case BPF_ALU | BPF_RSH | BPF_K:
		return insn->k < 32;
	case BPF_JMP | BPF_JA:
	case BPF_JMP | BPF_JEQ | BPF_K:
	case BPF_JMP | BPF_JEQ | BPF_X:
	case BPF_JMP | BPF_JGE | BPF_K:
	case BPF_JMP | BPF_JGE | BPF_X:
	case BPF_JMP | BPF_JGT | BPF_K:
	case BPF_JMP | BPF_JGT | BPF_X:
	case BPF_JMP | BPF_JSET | BPF_K:
	case BPF_JMP | BPF_JSET | BPF_X:
		return is_jump_valid(insn, left);
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_IMM:
	case BPF_RET | BPF_K:
	case BPF_RET | BPF_A:
	case BPF_MISC | BPF_TAX:
	case BPF_MISC | BPF_TXA:
	case BPF_ALU | BPF_ADD | BPF_K:
	case BPF_ALU | BPF_ADD | BPF_X:
	case BPF_ALU | BPF_SUB | BPF_K:
	case BPF_ALU | BPF_SUB | BPF_X:
	case BPF_ALU | BPF_MUL | BPF_K:
	case BPF_ALU | BPF_MUL | BPF_X:
	case BPF_ALU | BPF_DIV | BPF_X:
	case BPF_ALU | BPF_AND | BPF_K:
	case BPF_ALU | BPF_AND | BPF_X:
	case BPF_ALU | BPF_OR | BPF_K:
	case BPF_ALU | BPF_OR | BPF_X:
	case BPF_ALU | BPF_XOR | BPF_K:
	case BPF_ALU | BPF_XOR | BPF_X:
	case BPF_ALU | BPF_LSH | BPF_X:
	case BPF_ALU | BPF_RSH | BPF_X:
	case BPF_ALU | BPF_NEG:
		return true;
	default:
		return false;
	}
}

bool ij_bpf_is_valid(const struct sock_filter *prog, size_t len)
{
	if (!len || len > IJ_BPF_INSNS_MAX || BPF_CLASS(prog[len - 1].code) != BPF_RET)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_insn_valid(&prog[i], len - i - 1))
			return false;
	return true;
}

static void set_a(struct state *s, uint32_t value, bool known, uint32_t from)
{
	s->a = value;
	s->known = known ? s->known | KNOWN_A : s->known & ~KNOWN_A;
	s->from = from;
}

static void set_x(struct state *s, uint32_t value, bool known)
{
	s->x = value;
	s->known = known ? s->known | KNOWN_X : s->known & ~KNOWN_X;
}

static void store(struct state *s, uint32_t at, uint32_t value, bool known)
{
	s->m[at] = value;
	s->known = known ? s->known | KNOWN_M(at) : s->known & ~KNOWN_M(at);
}

/* Loads into A, stores, and moves between registers. */
static void move(struct state *s, const struct sock_filter *insn)
{
	const uint32_t size = IJ_BPF_WORDS * sizeof(uint32_t), k = insn->k;

	switch (insn->code) {
	case BPF_LD | BPF_W | BPF_ABS:
		set_a(s, s->data.word[k / 4], s->data.known >> (k / 4) & 1, k / 4);
		break;
	case BPF_LD | BPF_W | BPF_LEN:
		set_a(s, size, true, NOWHERE);
		break;
	case BPF_LD | BPF_IMM:
		set_a(s, k, true, NOWHERE);
		break;
	case BPF_LD | BPF_MEM:
		set_a(s, s->m[k], s->known & KNOWN_M(k), NOWHERE);
		break;
	case BPF_LDX | BPF_W | BPF_LEN:
		set_x(s, size, true);
		break;
	case BPF_LDX | BPF_IMM:
		set_x(s, k, true);
		break;
	case BPF_LDX | BPF_MEM:
		set_x(s, s->m[k], s->known & KNOWN_M(k));
		break;
	case BPF_ST:
		store(s, k, s->a, s->known & KNOWN_A);
		break;
	case BPF_STX:
		store(s, k, s->x, s->known & KNOWN_X);
		break;
	case BPF_MISC | BPF_TAX:
		set_x(s, s->a, s->known & KNOWN_A);
		break;
	case BPF_MISC | BPF_TXA:
		set_a(s, s->x, s->known & KNOWN_X, NOWHERE);
		break;
	}
}

/* The second operand of arithmetic or a comparison. */
static uint32_t operand(const struct state *s, const struct sock_filter *insn, bool *known_ret)
{
	bool x = BPF_SRC(insn->code) == BPF_X;

	*known_ret = !x || s->known & KNOWN_X;
	return x ? s->x : insn->k;
}

static uint32_t compute(uint16_t op, uint32_t a, uint32_t b)
{
	switch (op) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << b;
	case BPF_RSH:
		return a >> b;
	default:
		return -a;
	}
}

/* False: the program ends here, because it divides by zero or may do so. */
static bool arithmetic(struct run *run, struct state *s, const struct sock_filter *insn)
{
	uint16_t op = BPF_OP(insn->code);
	bool known, both;
	uint32_t b = operand(s, insn, &known);

	if (op == BPF_NEG)
		known = true;
	if (op == BPF_DIV && (!known || !b)) {
		/* A filter that divides by zero returns 0 (kernel/bpf/core.c). */
		run->visit(run->ctx, 0, true);
		if (known)
			return false;
	}
	/* As the processor does, and kernel/bpf/core.c since Linux 5.13. */
	if (op == BPF_LSH || op == BPF_RSH)
		b &= 31;
	both = known && s->known & KNOWN_A;
	if (op == BPF_AND && known && !b)
		set_a(s, 0, true, NOWHERE);
	else
		set_a(s, both ? compute(op, s->a, b) : 0, both, NOWHERE);
	return true;
}

/* On the way on which A equals @value. */
static void learn(struct state *s, uint32_t value)
{
	uint32_t from = s->from;

	if (from != NOWHERE) {
		s->data.word[from] = value;
		s->data.known |= 1u << from;
	}
	set_a(s, value, true, from);
}

/* False: there is no room to remember the other way. */
static bool jump(struct run *run, struct state *s, const struct sock_filter *insn)
{
	bool known, yes;
	uint32_t b = operand(s, insn, &known);

	if (BPF_OP(insn->code) == BPF_JA) {
		s->pc += insn->k;
		return true;
	}
	if (!known || !(s->known & KNOWN_A)) {
		struct state *other = &run->pending[run->pending_len];

		if (insn->jt == insn->jf) {
			s->pc += insn->jt;
			return true;
		}
		if (run->pending_len == PENDING_MAX)
			return false;
		run->pending_len++;
		*other = *s;
		other->pc += insn->jf;
		s->pc += insn->jt;
		if (BPF_OP(insn->code) == BPF_JEQ && known)
			learn(s, b);
		return true;
	}
	switch (BPF_OP(insn->code)) {
	case BPF_JEQ:
		yes = s->a == b;
		break;
	case BPF_JGE:
		yes = s->a >= b;
		break;
	case BPF_JGT:
		yes = s->a > b;
		break;
	default:
		yes = s->a & b;
		break;
	}
	s->pc += yes ? insn->jt : insn->jf;
	return true;
}

/* One way to its end. */
static bool follow(struct run *run, struct state *s)
{
	while (s->pc < run->len) {
		const struct sock_filter *insn = &run->prog[s->pc++];

		if (++run->steps > STEPS_MAX)
			return false;
		switch (BPF_CLASS(insn->code)) {
		case BPF_RET:
			if (BPF_RVAL(insn->code) == BPF_A)
				run->visit(run->ctx, s->a, s->known & KNOWN_A);
			else
				run->visit(run->ctx, insn->k, true);
			return true;
		case BPF_ALU:
			if (!arithmetic(run, s, insn))
				return true;
			break;
		case BPF_JMP:
			if (!jump(run, s, insn))
				return false;
			break;
		default:
			move(s, insn);
			break;
		}
	}
	return false;
}

bool ij_bpf_run(const struct sock_filter *prog, size_t len, const struct ij_bpf_data *data,
		void (*visit)(void *ctx, uint32_t value, bool known), void *ctx)
{
	/* Only what is pending counts of the array. */
	struct run run;
	struct state s = {.known = KNOWN_A | KNOWN_X, .from = NOWHERE, .data = *data};

	run.prog = prog;
	run.len = len;
	run.visit = visit;
	run.ctx = ctx;
	run.steps = 0;
	run.pending_len = 0;
	for (;;) {
		if (!follow(&run, &s))
			return false;
		if (!run.pending_len)
			return true;
		s = run.pending[--run.pending_len];
	}
}
