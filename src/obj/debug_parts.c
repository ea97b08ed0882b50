/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Debug information that is spread over files: what several programs share (dwz(1),
 * .gnu_debugaltlink), and split units (DWARF 5, 7.3.2; GNU's form before that: gcc.gnu.org/wiki,
 * DebugFission), each in a .dwo file or all in one package beside the program.
 *
 * Part 0 is the shared file; part 1 + n the split unit of unit n.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "obj/debug_internal.h"
#include "obj/debug_package.h"
#include "obj/object_internal.h"

enum { PATH_BYTES = 4096 };

struct ij_debug_part {
	struct ij_dwarf dwarf;
	struct ij_object *obj; /* or NULL: of the package */
	int fd;
	IJ_VEC(struct ij_debug_unit) units; /* sorted; no more come once it is open */
};

/* What can be opened, and from where. */
struct ij_debug_files {
	ij_object_opener open;
	void *ctx;
	char *path; /* of the module, as the target sees it */
	/* As many, one a part; NULL: not there. */
	struct ij_debug_part **parts;
	struct ij_dwarf **sections;
	size_t parts_len;
	struct ij_object *package;
	int package_fd;
	bool package_tried;
	struct ij_strbuf lost; /* which file was missed last, and what to do; empty: none */
};

static void part_free(struct ij_debug_part *part)
{
	if (!part)
		return;
	IJ_VEC_EACH (&part->units, it)
		ij_debug_unit_deinit(it);
	ij_vec_deinit(&part->units);
	ij_object_close(part->obj);
	if (part->fd >= 0)
		close(part->fd);
	free(part);
}

void ij_debug_files_free(struct ij_debug *debug)
{
	struct ij_debug_files *files = debug->files;

	if (!files)
		return;
	for (size_t i = 0; i < files->parts_len; i++)
		part_free(files->parts[i]);
	ij_object_close(files->package);
	if (files->package_fd >= 0)
		close(files->package_fd);
	free(files->parts);
	free(files->sections);
	free(files->path);
	ij_strbuf_deinit(&files->lost);
	free(files);
}

/* Keep for whoever is told of an error what file was missed. */
static void lose(struct ij_debug_files *files, const char *path, const char *remedy)
{
	ij_strbuf_deinit(&files->lost);
	files->lost = (struct ij_strbuf){0};
	ij_strbuf_printf(&files->lost, "%s (%s)", path, remedy);
}

const char *ij_debug_lost(const struct ij_debug *debug)
{
	return debug->files && !debug->files->lost.failed && debug->files->lost.len
		       ? ij_strbuf_get(&debug->files->lost)
		       : NULL;
}

static struct ij_error *open_object(const struct ij_debug_files *files, const char *path,
				    int *fd_ret, struct ij_object **ret)
{
	struct ij_error *err;

	IJ_TRY(files->open(files->ctx, path, fd_ret));
	err = ij_object_open_debug(*fd_ret, path, ret);
	if (err)
		close(*fd_ret);
	return err;
}

/* The units of @part, which is to become part @idx. */
static struct ij_error *read_units(struct ij_debug *debug, struct ij_debug_part *part, size_t idx)
{
	static const uint64_t sections[] = {0, IJ_DWARF_TYPES};

	for (size_t i = 0; i < IJ_COUNT(sections); i++) {
		uint64_t off = sections[i] | (idx + 1) << IJ_DWARF_PART_SHIFT;
		struct ij_debug_unit unit = {.read = false};
		enum ij_dwarf_read how;

		if (i && !part->dwarf.types.bytes)
			break;
		for (;; off = unit.unit.end) {
			how = ij_dwarf_unit_header(&debug->dwarf, off, &unit.unit);
			if (how == IJ_DWARF_END)
				break;
			if (how != IJ_DWARF_OK)
				continue;
			IJ_TRY(ij_vec_push(&part->units, unit));
			if (unit.unit.is_type)
				IJ_TRY(ij_debug_signature_add(debug, unit.unit.signature,
							      unit.unit.type_off));
		}
	}
	ij_debug_signatures_sort(debug);
	return NULL;
}

/* Make @part the part @idx; it belongs to @debug then. */
static struct ij_error *take_part(struct ij_debug *debug, struct ij_debug_part *part, size_t idx)
{
	struct ij_error *err;

	debug->files->sections[idx] = &part->dwarf;
	err = read_units(debug, part, idx);
	if (err)
		debug->files->sections[idx] = NULL;
	else
		debug->files->parts[idx] = part;
	return err;
}

/* The shared file: its name, and the build-id by which it is known. */
static struct ij_error *open_shared(struct ij_debug *debug, struct ij_object *obj)
{
	struct ij_debug_part *part;
	const uint8_t *bytes, *id;
	char path[PATH_BYTES];
	size_t size, len, id_size;
	uint64_t vaddr;
	struct ij_error *err = ij_object_section(obj, ".gnu_debugaltlink", &bytes, &size, &vaddr);

	if (err) {
		ij_error_free(err);
		return NULL;
	}
	len = strnlen((const char *)bytes, size);
	if (!len || len == size || len >= sizeof(path))
		return NULL;
	/* "../../.dwz/x" is meant from the debug file, which is below /usr/lib/debug/.build-id. */
	if (bytes[0] == '/')
		memcpy(path, bytes, len + 1);
	else if (!strncmp((const char *)bytes, "../../.dwz/", 11))
		snprintf(path, sizeof(path), "/usr/lib/debug/%s", (const char *)bytes + 6);
	else
		snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/xx/%s", (const char *)bytes);
	part = calloc(1, sizeof(*part));
	if (!part)
		return ij_error_nomem();
	part->fd = -1;
	err = open_object(debug->files, path, &part->fd, &part->obj);
	if (!err) {
		id = ij_object_build_id(part->obj, &id_size);
		if (!id || id_size != size - len - 1 || memcmp(id, bytes + len + 1, id_size))
			err = ij_error_new(BADDATA, "%s: another build-id", path);
	}
	if (!err) {
		ij_debug_sections(part->obj, "", &part->dwarf);
		err = take_part(debug, part, 0);
	} else {
		part->fd = part->obj ? part->fd : -1;
	}
	if (err)
		part_free(part);
	if (err && err->code == IJ_ERR_NOMEM)
		return err;
	/* Without it what refers to it is not known, and says so. */
	debug->incomplete = debug->incomplete || err;
	if (err)
		lose(debug->files, path,
		     err->code == IJ_ERR_BADDATA ? "what is there is of another build; install the "
						   "debug package of this one"
						 : "install the debug package that has it");
	ij_error_free(err);
	return NULL;
}

struct ij_error *ij_debug_files_set(struct ij_debug *debug, struct ij_object *obj, const char *path,
				    ij_object_opener open, void *ctx)
{
	struct ij_debug_files *files = calloc(1, sizeof(*files));
	size_t len = debug->units.len + 1; /* more once they are known */

	if (!files)
		return ij_error_nomem();
	*files = (struct ij_debug_files){.open = open, .ctx = ctx, .package_fd = -1};
	files->path = strdup(path);
	files->parts = calloc(len, sizeof(struct ij_debug_part *));
	files->sections = calloc(len, sizeof(struct ij_dwarf *));
	files->parts_len = len;
	debug->files = files;
	if (!files->path || !files->parts || !files->sections)
		return ij_error_nomem();
	debug->dwarf.parts = files->sections;
	debug->dwarf.parts_len = len;
	return open_shared(debug, obj->debug ? obj->debug : obj);
}

/* The package beside the program, once. */
static struct ij_object *package_of(struct ij_debug_files *files)
{
	char path[PATH_BYTES];
	struct ij_error *err;

	if (files->package_tried)
		return files->package;
	files->package_tried = true;
	if ((size_t)snprintf(path, sizeof(path), "%s.dwp", files->path) >= sizeof(path))
		return NULL;
	err = open_object(files, path, &files->package_fd, &files->package);
	if (err) {
		files->package_fd = -1;
		files->package = NULL;
	}
	ij_error_free(err);
	return files->package;
}

/* The name of the .dwo file of @skeleton; NULL: it is none. */
static const char *dwo_name(const struct ij_debug_unit *skeleton)
{
	const struct ij_dwarf_value *name = skeleton->root->dwo_name.class == IJ_DWARF_STRING
						    ? &skeleton->root->dwo_name
						    : &skeleton->root->gnu_dwo_name;

	return name->class == IJ_DWARF_STRING ? name->string : NULL;
}

/* Where it was built, in PATH_BYTES; false: that is too long. */
static bool dwo_path(const struct ij_debug_unit *skeleton, const char *name, char *ret)
{
	const char *folder = skeleton->root->comp_dir.class == IJ_DWARF_STRING
				     ? skeleton->root->comp_dir.string
				     : "";
	int len = name[0] == '/' ? snprintf(ret, PATH_BYTES, "%s", name)
				 : snprintf(ret, PATH_BYTES, "%s/%s", folder, name);

	return len > 0 && len < PATH_BYTES;
}

/* The .dwo file: there, or beside the program. */
static struct ij_error *open_dwo(const struct ij_debug_files *files,
				 const struct ij_debug_unit *skeleton, const char *name,
				 struct ij_debug_part *part)
{
	const char *last = strrchr(name, '/');
	int own_len =
		(int)(strrchr(files->path, '/') ? strrchr(files->path, '/') - files->path : 0);
	char path[PATH_BYTES];
	struct ij_error *err;

	if (dwo_path(skeleton, name, path)) {
		err = open_object(files, path, &part->fd, &part->obj);
		if (!err || err->code == IJ_ERR_NOMEM)
			return err;
		ij_error_free(err);
	}
	snprintf(path, sizeof(path), "%.*s/%s", own_len, files->path, last ? last + 1 : name);
	return open_object(files, path, &part->fd, &part->obj);
}

/* The number by which a skeleton and its split unit know each other. */
static uint64_t id_of(const struct ij_dwarf_unit *unit, const struct ij_dwarf_die *root)
{
	return unit->version >= 5 ? unit->dwo_id : root->gnu_dwo_id.u;
}

/* The unit of @part that belongs to @id. */
static struct ij_debug_unit *split_unit(struct ij_debug *debug, struct ij_debug_part *part,
					uint64_t id)
{
	IJ_VEC_EACH (&part->units, it)
		if (!it->unit.is_type && ij_debug_unit_load(debug, it) &&
		    id_of(&it->unit, it->root) == id)
			return it;
	return NULL;
}

bool ij_debug_is_skeleton(const struct ij_debug_unit *unit)
{
	return dwo_name(unit);
}

struct ij_error *ij_debug_files_room(struct ij_debug *debug)
{
	struct ij_debug_files *files = debug->files;
	size_t len = debug->units.len + 1;
	struct ij_debug_part **parts;
	struct ij_dwarf **sections;

	if (!files || files->parts_len >= len)
		return NULL;
	parts = calloc(len, sizeof(struct ij_debug_part *));
	sections = calloc(len, sizeof(struct ij_dwarf *));
	if (!parts || !sections) {
		free(parts);
		free(sections);
		return ij_error_nomem();
	}
	memcpy(parts, files->parts, files->parts_len * sizeof(struct ij_debug_part *));
	memcpy(sections, files->sections, files->parts_len * sizeof(struct ij_dwarf *));
	free(files->parts);
	free(files->sections);
	files->parts = parts;
	files->sections = sections;
	files->parts_len = len;
	debug->dwarf.parts = files->sections;
	debug->dwarf.parts_len = len;
	return NULL;
}

void ij_debug_lose(struct ij_debug *debug, const struct ij_debug_unit *unit)
{
	const char *name = dwo_name(unit);
	char path[PATH_BYTES];

	if (!name || unit->split || !debug->files || !dwo_path(unit, name, path))
		return;
	lose(debug->files, path,
	     debug->files->parts[unit - debug->units.items + 1]
		     ? "what is there is of another build; build the program again"
		     : "put it there, or beside the program, or all of them into one .dwp file");
}

void ij_debug_split(struct ij_debug *debug, struct ij_debug_unit *unit)
{
	const char *name = dwo_name(unit);
	struct ij_debug_files *files = debug->files;
	size_t idx = (size_t)(unit - debug->units.items) + 1;
	uint64_t id = id_of(&unit->unit, unit->root);
	struct ij_debug_part *part;
	struct ij_error *err;

	if (!name || !files || idx >= files->parts_len || files->parts[idx])
		return;
	part = calloc(1, sizeof(*part));
	if (!part)
		return;
	part->fd = -1;
	err = open_dwo(files, unit, name, part);
	if (!err) {
		ij_debug_sections(part->obj, ".dwo", &part->dwarf);
	} else {
		ij_error_free(err);
		part->fd = -1;
		part->obj = NULL;
		err = ij_debug_package_find(package_of(files), id, &part->dwarf);
	}
	part->dwarf.is_dwo = true;
	part->dwarf.addr_base = unit->unit.addr_base;
	part->dwarf.ranges_base = unit->root->gnu_ranges_base.u;
	part->dwarf.base = unit->unit.base;
	if (!err)
		err = take_part(debug, part, idx);
	if (err) {
		ij_error_free(err);
		part_free(part);
		debug->incomplete = true;
		ij_debug_lose(debug, unit);
		return;
	}
	unit->split = split_unit(debug, part, id);
	if (!unit->split) {
		ij_debug_lose(debug, unit);
		return;
	}
	/* What the skeleton alone says. */
	unit->split->root->stmt_list = unit->root->stmt_list;
	unit->split->root->comp_dir = unit->root->comp_dir;
}

struct ij_debug_unit *ij_debug_part_unit(struct ij_debug *debug, uint64_t off)
{
	size_t idx = (size_t)((off & IJ_DWARF_PARTS) >> IJ_DWARF_PART_SHIFT) - 1;

	ij_debug_units_try(debug);
	if (!debug->files || idx >= debug->files->parts_len)
		return NULL;
	if (idx && !debug->files->parts[idx])
		(void)ij_debug_unit_load(debug, debug->units.items + idx - 1);
	if (!debug->files->parts[idx])
		return NULL;
	IJ_VEC_EACH (&debug->files->parts[idx]->units, it)
		if (off >= it->unit.off && off < it->unit.end)
			return ij_debug_unit_load(debug, it) ? it : NULL;
	return NULL;
}

/* FNV-1a over words. */
static void add_file(uint64_t *hash, int fd)
{
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return;
	const uint64_t words[] = {(uint64_t)st.st_dev, (uint64_t)st.st_ino, (uint64_t)st.st_size,
				  (uint64_t)st.st_ctim.tv_sec, (uint64_t)st.st_ctim.tv_nsec};

	for (size_t i = 0; i < IJ_COUNT(words); i++)
		*hash = (*hash ^ words[i]) * 1099511628211ull;
}

uint64_t ij_debug_parts_identity(struct ij_debug *debug)
{
	const struct ij_debug_files *files = debug->files;
	const uint64_t start = 14695981039346656037ull;
	uint64_t hash = start;

	if (!files)
		return 0;
	ij_debug_units_try(debug);
	IJ_VEC_EACH (&debug->units, unit)
		(void)ij_debug_unit_load(debug, unit);
	for (size_t i = 0; i < files->parts_len; i++)
		if (files->parts[i])
			add_file(&hash, files->parts[i]->fd);
	add_file(&hash, files->package_fd);
	return hash == start ? 0 : hash;
}

struct ij_error *ij_debug_parts_each(struct ij_debug *debug,
				     struct ij_error *(*visit)(struct ij_debug *debug,
							       struct ij_debug_unit *unit))
{
	for (size_t i = 0; debug->files && i < debug->files->parts_len; i++) {
		if (!debug->files->parts[i])
			continue;
		IJ_VEC_EACH (&debug->files->parts[i]->units, it)
			IJ_TRY(visit(debug, it));
	}
	return NULL;
}
