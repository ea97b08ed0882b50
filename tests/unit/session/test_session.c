/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whole sessions against a fake tracer that is its own target: results, and each way to go wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/doctor.h"
#include "session/session_impl.h"

static const struct ij_session_options options = {
	.size = sizeof(options), .tracer_path = FAKE_TRACER, .child = true};

static const struct ij_call_options call_options = {
	.timeout_ns = 5000000000u,
	.pause_ns = 50000000u,
	.wait_ns = 2000000000u,
	.walkers = IJ_WIRE_WALKERS_ALL,
};

static struct ij_session *spawn(const char *mode)
{
	struct ij_session *s;

	setenv("IJ_FAKE_TRACER", mode, 1);
	assert_null(ij_session_spawn(getpid(), &options, &s));
	return s;
}

static void expect_error(const char *mode, struct ij_error *err, enum ij_error_code code,
			 const char *text)
{
	if (!err)
		fail_msg("%s: no error", mode);
	if (err->code != code || !strstr(err->msg, text))
		fail_msg("%s: wanted %s with \"%s\", got %s: %s", mode, ij_error_code_name(code),
			 text, ij_error_code_name(err->code), err->msg);
	ij_error_free(err);
}

static void parse(const char *text, struct ij_call *ret)
{
	struct ij_prototypes *protos;
	struct ij_error *err;

	assert_null(ij_prototypes_create(&protos));
	err = ij_call_parse(protos, text, ret);
	if (err)
		fail_msg("%s: %s", text, err->msg);
	ij_prototypes_destroy(protos);
}

static void test_open_fails(void **state)
{
	static const struct {
		const char *mode;
		enum ij_error_code code;
		const char *text;
	} rows[] = {
		{"die-start", IJ_ERR_PROTOCOL, "exit status 41"},
		{"die-module", IJ_ERR_PROTOCOL, "exit status 42"},
		{"version", IJ_ERR_PROTOCOL, "version 99"},
		{"no-fds", IJ_ERR_PROTOCOL, "tracer"},
		{"perm", IJ_ERR_PERM, "cannot attach: fake"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_session *s = spawn(rows[i].mode);
		struct ij_error *err = ij_session_open(s);

		if (!err)
			err = ij_session_tell(s);
		ij_session_destroy(s);
		expect_error(rows[i].mode, err, rows[i].code, rows[i].text);
	}
}

static void test_calls(void **state)
{
	static const struct {
		const char *expr;
		int64_t rax;
		const char *string; /* or NULL */
		const char *buffer; /* of the first argument, or NULL */
	} rows[] = {
		{"(int)abs(-7)", 7, NULL, NULL},
		{"(int)atoi(\"123\")", 123, NULL, NULL},
		{"(long)strtol(\"ff\", 0, 16)", 255, NULL, NULL},
		{"(char *)getenv(\"IJ_FAKE_TRACER\")", 0, "", NULL},
		{"(char *)strcpy((char[8])0, \"abc\")", 0, "abc", "abc"},
		/* IFUNCs on every x86-64 glibc. */
		{"(unsigned long)strlen(\"four\")", 4, NULL, NULL},
		{"(int)memcmp(\"a\", \"a\", 1)", 0, NULL, NULL},
	};
	struct ij_session *s = spawn("");
	unsigned left;

	(void)state;
	assert_null(ij_session_open(s));
	assert_string_equal(ij_session_comm(s), "fake");
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_call_result result;
		struct ij_call call;
		struct ij_error *err;

		parse(rows[i].expr, &call);
		assert_null(ij_session_prepare(s, &call));
		err = ij_session_call(s, &call, &call_options, &result);
		if (err)
			fail_msg("%s: %s", rows[i].expr, err->msg);
		assert_null(result.error);
		if (rows[i].string)
			assert_string_equal(result.string, rows[i].string);
		else
			assert_int_equal((int64_t)result.regs.rax, rows[i].rax);
		if (rows[i].buffer)
			assert_string_equal((char *)result.scratch + result.offs.list.items[0],
					    rows[i].buffer);
		ij_call_result_deinit(&result);
		ij_call_deinit(&call);
	}
	assert_null(ij_session_close(s, &left));
	ij_session_destroy(s);
}

/* Files that do not come with others are asked for alone. */
static void test_files_together(void **state)
{
	static const char *const modes[] = {"", "no-files", "bad-files"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(modes); i++) {
		struct ij_session *s = spawn(modes[i]);
		struct ij_module *const *list;
		size_t len;

		assert_null(ij_session_open(s));
		list = ij_modules_list(ij_session_modules(s), &len);
		assert_true(len > 2);
		for (size_t j = 0; j < len; j++)
			assert_non_null(list[j]->obj);
		ij_session_destroy(s);
	}
}

/* Is the file at @path given out, as one that was asked for with others? */
static bool is_expected(struct ij_session *s, const char *path, bool *asked)
{
	int fd = -1;
	struct ij_error *err = s->opener.debug(&s->opener, path, &fd);

	/* The fake tracer knows no request for one file alone. */
	*asked = err && strstr(err->msg, "message");
	ij_error_free(err);
	return !err && fd >= 0 && !close(fd);
}

/* Debug files that are looked for together, some of which are there, one even twice. */
static void test_debugs_together(void **state)
{
	static const char *const modes[] = {"", "no-debugs", "debugs-none", "debugs-more",
					    "debugs-unsent"};
	static const char own[] = "/proc/self/exe", missing[] = "/proc/self/missing";
	char longest[600];
	const char *const paths[] = {missing, own, longest, missing, own, "/etc/passwd"};

	(void)state;
	memset(longest, '/', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = 0;
	for (size_t i = 0; i < IJ_COUNT(modes); i++) {
		bool good = !*modes[i], asked;
		struct ij_session *s = spawn(modes[i]);

		assert_null(ij_session_open(s));
		for (unsigned round = 0; round < 2; round++) {
			s->opener.expect(&s->opener, paths, IJ_COUNT(paths));
			assert_false(is_expected(s, missing, &asked));
			assert_int_equal(asked, !good && strcmp(modes[i], "debugs-unsent") != 0);
			assert_int_equal(is_expected(s, own, &asked), good);
			assert_int_equal(is_expected(s, own, &asked), good);
			assert_false(is_expected(s, own, &asked));
			assert_false(is_expected(s, longest, &asked));
		}
		s->opener.expect(&s->opener, NULL, 0);
		assert_false(is_expected(s, "/etc/passwd", &asked));
		assert_true(asked);
		ij_session_destroy(s);
	}
}

/* What an expression names and the target has not: found before anything is injected. */
static void test_prepare_fails(void **state)
{
	static const struct {
		const char *expr;
		enum ij_error_code code;
		const char *text;
	} rows[] = {
		{"(int)no_such_function_ever(1)", IJ_ERR_NOTFOUND, "no_such_function_ever"},
		{"(int)nomodule!abs(1)", IJ_ERR_NOTFOUND, "nomodule"},
		{"(int)environ()", IJ_ERR_TYPE, "environ"},
		{"(int)atoi(&no_such_symbol_ever)", IJ_ERR_NOTFOUND, "no_such_symbol_ever"},
		{"(int)*0x10(1)", IJ_ERR_FAULT, "0x10"},
	};
	struct ij_session *s = spawn("die-call");

	(void)state;
	assert_null(ij_session_open(s));
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_call call;

		parse(rows[i].expr, &call);
		expect_error(rows[i].expr, ij_session_prepare(s, &call), rows[i].code,
			     rows[i].text);
		ij_call_deinit(&call);
	}
	ij_session_destroy(s);
}

static void test_call_fails(void **state)
{
	static const struct {
		const char *mode;
		enum ij_error_code code;
		const char *text;
	} rows[] = {
		{"die-call", IJ_ERR_LEFT, "signal 9"},
		{"bad-outcome", IJ_ERR_PROTOCOL, "malformed outcome"},
		{"bad-status", IJ_ERR_PROTOCOL, "malformed outcome"},
		{"rehearsal=99", IJ_ERR_PROTOCOL, "malformed outcome"},
		{"bad-denied", IJ_ERR_PROTOCOL, "malformed outcome"},
		{"bad-string", IJ_ERR_PROTOCOL, "malformed outcome"},
	};
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_session *s = spawn(rows[i].mode);
		struct ij_call_result result;
		struct ij_error *err;

		assert_null(ij_session_open(s));
		err = ij_session_call(s, &call, &call_options, &result);
		ij_session_destroy(s);
		expect_error(rows[i].mode, err, rows[i].code, rows[i].text);
	}
	ij_call_deinit(&call);
}

/*
 * What the tracer is told of modules, it answers later: an error of it ends the call that would
 * have been made without, and the next one tells it all again. A map that it cannot use is no
 * obstacle.
 */
static void test_told(void **state)
{
	static const struct {
		const char *mode;
		enum ij_error_code code;
		const char *text;
	} rows[] = {
		{"no-target", IJ_ERR_NOTFOUND, "no target"},
		{"no-module", IJ_ERR_NOMEM, "no module"},
		{"bad-maps", 0, ""},
	};
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_session *s = spawn(rows[i].mode);

		assert_null(ij_session_open(s));
		for (unsigned n = 0; n < 2; n++) {
			struct ij_call_result result;
			struct ij_error *err = ij_session_call(s, &call, &call_options, &result);

			if (rows[i].code) {
				expect_error(rows[i].mode, err, rows[i].code, rows[i].text);
				continue;
			}
			if (err)
				fail_msg("%s: %s", rows[i].mode, err->msg);
			assert_null(result.error);
			ij_call_result_deinit(&result);
		}
		ij_session_destroy(s);
	}
	ij_call_deinit(&call);
}

/* Each outcome stands for an error whose exit status interject(1) documents. */
static void test_outcomes(void **state)
{
	static const struct {
		int status;
		int exit_status;
		const char *text;
		int rehearsal;
	} rows[] = {
		{IJ_WIRE_UNSAFE, 4, "no safe-point in ", 0},
		{IJ_WIRE_TIMEOUT, 5, "abs did not return within 5 s in thread ", 0},
		{IJ_WIRE_DEADLOCK, 5, "abs waits for the lock ", 0},
		{IJ_WIRE_FAULT, 6, "SIGSEGV on address 0x10", 0},
		{IJ_WIRE_LEFT, 8, "left running", 0},
		{IJ_WIRE_ESCAPED, 8, "left the call by longjmp or an exception", 0},
		{IJ_WIRE_THREAD_ENDED, 8, "ended inside abs", 0},
		{IJ_WIRE_EXITED, 7, "exited with status 3 during abs", 0},
		{IJ_WIRE_REHEARSED, 5, "(fake) abs did not return within 5 s; it was not called",
		 IJ_WIRE_REHEARSAL_TIMEOUT},
		{IJ_WIRE_REHEARSED, 6, "(fake) abs faulted: SIGSEGV on address 0x10 at ",
		 IJ_WIRE_REHEARSAL_FAULT},
		{IJ_WIRE_REHEARSED, 6, "(fake) abs ended the process with status 3; it was not",
		 IJ_WIRE_REHEARSAL_EXITED},
		{IJ_WIRE_REHEARSED, 3, "can show what abs would do: for a reason; it was not",
		 IJ_WIRE_REHEARSAL_REFUSED},
	};
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_call_result result;
		struct ij_session *s;
		char mode[32];

		if (rows[i].rehearsal)
			snprintf(mode, sizeof(mode), "rehearsal=%d", rows[i].rehearsal);
		else
			snprintf(mode, sizeof(mode), "status=%d", rows[i].status);
		s = spawn(mode);
		assert_null(ij_session_open(s));
		assert_null(ij_session_call(s, &call, &call_options, &result));
		assert_non_null(result.error);
		if (ij_error_exit_status(result.error->code) != rows[i].exit_status ||
		    !strstr(result.error->msg, rows[i].text))
			fail_msg("%s: %s: %s", mode, ij_error_code_name(result.error->code),
				 result.error->msg);
		ij_call_result_deinit(&result);
		ij_session_destroy(s);
	}
	ij_call_deinit(&call);
}

static void test_unsafe(void **state)
{
	struct ij_session *s = spawn("unsafe");
	struct ij_call_options once = call_options;
	struct ij_call_result result;
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	assert_null(ij_session_open(s));
	assert_null(ij_session_call(s, &call, &call_options, &result));
	assert_int_equal(result.outcome.status, IJ_WIRE_UNSAFE);
	assert_non_null(result.error);
	assert_int_equal(result.error->code, IJ_ERR_UNSAFE);
	assert_int_equal(result.error->touch, IJ_TOUCH_UNTOUCHED);
	assert_non_null(strstr(result.error->msg, "(fake) within 2 s: thread "));
	assert_non_null(strstr(result.error->msg, "stands in abs"));
	assert_non_null(strstr(result.error->msg, ", and abs needs the allocator; 37 stops"));
	ij_call_result_deinit(&result);
	/* Once and no more: nothing was waited for. */
	once.walkers &= ~IJ_WIRE_WALKER_BIT(RETRY);
	assert_null(ij_session_call(s, &call, &once, &result));
	assert_non_null(strstr(result.error->msg, "(fake): thread "));
	ij_call_result_deinit(&result);
	ij_call_deinit(&call);
	ij_session_destroy(s);
}

/* What the tracer says is checked, and texts end. */
static void test_diagnosis(void **state)
{
	static const char *const bad[] = {"bad-count",  "short",    "bad-group",
					  "bad-health", "bad-code", "bad-remedies"};
	struct ij_finding_list findings = {0};
	struct ij_session *s = spawn("");

	(void)state;
	assert_null(ij_doctor_ask(s, &findings));
	assert_int_equal(findings.list.len, 2);
	assert_int_equal(strlen(findings.comm), sizeof(findings.comm) - 1);
	IJ_VEC_EACH (&findings.list, it) {
		assert_int_equal(strlen(it->name), sizeof(it->name) - 1);
		assert_int_equal(strlen(it->found), sizeof(it->found) - 1);
		assert_int_equal(strlen(it->cost), sizeof(it->cost) - 1);
		assert_int_equal(strlen(it->remedies[4]), sizeof(it->remedies[4]) - 1);
		assert_string_equal(ij_group_name(it->group), "cpu");
		assert_string_equal(ij_health_name(it->health), "note");
	}
	ij_vec_deinit(&findings.list);
	ij_session_destroy(s);
	for (size_t i = 0; i < IJ_COUNT(bad); i++) {
		s = spawn(bad[i]);
		expect_error(bad[i], ij_doctor_ask(s, &findings), IJ_ERR_PROTOCOL, "malformed");
		ij_session_destroy(s);
	}
}

static void test_interrupt(void **state)
{
	struct ij_session *s = spawn("");
	struct ij_call_result result;
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	assert_null(ij_session_open(s));
	ij_session_interrupt(s);
	expect_error("interrupt", ij_session_call(s, &call, &call_options, &result),
		     IJ_ERR_INTERRUPTED, "interrupted");
	ij_call_deinit(&call);
	ij_session_destroy(s);
}

static void test_no_tracer(void **state)
{
	const struct ij_session_options missing = {.size = sizeof(missing),
						   .tracer_path = "/nonexistent/tracer"};
	struct ij_session *s;

	(void)state;
	expect_error("missing", ij_session_spawn(getpid(), &missing, &s), IJ_ERR_OS,
		     "/nonexistent/tracer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_fails),     cmocka_unit_test(test_calls),
		cmocka_unit_test(test_files_together), cmocka_unit_test(test_prepare_fails),
		cmocka_unit_test(test_call_fails),     cmocka_unit_test(test_told),
		cmocka_unit_test(test_outcomes),       cmocka_unit_test(test_unsafe),
		cmocka_unit_test(test_diagnosis),      cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_no_tracer),      cmocka_unit_test(test_debugs_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
