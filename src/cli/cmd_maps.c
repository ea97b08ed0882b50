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
	{"encode", 2, "encode FILE -o OUTPUT", NULL},
};

/* Write @size bytes to @fd, which was opened before privileges were given up. */
static struct ij_error *write_out(int fd, const char *name, const char *bytes, size_t size)
{
	bool good = !ftruncate(fd, 0) || errno == EINVAL; /* a pipe has no length */

	while (good && size) {
		ssize_t put = write(fd, bytes, size);

		if (put < 0 && errno == EINTR)
			continue;
		good = put > 0;
		bytes += good ? put : 0;
		size -= good ? (size_t)put : 0;
	}
	return good ? NULL : ij_error_create(IJ_ERR_OS, "%s: %s", name, strerror(errno));
}

static int encode(const struct ij_options *options, int fd, int out)
{
	struct ij_maps *maps = NULL;
	struct ij_error *err = ij_maps_open(fd, options->exprs[1], &options->maps, &maps);
	void *bytes = NULL;
	size_t size;

	if (!err)
		err = ij_maps_encode(maps, options->codec, &bytes, &size);
	if (!err)
		err = write_out(out, options->output, bytes, size);
	free(bytes);
	ij_maps_close(maps);
	return err ? ij_commands_fail(err) : 0;
}

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

static struct ij_error *usage_check(const struct ij_options *options, const struct action *action)
{
	if (!action)
		return ij_error_create(IJ_ERR_USAGE,
				       "maps wants show, stat, verify or encode, then a "
				       "file; see interject maps --help");
	if (options->exprs_len != action->operands || (!action->run && !options->output))
		return ij_error_create(IJ_ERR_USAGE, "usage: interject maps %s", action->usage);
	if (action->run && (options->output || options->codec))
		return ij_error_create(IJ_ERR_USAGE, "--output and --codec are options of encode");
	return NULL;
}

static struct ij_error *file_open(const char *name, int flags, int *ret)
{
	*ret = open(name, flags | O_CLOEXEC, 0666);
	return *ret < 0 ? ij_error_create(IJ_ERR_OS, "%s: %s", name, strerror(errno)) : NULL;
}

int ij_cmd_maps(const struct ij_options *options)
{
	const struct action *action = action_of(options);
	struct ij_error *err = usage_check(options, action);
	int fd = -1, out = -1, status;

	if (!err)
		err = file_open(options->exprs[1], O_RDONLY, &fd);
	if (!err && options->output)
		err = file_open(options->output, O_WRONLY | O_CREAT, &out);
	if (!err)
		err = ij_privileges_drop();
	if (err)
		status = ij_commands_fail(err);
	else
		status = action->run ? run(options, action, fd) : encode(options, fd, out);
	if (fd >= 0)
		close(fd);
	if (out >= 0)
		close(out);
	return status;
}
