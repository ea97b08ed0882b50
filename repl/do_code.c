/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about the target's code: disassemble, symbol, maps, sharedlibrary. */
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

enum { LINES_MAX = 4096, AROUND = 10 };

/* Where the operand says, or where the chosen frame stands. */
static struct ij_error *place_of(struct ij_interp *interp, struct ij_stop *stop,
				 const char *operand, uint64_t *ret)
{
	struct ij_stop_frame frame;

	if (*operand)
		return ij_interp_address(interp, stop, operand, 0, ret);
	IJ_CLI_TRY(ij_stop_frame(stop, interp->level, &frame));
	*ret = frame.pc;
	return NULL;
}

/* Run @fn on a stop. */
static struct ij_error *look(struct ij_interp *interp, const char *operand,
			     struct ij_error *(*fn)(struct ij_interp *interp, struct ij_stop *stop,
						    const char *operand))
{
	struct ij_error *err;
	struct ij_look at;

	IJ_CLI_TRY(ij_look_begin(interp, &at));
	err = fn(interp, at.stop, operand);
	ij_look_end(&at);
	return err;
}

static struct ij_error *disassemble(struct ij_interp *interp, struct ij_stop *stop,
				    const char *operand)
{
	struct ij_text text = {0}, json = {0};
	struct ij_stop_symbol symbol;
	struct ij_error *err;
	uint64_t pc, addr, end;

	IJ_CLI_TRY(place_of(interp, stop, operand, &pc));
	err = ij_stop_symbol(stop, pc, &symbol);
	/* Without a symbol that has an end, what follows. */
	addr = !err && symbol.size ? symbol.addr : pc;
	end = !err && symbol.size ? symbol.addr + symbol.size : pc + 15 * AROUND;
	ij_error_free(err);
	ij_text_printf(&json, "{\"pid\":%d,\"instructions\":[", interp->pid);
	err = NULL;
	for (unsigned i = 0; addr < end && i < LINES_MAX; i++) {
		char code[128], place[256];
		unsigned size;

		err = ij_stop_disassemble(stop, addr, code, sizeof(code), &size);
		if (err)
			break;
		ij_stop_describe(stop, addr, place, sizeof(place));
		ij_text_printf(&text, "%s%s 0x%012llx <%s>  %s", text.len ? "\n" : "",
			       addr == pc ? "=>" : "  ", (unsigned long long)addr, place, code);
		ij_text_printf(&json, "%s{\"address\":\"0x%llx\",\"text\":", i ? "," : "",
			       (unsigned long long)addr);
		ij_text_json(&json, code);
		ij_text_puts(&json, "}");
		addr += size;
	}
	ij_text_puts(&json, "]}");
	if (text.len)
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return err;
}

struct ij_error *ij_do_disassemble(struct ij_interp *interp, const char *operand)
{
	return look(interp, operand, disassemble);
}

static struct ij_error *symbol(struct ij_interp *interp, struct ij_stop *stop, const char *operand)
{
	struct ij_text text = {0}, json = {0};
	struct ij_stop_symbol found;
	uint64_t addr;

	IJ_CLI_TRY(place_of(interp, stop, operand, &addr));
	IJ_CLI_TRY(ij_stop_symbol(stop, addr, &found));
	ij_text_printf(&text, "0x%llx is %s+0x%llx (%s)", (unsigned long long)addr, found.name,
		       (unsigned long long)(addr - found.addr), found.module);
	if (found.size)
		ij_text_printf(&text, ", which has %llu bytes", (unsigned long long)found.size);
	ij_text_printf(&json, "{\"pid\":%d,\"address\":\"0x%llx\",\"symbol\":", interp->pid,
		       (unsigned long long)addr);
	ij_text_json(&json, found.name);
	ij_text_printf(&json, ",\"offset\":%llu,\"size\":%llu,\"data\":%s,\"module\":",
		       (unsigned long long)(addr - found.addr), (unsigned long long)found.size,
		       found.data ? "true" : "false");
	ij_text_json(&json, found.module);
	ij_text_puts(&json, "}");
	ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return NULL;
}

struct ij_error *ij_do_symbol(struct ij_interp *interp, const char *operand)
{
	return look(interp, operand, symbol);
}

/* Of a report's lines the heading, and the one of the instruction at @offset with the reason that
 * is above it. */
static void pick_lines(const char *report, uint64_t offset, struct ij_text *out)
{
	const char *reason = NULL, *line = report;
	size_t reason_len = 0;

	for (unsigned i = 0; *line; i++) {
		size_t len = strcspn(line, "\n");
		const char *at = line + strspn(line, " ");
		char *end;

		if (i < 3) {
			ij_text_add(out, line, len);
			ij_text_puts(out, "\n");
		} else if (*at == '!') {
			reason = line;
			reason_len = len;
		} else if (strtoull(at, &end, 0) == offset && end != at) {
			if (reason && memchr(line, '!', 16)) {
				ij_text_add(out, reason, reason_len);
				ij_text_puts(out, "\n");
			}
			ij_text_add(out, line, len);
			return;
		}
		line += len + (line[len] == '\n');
	}
	ij_text_puts(out, "nothing is said of this instruction");
}

static struct ij_error *maps(struct ij_interp *interp, struct ij_stop *stop, const char *operand)
{
	struct ij_text text = {0}, json = {0};
	struct ij_maps_report *report;
	struct ij_stop_symbol found;
	uint64_t addr;

	IJ_CLI_TRY(place_of(interp, stop, operand, &addr));
	IJ_CLI_TRY(ij_stop_symbol(stop, addr, &found));
	IJ_CLI_TRY(ij_stop_maps(stop, addr, &report));
	pick_lines(ij_maps_report_text(report), addr - found.addr, &text);
	ij_text_printf(&json, "{\"pid\":%d,\"address\":\"0x%llx\",\"text\":", interp->pid,
		       (unsigned long long)addr);
	ij_text_json(&json, ij_text_get(&text));
	ij_text_puts(&json, "}");
	ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_maps_report_free(report);
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return NULL;
}

struct ij_error *ij_do_maps(struct ij_interp *interp, const char *operand)
{
	return look(interp, operand, maps);
}

static struct ij_error *modules(struct ij_interp *interp, struct ij_stop *stop, const char *operand)
{
	struct ij_stop_module module;

	for (size_t i = 0; ij_stop_module(stop, i, &module); i++) {
		struct ij_text text = {0}, json = {0};

		if (*operand && !strstr(module.path, operand))
			continue;
		ij_text_printf(&text, "0x%012llx  0x%012llx  %s", (unsigned long long)module.lo,
			       (unsigned long long)module.hi, module.path);
		if (module.problem)
			ij_text_printf(&text, "  (%s)", module.problem);
		ij_text_printf(&json, "{\"pid\":%d,\"from\":\"0x%llx\",\"to\":\"0x%llx\",\"path\":",
			       interp->pid, (unsigned long long)module.lo,
			       (unsigned long long)module.hi);
		ij_text_json(&json, module.path);
		ij_text_puts(&json, ",\"problem\":");
		ij_text_json(&json, module.problem);
		ij_text_puts(&json, "}");
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
		ij_text_deinit(&text);
		ij_text_deinit(&json);
	}
	return NULL;
}

struct ij_error *ij_do_sharedlibrary(struct ij_interp *interp, const char *operand)
{
	return look(interp, operand, modules);
}
