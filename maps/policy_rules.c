/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables that find the rules of a name. */
#include "maps/policy_rules.h"

#include <string.h>

#include "base/glob.h"

/* FNV-1a. */
#define HASH_START  2166136261u
#define HASH_FACTOR 16777619u

static uint32_t hash_name(const char *name, size_t len)
{
	uint32_t hash = HASH_START;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * HASH_FACTOR;
	return hash;
}

unsigned ij_policy_pair(const char *name)
{
	return name[0] ? ((uint8_t)name[0] * 7u + (uint8_t)name[1]) & 63 : 0;
}

/*
 * The mangled names of C++ in namespaces and of its virtual tables: a million of them, of which
 * rules name a few. They are told apart by their first eight characters.
 */
static bool is_cxx(const char *name)
{
	return name[0] == '_' && name[1] == 'Z' &&
	       (name[2] == 'N' || name[2] == 'T' || name[2] == 'Z' || name[2] == 'L');
}

enum { BLOOM_CHARS = 8 };

static unsigned bloom_hash(const char *name)
{
	uint64_t chars;

	memcpy(&chars, name, BLOOM_CHARS);
	return (unsigned)((chars * 0x9e3779b97f4a7c15ull) >> 52);
}

static void bloom_add(struct ij_policy_layer *layer, const char *name)
{
	static const char *const starts[] = {"_ZN", "_ZT", "_ZZ", "_ZL"};
	size_t literal = ij_glob_literal(name);
	bool any = false;

	if (literal >= BLOOM_CHARS) {
		unsigned bit = bloom_hash(name);

		layer->bloom[bit / 64] |= (uint64_t)1 << (bit & 63);
		return;
	}
	for (size_t i = 0; i < IJ_COUNT(starts); i++)
		any = any || !strncmp(name, starts[i], literal < 3 ? literal : 3);
	if (any)
		memset(layer->bloom, 0xff, sizeof(layer->bloom));
}

bool ij_policy_may_match(const struct ij_policy_layer *layer, const char *name)
{
	unsigned bit;

	if (!is_cxx(name))
		return true;
	if (strnlen(name, BLOOM_CHARS) < BLOOM_CHARS)
		return layer->bloom[0] == UINT64_MAX;
	bit = bloom_hash(name);
	return layer->bloom[bit / 64] >> (bit & 63) & 1;
}

uint32_t *ij_policy_slot(const struct ij_policy *policy, const struct ij_policy_layer *layer,
			 const char *name, size_t len)
{
	size_t at = hash_name(name, len);

	for (;; at++) {
		uint32_t *slot = &layer->slots[at & (layer->slots_cap - 1)];
		const char *have = *slot ? policy->rules.items[*slot - 1].name : NULL;

		if (!have || (!strncmp(have, name, len) && !have[len]))
			return slot;
	}
}

static struct ij_error *slots_grow(struct ij_policy *policy, struct ij_policy_layer *layer)
{
	uint32_t *old = layer->slots;
	size_t old_cap = layer->slots_cap;

	layer->slots = calloc(old_cap ? old_cap * 2 : 4096, sizeof(*layer->slots));
	if (!layer->slots) {
		layer->slots = old;
		return ij_error_nomem();
	}
	layer->slots_cap = old_cap ? old_cap * 2 : 4096;
	for (size_t i = 0; i < old_cap; i++) {
		const char *name = old[i] ? policy->rules.items[old[i] - 1].name : NULL;

		if (name)
			*ij_policy_slot(policy, layer, name, strlen(name)) = old[i];
	}
	free(old);
	return NULL;
}

/* Rule number @idx of the policy, into the tables of its layer. */
static struct ij_error *function_add(struct ij_policy *policy, uint32_t idx)
{
	struct ij_policy_rule *rule = &policy->rules.items[idx];
	struct ij_policy_layer *layer = &policy->layers[rule->user];
	size_t literal = ij_glob_literal(rule->name);
	bool simple = !rule->module;
	uint32_t *slot;

	bloom_add(layer, rule->name);
	if (simple && !rule->name[literal]) {
		if (layer->slots_len >= layer->slots_cap / 2)
			IJ_TRY(slots_grow(policy, layer));
		slot = ij_policy_slot(policy, layer, rule->name, literal);
		layer->slots_len += !*slot;
		rule->next = *slot;
		*slot = idx + 1;
		return NULL;
	}
	if (simple && literal >= 2 && rule->name[literal] == '*' && !rule->name[literal + 1]) {
		layer->pairs |= (uint64_t)1 << ij_policy_pair(rule->name);
		return ij_vec_push(&layer->patterns, idx);
	}
	if (layer->slow.len >= IJ_POLICY_SLOW_MAX)
		return ij_error_new(LIMIT,
				    "over %u rules with \"in MODULE\" or with a pattern other than "
				    "PREFIX*",
				    IJ_POLICY_SLOW_MAX);
	return ij_vec_push(&layer->slow, idx);
}

struct ij_error *ij_policy_rule_add(struct ij_policy *policy, const struct ij_policy_rule *rule)
{
	uint32_t idx = (uint32_t)policy->rules.len;

	if (idx >= IJ_POLICY_RULES_MAX)
		return ij_error_new(LIMIT, "over %u rules", IJ_POLICY_RULES_MAX);
	IJ_TRY(ij_vec_push(&policy->rules, *rule));
	if (rule->kind == IJ_POLICY_FUNCTION)
		return function_add(policy, idx);
	if (rule->kind == IJ_POLICY_MODULE)
		return ij_vec_push(&policy->modules, idx);
	if (rule->kind != IJ_POLICY_ALLOW)
		return ij_vec_push(&policy->ranges, idx);
	if (policy->allows.len >= IJ_POLICY_SLOW_MAX)
		return ij_error_new(LIMIT, "over %u names are allowed", IJ_POLICY_SLOW_MAX);
	return ij_vec_push(&policy->allows, idx);
}
