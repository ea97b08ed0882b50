/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that do not parse: every message names the thing, the column, what was expected, and the
 * remedy. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/call.h"

static const struct {
	const char *text;
	enum ij_error_code code;
	const char *msg; /* without the text that it repeats */
} errors[] = {
	/* the shape of a call */
	{"", IJ_ERR_SYNTAX,
	 "expected a function to call, name(...) at column 1, found end of input"},
	{"   ", IJ_ERR_SYNTAX,
	 "expected a function to call, name(...) at column 4, found end of input"},
	{"malloc_trim(0", IJ_ERR_SYNTAX, "expected ')' or ',' at column 14, found end of input"},
	{"malloc_trim(", IJ_ERR_SYNTAX, "expected a value at column 13, found end of input"},
	{"malloc_trim(0 0)", IJ_ERR_SYNTAX, "expected ')' or ',' at column 15, found 0"},
	{"malloc_trim(0,)", IJ_ERR_TYPE, NULL},
	{"g(1,)", IJ_ERR_SYNTAX, "expected a value at column 5, found ')'"},
	{"g(,1)", IJ_ERR_SYNTAX, "expected a value at column 3, found ','"},
	{"g(1))", IJ_ERR_SYNTAX, "expected the end of the call at column 5, found ')'"},
	{"g(1);;", IJ_ERR_SYNTAX, "expected the end of the call at column 6, found ';'"},
	{"g(1) + 2", IJ_ERR_SYNTAX, "expected the end of the call at column 6, found '+'"},
	{"g(1); h(2)", IJ_ERR_SYNTAX, "expected the end of the call at column 7, found h"},
	{"getpid", IJ_ERR_SYNTAX,
	 "expected '(' at column 7, found end of input; to call it say getpid(), variables are not "
	 "read"},
	{"getpid 5", IJ_ERR_SYNTAX, "expected '(' at column 8, found 5"},
	{"5", IJ_ERR_SYNTAX, "expected '(' at column 2, found end of input"},
	{"0(1)", IJ_ERR_TYPE, "0 is no address of a function at column 1"},
	{"1.5(1)", IJ_ERR_TYPE, "1.5 is no address of a function at column 1"},
	{"*g(1)", IJ_ERR_SYNTAX, "expected an address (0x...) behind '*' at column 2, found g"},
	{"+g(1)", IJ_ERR_SYNTAX, "expected a function to call, name(...) at column 1, found '+'"},
	{"libc!5(1)", IJ_ERR_SYNTAX, "expected '(' at column 5, found '!'"},
	{"(int)", IJ_ERR_SYNTAX,
	 "expected a function to call, name(...) at column 6, found end of input"},
	{"(int g(1)", IJ_ERR_SYNTAX,
	 "expected ')' behind the type of the cast, found g at column 6"},
	{"(foo)g(1)", IJ_ERR_TYPE,
	 "type foo is unknown; write the C type behind it (int, unsigned long, void *, ...), at "
	 "column 2"},
	{"(struct s)g(1)", IJ_ERR_UNSUPPORTED,
	 "s at column 2 is a struct by value; only numbers and pointers can be passed and "
	 "returned"},
	{"(int[3])g(1)", IJ_ERR_TYPE,
	 "a function returns no array and no function, so the cast is wrong at column 2"},
	{"(int)(long)g(1)", IJ_ERR_UNSUPPORTED,
	 "a second cast of the result is not supported at column 6"},
	{"((int)g)(1)", IJ_ERR_TYPE,
	 "expected the type of a pointer to a function, such as int (*)(int), at column 3"},
	{"((int (*)(int))g(1)", IJ_ERR_SYNTAX, "expected ')' at column 17, found '('"},
	{"(double)getenv(\"X\")", IJ_ERR_TYPE,
	 "getenv returns char *, which cannot be cast to double; leave the cast out"},
	{"(int)malloc_stats()", IJ_ERR_TYPE,
	 "malloc_stats returns void, which cannot be cast to int; leave the cast out"},
	/* what C has and calls have not */
	{"max_connections = 5000", IJ_ERR_UNSUPPORTED,
	 "writing a variable of the target ('=') is not supported at column 17"},
	{"x++", IJ_ERR_UNSUPPORTED,
	 "writing a variable of the target ('++') is not supported at column 2"},
	{"server.pid", IJ_ERR_UNSUPPORTED,
	 "reading a variable of the target ('.') is not supported; neither are methods at column "
	 "7"},
	{"p->f(1)", IJ_ERR_UNSUPPORTED,
	 "reading a variable of the target ('->') is not supported; neither are methods at column "
	 "2"},
	{"argv[0]", IJ_ERR_UNSUPPORTED,
	 "reading a variable of the target ('[') is not supported; neither are methods at column "
	 "5"},
	{"foo::bar(1)", IJ_ERR_UNSUPPORTED,
	 "names of C++ ('::') are not supported; write the symbol's name, such as _ZN3foo3barEi, "
	 "at column 4"},
	{"$f(1)", IJ_ERR_UNSUPPORTED,
	 "$f is a variable of a debugger, which is not supported at column 1"},
	{"g($1)", IJ_ERR_UNSUPPORTED,
	 "$1 is not supported in an argument; write its value at column 3"},
	{"g(sizeof(int))", IJ_ERR_UNSUPPORTED,
	 "sizeof is not supported in an argument; write its value at column 3"},
	{"g(h(1))", IJ_ERR_UNSUPPORTED,
	 "h(...) is a call inside a call, which is not supported; call it first and write its "
	 "result here at column 3"},
	{"fflush(stdout)", IJ_ERR_UNSUPPORTED,
	 "stdout is no known constant, and variables of the target are not read; write its value, "
	 "or &stdout for its address, at column 8"},
	{"g(*p)", IJ_ERR_UNSUPPORTED, "operator * is not supported in an argument at column 3"},
	{"g(++1)", IJ_ERR_UNSUPPORTED, "operator ++ is not supported in an argument at column 3"},
	{"g(1 == 2)", IJ_ERR_UNSUPPORTED,
	 "operator == is not supported in an argument; arguments are constants at column 5"},
	{"g(1 ? 2 : 3)", IJ_ERR_UNSUPPORTED,
	 "operator ? is not supported in an argument; arguments are constants at column 5"},
	{"g(\"abc\"[1])", IJ_ERR_UNSUPPORTED,
	 "operator [ is not supported in an argument; arguments are constants at column 8"},
	{"g(L\"abc\")", IJ_ERR_UNSUPPORTED,
	 "L before a string or character is not supported; only plain char strings are at column "
	 "3"},
	{"g((struct s){1})", IJ_ERR_UNSUPPORTED,
	 "s at column 4 is a struct by value; only numbers and pointers can be passed and "
	 "returned"},
	{"g((int){1})", IJ_ERR_UNSUPPORTED,
	 "a compound literal of type int is not supported; write (int)value, or a buffer "
	 "(char[]){...}, at column 4"},
	/* tokens */
	{"g(\"abc)", IJ_ERR_SYNTAX,
	 "the string that begins here has no end: expected '\"' at column 3"},
	{"g(\"abc\\\")", IJ_ERR_SYNTAX,
	 "the string that begins here has no end: expected '\"' at column 3"},
	{"g('a)", IJ_ERR_SYNTAX,
	 "the character that begins here has no end: expected \"'\" at column 3"},
	{"g('')", IJ_ERR_SYNTAX,
	 "'' is not one byte; write a string \"...\" or a number at column 3"},
	{"g('ab')", IJ_ERR_SYNTAX,
	 "'ab' is not one byte; write a string \"...\" or a number at column 3"},
	{"g('\u00e9')", IJ_ERR_SYNTAX,
	 "'\u00e9' is not one byte; write a string \"...\" or a number at column 3"},
	{"g(\"a\\q\")", IJ_ERR_SYNTAX,
	 "unknown escape; C has \\a \\b \\f \\n \\r \\t \\v \\\\ \\' \\\" \\? \\123 \\x41 \\u00e9 "
	 "at column 5"},
	{"g(\"\\x\")", IJ_ERR_SYNTAX, "expected hexadecimal digits behind \\x at column 4"},
	{"g(\"\\x100\")", IJ_ERR_SYNTAX, "the escape does not fit a byte at column 4"},
	{"g(\"\\x1000000000\")", IJ_ERR_SYNTAX, "the escape does not fit a byte at column 4"},
	{"g(\"\\777\")", IJ_ERR_SYNTAX, "the escape does not fit a byte at column 4"},
	{"g(\"\\u12\")", IJ_ERR_SYNTAX,
	 "expected 4 hexadecimal digits behind \\u, 8 behind \\U at column 4"},
	{"g(\"\\ud800\")", IJ_ERR_SYNTAX, "the escape is no Unicode character at column 4"},
	{"g(\"\\U00110000\")", IJ_ERR_SYNTAX, "the escape is no Unicode character at column 4"},
	{"g(1\n,2)", IJ_ERR_SYNTAX,
	 "line break in the expression; write it on one line (\\n in a string) at column 4"},
	{"g(\"a\nb\")", IJ_ERR_SYNTAX,
	 "the string that begins here has no end: expected '\"' at column 3"},
	{"g(\x7f)", IJ_ERR_SYNTAX, "a character that C does not know outside strings at column 3"},
	{"g(\001)", IJ_ERR_SYNTAX, "control character at column 3"},
	{"g(\u00e9)", IJ_ERR_SYNTAX,
	 "a character that C does not know outside strings at column 3"},
	{"g(1 /* x)", IJ_ERR_SYNTAX,
	 "the comment that begins here has no end: expected '*/' at column 5"},
	/* numbers */
	{"g(08)", IJ_ERR_SYNTAX,
	 "08 is no number of C: a leading 0 means octal, which has the digits 0 to 7 at column 3"},
	{"g(0x)", IJ_ERR_SYNTAX, "0x is no number of C: digits are missing at column 3"},
	{"g(0b2)", IJ_ERR_SYNTAX,
	 "0b2 is no number of C: binary has the digits 0 and 1 at column 3"},
	{"g(12ab)", IJ_ERR_SYNTAX,
	 "12ab is no number of C: expected digits, or a suffix of u, l and ll at column 3"},
	{"g(1lul)", IJ_ERR_SYNTAX,
	 "1lul is no number of C: expected digits, or a suffix of u, l and ll at column 3"},
	{"g(1uu)", IJ_ERR_SYNTAX,
	 "1uu is no number of C: expected digits, or a suffix of u, l and ll at column 3"},
	{"g(1.5x)", IJ_ERR_SYNTAX,
	 "1.5x is no number of C: expected digits, an exponent, or a suffix f or l at column 3"},
	{"g(1e)", IJ_ERR_SYNTAX,
	 "1e is no number of C: expected digits, an exponent, or a suffix f or l at column 3"},
	{"g(1.2.3)", IJ_ERR_SYNTAX,
	 "1.2.3 is no number of C: expected digits, an exponent, or a suffix f or l at column 3"},
	{"g(18446744073709551616)", IJ_ERR_TYPE,
	 "18446744073709551616 does not fit 64 bits at column 3"},
	{"g(1e999)", IJ_ERR_TYPE, "1e999 does not fit double at column 3"},
	{"g(1e39f)", IJ_ERR_TYPE, "1e39f does not fit float at column 3"},
	/* expressions */
	{"g(1 / 0)", IJ_ERR_TYPE, "division by zero at column 5"},
	{"g(1 % 0u)", IJ_ERR_TYPE, "division by zero at column 5"},
	{"g(2147483647 + 1)", IJ_ERR_TYPE,
	 "the result of + overflows int; use the suffix l (long) at column 14"},
	{"g(65536 * 65536)", IJ_ERR_TYPE,
	 "the result of * overflows int; use the suffix l (long) at column 9"},
	{"g(LONG_MAX + 1)", IJ_ERR_TYPE,
	 "the result of + overflows long; use the suffix ul at column 12"},
	{"g(LONG_MIN / -1)", IJ_ERR_TYPE,
	 "the result of / overflows long; use the suffix ul at column 12"},
	{"g(LONG_MIN % -1)", IJ_ERR_TYPE,
	 "the result of % overflows long; use the suffix ul at column 12"},
	{"g(-INT_MIN)", IJ_ERR_TYPE, "the result of - overflows int at column 3"},
	{"g(1 << 32)", IJ_ERR_TYPE,
	 "the shift count is not in 0 to 31, the bits of int at column 5"},
	{"g(1 << -1)", IJ_ERR_TYPE,
	 "the shift count is not in 0 to 31, the bits of int at column 5"},
	{"g(1l >> 64)", IJ_ERR_TYPE,
	 "the shift count is not in 0 to 63, the bits of long at column 6"},
	{"g(1.5 + 1)", IJ_ERR_TYPE, "operator + takes integers at column 7"},
	{"g(~1.5)", IJ_ERR_TYPE, "operator ~ takes integers at column 3"},
	{"g(\"a\" + 1)", IJ_ERR_TYPE, "operator + takes integers at column 7"},
	{"g(1 + \"a\")", IJ_ERR_TYPE, "operator + takes integers at column 5"},
	{"g(&x + 1)", IJ_ERR_TYPE, "operator + takes integers at column 6"},
	{"g(-\"a\")", IJ_ERR_TYPE, "operator - takes integers at column 3"},
	{"g((char *)1 + 1)", IJ_ERR_TYPE, "operator + takes integers at column 13"},
	{"g(&5)", IJ_ERR_SYNTAX,
	 "expected the name of a function or variable behind & at column 4, found 5"},
	{"g((1)", IJ_ERR_SYNTAX, "expected ')' or ',' at column 6, found end of input"},
	{"g((1", IJ_ERR_SYNTAX, "expected ')' at column 5, found end of input"},
	/* casts and buffers */
	{"g((void)1)", IJ_ERR_TYPE, "an integer cannot be cast to void at column 9"},
	{"g((int)\"a\")", IJ_ERR_TYPE, "a string cannot be cast to int at column 8"},
	{"g((double)\"a\")", IJ_ERR_TYPE, "a string cannot be cast to double at column 11"},
	{"g((int)&x)", IJ_ERR_TYPE, "an address cannot be cast to int at column 8"},
	{"g((double)(char *)1)", IJ_ERR_TYPE, "a pointer cannot be cast to double at column 11"},
	{"g((char *)1.5)", IJ_ERR_TYPE,
	 "a floating-point number cannot be cast to char * at column 11"},
	{"g((long)(char[3])0)", IJ_ERR_TYPE, "a buffer cannot be cast to long at column 9"},
	{"g((int)1e10)", IJ_ERR_TYPE, "1e+10 does not fit int at column 8"},
	{"g((unsigned)-1.0)", IJ_ERR_TYPE, "-1 does not fit unsigned at column 13"},
	{"g((int(int))1)", IJ_ERR_TYPE,
	 "a cast to a function; write a pointer to it, (int (*)(int)) at column 4"},
	{"g((int x)1)", IJ_ERR_SYNTAX,
	 "expected ')' behind the type of the cast, found x at column 8"},
	{"g((int 1)", IJ_ERR_SYNTAX, "expected ')' at column 8, found 1"},
	{"g((char[0])0)", IJ_ERR_TYPE,
	 "the length of a buffer is not a positive integer at column 9"},
	{"g((char[-1])0)", IJ_ERR_TYPE,
	 "the length of a buffer is not a positive integer at column 9"},
	{"g((char[1.5])0)", IJ_ERR_TYPE,
	 "the length of a buffer is not a positive integer at column 9"},
	{"g((char[\"a\"])0)", IJ_ERR_TYPE,
	 "the length of a buffer is not a positive integer at column 9"},
	{"g((char[1 2])0)", IJ_ERR_SYNTAX, "expected ']' at column 11, found 2"},
	{"g((char[])0)", IJ_ERR_TYPE,
	 "the length of the buffer is missing; write (char[64])0 at column 4"},
	{"g((char[]){})", IJ_ERR_TYPE, "the buffer has no element; write its length at column 4"},
	{"g((char[65537])0)", IJ_ERR_LIMIT,
	 "a buffer has at most 65536 bytes, more than that is asked for at column 4"},
	{"g((long[0x2000000000000001])0)", IJ_ERR_LIMIT,
	 "a buffer has at most 65536 bytes, more than that is asked for at column 4"},
	{"g((char[8])5)", IJ_ERR_TYPE,
	 "a buffer is filled with 0, {1, 2} or \"text\", not with what stands behind char[8] at "
	 "column 12"},
	{"g((char[2])\"ab\")", IJ_ERR_TYPE,
	 "the string has 3 bytes with its NUL, more than char[2] at column 12"},
	{"g((int[2])\"ab\")", IJ_ERR_TYPE,
	 "a string fills buffers of char, not int[2] at column 11"},
	{"g((char[2]){1,2,3})", IJ_ERR_TYPE, "more elements than the 2 of char[2] at column 17"},
	{"g((char[2]){\"a\"})", IJ_ERR_TYPE, "element 1 is no number at column 13"},
	{"g((char[2]){{1}})", IJ_ERR_UNSUPPORTED,
	 "'{' in a buffer is not supported; write its elements in order at column 13"},
	{"g((char[2]){[1] = 1})", IJ_ERR_UNSUPPORTED,
	 "'[' in a buffer is not supported; write its elements in order at column 13"},
	{"g((char[2]){1 2})", IJ_ERR_SYNTAX, "expected '}' or ',' at column 15, found 2"},
	{"g((char[2]){1", IJ_ERR_SYNTAX, "expected '}' or ',' at column 14, found end of input"},
	{"g((char *[2])0)", IJ_ERR_UNSUPPORTED,
	 "a buffer of anything but numbers of up to 8 bytes is not supported at column 4"},
	{"g((int[2][2])0)", IJ_ERR_UNSUPPORTED,
	 "a buffer of anything but numbers of up to 8 bytes is not supported at column 4"},
	{"g((void[2])0)", IJ_ERR_UNSUPPORTED,
	 "a buffer of anything but numbers of up to 8 bytes is not supported at column 4"},
	{"g((long double[2])0)", IJ_ERR_UNSUPPORTED,
	 "a buffer of anything but numbers of up to 8 bytes is not supported at column 4"},
	{"g((struct s[2])0)", IJ_ERR_UNSUPPORTED,
	 "a buffer of anything but numbers of up to 8 bytes is not supported at column 4"},
};

/* Messages that begin with the function's name: arguments against a prototype. */
static const struct {
	const char *text;
	const char *msg;
} mismatches[] = {
	{"puts(5)", "puts: argument 1 is an integer at column 6, but the parameter is const char "
		    "*; write a string \"...\" or a cast (char *)5"},
	{"fclose(0x5555)", "fclose: argument 1 is an integer at column 8, but the parameter is "
			   "FILE *; write a cast (FILE *)0x5555"},
	{"puts(1.5)", "puts: argument 1 is a floating-point number at column 6, but the parameter "
		      "is const char *; write an address, or a buffer (char[64])0"},
	{"pipe(\"abcdefg\")", "pipe: argument 1 is a string at column 6, but the parameter is int "
			      "*; write a cast (int *)\"abcdefg\""},
	{"qsort(0, 0, 0, 5)",
	 "qsort: argument 4 is an integer at column 16, but the parameter is int (*)(const void *, "
	 "const void *); write the address of a function, &name"},
	{"qsort(0, 0, 0, (char[8])0)",
	 "qsort: argument 4 is a buffer at column 16, but the parameter is int (*)(const void *, "
	 "const void *); write the address of a function, &name"},
	{"malloc_trim(\"x\")", "malloc_trim: argument 1 is a string at column 13, but the "
			       "parameter is size_t; write a number"},
	{"malloc_trim((char[8])0)", "malloc_trim: argument 1 is a buffer at column 13, but the "
				    "parameter is size_t; write a number"},
	{"malloc_trim(1.5)", "malloc_trim: argument 1 is a floating-point number at column 13, but "
			     "the parameter is size_t; write a cast (size_t)1.5"},
	{"close(&x)", "close: argument 1 is an address at column 7, but the parameter is int; "
		      "write a cast (int)&x"},
	{"close(NULL)", "close: argument 1 is a pointer at column 7, but the parameter is int; "
			"write a cast (int)NULL"},
	{"sqrt(\"2\")",
	 "sqrt: argument 1 is a string at column 6, but the parameter is double; write a number"},
	{"umask(4294967296)", "umask: argument 1 is 4294967296 at column 7, which does not fit "
			      "mode_t (4 bytes); write a cast (mode_t)4294967296 to cut it"},
	{"close(-2147483649)", "close: argument 1 is -2147483649 at column 7, which does not fit "
			       "int (4 bytes); write a cast (int)-2147483649 to cut it"},
	{"fabsf(1e39)", "fabsf: argument 1 is 1e+39 at column 7, which does not fit float"},
	{"write(1, (char[]){1, 2, 300}, 3)",
	 "buffer: argument 3 is 300 at column 25, which does not fit char (1 byte); write a cast "
	 "(char)300 to cut it"},
	{"malloc_trim()",
	 "malloc_trim: takes 1 argument, but 0 are given (column 13): int malloc_trim(size_t pad)"},
	{"malloc_trim(0, 1)",
	 "malloc_trim: takes 1 argument, but 2 are given (column 16): int malloc_trim(size_t pad)"},
	{"getpid(0)", "getpid: takes 0 arguments, but 1 is given (column 8): pid_t getpid(void)"},
	{"open(\"x\")", "open: takes at least 2 arguments, but 1 is given (column 9): int "
			"open(const char *file, int oflag, ...)"},
	{"((int (*)(int))0x1000)()", "0x1000: takes 1 argument, but 0 are given (column 24)"},
};

static struct ij_error *parse(void **state, const char *text)
{
	struct ij_call call;
	struct ij_error *err = ij_call_parse(*state, text, &call);

	if (!err)
		ij_call_deinit(&call);
	return err;
}

static void test_errors(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(errors); i++) {
		struct ij_error *err = parse(state, errors[i].text);
		size_t want = errors[i].msg ? strlen(errors[i].msg) : 0;

		if (!err)
			fail_msg("%s is accepted", errors[i].text);
		if (want && (strlen(err->msg) < want ||
			     strcmp(err->msg + strlen(err->msg) - want, errors[i].msg)))
			fail_msg("%s\n  says:  %s\n  wants: %s", errors[i].text, err->msg,
				 errors[i].msg);
		if (err->code != errors[i].code)
			fail_msg("%s: code %s", errors[i].text, ij_error_code_name(err->code));
		assert_null(strpbrk(err->msg, "\n\001\x7f"));
		ij_error_free(err);
	}
}

static void test_mismatches(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(mismatches); i++) {
		struct ij_error *err = parse(state, mismatches[i].text);

		if (!err)
			fail_msg("%s is accepted", mismatches[i].text);
		assert_string_equal(err->msg, mismatches[i].msg);
		assert_int_equal(err->code, IJ_ERR_TYPE);
		assert_int_equal(err->touch, IJ_TOUCH_UNTOUCHED);
		ij_error_free(err);
	}
}

static const struct {
	const char *text, *msg;
} unknown[] = {
	{"f(1)", "result type of f is unknown; say (int)f(1) or --decl 'int f(int);'"},
	{"f()", "result type of f is unknown; say (int)f() or --decl 'int f(void);'"},
	{"lib!f(\"x\", 1.5f, (char[8])0)",
	 "result type of f is unknown; say (int)lib!f(\"x\", 1.5f, (char[8])0) or --decl 'int "
	 "f(char *, double, char[8]);'"},
	{"*0x1000(1)", "result type of 0x1000 is unknown; say (int)*0x1000(1)"},
};

static void test_ret_unknown(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(unknown); i++) {
		struct ij_error *err;
		struct ij_call call;

		assert_null(ij_call_parse(*state, unknown[i].text, &call));
		assert_false(call.ret_known);
		err = ij_call_ret_unknown(&call);
		assert_string_equal(err->msg, unknown[i].msg);
		assert_int_equal(err->code, IJ_ERR_TYPE);
		ij_error_free(err);
		ij_call_deinit(&call);
	}
}

static char *repeat(const char *before, const char *unit, size_t count, const char *after)
{
	char *text = malloc(strlen(before) + strlen(unit) * count + strlen(after) + 1);
	char *end = stpcpy(text, before);

	while (count--)
		end = stpcpy(end, unit);
	strcpy(end, after);
	return text;
}

static const struct {
	const char *before, *unit;
	size_t count;
	const char *after;
	bool fits;
} limits[] = {
	{"g(", "(", 30, "1))))))))))))))))))))))))))))))))", false}, /* too many ')' */
	{"g(", "(", 1000, "", false},
	{"g(", "- ", 1000, "1)", false},
	{"g(", "(int)", 1000, "1)", false},
	{"g(", "(char[1", 1000, "", false},
	{"g(1", "+1", 100000, ")", true}, /* no recursion here */
	{"g(1", ",1", IJ_CALL_ARGS_MAX - 1, ")", true},
	{"g(1", ",1", IJ_CALL_ARGS_MAX, ")", false},
	{"g(\"", "x", IJ_CALL_BYTES_MAX - 1, "\")", true},
	{"g(\"", "x", IJ_CALL_BYTES_MAX, "\")", false},
	{"g((char[65535])0", "", 0, ", \"\")", true},
	{"g((char[65535])0", "", 0, ", \"x\")", false},
	{"g((char[]){1", ",1", IJ_CALL_BYTES_MAX - 1, "})", true},
	{"g((char[]){1", ",1", IJ_CALL_BYTES_MAX, "})", false},
	{"g(", " ", IJ_CALL_TEXT_MAX - 3, ")", true},
	{"g(", " ", IJ_CALL_TEXT_MAX - 2, ")", false},
	{"", "(", 100000, "", false},
	{"((", "(int)", 1000, "", false},
	{"((int(*)(", "int (*)(", 1000, "", false},
};

static void test_limits(void **state)
{
	for (size_t i = 0; i < IJ_COUNT(limits); i++) {
		char *text =
			repeat(limits[i].before, limits[i].unit, limits[i].count, limits[i].after);
		struct ij_error *err = parse(state, text);

		if (!err != limits[i].fits)
			fail_msg("%zu: %s", i, err ? err->msg : "accepted");
		/* A long input is not repeated at length. */
		assert_true(!err || strlen(err->msg) < 400);
		ij_error_free(err);
		free(text);
	}
}

static int setup(void **state)
{
	struct ij_prototypes *protos;

	if (ij_prototypes_create(&protos))
		return -1;
	*state = protos;
	return 0;
}

static int teardown(void **state)
{
	ij_prototypes_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_mismatches),
		cmocka_unit_test(test_ret_unknown),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
