/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Expressions of Go with the types that debug information tells: variables of every kind read
 * without a call, methods, closures, interfaces, nested calls; on programs as they are built
 * usually and without optimisation. Those that need no debug information are evaluated in a
 * stripped one, too.
 */
#include "go_victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct tool tool;

/* Expressions and what they say, in this order in one session: some change what later ones see. */
static const char *const good[][2] = {
	/* Variables and selectors. */
	{"main.text", "\"hello, \\\"world\\\"\""},
	{"main.empty", "\"\""},
	{"main.bytesOf", "[]byte(\"raw\\x00bytes\")"},
	{"list", "[]int{2, 3, 5, 7, 11} (5)"},
	{"list[2]", "5"},
	{"list[1:3]", "[]int{3, 5} (2)"},
	{"list[:2]", "[]int{2, 3} (2)"},
	{"list[3:]", "[]int{7, 11} (2)"},
	{"nested", "[][]string{[]string{\"a\", \"b\"} (2), []string{\"c\"} (1)} (2)"},
	{"nested[0][1]", "\"b\""},
	{"vector", "[3]int{1, 2, 3}"},
	{"vector[1:]", "[]int{2, 3} (2)"},
	{"origin", "main.point{x: 3, y: 4}"},
	{"where.y", "4"},
	{"*where", "main.point{x: 3, y: 4}"},
	{"(&origin).x", "3"},
	{"(*main.point)(where).x", "3"},
	{"small", "main.mixed{small: -5, ratio: 2.5, name: \"tiny\"}"},
	{"ratio", "0.25"},
	{"mask", "48879"},
	{"narrowed", "-128"},
	{"shade", "2"},
	{"whole.name", "\"whole\""}, /* promoted from an embedded struct */
	{"whole.x", "3"},            /* and from one behind a pointer */
	{"whole.tags[2]", "\"z\""},
	{"whole.next.name", "\"next\""},
	{"whole.grid[1][2]", "-6"},
	{"whole.any", "float64 1.5"},
	{"os.Args[0][0:1]", "\"/\""},
	/* Maps and channels. */
	{"table[\"key12\"]", "144"},
	{"table[\"key199\"]", "39601"},
	{"table[\"nosuch\"]", "0"},
	{"byNumber[7]", "0.5"},
	/* Literals. */
	{"byPoint[point{3, 4}]", "\"three-four\""},
	{"point{y: 5}", "main.point{x: 0, y: 5}"},
	{"[]int{1, 2, 3}", "[]int{1, 2, 3} (3)"},
	{"[]point{{1, 2}, {y: 3}}[1].y", "3"},
	{"[3]int{7, 8}", "[3]int{7, 8, 0}"},
	{"mixed{name: small.name}.name", "\"tiny\""},
	{"origin == point{3, 4}", "true"},
	{"byNumber", "map[uint8]float64{7: 0.5} (1)"},
	{"nilMap", "nil"},
	{"nilMap[\"x\"]", "0"},
	{"len(table)", "200"},
	{"len(queue)", "1"},
	{"cap(queue)", "4"},
	{"len(list)", "5"},
	{"cap(list[1:])", "4"},
	{"len(text)", "14"},
	{"len(vector)", "3"},
	/* Operators and conversions. */
	{"origin.x*origin.y + 1", "13"},
	{"mask >> 8 & 0xf", "14"},
	{"mask &^ 0xff", "48640"},
	{"(-narrowed)", "-128"},
	{"^list[0]", "-3"},
	{"float64(list[0]) * ratio", "0.5"},
	{"uint8(mask)", "239"},
	{"int(ratio * 10)", "2"},
	{"string(bytesOf[0:3])", "\"raw\""},
	{"text[:5] + \"!\"", "\"hello!\""},
	{"[]byte(text[:2])", "[]byte(\"he\")"},
	{"text == \"hello\"", "false"},
	{"text < \"help\"", "true"},
	{"origin == *where", "true"},
	{"where == &origin", "true"},
	{"nilMap == nil", "true"},
	{"noError == nil", "true"},
	{"failure != nil", "true"},
	{"len(text) > 3 && list[0] == 2", "true"},
	{"nilFunc == nil || nilMap[\"x\"] == 1", "true"},
	{"!(ratio >= 0.5)", "true"},
	/* Interfaces. */
	{"anyInt", "int 42"},
	{"anyInt.(int) + 1", "43"},
	{"anyText.(string) + \"!\"", "\"dynamic!\""},
	{"anyPoint.(*main.point).y", "4"},
	{"failure", "*errors.errorString \"failed\""},
	{"failure.Error()", "\"failed\""},
	{"whole.err.Error()", "\"failed\""},
	{"noError", "nil"},
	{"shape.area()", "2.25"},
	{"disced.area()", "12"},
	{"areaOf(shape)", "2.25"},
	/* Functions, without a declaration. */
	{"main.add(40, 2)", "42"},
	{"main.two(21, \"ab\")", "(\"abab\", 42)"},
	{"main.floats(1.5, 2.5, 3)", "6.75"},
	{"main.none()", "()"},
	{"main.fail(2)", "*fmt.wrapError \"outer: EOF\""},
	{"main.numbers(6)[2:4]", "[]int{4, 9} (2)"},
	{"main.numbers(6)[5] + 1", "26"},
	{"main.anything(1).(int) + 1", "43"},
	{"main.upper(main.upper([]byte(\"abc\")))", "[]byte(\"ABC\")"},
	{"main.add(main.add(1, 2), main.size(bytesOf) / 1000)", "12"},
	{"sum(1, 2, 3)", "6"},
	{"sum()", "0"},
	{"sum(list...)", "28"},
	{"main.shift(main.point{1, 2}, 10)", "main.point{x: 11, y: 12}"},
	{"point{1, 2}.plus(point{x: 3, y: 4})", "main.point{x: 4, y: 6}"},
	{"sum([]int{1, 2, 3}...)", "6"},
	{"lookup(table, \"key3\")", "(9, true)"},
	{"firstOf(nested[1])", "\"c\""},
	{"named(shade)", "\"blue\""},
	{"named(1)", "\"green\""},
	{"strings.Repeat(text[:5], 2)", "\"hellohello\""},
	{"strings.ToUpper(strings.Repeat(\"ab\", 2))", "\"ABAB\""},
	/* Methods. */
	{"shade.String()", "\"blue\""},
	{"main.colour(1).String()", "\"green\""},
	{"whole.count()", "3"},
	{"whole.label(\"of \")", "\"of whole\""},
	{"global.bump(5)", "5"},
	{"main.(*counter).bump(&main.global, 2)", "7"},
	{"global.n", "7"},
	{"global.twice()", "14"},
	{"where.move(1, 1)", "9"},
	{"whole.move(-1, -1)", "7"},
	{"origin", "main.point{x: 3, y: 4}"},
	/* Structs and arrays by value. */
	{"origin.plus(whole.where)", "main.point{x: 11, y: 13}"},
	{"main.point.plus(origin, origin)", "main.point{x: 6, y: 8}"},
	{"shift(shift(origin, 1), 1).y", "6"},
	{"spell(small)", "\"tiny-5 2.5\""},
	{"corner(vector)", "123"},
	/* Closures and values of functions. */
	{"counting(5)", "15"},
	{"counting(5)", "20"},
	{"apply(counting, 1)", "21"},
	{"plain(1, 2)", "3"},
	{"plain", "main.add"},
	{"nilFunc", "nil"},
	/* What a call returned was read while it lived. */
	{"fresh(3).y", "9"},
	{"*fresh(3)", "main.point{x: 3, y: 9}"},
};

/* With declarations only. */
static const char *const bare[][2] = {
	{"main.add(main.add(1, 2), 3)", "6"},
	{"main.add(40, 2) * 2 - 1", "83"},
	{"main.add(1, 2) == 3 && main.add(1, 1) != 3", "true"},
	{"len(main.upper([]byte(\"abc\")))", "3"},
	{"main.upper(main.upper([]byte(\"abc\")))", "[]byte(\"ABC\")"},
	{"main.upper([]byte(\"abc\"))[1]", "66"},
	{"strings.ToUpper(strings.Repeat(\"ab\", 2)) + \"!\"", "\"ABAB!\""},
	{"strings.Repeat(\"ab\", main.add(1, 2))", "\"ababab\""},
	{"float64(main.add(1, 2)) / 2", "1.5"},
	{"uint8(main.add(255, 2))", "1"},
	{"string(main.upper([]byte(\"x\")))", "\"X\""},
	{"len(\"abc\") + 1<<3", "11"},
};

/* The exit status, and a part of the message. */
static const struct {
	const char *expr;
	int status;
	const char *err;
} bad[] = {
	{"point{1}", 1, "a struct of 2 fields gets 1"},
	{"point{z: 1}", 1, "a struct without a field z"},
	{"mixed{name: \"x\"}", 1, "within a literal nothing gets memory in the target"},
	{"[]string{\"a\"}", 1, "whose elements have pointers is not supported"},
	{"[2]int{1, 2, 3}", 1, "a literal of over 2 elements"},
	{"list[9]", 1, "index out of range [9] with length 5"},
	{"list[3:9]", 1, "slice bounds out of range [3:9] with capacity 5"},
	{"whole.nosuch", 1, "main.outer has no field or method nosuch"},
	{"anyInt.(string)", 1, "the interface holds int, not string"},
	{"anyInt.(shaper)", 1, "assertions of interfaces are not supported"},
	{"noError.Error()", 1, "the interface is nil"},
	{"whole.next.next.name", 1, "nil pointer dereference"},
	{"nilFunc()", 1, "the func is nil"},
	{"text + 1", 1, "the right operand is an untyped integer, and string is wanted"},
	{"list + list", 1, "operator + is not defined on []int"},
	{"ratio + list[0]", 1, "the operands of + are float64 and int: convert one"},
	{"main.add(1)", 1, "main.add takes 2 arguments, but 1 is given"},
	{"main.add(1, text)", 1, "argument 2 of main.add is string, and int is wanted"},
	{"named(text)", 1, "argument 1 of main.named is string, and main.colour is wanted"},
	{"shift(3, 4)", 1, "argument 1 of main.shift is an untyped integer"},
	{"areaOf(where)", 1, "to make main.shaper of it is not supported"},
	{"byNumber[300]", 1, "does not fit uint8"},
	{"1 / (list[0] - 2)", 1, "division by zero"},
	{"table[1]", 1, "the key of a map is an untyped integer"},
	{"fresh(3).move(1, 1)", 1, "nobody keeps alive what it leads to"},
	{"&fresh(3).x", 1, "only a variable has an address"},
	{"main.throws(list[0] - 1)", 6, "string \"on purpose\"; the panic was caught"},
	{"main.list[", 1, "an operand is expected at column 11"},
	{"main.nosuch", 1, "main.nosuch is not in"},
	{"strlen(\"x\")", 1, "is a Go program (go1."},
};

enum { GOOD = sizeof(good) / sizeof(good[0]), BARE = sizeof(bare) / sizeof(bare[0]) };

static void evaluate(const char *build, const char *const (*rows)[2], size_t rows_len,
		     const char *const *decls)
{
	static char want[32 * 1024];
	const char *argv[GOOD + 16] = {tool_program(), "call", "-p"};
	struct victim vic;
	char pid[16];
	unsigned len = 3;

	go_victim_start(&vic, build);
	snprintf(pid, sizeof(pid), "%d", vic.pid);
	argv[len++] = pid;
	for (size_t i = 0; decls[i]; i++)
		argv[len++] = decls[i];
	want[0] = 0;
	for (size_t i = 0; i < rows_len; i++) {
		argv[len++] = rows[i][0];
		strcat(strcat(want, *want ? "\n" : ""), rows[i][1]);
	}
	tool_exec(&tool, argv);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, want);
	go_victim_finish(&vic);
}

static void values(void **state)
{
	static const char *const none[] = {NULL};

	evaluate(*state, good, GOOD, none);
}

static void declared(void **state)
{
	static const char *const decls[] = {"--decl=func main.add(int, int) int",
					    "--decl=func main.upper([]byte) []byte", NULL};

	evaluate(*state, bare, BARE, decls);
}

static void refused(void **state)
{
	struct victim vic;

	go_victim_start(&vic, *state);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		tool_run(&tool, "call", vic.pid, bad[i].expr, NULL);
		tool_expect(&tool, bad[i].status);
		tool_expect_err(&tool, bad[i].err);
	}
	go_victim_finish(&vic);
}

/* Without debug information variables are named as what stands in the way. */
static void stripped(void **state)
{
	struct victim vic;

	(void)state;
	go_victim_start(&vic, "stripped");
	tool_run(&tool, "call", vic.pid, "main.text", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "there is no debug information");
	go_victim_finish(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("values: plain", values, "plain"),
		LIVE_ROW("values: not optimised", values, "slow"),
		LIVE_ROW("declared: stripped", declared, "stripped"),
		LIVE_ROW("declared: plain", declared, "plain"),
		LIVE_ROW("refused: plain", refused, "plain"),
		LIVE_ROW("refused: not optimised", refused, "slow"),
		LIVE_ROW("stripped", stripped, NULL),
	};
	const char *filter = getenv("IJ_FILTER");

	if (filter)
		cmocka_set_test_filter(filter);
	return _cmocka_run_group_tests("go_values", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
