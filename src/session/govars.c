/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables of a session with a Go program, and the memory of their values. */
#include <stdlib.h>
#include <string.h>

#include "session/gohost.h"

enum { VARS_MAX = 1024 };

struct var {
	char *name;
	struct ij_go_value value; /* its memory is of one of the arenas */
};

struct ij_go_vars {
	IJ_VEC(struct var *) list;
	/* Of expressions that have set variables. */
	IJ_VEC(struct ij_arena) arenas;
};

void ij_go_vars_destroy(struct ij_go_vars *vars)
{
	if (!vars)
		return;
	IJ_VEC_EACH (&vars->list, each) {
		free((*each)->name);
		free(*each);
	}
	ij_vec_deinit(&vars->list);
	IJ_VEC_EACH (&vars->arenas, arena)
		ij_arena_deinit(arena);
	ij_vec_deinit(&vars->arenas);
	free(vars);
}

static struct ij_go_session_host *of(struct ij_go_host *host)
{
	return (struct ij_go_session_host *)host;
}

static struct var *find(struct ij_session *s, const char *name)
{
	for (size_t i = 0; s->go_vars && i < s->go_vars->list.len; i++)
		if (!strcmp(s->go_vars->list.items[i]->name, name))
			return s->go_vars->list.items[i];
	return NULL;
}

struct ij_go_value *ij_go_host_variable(struct ij_go_host *host, const char *name)
{
	struct var *var = find(of(host)->s, name);

	of(host)->unset |= !var;
	return var ? &var->value : NULL;
}

static struct ij_error *add(struct ij_session *s, const char *name, struct var **ret)
{
	struct var *var;
	struct ij_error *err;

	if (s->go_vars->list.len == VARS_MAX)
		return ij_error_new(LIMIT, "over %d variables", VARS_MAX);
	var = calloc(1, sizeof(*var));
	if (!var)
		return ij_error_nomem();
	var->name = strdup(name);
	err = var->name ? ij_vec_push(&s->go_vars->list, var) : ij_error_nomem();
	if (err) {
		free(var->name);
		free(var);
		return err;
	}
	*ret = var;
	return NULL;
}

struct ij_error *ij_go_host_set_variable(struct ij_go_host *host, const char *name,
					 const struct ij_go_value *value)
{
	struct ij_session *s = of(host)->s;
	struct var *var = find(s, name);

	if (!s->go_vars)
		s->go_vars = calloc(1, sizeof(*s->go_vars));
	if (!s->go_vars)
		return ij_error_nomem();
	if (!var)
		IJ_TRY(add(s, name, &var));
	/* The expression ends here; what it has made stays. */
	IJ_TRY(ij_vec_reserve(&s->go_vars->arenas, 1));
	var->value = *value;
	var->value.origin = NULL;
	of(host)->keeps = true;
	return NULL;
}

void ij_go_vars_take(struct ij_session *s, const struct ij_arena *arena)
{
	/* There is room. */
	s->go_vars->arenas.items[s->go_vars->arenas.len++] = *arena;
}
