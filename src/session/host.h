/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session as what evaluates expressions sees it. */
#ifndef IJ_SESSION_HOST_H
#define IJ_SESSION_HOST_H

#include "lang/eval.h"
#include "lang/host.h"
#include "session/session_impl.h"
#include "types/cname.h"

struct ij_stop_place;

struct ij_session_host {
	struct ij_host host; /* first */
	struct ij_session *s;
	const struct ij_call_options *options; /* NULL: inject nothing */
	/* Of the last call: */
	struct ij_call call;
	struct ij_call_result made;
	bool called;
	uint64_t pause_ns, call_ns; /* of those before it */
	/* Where memory is that is kept for the calls of this expression alone; 0: there is none. */
	ij_addr kept;
	uint64_t kept_size;
	size_t kept_used;
	bool unset;     /* a variable of ours was asked for that has no value */
	bool want_need; /* what the calls of a plan would need: */
	ij_classes need;
	char crate[64]; /* of Rust: the program's own; "": not asked for yet, or not known */
	struct ij_wire_callee callee;
	unsigned planned;
	struct ij_stop_place *place; /* of a held stop, that is looked at; or NULL */
	unsigned declaring;          /* declarations that are being read, one for the other */
};

/** @options: NULL: nothing is to be injected. @ret: deinit it. */
void ij_session_host_init(struct ij_session *s, const struct ij_call_options *options,
			  const char *expr, struct ij_session_host *ret);
void ij_session_host_deinit(struct ij_session_host *sh);

/* host_names.c */
struct ij_error *ij_host_lookup(struct ij_host *host, const struct ij_host_name *name,
				struct ij_arena *arena, struct ij_val *ret, bool *found)
	IJ_WARN_UNUSED;
struct ij_error *ij_host_type(struct ij_host *host, char tag, const char *name,
			      const struct ij_ctype **ret) IJ_WARN_UNUSED;

/** The value of @entry, which has no place. */
struct ij_error *ij_host_constant(const struct ij_debug_entry *entry, struct ij_arena *arena,
				  struct ij_val *ret) IJ_WARN_UNUSED;

/* host_crate.c */
/** @name, with the name of the program's own crate for `crate::`. @text: where it is put together;
 * @ret: in it, or @name. Errors: NOTFOUND (no such crate is known). */
struct ij_error *ij_host_in_crate(struct ij_session_host *sh, const char *name,
				  struct ij_strbuf *text, const char **ret) IJ_WARN_UNUSED;
/** The same of a whole name, put together in @arena. */
struct ij_error *ij_host_name_in_crate(struct ij_session_host *sh, struct ij_arena *arena,
				       const struct ij_host_name *name, struct ij_host_name *ret)
	IJ_WARN_UNUSED;
/* host_scope.c */
/** The last part of "ns::Class::x" or "f(int)::x"; @scope_len_ret: bytes of what stands before. */
const char *ij_host_last(const char *name, size_t *scope_len_ret);
/** Is @scope the first @len bytes of @want, but for namespaces without a name? */
bool ij_host_is_scope(const char *scope, const char *want, size_t len);
/** The same but for inline namespaces; @debug has an index of names. */
struct ij_error *ij_host_inline_scope(struct ij_debug *debug, const char *scope, const char *want,
				      size_t len, bool *ret) IJ_WARN_UNUSED;
/** `f::x`, `f(int)::x`: a variable of a function that lasts. @found: false: there is none. Errors:
 * AMBIGUOUS (functions of one name have such). */
struct ij_error *ij_host_static(struct ij_session_host *sh, const struct ij_host_name *name,
				struct ij_arena *arena, struct ij_val *ret, bool *found)
	IJ_WARN_UNUSED;

/* host_template.c */
/** Instances of templates that are wanted. */
struct ij_host_wanted {
	struct ij_strbuf bare;    /* the name, without the arguments of its last part */
	struct ij_strbuf plain;   /* its last part, canonical, */
	struct ij_strbuf spelled; /* and with what typedefs and enumerators in it mean */
	enum ij_cname_how how;    /* set to SAME; for the caller to change */
};
/** @name: has arguments in its last part. Errors: NOMEM, those of debug information. */
struct ij_error *ij_host_wanted_init(struct ij_session_host *sh, const char *name,
				     struct ij_host_wanted *ret) IJ_WARN_UNUSED;
void ij_host_wanted_deinit(struct ij_host_wanted *wanted);
/** Is @name, without a scope or with one, the last part of what is wanted? */
struct ij_error *ij_host_is_wanted(const struct ij_host_wanted *wanted, const char *name, bool *ret)
	IJ_WARN_UNUSED;

/** The only instance of the class template @name, or that which @name has the arguments of as
 * people write them, `Row<short>`, or the first ones, `std::vector<int>`; @ret: NULL: there is
 * none. Errors: AMBIGUOUS (there are several, which are told). */
struct ij_error *ij_host_template(struct ij_session_host *sh, const struct ij_host_name *name,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;

/* host_unknown.c */
void ij_host_lacks(struct ij_host *host, struct ij_strbuf *out);
struct ij_error *ij_host_unknown(struct ij_host *host, const struct ij_host_name *name,
				 bool is_called) IJ_WARN_UNUSED;

/* host_cost.c */
enum { IJ_HOST_IMPOSSIBLE = 1 << 20 };
/** How far @arg is from a parameter of @type: 0 the same, more the worse; IJ_HOST_IMPOSSIBLE. */
unsigned ij_host_cost(const struct ij_val *arg, const struct ij_ctype *type);

/** Is @type a reference to an object that holds nothing, as an allocator? Where it is missed, there
 * is but one that it can be. */
bool ij_host_is_omitted(const struct ij_ctype *type);

/* host_told.c */
enum { IJ_HOST_TOLD_MAX = 4 };
struct ij_host_told {
	const struct ij_ctype *type;
	const char *name;
};
/**
 * Add the functions @told to @out, of which there are @n, and IJ_HOST_TOLD_MAX at most are in the
 * list: "f(int, const allocator &), f() and 3 more".
 *
 * @is_method: `this` and what they return are left out, scopes and arguments of templates of what
 *   they take too, if that leaves them apart. Errors: NOMEM.
 */
struct ij_error *ij_host_tell(const struct ij_host_told *told, size_t n, bool is_method,
			      struct ij_strbuf *out) IJ_WARN_UNUSED;

/* host_prototype.c */
/**
 * What is declared of @name, a function of @module; @ret: NULL: nothing.
 *
 * @type: in, what debug information says, or NULL; out, what holds: a declaration that was typed
 *   wins, any other is used where nothing is known.
 */
struct ij_error *ij_host_prototype(struct ij_session_host *sh, const char *name,
				   const struct ij_module *module, const struct ij_prototype **ret,
				   const struct ij_ctype **type) IJ_WARN_UNUSED;

/* host_functions.c */
struct ij_error *ij_host_overload(struct ij_host *host, const struct ij_host_name *name,
				  const struct ij_val *args, size_t args_len,
				  struct ij_arena *arena, struct ij_val *ret, bool *found)
	IJ_WARN_UNUSED;
struct ij_error *ij_host_method(struct ij_host *host, const struct ij_val *object, const char *name,
				const struct ij_val *args, size_t args_len, struct ij_arena *arena,
				struct ij_val *ret, bool *found) IJ_WARN_UNUSED;
/** Call @visit for what debug information of any module, or of @module, calls @name ("ns::x"). */
struct ij_named_hit {
	struct ij_module *module;
	const struct ij_debug_entry *entry;
	bool more; /* to be cleared: enough */
};
typedef struct ij_error *(*ij_named_visit)(void *ctx, struct ij_named_hit *hit);
#define IJ_HOST_ANY_SCOPE (1u << 30) /* in `kinds`: whatever namespace it is in */
struct ij_error *ij_host_named(struct ij_session_host *sh, const struct ij_host_name *name,
			       unsigned kinds, ij_named_visit visit, void *ctx) IJ_WARN_UNUSED;

/* host_operator.c */
struct ij_error *ij_host_operate(struct ij_host *host, const char *op,
				 const struct ij_val *operands, size_t len, struct ij_arena *arena,
				 struct ij_host_operation *ret, bool *found) IJ_WARN_UNUSED;

/* host_constructors.c */
/**
 * Visit the constructors of class @type that some module exports, as their symbols tell them; not
 * those that take what is not known. Some may be known to the debug information, too.
 *
 * @own: the name of the class without scope and arguments; with a `~` its destructor is meant.
 */
struct ij_error *ij_host_constructors(struct ij_session_host *sh, const struct ij_ctype *type,
				      const char *own, ij_named_visit visit, void *ctx)
	IJ_WARN_UNUSED;

/* host_declared.c */
/**
 * What --decl and --header define as @name, with @tag as of struct ij_definition. @ret: NULL:
 * nothing.
 */
struct ij_error *ij_host_declared(struct ij_session_host *sh, char tag, const char *name,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;
/**
 * The type of the function @name that the declaration @text gives, whole. Errors: those of types
 * that are not known.
 */
struct ij_error *ij_host_declaration(struct ij_session_host *sh, const char *text, const char *name,
				     const struct ij_ctype **ret) IJ_WARN_UNUSED;

/* host_pointed.c */
/**
 * The type of the function @name that the C library exports, where its prototype says all without
 * debug information: what a versioned symbol of glibc takes and returns does not change. What
 * structs that it points to consist of is looked up when somebody asks.
 *
 * @found: the symbol. @ret: NULL: debug information may know more. Errors: NOMEM.
 */
struct ij_error *ij_host_exported(struct ij_session_host *sh, const char *name,
				  const struct ij_resolved *found, const struct ij_ctype **ret)
	IJ_WARN_UNUSED;

/* host_tls.c */
/**
 * Where the thread-local variable @name of @module, at @off of its block, is in the thread that the
 * calls are made in; found by a call. Nothing is done, and @ret is 0, where nothing may be
 * injected.
 *
 * Errors: UNSUPPORTED (a library that does not tell where its block is), USAGE (several threads and
 * none chosen), those of a call.
 */
struct ij_error *ij_host_thread_local(struct ij_session_host *sh, const char *name,
				      const struct ij_module *module, uint64_t off, ij_addr *ret)
	IJ_WARN_UNUSED;

/** `errno`, as the C library's macro has it: an int of the thread. Errors: as above. */
struct ij_error *ij_host_errno(struct ij_session_host *sh, struct ij_val *ret) IJ_WARN_UNUSED;

/* host_call.c */
struct ij_error *ij_host_call(struct ij_host *host, const struct ij_host_call *call,
			      struct ij_arena *arena, struct ij_val *ret) IJ_WARN_UNUSED;
struct ij_error *ij_host_place(struct ij_host *host, uint64_t off, ij_addr *ret) IJ_WARN_UNUSED;
struct ij_error *ij_host_release(struct ij_host *host, bool in_use) IJ_WARN_UNUSED;
struct ij_error *ij_host_plan(struct ij_host *host, const struct ij_host_call *call) IJ_WARN_UNUSED;

#endif
