/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Variables and registers of the frames of a held stop, in code as it is written and in optimised
 * code. */
#include "held.h"

#include <stdio.h>
#include <string.h>

/* The frame of function @name. */
static unsigned level_of(struct ij_stop *stop, const char *name)
{
	struct ij_stop_frame frame;

	for (unsigned level = 0; level < 32; level++) {
		good(ij_stop_frame(stop, level, &frame));
		if (frame.function && !strcmp(frame.function, name))
			return level;
	}
	fail_msg("no frame of %s", name);
	return 0;
}

static void expect(struct ij_stop *stop, unsigned level, const char *text, const char *want)
{
	struct ij_result *result = ij_stop_eval(stop, level, text);
	const struct ij_error *err = ij_result_error(result);
	const char *got = err ? ij_error_message(err) : ij_result_text(result);

	if (want[0] == '!' ? !err || !strstr(got, want + 1) : err || strcmp(got, want) != 0)
		fail_msg("%s is %s, not %s", text, got, want);
	ij_result_free(result);
}

static void expressions_see_the_frame(void **state)
{
	struct held *f = held_begin_stopped(*state, NULL, NULL);
	unsigned level = level_of(f->stop, "framed");

	/* Code at the call sees what was inlined there. */
	if (strstr(*state, "O2")) {
		expect(f->stop, level, "product", "!optimised out");
	} else {
		expect(f->stop, level, "p->x", "4");
		expect(f->stop, level, "*p", "{x = 4, y = 20}");
		expect(f->stop, level, "product", "64");
		expect(f->stop, level, "factor + 1", "17");
		expect(f->stop, level, "((struct point *)p)->x = 9", "9");
		expect(f->stop, level, "*p", "{x = 9, y = 20}");
	}
	expect(f->stop, level, "seen", "0");
	expect(f->stop, level, "nonsense", "!nonsense");
	expect(f->stop, level, "getpid()", "!held");
	expect(f->stop, 0, "$rip == $pc", "1");
	expect(f->stop, level, "(long)$rsp != 0", "1");
	/* Nobody keeps the argument but the caller, who says what it was. */
	expect(f->stop, level_of(f->stop, "wait_here"), "lost", "77");
	held_end(f);
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_BYTE);
}

struct seen {
	unsigned len, parameters, inlined;
	char text[1024];
};

static void visit(void *ctx, const struct ij_stop_variable *variable)
{
	struct seen *seen = ctx;
	size_t at = strlen(seen->text);

	seen->len++;
	seen->parameters += variable->is_parameter;
	seen->inlined += variable->inlined > 0;
	assert_non_null(variable->type);
	snprintf(seen->text + at, sizeof(seen->text) - at, "%s=%s;", variable->name,
		 variable->value);
}

static void variables_are_listed(void **state)
{
	struct held *f = held_begin_stopped(*state, NULL, NULL);
	struct seen seen = {.len = 0};

	good(ij_stop_variables(f->stop, level_of(f->stop, "framed"), visit, &seen));
	if (seen.len != 10)
		fail_msg("%s", seen.text);
	assert_int_equal(seen.parameters, 5);
	assert_int_equal(seen.inlined, 3);
	assert_non_null(strstr(seen.text, "point={x = 4, y = 20};"));
	assert_non_null(strstr(seen.text, "sum=14;"));
	held_end(f);
	snapshot_free(&f->snap);
	victim_finish(&f->vic, WAKE_BYTE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HELD_ROW("expressions, -O0", expressions_see_the_frame, "framed"),
		HELD_ROW("expressions, -O2", expressions_see_the_frame, "framed_O2"),
		HELD_ROW("variables, -O0", variables_are_listed, "framed"),
		HELD_ROW("variables, -O2", variables_are_listed, "framed_O2"),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
