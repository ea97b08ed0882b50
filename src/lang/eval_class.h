/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Members of classes of C++ that are not simply a part of an object. */
#ifndef IJ_LANG_EVAL_CLASS_H
#define IJ_LANG_EVAL_CLASS_H

#include "lang/eval.h"

/** The part of @object that @member is, which has a fixed place. */
struct ij_error *ij_eval_part(struct ij_eval *ev, const struct ij_val *object,
			      const struct ij_cmember *member, struct ij_val *ret) IJ_WARN_UNUSED;

/** Data @name of @object: its own, its bases', also virtual ones', and static data. @found: false:
 * there is none. */
struct ij_error *ij_eval_member_of(struct ij_eval *ev, const struct ij_val *object,
				   const char *name, struct ij_val *ret, bool *found)
	IJ_WARN_UNUSED;

/** The same of what @this points to, in whose function @name stands alone. */
struct ij_error *ij_eval_implicit(struct ij_host *host, struct ij_arena *arena,
				  const struct ij_val *this, const char *name, struct ij_val *ret,
				  bool *found) IJ_WARN_UNUSED;

/** Has @name parts, "Class::x"? Those within the arguments of a template are none. */
bool ij_eval_has_scope(const char *name);

/** The class that stands before the last part of @name, "ns::Class" of "ns::Class::x", and that
 * part; NULL in @ret: it is none. */
struct ij_error *ij_eval_class_before(struct ij_eval *ev, const char *name, const char **last_ret,
				      const struct ij_ctype **ret) IJ_WARN_UNUSED;

/** `Class::x`: static data or a function of the class, or of its bases. */
struct ij_error *ij_eval_scoped(struct ij_eval *ev, const char *name, struct ij_val *ret,
				bool *found) IJ_WARN_UNUSED;

/** `&Class::x`: a pointer to that member, data or a function. */
struct ij_error *ij_eval_member_pointer(struct ij_eval *ev, const char *name, struct ij_val *ret,
					bool *found) IJ_WARN_UNUSED;

/** @addr: in, of an object of @from; out, of its base @to. @found: false: it has none. */
struct ij_error *ij_eval_to_base(struct ij_eval *ev, const struct ij_ctype *from,
				 const struct ij_ctype *to, uint64_t *addr, bool *found)
	IJ_WARN_UNUSED;

/**
 * `object.*pointer` that is called: @node->b is a pointer to a function of the class.
 *
 * @callee: gets the function, found in the object's table where it is virtual, its type and `this`.
 * @found: false: it points to data. Source: Itanium C++ ABI, 2.3.
 */
struct ij_callee;
struct ij_error *ij_eval_pointed_function(struct ij_eval *ev, const struct ij_node *node,
					  const struct ij_val *object, struct ij_callee *callee,
					  bool *found) IJ_WARN_UNUSED;

/** `object.Base::x`: @object becomes that base of it; @name_ret: what stands behind the class.
 * Errors: TYPE (the object has no such base). */
struct ij_error *ij_eval_qualify(struct ij_eval *ev, const struct ij_node *node,
				 struct ij_val *object, const char **name_ret) IJ_WARN_UNUSED;

/** `object.*pointer`: @node->b is the pointer. */
struct ij_error *ij_eval_pointed_member(struct ij_eval *ev, const struct ij_node *node,
					const struct ij_val *object, struct ij_val *ret)
	IJ_WARN_UNUSED;

#endif
