/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why the policy says what it says of an address. */
#include <string.h>

#include "session/session_impl.h"

struct asked {
	const struct ij_session *s;
	const struct ij_policy_module *module;
	uint64_t start; /* link-time address of the function */
	ij_classes classes;
	const char *reason;
};

/* A function may have several names, and the rule be about any. */
static bool symbol_seen(void *ctx, const struct ij_symbol *sym)
{
	struct asked *asked = ctx;

	if (sym->value == asked->start &&
	    (sym->kind == IJ_SYMBOL_FUNC || sym->kind == IJ_SYMBOL_NONE))
		asked->reason = ij_policy_reason(asked->s->policy, asked->module, sym->name, NULL,
						 asked->classes);
	return !asked->reason;
}

/* The section that a rule names and that holds link-time address @vaddr, or NULL. */
static const char *section_at(const struct asked *asked, struct ij_object *obj, uint64_t vaddr)
{
	struct ij_policy_range range;
	size_t pos = 0;

	while (ij_policy_next_range(asked->s->policy, asked->module, &pos, &range)) {
		const uint8_t *bytes;
		uint64_t start;
		size_t size;
		struct ij_error *err;

		if (!range.section)
			continue;
		err = ij_object_section(obj, range.section, &bytes, &size, &start);
		ij_error_free(err);
		if (!err && vaddr - start < size)
			return range.section;
	}
	return NULL;
}

const char *ij_session_reason(struct ij_session *s, ij_addr addr, ij_classes classes)
{
	const struct ij_module *module = s->mods ? ij_modules_find(s->mods, addr) : NULL;
	struct ij_policy_module subject = {0};
	struct asked asked = {.s = s, .module = &subject, .classes = classes};
	struct ij_symbol sym;
	IJ_ERROR_AUTO err = NULL;

	if (!module || !module->obj)
		return NULL;
	err = ij_policy_prepare(s->policy);
	if (err)
		return NULL;
	subject.soname = ij_object_soname(module->obj);
	if (!subject.soname)
		subject.soname = module->name;
	subject.path = module->path;
	subject.build_id = ij_object_build_id(module->obj, &subject.build_id_size);
	err = ij_object_symbol_at(module->obj, addr - module->bias, &sym);
	if (!err) {
		asked.start = sym.value;
		err = ij_object_symbols_each(module->obj, symbol_seen, &asked);
	}
	if (asked.reason)
		return asked.reason;
	return ij_policy_reason(s->policy, &subject, NULL,
				section_at(&asked, module->obj, addr - module->bias), classes);
}
