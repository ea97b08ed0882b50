/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program that stands is asked, whoever holds it; its legacy floating-point state is cut out
 * of XSAVE's. */
#include "debugger/inferior.h"

#include <string.h>

/* The first bytes of XSAVE's area, and which components of it are not in their initial state (Intel
 * SDM 1, 13.4). */
enum { XSTATE_BV = 512, XSTATE_LEGACY = 3 };

struct ij_inferior_thread *ij_inferior_thread(struct ij_inferior *inf, pid_t tid)
{
	IJ_VEC_EACH (&inf->threads, it)
		if (it->tid == tid)
			return it;
	return NULL;
}

void ij_inferior_free(struct ij_inferior *inf)
{
	ij_vec_deinit(&inf->threads);
	ij_vec_deinit(&inf->breaks);
	ij_vec_deinit(&inf->watches);
	ij_vec_deinit(&inf->early);
	free(inf);
}

void ij_inferior_destroy(struct ij_inferior *inf)
{
	if (inf)
		inf->ops->destroy(inf);
}

void ij_inferior_release(struct ij_inferior *inf)
{
	inf->ops->release(inf);
}

struct ij_error *ij_inferior_resume(struct ij_inferior *inf, pid_t tid, bool step, bool alone,
				    struct ij_inferior_event *ret)
{
	return inf->ops->resume(inf, tid, step, alone, ret);
}

struct ij_error *ij_inferior_read(struct ij_inferior *inf, uint64_t addr, void *buf, size_t size)
{
	return inf->ops->read(inf, addr, buf, size);
}

struct ij_error *ij_inferior_write(struct ij_inferior *inf, uint64_t addr, const void *bytes,
				   size_t size)
{
	return inf->ops->write(inf, addr, bytes, size);
}

struct ij_error *ij_inferior_regs(struct ij_inferior *inf, pid_t tid, struct user_regs_struct *ret)
{
	return inf->ops->regs(inf, tid, ret);
}

struct ij_error *ij_inferior_regs_set(struct ij_inferior *inf, pid_t tid,
				      const struct user_regs_struct *regs)
{
	return inf->ops->regs_set(inf, tid, regs);
}

struct ij_error *ij_inferior_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret,
				    size_t *size_ret)
{
	return inf->ops->xstate(inf, tid, ret, size_ret);
}

struct ij_error *ij_inferior_xstate_set(struct ij_inferior *inf, pid_t tid, uint8_t *xstate,
					size_t size)
{
	return inf->ops->xstate_set(inf, tid, xstate, size);
}

/* With room for what is asked of it here. */
static struct ij_error *whole_xstate(struct ij_inferior *inf, pid_t tid, uint8_t **ret,
				     size_t *size_ret)
{
	uint8_t *bytes = NULL;
	size_t size = 0;

	IJ_TRY(ij_inferior_xstate(inf, tid, &bytes, &size));
	if (size < XSTATE_BV + 8) {
		free(bytes);
		return ij_error_new(UNSUPPORTED, "Couldn't get floating point status");
	}
	*ret = bytes;
	*size_ret = size;
	return NULL;
}

struct ij_error *ij_inferior_fpregs(struct ij_inferior *inf, pid_t tid,
				    struct user_fpregs_struct *ret)
{
	uint8_t *bytes = NULL;
	size_t size = 0;

	_Static_assert(sizeof(*ret) == XSTATE_BV, "FXSAVE's area comes first");
	IJ_TRY(whole_xstate(inf, tid, &bytes, &size));
	memcpy(ret, bytes, sizeof(*ret));
	free(bytes);
	return NULL;
}

struct ij_error *ij_inferior_fpregs_set(struct ij_inferior *inf, pid_t tid,
					const struct user_fpregs_struct *regs)
{
	struct ij_error *err;
	uint8_t *bytes = NULL;
	size_t size = 0;

	IJ_TRY(whole_xstate(inf, tid, &bytes, &size));
	/* The bytes behind the registers are the kernel's (struct _fpx_sw_bytes). */
	memcpy(bytes, regs, offsetof(struct user_fpregs_struct, padding));
	bytes[XSTATE_BV] |= XSTATE_LEGACY;
	err = ij_inferior_xstate_set(inf, tid, bytes, size);
	free(bytes);
	return err;
}

struct ij_inferior_break *ij_inferior_break_at(struct ij_inferior *inf, uint64_t addr)
{
	IJ_VEC_EACH (&inf->breaks, it)
		if (it->addr == addr)
			return it;
	return NULL;
}

struct ij_error *ij_inferior_break_set(struct ij_inferior *inf, uint64_t addr)
{
	struct ij_inferior_break *found = ij_inferior_break_at(inf, addr);

	if (!found)
		return ij_vec_push(&inf->breaks,
				   ((struct ij_inferior_break){.addr = addr, .users = 1}));
	found->users++;
	return NULL;
}

void ij_inferior_break_clear(struct ij_inferior *inf, uint64_t addr)
{
	struct ij_inferior_break *found = ij_inferior_break_at(inf, addr);

	if (found && !--found->users)
		*found = inf->breaks.items[--inf->breaks.len];
}
