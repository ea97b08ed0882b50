/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* On which goroutine's stack an address is that is to be passed to a call in Go. */
#include <stdio.h>
#include <stdlib.h>

#include "session/go.h"
#include "session/gohost.h"

static int by_address(const void *a, const void *b)
{
	const struct ij_go_stack *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

/* Of a version whose goroutines are not known there are none. */
static struct ij_error *find_stacks(struct ij_session *s, struct ij_go_stacks *stacks)
{
	struct ij_goroutine_list list = {.more = 0};
	struct ij_gosched sched;
	struct ij_error *err = ij_session_go_sched(s, &sched);

	stacks->list.len = 0;
	if (!err)
		err = ij_gosched_read(&sched, &list);
	if (err && err->code != IJ_ERR_NOMEM) {
		ij_error_free(err);
		return NULL;
	}
	for (size_t i = 0; !err && i < list.list.len; i++) {
		const struct ij_goroutine *each = &list.list.items[i];

		err = ij_vec_push(&stacks->list,
				  ((struct ij_go_stack){each->stack_lo, each->stack_hi, each->id}));
	}
	ij_vec_deinit(&list.list);
	if (!err && stacks->list.len)
		qsort(stacks->list.items, stacks->list.len, sizeof(*stacks->list.items),
		      by_address);
	return err;
}

struct ij_error *ij_go_host_stacks(struct ij_go_host *host, const struct ij_go_stack **ret,
				   size_t *len_ret)
{
	struct ij_go_session_host *sh = (struct ij_go_session_host *)host;

	IJ_TRY(find_stacks(sh->s, &sh->stacks));
	*ret = sh->stacks.list.items;
	*len_ret = sh->stacks.list.len;
	return NULL;
}

struct ij_error *ij_session_go_escapes(struct ij_session *s, const struct ij_go_call *call,
				       const struct ij_go_target *target)
{
	struct ij_go_session_host sh;
	struct ij_error *err = NULL;
	const struct ij_ctype *pointer, *none;

	ij_go_host_init(s, NULL, call->name, &sh);
	err = ij_go_type_basic(&sh.host, "uint8", 5, &none);
	if (!err)
		err = ij_ctypes_pointer(sh.host.types, none, &pointer);
	/* Addresses are typed as numbers there, and what they lead to is not known. */
	for (size_t i = 0; !err && i < call->args.len && i < target->sig->params_len; i++) {
		struct ij_go_value value;
		char what[80];

		if (target->sig->params[i].kind != IJ_GO_POINTER ||
		    call->args.items[i].kind != IJ_GO_CONST_INT)
			continue;
		snprintf(what, sizeof(what), "argument %zu of %.40s", i + 1, target->name);
		err = ij_go_value_make(&sh.host, pointer, &call->args.items[i].u64,
				       sizeof(call->args.items[i].u64), &value);
		if (!err)
			err = ij_go_escapes(&sh.host, &value, what);
	}
	ij_go_host_deinit(&sh);
	return err;
}
