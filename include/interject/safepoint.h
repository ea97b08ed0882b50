/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Telling interject where it may call into this program: see interject-safepoint(3).
 *
 *	lock(&pool);
 *	IJ_UNSAFE_BEGIN();	... the pool is in pieces: nothing may run here ...
 *	IJ_UNSAFE_END();
 *	unlock(&pool);
 *
 *	IJ_RESTARTABLE_BEGIN();	... nothing may run here, but going back to BEGIN does no harm ...
 *	IJ_RESTARTABLE_END();
 *
 *	for (;;) { IJ_SAFEPOINT(); work(); }	here it may run
 *
 * A mark is a note in a section that is never loaded: not a byte of code or data, and no cost but
 * that the compiler keeps memory accesses on their side of it. A safe-point is one instruction that
 * reads a constant byte. For C and C++, GCC and clang, GNU ld and lld (GNU ld 2.35, clang 11 or
 * newer); on machines other than x86-64 marks are such barriers only. Depends on nothing.
 *
 * A note (System V gABI, "Note Section") in section .note.interject: name "interject", type below,
 * description: the address of the mark, 8 bytes; of a safe-point the address of its instruction and
 * that of the byte that it reads.
 */
#ifndef INTERJECT_SAFEPOINT_H
#define INTERJECT_SAFEPOINT_H

/* Types of notes. */
#define IJ_NOTE_UNSAFE_BEGIN      1
#define IJ_NOTE_UNSAFE_END        2
#define IJ_NOTE_RESTARTABLE_BEGIN 3
#define IJ_NOTE_RESTARTABLE_END   4
#define IJ_NOTE_SAFEPOINT         5

#if defined(__x86_64__) && defined(__ELF__)

#define IJ_STRING_(x)  IJ_STRING__(x)
#define IJ_STRING__(x) #x

/*
 * Linked to the section of the mark ("o"), and in its group ("?"): where the linker drops a
 * function, it drops its notes. `inline`: the compiler is not to take the lines for code.
 */
#define IJ_ASM_(code, type, desc)                                                 \
	__asm__ __volatile__ __inline__(                        \
		code ".Lij_mark%=:\n\t"                         \
		     ".pushsection .note.interject,\"o?\",%%note,.Lij_mark%=\n\t" \
		     ".balign 4\n\t"                            \
		     ".4byte 10, 3f - 2f, " IJ_STRING_(type) "\n\t" \
		     ".asciz \"interject\"\n\t"                 \
		     ".balign 4\n"                              \
		     "2:\t.8byte .Lij_mark%=" desc "\n"         \
		     "3:\t.popsection\n\t"

#define IJ_MARK_(code, type) IJ_ASM_(code, type, "")::: "memory", "cc")

/* One byte a module: it is constant, for a debug register sees reads. */
#define IJ_FLAG_                                                                               \
	".ifndef ij_safepoint_flag\n\t"                                                        \
	".pushsection .rodata.ij_safepoint_flag,\"aG\",@progbits,ij_safepoint_flag,comdat\n\t" \
	".weak ij_safepoint_flag\n\t"                                                          \
	".hidden ij_safepoint_flag\n\t"                                                        \
	".type ij_safepoint_flag, @object\n\t"                                                 \
	".size ij_safepoint_flag, 1\n"                                                         \
	"ij_safepoint_flag:\n\t"                                                               \
	".byte 0\n\t"                                                                          \
	".popsection\n\t"                                                                      \
	".endif\n"

#define IJ_SAFEPOINT()                                              \
	IJ_ASM_(IJ_FLAG_, IJ_NOTE_SAFEPOINT, ", ij_safepoint_flag") \
	"testb $0, ij_safepoint_flag(%%rip)\n\t" ::: "memory", "cc")

#else

#define IJ_MARK_(code, type) __asm__ __volatile__("" ::: "memory")
#define IJ_SAFEPOINT()       __asm__ __volatile__("" ::: "memory")

#endif

/** From here to IJ_UNSAFE_END nothing may run on top of this function. May be nested. */
#define IJ_UNSAFE_BEGIN() IJ_MARK_("", IJ_NOTE_UNSAFE_BEGIN)
#define IJ_UNSAFE_END()   IJ_MARK_("", IJ_NOTE_UNSAFE_END)

/** The same, where what was done since BEGIN may be done once more from there. */
#define IJ_RESTARTABLE_BEGIN() IJ_MARK_("", IJ_NOTE_RESTARTABLE_BEGIN)
#define IJ_RESTARTABLE_END()   IJ_MARK_("", IJ_NOTE_RESTARTABLE_END)

#endif
