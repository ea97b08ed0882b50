/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that read a Go program share. */
#ifndef IJ_MAPS_GOMODULE_H
#define IJ_MAPS_GOMODULE_H

#include "base/vec.h"
#include "maps/goprog.h"

enum { IJ_GOPROG_NEWEST = 27 };

struct ij_goprog {
	struct ij_object *obj;
	struct ij_gotab tab;
	uint64_t tab_addr;           /* link-time address of the table */
	uint8_t *owned;              /* a copy of the table, if no section has it */
	unsigned minor_lo, minor_hi; /* of the versions that it may be */
	char version[48];
	struct ij_goprog_slots slots;
	uint64_t module_addr; /* of moduledata; 0: not found */
	uint64_t gofunc;      /* what FUNCDATA offsets count from; 0: not known */
	/* Of a program that the loader relocates: slots and what they get, sorted. */
	IJ_VEC(struct ij_goprog_reloc) relocs;
	struct ij_goprog_names *names;
};

/** Functions by the hash of their names; made when the first name is asked for. */
struct ij_goprog_names {
	uint32_t *heads; /* 1 << bits of them: an index and one more, or 0; NULL: not made yet */
	uint32_t *nexts; /* of each function: the next of this hash, in order */
	unsigned bits;
};

struct ij_goprog_reloc {
	uint64_t slot, addend;
};

/** The pointer at link-time address @addr as it is once loaded at its link-time address. */
bool ij_goprog_word(const struct ij_goprog *prog, uint64_t addr, uint64_t *ret);

/** Read the relocations, if there are any. Errors: NOMEM. */
struct ij_error *ij_goprog_relocs_read(struct ij_goprog *prog) IJ_WARN_UNUSED;

/** Find moduledata; @text_ret: where the code starts, 0 if it is not found. Needs tab_addr. */
struct ij_error *ij_goprog_module_find(struct ij_goprog *prog, uint32_t magic, uint64_t *text_ret)
	IJ_WARN_UNUSED;
/** Once the version is known. */
void ij_goprog_gofunc_find(struct ij_goprog *prog);

/** Fill in version, minor_lo, minor_hi and slots. Errors: NOMEM, UNSUPPORTED. */
struct ij_error *ij_goprog_version_find(struct ij_goprog *prog) IJ_WARN_UNUSED;

#endif
