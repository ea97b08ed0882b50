/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The language that a program is written in, as far as expressions depend on it. */
#include "session/debugs.h"
#include "session/session_impl.h"

/* What debug information of @module says of the function at link-time address @addr. */
static enum ij_session_language language_at(struct ij_session *s, struct ij_module *module,
					    uint64_t addr)
{
	enum ij_session_language language = IJ_SESSION_C;
	struct ij_debug_entry entry;
	struct ij_debug *debug = NULL;
	struct ij_error *err = ij_debugs_of(s->debugs, s->mods, module, &debug);

	if (!err && debug) {
		err = ij_debug_function_at(debug, addr, &entry);
		if (!err && entry.is_cxx)
			language = IJ_SESSION_CXX;
		if (!err && entry.is_rust)
			language = IJ_SESSION_RUST;
	}
	ij_error_free(err);
	return language;
}

enum ij_session_language ij_session_language(struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);
	enum ij_session_language language = IJ_SESSION_C;
	struct ij_resolved symbol;
	struct ij_error *err;

	if (!len || !list[0]->main)
		return language;
	err = ij_modules_probe(s->mods, "main", true, &symbol);
	if (!err && symbol.module == list[0])
		language = language_at(s, symbol.module, symbol.symbol.value);
	ij_error_free(err);
	if (language != IJ_SESSION_C)
		return language;
	/* Rust's own main() is written by the compiler, and nothing is said of it. */
	err = ij_modules_probe(s->mods, "rust_eh_personality", true, &symbol);
	if (!err && symbol.module == list[0])
		language = IJ_SESSION_RUST;
	ij_error_free(err);
	return language;
}
