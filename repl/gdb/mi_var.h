/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Variable objects of GDB/MI: expressions that another program watches, each with a tree of what it
 * has parts of (gdb's manual, 27.20; gdb/varobj.c, c-varobj.c).
 */
#ifndef IJ_REPL_GDB_MI_VAR_H
#define IJ_REPL_GDB_MI_VAR_H

#include "interject/debugger.h"
#include "repl/text.h"

struct ij_mi;

struct ij_mi_var {
	char *name;
	char *exp;  /* what it shows: an expression; of a part its name, number, or "*p" */
	char *path; /* an expression that is it by itself; "": there is none */
	struct ij_mi_var *parent;             /* NULL: it is a root */
	size_t idx;                           /* of the parent's parts */
	IJ_LIST(struct ij_mi_var *) children; /* of its parts the first ones, once asked for */
	char format;                          /* of print; 0: natural */
	struct ij_datum *value;               /* NULL: it has none now */
	char *shown; /* as it was told last, of what has no parts; NULL: not */
	char *type;
	enum ij_datum_kind kind;
	size_t parts;
	bool scalar; /* as simple values are told */
	bool frozen;
	bool unread;       /* it is frozen since before it was read */
	bool assigned;     /* since it was updated last */
	bool nameless;     /* a member without a name: its members are its parent's */
	const char *label; /* "public": no part itself, but the parent's parts that are; or NULL */
	/* Of a root. */
	bool is_cxx;   /* the language of its expression: classes are shown by access */
	bool floating; /* of whatever frame is looked at */
	bool bound;    /* of the frame below */
	bool invalid;  /* the program that it was of is another now */
	unsigned thread;
	uint64_t cfa, function;
};

struct ij_mi_vars {
	IJ_LIST(struct ij_mi_var *) roots; /* in the order in which they were made */
	unsigned next;                     /* number of a name that we choose */
};

/** What -var-update tells of an object. */
struct ij_mi_var_change {
	struct ij_mi_var *var;
	bool type_changed, in_scope, invalid;
};

struct ij_mi_var_changes {
	IJ_LIST(struct ij_mi_var_change) list;
};

void ij_mi_vars_deinit(struct ij_mi_vars *vars);
/** The program is another: what is no global of it means nothing any more. */
void ij_mi_vars_forget(struct ij_mi *mi);

/** By its name; errors: NOTFOUND. */
struct ij_error *ij_mi_var_find(struct ij_mi *mi, const char *name, struct ij_mi_var **ret)
	__attribute__((warn_unused_result));

/** A new root. @name: NULL: one that we choose. Errors: those of the expression, NOMEM. */
struct ij_error *ij_mi_var_new(struct ij_mi *mi, const char *name, const char *expr, bool floating,
			       struct ij_mi_var **ret) __attribute__((warn_unused_result));
/** Have its first @len children. */
struct ij_error *ij_mi_var_expand(struct ij_mi *mi, struct ij_mi_var *var, size_t len)
	__attribute__((warn_unused_result));
/** Forget it, or its children alone; returns how many went. */
unsigned ij_mi_var_delete(struct ij_mi *mi, struct ij_mi_var *var, bool children_only);

/** Its value as text in @format. @ret: free(3) it. */
struct ij_error *ij_mi_var_text(struct ij_mi *mi, const struct ij_mi_var *var, char format,
				char **ret) __attribute__((warn_unused_result));
/** Can it be given a value? */
bool ij_mi_var_editable(const struct ij_mi_var *var);
struct ij_error *ij_mi_var_assign(struct ij_mi *mi, struct ij_mi_var *var, const char *expr)
	__attribute__((warn_unused_result));

/**
 * Look at @var and all below it again.
 *
 * @named: it was asked for by its name: also if it is frozen. @ret: what changed is appended.
 */
struct ij_error *ij_mi_var_update(struct ij_mi *mi, struct ij_mi_var *var, bool named,
				  struct ij_mi_var_changes *ret)
	__attribute__((warn_unused_result));

/** Freeze or thaw it. */
struct ij_error *ij_mi_var_freeze(struct ij_mi *mi, struct ij_mi_var *var, bool frozen)
	__attribute__((warn_unused_result));
/** Have it look so. */
struct ij_error *ij_mi_var_format(struct ij_mi *mi, struct ij_mi_var *var, char format)
	__attribute__((warn_unused_result));

/* ---- What the files of variable objects share ---- */

/** The root that @var is or is below. */
struct ij_mi_var *ij_mi_var_root(struct ij_mi_var *var);
/** Free it and all below it; returns how many went. */
unsigned ij_mi_var_free(struct ij_mi_var *var);
/* mi_varclass.c: classes of C++ */
/** The object whose parts the children of @var are: its own, or of a label its parent's. */
struct ij_mi_var *ij_mi_var_holder(struct ij_mi_var *var);
/** Has @var base classes and labels for children, or as a label members of a class? */
bool ij_mi_var_is_class(struct ij_mi_var *var);
/** How many base classes and labels an object of a class has. */
size_t ij_mi_var_class_parts(const struct ij_datum *value);
/** Part @idx of @parent as it is now; NULL in @ret: it is a label, which has no value. */
struct ij_error *ij_mi_var_class_value(struct ij_mi *mi, struct ij_mi_var *parent, size_t idx,
				       struct ij_datum **ret) __attribute__((warn_unused_result));
/** Fill in @var, a new part of its parent. */
struct ij_error *ij_mi_var_class_part(struct ij_mi *mi, struct ij_mi_var *var)
	__attribute__((warn_unused_result));

/** Whether it is told of by a value of its own, rather than by its parts'. */
bool ij_mi_var_is_value(const struct ij_mi_var *var);
/** What is told of the type of @value. */
struct ij_error *ij_mi_var_take_type(struct ij_mi_var *var, const struct ij_datum *value)
	__attribute__((warn_unused_result));
/**
 * Have @value, which is consumed; NULL: it has none now. @first: it is new.
 *
 * @changed_ret: whether that shows (gdb/varobj.c, install_new_value).
 */
struct ij_error *ij_mi_var_install(struct ij_mi *mi, struct ij_mi_var *var, struct ij_datum *value,
				   bool first, bool *changed_ret)
	__attribute__((warn_unused_result));
/** Evaluate @expr where @root is. Errors: NOTFOUND (its frame is gone), those of the expression. */
struct ij_error *ij_mi_var_evaluate(struct ij_mi *mi, const struct ij_mi_var *root,
				    const char *expr, struct ij_datum **ret)
	__attribute__((warn_unused_result));

#endif
