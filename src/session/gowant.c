/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls in Go that one goroutine is to make: which one that is, and why it did not. */
#include "session/go.h"

/* Its entry in the list; GONE if it has ended. */
static struct ij_error *look_up(struct ij_session *s, uint64_t id, struct ij_gosched *sched,
				struct ij_goroutine *ret)
{
	struct ij_goroutine_list list;
	bool found = false;

	IJ_TRY(ij_session_go_sched(s, sched));
	IJ_TRY(ij_gosched_read(sched, &list));
	for (size_t i = 0; i < list.list.len && !found; i++) {
		found = list.list.items[i].id == id;
		*ret = list.list.items[i];
	}
	ij_vec_deinit(&list.list);
	if (found)
		return NULL;
	return ij_error_new(NOTFOUND,
			    "%d (%s) has no goroutine %llu; interject goroutines lists them",
			    s->pid, s->welcome.comm, (unsigned long long)id);
}

struct ij_error *ij_session_go_want(struct ij_session *s, const struct ij_call_options *options,
				    struct ij_wire_call *call)
{
	struct ij_goroutine goroutine = {.id = 0};
	struct ij_gosched sched;

	if (!options->goroutine)
		return NULL;
	if (options->tid || options->at)
		return ij_error_new(USAGE, "a goroutine is chosen, so neither a thread nor a place "
					   "can be: it runs on any thread");
	IJ_TRY(look_up(s, options->goroutine, &sched, &goroutine));
	call->goroutine = goroutine.g;
	call->goroutine_id = goroutine.id;
	call->goroutine_id_off = ij_gosched_id_off(&sched);
	return NULL;
}

void ij_session_go_want_told(struct ij_session *s, uint64_t id, struct ij_strbuf *out)
{
	struct ij_goroutine goroutine = {.id = 0};
	struct ij_gosched sched;
	struct ij_goline line;
	struct ij_error *err = look_up(s, id, &sched, &goroutine);
	char reason[80] = "";
	ij_addr addr;

	if (err) {
		ij_strbuf_puts(out, "it has ended");
		ij_error_free(err);
		return;
	}
	if (goroutine.state == IJ_GOROUTINE_WAITING)
		ij_gosched_reason(&sched, goroutine.reason, reason, sizeof(reason));
	if (goroutine.state == IJ_GOROUTINE_SYSCALL)
		ij_strbuf_puts(out, "it is in a system call");
	else
		ij_strbuf_printf(out, "it is %s", ij_goroutine_state_name(goroutine.state));
	if (goroutine.sp && ij_gosched_place(&sched, goroutine.pc, goroutine.sp, &line, &addr))
		ij_strbuf_printf(out, ", in %s", line.func);
	if (*reason)
		ij_strbuf_printf(out, " (%s)", reason);
	if (goroutine.state == IJ_GOROUTINE_WAITING)
		ij_strbuf_puts(out, ", and a goroutine that is parked makes no call until it goes "
				    "on by itself");
}
