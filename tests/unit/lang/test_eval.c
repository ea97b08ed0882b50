/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Expressions without a process: what they are worth, what they do, and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_host.h"

/* An expression; what it is as text, or with a leading '!' a part of the error. */
static const struct {
	const char *expr, *want;
} rows[] = {
	{"i", "-7"},
	{"i + 1u", "4294967290"},
	{"i / 2", "-3"},
	{"i % 4", "-3"},
	{"-i", "7"},
	{"i < 0 ? 10 : 20", "10"},
	{"i = 3, i * 2", "6"},
	{"i += 10", "3"},
	{"i++", "-7"},
	{"++i", "-6"},
	{"i <<= 1", "-14"},
	{"(i = 4) + i", "8"},
	{"((unsigned __int128)1 << 127) >> 120", "128"},
	{"-256 >> 4", "-16"},
	{"-256u >> 28", "15"},
	{"text", "0x1100 \"hello\""},
	{"*text", "104 'h'"},
	{"text[4]", "111 'o'"},
	{"text + 1", "0x1101 \"ello\""},
	{"*text@5", "\"hello\""},
	{"s", "{x = 5, low = -3, high = 3, name = \"abc\\000\\000\\000\\000\", d = 2.5, next = "
	      "0x1100 \"hello\"}"},
	{"s.low", "-3"},
	{"s.high = 100, s.low = 2, s.high * 10 + s.low", "1002"},
	{"(&s)->d * 2", "5"},
	{"s.next[1]", "101 'e'"},
	{"e", "(RED | BLUE)"},
	{"(enum e)2", "GREEN"},
	{"(enum e)9", "(RED | unknown: 0x8)"},
	{"RED", "RED"},
	{"RED | 2", "3"},
	{"a", "{1, 2, 3, 4}"},
	{"a[1] + a[2]", "5"},
	{"*(a + 3)", "4"},
	{"&a[3] - a", "3"},
	{"&a[1]", "(int *) 0x1054"},
	{"sizeof a", "16"},
	{"sizeof(struct s)", "32"},
	{"sizeof f(1, 2)", "4"},
	{"f(1, 2)", "3"},
	{"f(f(1, 2), f(3, 4))", "10"},
	{"f", "{int (int, int)} 0x9000 <f>"},
	{"&f", "(int (*)(int, int)) 0x9000 <f>"},
	{"(*f)(1, 1)", "2"},
	{"((long (*)(int))0x9000)(5)", "5"},
	{"(struct s){.x = 9, .d = 1.5}.d", "1.5"},
	{"((union u){.f = 1.0f}).i", "1065353216"},
	{"(int[]){4, 5, 6}[1]", "5"},
	{"(char[4])\"ab\"", "\"ab\\000\""},
	{"static_cast<int>(2.9) + const_cast<int>(3)", "5"},
	{"reinterpret_cast<char *>(0)", "0x0"},
	{"\"tail\"[1]", "97 'a'"},
	{"L\"\\u20ac\"[0]", "8364 L'\xe2\x82\xac'"},
	{"'\\x41'", "65 'A'"},
	{"1 ? i : 1 / 0", "-7"},
	{"0 && (i = 9)", "0"},
	{"1 || f(1, 2)", "1"},
	{"$one + 1", "2"},
	{"/x 255", "0xff"},
	{"/c 300.7", "44 ','"},
	{"/c 5e57", "-1 '\\377'"},
	{"/c 0.0 / 0", "0 '\\000'"},
	{"/t 5", "101"},
	{"/o 8", "010"},
	{"/d (char)200", "-56"},
	{"/z (short)10", "0x000a"},
	{"/f 1065353216", "1"},
	{"3.0 / 2 + 1", "2.5"},
	{"1.0f / 3", "0.33333334"},
	{"1.5l", "1.5"},
	{"2.0i", "0 + 2i"},
	{"(1 + 2.0i) * (1.0f + 2i)", "-3 + 4i"},
	{"(2.0 + 4.0i) / 2", "1 + 2i"},
	{"1.0i / 1.0i", "1 + 0i"},
	{"1.0li - 2", "-2 + 1i"},
	{"sizeof(1.0if + 1)", "8"},
	{"~(1 + 2.0i)", "1 + -2i"},
	{"-(1 + 2.0i)", "-1 + -2i"},
	{"1.0i == 1.0i", "1"},
	{"1.0i != 0", "1"},
	{"!1.0i", "0"},
	{"(float _Complex)(1.0 + 2.0i)", "1 + 2i"},
	{"__real__ 5 + __imag__ 5", "5"},
	{"__imag__ (1 + 3.0i)", "3"},
	{"__imag__ 1.0i < 2.0", "1"},
	{"1.0i < 2.0i", "!operator < takes no _Complex double and _Complex double"},
	{"1.0i % 2", "!operator % takes no"},
	{"__real__ s", "!operator __real__ takes no struct s"},
	{"2.0ii", "!2.0i is no number of C"},
	/* Without a point its parts are integers. */
	{"3i", "0 + 3i"},
	{"sizeof(3i)", "8"},
	{"sizeof(3il)", "16"},
	{"(1 + 3i) * (2 - 1i)", "5 + 5i"},
	{"(30 + 4i) / (1 - 2i)", "4 + 12i"},
	{"(3 + 4i) / 0i", "!division by zero"},
	{"3i + 1.5", "1.5 + 3i"},
	{"~(1 + 3i)", "1 + -3i"},
	{"-3i == -3i", "1"},
	{"(int _Complex)2.5", "2 + 0i"},
	{"(_Complex long)3i", "0 + 3i"},
	{"(_Complex double)(3 + 4i)", "3 + 4i"},
	{"(int)(3 + 4i)", "3"},
	{"(_Bool)1i", "true"},
	{"__imag__ (3 + 4i)", "4"},
	{"3i % 2", "!operator % takes no _Complex int and int"},
	{"-(0.0 / 0)", "-nan"},
	{"-0.0", "-0"},
	{"1'000'000 + 0x1'0", "1000016"},
	{"1' + 1", "!has no end"},
	{"i == -7 and not 0 or nothing", "!no nothing here"},
	{"not i", "0"},
	{"compl 5 bitand 6 bitor 1 xor 2", "3"},
	{"1 not_eq 2", "1"},
	{"not(1)", "!no not here"},
	{"i ? \"a\" : \"b\"", "\"a\""},
	{"dynamic_cast<int *>(&i)", "!a class with virtual functions, this is int *"},
	{"&a[1..3]", "&[*gdb*] [2, 3]"},
	{"&a[..=1]", "&[*gdb*] [1, 2]"},
	{"&a[..]", "&[*gdb*] [1, 2, 3, 4]"},
	{"(&a[1..])[2]", "4"},
	{"(&a[1..])[3]", "!index 3 is out of bounds: there are 3 elements"},
	{"a[1..2]", "!write '&' before it at column 2"},
	{"&a[3..1]", "!the range begins at 3, behind its end 1"},
	{"&a[2..9]", "!index 9 is out of bounds: there are 4 elements"},
	{"&a[s..2]", "!struct s is no index"},
	{"&i[1..2]", "!a range is of an array or a slice, this is int"},
	{"&a[1..2", "!expected ']'"},
	{"i as short + 1", "-6"},
	{"300 as unsigned char as int", "44"},
	{"&i as *const int == &i", "1"},
	{"&i as &mut *int", "(int **) 0x1000"},
	{"2 as short * 3", "6"},
	{"\"\\u{e9}x\"", "\"\xc3\xa9x\""},
	{"\"\\u{110000}\"", "!no Unicode character"},
	{"\"\\u{e9\"", "!expected up to 6 hexadecimal digits"},
	{"\"\\u{}\"", "!expected 4 hexadecimal digits"},
	{"i as", "!expected a type"},
	{"[1, 2, 3][1] * 2", "4"},
	{"[7; 3]", "[7, 7, 7]"},
	{"[1; 0]", "!a number of elements from 1 to 4096"},
	{"[1; 4097]", "!a number of elements from 1 to 4096"},
	{"[1, 2", "!expected ']'"},
	{"1_000i64 + 1u16", "1001"},
	{"0x1fu8", "31 '\\037'"},
	{"0x1f32", "7986"},
	{"2.5f32 + 1", "3.5"},
	{"300u8", "!300 does not fit"},
	{"0o17", "15"},
	{"0o18", "!octal"},
	{"0o", "!digits are missing"},
	{"b'a'", "97 'a'"},
	{"&mut i == &i", "1"},
	{"nothing{x: 1}", "!unknown"},
	{"7 >> 1 << 2", "12"},
	{"(unsigned char)-1 == 255", "1"},
	{"(__int128)1 << 100", "1267650600228229401496703205376"},
	{"(_Bool)5", "true"},
	{"!s.next", "0"},
	{"i == -7 && text != 0", "1"},
	{"1,2,3", "3"},
	{"nothing", "!no nothing here"},
	{"f(int)::nothing", "!no f(int)::nothing here"},
	{"f(const char *, int)::nothing", "!no f(const char*,int)::nothing here"},
	{"f() const::nothing + 1", "!no f()const::nothing here"},
	{"'f()::nothing'", "!no f()::nothing here"},
	{"'a<int>::b'", "!no a<int>::b here"},
	/* Names of templates and of operators. */
	{"a<int, b(int)>::c", "!no a<int, b(int)>::c here"},
	{"a<int(int), char &&>(1)", "!no a<int(int), char&&> here"},
	{"a<unsigned long, b<c *>>{1}", "!type a<unsigned long, b<c*>> is unknown"},
	{"a::operator==(1, 2)", "!no a::operator== here"},
	{"operator()(1)", "!no operator() here"},
	{"a::operator[](1)", "!no a::operator[] here"},
	{"a::operator unsigned long()", "!no a::operator unsigned long here"},
	{"a::operator< <b>(1)", "!no a::operator<<b> here"},
	{"i < 9 && i > (-9)", "1"},
	{"i < 9 * i > (-9)", "1"},
	{"i < 9 & i > (-9)", "1"},
	{"'nothing(int)'", "!no nothing(int) here"},
	{"f(1)", "!takes 2 arguments, but 1 is given"},
	{"f(1, 2, 3)", "!takes 2 arguments, but 3 are given"},
	{"f(s, 1)", "!struct s is no int"},
	{"f(\"a\", 1)", "!is no int"},
	{"i.x", "!takes a struct or union"},
	{"s.y", "!has no member y"},
	{"*i", "!takes a pointer"},
	{"i()", "!is no function"},
	{"5 = i", "!not an object"},
	{"a = a", "!cannot be assigned to"},
	{"&s.low", "!a bit-field has no address"},
	{"&5", "!only what is in the target's memory"},
	{"s + 1", "!operator + takes no struct s and int"},
	{"1 << 40", "!shift count"},
	{"i % 0", "!division by zero"},
	{"(struct t *)0", "(struct t *) 0x0"},
	{"(struct t)s", "!unknown"},
	{"sizeof(struct t)", "!unknown"},
	{"*(int *)0", "!nothing is at 0x0"},
	{"$two", "!has no value"},
	{"i +", "!expected a value at column 4"},
	{"f(1, 2", "!expected ')' or ','"},
	{"a[1", "!expected ']'"},
	{"(int", "!expected ')'"},
	{"i i", "!expected an operator"},
	{"'ab'", "!is not one character"},
	{"(char[2])\"abc\"", "!more than char [2]"},
	{"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))"
	 "))))"
	 "))))))))))))))))))))))))))))))))))))))))",
	 "!nested more than 64 deep"},
};

static struct ij_error *run(struct fake_host *fake, const char *expr, struct ij_strbuf *text,
			    struct ij_strbuf *json)
{
	struct ij_arena arena = {.last = NULL};
	struct ij_error *err;
	struct ij_ast ast;
	struct ij_val val;

	err = ij_ast_parse(expr, NULL, &ast);
	if (err)
		return err;
	err = ij_eval_run(&fake->host, &ast, &arena, NULL, &val);
	if (!err)
		err = ij_show(&fake->host, &val, ast.format, text);
	if (!err && json)
		err = ij_show_json(&fake->host, &val, json);
	ij_ast_deinit(&ast);
	ij_arena_deinit(&arena);
	return err;
}

static void rows_hold(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct fake_host fake;
		IJ_STRBUF_AUTO text = {0};
		IJ_ERROR_AUTO err = NULL;
		bool wrong = rows[i].want[0] == '!';

		assert_true(fake_host_init(&fake));
		err = run(&fake, rows[i].expr, &text, NULL);
		if (wrong ? !err || !strstr(err->msg, rows[i].want + 1)
			  : err || strcmp(ij_strbuf_get(&text), rows[i].want)) {
			print_error("%s\n  is: %s\n  want: %s\n", rows[i].expr,
				    err ? err->msg : ij_strbuf_get(&text), rows[i].want);
			failed++;
		}
		fake_host_deinit(&fake);
	}
	assert_int_equal(failed, 0);
}

/* What is wrong at the end of an expression is found before its beginning is done. */
static void nothing_is_done_if_anything_is_wrong(void **state)
{
	static const char *const exprs[] = {"i = 5, nothing", "f(1, 2) + s", "i = f(1, nothing)",
					    "f(f(1, 2), text)"};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(exprs); i++) {
		struct fake_host fake;
		IJ_STRBUF_AUTO text = {0};
		IJ_ERROR_AUTO err = NULL;

		assert_true(fake_host_init(&fake));
		err = run(&fake, exprs[i], &text, NULL);
		assert_non_null(err);
		assert_int_equal(fake.calls, 0);
		assert_int_equal(fake.writes, 0);
		fake_host_deinit(&fake);
	}
}

static void json_is_json(void **state)
{
	static const char *const want[][2] = {
		{"s",
		 "{\"x\":5,\"low\":-3,\"high\":3,\"name\":\"abc\",\"d\":2.5,\"next\":\"hello\"}"},
		{"a", "[1,2,3,4]"},
		{"e", "\"(RED | BLUE)\""},
		{"RED", "\"RED\""},
		{"&a[0]", "\"0x1050\""},
		{"1 == 1", "1"},
		{"(_Bool)1", "true"},
		{"(char *)0", "null"},
		{"18446744073709551615u", "\"18446744073709551615\""},
		{"(void)0", "null"},
		{"1.0 / 0", "\"inf\""},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(want); i++) {
		struct fake_host fake;
		IJ_STRBUF_AUTO text = {0};
		IJ_STRBUF_AUTO json = {0};

		assert_true(fake_host_init(&fake));
		assert_null(run(&fake, want[i][0], &text, &json));
		assert_string_equal(ij_strbuf_get(&json), want[i][1]);
		fake_host_deinit(&fake);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold),
		cmocka_unit_test(nothing_is_done_if_anything_is_wrong),
		cmocka_unit_test(json_is_json),
	};

	return cmocka_run_group_tests_name("eval", tests, NULL, NULL);
}
