/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the evaluation of expressions asks, answered as gdb would: its words, its void variables. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "debugger/debugger.h"

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

static struct ij_error *unknown(struct ij_host *host, const struct ij_host_name *name)
{
	if (name->file)
		say(host, "No symbol \"%s\" in specified context.", name->name);
	else if (!of(host)->sh.s->vmas.list.len)
		say(host, "No symbol table is loaded.  Use the \"file\" command.");
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

/* What has no value yet is void. */
static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	IJ_TRY(of(host)->variable(host, name, arena, ret, found));
	if (*found)
		return NULL;
	*found = true;
	*ret = (struct ij_val){.type = ij_cbase(IJ_CBASE_VOID)};
	return NULL;
}

void ij_debugger_host_init(struct ij_debugger *d, const struct ij_call_options *options,
			   const char *expr, struct ij_debugger_host *ret)
{
	*ret = (struct ij_debugger_host){.debugger = d};
	ij_session_host_init(ij_debugger_names(d), options, expr, &ret->sh);
	ret->variable = ret->sh.host.variable;
	ret->sh.host.variable = variable;
	ret->sh.host.unknown = unknown;
	ret->sh.host.read = read_memory;
}

void ij_debugger_host_deinit(struct ij_debugger_host *host)
{
	free(host->said);
	ij_session_host_deinit(&host->sh);
}
