/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The list of map sources, and choosing one. */
#include "maps/points_source.h"

#include <string.h>

#include "base/strbuf.h"

static const struct ij_points_source *const sources[] = {
	&ij_points_go,
	&ij_points_llvm,
	&ij_points_ocaml,
	&ij_points_native,
};

const struct ij_points_source *const *ij_points_sources(size_t *len_ret)
{
	*len_ret = IJ_COUNT(sources);
	return sources;
}

static struct ij_error *unknown_source(const char *name)
{
	IJ_STRBUF_AUTO list = {0};

	for (size_t i = 0; i < IJ_COUNT(sources); i++)
		ij_strbuf_printf(&list, "%s%s", i ? ", " : "", sources[i]->name);
	return ij_error_new(USAGE, "no map source is called \"%.40s\"; there are %s", name,
			    ij_strbuf_get(&list));
}

struct ij_error *ij_points_read(struct ij_object *obj, const char *name, struct ij_points *ret)
{
	const struct ij_points_source *source = NULL;
	struct ij_error *err;

	for (size_t i = 0; i < IJ_COUNT(sources) && !source; i++)
		if (name ? !strcmp(sources[i]->name, name) : sources[i]->fits(obj))
			source = sources[i];
	if (!source)
		return name ? unknown_source(name)
			    : ij_error_new(NOTFOUND, "%s: no maps that any source can read",
					   ij_object_name(obj));
	memset(ret, 0, sizeof(*ret));
	err = source->read(obj, ret);
	if (!err)
		return NULL;
	ij_points_deinit(ret);
	return ij_error_wrap(err, "%s: %s", ij_object_name(obj), source->text);
}
