/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* C declarations, as far as a call needs them: shared by --decl, casts and the prototype table. */
#ifndef IJ_LANG_TYPE_H
#define IJ_LANG_TYPE_H

#include "lang/call.h"
#include "lang/lexer.h"

/** Keep @str (taken, also on failure) with @texts, which frees it; a NULL @str is NOMEM. */
struct ij_error *ij_texts_take(struct ij_texts *texts, char *str, const char **ret) IJ_WARN_UNUSED;
void ij_texts_deinit(struct ij_texts *texts);

/** What stands before a declarator: `static const unsigned long`. */
struct ij_spec {
	struct ij_type base;
	bool plain_char;
	bool no_return;            /* _Noreturn or __attribute__((noreturn)) */
	bool defines;              /* `enum color {RED}`: nothing need follow */
	const char *problem;       /* why a value of this type cannot be passed, or NULL; static */
	struct ij_quoted name;     /* of the type that `problem` is about */
	const struct ij_token *at; /* the first token; borrowed */
};

enum ij_derive_kind { IJ_DERIVE_POINTER, IJ_DERIVE_ARRAY, IJ_DERIVE_FUNCTION };

struct ij_derive {
	enum ij_derive_kind kind;
	size_t first, end; /* tokens: a pointer's qualifiers; what is between the brackets */
};

enum { IJ_DERIVES_MAX = 24 };

/** `(*name[3])(int)`, from the name outward: array of pointers to function. */
struct ij_declarator {
	const struct ij_token *name; /* NULL: abstract; borrowed */
	struct ij_derive items[IJ_DERIVES_MAX];
	unsigned len;
};

/** Does a type begin at the current token? What follows an unknown name decides: `(foo *)`. */
bool ij_type_starts(const struct ij_tokens *toks);

struct ij_error *ij_spec_parse(struct ij_tokens *toks, struct ij_texts *texts, struct ij_spec *ret)
	IJ_WARN_UNUSED;
/** ij_tokens_expected; in a file also which word of @spec might be a macro. */
struct ij_error *ij_spec_expected(const struct ij_tokens *toks, const struct ij_spec *spec,
				  const char *what) IJ_WARN_UNUSED;
struct ij_error *ij_declarator_parse(struct ij_tokens *toks, struct ij_texts *texts,
				     struct ij_declarator *ret) IJ_WARN_UNUSED;

/** Skip `__attribute__((...))`, any number of them. */
struct ij_error *ij_attributes_skip(struct ij_tokens *toks) IJ_WARN_UNUSED;

/** Parse the type name of a cast (C17, 6.7.7), up to its ')' exclusive. */
struct ij_error *ij_type_name_parse(struct ij_tokens *toks, struct ij_texts *texts,
				    struct ij_spec *spec_ret, struct ij_declarator *decl_ret)
	IJ_WARN_UNUSED;

/**
 * The type that @decl's items from @from on give to @spec; arrays and functions decay to pointers.
 *
 * @ret: its text is kept by @texts.
 * Errors: UNSUPPORTED (a struct, vector or complex value), TYPE (an unknown name), NOMEM.
 */
struct ij_error *ij_type_derive(const struct ij_tokens *toks, const struct ij_spec *spec,
				const struct ij_declarator *decl, unsigned from,
				struct ij_texts *texts, struct ij_type *ret) IJ_WARN_UNUSED;

/** A parameter list: its types, or none of them said. */
struct ij_params {
	IJ_VEC(struct ij_type) list;
	bool variadic;
	bool unspecified; /* `()` */
};

/** Parse what is between the parentheses of a function; the current token is behind the `(`. */
struct ij_error *ij_params_parse(struct ij_tokens *toks, struct ij_texts *texts,
				 struct ij_params *ret) IJ_WARN_UNUSED;
void ij_params_deinit(struct ij_params *params);

/**
 * Parse one declaration of a function, with its annotation.
 *
 * @ret: the caller destroys it.
 * Errors: see ij_prototypes_add.
 */
struct ij_error *ij_prototype_parse(const char *text, struct ij_prototype **ret) IJ_WARN_UNUSED;
void ij_prototype_destroy(struct ij_prototype *proto);

/** What was declared in Go. Borrowed. */
const struct ij_go_decls *ij_prototypes_go(const struct ij_prototypes *protos);

/** ij_call_parse of a text that ij_go_is_call knows. */
struct ij_error *ij_call_parse_go(const struct ij_prototypes *protos, const char *text,
				  struct ij_call *ret) IJ_WARN_UNUSED;

/** ij_prototypes_find for us: NOMEM is an error, an unknown name a NULL. */
struct ij_error *ij_prototypes_lookup(const struct ij_prototypes *protos, const char *name,
				      const struct ij_prototype **ret) IJ_WARN_UNUSED;

/** Names of types that the user has declared. Borrowed. */
const struct ij_typedefs *ij_prototypes_typedefs(const struct ij_prototypes *protos);

/** Read `need: stdio, allocator; traits: blocks` into @proto. Errors: SYNTAX, with the word. */
struct ij_error *ij_annotation_parse(const char *text, struct ij_prototype *proto) IJ_WARN_UNUSED;

#endif
