/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Go as people type it: one call with constant arguments, and signatures. Knows no process. */
#ifndef IJ_LANG_GO_H
#define IJ_LANG_GO_H

#include "base/strbuf.h"
#include "base/vec.h"

enum ij_go_kind {
	IJ_GO_BOOL,
	IJ_GO_INT,   /* signed, `size` bytes */
	IJ_GO_UINT,  /* unsigned, uintptr too */
	IJ_GO_FLOAT, /* 4 or 8 bytes */
	IJ_GO_STRING,
	IJ_GO_SLICE,     /* of `elem` */
	IJ_GO_INTERFACE, /* `error`: with methods; `any`: without */
	IJ_GO_POINTER,   /* pointers, maps, channels, functions */
	IJ_GO_STRUCT,    /* structs and arrays, of `parts` */
};

enum { IJ_GO_PARTS_MAX = 12, IJ_GO_STRUCT_MAX = 256 /* bytes */ };
enum { IJ_GO_MADE_MAX = 16 }; /* words of a value that lead to new memory */

/** A basic value within another one, which a register can hold. */
struct ij_go_part {
	uint16_t off; /* bytes */
	uint8_t size;
	bool is_float;
};

enum { IJ_GO_TYPE_SIZE = 96 };

/** A type, as far as a call needs it: plain values, copied as they are. */
struct ij_go_type {
	enum ij_go_kind kind;
	uint32_t size; /* bytes; also their alignment, up to 8 */
	bool methods;  /* of an interface: it has some */
	/* Of a slice: its elements. Of a pointer what it leads to, size 0: not known. */
	enum ij_go_kind elem;
	uint32_t elem_size;
	/* Of a struct or array: */
	struct ij_go_part parts[IJ_GO_PARTS_MAX];
	uint8_t parts_len;
	bool in_memory;             /* an array of several elements is in it: never in registers */
	uint32_t align;             /* bytes; 0: as the size says */
	char text[IJ_GO_TYPE_SIZE]; /* as it was written, cut if it is longer */
};

enum { IJ_GO_PARAMS_MAX = 16, IJ_GO_RESULTS_MAX = 8 };

/** `func(int, string) (int, error)`. */
struct ij_go_sig {
	struct ij_go_type params[IJ_GO_PARAMS_MAX];
	size_t params_len;
	bool variadic; /* the last parameter is `...T`, and has the type []T */
	struct ij_go_type results[IJ_GO_RESULTS_MAX];
	size_t results_len;
};

enum ij_go_const {
	IJ_GO_CONST_INT,    /* `negative` and `u64`, its magnitude */
	IJ_GO_CONST_FLOAT,  /* `f64` */
	IJ_GO_CONST_BOOL,   /* `u64` */
	IJ_GO_CONST_STRING, /* `bytes`; of []byte("...") too */
	IJ_GO_CONST_NIL,
	IJ_GO_CONST_WORDS, /* `words`: a value that is in the target already */
	IJ_GO_CONST_VALUE, /* `bytes`: the same, of a struct or array */
};

struct ij_go_arg {
	enum ij_go_const kind;
	bool negative;
	bool is_slice; /* []byte("...") */
	uint64_t u64;
	double f64;
	char *bytes;
	size_t bytes_size;
	uint64_t words[3];
	/* Of WORDS and VALUE: new memory, or NULL, which the words at bytes `made_at` count from,
	 * and which itself has at `fixes` words that do. */
	char *made;
	size_t made_size;
	uint16_t made_at[IJ_GO_MADE_MAX];
	uint8_t made_len;
	uint32_t *fixes;
	size_t fixes_len;
	bool pointers; /* it leads to other memory */
	/* So many bytes of its new memory are wanted back, from `out_off` on. */
	uint32_t out_off, out_size;
	size_t column; /* in the expression, from 1 */
};

/** `runtime/debug.SetGCPercent(50)`. */
struct ij_go_call {
	char *name; /* of the function as the linker knows it: "main.(*T).Add" */
	IJ_VEC(struct ij_go_arg) args;
	struct ij_go_sig sig;
	bool sig_known;
	uint64_t pointer_type; /* the descriptor of a type of pointers, if some argument has any */
	char *fallback;        /* a function to take where the linker has dropped `name`; or NULL */
	struct ij_go_sig fallback_sig;
	/*
	 * A call that is made before it, while nobody else does anything: what that returns is
	 * argument `before_arg`. With `method` it returns an interface with methods, of which the
	 * value is passed, and the function's address lies so many bytes into its table. NULL:
	 * none. Owned.
	 */
	struct ij_go_call *before;
	size_t before_arg;
	uint16_t method;
	/* Of such a one: what it calls, and bytes of stack that this takes at least. */
	uint64_t code, context;
	uint32_t frame_min;
};

/** Does @text call a function by Go's own name for it: a package's path, a dot, a name? */
bool ij_go_is_call(const char *text);
/** Does @text declare a function in Go: does it begin with `func`? */
bool ij_go_is_decl(const char *text);

/**
 * Parse one call.
 *
 * Constants as Go writes them: integers with all bases and underscores, runes, floats, strings
 * (also raw ones), true, false, nil, []byte("..."), and + - * / % << >> & | ^ on integers.
 *
 * @ret: `sig` is not known yet. Freed by ij_go_call_destroy.
 * Errors: SYNTAX with the column; UNSUPPORTED by name for what Go has and this has not; LIMIT;
 * NOMEM.
 */
struct ij_error *ij_go_call_parse(const char *text, struct ij_go_call **ret) IJ_WARN_UNUSED;
void ij_go_call_destroy(struct ij_go_call *call);

/**
 * Parse the literal at *@pos of @text: a number, rune, string, true, false, nil.
 *
 * @pos: moved behind it. @found: false: there is none. @ret: its bytes are malloc'ed.
 * Errors: SYNTAX, TYPE (a number of over 64 bits), NOMEM.
 */
struct ij_error *ij_go_literal_parse(const char *text, const char **pos, struct ij_go_arg *ret,
				     bool *found) IJ_WARN_UNUSED;

/** Declarations by name, in the order they came: the last of a name wins. */
struct ij_go_decls {
	IJ_VEC(struct ij_go_decl *) list;
};
void ij_go_decls_deinit(struct ij_go_decls *decls);

/**
 * Add `func(int) int`, which holds for every function that is not declared by name, or
 * `func strings.Repeat(string, int) string`.
 *
 * Errors: SYNTAX, TYPE (an unknown type), LIMIT, NOMEM.
 */
struct ij_error *ij_go_decls_add(struct ij_go_decls *decls, const char *text) IJ_WARN_UNUSED;

/** Give @call its signature: the user's, else that of the built-in table; `sig_known` tells. */
struct ij_error *ij_go_call_declare(struct ij_go_call *call, const struct ij_go_decls *decls)
	IJ_WARN_UNUSED;

/** Does @call take what has to be made first, an interface or a slice of arguments? */
bool ij_go_call_makes(const struct ij_go_call *call);

/** Do the arguments of @call fit @sig? Errors: TYPE, with the column. */
struct ij_error *ij_go_call_fit(const struct ij_go_call *call, const struct ij_go_sig *sig)
	IJ_WARN_UNUSED;

/** Parse a signature: `(int) int` or `func(int) int`. Errors: SYNTAX, TYPE, LIMIT. */
struct ij_error *ij_go_sig_parse(const char *text, struct ij_go_sig *ret) IJ_WARN_UNUSED;

/** Parse one type from *@pos on, which is moved behind it. */
struct ij_error *ij_go_type_parse(const char **pos, struct ij_go_type *ret) IJ_WARN_UNUSED;

/* ---- Where arguments and results go ---- */

/** A value's place: in registers, part by part, or on the stack. */
struct ij_go_place {
	bool in_regs;
	uint32_t stack_off; /* bytes; if it is not */
	struct {
		bool is_float;
		uint8_t reg; /* index among the integer or the vector registers */
	} parts[IJ_GO_PARTS_MAX];
};

struct ij_go_layout {
	struct ij_go_place params[IJ_GO_PARAMS_MAX];
	struct ij_go_place results[IJ_GO_RESULTS_MAX];
	uint32_t stack_size; /* bytes of arguments and results on the stack */
	uint32_t frame_size; /* the same, with the space that register arguments are spilled to */
};

/** Words of a value of @type: 1, 2 (strings, interfaces) or 3 (slices); of a struct its parts. */
unsigned ij_go_type_words(const struct ij_go_type *type);

/**
 * Assign places. @registers: by ABIInternal (Go 1.17 on), else by ABI0.
 *
 * Source: Go 1.17 to 1.27, src/cmd/compile/abi-internal.md, "Function call argument and result
 * passing"; before, src/cmd/compile/internal/gc (structs of arguments, then of results).
 */
void ij_go_assign(const struct ij_go_sig *sig, bool registers, struct ij_go_layout *ret);

#endif
