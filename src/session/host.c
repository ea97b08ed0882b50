/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading and writing the target's objects, variables of the session, and names of addresses. */
#include "session/host.h"

#include <string.h>

#include "obj/demangle.h"
#include "session/debugs.h"

static struct ij_session_host *of(struct ij_host *host)
{
	return (struct ij_session_host *)host;
}

/* The copy that a call was made in is gone. */
static struct ij_error *check_copy(const struct ij_session_host *sh, const char *what)
{
	if (!sh->options || !sh->options->in_copy || !sh->called)
		return NULL;
	return ij_error_new(UNSUPPORTED,
			    "%s after a call in a copy of the target: the copy is gone", what);
}

static struct ij_error *read_memory(struct ij_host *host, ij_addr addr, void *buf, size_t size)
{
	struct ij_session_host *sh = of(host);
	struct ij_error *err;

	IJ_TRY(check_copy(sh, "reading memory"));
	err = ij_mem_read(&sh->s->mem.mem, addr, buf, size);
	if (!err || err->code != IJ_ERR_FAULT)
		return err;
	ij_error_free(err);
	err = ij_error_new(FAULT, "cannot read %zu byte%s at 0x%llx of process %d", size,
			   size == 1 ? "" : "s", (unsigned long long)addr, sh->s->pid);
	err->addr = addr;
	return err;
}

static struct ij_error *write_memory(struct ij_host *host, ij_addr addr, const void *bytes,
				     size_t size)
{
	struct ij_session_host *sh = of(host);

	if (sh->options && sh->options->in_copy)
		return ij_error_new(UNSUPPORTED,
				    "an assignment is not made in a copy of the target");
	return ij_session_write(sh->s, addr, bytes, size);
}

static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	struct ij_val kept;

	*found = ij_debugs_value(of(host)->s->debugs, name, &kept);
	if (!*found)
		of(host)->unset = true;
	if (!*found)
		return NULL;
	/* The history may move while the expression is evaluated. */
	IJ_TRY(ij_val_make(arena, kept.type, kept.bytes, ret));
	ret->place = kept.place == IJ_VAL_TARGET ? IJ_VAL_TARGET : IJ_VAL_VARIABLE;
	ret->addr = kept.addr;
	ret->reference = kept.reference;
	if (ret->place == IJ_VAL_VARIABLE)
		ret->is_literal = ret->is_buffer = true;
	return NULL;
}

static struct ij_error *set_variable(struct ij_host *host, const char *name,
				     const struct ij_val *value)
{
	return ij_debugs_keep(of(host)->s->debugs, name, value, NULL);
}

static void symbol(struct ij_host *host, ij_addr addr, struct ij_strbuf *out)
{
	struct ij_session *s = of(host)->s;
	const struct ij_vma *vma = ij_vmas_find(&s->vmas, addr);
	const struct ij_module *module = NULL;
	const char *func = NULL;
	uint64_t off = 0;

	if (!vma)
		return;
	if (vma->flags & IJ_VMA_EXEC)
		ij_modules_locate(s->mods, addr, &func, &off, &module);
	else if (!ij_modules_locate_data(s->mods, addr, &func, &off))
		return;
	if (!func)
		return;
	ij_demangle(func, out);
	if (off)
		ij_strbuf_printf(out, "+%llu", (unsigned long long)off);
}

static void find_language(struct ij_host *host)
{
	enum ij_session_language language = ij_session_language(of(host)->s);

	host->is_cxx = language == IJ_SESSION_CXX;
	host->is_rust = language == IJ_SESSION_RUST;
}

void ij_session_host_init(struct ij_session *s, const struct ij_call_options *options,
			  const char *expr, struct ij_session_host *ret)
{
	*ret = (struct ij_session_host){
		.host = {.types = ij_debugs_types(s->debugs),
			 .expr = expr,
			 .find_language = find_language,
			 .lookup = ij_host_lookup,
			 .method = ij_host_method,
			 .overload = ij_host_overload,
			 .operate = ij_host_operate,
			 .type = ij_host_type,
			 .unknown = ij_host_unknown,
			 .lacks = ij_host_lacks,
			 .read = read_memory,
			 .write = write_memory,
			 .call = ij_host_call,
			 .plan = ij_host_plan,
			 .release = ij_host_release,
			 .place = ij_host_place,
			 .variable = variable,
			 .set_variable = set_variable,
			 .symbol = symbol},
		.s = s,
		.options = options,
	};
}

void ij_session_host_deinit(struct ij_session_host *sh)
{
	ij_call_deinit(&sh->call);
	if (sh->called)
		ij_call_result_deinit(&sh->made);
}
