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
	{"byBig[big{a: 2}]", "\"two\""},
	{"byBig[big{a: 3}]", "\"\""},
	{"bigs[\"x\"].a", "5"},
	{"bigs[\"y\"].a", "0"},
	{"byWhere[where]", "\"there\""},
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
	{"shape.(shaper).area()", "2.25"},
	{"anyPoint.(interface{}).(*main.point).x", "3"},
	{"error(failure).Error()", "\"failed\""},
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
	{"(*main.point).move(where, 0, 0)", "7"},
	{"(*point).move(where, 0, 0)", "7"},
	{"(*where).x", "3"},
	/* New memory, by its address and by a part. */
	{"&point{1, 2}", "&main.point{x: 1, y: 2}"},
	{"(&point{1, 2}).y", "2"},
	{"(&point{1, 2}).move(1, 1)", "5"},
	{"*&point{1, 2} == point{1, 2}", "true"},
	{"&point{1, 2} == nil", "false"},
	{"[]string{\"a\"} == nil", "false"},
	{"say(&point{1, 2})", "\"&{1 2}\""},
	{"areaOf(&square{side: main.floats(1, 1, 1)})", "4"},
	{"[]*point{&point{1, 2}}[0].x", "1"},
	{"joined([]string{\"a\", \"b\", \"c\"}[1:])", "\"b+c\""},
	{"joined([]string{\"a\", text[:2], \"c\"}[main.add(0, 1):2])", "\"he\""},
	{"cap([]string{\"a\", \"b\", \"c\"}[1:2])", "2"},
	{"[]string{\"a\", \"b\", \"c\"}[1:][1]", "\"c\""},
	{"main.upper([]byte(\"hello\")[1:3])", "[]byte(\"EL\")"},
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
	/* Interfaces that are made of values, and slices that are. */
	{"say(1, \"a\", 2.5, true, nil)", "\"1a2.5 true <nil>\""},
	{"say(origin, where.x, shade)", "\"{3 4} 3 blue\""},
	{"say(where)", "\"&{3 4}\""},
	{"say(list, text[:5], vector)", "\"[2 3 5 7 11]hello[1 2 3]\""},
	{"say(anyInt, failure, noError)", "\"42 failed <nil>\""},
	{"say(small)", "\"{-5 2.5 tiny}\""},
	{"say(strings.Repeat(\"ab\", 2), main.add(1, 2))", "\"abab3\""},
	{"say()", "\"\""},
	{"say([]interface{}{1, \"x\"}...)", "\"1x\""},
	{"fmt.Sprint(\"plain \", mask)", "\"plain 48879\""},
	{"fmt.Sprintf(\"%d-%s-%v\", narrowed, text[:2], point{1, 2})", "\"-128-he-{1 2}\""},
	{"kindOf(uint8(3))", "\"uint8\""},
	{"kindOf(1.5)", "\"float64\""},
	{"kindOf(shape)", "\"*main.square\""},
	{"kindOf(counting)", "\"func(int) int\""},
	{"kindOf(table)", "\"map[string]int\""},
	{"any(3)", "int 3"},
	{"error(failure)", "*errors.errorString \"failed\""},
	{"areaOf(disc(2))", "12"},
	{"areaOf(shape.(*main.square))", "2.25"},
	{"errors.Is(failure, failure)", "true"},
	{"errors.Is(failure, noError)", "false"},
	{"joined([]string{\"a\", text[:2], strings.Repeat(\"z\", 2)})", "\"a+he+zz\""},
	{"[]string{\"a\", \"b\"}[1]", "\"b\""},
	{"len([]string{\"a\", \"b\"})", "2"},
	{"[]string{\"a\", \"b\"}", "[]string{\"a\", \"b\"} (2)"},
	/* It stays while somebody has it. */
	{"remember(\"first\", 2, where, list)", "4"},
	{"remember(strings.Repeat(\"long\", 3), 1.5)", "6"},
	{"recall()", "\"first2 &{3 4} [2 3 5 7 11]longlonglong1.5\""},
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
	{"main.add(-1, -9223372036854775807)", "-9223372036854775808"},
	{"main.add(1<<20, 'a')", "1048673"},
	{"main.add(0x10, 0b11)", "19"},
	{"main.add(1_000, 0o17)", "1015"},
	{"main.add(7%4, 7/2)", "6"},
	{"main.add(6&3, 6|3)", "9"},
	{"main.add(6^3, 6&^3)", "9"},
	{"main.add(-(1+2), +3)", "0"},
	{"main.add(len(\"four\"), cap([]byte(\"abc\")))", "7"},
	{"main.none()", "()"},
	{"main.two(21, \"ab\")", "(\"abab\", 42)"},
	{"main.two(0, \"\")", "(\"\", 0)"},
	{"main.narrow(-5, 65535, -100000, true, 200)", "-34270"},
	{"main.narrow(-5, 65535, -100000, false, 200)", "-1"},
	{"main.narrow(int8(-128), 0, 1<<30, 1 < 2, uint8(0))", "1073741696"},
	{"main.floats(1.5, 2.5, 3)", "6.75"},
	{"main.floats(1e300, 0, -1)", "-1"},
	{"main.floats(0.5 * 3, 2, 0)", "3"},
	{"main.floats32(1, 3)", "0.33333334"},
	{"main.floats32(1, 0)", "inf"},
	{"main.floats32(float32(main.add(1, 2)), 2)", "1.5"},
	{"main.ten(1,2,3,4,5,6,7,8,9,10)", "385"},
	{"main.ten(main.add(1, 0), 2, 3, 4, 5, 6, 7, 8, 9, main.add(5, 5))", "385"},
	{"main.texts(\"a\", \"bb\", \"ccc\", \"\", \"e\", \"ffffff\", 7)",
	 "\"a-bb-ccc--e-ffffff7\""},
	{"main.texts(\"a\", \"b\", strings.Repeat(\"c\", 2), \"d\", \"e\", \"f\", 1)",
	 "\"a-b-cc-d-e-f1\""},
	{"main.size([]byte(\"hello\"))", "5005"},
	{"main.size(nil)", "0"},
	{"main.size([]byte{})", "0"},
	{"main.size([]byte{1, 2, 3})", "3003"},
	{"main.upper([]byte(\"hello\"))", "[]byte(\"HELLO\")"},
	{"len(main.upper([]byte(\"hello\"))) + 1", "6"},
	{"main.upper([]byte(\"hello\"))[1:3]", "[]byte(\"EL\")"},
	{"main.numbers(6)", "[]int{0, 1, 4, 9, 16, 25} (6)"},
	{"main.numbers(6)[2:4]", "[]int{4, 9} (2)"},
	{"main.numbers(6)[5] + 1", "26"},
	{"main.numbers(main.add(1, 1))", "[]int{0, 1} (2)"},
	{"len(main.numbers(6)) == 6", "true"},
	{"main.fail(0)", "nil"},
	{"main.fail(1)", "*errors.errorString \"it went wrong\""},
	{"main.fail(2)", "*fmt.wrapError \"outer: EOF\""},
	{"main.fail(3)", "main.shout \"loud\""},
	{"main.fail(0) == nil", "true"},
	{"main.anything(0)", "nil"},
	{"main.anything(1)", "int 42"},
	{"main.anything(2)", "string \"text\""},
	{"main.anything(2) != nil", "true"},
	{"main.throws(0)", "7"},
	{"main.deep(10)", "55"},
	{"main.deep(20000)", "200010000"},
	{"main.collect()", "98"},
	{"main.sleeps(3)", "3"},
	{"main.long(2)", "\"01234567890123456789\""},
	{"len(main.long(100))", "1000"},
	{"main.long(1)[3:5] + \"!\"", "\"34!\""},
	{"main.long(2) == main.long(1) + main.long(1)", "true"},
	{"main.long(1) < \"1\"", "true"},
	{"runtime.GC()", "()"},
	{"runtime/debug.SetGCPercent(50)", "100"},
	{"runtime/debug.SetGCPercent(100)", "50"},
	{"strings.Repeat(\"ab\", 3)", "\"ababab\""},
	{"strings.Repeat(\"\", 3) == \"\"", "true"},
	{"strings.ToUpper(\"abc\")", "\"ABC\""},
	{"strings.ToUpper(main.long(1)[:0] + \"x\")", "\"X\""},
	{"!(main.add(1, 2) == 3)", "false"},
	{"main.add(1, 2) > 2 || main.throws(1) == 0", "true"},
	{"^main.add(1, 1)", "-3"},
	{"main.add(1, 2) << 4 | 1", "49"},
	{"int8(main.add(120, 10))", "-126"},
	{"main.say(1, \"a\", 2.5, true, nil)", "\"1a2.5 true <nil>\""},
	{"main.say()", "\"\""},
	{"main.say(main.add(1, 2), strings.Repeat(\"ab\", 2))", "\"3abab\""},
	{"main.say(uint8(200), 1.25)", "\"200 1.25\""},
	{"main.kindOf(3)", "\"int\""},
	{"main.kindOf(\"x\")", "\"string\""},
	{"main.joined([]string{\"a\", \"bc\"})", "\"a+bc\""},
	{"main.remember(\"first\", 2, 2.5)", "3"},
	{"main.recall()", "\"first2 2.5\""},
};

/* How many calls of each build are tried at least. */
enum { CALLS_MIN = 80 };

/* The exit status, and a part of the message. */
static const struct {
	const char *expr;
	int status;
	const char *err;
} bad[] = {
	{"point{1}", 1, "a struct of 2 fields gets 1"},
	{"point{z: 1}", 1, "a struct without a field z"},
	{"map[string]int{}", 1, "a literal of a map cannot be made"},
	{"main.apply(func(n int) int { return n }, 1)", 1, "a literal of a func is code"},
	{"[]string{\"a\", \"b\"}[2]", 1, "index out of range [2] with length 2"},
	{"[]string{\"a\", 1}", 1, "an element is an untyped integer, and string is wanted"},
	{"any(3) == any(3)", 1, "an interface that is only made for a call is not compared"},
	{"say(fresh(3))", 1, "nobody keeps alive what it leads to"},
	{"[2]int{1, 2, 3}", 1, "a literal of over 2 elements"},
	{"list[9]", 1, "index out of range [9] with length 5"},
	{"list[3:9]", 1, "slice bounds out of range [3:9] with capacity 5"},
	{"whole.nosuch", 1, "main.outer has no field or method nosuch"},
	{"anyInt.(string)", 1, "the interface holds int, not string"},
	{"anyInt.(shaper)", 1, "what the interface holds is int, which has not all methods of"},
	{"noError.(error)", 1, "the interface holds nil, not error"},
	{"[]string{\"a\", \"b\"}[1:3]", 1, "slice bounds out of range [1:3] with capacity 2"},
	{"&point{1, 2} == where", 1, "what is only made for a call is not compared"},
	{"uintptr(&point{1, 2})", 1, "what is converted is *main.point, and uintptr is wanted"},
	{"&main.add(1, 2)", 1, "only a variable has an address"},
	{"runtime.NumGoroutine()", 1, "interject goroutines lists them"},
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
	{"areaOf(where)", 1, "which has not all methods of main.shaper"},
	{"errors.Is(3, failure)", 1,
	 "argument 1 of errors.Is is int, which has not all methods of"},
	{"byNumber[300]", 1, "does not fit uint8"},
	{"1 / (list[0] - 2)", 1, "division by zero"},
	{"table[1]", 1, "the key of a map is an untyped integer"},
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
	const char *argv[GOOD + BARE + 40] = {tool_program(), "call", "--wait=30s", "-p"};
	struct victim vic;
	char pid[16];
	unsigned len = 4;

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

/* How many of the rows make a call. */
static unsigned calls_of(const char *const (*rows)[2], size_t rows_len)
{
	static const char *const packages[] = {"main.", "strings.", "runtime"};
	unsigned calls = 0;

	for (size_t i = 0; i < rows_len; i++) {
		bool found = false;

		for (size_t j = 0; j < sizeof(packages) / sizeof(packages[0]); j++)
			found |= strstr(rows[i][0], packages[j]) && strchr(rows[i][0], '(');
		calls += found;
	}
	return calls;
}

static void declared(void **state)
{
	static const char *const decls[] = {
		"--decl=func main.add(int, int) int",
		"--decl=func main.upper([]byte) []byte",
		"--decl=func main.none()",
		"--decl=func main.two(int, string) (string, int)",
		"--decl=func main.narrow(a int8, b uint16, c int32, d bool, e uint8) int64",
		"--decl=func main.floats(float64, float32, int) float64",
		"--decl=func main.floats32(a, b float32) float32",
		"--decl=func main.ten(a, b, c, d, e, f, g, h, i, j int) int",
		"--decl=func main.texts(string, string, string, string, string, string, uint8) "
		"string",
		"--decl=func main.size([]byte) int",
		"--decl=func main.numbers(int) []int",
		"--decl=func main.fail(int) error",
		"--decl=func main.anything(int) any",
		"--decl=func main.throws(int) int",
		"--decl=func main.deep(int) int",
		"--decl=func main.collect() int",
		"--decl=func main.sleeps(int) int",
		"--decl=func main.long(int) string",
		"--decl=func main.say(...any) string",
		"--decl=func main.kindOf(any) string",
		"--decl=func main.joined([]string) string",
		"--decl=func main.remember(...any) int",
		"--decl=func main.recall() string",
		NULL};
	unsigned calls = calls_of(bare, BARE);

	print_message("%s: %u expressions, %u of them with calls\n", (char *)*state, BARE, calls);
	assert_true(calls >= CALLS_MIN);
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
		LIVE_ROW("declared: not optimised", declared, "slow"),
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
