/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The layouts of structs, out of the system's headers, and how values of them are shown. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>

#include "lang/sysmsg.h"
#include "lang/systypes_impl.h"
#include "lang/text.h"

static const struct ij_sysmember members[] = {
#define IJ_S(name, type)
#define IJ_F(of, type, member, kind) \
	{#of,                        \
	 #member,                    \
	 IJ_SYSMEMBER_##kind,        \
	 NULL,                       \
	 offsetof(type, member),     \
	 sizeof(((type *)0)->member)},
#define IJ_SUB(of, type, member, sub) \
	{#of, #member, IJ_SYSMEMBER_INT, #sub, offsetof(type, member), sizeof(((type *)0)->member)},
#include "lang/systypes.def"
#undef IJ_S
#undef IJ_F
#undef IJ_SUB
};

static const struct {
	const char *name;
	size_t size;
} structs[] = {
#define IJ_S(name, type) {#name, sizeof(type)},
#define IJ_F(of, type, member, kind)
#define IJ_SUB(of, type, member, sub)
#include "lang/systypes.def"
#undef IJ_S
#undef IJ_F
#undef IJ_SUB
};

bool ij_sysstruct_find(const char *name, struct ij_sysstruct *ret)
{
	for (size_t i = 0; i < IJ_COUNT(structs); i++) {
		size_t first = 0, end;

		if (strcmp(structs[i].name, name) != 0)
			continue;
		while (strcmp(members[first].of, name) != 0)
			first++;
		for (end = first; end < IJ_COUNT(members) && !strcmp(members[end].of, name); end++)
			;
		*ret = (struct ij_sysstruct){.name = structs[i].name,
					     .size = structs[i].size,
					     .members = &members[first],
					     .len = (unsigned)(end - first)};
		return true;
	}
	return false;
}

/* @size bytes as an unsigned number; sign-extended if @is_signed. */
static uint64_t number_of(const uint8_t *bytes, size_t size, bool is_signed)
{
	uint64_t value = 0;

	memcpy(&value, bytes, size < sizeof(value) ? size : sizeof(value));
	if (is_signed && size < sizeof(value) && value >> (8 * size - 1) & 1)
		value |= ~(uint64_t)0 << (8 * size);
	return value;
}

static uint64_t value_of(const struct ij_sysmember *member, const uint8_t *bytes)
{
	return number_of(bytes + member->off, member->size, member->kind == IJ_SYSMEMBER_INT);
}

/* Up to its NUL. */
static void print_text(const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	ij_text_literal(bytes, strnlen((const char *)bytes, size), out);
}

static void print_member(const struct ij_sysmember *member, const uint8_t *bytes,
			 struct ij_strbuf *out)
{
	unsigned long long value = value_of(member, bytes);

	switch (member->kind) {
	case IJ_SYSMEMBER_INT:
		ij_strbuf_printf(out, "%lld", (long long)value);
		break;
	case IJ_SYSMEMBER_UINT:
		ij_strbuf_printf(out, "%llu", value);
		break;
	case IJ_SYSMEMBER_HEX:
		ij_strbuf_printf(out, "0x%llx", value);
		break;
	case IJ_SYSMEMBER_MODE:
		ij_strbuf_printf(out, "0%llo", value);
		break;
	case IJ_SYSMEMBER_LIMIT:
		if (value == RLIM_INFINITY)
			ij_strbuf_puts(out, "RLIM_INFINITY");
		else
			ij_strbuf_printf(out, "%llu", value);
		break;
	case IJ_SYSMEMBER_TEXT:
		print_text(bytes + member->off, member->size, out);
		break;
	}
}

/* Nested as deep as the table is: two levels. */
static void print_struct(const struct ij_sysstruct *type, const uint8_t *bytes,
			 struct ij_strbuf *out)
{
	ij_strbuf_puts(out, "{");
	for (unsigned i = 0; i < type->len; i++) {
		const struct ij_sysmember *member = &type->members[i];
		struct ij_sysstruct sub;

		ij_strbuf_printf(out, "%s%s=", i ? ", " : "", member->name);
		if (member->sub && ij_sysstruct_find(member->sub, &sub))
			print_struct(&sub, bytes + member->off, out);
		else
			print_member(member, bytes, out);
	}
	ij_strbuf_puts(out, "}");
}

static void json_struct(const struct ij_sysstruct *type, const uint8_t *bytes, struct ij_json *json,
			const char *key)
{
	ij_json_object(json, key);
	for (unsigned i = 0; i < type->len; i++) {
		const struct ij_sysmember *member = &type->members[i];
		IJ_STRBUF_AUTO text = {0};
		struct ij_sysstruct sub;

		if (member->sub && ij_sysstruct_find(member->sub, &sub)) {
			json_struct(&sub, bytes + member->off, json, member->name);
		} else if (member->kind == IJ_SYSMEMBER_TEXT) {
			ij_strbuf_add(&text, (const char *)bytes + member->off,
				      strnlen((const char *)bytes + member->off, member->size));
			ij_json_string(json, member->name, ij_strbuf_get(&text));
		} else if (member->kind == IJ_SYSMEMBER_INT) {
			ij_json_int(json, member->name, (int64_t)value_of(member, bytes));
		} else if (value_of(member, bytes) >> 53) {
			/* More than a double holds. */
			print_member(member, bytes, &text);
			ij_json_string(json, member->name, ij_strbuf_get(&text));
		} else {
			ij_json_uint(json, member->name, value_of(member, bytes));
		}
	}
	ij_json_object_end(json);
}

/* The bits of a set as `[2, 15]`, and signals by name. */
static void print_set(bool signals, const uint8_t *bytes, size_t size, struct ij_strbuf *out)
{
	const char *between = "";

	ij_strbuf_puts(out, "[");
	for (size_t bit = 0; bit < 8 * size; bit++) {
		const char *name = signals ? sigabbrev_np((int)bit + 1) : NULL;

		if (!(bytes[bit / 8] >> bit % 8 & 1))
			continue;
		ij_strbuf_puts(out, between);
		if (name)
			ij_strbuf_printf(out, "SIG%s", name);
		else
			ij_strbuf_printf(out, "%zu", bit + signals);
		between = ", ";
	}
	ij_strbuf_puts(out, "]");
}

static void print_one(const char *name, struct ij_sysview *view, const uint8_t *bytes, size_t size,
		      struct ij_strbuf *out)
{
	struct ij_sysstruct type;

	if (ij_sysmsg_size(name)) {
		ij_sysmsg_print(name, view, bytes, out);
	} else if (ij_sysstruct_find(name, &type)) {
		if (size >= type.size)
			print_struct(&type, bytes, out);
		else
			ij_strbuf_printf(out, "(%zu bytes)", size);
	} else if (!strcmp(name, "sockaddr")) {
		ij_sockaddr_print(bytes, size, out);
	} else if (!strcmp(name, "sigset") || !strcmp(name, "cpuset")) {
		print_set(!strcmp(name, "sigset"), bytes, size, out);
	} else if (!strcmp(name, "text16")) {
		print_text(bytes, size, out);
	} else if (!strcmp(name, "fds") && size >= 8) {
		ij_strbuf_printf(out, "[%d, %d]", (int)number_of(bytes, 4, true),
				 (int)number_of(bytes + 4, 4, true));
	} else {
		bool is_signed = strcmp(name, "uint") != 0;

		ij_strbuf_printf(out, "%lld", (long long)number_of(bytes, size, is_signed));
	}
}

void ij_systype_print(const char *name, bool array, struct ij_sysview *view, const uint8_t *bytes,
		      size_t size, struct ij_strbuf *out)
{
	size_t each = ij_systype_size(name);

	if (!array) {
		print_one(name, view, bytes, size, out);
		return;
	}
	ij_strbuf_puts(out, "[");
	for (size_t off = 0; each && off + each <= size; off += each) {
		if (off)
			ij_strbuf_puts(out, ", ");
		print_one(name, view, bytes + off, each, out);
	}
	ij_strbuf_puts(out, "]");
}

static bool is_number(const char *name)
{
	return !strcmp(name, "int") || !strcmp(name, "uint") || !strcmp(name, "long") ||
	       !strcmp(name, "off");
}

static void json_one(const char *name, struct ij_sysview *view, const uint8_t *bytes, size_t size,
		     struct ij_json *json, const char *key)
{
	struct ij_sysstruct type;
	IJ_STRBUF_AUTO text = {0};

	if (ij_sysmsg_size(name)) {
		ij_sysmsg_json(name, view, bytes, json, key);
	} else if (ij_sysstruct_find(name, &type) && size >= type.size) {
		json_struct(&type, bytes, json, key);
	} else if (!strcmp(name, "fds") && size >= 8) {
		ij_json_array(json, key);
		ij_json_int(json, NULL, (int64_t)number_of(bytes, 4, true));
		ij_json_int(json, NULL, (int64_t)number_of(bytes + 4, 4, true));
		ij_json_array_end(json);
	} else if (size <= 8 && is_number(name)) {
		ij_json_int(json, key, (int64_t)number_of(bytes, size, strcmp(name, "uint") != 0));
	} else {
		print_one(name, view, bytes, size, &text);
		ij_json_string(json, key, ij_strbuf_get(&text));
	}
}

void ij_systype_json(const char *name, bool array, struct ij_sysview *view, const uint8_t *bytes,
		     size_t size, struct ij_json *json, const char *key)
{
	size_t each = ij_systype_size(name);

	if (!array) {
		json_one(name, view, bytes, size, json, key);
		return;
	}
	ij_json_array(json, key);
	for (size_t off = 0; each && off + each <= size; off += each)
		json_one(name, view, bytes + off, each, json, NULL);
	ij_json_array_end(json);
}
