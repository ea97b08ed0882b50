/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Calls on what other calls have just returned, which nobody else keeps alive while collections run
 * in them, and buffers that calls write to; on programs as they are built usually, without
 * optimisation, and stripped.
 */
#include "go_victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

/* Expressions and what they say, in this order in one session; "*": whatever it is. */
static const char *const rows[][2] = {
	/* Methods of pointers, of values and of interfaces. */
	{"newNode(\"a\").path()", "\"a!\""},
	{"newNode(\"a\").under(\"b\").path()", "\"b/a!\""},
	{"newNode(\"a\").under(\"b\").under(\"c\").under(\"d\").path()", "\"d/c/b/a!\""},
	{"newWrapped(5).show()", "\"5w!\""},
	{"failing(\"disk\").Error()", "\"failing: disk\""},
	{"main.fail(3).Error()", "\"shout: loud\""},
	{"newSpeaker(\"hi\", 3).area()", "1.5"},
	{"newSpeaker(\"hi\", 3).tell()", "\"told hi.\""},
	{"newSpeaker(\"hi\", 3).say(2, \"x\", \"y\")", "(\"hi.hi.x,y\", nil)"},
	{"newSpeaker(\"hi\", 3).say(-1)", "(\"\", *errors.errorString \"negative\")"},
	{"failure.Error()", "\"failed\""},
	{"fmt.Errorf(\"a %d\", 5).Error()", "\"a 5\""},
	{"fresh(3).move(1, 1)", "14"},
	{"address().bump(0) == global.n", "true"},
	/* Arguments. */
	{"joinNodes(newNode(\"x\"), \"-end\")", "\"x!-end\""},
	{"joinNodes(newNode(\"x\").under(\"y\"), \"-\" + text[:2])", "\"y/x!-he\""},
	/* New memory that only the last call takes is there when the first has returned. */
	{"joinNodes(lateNode(), \"-0123456789012345678901234567\")",
	 "\"late-0123456789012345678901234567\""},
	{"describe(bytesLike(700))", "\"bb700\""},
	{"describe(bytesLike(700)[:3])", "\"bb3\""},
	{"measure(fresh(3))", "12"},
	/* Operators need what was returned, and the order is that of the text. */
	{"newNode(\"a\").path() + newNode(\"b\").path()", "\"a!b!\""},
	{"len(newNode(\"abc\").path())", "4"},
	/* Variables of the session. */
	{"$n = main.add(40, 2)", "42"},
	{"$n + 1", "43"},
	{"$s := newNode(\"z\").path()", "\"z!\""},
	{"strings.ToUpper($s)", "\"Z!\""},
	{"$q = point{1, 2}", "main.point{x: 1, y: 2}"},
	{"$q.move(1, 1)", "5\n  receiver: main.point{x: 2, y: 3}"},
	{"$q.y", "3"},
	{"$p = new(point)", "&main.point{x: 0, y: 0}"},
	{"(*main.point).move($p, 3, 4)", "7\n  arg 1: main.point{x: 3, y: 4}"},
	{"$p.move(3, 4)", "14\n  receiver: main.point{x: 6, y: 8}"},
	{"*$p", "main.point{x: 6, y: 8}"},
	{"$l = make([]int32, 5)", "[]int32{0, 0, 0, 0, 0} (5)"},
	{"fillNumbers($l, 7)", "5\n  arg 1: []int32{7, 8, 9, 10, 11} (5)"},
	{"fillNumbers($l[1:3], 50)", "2\n  arg 1: []int32{50, 51} (2)"},
	{"$l", "[]int32{7, 50, 51, 10, 11} (5)"},
	{"$l[4]", "11"},
	{"cap(make([]byte, 2, 10))", "10"},
	{"$e = make([]byte, 3)", "[]byte(\"\") (3)"},
	/* Conversions, literals with new parts, functions as values, names as source code has them.
	 */
	{"string(rune(8364)) + string(65)", "\"\xe2\x82\xac"
					    "A\""},
	{"len([]rune(\"h\xc3\xa9"
	 "y\"))",
	 "3"},
	{"string([]rune(text[:4])[1:3])", "\"el\""},
	{"list[1:3:4]", "[]int{3, 5} (2)"},
	{"cap(list[1:3:4])", "3"},
	{"interface{}(3)", "int 3"},
	{"unsafe.Sizeof(origin)", "16"},
	{"fmt.Sprint(list)", "\"[2 3 5 7 11]\""},
	{"fmt.Sprintf(\"%x\", []byte(\"hi\"))", "\"6869\""},
	{"say(numbers(3))", "\"[0 1 4]\""},
	{"debug.SetGCPercent(100)", "100"},
	{"mixed{1, 2.5, \"s\"}.name", "\"s\""},
	{"spell(mixed{1, 2.5, \"s\" + text[:1]})", "\"sh1 2.5\""},
	{"spell(mixed{name: main.long(1)})", "\"01234567890 0\""},
	{"holder{n: 3, p: &point{1, 2}}", "main.holder{n: 3, p: &main.point{x: 1, y: 2}, m: nil}"},
	{"holder{n: 3, p: &point{1, 2}}.p.y", "2"},
	{"deeply(holder{n: 3, p: &point{4, 5}, m: nil})", "12"},
	{"deeply(holder{n: 3, p: where})", "10"},
	{"say(mixed{name: \"n\"}, &mixed{name: \"m\"})", "\"{0 0 n} &{0 0 m}\""},
	{"joinPair(pairOf{[2]string{\"a\", \"b\"}, []string{\"c\"}})", "\"a+b+c\""},
	{"[]*point{{1, 2}}", "[]*main.point{&main.point{x: 1, y: 2}} (1)"},
	{"count([]*point{{1, 2}, where}...)", "2"},
	{"twice(incremented, 5)", "7"},
	/* What the runtime writes. */
	{"$buf = make([]byte, 65536)", "[]byte(\"\") (65536)"},
	{"$len = runtime.Stack($buf, true)", "*"},
	{"$len > 100", "true"},
	{"string($buf[:10])", "\"goroutine \""},
	{"$m = runtime.MemStats{}", "*"},
	{"runtime.ReadMemStats(&$m)", "*"},
	{"$m.HeapAlloc > 0 && $m.Mallocs > $m.Frees", "true"},
};

/* By declarations, and by what the runtime describes. */
static const char *const bare[][2] = {
	{"main.newNode(\"a\").path()", "\"a!\""},
	{"failing(\"disk\").Error()", "\"failing: disk\""},
	{"$buf = make([]byte, 65536)", "[]byte(\"\") (65536)"},
	{"$len = runtime.Stack($buf, true)", "*"},
	{"string($buf[:10])", "\"goroutine \""},
	{"$m = runtime.MemStats{}", "*"},
	{"runtime.ReadMemStats(&$m)", "*"},
	{"$m.HeapAlloc > 0 && $m.Mallocs > $m.Frees", "true"},
	{"measure(&point{1, 2})", "3"},
	{"point{y: 5}", "main.point{x: 0, y: 5}"},
	{"sum(1, 2, 3)", "6"},
	{"sum([]int{4, 5}...)", "9"},
};

/* The exit status, and a part of the message. */
static const struct {
	const char *expr;
	int status;
	const char *err;
} bad[] = {
	{"newSpeaker(\"hi\", 3).silent()", 1, "the linker drops what nobody calls by an interface"},
	{"newSpeaker(\"hi\", 0).area()", 6, "nil pointer dereference"},
	{"newSpeaker(\"hi\", 3).nosuch()", 1, "is not known before the call is made"},
	{"explode(\"q\").path()", 6, "main.explode panicked in"},
	{"newNode(\"a\").under(newNode(\"b\").path()).path()", 1, "nobody keeps alive"},
	{"$nosuch + 1", 1, "$nosuch has no value yet"},
	{"$f = main.two(1, \"x\")", 1, "$f holds one value"},
	{"make([]byte, -1)", 1, "the length is negative"},
	{"make([]byte, 1<<20)", 1, "make gives up to 65536 bytes"},
	{"make(map[string]int)", 1, "make gives slices here"},
	{"twice(add, 5)", 1,
	 "argument 1 of main.twice is func(int, int) int, and func(int) int is"},
	{"twice(global.bump, 5)", 1, "is a method with its receiver"},
	{"mixed{name: \"x\"} == small", 1, "what is only made for a call is not compared"},
	{"sum(narrowed...)", 1, "only a slice goes before `...`"},
};

enum {
	ROWS = sizeof(rows) / sizeof(rows[0]),
	BARE = sizeof(bare) / sizeof(bare[0]),
};

/* Does the next of @out begin with @want, as a whole line? Moved behind it. */
static bool takes(const char **out, const char *want)
{
	size_t len = strlen(want);

	if (!strcmp(want, "*")) {
		/* Up to a line that is not indented. */
		do
			*out += strcspn(*out, "\n") + 1;
		while (**out == ' ');
		return true;
	}
	if (strncmp(*out, want, len) || (*out)[len] != '\n')
		return false;
	*out += len + 1;
	return true;
}

static void evaluate(const char *build, const char *const (*list)[2], size_t len,
		     const char *const *decls)
{
	const char *argv[ROWS + BARE + 20] = {tool_program(), "call", "--wait=30s", "--timeout=60s",
					      "-p"};
	struct victim vic;
	const char *out;
	unsigned args = 5;
	char pid[16];

	go_victim_start(&vic, build);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	argv[args++] = pid;
	for (size_t i = 0; decls[i]; i++)
		argv[args++] = decls[i];
	for (size_t i = 0; i < len; i++)
		argv[args++] = list[i][0];
	tool_exec(&tool, argv);
	tool_expect(&tool, 0);
	out = tool.out;
	for (size_t i = 0; i < len; i++)
		if (!takes(&out, list[i][1]))
			fail_msg("%s: not %s, but %.200s", list[i][0], list[i][1], out);
	go_victim_finish(&vic);
}

static void returned(void **state)
{
	static const char *const none[] = {NULL};

	evaluate(*state, rows, ROWS, none);
}

static void declared(void **state)
{
	static const char *const decls[] = {"--decl=func main.failing(string) error",
					    "--decl=func main.newNode(string) *main.node",
					    "--decl=func main.(*node).path(*main.node) string",
					    "--decl=func main.measure(*main.point) int",
					    "--decl=func main.sum(...int) int",
					    NULL};

	evaluate(*state, bare, BARE, decls);
}

static void refused(void **state)
{
	struct victim vic;

	go_victim_start(&vic, *state);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tool_run(&tool, "call", vic.pid, "--wait=30s", "--timeout=60s", bad[i].expr, NULL);
		tool_expect(&tool, bad[i].status);
		tool_expect_err(&tool, bad[i].err);
	}
	/* A slice is no element, where the declaration tells. */
	tool_run(&tool, "call", vic.pid, "--decl=func main.sum(...int) int", "sum(list)", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "`...` behind the argument passes the elements");
	go_victim_finish(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("returned: plain", returned, "plain"),
		LIVE_ROW("returned: not optimised", returned, "slow"),
		LIVE_ROW("declared: stripped", declared, "stripped"),
		LIVE_ROW("refused: plain", refused, "plain"),
		LIVE_ROW("refused: not optimised", refused, "slow"),
	};
	const char *filter = getenv("IJ_FILTER");

	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("go_returned", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
