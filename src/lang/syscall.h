/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A system call as a person types it, parsed. Knows no process. */
#ifndef IJ_LANG_SYSCALL_H
#define IJ_LANG_SYSCALL_H

#include "lang/call.h"
#include "lang/sysmem.h"
#include "lang/systable.h"

struct ij_sysarg {
	char *text;               /* as typed; "_" where it was left out */
	struct ij_sysparam param; /* of kind ANY, without a name, if the table knows none */
	uint64_t value;           /* as the kernel gets it; of memory its offset in `mem` */
	bool memory;
	bool out;    /* of memory: its contents after the call are part of the result */
	size_t size; /* of memory, bytes */
	size_t len;  /* of an array in it, elements */
};

struct ij_syscall {
	char *text; /* "close(5)" */
	struct ij_sysproto proto;
	struct ij_sysarg args[IJ_SYSCALL_ARGS_MAX];
	unsigned args_len;
	struct ij_sysmem mem; /* what the arguments point to */
};

/**
 * Parse a system call: either one word that is an expression, `close(5)`,
 * `openat(AT_FDCWD, "/tmp/x", O_RDWR|O_CREAT, 0600)`, or its name or number and each argument in a
 * word of its own, where a string needs no quotes: `openat AT_FDCWD /tmp/x O_RDWR`.
 *
 * Arguments are what ij_call_parse takes, constants by name included, and where the kernel wants a
 * struct what ij_systype_parse takes; a number where it wants a pointer to one is that number. `_`
 * stands for what follows from the others or is the kernel's to fill in: the length of a buffer, a
 * buffer or struct that is written to. Arguments that may be left out (lang/systable.h) may be left
 * out at the end.
 *
 * @words: n words; borrowed.
 * @ret: the caller frees it with ij_syscall_deinit.
 * Errors: SYNTAX, NOTFOUND (no such system call), TYPE (too few or many arguments, or of the wrong
 *   kind), UNSUPPORTED, LIMIT.
 */
struct ij_error *ij_syscall_parse(const struct ij_prototypes *protos, char *const *words,
				  size_t words_len, struct ij_syscall *ret) IJ_WARN_UNUSED;
void ij_syscall_deinit(struct ij_syscall *call);

/** Is @word an expression, and not a name alone? */
bool ij_syscall_is_expr(const char *word);

/**
 * What of argument @idx the call has written: bytes of @scratch, which is the memory after a call
 * that gave @result. NULL: nothing.
 *
 * @size_ret: bytes; of a buffer as many as the kernel says that it has filled.
 */
const uint8_t *ij_syscall_written(const struct ij_syscall *call, unsigned idx, uint64_t result,
				  const uint8_t *scratch, size_t scratch_size, size_t *size_ret);

/**
 * Descriptors that the call has made or received, besides its result: those of pipe(2) and
 * socketpair(2), and those of SCM_RIGHTS in messages. @fds: room for @max. Returns how many.
 */
size_t ij_syscall_received(const struct ij_syscall *call, uint64_t result, const uint8_t *scratch,
			   size_t scratch_size, int *fds, size_t max);

/** The negative errno that a result is, as a positive number; 0 if it is none. */
int ij_syscall_errno(uint64_t result);

/** Add a result as text: "0", "3", "0x7f0000000000", "-1 EBADF (Bad file descriptor)". */
void ij_syscall_print_result(const struct ij_syscall *call, uint64_t result, struct ij_strbuf *out);

#endif
