/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Running one script in each target of a command line. */
#ifndef IJ_CLI_SCRIPTS_H
#define IJ_CLI_SCRIPTS_H

#include "cli/options.h"
#include "repl/value.h"

/** Run the script @text, called @name in messages, with the variables @vars. The exit status. */
int ij_scripts_run(const struct ij_options *options, const char *name, const char *text,
		   const struct ij_vars *vars);

#endif
