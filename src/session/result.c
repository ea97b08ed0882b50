/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What came of one expression, whole in itself: its texts name places in the target's modules,
 * which may be gone at the next call, so all are written at once.
 */
#include "session/result.h"

#include <stdlib.h>
#include <string.h>

#include "session/verdict.h"

struct buffer {
	unsigned arg; /* from 1 */
	size_t off, size;
};

struct ij_result {
	struct ij_error *error;
	enum ij_touch touch;
	pid_t tid;
	const char *status;  /* static storage */
	struct ij_type type; /* of the value */
	char *type_text;     /* NULL: not known */
	bool other;          /* it is a struct, an array: text alone */
	bool done;           /* there is a value, and what else is told of a call that is done */
	struct ij_result_regs regs;
	char *string;
	bool string_cut;
	uint8_t *scratch;              /* our memory in the target as the call left it */
	IJ_VEC(struct buffer) buffers; /* in `scratch` */
	int callee_errno;              /* -1: not known */
	const char *note;              /* static storage; or NULL */
	struct ij_captured captured;
	uint64_t kept, kept_size;
	uint64_t pause_ns, call_ns, wait_ns;
	char *text, *json, *explain, *denied; /* NULL: memory ran out */
};

/* What there is when there is no memory for any other; never changed. */
static const struct ij_result nomem = {.status = "nomem", .callee_errno = -1};

static char *write_text(const struct ij_report *report,
			void (*write)(const struct ij_report *, struct ij_strbuf *))
{
	struct ij_strbuf text = {0};

	write(report, &text);
	if (text.failed || !text.str) {
		ij_strbuf_deinit(&text);
		return NULL;
	}
	return text.str;
}

static void take_buffers(const struct ij_report *report, struct ij_call_result *taken,
			 struct ij_result *ret)
{
	size_t len = report->syscall ? report->syscall->args_len : report->call->args.len;

	for (size_t i = 0; i < len; i++) {
		size_t size;
		const uint8_t *bytes =
			report->syscall ? ij_report_written(report, (unsigned)i, &size)
					: ij_call_result_buffer(report->call, taken, i, &size);
		struct buffer buffer = {.arg = (unsigned)i + 1, .size = size};

		if (!bytes)
			continue;
		buffer.off = (size_t)(bytes - taken->scratch);
		ij_error_free(ij_vec_push(&ret->buffers, buffer));
	}
	ret->scratch = taken->scratch;
	taken->scratch = NULL;
}

static void take_outcome(const struct ij_report *report, struct ij_call_result *taken,
			 struct ij_result *ret)
{
	const struct ij_wire_outcome *o = &taken->outcome;

	if (!report->error || o->status != IJ_WIRE_DONE)
		ret->status = ij_outcome_status(o, report->error);
	ret->tid = o->verdict.tid;
	ret->pause_ns = report->pause_ns + o->pause_ns;
	ret->call_ns = report->call_ns + o->call_ns;
	ret->wait_ns = o->wait_ns;
	ret->kept = o->kept;
	ret->kept_size = o->kept_size;
	ret->captured = taken->captured;
	taken->captured = (struct ij_captured){0};
	if (report->error)
		return;
	ret->done = true;
	ret->regs = taken->regs;
	ret->string = taken->string;
	ret->string_cut = taken->string_cut;
	taken->string = NULL;
	if (o->errno_known)
		ret->callee_errno = o->callee_errno;
	if (report->syscall) {
		ret->callee_errno = ij_syscall_errno(report->made->value);
		ret->note = report->made->note;
	}
	take_buffers(report, taken, ret);
}

struct ij_result *ij_result_new(void)
{
	struct ij_result *result = calloc(1, sizeof(*result));

	return result ? result : (struct ij_result *)(uintptr_t)&nomem;
}

void ij_result_set_value(struct ij_result *result, const struct ij_type *type,
			 const struct ij_result_regs *regs, const char *string)
{
	if (ij_result_is_nomem(result))
		return;
	result->done = true;
	result->type = *type;
	result->other = type->kind == IJ_TYPE_VOID && result->type_text &&
			strcmp(result->type_text, "void");
	result->regs = *regs;
	free(result->string);
	result->string = string ? strdup(string) : NULL;
}

bool ij_result_is_nomem(const struct ij_result *result)
{
	return result == &nomem;
}

void ij_result_fill(struct ij_result *result, const struct ij_report *report,
		    struct ij_call_result *taken)
{
	struct ij_error *error = taken ? taken->error : (struct ij_error *)(uintptr_t)report->error;

	if (ij_result_is_nomem(result)) {
		if (taken)
			ij_call_result_deinit(taken);
		else
			ij_error_free(error);
		return;
	}
	result->error = error;
	result->touch = ij_report_touch(report);
	result->status = error ? ij_error_code_name(error->code) : "skipped";
	result->callee_errno = -1;
	result->text = write_text(report, ij_report_value);
	if (!report->text_only)
		result->json = write_text(report, ij_report_json);
	result->explain = write_text(report, ij_report_explain);
	result->denied = write_text(report, ij_report_denied);
	if (report->value_type) {
		result->type_text = strdup(report->value_type);
	} else if (report->call && report->call->ret_known) {
		result->type = report->call->ret;
		result->type_text = strdup(result->type.text);
	}
	if (!error && report->value_text)
		result->status = "done";
	if (taken) {
		take_outcome(report, taken, result);
		taken->error = NULL;
		ij_call_result_deinit(taken);
	}
}

struct ij_result *ij_result_create(pid_t pid, const char *text, const struct ij_call *call,
				   const struct ij_error *error)
{
	struct ij_report report = {.pid = pid, .expr = text, .call = call};

	return ij_result_unmade(&report, error);
}

struct ij_result *ij_result_unmade(struct ij_report *report, const struct ij_error *error)
{
	struct ij_result *result = ij_result_new();

	if (error) {
		struct ij_error *copy =
			ij_error_make(error->code, error->os, error->where, "%s", error->msg);

		if (copy->code == error->code && copy->code != IJ_ERR_NOMEM)
			copy->touch = error->touch;
		report->error = copy;
	}
	ij_result_fill(result, report, NULL);
	return result;
}

void ij_result_free(struct ij_result *result)
{
	if (!result || ij_result_is_nomem(result))
		return;
	ij_error_free(result->error);
	ij_vec_deinit(&result->buffers);
	free(result->type_text);
	free(result->string);
	free(result->scratch);
	ij_captured_deinit(&result->captured);
	free(result->text);
	free(result->json);
	free(result->explain);
	free(result->denied);
	free(result);
}

const struct ij_error *ij_result_error(const struct ij_result *result)
{
	return ij_result_is_nomem(result) ? ij_error_nomem() : result->error;
}

const char *ij_result_status(const struct ij_result *result)
{
	return result->status;
}

enum ij_touch ij_result_touch(const struct ij_result *result)
{
	return result->touch;
}

pid_t ij_result_tid(const struct ij_result *result)
{
	return result->tid;
}

const char *ij_result_text(const struct ij_result *result)
{
	return result->text ? result->text : "";
}

const char *ij_result_json(const struct ij_result *result)
{
	return result->json ? result->json : "";
}

const char *ij_result_explain(const struct ij_result *result)
{
	return result->explain ? result->explain : "";
}

const void *ij_result_output(const struct ij_result *result, size_t idx, int *stream_ret,
			     size_t *size_ret)
{
	const struct ij_captured_part *part;

	if (idx >= result->captured.list.len)
		return NULL;
	part = &result->captured.list.items[idx];
	*stream_ret = part->stream;
	*size_ret = part->size;
	return result->captured.bytes + part->off;
}

uint64_t ij_result_kept(const struct ij_result *result, uint64_t *size_ret)
{
	if (size_ret)
		*size_ret = result->kept_size;
	return result->kept;
}

bool ij_result_output_cut(const struct ij_result *result)
{
	return result->captured.cut;
}

const char *ij_result_denied(const struct ij_result *result)
{
	return result->denied ? result->denied : "";
}

const char *ij_result_note(const struct ij_result *result)
{
	return result->note ? result->note : "";
}

enum ij_value_kind ij_result_kind(const struct ij_result *result)
{
	static const enum ij_value_kind kinds[] = {
		[IJ_TYPE_VOID] = IJ_VALUE_VOID,       [IJ_TYPE_BOOL] = IJ_VALUE_UINT,
		[IJ_TYPE_CHAR] = IJ_VALUE_INT,        [IJ_TYPE_INT] = IJ_VALUE_INT,
		[IJ_TYPE_UINT] = IJ_VALUE_UINT,       [IJ_TYPE_FLOAT] = IJ_VALUE_FLOAT,
		[IJ_TYPE_POINTER] = IJ_VALUE_POINTER, [IJ_TYPE_STRING] = IJ_VALUE_STRING,
	};

	if (result->done && result->other)
		return IJ_VALUE_OTHER;
	return result->done ? kinds[result->type.kind] : IJ_VALUE_NONE;
}

const char *ij_result_type(const struct ij_result *result)
{
	return result->type_text;
}

uint64_t ij_result_uint(const struct ij_result *result)
{
	long double value;

	if (!result->done)
		return 0;
	if (result->type.kind != IJ_TYPE_FLOAT)
		return ij_value_integer(&result->type, &result->regs);
	/* Where C leaves the conversion undefined (C17, 6.3.1.4) it is 0. */
	value = ij_value_float(&result->type, &result->regs);
	return value > -1 && value < 0x1p64L ? (uint64_t)value : 0;
}

int64_t ij_result_int(const struct ij_result *result)
{
	long double value;

	if (!result->done || result->type.kind != IJ_TYPE_FLOAT)
		return (int64_t)ij_result_uint(result);
	value = ij_value_float(&result->type, &result->regs);
	return value >= -0x1p63L && value < 0x1p63L ? (int64_t)value : 0;
}

double ij_result_float(const struct ij_result *result)
{
	if (!result->done)
		return 0;
	if (result->type.kind == IJ_TYPE_FLOAT)
		return (double)ij_value_float(&result->type, &result->regs);
	return ij_result_kind(result) == IJ_VALUE_INT ? (double)ij_result_int(result)
						      : (double)ij_result_uint(result);
}

const char *ij_result_string(const struct ij_result *result, bool *cut_ret)
{
	if (cut_ret)
		*cut_ret = result->string_cut;
	return result->string;
}

const void *ij_result_buffer(const struct ij_result *result, unsigned arg, size_t *size_ret)
{
	IJ_VEC_EACH (&result->buffers, buffer) {
		if (buffer->arg == arg) {
			*size_ret = buffer->size;
			return result->scratch + buffer->off;
		}
	}
	return NULL;
}

int ij_result_errno(const struct ij_result *result)
{
	return result->callee_errno;
}

uint64_t ij_result_pause_ns(const struct ij_result *result)
{
	return result->pause_ns;
}

uint64_t ij_result_call_ns(const struct ij_result *result)
{
	return result->call_ns;
}

uint64_t ij_result_wait_ns(const struct ij_result *result)
{
	return result->wait_ns;
}
