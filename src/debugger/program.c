/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file that is debugged, the program that is started of it, and its threads. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "debugger/debugger.h"

struct ij_error *ij_debugger_file(struct ij_debugger *d, const char *path)
{
	char *whole = NULL;
	struct ij_error *err;

	if (path) {
		whole = realpath(path, NULL);
		if (!whole)
			return ij_error_os(OS, errno, "%s: %s.", path, strerror(errno));
	}
	if (!d->inf && !d->target) {
		d->names_late = false;
		err = ij_session_bare_file(d->names, whole);
		if (err) {
			bool no_elf =
				err->code == IJ_ERR_BADDATA || err->code == IJ_ERR_UNSUPPORTED;

			ij_error_free(ij_session_bare_file(d->names, d->path));
			if (no_elf) {
				ij_error_free(err);
				err = ij_error_new(BADDATA,
						   "\"%s\": not in executable format: file format "
						   "not recognized",
						   whole);
			}
			free(whole);
			return err;
		}
	}
	free(d->path);
	d->path = whole;
	return NULL;
}

const char *ij_debugger_path(const struct ij_debugger *d)
{
	return d->path;
}

const struct ij_module *ij_debugger_main(struct ij_session *s)
{
	size_t len;
	struct ij_module *const *list = ij_modules_list(s->mods, &len);

	for (size_t i = 0; i < len; i++)
		if (list[i]->main && list[i]->obj)
			return list[i];
	return NULL;
}

bool ij_debugger_runs_file(struct ij_debugger *d)
{
	const struct ij_module *process, *file;
	const uint8_t *one, *other;
	size_t size = 0, other_size = 0;

	if (!d->target || !d->path)
		return d->path;
	/* It may have been built anew since it was read. */
	ij_error_free(ij_session_bare_file(d->names, d->path));
	process = ij_debugger_main(d->target);
	file = ij_debugger_main(d->names);
	if (!process || !file)
		return true;
	one = ij_object_build_id(process->obj, &size);
	other = ij_object_build_id(file->obj, &other_size);
	if (!one || !other)
		return !strcmp(process->path, d->path);
	return size == other_size && !memcmp(one, other, size);
}

bool ij_debugger_has_debug(struct ij_debugger *d)
{
	struct ij_debugger_module module;

	return ij_debugger_module(d, 0, &module) && module.has_debug;
}

uint64_t ij_debugger_generation(struct ij_debugger *d)
{
	ij_error_free(ij_session_refresh(ij_debugger_names(d)));
	return ij_debugger_names(d)->generation;
}

void ij_debugger_told(void *ctx, int signo)
{
	struct ij_debugger *d = ctx;

	if (d->hooks.told)
		d->hooks.told(d->hooks.ctx, signo);
}

void ij_debugger_forked(void *ctx, pid_t child, bool vfork)
{
	struct ij_debugger *d = ctx;

	if (d->hooks.forked)
		d->hooks.forked(d->hooks.ctx, child, vfork);
}

/* The program's entry point, from what the kernel tells it. */
static uint64_t entry_of(pid_t pid)
{
	uint64_t pair[2], entry = 0;
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (read(fd, pair, sizeof(pair)) == sizeof(pair) && pair[0])
		if (pair[0] == 9) /* AT_ENTRY */
			entry = pair[1];
	close(fd);
	return entry;
}

/* From the loader's first instruction to the program's. */
static struct ij_error *to_entry(struct ij_debugger *d, struct ij_debugger_event *ret)
{
	uint64_t entry = entry_of(d->inf->pid);
	struct ij_error *err;
	bool hit;

	if (!entry)
		return NULL;
	IJ_TRY(ij_inferior_break_set(d->inf, entry));
	err = ij_step_run(d, false, false, &entry, 1, &hit, ret);
	if (d->inf)
		ij_inferior_break_clear(d->inf, entry);
	if (!err && hit)
		ret->kind = IJ_DEBUGGER_STARTED;
	return err;
}

struct ij_error *ij_debugger_start(struct ij_debugger *d, const struct ij_debugger_run *run,
				   struct ij_debugger_event *ret)
{
	if (d->inf || d->target)
		return ij_error_new(USAGE, "A program is being debugged already.");
	d->interrupted = 0;
	IJ_TRY(ij_inferior_start(run, &d->inf));
	d->inf->signals = d->signals;
	d->inf->interrupted = &d->interrupted;
	d->inf->told = ij_debugger_told;
	d->inf->forked = ij_debugger_forked;
	d->inf->told_ctx = d;
	ij_catch_renew(d);
	d->current = d->inf->pid;
	d->breaks.len = d->watches.len = 0;
	d->names_late = false;
	*ret = (struct ij_debugger_event){.kind = IJ_DEBUGGER_STARTED, .tid = d->current};
	if (!run->at_once)
		IJ_TRY(to_entry(d, ret));
	return d->inf ? ij_session_bare_process(d->names, d->inf->pid) : NULL;
}

void ij_debugger_kill(struct ij_debugger *d)
{
	/* The number is the process's own for as long as the session knows it alive. */
	if (d->target && ij_session_alive(d->target))
		kill(ij_session_pid(d->target), SIGKILL);
	ij_inferior_destroy(d->inf);
	ij_debugger_forget(d);
}

void ij_debugger_forget(struct ij_debugger *d)
{
	d->inf = NULL;
	ij_stack_forget(d);
	ij_session_destroy(d->target);
	d->target = NULL;
	d->holds = d->seen = false;
	IJ_VEC_EACH (&d->dummies, it)
		free(it->xstate);
	d->dummies.len = 0;
	d->breaks.len = d->watches.len = 0;
	d->names_late = true;
}

void ij_debugger_signals_init(struct ij_debugger *d)
{
	/* Those that programs live with (gdb/infrun.c, _initialize_infrun). */
	static const int quiet[] = {SIGALRM, SIGURG,  SIGIO,    SIGVTALRM,
				    SIGPROF, SIGCHLD, SIGWINCH, 32 /* glibc's own */,
				    33};

	for (int i = 1; i < IJ_DEBUGGER_SIGNALS; i++)
		d->signals[i] = (struct ij_debugger_signal){true, true, true};
	for (size_t i = 0; i < IJ_COUNT(quiet); i++)
		d->signals[quiet[i]].stop = d->signals[quiet[i]].print = false;
	d->signals[SIGTRAP].pass = d->signals[SIGINT].pass = false;
}

struct ij_debugger_signal *ij_debugger_signal(struct ij_debugger *d, int signo)
{
	return &d->signals[signo > 0 && signo < IJ_DEBUGGER_SIGNALS ? signo : 0];
}

void ij_debugger_hooks_set(struct ij_debugger *d, const struct ij_debugger_hooks *hooks)
{
	d->hooks = *hooks;
}

struct ij_error *ij_debugger_break(struct ij_debugger *d, unsigned id, uint64_t addr)
{
	if (!d->inf && !d->target)
		return NULL;
	IJ_TRY(ij_vec_push(&d->breaks, ((struct ij_debugger_break){id, addr})));
	return d->inf ? ij_inferior_break_set(d->inf, addr) : NULL;
}

void ij_debugger_unbreak(struct ij_debugger *d, unsigned id)
{
	ij_watch_forget(d, id);
	ij_watch_renew(d);
	ij_catch_forget(d, id);
	for (size_t i = 0; i < d->breaks.len; i++) {
		if (d->breaks.items[i].id != id)
			continue;
		if (d->inf)
			ij_inferior_break_clear(d->inf, d->breaks.items[i].addr);
		d->breaks.items[i--] = d->breaks.items[--d->breaks.len];
	}
}

static int by_number(const void *a, const void *b)
{
	const struct ij_inferior_thread *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

pid_t ij_debugger_thread(struct ij_debugger *d, size_t idx)
{
	if (!d->inf && d->target)
		ij_error_free(ij_debugger_hold(d));
	if (!d->inf || idx >= d->inf->threads.len)
		return 0;
	qsort(d->inf->threads.items, d->inf->threads.len, sizeof(*d->inf->threads.items),
	      by_number);
	return d->inf->threads.items[idx].tid;
}

pid_t ij_debugger_current(const struct ij_debugger *d)
{
	return d->inf ? d->current : 0;
}

struct ij_error *ij_debugger_select_thread(struct ij_debugger *d, pid_t tid)
{
	IJ_TRY(ij_debugger_look(d));
	if (!ij_inferior_thread(d->inf, tid))
		return ij_error_new(NOTFOUND, "Thread %d has terminated.", tid);
	if (d->current != tid)
		ij_stack_forget(d);
	d->current = tid;
	return NULL;
}

void ij_debugger_may_call(struct ij_debugger *d, bool may)
{
	d->no_calls = !may;
}

void ij_debugger_unwind_on_signal(struct ij_debugger *d, bool on)
{
	d->unwind_on_signal = on;
}

bool ij_debugger_call_event(struct ij_debugger *d, struct ij_debugger_event *ret)
{
	bool has = d->has_call_event;

	d->has_call_event = false;
	if (has)
		*ret = d->call_event;
	return has;
}

/* ---- Leaving frames ---- */

struct ij_error *ij_debugger_returned(struct ij_debugger *d, struct ij_datum **ret)
{
	*ret = d->finished;
	d->finished = NULL;
	return NULL;
}

/* The function's own type, of the selected frame; NULL: not known. */
static struct ij_error *function_type(struct ij_debugger *d, const struct ij_ctype **ret)
{
	struct ij_stack_frame *frame;

	*ret = NULL;
	IJ_TRY(ij_stack_frame(d, d->selected, &frame));
	if (frame->here && frame->level < frame->here->levels.len)
		*ret = frame->here->levels.items[frame->level].type;
	return NULL;
}

struct ij_error *ij_debugger_return_type(struct ij_debugger *d, char **ret)
{
	const struct ij_ctype *type;
	IJ_STRBUF_AUTO text = {0};

	*ret = NULL;
	IJ_TRY(function_type(d, &type));
	if (!type || !type->target)
		return NULL;
	ij_ctype_text(type->target, NULL, &text);
	IJ_TRY(ij_strbuf_error(&text));
	*ret = text.str;
	text = (struct ij_strbuf){0};
	return NULL;
}

struct ij_error *ij_debugger_pop(struct ij_debugger *d, const struct ij_datum *value)
{
	struct ij_stack_frame *frame, *outer;
	struct user_regs_struct gp;
	struct ij_regs regs;
	unsigned level = d->selected;

	IJ_TRY(ij_debugger_look(d));
	IJ_TRY(ij_stack_frame(d, level, &frame));
	while (frame->inlined)
		IJ_TRY(ij_stack_frame(d, ++level, &frame));
	if (frame->dummy && level == 0)
		return ij_infcall_restore(d);
	if (level + 1 >= d->stack.list.len)
		return ij_error_new(NOTFOUND, "Can not force return from the outermost frame");
	outer = &d->stack.list.items[level + 1];
	if (outer->dummy && d->dummies.len) {
		/* What called it is ours: back to where that was. */
		return ij_infcall_restore(d);
	}
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	regs.gp = gp;
	for (unsigned i = 0; i < 16; i++)
		if (outer->known >> i & 1)
			ij_regs_set_dwarf(&regs, i, outer->regs[i]);
	ij_regs_set_pc(&regs, outer->pc);
	if (frame->cfa)
		ij_regs_set_sp(&regs, frame->cfa);
	regs.gp.orig_rax = UINT64_MAX;
	IJ_TRY(ij_inferior_regs_set(d->inf, d->current, &regs.gp));
	ij_stack_forget(d);
	return value ? ij_infcall_put(d, &value->val) : NULL;
}

struct ij_error *ij_debugger_jump(struct ij_debugger *d, uint64_t addr)
{
	struct user_regs_struct gp;

	IJ_TRY(ij_debugger_look(d));
	IJ_TRY(ij_inferior_regs(d->inf, d->current, &gp));
	gp.rip = addr;
	gp.orig_rax = UINT64_MAX;
	ij_stack_forget(d);
	return ij_inferior_regs_set(d->inf, d->current, &gp);
}
