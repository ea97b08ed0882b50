/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* interject maps: what is known of the instructions of a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/print.h"
#include "cli/privileges.h"

struct action {
	const char *name;
	size_t operands; /* with its own name */
	const char *usage;
	struct ij_error *(*run)(struct ij_maps *maps, char **operands, struct ij_maps_report **ret);
};

static struct ij_error *show(struct ij_maps *maps, char **operands, struct ij_maps_report **ret)
{
	return ij_maps_show(maps, operands[2], ret);
}

static struct ij_error *stat_maps(struct ij_maps *maps, char **operands,
				  struct ij_maps_report **ret)
{
	(void)operands;
	return ij_maps_stat(maps, ret);
}

static struct ij_error *verify(struct ij_maps *maps, char **operands, struct ij_maps_report **ret)
{
	(void)operands;
	return ij_maps_verify(maps, ret);
}

static const struct action actions[] = {
	{"show", 3, "show FILE FUNC", show},
	{"stat", 2, "stat FILE", stat_maps},
	{"verify", 2, "verify FILE", verify},
};

static const struct action *action_of(const struct ij_options *options)
{
	for (size_t i = 0; i < IJ_CLI_COUNT(actions) && options->exprs_len; i++)
		if (!strcmp(options->exprs[0], actions[i].name))
			return &actions[i];
	return NULL;
}

static int report(const struct ij_options *options, const struct ij_maps_report *found)
{
	if (options->json)
		puts(ij_maps_report_json(found));
	else
		fputs(ij_maps_report_text(found), stdout);
	return ij_status_worse(ij_maps_report_contradictions(found) ? 1 : 0, ij_print_flush());
}

static int run(const struct ij_options *options, const struct action *action, int fd)
{
	struct ij_maps_report *found = NULL;
	struct ij_maps *maps = NULL;
	struct ij_error *err = ij_maps_open(fd, options->exprs[1], &options->maps, &maps);
	int status;

	if (!err)
		err = action->run(maps, options->exprs, &found);
	status = err ? ij_commands_fail(err) : report(options, found);
	ij_maps_report_free(found);
	ij_maps_close(maps);
	return status;
}

int ij_cmd_maps(const struct ij_options *options)
{
	const struct action *action = action_of(options);
	struct ij_error *err;
	int fd, status;

	if (!action)
		return ij_commands_fail(ij_error_create(
			IJ_ERR_USAGE, "maps wants show, stat or verify, then a file; see "
				      "interject maps --help"));
	if (options->exprs_len != action->operands)
		return ij_commands_fail(
			ij_error_create(IJ_ERR_USAGE, "usage: interject maps %s", action->usage));
	fd = open(options->exprs[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return ij_commands_fail(
			ij_error_create(IJ_ERR_OS, "%s: %s", options->exprs[1], strerror(errno)));
	err = ij_privileges_drop();
	status = err ? ij_commands_fail(err) : run(options, action, fd);
	close(fd);
	return status;
}
