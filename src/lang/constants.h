/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Named constants of the system's headers that calls are written with. */
#ifndef IJ_LANG_CONSTANTS_H
#define IJ_LANG_CONSTANTS_H

#include "base/types.h"

struct ij_constant {
	const char *name;
	uint64_t value; /* sign-extended if signed */
	uint8_t size;   /* bytes of its C type: 4 or 8 */
	bool is_unsigned;
};

/** Find by name; NULL if there is none. Static storage. */
const struct ij_constant *ij_constant_find(const char *name, size_t len);

/** All of them. */
const struct ij_constant *ij_constant_list(size_t *len_ret);

#endif
