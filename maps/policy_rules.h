/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of policy share: the rules as parsed, and the tables that find them. */
#ifndef IJ_MAPS_POLICY_RULES_H
#define IJ_MAPS_POLICY_RULES_H

#include "base/vec.h"
#include "maps/policy.h"

enum ij_policy_kind {
	IJ_POLICY_FUNCTION,
	IJ_POLICY_MODULE,
	IJ_POLICY_SECTION,
	IJ_POLICY_STATIC, /* a whole program, or ranges of it */
	IJ_POLICY_ALLOW,  /* takes the classes away again */
};

/** One name of one rule. Strings are borrowed from the policy's texts. */
struct ij_policy_rule {
	uint8_t kind;        /* enum ij_policy_kind */
	bool user;           /* of a user's file */
	const char *name;    /* of a function, module, section or program; a pattern */
	const char *module;  /* only in modules like this; NULL: in all */
	uint64_t start, end; /* STATIC: these link-time addresses; 0: all */
	ij_classes classes;
	const char *reason;
	uint32_t next; /* the rule before it of the same name, its index + 1, or 0 */
};

/** Limits of rules that are tried one after the other on each name. */
#define IJ_POLICY_SLOW_MAX  256u
#define IJ_POLICY_RULES_MAX 65536u
#define IJ_POLICY_NAME_MAX  255u

/** 4096 bits: the first eight characters of mangled names that rules are about. */
#define IJ_POLICY_BLOOM_WORDS 64

/**
 * The function rules of one origin. All that match add up; but a name with no class is exempt from
 * the patterns of its origin.
 */
struct ij_policy_layer {
	uint32_t *slots; /* open addressing by the name's hash: a rule's index + 1, or 0 */
	size_t slots_cap, slots_len;
	IJ_VEC(uint32_t) patterns; /* rules that end in their only "*" and hold in all modules */
	IJ_VEC(uint32_t) slow;     /* all other ones */
	uint64_t pairs;            /* bit N: a pattern begins with two characters of hash N */
	uint64_t bloom[IJ_POLICY_BLOOM_WORDS];
};

struct ij_policy {
	IJ_VEC(struct ij_policy_rule) rules;
	struct ij_policy_layer layers[2]; /* built in; the user's */
	IJ_VEC(uint32_t) modules;         /* module rules */
	IJ_VEC(uint32_t) ranges;          /* section and static rules */
	IJ_VEC(uint32_t) allows;
	IJ_VEC(char *) texts; /* what the strings are borrowed from */
	uint64_t fingerprint;
	bool late; /* the rules that are compiled in are still to be parsed */
};

/** Add a rule to the tables. Errors: LIMIT, NOMEM. */
struct ij_error *ij_policy_rule_add(struct ij_policy *policy, const struct ij_policy_rule *rule)
	IJ_WARN_UNUSED;

/** The slot of the rules named [@name, @name + @len) in @layer, or the free one where they belong.
 */
uint32_t *ij_policy_slot(const struct ij_policy *policy, const struct ij_policy_layer *layer,
			 const char *name, size_t len);

/** A number under 64 for the first two characters of @name. */
unsigned ij_policy_pair(const char *name);

/** False if no rule of @layer can be about @name; asked first, since most names have none. */
bool ij_policy_may_match(const struct ij_policy_layer *layer, const char *name);

/**
 * Parse a file into rules.
 *
 * @text: @size bytes and a NUL, which the parser cuts into strings; it lives as long as @policy.
 */
struct ij_error *ij_policy_parse(struct ij_policy *policy, const char *file, char *text,
				 size_t size, bool user) IJ_WARN_UNUSED;

/**
 * The files of share/policy: for each a name and its text, each ended by a NUL; then an empty name.
 */
extern const char ij_policy_builtin[];

#endif
