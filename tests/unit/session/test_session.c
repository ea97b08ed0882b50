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

#include "session/session.h"

static const struct ij_session_options options = {.tracer_path = FAKE_TRACER};

static const struct ij_call_options call_options = {
	.timeout_ns = 5000000000u, .pause_ns = 50000000u, .wait_ns = 2000000000u};

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
	struct ij_wire_ended ended;

	(void)state;
	assert_null(ij_session_open(s));
	assert_string_equal(ij_session_comm(s), "fake");
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_call_result result;
		struct ij_call call;
		struct ij_error *err;

		parse(rows[i].expr, &call);
		assert_null(ij_session_prepare(s, &call, NULL));
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
	assert_null(ij_session_close(s, &ended));
	ij_session_destroy(s);
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
		expect_error(rows[i].expr, ij_session_prepare(s, &call, NULL), rows[i].code,
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

/* Each outcome stands for an error whose exit status interject(1) documents. */
static void test_outcomes(void **state)
{
	static const struct {
		enum ij_wire_status status;
		int exit_status;
		const char *text;
	} rows[] = {
		{IJ_WIRE_UNSAFE, 4, "no safe-point in "},
		{IJ_WIRE_TIMEOUT, 5, "abs did not return within 5 s in thread "},
		{IJ_WIRE_DEADLOCK, 5, "abs waits for the lock "},
		{IJ_WIRE_FAULT, 6, "SIGSEGV on address 0x10"},
		{IJ_WIRE_LEFT, 8, "left running"},
		{IJ_WIRE_ESCAPED, 8, "left the call by longjmp or an exception"},
		{IJ_WIRE_THREAD_ENDED, 8, "ended inside abs"},
		{IJ_WIRE_EXITED, 7, "exited with status 3 during abs"},
	};
	struct ij_call call;

	(void)state;
	parse("(int)abs(-7)", &call);
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_call_result result;
		struct ij_session *s;
		char mode[32];

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
	ij_call_deinit(&call);
	ij_session_destroy(s);
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
	const struct ij_session_options missing = {.tracer_path = "/nonexistent/tracer"};
	struct ij_session *s;

	(void)state;
	expect_error("missing", ij_session_spawn(getpid(), &missing, &s), IJ_ERR_OS,
		     "/nonexistent/tracer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_fails),    cmocka_unit_test(test_calls),
		cmocka_unit_test(test_prepare_fails), cmocka_unit_test(test_call_fails),
		cmocka_unit_test(test_outcomes),      cmocka_unit_test(test_unsafe),
		cmocka_unit_test(test_interrupt),     cmocka_unit_test(test_no_tracer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
