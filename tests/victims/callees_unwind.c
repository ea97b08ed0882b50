/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Callees that look at the frames below them, as profilers and crash reporters do. */
#include "callees.h"

#include <dlfcn.h>
#include <execinfo.h>
#include <sched.h>
#include <sys/auxv.h>
#include <unwind.h>

#pragma GCC diagnostic ignored "-Wmissing-prototypes"

extern int f_catch(void);

/* Does a thread begin at @pc: in the program's entry code, or in clone of the C library? */
static int is_outermost(void *pc)
{
	Dl_info here, libc;

	if ((uintptr_t)pc - getauxval(AT_ENTRY) < 64)
		return 1;
	return dladdr(pc, &here) && dladdr((void *)clone, &libc) &&
	       here.dli_fbase == libc.dli_fbase;
}

int f_backtrace(void)
{
	void *pcs[256];
	int len = backtrace(pcs, 256);

	return len > 1 && is_outermost(pcs[len - 1]);
}

static _Unwind_Reason_Code note(struct _Unwind_Context *context, void *arg)
{
	void *pc = (void *)_Unwind_GetIP(context);

	if (pc)
		*(void **)arg = pc;
	return _URC_NO_REASON;
}

int f_unwind(void)
{
	void *last = NULL;

	_Unwind_Backtrace(note, &last);
	return is_outermost(last);
}

/* An exception of its own on the way, before and after. */
int f_unwind_catch(void)
{
	return f_catch() == 7 && f_unwind() && f_catch() == 7 && f_backtrace();
}

/* Ends the process if nobody catches, which nobody may. */
int f_unwind_throw(void)
{
	extern int f_throw(void);

	return f_backtrace() ? f_throw() : 0;
}
