/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `crate::` of Rust: the crate that the program is of. */
#include <string.h>

#include "session/debugs.h"
#include "session/host.h"

static const char prefix[] = "crate::";
#define PREFIX_LEN (sizeof(prefix) - 1)

/* A crate that is executed has a function main at its top. */
static struct ij_error *on_main(void *ctx, const char *scope, const struct ij_debug_entry *entry,
				bool *more)
{
	struct ij_session_host *sh = ctx;
	size_t len = strlen(scope);

	if (!entry->is_rust || entry->place != IJ_DEBUG_ADDRESS || !len ||
	    len >= sizeof(sh->crate) || strstr(scope, "::"))
		return NULL;
	memcpy(sh->crate, scope, len + 1);
	*more = false;
	return NULL;
}

static struct ij_error *find(struct ij_session_host *sh)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(sh->s->mods, &len);
	struct ij_debug *debug = NULL;

	if (*sh->crate || !len || !list[0]->main)
		return NULL;
	IJ_TRY(ij_debugs_of(sh->s->debugs, sh->s->mods, list[0], &debug));
	return debug ? ij_debug_named(debug, IJ_DEBUG_FUNCTION, "main", on_main, sh) : NULL;
}

struct ij_error *ij_host_in_crate(struct ij_session_host *sh, const char *name,
				  struct ij_strbuf *text, const char **ret)
{
	*ret = name;
	if (strncmp(name, prefix, PREFIX_LEN) != 0 || ij_session_language(sh->s) != IJ_SESSION_RUST)
		return NULL;
	IJ_TRY(find(sh));
	if (!*sh->crate)
		return ij_error_new(NOTFOUND,
				    "debug information does not tell which crate is meant by %s; "
				    "write its name",
				    name);
	ij_strbuf_printf(text, "%s::%s", sh->crate, name + PREFIX_LEN);
	IJ_TRY(ij_strbuf_error(text));
	*ret = text->str;
	return NULL;
}

struct ij_error *ij_host_name_in_crate(struct ij_session_host *sh, struct ij_arena *arena,
				       const struct ij_host_name *name, struct ij_host_name *ret)
{
	IJ_STRBUF_AUTO text = {0};

	*ret = *name;
	IJ_TRY(ij_host_in_crate(sh, name->name, &text, &ret->name));
	if (ret->name == name->name)
		return NULL;
	ret->name = ij_arena_text(arena, text.str, text.len);
	return ret->name ? NULL : ij_error_nomem();
}
