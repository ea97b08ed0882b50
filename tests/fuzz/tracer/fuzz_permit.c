/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules as anybody may have written them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/permit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ij_permit_user user = {.uid = 7, .name = "u", .groups = ",g,"};
	const struct ij_permit_request request = {.user = &user,
						  .program = "/p",
						  .name = "f",
						  .force = size % 2,
						  .kind = (enum ij_permit_kind)(size % 3)};
	char *text = strndup((const char *)data, size);

	if (text)
		ij_error_free(ij_permit_decide(text, &request));
	free(text);
	return 0;
}
