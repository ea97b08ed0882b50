/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the evaluation of expressions asks of whoever knows the process. */
#ifndef IJ_LANG_HOST_H
#define IJ_LANG_HOST_H

#include "lang/val.h"

/** A name as it stands in an expression; parts that are not there are NULL. */
struct ij_host_name {
	const char *module;
	const char *file;
	const char *name; /* "ns::x" */
};

/** A literal that goes to the target with a call. */
struct ij_host_literal {
	const uint8_t *bytes;
	size_t size, off; /* bytes; where it is to lie in our memory */
	bool is_buffer;   /* tell what became of it */
	const struct ij_ctype *type;
	const char *variable; /* `$name`, which gets what became of it; or NULL */
};

/** A call, arguments evaluated and of the types that they are passed as. */
struct ij_host_call {
	const struct ij_func *func;
	const struct ij_ctype *result; /* type of what it returns */
	const struct ij_val *args;
	size_t args_len;
	size_t named_len; /* of them, those that the callee has a parameter for; or more */
	size_t fixed_len; /* of them, those that do not stand for the `...` */
	bool is_variadic; /* or its parameters are not known */
	/* As the type of the function says. */
	bool splits_int128, splits_vectors, spills_quads;
	const struct ij_host_literal *literals; /* all of the expression so far, by offset */
	size_t literals_len;
	size_t literals_sent; /* of them, those that an earlier call of the expression brought */
	size_t literals_room; /* bytes that all of the expression take, those to come, too */
	const char *text;     /* the call as it was typed */
	size_t column;
	bool is_last; /* no call follows, whatever it returns */
	bool keeps;   /* the literals' memory must be where it was until `release` */
};

/** The function that an operator of classes calls, and how. */
struct ij_host_operation {
	struct ij_val func;
	bool in_class;    /* of the first operand's class: that is `this` */
	bool is_swapped;  /* the operands stand the other way round */
	bool is_negated;  /* the result is what it is not */
	bool is_compared; /* what it returns is compared with 0, by the operator */
};

struct ij_host {
	struct ij_ctypes *types;
	const char *expr; /* the whole, for messages */
	bool is_cxx;      /* the language is C++, as the user has it: comparisons are bool */
	bool is_rust;     /* it is Rust, which has bool, too: `!` of an integer turns its bits */
	/** Sets these two when they are first asked for; NULL: they are known. */
	void (*find_language)(struct ij_host *host);
	bool casts; /* arguments and what is assigned are converted as by a cast */
	bool dry;   /* only types are asked for: nothing may be injected */

	/** What @name stands for. @found: false if nothing has it. */
	struct ij_error *(*lookup)(struct ij_host *host, const struct ij_host_name *name,
				   struct ij_arena *arena, struct ij_val *ret, bool *found);
	/** The functions of a class; @found as above. Its type has `this` as the first parameter.
	 */
	struct ij_error *(*method)(struct ij_host *host, const struct ij_val *object,
				   const char *name, const struct ij_val *args, size_t args_len,
				   struct ij_arena *arena, struct ij_val *ret, bool *found);
	/** Of several functions of one name the one that takes @args. */
	struct ij_error *(*overload)(struct ij_host *host, const struct ij_host_name *name,
				     const struct ij_val *args, size_t args_len,
				     struct ij_arena *arena, struct ij_val *ret, bool *found);
	/** Operator @op, "==", of @len operands, of which one is of a class. NULL: there are none.
	 */
	struct ij_error *(*operate)(struct ij_host *host, const char *op,
				    const struct ij_val *operands, size_t len,
				    struct ij_arena *arena, struct ij_host_operation *ret,
				    bool *found);
	/** A type by its name. @tag: 's', 'u', 'e', or 0 for what needs none. NULL: there is none.
	 */
	struct ij_error *(*type)(struct ij_host *host, char tag, const char *name,
				 const struct ij_ctype **ret);
	/** Append what is known to be missing of the debug information, "; ..."; nothing: all is
	 * there. NULL: nobody knows. */
	void (*lacks)(struct ij_host *host, struct ij_strbuf *out);
	/** NOTFOUND with the nearest names: of functions, if it @is_called. */
	struct ij_error *(*unknown)(struct ij_host *host, const struct ij_host_name *name,
				    bool is_called);

	struct ij_error *(*read)(struct ij_host *host, ij_addr addr, void *buf, size_t size);
	struct ij_error *(*write)(struct ij_host *host, ij_addr addr, const void *bytes,
				  size_t size);
	/** Make it. @ret: the result, of type call->result; not of VOID. */
	struct ij_error *(*call)(struct ij_host *host, const struct ij_host_call *call,
				 struct ij_arena *arena, struct ij_val *ret);

	/** The calls that keep memory are over. @in_use: it stays, for something there could not be
	 * ended. NULL: no memory can be kept. */
	struct ij_error *(*release)(struct ij_host *host, bool in_use);

	/** Where byte @off of our memory is, which a call has brought that keeps it. NULL: none
	 * does.
	 */
	struct ij_error *(*place)(struct ij_host *host, uint64_t off, ij_addr *ret);

	/** The same call, of which no more is to be known than what it would need. May be NULL. */
	struct ij_error *(*plan)(struct ij_host *host, const struct ij_host_call *call);

	/** `$`, `$1`, `$name`. @found: false if it has no value. */
	struct ij_error *(*variable)(struct ij_host *host, const char *name, struct ij_arena *arena,
				     struct ij_val *ret, bool *found);
	struct ij_error *(*set_variable)(struct ij_host *host, const char *name,
					 const struct ij_val *value);
	/** A function of the session: `$name(...)`, @args with their bytes. @found: false: there is
	 * none. NULL: there are none at all. */
	struct ij_error *(*function)(struct ij_host *host, const char *name,
				     const struct ij_val *args, size_t args_len,
				     struct ij_arena *arena, struct ij_val *ret, bool *found);

	/** "main+4" of an address that is in a function or object, else nothing. */
	void (*symbol)(struct ij_host *host, ij_addr addr, struct ij_strbuf *out);
};

#endif
