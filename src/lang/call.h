/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a person types, parsed: one call with literal arguments. Knows no process. */
#ifndef IJ_LANG_CALL_H
#define IJ_LANG_CALL_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "interject/interject.h"
#include "maps/classes.h"

enum ij_type_kind {
	IJ_TYPE_VOID,
	IJ_TYPE_BOOL,
	IJ_TYPE_CHAR,    /* plain char: printed as gdb does, 97 'a' */
	IJ_TYPE_INT,     /* signed integer of `size` bytes */
	IJ_TYPE_UINT,    /* unsigned integer of `size` bytes */
	IJ_TYPE_FLOAT,   /* `size` 4, 8 or 16 (x87 long double) */
	IJ_TYPE_POINTER, /* to anything */
	IJ_TYPE_STRING,  /* char * or const char * */
};

/** Texts that types point to; owned by the prototype or call that holds them. */
struct ij_texts {
	IJ_VEC(char *) list;
};

/** A C type as far as a call needs it. */
struct ij_type {
	enum ij_type_kind kind;
	uint32_t size;    /* bytes */
	const char *text; /* C ("const char *"); owned by the prototype or call, or static */
};

enum ij_trait {
	IJ_TRAIT_SIGNAL_SAFE = 1 << 0, /* async-signal-safe (POSIX.1-2017, 2.4.3) */
	IJ_TRAIT_MAY_BLOCK = 1 << 1,
	IJ_TRAIT_NO_RETURN = 1 << 2,
	/** May start threads or processes: these must not inherit blocked signals. */
	IJ_TRAIT_THREADS = 1 << 3,
	IJ_TRAIT_TIMED = 1 << 4,    /* sleeps in a way that destroys the thread's restart block */
	IJ_TRAIT_UNTRACED = 1 << 5, /* traces its own process: fatal where another does */
};

/** Traits of a function that nobody described: the careful assumption. */
#define IJ_TRAITS_UNKNOWN (IJ_TRAIT_MAY_BLOCK | IJ_TRAIT_THREADS | IJ_TRAIT_TIMED)

enum {
	IJ_CALL_TEXT_MAX = 256 * 1024, /* bytes of an expression or a declaration */
	IJ_CALL_ARGS_MAX = 64,         /* arguments of a call, parameters of a declaration */
	IJ_CALL_BYTES_MAX = 64 * 1024, /* bytes of all strings and buffers of one call */
};

/** A function's declaration. */
struct ij_prototype {
	char *name;
	struct ij_type ret;
	IJ_VEC(struct ij_type) params;
	bool variadic;
	bool unspecified; /* `f()`: parameters are not declared, arguments get default promotions */
	ij_classes need;  /* what the callee needs; IJ_CLASSES_ALL if nobody said */
	uint32_t traits;  /* enum ij_trait; IJ_TRAITS_UNKNOWN if nobody said */
	bool by_value;    /* it passes structs: `text` alone says what, not `ret` and `params` */
	char *text;       /* the declaration as C, for messages */
	bool typed;       /* by hand, not in a file: it wins over debug information */
	/**
	 * The library whose function the built-in table describes ("libc", "libm", "jemalloc");
	 * NULL for the user's declarations. `need` and `traits` hold for that library's function
	 * only: another module's function of the same name needs IJ_CLASSES_ALL.
	 */
	char *library;
	struct ij_texts texts; /* of the types */
};

/*
 * Declarations by name, struct ij_prototypes: the built-in table (share/prototypes, compiled in),
 * and what the user added, which wins. In a declaration `__attribute__`, `extern`, `static`,
 * `inline`, `restrict`, parameter names, function pointers and pointers to any struct are
 * understood. Pointers that ij_prototypes_find gave stay valid when one is added.
 */

/** By plain name (no module); NULL if unknown (or out of memory). Borrowed. */
const struct ij_prototype *ij_prototypes_find(const struct ij_prototypes *protos, const char *name);

/** Visit all, sorted by name. */
void ij_prototypes_each(const struct ij_prototypes *protos,
			void (*visit)(void *ctx, const struct ij_prototype *proto), void *ctx);

enum ij_arg_kind {
	IJ_ARG_INT,   /* bits in `u64`, converted to the parameter's type, sign- or zero-extended */
	IJ_ARG_FLOAT, /* `f64`; `type.size` says float, double or long double */
	IJ_ARG_BYTES, /* the address of `bytes`, which goes to our scratch memory in the target */
	IJ_ARG_SYMBOL, /* the address of the function or object named by `bytes` (`&name`) */
};

struct ij_arg {
	enum ij_arg_kind kind;
	struct ij_type type; /* after conversion; of a buffer the array's, "char[64]" */
	uint64_t u64;
	double f64;
	char *bytes; /* string literal with its NUL, or initial contents of a buffer, or a name */
	size_t bytes_size; /* bytes */
	bool buffer;       /* `(char[256])0`: the contents after the call are part of the result */
	size_t column;     /* in the expression, from 1 */
};

/** `malloc_trim(0)`, `(int)libc!f(1, "x", 2.5)`, `f((char[64])0, 64)`. */
struct ij_call {
	char *text;   /* the expression as typed */
	char *module; /* or NULL */
	char *func; /* or NULL for an address: `((int(*)(int))0x401136)(1)`, `(int)*0x401136(1)` */
	uint64_t addr;
	size_t column; /* of the function's name */
	struct ij_type ret;
	/**
	 * What the function itself returns. Differs from `ret` when a cast converts the result of a
	 * known prototype, `(long)getpid()`: then ij_value_cast comes before printing.
	 */
	struct ij_type callee_ret;
	bool ret_known; /* by a prototype or a cast; otherwise report ij_call_ret_unknown */
	IJ_VEC(struct ij_arg) args;
	bool variadic; /* or undeclared parameters: %al counts the vector registers used */
	ij_classes need;
	uint32_t traits;
	char *library; /* of the prototype, see there; NULL if none or the user's */
	bool declared; /* by a prototype, or by a cast of the function itself */
	/*
	 * An expression that is no such call, or may mean more where debug information is: to be
	 * evaluated. `not_simple`: only that; of the members above `text` alone is set, and `func`
	 * if it is a call of a name.
	 */
	bool not_simple;
	struct ij_texts texts; /* of the types */
	struct ij_go_call *go; /* it is one in Go (lang/go.h), and `args` is empty; or NULL */
};

/**
 * Parse one expression, and convert its arguments as its prototype, a cast, or the default argument
 * promotions (C17, 6.5.2.2) demand.
 *
 * A call to a function without prototype or cast parses, with `ret_known` false: whether there is
 * such a function comes first, and the caller knows that.
 *
 * Literals: integers with all C bases and suffixes, characters, floats, strings with C escapes
 * (adjacent ones joined), NULL, true, false, unary + - ~ !, casts of arguments `(size_t)3`,
 * `(float)1.5`, `(char[N])0` and `(char[]){1,2,3}` and `(char[8])"abc"` buffers, `&symbol`, and the
 * integer operators | ^ & << >> + - * / % with parentheses on constants, and the well-known
 * constants of users' recipes (O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_APPEND, O_TRUNC, RTLD_NOW,
 * RTLD_LAZY, RTLD_GLOBAL, SHUT_*, M_TRIM_THRESHOLD and its kin, PR_SET_DUMPABLE, PR_SET_NAME, ...).
 *
 * Errors: SYNTAX and TYPE with the column and what was expected; TYPE for a wrong number of
 * arguments, a string for an integer, a value that does not fit; UNSUPPORTED by name for what C has
 * and this parser has not (target variables, nested calls, struct values); LIMIT for the three
 * limits above.
 */
struct ij_error *ij_call_parse(const struct ij_prototypes *protos, const char *text,
			       struct ij_call *ret) IJ_WARN_UNUSED;
void ij_call_deinit(struct ij_call *call);

/** The TYPE error for a call whose `ret_known` is false, with the cast and the --decl to give. */
struct ij_error *ij_call_ret_unknown(const struct ij_call *call) IJ_WARN_UNUSED;

/** Registers and memory that a System V AMD64 call leaves its result in. */
struct ij_result_regs {
	uint64_t rax, rdx;
	uint64_t xmm0[2], xmm1[2];
	uint8_t st0[16], st1[16]; /* 10 bytes used of each */
};

/** The integer or pointer in @regs, cut to @type's size: 0 of other types. */
uint64_t ij_value_integer(const struct ij_type *type, const struct ij_result_regs *regs);
/** The floating-point number in @regs; 0 of other types. */
long double ij_value_float(const struct ij_type *type, const struct ij_result_regs *regs);

/** Convert the result in @regs from @from to @to (callee_ret and ret of a call) as a C cast does.
 */
void ij_value_cast(const struct ij_type *from, const struct ij_type *to,
		   struct ij_result_regs *regs);

/**
 * Print a result as text. `1`, `-3`, `97 'a'`, `true`, `0x55d0c8`, `2.5`, `0x7f00 "abc"`, `(void)`.
 *
 * Text is escaped as gdb does. Floats have the fewest digits that read back as the same value.
 *
 * @string: for STRING results the text read from the target, or NULL if it was not readable.
 */
void ij_value_print(const struct ij_type *type, const struct ij_result_regs *regs,
		    const char *string, struct ij_strbuf *out);

/**
 * The same as a JSON value: numbers up to 2^53 as numbers, larger as strings, pointers and
 * unreadable strings "0x…", strings as text, null for void and for null strings, "inf", "-inf" and
 * "nan" as strings.
 */
void ij_value_json(const struct ij_type *type, const struct ij_result_regs *regs,
		   const char *string, struct ij_strbuf *out);

#endif
