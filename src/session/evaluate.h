/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions that are more than one call with literal arguments. */
#ifndef IJ_SESSION_EVALUATE_H
#define IJ_SESSION_EVALUATE_H

#include "session/host.h"
#include "session/result.h"
#include "session/session_impl.h"

/**
 * Whether @call is to be evaluated: it is no simple call, or one of a function that debug
 * information describes and no declaration does.
 *
 * Errors: NOMEM.
 */
struct ij_error *ij_evaluate_is_wanted(struct ij_session *s, const struct ij_call *call, bool *ret)
	IJ_WARN_UNUSED;

/** Evaluate the text of @call, in the language of the program. What comes of it goes to @result.
 * @options: all of them. */
void ij_evaluate(struct ij_session *s, const struct ij_call *call,
		 const struct ij_call_options *options, struct ij_result *result);

/** The same of what calls nothing, as @change makes of the host. */
void ij_evaluate_as(struct ij_session *s, const char *text,
		    void (*change)(struct ij_session_host *sh, void *ctx), void *ctx,
		    struct ij_result *result);

/**
 * The type that @text is, or that its value would have; nothing is called.
 *
 * @ret: lives as long as the session's types. Errors: those of ij_eval_plan; of a Go program
 *   NOTFOUND for what is no name of a type.
 */
struct ij_error *ij_evaluate_type(struct ij_session *s, const char *text,
				  const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** The same of what is parsed already. @is_type: whether it is the name of a type. */
struct ij_error *ij_evaluate_type_of(struct ij_session_host *sh, const struct ij_ast *ast,
				     struct ij_arena *arena, bool *is_type,
				     const struct ij_ctype **ret) IJ_WARN_UNUSED;

/** Find out what that means, injecting nothing. */
struct ij_error *ij_evaluate_prepare(struct ij_session *s, const struct ij_call *call)
	IJ_WARN_UNUSED;

/** What its calls would need, and ask of the kernel. */
struct ij_error *ij_evaluate_need(struct ij_session *s, const struct ij_call *call,
				  ij_classes *need_ret, struct ij_wire_callee *callee_ret)
	IJ_WARN_UNUSED;

#endif
