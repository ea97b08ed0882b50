/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of C++ as people and compilers write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "base/types.h"
#include "types/cname.h"

#define STRING "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"

static void test_base(void **state)
{
	static const struct {
		const char *name;
		size_t len;
	} rows[] = {
		{"f", 1},
		{"f<int>", 1},
		{"operator<", 9},
		{"operator< <int>", 9},
		{"operator<<int>", 9},
		{"operator<<int, std::allocator<int> >", 9},
		{"operator<<", 10},
		{"operator<< <char>", 10},
		{"operator<<<char>", 10},
		{"operator<=><int>", 11},
		{"operator-><int>", 10},
		{"operator->", 10},
		{"operator==<char>", 10},
		{"operator bool", 13},
		{"operators<int>", 9},
		{"operator()<int>", 10},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		print_message("%s\n", rows[i].name);
		assert_int_equal(ij_cname_base(rows[i].name), rows[i].len);
	}
}

static void test_canonical(void **state)
{
	static const char *const rows[][2] = {
		{"Box<long unsigned int>", "Box<unsigned long>"},
		{"Box<unsigned>", "Box<unsigned int>"},
		{"Box<short int>", "Box<short>"},
		{"Box<const char *>", "Box<char const*>"},
		{"Box<char const*>", "Box<char const*>"},
		{"Box<char *const>", "Box<char* const>"},
		{"Box<struct ns::P const &>", "Box<ns::P const&>"},
		{"Box<Box<int> >", "Box<Box<int>>"},
		{"Box<3UL, -1, 5u>", "Box<3,-1,5>"},
		{"Box<(ns::Color)5, (char)97>", "Box<5,97>"},
		{"Box<int (int, const char *)>", "Box<int(int,char const*)>"},
		{"Box<int (*)(long int)>", "Box<int(*)(long)>"},
		{"Box<(anonymous namespace)::P>", "Box<P>"},
		{"Box<char [3]>", "Box<char[3]>"},
		{"Box<>", "Box<>"},
		{"ns::Box<long>::f<int>", "ns::Box<long>::f<int>"},
		{"operator< <int>", "operator<<int>"},
		{"operator<<int>", "operator<<int>"},
		{"Box<long long int, long double, signed char>",
		 "Box<long long,long double,signed char>"},
		/* What is none: */
		{"Box<", "Box<"},
		{"a)b", "a)b"},
		{">", ">"},
		{"", ""},
		{"<(<(<", "<(<(<"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO text = {0}, again = {0};

		ij_cname_canonical(rows[i][0], &text);
		assert_string_equal(ij_strbuf_get(&text), rows[i][1]);
		ij_cname_canonical(ij_strbuf_get(&text), &again);
		assert_string_equal(ij_strbuf_get(&again), rows[i][1]);
	}
}

static void test_alike(void **state)
{
	enum { NO, BEGUN, SAME };
	static const struct {
		const char *name, *wanted;
		int how;
	} rows[] = {
		{"Row<short int>", "Row<short>", SAME},
		{STRING, STRING, SAME},
		{STRING, "std::basic_string<char, std::char_traits<char>, std::allocator<char>>",
		 SAME},
		{"std::basic_string<char>", "std::__1::basic_string<char>", SAME},
		{"std::_Rb<int>", "std::__cxx11::_Rb<int>", SAME},
		{"std::__a<int>", "std::__b<int>", NO},
		{STRING, "std::basic_string<char>", BEGUN},
		{"vector<int, std::allocator<int> >", "vector<int>", BEGUN},
		{"vector<int, std::allocator<int> >", "vector<>", BEGUN},
		{"vector<int, std::allocator<int> >", "vector<long>", NO},
		{"vector<int, std::allocator<int> >", "vector<int*>", NO},
		{"map<" STRING ", int, std::less<" STRING " >, std::allocator<char> >",
		 "map<std::__cxx11::basic_string<char>, int>", BEGUN},
		/* GCC leaves arguments out within others. */
		{"len_of<std::__cxx11::basic_string<char> >", "len_of<" STRING ">", BEGUN},
		{"Pair<basic_string<>, int>", "Pair<basic_string<char>, int>", BEGUN},
		{"scale<int>", "scale<int, 3>", NO},
		{"Pair<short int, int>", "Pair<int>", NO},
		{"f", "f<int>", NO},
		{"f<int>", "f", NO},
		{"", "", SAME},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO name = {0}, wanted = {0};

		ij_cname_canonical(rows[i].name, &name);
		ij_cname_canonical(rows[i].wanted, &wanted);
		print_message("%s, %s\n", rows[i].name, rows[i].wanted);
		assert_int_equal(
			ij_cname_alike(ij_strbuf_get(&name), ij_strbuf_get(&wanted), IJ_CNAME_SAME),
			rows[i].how == SAME);
		assert_int_equal(ij_cname_alike(ij_strbuf_get(&name), ij_strbuf_get(&wanted),
						IJ_CNAME_BEGUN),
				 rows[i].how != NO);
	}
}

static void test_instance(void **state)
{
	static const char *const rows[][3] = {
		{"int ns::scale<int, 3>(int)", "scale", "scale<int, 3>"},
		{"Box<int> make<Box<int> >(make<int>)", "make", "make<Box<int> >"},
		{"bool std::operator< <int>(a<int> const&)", "operator<", "operator< <int>"},
		{"int rescale<int>(int)", "scale", ""},
		{"int scale(int)", "scale", ""},
		{"int scale<int(int)", "scale", ""},
		{"", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO text = {0};

		ij_cname_instance(rows[i][0], rows[i][1], strlen(rows[i][1]), &text);
		assert_string_equal(ij_strbuf_get(&text), rows[i][2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base),
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_instance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
