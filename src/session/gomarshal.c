/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laying out a call in Go: values in registers and on the stack, strings in new memory. */
#include <string.h>

#include "session/go.h"

/* Of what is allocated for strings of one call, and of a stack frame. */
#define DATA_MAX  (48u * 1024)
#define FRAME_MAX (64u * 1024)
/* Strings and slices of results are read so far. */
#define READ_MAX 4096u
/* Arguments and result of runtime.mallocgc(size, typ, needzero) on the stack (ABI0). */
#define MALLOC_FRAME 32u
/* What the tracer saves behind it. */
#define XSTATE_ROOM (IJ_XSTATE_MAX + 64u)

struct builder {
	struct ij_go_marshal *out;
	struct ij_gocall *head; /* a copy, put in front at the end */
	struct ij_gocall_one *one;
	uint8_t *stack;     /* of the call */
	uint32_t fixes_off; /* in the bytes */
};

static struct ij_error *reserve(struct ij_go_marshal *m, uint32_t size, uint32_t *off_ret)
{
	uint32_t off = ((uint32_t)m->bytes.len + 15) & ~15u;
	size_t more = off + size - m->bytes.len;

	IJ_TRY(ij_vec_reserve(&m->bytes, more + 1));
	memset(m->bytes.items + m->bytes.len, 0, more);
	m->bytes.len = off + size;
	*off_ret = off;
	return NULL;
}

/* Word @idx of a value of @size bytes to its place. @heap: it counts from the new memory. */
static void put(struct builder *b, const struct ij_go_place *place, unsigned idx, uint64_t word,
		uint32_t size, bool heap)
{
	unsigned bit;

	if (!place->in_regs) {
		uint32_t off = place->stack_off + 8 * idx;

		memcpy(b->stack + off, &word, size < 8 ? size : 8);
		bit = IJ_GOCALL_INT_ARGS + off / 8;
	} else if (place->parts[idx].is_float) {
		b->one->floats[place->parts[idx].reg] = word;
		return;
	} else {
		b->one->ints[place->parts[idx].reg] = word;
		bit = place->parts[idx].reg;
	}
	if (heap && bit < 64)
		b->one->heap_mask |= 1ull << bit;
}

static uint64_t number_bits(const struct ij_go_arg *arg, const struct ij_go_type *type)
{
	double f64 = arg->kind == IJ_GO_CONST_FLOAT
			     ? arg->f64
			     : (arg->negative ? -(double)arg->u64 : (double)arg->u64);
	float f32 = (float)f64;
	uint64_t bits = 0;

	if (type->kind != IJ_GO_FLOAT)
		return arg->negative ? -arg->u64 : arg->u64;
	if (type->size == 4)
		memcpy(&bits, &f32, sizeof(f32));
	else
		memcpy(&bits, &f64, sizeof(f64));
	return bits;
}

/* A struct or array, part by part, or as it is. */
static void put_struct(struct builder *b, const uint8_t *bytes, const struct ij_go_type *type,
		       const struct ij_go_place *place)
{
	if (!place->in_regs)
		memcpy(b->stack + place->stack_off, bytes, type->size);
	for (unsigned i = 0; place->in_regs && i < type->parts_len; i++) {
		uint64_t word = 0;

		memcpy(&word, bytes + type->parts[i].off, type->parts[i].size);
		put(b, place, i, word, type->parts[i].size, false);
	}
}

/* Memory that is made as a whole; its words that count from its own start, count from where it is.
 */
static void add_made(struct builder *b, const struct ij_go_arg *arg)
{
	uint32_t off = (uint32_t)b->head->data_size;
	uint8_t *bytes = b->out->bytes.items, *to = bytes + b->head->data + off;

	memcpy(to, arg->bytes, arg->bytes_size);
	for (size_t i = 0; i < arg->fixes_len; i++) {
		uint32_t at = off + arg->fixes[i];
		uint64_t word;

		memcpy(&word, to + arg->fixes[i], sizeof(word));
		word += off;
		memcpy(to + arg->fixes[i], &word, sizeof(word));
		memcpy(bytes + b->fixes_off + b->head->fixes_len++ * sizeof(at), &at, sizeof(at));
	}
	b->head->data_size += (arg->bytes_size + 15) & ~15ull;
}

static struct ij_error *add_arg(struct builder *b, const struct ij_go_arg *arg,
				const struct ij_go_type *type, const struct ij_go_place *place)
{
	uint32_t off = (uint32_t)b->head->data_size;
	uint64_t len = arg->bytes_size;

	if (arg->kind == IJ_GO_CONST_VALUE) {
		put_struct(b, (const uint8_t *)arg->bytes, type, place);
		return NULL;
	}
	for (unsigned i = 0; arg->kind == IJ_GO_CONST_WORDS && i < ij_go_type_words(type); i++) {
		bool heap = arg->bytes && i == arg->made_word;

		put(b, place, i, arg->words[i] + (heap ? off : 0), type->size, heap);
	}
	if (arg->kind == IJ_GO_CONST_WORDS && arg->bytes)
		add_made(b, arg);
	if (arg->kind == IJ_GO_CONST_WORDS)
		return NULL;
	if (arg->kind == IJ_GO_CONST_NIL) {
		for (unsigned i = 0; i < ij_go_type_words(type); i++)
			put(b, place, i, 0, 8, false);
		return NULL;
	}
	if (arg->kind != IJ_GO_CONST_STRING) {
		put(b, place, 0, number_bits(arg, type), type->size, false);
		return NULL;
	}
	/* An empty string has no memory of its own. */
	put(b, place, 0, arg->bytes_size ? off : 0, 8, arg->bytes_size > 0);
	if (type->kind == IJ_GO_SLICE && type->elem_size)
		len /= type->elem_size;
	put(b, place, 1, len, 8, false);
	if (type->kind == IJ_GO_SLICE)
		put(b, place, 2, len, 8, false);
	memcpy(b->out->bytes.items + b->head->data + off, arg->bytes, arg->bytes_size);
	b->head->data_size += (arg->bytes_size + 15) & ~15ull;
	return NULL;
}

/* What is to be read of the results while it is alive. */
static void plan_reads(const struct ij_go_sig *sig, struct ij_go_marshal *m, struct ij_gocall *head)
{
	int used = 0;

	for (size_t i = 0; i < sig->results_len; i++) {
		const struct ij_go_type *type = &sig->results[i];
		const struct ij_go_place *place = &m->layout.results[i];
		unsigned first = place->in_regs ? place->parts[0].reg
						: IJ_GOCALL_INT_ARGS + place->stack_off / 8;
		bool is_text = type->kind == IJ_GO_STRING, is_error = type->kind == IJ_GO_INTERFACE;
		bool is_pointer = type->kind == IJ_GO_POINTER && type->elem_size &&
				  type->elem_size <= READ_MAX;

		m->reads[i] = -1;
		if (used == IJ_GOCALL_READS_MAX ||
		    (!is_text && !is_error && !is_pointer && type->kind != IJ_GO_SLICE))
			continue;
		/* An interface leads to a value that may begin with a string. */
		head->reads[used] = (struct ij_gocall_read){
			.ptr = (uint16_t)(first + is_error),
			.len = is_pointer ? IJ_GOCALL_READ_ONE : (uint16_t)(first + 1),
			.elem_size = is_error  ? 0
				     : is_text ? 1
					       : type->elem_size,
			.max = READ_MAX,
		};
		m->reads[i] = used++;
	}
	if (used)
		head->flags |= IJ_GOCALL_HOLD_RESULTS;
}

static uint64_t data_wanted(const struct ij_go_call *call)
{
	uint64_t size = 0;

	IJ_VEC_EACH (&call->args, arg)
		if (arg->kind == IJ_GO_CONST_STRING || arg->kind == IJ_GO_CONST_WORDS)
			size += (arg->bytes_size + 15) & ~15ull;
	return size;
}

static uint32_t fixes_wanted(const struct ij_go_call *call)
{
	size_t len = 0;

	IJ_VEC_EACH (&call->args, arg)
		len += arg->fixes_len;
	return (uint32_t)(len * sizeof(uint32_t));
}

/*
 * The call that gets memory for all that is new; its function is the tracer's to fill in. Where
 * that leads elsewhere, all of its words may be pointers: the collector looks into each.
 */
static void add_malloc(struct builder *b, uint64_t pointer_type, uint32_t stack_off, bool registers)
{
	struct ij_gocall_one *one = &b->head->calls[0];
	const uint64_t args[] = {b->head->data_size, pointer_type, pointer_type ? 1 : 0};

	if (registers) {
		memcpy(one->ints, args, sizeof(args));
		return;
	}
	one->stack = stack_off;
	one->stack_size = MALLOC_FRAME;
	memcpy(b->out->bytes.items + stack_off, args, sizeof(args));
}

static struct ij_error *build(struct builder *b, const struct ij_go_call *call,
			      const struct ij_go_target *target, bool registers)
{
	struct ij_go_marshal *m = b->out;
	struct ij_gocall *head = b->head;
	uint64_t data = data_wanted(call);
	uint32_t off, malloc_off, stack_off;

	ij_go_assign(target->sig, registers, &m->layout);
	if (data > DATA_MAX || m->layout.frame_size > FRAME_MAX)
		return ij_error_new(LIMIT, "the arguments of %s take too much memory", call->name);
	IJ_TRY(reserve(m, sizeof(*head), &off));
	IJ_TRY(reserve(m, (uint32_t)data, &off));
	head->data = off;
	/* Between texts is what looks like no address. */
	if (data)
		memset(m->bytes.items + off, 0xff, data);
	IJ_TRY(reserve(m, fixes_wanted(call), &b->fixes_off));
	head->fixes = b->fixes_off;
	IJ_TRY(reserve(m, MALLOC_FRAME, &malloc_off));
	IJ_TRY(reserve(m, m->layout.stack_size, &stack_off));
	IJ_TRY(reserve(m, m->layout.stack_size, &m->stack_off));
	head->calls_len = data ? 2 : 1;
	b->one = &head->calls[head->calls_len - 1];
	b->stack = m->bytes.items + stack_off;
	b->one->stack = stack_off;
	b->one->stack_size = m->layout.stack_size;
	for (size_t i = 0; i < call->args.len; i++)
		IJ_TRY(add_arg(b, &call->args.items[i], &target->sig->params[i],
			       &m->layout.params[i]));
	if (data)
		add_malloc(b, call->pointer_type, malloc_off, registers);
	head->stack = m->stack_off;
	head->stack_size = m->layout.stack_size;
	head->frame_size = m->layout.frame_size;
	if (target->func.args > 0 && (uint32_t)target->func.args > head->frame_size)
		head->frame_size = (uint32_t)target->func.args;
	if (head->frame_size < MALLOC_FRAME)
		head->frame_size = MALLOC_FRAME;
	plan_reads(target->sig, m, head);
	return NULL;
}

struct ij_error *ij_go_marshal(const struct ij_go_call *call, const struct ij_go_target *target,
			       ij_addr func, bool registers, struct ij_go_marshal *ret)
{
	struct ij_go_marshal m = {0};
	struct ij_gocall head = {0};
	struct builder b = {.out = &m, .head = &head};
	struct ij_error *err = build(&b, call, target, registers);

	if (err) {
		ij_vec_deinit(&m.bytes);
		return err;
	}
	b.one->func = func;
	b.one->context = target->context;
	/* A panic is told of, too. */
	head.flags |= IJ_GOCALL_HOLD;
	memcpy(m.bytes.items, &head, sizeof(head));
	/*
	 * The same for all: pages are never mapped anew between two calls, when a thread may still
	 * be on its way out of the handler.
	 */
	m.room = IJ_WIRE_SCRATCH_MAX;
	if (m.bytes.len + XSTATE_ROOM > m.room) {
		ij_vec_deinit(&m.bytes);
		return ij_error_new(LIMIT, "the arguments and results of %s take too much memory",
				    call->name);
	}
	*ret = m;
	return NULL;
}
