/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a frame at one instruction of code without CFI. Internal to the derivation. */
#ifndef IJ_MAPS_DERIVE_STATE_H
#define IJ_MAPS_DERIVE_STATE_H

#include "arch/decode.h"
#include "maps/builder.h"

#define IJ_DERIVE_UNKNOWN INT32_MIN
#define IJ_DERIVE_NO_REG  0xff
#define IJ_DERIVE_SAVED   6 /* registers that a callee preserves: rbx, rbp, r12 to r15 */

enum ij_derive_bp {
	IJ_DERIVE_BP_ANY,  /* some value, or the caller's (see `kept`) */
	IJ_DERIVE_BP_CFA,  /* CFA - bp */
	IJ_DERIVE_BP_ZERO, /* cleared without having been saved: this is a thread's first frame */
};

enum ij_derive_ra {
	IJ_DERIVE_RA_STACK, /* at CFA - 8 */
	IJ_DERIVE_RA_REG,   /* popped into ra_reg */
	IJ_DERIVE_RA_GONE,
};

/** A lattice: merging two paths only ever forgets. Offsets count down from the CFA, in bytes. */
struct ij_derive_state {
	int32_t sp;                    /* CFA - rsp, or UNKNOWN */
	int32_t bp;                    /* CFA - rbp, if bp_kind is CFA */
	int32_t copy;                  /* CFA - copy_reg */
	int32_t slot[IJ_DERIVE_SAVED]; /* saved at CFA - slot; 0: not saved */
	uint8_t kept;                  /* bit N: the register still has the caller's value */
	uint8_t bp_kind;               /* enum ij_derive_bp */
	uint8_t ra_kind;               /* enum ij_derive_ra */
	uint8_t ra_reg;
	uint8_t copy_reg;  /* another register that holds an address in the frame, or 0xff */
	uint8_t table_reg; /* holds `table`, or 0xff */
	bool table_used;   /* an entry of it was loaded last */
	uint8_t ours; /* bit N: the register has a value of this function's from before the call */
	uint32_t doubt;   /* whether the offset before this is another function; 0: no doubt */
	int32_t doubt_sp; /* `sp` there */
	uint32_t bound;   /* what a value was compared with last, plus 1; 0: not known */
	uint64_t table;   /* the data whose address was loaded last, link-time */
};

/** DWARF numbers of the registers that a callee preserves, in the order of `slot`. */
extern const uint8_t ij_derive_saved[IJ_DERIVE_SAVED];

/** CFA - @reg (a DWARF number), or UNKNOWN. */
int32_t ij_derive_depth(const struct ij_derive_state *state, uint8_t reg);

/** Forget the jump table. */
void ij_derive_table_lose(struct ij_derive_state *state);

/** On entry to a function that is called. */
struct ij_derive_state ij_derive_entry(void);

/** The same at the program's entry point, which nothing calls. */
struct ij_derive_state ij_derive_root(void);

/** Merge @other into @state; true if that changed anything. */
bool ij_derive_merge(struct ij_derive_state *state, const struct ij_derive_state *other);

/**
 * What @insn makes of @state; what a transfer of control leads to is not its matter.
 *
 * @code: the bytes of @insn.
 */
void ij_derive_apply(struct ij_derive_state *state, const struct ij_insn *insn,
		     const uint8_t *code);

/** At offset @off another function may begin, which the call before it did not return to. */
void ij_derive_doubt(struct ij_derive_state *state, uint32_t off);

/** Now it is known that it did. */
void ij_derive_trust(struct ij_derive_state *state);

/**
 * Whether @insn uses the frame that was there before the call in doubt, as another function's first
 * instructions never do.
 */
bool ij_derive_uses_frame(const struct ij_derive_state *state, const struct ij_insn *insn,
			  const uint8_t *code);

/** The unwind rule at an instruction that @state holds before. */
struct ij_map_state ij_derive_rule(const struct ij_derive_state *state);

#endif
