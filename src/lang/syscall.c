/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parsing a system call: its name, and its arguments by the table. */
#include "lang/syscall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang/syscall_impl.h"
#include "lang/sysspecial.h"
#include "lang/systypes.h"

struct builder {
	struct ij_syscall *out;
	const struct ij_prototypes *protos;
};

void ij_syscall_deinit(struct ij_syscall *call)
{
	free(call->text);
	for (unsigned i = 0; i < call->args_len; i++)
		free(call->args[i].text);
	ij_sysmem_deinit(&call->mem);
	*call = (struct ij_syscall){0};
}

bool ij_syscall_is_expr(const char *word)
{
	return strchr(word, '(') != NULL;
}

static const char *call_name(const struct ij_syscall *call, char buf[32])
{
	if (call->proto.name)
		return call->proto.name;
	snprintf(buf, 32, "system call %d", call->proto.nr);
	return buf;
}

struct ij_error *ij_syscall_wrong(const struct ij_syscall *call, const char *what)
{
	const char *params = call->proto.signature ? strchr(call->proto.signature, ':') : NULL;
	char buf[32];
	const char *name = call_name(call, buf);

	if (!params)
		return ij_error_new(TYPE, "%s: %s", name, what);
	return ij_error_new(TYPE, "%s: %s; its parameters are (%s)", name, what,
			    params[1] ? params + 2 : "none");
}

/* By name or number. */
static struct ij_error *find(struct ij_syscall *call, const char *name, size_t len)
{
	int nr = ij_syscall_number(name, len);

	if (nr < 0 && len && len < 6 && strspn(name, "0123456789") >= len)
		nr = atoi(name);
	if (nr < 0)
		return ij_error_new(NOTFOUND,
				    "%s is no system call of this machine; give its name or its "
				    "number, or if it is a function, interject call",
				    ij_quote(name, len).str);
	ij_sysproto_get(nr, &call->proto);
	return NULL;
}

struct ij_error *ij_syscall_add_memory(struct ij_syscall *call, const void *bytes, size_t size,
				       struct ij_sysarg *arg)
{
	size_t off;

	IJ_TRY(ij_error_wrap(ij_sysmem_add(&call->mem, bytes, size, &off), "%s", call->text));
	arg->memory = true;
	arg->value = off;
	arg->size = size;
	return NULL;
}

static bool takes_string(enum ij_syskind kind)
{
	return kind == IJ_SYSKIND_PATH || kind == IJ_SYSKIND_STR || kind == IJ_SYSKIND_DATA;
}

static bool takes_memory(enum ij_syskind kind)
{
	return takes_string(kind) || kind == IJ_SYSKIND_ANY || kind == IJ_SYSKIND_ADDR ||
	       kind == IJ_SYSKIND_OUTBUF || kind == IJ_SYSKIND_IN || kind == IJ_SYSKIND_OUT ||
	       kind == IJ_SYSKIND_BOTH || kind == IJ_SYSKIND_LENP;
}

static bool is_struct(enum ij_syskind kind)
{
	return kind == IJ_SYSKIND_IN || kind == IJ_SYSKIND_OUT || kind == IJ_SYSKIND_BOTH;
}

/* A pointer to a mere number. */
static bool is_scalar(const struct ij_sysparam *param)
{
	return param->kind == IJ_SYSKIND_IN && !param->array &&
	       (!strcmp(param->of, "int") || !strcmp(param->of, "uint") ||
		!strcmp(param->of, "long"));
}

bool ij_syskind_follows(enum ij_syskind kind)
{
	return kind == IJ_SYSKIND_OUTBUF || kind == IJ_SYSKIND_OUT || kind == IJ_SYSKIND_LEN ||
	       kind == IJ_SYSKIND_COUNT || kind == IJ_SYSKIND_LENP;
}

/* The kernel takes 32 bits of these. */
static bool is_narrow(enum ij_syskind kind)
{
	return kind == IJ_SYSKIND_INT || kind == IJ_SYSKIND_UINT || kind == IJ_SYSKIND_FD ||
	       kind == IJ_SYSKIND_DIRFD || kind == IJ_SYSKIND_MODE;
}

struct ij_error *ij_syscall_bad_arg(const struct ij_syscall *call, unsigned idx, const char *what)
{
	const struct ij_sysarg *arg = &call->args[idx];
	IJ_STRBUF_AUTO text = {0};

	ij_strbuf_printf(&text, "argument %u", idx + 1);
	if (arg->param.name[0])
		ij_strbuf_printf(&text, " (%s)", arg->param.name);
	ij_strbuf_printf(&text, " %s, but is %s", what, ij_quote(arg->text, strlen(arg->text)).str);
	return ij_syscall_wrong(call, ij_strbuf_get(&text));
}

/* A buffer in the place of a struct is as large as that, unless another argument says how large. */
static struct ij_error *check_struct(const struct ij_syscall *call, unsigned idx, size_t size)
{
	const struct ij_sysparam *param = &call->args[idx].param;
	size_t min = ij_systype_size(param->of);
	char what[64];

	for (unsigned i = 0; i < call->proto.params_len; i++)
		if (i != idx && ij_syskind_follows(call->proto.params[i].kind) &&
		    call->proto.params[i].kind != IJ_SYSKIND_OUT &&
		    call->proto.params[i].link == idx)
			return NULL;
	if (size >= min)
		return NULL;
	snprintf(what, sizeof(what), "has %zu bytes, %s has %zu", size, param->of, min);
	return ij_syscall_bad_arg(call, idx, what);
}

/* What the expression of argument @idx came to. */
static struct ij_error *take_value(struct ij_syscall *call, unsigned idx,
				   const struct ij_arg *value)
{
	struct ij_sysarg *arg = &call->args[idx];
	enum ij_syskind kind = arg->param.kind;
	size_t size = value->bytes_size;

	switch (value->kind) {
	case IJ_ARG_INT:
		if (is_scalar(&arg->param) && value->type.kind != IJ_TYPE_POINTER)
			return ij_syscall_add_memory(call, &value->u64,
						     ij_systype_size(arg->param.of), arg);
		arg->value = value->u64;
		if (is_narrow(kind) && (int64_t)value->u64 != (int32_t)value->u64 &&
		    value->u64 > UINT32_MAX)
			return ij_syscall_bad_arg(call, idx, "is a number of 32 bits");
		return NULL;
	case IJ_ARG_BYTES:
		if (!takes_memory(kind))
			return ij_syscall_bad_arg(call, idx, "is a number");
		if (is_struct(kind))
			IJ_TRY(check_struct(call, idx, size));
		/* What is written is the text, not its end. */
		if (kind == IJ_SYSKIND_DATA && !value->buffer && size)
			size--;
		IJ_TRY(ij_syscall_add_memory(call, value->bytes, size, arg));
		arg->out = value->buffer;
		arg->len = arg->param.array ? size / ij_systype_size(arg->param.of) : 0;
		return NULL;
	case IJ_ARG_SYMBOL:
		return ij_syscall_bad_arg(
			call, idx,
			"cannot be the address of a symbol: write the address as a number");
	case IJ_ARG_FLOAT:
		break;
	}
	return ij_syscall_bad_arg(call, idx, "is no floating-point number");
}

/* `{...}`, `[...]`, or the text of a socket address. */
static struct ij_error *parse_struct(struct ij_syscall *call, struct ij_parser *parser,
				     struct ij_sysarg *arg)
{
	struct ij_sysplace place;

	IJ_TRY(ij_systype_parse(parser, &call->mem, arg->param.of, arg->param.array, &place));
	arg->out = arg->param.kind != IJ_SYSKIND_IN;
	arg->memory = true;
	arg->value = place.off;
	arg->size = place.size;
	arg->len = place.len;
	return NULL;
}

/* One argument at the parser's position; for argument @idx, whose text is set later. */
static struct ij_error *parse_value(struct builder *b, struct ij_parser *parser, unsigned idx)
{
	struct ij_sysarg *arg = &b->out->args[idx];
	size_t first = parser->toks.pos;
	const struct ij_token *begin = ij_tokens_peek(&parser->toks, 0), *last;
	struct ij_arg value = {0};
	struct ij_error *err = NULL;
	bool left_out = ij_tokens_is(&parser->toks, 0, "_");
	bool structured = is_struct(arg->param.kind) && ij_systype_starts(parser, arg->param.of);

	if (left_out)
		ij_tokens_next(&parser->toks);
	else if (structured)
		IJ_TRY(parse_struct(b->out, parser, arg));
	else
		IJ_TRY(ij_expr_parse(parser, &value));
	last = parser->toks.list.items + (parser->toks.pos > first ? parser->toks.pos - 1 : first);
	arg->text = strndup(begin->text, (size_t)(last->text + last->len - begin->text));
	if (!arg->text)
		err = ij_error_nomem();
	else if (left_out && !ij_syskind_follows(arg->param.kind))
		err = ij_syscall_bad_arg(b->out, idx, "has to be given");
	else if (!left_out && !structured)
		err = take_value(b->out, idx, &value);
	ij_arg_deinit(&value);
	return err;
}

struct ij_error *ij_syscall_begin_arg(struct ij_syscall *call, unsigned *idx_ret)
{
	const struct ij_sysproto *proto = &call->proto;
	unsigned max = proto->signature ? proto->params_len : IJ_SYSCALL_ARGS_MAX;
	char what[64];

	if (call->args_len == max) {
		snprintf(what, sizeof(what), "takes at most %u argument%s", max,
			 max == 1 ? "" : "s");
		return ij_syscall_wrong(call, what);
	}
	*idx_ret = call->args_len++;
	call->args[*idx_ret] = (struct ij_sysarg){0};
	if (proto->signature)
		call->args[*idx_ret].param = proto->params[*idx_ret];
	ij_sysspecial(call, *idx_ret, &call->args[*idx_ret].param);
	return NULL;
}

/* A word that is taken as it stands where a string is wanted. */
static bool is_plain_word(const char *word)
{
	return !strchr("\"'&(_", *word) && strcmp(word, "NULL") != 0 && strcmp(word, "0") != 0 &&
	       strncmp(word, "0x", 2) != 0;
}

/* A socket address without quotes. */
static bool is_plain_address(const struct ij_sysparam *param, const char *word)
{
	return !strcmp(param->of, "sockaddr") && param->kind == IJ_SYSKIND_IN &&
	       (*word == '/' || *word == '@' || (*word != '"' && strchr(word, ':')));
}

/* What needs no parsing: text, or the text of an address. */
static struct ij_error *take_word(struct ij_syscall *call, const char *word, struct ij_sysarg *arg)
{
	uint8_t bytes[IJ_SYSVALUE_MAX] = {0};
	size_t size;

	arg->text = strdup(word);
	if (!arg->text)
		return ij_error_nomem();
	if (takes_string(arg->param.kind))
		return ij_syscall_add_memory(
			call, word, strlen(word) + (arg->param.kind != IJ_SYSKIND_DATA), arg);
	IJ_TRY(ij_sockaddr_parse(word, bytes, &size));
	return ij_syscall_add_memory(call, bytes, size, arg);
}

static struct ij_error *parse_word(struct builder *b, const char *word)
{
	struct ij_parser parser = {.protos = b->protos};
	struct ij_texts texts = {0};
	struct ij_sysarg *arg;
	struct ij_error *err;
	unsigned idx;

	IJ_TRY(ij_syscall_begin_arg(b->out, &idx));
	arg = &b->out->args[idx];
	if ((takes_string(arg->param.kind) && is_plain_word(word)) ||
	    is_plain_address(&arg->param, word))
		return take_word(b->out, word, arg);
	parser.texts = &texts;
	IJ_TRY(ij_tokens_init(&parser.toks, word, false));
	err = parse_value(b, &parser, idx);
	if (!err && ij_tokens_peek(&parser.toks, 0)->kind != IJ_TOKEN_END)
		err = ij_tokens_expected(&parser.toks, "the end of the argument");
	ij_tokens_deinit(&parser.toks);
	ij_texts_deinit(&texts);
	return err;
}

static struct ij_error *parse_list(struct builder *b, struct ij_parser *parser)
{
	struct ij_tokens *toks = &parser->toks;
	const struct ij_token *name = ij_tokens_peek(toks, 0);

	if (name->kind != IJ_TOKEN_NAME && name->kind != IJ_TOKEN_NUMBER)
		return ij_tokens_expected(toks, "a system call, name(...)");
	IJ_TRY(find(b->out, name->text, name->len));
	ij_tokens_next(toks);
	IJ_TRY(ij_tokens_expect(toks, "("));
	if (!ij_tokens_is(toks, 0, ")")) {
		do {
			unsigned idx;

			IJ_TRY(ij_syscall_begin_arg(b->out, &idx));
			IJ_TRY(parse_value(b, parser, idx));
		} while (ij_tokens_accept(toks, ","));
	}
	IJ_TRY(ij_tokens_expect(toks, ")"));
	ij_tokens_accept(toks, ";");
	if (ij_tokens_peek(toks, 0)->kind != IJ_TOKEN_END)
		return ij_tokens_expected(toks, "the end of the system call");
	return NULL;
}

static struct ij_error *parse_expr(struct builder *b, const char *text)
{
	struct ij_texts texts = {0};
	struct ij_parser parser = {.protos = b->protos, .texts = &texts};
	struct ij_error *err;

	b->out->text = strdup(text);
	if (!b->out->text)
		return ij_error_nomem();
	IJ_TRY(ij_tokens_init(&parser.toks, text, false));
	err = parse_list(b, &parser);
	ij_tokens_deinit(&parser.toks);
	ij_texts_deinit(&texts);
	return err;
}

static struct ij_error *parse_words(struct builder *b, char *const *words, size_t words_len)
{
	IJ_STRBUF_AUTO text = {0};

	ij_strbuf_printf(&text, "%s(", words[0]);
	for (size_t i = 1; i < words_len; i++)
		ij_strbuf_printf(&text, "%s%s", i > 1 ? ", " : "", words[i]);
	ij_strbuf_puts(&text, ")");
	IJ_TRY(ij_strbuf_error(&text));
	b->out->text = strdup(ij_strbuf_get(&text));
	if (!b->out->text)
		return ij_error_nomem();
	IJ_TRY(find(b->out, words[0], strlen(words[0])));
	for (size_t i = 1; i < words_len; i++)
		IJ_TRY(parse_word(b, words[i]));
	return NULL;
}

struct ij_error *ij_syscall_parse(const struct ij_prototypes *protos, char *const *words,
				  size_t words_len, struct ij_syscall *ret)
{
	struct ij_syscall call = {0};
	struct builder b = {.out = &call, .protos = protos};
	struct ij_error *err;

	err = words_len == 1 && ij_syscall_is_expr(words[0]) ? parse_expr(&b, words[0])
							     : parse_words(&b, words, words_len);
	if (!err)
		err = ij_syscall_complete(&call);
	if (err)
		ij_syscall_deinit(&call);
	else
		*ret = call;
	return err;
}
