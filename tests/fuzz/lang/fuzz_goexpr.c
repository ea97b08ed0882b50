/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions of Go over memory that says anything: whatever is typed, it evaluates or is refused,
 * and prints. The first eight bytes say what the memory holds, the rest is the expression.
 *
 * main.a ... main.k are variables of types as debug information has them, main.f a function, main.n
 * one that returns a pointer, and main.w one that takes it and writes to a buffer. Behind a `;` is
 * another expression, which sees the variables that the first has set.
 */
#include <stdlib.h>
#include <string.h>

#include "lang/goval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fake {
	struct ij_go_host host; /* first */
	struct ij_arena arena;
	uint64_t seed;
	unsigned reads;
	const struct ij_ctype *types[16];
	struct ij_go_func func, maker, writer;
	struct ij_go_value var; /* $v, if it has a type */
};

/* Some of it cannot be read, and much of it is small numbers and addresses of other memory. */
static struct ij_error *fake_read(struct ij_go_host *host, ij_addr addr, void *buf, size_t size)
{
	struct fake *fake = (struct fake *)host;
	uint8_t *bytes = buf;

	if (addr % 7 == 3 || ++fake->reads > 20000)
		return ij_error_new(FAULT, "cannot read");
	for (size_t i = 0; i < size; i++) {
		uint64_t at = addr + i, word = (at / 8 + fake->seed) * 0x9e3779b97f4a7c15ull;

		word ^= word >> 29;
		word = word % 3 == 0 ? word % 9 : word % 3 == 1 ? word & 0xfffff8 : word;
		bytes[i] = (uint8_t)(word >> 8 * (at % 8));
	}
	return NULL;
}

static struct ij_error *fake_lookup(struct ij_go_host *host, const char *name,
				    struct ij_go_value *ret, bool *found)
{
	struct fake *fake = (struct fake *)host;
	unsigned idx =
		strncmp(name, "main.", 5) || !name[5] || name[6] ? 99u : (unsigned)(name[5] - 'a');

	*found = false;
	if (!strcmp(name, "main.f") || !strcmp(name, "main.S.m") || !strcmp(name, "main.(*S).m")) {
		*ret = (struct ij_go_value){.func = &fake->func};
		*found = true;
	} else if (!strcmp(name, "main.n") || !strcmp(name, "main.(*S).n")) {
		*ret = (struct ij_go_value){.func = &fake->maker};
		*found = true;
	} else if (!strcmp(name, "main.w")) {
		*ret = (struct ij_go_value){.func = &fake->writer};
		*found = true;
	} else if (idx < IJ_COUNT(fake->types) && fake->types[idx]) {
		*ret = ij_go_value_at(fake->types[idx], 0x1000 + 0x100 * (ij_addr)idx);
		*found = true;
	}
	return NULL;
}

static struct ij_error *fake_type(struct ij_go_host *host, const char *name,
				  const struct ij_ctype **ret)
{
	struct fake *fake = (struct fake *)host;

	*ret = !strcmp(name, "main.S") ? fake->types[3] : NULL;
	return NULL;
}

static void fake_dynamic(struct ij_go_host *host, ij_addr addr, char *buf, size_t size)
{
	static const char *const names[] = {"int", "*main.S", "string", ""};
	const char *name = names[addr / 8 % IJ_COUNT(names)];

	(void)host;
	if (size)
		strncpy(buf, name, size - 1)[size - 1] = 0;
}

static void fake_show(struct ij_go_host *host, ij_addr type, ij_addr data,
		      const struct ij_go_value *value, struct ij_strbuf *out)
{
	(void)host;
	(void)value;
	ij_strbuf_printf(out, "%llx %llx", (unsigned long long)type, (unsigned long long)data);
}

static const char *fake_function_at(struct ij_go_host *host, ij_addr addr)
{
	(void)host;
	(void)addr;
	return "main.f";
}

static struct ij_error *fake_descriptor(struct ij_go_host *host, const struct ij_ctype *type,
					ij_addr *ret)
{
	const char *text;

	IJ_TRY(ij_go_type_text(host, type, &text));
	*ret = 0x1000;
	return *text == 'm' ? ij_error_new(NOTFOUND, "not described") : NULL;
}

static struct ij_error *fake_itab(struct ij_go_host *host, ij_addr inter, ij_addr type,
				  ij_addr *ret)
{
	(void)host;
	*ret = inter == type ? 0x2000 : 0;
	return NULL;
}

static struct ij_error *fake_closure(struct ij_go_host *host, struct ij_go_value *value,
				     struct ij_go_value *ret)
{
	(void)value;
	*ret = (struct ij_go_value){.func = &((struct fake *)host)->func};
	return NULL;
}

/* As if it returned a string. */
static struct ij_error *fake_method(struct ij_go_host *host, const struct ij_ctype *type,
				    const char *name, struct ij_go_func *ret, bool *found)
{
	(void)type;
	*found = *name == 'm';
	*ret = (struct ij_go_func){.name = "main.m", .slot = 24, .params_len = 1, .results_len = 1};
	ret->known = true;
	IJ_TRY(ij_go_type_basic(host, "uintptr", 7, &ret->params[0]));
	return ij_go_type_basic(host, "string", 6, &ret->results[0]);
}

static struct ij_error *fake_stacks(struct ij_go_host *host, const struct ij_go_stack **ret,
				    size_t *len_ret)
{
	static const struct ij_go_stack stacks[] = {{0x100000, 0x200000, 1},
						    {0x800000, 0xa00000, 2}};

	(void)host;
	*ret = stacks;
	*len_ret = IJ_COUNT(stacks);
	return NULL;
}

static struct ij_error *fake_missing(struct ij_go_host *host, const char *text, size_t len)
{
	(void)host;
	return ij_error_new(NOTFOUND, "%.*s", (int)len, text);
}

static struct ij_go_value *fake_variable(struct ij_go_host *host, const char *name)
{
	struct fake *fake = (struct fake *)host;

	return !strcmp(name, "v") && fake->var.type ? &fake->var : NULL;
}

static struct ij_error *fake_set(struct ij_go_host *host, const char *name,
				 const struct ij_go_value *value)
{
	if (!strcmp(name, "v"))
		((struct fake *)host)->var = *value;
	return NULL;
}

/* Returns its string, read as far as it is short; writes what it is given to write to. */
static struct ij_error *fake_call(struct ij_go_host *host, const struct ij_go_func *func,
				  struct ij_go_value *args, struct ij_go_value *ret)
{
	for (size_t i = 0; i < func->params_len; i++) {
		struct ij_go_left left = ij_go_left_of(&args[i]);

		if (args[i].deferred)
			IJ_TRY(fake_call(host, args[i].deferred->func, args[i].deferred->args,
					 &args[i].deferred->result));
		else if (!args[i].bytes)
			abort();
		if (left.size)
			memset(left.to, 0x5a, left.size);
		if (left.size && args[i].made)
			memset(args[i].made->bytes + left.off, 0x5a, left.size);
	}
	IJ_TRY(ij_go_value_make(host, func->results[0], "\0\0\0\1\0\0\0\0\5", 9, &ret[0]));
	ret[0].held = (const uint8_t *)"hello";
	ret[0].held_size = 5;
	ret[0].fleeting = true;
	return NULL;
}

static const struct ij_ctype *basic(struct fake *fake, const char *name)
{
	const struct ij_ctype *type;

	if (ij_go_type_basic(&fake->host, name, strlen(name), &type) || !type)
		abort();
	return type;
}

static struct ij_ctype *new_type(struct fake *fake, enum ij_ct_kind kind, const char *name,
				 uint64_t size)
{
	struct ij_ctype *type;

	if (ij_ctypes_new(fake->host.types, kind, &type))
		abort();
	type->name = name;
	type->size = size;
	return type;
}

static void member(struct ij_ctype *type, const char *name, const struct ij_ctype *of, uint64_t off)
{
	if (ij_vec_push(&type->members,
			((struct ij_cmember){.name = name, .type = of, .off = off})))
		abort();
}

static const struct ij_ctype *pointer_to(struct fake *fake, const struct ij_ctype *to)
{
	const struct ij_ctype *type;

	if (ij_ctypes_pointer(fake->host.types, to, &type))
		abort();
	return type;
}

static const struct ij_ctype *array_of(struct fake *fake, const struct ij_ctype *of, uint64_t count)
{
	const struct ij_ctype *type;

	if (ij_ctypes_array(fake->host.types, of, count, &type))
		abort();
	return type;
}

static const struct ij_ctype *make_map(struct fake *fake)
{
	struct ij_ctype *bucket = new_type(fake, IJ_CT_STRUCT, "bucket<string,int>", 208);
	struct ij_ctype *head = new_type(fake, IJ_CT_STRUCT, "hash<string,int>", 48);

	member(bucket, "tophash", array_of(fake, basic(fake, "uint8"), 8), 0);
	member(bucket, "keys", array_of(fake, basic(fake, "string"), 8), 8);
	member(bucket, "values", array_of(fake, basic(fake, "int"), 8), 136);
	member(bucket, "overflow", basic(fake, "uintptr"), 200);
	member(head, "count", basic(fake, "int"), 0);
	member(head, "flags", basic(fake, "uint8"), 8);
	member(head, "B", basic(fake, "uint8"), 9);
	member(head, "buckets", pointer_to(fake, bucket), 16);
	member(head, "oldbuckets", pointer_to(fake, bucket), 24);
	return pointer_to(fake, head);
}

/* One of Go 1.24 and later. */
static const struct ij_ctype *make_swiss_map(struct fake *fake)
{
	struct ij_ctype *slot = new_type(fake, IJ_CT_STRUCT, "struct {...}", 24);
	struct ij_ctype *group = new_type(fake, IJ_CT_STRUCT, "map.group[string]int", 200);
	struct ij_ctype *groups = new_type(fake, IJ_CT_STRUCT, "groupReference<string,int>", 16);
	struct ij_ctype *table = new_type(fake, IJ_CT_STRUCT, "table<string,int>", 32);
	struct ij_ctype *head = new_type(fake, IJ_CT_STRUCT, "map<string,int>", 48);

	member(slot, "key", basic(fake, "string"), 0);
	member(slot, "elem", basic(fake, "int"), 16);
	member(group, "ctrl", basic(fake, "uint64"), 0);
	member(group, "slots", array_of(fake, slot, 8), 8);
	member(groups, "data", pointer_to(fake, group), 0);
	member(groups, "lengthMask", basic(fake, "uint64"), 8);
	member(table, "groups", groups, 16);
	member(head, "used", basic(fake, "uint64"), 0);
	member(head, "dirPtr", pointer_to(fake, pointer_to(fake, table)), 16);
	member(head, "dirLen", basic(fake, "int"), 24);
	return pointer_to(fake, head);
}

static void make_types(struct fake *fake)
{
	struct ij_ctype *s = new_type(fake, IJ_CT_STRUCT, "main.S", 56);
	struct ij_ctype *inner = new_type(fake, IJ_CT_STRUCT, "main.T", 16);
	const struct ij_ctype *slice;

	if (ij_go_type_slice(&fake->host, basic(fake, "string"), &slice))
		abort();
	member(inner, "x", basic(fake, "int"), 0);
	member(inner, "r", basic(fake, "float32"), 8);
	member(s, "T", inner, 0);
	member(s, "next", pointer_to(fake, s), 16);
	member(s, "name", basic(fake, "string"), 24);
	member(s, "S", pointer_to(fake, s), 40);
	member(s, "far", basic(fake, "int"), 1000); /* outside of it */
	fake->types[0] = basic(fake, "int");
	fake->types[1] = basic(fake, "string");
	fake->types[2] = slice;
	fake->types[3] = s;
	fake->types[4] = pointer_to(fake, s);
	fake->types[6] = fake->seed >> 61 & 1 ? make_swiss_map(fake) : make_map(fake);
	fake->types[7] = new_type(fake, IJ_CT_STRUCT, "runtime.eface", 16);
	fake->types[8] = new_type(fake, IJ_CT_STRUCT, "runtime.iface", 16);
	fake->types[9] = pointer_to(fake, new_type(fake, IJ_CT_STRUCT, "hchan<int>", 96));
	fake->types[10] = array_of(fake, basic(fake, "int8"), 5);
	fake->types[11] = new_type(fake, IJ_CT_FUNCTION, "func(string) string", 0);
	fake->func = (struct ij_go_func){.name = "main.f", .params_len = 1, .results_len = 1};
	fake->func.params[0] = fake->func.results[0] = fake->types[1];
	fake->func.known = true;
	fake->maker = (struct ij_go_func){.name = "main.n", .params_len = 1, .results_len = 1};
	fake->maker.params[0] = fake->maker.results[0] = fake->types[4];
	fake->maker.known = true;
	fake->writer = (struct ij_go_func){.name = "main.w", .params_len = 2, .results_len = 1};
	fake->writer.params[0] = fake->types[4];
	if (ij_go_type_slice(&fake->host, basic(fake, "uint8"), &fake->writer.params[1]))
		abort();
	fake->writer.results[0] = fake->types[8];
	fake->writer.known = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fake fake = {
		.host = {.read = fake_read,
			 .lookup = fake_lookup,
			 .type = fake_type,
			 .dynamic = fake_dynamic,
			 .show_dynamic = fake_show,
			 .function_at = fake_function_at,
			 .descriptor = fake_descriptor,
			 .itab = fake_itab,
			 .closure = fake_closure,
			 .method = fake_method,
			 .variable = fake_variable,
			 .set_variable = fake_set,
			 .stacks = fake_stacks,
			 .missing = fake_missing,
			 .call = fake_call},
	};
	IJ_STRBUF_AUTO text = {0};
	IJ_STRBUF_AUTO json = {0};
	IJ_STRBUF_AUTO type = {0};
	struct ij_go_value value;
	struct ij_error *err;
	char *expr, *second;

	if (size < 8)
		return 0;
	memcpy(&fake.seed, data, 8);
	fake.host.plan = fake.seed >> 63;
	fake.host.force = fake.seed >> 62 & 1;
	fake.host.arena = &fake.arena;
	expr = strndup((const char *)data + 8, size - 8);
	if (!expr || ij_ctypes_create(&fake.host.types))
		abort();
	make_types(&fake);
	second = strchr(expr, ';');
	if (second)
		*second++ = 0;
	err = ij_go_eval(&fake.host, expr, &value);
	if (!err && second)
		err = ij_go_eval(&fake.host, second, &value);
	if (!err && value.deferred)
		abort();
	if (!err)
		err = ij_go_show(&fake.host, &value, &text, &json, &type);
	if (!err && (!text.len || !json.len))
		abort();
	if (err && !err->msg)
		abort();
	ij_error_free(err);
	ij_ctypes_destroy(fake.host.types);
	ij_arena_deinit(&fake.arena);
	free(expr);
	return 0;
}
