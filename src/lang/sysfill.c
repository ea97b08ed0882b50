/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arguments of a system call that were left out, and what follows from others. */
#include <stdio.h>
#include <string.h>

#include "lang/syscall_impl.h"
#include "lang/systypes.h"

/* Arguments that were not given. */
static struct ij_error *fill_in(struct ij_syscall *call)
{
	while (call->proto.signature && call->args_len < call->proto.params_len) {
		struct ij_sysarg *arg;
		unsigned idx;

		IJ_TRY(ij_syscall_begin_arg(call, &idx));
		arg = &call->args[idx];
		if (!arg->param.optional && !ij_syskind_follows(arg->param.kind)) {
			char what[80];

			snprintf(what, sizeof(what), "argument %u (%s) is missing", idx + 1,
				 arg->param.name);
			return ij_syscall_wrong(call, what);
		}
		if (arg->param.optional &&
		    asprintf(&arg->text, "%lld", (long long)arg->param.value) < 0)
			arg->text = NULL;
		else if (!arg->param.optional)
			arg->text = strdup("_");
		if (!arg->text)
			return ij_error_nomem();
		arg->value = (uint64_t)arg->param.value;
	}
	return NULL;
}

static bool is_left_out(const struct ij_sysarg *arg)
{
	return !strcmp(arg->text, "_");
}

/* Buffers of the sizes that other arguments say, and structs for the kernel to fill in. */
static struct ij_error *make_buffers(struct ij_syscall *call)
{
	for (unsigned i = 0; i < call->args_len; i++) {
		struct ij_sysarg *arg = &call->args[i];
		uint64_t size;

		if (!is_left_out(arg))
			continue;
		if (arg->param.kind == IJ_SYSKIND_OUT)
			size = ij_systype_size(arg->param.of);
		else if (arg->param.kind == IJ_SYSKIND_OUTBUF)
			size = call->args[arg->param.link].value;
		else
			continue;
		if (size > IJ_CALL_BYTES_MAX)
			size = IJ_CALL_BYTES_MAX + 1;
		IJ_TRY(ij_syscall_add_memory(call, NULL, size, arg));
		arg->out = true;
	}
	return NULL;
}

/* Lengths of what other arguments are. */
static struct ij_error *make_lengths(struct ij_syscall *call)
{
	for (unsigned i = 0; i < call->args_len; i++) {
		struct ij_sysarg *arg = &call->args[i];
		const struct ij_sysarg *other = &call->args[arg->param.link];
		enum ij_syskind kind = arg->param.kind;
		uint32_t size = (uint32_t)other->size;

		if (!is_left_out(arg) ||
		    (kind != IJ_SYSKIND_LEN && kind != IJ_SYSKIND_COUNT && kind != IJ_SYSKIND_LENP))
			continue;
		if (!other->memory && other->value)
			return ij_syscall_bad_arg(call, i, "has to be given beside an address");
		/* No memory, no length. */
		if (kind == IJ_SYSKIND_LENP && other->memory)
			IJ_TRY(ij_syscall_add_memory(call, &size, sizeof(size), arg));
		else
			arg->value = kind == IJ_SYSKIND_COUNT ? other->len : other->size;
	}
	return NULL;
}

/* No length that was given is more than there is: the kernel would go on behind it. */
static struct ij_error *check_lengths(const struct ij_syscall *call)
{
	for (unsigned i = 0; i < call->args_len; i++) {
		const struct ij_sysarg *arg = &call->args[i], *other = &call->args[arg->param.link];
		enum ij_syskind kind = arg->param.kind;
		uint32_t told = 0;
		char what[96];

		if (kind == IJ_SYSKIND_OUTBUF && arg->memory && other->value > arg->size) {
			snprintf(what, sizeof(what), "has %zu bytes, fewer than %s says", arg->size,
				 other->param.name);
			return ij_syscall_bad_arg(call, i, what);
		}
		if (kind == IJ_SYSKIND_LENP && arg->memory && arg->size >= sizeof(told))
			memcpy(&told, call->mem.bytes.items + arg->value, sizeof(told));
		else if (kind == IJ_SYSKIND_LEN || kind == IJ_SYSKIND_COUNT)
			told = arg->value > UINT32_MAX ? UINT32_MAX : (uint32_t)arg->value;
		else
			continue;
		if (other->memory && told > (kind == IJ_SYSKIND_COUNT ? other->len : other->size)) {
			snprintf(what, sizeof(what), "is more than %s has", other->param.name);
			return ij_syscall_bad_arg(call, i, what);
		}
	}
	return NULL;
}

struct ij_error *ij_syscall_complete(struct ij_syscall *call)
{
	IJ_TRY(fill_in(call));
	IJ_TRY(make_buffers(call));
	IJ_TRY(make_lengths(call));
	return check_lengths(call);
}
