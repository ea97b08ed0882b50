/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results to standard output, diagnostics to standard error. */
#include "cli/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "repl/output.h"

static int exit_status(const struct ij_error *err)
{
	return ij_error_exit_status(ij_error_code_of(err));
}

static void start(pid_t pid, bool many)
{
	fputs("interject: ", stderr);
	if (many)
		fprintf(stderr, "%d: ", pid);
}

void ij_print_line(pid_t pid, bool many, const char *text)
{
	if (many)
		printf("%d: ", pid);
	puts(text);
}

int ij_print_flush(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	fprintf(stderr, "interject: cannot write the output: %s\n", strerror(errno));
	return ij_error_exit_status(IJ_ERR_OS);
}

int ij_print_error(pid_t pid, bool many, const struct ij_error *err)
{
	start(pid, many);
	fprintf(stderr, "%s\n", ij_error_message(err));
	return exit_status(err);
}

/* Of a call that failed, whose result does not say it. */
static void print_kept(const struct ij_printed *p)
{
	uint64_t size, addr = ij_result_kept(p->result, &size);

	if (!addr)
		return;
	start(p->pid, p->many);
	fprintf(stderr, "%s: %" PRIu64 " bytes are kept at 0x%" PRIx64 "\n", p->expr, size, addr);
}

/* A result may depend on what a copy was denied. */
static void print_denied(const struct ij_printed *p)
{
	const char *denied = ij_result_denied(p->result);

	if (!*denied)
		return;
	start(p->pid, p->many);
	fprintf(stderr, "%s: denied in the copy: %s\n", p->expr, denied);
}

int ij_print_result(const struct ij_options *options, const struct ij_printed *p)
{
	const struct ij_error *err = ij_result_error(p->result);
	int failed;

	if (!options->json)
		ij_output_pass_on(p->result, "interject: ");
	if (options->json)
		puts(ij_result_json(p->result));
	else if (!err)
		ij_print_line(p->pid, p->many, ij_result_text(p->result));
	failed = ij_print_flush();
	if (err && !options->json) {
		start(p->pid, p->many);
		if (p->parsed && options->exprs_len > 1)
			fprintf(stderr, "%s: ", p->expr);
		fprintf(stderr, "%s\n", ij_error_message(err));
		print_kept(p);
	}
	if (!options->quiet)
		print_denied(p);
	if (*ij_result_note(p->result) && !options->json && !options->quiet) {
		start(p->pid, p->many);
		fprintf(stderr, "%s: %s\n", p->expr, ij_result_note(p->result));
	}
	if (options->explain && !options->quiet)
		fputs(ij_result_explain(p->result), stderr);
	return ij_status_worse(failed, exit_status(err));
}
