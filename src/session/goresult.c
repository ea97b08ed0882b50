/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a call in Go left, as Go would write it: results, panics, the runtime's refusals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "lang/goval.h"
#include "session/go.h"

enum { KIND_STRING = 24, KIND_MASK = 31, NAME_SIZE = 128 };
/* In a type's descriptor (src/internal/abi/type.go; before 1.21 src/reflect/type.go). */
enum { TYPE_TFLAG = 20, TYPE_KIND = 23, TYPE_STR = 40, TYPE_SIZE = 48, TFLAG_EXTRA_STAR = 2 };

struct value {
	const struct ij_go_type *type;
	uint64_t words[IJ_GO_PARTS_MAX];
	const uint8_t *bytes; /* read; NULL: not */
	uint32_t size;
	bool cut;
};

/* The head that came back; its addresses are the target's. */
static struct ij_gocall head_of(const struct ij_call_result *result)
{
	struct ij_gocall head = {0};

	if (result->scratch_size >= sizeof(head))
		memcpy(&head, result->scratch, sizeof(head));
	return head;
}

static bool read_of(const struct ij_call_result *result, const struct ij_gocall *head, int idx,
		    struct value *ret)
{
	const struct ij_gocall_read *read = idx < 0 ? NULL : &head->reads[idx];

	if (!read || read->off > result->scratch_size ||
	    read->size > result->scratch_size - read->off || !read->size)
		return false;
	ret->bytes = result->scratch + read->off;
	ret->size = read->size;
	ret->cut = read->cut;
	return true;
}

static struct value value_of(const struct ij_go_target *target, const struct ij_go_marshal *m,
			     const struct ij_call_result *result, size_t idx)
{
	const struct ij_go_place *place = &m->layout.results[idx];
	struct ij_gocall head = head_of(result);
	struct value v = {.type = &target->sig->results[idx]};

	for (unsigned i = 0; i < ij_go_type_words(v.type); i++) {
		uint32_t off = m->stack_off + place->stack_off + 8 * i;
		uint32_t size = v.type->size < 8 ? v.type->size : 8;

		if (!place->in_regs) {
			if (off + size <= result->scratch_size)
				memcpy(&v.words[i], result->scratch + off, size);
		} else if (place->parts[i].is_float) {
			v.words[i] = head.floats[place->parts[i].reg];
		} else {
			v.words[i] = head.ints[place->parts[i].reg];
		}
	}
	read_of(result, &head, m->reads[idx], &v);
	return v;
}

static int64_t extend(uint64_t word, uint32_t size)
{
	unsigned shift = 64 - 8 * size;

	return (int64_t)(word << shift) >> shift;
}

static uint64_t cut(uint64_t word, uint32_t size)
{
	return size < 8 ? word & ((1ull << 8 * size) - 1) : word;
}

static double float_of(uint64_t word, uint32_t size)
{
	float f32;
	double f64;

	memcpy(&f32, &word, sizeof(f32));
	memcpy(&f64, &word, sizeof(f64));
	return size == 4 ? (double)f32 : f64;
}

static void add_scalar(struct ij_strbuf *out, enum ij_go_kind kind, uint32_t size, uint64_t word)
{
	switch (kind) {
	case IJ_GO_BOOL:
		ij_strbuf_puts(out, word & 0xff ? "true" : "false");
		break;
	case IJ_GO_INT:
		ij_strbuf_printf(out, "%lld", (long long)extend(word, size));
		break;
	case IJ_GO_UINT:
		ij_strbuf_printf(out, "%llu", (unsigned long long)cut(word, size));
		break;
	case IJ_GO_FLOAT:
		ij_go_float_text(out, float_of(word, size), size);
		break;
	default:
		if (word)
			ij_strbuf_printf(out, "0x%llx", (unsigned long long)word);
		else
			ij_strbuf_puts(out, "nil");
		break;
	}
}

/* Types whose values begin with the text that they stand for. */
bool ij_go_begins_with_text(unsigned kind, const char *name)
{
	static const char *const names[] = {"*errors.errorString", "*fmt.wrapError",
					    "*fmt.wrapErrors", "runtime.errorAddressString"};

	if (kind == KIND_STRING)
		return true;
	for (size_t i = 0; i < IJ_COUNT(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

unsigned ij_go_type_name(struct ij_session *s, ij_addr type, char *buf, size_t size)
{
	uint8_t raw[TYPE_SIZE], name[NAME_SIZE];
	ij_addr types = s->go.types, at;
	uint32_t off;
	size_t len, skip;
	struct ij_error *err = ij_mem_read(&s->mem.mem, type, raw, sizeof(raw));

	buf[0] = 0;
	if (err) {
		ij_error_free(err);
		return 0;
	}
	memcpy(&off, raw + TYPE_STR, sizeof(off));
	at = types + off;
	err = types ? ij_mem_read(&s->mem.mem, at, name, sizeof(name)) : NULL;
	if (types && !err) {
		/* Flags, then the length: two bytes, from 1.17 on a varint. */
		bool varint = ij_goprog_minor(s->go.prog) >= 17;

		skip = varint ? 2 : 3;
		len = varint ? name[1] & 0x7f : (size_t)name[1] << 8 | name[2];
		if (varint && name[1] & 0x80) {
			len |= (size_t)(name[2] & 0x7f) << 7;
			skip = 3;
		}
		if (raw[TYPE_TFLAG] & TFLAG_EXTRA_STAR && len) {
			skip++;
			len--;
		}
		if (len > sizeof(name) - skip)
			len = sizeof(name) - skip;
		snprintf(buf, size, "%.*s", (int)len, (const char *)name + skip);
	}
	ij_error_free(err);
	return raw[TYPE_KIND] & KIND_MASK;
}

/* As src/runtime/error.go has them, by code; x and y are its first words. */
static bool add_bounds(struct ij_strbuf *out, const uint8_t *value)
{
	static const char *const texts[] = {
		"index out of range [%lld] with length %lld",
		"slice bounds out of range [:%lld] with length %lld",
		"slice bounds out of range [:%lld] with capacity %lld",
		"slice bounds out of range [%lld:%lld]",
	};
	int64_t x, y;
	uint8_t code = value[17];

	memcpy(&x, value, sizeof(x));
	memcpy(&y, value + 8, sizeof(y));
	if (code >= IJ_COUNT(texts))
		return false;
	ij_strbuf_puts(out, " ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	ij_strbuf_printf(out, texts[code], (long long)x, (long long)y);
#pragma GCC diagnostic pop
	return true;
}

/* A number or a truth value, by its reflect.Kind. */
static bool add_basic(struct ij_strbuf *out, unsigned kind, const uint8_t *value)
{
	/* From Bool to Float64. */
	static const struct {
		enum ij_go_kind kind;
		uint32_t size;
	} basics[] = {
		[1] = {IJ_GO_BOOL, 1},   [2] = {IJ_GO_INT, 8},    [3] = {IJ_GO_INT, 1},
		[4] = {IJ_GO_INT, 2},    [5] = {IJ_GO_INT, 4},    [6] = {IJ_GO_INT, 8},
		[7] = {IJ_GO_UINT, 8},   [8] = {IJ_GO_UINT, 1},   [9] = {IJ_GO_UINT, 2},
		[10] = {IJ_GO_UINT, 4},  [11] = {IJ_GO_UINT, 8},  [12] = {IJ_GO_UINT, 8},
		[13] = {IJ_GO_FLOAT, 4}, [14] = {IJ_GO_FLOAT, 8},
	};
	uint64_t word;

	if (kind >= IJ_COUNT(basics) || !basics[kind].size)
		return false;
	memcpy(&word, value, sizeof(word));
	ij_strbuf_puts(out, " ");
	add_scalar(out, basics[kind].kind, basics[kind].size, word);
	return true;
}

/* A value in an interface: its type, and what can be told of it without its methods. */
static void add_dynamic(struct ij_session *s, struct ij_strbuf *out, ij_addr type, uint64_t data,
			const struct value *v)
{
	char name[NAME_SIZE];
	unsigned kind = ij_go_type_name(s, type, name, sizeof(name));
	bool known = v->bytes && v->size >= IJ_GOCALL_VALUE_SIZE;

	ij_strbuf_puts(out, name[0] ? name : "a value");
	if (known && ij_go_begins_with_text(kind, name)) {
		ij_strbuf_puts(out, " ");
		ij_go_quote(out, v->bytes + IJ_GOCALL_VALUE_SIZE, v->size - IJ_GOCALL_VALUE_SIZE);
		ij_strbuf_puts(out, v->cut ? "..." : "");
	} else if (!(known && !strcmp(name, "runtime.boundsError") && add_bounds(out, v->bytes)) &&
		   !(known && add_basic(out, kind, v->bytes))) {
		ij_strbuf_printf(out, " at 0x%llx", (unsigned long long)data);
	}
}

void ij_go_dynamic_write(struct ij_session *s, struct ij_strbuf *out, ij_addr type, uint64_t data,
			 const uint8_t *bytes, size_t size, bool cut)
{
	const struct value v = {.bytes = bytes, .size = (uint32_t)size, .cut = cut};

	add_dynamic(s, out, type, data, &v);
}

static void add_interface(struct ij_session *s, struct ij_strbuf *out, const struct value *v)
{
	ij_addr type = v->words[0];
	struct ij_error *err = NULL;

	if (!type) {
		ij_strbuf_puts(out, "nil");
		return;
	}
	/* With methods the first word is a table, whose second word is the type. */
	if (v->type->methods)
		err = ij_mem_read_u64(&s->mem.mem, type + 8, &type);
	if (err)
		ij_strbuf_printf(out, "0x%llx", (unsigned long long)v->words[0]);
	else
		add_dynamic(s, out, type, v->words[1], v);
	ij_error_free(err);
}

static void add_slice(struct ij_strbuf *out, const struct value *v)
{
	uint32_t size = v->type->elem_size;

	if (!v->words[0] && !v->words[1]) {
		ij_strbuf_puts(out, "nil");
		return;
	}
	if (v->bytes && v->type->elem == IJ_GO_UINT && size == 1) {
		ij_strbuf_puts(out, "[]byte(");
		ij_go_quote(out, v->bytes, v->size);
		ij_strbuf_puts(out, v->cut ? "...)" : ")");
		return;
	}
	ij_strbuf_printf(out, "%s{", v->type->text);
	for (uint32_t at = 0; v->bytes && size && size <= 8 && at + size <= v->size; at += size) {
		uint64_t word = 0;

		memcpy(&word, v->bytes + at, size);
		ij_strbuf_puts(out, at ? ", " : "");
		add_scalar(out, v->type->elem, size, word);
	}
	if (size > 8 || v->cut)
		ij_strbuf_puts(out, "...");
	ij_strbuf_printf(out, "} (%llu)", (unsigned long long)v->words[1]);
}

static void add_value(struct ij_session *s, struct ij_strbuf *out, const struct value *v)
{
	switch (v->type->kind) {
	case IJ_GO_STRING:
		if (v->words[1] && !v->bytes)
			ij_strbuf_printf(out, "a string of %llu bytes that could not be read",
					 (unsigned long long)v->words[1]);
		else
			ij_go_quote(out, v->bytes, v->words[1] ? v->size : 0);
		ij_strbuf_puts(out, v->cut ? "..." : "");
		break;
	case IJ_GO_SLICE:
		add_slice(out, v);
		break;
	case IJ_GO_INTERFACE:
		add_interface(s, out, v);
		break;
	default:
		add_scalar(out, v->type->kind, v->type->size, v->words[0]);
		break;
	}
}

static void add_json(struct ij_session *s, struct ij_json *json, const struct value *v)
{
	IJ_STRBUF_AUTO text = {0};
	bool is_number = v->type->kind == IJ_GO_INT || v->type->kind == IJ_GO_UINT;

	if (v->type->kind == IJ_GO_STRING && v->bytes && v->words[1]) {
		ij_strbuf_add(&text, (const char *)v->bytes, v->size);
		ij_json_string(json, NULL, ij_strbuf_get(&text));
		return;
	}
	if (v->type->kind == IJ_GO_STRING && !v->words[1]) {
		ij_json_string(json, NULL, "");
		return;
	}
	if (v->type->kind == IJ_GO_BOOL) {
		ij_json_bool(json, NULL, v->words[0] & 0xff);
		return;
	}
	add_value(s, &text, v);
	if (!strcmp(ij_strbuf_get(&text), "nil"))
		ij_json_null(json, NULL);
	else if ((is_number && text.len <= 16) ||
		 (v->type->kind == IJ_GO_FLOAT && isfinite(float_of(v->words[0], v->type->size))))
		ij_json_raw(json, NULL, ij_strbuf_get(&text));
	else
		ij_json_string(json, NULL, ij_strbuf_get(&text));
}

void ij_go_result_write(struct ij_session *s, const struct ij_go_target *target,
			const struct ij_go_marshal *m, const struct ij_call_result *result,
			struct ij_strbuf *text, struct ij_strbuf *json)
{
	size_t len = target->sig->results_len;
	struct ij_json writer;

	ij_json_init(&writer, json);
	if (!len) {
		ij_strbuf_puts(text, "()");
		ij_strbuf_puts(json, "null");
		return;
	}
	if (len > 1) {
		ij_strbuf_puts(text, "(");
		ij_json_array(&writer, NULL);
	}
	for (size_t i = 0; i < len; i++) {
		struct value v = value_of(target, m, result, i);

		ij_strbuf_puts(text, i ? ", " : "");
		add_value(s, text, &v);
		add_json(s, &writer, &v);
	}
	if (len > 1) {
		ij_strbuf_puts(text, ")");
		ij_json_array_end(&writer);
	}
}

/* A struct or array from its parts, or as it lies on the stack. */
static void struct_get(const struct ij_go_type *type, const struct ij_go_place *place,
		       uint32_t stack_off, const struct ij_call_result *result, void *ret)
{
	struct ij_gocall head = head_of(result);
	uint32_t off = stack_off + place->stack_off;

	if (!place->in_regs && off + type->size <= result->scratch_size)
		memcpy(ret, result->scratch + off, type->size);
	for (unsigned i = 0; place->in_regs && i < type->parts_len; i++) {
		const struct ij_go_part *part = &type->parts[i];
		const uint64_t *reg = part->is_float ? &head.floats[place->parts[i].reg]
						     : &head.ints[place->parts[i].reg];

		memcpy((uint8_t *)ret + part->off, reg, part->size);
	}
}

struct ij_go_returned ij_go_result_get(const struct ij_go_target *target,
				       const struct ij_go_marshal *m,
				       const struct ij_call_result *result, size_t idx)
{
	struct value v = value_of(target, m, result, idx);
	struct ij_go_returned ret = {.bytes = v.bytes, .size = v.size, .cut = v.cut};

	if (v.type->kind == IJ_GO_STRUCT)
		struct_get(v.type, &m->layout.results[idx], m->stack_off, result, ret.words);
	else
		memcpy(ret.words, v.words, sizeof(v.words));
	return ret;
}

const uint8_t *ij_go_result_back(const struct ij_go_marshal *m, const struct ij_call_result *result,
				 size_t idx, size_t size)
{
	struct ij_gocall head = head_of(result);
	struct value v = {.size = 0};

	if (idx >= m->backs_len || !read_of(result, &head, m->backs[idx], &v) || v.size != size)
		return NULL;
	return v.bytes;
}

void ij_go_result_regs(const struct ij_go_target *target, const struct ij_go_marshal *m,
		       struct ij_call_result *result)
{
	struct value v;

	if (!target->sig->results_len)
		return;
	v = value_of(target, m, result, 0);
	result->regs.rax = v.words[0];
	result->regs.xmm0[0] = v.words[0];
	if (v.type->kind == IJ_GO_STRING && v.bytes) {
		result->string = strndup((const char *)v.bytes, v.size);
		result->string_cut = v.cut;
	}
}

/* Which of the calls that were made one after the other was the last. */
static const char *last_made(const struct ij_gocall *head, const struct ij_go_call *call,
			     const struct ij_go_target *target)
{
	uint32_t left = head->calls_len - 1 - head->phase;
	const struct ij_go_call *made = call;

	for (; left && made->before; left--)
		made = made->before;
	return made == call ? target->name : made->name;
}

struct ij_error *ij_go_outcome_error(struct ij_session *s, const struct ij_go_call *call,
				     const struct ij_go_target *target,
				     const struct ij_call_result *result)
{
	struct ij_gocall head = head_of(result);
	bool is_whole = head.phase + 1 >= head.calls_len;
	const char *name = is_whole ? target->name : last_made(&head, call, target);
	IJ_STRBUF_AUTO out = {0};
	struct value text = {0};
	struct ij_error *err;

	if (head.code == IJ_GOCALL_CODE_RETURNED && is_whole)
		return NULL;
	if (head.code == IJ_GOCALL_CODE_DROPPED) {
		err = ij_error_new(NOTFOUND,
				   "%s was called in %d (%s) and has returned an interface whose "
				   "method for %s is not there: the linker drops what nobody calls "
				   "by an interface; target restored",
				   name, s->pid, s->welcome.comm, target->name);
		if (err->code != IJ_ERR_NOMEM)
			err->touch = IJ_TOUCH_RESTORED;
		return err;
	}
	if (head.code == IJ_GOCALL_CODE_RETURNED) {
		err = ij_error_new(UNSAFE,
				   "%s was called in %d (%s) and has returned, but what it "
				   "returned could not be passed on in time; target restored",
				   name, s->pid, s->welcome.comm);
		if (err->code != IJ_ERR_NOMEM)
			err->touch = IJ_TOUCH_RESTORED;
		return err;
	}
	if (head.code == IJ_GOCALL_CODE_PANICKED) {
		read_of(result, &head, 0, &text);
		add_dynamic(s, &out, head.words[0], head.words[1], &text);
		err = ij_error_new(CALLFAULT,
				   "%s panicked in %d (%s): %s; the panic was caught, target "
				   "restored",
				   name, s->pid, s->welcome.comm, ij_strbuf_get(&out));
	} else {
		char words[128] = "";
		size_t len = head.words[1] < sizeof(words) - 1 ? head.words[1] : sizeof(words) - 1;
		struct ij_error *read = ij_mem_read(&s->mem.mem, head.words[0], words, len);

		words[len] = 0;
		ij_error_free(read);
		err = ij_error_new(UNSAFE,
				   "the Go runtime of %d (%s) refused the call of %s: %s; target "
				   "restored",
				   s->pid, s->welcome.comm, target->name, words);
	}
	if (err->code != IJ_ERR_NOMEM)
		err->touch = IJ_TOUCH_RESTORED;
	return err;
}
