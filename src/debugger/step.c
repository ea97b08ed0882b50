/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Going on, by instructions, lines and frames (gdb/infrun.c, process_event_stop_test). */
#include <string.h>

#include "arch/decode.h"
#include "debugger/debugger.h"
#include "obj/debug_lines.h"

enum { PROLOGUE_SIZE = 8 };

/* ---- Places ---- */

static struct ij_error *line_of(struct ij_debugger *d, uint64_t pc, struct ij_debug_line *ret,
				bool *found)
{
	struct ij_session *s = ij_debugger_names(d);
	struct ij_module *module = ij_modules_find(s->mods, pc);
	struct ij_debug *debug = NULL;
	struct ij_error *err;

	*found = false;
	if (!module)
		return NULL;
	IJ_TRY(ij_debugs_of(s->debugs, s->mods, module, &debug));
	if (!debug)
		return NULL;
	err = ij_debug_line_at(debug, pc - module->bias, ret);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	*found = !err;
	ij_error_free(err);
	ret->start += module->bias;
	ret->end += module->bias;
	return NULL;
}

uint64_t ij_step_prologue(struct ij_debugger *d, uint64_t start)
{
	static const uint8_t endbr[] = {0xf3, 0x0f, 0x1e, 0xfa}, push = 0x55;
	static const uint8_t moves[2][3] = {{0x48, 0x89, 0xe5}, {0x48, 0x8b, 0xec}};
	uint8_t code[PROLOGUE_SIZE];
	struct ij_debug_line line;
	struct ij_error *err = ij_debugger_read(d, start, code, sizeof(code));
	uint64_t end = 0, pc = start;
	size_t at = 0;
	bool found;

	ij_error_free(err);
	if (err)
		return start;
	if (!memcmp(code, endbr, sizeof(endbr)))
		at = sizeof(endbr);
	/* Without a frame pointer nothing is known of where the prologue ends. */
	if (code[at] != push)
		return start;
	if (memcmp(code + at + 1, moves[0], 3) != 0 && memcmp(code + at + 1, moves[1], 3) != 0)
		return start;
	pc += at + 4;
	err = line_of(d, pc, &line, &found);
	ij_error_free(err);
	if (err || !found)
		return pc;
	(void)ij_debugger_function(d, start, NULL, NULL, &end);
	if (line.start != pc && line.end < end)
		return line.end;
	return pc;
}

/* ---- Stepping by lines ---- */

struct stepping {
	struct ij_debugger *d;
	const struct ij_debugger_resume *how;
	struct ij_debugger_event *ret;
	uint64_t cfa;      /* of the frame that is stepped in */
	uint64_t lo, hi;   /* of its line */
	uint64_t function; /* where its function begins, when the step began */
	const struct ij_line_file *file;
	uint32_t line;
	bool done;
};

static uint64_t function_start(struct ij_debugger *d, uint64_t pc)
{
	uint64_t start = 0;

	return ij_debugger_function(d, pc, NULL, &start, NULL) ? start : 0;
}

/* Run to @addr, in a frame that is no deeper than @cfa. */
static struct ij_error *run_to(struct stepping *s, uint64_t addr, uint64_t sp_least)
{
	struct ij_debugger *d = s->d;
	struct ij_error *err;
	bool hit;

	IJ_TRY(ij_inferior_break_set(d->inf, addr));
	for (;;) {
		struct user_regs_struct gp;

		err = ij_step_run(d, false, s->how->alone, &addr, 1, &hit, s->ret);
		if (err || !hit)
			break;
		err = ij_inferior_regs(d->inf, d->current, &gp);
		if (err || gp.rsp > sp_least)
			break;
	}
	if (d->inf)
		ij_inferior_break_clear(d->inf, addr);
	if (!err && !hit)
		s->done = true;
	return err;
}

/* The innermost frame's address, its line and its function, as what the step is measured by. */
static struct ij_error *measure(struct stepping *s, bool *line_ret)
{
	struct ij_stack_frame *frame;
	struct ij_debug_line line;

	IJ_TRY(ij_stack_frame(s->d, 0, &frame));
	s->cfa = frame->cfa;
	IJ_TRY(line_of(s->d, frame->pc, &line, line_ret));
	if (!*line_ret)
		return NULL;
	s->lo = line.start;
	s->hi = line.end;
	s->line = line.line;
	s->file = line.file;
	return NULL;
}

/* Where a command ends a breakpoint may be, too: that is what is told. */
static struct ij_error *also_hits(struct ij_debugger *d, struct ij_debugger_event *ret)
{
	struct user_regs_struct gp;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	if (ij_step_hits(d, gp.rip, ret))
		ret->kind = IJ_DEBUGGER_BREAKPOINT;
	return NULL;
}

/* Is the function at @pc one that steps are to pass over? */
static bool is_skipped(struct ij_debugger *d, uint64_t pc, const struct ij_debug_line *line)
{
	char *title = NULL;
	bool skipped;

	if (!d->hooks.skips)
		return false;
	ij_error_free(ij_debugger_title(d, pc, &title));
	skipped = d->hooks.skips(d->hooks.ctx, title, line->file->name, line->file->path);
	free(title);
	return skipped;
}

/* A call was made: over it, or into it. @back: where it returns to. */
static struct ij_error *called(struct stepping *s, const struct user_regs_struct *gp, uint64_t back)
{
	struct ij_debug_line line;
	bool found = false;

	if (s->how->how == IJ_DEBUGGER_STEP)
		IJ_TRY(line_of(s->d, gp->rip, &line, &found));
	if (!found || is_skipped(s->d, gp->rip, &line))
		return run_to(s, back, gp->rsp);
	{
		uint64_t behind = ij_step_prologue(s->d, gp->rip);

		if (behind != gp->rip)
			IJ_TRY(run_to(s, behind, 0));
	}
	s->ret->kind = s->ret->hits_len ? s->ret->kind : IJ_DEBUGGER_STEPPED;
	if (!s->done)
		IJ_TRY(also_hits(s->d, s->ret));
	s->done = true;
	s->ret->moved = true;
	return NULL;
}

/* What the instruction at @pc does. @size_ret: its bytes. */
static enum ij_insn_flow flow_at(struct ij_debugger *d, uint64_t pc, unsigned *size_ret)
{
	uint8_t code[IJ_INSN_SIZE_MAX] = {0};
	struct ij_insn insn;
	struct ij_error *err = ij_debugger_read(d, pc, code, sizeof(code));

	ij_error_free(err);
	if (!ij_insn_decode(code, sizeof(code), pc, &insn))
		return IJ_FLOW_NEXT;
	*size_ret = insn.size;
	return (enum ij_insn_flow)insn.flow;
}

/* One instruction; of a call that is to be stepped over, all of it. */
static struct ij_error *one(struct stepping *s)
{
	struct ij_debugger *d = s->d;
	struct user_regs_struct before, after;
	unsigned size = 0;
	enum ij_insn_flow flow;
	bool hit;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &before));
	flow = flow_at(d, before.rip, &size);
	IJ_TRY(ij_step_run(d, true, s->how->alone, NULL, 0, &hit, s->ret));
	if (s->ret->kind != IJ_DEBUGGER_STEPPED) {
		s->done = true;
		return NULL;
	}
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &after));
	if (flow == IJ_FLOW_CALL && after.rip != before.rip + size)
		return called(s, &after, before.rip + size);
	return NULL;
}

/* Where no line is known of: out of the function. */
static struct ij_error *step_out(struct stepping *s)
{
	struct ij_stack_frame *outer;
	struct ij_error *err = ij_stack_frame(s->d, 1, &outer);

	if (err) {
		bool hit;

		ij_error_free(err);
		s->done = true;
		return ij_step_run(s->d, false, s->how->alone, NULL, 0, &hit, s->ret);
	}
	return run_to(s, outer->pc, 0);
}

/* After one instruction: has another line begun? */
static struct ij_error *look(struct stepping *s)
{
	struct ij_debugger *d = s->d;
	struct ij_debug_line line;
	struct ij_stack_frame *frame;
	struct user_regs_struct gp;
	bool found;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	if (gp.rip >= s->lo && gp.rip < s->hi)
		return NULL;
	IJ_TRY(line_of(d, gp.rip, &line, &found));
	if (!found) {
		/* The loader's code between a call and what it leads to, or the end of main. */
		IJ_TRY(ij_stack_frame(d, 0, &frame));
		return step_out(s);
	}
	if (line.start == gp.rip && line.is_stmt &&
	    (line.line != s->line || line.file != s->file)) {
		if (s->how->how == IJ_DEBUGGER_UNTIL && gp.rip < s->lo &&
		    function_start(d, gp.rip) == s->function) {
			/* Never back: on with the line that it jumped to. */
		} else {
			s->done = true;
			return NULL;
		}
	}
	/* In the middle of a line, as after a return: to its end. */
	s->lo = line.start;
	s->hi = line.end;
	s->line = line.line;
	s->file = line.file;
	return NULL;
}

static struct ij_error *step_lines(struct stepping *s)
{
	struct ij_debugger *d = s->d;
	struct user_regs_struct gp;
	bool known;

	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	s->function = function_start(d, gp.rip);
	IJ_TRY(measure(s, &known));
	if (!known) {
		IJ_TRY(step_out(s));
		if (s->done)
			return NULL;
		IJ_TRY(measure(s, &known));
		if (!known) {
			s->ret->moved = true;
			return NULL;
		}
		IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
		if (gp.rip == s->lo) {
			s->ret->moved = true;
			return NULL;
		}
	}
	while (!s->done) {
		IJ_TRY(one(s));
		if (!s->done)
			IJ_TRY(look(s));
		if (d->interrupted && !s->done) {
			s->done = true;
			s->ret->kind = IJ_DEBUGGER_SIGNALLED;
			s->ret->signo = 2;
		}
	}
	if (!d->inf)
		return NULL;
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	s->ret->moved = s->ret->moved || function_start(d, gp.rip) != s->function;
	return NULL;
}

/* ---- finish, advance ---- */

static struct ij_error *finish(struct stepping *s)
{
	struct ij_debugger *d = s->d;
	struct ij_stack_frame *frame, *outer;
	const struct ij_ctype *type = NULL;
	unsigned level = d->selected;
	struct ij_error *err;
	uint64_t pc, least;
	bool dummy;

	IJ_TRY(ij_stack_frame(d, level, &frame));
	while (frame->inlined)
		IJ_TRY(ij_stack_frame(d, ++level, &frame));
	err = ij_stack_frame(d, level + 1, &outer);
	if (err || level + 1 >= d->stack.shown) {
		ij_error_free(err);
		return ij_error_new(NOTFOUND, "\"finish\" not meaningful in the outermost frame.");
	}
	if (frame->here && frame->here->levels.len)
		type = frame->here->levels.items[frame->here->levels.len - 1].type;
	pc = outer->pc;
	dummy = outer->dummy;
	/* Its own frame is gone by then: a recursive call returns there with a deeper one. */
	least = frame->cfa ? frame->cfa - 1 : 0;
	IJ_TRY(run_to(s, pc, least));
	if (s->done)
		return NULL;
	s->ret->kind = IJ_DEBUGGER_RETURNED;
	s->ret->moved = true;
	ij_datum_free(d->finished);
	d->finished = NULL;
	if (type && ij_ctype_strip(type->target)->kind != IJ_CT_VOID) {
		d->finished = calloc(1, sizeof(*d->finished));
		if (!d->finished)
			return ij_error_nomem();
		err = ij_infcall_result(d, type->target, d->finished);
		if (err) {
			ij_datum_free(d->finished);
			d->finished = NULL;
			ij_error_free(err);
		}
	}
	/* It was called by us: back to where that was. */
	return dummy && d->dummies.len ? ij_infcall_restore(d) : NULL;
}

static struct ij_error *advance(struct stepping *s)
{
	struct ij_debugger *d = s->d;
	uint64_t addrs[IJ_DEBUGGER_HITS_MAX];
	size_t len = 0;
	struct ij_stack_frame *outer;
	struct ij_error *err;
	bool hit;

	for (; len < s->how->addrs_len && len < IJ_DEBUGGER_HITS_MAX - 1; len++)
		addrs[len] = s->how->addrs[len];
	err = ij_stack_frame(d, 1, &outer);
	if (!err)
		addrs[len++] = outer->pc;
	ij_error_free(err);
	for (size_t i = 0; i < len; i++)
		IJ_TRY(ij_inferior_break_set(d->inf, addrs[i]));
	err = ij_step_run(d, false, s->how->alone, addrs, len, &hit, s->ret);
	for (size_t i = 0; i < len && d->inf; i++)
		ij_inferior_break_clear(d->inf, addrs[i]);
	if (!err && hit) {
		s->ret->kind = IJ_DEBUGGER_REACHED;
		s->ret->moved = true;
		err = also_hits(d, s->ret);
	}
	return err;
}

static struct ij_error *resume_as(struct ij_debugger *d, const struct ij_debugger_resume *resume,
				  struct ij_debugger_event *ret)
{
	struct stepping s = {.d = d, .how = resume, .ret = ret};
	struct ij_inferior_thread *thread;
	bool hit;

	d->interrupted = 0;
	IJ_TRY(ij_debugger_look(d));
	*ret = (struct ij_debugger_event){.kind = IJ_DEBUGGER_STEPPED, .tid = d->current};
	thread = ij_inferior_thread(d->inf, d->current);
	if (resume->replace && thread)
		thread->deliver = resume->signo;
	if (resume->jumped) {
		struct user_regs_struct gp;

		IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
		if (ij_step_hits(d, gp.rip, ret)) {
			ret->kind = IJ_DEBUGGER_BREAKPOINT;
			return NULL;
		}
	}
	switch (resume->how) {
	case IJ_DEBUGGER_STEP:
	case IJ_DEBUGGER_NEXT:
	case IJ_DEBUGGER_UNTIL:
		return step_lines(&s);
	case IJ_DEBUGGER_STEPI:
		return ij_step_run(d, true, resume->alone, NULL, 0, &hit, ret);
	case IJ_DEBUGGER_NEXTI:
		return one(&s);
	case IJ_DEBUGGER_FINISH:
		return finish(&s);
	case IJ_DEBUGGER_ADVANCE:
		return advance(&s);
	case IJ_DEBUGGER_CONTINUE:
		break;
	}
	return ij_step_run(d, false, resume->alone, NULL, 0, &hit, ret);
}

struct ij_error *ij_debugger_resume(struct ij_debugger *d, const struct ij_debugger_resume *resume,
				    struct ij_debugger_event *ret)
{
	struct ij_error *err = resume_as(d, resume, ret);

	/* Killed between two steps, where it stood: only what was asked of it then knows. */
	if (err && ij_debugger_died(d, ret)) {
		ij_error_free(err);
		return NULL;
	}
	return err;
}
