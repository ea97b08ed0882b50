/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laying out a call in Go: values in registers and on the stack, strings in new memory. */
#include <string.h>

#include "session/go.h"

/* Of what is allocated for strings of one call, and of a stack frame. */
#define DATA_MAX (48u * 1024)
/* Of what is zero there, and from where on that is worth the while. */
#define ZEROS_MAX (128u * 1024)
#define ZEROS_MIN 512u
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
	uint32_t zeros;     /* where in the new memory the next zeros are */
	bool too_far;       /* a word on the stack leads to new memory that cannot be said so */
};

static uint32_t rounded(size_t size)
{
	return ((uint32_t)size + 15) & ~15u;
}

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
	b->too_far |= heap && bit >= 64;
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

/* Does the word at byte @at of @arg count from its new memory? */
static bool is_made_at(const struct ij_go_arg *arg, unsigned at)
{
	for (unsigned i = 0; arg->made && i < arg->made_len; i++)
		if (arg->made_at[i] == at)
			return true;
	return false;
}

/* A struct or array, part by part, or as it is; its new memory is at @heap_off of all. */
static void put_struct(struct builder *b, const struct ij_go_arg *arg,
		       const struct ij_go_type *type, const struct ij_go_place *place,
		       uint32_t heap_off)
{
	if (!place->in_regs)
		memcpy(b->stack + place->stack_off, arg->bytes, type->size);
	for (unsigned i = 0; !place->in_regs && arg->made && i < arg->made_len; i++) {
		uint64_t word;

		memcpy(&word, arg->bytes + arg->made_at[i], sizeof(word));
		put(b, place, arg->made_at[i] / 8u, word + heap_off, sizeof(word), true);
	}
	for (unsigned i = 0; place->in_regs && i < type->parts_len; i++) {
		const struct ij_go_part *part = &type->parts[i];
		bool heap = is_made_at(arg, part->off);
		uint64_t word = 0;

		memcpy(&word, arg->bytes + part->off, part->size);
		put(b, place, i, word + (heap ? heap_off : 0), part->size, heap);
	}
}

/* Memory that is made as a whole; its words that count from its own start, count from where it is.
 */
static void add_made(struct builder *b, const struct ij_go_arg *arg)
{
	uint32_t off = (uint32_t)b->head->data_size;
	uint8_t *bytes = b->out->bytes.items, *to = bytes + b->head->data + off;

	memcpy(to, arg->made, arg->made_size);
	for (size_t i = 0; i < arg->fixes_len; i++) {
		uint32_t at = off + arg->fixes[i];
		uint64_t word;

		memcpy(&word, to + arg->fixes[i], sizeof(word));
		word += off;
		memcpy(to + arg->fixes[i], &word, sizeof(word));
		memcpy(bytes + b->fixes_off + b->head->fixes_len++ * sizeof(at), &at, sizeof(at));
	}
	b->head->data_size += rounded(arg->made_size);
}

/* Bytes of new memory that @arg leads to. */
static size_t new_size(const struct ij_go_arg *arg)
{
	return arg->kind == IJ_GO_CONST_STRING ? arg->bytes_size : arg->made_size;
}

/* Zeros are not sent: the runtime gives memory that is zero, which is behind the rest then. */
static bool is_zero(const struct ij_go_arg *arg)
{
	const char *bytes = arg->kind == IJ_GO_CONST_STRING ? arg->bytes : arg->made;
	size_t size = new_size(arg);
	bool zero = size >= ZEROS_MIN && !arg->fixes_len;

	for (size_t i = 0; i < size && zero; i++)
		zero = !bytes[i];
	return zero;
}

/* Where in the new memory @arg is, of what it leads to. */
static uint32_t place_of(struct builder *b, const struct ij_go_arg *arg)
{
	uint32_t off = b->zeros;

	if (!is_zero(arg))
		return (uint32_t)b->head->data_size;
	b->zeros += rounded(new_size(arg));
	return off;
}

/* What a call leaves in that is read when it has returned. */
static struct ij_error *want_back(struct builder *b, const struct ij_go_arg *arg, uint32_t off)
{
	size_t idx = 0;

	if (!arg->out_size)
		return NULL;
	while (idx < IJ_GOCALL_READS_MAX && b->head->reads[idx].max)
		idx++;
	if (idx == IJ_GOCALL_READS_MAX || arg->out_size > IJ_GOCALL_HEAP_MAX)
		return ij_error_new(LIMIT, "what a call leaves in its arguments is too much");
	b->head->reads[idx] = (struct ij_gocall_read){
		.len = IJ_GOCALL_READ_HEAP, .elem_size = off + arg->out_off, .max = arg->out_size};
	b->head->flags |= IJ_GOCALL_HOLD_RESULTS;
	b->out->backs[b->out->backs_len++] = (int)idx;
	return NULL;
}

static struct ij_error *add_arg(struct builder *b, const struct ij_go_arg *arg,
				const struct ij_go_type *type, const struct ij_go_place *place)
{
	uint32_t off = place_of(b, arg);
	uint64_t len = arg->bytes_size;

	IJ_TRY(want_back(b, arg, off));

	if (arg->kind == IJ_GO_CONST_VALUE)
		put_struct(b, arg, type, place, off);
	for (unsigned i = 0; arg->kind == IJ_GO_CONST_WORDS && i < ij_go_type_words(type); i++) {
		bool heap = is_made_at(arg, 8 * i);

		put(b, place, i, arg->words[i] + (heap ? off : 0), type->size, heap);
	}
	if (arg->made && !is_zero(arg))
		add_made(b, arg);
	if (arg->kind == IJ_GO_CONST_WORDS || arg->kind == IJ_GO_CONST_VALUE)
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
	if (is_zero(arg))
		return NULL;
	memcpy(b->out->bytes.items + b->head->data + off, arg->bytes, arg->bytes_size);
	b->head->data_size += rounded(arg->bytes_size);
	return NULL;
}

/* What is to be read of the results while it is alive. */
static void plan_reads(const struct ij_go_sig *sig, struct ij_go_marshal *m, struct ij_gocall *head)
{
	int used = 0;

	while (used < IJ_GOCALL_READS_MAX && head->reads[used].max)
		used++;
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

/* Bytes of new memory: those that are sent, or with @zeros those that are zero. */
static uint64_t data_wanted(const struct ij_go_call *call, bool zeros)
{
	uint64_t size = 0;

	IJ_VEC_EACH (&call->args, arg)
		if (is_zero(arg) == zeros)
			size += rounded(new_size(arg));
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
	bool zero = pointer_type || b->zeros > b->head->data_size;
	const uint64_t args[] = {b->zeros, pointer_type, zero};

	if (registers) {
		memcpy(one->ints, args, sizeof(args));
		return;
	}
	one->stack = stack_off;
	one->stack_size = MALLOC_FRAME;
	memcpy(b->out->bytes.items + stack_off, args, sizeof(args));
}

/* The calls that are made, in their order. */
struct chain {
	const struct ij_go_call *calls[IJ_GOCALL_CALLS_MAX];
	struct ij_go_layout layouts[IJ_GOCALL_CALLS_MAX];
	size_t len;
};

static struct ij_error *chain_of(const struct ij_go_call *call, struct chain *ret)
{
	size_t len = 1;

	for (const struct ij_go_call *each = call; each->before; each = each->before)
		len++;
	/* One is left for memory. */
	if (len >= IJ_GOCALL_CALLS_MAX)
		return ij_error_new(LIMIT, "over %d calls on what the one before returned",
				    IJ_GOCALL_CALLS_MAX - 1);
	ret->len = len;
	for (const struct ij_go_call *each = call; each; each = each->before)
		ret->calls[--len] = each;
	return NULL;
}

/* Where a value begins among the words of arguments or results. */
static unsigned word_at(const struct ij_go_place *place)
{
	return place->in_regs ? place->parts[0].reg : IJ_GOCALL_INT_ARGS + place->stack_off / 8;
}

/* What it takes of the call before it. */
static void take_before(struct builder *b, const struct ij_go_call *call,
			const struct ij_go_place *arg, const struct ij_go_layout *before)
{
	const struct ij_go_type *type = &call->before->sig.results[0];
	const struct ij_go_place *result = &before->results[0];
	unsigned words = ij_go_type_words(type);

	if (type->kind == IJ_GO_STRUCT && !result->in_regs)
		words = (type->size + 7) / 8;
	b->one->from = (uint16_t)(word_at(result) + (call->method ? 1 : 0));
	b->one->from_len = (uint16_t)(call->method ? 1 : words);
	b->one->to = (uint16_t)word_at(arg);
	b->one->method = call->method;
}

static void frame_for(struct ij_gocall *head, uint32_t size)
{
	if (size > head->frame_size)
		head->frame_size = size;
}

/* All but where things are. */
static struct ij_error *plan_chain(struct builder *b, const struct ij_go_call *call,
				   const struct ij_go_target *target, bool registers,
				   struct chain *chain, uint64_t *data_ret, uint32_t *fixes_ret)
{
	struct ij_gocall *head = b->head;
	uint64_t zeros = 0;

	IJ_TRY(chain_of(call, chain));
	*data_ret = 0;
	*fixes_ret = 0;
	for (size_t i = 0; i < chain->len; i++) {
		const struct ij_go_call *each = chain->calls[i];
		const struct ij_go_sig *sig = each == call ? target->sig : &each->sig;

		ij_go_assign(sig, registers, &chain->layouts[i]);
		*data_ret += data_wanted(each, false);
		zeros += data_wanted(each, true);
		*fixes_ret += fixes_wanted(each);
		frame_for(head, chain->layouts[i].frame_size);
		frame_for(head, each->frame_min);
		if (chain->layouts[i].stack_size > head->stack_size)
			head->stack_size = chain->layouts[i].stack_size;
	}
	if (target->func.args > 0)
		frame_for(head, (uint32_t)target->func.args);
	frame_for(head, MALLOC_FRAME);
	b->out->layout = chain->layouts[chain->len - 1];
	/* The handler allocates for what it has to copy. */
	if (zeros && !*data_ret)
		*data_ret = rounded(1);
	b->zeros = (uint32_t)*data_ret;
	if (*data_ret > DATA_MAX || zeros > ZEROS_MAX || head->frame_size > FRAME_MAX)
		return ij_error_new(LIMIT, "the arguments of %s take too much memory", call->name);
	return NULL;
}

/* Call number @idx of @chain. */
static struct ij_error *add_call(struct builder *b, const struct chain *chain, size_t idx,
				 const struct ij_go_sig *sig)
{
	const struct ij_go_call *call = chain->calls[idx];
	const struct ij_go_layout *layout = &chain->layouts[idx];
	uint32_t stack_off;

	IJ_TRY(reserve(b->out, layout->stack_size, &stack_off));
	b->stack = b->out->bytes.items + stack_off;
	b->one->stack = stack_off;
	b->one->stack_size = layout->stack_size;
	b->one->func = call->code;
	b->one->context = call->context;
	for (size_t i = 0; i < call->args.len; i++)
		IJ_TRY(add_arg(b, &call->args.items[i], &sig->params[i], &layout->params[i]));
	if (call->before)
		take_before(b, call, &layout->params[call->before_arg], layout - 1);
	return NULL;
}

static struct ij_error *build(struct builder *b, const struct ij_go_call *call,
			      const struct ij_go_target *target, bool registers)
{
	struct ij_go_marshal *m = b->out;
	struct ij_gocall *head = b->head;
	uint64_t data, pointer_type = 0;
	struct chain chain;
	uint32_t off, malloc_off, fixes;

	IJ_TRY(plan_chain(b, call, target, registers, &chain, &data, &fixes));
	IJ_TRY(reserve(m, sizeof(*head), &off));
	IJ_TRY(reserve(m, (uint32_t)data, &off));
	head->data = off;
	/* Between texts is what looks like no address. */
	if (data)
		memset(m->bytes.items + off, 0xff, data);
	IJ_TRY(reserve(m, fixes, &b->fixes_off));
	head->fixes = b->fixes_off;
	IJ_TRY(reserve(m, MALLOC_FRAME, &malloc_off));
	IJ_TRY(reserve(m, (uint32_t)head->stack_size, &m->stack_off));
	head->calls_len = (uint32_t)chain.len + (data ? 1 : 0);
	for (size_t i = 0; i < chain.len; i++) {
		const struct ij_go_call *each = chain.calls[i];

		b->one = &head->calls[i + (data ? 1 : 0)];
		IJ_TRY(add_call(b, &chain, i, each == call ? target->sig : &each->sig));
		pointer_type = pointer_type ? pointer_type : each->pointer_type;
	}
	if (b->too_far)
		return ij_error_new(LIMIT,
				    "the arguments of %s lead to new memory too far on the "
				    "stack",
				    call->name);
	head->data_size = data;
	if (data)
		add_malloc(b, pointer_type, malloc_off, registers);
	head->stack = m->stack_off;
	/* What one returns is passed on to the next. */
	if (chain.len > 1)
		head->flags |= IJ_GOCALL_HOLD_RESULTS;
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
	head.unreachable = target->unreachable;
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
