/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading struct iovec, msghdr and mmsghdr, and control messages (recvmsg(2), cmsg(3)). */
#include "lang/sysmsg.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Room for a control message or several that is to be filled in: what most programs have. */
#define CONTROL_ROOM 512

size_t ij_sysmsg_size(const char *name)
{
	if (!strcmp(name, "iovec"))
		return sizeof(struct iovec);
	if (!strcmp(name, "msghdr"))
		return sizeof(struct msghdr);
	return !strcmp(name, "mmsghdr") ? sizeof(struct mmsghdr) : 0;
}

/* The word at @off of @value leads to @target. */
static struct ij_error *point(struct ij_sysvalue *value, size_t off, uint64_t target)
{
	memcpy(value->bytes + off, &target, sizeof(target));
	if (value->pointers_len == IJ_SYSMEM_POINTERS_MAX)
		return ij_error_new(LIMIT, "over %d buffers that structs point to",
				    IJ_SYSMEM_POINTERS_MAX);
	value->pointers[value->pointers_len++] = (uint32_t)off;
	return NULL;
}

static void put(struct ij_sysvalue *value, size_t off, uint64_t word, size_t size)
{
	memcpy(value->bytes + off, &word, size);
}

/* Memory that a member points to: a string, a buffer, or an address in the target. */
struct pointed {
	bool left_out; /* `_` */
	bool memory;
	size_t off, size; /* of memory */
	uint64_t addr;    /* else */
};

/* @data: of a string its NUL does not count. */
static struct ij_error *parse_pointer(struct ij_parser *parser, struct ij_sysmem *mem, bool data,
				      struct pointed *ret)
{
	uint32_t column = ij_tokens_peek(&parser->toks, 0)->column;
	struct ij_arg arg = {0};
	struct ij_error *err = NULL;

	*ret = (struct pointed){.left_out = ij_tokens_accept(&parser->toks, "_")};
	if (ret->left_out)
		return NULL;
	IJ_TRY(ij_expr_parse(parser, &arg));
	ret->addr = arg.u64;
	ret->memory = arg.kind == IJ_ARG_BYTES;
	ret->size = arg.bytes_size - (ret->memory && data && !arg.buffer && arg.bytes_size);
	if (ret->memory)
		err = ij_sysmem_add(mem, arg.bytes, ret->size, &ret->off);
	else if (arg.kind != IJ_ARG_INT)
		err = ij_parser_error(&parser->toks, TYPE, column, "%s",
				      "this is a string, a buffer or an address");
	ij_arg_deinit(&arg);
	return err;
}

static const struct ij_sysmember iovec_members[] = {
	{.of = "iovec", .name = "iov_base"},
	{.of = "iovec", .name = "iov_len"},
};

/* The end of an iovec: what its members are together. */
static struct ij_error *finish_iovec(struct ij_parser *parser, struct ij_sysvalue *value,
				     size_t off, struct pointed *base, const uint64_t *len)
{
	const struct ij_tokens *toks = &parser->toks;
	uint32_t column = ij_tokens_peek(toks, 0)->column;

	if (!len && !base->memory && (base->left_out || base->addr))
		return ij_parser_error(toks, TYPE, column, "%s", "iov_len has to be given here");
	if (base->left_out) {
		IJ_TRY(ij_sysmem_add(value->mem, NULL, *len, &base->off));
		base->size = *len;
		base->memory = true;
	}
	if (base->memory && len && *len > base->size)
		return ij_parser_error(toks, TYPE, column, "iov_len is %llu, but iov_base has %zu",
				       (unsigned long long)*len, base->size);
	put(value, off + offsetof(struct iovec, iov_len), len ? *len : base->size, 8);
	if (base->memory)
		return point(value, off + offsetof(struct iovec, iov_base), base->off);
	put(value, off + offsetof(struct iovec, iov_base), base->addr, 8);
	return NULL;
}

/* `"text"`, `(char[64])0`, `{ADDRESS, LENGTH}`, `{"text", LENGTH}`, `{_, LENGTH}`. */
static struct ij_error *parse_iovec(struct ij_parser *parser, struct ij_sysvalue *value, size_t off)
{
	struct ij_tokens *toks = &parser->toks;
	struct pointed base = {0};
	uint64_t len = 0;
	bool given = false;

	if (!ij_tokens_accept(toks, "{")) {
		IJ_TRY(parse_pointer(parser, value->mem, true, &base));
		return finish_iovec(parser, value, off, &base, NULL);
	}
	for (unsigned idx = 0; !ij_tokens_is(toks, 0, "}"); idx++) {
		IJ_TRY(ij_sysmember_choose(parser, "iovec", iovec_members, 2, &idx));
		if (idx == 0) {
			IJ_TRY(parse_pointer(parser, value->mem, true, &base));
		} else if (!ij_tokens_accept(toks, "_")) {
			IJ_TRY(ij_sysvalue_number(parser, "iov_len", &len));
			given = true;
		}
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	IJ_TRY(ij_tokens_expect(toks, "}"));
	return finish_iovec(parser, value, off, &base, given ? &len : NULL);
}

/* Descriptors and numbers, `[3, 4]`: ints, one after another. */
static struct ij_error *parse_ints(struct ij_parser *parser, struct ij_sysvalue *value, size_t *off)
{
	struct ij_tokens *toks = &parser->toks;

	IJ_TRY(ij_tokens_expect(toks, "["));
	while (!ij_tokens_is(toks, 0, "]")) {
		uint64_t number;

		IJ_TRY(ij_sysvalue_number(parser, "each of these", &number));
		IJ_TRY(ij_sysvalue_room(parser, *off, sizeof(int)));
		put(value, *off, number, sizeof(int));
		*off += sizeof(int);
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	return ij_tokens_expect(toks, "]");
}

/* What a control message carries, to *@off on: `[3, 4]`, `{PID, UID, GID}`, `"bytes"`. */
static struct ij_error *parse_carried(struct ij_parser *parser, struct ij_sysvalue *value,
				      size_t *off)
{
	struct ij_tokens *toks = &parser->toks;
	struct ij_arg text = {0};
	struct ij_error *err;
	size_t size;

	if (ij_tokens_is(toks, 0, "[")) {
		return parse_ints(parser, value, off);
	} else if (ij_tokens_is(toks, 0, "{")) {
		IJ_TRY(ij_sysvalue_room(parser, *off, sizeof(struct ucred)));
		IJ_TRY(ij_sysvalue_parse(parser, "ucred", value, *off, &size));
		*off += size;
		return NULL;
	} else if (ij_tokens_peek(toks, 0)->kind != IJ_TOKEN_STRING) {
		return ij_tokens_expected(toks, "[3, 4], {PID, UID, GID} or \"bytes\"");
	}
	IJ_TRY(ij_literal_string(toks, &text));
	size = text.bytes_size - 1;
	err = ij_sysvalue_room(parser, *off, size);
	if (!err)
		memcpy(value->bytes + *off, text.bytes, size);
	*off += size;
	ij_arg_deinit(&text);
	return err;
}

/* `{SOL_SOCKET, SCM_RIGHTS, [3, 4]}`, to *@off on. */
static struct ij_error *parse_cmsg(struct ij_parser *parser, struct ij_sysvalue *value, size_t *off)
{
	struct ij_tokens *toks = &parser->toks;
	size_t start = *off;
	uint64_t level, type;

	IJ_TRY(ij_sysvalue_room(parser, start, sizeof(struct cmsghdr)));
	IJ_TRY(ij_tokens_expect(toks, "{"));
	IJ_TRY(ij_sysvalue_number(parser, "cmsg_level", &level));
	IJ_TRY(ij_tokens_expect(toks, ","));
	IJ_TRY(ij_sysvalue_number(parser, "cmsg_type", &type));
	*off += sizeof(struct cmsghdr);
	if (ij_tokens_accept(toks, ","))
		IJ_TRY(parse_carried(parser, value, off));
	put(value, start + offsetof(struct cmsghdr, cmsg_len), *off - start, 8);
	put(value, start + offsetof(struct cmsghdr, cmsg_level), level, 4);
	put(value, start + offsetof(struct cmsghdr, cmsg_type), type, 4);
	*off = CMSG_ALIGN(*off);
	return ij_tokens_expect(toks, "}");
}

/* `[{...}, {...}]`, `_`, or a buffer or an address. */
static struct ij_error *parse_control(struct ij_parser *parser, struct ij_sysmem *mem,
				      struct pointed *ret)
{
	struct ij_tokens *toks = &parser->toks;
	struct ij_sysvalue value = {.mem = mem};

	if (!ij_tokens_accept(toks, "[")) {
		IJ_TRY(parse_pointer(parser, mem, true, ret));
		ret->size = ret->left_out ? CONTROL_ROOM : ret->size;
		return ret->left_out ? ij_sysmem_add(mem, NULL, ret->size, &ret->off) : NULL;
	}
	while (!ij_tokens_is(toks, 0, "]")) {
		IJ_TRY(parse_cmsg(parser, &value, &ret->size));
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	ret->memory = true;
	IJ_TRY(ij_sysmem_add(mem, value.bytes, ret->size, &ret->off));
	return ij_tokens_expect(toks, "]");
}

/* A socket address as text, `_`, or an address in the target. */
static struct ij_error *parse_name(struct ij_parser *parser, struct ij_sysmem *mem,
				   struct pointed *ret)
{
	struct ij_sysplace place;

	if (ij_tokens_peek(&parser->toks, 0)->kind == IJ_TOKEN_STRING) {
		IJ_TRY(ij_systype_parse(parser, mem, "sockaddr", false, &place));
		*ret = (struct pointed){.memory = true, .off = place.off, .size = place.size};
		return NULL;
	}
	IJ_TRY(parse_pointer(parser, mem, false, ret));
	ret->size = ret->left_out ? sizeof(struct sockaddr_storage) : ret->size;
	return ret->left_out ? ij_sysmem_add(mem, NULL, ret->size, &ret->off) : NULL;
}

enum { NAME, NAMELEN, IOV, IOVLEN, CONTROL, CONTROLLEN, FLAGS, MEMBERS };

/* In the order of <sys/socket.h>. */
static const struct ij_sysmember msghdr_members[] = {
#define MEMBER(member, bytes)                                                            \
	{                                                                                \
		.of = "msghdr", .name = #member, .off = offsetof(struct msghdr, member), \
		.size = (bytes)                                                          \
	}
	[NAME] = MEMBER(msg_name, 8),       [NAMELEN] = MEMBER(msg_namelen, 4),
	[IOV] = MEMBER(msg_iov, 8),         [IOVLEN] = MEMBER(msg_iovlen, 8),
	[CONTROL] = MEMBER(msg_control, 8), [CONTROLLEN] = MEMBER(msg_controllen, 8),
	[FLAGS] = MEMBER(msg_flags, 4),
#undef MEMBER
};

/* A msghdr that is being read. */
struct message {
	size_t off;             /* of the value */
	bool memory[MEMBERS];   /* of a pointer: it leads to ours */
	bool given[MEMBERS];    /* of a number: it was */
	uint64_t have[MEMBERS]; /* of a length: that of what the pointer before it leads to */
	uint64_t says[MEMBERS]; /* of a number that was given */
};

/* A pointer, and behind it in the struct its length, @len units. */
static struct ij_error *put_pointed(struct message *msg, struct ij_sysvalue *value, unsigned idx,
				    const struct pointed *it, uint64_t len)
{
	size_t off = msg->off + msghdr_members[idx].off;

	msg->memory[idx] = it->memory || it->left_out;
	msg->have[idx + 1] = len;
	if (msg->memory[idx])
		return point(value, off, it->off);
	put(value, off, it->addr, 8);
	return NULL;
}

static struct ij_error *parse_member(struct ij_parser *parser, struct message *msg,
				     struct ij_sysvalue *value, unsigned idx)
{
	struct pointed it = {0};
	struct ij_sysplace place;

	switch (idx) {
	case NAME:
		IJ_TRY(parse_name(parser, value->mem, &it));
		return put_pointed(msg, value, idx, &it, it.size);
	case IOV:
		if (!ij_tokens_is(&parser->toks, 0, "[")) {
			IJ_TRY(ij_sysvalue_number(parser, "msg_iov that is no array", &it.addr));
			return put_pointed(msg, value, idx, &it, 0);
		}
		IJ_TRY(ij_systype_parse(parser, value->mem, "iovec", true, &place));
		it = (struct pointed){.memory = true, .off = place.off};
		return put_pointed(msg, value, idx, &it, place.len);
	case CONTROL:
		IJ_TRY(parse_control(parser, value->mem, &it));
		return put_pointed(msg, value, idx, &it, it.size);
	default:
		msg->given[idx] = !ij_tokens_accept(&parser->toks, "_");
		return msg->given[idx] ? ij_sysvalue_number(parser, msghdr_members[idx].name,
							    &msg->says[idx])
				       : NULL;
	}
}

/* The numbers, of which a length is at most that of what there is. */
static struct ij_error *put_numbers(const struct ij_parser *parser, const struct message *msg,
				    struct ij_sysvalue *value)
{
	static const unsigned lengths[] = {NAMELEN, IOVLEN, CONTROLLEN};

	put(value, msg->off + msghdr_members[FLAGS].off, msg->says[FLAGS], 4);
	for (unsigned i = 0; i < IJ_COUNT(lengths); i++) {
		unsigned idx = lengths[i];
		const struct ij_sysmember *member = &msghdr_members[idx];
		uint64_t number = msg->given[idx] ? msg->says[idx] : msg->have[idx];

		if (msg->memory[idx - 1] && number > msg->have[idx])
			return ij_parser_error(
				&parser->toks, TYPE, ij_tokens_peek(&parser->toks, 0)->column,
				"%s is %llu, but there are %llu", member->name,
				(unsigned long long)number, (unsigned long long)msg->have[idx]);
		put(value, msg->off + member->off, number, member->size);
	}
	return NULL;
}

static struct ij_error *parse_msghdr(struct ij_parser *parser, struct ij_sysvalue *value,
				     size_t off)
{
	struct ij_tokens *toks = &parser->toks;
	struct message msg = {.off = off};

	IJ_TRY(ij_tokens_expect(toks, "{"));
	for (unsigned idx = 0; !ij_tokens_is(toks, 0, "}"); idx++) {
		IJ_TRY(ij_sysmember_choose(parser, "msghdr", msghdr_members, MEMBERS, &idx));
		IJ_TRY(parse_member(parser, &msg, value, idx));
		if (!ij_tokens_accept(toks, ","))
			break;
	}
	IJ_TRY(put_numbers(parser, &msg, value));
	return ij_tokens_expect(toks, "}");
}

struct ij_error *ij_sysmsg_parse(struct ij_parser *parser, const char *name,
				 struct ij_sysvalue *value, size_t off)
{
	if (!strcmp(name, "iovec"))
		return parse_iovec(parser, value, off);
	/* Of a mmsghdr the rest is the kernel's to fill in. */
	return parse_msghdr(parser, value, off);
}
