/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A diagnosis as people and programs read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "session/report_doctor.h"

#define LONG "a word or two, and then some more of them, so that the line is full and goes on below"

static struct ij_wire_finding list[] = {
	{.group = IJ_WIRE_GROUP_PERMISSION, .name = "user", .found = "root"},
	{.group = IJ_WIRE_GROUP_PERMISSION, .name = "Yama", .found = "not in this kernel"},
	{.group = IJ_WIRE_GROUP_KERNEL, .name = "system", .found = "Linux"},
	{.group = IJ_WIRE_GROUP_KERNEL, .name = "rseq", .found = "seen"},
	{.group = IJ_WIRE_GROUP_KERNEL,
	 .name = "map_files",
	 .found = LONG,
	 .health = IJ_WIRE_HEALTH_LIMITED,
	 .cost = "a few",
	 .remedies = {"this", "that"},
	 .remedies_len = 2},
	{.group = IJ_WIRE_GROUP_TARGET,
	 .name = "process",
	 .found = "5 (\x1b[31mred\n)",
	 .health = IJ_WIRE_HEALTH_BLOCKED,
	 .code = IJ_ERR_REFUSED,
	 .cost = "no call into it: it is red"},
};

static struct ij_finding_list findings = {.comm = "red"};
static char message[] = "no process 5";
static const struct ij_error noproc = {.code = IJ_ERR_NOPROC, .msg = message};

#define HEAD                                                                                   \
	"ok       permission          root\n"                                                  \
	"limited  kernel              Linux\n"                                                 \
	"limited    map_files         a word or two, and then some more of them, so that the " \
	"line "                                                                                \
	"is full and\n"                                                                        \
	"                             goes on below\n"                                         \
	"             cost:           a few\n"                                                 \
	"             remedy:         this\n"                                                  \
	"             or:             that\n"
#define VERBOSE                                                                                \
	"ok       permission          root\n"                                                  \
	"ok         Yama              not in this kernel\n"                                    \
	"limited  kernel              Linux\n"                                                 \
	"ok         rseq              seen\n"                                                  \
	"limited    map_files         a word or two, and then some more of them, so that the " \
	"line "                                                                                \
	"is full and\n"                                                                        \
	"                             goes on below\n"                                         \
	"             cost:           a few\n"                                                 \
	"             remedy:         this\n"                                                  \
	"             or:             that\n"

static const struct {
	size_t len;
	pid_t pid;
	bool verbose;
	int status;
	const char *text;
} cases[] = {
	{2, 0, false, 0,
	 "ok       permission          root\n\n"
	 "Calls work here. 2 things were looked at; --verbose shows them all."},
	{5, 0, false, 0,
	 HEAD "\nCalls work here, with 1 limitation. 5 things were looked at; --verbose shows them "
	      "all."},
	{5, 7, true, 0, VERBOSE "\nCalls into 7 work, with 1 limitation."},
	{6, 5, false, 3,
	 HEAD "blocked  target              5 (?[31mred?)\n"
	      "             cost:           no call into it: it is red\n"
	      "\nNo call into 5 is possible: it is red. 6 things were looked at; --verbose shows "
	      "them all."},
};

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(cases); i++) {
		const struct ij_doctor_report r = {.pid = cases[i].pid, .findings = &findings};
		IJ_STRBUF_AUTO out = {0};

		findings.list.items = list;
		findings.list.len = cases[i].len;
		ij_doctor_report_text(&r, cases[i].verbose, &out);
		assert_string_equal(ij_strbuf_get(&out), cases[i].text);
		assert_int_equal(ij_doctor_report_status(&r), cases[i].status);
	}
}

static void test_json(void **state)
{
	const struct ij_doctor_report r = {.pid = 5, .findings = &findings};
	const struct ij_doctor_report failed = {.pid = 5, .findings = &findings, .error = &noproc};
	const struct ij_doctor_report none = {.findings = &findings};
	IJ_STRBUF_AUTO out = {0};
	IJ_STRBUF_AUTO out2 = {0};
	IJ_STRBUF_AUTO out3 = {0};

	(void)state;
	findings.list.items = list + 4;
	findings.list.len = 2;
	ij_doctor_report_json(&r, &out);
	assert_string_equal(
		ij_strbuf_get(&out),
		"{\"pid\":5,\"comm\":\"red\",\"health\":\"blocked\",\"exit_status\":3,\"checks\":["
		"{\"group\":\"kernel\",\"name\":\"map_files\",\"health\":\"limited\",\"found\":"
		"\"" LONG "\",\"cost\":\"a few\",\"remedies\":[\"this\",\"that\"]},"
		"{\"group\":\"target\",\"name\":\"process\",\"health\":\"blocked\",\"found\":"
		"\"5 (\\u001b[31mred\\n)\",\"cost\":\"no call into "
		"it: it is red\",\"remedies\":[]}],\"error\":null}");
	ij_doctor_report_json(&failed, &out2);
	assert_string_equal(ij_strbuf_get(&out2),
			    "{\"pid\":5,\"comm\":null,\"health\":\"blocked\",\"exit_status\":3,"
			    "\"checks\":[],\"error\":{\"code\":\"noproc\",\"message\":\"no process "
			    "5\"}}");
	findings.list.len = 0;
	ij_doctor_report_json(&none, &out3);
	assert_string_equal(ij_strbuf_get(&out3),
			    "{\"pid\":null,\"comm\":\"red\",\"health\":\"ok\",\"exit_status\":0,"
			    "\"checks\":[],\"error\":null}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_text),
					   cmocka_unit_test(test_json)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
