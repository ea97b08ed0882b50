/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Types of C, C++ and Rust programs, whole: what debug information and declarations say of them. */
#ifndef IJ_TYPES_CTYPE_H
#define IJ_TYPES_CTYPE_H

#include "base/strbuf.h"
#include "base/vec.h"

enum ij_ct_kind {
	IJ_CT_VOID,
	IJ_CT_BOOL,
	IJ_CT_INT, /* of any size; see is_unsigned, is_char */
	IJ_CT_FLOAT,
	IJ_CT_COMPLEX, /* `target`: of its two parts */
	IJ_CT_ENUM,    /* `target`: the integer type below it, or NULL */
	IJ_CT_POINTER,
	IJ_CT_REFERENCE, /* of C++; see is_rvalue */
	IJ_CT_ARRAY,     /* `count` elements of `target` */
	IJ_CT_VECTOR,    /* the same, as one value */
	IJ_CT_STRUCT,
	IJ_CT_UNION,
	IJ_CT_FUNCTION,  /* returns `target`; takes `params` */
	IJ_CT_TYPEDEF,   /* `name` for `target` */
	IJ_CT_QUALIFIED, /* `target`, const or volatile */
	IJ_CT_MEMBER,    /* a pointer to member of C++: `target` */
	IJ_CT_OTHER,     /* `name` says what it is, which is nothing we can use */
};

struct ij_ctype;

/** Who may use a member of a class, by its words. */
enum ij_caccess { IJ_ACCESS_PUBLIC, IJ_ACCESS_PROTECTED, IJ_ACCESS_PRIVATE };

/** A member of a struct or union, or a base class. */
struct ij_cmember {
	const char *name; /* NULL: anonymous */
	const struct ij_ctype *type;
	uint64_t off;      /* bytes from the start */
	uint32_t bit_off;  /* of a bit-field: bits from `off`, lowest first */
	uint32_t bit_size; /* 0: no bit-field */
	bool is_base;
	bool is_virtual;    /* a virtual base: where it is depends on the object */
	bool is_artificial; /* the compiler's own, `_vptr.x` */
	enum ij_caccess access;
	/* Of a virtual base: its offset stands so many bytes before what the object's first word,
	 * its virtual pointer, points to (Itanium C++ ABI, 2.5.2); 0: not known. */
	uint32_t vbase_off;
};

/** A static member of a class. */
struct ij_cstatic {
	const char *name;
	const struct ij_ctype *type;
	enum ij_caccess access;
	size_t before; /* how many of the type's `members` are declared before it */
};

/** A function of a class. */
struct ij_cmethod {
	const char *name;
	const struct ij_ctype *type; /* FUNCTION; the first parameter is_artificial: `this` */
	enum ij_caccess access;
	bool is_virtual, is_artificial;
	bool is_constructor;
	bool is_defaulted, is_deleted; /* `= default` where it is declared, `= delete` */
	uint64_t slot;     /* of a virtual one: its entry in the table, as far as it is known */
	const char *shown; /* the same: "ns::Class::f(int) const"; or NULL */
};

/** A typedef in a class, or a type that a template was given. */
struct ij_calias {
	const char *name; /* without the class */
	const struct ij_ctype *type;
	enum ij_caccess access;
};

/** What a class of C++ has besides its data. */
struct ij_cclass {
	IJ_VEC(struct ij_cstatic) statics;
	IJ_VEC(struct ij_cmethod) methods;
	IJ_VEC(struct ij_calias) typedefs;
	IJ_VEC(struct ij_calias) params; /* of its template: those that are types */
};

struct ij_cenumerator {
	const char *name;
	int64_t value;
};

struct ij_cparam {
	const char *name; /* or NULL */
	const struct ij_ctype *type;
	bool is_artificial; /* `this` */
	bool is_result;     /* of Go: it is returned */
};

/** One variant of a Rust enum with data: `member` holds if the discriminant is `value`. */
struct ij_cvariant {
	bool has_value; /* else: for all values that no other variant has */
	uint64_t value;
	struct ij_cmember member;
};

struct ij_ctype {
	enum ij_ct_kind kind;
	bool is_unsigned, is_char;  /* of INT */
	bool is_quad;               /* of FLOAT: IEEE 754 in 16 bytes, not x87 */
	bool is_brain;              /* of FLOAT in two bytes: the upper half of a float's */
	bool is_rvalue;             /* of REFERENCE */
	bool is_const, is_volatile; /* of QUALIFIED */
	bool is_class;              /* `class` rather than `struct` */
	bool is_plain;              /* named without its tag: C++ and Rust */
	bool is_rust;
	bool is_flags;        /* of ENUM: its values are bits to be combined */
	bool is_bits;         /* of ENUM: the flags of a register, some without a name */
	bool is_scoped;       /* of ENUM: its values are named below it, `Colour::red` */
	bool is_variadic;     /* of FUNCTION */
	bool is_unprototyped; /* of FUNCTION: `f()` of C, any arguments */
	uint8_t convention;   /* of FUNCTION: DW_AT_calling_convention; 0 or 1: the usual one */
	bool splits_int128;   /* of FUNCTION: see ij_debug_function_type */
	bool splits_vectors;  /* of FUNCTION: the same */
	bool spills_quads;    /* of FUNCTION: the same */
	bool is_by_reference; /* C++: passed by an address, for it is not trivially copied */
	bool is_incomplete;   /* only declared */
	bool is_unknown;      /* the same, and nobody knows more: a pointer to it is as a void * */
	bool has_count;       /* of ARRAY */
	uint64_t size;        /* bytes */
	uint32_t align;       /* bytes, where it was said; 0: follows from the members */
	const char *name;     /* NULL: none; of C++ with its namespaces */
	uint64_t go_type;     /* DW_AT_go_runtime_type; 0: not said */
	const char *scope;    /* of a nameless ENUM: what it is in; or NULL */
	const struct ij_ctype *target;
	const struct ij_ctype *owner; /* of MEMBER: the class */
	uint64_t count;
	IJ_VEC(struct ij_cmember) members;
	IJ_VEC(struct ij_cenumerator) enumerators;
	IJ_VEC(struct ij_cparam) params;
	IJ_VEC(struct ij_cvariant) variants;
	struct ij_cmember discriminant; /* of a type with variants; type NULL: there is but one */
	/* Fills in members and enumerators when they are first asked for; NULL: they are there. */
	struct ij_error *(*load)(struct ij_ctype *type, void *ctx);
	void *load_ctx;
	uint64_t load_off;
	/* Of a class of C++: the same of `class_of`. NULL: it is there, or there is none. */
	struct ij_error *(*load_class)(struct ij_ctype *type, void *ctx);
	struct ij_cclass *class_of; /* see ij_ctype_class. Owned */
};

/** Where types live: they are freed with it. */
struct ij_ctypes;
struct ij_error *ij_ctypes_create(struct ij_ctypes **ret) IJ_WARN_UNUSED;
void ij_ctypes_destroy(struct ij_ctypes *types);

/** @ctx, which some types would be loaded from, goes: what was not loaded yet stays unknown. */
void ij_ctypes_abandon(struct ij_ctypes *types, const void *ctx);

/** A copy of @len bytes of @text that lives as long as @types. */
struct ij_error *ij_ctypes_text(struct ij_ctypes *types, const char *text, size_t len,
				const char **ret) IJ_WARN_UNUSED;

/** A new type, all zero but its kind. */
struct ij_error *ij_ctypes_new(struct ij_ctypes *types, enum ij_ct_kind kind, struct ij_ctype **ret)
	IJ_WARN_UNUSED;
struct ij_error *ij_ctypes_pointer(struct ij_ctypes *types, const struct ij_ctype *target,
				   const struct ij_ctype **ret) IJ_WARN_UNUSED;
/** @count elements. Errors: LIMIT (the size overflows). */
struct ij_error *ij_ctypes_array(struct ij_ctypes *types, const struct ij_ctype *target,
				 uint64_t count, const struct ij_ctype **ret) IJ_WARN_UNUSED;
struct ij_error *ij_ctypes_qualified(struct ij_ctypes *types, const struct ij_ctype *target,
				     bool is_const, bool is_volatile, const struct ij_ctype **ret)
	IJ_WARN_UNUSED;

/** Make @type, which is only declared, what @from says, which is complete and of the same kind;
 * name and target of pointers to it stay. Errors: NOMEM. */
struct ij_error *ij_ctype_take(struct ij_ctype *type, const struct ij_ctype *from) IJ_WARN_UNUSED;

/** The types that need no declaration. */
enum ij_cbase {
	IJ_CBASE_VOID,
	IJ_CBASE_BOOL,
	IJ_CBASE_CXX_BOOL, /* by its name in C++ */
	IJ_CBASE_CHAR,
	IJ_CBASE_SCHAR,
	IJ_CBASE_UCHAR,
	IJ_CBASE_SHORT,
	IJ_CBASE_USHORT,
	IJ_CBASE_INT,
	IJ_CBASE_UINT,
	IJ_CBASE_LONG,
	IJ_CBASE_ULONG,
	IJ_CBASE_LLONG,
	IJ_CBASE_ULLONG,
	IJ_CBASE_INT128,
	IJ_CBASE_UINT128,
	IJ_CBASE_FLOAT,
	IJ_CBASE_DOUBLE,
	IJ_CBASE_LDOUBLE,
	IJ_CBASE_FLOAT128,
	IJ_CBASE_WCHAR,
	IJ_CBASE_CHAR16,
	IJ_CBASE_CHAR32,
};
/** Static. */
const struct ij_ctype *ij_cbase(enum ij_cbase which);

/** @type without typedefs and qualifiers at its top. Never NULL. */
const struct ij_ctype *ij_ctype_strip(const struct ij_ctype *type);
/** The same to be shown: `wchar_t`, `char16_t` and `char32_t` are characters, though in C their
 * names stand for integers (gdb/c-lang.c, classify_type). */
const struct ij_ctype *ij_ctype_shown(const struct ij_ctype *type);
/** @type without qualifiers at its top. */
const struct ij_ctype *ij_ctype_unqualified(const struct ij_ctype *type);

/**
 * Have members, enumerators and parameters there.
 *
 * Errors: those of what the type comes from: BADDATA, LIMIT, NOMEM.
 */
struct ij_error *ij_ctype_complete(const struct ij_ctype *type) IJ_WARN_UNUSED;

/** Why a function of this calling convention cannot be called, to follow its name; NULL: it can be.
 * (DWARF 5, 7.15: 0 and 1 are the usual one, 2 is that of main().) */
const char *ij_ctype_convention_refused(unsigned convention);

/**
 * What @type, a class of C++, has besides its data. NULL in @ret: nothing is known of that, as of
 * all other types. Borrowed.
 *
 * Errors: as above.
 */
struct ij_error *ij_ctype_class(const struct ij_ctype *type, const struct ij_cclass **ret)
	IJ_WARN_UNUSED;

bool ij_ctype_is_integer(const struct ij_ctype *type);    /* bool and enum, too */
bool ij_ctype_is_arithmetic(const struct ij_ctype *type); /* and floating-point, complex */
bool ij_ctype_is_pointer(const struct ij_ctype *type);
bool ij_ctype_is_aggregate(const struct ij_ctype *type); /* struct, union */
bool ij_ctype_is_unsigned(const struct ij_ctype *type);
/** What the values of this ENUM have before their names: "ns::Colour" of a scoped one, else "ns";
 * of which 0 bytes are there, nothing. @ret: bytes of the text that is returned. Borrowed. */
const char *ij_ctype_enum_scope(const struct ij_ctype *type, int *ret);
/** Are the values of this ENUM bits that are combined? As gdb 13 decides it (dwarf2/read.c,
 * process_enumeration_scope). */
bool ij_ctype_is_flags(const struct ij_ctype *type);
/** Is @type std::allocator, which holds nothing (C++17, 23.10.9)? clang leaves out what it consists
 * of where no constructor of it is compiled. */
bool ij_ctype_is_allocator(const struct ij_ctype *type);

/** Is an object of @type passed and returned by its address, for copying it takes more than its
 * bytes? Errors: those of ij_ctype_complete. */
struct ij_error *ij_ctype_by_reference(const struct ij_ctype *type, bool *ret) IJ_WARN_UNUSED;
/** Is an object of @type that is passed by its address still copied byte by byte, for it is only
 * its end that takes more (C++17, 15.8.1 p. 11)? Errors: as above. */
struct ij_error *ij_ctype_is_copied(const struct ij_ctype *type, bool *ret) IJ_WARN_UNUSED;
/** Has the class @type, a base or a member of it a function @name, "operator=" or "~", that
 * somebody wrote? Errors: as above. */
struct ij_error *ij_ctype_has_own(const struct ij_ctype *type, const char *name, bool *ret)
	IJ_WARN_UNUSED;
/** One of the char types, by whatever name. */
bool ij_ctype_is_char(const struct ij_ctype *type);

/** Bytes of alignment as the psABI AMD64 1.0, 3.1.2, has it; loads members. */
struct ij_error *ij_ctype_align(const struct ij_ctype *type, uint32_t *ret) IJ_WARN_UNUSED;

/** The same type, up to qualifiers and typedefs everywhere. */
bool ij_ctype_same(const struct ij_ctype *a, const struct ij_ctype *b);

/** Add the declaration of @name (NULL: none) with @type, as C writes it: "char *(*f)(int)". */
void ij_ctype_text(const struct ij_ctype *type, const char *name, struct ij_strbuf *out);

/** How types are defined; zero: as gdb's ptype does without flags. */
struct ij_ctype_how {
	bool raw;         /* names as they are: not those that a class gives to types */
	bool no_methods;  /* of classes */
	bool no_typedefs; /* the same */
	bool offsets;     /* where members lie, and their sizes */
	bool hex;         /* these in hexadecimal */
};

/**
 * Add @type with the members or enumerators of the struct, union or enum at its heart, as gdb's
 * ptype has it; typedefs are looked through.
 *
 * @how: NULL: the usual. Errors: those of ij_ctype_complete; LIMIT (it is too large to be shown).
 */
struct ij_error *ij_ctype_define(const struct ij_ctype *type, const struct ij_ctype_how *how,
				 struct ij_strbuf *out) IJ_WARN_UNUSED;

/**
 * Find member @name of @type, in its anonymous members and base classes too.
 *
 * @ret: its offset and the rest as seen from @type. NOTFOUND: there is none.
 */
struct ij_error *ij_ctype_member(const struct ij_ctype *type, const char *name,
				 struct ij_cmember *ret) IJ_WARN_UNUSED;

enum { IJ_CT_DEPTH_MAX = 32 }; /* of members within members, that are looked into */

#endif
