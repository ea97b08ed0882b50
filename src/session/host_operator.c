/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of operators: of the class of the first operand, and outside of classes in the
 * namespaces that belong to the operands (C++17, 16.3.1.2 and 6.4.2).
 */
#include <stdio.h>
#include <string.h>

#include "session/candidates.h"

enum { SCOPES_MAX = 16, NAME_MAX_LEN = 512 };

struct scopes {
	struct ij_arena *arena;
	const char *list[SCOPES_MAX];
	size_t len;
};

/* The first @len bytes of @name, if it is new. */
static struct ij_error *add_scope(struct scopes *scopes, const char *name, size_t len)
{
	for (size_t i = 0; i < scopes->len; i++)
		if (strlen(scopes->list[i]) == len && !strncmp(scopes->list[i], name, len))
			return NULL;
	if (scopes->len == SCOPES_MAX || len > NAME_MAX_LEN)
		return NULL;
	scopes->list[scopes->len] = ij_arena_text(scopes->arena, name, len);
	return scopes->list[scopes->len++] ? NULL : ij_error_nomem();
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c == '$';
}

/* What stands before each `::` of the names in @name, of the template's arguments, too. A class
 * among them has no such functions. */
static struct ij_error *add_scopes_of_name(struct scopes *scopes, const char *name)
{
	while (*name) {
		const char *end = name;

		for (; is_word(*end) || (end > name && *end == ':'); end++)
			if (end[0] == ':' && end[1] == ':')
				IJ_TRY(add_scope(scopes, name, (size_t)(end - name)));
		name = end > name ? end : end + 1;
	}
	return NULL;
}

static struct ij_error *add_scopes(struct scopes *scopes, const struct ij_ctype *type,
				   unsigned depth)
{
	type = ij_ctype_strip(type);
	if (type->name && (ij_ctype_is_aggregate(type) || type->kind == IJ_CT_ENUM))
		IJ_TRY(add_scopes_of_name(scopes, type->name));
	if (!ij_ctype_is_aggregate(type) || depth == IJ_CT_DEPTH_MAX)
		return NULL;
	IJ_TRY(ij_ctype_complete(type));
	for (size_t i = 0; i < type->members.len; i++)
		if (type->members.items[i].is_base)
			IJ_TRY(add_scopes(scopes, type->members.items[i].type, depth + 1));
	return NULL;
}

/* The functions outside of classes. */
static struct ij_error *gather_outside(struct ij_candidates *candidates, const char *op)
{
	struct scopes scopes = {.arena = candidates->arena};
	char name[NAME_MAX_LEN + 32];

	IJ_TRY(add_scope(&scopes, "", 0));
	for (size_t i = 0; i < candidates->args_len; i++)
		IJ_TRY(add_scopes(&scopes, candidates->args[i].type, 0));
	for (size_t i = 0; i < scopes.len; i++) {
		const struct ij_host_name asked = {.name = name};

		snprintf(name, sizeof(name), "%s%soperator%s", scopes.list[i],
			 *scopes.list[i] ? "::" : "", op);
		IJ_TRY(ij_candidates_named(candidates, &asked));
	}
	return NULL;
}

static bool is_one_of(const char *op, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!strcmp(op, list[i]))
			return true;
	return false;
}

/* Is it std::string, or one of other characters? */
static bool is_string(const struct ij_ctype *type)
{
	const char *name;

	type = ij_ctype_strip(type);
	name = ij_ctype_is_aggregate(type) && type->name ? type->name : "";
	if (strncmp(name, "std::", 5) != 0)
		return false;
	name += 5;
	name += strncmp(name, "__cxx11::", 9) ? 0 : 9;
	name += strncmp(name, "__1::", 5) ? 0 : 5;
	return !strncmp(name, "basic_string<", 13);
}

/* The best function of operator @op. @found: false: there is none. */
static struct ij_error *find(struct ij_session_host *sh, const char *op,
			     const struct ij_val *operands, size_t len, struct ij_arena *arena,
			     struct ij_candidate *ret, bool *found)
{
	/* These are of classes alone. */
	static const char *const members[] = {"=", "[]", "->", "()"};
	struct ij_candidates *candidates = ij_arena_alloc(arena, sizeof(*candidates));
	const struct ij_ctype *type = operands[0].type;
	char *name = ij_arena_alloc(arena, sizeof("operator") + strlen(op));

	*found = false;
	if (!candidates || !name)
		return ij_error_nomem();
	sprintf(name, "operator%s", op);
	*candidates = (struct ij_candidates){
		.sh = sh,
		.arena = arena,
		.args = operands,
		.args_len = len,
		.shown = name,
		.is_operator = true,
		.is_object = true,
		.is_const = type->kind == IJ_CT_QUALIFIED && type->is_const,
		/* Of text all of them make the same as of a string of it (C++17, 24.3.3.1). */
		.in_place_of_absent = !strcmp(op, "+") && len == 2 &&
				      (is_string(operands[0].type) || is_string(operands[1].type)),
	};
	if (ij_ctype_is_aggregate(type))
		IJ_TRY(ij_candidates_of_class(candidates, type, name));
	if (!is_one_of(op, members, IJ_COUNT(members)))
		IJ_TRY(gather_outside(candidates, op));
	return ij_candidates_choose(candidates, ret, found);
}

/* Strings are compared as their function `compare` says (C++17, 24.3.3.2 to 24.3.3.7), which
 * libraries have where the operators were inlined. */
static struct ij_error *compare(struct ij_session_host *sh, const char *op,
				const struct ij_val *operands, struct ij_arena *arena,
				struct ij_host_operation *ret, bool *found)
{
	static const char *const ops[] = {"==", "!=", "<", ">", "<=", ">="};

	*found = false;
	if (!is_one_of(op, ops, IJ_COUNT(ops)))
		return NULL;
	for (unsigned i = 0; i < 2 && !*found; i++) {
		struct ij_error *err;

		if (!is_string(operands[i].type))
			continue;
		ret->in_class = ret->is_compared = true;
		ret->is_swapped = i;
		err = ij_host_method(&sh->host, &operands[i], "compare", &operands[!i], 1, arena,
				     &ret->func, found);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
	}
	return NULL;
}

/* How an operator is told by another one. */
struct way {
	const char *op, *by;
	bool is_swapped, is_negated;
	bool is_std; /* of classes of the library: "Cpp17LessThanComparable", the containers' */
};

static bool is_of_library(const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	return ij_ctype_is_aggregate(type) && type->name && !strncmp(type->name, "std::", 5);
}

/* `a != b` is `!(a == b)`, and `b == a` if that is there (C++20, 12.2.2.3); `a > b` of containers
 * is `b < a` (C++17, 26.2.1, table 87). */
static struct ij_error *rewrite(struct ij_session_host *sh, const char *op,
				const struct ij_val *operands, struct ij_arena *arena,
				struct ij_host_operation *ret, bool *found)
{
	static const struct way ways[] = {
		{"!=", "==", false, true, false}, {"!=", "==", true, true, false},
		{"==", "==", true, false, false}, {">", "<", true, false, true},
		{"<=", "<", true, true, true},    {">=", "<", false, true, true},
	};
	const struct ij_val swapped[] = {operands[1], operands[0]};
	bool is_std = is_of_library(operands[0].type) && is_of_library(operands[1].type);
	struct ij_candidate best;

	*found = false;
	for (size_t i = 0; i < IJ_COUNT(ways) && !*found; i++) {
		const struct way *way = &ways[i];
		struct ij_error *err;

		if (strcmp(op, way->op) != 0 || (way->is_std && !is_std))
			continue;
		err = find(sh, way->by, way->is_swapped ? swapped : operands, 2, arena, &best,
			   found);
		if (err && err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
		if (*found)
			*ret = (struct ij_host_operation){.func = best.val,
							  .in_class = best.is_method,
							  .is_negated = way->is_negated,
							  .is_swapped = way->is_swapped};
	}
	return NULL;
}

struct ij_error *ij_host_operate(struct ij_host *host, const char *op,
				 const struct ij_val *operands, size_t len, struct ij_arena *arena,
				 struct ij_host_operation *ret, bool *found)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_host_operation other = {.in_class = false};
	struct ij_candidate best;
	struct ij_error *err = find(sh, op, operands, len, arena, &best, found), *no = NULL;

	if (*found)
		*ret = (struct ij_host_operation){.func = best.val, .in_class = best.is_method};
	if (*found || (err && err->code == IJ_ERR_NOMEM) || len != 2)
		return err;
	no = rewrite(sh, op, operands, arena, &other, found);
	if (!no && !*found) {
		other = (struct ij_host_operation){.in_class = false};
		no = compare(sh, op, operands, arena, &other, found);
	}
	if (no || *found) {
		ij_error_free(err);
		err = no;
	}
	if (*found)
		*ret = other;
	return err;
}
