/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands that look at a stopped thread: backtrace, frame, up, down, registers. */
#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

static struct ij_error *tell_frames(struct ij_interp *interp, struct ij_stop *stop, unsigned max)
{
	struct ij_text text = {0}, json = {0};
	struct ij_stop_frame frame;
	struct ij_error *err = NULL;
	unsigned level;

	ij_text_printf(&json, "{\"pid\":%d,\"tid\":%d,\"frames\":[", interp->pid,
		       ij_stop_thread(stop));
	for (level = 0; level < max; level++) {
		err = ij_stop_frame(stop, level, &frame);
		if (err)
			break;
		ij_text_puts(&text, level ? "\n" : "");
		ij_frame_text(&frame, level, &text);
		ij_text_printf(&json, "%s{\"pc\":\"0x%llx\",\"function\":", level ? "," : "",
			       (unsigned long long)frame.pc);
		ij_text_json(&json, frame.function);
		ij_text_printf(&json,
			       ",\"offset\":%llu,\"module\":", (unsigned long long)frame.offset);
		ij_text_json(&json, frame.module);
		ij_text_printf(&json, ",\"guessed\":%s}", frame.guessed ? "true" : "false");
	}
	ij_text_puts(&json, "]}");
	/* That there are no more is no failure; why they end too early is worth a word. */
	if (err && level && ij_error_code_of(err) == IJ_ERR_NOTFOUND) {
		if (strstr(ij_error_message(err), "ended"))
			ij_text_printf(&text, "\n%s", ij_error_message(err));
		ij_error_free(err);
		err = NULL;
	}
	if (!err)
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
	return err;
}

struct ij_error *ij_do_backtrace(struct ij_interp *interp, const char *operand)
{
	struct ij_look look;
	struct ij_error *err;
	unsigned max;

	IJ_CLI_TRY(ij_count_operand(interp, operand, UINT_MAX, &max));
	IJ_CLI_TRY(ij_look_begin(interp, &look));
	err = tell_frames(interp, look.stop, max);
	ij_look_end(&look);
	return err;
}

/* Look at frame @level, if there is one. */
static struct ij_error *choose(struct ij_interp *interp, unsigned level)
{
	struct ij_stop *stop;

	IJ_CLI_TRY(ij_interp_held(interp, &stop));
	IJ_CLI_TRY(ij_tell_frame(interp, stop, level));
	interp->level = level;
	return NULL;
}

struct ij_error *ij_do_frame(struct ij_interp *interp, const char *operand)
{
	unsigned level;

	IJ_CLI_TRY(ij_count_operand(interp, operand, interp->level, &level));
	return choose(interp, level);
}

struct ij_error *ij_do_up(struct ij_interp *interp, const char *operand)
{
	unsigned count;

	IJ_CLI_TRY(ij_count_operand(interp, operand, 1, &count));
	return choose(interp, interp->level + count);
}

struct ij_error *ij_do_down(struct ij_interp *interp, const char *operand)
{
	unsigned count;

	IJ_CLI_TRY(ij_count_operand(interp, operand, 1, &count));
	if (count > interp->level)
		return ij_error_create(IJ_ERR_USAGE, "frame %u is the innermost but %u",
				       interp->level, interp->level);
	return choose(interp, interp->level - count);
}

/* Its bytes as one number, as wide as it is; the highest first. */
static void number_text(const struct ij_register *reg, struct ij_text *out)
{
	unsigned top = reg->size;

	while (top > 1 && !reg->bytes[top - 1])
		top--;
	ij_text_printf(out, "0x%x", reg->bytes[top - 1]);
	for (unsigned i = top - 1; i-- > 0;)
		ij_text_printf(out, "%02x", reg->bytes[i]);
}

static uint64_t word_of(const struct ij_register *reg)
{
	uint64_t word = 0;

	memcpy(&word, reg->bytes, reg->size < sizeof(word) ? reg->size : sizeof(word));
	return word;
}

static void register_text(struct ij_stop *stop, const struct ij_register *reg, struct ij_text *out)
{
	char place[256];

	ij_text_printf(out, "%-10s", reg->name);
	if (!reg->known) {
		ij_text_puts(out, "<not saved>");
		return;
	}
	number_text(reg, out);
	if (reg->group != IJ_REGISTER_GENERAL)
		return;
	ij_stop_describe(stop, word_of(reg), place, sizeof(place));
	/* A number that lies in no module is described by itself. */
	if (strncmp(place, "0x", 2) != 0)
		ij_text_printf(out, "  <%s>", place);
	else
		ij_text_printf(out, "  %lld", (long long)word_of(reg));
}

struct listing {
	struct ij_text text, json;
	unsigned len;
};

static struct ij_error *add_register(struct ij_stop *stop, unsigned level, size_t idx,
				     struct listing *list)
{
	struct ij_register reg;

	IJ_CLI_TRY(ij_stop_register(stop, level, idx, &reg));
	ij_text_puts(&list->text, list->len ? "\n" : "");
	register_text(stop, &reg, &list->text);
	ij_text_printf(&list->json, "%s\"%s\":", list->len++ ? "," : "", reg.name);
	if (!reg.known) {
		ij_text_puts(&list->json, "null");
		return NULL;
	}
	ij_text_puts(&list->json, "\"");
	number_text(&reg, &list->json);
	ij_text_puts(&list->json, "\"");
	return NULL;
}

/* Those of a usual listing, or with @all every one that this processor has. */
static struct ij_error *add_all(struct ij_stop *stop, unsigned level, bool all,
				struct listing *list)
{
	for (size_t i = 0; i < ij_stop_registers(); i++) {
		struct ij_register reg;
		struct ij_error *err = ij_stop_register(stop, level, i, &reg);
		enum ij_error_code code = ij_error_code_of(err);

		if (!err && (all || reg.group < IJ_REGISTER_FLOAT))
			err = add_register(stop, level, i, list);
		if (code != IJ_ERR_NOTFOUND)
			IJ_CLI_TRY(err);
		else
			ij_error_free(err);
	}
	return NULL;
}

static struct ij_error *add_named(struct ij_stop *stop, unsigned level, const char *names,
				  struct listing *list)
{
	while (*names) {
		size_t len = strcspn(names, " \t,"), idx;
		struct ij_error *err;
		char *name = strndup(names + (*names == '$'), len - (*names == '$'));

		if (!name)
			return ij_cli_nomem();
		err = ij_stop_register_find(name, &idx);
		free(name);
		if (!err)
			err = add_register(stop, level, idx, list);
		if (err)
			return err;
		names += len;
		names += strspn(names, " \t,");
	}
	return NULL;
}

struct ij_error *ij_do_registers(struct ij_interp *interp, const char *operand)
{
	bool all = !strcmp(operand, "all");
	struct listing list = {0};
	struct ij_look look;
	struct ij_error *err;

	IJ_CLI_TRY(ij_look_begin(interp, &look));
	ij_text_printf(&list.json, "{\"pid\":%d,\"tid\":%d,\"registers\":{", interp->pid,
		       ij_stop_thread(look.stop));
	if (*operand && !all)
		err = add_named(look.stop, interp->level, operand, &list);
	else
		err = add_all(look.stop, interp->level, all, &list);
	ij_text_puts(&list.json, "}}");
	if (!err)
		ij_tell_either(interp, ij_text_get(&list.text), ij_text_get(&list.json));
	ij_look_end(&look);
	ij_text_deinit(&list.text);
	ij_text_deinit(&list.json);
	return err;
}
