/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is said of names that nothing has. */
#include <stdio.h>
#include <stdlib.h>

#include "session/debugs.h"
#include "session/host.h"

void ij_host_lacks(struct ij_host *host, struct ij_strbuf *out)
{
	const struct ij_session *s = ((struct ij_session_host *)host)->s;
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++) {
		const struct ij_debug *debug = ij_debugs_peek(s->debugs, list[i]);
		const char *lost = debug ? ij_debug_lost(debug) : NULL;

		if (!lost)
			continue;
		ij_strbuf_printf(out, "; of the debug information of %s a file is missing: %s",
				 list[i]->name, lost);
		return;
	}
}

struct ij_error *ij_host_unknown(struct ij_host *host, const struct ij_host_name *name,
				 bool is_called)
{
	struct ij_session_host *sh = (struct ij_session_host *)host;
	struct ij_resolved symbol;
	struct ij_error *err;
	char *spec;

	if (asprintf(&spec, "%s%s%s", name->module ? name->module : "", name->module ? "!" : "",
		     name->name) < 0)
		return ij_error_nomem();
	err = is_called ? ij_modules_resolve(sh->s->mods, spec, &symbol)
			: ij_modules_unknown(sh->s->mods, spec);
	free(spec);
	return err ? err
		   : ij_error_new(NOTFOUND, "no %s is known to the debug information", name->name);
}
