/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Marks and liveness of functions in assembler, which this program brings along: what compilers
 * seldom write, and what nobody should.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "interject/safepoint.h"
#include "maps/compile.h"
#include "maps/live.h"

#define NOTE(type)                                                         \
	"777:	.pushsection .note.interject,\"\",@note\n"                   \
	"	.balign 4\n"                                                     \
	"	.4byte 10, 8, " IJ_STRING_(type) "\n"                      \
						 "	.asciz \"interject\"\n" \
						 "	.balign 4\n"            \
						 "	.8byte 777b\n"          \
						 "	.popsection\n"

#define BEGIN   NOTE(IJ_NOTE_UNSAFE_BEGIN)
#define END     NOTE(IJ_NOTE_UNSAFE_END)
#define R_BEGIN NOTE(IJ_NOTE_RESTARTABLE_BEGIN)
#define R_END   NOTE(IJ_NOTE_RESTARTABLE_END)

#define FUNC(name, body)                                 \
	".balign 8\n.globl " name "\n"                   \
	".type " name ", @function\n" name ":\n"         \
	"	.cfi_startproc\n" body "	.cfi_endproc\n" \
	".size " name ", . - " name "\n"

/* Every instruction in these but the last stands at a multiple of 8. */
#define AT ".balign 8\n"

__asm__(".text\n"
	".balign 16\n"
	/* Nothing is lost: all of it but the first instruction can be done again. */
	FUNC("m_good", AT R_BEGIN "mov (%rdi), %rax\n" AT "add (%rsi), %rax\n" AT
				  "mov %rax, (%rdx)\n" AT R_END "ret\n")
	/* The first one overwrites what it starts from. */
	FUNC("m_clobber", AT R_BEGIN "mov (%rdi), %rdi\n" AT "mov (%rdi), %rax\n" AT R_END "ret\n")
	/* A slot of the frame may have been in use. */
	FUNC("m_spill", AT R_BEGIN "mov %rax, -8(%rsp)\n" AT "mov (%rdi), %rax\n" AT R_END "ret\n")
		FUNC("m_syscall", AT R_BEGIN "syscall\n" AT "xor %eax, %eax\n" AT R_END "ret\n")
	/* Inside of another mark it is as unsafe as that. */
	FUNC("m_within", AT BEGIN R_BEGIN "xor %eax, %eax\n" AT "inc %eax\n" AT R_END
					  "inc %eax\n" AT END "ret\n")
	/* Reached from both sides. */
	FUNC("m_both", AT "test %edi, %edi\n" AT "je 1f\n" AT BEGIN "inc %eax\n" AT
			  "1: inc %eax\n" AT END "ret\n")
	/* Never closed, and opened once more in each turn. */
	FUNC("m_growing", AT "1: inc %eax\n" AT BEGIN "dec %edi\n" AT "jne 1b\n" AT END "ret\n")
	/* To anywhere: to what nothing else leads to, too. */
	FUNC("m_anywhere", AT "inc %eax\n" AT BEGIN "jmp *%rax\n" AT "inc %eax\n" AT END "ret\n")
	/* No instruction. */
	FUNC("m_bad", AT "inc %eax\n" AT BEGIN ".byte 0x06\n" AT END "ret\n")
	/* Ends by a jump to another function, whose name says that it is none of its parts. */
	FUNC("m_tail", AT "inc %eax\n" AT BEGIN "jmp m_tailed\n")
		FUNC("m_tailed", AT "inc %eax\n" AT BEGIN "inc %eax\n" AT END "ret\n")
	/* The loop's head stands where the mark does. */
	FUNC("m_rotated", AT "inc %eax\n" AT BEGIN "1: dec %edi\n" AT "jne 1b\n" AT END "ret\n")
	/* Into the middle of an instruction: over a prefix. */
	FUNC("m_prefix",
	     AT "inc %eax\n" AT BEGIN "je 1f + 1\n" AT "1: lock; incl (%rdi)\n" AT END
		"ret\n") FUNC("m_live", AT
			      "xor %ecx, %ecx\n" AT "mov (%rdi), %rax\n" AT "xor %edi, %edi\n" AT
			      "paddd %xmm1, %xmm0\n" AT
			      "ret\n") FUNC("m_live_jump", AT "mov (%rdi), %rax\n" AT "jmp *%rax\n")
		FUNC("m_sequence",
		     AT "inc %eax\n" AT "inc %eax\n" AT "inc %eax\n" AT "ret\n" AT
			"ret\n") ".pushsection __rseq_cs, \"aw\"\n"
				 ".balign 32\n"
				 ".long 0, 0\n"
				 ".quad m_sequence + 8, 16, m_sequence + 32\n"
				 ".long 0, 0\n"
				 ".quad m_sequence, -1, m_sequence\n" /* longer than the module */
				 ".popsection\n");

extern const char m_good[], m_clobber[], m_spill[], m_syscall[], m_within[], m_both[], m_growing[];
extern const char m_anywhere[], m_bad[], m_tail[], m_tailed[], m_rotated[], m_prefix[], m_live[];
extern const char m_live_jump[], m_sequence[];
extern char __executable_start[];

struct self {
	struct ij_object *obj;
	int fd;
	void *bytes;
	struct ij_map map;
};

static int setup(void **state)
{
	static struct self self;
	size_t size;

	self.fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_true(self.fd >= 0);
	assert_null(ij_object_open_fd(self.fd, "self", &self.obj));
	assert_null(ij_map_compile(self.obj, "self", &self.bytes, &size));
	assert_null(ij_map_open(self.bytes, size, &self.map));
	*state = &self;
	return 0;
}

static int teardown(void **state)
{
	struct self *self = *state;

	free(self->bytes);
	ij_object_close(self->obj);
	close(self->fd);
	return 0;
}

static uint64_t offset_of(const void *addr)
{
	return (uint64_t)((const char *)addr - __executable_start);
}

/*
 * One letter an instruction: '-' outside, 'u' unsafe, 'r' restartable at the function's start, 'q'
 * a sequence of the kernel's.
 */
static char letter(const struct self *self, uint64_t pc, uint64_t start)
{
	const struct ij_map_mark *mark = ij_map_mark_find(&self->map, pc);

	if (!mark)
		return '-';
	switch (mark->kind) {
	case IJ_MAP_MARK_UNSAFE:
		return 'u';
	case IJ_MAP_MARK_RESTARTABLE:
		return mark->aux == start ? 'r' : '?';
	default:
		return mark->aux == start + 32 ? 'q' : '?';
	}
}

static void test_ranges(void **state)
{
	static const struct {
		const char *func, *name, *want;
	} rows[] = {
		{m_good, "good", "-rr-"},       {m_clobber, "clobber", "-u-"},
		{m_spill, "spill", "-u-"},      {m_syscall, "syscall", "-u-"},
		{m_within, "within", "uuu-"},   {m_both, "both", "--uu-"},
		{m_growing, "growing", "uuuu"}, {m_anywhere, "anywhere", "-uu-"},
		{m_bad, "bad", "uuu"},          {m_tail, "tail", "-u"},
		{m_tailed, "tailed", "-u-"},    {m_rotated, "rotated", "-uu-"},
		{m_prefix, "prefix", "-uu-"},   {m_sequence, "sequence", "-qq--"},
	};
	const struct self *self = *state;
	int wrong = 0;

	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		uint64_t start = offset_of(rows[i].func);
		char got[8] = "";

		for (size_t k = 0; k < strlen(rows[i].want); k++)
			got[k] = letter(self, start + 8 * k, start);
		if (strcmp(got, rows[i].want)) {
			print_error("%s: %s, not %s\n", rows[i].name, got, rows[i].want);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static __attribute__((noinline)) void poll_here(void)
{
	IJ_SAFEPOINT();
	__asm__ volatile("" ::: "memory");
	IJ_SAFEPOINT();
}

static void test_polls(void **state)
{
	const struct self *self = *state;
	const struct ij_map_header *header = self->map.header;
	uint64_t start = offset_of((const void *)(uintptr_t)poll_here);
	extern const uint8_t flag[] __asm__("ij_safepoint_flag");

	poll_here();
	assert_int_equal(header->polls_len, 2);
	for (uint32_t i = 0; i < 2; i++) {
		assert_true(self->map.polls[i].pc - start < 64);
		assert_int_equal(self->map.polls[i].flag, offset_of(flag));
	}
}

static ij_graph_regs live_at(const struct self *self, const char *pc)
{
	const struct ij_graph_funcs funcs = {.items = self->map.funcs,
					     .len = self->map.header->funcs_len,
					     .rows = self->map.rows,
					     .rules = self->map.rules};
	ij_graph_regs ret = 0;

	assert_null(ij_live_at(self->obj, &funcs, offset_of(pc), &ret));
	return ret;
}

static void test_live(void **state)
{
	enum { RAX = 0, RCX = 2, RBX = 3, RDI = 5, R11 = 11, FLAGS = IJ_INSN_FLAGS_BIT };
#define BIT(reg) ((ij_graph_regs)1 << (reg))
	static const struct {
		const char *pc;
		ij_graph_regs live, dead;
	} rows[] = {
		/* A caller may know that r11 is left alone. */
		{m_live, BIT(RDI) | BIT(RBX) | BIT(R11) | BIT(32) | BIT(33),
		 BIT(RAX) | BIT(RCX) | BIT(FLAGS)},
		{m_live + 8, BIT(RDI), BIT(RAX) | BIT(RCX) | BIT(FLAGS)},
		{m_live + 16, BIT(RAX), BIT(RDI) | BIT(FLAGS)},
		{m_live + 24, BIT(RAX) | BIT(32) | BIT(33), BIT(RDI)},
		{m_live_jump, BIT(RDI) | BIT(RCX), BIT(RAX)},
		{m_live_jump + 8, IJ_LIVE_ALL, 0},
		{__executable_start, IJ_LIVE_ALL, 0},
	};

	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		ij_graph_regs live = live_at(*state, rows[i].pc);

		if ((live & rows[i].live) != rows[i].live || live & rows[i].dead)
			fail_msg("row %zu: %#llx", i, (unsigned long long)live);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
