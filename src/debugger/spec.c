/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of what people call places by. */
#include "debugger/spec.h"

#include <string.h>

bool ij_spec_is_number(const char *text)
{
	return *text && strspn(text, "0123456789") == strlen(text);
}

bool ij_spec_split_file(char *spec, char **file_ret, char **rest_ret)
{
	char *colon = NULL;

	if (*spec == '\'' || *spec == '"') {
		char *end = strchr(spec + 1, *spec);

		if (!end || end[1] != ':' || end[2] == ':')
			return false;
		*end = 0;
		*file_ret = spec + 1;
		*rest_ret = end + 2;
		return true;
	}
	for (char *pos = spec; *pos && !colon; pos++) {
		if (*pos != ':')
			continue;
		if (pos[1] == ':')
			pos++;
		else
			colon = pos;
	}
	if (!colon)
		return false;
	*colon = 0;
	*file_ret = spec;
	*rest_ret = colon + 1;
	return true;
}

void ij_spec_unquote(char **name)
{
	size_t len = strlen(*name);

	if (len > 1 && strchr("'\"", **name) && (*name)[len - 1] == **name) {
		(*name)[len - 1] = 0;
		(*name)++;
	}
}

char *ij_spec_trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len && strchr(" \t", text[len - 1]))
		text[--len] = 0;
	return text;
}
