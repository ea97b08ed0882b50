/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions as trees: the grammar of C17, 6.5, with what debuggers add to it. */
#ifndef IJ_LANG_AST_H
#define IJ_LANG_AST_H

#include "base/arena.h"
#include "lang/lexer.h"

enum ij_node_kind {
	IJ_NODE_NUMBER, /* `tok` */
	IJ_NODE_CHAR,
	IJ_NODE_STRING,   /* `tok`, and the string tokens behind it */
	IJ_NODE_NAME,     /* `module`, `file`, `name` */
	IJ_NODE_REGISTER, /* `name`, with its $ */
	IJ_NODE_UNARY,    /* op a: + - ~ ! * & */
	IJ_NODE_STEP,     /* ++ and --; is_post */
	IJ_NODE_BINARY,   /* a op b; the comma, && and || too; @ */
	IJ_NODE_ASSIGN,   /* a = b, a += b */
	IJ_NODE_COND,     /* a ? b : c */
	IJ_NODE_CAST,     /* (type)a */
	IJ_NODE_SIZEOF,   /* of `type`, or else of a */
	IJ_NODE_ALIGNOF,  /* the same */
	IJ_NODE_CALL,     /* a(args) */
	IJ_NODE_INDEX,    /* a[b] */
	IJ_NODE_RANGE,    /* a[b..c] of Rust, b and c may be NULL; is_post: a[b..=c] */
	IJ_NODE_MEMBER,   /* a.name, a->name */
	IJ_NODE_COMPOUND, /* (type){args}: args may be such lists; {args}: an array, as gdb has it
			   */
	IJ_NODE_AT,       /* {type}a: the object of that type at address a */
	IJ_NODE_TYPE,     /* a type alone: what ptype and sizeof take */
};

struct ij_ctype;
struct ij_tname;

struct ij_node {
	enum ij_node_kind kind;
	const struct ij_token *tok;   /* the operator, or the first token */
	const struct ij_token *first; /* of the whole; borrowed */
	const struct ij_token *last;
	struct ij_node *a, *b, *c;
	struct ij_node *args, *next; /* list */
	struct ij_tname *type;
	const char *module, *file, *name; /* NULL: none */
	const char *member;               /* of a designated element, `.x = 1` */
	bool is_post, is_arrow;
	bool is_group; /* in parentheses */
};

enum ij_titem_kind { IJ_TITEM_POINTER, IJ_TITEM_REFERENCE, IJ_TITEM_ARRAY, IJ_TITEM_FUNCTION };

/** One step of a declarator, `*`, `[3]` or `(int)`. */
struct ij_titem {
	enum ij_titem_kind kind;
	bool is_const, is_volatile;
	bool is_rvalue;
	bool is_variadic, is_unspecified;
	struct ij_node *count;   /* of ARRAY; NULL: `[]` */
	struct ij_tname *params; /* of FUNCTION: list */
};

enum { IJ_TITEMS_MAX = 16 };

/** The words of a specifier, as bits and counts. */
enum ij_tword {
	IJ_TWORD_VOID,
	IJ_TWORD_BOOL,
	IJ_TWORD_CHAR,
	IJ_TWORD_SHORT,
	IJ_TWORD_INT,
	IJ_TWORD_LONG,
	IJ_TWORD_FLOAT,
	IJ_TWORD_DOUBLE,
	IJ_TWORD_SIGNED,
	IJ_TWORD_UNSIGNED,
	IJ_TWORD_COMPLEX,
	IJ_TWORD_INT128,
	IJ_TWORD_FLOAT128,
	IJ_TWORDS,
};

/** What stands in the braces behind a tag (C17, 6.7.2.1 and 6.7.2.2). */
struct ij_tbody {
	struct ij_tname *members; /* list, each with what it declares; of an enum its constants */
	const struct ij_ctype *made; /* once it is evaluated: of all that it declares the same */
};

/** What attributes say of a type or a member. */
struct ij_tattrs {
	bool is_packed;
	struct ij_node *align;  /* bytes; NULL: not said */
	struct ij_node *vector; /* bytes of the whole vector; NULL: it is none */
};

/** A type name (C17, 6.7.7), or in a declaration one declarator with its specifiers. */
struct ij_tname {
	const struct ij_token *tok;
	unsigned char words[IJ_TWORDS];
	char tag;         /* 's', 'u', 'e', or 0 */
	const char *name; /* of a tag or typedef; NULL: words say it */
	bool is_const, is_volatile;
	struct ij_titem items[IJ_TITEMS_MAX]; /* from the name outward */
	unsigned len;
	struct ij_tname *next;
	/* Of a declaration: */
	const char *declared;          /* the name that it declares; or NULL */
	struct ij_tbody *body;         /* what is in braces; or NULL */
	struct ij_node *bits;          /* of a bit-field; of an enumerator its value; or NULL */
	struct ij_tattrs attrs, outer; /* of the type itself; of what is declared */
};

/** What decides whether `(x)` is a cast where the grammar does not. */
struct ij_ast_names {
	bool (*is_type)(void *ctx, const char *name);
	void *ctx;
};

struct ij_ast {
	struct ij_arena arena;
	struct ij_tokens toks;
	struct ij_node *root;
	struct ij_tname *declared; /* of a declaration */
	char format;               /* of `/x` before it; 0: none */
	char *text;
};

/**
 * Parse @text: `f(x)`, `p->next->value`, `/x flags | 4`.
 *
 * @names: NULL: a name in parentheses is a type only where nothing else can be.
 * @ret: deinit it with ij_ast_deinit.
 * Errors: SYNTAX (with the column and what was expected), LIMIT (too long, nested too deep), NOMEM.
 */
struct ij_error *ij_ast_parse(const char *text, const struct ij_ast_names *names,
			      struct ij_ast *ret) IJ_WARN_UNUSED;
void ij_ast_deinit(struct ij_ast *ast);

/**
 * Parse one declaration without its semicolon: `typedef struct {int x;} a, *b`, `int f(int x)`.
 *
 * @ret: its root is NULL, its `declared` the list of what it declares, at least one; a definition
 *   that declares nothing has one without a name.
 * Errors: as above.
 */
struct ij_error *ij_ast_declaration(const char *text, const struct ij_ast_names *names,
				    struct ij_ast *ret) IJ_WARN_UNUSED;

/** Is @node's operator @text? */
bool ij_node_is(const struct ij_node *node, const char *text);

#endif
