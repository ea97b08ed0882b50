/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of what people call places by: "FILE:LINE", "'f(int)'". All are cut in place. */
#ifndef IJ_DEBUGGER_SPEC_H
#define IJ_DEBUGGER_SPEC_H

#include <stdbool.h>

bool ij_spec_is_number(const char *text);
/** "FILE:x": both parts, in @spec; a "::" is none. False: there is no file. */
bool ij_spec_split_file(char *spec, char **file_ret, char **rest_ret);
/** Move *@name behind a quote, and cut the one at its end. */
void ij_spec_unquote(char **name);
/** Without blanks around it. */
char *ij_spec_trim(char *text);

#endif
