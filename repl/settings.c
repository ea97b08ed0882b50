/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Settings: the options of a call, by name. */
#include "repl/settings.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum setting {
#define IJ_S(NAME, name, kind, summary) SETTING_##NAME,
#include "repl/settings.def"
#undef IJ_S
	SETTINGS
};

enum kind { KIND_TIME, KIND_WALK, KIND_STACK, KIND_PLACE, KIND_COUNT, KIND_SWITCH };

static const struct row {
	const char *name;
	enum kind kind;
} rows[] = {
#define IJ_S(NAME, name, kind, summary) [SETTING_##NAME] = {#name, KIND_##kind},
#include "repl/settings.def"
#undef IJ_S
};

static const char *const stacks[] = {[IJ_CALL_STACK_AUTO] = "auto",
				     [IJ_CALL_STACK_OWN] = "own",
				     [IJ_CALL_STACK_FOREIGN] = "foreign"};

const char *ij_setting_name(size_t idx)
{
	return idx < SETTINGS ? rows[idx].name : NULL;
}

static uint64_t *time_of(struct ij_interp *interp, size_t idx)
{
	return idx == SETTING_TIMEOUT ? &interp->call.timeout_ns
	       : idx == SETTING_PAUSE ? &interp->call.pause_ns
				      : &interp->call.wait_ns;
}

static bool *switch_of(struct ij_interp *interp, size_t idx)
{
	switch (idx) {
	case SETTING_FORCE:
		return &interp->call.force;
	case SETTING_REHEARSE:
		return &interp->call.rehearse;
	case SETTING_COPY:
		return &interp->call.in_copy;
	case SETTING_CAPTURE:
		return &interp->call.capture;
	case SETTING_KEEP:
		return &interp->call.keep;
	case SETTING_EXPLAIN:
		return &interp->stories;
	default:
		return &interp->quiet;
	}
}

static struct ij_error *set_time(struct ij_interp *interp, size_t idx, const char *value)
{
	uint64_t ns;

	IJ_CLI_TRY(ij_duration_parse(value, &ns));
	if (!ns && idx != SETTING_WAIT)
		return ij_error_create(IJ_ERR_USAGE, "%s must be longer than 0", rows[idx].name);
	*time_of(interp, idx) = ns;
	return NULL;
}

static struct ij_error *set_walk(struct ij_interp *interp, const char *value)
{
	uint32_t walkers;
	char *copy;

	IJ_CLI_TRY(ij_walkers_parse(value, &walkers));
	copy = strdup(value);
	if (!copy)
		return ij_cli_nomem();
	free(interp->walk);
	interp->walk = copy;
	interp->call.walkers = walkers;
	return NULL;
}

static struct ij_error *set_stack(struct ij_interp *interp, const char *value)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(stacks); i++) {
		if (!strcmp(value, stacks[i])) {
			interp->call.stack = (enum ij_call_stack)i;
			return NULL;
		}
	}
	return ij_error_create(IJ_ERR_USAGE, "stack \"%.40s\": write auto, own or foreign", value);
}

static struct ij_error *set_place(struct ij_interp *interp, size_t idx, const char *value)
{
	char **slot = idx == SETTING_AT ? &interp->at : &interp->until, *copy = NULL;

	if (strcmp(value, "none") != 0) {
		copy = strdup(value);
		if (!copy)
			return ij_cli_nomem();
	}
	free(*slot);
	*slot = copy;
	interp->call.at = interp->at;
	interp->call.until = interp->until;
	return NULL;
}

static struct ij_error *set_count(struct ij_interp *interp, const char *value)
{
	size_t digits = strspn(value, "0123456789");
	unsigned long count = strtoul(value, NULL, 10);

	if (!digits || digits > 9 || value[digits] || count > IJ_INTERP_HISTORY_MAX)
		return ij_error_create(IJ_ERR_USAGE, "history \"%.40s\": write a number up to %d",
				       value, IJ_INTERP_HISTORY_MAX);
	interp->history = (unsigned)count;
	return NULL;
}

static struct ij_error *set_switch(struct ij_interp *interp, size_t idx, const char *value)
{
	if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
		return ij_error_create(IJ_ERR_USAGE, "%s \"%.40s\": write on or off",
				       rows[idx].name, value);
	*switch_of(interp, idx) = !strcmp(value, "on");
	if (idx == SETTING_FORCE && interp->call.force)
		fputs("interject: force: calling even where it is not safe; this can deadlock, "
		      "corrupt or kill the target\n",
		      stderr);
	return NULL;
}

struct ij_error *ij_setting_set(struct ij_interp *interp, const char *name, size_t len,
				const char *value)
{
	size_t idx = 0;

	while (idx < SETTINGS && (strncmp(rows[idx].name, name, len) != 0 || rows[idx].name[len]))
		idx++;
	if (idx == SETTINGS)
		return ij_error_create(IJ_ERR_NOTFOUND,
				       "no setting \"%.*s\"; show lists them, and a variable "
				       "begins with $",
				       (int)(len < 40 ? len : 40), name);
	switch (rows[idx].kind) {
	case KIND_TIME:
		return set_time(interp, idx, value);
	case KIND_WALK:
		return set_walk(interp, value);
	case KIND_STACK:
		return set_stack(interp, value);
	case KIND_PLACE:
		return set_place(interp, idx, value);
	case KIND_COUNT:
		return set_count(interp, value);
	case KIND_SWITCH:
		break;
	}
	return set_switch(interp, idx, value);
}

static void print_time(uint64_t ns, struct ij_text *out)
{
	static const struct {
		uint64_t ns;
		const char *unit;
	} units[] = {{1000000000u, "s"}, {1000000u, "ms"}, {1000u, "us"}, {1u, "ns"}};
	size_t i = 0;

	while (ns % units[i].ns)
		i++;
	ij_text_printf(out, "%" PRIu64 "%s", ns / units[i].ns, units[i].unit);
}

void ij_setting_print(const struct ij_interp *interp, size_t idx, struct ij_text *out)
{
	struct ij_interp *it = (struct ij_interp *)(uintptr_t)interp;
	const char *place = idx == SETTING_AT ? interp->at : interp->until;

	ij_text_printf(out, "%s ", rows[idx].name);
	switch (rows[idx].kind) {
	case KIND_TIME:
		print_time(*time_of(it, idx), out);
		break;
	case KIND_WALK:
		ij_text_puts(out, interp->walk ? interp->walk : "auto");
		break;
	case KIND_STACK:
		ij_text_puts(out, stacks[interp->call.stack]);
		break;
	case KIND_PLACE:
		ij_text_puts(out, place ? place : "none");
		break;
	case KIND_COUNT:
		ij_text_printf(out, "%u", interp->history);
		break;
	case KIND_SWITCH:
		ij_text_puts(out, *switch_of(it, idx) ? "on" : "off");
		break;
	}
}
