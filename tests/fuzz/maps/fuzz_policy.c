/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Feeds policy files; whatever is accepted must answer, and the same way twice. */
#include <stdlib.h>
#include <string.h>

#include "maps/policy_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool ok)
{
	if (!ok)
		abort();
}

static const uint8_t id[20] = {1, 2, 3, 4};
static const struct ij_policy_module modules[] = {
	{.soname = "libc.so.6", .path = "/lib/libc.so.6", .build_id = id, .build_id_size = 20},
	{.soname = "", .path = ""},
	{.soname = "server"},
};
static const char *const names[] = {
	"", "malloc", "je_malloc.part.0", "_ZN4game5Arena5allocEm", "_ZN", "a", ".", "_Z",
};

static ij_classes ask(const struct ij_policy *policy)
{
	ij_classes classes = 0;

	for (size_t i = 0; i < IJ_COUNT(modules); i++) {
		struct ij_policy_range range;
		size_t pos = 0;

		classes = classes * 3 + ij_policy_of_module(policy, &modules[i]);
		classes += ij_policy_is_known(policy, &modules[i]);
		for (size_t j = 0; j < IJ_COUNT(names); j++)
			classes =
				classes * 5 + ij_policy_of_function(policy, &modules[i], names[j]);
		while (ij_policy_next_range(policy, &modules[i], &pos, &range)) {
			require(range.section ? *range.section != 0 : range.start < range.end);
			classes += range.classes;
		}
	}
	return classes;
}

/* What was accepted is consistent, and each rule finds itself. */
static void check(const struct ij_policy *policy)
{
	IJ_VEC_EACH (&policy->rules, rule) {
		require(rule->name && *rule->name && rule->reason && *rule->reason);
		require(!(rule->classes & IJ_CLASS(MARKED)));
		require(rule->kind <= IJ_POLICY_ALLOW && rule->user);
		require(rule->kind != IJ_POLICY_ALLOW || rule->module);
		if (rule->kind == IJ_POLICY_FUNCTION && !rule->module && rule->classes &&
		    !policy->allows.len && !strpbrk(rule->name, "*?"))
			require((ij_policy_of_function(policy, &modules[0], rule->name) &
				 rule->classes) == rule->classes);
	}
}

static struct ij_policy *make(const uint8_t *data, size_t size)
{
	struct ij_policy *policy;
	struct ij_error *err;

	require(!ij_policy_create(&policy));
	err = ij_policy_add(policy, "fuzz.policy", (const char *)data, size);
	if (!err)
		return policy;
	require(err->msg && !strncmp(err->msg, "fuzz.policy:", 12));
	ij_error_free(err);
	ij_policy_destroy(policy);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ij_policy *policy = make(data, size), *again = make(data, size);

	require(!policy == !again);
	if (policy) {
		check(policy);
		require(ask(policy) == ask(again));
		require(ij_policy_fingerprint(policy) == ij_policy_fingerprint(again));
	}
	ij_policy_destroy(policy);
	ij_policy_destroy(again);
	return 0;
}
