/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Separate debug files: the link to them, and the check that one belongs.
 *
 * Source: GDB manual, "Debugging Information in Separate Files".
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "obj/object_internal.h"

#define CRC_CHUNK (64u * 1024)
#define PATH_SIZE 4096u

/* The CRC-32 of zlib and IEEE 802.3, polynomial 0x04c11db7 reflected: one byte's table. */
static void crc32_table(uint32_t table[256])
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;

		for (unsigned bit = 0; bit < 8; bit++)
			value = value & 1 ? value >> 1 ^ 0xedb88320u : value >> 1;
		table[i] = value;
	}
}

bool ij_object_debuglink(struct ij_object *obj, const char **name_ret, uint32_t *crc_ret)
{
	const uint8_t *bytes;
	size_t size, len;
	uint64_t vaddr;
	IJ_ERROR_AUTO err = ij_object_section(obj, ".gnu_debuglink", &bytes, &size, &vaddr);

	if (err)
		return false;
	len = strnlen((const char *)bytes, size);
	/* The name, its NUL, padding to four bytes, the CRC. A path would leave the folders
	 * searched. */
	if (!len || len == size || memchr(bytes, '/', len) || (len / 4 + 1) * 4 + 4 > size)
		return false;
	memcpy(crc_ret, bytes + (len / 4 + 1) * 4, sizeof(*crc_ret));
	*name_ret = (const char *)bytes;
	return true;
}

static struct ij_error *check_crc(struct ij_object *obj, struct ij_object *debug)
{
	const char *link;
	uint32_t want, crc = UINT32_MAX, table[256];

	if (!ij_object_debuglink(obj, &link, &want))
		return ij_error_new(BADDATA, "%s: no build-id, and no debuglink to check by",
				    debug->name);
	crc32_table(table);
	for (uint64_t off = 0; off < debug->img.size; off += CRC_CHUNK) {
		uint64_t left = debug->img.size - off;
		uint64_t size = left < CRC_CHUNK ? left : CRC_CHUNK;
		const uint8_t *bytes;

		IJ_TRY(ij_image_get(&debug->img, off, size, &bytes));
		for (uint64_t i = 0; i < size; i++)
			crc = table[(crc ^ bytes[i]) & 0xff] ^ crc >> 8;
	}
	crc = ~crc;
	if (crc != want)
		return ij_error_new(BADDATA, "%s does not belong to %s: its CRC is %08x, not %08x",
				    debug->name, obj->name, crc, want);
	return NULL;
}

static struct ij_error *check_belongs(struct ij_object *obj, struct ij_object *debug)
{
	if (!obj->build_id || !debug->build_id)
		return check_crc(obj, debug);
	if (obj->build_id_size != debug->build_id_size ||
	    memcmp(obj->build_id, debug->build_id, obj->build_id_size))
		return ij_error_new(BADDATA, "%s does not belong to %s: another build-id",
				    debug->name, obj->name);
	return NULL;
}

void ij_object_debug_set(struct ij_object *obj, struct ij_object *debug, int fd)
{
	obj->debug = debug;
	obj->debug_fd = fd;
	obj->by_addr_built = false;
	obj->by_addr_asked = 0;
}

struct ij_error *ij_object_debug_attach(struct ij_object *obj, int fd, const char *name)
{
	struct ij_object *debug = NULL;
	struct ij_error *err = ij_object_open_debug(fd, name, &debug);

	if (!err && obj->debug)
		err = ij_error_new(BADDATA, "%s has a debug file already: %s", obj->name,
				   obj->debug->name);
	if (!err)
		err = check_belongs(obj, debug);
	if (err) {
		ij_object_close(debug);
		close(fd);
		return err;
	}
	ij_object_debug_set(obj, debug, fd);
	return NULL;
}

static bool by_build_id(struct ij_object *obj, bool (*visit)(void *ctx, const char *path),
			void *ctx)
{
	const uint8_t *id = obj->build_id;
	char path[PATH_SIZE];
	size_t len;

	if (obj->build_id_size < 2)
		return false;
	len = (size_t)snprintf(path, sizeof(path), "/usr/lib/debug/.build-id/%02x/", id[0]);
	for (size_t i = 1; i < obj->build_id_size && len < sizeof(path) - 16; i++)
		len += (size_t)snprintf(path + len, sizeof(path) - len, "%02x", id[i]);
	snprintf(path + len, sizeof(path) - len, ".debug");
	return visit(ctx, path);
}

static bool by_link(struct ij_object *obj, const char *of,
		    bool (*visit)(void *ctx, const char *path), void *ctx)
{
	static const char *const forms[] = {"%.*s/%s", "%.*s/.debug/%s", "/usr/lib/debug%.*s/%s"};
	char path[PATH_SIZE];
	const char *link;
	uint32_t crc;
	int dir_len;

	if (of[0] != '/' || !ij_object_debuglink(obj, &link, &crc))
		return false;
	dir_len = (int)(strrchr(of, '/') - of);
	for (unsigned i = 0; i < IJ_COUNT(forms); i++) {
		int len;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		len = snprintf(path, sizeof(path), forms[i], dir_len, of, link);
#pragma GCC diagnostic pop
		if (len < 0 || (size_t)len >= sizeof(path) || !strcmp(path, of))
			continue;
		if (visit(ctx, path))
			return true;
	}
	return false;
}

bool ij_object_debug_paths(struct ij_object *obj, const char *path,
			   bool (*visit)(void *ctx, const char *path), void *ctx)
{
	return by_build_id(obj, visit, ctx) || by_link(obj, path, visit, ctx);
}

static bool try_path(void *ctx, const char *path)
{
	struct ij_object *obj = ctx;
	int fd;
	struct ij_error *err = obj->opener.open(obj->opener.ctx, path, &fd);

	if (!err)
		err = ij_object_debug_attach(obj, fd, path);
	ij_error_free(err);
	return !err;
}

struct ij_error *ij_object_debug_find(struct ij_object *obj, const char *path,
				      ij_object_opener open, void *ctx)
{
	char *copy = strdup(path);

	if (!copy)
		return ij_error_nomem();
	free(obj->opener.path);
	obj->opener = (struct ij_object_files){.path = copy, .open = open, .ctx = ctx};
	if (!obj->debug)
		(void)ij_object_debug_paths(obj, path, try_path, obj);
	return NULL;
}
