/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of the C library whose prototypes say all that a call needs, and the structs that these
 * only point to: debug information is read when somebody looks into one.
 */
#include <string.h>

#include "lang/type.h"
#include "session/debugs.h"
#include "session/host.h"
#include "session/library.h"

/* The structs that the C library's types without a tag stand for (glibc 2.36, libio and dirent). */
static const struct {
	const char *name, *tag;
} plain_names[] = {
	{"FILE", "_IO_FILE"},
	{"DIR", "__dirstream"},
};

/* Of two structs that are one on x86-64, and functions that have two names for them, that which the
 * debug information of glibc 2.36 knows. */
static const struct {
	const char *name, *known;
} twins[] = {
	{"dirent", "dirent64"},   {"stat", "stat64"},     {"statfs", "statfs64"},
	{"statvfs", "statvfs64"}, {"rlimit", "rlimit64"}, {"aiocb64", "aiocb"},
};

static const char *twin_of(const char *tag, bool known)
{
	for (size_t i = 0; i < IJ_COUNT(twins); i++)
		if (!strcmp(known ? twins[i].name : twins[i].known, tag))
			return known ? twins[i].known : twins[i].name;
	return tag;
}

/* Reading one prototype. */
struct pointing {
	struct ij_host host; /* first */
	IJ_VEC(struct ij_ctype *) made;
};

struct wanted {
	const char *tag;
	const struct ij_ctype *found; /* or NULL */
};

/* Is it the struct that @type points to, at whatever depth? */
static void look_at(struct wanted *want, const struct ij_ctype *type)
{
	type = ij_ctype_strip(type);
	for (unsigned i = 0; i < IJ_CT_DEPTH_MAX && type->kind == IJ_CT_POINTER; i++)
		type = ij_ctype_strip(type->target);
	if (!want->found && type->kind == IJ_CT_STRUCT && type->name &&
	    !strcmp(type->name, want->tag))
		want->found = type;
}

/* As the debug information of @module has it, where the code at @value is that takes or returns it.
 */
static struct ij_error *look_in(struct ij_session *s, struct ij_module *module, uint64_t value,
				struct wanted *want)
{
	struct ij_debug_entry entry;
	struct ij_debug *debug;
	struct ij_error *err;

	IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	if (!debug)
		return NULL;
	err = ij_debug_function_at(debug, value, &entry);
	if (err && err->code != IJ_ERR_NOTFOUND)
		return ij_error_wrap(err, "struct %s in %s", want->tag, module->name);
	if (!err) {
		look_at(want, entry.type->target);
		IJ_VEC_EACH (&entry.type->params, it)
			look_at(want, it->type);
	}
	ij_error_free(err);
	return want->found ? ij_ctype_complete(want->found) : NULL;
}

/* As any debug information or declaration has it; NULL: none has more than the name. */
static struct ij_error *look_around(struct ij_session *s, const char *tag,
				    const struct ij_ctype **ret)
{
	struct ij_session_host sh;
	struct ij_error *err;

	*ret = NULL;
	ij_session_host_init(s, NULL, tag, &sh);
	err = ij_host_type(&sh.host, 's', tag, ret);
	if (!err && *ret)
		err = ij_ctype_complete(*ret);
	ij_session_host_deinit(&sh);
	IJ_TRY(err);
	*ret = *ret ? ij_ctype_strip(*ret) : NULL;
	if (*ret && ((*ret)->is_incomplete || (*ret)->kind != IJ_CT_STRUCT))
		*ret = NULL;
	return NULL;
}

/* An ij_ctype's `load`: what is known of it anywhere, that of the C library first. */
static struct ij_error *look_into(struct ij_ctype *type, void *ctx)
{
	struct ij_session *s = ctx;
	struct wanted want = {.tag = type->name};
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len && !want.found; i++)
		if (ij_module_is_library(s->mods, list[i], "libc"))
			IJ_TRY(look_in(s, list[i], type->load_off, &want));
	if (!want.found || want.found->is_incomplete)
		IJ_TRY(look_around(s, type->name, &want.found));
	if (!want.found)
		IJ_TRY(look_around(s, twin_of(type->name, false), &want.found));
	if (want.found)
		return ij_ctype_take(type, want.found);
	type->is_unknown = true;
	return NULL;
}

static struct ij_error *pointed(struct pointing *p, const char *tag, struct ij_ctype **ret)
{
	struct ij_ctype *type;

	IJ_TRY(ij_ctypes_new(p->host.types, IJ_CT_STRUCT, &type));
	IJ_TRY(ij_ctypes_text(p->host.types, tag, strlen(tag), &type->name));
	type->is_incomplete = true;
	*ret = type;
	return ij_vec_push(&p->made, type);
}

/* An ij_host's `type`: structs are made up. */
static struct ij_error *type_by_name(struct ij_host *host, char tag, const char *name,
				     const struct ij_ctype **ret)
{
	struct pointing *p = (struct pointing *)host;
	struct ij_ctype *type, *target;

	*ret = NULL;
	/* To the C library's own code it is a union of many. */
	if (tag == 's' && !strcmp(name, "sockaddr"))
		return ij_error_new(NOTFOUND, "struct %s has another type", name);
	if (tag == 's') {
		IJ_TRY(pointed(p, twin_of(name, true), &type));
		*ret = type;
		return NULL;
	}
	for (size_t i = 0; !tag && i < IJ_COUNT(plain_names); i++) {
		if (strcmp(plain_names[i].name, name))
			continue;
		IJ_TRY(pointed(p, plain_names[i].tag, &target));
		IJ_TRY(ij_ctypes_new(host->types, IJ_CT_TYPEDEF, &type));
		type->name = plain_names[i].name;
		type->target = target;
		*ret = type;
	}
	return NULL;
}

/* Is @type made of nothing but C's own types, of numbers that the ABI says the size of, as pid_t,
 * and of pointers to structs? */
static bool is_plain(const struct ij_ctype *type, bool is_pointed, unsigned depth)
{
	if (depth > IJ_CT_DEPTH_MAX)
		return false;
	switch (type->kind) {
	case IJ_CT_VOID:
	case IJ_CT_BOOL:
	case IJ_CT_INT:
	case IJ_CT_FLOAT:
		return true;
	case IJ_CT_STRUCT:
		return is_pointed;
	case IJ_CT_POINTER:
		return is_plain(type->target, true, depth + 1);
	case IJ_CT_TYPEDEF:
	case IJ_CT_QUALIFIED:
		return is_plain(type->target, is_pointed, depth + 1);
	default:
		return false;
	}
}

static bool is_plain_function(const struct ij_ctype *type)
{
	if (type->kind != IJ_CT_FUNCTION)
		return false;
	IJ_VEC_EACH (&type->params, it)
		if (!is_plain(it->type, false, 0))
			return false;
	return is_plain(type->target, false, 0);
}

struct ij_error *ij_host_exported(struct ij_session_host *sh, const char *name,
				  const struct ij_resolved *found, const struct ij_ctype **ret)
{
	struct pointing p = {.host = {.types = sh->host.types, .type = type_by_name}};
	const struct ij_prototype *proto = ij_prototypes_find(sh->s->prototypes, name);
	const struct ij_ctype *type = NULL;
	struct ij_error *err;

	*ret = NULL;
	if (!proto || !proto->library || !found->symbol.dynamic || found->symbol.hidden_version ||
	    (strcmp(proto->library, "libc") != 0 && strcmp(proto->library, "libm") != 0) ||
	    !found->symbol.version ||
	    !ij_module_is_library(sh->s->mods, found->module, proto->library))
		return NULL;
	err = ij_eval_declared(&p.host, proto->text, name, &type);
	if (!err && is_plain_function(type))
		*ret = type;
	/* Not before: a prototype that asks for a size is left to who knows it. */
	IJ_VEC_EACH (&p.made, it) {
		(*it)->load = look_into;
		(*it)->load_ctx = sh->s;
		(*it)->load_off = found->symbol.value;
	}
	ij_vec_deinit(&p.made);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	ij_error_free(err);
	return NULL;
}
