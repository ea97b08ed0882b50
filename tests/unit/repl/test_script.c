/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts: what they parse to, and where a mistake is seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "repl/script.h"
#include "repl/text.h"

static void print_block(const struct ij_block *block, struct ij_text *out)
{
	for (size_t i = 0; i < block->list.len; i++) {
		const struct ij_stmt *stmt = &block->list.items[i];

		ij_text_printf(out, "%s[%s]", ij_verb_get(stmt->verb)->name, stmt->operand);
		if (stmt->body.list.len) {
			ij_text_puts(out, "{");
			print_block(&stmt->body, out);
			ij_text_puts(out, "}");
		}
		if (stmt->other.list.len) {
			ij_text_puts(out, "else{");
			print_block(&stmt->other, out);
			ij_text_puts(out, "}");
		}
	}
}

static const struct {
	const char *text, *parsed;
} good[] = {
	{"", ""},
	{"\n \n# nothing\n", ""},
	{"call f(1)", "call[f(1)]"},
	{"  call   f( 1 )  \n", "call[f( 1 )]"},
	{"cal f()\nthreads\n", "call[f()]threads[]"},
	{"echo a # b\necho a#b\necho \"# c\"", "echo[a]echo[a#b]echo[\"# c\"]"},
	{"echo don't # a comment", "echo[don't]"},
	{"call f(1, \\\n  2)", "call[f(1,   2)]"},
	{"call f(\"a\\\"#b\")", "call[f(\"a\\\"#b\")]"},
	{"if 1\ncall f()\nend", "if[1]{call[f()]}"},
	{"if 1\nelse\ncall f()\nend", "if[1]else{call[f()]}"},
	{"if 1\necho a\nelif 2\necho b\nelse\necho c\nend\necho d",
	 "if[1]{echo[a]}else{if[2]{echo[b]}else{echo[c]}}echo[d]"},
	{"while $x < 3\nif 1\nloop_break\nend\nend", "while[$x < 3]{if[1]{loop_break[]}}"},
	{"call f(<<E, 1)\nit's \"q\" \\n $x # y\n\nE\necho z",
	 "call[f(\"it's \\\"q\\\" \\\\n $x # y\\n\", 1)]echo[z]"},
	{"print 1<<2\n", NULL}, /* `<<` is no operator of scripts, and 2 no word */
	{"set $x = f(<<E)\nE\n", "set[$x = f(\"\")]"},
	{"require 1 : text: more", "require[1 : text: more]"},
	{"call f(1)\r\ncall g()\r\n", "call[f(1)]call[g()]"},
};

static void parses(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(good); i++) {
		struct ij_text out = {0};
		struct ij_script script;
		struct ij_error *err;

		err = ij_script_parse(&ij_dialect_native, "s", good[i].text, NULL, &script);
		if (!good[i].parsed) {
			assert_non_null(err);
			ij_error_free(err);
			continue;
		}
		if (err)
			fail_msg("%s: %s", good[i].text, ij_error_message(err));
		print_block(&script.block, &out);
		assert_string_equal(ij_text_get(&out), good[i].parsed);
		ij_text_deinit(&out);
		ij_script_deinit(&script);
	}
}

static const struct {
	const char *text, *message; /* the start of it */
	bool open;
} bad[] = {
	{"bork", "s:1:1: no command \"bork\"", false},
	{"thread\nechoo x", "s:2:1: no command \"echoo\"; did you mean echo?", false},
	{"s x",
	 "s:1:1: \"s\" may be any of syscall, stop, stepi, symbol, sharedlibrary, set, show, "
	 "sleep, "
	 "source",
	 false},
	{"call", "s:1:5: call wants an operand", false},
	{"threads 5", "s:1:9: threads takes no operand", false},
	{"if 1\ncall f()", "s:1:1: this if has no end", true},
	{"while 1", "s:1:1: this while has no end", true},
	{"end", "s:1:1: this ends no if or while", false},
	{"else", "s:1:1: this ends no if or while", false},
	{"if 1\nelse\nelse\nend", "s:3:1: after else only end may follow", false},
	{"while 1\nelse\nend", "s:2:1: else belongs to if", false},
	{"loop_break", "s:1:1: this is in no while", false},
	{"call f(\"a", "s:1:10: the string has no closing \"", false},
	{"call f(<<E)\nx\n", "s:1:1: <<E: no line \"E\" follows", true},
	{"call f(<<A, <<B)\nA\n", "s:1:13: a second << in one line", false},
	{"call f(\\", "s:1:1: the line ends in a backslash", true},
	{"  if 1 +\nend", "s:1:9: the expression ends where a value is expected", false},
	{"print (1", "s:1:7: this bracket is not closed", false},
	{"print f(1", "s:1:7: a bracket is not closed", false},
	{"set $x = 1 ! 2", "s:1:12: an operator or the end is expected", false},
	{"print 12ab", "s:1:7: \"12ab\" is not a number", false},
	{"print 1 : 2", "s:1:9: an operator or the end is expected", false},
};

static void tells_where(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(bad); i++) {
		struct ij_script script;
		bool open = !bad[i].open;
		struct ij_error *err;

		err = ij_script_parse(&ij_dialect_native, "s", bad[i].text, &open, &script);
		if (!err)
			fail_msg("accepted: %s", bad[i].text);
		if (strncmp(ij_error_message(err), bad[i].message, strlen(bad[i].message)) != 0)
			fail_msg("%s: says %s", bad[i].text, ij_error_message(err));
		assert_int_equal(open, bad[i].open);
		ij_error_free(err);
	}
}

/* Blocks within blocks, and long chains of elif, are refused before they exhaust the stack. */
static void limits_depth(void **state)
{
	static const char *const lines[] = {"if 1\n", "elif 1\n"};

	(void)state;
	for (size_t i = 0; i < IJ_CLI_COUNT(lines); i++) {
		struct ij_text text = {0};
		struct ij_script script;
		struct ij_error *err;

		ij_text_puts(&text, lines[0]);
		for (int k = 0; k < 100000; k++)
			ij_text_puts(&text, lines[i]);
		err = ij_script_parse(&ij_dialect_native, "s", ij_text_get(&text), NULL, &script);
		assert_non_null(err);
		assert_non_null(strstr(ij_error_message(err), i ? "too many elif" : "nested"));
		ij_error_free(err);
		ij_text_deinit(&text);
	}
}

/* Every name that is the start of no other is found by each of its starts that nothing else has. */
static void finds_words(void **state)
{
	const struct ij_word *word;

	(void)state;
	for (size_t i = 0; i < ij_dialect_native.len; i++) {
		const struct ij_word *row = &ij_dialect_native.words[i];

		assert_null(ij_word_find(&ij_dialect_native, row->word, strlen(row->word), &word));
		assert_ptr_equal(word, row);
	}
	assert_null(ij_word_find(&ij_dialect_native, "req", 3, &word));
	assert_int_equal(word->verb, IJ_VERB_REQUIRE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(tells_where),
		cmocka_unit_test(limits_depth),
		cmocka_unit_test(finds_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
