/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Debug information by module, and the values that expressions can refer back to. */
#include "session/debugs.h"

#include <stdlib.h>
#include <string.h>

/* The companion of an object that debug information was asked for. */
struct opened {
	struct ij_debugs *debugs;
	struct ij_object *obj;
	struct ij_debug *debug; /* NULL: it has none */
};

struct kept {
	char *name; /* NULL: of the history */
	struct ij_val value;
};

struct declared {
	const char *text; /* the declaration; it stays where it is */
	const struct ij_ctype *type;
};

struct ij_debugs {
	struct ij_ctypes *types;
	IJ_VEC(struct opened *) opened;
	IJ_VEC(struct kept) history, named;
	IJ_VEC(struct declared) declared;
};

struct ij_error *ij_debugs_create(struct ij_debugs **ret)
{
	struct ij_debugs *debugs = calloc(1, sizeof(*debugs));
	struct ij_error *err = debugs ? ij_ctypes_create(&debugs->types) : ij_error_nomem();

	if (err) {
		free(debugs);
		return err;
	}
	*ret = debugs;
	return NULL;
}

/* The file is closed: types that were read stay, with what was read of them. */
static void forget(void *companion)
{
	struct opened *opened = companion;
	struct ij_debugs *debugs = opened->debugs;

	for (size_t i = 0; i < debugs->opened.len; i++)
		if (debugs->opened.items[i] == opened)
			debugs->opened.items[i--] = debugs->opened.items[--debugs->opened.len];
	ij_ctypes_abandon(debugs->types, opened->debug);
	ij_debug_close(opened->debug);
	free(opened);
}

static void free_kept(struct kept *kept)
{
	free(kept->name);
	free(kept->value.bytes);
}

void ij_debugs_destroy(struct ij_debugs *debugs)
{
	if (!debugs)
		return;
	IJ_VEC_EACH (&debugs->history, it)
		free_kept(it);
	IJ_VEC_EACH (&debugs->named, it)
		free_kept(it);
	while (debugs->opened.len) {
		struct opened *last = debugs->opened.items[debugs->opened.len - 1];

		ij_object_companion_set(last->obj, NULL, NULL);
		forget(last);
	}
	ij_vec_deinit(&debugs->history);
	ij_vec_deinit(&debugs->named);
	ij_vec_deinit(&debugs->opened);
	ij_vec_deinit(&debugs->declared);
	ij_ctypes_destroy(debugs->types);
	free(debugs);
}

struct ij_ctypes *ij_debugs_types(struct ij_debugs *debugs)
{
	return debugs->types;
}

static struct declared *find_declared(const struct ij_debugs *debugs, const char *text)
{
	IJ_VEC_EACH (&debugs->declared, it)
		if (it->text == text)
			return it;
	return NULL;
}

bool ij_debugs_declared(const struct ij_debugs *debugs, const char *text,
			const struct ij_ctype **ret)
{
	const struct declared *found = find_declared(debugs, text);

	if (found)
		*ret = found->type;
	return found;
}

struct ij_error *ij_debugs_declare(struct ij_debugs *debugs, const char *text,
				   const struct ij_ctype *type)
{
	struct declared *found = find_declared(debugs, text);

	if (!found)
		return ij_vec_push(&debugs->declared, ((struct declared){text, type}));
	found->type = type;
	return NULL;
}

void ij_debugs_undeclare(struct ij_debugs *debugs, const char *text)
{
	struct declared *found = find_declared(debugs, text);

	if (found)
		*found = debugs->declared.items[--debugs->declared.len];
}

struct ij_debug *ij_debugs_peek(const struct ij_debugs *debugs, const struct ij_module *mod)
{
	const struct opened *opened = mod->obj ? ij_object_companion(mod->obj) : NULL;

	(void)debugs;
	return opened ? opened->debug : NULL;
}

struct ij_error *ij_debugs_of(struct ij_debugs *debugs, struct ij_modules *mods,
			      struct ij_module *mod, struct ij_debug **ret)
{
	struct opened *opened;
	struct ij_error *err;

	*ret = ij_debugs_peek(debugs, mod);
	if (!mod->obj || ij_object_companion(mod->obj))
		return NULL;
	opened = calloc(1, sizeof(*opened));
	err = opened ? ij_vec_reserve(&debugs->opened, 1) : ij_error_nomem();
	if (err) {
		free(opened);
		return err;
	}
	*opened = (struct opened){.debugs = debugs, .obj = mod->obj};
	err = ij_modules_debug(mods, mod, debugs->types, &opened->debug);
	if (err && err->code == IJ_ERR_NOMEM) {
		free(opened);
		return err;
	}
	if (err)
		opened->debug = NULL;
	ij_error_free(err);
	debugs->opened.items[debugs->opened.len++] = opened;
	ij_object_companion_set(mod->obj, opened, forget);
	*ret = opened->debug;
	return NULL;
}

/* `$`, `$$`, `$3`, `$$2`: the place in the history, from 1; 0: none. */
static size_t history_at(const struct ij_debugs *debugs, const char *name)
{
	size_t back = strspn(name, "$");
	unsigned long number = strtoul(name + back, NULL, 10);

	if (name[back] && strspn(name + back, "0123456789") != strlen(name + back))
		return 0;
	if (back == 1 && name[back])
		return number <= debugs->history.len ? number : 0;
	if (back > 2)
		return 0;
	if (back == 2 && !name[back])
		number = 1;
	return number < debugs->history.len ? debugs->history.len - number : 0;
}

bool ij_debugs_value(const struct ij_debugs *debugs, const char *name, struct ij_val *ret)
{
	size_t at = history_at(debugs, name);

	if (at) {
		*ret = debugs->history.items[at - 1].value;
		return true;
	}
	IJ_VEC_EACH (&debugs->named, it) {
		if (strcmp(it->name, name))
			continue;
		*ret = it->value;
		return true;
	}
	return false;
}

static struct ij_error *copy(const char *name, const struct ij_val *value, struct kept *ret)
{
	uint64_t size = ij_ctype_strip(value->type)->size;

	if (value->bit_size)
		return ij_error_new(TYPE, "a bit-field is kept by its value, not as itself");
	*ret = (struct kept){
		.value = {.type = value->type,
			  .reference = name ? NULL : value->reference,
			  .place = value->place == IJ_VAL_TARGET ? IJ_VAL_TARGET : IJ_VAL_HERE,
			  .addr = value->addr}};
	if (value->bytes) {
		ret->value.bytes = malloc(size ? size : 1);
		if (!ret->value.bytes)
			return ij_error_nomem();
		memcpy(ret->value.bytes, value->bytes, size);
	}
	if (name) {
		ret->name = strdup(name);
		if (!ret->name) {
			free(ret->value.bytes);
			return ij_error_nomem();
		}
	}
	return NULL;
}

struct ij_error *ij_debugs_keep(struct ij_debugs *debugs, const char *name,
				const struct ij_val *value, unsigned *number_ret)
{
	struct ij_error *err;
	struct kept kept;

	IJ_TRY(copy(name, value, &kept));
	if (name) {
		IJ_VEC_EACH (&debugs->named, it) {
			if (strcmp(it->name, name))
				continue;
			free_kept(it);
			*it = kept;
			return NULL;
		}
	}
	err = name ? ij_vec_push(&debugs->named, kept) : ij_vec_push(&debugs->history, kept);
	if (err)
		free_kept(&kept);
	else if (number_ret)
		*number_ret = (unsigned)debugs->history.len;
	return err;
}

unsigned ij_debugs_history(const struct ij_debugs *debugs)
{
	return (unsigned)debugs->history.len;
}

const char *ij_debugs_name(const struct ij_debugs *debugs, size_t idx)
{
	const size_t len = debugs->named.len;

	return idx < len ? debugs->named.items[len - 1 - idx].name : NULL;
}

void ij_debugs_update(struct ij_debugs *debugs, const char *name, const struct ij_val *value)
{
	uint64_t size = ij_ctype_strip(value->type)->size;
	struct ij_val kept;

	if (name[0] != '$' || history_at(debugs, name))
		return; /* what was printed stays as it was */
	if (!ij_debugs_value(debugs, name, &kept) || kept.place == IJ_VAL_TARGET || !kept.bytes ||
	    ij_ctype_strip(kept.type)->size != size)
		return;
	memcpy(kept.bytes, value->bytes, size);
}
