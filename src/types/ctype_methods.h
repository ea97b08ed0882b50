/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of a class as text. */
#ifndef IJ_TYPES_CTYPE_METHODS_H
#define IJ_TYPES_CTYPE_METHODS_H

#include "types/ctype_names.h"

/** Add the declaration of @method as it stands in a class: "virtual int weight(void) const".
 * @names: what types are called there; or NULL. */
void ij_cmethod_text(const struct ij_cmethod *method, const struct ij_ctype_names *names,
		     struct ij_strbuf *out);

#endif
