/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Evaluating expressions with the conversions of C (C17, 6.3 and 6.5). */
#ifndef IJ_LANG_EVAL_H
#define IJ_LANG_EVAL_H

#include "lang/ast.h"
#include "lang/host.h"

/** An object that a call is passed or returns, in our memory. */
struct ij_temporary {
	const struct ij_ctype *type;
	struct ij_val pointer; /* to it, among the literals */
	struct ij_val end;     /* the function that ends it; type NULL: it takes none */
	bool made;             /* it is there */
};

struct ij_eval {
	struct ij_host *host;
	struct ij_arena *arena;
	const char *text;             /* of the expression, for messages */
	const struct ij_tokens *toks; /* of the same */
	IJ_VEC(struct ij_host_literal) literals;
	size_t literals_size; /* bytes of our memory in the target that they take */
	size_t literals_room; /* that they take at most in the whole evaluation */
	size_t literals_sent; /* of them, those that a call brought there */
	IJ_VEC(struct ij_temporary) temporaries; /* in the order in which they were begun */
	bool keeps;     /* the whole evaluation has such: the memory stays in its place meanwhile */
	unsigned calls; /* made so far */
	unsigned calls_max; /* that a whole evaluation can make */
	bool declaring;     /* a declaration is read: its arrays may have no elements */
	bool plans;         /* the whole is dry, and counts what it would take */
	bool dry;           /* make no call, write nothing, read nothing: types only */
};

/**
 * Find out what all of @ast means without doing anything of it.
 *
 * @ret: of the type that it would be worth; bytes are zeros. @calls_ret: calls that it can make.
 */
struct ij_error *ij_eval_plan(struct ij_host *host, const struct ij_ast *ast,
			      struct ij_arena *arena, struct ij_val *ret, unsigned *calls_ret)
	IJ_WARN_UNUSED;

/** Who looks at a value while temporary objects of the expression are there still, which it may be
 * one of, or point to. */
struct ij_eval_viewer {
	struct ij_error *(*view)(void *ctx, struct ij_val *val);
	void *ctx;
};

/** Plan, then evaluate all of @ast. @viewer: or NULL. @ret: what it is worth; its bytes are there.
 */
struct ij_error *ij_eval_run(struct ij_host *host, const struct ij_ast *ast, struct ij_arena *arena,
			     const struct ij_eval_viewer *viewer, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** The type that comparisons have: int in C, bool in C++. */
const struct ij_ctype *ij_eval_truth(const struct ij_eval *ev);

/** Is the program one of Rust? */
bool ij_eval_is_rust(const struct ij_eval *ev);

struct ij_error *ij_eval_node(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
/** The same, as a value: read, arrays and functions as pointers (C17, 6.3.2.1). */
struct ij_error *ij_eval_value(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_eval_decay(struct ij_eval *ev, const struct ij_node *node, struct ij_val *val)
	IJ_WARN_UNUSED;
/** Have the bytes of @val there. */
struct ij_error *ij_eval_fetch(struct ij_eval *ev, const struct ij_node *node, struct ij_val *val)
	IJ_WARN_UNUSED;

/** A name alone, or @is_called: what stands before the arguments of a call. */
struct ij_error *ij_eval_name(struct ij_eval *ev, const struct ij_node *node, bool is_called,
			      struct ij_val *ret) IJ_WARN_UNUSED;

/** What a reference of C++ refers to takes its place everywhere. */
struct ij_error *ij_eval_dereference(struct ij_eval *ev, const struct ij_node *node,
				     struct ij_val *val) IJ_WARN_UNUSED;
/** A pointer to a @target at @addr. */
struct ij_error *ij_eval_pointer(struct ij_eval *ev, const struct ij_ctype *target, uint64_t addr,
				 struct ij_val *ret) IJ_WARN_UNUSED;
/** Give @val, a literal or a value of ours, memory in the target; @ret points to it. Errors: LIMIT.
 */
struct ij_error *ij_eval_place(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *val, struct ij_val *ret) IJ_WARN_UNUSED;
/** &a, *a, a[b], a.x and a->x, a@b. */
struct ij_error *ij_eval_address_of(struct ij_eval *ev, const struct ij_node *node,
				    struct ij_val *ret) IJ_WARN_UNUSED;
struct ij_error *ij_eval_indirect(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret) IJ_WARN_UNUSED;
struct ij_error *ij_eval_element(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_eval_member(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
/** What the member of @node is of: `a` of a.x, `*p` of p->x and p.x, what `->` of a class leads to.
 */
struct ij_error *ij_eval_owner(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_eval_slice(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** A call. @want: what a cast says that it returns; or NULL. */
struct ij_error *ij_eval_call(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *want, struct ij_val *ret) IJ_WARN_UNUSED;

/**
 * The operator @op of a class with one operand or two, whose bytes are there. @found: false: the
 * program has no function for it.
 */
struct ij_error *ij_eval_operator(struct ij_eval *ev, const struct ij_node *node, const char *op,
				  const struct ij_val *operands, size_t len, struct ij_val *ret,
				  bool *found) IJ_WARN_UNUSED;

/**
 * @val, an object of a class with `operator type()`, as that function has it. @found: false: it has
 * none, and @val stays.
 */
struct ij_error *ij_eval_user_conversion(struct ij_eval *ev, const struct ij_node *node,
					 const struct ij_ctype *type, struct ij_val *val,
					 bool *found) IJ_WARN_UNUSED;

struct ij_error *ij_eval_assign(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_eval_step(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** `left op right` of two values. */
struct ij_error *ij_eval_arith(struct ij_eval *ev, const struct ij_node *node,
			       const struct ij_val *left, const struct ij_val *right,
			       struct ij_val *ret) IJ_WARN_UNUSED;
/** The same operator given as @op: of `+=` that is `+`. */
struct ij_error *ij_eval_operate(struct ij_eval *ev, const struct ij_node *node, const char *op,
				 const struct ij_val *left, const struct ij_val *right,
				 struct ij_val *ret) IJ_WARN_UNUSED;
struct ij_error *ij_eval_unary(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;

/** Convert @val to @type as a cast does; @implicit: only what C does without one. */
struct ij_error *ij_eval_convert(struct ij_eval *ev, const struct ij_node *node,
				 const struct ij_ctype *type, bool implicit, struct ij_val *val)
	IJ_WARN_UNUSED;

/** The type that a type name means. */
struct ij_error *ij_eval_type(struct ij_eval *ev, const struct ij_tname *name,
			      const struct ij_ctype **ret) IJ_WARN_UNUSED;

/* eval_declare.c: declarations. The host is asked for the types that they name. */
/** The type that @text, a declaration, gives to @name. Errors: NOTFOUND (it declares no such). */
struct ij_error *ij_eval_declared(struct ij_host *host, const char *text, const char *name,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** Make @into, a struct, union or enum without members, what @text defines. */
struct ij_error *ij_eval_define(struct ij_host *host, const char *text, struct ij_ctype *into)
	IJ_WARN_UNUSED;
/** The struct, union or enum that @name defines in braces. */
struct ij_error *ij_eval_body(struct ij_eval *ev, const struct ij_tname *name,
			      const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** @type: in, of an element; out, of the vector that the attributes of @name make of it. */
struct ij_error *ij_eval_vector(struct ij_eval *ev, const struct ij_tname *name,
				const struct ij_ctype **type) IJ_WARN_UNUSED;

/** A string or character literal, a number, a compound literal. */
struct ij_error *ij_eval_literal(struct ij_eval *ev, const struct ij_node *node, struct ij_val *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_eval_compound(struct ij_eval *ev, const struct ij_node *node,
				  struct ij_val *ret) IJ_WARN_UNUSED;

/** Put the low bits of @value where the bit-field of @bit_size bits at @bit_off of @bytes is. */
void ij_val_set_bits(uint8_t *bytes, uint32_t bit_off, uint32_t bit_size, uint64_t value);

/** The integer, or the floating-point number, that @val holds. */
__int128 ij_val_integer(const struct ij_val *val);
long double ij_val_float(const struct ij_val *val);
bool ij_val_is_zero(const struct ij_val *val);
uint64_t ij_val_address(const struct ij_val *val);

/** Make @ret a value of @type with the number @value. Errors: NOMEM. */
struct ij_error *ij_val_set_integer(struct ij_arena *arena, const struct ij_ctype *type,
				    __int128 value, struct ij_val *ret) IJ_WARN_UNUSED;
struct ij_error *ij_val_set_float(struct ij_arena *arena, const struct ij_ctype *type,
				  long double value, struct ij_val *ret) IJ_WARN_UNUSED;
/** A value of @type with @size bytes of it, zeroed if @bytes is NULL. */
struct ij_error *ij_val_make(struct ij_arena *arena, const struct ij_ctype *type, const void *bytes,
			     struct ij_val *ret) IJ_WARN_UNUSED;

/** The size of @type, whole. Errors: TYPE (it has none: a function, void, only declared). */
struct ij_error *ij_eval_size(struct ij_eval *ev, const struct ij_node *node,
			      const struct ij_ctype *type, uint64_t *ret) IJ_WARN_UNUSED;

/** "TEXT: <formatted> at column N". */
#define ij_eval_error(ev, node, code, fmt, ...)                                 \
	ij_error_new(code, "%s: " fmt " at column %u",                          \
		     ij_quote((ev)->text, strlen((ev)->text)).str, __VA_ARGS__, \
		     (node)->tok->column)

/** Say of @err where in the expression it is about; of a name that begins it, that is plain. */
struct ij_error *ij_eval_at(const struct ij_eval *ev, const struct ij_node *node,
			    struct ij_error *err) IJ_WARN_UNUSED;

/** Say behind @err, which is of something that debug information does not know, what of that is
 * missing, should any be. */
struct ij_error *ij_eval_lacking(const struct ij_eval *ev, struct ij_error *err) IJ_WARN_UNUSED;

/** The text of a type for messages. */
struct ij_type_text {
	char str[96];
};
struct ij_type_text ij_type_shown(const struct ij_ctype *type);

#endif
