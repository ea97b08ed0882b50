/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing what came of a system call. */
#include "session/report.h"

#include <string.h>

#include "base/json.h"
#include "lang/systypes.h"
#include "lang/text.h"

const uint8_t *ij_report_written(const struct ij_report *r, unsigned idx, size_t *size_ret)
{
	return ij_syscall_written(r->syscall, idx, r->made->value, r->result->scratch,
				  r->result->scratch_size, size_ret);
}

/* Is it a struct that can be shown member by member? */
static bool is_struct(const struct ij_sysarg *arg)
{
	return ij_systype_size(arg->param.of) != 0;
}

static struct ij_sysview view_of(const struct ij_report *r)
{
	return (struct ij_sysview){
		.mem = &r->syscall->mem, .after = r->result->scratch, .filled = r->made->value};
}

static void add_value(const struct ij_report *r, struct ij_strbuf *out)
{
	ij_syscall_print_result(r->syscall, r->made->value, out);
	if (r->made->fd)
		ij_strbuf_printf(out, " <%s>", r->made->fd);
}

void ij_report_syscall(const struct ij_report *r, struct ij_strbuf *out)
{
	add_value(r, out);
	for (unsigned i = 0; i < r->syscall->args_len; i++) {
		const struct ij_sysarg *arg = &r->syscall->args[i];
		struct ij_sysview view;
		const uint8_t *bytes;
		size_t size;

		if (!(bytes = ij_report_written(r, i, &size)))
			continue;
		view = view_of(r);
		if (arg->param.name[0])
			ij_strbuf_printf(out, "\n  %s: ", arg->param.name);
		else
			ij_strbuf_printf(out, "\n  arg %u: ", i + 1);
		if (is_struct(arg))
			ij_systype_print(arg->param.of, arg->param.array, &view, bytes, size, out);
		else
			ij_text_literal(bytes, size, out);
	}
	for (size_t i = 0; i < r->made->received_len; i++)
		if (r->made->received[i].what)
			ij_strbuf_printf(out, "\n  %d <%s>", r->made->received[i].fd,
					 r->made->received[i].what);
}

void ij_report_explain_syscall(const struct ij_report *r, struct ij_strbuf *out)
{
	for (unsigned i = 0; i < r->syscall->args_len; i++)
		if (r->made->fds[i])
			ij_strbuf_printf(out, "  %s: %d <%s>\n", r->syscall->args[i].param.name,
					 (int)r->syscall->args[i].value, r->made->fds[i]);
}

static void add_arg(struct ij_json *json, const struct ij_report *r, unsigned idx)
{
	const struct ij_sysarg *arg = &r->syscall->args[idx];
	const uint8_t *bytes;
	size_t size;

	ij_json_object(json, NULL);
	ij_json_string(json, "name", arg->param.name[0] ? arg->param.name : NULL);
	ij_json_string(json, "kind", ij_syskind_name(arg->param.kind));
	ij_json_string(json, "text", arg->text);
	if (r->made && r->made->fds[idx])
		ij_json_string(json, "fd", r->made->fds[idx]);
	if (r->made && !r->error && (bytes = ij_report_written(r, idx, &size))) {
		struct ij_sysview view = view_of(r);

		if (is_struct(arg))
			ij_systype_json(arg->param.of, arg->param.array, &view, bytes, size, json,
					"value");
		/* Of pointers they would say where our memory was. */
		if (!ij_systype_points(arg->param.of))
			ij_json_bytes(json, bytes, size);
	}
	ij_json_object_end(json);
}

void ij_report_json_syscall(struct ij_json *json, const struct ij_report *r)
{
	bool done = r->made && !r->error;
	int error = done ? ij_syscall_errno(r->made->value) : 0;
	IJ_STRBUF_AUTO value = {0};

	ij_json_object(json, "syscall");
	ij_json_string(json, "name", r->syscall->proto.name);
	ij_json_int(json, "number", r->syscall->proto.nr);
	ij_json_array(json, "args");
	for (unsigned i = 0; i < r->syscall->args_len; i++)
		add_arg(json, r, i);
	ij_json_array_end(json);
	if (done)
		add_value(r, &value);
	ij_json_string(json, "result", done ? ij_strbuf_get(&value) : NULL);
	ij_json_string(json, "errno", error ? strerrorname_np(error) : NULL);
	ij_json_string(json, "fd", done ? r->made->fd : NULL);
	ij_json_array(json, "received");
	for (size_t i = 0; done && i < r->made->received_len; i++) {
		ij_json_object(json, NULL);
		ij_json_int(json, "number", r->made->received[i].fd);
		ij_json_string(json, "fd", r->made->received[i].what);
		ij_json_object_end(json);
	}
	ij_json_array_end(json);
	ij_json_string(json, "note", r->made ? r->made->note : NULL);
	ij_json_object_end(json);
}
