/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the evaluation of expressions asks, answered as gdb would: its words, its void variables. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "debugger/registers.h"
#include "lang/eval_class.h"

static struct ij_debugger_host *of(struct ij_host *host)
{
	return (struct ij_debugger_host *)host;
}

static void say(struct ij_host *host, const char *format, ...) IJ_PRINTF(2, 3);

static void say(struct ij_host *host, const char *format, ...)
{
	struct ij_debugger_host *dh = of(host);
	va_list args;

	free(dh->said);
	va_start(args, format);
	if (vasprintf(&dh->said, format, args) < 0)
		dh->said = NULL;
	va_end(args);
}

static struct ij_error *on_namespace(void *ctx, struct ij_named_hit *hit)
{
	*(bool *)ctx = true;
	hit->more = false;
	return NULL;
}

bool ij_debugger_is_namespace(struct ij_debugger_host *host, const char *name)
{
	const struct ij_host_name asked = {.name = name};
	bool found = false;

	ij_error_free(ij_host_named(&host->sh, &asked, IJ_DEBUG_NAMESPACE, on_namespace, &found));
	return found;
}

/* `ns::x`, of which x is not there, or not even ns. */
static void say_scoped(struct ij_host *host, const char *name)
{
	const char *last = name;
	bool is_namespace = false;
	unsigned depth = 0;
	char scope[256];
	int len;

	for (const char *c = name; *c; c++) {
		depth += *c == '<';
		depth -= *c == '>' && depth;
		if (!depth && c[0] == ':' && c[1] == ':')
			last = c + 2;
	}
	len = (int)(last - name) - 2;
	if (len > 0 && (size_t)len < sizeof(scope)) {
		memcpy(scope, name, (size_t)len);
		scope[len] = 0;
		is_namespace = ij_debugger_is_namespace(of(host), scope);
	}
	if (is_namespace)
		say(host, "No symbol \"%s\" in namespace \"%s\".", last, scope);
	else
		say(host, "No symbol \"%.*s\" in current context.", (int)strcspn(name, ":<"), name);
}

static struct ij_error *unknown(struct ij_host *host, const struct ij_host_name *name,
				bool is_called)
{
	(void)is_called;
	if (name->file)
		say(host, "No symbol \"%s\" in specified context.", name->name);
	else if (!of(host)->sh.s->vmas.list.len)
		say(host, "No symbol table is loaded.  Use the \"file\" command.");
	else if (host->is_cxx && ij_debugger_is_namespace(of(host), name->name))
		say(host, "Attempt to use a type name as an expression");
	else if (strstr(name->name, "::") && strncmp(name->name, "::", 2) != 0)
		say_scoped(host, name->name);
	else
		say(host, "No symbol \"%s\" in current context.", name->name);
	return ij_error_new(NOTFOUND, "%s", of(host)->said ? of(host)->said : name->name);
}

struct ij_error *ij_debugger_no_access(uint64_t addr)
{
	struct ij_error *err = ij_error_new(FAULT, "Cannot access memory at address 0x%llx",
					    (unsigned long long)addr);

	if (err->code == IJ_ERR_FAULT)
		err->addr = addr;
	return err;
}

static struct ij_error *read_memory(struct ij_host *host, ij_addr addr, void *buf, size_t size)
{
	struct ij_error *err = ij_mem_read(&of(host)->sh.s->mem.mem, addr, buf, size);

	if (!err || err->code != IJ_ERR_FAULT)
		return err;
	ij_error_free(err);
	say(host, "Cannot access memory at address 0x%llx", (unsigned long long)addr);
	return ij_debugger_no_access(addr);
}

static struct ij_error *write_memory(struct ij_host *host, ij_addr addr, const void *bytes,
				     size_t size)
{
	struct ij_debugger *d = of(host)->debugger;
	struct ij_error *err;

	if (d->target)
		return of(host)->write(host, addr, bytes, size);
	if (!d->inf) {
		say(host, "Cannot access memory at address 0x%llx", (unsigned long long)addr);
		return ij_debugger_no_access(addr);
	}
	err = ij_inferior_write(d->inf, addr, bytes, size);
	if (err && err->code == IJ_ERR_FAULT)
		say(host, "Cannot access memory at address 0x%llx", (unsigned long long)addr);
	return err;
}

/* A member of the object that the selected frame's function is of. */
static struct ij_error *of_this(struct ij_host *host, const char *name, struct ij_arena *arena,
				struct ij_val *ret, bool *found)
{
	struct ij_val this;

	IJ_TRY(ij_locals_find(of(host)->debugger, "this", arena, &this, found));
	if (!*found)
		return NULL;
	*found = false;
	if (!this.bytes && !host->dry) {
		struct ij_datum datum = {.val = this};

		IJ_TRY(ij_debugger_fetch(of(host)->debugger, &datum));
		IJ_TRY(ij_val_make(arena, this.type, datum.val.bytes, &this));
		ij_arena_deinit(&datum.arena);
	}
	if (!this.bytes)
		IJ_TRY(ij_val_make(arena, this.type, NULL, &this));
	return ij_eval_implicit(host, arena, &this, name, ret, found);
}

/* What code at the place would see: of the frame, of its file, of the program. */
static struct ij_error *lookup(struct ij_host *host, const struct ij_host_name *name,
			       struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	struct ij_debugger *d = of(host)->debugger;
	bool plain = !strstr(name->name, "::");
	struct ij_host_name own = *name;

	*found = false;
	/* One that runs is stopped for its locals only if nothing else has the name. */
	if (d->target && !d->inf) {
		struct ij_error *err = ij_host_lookup(host, name, arena, ret, found);

		if (*found || (err && err->code != IJ_ERR_NOTFOUND) || !plain || name->module ||
		    name->file)
			return err;
		ij_error_free(err);
	}
	if (!name->module && !name->file && plain) {
		if (d->target && !d->inf)
			IJ_TRY(ij_debugger_hold(d));
		IJ_TRY(ij_locals_find(d, name->name, arena, ret, found));
		if (!*found)
			IJ_TRY(of_this(host, name->name, arena, ret, found));
		own.file = *found ? NULL : ij_locals_file(d);
		if (own.file)
			IJ_TRY(ij_host_lookup(host, &own, arena, ret, found));
	}
	if (!*found && !plain) {
		struct ij_error *err = ij_locals_static(d, name, host, arena, ret, found);

		if (err && err->code == IJ_ERR_NOTFOUND)
			say(host, "%s", err->msg);
		IJ_TRY(err);
	}
	return *found ? NULL : ij_host_lookup(host, name, arena, ret, found);
}

static struct ij_error *set_variable(struct ij_host *host, const char *name,
				     const struct ij_val *value)
{
	bool found;

	IJ_TRY(ij_registers_set(of(host)->debugger, name, value, &found));
	if (!found && !strcmp(name, IJ_SIGINFO))
		IJ_TRY(ij_siginfo_set(of(host)->debugger, value, &found));
	return found ? NULL : of(host)->set_variable(host, name, value);
}

/* What has no value yet is void. */
static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	const struct ij_debugger_hooks *hooks = &of(host)->debugger->hooks;
	int64_t number;

	IJ_TRY(ij_registers_get(of(host)->debugger, name, arena, ret, found));
	if (!*found && !strcmp(name, IJ_SIGINFO))
		IJ_TRY(ij_siginfo_get(of(host)->debugger, arena, ret, found));
	if (*found)
		return NULL;
	if (hooks->number && hooks->number(hooks->ctx, name, &number)) {
		*found = true;
		return ij_val_set_integer(arena, ij_cbase(IJ_CBASE_INT), number, ret);
	}
	IJ_TRY(of(host)->variable(host, name, arena, ret, found));
	/* What a name of ours holds is a copy, wherever it was copied from. */
	if (*found && ret->place == IJ_VAL_TARGET && ret->bytes &&
	    ij_ctype_is_aggregate(ret->type) && !strchr("$0123456789", name[1]))
		ret->place = IJ_VAL_VARIABLE;
	if (*found)
		return NULL;
	if (name[1] && strspn(name + 1, "0123456789") == strlen(name + 1) &&
	    strtoull(name + 1, NULL, 10) > ij_debugger_history(of(host)->debugger)) {
		say(host, "History has not yet reached %s.", name);
		return ij_error_new(NOTFOUND, "%s is no value of the history", name);
	}
	*found = true;
	*ret = (struct ij_val){.type = ij_cbase(IJ_CBASE_VOID)};
	return NULL;
}

/* A static of a function is "x.0" to the linker, and "x" to people. */
static void symbol(struct ij_host *host, ij_addr addr, struct ij_strbuf *out)
{
	size_t start = out->len, len;
	char *dot, *plus;

	if (!ij_debugger_plt(of(host)->debugger, addr, out))
		of(host)->symbol(host, addr, out);
	dot = out->len > start ? strchr(out->str + start, '.') : NULL;
	if (!dot)
		return;
	len = strspn(dot + 1, "0123456789");
	plus = dot + 1 + len;
	if (!len || dot == out->str + start || (*plus && *plus != '+'))
		return;
	memmove(dot, plus, strlen(plus) + 1);
	out->len -= (size_t)(plus - dot);
}

/* Into a process that was attached to, where it stands or wherever it goes. */
static struct ij_error *call_target(struct ij_debugger_host *dh, const struct ij_host_call *made,
				    struct ij_arena *arena, struct ij_val *ret)
{
	struct ij_error *err, *again;

	/* What is done in one stop belongs together, as a lock that one call takes and another lets
	 * go of: the process goes on only if it must. */
	if (dh->debugger->inf) {
		IJ_TRY(ij_debugger_call_here(dh->debugger));
		err = dh->call(&dh->sh.host, made, arena, ret);
		again = ij_debugger_call_end(dh->debugger);
		if (!err)
			return again;
		if (err->code != IJ_ERR_UNSAFE || dh->debugger->seen || again) {
			ij_error_free(again);
			return err;
		}
		ij_error_free(err);
	}
	IJ_TRY(ij_debugger_call_begin(dh->debugger));
	err = dh->call(&dh->sh.host, made, arena, ret);
	again = ij_debugger_call_end(dh->debugger);
	if (!err)
		return again;
	ij_error_free(again);
	return err;
}

static struct ij_error *call(struct ij_host *host, const struct ij_host_call *made,
			     struct ij_arena *arena, struct ij_val *ret)
{
	if (of(host)->debugger->no_calls)
		return ij_error_new(REFUSED, "Cannot call functions in the program: "
					     "may-call-functions is off.");
	if (!of(host)->debugger->target)
		return of(host)->call(host, made, arena, ret);
	return call_target(of(host), made, arena, ret);
}

void ij_debugger_host_init(struct ij_debugger *d, const struct ij_call_options *options,
			   const char *expr, struct ij_debugger_host *ret)
{
	*ret = (struct ij_debugger_host){.debugger = d};
	ij_session_host_init(ij_debugger_names(d), options, expr, &ret->sh);
	ret->sh.host.is_cxx = ij_debugger_is_cxx(d);
	ret->sh.host.find_language = NULL;
	ret->sh.host.casts = true;
	ret->variable = ret->sh.host.variable;
	ret->sh.host.variable = variable;
	ret->sh.host.function = ij_functions_call;
	ret->sh.host.unknown = unknown;
	ret->sh.host.read = read_memory;
	ret->sh.host.lookup = lookup;
	ret->symbol = ret->sh.host.symbol;
	ret->sh.host.symbol = symbol;
	ret->set_variable = ret->sh.host.set_variable;
	ret->sh.host.set_variable = set_variable;
	ret->write = ret->sh.host.write;
	ret->sh.host.write = write_memory;
	if (!d->target) {
		ret->sh.host.call = ij_infcall;
		ret->sh.host.plan = NULL;
		ret->sh.host.release = NULL;
	}
	ret->call = ret->sh.host.call;
	ret->sh.host.call = call;
}

void ij_debugger_host_deinit(struct ij_debugger_host *host)
{
	free(host->said);
	ij_session_host_deinit(&host->sh);
}
