/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Allocation 1, 2, 3, ... fails until the operation succeeds: each failure is an error, and nothing
 * leaks. */
#include <errno.h>
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/call.h"
#include "lang/declaration.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t num, size_t size);
void *__libc_realloc(void *mem, size_t size);
void __libc_free(void *mem);

static bool armed;
static unsigned left; /* allocations that succeed before one fails */
static bool refused;  /* one did not */
static long live;     /* blocks made while armed, less those freed */

static bool refuse(void)
{
	if (!armed)
		return false;
	if (refused || left) {
		left -= !refused;
		return false;
	}
	errno = ENOMEM;
	refused = true;
	return true;
}

void *malloc(size_t size)
{
	if (refuse())
		return NULL;
	live += armed;
	return __libc_malloc(size);
}

void *calloc(size_t num, size_t size)
{
	if (refuse())
		return NULL;
	live += armed;
	return __libc_calloc(num, size);
}

void *realloc(void *mem, size_t size)
{
	if (refuse())
		return NULL;
	live += armed && !mem;
	return __libc_realloc(mem, size);
}

void free(void *mem)
{
	live -= armed && mem;
	__libc_free(mem);
}

static const char *const decls[] = {
	"int f(void)",
	("char *f(int (*cb)(const char *, void *), char *argv[], int x[3], ...); // need: stdio; "
	 "traits: blocks"),
	"int f(struct s x)",
	"foo_t f(void)",
	"int f(",
	"typedef struct s { int a; } *handle, s_t; handle f(handle, int (*)(s_t *)), g(handle);",
	"#define X __attribute__((cold))\n#define Y 1\nX int f(int x) { return x; }",
	"#if 0\n#else\nenum e { A, B } f(enum e);\n#endif",
};

static const char *const calls[] = {
	"malloc_trim(0)",
	"(long)libc!puts(\"a\" \"b\")",
	"((char *(*)(const char *, ...))0x1000)(\"x\", (char[8])\"abc\", (int[]){1, 2}, 2.5f)",
	"unknown(&x, (FILE *)0, (char[4])0, -1.5)",
	"Py_AddPendingCall(PyRun_SimpleString, \"x\")",
	"puts(5)",
	"puts(\"a\", \"b\")",
	"g((char[2])\"abc\")",
	"g(\"abc\" + 1)",
	"g(\"",
};

/* The code of its error, or -1. */
static int run(struct ij_error *(*op)(const char *text), const char *text)
{
	struct ij_error *err = op(text);
	int code = err ? (int)err->code : -1;

	ij_error_free(err);
	return code;
}

/* Run @op with @text until no allocation fails; @count_ret: how many did. */
static void exhaust(struct ij_error *(*op)(const char *text), const char *text, unsigned *count_ret)
{
	int usual = run(op, text);

	for (unsigned n = 0;; n++) {
		bool nomem;
		int code;

		left = n;
		live = 0;
		refused = false;
		armed = true;
		code = run(op, text);
		armed = false;
		nomem = code == IJ_ERR_NOMEM;
		if (live)
			fail_msg("%s: %ld blocks leaked when allocation %u failed", text, live,
				 n + 1);
		/* Shrinking a block may fail in silence, if what comes out is the same. */
		if (!nomem && code != usual)
			fail_msg("%s: without allocation %u the outcome is another", text, n + 1);
		if (!refused)
			return;
		(*count_ret)++;
		assert_true(n < 10000);
	}
}

static struct ij_error *declare(const char *text)
{
	struct ij_prototypes *protos;
	struct ij_error *err = ij_prototypes_create(&protos);

	if (err)
		return err;
	err = ij_prototypes_add(protos, text);
	ij_prototypes_destroy(protos);
	return err;
}

static struct ij_error *call(const char *text)
{
	struct ij_prototypes *protos;
	struct ij_error *err = ij_prototypes_create(&protos);
	struct ij_call parsed;

	if (err)
		return err;
	err = ij_call_parse(protos, text, &parsed);
	if (!err) {
		if (!parsed.ret_known)
			err = ij_call_ret_unknown(&parsed);
		ij_call_deinit(&parsed);
	}
	ij_prototypes_destroy(protos);
	return err;
}

static void test_decls(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(decls); i++)
		exhaust(declare, decls[i], &failed);
	assert_true(failed > 4 * IJ_COUNT(decls));
}

/* Of a header, which puts off what is wrong with a function. */
static struct ij_error *read_header(const char *text)
{
	struct ij_declared declared = {0};
	struct ij_error *err = ij_declarations_parse(text, "x.h", &declared);

	ij_declared_deinit(&declared);
	return err;
}

static void test_headers(void **state)
{
	static const char *const texts[] = {
		"extern \"C\" {\nstruct p f(struct p), *g(void); int x = {1}; unknown h(int);\n}",
		"typedef int a, *b; a f(b);\nint g(int,);",
		"enum e { RED = 1, GREEN }; enum { B = sizeof(int), C };\n#define N (GREEN + 1)\n",
		"#define A\n#define B(x) extern\nB(1) int f(A int); #if 1\n",
	};
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(texts); i++)
		exhaust(read_header, texts[i], &failed);
	assert_true(failed > 10);
}

static void test_calls(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(calls); i++)
		exhaust(call, calls[i], &failed);
	assert_true(failed > 5 * IJ_COUNT(calls));
}

static void print(const struct ij_type *type, const struct ij_result_regs *regs, const char *string)
{
	struct ij_strbuf out = {0};
	struct ij_error *err;

	left = 0;
	live = 0;
	refused = false;
	armed = true;
	ij_value_print(type, regs, string, &out);
	ij_value_json(type, regs, string, &out);
	err = ij_strbuf_error(&out);
	ij_strbuf_deinit(&out);
	armed = false;
	assert_int_equal(live, 0);
	assert_non_null(err);
	ij_error_free(err);
}

static void test_printing(void **state)
{
	struct ij_result_regs regs = {.rax = 97};

	(void)state;
	for (int kind = IJ_TYPE_VOID; kind <= IJ_TYPE_STRING; kind++)
		print(&(struct ij_type){.kind = (enum ij_type_kind)kind, .size = 8}, &regs, "text");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decls),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_printing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
