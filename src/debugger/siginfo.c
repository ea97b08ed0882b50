/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* $_siginfo: what the kernel tells of the signal that a thread stopped for, with the type that gdb
 * gives it (gdb/linux-tdep.c, linux_get_siginfo_type_with_fields). */
#include <signal.h>
#include <string.h>

#include "debugger/debugger.h"
#include "debugger/registers.h"

struct field {
	const char *name;
	const struct ij_ctype *type;
};

static const struct ij_ctype *int_type(void)
{
	return ij_cbase(IJ_CBASE_INT);
}

/* A struct or union of @fields, up to one without a name; each where it is aligned. */
static struct ij_error *make(struct ij_ctypes *types, enum ij_ct_kind kind, const char *name,
			     const struct field *fields, const struct ij_ctype **ret)
{
	struct ij_ctype *made;
	uint64_t off = 0, most = 0, align = 1;

	IJ_TRY(ij_ctypes_new(types, kind, &made));
	made->name = name;
	for (; fields->name; fields++) {
		const uint64_t size = ij_ctype_strip(fields->type)->size;
		struct ij_cmember member = {.name = fields->name, .type = fields->type};
		uint32_t own;

		/* A vector of words is but that. */
		IJ_TRY(ij_ctype_align(fields->type->kind == IJ_CT_VECTOR ? fields->type->target
									 : fields->type,
				      &own));
		off = (off + own - 1) / own * own;
		member.off = kind == IJ_CT_UNION ? 0 : off;
		IJ_TRY(ij_vec_push(&made->members, member));
		off += size;
		most = size > most ? size : most;
		align = own > align ? own : align;
	}
	off = kind == IJ_CT_UNION ? most : off;
	made->size = (off + align - 1) / align * align;
	*ret = made;
	return NULL;
}

static struct ij_error *alias(struct ij_ctypes *types, const char *name,
			      const struct ij_ctype *target, const struct ij_ctype **ret)
{
	struct ij_ctype *made;

	IJ_TRY(ij_ctypes_new(types, IJ_CT_TYPEDEF, &made));
	made->name = name;
	made->target = target;
	made->size = target->size;
	*ret = made;
	return NULL;
}

/* All words of the union, which gdb has as a vector. */
static struct ij_error *pad_type(struct ij_ctypes *types, const struct ij_ctype **ret)
{
	/* The kernel's: 128 bytes in all, 16 of them before it. */
	enum { WORDS = (128 - 16) / 4 };
	struct ij_ctype *made;

	IJ_TRY(ij_ctypes_new(types, IJ_CT_VECTOR, &made));
	made->target = int_type();
	made->count = WORDS;
	made->has_count = true;
	made->size = WORDS * 4;
	*ret = made;
	return NULL;
}

#define STRUCT(ret, ...) \
	make(types, IJ_CT_STRUCT, NULL, (const struct field[]){__VA_ARGS__, {NULL, NULL}}, ret)

static struct ij_error *make_type(struct ij_ctypes *types, const struct ij_ctype **ret)
{
	const struct ij_ctype *integer = int_type(), *number = ij_cbase(IJ_CBASE_LONG);
	const struct ij_ctype *half = ij_cbase(IJ_CBASE_SHORT), *word = ij_cbase(IJ_CBASE_UINT);
	const struct ij_ctype *pointer, *pid, *uid, *ticks, *value, *bounds, *pad, *kill, *timer;
	const struct ij_ctype *queued, *child, *fault, *poll, *syscall, *all;

	IJ_TRY(ij_ctypes_pointer(types, ij_cbase(IJ_CBASE_VOID), &pointer));
	IJ_TRY(alias(types, "__pid_t", integer, &pid));
	IJ_TRY(alias(types, "__uid_t", word, &uid));
	IJ_TRY(alias(types, "__clock_t", number, &ticks));
	IJ_TRY(pad_type(types, &pad));
	IJ_TRY(make(types, IJ_CT_UNION, "sigval_t",
		    (const struct field[]){
			    {"sival_int", integer}, {"sival_ptr", pointer}, {NULL, NULL}},
		    &value));
	IJ_TRY(STRUCT(&kill, {"si_pid", pid}, {"si_uid", uid}));
	IJ_TRY(STRUCT(&timer, {"si_tid", integer}, {"si_overrun", integer}, {"si_sigval", value}));
	IJ_TRY(STRUCT(&queued, {"si_pid", pid}, {"si_uid", uid}, {"si_sigval", value}));
	IJ_TRY(STRUCT(&child, {"si_pid", pid}, {"si_uid", uid}, {"si_status", integer},
		      {"si_utime", ticks}, {"si_stime", ticks}));
	IJ_TRY(STRUCT(&bounds, {"_lower", pointer}, {"_upper", pointer}));
	IJ_TRY(STRUCT(&fault, {"si_addr", pointer}, {"_addr_lsb", half}, {"_addr_bnd", bounds}));
	IJ_TRY(STRUCT(&poll, {"si_band", number}, {"si_fd", integer}));
	IJ_TRY(STRUCT(&syscall, {"_call_addr", pointer}, {"_syscall", integer}, {"_arch", word}));
	IJ_TRY(make(types, IJ_CT_UNION, NULL,
		    (const struct field[]){{"_pad", pad},
					   {"_kill", kill},
					   {"_timer", timer},
					   {"_rt", queued},
					   {"_sigchld", child},
					   {"_sigfault", fault},
					   {"_sigpoll", poll},
					   {"_sigsys", syscall},
					   {NULL, NULL}},
		    &all));
	return make(types, IJ_CT_STRUCT, "siginfo",
		    (const struct field[]){{"si_signo", integer},
					   {"si_errno", integer},
					   {"si_code", integer},
					   {"_sifields", all},
					   {NULL, NULL}},
		    ret);
}

struct ij_error *ij_siginfo_get(struct ij_debugger *d, struct ij_arena *arena, struct ij_val *ret,
				bool *found_ret)
{
	siginfo_t info;

	*found_ret = d->inf && d->inf->ops->siginfo;
	if (!*found_ret)
		return NULL;
	IJ_TRY(d->inf->ops->siginfo(d->inf, d->current, &info));
	if (!d->siginfo_type)
		IJ_TRY(make_type(ij_debugs_types(d->debugs), &d->siginfo_type));
	IJ_TRY(ij_val_make(arena, d->siginfo_type, &info, ret));
	ret->place = IJ_VAL_VARIABLE;
	ret->variable = IJ_SIGINFO;
	return NULL;
}

struct ij_error *ij_siginfo_set(struct ij_debugger *d, const struct ij_val *value, bool *found_ret)
{
	siginfo_t info;

	*found_ret = d->inf && d->inf->ops->siginfo_set;
	if (!*found_ret)
		return NULL;
	if (ij_ctype_strip(value->type)->size != sizeof(info) || !value->bytes)
		return ij_error_new(TYPE, "Invalid cast.");
	memcpy(&info, value->bytes, sizeof(info));
	return d->inf->ops->siginfo_set(d->inf, d->current, &info);
}
