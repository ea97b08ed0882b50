/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where a goroutine is, as a person would say it: by the tables of frames and lines alone. */
#include <string.h>

#include "maps/gosafe.h"
#include "maps/gosched.h"
#include "maps/unwind_code.h"

enum { FRAMES_MAX = 256 };

/* The runtime's own, and what of other packages is written in it: "sync.runtime_Semacquire". */
static bool is_own(const char *name)
{
	const char *dot = strrchr(name, '.');
	enum ij_map_go_kind kind = ij_gosafe_of_name(name);

	return kind == IJ_MAP_GO_RUNTIME || kind == IJ_MAP_GO_SYSCALL ||
	       (dot && !strncmp(dot, ".runtime_", 9));
}

/* The code that holds target address @addr; that of the program if none does. */
static struct ij_gosched_part part_at(const struct ij_gosched *gos, ij_addr addr)
{
	struct ij_gotab_func func;

	for (size_t i = 0; i < gos->more_len; i++)
		if (ij_goprog_find(gos->more[i].prog, addr - gos->more[i].bias, &func))
			return gos->more[i];
	return (struct ij_gosched_part){gos->prog, gos->bias};
}

bool ij_gosched_line(const struct ij_gosched *gos, ij_addr addr, struct ij_goline *ret)
{
	const struct ij_gosched_part part = part_at(gos, addr);
	struct ij_goline lines[IJ_GOLINES_MAX];
	size_t len = ij_golines_at(part.prog, addr - part.bias, lines, IJ_COUNT(lines));

	for (size_t i = 0; i < len; i++) {
		if (is_own(lines[i].func))
			continue;
		*ret = lines[i];
		return true;
	}
	return false;
}

/* Outward from @pc, which is an instruction to come if @exact says so, else a return address. */
static bool walk_out(const struct ij_gosched *gos, ij_addr pc, ij_addr sp, bool exact,
		     struct ij_goline *ret, ij_addr *addr_ret)
{
	struct ij_goline lines[IJ_GOLINES_MAX];
	bool any = false;
	size_t len;

	for (unsigned i = 0; i < FRAMES_MAX; i++, exact = false) {
		const struct ij_gosched_part part = part_at(gos, pc - !exact);
		const struct ij_gotab *tab = ij_goprog_tab(part.prog);
		uint64_t at = pc - part.bias - !exact;
		struct ij_gotab_func func;
		struct ij_error *err;
		int64_t size;

		if (!ij_goprog_find(part.prog, at, &func))
			break;
		/* Of the runtime's own goroutines what they were begun with tells most. */
		if (!strcmp(ij_gotab_name(tab, &func), "runtime.goexit"))
			break;
		len = ij_golines_at(part.prog, at, lines, IJ_COUNT(lines));
		if (!len)
			break;
		*ret = lines[len - 1];
		*addr_ret = at + part.bias;
		any = true;
		if (ij_gosched_line(gos, at + part.bias, ret))
			return true;
		size = ij_gotab_value_at(tab, &func, func.pcsp, at);
		if (size < 0 || size > INT32_MAX)
			break;
		err = ij_mem_read_u64(gos->mem, sp + (uint64_t)size, &pc);
		if (err) {
			ij_error_free(err);
			break;
		}
		sp += (uint64_t)size + 8;
	}
	return any;
}

/* The code that holds target address @addr and its function there; false: it is none of Go's. */
static bool func_at(const struct ij_gosched *gos, ij_addr addr, struct ij_gosched_part *part,
		    struct ij_gotab_func *ret)
{
	*part = part_at(gos, addr);
	return ij_goprog_find(part->prog, addr - part->bias, ret);
}

bool ij_gosched_place(const struct ij_gosched *gos, ij_addr pc, ij_addr sp, struct ij_goline *ret,
		      ij_addr *addr_ret)
{
	struct ij_gosched_part part;
	struct ij_gotab_func func;
	/* One that has not begun stands at a function's first instruction. */
	bool begins = func_at(gos, pc, &part, &func) && func.start == pc - part.bias;

	return walk_out(gos, pc, sp, begins, ret, addr_ret);
}

/* What a signal interrupted whose handler has just been entered: the kernel's frame tells. */
static bool leave_handler(const struct ij_gosched *gos, const struct ij_gosched_part *part,
			  const struct ij_gotab_func *func, ij_addr *pc, ij_addr *sp)
{
	int64_t size =
		ij_gotab_value_at(ij_goprog_tab(part->prog), func, func->pcsp, *pc - part->bias);
	struct ij_unwind_regs regs;

	if (size < 0 || size > INT32_MAX ||
	    !ij_unwind_sigframe(gos->mem, *sp + (uint64_t)size + 8, &regs))
		return false;
	*pc = regs.value[IJ_MAP_REG_RA];
	*sp = regs.value[IJ_MAP_REG_SP];
	return true;
}

bool ij_gosched_standing(const struct ij_gosched *gos, const struct ij_goroutine *goroutine,
			 ij_addr pc, ij_addr sp, bool exact, struct ij_goline *ret,
			 ij_addr *addr_ret)
{
	struct ij_gosched_part part;
	struct ij_gotab_func func;
	bool known = func_at(gos, pc - !exact, &part, &func);

	if (known && !strcmp(ij_gotab_name(ij_goprog_tab(part.prog), &func), "runtime.sigtramp") &&
	    leave_handler(gos, &part, &func, &pc, &sp)) {
		exact = true;
		known = func_at(gos, pc, &part, &func);
	}
	if (!known || sp < goroutine->stack_lo || sp >= goroutine->stack_hi)
		return false;
	/* It is on its stack again, and about to jump to where it goes on. */
	if (!strcmp(ij_gotab_name(ij_goprog_tab(part.prog), &func), "runtime.gogo"))
		return ij_gosched_place(gos, goroutine->pc, sp, ret, addr_ret);
	return walk_out(gos, pc, sp, exact, ret, addr_ret);
}
