/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* System calls: the table against the kernel's own header, and what a person types. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/systypes.h"
#include "parse_syscall.h"

/* The numbers of <asm/unistd_64.h>, which the build system writes out. */
static const struct {
	const char *name;
	int nr;
} kernel[] = {
#include "unistd.inc"
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(kernel); i++) {
		/* Newer than the table. */
		if (kernel[i].nr > 450)
			continue;
		if (!ij_syscall_name(kernel[i].nr) ||
		    strcmp(ij_syscall_name(kernel[i].nr), kernel[i].name) != 0)
			fail_msg("%d is %s, not %s", kernel[i].nr, kernel[i].name,
				 ij_syscall_name(kernel[i].nr));
		assert_int_equal(ij_syscall_number(kernel[i].name, strlen(kernel[i].name)),
				 kernel[i].nr);
	}
	assert_true(IJ_COUNT(kernel) > 300);
	assert_int_equal(ij_syscall_number("prlimit", 7), 302);
	assert_int_equal(ij_syscall_number("klose", 5), -1);
	assert_null(ij_syscall_name(-1));
	assert_null(ij_syscall_name(100000));
}

/* Each signature is read without an assertion, and its links lead to another parameter. */
static void test_signatures(void **state)
{
	unsigned typed = 0;

	(void)state;
	for (int nr = 0; nr < 500; nr++) {
		struct ij_sysproto proto;

		ij_sysproto_get(nr, &proto);
		typed += proto.signature != NULL;
		for (unsigned i = 0; i < proto.params_len; i++) {
			const struct ij_sysparam *param = &proto.params[i];

			bool is_struct = param->kind == IJ_SYSKIND_IN ||
					 param->kind == IJ_SYSKIND_OUT ||
					 param->kind == IJ_SYSKIND_BOTH;

			if (is_struct && !ij_systype_size(param->of))
				fail_msg("%s: there is no type %s", proto.name, param->of);
			if (param->kind == IJ_SYSKIND_LEN || param->kind == IJ_SYSKIND_OUTBUF)
				assert_int_not_equal(param->link, i);
			assert_true(param->name[0]);
		}
	}
	assert_true(typed >= 200);
}

static const struct {
	const char *words[WORDS_MAX];
	int nr;
	unsigned len;
	uint64_t values[6];  /* of memory the offset */
	unsigned memory;     /* bit N: argument N is */
	const char *scratch; /* how it begins, or NULL */
} good[] = {
	{{"close", "5"}, 3, 1, {5}, 0, NULL},
	{{"close(5)"}, 3, 1, {5}, 0, NULL},
	{{"3", "5"}, 3, 1, {5}, 0, NULL},
	{{"3(5);"}, 3, 1, {5}, 0, NULL},
	{{"getpid"}, 39, 0, {0}, 0, NULL},
	{{"getpid()"}, 39, 0, {0}, 0, NULL},
	{{"dup2", "-1", "0x10"}, 33, 2, {(uint64_t)-1, 16}, 0, NULL},
	{{"open", "/tmp/x", "O_RDWR|O_CREAT", "0600"}, 2, 3, {0, 0102, 0600}, 1, "/tmp/x"},
	{{"open", "/tmp/x", "O_RDONLY"}, 2, 3, {0, 0, 0}, 1, "/tmp/x"},
	{{"openat(AT_FDCWD, \"a b\", O_RDONLY)"}, 257, 4, {(uint64_t)-100, 0, 0, 0}, 2, "a b"},
	{{"chdir", "\"/\""}, 80, 1, {0}, 1, "/"},
	{{"chdir", "NULL"}, 80, 1, {0}, 0, NULL},
	{{"write", "1", "hello"}, 1, 3, {1, 0, 5}, 2, "hello"},
	{{"write(1, \"hello\", _)"}, 1, 3, {1, 0, 5}, 2, "hello"},
	{{"write(1, \"hello\", 3)"}, 1, 3, {1, 0, 3}, 2, "hello"},
	{{"write(1, \"hello\")"}, 1, 3, {1, 0, 5}, 2, "hello"},
	{{"read", "0", "_", "100"}, 0, 3, {0, 0, 100}, 2, NULL},
	{{"read(0, 0x1000, 100)"}, 0, 3, {0, 0x1000, 100}, 0, NULL},
	{{"read(0, (char[8])0, 8)"}, 0, 3, {0, 0, 8}, 2, NULL},
	{{"fstat(0, (char[144])0)"}, 5, 2, {0, 0}, 2, NULL},
	{{"poll((char[16])0, 2, 0)"}, 7, 3, {0, 2, 0}, 1, NULL},
	{{"getsockopt(5, SOL_SOCKET, SO_LINGER, (char[4])0)"}, 55, 5, {5, 1, 13, 0, 16}, 24, NULL},
	{{"mmap", "0", "4096", "PROT_READ", "MAP_PRIVATE|MAP_ANONYMOUS"},
	 9,
	 6,
	 {0, 4096, 1, 0x22, (uint64_t)-1, 0},
	 0,
	 NULL},
	{{"rename(\"aaaaaaaaaaaaaaaaaaaa\", \"b\")"}, 82, 2, {0, 32}, 3, "aaaaaaaaaaaaaaaaaaaa"},
	{{"prlimit64", "0", "RLIMIT_NOFILE", "{1024, 4096}"}, 302, 4, {0, 7, 0, 16}, 12, "\0\4\0"},
	{{"prlimit64", "0", "RLIMIT_NOFILE"}, 302, 4, {0, 7, 0, 0}, 8, NULL},
	{{"getrlimit", "RLIMIT_NOFILE", "_"}, 97, 2, {7, 0}, 2, NULL},
	{{"getrlimit", "RLIMIT_NOFILE", "0x1000"}, 97, 2, {7, 0x1000}, 0, NULL},
	{{"nanosleep", "{.tv_nsec=1, .tv_sec=2}"}, 35, 2, {0, 16}, 3, "\2\0\0\0\0\0\0\0\1"},
	{{"nanosleep({tv_sec=2}, NULL)"}, 35, 2, {0, 0}, 1, "\2\0"},
	{{"connect", "5", "127.0.0.1:80"}, 42, 3, {5, 0, 16}, 2, "\2\0\0\120\177\0\0\1"},
	{{"connect(5, \"/run/x\")"}, 42, 3, {5, 0, 9}, 2, "\1\0/run/x"},
	{{"connect", "5", "@x"}, 42, 3, {5, 0, 4}, 2, NULL},
	{{"bind", "5", "[::1]:0"}, 49, 3, {5, 0, 28}, 2, "\12\0"},
	{{"accept", "5"}, 43, 3, {5, 0, 128}, 6, NULL},
	{{"accept", "5", "0"}, 43, 3, {5, 0, 0}, 0, NULL},
	{{"setsockopt", "5", "SOL_SOCKET", "SO_KEEPALIVE", "1"},
	 54,
	 5,
	 {5, 1, 9, 0, 4},
	 8,
	 "\1\0\0"},
	{{"setsockopt", "5", "SOL_SOCKET", "SO_LINGER", "{1, 2}"},
	 54,
	 5,
	 {5, 1, 13, 0, 8},
	 8,
	 NULL},
	{{"poll", "[{0, POLLIN}, {1, POLLOUT}]", "_", "0"}, 7, 3, {0, 2, 0}, 1, NULL},
	{{"rt_sigprocmask", "SIG_BLOCK", "[SIGHUP, 3-4]"}, 14, 4, {0, 0, 16, 8}, 6, "\15\0"},
	{{"sched_setaffinity", "0", "_", "[0, 2]"}, 203, 3, {0, 128, 0}, 4, "\5\0"},
	{{"ioctl", "0", "TIOCGWINSZ"}, 16, 3, {0, 0x5413, 0}, 4, NULL},
	{{"ioctl", "0", "FIONBIO", "1"}, 16, 3, {0, 0x5421, 0}, 4, "\1\0\0\0"},
	{{"fcntl", "5", "F_SETFD", "1"}, 72, 3, {5, 2, 1}, 0, NULL},
	{{"prctl", "PR_SET_NAME", "abc"}, 157, 5, {15, 0, 0, 0, 0}, 2, "abc"},
	{{"writev", "1", "[\"ab\", \"c\"]"}, 20, 3, {1, 32, 2}, 2, "ab"},
	{{"writev(1, [{\"abc\", 2}, {0x1000, 8}], _)"}, 20, 3, {1, 16, 2}, 2, "abc"},
	{{"readv(0, [(char[8])0, {_, 4}])"}, 19, 3, {0, 32, 2}, 2, NULL},
	{{"readv(0, 0x1000, 3)"}, 19, 3, {0, 0x1000, 3}, 0, NULL},
	{{"process_vm_readv(1, [{_, 8}], _, [{0x1000, 8}])"},
	 310,
	 6,
	 {1, 16, 1, 32, 1, 0},
	 10,
	 NULL},
	{{"sendmsg(5, {msg_iov=[\"hello\"]})"}, 46, 3, {5, 32, 0}, 2, "hello"},
	{{"sendmsg(5, {msg_control=[{SOL_SOCKET, SCM_RIGHTS, [3, 4]}]}, MSG_NOSIGNAL)"},
	 46,
	 3,
	 {5, 32, 0x4000},
	 2,
	 "\30\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\3\0\0\0\4"},
	{{"sendmsg(5, {\"@x\", _, [], _, [{SOL_SOCKET, SCM_CREDENTIALS, {1, 2, 3}}]})"},
	 46,
	 3,
	 {5, 48, 0},
	 2,
	 "\1\0\0x"},
	{{"recvmsg(5, {msg_name=_, msg_iov=[{_, 16}], msg_control=_})"},
	 47,
	 3,
	 {5, 672, 0},
	 2,
	 NULL},
	{{"recvmmsg(5, [{msg_iov=[{_, 4}]}, {msg_iov=[{_, 4}]}])"},
	 299,
	 5,
	 {5, 64, 2, 0, 0},
	 2,
	 NULL},
	/* nothing is known of these */
	{{"landlock_add_rule", "1", "2", "3", "4", "5", "6"}, 445, 6, {1, 2, 3, 4, 5, 6}, 0, NULL},
	{{"999", "1", "\"x\""}, 999, 2, {1, 0}, 2, "x"},
};

static void test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(good); i++) {
		struct ij_syscall call;
		struct ij_error *err = parse(good[i].words, &call);

		if (err)
			fail_msg("%s: %s", good[i].words[0], err->msg);
		assert_int_equal(call.proto.nr, good[i].nr);
		assert_int_equal(call.args_len, good[i].len);
		for (unsigned arg = 0; arg < call.args_len; arg++) {
			if (call.args[arg].value != good[i].values[arg])
				fail_msg("%s: argument %u is %llu", call.text, arg,
					 (unsigned long long)call.args[arg].value);
			assert_int_equal(call.args[arg].memory, good[i].memory >> arg & 1);
			assert_non_null(call.args[arg].text);
		}
		if (good[i].scratch)
			assert_memory_equal(call.mem.bytes.items, good[i].scratch,
					    strlen(good[i].scratch));
		ij_syscall_deinit(&call);
	}
}

static const struct {
	const char *words[WORDS_MAX];
	enum ij_error_code code;
	const char *msg; /* a part */
} bad[] = {
	{{"klose", "5"}, IJ_ERR_NOTFOUND, "klose is no system call of this machine"},
	{{"klose(5)"}, IJ_ERR_NOTFOUND, "klose is no system call of this machine"},
	{{"1000000", "5"}, IJ_ERR_NOTFOUND, "1000000 is no system call"},
	{{""}, IJ_ERR_NOTFOUND, "is no system call"},
	{{"("}, IJ_ERR_SYNTAX, "expected a system call"},
	{{"close(5"}, IJ_ERR_SYNTAX, "expected ')'"},
	{{"close(5) x"}, IJ_ERR_SYNTAX, "expected the end of the system call"},
	{{"close"}, IJ_ERR_TYPE, "argument 1 (fd) is missing"},
	{{"close", "5", "6"}, IJ_ERR_TYPE, "takes at most 1 argument; its parameters are (fd fd)"},
	{{"getpid", "5"}, IJ_ERR_TYPE, "takes at most 0 arguments; its parameters are (none)"},
	{{"close", "\"x\""}, IJ_ERR_TYPE, "argument 1 (fd) is a number, but is \"x\""},
	{{"close", "1.5"}, IJ_ERR_TYPE, "is no floating-point number"},
	{{"close", "_"}, IJ_ERR_TYPE, "argument 1 (fd) has to be given"},
	{{"close", "5000000000"}, IJ_ERR_TYPE, "is a number of 32 bits"},
	{{"close", "5 6"}, IJ_ERR_SYNTAX, "expected the end of the argument"},
	{{"close", "&x"}, IJ_ERR_TYPE, "address of a symbol"},
	{{"close", "O_NONSENSE"}, IJ_ERR_UNSUPPORTED, "O_NONSENSE is no known constant"},
	{{"write", "1", "0x1000"}, IJ_ERR_TYPE, "argument 3 (count) has to be given beside"},
	{{"nanosleep", "{1, 2, 3}"}, IJ_ERR_TYPE, "struct timespec has 2 members"},
	{{"nanosleep", "{tv_min=3}"}, IJ_ERR_TYPE, "tv_min is no member of struct timespec"},
	{{"nanosleep", "{1"}, IJ_ERR_SYNTAX, "expected '}'"},
	{{"nanosleep", "{\"x\"}"}, IJ_ERR_TYPE, "tv_sec is a number"},
	{{"setitimer", "0", "{1, 2}"}, IJ_ERR_SYNTAX, "expected '{'"},
	{{"fcntl", "5", "F_SETLK", "{100000}"}, IJ_ERR_TYPE, "l_type has 2 bytes"},
	{{"connect", "5", "\"nowhere\""}, IJ_ERR_TYPE, "nowhere is no socket address"},
	{{"connect", "5", "1.2.3:80"}, IJ_ERR_TYPE, "is no socket address"},
	{{"connect", "5", "127.0.0.1:99999"}, IJ_ERR_TYPE, "is no socket address"},
	{{"rt_sigprocmask", "0", "[65]"}, IJ_ERR_TYPE, "from 1 to 64"},
	{{"rt_sigprocmask", "0", "[0]"}, IJ_ERR_TYPE, "from 1 to 64"},
	{{"rt_sigprocmask", "0", "[3-2]"}, IJ_ERR_TYPE, "from 1 to 64"},
	{{"read(0, (char[8])0, 9)"}, IJ_ERR_TYPE, "argument 2 (buf) has 8 bytes, fewer than count"},
	{{"write(1, \"abc\", 4)"}, IJ_ERR_TYPE, "argument 3 (count) is more than buf has"},
	{{"poll([{0, 1}], 2, 0)"}, IJ_ERR_TYPE, "argument 2 (nfds) is more than fds has"},
	{{"getsockname(5, _, (int[1]){129})"}, IJ_ERR_TYPE, "(addrlen) is more than addr has"},
	{{"writev", "1", "[\"ab\"]", "2"}, IJ_ERR_TYPE, "(iovcnt) is more than iov has"},
	{{"writev", "1", "[0x1000]"}, IJ_ERR_TYPE, "iov_len has to be given here"},
	{{"writev", "1", "[_]"}, IJ_ERR_TYPE, "iov_len has to be given here"},
	{{"writev", "1", "[{\"abc\", 4}]"}, IJ_ERR_TYPE, "iov_len is 4, but iov_base has 3"},
	{{"writev", "1", "[{1, 2, 3}]"}, IJ_ERR_TYPE, "struct iovec has 2 members"},
	{{"readv(0, [{_, 0x10000}, {_, 1}])"}, IJ_ERR_LIMIT, "over 65536 bytes"},
	{{"sendmsg", "5", "\"x\""}, IJ_ERR_TYPE, "argument 2 (msg) has 2 bytes, msghdr has 56"},
	{{"fstat(0, (char[143])0)"}, IJ_ERR_TYPE, "(statbuf) has 143 bytes, stat has 144"},
	{{"sendmsg", "5", "{msg_names=0}"}, IJ_ERR_TYPE, "msg_names is no member of struct msghdr"},
	{{"sendmsg", "5", "{msg_iov=\"x\"}"}, IJ_ERR_TYPE, "msg_iov that is no array is a number"},
	{{"recvmsg(5, {msg_controllen=64, msg_control=(char[63])0})"},
	 IJ_ERR_TYPE,
	 "msg_controllen is 64, but there are 63"},
	{{"sendmsg(5, {msg_control=[{1}]})"}, IJ_ERR_SYNTAX, "expected ','"},
	{{"sendmsg(5, {msg_control=[{1, 1, 3}]})"}, IJ_ERR_SYNTAX, "{PID, UID, GID}"},
	{{"read", "0", "_", "1000000"}, IJ_ERR_LIMIT, "over 65536 bytes"},
	{{"read", "0", "_", "-1"}, IJ_ERR_LIMIT, "over 65536 bytes"},
	{{"445", "1", "2", "3", "4", "5", "6", "7"}, IJ_ERR_TYPE, "takes at most 6 arguments"},
};

static void test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(bad); i++) {
		struct ij_syscall call;
		struct ij_error *err = parse(bad[i].words, &call);

		if (!err)
			fail_msg("%s %s is parsed", bad[i].words[0], bad[i].words[1]);
		if (err->code != bad[i].code || !strstr(err->msg, bad[i].msg))
			fail_msg("%s: %s, not %s", bad[i].words[0], err->msg, bad[i].msg);
		ij_error_free(err);
	}
}

static void test_results(void **state)
{
	static const struct {
		const char *words[WORDS_MAX];
		uint64_t result;
		const char *text;
	} rows[] = {
		{{"close", "5"}, 0, "0"},
		{{"close", "5"}, (uint64_t)-9, "-1 EBADF (Bad file descriptor)"},
		{{"close", "5"}, (uint64_t)-4095, "-1 ? (unknown)"},
		{{"lseek", "5", "0", "0"}, (uint64_t)-4096, "-4096"},
		{{"brk", "0"}, 0x55d0c8000000, "0x55d0c8000000"},
		{{"umask", "0"}, 022, "022"},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO out = {0};
		struct ij_syscall call;

		assert_null(parse(rows[i].words, &call));
		ij_syscall_print_result(&call, rows[i].result, &out);
		assert_string_equal(ij_strbuf_get(&out), rows[i].text);
		ij_syscall_deinit(&call);
	}
}

/* What comes back is what the target's kernel wrote, or what the target made of it meanwhile: any
 * bytes, fewer than there should be. */
static void test_print(void **state)
{
	static const struct {
		const char *type;
		bool array;
		const char *bytes;
		size_t size;
		const char *text, *json;
	} rows[] = {
		{"timespec", false, "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0", 16, "{tv_sec=1, tv_nsec=2}",
		 "{\"tv_sec\":1,\"tv_nsec\":2}"},
		{"timespec", false, "\1", 1, "(1 bytes)", "\"(1 bytes)\""},
		{"rlimit", false, "\1\0\0\0\0\0\0\0\377\377\377\377\377\377\377\377", 16,
		 "{rlim_cur=1, rlim_max=RLIM_INFINITY}",
		 "{\"rlim_cur\":1,\"rlim_max\":\"RLIM_INFINITY\"}"},
		{"int", false, "\377\377\377\377", 4, "-1", "-1"},
		{"uint", false, "\377\377\377\377", 4, "4294967295", "4294967295"},
		{"fds", false, "\3\0\0\0\4\0\0\0", 8, "[3, 4]", "[3,4]"},
		{"fds", false, "\3\0", 2, "3", "\"3\""},
		{"sigset", false, "\1\0\0\0\0\0\0\200", 8, "[SIGHUP, 64]", "\"[SIGHUP, 64]\""},
		{"sockaddr", false, "\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0", 16, "127.0.0.1:80",
		 "\"127.0.0.1:80\""},
		{"sockaddr", false, "\2\0\0\120", 4, "02 00 00 50", "\"02 00 00 50\""},
		{"sockaddr", false, "\1\0/a\nb", 6, "/a\\012b", "\"/a\\\\012b\""},
		{"sockaddr", false, "", 0, "", "\"\""},
		{"pollfd", true, "\1\0\0\0\1\0\4\0", 8, "[{fd=1, events=0x1, revents=0x4}]",
		 "[{\"fd\":1,\"events\":1,\"revents\":4}]"},
		{"text16", false, "a\"\0", 3, "\"a\\\"\"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		const uint8_t *bytes = (const uint8_t *)rows[i].bytes;
		IJ_STRBUF_AUTO text = {0};
		IJ_STRBUF_AUTO out = {0};
		struct ij_json json;

		ij_systype_print(rows[i].type, rows[i].array, NULL, bytes, rows[i].size, &text);
		assert_string_equal(ij_strbuf_get(&text), rows[i].text);
		ij_json_init(&json, &out);
		ij_systype_json(rows[i].type, rows[i].array, NULL, bytes, rows[i].size, &json,
				NULL);
		if (rows[i].json)
			assert_string_equal(ij_strbuf_get(&out), rows[i].json);
	}
}

/* A length that the kernel gives is believed as far as there is memory. */
static void test_written(void **state)
{
	const char *const words[WORDS_MAX] = {"accept", "5"};
	uint8_t scratch[144] = {0};
	struct ij_syscall call;
	size_t size;

	(void)state;
	assert_null(parse(words, &call));
	assert_int_equal(call.mem.bytes.len, 132);
	memset(scratch + call.args[2].value, 0xff, 4);
	assert_non_null(ij_syscall_written(&call, 1, 3, scratch, 132, &size));
	assert_int_equal(size, 128);
	scratch[call.args[2].value] = 16;
	memset(scratch + call.args[2].value + 1, 0, 3);
	assert_non_null(ij_syscall_written(&call, 1, 3, scratch, 132, &size));
	assert_int_equal(size, 16);
	assert_null(ij_syscall_written(&call, 1, (uint64_t)-9, scratch, 132, &size));
	assert_null(ij_syscall_written(&call, 1, 3, scratch, 100, &size));
	ij_syscall_deinit(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers), cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_good),    cmocka_unit_test(test_bad),
		cmocka_unit_test(test_results), cmocka_unit_test(test_print),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
