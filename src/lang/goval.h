/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Values of expressions in Go, by the types that debug information tells. Knows no process: what
 * one knows comes through struct ij_go_host.
 *
 * Source: the linker's DWARF of Go 1.11 to 1.27, src/cmd/link/internal/ld/dwarf.go.
 */
#ifndef IJ_LANG_GOVAL_H
#define IJ_LANG_GOVAL_H

#include "base/arena.h"
#include "lang/go.h"
#include "types/ctype.h"

enum ij_go_class {
	IJ_GO_CLASS_NONE, /* nothing that can be used as a value */
	IJ_GO_CLASS_BOOL,
	IJ_GO_CLASS_INT,
	IJ_GO_CLASS_UINT,
	IJ_GO_CLASS_FLOAT,
	IJ_GO_CLASS_STRING,
	IJ_GO_CLASS_SLICE,
	IJ_GO_CLASS_ARRAY,
	IJ_GO_CLASS_STRUCT,
	IJ_GO_CLASS_POINTER,
	IJ_GO_CLASS_MAP,
	IJ_GO_CLASS_CHAN,
	IJ_GO_CLASS_FUNC,
	IJ_GO_CLASS_EFACE, /* an interface without methods, and with: */
	IJ_GO_CLASS_IFACE,
};

enum { IJ_GO_TEXT_MAX = 64 * 1024 }; /* bytes of strings that are worked with */
enum { IJ_GO_FIXES_MAX = 256 };

/** Memory of the Go heap that a value leads to, and that a call makes first, in one piece. */
struct ij_go_made {
	uint8_t *bytes; /* of the arena */
	size_t size, room;
	bool pointers; /* it leads to what is not in it, and must be looked into */
	/* Where the words in it are that count from its own start. */
	uint32_t fixes[IJ_GO_FIXES_MAX];
	size_t fixes_len;
};

struct ij_go_func;

struct ij_go_value {
	const struct ij_ctype *type; /* NULL: the untyped constant `con` */
	struct ij_go_arg con;        /* its bytes are the arena's */
	bool in_target;              /* a variable, at `addr` */
	bool unknown;                /* what a call would return that is not made */
	bool fleeting;               /* a call returned it: nobody keeps alive what it leads to */
	ij_addr addr;
	uint8_t *bytes; /* type->size of them; NULL: not read yet. Of the arena */
	/* What a string, slice or interface that a call returned leads to, read while that lived.
	 */
	const uint8_t *held;
	size_t held_size;
	bool held_cut;
	/* What the words at bytes `made_at` count from, once it is made; or NULL. */
	const struct ij_go_made *made;
	uint16_t made_at[IJ_GO_MADE_MAX];
	uint8_t made_len;
	/* What an interface, or each element of a slice or member of a struct, was made of (of
	 * those without a type their bytes are all); NULL: it was not made here. */
	struct ij_go_value *holds;
	/* Of an interface with methods, in a plan: its first word is its type, as nobody has made
	 * the table of its methods. */
	bool planned;
	/* Kept here, so what a call does to it is seen: a variable of the session, or of make or
	 * new; `origin`: of which variable it is a part or the address. */
	bool is_kept;
	struct ij_go_value *origin;
	const struct ij_go_func *func; /* a function, or a method bound to its receiver */
	/* The call that will return it, and is made with the one that takes it, so that it is alive
	 * between; NULL: it is there. */
	struct ij_go_deferred *deferred;
	/* Several results of a call. */
	struct ij_go_value *tuple;
	size_t tuple_len;
};

/** A call that is put off until somebody needs its only result. */
struct ij_go_deferred {
	const struct ij_go_func *func;
	struct ij_go_value *args, result;
	bool done;
};

/** A function that may be called. */
struct ij_go_func {
	const char *name;
	ij_addr code, context; /* of a closure: its address, for the context register */
	/* Of a method of an interface that is not there yet: its function's address stands so many
	 * bytes into the table of methods. Else 0. */
	unsigned slot;
	const struct ij_ctype *params[IJ_GO_PARAMS_MAX];
	size_t params_len;
	bool variadic; /* the last is a slice of those that are given */
	const struct ij_ctype *results[IJ_GO_RESULTS_MAX];
	size_t results_len;
	struct ij_go_value *receiver; /* bound, for the first parameter; or NULL */
	bool known;                   /* somebody said what it takes and returns */
};

/** The stack of one goroutine, [lo, hi). */
struct ij_go_stack {
	ij_addr lo, hi;
	uint64_t goroutine;
};

/** What an expression asks of the process. */
struct ij_go_host {
	struct ij_arena *arena;
	struct ij_ctypes *types;
	bool plan;  /* make no call */
	bool force; /* follow and pass on even what nobody keeps alive */
	/** The variable `$name`; NULL: it has no value. It lives as long as the session.
	 */
	struct ij_go_value *(*variable)(struct ij_go_host *host, const char *name);
	/** Set it to @value, whose memory then lives as long as the session. Errors: NOMEM. */
	struct ij_error *(*set_variable)(struct ij_go_host *host, const char *name,
					 const struct ij_go_value *value);
	/** Read @size bytes. Errors: FAULT. */
	struct ij_error *(*read)(struct ij_go_host *host, ij_addr addr, void *buf, size_t size);
	/** The variable or function "path/pkg.Name"; *@found tells. */
	struct ij_error *(*lookup)(struct ij_go_host *host, const char *name,
				   struct ij_go_value *ret, bool *found);
	/** The type of that name, "main.T", "int"; NULL: there is none. */
	struct ij_error *(*type)(struct ij_go_host *host, const char *name,
				 const struct ij_ctype **ret);
	/** The name of the type whose descriptor is at @addr: "*main.T"; "" if it cannot be read.
	 */
	void (*dynamic)(struct ij_go_host *host, ij_addr addr, char *buf, size_t size);
	/** Add what is known of a value in an interface: its type's name, and perhaps its text. */
	void (*show_dynamic)(struct ij_go_host *host, ij_addr type, ij_addr data,
			     const struct ij_go_value *value, struct ij_strbuf *out);
	/** The runtime's descriptor of @type. Errors: NOTFOUND (the program has none). */
	struct ij_error *(*descriptor)(struct ij_go_host *host, const struct ij_ctype *type,
				       ij_addr *ret);
	/** The methods of the type at @type for the interface at @inter, by a call; 0: it has not
	 * all. */
	struct ij_error *(*itab)(struct ij_go_host *host, ij_addr inter, ij_addr type,
				 ij_addr *ret);
	/** What the func value @value calls, as `func` of @ret. Errors: UNSUPPORTED, FAULT. */
	struct ij_error *(*closure)(struct ij_go_host *host, struct ij_go_value *value,
				    struct ij_go_value *ret);
	/** Method @name of an interface of @type: its `slot`, and its signature behind a first
	 * parameter for the data; *@found tells whether that is known. */
	struct ij_error *(*method)(struct ij_go_host *host, const struct ij_ctype *type,
				   const char *name, struct ij_go_func *ret, bool *found);
	/** The stacks of all goroutines, sorted by address, as they are now; none if they are not
	 * known. Borrowed until the next time. */
	struct ij_error *(*stacks)(struct ij_go_host *host, const struct ij_go_stack **ret,
				   size_t *len_ret);
	/** Why @len bytes of @text are no name: the error. */
	struct ij_error *(*missing)(struct ij_go_host *host, const char *text, size_t len);
	/** The function of @addr, "main.add"; "" if there is none. Borrowed. */
	const char *(*function_at)(struct ij_go_host *host, ij_addr addr);
	/** Call it; @args fit its parameters, and one of them may be deferred. @ret: results_len
	 * values. */
	struct ij_error *(*call)(struct ij_go_host *host, const struct ij_go_func *func,
				 struct ij_go_value *args, struct ij_go_value *ret);
};

/** What kind of value @type has; of a pointer, map and so on whatever it is called. */
enum ij_go_class ij_go_class_of(const struct ij_ctype *type);
/** @type as Go writes it; to a static or the types' own text. */
struct ij_error *ij_go_type_text(struct ij_go_host *host, const struct ij_ctype *type,
				 const char **ret) IJ_WARN_UNUSED;
/** "int", "uint8", "string", ...: the types that need no declaration; NULL: none of them. */
struct ij_error *ij_go_type_basic(struct ij_go_host *host, const char *name, size_t len,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** []@elem */
struct ij_error *ij_go_type_slice(struct ij_go_host *host, const struct ij_ctype *elem,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** The type of elements of a slice or an array, of what a pointer points to; else NULL. */
const struct ij_ctype *ij_go_type_elem(const struct ij_ctype *type);
/** How a call passes @type. Errors: UNSUPPORTED (it is too large). */
struct ij_error *ij_go_type_passed(struct ij_go_host *host, const struct ij_ctype *type,
				   struct ij_go_type *ret) IJ_WARN_UNUSED;

/** Have the bytes of @value there. Errors: FAULT, LIMIT, NOMEM. */
struct ij_error *ij_go_value_load(struct ij_go_host *host, struct ij_go_value *value)
	IJ_WARN_UNUSED;
/** The error of what leads out of a call's result, which is not followed. */
struct ij_error *ij_go_not_kept(struct ij_go_host *host, const struct ij_go_value *value)
	IJ_WARN_UNUSED;
/** Word @idx of a loaded value. */
uint64_t ij_go_value_word(const struct ij_go_value *value, unsigned idx);
/** A value of @type with @size bytes (the rest 0) at @bytes. Errors: NOMEM. */
struct ij_error *ij_go_value_make(struct ij_go_host *host, const struct ij_ctype *type,
				  const void *bytes, size_t size, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** A variable of @type at @addr. */
struct ij_go_value ij_go_value_at(const struct ij_ctype *type, ij_addr addr);
/** The number that a BOOL, INT or UINT value is, extended; the float of a FLOAT. */
int64_t ij_go_value_int(const struct ij_go_value *value);
double ij_go_value_float(const struct ij_go_value *value);
/** The bytes of a string, or of a slice of bytes, up to @max; cut: there are more. Loads. */
struct ij_error *ij_go_value_text(struct ij_go_host *host, struct ij_go_value *value, size_t max,
				  const uint8_t **bytes_ret, size_t *size_ret, bool *cut_ret)
	IJ_WARN_UNUSED;

/** What it is, for a message: its type, or what kind of constant. */
struct ij_error *ij_go_value_kind(struct ij_go_host *host, const struct ij_go_value *value,
				  const char **ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_value_of_float(struct ij_go_host *host, double value,
				      const struct ij_ctype *type, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** A constant string, or a slice of bytes: @con's bytes get memory when a call takes it. */
struct ij_error *ij_go_value_of_string(struct ij_go_host *host, const struct ij_go_arg *con,
				       const struct ij_ctype *type, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** Are two types the same, by their names? */
struct ij_error *ij_go_type_same(struct ij_go_host *host, const struct ij_ctype *a,
				 const struct ij_ctype *b, bool *ret) IJ_WARN_UNUSED;

/** Element @key of map @map, or the zero value; *@found tells (gomap.c). */
struct ij_error *ij_go_map_get(struct ij_go_host *host, struct ij_go_value *map,
			       struct ij_go_value *key, struct ij_go_value *ret, bool *found)
	IJ_WARN_UNUSED;
/** Visit pairs until @visit clears *more. */
typedef struct ij_error *(*ij_go_map_visit)(void *ctx, struct ij_go_value *key,
					    struct ij_go_value *elem, bool *more);
struct ij_error *ij_go_map_each(struct ij_go_host *host, struct ij_go_value *map,
				ij_go_map_visit visit, void *ctx) IJ_WARN_UNUSED;
/** len() and cap() of strings, slices, arrays, maps and channels. Errors: TYPE. */
struct ij_error *ij_go_value_len(struct ij_go_host *host, struct ij_go_value *value, bool cap,
				 uint64_t *ret) IJ_WARN_UNUSED;

/** `a op b` for one of + - * / % & | ^ &^ << >> == != < <= > >= (goops.c). Errors: TYPE. */
struct ij_error *ij_go_binary(struct ij_go_host *host, const char *op, struct ij_go_value *a,
			      struct ij_go_value *b, struct ij_go_value *ret) IJ_WARN_UNUSED;
/** - + ! ^ */
struct ij_error *ij_go_unary(struct ij_go_host *host, char op, struct ij_go_value *a,
			     struct ij_go_value *ret) IJ_WARN_UNUSED;
/** T(v). Errors: TYPE. */
struct ij_error *ij_go_convert(struct ij_go_host *host, struct ij_go_value *value,
			       const struct ij_ctype *type, struct ij_go_value *ret) IJ_WARN_UNUSED;
/** @value as something of @type may be assigned: constants get it, others must have it. @what: for
 * the message. Errors: TYPE. */
struct ij_error *ij_go_assign_to(struct ij_go_host *host, struct ij_go_value *value,
				 const struct ij_ctype *type, const char *what,
				 struct ij_go_value *ret) IJ_WARN_UNUSED;
/** @value as an interface of @type. Errors: TYPE, NOTFOUND (a type that the program does not
 * describe), LIMIT (goiface.c). */
struct ij_error *ij_go_interface_of(struct ij_go_host *host, struct ij_go_value *value,
				    const struct ij_ctype *type, const char *what,
				    struct ij_go_value *ret) IJ_WARN_UNUSED;
/** A slice of @type with @len new elements. @items: may be changed. Errors: TYPE, LIMIT. */
struct ij_error *ij_go_slice_of(struct ij_go_host *host, const struct ij_ctype *type,
				struct ij_go_value *items, size_t len, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** The type that interface @value holds, by the address of its descriptor; 0: none. Errors: FAULT.
 */
struct ij_error *ij_go_dynamic_type(struct ij_go_host *host, struct ij_go_value *value,
				    ij_addr *ret) IJ_WARN_UNUSED;
/** Part @part of @whole, at @off of its bytes, leads to new memory. Errors: LIMIT, those of the
 * parts. */
struct ij_error *ij_go_part_made(struct ij_go_host *host, struct ij_go_value *whole, uint64_t off,
				 struct ij_go_value *part) IJ_WARN_UNUSED;
/** A pointer to a copy of @value in new memory: &T{...}. Errors: TYPE, LIMIT. */
struct ij_error *ij_go_pointer_to(struct ij_go_host *host, struct ij_go_value *value,
				  struct ij_go_value *ret) IJ_WARN_UNUSED;
/** @func as a value of the func type @type, in new memory. Errors: TYPE (it is of another type),
 * UNSUPPORTED (a method with its receiver). */
struct ij_error *ij_go_func_value(struct ij_go_host *host, const struct ij_go_func *func,
				  const struct ij_ctype *type, const char *what,
				  struct ij_go_value *ret) IJ_WARN_UNUSED;
/** string(r), []rune(s) and string(rs) (gorunes.c). Errors: LIMIT; those of reading. */
struct ij_error *ij_go_text_of_rune(struct ij_go_host *host, int64_t rune,
				    const struct ij_ctype *type, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_go_runes_of(struct ij_go_host *host, struct ij_go_value *value,
				const struct ij_ctype *type, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_go_text_of_runes(struct ij_go_host *host, struct ij_go_value *value,
				     const struct ij_ctype *type, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** @rune in UTF-8; what is none as U+FFFD. @out: 4 bytes. @return: bytes. */
size_t ij_go_utf8_put(char *out, uint32_t rune);
/** Does a value of @type lead anywhere, itself or by a part? */
bool ij_go_leads(const struct ij_ctype *type);
/** The error of what nobody keeps alive, and must not be passed on, unless it is bytes that we
 * have. */
struct ij_error *ij_go_is_kept(struct ij_go_host *host, const struct ij_go_value *value)
	IJ_WARN_UNUSED;

/**
 * Does @value, which is to be an argument, lead to the stack of a goroutine, itself or by what it
 * leads to, as far as that is followed?
 *
 * @what: the argument, for the message. Errors: UNSUPPORTED (it does, and host->force is not set),
 * NOMEM.
 */
struct ij_error *ij_go_escapes(struct ij_go_host *host, const struct ij_go_value *value,
			       const char *what) IJ_WARN_UNUSED;

/** Memory that a call gets for an argument that is kept here, and that is to come back. */
struct ij_go_left {
	uint8_t *to;
	size_t size;  /* bytes; 0: it is none */
	uint64_t off; /* in what is made for the argument */
};
struct ij_go_left ij_go_left_of(struct ij_go_value *arg);

/** Do two values compare as equal? Errors: TYPE. */
struct ij_error *ij_go_equal(struct ij_go_host *host, struct ij_go_value *a, struct ij_go_value *b,
			     bool *ret) IJ_WARN_UNUSED;

/** Evaluate @text (goeval.c). Errors: SYNTAX, NOTFOUND, TYPE, UNSUPPORTED; those of the host. */
struct ij_error *ij_go_eval(struct ij_go_host *host, const char *text, struct ij_go_value *ret)
	IJ_WARN_UNUSED;

/** As %q of fmt writes it; the fewest digits that read back as the same value. */
void ij_go_quote(struct ij_strbuf *out, const uint8_t *bytes, size_t size);
void ij_go_float_text(struct ij_strbuf *out, double value, uint32_t size);

/** Write a value as Go would, and as JSON; @type_ret: the name of its type (goshow.c). */
struct ij_error *ij_go_show(struct ij_go_host *host, struct ij_go_value *value,
			    struct ij_strbuf *text, struct ij_strbuf *json, struct ij_strbuf *type)
	IJ_WARN_UNUSED;

#endif
