/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Instances of templates by the names that people write, without some of their arguments, with
 * typedefs among these, `std::map<std::string, int>`. */
#include <ctype.h>
#include <string.h>

#include "session/host.h"
#include "types/cname.h"

enum { INSTANCES_MAX = 8 }; /* that are told */

/* ---- What typedefs in it mean ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '$';
}

/* Words of canonical names that are no names of types. */
static bool is_plain(const char *text, size_t len)
{
	static const char *const words[] = {"bool",  "char",     "const", "double",   "float",
					    "int",   "long",     "short", "signed",   "true",
					    "false", "unsigned", "void",  "volatile", "wchar_t"};

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		if (strlen(words[i]) == len && !strncmp(text, words[i], len))
			return true;
	return !len || isdigit((unsigned char)*text);
}

struct meaning {
	const struct ij_ctype *type; /* of a typedef */
	bool is_number;
	uint64_t number; /* of an enumerator */
};

static struct ij_error *on_meaning(void *ctx, struct ij_named_hit *hit)
{
	struct meaning *meaning = ctx;

	if (hit->entry->kind == IJ_DEBUG_ENUMERATOR) {
		meaning->is_number = true;
		meaning->number = hit->entry->addr;
	} else if (hit->entry->type->kind == IJ_CT_TYPEDEF) {
		meaning->type = hit->entry->type;
	}
	hit->more = false;
	return NULL;
}

/* What the name [@text, @text + @len) of an argument stands for. */
static struct ij_error *write_meaning(struct ij_session_host *sh, const char *text, size_t len,
				      struct ij_strbuf *out)
{
	struct meaning meaning = {.type = NULL};
	IJ_STRBUF_AUTO name = {0}, whole = {0};
	struct ij_host_name asked = {.name = NULL};

	ij_strbuf_add(&name, text, len);
	IJ_TRY(ij_strbuf_error(&name));
	asked.name = name.str;
	if (!is_plain(text, len))
		IJ_TRY(ij_host_named(sh, &asked, IJ_DEBUG_TYPEDEF | IJ_DEBUG_ENUMERATOR, on_meaning,
				     &meaning));
	if (meaning.is_number)
		ij_strbuf_printf(out, "%lld", (long long)meaning.number);
	else if (!meaning.type)
		ij_strbuf_puts(out, name.str);
	if (meaning.is_number || !meaning.type)
		return NULL;
	for (unsigned i = 0; i < IJ_CT_DEPTH_MAX && meaning.type->kind == IJ_CT_TYPEDEF; i++)
		meaning.type = meaning.type->target;
	ij_ctype_text(meaning.type, NULL, &whole);
	IJ_TRY(ij_strbuf_error(&whole));
	ij_cname_canonical(whole.str, out);
	return NULL;
}

/* The canonical @name with what the arguments of templates in it stand for. */
static struct ij_error *spell(struct ij_session_host *sh, const char *name, struct ij_strbuf *out)
{
	unsigned depth = 0;

	while (*name) {
		const char *end = name;

		while (is_word(*end) ||
		       (end > name && end[0] == ':' && end[1] == ':' && is_word(end[2])) ||
		       (end > name && end[0] == ':' && end[-1] == ':' && is_word(end[1])))
			end++;
		if (end == name) {
			depth += *name == '<';
			depth -= *name == '>' && depth;
			ij_strbuf_add(out, name++, 1);
		} else if (!depth || *end == '<' || (out->len && out->str[out->len - 1] == ':')) {
			ij_strbuf_add(out, name, (size_t)(end - name));
			name = end;
		} else {
			IJ_TRY(write_meaning(sh, name, (size_t)(end - name), out));
			name = end;
		}
	}
	return ij_strbuf_error(out);
}

/* ---- What is wanted ---- */

struct ij_error *ij_host_wanted_init(struct ij_session_host *sh, const char *name,
				     struct ij_host_wanted *ret)
{
	struct ij_host_wanted wanted = {.how = IJ_CNAME_SAME};
	IJ_STRBUF_AUTO bare = {0};
	size_t scope_len;
	const char *last = ij_host_last(name, &scope_len);
	struct ij_error *err;

	ij_strbuf_add(&bare, name, (size_t)(last - name) + ij_cname_base(last));
	ij_cname_canonical(last, &wanted.plain);
	err = ij_strbuf_error(&bare);
	if (!err)
		err = ij_strbuf_error(&wanted.plain);
	if (!err)
		err = spell(sh, wanted.plain.str, &wanted.spelled);
	if (err) {
		ij_host_wanted_deinit(&wanted);
		return err;
	}
	wanted.bare = bare;
	bare = (struct ij_strbuf){0};
	*ret = wanted;
	return NULL;
}

void ij_host_wanted_deinit(struct ij_host_wanted *wanted)
{
	ij_strbuf_deinit(&wanted->bare);
	ij_strbuf_deinit(&wanted->plain);
	ij_strbuf_deinit(&wanted->spelled);
}

struct ij_error *ij_host_is_wanted(const struct ij_host_wanted *wanted, const char *name, bool *ret)
{
	IJ_STRBUF_AUTO text = {0};
	size_t scope_len;

	ij_cname_canonical(ij_host_last(name, &scope_len), &text);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = ij_cname_alike(ij_strbuf_get(&text), ij_strbuf_get(&wanted->plain), wanted->how) ||
	       ij_cname_alike(ij_strbuf_get(&text), ij_strbuf_get(&wanted->spelled), wanted->how);
	return NULL;
}

/* ---- Classes ---- */

struct instances {
	const struct ij_host_wanted *wanted; /* NULL: any arguments */
	const struct ij_ctype *list[INSTANCES_MAX];
	size_t len; /* may be more */
};

static struct ij_error *on_instance(void *ctx, struct ij_named_hit *hit)
{
	struct instances *instances = ctx;
	const struct ij_ctype *type = hit->entry->type;
	bool wanted = true;

	if (!type->name || type->is_rust)
		return NULL;
	if (instances->wanted)
		IJ_TRY(ij_host_is_wanted(instances->wanted, type->name, &wanted));
	if (!wanted)
		return NULL;
	for (size_t i = 0; i < instances->len && i < INSTANCES_MAX; i++)
		if (!strcmp(instances->list[i]->name, type->name)) {
			/* Where it is defined, it is known best. */
			if (instances->list[i]->is_incomplete)
				instances->list[i] = type;
			return NULL;
		}
	if (instances->len < INSTANCES_MAX)
		instances->list[instances->len] = type;
	instances->len++;
	return NULL;
}

static struct ij_error *several(const struct instances *instances, const char *name)
{
	IJ_STRBUF_AUTO text = {0};

	for (size_t i = 0; i < instances->len && i < INSTANCES_MAX; i++)
		ij_strbuf_printf(&text, "%s%s", i ? ", " : "", instances->list[i]->name);
	if (instances->len > INSTANCES_MAX)
		ij_strbuf_puts(&text, ", ...");
	IJ_TRY(ij_strbuf_error(&text));
	return ij_error_new(AMBIGUOUS, "%s is a template of which there are several: %s", name,
			    text.str);
}

static struct ij_error *with_args(struct ij_session_host *sh, const struct ij_host_name *name,
				  struct ij_host_wanted *wanted, struct instances *instances)
{
	struct ij_host_name asked = *name;

	instances->wanted = wanted;
	asked.name = wanted->bare.str;
	IJ_TRY(ij_host_named(sh, &asked, IJ_DEBUG_STRUCT | IJ_DEBUG_TEMPLATE, on_instance,
			     instances));
	if (instances->len)
		return NULL;
	wanted->how = IJ_CNAME_BEGUN;
	return ij_host_named(sh, &asked, IJ_DEBUG_STRUCT | IJ_DEBUG_TEMPLATE, on_instance,
			     instances);
}

struct ij_error *ij_host_template(struct ij_session_host *sh, const struct ij_host_name *name,
				  const struct ij_ctype **ret)
{
	struct instances instances = {.len = 0};
	struct ij_host_wanted wanted;
	struct ij_error *err;
	size_t scope_len;
	const char *last = ij_host_last(name->name, &scope_len);

	*ret = NULL;
	if (!last[ij_cname_base(last)]) {
		err = ij_host_named(sh, name, IJ_DEBUG_STRUCT | IJ_DEBUG_TEMPLATE, on_instance,
				    &instances);
	} else {
		IJ_TRY(ij_host_wanted_init(sh, name->name, &wanted));
		err = with_args(sh, name, &wanted, &instances);
		ij_host_wanted_deinit(&wanted);
	}
	if (!err && instances.len > 1)
		err = several(&instances, name->name);
	if (!err && instances.len)
		*ret = instances.list[0];
	return err;
}
