/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Libraries of others that few runs want: loaded when one does, for each takes a fraction of a
 * millisecond of every start. A static program is linked with them as ever.
 */
#ifndef IJ_BASE_SHARED_H
#define IJ_BASE_SHARED_H

#include "base/error.h"

#define IJ_SHARED_POINTER(name) __typeof__(name) *name;

#ifdef IJ_STATIC
#define IJ_SHARED_ADDRESS(name) &(name),
#define IJ_SHARED(lib, soname, package, SYMBOLS)                 \
	struct lib {                                             \
		SYMBOLS(IJ_SHARED_POINTER)                       \
	};                                                       \
	static struct ij_error *lib##_load(struct lib *ret)      \
	{                                                        \
		*ret = (struct lib){SYMBOLS(IJ_SHARED_ADDRESS)}; \
		return NULL;                                     \
	}
#else
#define IJ_SHARED_NAME(name) #name "\0"
/**
 * Declare what one file uses of a library: struct lib, of pointers to each of @SYMBOLS(X), which
 * applies X to the names of all, and lib_load(), which fills it; whoever wants them asks each time.
 *
 * @soname: what is loaded. @package: Debian's, for messages. What makes packages reads in the ELF
 * note that the program wants it (https://uapi-group.org/specifications/specs/elf_dlopen_metadata).
 */
#define IJ_SHARED(lib, soname, package, SYMBOLS)                                               \
	__asm__(".pushsection .note.dlopen, \"a\", @note\n"                                    \
		".balign 4\n.long 4, 2f - 1f, 0x407c0c0a\n.asciz \"FDO\"\n"                    \
		"1: .asciz \"[{\\\"soname\\\":[\\\"" soname "\\\"],"                           \
		"\\\"priority\\\":\\\"required\\\"}]\"\n"                                      \
		"2: .balign 4\n.popsection");                                                  \
	struct lib {                                                                           \
		SYMBOLS(IJ_SHARED_POINTER)                                                     \
	};                                                                                     \
	static struct ij_error *lib##_load(struct lib *ret)                                    \
	{                                                                                      \
		return ij_shared_load(soname, package, SYMBOLS(IJ_SHARED_NAME), (void **)ret); \
	}

/**
 * Load a library, if it is not loaded. It stays so.
 *
 * @names: of symbols, each ended by a NUL, and an empty one.
 * @table: room for the address of each; whatever on errors.
 * Errors: UNSUPPORTED (it is not there, or of another version).
 */
struct ij_error *ij_shared_load(const char *soname, const char *package, const char *names,
				void **table) IJ_WARN_UNUSED;
#endif

#endif
