/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the runtime of a Go program says of types: its descriptors, by debug information or by its
 * own list of them, held against their names; methods of interfaces, by a call of the runtime's.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "session/go.h"
#include "session/gohost.h"

/* In a type's descriptor (src/internal/abi/type.go; before 1.21 src/reflect/type.go): its size, *T
 * of it, and T of *T. */
enum { TYPE_SIZE_OFF = 0, TYPE_TO_THIS = 44, TYPE_ELEM = 48 };
enum { NAME_SIZE = 128, DEPTH_MAX = 8 };
/* Words between these may be addresses of the heap, and no numbers that anybody counts to. */
#define ADDRESS_LO (1ull << 37)
#define ADDRESS_HI (1ull << 47)

static struct ij_session *session_of(struct ij_go_host *host)
{
	return ((struct ij_go_session_host *)host)->s;
}

static bool can_read(struct ij_session *s, ij_addr addr, void *buf, size_t size)
{
	IJ_ERROR_AUTO err = ij_mem_read(&s->mem.mem, addr, buf, size);

	return !err;
}

/* As the runtime has it: packages by their last names. False: it is too long. */
static bool without_paths(const char *text, char *buf)
{
	size_t len = 0, start = 0;

	for (; *text; text++) {
		if (*text == '/') {
			len = start;
			continue;
		}
		if (len == NAME_SIZE - 1)
			return false;
		buf[len++] = *text;
		if (!isalnum((unsigned char)*text) && !strchr("_-.%~", *text) &&
		    (unsigned char)*text < 0x80)
			start = len;
	}
	buf[len] = 0;
	return true;
}

/* Is a descriptor of @name and @size at @addr? */
static bool is_of(struct ij_session *s, ij_addr addr, const char *name, uint64_t size)
{
	char found[NAME_SIZE];
	uint64_t said;

	(void)ij_go_type_name(s, addr, found, sizeof(found));
	return !strcmp(found, name) && can_read(s, addr + TYPE_SIZE_OFF, &said, sizeof(said)) &&
	       said == size;
}

/* By what debug information says: an address, or an offset from where types begin. */
static bool by_entry(struct ij_session *s, const struct ij_ctype *type, const char *name,
		     uint64_t size, ij_addr *ret)
{
	const ij_addr places[] = {s->go.types + type->go_type, s->go.module->bias + type->go_type};

	for (size_t i = 0; i < IJ_COUNT(places) && type->go_type; i++) {
		if (!is_of(s, places[i], name, size))
			continue;
		*ret = places[i];
		return true;
	}
	return false;
}

/* The list of types, which is sorted by their names (up to Go 1.26); or one after the other. */
static bool by_list(struct ij_session *s, const char *name, uint64_t size, ij_addr *ret)
{
	uint64_t list, len, lo = 0, found_len;

	if (ij_goprog_type_find(s->go.prog, name, size, ret)) {
		*ret += s->go.module->bias;
		return true;
	}
	if (!s->go.types || !ij_goprog_typelinks(s->go.prog, &list, &len))
		return false;
	for (found_len = len; lo < found_len;) {
		uint64_t mid = lo + (found_len - lo) / 2;
		char found[NAME_SIZE];
		int32_t off;

		if (!can_read(s, s->go.module->bias + list + mid * sizeof(off), &off, sizeof(off)))
			return false;
		*ret = s->go.types + (uint64_t)(int64_t)off;
		(void)ij_go_type_name(s, *ret, found, sizeof(found));
		if (strcmp(found, name) < 0)
			lo = mid + 1;
		else if (strcmp(found, name) > 0)
			found_len = mid;
		else
			return true;
	}
	return false;
}

/* What has a name of its own is not in the list, but pointers to it are. */
static bool by_pointer(struct ij_session *s, const char *name, uint64_t size, ij_addr *ret)
{
	char pointer[NAME_SIZE + 1];
	ij_addr at;

	snprintf(pointer, sizeof(pointer), "*%s", name);
	return by_list(s, pointer, sizeof(uint64_t), &at) &&
	       can_read(s, at + TYPE_ELEM, ret, sizeof(*ret)) && is_of(s, *ret, name, size);
}

static struct ij_error *find(struct ij_go_host *host, const struct ij_ctype *type, unsigned depth,
			     ij_addr *ret, bool *found);

/* *T by T. */
static struct ij_error *by_target(struct ij_go_host *host, const struct ij_ctype *type,
				  const char *name, unsigned depth, ij_addr *ret, bool *found)
{
	struct ij_session *s = session_of(host);
	ij_addr target;
	int32_t off;

	if (ij_go_class_of(type) != IJ_GO_CLASS_POINTER || !ij_ctype_strip(type)->target)
		return NULL;
	IJ_TRY(find(host, ij_ctype_strip(type)->target, depth + 1, &target, found));
	if (!*found || !can_read(s, target + TYPE_TO_THIS, &off, sizeof(off)) || !off) {
		*found = false;
		return NULL;
	}
	*ret = s->go.types + (uint64_t)(int64_t)off;
	*found = is_of(s, *ret, name, sizeof(uint64_t));
	return NULL;
}

static struct ij_error *find(struct ij_go_host *host, const struct ij_ctype *type, unsigned depth,
			     ij_addr *ret, bool *found)
{
	struct ij_session *s = session_of(host);
	enum ij_go_class class = ij_go_class_of(type);
	uint64_t size = class == IJ_GO_CLASS_FUNC ? 8 : ij_ctype_strip(type)->size;
	const struct ij_ctype *named;
	char name[NAME_SIZE];
	const char *text;

	*found = false;
	IJ_TRY(ij_go_type_text(host, type, &text));
	if (!s->go.types || depth > DEPTH_MAX || !without_paths(text, name))
		return NULL;
	*found = by_entry(s, type, name, size, ret) ||
		 by_entry(s, ij_ctype_strip(type), name, size, ret);
	if (*found)
		return NULL;
	IJ_TRY(host->type(host, text, &named));
	*found = named && (by_entry(s, named, name, size, ret) ||
			   by_entry(s, ij_ctype_strip(named), name, size, ret));
	if (!*found)
		IJ_TRY(by_target(host, type, name, depth, ret, found));
	*found = *found || (by_list(s, name, size, ret) && is_of(s, *ret, name, size)) ||
		 by_pointer(s, name, size, ret);
	return NULL;
}

struct ij_error *ij_go_host_descriptor(struct ij_go_host *host, const struct ij_ctype *type,
				       ij_addr *ret)
{
	struct ij_session *s = session_of(host);
	const char *text;
	bool found;

	IJ_TRY(find(host, type, 0, ret, &found));
	if (found)
		return NULL;
	IJ_TRY(ij_go_type_text(host, type, &text));
	/* What reads as absent may have ended meanwhile, which is another answer. */
	IJ_TRY(ij_session_refresh(s));
	return ij_error_new(
		NOTFOUND,
		"%d (%s) does not describe %.80s: the linker drops descriptors of types "
		"that nothing makes an interface of",
		s->pid, s->welcome.comm, text);
}

struct ij_error *ij_go_host_described_name(struct ij_go_host *host, const char *name,
					   const struct ij_ctype **ret)
{
	struct ij_session *s = session_of(host);
	char shortened[NAME_SIZE], pointer[NAME_SIZE + 1];
	ij_addr addr, elem;
	const char *text;

	*ret = NULL;
	if (!s->go.types || !without_paths(name, shortened))
		return NULL;
	/* The list has pointers, which need no name of their own. */
	snprintf(pointer, sizeof(pointer), "*%s", shortened);
	if (!by_list(s, pointer, sizeof(uint64_t), &addr) ||
	    !is_of(s, addr, pointer, sizeof(uint64_t)) ||
	    !can_read(s, addr + TYPE_ELEM, &elem, sizeof(elem)))
		return NULL;
	IJ_TRY(ij_go_host_described(host, elem, ret));
	/* Packages may have the same last name. */
	IJ_TRY(ij_go_type_text(host, *ret, &text));
	if (strcmp(text, name) != 0)
		*ret = NULL;
	return NULL;
}

struct ij_error *ij_go_host_pointer_type(struct ij_go_host *host, ij_addr *ret)
{
	static const char *const names[] = {"int", "string", "uint8", "int32", "bool", "float64"};
	const struct ij_ctype *type, *pointer;
	bool found = false;

	for (size_t i = 0; i < IJ_COUNT(names) && !found; i++) {
		IJ_TRY(ij_go_type_basic(host, names[i], strlen(names[i]), &type));
		IJ_TRY(ij_ctypes_pointer(host->types, type, &pointer));
		IJ_TRY(find(host, pointer, 0, ret, &found));
	}
	return found ? NULL
		     : ij_error_new(
			       NOTFOUND,
			       "%d (%s) describes no type of pointers, without which no memory "
			       "that leads elsewhere can be made",
			       session_of(host)->pid, session_of(host)->welcome.comm);
}

struct ij_error *ij_go_made_check(struct ij_go_host *host, const struct ij_go_made *made)
{
	size_t next = 0;

	for (size_t at = 0; at + sizeof(uint64_t) <= made->size; at += sizeof(uint64_t)) {
		uint64_t word;
		uint8_t byte;

		for (next = 0; next < made->fixes_len && made->fixes[next] != at;)
			next++;
		memcpy(&word, made->bytes + at, sizeof(word));
		if (next < made->fixes_len || word < ADDRESS_LO || word >= ADDRESS_HI ||
		    can_read(session_of(host), word, &byte, sizeof(byte)))
			continue;
		return ij_error_new(UNSUPPORTED,
				    "%llu in an argument looks like an address to Go's collector, "
				    "and leads nowhere",
				    (unsigned long long)word);
	}
	return NULL;
}

struct ij_error *ij_go_host_itab(struct ij_go_host *host, ij_addr inter, ij_addr type, ij_addr *ret)
{
	/* func getitab(inter *interfacetype, typ *_type, canfail bool) *itab, src/runtime/iface.go
	 */
	struct ij_go_func func = {.name = "runtime.getitab", .params_len = 3, .results_len = 1};
	struct ij_session *s = session_of(host);
	const struct ij_ctype *word, *truth;
	struct ij_go_value args[3], result;
	struct ij_go_found found;
	const uint8_t yes = 1;

	if (!ij_session_go_named(s, func.name, &found))
		return ij_error_new(NOTFOUND,
				    "%s is not in %d (%s), without which no interface with methods "
				    "can be made",
				    func.name, s->pid, s->welcome.comm);
	IJ_TRY(ij_go_type_basic(host, "uintptr", 7, &word));
	IJ_TRY(ij_go_type_basic(host, "bool", 4, &truth));
	func.code = found.addr;
	func.params[0] = func.params[1] = func.results[0] = word;
	func.params[2] = truth;
	func.known = true;
	IJ_TRY(ij_go_value_make(host, word, &inter, sizeof(inter), &args[0]));
	IJ_TRY(ij_go_value_make(host, word, &type, sizeof(type), &args[1]));
	IJ_TRY(ij_go_value_make(host, truth, &yes, sizeof(yes), &args[2]));
	IJ_TRY(host->call(host, &func, args, &result));
	*ret = ij_go_value_word(&result, 0);
	return NULL;
}
