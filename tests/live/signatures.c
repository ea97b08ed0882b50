/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Functions of generated signatures, in a program of gcc and of clang, at -O0 and -O2: each
 * compares its arguments with what they must be, and a second function does so with its result. So
 * the compilers say whether the calling convention was kept.
 *
 * IJ_SIGNATURES: how many in all (90). IJ_SEED: of the generator.
 */
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STRUCTS = 14, PARAMS_MAX = 9, MEMBERS_MAX = 4, BATCH = 50 };

static struct tool tool;
static uint64_t state;
static bool is_gcc;

/* xorshift64* (Marsaglia, Vigna): the same numbers everywhere. */
static unsigned rnd(unsigned below)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * 0x2545f4914f6cdd1dull) >> 33) % below;
}

/* Types of one value, how a constant of each is written, and what it is promoted to. */
static const struct {
	const char *name, *promoted;
	/* i: integer, u: not negative, b: 0 or 1, f: floating, c: complex, p: pointer, 2, 4, 8, g:
	   vectors of so many elements, 16 for g */
	char how;
} scalars[] = {
	{"char", "int", 'u'},
	{"signed char", "int", 'i'},
	{"unsigned char", "int", 'u'},
	{"short", "int", 'i'},
	{"unsigned short", "int", 'u'},
	{"int", "int", 'i'},
	{"unsigned", "unsigned", 'u'},
	{"long", "long", 'i'},
	{"unsigned long long", "unsigned long long", 'u'},
	{"__int128", "__int128", 'i'},
	{"_Bool", "int", 'b'},
	{"enum e", "enum e", 'b'},
	{"void *", "void *", 'p'},
	{"float", "double", 'f'},
	{"double", "double", 'f'},
	{"long double", "long double", 'f'},
	{"float _Complex", "float _Complex", 'c'},
	{"double _Complex", "double _Complex", 'c'},
	{"long double _Complex", "long double _Complex", 'c'},
	{"__float128", "__float128", 'f'},
	{"cq", "cq", 'c'},
	{"v2f", "v2f", '2'},
	{"v4f", "v4f", '4'},
	{"v2d", "v2d", '2'},
	{"v8i", "v8i", '8'},
	{"v16f", "v16f", 'g'},
};
#define SCALARS (sizeof(scalars) / sizeof(scalars[0]))
#define QUAD    19 /* __float128; complex ones of gcc come next */

struct member {
	int type;       /* of `scalars`; of structs from 100 on */
	unsigned count; /* elements; 0: no array */
	unsigned bits;  /* of a bit-field */
};

static struct {
	bool is_union, is_packed;
	unsigned len;
	struct member members[MEMBERS_MAX];
} structs[STRUCTS];

static const char *type_name(int type)
{
	static char names[4][24];
	static unsigned next;

	if (type < 100)
		return scalars[type].name;
	next = (next + 1) % 4;
	snprintf(names[next], sizeof(names[0]), "struct s%d", type - 100);
	return names[next];
}

static void make_structs(FILE *f)
{
	for (int s = 0; s < STRUCTS; s++) {
		structs[s].is_packed = s >= 3 && rnd(7) == 0;
		structs[s].is_union = !structs[s].is_packed && rnd(6) == 0;
		structs[s].len = 1 + rnd(MEMBERS_MAX);
		/* clang before 18 has its own way with a __float128 in a struct. */
		if (s == 3) {
			structs[s].is_packed = false;
			structs[s].len = 1;
		}
		fprintf(f, "struct s%d {", s);
		if (structs[s].is_union)
			fprintf(f, " union {");
		for (unsigned m = 0; m < structs[s].len; m++) {
			struct member *member = &structs[s].members[m];

			*member = (struct member){.type = (int)rnd(SCALARS)};
			/* Without it, nothing in debug information tells a packed struct of large
			 * members from one that is aligned as they are. */
			if (!m && structs[s].is_packed)
				member->type = 0;
			else if (s == 3)
				member->type = QUAD;
			else if (s > 2 && rnd(5) == 0)
				member->type = 100 + (int)rnd((unsigned)s);
			if (rnd(5) == 0)
				member->count = 1 + rnd(3);
			else if (member->type < 9 && member->type >= 5 && rnd(4) == 0)
				member->bits = 2 + rnd(20);
			fprintf(f, " %s m%u", type_name(member->type), m);
			if (member->count)
				fprintf(f, "[%u]", member->count);
			if (member->bits)
				fprintf(f, " : %u", member->bits);
			fprintf(f, ";");
		}
		if (structs[s].is_union)
			fprintf(f, " };");
		fprintf(f, " }%s;\n", structs[s].is_packed ? " __attribute__((packed))" : "");
	}
}

/* Of a vector; 0: it is none. */
static unsigned elements(int type)
{
	char how = type < 100 ? scalars[type].how : 0;

	return how == 'g' ? 16 : how >= '2' && how <= '8' ? (unsigned)(how - '0') : 0;
}

static void constant(FILE *f, int type, unsigned bits)
{
	switch (type < 100 ? scalars[type].how : 's') {
	case 'i':
		fprintf(f, "%d", bits ? -1 : (int)rnd(200) - 100);
		break;
	case 'u':
		fprintf(f, "%u", bits ? 3 : rnd(100));
		break;
	case 'b':
		fprintf(f, "%u", rnd(2));
		break;
	case 'p':
		fprintf(f, "(void *)%uul", rnd(1 << 30));
		break;
	case 'f':
		fprintf(f, "%d.25", (int)rnd(2000) - 1000);
		break;
	case 'c':
		fprintf(f, "%u.5 + %u.75i", rnd(100), rnd(100));
		break;
	case '2':
	case '4':
	case '8':
	case 'g':
		fprintf(f, "{%u", rnd(100));
		for (unsigned i = 1; i < elements(type); i++)
			fprintf(f, ", %u", rnd(100));
		fprintf(f, "}");
		break;
	default:
		fprintf(f, "{%s", structs[type - 100].is_union ? "{" : "");
		for (unsigned m = 0; m < structs[type - 100].len; m++) {
			const struct member *member = &structs[type - 100].members[m];

			if (m && structs[type - 100].is_union)
				break;
			fprintf(f, "%s%s", m ? ", " : "", member->count ? "{" : "");
			constant(f, member->type, member->bits);
			fprintf(f, "%s", member->count ? "}" : "");
		}
		fprintf(f, "}%s", structs[type - 100].is_union ? "}" : "");
	}
}

/* `same_s3(&a, &b)`, member by member: padding is nobody's. */
static void make_comparisons(FILE *f)
{
	for (int s = 0; s < STRUCTS; s++) {
		fprintf(f,
			"static int same_s%d(const struct s%d *a, const struct s%d *b)\n{\n"
			"\tint same = 1;\n",
			s, s, s);
		for (unsigned m = 0; m < structs[s].len; m++) {
			const struct member *member = &structs[s].members[m];
			char index[16] = "";

			if (m && structs[s].is_union)
				break;
			for (unsigned i = 0; i < (member->count ? member->count : 1); i++) {
				if (member->count)
					snprintf(index, sizeof(index), "[%u]", i);
				if (member->type >= 100)
					fprintf(f,
						"\t{ struct s%d x = a->m%u%s, y = b->m%u%s; "
						"same &= same_s%d(&x, &y); }\n",
						member->type - 100, m, index, m, index,
						member->type - 100);
				else if (elements(member->type))
					fprintf(f,
						"\tsame &= !__builtin_memcmp(&a->m%u%s, "
						"&b->m%u%s, sizeof(b->m%u%s));\n",
						m, index, m, index, m, index);
				else
					fprintf(f, "\tsame &= a->m%u%s == b->m%u%s;\n", m, index, m,
						index);
			}
		}
		fprintf(f, "\treturn same;\n}\n");
	}
}

static void compare(FILE *f, int type, const char *value, const char *want)
{
	if (type >= 100)
		fprintf(f, "\tbad += !same_s%d(&%s, &%s);\n", type - 100, value, want);
	else if (elements(type))
		fprintf(f, "\tbad += !!__builtin_memcmp(&%s, &%s, sizeof(%s));\n", value, want,
			want);
	else
		fprintf(f, "\tbad += %s != %s;\n", value, want);
}

static bool has_quad(int type)
{
	bool has = type == QUAD;

	for (unsigned m = 0; type >= 100 && m < structs[type - 100].len; m++)
		has |= has_quad(structs[type - 100].members[m].type);
	return has;
}

/* clang 14 reads a __float128 of a `...` from where it does not put it itself. */
static bool is_misread(int type)
{
	return !is_gcc && has_quad(type);
}

/* Function @n, the objects that it must be given, and the expression that does it. */
static void make_function(FILE *f, FILE *exprs, unsigned n)
{
	unsigned len = rnd(PARAMS_MAX), fixed = len;
	int types[PARAMS_MAX], result = 0;
	char value[32], want[32];
	/* By gcc, some take and return wide vectors in registers; by clang, all of a file or none
	 * do. */
	const char *target = is_gcc && __builtin_cpu_supports("avx2") && rnd(2)
				     ? "__attribute__((target(\"avx2\"))) "
				     : "";

	if (len > 1 && rnd(5) == 0)
		fixed = 1 + rnd(len - 1);
	for (unsigned i = 0; i <= len; i++) {
		int type = rnd(3) == 0 ? 100 + (int)rnd(STRUCTS) : (int)rnd(SCALARS);

		if (i >= fixed && i < len && is_misread(type))
			type = 0;
		if (i == len)
			result = type;
		else
			types[i] = type;
		fprintf(f, "%s ", type_name(type));
		fprintf(f, i == len ? "r%u" : "v%u_%u", n, i);
		fprintf(f, " = ");
		constant(f, type, 0);
		fprintf(f, ";\n");
	}
	fprintf(f, "%s%s f%u(", target, type_name(result), n);
	for (unsigned i = 0; i < fixed; i++)
		fprintf(f, "%s%s a%u", i ? ", " : "", type_name(types[i]), i);
	fprintf(f, fixed < len ? ", ...)\n{\n" : len ? ")\n{\n" : "void)\n{\n");
	if (fixed < len)
		fprintf(f, "\t__builtin_va_list ap;\n\t__builtin_va_start(ap, a%u);\n", fixed - 1);
	for (unsigned i = 0; i < len; i++) {
		if (i >= fixed)
			fprintf(f, "\t%s a%u = __builtin_va_arg(ap, %s);\n", type_name(types[i]), i,
				types[i] < 100 ? scalars[types[i]].promoted : type_name(types[i]));
		snprintf(value, sizeof(value), "a%u", i);
		snprintf(want, sizeof(want), "v%u_%u", n, i);
		compare(f, types[i], value, want);
	}
	fprintf(f, "\t%sreturn r%u;\n}\n", fixed < len ? "__builtin_va_end(ap); " : "", n);
	fprintf(f, "%sint c%u(%s r)\n{\n\tint was = bad;\n\tbad = 0;\n", target, n,
		type_name(result));
	snprintf(want, sizeof(want), "r%u", n);
	compare(f, result, "r", want);
	fprintf(f, "\twas += bad;\n\tbad = 0;\n\treturn was;\n}\n");
	fprintf(exprs, "c%u(f%u(", n, n);
	for (unsigned i = 0; i < len; i++)
		fprintf(exprs, "%sv%u_%u", i ? ", " : "", n, i);
	fprintf(exprs, "))\n");
}

static void make_program(const char *path, const char *exprs_path, unsigned count)
{
	FILE *f = fopen(path, "w"), *exprs = fopen(exprs_path, "w");

	assert_non_null(f);
	assert_non_null(exprs);
	fprintf(f,
		"#include <complex.h>\n#include <sys/prctl.h>\n#include <signal.h>\n"
		"#include <unistd.h>\nenum e { E0, E1 };\nint bad;\n"
		"typedef _Complex %s cq;\n"
		"typedef float v2f __attribute__((vector_size(8)));\n"
		"typedef float v4f __attribute__((vector_size(16)));\n"
		"typedef double v2d __attribute__((vector_size(16)));\n"
		"typedef int v8i __attribute__((vector_size(32)));\n"
		"typedef float v16f __attribute__((vector_size(64)));\n",
		is_gcc ? "_Float128" : "long double"); /* clang 14 tells debuggers but one name */
	make_structs(f);
	make_comparisons(f);
	for (unsigned n = 0; n < count; n++)
		make_function(f, exprs, n);
	fprintf(f, "volatile unsigned long rounds;\n"
		   "int main(void)\n{\n\tprctl(PR_SET_PDEATHSIG, SIGKILL);\n"
		   "\twrite(1, \"R\", 1);\n\tfor (;;)\n\t\trounds++;\n}\n");
	assert_int_equal(fclose(f), 0);
	assert_int_equal(fclose(exprs), 0);
}

/* Call them all, some at a time; every result must be 0: nothing was other than it must be. */
static unsigned call_all(const struct victim *vic, const char *exprs_path, const char *what)
{
	static char lines[BATCH][256];
	FILE *exprs = fopen(exprs_path, "r");
	unsigned failed = 0;
	char pid[16];

	assert_non_null(exprs);
	snprintf(pid, sizeof(pid), "%d", vic->pid);
	for (bool more = true; more;) {
		const char *argv[BATCH + 8] = {tool_program(), "call", "--wait=20s", "-p", pid};
		unsigned len = 0;
		char *out = tool.out;

		while (len < BATCH && (more = fgets(lines[len], sizeof(lines[0]), exprs))) {
			lines[len][strcspn(lines[len], "\n")] = 0;
			argv[5 + len] = lines[len];
			len++;
		}
		if (!len)
			break;
		tool_exec(&tool, argv);
		tool_expect(&tool, 0);
		for (unsigned i = 0; i < len; i++) {
			char *end = strchr(out, '\n');

			if (end)
				*end = 0;
			if (strcmp(out, "0")) {
				print_error("%s, seed %s: %s gives %s\n", what,
					    getenv("IJ_SEED") ? getenv("IJ_SEED") : "1", lines[i],
					    out);
				failed++;
			}
			out = end ? end + 1 : out + strlen(out);
		}
	}
	fclose(exprs);
	return failed;
}

/* The compiler and its option are *state. */
static void callees_agree(void **row)
{
	const char *options = *row;
	char compiler[16], source[256], exprs[256], program[256], command[1200];
	unsigned count = (unsigned)harness_env("IJ_SIGNATURES", 90) / 6;
	struct victim vic;

	sscanf(options, "%15s", compiler);
	is_gcc = options[0] == 'g';
	if (!harness_find(compiler) ||
	    (strstr(options, "-mavx2") && !__builtin_cpu_supports("avx2")))
		skip();
	state = (uint64_t)harness_env("IJ_SEED", 1) * 0x9e3779b97f4a7c15ull + options[0];
	snprintf(source, sizeof(source), "%s/signatures.c", harness_dir());
	snprintf(exprs, sizeof(exprs), "%s/exprs", harness_dir());
	snprintf(program, sizeof(program), "%s/signatures", harness_dir());
	make_program(source, exprs, count);
	snprintf(command, sizeof(command), "%s -g -w -Wno-psabi -std=gnu17 -o %s %s", options,
		 program, source);
	assert_int_equal(system(command), 0);
	const char *const argv[] = {program, NULL};
	victim_spawn(&vic, argv);
	victim_await_ready(&vic, "signatures");
	assert_int_equal(call_all(&vic, exprs, options), 0);
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

/* A program of these functions that waits, built by @compiler. */
static void wait_with(struct victim *vic, const char *compiler, const char *functions)
{
	char source[256], program[256], command[1200];
	FILE *f;

	if (!harness_find(compiler))
		skip();
	snprintf(source, sizeof(source), "%s/few.c", harness_dir());
	snprintf(program, sizeof(program), "%s/few", harness_dir());
	f = fopen(source, "w");
	assert_non_null(f);
	fprintf(f,
		"#include <sys/prctl.h>\n#include <signal.h>\n#include <unistd.h>\n%s"
		"int main(void)\n{\n\tprctl(PR_SET_PDEATHSIG, SIGKILL);\n"
		"\twrite(1, \"R\", 1);\n\tfor (;;)\n\t\tpause();\n}\n",
		functions);
	assert_int_equal(fclose(f), 0);
	snprintf(command, sizeof(command), "%s -g -w -o %s %s", compiler, program, source);
	assert_int_equal(system(command), 0);
	const char *const argv[] = {program, NULL};
	victim_spawn(vic, argv);
	victim_await_ready(vic, "few");
}

/* Where registers run out, compilers differ: clang before 18 has halves of it anywhere. */
static void int128_on_stack(void **compiler)
{
	static const char *const exprs[] = {
		"none(1, 2, 3, 4, 5, 6, 7, (__int128)8 << 70, -9)",
		"half(1, 2, 3, 4, 5, (__int128)8 << 70, 7)",
		"both(1, 2, 3, 4, (__int128)8 << 70, 7, -9)",
	};
	struct victim vic;

	wait_with(
		&vic, *compiler,
		"int none(long a, long b, long c, long d, long e, long g, char h, __int128 i, "
		"__int128 j)\n{ return a + b + c + d + e + g == 21 && h == 7 && "
		"i == (__int128)8 << 70 && j == -9; }\n"
		"int half(long a, long b, long c, long d, long e, __int128 i, char h)\n"
		"{ return a + b + c + d + e == 15 && h == 7 && i == (__int128)8 << 70; }\n"
		"int both(long a, long b, long c, long d, __int128 i, char h, __int128 j)\n"
		"{ return a + b + c + d == 10 && h == 7 && i == (__int128)8 << 70 && j == -9; }\n");
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		tool_call(&tool, &vic, exprs[i]);
		tool_expect(&tool, 0);
		assert_string_equal(tool.out, "1\n");
	}
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

/* A function of Microsoft's convention is refused by its name, whatever it is called through. */
static void other_conventions(void **row)
{
	static const char *const exprs[] = {
		"msf(1, 2)",          "(int)msf(1, 2)",
		"msp(1, 2)",          "((int (*)(int, int))msf)(1, 2)",
		"sizeof(msf(1, 2))",  "(*msf)(1, 2)",
		"'few.c'::msf(1, 2)",
	};
	struct victim vic;

	(void)row;
	wait_with(&vic, "clang-14",
		  "__attribute__((ms_abi)) int msf(int a, int b) { return 10 * a + b; }\n"
		  "int (__attribute__((ms_abi)) *msp)(int, int) = msf;\n");
	for (size_t i = 0; i < sizeof(exprs) / sizeof(exprs[0]); i++) {
		tool_call(&tool, &vic, exprs[i]);
		tool_expect(&tool, 1);
		tool_expect_err(&tool, "another calling convention than System V's: ms_abi");
	}
	tool_run(&tool, "call", vic.pid, "--decl", "int msf(int, int)", "msf(1, 2)", NULL);
	tool_expect(&tool, 1);
	tool_expect_err(&tool, "msf has another calling convention than System V's: ms_abi");
	assert_true(victim_alive(&vic));
	victim_kill(&vic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_ROW("other conventions", other_conventions, NULL),
		LIVE_ROW("__int128 on the stack, gcc", int128_on_stack, "gcc"),
		LIVE_ROW("__int128 on the stack, clang", int128_on_stack, "clang-14"),
		LIVE_ROW("gcc -O0", callees_agree, "gcc -O0"),
		LIVE_ROW("gcc -O2", callees_agree, "gcc -O2"),
		LIVE_ROW("clang -O0", callees_agree, "clang-14 -O0"),
		LIVE_ROW("clang -O2", callees_agree, "clang-14 -O2"),
		LIVE_ROW("clang -O0, wide vectors", callees_agree, "clang-14 -O0 -mavx2"),
		LIVE_ROW("clang -O2, wide vectors", callees_agree, "clang-14 -O2 -mavx2"),
	};

	return _cmocka_run_group_tests("signatures", tests, sizeof(tests) / sizeof(tests[0]), NULL,
				       NULL);
}
