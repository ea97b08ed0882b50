/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of what functions of the C library ask of the kernel. */
#include "session/calls.h"

#include <string.h>

#include "base/glob.h"
#include "lang/systable.h"

struct function {
	const char *name;  /* or a pattern, of a pure one */
	const char *calls; /* separated by spaces */
	bool plain, pure;
};

static const struct function functions[] = {
#define IJ_PLAIN(name)        {#name, #name, true, false},
#define IJ_CALLS(name, calls) {#name, calls, false, false},
#define IJ_PURE(pattern)      {pattern, "", false, true},
#include "session/calls.def"
#undef IJ_PLAIN
#undef IJ_CALLS
#undef IJ_PURE
};

enum { NUMBERS_MAX = 512 };

static const struct function *find(const char *name, bool needs_nothing)
{
	for (size_t i = 0; i < IJ_COUNT(functions); i++) {
		const struct function *function = &functions[i];

		if (function->pure
			    ? needs_nothing && ij_glob_match(function->name, name, strlen(name))
			    : !strcmp(function->name, name))
			return function;
	}
	return NULL;
}

static void add_number(struct ij_wire_callee *callee, int nr)
{
	for (uint32_t i = 0; i < callee->syscalls_len; i++)
		if (callee->syscalls[i] == nr)
			return;
	if (nr < 0 || callee->syscalls_len == IJ_WIRE_SYSCALLS_MAX)
		callee->known = 0;
	else
		callee->syscalls[callee->syscalls_len++] = (uint16_t)nr;
}

void ij_calls_init(struct ij_wire_callee *callee)
{
	*callee = (struct ij_wire_callee){.known = 1};
}

void ij_calls_add(struct ij_wire_callee *callee, const char *name, bool needs_nothing)
{
	const struct function *function = find(name, needs_nothing);

	callee->plain = 0;
	if (!function) {
		callee->known = 0;
		return;
	}
	for (const char *at = function->calls; *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");

		add_number(callee, ij_syscall_number(at, size));
		at += size;
	}
}

/* The arguments of the system call, from the @skip-th integer argument on. */
static void take_args(struct ij_wire_callee *callee, const struct ij_wire_call *call,
		      size_t args_len, unsigned skip)
{
	callee->plain = 1;
	for (unsigned i = skip; i < IJ_WIRE_INT_ARGS && i < args_len; i++) {
		/* How a function extends a negative int is its own affair. */
		if (call->scratch_mask >> i & 1 || call->int_args[i] > INT32_MAX)
			continue;
		callee->args[i - skip] = call->int_args[i];
		callee->args_known |= (uint8_t)(1u << (i - skip));
	}
}

void ij_calls_of(struct ij_wire_callee *callee, const char *name, bool needs_nothing,
		 const struct ij_wire_call *call, size_t args_len)
{
	const struct function *function;

	ij_calls_init(callee);
	/* By number: syscall(3). */
	if (!strcmp(name, "syscall")) {
		add_number(callee, call->int_args[0] < NUMBERS_MAX ? (int)call->int_args[0] : -1);
		take_args(callee, call, args_len, 1);
		return;
	}
	ij_calls_add(callee, name, needs_nothing);
	function = find(name, needs_nothing);
	if (function && function->plain && callee->syscalls_len == 1)
		take_args(callee, call, args_len, 0);
}

void ij_calls_merge(struct ij_wire_callee *callee, const struct ij_wire_callee *other)
{
	callee->known &= other->known;
	callee->plain = 0;
	callee->args_known = 0;
	for (uint32_t i = 0; i < other->syscalls_len; i++)
		add_number(callee, other->syscalls[i]);
}
