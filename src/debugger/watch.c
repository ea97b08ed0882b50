/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is watched, and whether what happened counts (gdb/breakpoint.c, update_watchpoint).
 */
#include <string.h>

#include "debugger/debugger.h"

enum { PIECE_MAX = 8 };

/* The largest piece that begins at @addr and that a processor can watch. */
static unsigned piece_of(uint64_t addr, uint64_t left)
{
	unsigned size = PIECE_MAX;

	while (size > left || addr % size)
		size /= 2;
	return size;
}

static struct ij_error *too_many(void)
{
	return ij_error_new(LIMIT, "Expression cannot be implemented with the processor's four "
				   "watchpoints.");
}

struct ij_error *ij_debugger_watch(struct ij_debugger *d, unsigned id, uint64_t addr, uint64_t size,
				   bool reads)
{
	size_t was = d->watches.len;

	if (!size || size > (uint64_t)IJ_INFERIOR_WATCHES_MAX * PIECE_MAX)
		return too_many();
	for (uint64_t done = 0; done < size;) {
		struct ij_debugger_watched piece = {.id = id, .reads = reads, .addr = addr + done};
		struct ij_error *err;

		piece.size = piece_of(piece.addr, size - done);
		err = d->watches.len < IJ_INFERIOR_WATCHES_MAX ? ij_vec_push(&d->watches, piece)
							       : too_many();
		if (err) {
			d->watches.len = was;
			return err;
		}
		done += piece.size;
	}
	ij_watch_renew(d);
	return NULL;
}

void ij_watch_forget(struct ij_debugger *d, unsigned id)
{
	for (size_t i = 0; i < d->watches.len; i++)
		if (d->watches.items[i].id == id)
			d->watches.items[i--] = d->watches.items[--d->watches.len];
}

static bool read_piece(struct ij_debugger *d, const struct ij_debugger_watched *it, uint64_t *ret)
{
	struct ij_error *err;

	*ret = 0;
	err = ij_debugger_read(d, it->addr, ret, it->size);
	ij_error_free(err);
	return !err;
}

void ij_watch_renew(struct ij_debugger *d)
{
	if (!d->inf)
		return;
	d->inf->watches.len = 0;
	IJ_VEC_EACH (&d->watches, it) {
		const struct ij_inferior_watch watch = {
			.addr = it->addr, .size = it->size, .reads = it->reads};

		(void)read_piece(d, it, &it->last);
		/* There are no more of them than it has room for. */
		ij_error_free(ij_vec_push(&d->inf->watches, watch));
	}
}

bool ij_watch_hits(struct ij_debugger *d, const struct ij_inferior_event *met,
		   struct ij_debugger_event *event)
{
	for (size_t i = 0; i < d->watches.len; i++) {
		struct ij_debugger_watched *it = &d->watches.items[i];
		const unsigned id = it->id;
		bool met_it = met->kind == IJ_INFERIOR_WATCHED && met->addr == it->addr;
		uint64_t now;

		if (read_piece(d, it, &now) && now != it->last) {
			it->last = now;
			met_it = true;
		}
		for (unsigned j = 0; j < event->hits_len; j++)
			met_it = met_it && event->hits[j] != id;
		/* The list may change while it is asked. */
		if (met_it && event->hits_len < IJ_DEBUGGER_HITS_MAX &&
		    (!d->hooks.hit || d->hooks.hit(d->hooks.ctx, id)))
			event->hits[event->hits_len++] = id;
	}
	return event->hits_len;
}
