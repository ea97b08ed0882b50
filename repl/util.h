/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of the program share, which know the library by its public header only. */
#ifndef IJ_REPL_UTIL_H
#define IJ_REPL_UTIL_H

#include <stdio.h>
#include <stdlib.h>

#include "interject/interject.h"

#define IJ_CLI_RESULT       __attribute__((warn_unused_result))
#define IJ_CLI_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/** Pass an error on to our caller. */
#define IJ_CLI_TRY(expr)                            \
	do {                                        \
		struct ij_error *cli_err_ = (expr); \
		if (cli_err_)                       \
			return cli_err_;            \
	} while (0)

struct ij_error *ij_cli_nomem(void) IJ_CLI_RESULT;

/** Put "context: " before the message of @err, which is consumed; NULL stays NULL. */
struct ij_error *ij_cli_wrap(struct ij_error *err, const char *format, ...)
	IJ_CLI_RESULT IJ_API_PRINTF_(2, 3);

/** Short lists, typed by macro. */
#define IJ_LIST(type)        \
	struct {             \
		type *items; \
		size_t len;  \
	}

/** Append @item; evaluates to an error or NULL. */
#define ij_list_push(list, item)                                                                   \
	__extension__({                                                                            \
		void *grown_ = realloc((list)->items, ((list)->len + 1) * sizeof(*(list)->items)); \
		if (grown_) {                                                                      \
			(list)->items = grown_;                                                    \
			(list)->items[(list)->len++] = (item);                                     \
		}                                                                                  \
		grown_ ? NULL : ij_cli_nomem();                                                    \
	})

#define ij_list_deinit(list)          \
	do {                          \
		free((list)->items);  \
		(list)->items = NULL; \
		(list)->len = 0;      \
	} while (0)

#define IJ_LIST_EACH(list, it)                               \
	for (__typeof__(*(list)->items) *it = (list)->items; \
	     it && it < (list)->items + (list)->len; it++)

#endif
