/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Values as Go's %#v and %q write them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "lang/goval.h"

enum { TEXT_MAX = 4096, ELEMS_MAX = 200, DEPTH_MAX = 8, OUT_MAX = 64 * 1024 };

struct shower {
	struct ij_go_host *host;
	struct ij_strbuf *out;
	struct ij_error *err; /* of a visit */
	unsigned depth, shown;
};

static struct ij_error *show(struct shower *s, struct ij_go_value *value);

void ij_go_quote(struct ij_strbuf *out, const uint8_t *bytes, size_t size)
{
	static const char letters[] = "abtnvfr"; /* from \a, 7 */

	ij_strbuf_puts(out, "\"");
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			ij_strbuf_printf(out, "\\%c", bytes[i]);
		else if (bytes[i] >= 7 && bytes[i] <= 13)
			ij_strbuf_printf(out, "\\%c", letters[bytes[i] - 7]);
		else if (bytes[i] < ' ' || bytes[i] == 0x7f)
			ij_strbuf_printf(out, "\\x%02x", bytes[i]);
		else
			ij_strbuf_add(out, (const char *)&bytes[i], 1);
	}
	ij_strbuf_puts(out, "\"");
}

void ij_go_float_text(struct ij_strbuf *out, double value, uint32_t size)
{
	/* The fewest digits that read back as the same value. */
	for (int digits = 1; digits <= 17; digits++) {
		char text[40];

		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (digits == 17 || isnan(value) ||
		    (size == 4 ? strtof(text, NULL) == (float)value
			       : strtod(text, NULL) == value)) {
			ij_strbuf_puts(out, text);
			return;
		}
	}
}

/* "{", then as many elements as there are, then "}". */
static struct ij_error *show_elems(struct shower *s, struct ij_go_value *value, uint64_t len,
				   ij_addr from, const uint8_t *here, size_t here_size)
{
	const struct ij_ctype *elem = ij_go_type_elem(value->type);
	size_t size = elem ? (size_t)ij_ctype_strip(elem)->size : 0;
	bool cut = false;

	if (elem && ij_go_class_of(elem) == IJ_GO_CLASS_FUNC)
		size = 8;
	ij_strbuf_puts(s->out, "{");
	for (uint64_t i = 0; i < len && elem && !cut; i++) {
		struct ij_go_value each;

		cut = s->shown++ >= ELEMS_MAX || s->out->len > OUT_MAX ||
		      (here && (i + 1) * size > here_size);
		if (cut)
			break;
		ij_strbuf_puts(s->out, i ? ", " : "");
		if (value->holds && value->holds[i].type)
			each = value->holds[i];
		else if (here)
			IJ_TRY(ij_go_value_make(s->host, elem, here + i * size, size, &each));
		else
			each = ij_go_value_at(elem, from + i * size);
		each.fleeting = value->fleeting;
		IJ_TRY(show(s, &each));
	}
	ij_strbuf_puts(s->out, cut ? ", ...}" : "}");
	return NULL;
}

static struct ij_error *show_slice(struct shower *s, struct ij_go_value *value)
{
	const struct ij_ctype *elem = ij_go_type_elem(value->type);
	uint64_t len = ij_go_value_word(value, 1);
	const uint8_t *bytes;
	size_t size;
	bool cut;

	if (!ij_go_value_word(value, 0) && !value->holds && !value->held) {
		ij_strbuf_puts(s->out, "nil");
		return NULL;
	}
	if (elem && ij_go_class_of(elem) == IJ_GO_CLASS_UINT && ij_ctype_strip(elem)->size == 1) {
		IJ_TRY(ij_go_value_text(s->host, value, TEXT_MAX, &bytes, &size, &cut));
		/* Of a buffer what is in it. */
		while (value->is_kept && size && !bytes[size - 1])
			size--;
		ij_strbuf_puts(s->out, "[]byte(");
		ij_go_quote(s->out, bytes, size);
		ij_strbuf_puts(s->out, cut ? "...)" : ")");
		if (value->is_kept)
			ij_strbuf_printf(s->out, " (%llu)", (unsigned long long)len);
		return NULL;
	}
	IJ_TRY(show_elems(s, value, len, ij_go_value_word(value, 0), value->held,
			  value->held_size));
	ij_strbuf_printf(s->out, " (%llu)", (unsigned long long)len);
	return NULL;
}

static struct ij_error *show_struct(struct shower *s, struct ij_go_value *value)
{
	const struct ij_ctype *bare = ij_ctype_strip(value->type);

	IJ_TRY(ij_ctype_complete(bare));
	ij_strbuf_puts(s->out, "{");
	for (size_t i = 0; i < bare->members.len; i++) {
		const struct ij_cmember *member = &bare->members.items[i];
		size_t size = (size_t)ij_ctype_strip(member->type)->size;
		struct ij_go_value each;

		if (ij_go_class_of(member->type) == IJ_GO_CLASS_FUNC)
			size = 8;
		if (member->off > bare->size || size > bare->size - member->off)
			return ij_error_new(BADDATA, "a member lies outside of its struct");
		if (s->shown++ >= ELEMS_MAX || s->out->len > OUT_MAX) {
			ij_strbuf_puts(s->out, i ? ", ..." : "...");
			break;
		}
		ij_strbuf_printf(s->out, "%s%s: ", i ? ", " : "",
				 member->name ? member->name : "_");
		if (value->holds && value->holds[i].type)
			each = value->holds[i];
		else
			IJ_TRY(ij_go_value_make(s->host, member->type, value->bytes + member->off,
						size, &each));
		each.fleeting = value->fleeting;
		IJ_TRY(show(s, &each));
	}
	ij_strbuf_puts(s->out, "}");
	return NULL;
}

static struct ij_error *on_pair(void *ctx, struct ij_go_value *key, struct ij_go_value *elem,
				bool *more)
{
	struct shower *s = ctx;
	bool first = s->out->len && s->out->str[s->out->len - 1] == '{';

	if (s->shown++ >= ELEMS_MAX || s->out->len > OUT_MAX) {
		ij_strbuf_puts(s->out, first ? "..." : ", ...");
		*more = false;
		return NULL;
	}
	ij_strbuf_puts(s->out, first ? "" : ", ");
	IJ_TRY(show(s, key));
	ij_strbuf_puts(s->out, ": ");
	return show(s, elem);
}

static struct ij_error *show_map(struct shower *s, struct ij_go_value *value)
{
	uint64_t len;
	struct ij_error *err;

	if (!ij_go_value_word(value, 0)) {
		ij_strbuf_puts(s->out, "nil");
		return NULL;
	}
	IJ_TRY(ij_go_value_len(s->host, value, false, &len));
	ij_strbuf_puts(s->out, "{");
	err = ij_go_map_each(s->host, value, on_pair, s);
	if (err && err->code == IJ_ERR_UNSUPPORTED) {
		ij_error_free(err);
		err = NULL;
		ij_strbuf_puts(s->out, "...");
	}
	IJ_TRY(err);
	ij_strbuf_printf(s->out, "} (%llu)", (unsigned long long)len);
	return NULL;
}

static struct ij_error *show_interface(struct shower *s, struct ij_go_value *value, bool methods)
{
	ij_addr type = ij_go_value_word(value, 0);

	if (!type) {
		ij_strbuf_puts(s->out, "nil");
		return NULL;
	}
	if (value->holds) {
		const char *text;

		IJ_TRY(ij_go_type_text(s->host, value->holds->type, &text));
		ij_strbuf_printf(s->out, "%s ", text);
		return show(s, value->holds);
	}
	/* With methods the first word is a table, whose second word is the type. */
	if (methods)
		IJ_TRY(s->host->read(s->host, type + 8, &type, sizeof(type)));
	s->host->show_dynamic(s->host, type, ij_go_value_word(value, 1), value, s->out);
	return NULL;
}

static struct ij_error *show_pointer(struct shower *s, struct ij_go_value *value,
				     enum ij_go_class class)
{
	ij_addr addr = ij_go_value_word(value, 0), code;
	uint64_t counts[2] = {0};

	if (value->holds) {
		ij_strbuf_puts(s->out, "&");
		return show(s, value->holds);
	}
	if (!addr) {
		ij_strbuf_puts(s->out, "nil");
		return NULL;
	}
	if (class == IJ_GO_CLASS_FUNC) {
		IJ_TRY(s->host->read(s->host, addr, &code, sizeof(code)));
		ij_strbuf_puts(s->out, s->host->function_at(s->host, code));
		return NULL;
	}
	ij_strbuf_printf(s->out, "0x%llx", (unsigned long long)addr);
	if (class != IJ_GO_CLASS_CHAN)
		return NULL;
	IJ_TRY(s->host->read(s->host, addr, counts, sizeof(counts)));
	ij_strbuf_printf(s->out, " (%llu of %llu)", (unsigned long long)counts[0],
			 (unsigned long long)counts[1]);
	return NULL;
}

static struct ij_error *show_class(struct shower *s, struct ij_go_value *value)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	const uint8_t *bytes;
	size_t size;
	bool cut;

	switch (class) {
	case IJ_GO_CLASS_BOOL:
		ij_strbuf_puts(s->out, value->bytes[0] ? "true" : "false");
		return NULL;
	case IJ_GO_CLASS_INT:
		ij_strbuf_printf(s->out, "%lld", (long long)ij_go_value_int(value));
		return NULL;
	case IJ_GO_CLASS_UINT:
		ij_strbuf_printf(s->out, "%llu", (unsigned long long)ij_go_value_int(value));
		return NULL;
	case IJ_GO_CLASS_FLOAT:
		ij_go_float_text(s->out, ij_go_value_float(value),
				 (uint32_t)ij_ctype_strip(value->type)->size);
		return NULL;
	case IJ_GO_CLASS_STRING:
		IJ_TRY(ij_go_value_text(s->host, value, TEXT_MAX, &bytes, &size, &cut));
		ij_go_quote(s->out, bytes, size);
		ij_strbuf_puts(s->out, cut ? "..." : "");
		return NULL;
	case IJ_GO_CLASS_SLICE:
		return show_slice(s, value);
	case IJ_GO_CLASS_ARRAY:
		return show_elems(s, value, ij_ctype_strip(value->type)->count, 0, value->bytes,
				  (size_t)ij_ctype_strip(value->type)->size);
	case IJ_GO_CLASS_STRUCT:
		return show_struct(s, value);
	case IJ_GO_CLASS_MAP:
		return show_map(s, value);
	case IJ_GO_CLASS_EFACE:
	case IJ_GO_CLASS_IFACE:
		return show_interface(s, value, class == IJ_GO_CLASS_IFACE);
	case IJ_GO_CLASS_POINTER:
	case IJ_GO_CLASS_CHAN:
	case IJ_GO_CLASS_FUNC:
		return show_pointer(s, value, class);
	default:
		ij_strbuf_puts(s->out, "?");
		return NULL;
	}
}

static bool is_named(enum ij_go_class class)
{
	return class == IJ_GO_CLASS_ARRAY || class == IJ_GO_CLASS_STRUCT ||
	       class == IJ_GO_CLASS_MAP || class == IJ_GO_CLASS_SLICE;
}

static struct ij_error *show(struct shower *s, struct ij_go_value *value)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	const struct ij_ctype *elem = ij_go_type_elem(value->type);
	bool is_bytes = class == IJ_GO_CLASS_SLICE && elem &&
			!strcmp(elem->name ? elem->name : "", "uint8");
	struct ij_error *err;
	const char *text;

	if (s->depth >= DEPTH_MAX) {
		ij_strbuf_puts(s->out, "...");
		return NULL;
	}
	err = ij_go_value_load(s->host, value);
	if (err && (err->code == IJ_ERR_FAULT || err->code == IJ_ERR_LIMIT) && s->depth) {
		ij_error_free(err);
		ij_strbuf_puts(s->out, "(cannot be read)");
		return NULL;
	}
	IJ_TRY(err);
	if (is_named(class) && !is_bytes &&
	    (class == IJ_GO_CLASS_ARRAY || class == IJ_GO_CLASS_STRUCT || value->held ||
	     value->holds || ij_go_value_word(value, 0))) {
		IJ_TRY(ij_go_type_text(s->host, value->type, &text));
		ij_strbuf_puts(s->out, text);
	}
	s->depth++;
	err = show_class(s, value);
	s->depth--;
	if (err && s->depth && (err->code == IJ_ERR_FAULT || err->code == IJ_ERR_UNSUPPORTED)) {
		ij_strbuf_puts(s->out,
			       err->code == IJ_ERR_FAULT ? "(cannot be read)" : "(not kept)");
		ij_error_free(err);
		err = NULL;
	}
	return err;
}

/* An untyped constant as what it would be by default. */
static struct ij_error *give_type(struct ij_go_host *host, struct ij_go_value *value)
{
	static const char *const names[] = {[IJ_GO_CONST_INT] = "int",
					    [IJ_GO_CONST_FLOAT] = "float64",
					    [IJ_GO_CONST_BOOL] = "bool",
					    [IJ_GO_CONST_STRING] = "string"};
	const struct ij_ctype *type;
	const char *name = names[value->con.kind];

	IJ_TRY(ij_go_type_basic(host, name, strlen(name), &type));
	return ij_go_assign_to(host, value, type, "the value", value);
}

static struct ij_error *json_of(struct ij_json *json, const struct ij_go_value *value,
				const char *text)
{
	enum ij_go_class class = ij_go_class_of(value->type);
	IJ_STRBUF_AUTO bytes = {0};
	size_t len = strlen(text);

	if (!strcmp(text, "nil")) {
		ij_json_null(json, NULL);
	} else if (class == IJ_GO_CLASS_BOOL ||
		   ((class == IJ_GO_CLASS_INT || class == IJ_GO_CLASS_UINT) && len <= 16) ||
		   (class == IJ_GO_CLASS_FLOAT && isfinite(ij_go_value_float(value)))) {
		ij_json_raw(json, NULL, text);
	} else if (class == IJ_GO_CLASS_STRING && value->held) {
		ij_strbuf_add(&bytes, (const char *)value->held, value->held_size);
		ij_json_string(json, NULL, ij_strbuf_get(&bytes));
	} else {
		ij_json_string(json, NULL, text);
	}
	return ij_strbuf_error(&bytes);
}

static struct ij_error *show_one(struct ij_go_host *host, struct ij_go_value *value,
				 struct ij_strbuf *text, struct ij_json *json,
				 struct ij_strbuf *type)
{
	IJ_STRBUF_AUTO mine = {0};
	struct shower s = {.host = host, .out = &mine};
	const char *name;

	if (value->func && !value->bytes) {
		ij_strbuf_printf(text, "%s", value->func->name);
		ij_json_string(json, NULL, value->func->name);
		ij_strbuf_puts(type, "func");
		return NULL;
	}
	if (!value->type && value->con.kind == IJ_GO_CONST_NIL) {
		ij_strbuf_puts(text, "nil");
		ij_json_null(json, NULL);
		ij_strbuf_puts(type, "untyped nil");
		return NULL;
	}
	if (!value->type)
		IJ_TRY(give_type(host, value));
	IJ_TRY(show(&s, value));
	/* A string's bytes are at hand then, for JSON without the quotes. */
	if (ij_go_class_of(value->type) == IJ_GO_CLASS_STRING && !value->held) {
		bool cut;

		IJ_TRY(ij_go_value_text(host, value, TEXT_MAX, &value->held, &value->held_size,
					&cut));
	}
	ij_strbuf_puts(text, ij_strbuf_get(&mine));
	IJ_TRY(json_of(json, value, ij_strbuf_get(&mine)));
	IJ_TRY(ij_go_type_text(host, value->type, &name));
	ij_strbuf_puts(type, name);
	return ij_strbuf_error(&mine);
}

struct ij_error *ij_go_show(struct ij_go_host *host, struct ij_go_value *value,
			    struct ij_strbuf *text, struct ij_strbuf *json, struct ij_strbuf *type)
{
	bool is_one = !value->tuple;
	struct ij_json writer;

	ij_json_init(&writer, json);
	if (!is_one && !value->tuple_len) {
		ij_strbuf_puts(text, "()");
		ij_json_null(&writer, NULL);
		ij_strbuf_puts(type, "()");
		return NULL;
	}
	if (is_one)
		return show_one(host, value, text, &writer, type);
	ij_strbuf_puts(text, "(");
	ij_strbuf_puts(type, "(");
	ij_json_array(&writer, NULL);
	for (size_t i = 0; i < value->tuple_len; i++) {
		ij_strbuf_puts(text, i ? ", " : "");
		ij_strbuf_puts(type, i ? ", " : "");
		IJ_TRY(show_one(host, &value->tuple[i], text, &writer, type));
	}
	ij_strbuf_puts(text, ")");
	ij_strbuf_puts(type, ")");
	ij_json_array_end(&writer);
	return NULL;
}
