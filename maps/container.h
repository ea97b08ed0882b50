/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The map container: what is known statically about every PC of one module.
 *
 * Compiled by the client from foreign formats (CFI, symbols), handed to the tracer as a sealed
 * memfd, validated there once, then only looked up. All offsets are bytes from the start of the
 * container; all PCs are bytes from the module's lowest mapped address as linked ("module offset"),
 * so that one container serves every load address. Little-endian, naturally aligned, no pointers.
 */
#ifndef IJ_MAPS_CONTAINER_H
#define IJ_MAPS_CONTAINER_H

#include "base/error.h"
#include "maps/classes.h"

#define IJ_MAP_MAGIC   0x3150414d4a49ull /* "IJMAP1\0\0" */
#define IJ_MAP_VERSION 9u

/** DWARF register numbers of x86-64 (System V psABI AMD64 1.0, figure 3.36): 0-15 GPRs, 16 RA. */
#define IJ_MAP_REGS   17
#define IJ_MAP_REG_SP 7
#define IJ_MAP_REG_BP 6
#define IJ_MAP_REG_RA 16

struct ij_map_header {
	uint64_t magic;
	uint32_t version;
	uint32_t size; /* of the whole container, bytes */
	uint64_t span; /* size of the module's address range, bytes; no offset reaches it */
	ij_classes module_classes;     /* classes that every frame in this module holds */
	uint32_t funcs_off, funcs_len; /* struct ij_map_func, sorted by start, disjoint */
	uint32_t rows_off, rows_len; /* struct ij_map_row, each function's together, sorted by pc */
	uint32_t rules_off, rules_len;     /* struct ij_map_rule */
	uint32_t entries_off, entries_len; /* struct ij_map_entry */
	uint32_t exprs_off, exprs_size;    /* DWARF expression bytes of IJ_MAP_*EXPR */
	uint32_t marks_off, marks_len;     /* struct ij_map_mark, sorted by start, disjoint */
	uint32_t polls_off, polls_len;     /* struct ij_map_poll, sorted by pc */
	uint32_t gos_off, gos_len;         /* struct ij_map_go, sorted by pc */
};

enum ij_map_func_flags {
	IJ_MAP_FUNC_SIGNAL =
		1 << 0, /* a signal trampoline ('S' augmentation): the PC of its caller is exact */
	IJ_MAP_FUNC_PLT = 1 << 1, /* procedure linkage table */
	IJ_MAP_FUNC_DERIVED =
		1 << 2, /* its rows were derived from its code: there is no CFI for it */
	IJ_MAP_FUNC_SWITCH = 1 << 3, /* its caller may be on another stack */
};

/** One contiguous code range: an FDE. */
struct ij_map_func {
	uint32_t start;     /* module offset of the first byte */
	uint32_t size;      /* bytes, at least 1 */
	uint32_t row_idx;   /* its first row */
	uint32_t row_len;   /* its rows; the first has pc == start */
	uint32_t flags;     /* enum ij_map_func_flags */
	uint32_t reserved;  /* 0 */
	ij_classes classes; /* held by a frame of this function, besides module_classes */
};

/** From `pc` to the next row's pc (or the function's end), `rule_idx` holds. */
struct ij_map_row {
	uint32_t pc; /* module offset */
	uint32_t rule_idx;
};

enum ij_map_cfa_kind {
	IJ_MAP_CFA_NONE, /* no rule: cannot unwind here */
	IJ_MAP_CFA_REG,  /* value of register cfa_reg + cfa_off */
	IJ_MAP_CFA_EXPR, /* result of the expression at cfa_off in exprs (ULEB size, then bytes) */
};

/** How to find the caller's frame. Registers without an entry keep their value. */
struct ij_map_rule {
	uint8_t cfa_kind; /* enum ij_map_cfa_kind */
	uint8_t cfa_reg;  /* DWARF number */
	uint16_t entry_len;
	int32_t cfa_off;
	uint32_t entry_idx; /* its first entry */
};

enum ij_map_entry_kind {
	IJ_MAP_UNDEFINED,  /* unknown; of RA: this is the outermost frame */
	IJ_MAP_SAME,       /* unchanged */
	IJ_MAP_OFFSET,     /* saved at CFA + value */
	IJ_MAP_VAL_OFFSET, /* is CFA + value */
	IJ_MAP_REGISTER,   /* is in register `value` */
	IJ_MAP_EXPR, /* saved at the address the expression at exprs + value gives (CFA pushed) */
	IJ_MAP_VAL_EXPR, /* is what that expression gives */
};

struct ij_map_entry {
	uint8_t reg;  /* DWARF number, under IJ_MAP_REGS */
	uint8_t kind; /* enum ij_map_entry_kind */
	uint16_t reserved;
	int32_t value;
};

enum ij_map_mark_kind {
	IJ_MAP_MARK_UNSAFE,      /* its author says that nothing may run here */
	IJ_MAP_MARK_RESTARTABLE, /* the same, but going back to `aux` undoes what was begun */
	IJ_MAP_MARK_RSEQ, /* a restartable sequence as the kernel knows it; `aux`: where it aborts
			   * to
			   */
};

/** A stretch of code that is unsafe in itself: in this frame, whatever the callee. */
struct ij_map_mark {
	uint32_t start; /* module offset of the first byte */
	uint32_t end;   /* of the first byte behind it */
	uint32_t aux;   /* module offset; 0 for UNSAFE */
	uint32_t kind;  /* enum ij_map_mark_kind */
};

/** A check that a program makes at a safe-point of its own (interject/safepoint.h). */
struct ij_map_poll {
	uint32_t pc;   /* module offset of the instruction that reads the flag */
	uint32_t flag; /* module offset of the byte that it reads */
};

/** What a stop in Go code means: see gokinds.def. */
enum ij_map_go_kind {
#define IJ_G(NAME, text) IJ_MAP_GO_##NAME,
#include "maps/gokinds.def"
#undef IJ_G
	IJ_MAP_GO_KINDS
};

/** From `pc` on, up to the next one's pc, a stop is of this kind. */
struct ij_map_go {
	uint32_t pc;   /* module offset */
	uint32_t kind; /* enum ij_map_go_kind */
};

/** A validated container. Borrows the bytes. */
struct ij_map {
	const struct ij_map_header *header;
	const struct ij_map_func *funcs;
	const struct ij_map_row *rows;
	const struct ij_map_rule *rules;
	const struct ij_map_entry *entries;
	const uint8_t *exprs;
	const struct ij_map_mark *marks;
	const struct ij_map_poll *polls;
	const struct ij_map_go *gos;
};

/**
 * Check every offset, index, order and register number of a container, so that lookups need no
 * checks.
 *
 * @bytes: borrowed for the life of @ret; 8-byte aligned.
 * Errors: BADDATA, naming the first table and index that is wrong.
 */
struct ij_error *ij_map_open(const void *bytes, size_t size, struct ij_map *ret) IJ_WARN_UNUSED;

/** The function that holds module offset @pc, or NULL. Borrowed. */
const struct ij_map_func *ij_map_func_find(const struct ij_map *map, uint64_t pc);

/** The mark on module offset @pc, or NULL. Borrowed. */
const struct ij_map_mark *ij_map_mark_find(const struct ij_map *map, uint64_t pc);

/** What a stop at module offset @pc means for a Go call; NONE where there is no Go code. */
enum ij_map_go_kind ij_map_go_find(const struct ij_map *map, uint64_t pc);
/** The words of gokinds.def. Static. */
const char *ij_map_go_text(uint32_t kind);

/** The rule for @pc, which lies in @func. Borrowed. */
const struct ij_map_rule *ij_map_rule_find(const struct ij_map *map, const struct ij_map_func *func,
					   uint64_t pc);

#endif
