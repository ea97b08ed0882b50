/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files that evaluate expressions of Go share. */
#ifndef IJ_LANG_GOEVAL_H
#define IJ_LANG_GOEVAL_H

#include "lang/goval.h"

struct ij_go_reader {
	struct ij_go_host *host;
	const char *text, *pos;
	unsigned depth;
	const char *arg_from;           /* where the argument begins that is being read; or NULL */
	struct ij_go_deferred *pending; /* the last call that was put off; or NULL */
};

struct ij_error *ij_go_syntax(const struct ij_go_reader *r, const char *what) IJ_WARN_UNUSED;
void ij_go_skip_space(struct ij_go_reader *r);
bool ij_go_take(struct ij_go_reader *r, const char *token);
/** Bytes of the identifier at @text; 0: there is none. */
size_t ij_go_ident_len(const char *text);

struct ij_error *ij_go_expr(struct ij_go_reader *r, struct ij_go_value *ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_read_type(struct ij_go_reader *r, const struct ij_ctype **ret)
	IJ_WARN_UNUSED;

/** T{...}, from behind the brace on (goliteral.c). */
struct ij_error *ij_go_literal_rest(struct ij_go_reader *r, const struct ij_ctype *type,
				    struct ij_go_value *ret) IJ_WARN_UNUSED;

/* govars.c */
/** $name. Errors: NOTFOUND (it has no value). */
struct ij_error *ij_go_variable_rest(struct ij_go_reader *r, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** `$name =` or `$name :=`; false: there is none. @size: over 128. */
bool ij_go_take_target(struct ij_go_reader *r, char *name, size_t size);
/** Set $@name to @value. Errors: TYPE. */
struct ij_error *ij_go_keep(struct ij_go_host *host, const char *name, struct ij_go_value *value)
	IJ_WARN_UNUSED;
/* gobuiltin.c */
/** len(...), or with @cap cap(...), from behind the word on. */
struct ij_error *ij_go_len_rest(struct ij_go_reader *r, bool cap, struct ij_go_value *ret)
	IJ_WARN_UNUSED;
/** unsafe.Sizeof(...). */
struct ij_error *ij_go_size_rest(struct ij_go_reader *r, struct ij_go_value *ret) IJ_WARN_UNUSED;
/** make(...) and new(...), from behind the word on. Errors: UNSUPPORTED, LIMIT. */
struct ij_error *ij_go_make_rest(struct ij_go_reader *r, struct ij_go_value *ret) IJ_WARN_UNUSED;
struct ij_error *ij_go_new_rest(struct ij_go_reader *r, struct ij_go_value *ret) IJ_WARN_UNUSED;

/* goselect.c */
/** What a pointer leads to. @ret may be @value. Errors: TYPE, FAULT (nil). */
struct ij_error *ij_go_deref(struct ij_go_host *host, struct ij_go_value *value,
			     struct ij_go_value *ret) IJ_WARN_UNUSED;
/** value.name: a field, also of an embedded struct, or a method, also of an interface. */
struct ij_error *ij_go_select(struct ij_go_host *host, struct ij_go_value *value, const char *name,
			      struct ij_go_value *ret) IJ_WARN_UNUSED;
/** value.(T), from the type on. */
struct ij_error *ij_go_assertion(struct ij_go_reader *r, struct ij_go_value *value,
				 struct ij_go_value *ret) IJ_WARN_UNUSED;
/** value[...], from behind the bracket on (goindex.c). */
struct ij_error *ij_go_index_rest(struct ij_go_reader *r, struct ij_go_value *value,
				  struct ij_go_value *ret) IJ_WARN_UNUSED;
/** value(...), from the first argument on (goapply.c). @whole: it begins an argument of another
 * call. */
struct ij_error *ij_go_call_rest(struct ij_go_reader *r, struct ij_go_value *value, bool whole,
				 struct ij_go_value *ret) IJ_WARN_UNUSED;
/** Make the call that @value waits for, if it does. */
struct ij_error *ij_go_force(struct ij_go_host *host, struct ij_go_value *value) IJ_WARN_UNUSED;
/** Does @value wait for a call that was not made yet? */
bool ij_go_waits(const struct ij_go_value *value);
/** What a method of interface @data, which is there, calls: @func's code; @data becomes the
 * receiver. Errors: TYPE (the interface is nil), FAULT. */
struct ij_error *ij_go_method_at(struct ij_go_host *host, struct ij_go_func *func,
				 struct ij_go_value *data) IJ_WARN_UNUSED;

#endif
