/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tables of policy answer. */
#include "maps/policy.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/glob.h"
#include "maps/policy_rules.h"

struct ij_error *ij_policy_create(struct ij_policy **ret)
{
	struct ij_policy *policy = calloc(1, sizeof(*policy));

	if (!policy)
		return ij_error_nomem();
	*ret = policy;
	return NULL;
}

void ij_policy_destroy(struct ij_policy *policy)
{
	if (!policy)
		return;
	for (size_t i = 0; i < IJ_COUNT(policy->layers); i++) {
		free(policy->layers[i].slots);
		ij_vec_deinit(&policy->layers[i].patterns);
		ij_vec_deinit(&policy->layers[i].slow);
	}
	IJ_VEC_EACH (&policy->texts, text)
		free(*text);
	ij_vec_deinit(&policy->texts);
	ij_vec_deinit(&policy->rules);
	ij_vec_deinit(&policy->modules);
	ij_vec_deinit(&policy->ranges);
	ij_vec_deinit(&policy->allows);
	free(policy);
}

/* The base name of @module's file, or NULL. */
static const char *base_name(const struct ij_policy_module *module)
{
	const char *slash = module->path ? strrchr(module->path, '/') : NULL;

	return slash ? slash + 1 : NULL;
}

static bool module_is(const struct ij_policy_module *module, const char *pattern)
{
	const char *base = base_name(module);

	return ij_glob_match(pattern, module->soname, strlen(module->soname)) ||
	       (base && ij_glob_match(pattern, base, strlen(base)));
}

/* Whether a static rule's @program is @module. */
static bool program_is(const struct ij_policy_module *module, const char *program)
{
	static const char mark[] = "build-id:";
	const char *hex = program + sizeof(mark) - 1;

	if (*program == '/')
		return module->path && ij_glob_match(program, module->path, strlen(module->path));
	if (!module->build_id || strlen(hex) != 2 * module->build_id_size)
		return false;
	for (size_t i = 0; i < module->build_id_size; i++) {
		char byte[3];

		snprintf(byte, sizeof(byte), "%02x", module->build_id[i]);
		if (strncasecmp(byte, hex + 2 * i, 2) != 0)
			return false;
	}
	return true;
}

/* What "allow" takes from @classes of function @name, @len characters; "" for all of the module. */
static ij_classes allowed(const struct ij_policy *policy, const struct ij_policy_module *module,
			  const char *name, size_t len, ij_classes classes)
{
	for (size_t i = 0; i < policy->allows.len && classes; i++) {
		const struct ij_policy_rule *rule = &policy->rules.items[policy->allows.items[i]];

		if (classes & rule->classes && ij_glob_match(rule->name, name, len) &&
		    module_is(module, rule->module))
			classes &= ~rule->classes;
	}
	return classes;
}

/* Visit the rules of layer @idx for a function, of which @len characters of @name count. */
static void layer_each(const struct ij_policy *policy, unsigned idx,
		       const struct ij_policy_module *module, const char *name, size_t len,
		       void (*visit)(void *ctx, const struct ij_policy_rule *rule), void *ctx)
{
	const struct ij_policy_layer *layer = &policy->layers[idx];
	const struct ij_policy_rule *rules = policy->rules.items;
	uint32_t next = 0;
	bool exempt = len < 2; /* from patterns */

	if (layer->slots_cap && len && len <= IJ_POLICY_NAME_MAX)
		next = *ij_policy_slot(policy, layer, name, len);
	for (; next; next = rules[next - 1].next) {
		visit(ctx, &rules[next - 1]);
		exempt = exempt || !rules[next - 1].classes;
	}
	if (!exempt && layer->pairs >> ij_policy_pair(name) & 1)
		IJ_VEC_EACH (&layer->patterns, at)
			if (rules[*at].name[1] == name[1] &&
			    ij_glob_match(rules[*at].name, name, len))
				visit(ctx, &rules[*at]);
	IJ_VEC_EACH (&layer->slow, at)
		if (ij_glob_match(rules[*at].name, name, len) &&
		    (!rules[*at].module || module_is(module, rules[*at].module)))
			visit(ctx, &rules[*at]);
}

static void function_each(const struct ij_policy *policy, const struct ij_policy_module *module,
			  const char *name,
			  void (*visit)(void *ctx, const struct ij_policy_rule *rule), void *ctx)
{
	size_t len = strcspn(name, ".");

	assert(!policy->late);
	for (unsigned i = 0; i < IJ_COUNT(policy->layers); i++)
		if (ij_policy_may_match(&policy->layers[i], name))
			layer_each(policy, i, module, name, len, visit, ctx);
}

static void add_classes(void *ctx, const struct ij_policy_rule *rule)
{
	*(ij_classes *)ctx |= rule->classes;
}

ij_classes ij_policy_of_function(const struct ij_policy *policy,
				 const struct ij_policy_module *module, const char *name)
{
	ij_classes classes = 0;

	function_each(policy, module, name, add_classes, &classes);
	return allowed(policy, module, name, strcspn(name, "."), classes);
}

bool ij_policy_has_own_names(const struct ij_policy *policy)
{
	const struct ij_policy_layer *layer = &policy->layers[true];

	return layer->slots_len || layer->patterns.len || layer->slow.len;
}

static bool is_whole_program(const struct ij_policy_rule *rule)
{
	return rule->kind == IJ_POLICY_STATIC && !rule->end;
}

/* The next of the rules @list, from @pos on, for @module as a whole; NULL at the end. */
static const struct ij_policy_rule *next_whole(const struct ij_policy *policy,
					       const struct ij_policy_module *module, size_t *pos)
{
	assert(!policy->late);
	while (*pos < policy->modules.len + policy->ranges.len) {
		size_t at = (*pos)++;
		bool named = at < policy->modules.len;
		uint32_t idx = named ? policy->modules.items[at]
				     : policy->ranges.items[at - policy->modules.len];
		const struct ij_policy_rule *rule = &policy->rules.items[idx];

		if (named ? module_is(module, rule->name)
			  : is_whole_program(rule) && program_is(module, rule->name))
			return rule;
	}
	return NULL;
}

ij_classes ij_policy_of_module(const struct ij_policy *policy,
			       const struct ij_policy_module *module)
{
	const struct ij_policy_rule *rule;
	ij_classes classes = 0;
	size_t pos = 0;

	while ((rule = next_whole(policy, module, &pos)))
		classes |= rule->classes;
	return allowed(policy, module, "", 0, classes);
}

bool ij_policy_next_range(const struct ij_policy *policy, const struct ij_policy_module *module,
			  size_t *pos, struct ij_policy_range *ret)
{
	assert(!policy->late);
	while (*pos < policy->ranges.len) {
		const struct ij_policy_rule *rule =
			&policy->rules.items[policy->ranges.items[(*pos)++]];
		bool section = rule->kind == IJ_POLICY_SECTION;

		if (is_whole_program(rule) || (rule->module && !module_is(module, rule->module)) ||
		    (!section && !program_is(module, rule->name)))
			continue;
		*ret = (struct ij_policy_range){
			.section = section ? rule->name : NULL,
			.start = rule->start,
			.end = rule->end,
			.classes = allowed(policy, module, "", 0, rule->classes),
		};
		return true;
	}
	return false;
}

bool ij_policy_is_known(const struct ij_policy *policy, const struct ij_policy_module *module)
{
	assert(!policy->late);
	IJ_VEC_EACH (&policy->ranges, at) {
		const struct ij_policy_rule *rule = &policy->rules.items[*at];

		if (rule->kind == IJ_POLICY_STATIC && program_is(module, rule->name))
			return true;
	}
	return false;
}

struct reason {
	ij_classes classes;
	const char *text;
};

static void find_reason(void *ctx, const struct ij_policy_rule *rule)
{
	struct reason *reason = ctx;

	if (!reason->text && rule->classes & reason->classes)
		reason->text = rule->reason;
}

const char *ij_policy_reason(const struct ij_policy *policy, const struct ij_policy_module *module,
			     const char *name, const char *section, ij_classes classes)
{
	struct reason reason = {.classes = classes};
	const struct ij_policy_rule *rule;
	size_t pos = 0;

	if (name)
		function_each(policy, module, name, find_reason, &reason);
	IJ_VEC_EACH (&policy->ranges, at) {
		rule = &policy->rules.items[*at];
		if (section && rule->kind == IJ_POLICY_SECTION && !strcmp(rule->name, section) &&
		    (!rule->module || module_is(module, rule->module)))
			find_reason(&reason, rule);
	}
	while ((rule = next_whole(policy, module, &pos)))
		find_reason(&reason, rule);
	return reason.text;
}

uint64_t ij_policy_fingerprint(const struct ij_policy *policy)
{
	return policy->fingerprint;
}

/* Not cryptographic: the text is the user's own. */
static uint64_t fold(uint64_t hash, const char *text, size_t size, bool user)
{
	for (size_t i = 0; i < size; i += sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, text + i, size - i < sizeof(word) ? size - i : sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 29;
	}
	return (hash ^ size ^ (uint64_t)user << 63) * 0x9e3779b97f4a7c15ull;
}

/* Parse a copy of @text. */
static struct ij_error *text_parse(struct ij_policy *policy, const char *file, const char *text,
				   size_t size, bool user)
{
	char *copy = malloc(size + 1);
	struct ij_error *err = copy ? ij_vec_push(&policy->texts, copy) : ij_error_nomem();

	if (err) {
		free(copy);
		return err;
	}
	memcpy(copy, text, size);
	copy[size] = 0;
	return ij_policy_parse(policy, file, copy, size, user);
}

struct ij_error *ij_policy_add(struct ij_policy *policy, const char *file, const char *text,
			       size_t size)
{
	IJ_TRY(ij_policy_prepare(policy));
	policy->fingerprint = fold(policy->fingerprint, text, size, true);
	return text_parse(policy, file, text, size, true);
}

/* One of the files that are compiled in. */
struct builtin {
	const char *file, *text;
	size_t size; /* of the text, bytes */
};

/* The one after @file, or the first one; false at the end. */
static bool next_builtin(struct builtin *file)
{
	file->file = file->text ? file->text + file->size + 1 : ij_policy_builtin;
	file->text = file->file + strlen(file->file) + 1;
	if (!*file->file)
		return false;
	file->size = strlen(file->text);
	return true;
}

struct ij_error *ij_policy_create_late(struct ij_policy **ret)
{
	struct builtin file = {0};

	IJ_TRY(ij_policy_create(ret));
	while (next_builtin(&file))
		(*ret)->fingerprint = fold((*ret)->fingerprint, file.text, file.size, false);
	(*ret)->late = true;
	return NULL;
}

struct ij_error *ij_policy_prepare(const struct ij_policy *policy)
{
	struct ij_policy *self = (struct ij_policy *)policy; /* what it says stays the same */
	struct builtin file = {0};

	if (!policy->late)
		return NULL;
	while (next_builtin(&file))
		IJ_TRY(text_parse(self, file.file, file.text, file.size, false));
	self->late = false;
	return NULL;
}

struct ij_error *ij_policy_create_builtin(struct ij_policy **ret)
{
	struct ij_policy *policy;
	struct ij_error *err;

	IJ_TRY(ij_policy_create_late(&policy));
	err = ij_policy_prepare(policy);
	if (err)
		ij_policy_destroy(policy);
	else
		*ret = policy;
	return err;
}
