/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Results and errors as text and as JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "session/report.h"

static char expr_one[] = "f(1)";
static char func[] = "f";
static char bytes[8];
static char message[] = "no function f";

struct fixture {
	struct ij_call call;
	struct ij_arg args[2];
	uint32_t offs[2];
	uint8_t scratch[24];
	char string[8];
	struct ij_call_result result;
	struct ij_error error;
	struct ij_report report;
};

/* A call of an int and a buffer of 8 bytes, which gave -3. */
static void make(struct fixture *f)
{
	*f = (struct fixture){
		.args = {{.kind = IJ_ARG_INT},
			 {.kind = IJ_ARG_BYTES, .bytes = bytes, .bytes_size = 8, .buffer = true}},
		.offs = {0, 16},
		.scratch = {[16] = 'a', '"', '\n', 0, 0xff, 0x7f},
		.call = {.text = expr_one,
			 .func = func,
			 .ret = {IJ_TYPE_INT, 4, "int"},
			 .ret_known = true},
		.error = {.code = IJ_ERR_NOTFOUND, .msg = message},
	};
	f->call.args.items = f->args;
	f->call.args.len = 2;
	f->result.offs.list.items = f->offs;
	f->result.offs.list.len = 2;
	f->result.scratch = f->scratch;
	f->result.scratch_size = sizeof(f->scratch);
	f->result.regs.rax = (uint64_t)-3;
	f->result.outcome.touch = IJ_TOUCH_RESTORED;
	f->result.outcome.attempts = 2;
	f->result.outcome.method = IJ_WIRE_WALKER_RETRY;
	f->result.outcome.pause_ns = 1500;
	f->result.outcome.verdict.tid = 7;
	f->report = (struct ij_report){
		.pid = 5, .expr = expr_one, .call = &f->call, .result = &f->result};
}

static void expect_text(struct fixture *f, const char *text)
{
	IJ_STRBUF_AUTO out = {0};

	ij_report_value(&f->report, &out);
	assert_string_equal(ij_strbuf_get(&out), text);
}

static void test_text(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	expect_text(&f, "-3\n  arg 2: \"a\\\"\\n\\000\\377\\177\"");
	f.call.args.len = 1;
	expect_text(&f, "-3");
}

/* A buffer that lies outside what came back is left out, whatever the tracer says. */
static void test_text_short(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	f.result.scratch_size = 23;
	expect_text(&f, "-3");
	f.offs[1] = UINT32_MAX;
	f.result.scratch_size = sizeof(f.scratch);
	expect_text(&f, "-3");
}

static void test_text_string(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	f.call.args.len = 0;
	f.call.ret = (struct ij_type){IJ_TYPE_STRING, 8, "char *"};
	f.result.regs.rax = 0x1000;
	strcpy(f.string, "abc");
	f.result.string = f.string;
	expect_text(&f, "0x1000 \"abc\"");
	f.result.string_cut = true;
	expect_text(&f, "0x1000 \"abc\"...");
	f.result.string = NULL;
	f.result.string_cut = false;
	f.result.regs.rax = 0;
	expect_text(&f, "0x0");
}

/* Memory that stays: where it is, and where the arguments are that lie in it. */
static void test_kept(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct fixture f;

	(void)state;
	make(&f);
	f.result.outcome.kept = 0x7000;
	f.result.outcome.kept_size = 4096;
	f.result.scratch_size = 0;
	expect_text(&f, "-3\n  kept: 4096 bytes at 0x7000\n  arg 2: at 0x7010");
	ij_report_json(&f.report, &out);
	assert_non_null(strstr(ij_strbuf_get(&out),
			       "\"kept\":{\"address\":\"0x7000\",\"size\":4096,\"args\":[{\"arg\":"
			       "2,\"address\":\"0x7010\"}]}"));
}

/* There is no value. */
static void test_text_error(void **state)
{
	struct fixture f;

	(void)state;
	make(&f);
	f.report.error = &f.error;
	expect_text(&f, "");
	f.report.result = NULL;
	expect_text(&f, "");
}

static void test_json(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct fixture f;

	(void)state;
	make(&f);
	ij_report_json(&f.report, &out);
	assert_string_equal(
		ij_strbuf_get(&out),
		"{\"pid\":5,\"tid\":7,\"expr\":\"f(1)\",\"status\":\"done\",\"exit_status\":0,"
		"\"value\":-3,\"type\":\"int\",\"buffers\":[{\"arg\":2,\"text\":\"a\\\"\\n\","
		"\"hex\":\"61220a00ff7f0000\"}],\"stop\":null,\"needs\":[],"
		"\"verdict\":{\"safe\":true,\"reason\":null},"
		"\"stack\":{\"kind\":\"own\",\"reason\":null,\"room\":0},\"seccomp\":null,"
		"\"walk\":{\"method\":\"retry\",\"steps\":0,\"attempts\":2,\"us\":0,\"walks\":[]},"
		"\"pause_us\":1.5,\"call_us\":0,\"errno\":null,\"rehearsal\":null,\"kept\":null,"
		"\"restored\":"
		"true,"
		"\"untouched\":false,\"error\":null}");
}

/* What a copy was denied is told, in every form. */
static void test_rehearsal(void **state)
{
	static const struct ij_wire_rehearsal rehearsal = {
		.status = IJ_WIRE_REHEARSAL_RETURNED,
		.denied_len = 3,
		.denied_more = 7,
		.pause_ns = 2500,
		.copy_ns = 500,
		.denied = {{.nr = 1, .count = 3, .arg = 2},
			   {.nr = 56, .count = 1, .arg = 0x1200011},
			   {.nr = 9999, .count = 1}},
	};
	IJ_STRBUF_AUTO denied = {0};
	IJ_STRBUF_AUTO out = {0};
	struct fixture f;

	(void)state;
	make(&f);
	f.call.args.len = 1;
	f.result.outcome.rehearsal = rehearsal;
	ij_report_denied(&f.report, &denied);
	assert_string_equal(ij_strbuf_get(&denied),
			    "write(2, ...), 3 times; clone(0x1200011, ...); "
			    "system call 9999(0, ...); and 7 more");
	ij_report_json(&f.report, &out);
	assert_non_null(
		strstr(ij_strbuf_get(&out),
		       "\"rehearsal\":{\"status\":\"returned\",\"denied\":["
		       "{\"name\":\"write\",\"number\":1,\"arg\":\"0x2\",\"count\":3},"
		       "{\"name\":\"clone\",\"number\":56,\"arg\":\"0x1200011\",\"count\":1},"
		       "{\"name\":null,\"number\":9999,\"arg\":\"0x0\",\"count\":1}],"
		       "\"denied_more\":7,\"pause_us\":2.5,\"copy_us\":0.5}"));
}

static void test_json_error(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct fixture f;

	(void)state;
	make(&f);
	f.report.error = &f.error;
	f.report.result = NULL;
	ij_report_json(&f.report, &out);
	assert_string_equal(
		ij_strbuf_get(&out),
		"{\"pid\":5,\"tid\":null,\"expr\":\"f(1)\",\"status\":\"notfound\","
		"\"exit_status\":1,\"value\":null,\"type\":\"int\",\"buffers\":[],\"stop\":null,"
		"\"needs\":null,"
		"\"verdict\":null,\"stack\":null,\"seccomp\":null,\"walk\":null,\"pause_us\":null,"
		"\"call_us\":"
		"null,\"errno\":null,"
		"\"rehearsal\":null,\"kept\":null,\"restored\":true,\"untouched\":true,"
		"\"error\":{\"code\":\"notfound\",\"message\":\"no function f\"}}");
}

/* Something is left: neither restored nor untouched. */
static void test_json_dirty(void **state)
{
	IJ_STRBUF_AUTO out = {0};
	struct fixture f;

	(void)state;
	make(&f);
	f.error.code = IJ_ERR_LEFT;
	f.error.touch = IJ_TOUCH_DIRTY;
	f.result.outcome.status = IJ_WIRE_LEFT;
	f.result.outcome.touch = IJ_TOUCH_DIRTY;
	f.report.error = &f.error;
	ij_report_json(&f.report, &out);
	assert_non_null(strstr(ij_strbuf_get(&out), "\"status\":\"left\",\"exit_status\":8"));
	assert_non_null(
		strstr(ij_strbuf_get(&out), "\"restored\":false,\"untouched\":false,\"error\":{"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),        cmocka_unit_test(test_text_short),
		cmocka_unit_test(test_text_string), cmocka_unit_test(test_text_error),
		cmocka_unit_test(test_kept),        cmocka_unit_test(test_json),
		cmocka_unit_test(test_rehearsal),   cmocka_unit_test(test_json_error),
		cmocka_unit_test(test_json_dirty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
