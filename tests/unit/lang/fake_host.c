/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same for the unit test and the fuzzer of expressions. */
#include "fake_host.h"

#include <stdio.h>
#include <string.h>

enum { INT, TEXT, STRUCT, ENUM, ARRAY, FUNCTION, UNION, COUNT };

static const struct {
	const char *name;
	unsigned type, off;
} objects[] = {
	{"i", INT, 0},   {"text", TEXT, 8}, {"s", STRUCT, 16},
	{"e", ENUM, 64}, {"a", ARRAY, 80},  {"u", UNION, 128},
};

static struct fake_host *of(struct ij_host *host)
{
	return (struct fake_host *)host;
}

static struct ij_error *lookup(struct ij_host *host, const struct ij_host_name *name,
			       struct ij_arena *arena, struct ij_val *ret, bool *found)
{
	static const struct ij_func func = {.name = "f"};
	struct fake_host *fake = of(host);

	*found = true;
	for (size_t i = 0; i < IJ_COUNT(objects); i++) {
		if (strcmp(objects[i].name, name->name))
			continue;
		*ret = (struct ij_val){.type = fake->types[objects[i].type],
				       .place = IJ_VAL_TARGET,
				       .addr = FAKE_BASE + objects[i].off};
		return NULL;
	}
	if (!strcmp(name->name, "RED"))
		return ij_val_set_integer(arena, fake->types[ENUM], 1, ret);
	*found = !strcmp(name->name, "f");
	if (*found)
		*ret = (struct ij_val){.type = fake->types[FUNCTION],
				       .place = IJ_VAL_TARGET,
				       .addr = 0x9000,
				       .func = &func};
	return NULL;
}

static struct ij_error *method(struct ij_host *host, const struct ij_val *object, const char *name,
			       const struct ij_val *args, size_t len, struct ij_arena *arena,
			       struct ij_val *ret, bool *found)
{
	(void)host, (void)object, (void)name, (void)args, (void)len, (void)arena, (void)ret;
	*found = false;
	return NULL;
}

static struct ij_error *overload(struct ij_host *host, const struct ij_host_name *name,
				 const struct ij_val *args, size_t len, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	(void)host, (void)name, (void)args, (void)len, (void)arena, (void)ret;
	*found = false;
	return NULL;
}

static struct ij_error *type(struct ij_host *host, char tag, const char *name,
			     const struct ij_ctype **ret)
{
	struct fake_host *fake = of(host);

	*ret = NULL;
	if (tag == 's' && !strcmp(name, "s"))
		*ret = fake->types[STRUCT];
	if (tag == 'e' && !strcmp(name, "e"))
		*ret = fake->types[ENUM];
	if (tag == 'u' && !strcmp(name, "u"))
		*ret = fake->types[UNION];
	return NULL;
}

static struct ij_error *unknown(struct ij_host *host, const struct ij_host_name *name,
				bool is_called)
{
	(void)host;
	(void)is_called;
	return ij_error_new(NOTFOUND, "no %s here", name->name);
}

static bool is_there(ij_addr addr, size_t size)
{
	return addr >= FAKE_BASE && size <= FAKE_SIZE && addr - FAKE_BASE <= FAKE_SIZE - size;
}

static struct ij_error *read_memory(struct ij_host *host, ij_addr addr, void *buf, size_t size)
{
	if (!is_there(addr, size))
		return ij_error_new(FAULT, "nothing is at 0x%llx", (unsigned long long)addr);
	memcpy(buf, of(host)->memory + (addr - FAKE_BASE), size);
	return NULL;
}

static struct ij_error *write_memory(struct ij_host *host, ij_addr addr, const void *bytes,
				     size_t size)
{
	if (!is_there(addr, size))
		return ij_error_new(FAULT, "nothing is at 0x%llx", (unsigned long long)addr);
	memcpy(of(host)->memory + (addr - FAKE_BASE), bytes, size);
	of(host)->writes++;
	return NULL;
}

/* f(a, b) is a + b. */
static struct ij_error *call(struct ij_host *host, const struct ij_host_call *made,
			     struct ij_arena *arena, struct ij_val *ret)
{
	__int128 sum = 0;

	of(host)->calls++;
	for (size_t i = 0; i < made->args_len; i++)
		if (ij_ctype_is_integer(made->args[i].type))
			sum += ij_val_integer(&made->args[i]);
	if (!ret->bytes || !ij_ctype_is_arithmetic(made->result))
		return NULL;
	return ij_val_set_integer(arena, made->result, sum, ret);
}

static struct ij_error *variable(struct ij_host *host, const char *name, struct ij_arena *arena,
				 struct ij_val *ret, bool *found)
{
	(void)host;
	*found = !strcmp(name, "$one");
	return *found ? ij_val_set_integer(arena, ij_cbase(IJ_CBASE_INT), 1, ret) : NULL;
}

static struct ij_error *set_variable(struct ij_host *host, const char *name,
				     const struct ij_val *value)
{
	(void)host, (void)name, (void)value;
	return NULL;
}

static void symbol(struct ij_host *host, ij_addr addr, struct ij_strbuf *out)
{
	(void)host;
	if (addr == 0x9000)
		ij_strbuf_puts(out, "f");
}

static bool member(struct ij_ctype *type, const char *name, const struct ij_ctype *of_type,
		   uint64_t off, uint32_t bit_off, uint32_t bit_size)
{
	struct ij_cmember one = {.name = name,
				 .type = of_type,
				 .off = off,
				 .bit_off = bit_off,
				 .bit_size = bit_size};
	struct ij_error *err = ij_vec_push(&type->members, one);

	ij_error_free(err);
	return !err;
}

static bool make_aggregates(struct fake_host *fake)
{
	struct ij_ctype *s, *u;
	const struct ij_ctype *i = fake->types[INT], *name;

	if (ij_ctypes_new(fake->host.types, IJ_CT_STRUCT, &s) ||
	    ij_ctypes_new(fake->host.types, IJ_CT_UNION, &u) ||
	    ij_ctypes_array(fake->host.types, ij_cbase(IJ_CBASE_CHAR), 8, &name))
		return false;
	s->name = "s";
	s->size = 32;
	u->name = "u";
	u->size = 8;
	fake->types[STRUCT] = s;
	fake->types[UNION] = u;
	return member(s, "x", i, 0, 0, 0) && member(s, "low", i, 4, 0, 3) &&
	       member(s, "high", i, 4, 3, 13) && member(s, "name", name, 8, 0, 0) &&
	       member(s, "d", ij_cbase(IJ_CBASE_DOUBLE), 16, 0, 0) &&
	       member(s, "next", fake->types[TEXT], 24, 0, 0) && member(u, "i", i, 0, 0, 0) &&
	       member(u, "f", ij_cbase(IJ_CBASE_FLOAT), 0, 0, 0);
}

static bool make_others(struct fake_host *fake)
{
	static const struct ij_cenumerator values[] = {{"RED", 1}, {"GREEN", 2}, {"BLUE", 4}};
	struct ij_ctype *e, *f;

	if (ij_ctypes_new(fake->host.types, IJ_CT_ENUM, &e) ||
	    ij_ctypes_new(fake->host.types, IJ_CT_FUNCTION, &f) ||
	    ij_ctypes_array(fake->host.types, fake->types[INT], 4, &fake->types[ARRAY]))
		return false;
	e->name = "e";
	e->size = 4;
	e->is_flags = true;
	e->target = ij_cbase(IJ_CBASE_UINT);
	for (size_t i = 0; i < IJ_COUNT(values); i++)
		if (ij_vec_push(&e->enumerators, values[i]))
			return false;
	f->target = fake->types[INT];
	for (unsigned i = 0; i < 2; i++)
		if (ij_vec_push(&f->params, ((struct ij_cparam){.type = fake->types[INT]})))
			return false;
	fake->types[ENUM] = e;
	fake->types[FUNCTION] = f;
	return true;
}

bool fake_host_init(struct fake_host *fake)
{
	static const int32_t ints[] = {-7, 0};
	static const int32_t array[] = {1, 2, 3, 4};
	static const uint64_t text = FAKE_BASE + 256;
	static const double d = 2.5;

	*fake = (struct fake_host){.host = {.lookup = lookup,
					    .method = method,
					    .overload = overload,
					    .type = type,
					    .unknown = unknown,
					    .read = read_memory,
					    .write = write_memory,
					    .call = call,
					    .variable = variable,
					    .set_variable = set_variable,
					    .symbol = symbol}};
	if (ij_ctypes_create(&fake->host.types))
		return false;
	fake->types[INT] = ij_cbase(IJ_CBASE_INT);
	if (ij_ctypes_pointer(fake->host.types, ij_cbase(IJ_CBASE_CHAR), &fake->types[TEXT]) ||
	    !make_aggregates(fake) || !make_others(fake)) {
		fake_host_deinit(fake);
		return false;
	}
	memcpy(fake->memory, ints, sizeof(ints));
	memcpy(fake->memory + 8, &text, sizeof(text));
	memcpy(fake->memory + 16, "\x05\0\0\0\x1d\0\0\0abc", 12);
	memcpy(fake->memory + 32, &d, sizeof(d));
	memcpy(fake->memory + 40, &text, sizeof(text));
	fake->memory[64] = 5;
	memcpy(fake->memory + 80, array, sizeof(array));
	memcpy(fake->memory + 256, "hello", 6);
	return true;
}

void fake_host_deinit(struct fake_host *fake)
{
	ij_ctypes_destroy(fake->host.types);
}
