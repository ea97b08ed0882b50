/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions over debug information: functions, objects and types of a program that has them all.
 */
#include "harness.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct tool tool;

/* An expression and what stdout must be, a pattern as of fnmatch(3). */
struct row {
	const char *expr;
	const char *out;
};

static const struct row calls[] = {
	{"add(2, 3)", "5"},
	{"add(-2, 'a')", "95"},
	{"half(3)", "1.5"},
	{"half_float(3)", "1.5"},
	{"twice(1.5)", "3"},
	{"swap(origin)", "{x = 4, y = 3}"},
	{"swap((struct point){5, .y = 6})", "{x = 6, y = 5}"},
	{"swap(swap(origin)).x", "3"},
	{"make(7)", "{a = {7, 8, 9, 0, 0}, d = 2.5, name = \"made\", '\\000' <repeats 11 times>}"},
	{"make(7).a[1]", "8"},
	{"sum(make(1), 5)", "10"},
	{"mixed((struct mix){1.5, 2}, 0.25)", "{d = 1.75, i = 3}"},
	{"next(RED)", "GREEN"},
	{"next(color)", "BLUE"},
	{"label(&first)", "0x* \"one\""},
	{"get(1)", "(node_t \\*) 0x*"},
	{"*get(2)", "{value = 2, next = 0x0, label = 0x* \"two\"}"},
	{"get(1)->next->label", "0x* \"two\""},
	{"operation(4, 5)", "9"},
	{"(*operation)(4, 5)", "9"},
	{"(&add)(4, 5)", "9"},
	{"apply(add, 40, 2)", "42"},
	{"apply(operation, 40, 3)", "43"},
	{"negate(1)", "false"},
	{"negate(0)", "true"},
	{"increment(255)", "0 '\\000'"},
	{"increment(64)", "65 'A'"},
	{"fill((char[8])0, 8)", "(void)\n  arg 1: \"abcdefg\""},
	{"move(&(struct point){1, 2}, 3)", "(void)\n  arg 1: \"\\004\\000\\000\\000\\005\""},
	{"hidden(2)", "84"},
	{"turn(twist)", "-2 + 1i"},
	{"wide(5)", "10"},
	{"wide(-1)", "-2"},
	{"far(1, 1, 1, 1, 1, 1, huge, \"A\")", "74"},
	{"grown(huge).items[9999]", "3"},
	{"doubled((quad){1, 2, 3, 4})", "{2, 4, 6, 8}"},
	{"turned(1.5l)", "0 + 1.5i"},
	{"total(3, 1, 2, 3)", "6"},
	{"total(2, byte, 'a')", "297"},
	{"order(1, 2, 3)", "123"},
	{"add(add(1, 2), add(3, add(4, 5)))", "15"},
	{"first.value ? add(1, 1) : add(2, 2)", "2"},
	{"strlen(message)", "5"},
	{"strlen(name) + 1", "4"},
	{"(char)add(60, 5)", "65 'A'"},
	{"(long)add(-1, 0)", "-1"},
	{"(void)add(1, 2)", "(void)"},
	{"getpid() == getpid()", "1"},
};

static const struct row objects[] = {
	{"origin", "{x = 3, y = 4}"},
	{"&origin", "(struct point \\*) 0x* <origin>"},
	{"(&origin)->y", "4"},
	{"bits", "{a = 5, b = 17, c = -3, d = 78187493520}"},
	{"bits.c", "-3"},
	{"number", "{i = 1069547520, f = 1.5}"},
	{"outer", "{kind = 1, {small = 0, large = 2.5}, at = {x = 6, y = 7}}"},
	{"outer.large", "2.5"},
	{"outer.at.y", "7"},
	{"array", "{1, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}"},
	{"array[1]", "2"},
	{"array[0]@2", "{1, 2}"},
	{"*array@3", "{1, 2, 3}"},
	{"matrix", "{{1, 2, 3}, {4, 5, 6}}"},
	{"matrix[1][2]", "6"},
	{"name", "\"abc\", '\\000' <repeats 12 times>"},
	{"words", "{0x* \"one\", 0x* \"two\", 0x0}"},
	{"color", "GREEN"},
	{"may", "(MAY_READ | MAY_RUN)"},
	{"(enum color)7", "7"},
	{"BLUE", "BLUE"},
	{"BLUE + 1", "7"},
	{"counter", "42"},
	{"'typed.c'::counter", "42"},
	{"fixed", "10"},
	{"fraction", "0.1"},
	{"yes", "true"},
	{"longer", "3.25"},
	{"byte", "200 '\\310'"},
	{"twist", "1 + 2i"},
	{"message", "0x* \"hello\""},
	{"*message", "104 'h'"},
	{"message[1]", "101 'e'"},
	{"most", "18446744073709551615"},
	{"local", "8"},
	{"local + add(local, 1)", "17"},
	{"first", "{value = 1, next = 0x*, label = 0x* \"one\"}"},
	{"*first.next", "{value = 2, next = 0x0, label = 0x* \"two\"}"},
	{"operation", "(int (\\*)(int, int)) 0x* <add>"},
	{"add", "{int (int, int)} 0x* <add>"},
	{"sizeof(struct big)", "64"},
	{"glyphs", "{one = 120 L'x', text = L\"abc\", half = 104 u'h'}"},
	{"sizeof array / sizeof array[0]", "12"},
	{"sizeof(node_t)", "24"},
	{"_Alignof(struct mix)", "8"},
	{"&array[3] - &array[0]", "3"},
	{"&first == first.next", "0"},
	{"(long)&origin == (long)&origin.x", "1"},
	{"((struct point *)&origin)->x", "3"},
	{"(unsigned char)origin.x", "3 '\\003'"},
	{"/x counter", "0x2a"},
	{"/x origin", "{x = 0x3, y = 0x4}"},
	{"/t byte", "11001000"},
	{"/o counter", "052"},
	{"/c 65", "65 'A'"},
	{"/s name", "\"abc\", '\\000' <repeats 12 times>"},
	{"/x bits.c", "0xfffffffd"},
	{"&array[3]", "(int \\*) 0x* <array+12>"},
	{"/d byte", "-56"},
	{"/u byte", "200"},
	{"/z counter", "0x0000002a"},
	{"/a operation", "0x* <add>"},
};

/* What C says of operators, whatever the program. */
static const struct row operators[] = {
	{"1 + 2 * 3", "7"},
	{"(1 + 2) * 3", "9"},
	{"7 / 2, 7 % 2", "1"},
	{"(-7) / 2", "-3"},
	{"(-7) % 2", "-1"},
	{"7.0 / 2", "3.5"},
	{"1u - 2 > 0", "1"},
	{"(-1) < 1u", "0"},
	{"(-1) < 1l", "1"},
	{"~0", "-1"},
	{"!5 + !0", "1"},
	{"1 << 4 | 3", "19"},
	{"(-16) >> 2", "-4"},
	{"0xf0 ^ 0xff", "15"},
	{"1 && 0 || 1", "1"},
	{"0 && 1 / 0", "0"},
	{"1 ? 2 : 3.5", "2"},
	{"0 ? 2 : 3", "3"},
	{"(unsigned char)300", "44 ','"},
	{"(signed char)200", "-56 '\\310'"},
	{"(int)2.9", "2"},
	{"(float)0.1", "0.1"},
	{"sizeof(int) + sizeof 'a'", "5"},
	{"'\\n'", "10 '\\n'"},
	{"\"abc\"[1]", "98 'b'"},
	{"sizeof \"abc\"", "4"},
	{"sizeof L\"abc\"", "16"},
	{"(int[]){1, 2, 3}[2]", "3"},
	{"1.5e3", "1500"},
	{"010 + 0x10 + 0b10", "26"},
	{"18446744073709551615u", "18446744073709551615"},
	{"9223372036854775807 + 0", "9223372036854775807"},
	{"(struct point){1, 2}", "{x = 1, y = 2}"},
	{"O_RDWR | O_CREAT", "66"},
	{"NULL", "(void \\*) 0x0"},
};

/* Of C++: victim_typed_cxx. */
static const struct row cxx[] = {
	{"plain(1)", "12"},
	{"shapes::add(1, 2)", "3"},
	{"shapes::add(1.0, 2.0)", "3.5"},
	{"shapes::tuck(3) + shapes::(anonymous namespace)::tucked", "20"},
	{"::shapes::depth", "3"},
	{"shapes::box", "{<shapes::Base> = {id = 7}, w = 2, h = 3}"},
	{"shapes::box.id", "7"},
	{"shapes::box.area()", "6"},
	{"shapes::box.area(2)", "12"},
	{"(&shapes::box)->area()", "6"},
	{"shapes::box.twice()", "14"},
	{"shapes::total(shapes::box, 1)", "7"},
	{"shapes::Box::made", "1"},
	{"shapes::Box::count()", "1"},
	{"shapes::unit", "shapes::Unit::CM"},
	{"shapes::Unit::MM", "shapes::Unit::MM"},
	{"(shapes::Unit)10", "shapes::Unit::CM"},
	{"sizeof(shapes::Box)", "24"},
	{"shapes::larger<int>(3, 4)", "4"},
	{"hidden", "11"},
	{"reference", "3"},
	{"shapes::bump(shapes::depth)", "(void)"},
	{"reference", "4"},
	{"seen_depth()", "4"},
	{"reference = 9", "9"},
	{"seen_depth()", "9"},
	{"shapes::box.scale(2)", "(void)"},
	{"shapes::box.area()", "24"},
};

/* An expression that is refused, and a part of the message. */
static const struct row refusals[] = {
	{"ad(1, 2)", "did you mean add ("},
	{"add(1)", "takes 2 arguments, but 1 is given"},
	{"add(1, 2, 3)", "takes 2 arguments, but 3 are given"},
	{"add(\"x\", 1)", "argument 1 of add"},
	{"add(origin, 1)", "struct point is no int"},
	{"add(1, nothing)", "at column 8"},
	{"move(origin, 3)", "struct point is no struct point *"},
	{"origin.z", "struct point has no member z; it has x, y"},
	{"counter.x", "takes a struct or union"},
	{"*counter", "takes a pointer"},
	{"1 / 0", "division by zero"},
	{"1 << 64", "shift count"},
	{"fixed = 1", "is const"},
	{"5 = 1", "not an object"},
	{"array = 0", "cannot be assigned to"},
	{"label(&origin)", "write a cast"},
	{"increment(1000)", "does not fit"},
	{"(struct nothing)origin", "struct nothing is unknown"},
	{"sizeof(struct nothing)", "struct nothing is unknown"},
	{"counter = add(nothing, 1)", "no symbol nothing"},
	{"*(int *)16", "cannot read 4 bytes at 0x10"},
	{"message = \"new\"", "during a call only"},
	{"add(1, 2", "expected ')'"},
	{"1 +", "expected a value"},
	{"$9 + 1", "has no value"},
};

static const struct row *const tables[] = {calls, objects, operators};
static const size_t lens[] = {sizeof(calls) / sizeof(calls[0]),
			      sizeof(objects) / sizeof(objects[0]),
			      sizeof(operators) / sizeof(operators[0])};

static bool is_there(const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/victim_%s", harness_victims(), name);
	return !access(path, X_OK);
}

/* The next result in *@out, which is moved on; lines of buffers belong to it. */
static char *next_result(char **out)
{
	char *result = *out, *end = strchr(result, '\n');

	while (end && end[1] == ' ')
		end = strchr(end + 1, '\n');
	if (!end)
		return result;
	*end = 0;
	*out = end + 1;
	return result;
}

/* All rows of a table in one session; how many do not hold. */
static unsigned run_table(const struct victim *vic, const char *name, const struct row *rows,
			  size_t len)
{
	const char *argv[128] = {tool_program(), "call", "-p"};
	unsigned failed = 0, argc = 3;
	char pid[16], *out = tool.out;

	snprintf(pid, sizeof(pid), "%d", vic->pid);
	argv[argc++] = pid;
	for (size_t i = 0; i < len; i++)
		argv[argc++] = rows[i].expr;
	tool_exec(&tool, argv);
	tool_expect(&tool, 0);
	for (size_t i = 0; i < len; i++) {
		const char *is = next_result(&out);

		if (!fnmatch(rows[i].out, is, 0) || !strcmp(rows[i].out, is))
			continue;
		print_error("%s: %s\n  is: %s\n  want: %s\n", name, rows[i].expr, is, rows[i].out);
		failed++;
	}
	return failed;
}

/* Every row in the victim *state. */
static void rows_hold(void **state)
{
	const char *name = *state;
	unsigned failed = 0;
	struct victim vic;

	if (!is_there(name))
		skip();
	victim_start(&vic, name, NULL);
	for (size_t t = 0; t < sizeof(lens) / sizeof(lens[0]); t++)
		failed += run_table(&vic, name, tables[t], lens[t]);
	assert_int_equal(failed, 0);
	victim_finish(&vic, WAKE_NONE);
}

static void cxx_rows_hold(void **state)
{
	(void)state;
	struct victim vic;

	victim_start(&vic, "typed_cxx", NULL);
	assert_int_equal(run_table(&vic, "typed_cxx", cxx, sizeof(cxx) / sizeof(cxx[0])), 0);
	tool_call(&tool, &vic, "shapes::add(shapes::box, 1)");
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "no shapes::add takes these arguments");
	tool_call(&tool, &vic, "&shapes::add");
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "is ambiguous");
	victim_finish(&vic, WAKE_NONE);
}

/* What is wrong is told with exit status 1, and nothing was done before. */
static void refusals_hold(void **state)
{
	(void)state;
	unsigned failed = 0;
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		tool_call(&tool, &vic, refusals[i].expr);
		if (tool.status == 1 && strstr(tool.err, refusals[i].out))
			continue;
		print_error("%s\n  status %d, is: %s%s  want: %s\n", refusals[i].expr, tool.status,
			    tool.out, tool.err, refusals[i].out);
		failed++;
	}
	assert_int_equal(failed, 0);
	tool_call(&tool, &vic, "seen_counter()");
	tool_expect_out(&tool, "42");
	victim_finish(&vic, WAKE_NONE);
}

/* Assignments are seen by the program itself, and read back by others. */
static void assignments_are_seen(void **state)
{
	(void)state;
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	tool_run(&tool, "call", vic.pid, "counter = 100", "seen_counter()", "counter += 2",
		 "counter++", "seen_counter()", "(--counter)", "seen_counter()", "counter <<= 1",
		 "seen_counter()", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "100\n100\n102\n102\n103\n102\n102\n204\n204");
	tool_run(&tool, "call", vic.pid, "bits.b = 9", "bits.c = -1", "seen_bits()", "bits", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "9\n-1\n50899\n{a = 5, b = 9, c = -1, d = 78187493520}");
	tool_run(&tool, "call", vic.pid, "origin = swap(origin)", "origin.x = add(origin.x, 10)",
		 "origin", "array[2] = array[1] = 9", "array[1]@2", "first.next = 0", "first.next",
		 NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "{x = 4, y = 3}\n14\n{x = 14, y = 3}\n9\n{9, 9}\n"
			       "(struct node *) 0x0\n(struct node *) 0x0");
	victim_finish(&vic, WAKE_NONE);
}

/* Calls are made in the order that C writes them, each once. */
static void calls_are_in_order(void **state)
{
	(void)state;
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	tool_run(&tool, "call", vic.pid, "order(ticket(), ticket(), ticket())",
		 "ticket() + 10 * ticket()", "1 || ticket()", "0 && ticket()", "ticket()",
		 "sizeof ticket()", "1 ? ticket() : ticket()", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "123\n54\n1\n0\n6\n4\n7");
	victim_finish(&vic, WAKE_NONE);
}

static void limits_are_kept(void **state)
{
	(void)state;
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	tool_run(&tool, "call", vic.pid, "--print-elements=2", "--print-depth", "1", "matrix[1]",
		 "name", "outer", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool,
			"{4, 5...}\n\"ab\"...\n{kind = 1, {small = 0, large = 2.5}, at = {...}}");
	tool_run(&tool, "call", vic.pid, "--print-elements=0", "name", NULL);
	tool_expect(&tool, 2);
	victim_finish(&vic, WAKE_NONE);
}

/* Earlier values can be referred to, and kept under names. */
static void values_are_kept(void **state)
{
	(void)state;
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	tool_run(&tool, "call", vic.pid, "add(1, 2)", "$ + 10", "$1 + $2", "$$2", "$n = origin",
		 "$n.y", "$k = 5", "$k += 2", "$k * 2", NULL);
	tool_expect(&tool, 0);
	tool_expect_out(&tool, "3\n13\n16\n3\n{x = 3, y = 4}\n4\n5\n7\n14");
	victim_finish(&vic, WAKE_NONE);
}

static void json_has_values(void **state)
{
	(void)state;
	static const struct {
		const char *expr, *value, *type;
	} want[] = {
		{"swap(origin)", "{\"x\":4,\"y\":3}", "struct point"},
		{"array[0]@2", "[1,2]", "int [2]"},
		{"color", "GREEN", "enum color"},
		{"name", "abc", "char [16]"},
		{"message", "hello", "const char *"},
		{"most", "18446744073709551615", "unsigned long long"},
		{"yes", "true", "_Bool"},
		{"outer.at", "{\"x\":6,\"y\":7}", "struct point"},
	};
	char text[4096];
	struct victim vic;

	victim_start(&vic, "typed", NULL);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char member[512];

		tool_run(&tool, "call", vic.pid, "--json", want[i].expr, NULL);
		tool_expect(&tool, 0);
		snprintf(member, sizeof(member), "\"value\":%s%s%s,",
			 want[i].value[0] == '{' || want[i].value[0] == '[' ||
					 !strcmp(want[i].value, "true")
				 ? ""
				 : "\"",
			 want[i].value,
			 want[i].value[0] == '{' || want[i].value[0] == '[' ||
					 !strcmp(want[i].value, "true")
				 ? ""
				 : "\"");
		if (!strstr(tool.out, member))
			fail_msg("%s: no %s in %s", want[i].expr, member, tool.out);
		assert_true(tool_json(&tool, "type", text, sizeof(text)));
		if (strcmp(text, want[i].type) && strcmp(text, "long long unsigned int"))
			fail_msg("%s: type %s, not %s", want[i].expr, text, want[i].type);
		tool_json(&tool, "status", text, sizeof(text));
		assert_string_equal(text, "done");
	}
	victim_finish(&vic, WAKE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("DWARF 5, -O0", rows_hold, "typed"),
		LIVE_ROW("DWARF 4, type units, -O2", rows_hold, "typed_4"),
		LIVE_ROW("stripped, debug file apart, compressed", rows_hold, "typed_apart"),
		LIVE_TEST(cxx_rows_hold),
		LIVE_TEST(refusals_hold),
		LIVE_TEST(assignments_are_seen),
		LIVE_TEST(calls_are_in_order),
		LIVE_TEST(values_are_kept),
		LIVE_TEST(limits_are_kept),
		LIVE_TEST(json_has_values),
	};

	return _cmocka_run_group_tests("typed", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
