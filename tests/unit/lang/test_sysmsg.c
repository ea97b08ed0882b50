/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Arrays of buffers, and messages: what a person types, and what the kernel leaves of it. */
#include <stdarg.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lang/systypes.h"
#include "parse_syscall.h"

/* Arrays of more pointers, and of more bytes, than there may be. */
static void test_many(void **state)
{
	static const struct {
		unsigned strings;
		enum ij_error_code code;
	} rows[] = {{64, 0}, {65, IJ_ERR_LIMIT}, {300, IJ_ERR_LIMIT}};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		IJ_STRBUF_AUTO text = {0};
		struct ij_syscall call = {0};
		struct ij_error *err;

		ij_strbuf_puts(&text, "writev(1, [");
		for (unsigned k = 0; k < rows[i].strings; k++)
			ij_strbuf_puts(&text, "\"a\", ");
		ij_strbuf_puts(&text, "])");
		const char *const words[WORDS_MAX] = {ij_strbuf_get(&text)};
		err = parse(words, &call);
		assert_int_equal(err ? err->code : 0, rows[i].code);
		assert_int_equal(call.mem.pointers.len, err ? 0 : rows[i].strings);
		ij_error_free(err);
		ij_syscall_deinit(&call);
	}
}

/* What a call has left in @scratch of argument @idx, as text and as JSON. */
static void show(const struct ij_syscall *call, unsigned idx, uint64_t result,
		 const uint8_t *scratch, const char *text, const char *json_text)
{
	const struct ij_sysarg *arg = &call->args[idx];
	struct ij_sysview view = {&call->mem, scratch, result}, again = view;
	IJ_STRBUF_AUTO out = {0};
	IJ_STRBUF_AUTO json_out = {0};
	struct ij_json json;
	size_t size;
	const uint8_t *bytes =
		ij_syscall_written(call, idx, result, scratch, call->mem.bytes.len, &size);

	assert_non_null(bytes);
	ij_systype_print(arg->param.of, arg->param.array, &view, bytes, size, &out);
	assert_string_equal(ij_strbuf_get(&out), text);
	ij_json_init(&json, &json_out);
	ij_systype_json(arg->param.of, arg->param.array, &again, bytes, size, &json, NULL);
	assert_string_equal(ij_strbuf_get(&json_out), json_text);
}

/* The kernel fills one buffer after another; the words that were pointers may be anything. */
static void test_vectors(void **state)
{
	const char *const words[WORDS_MAX] = {"readv(0, [{_, 4}, {_, 4}, {0x1000, 9}])"};
	uint8_t scratch[128] = {0};
	struct ij_syscall call;
	size_t first, second, iov;

	(void)state;
	assert_null(parse(words, &call));
	iov = call.args[1].value;
	assert_int_equal(call.mem.pointers.len, 2);
	assert_true(ij_sysmem_target(&call.mem, iov, &first));
	assert_true(ij_sysmem_target(&call.mem, iov + 16, &second));
	assert_false(ij_sysmem_target(&call.mem, iov + 32, &first));
	assert_true(ij_sysmem_target(&call.mem, iov, &first));
	memcpy(scratch, call.mem.bytes.items, call.mem.bytes.len);
	memcpy(scratch + first, "abcd", 4);
	memcpy(scratch + second, "efgh", 4);
	memset(scratch + iov, 0xff, 32);
	show(&call, 1, 6, scratch, "[\"abcd\", \"ef\", {0x1000, 9}]",
	     "[{\"text\":\"abcd\",\"hex\":\"61626364\"},{\"text\":\"ef\",\"hex\":\"6566\"},"
	     "{\"iov_base\":4096,\"iov_len\":9}]");
	ij_syscall_deinit(&call);
}

/* A message as the kernel leaves it, and one whose lengths are lies. */
static void test_messages(void **state)
{
	static const uint8_t control[] = {20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0,  0, 1,  0,
					  0,  0, 7, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0,  0,
					  0,  0, 0, 0, 2, 0, 0, 0, 3, 0, 0,  0, 'x'};
	const char *const words[WORDS_MAX] = {
		"recvmsg(5, {msg_name=_, msg_iov=[{_, 16}], msg_control=_})"};
	struct ij_syscall call;
	uint8_t *scratch;
	size_t name, iov, text, controls, msg;

	(void)state;
	assert_null(parse(words, &call));
	msg = call.args[1].value;
	scratch = calloc(1, call.mem.bytes.len);
	assert_non_null(scratch);
	memcpy(scratch, call.mem.bytes.items, call.mem.bytes.len);
	assert_true(ij_sysmem_target(&call.mem, msg, &name));
	assert_true(ij_sysmem_target(&call.mem, msg + 16, &iov));
	assert_true(ij_sysmem_target(&call.mem, iov, &text));
	assert_true(ij_sysmem_target(&call.mem, msg + 32, &controls));
	memcpy(scratch + text, "hello", 5);
	memcpy(scratch + name, "\1\0/a", 4);
	memcpy(scratch + controls, control, sizeof(control));
	scratch[msg + 8] = 4;
	scratch[msg + 40] = sizeof(control);
	scratch[msg + 41] = 0;
	scratch[msg + 48] = 0x40;
	show(&call, 1, 5, scratch,
	     "{msg_name=/a, msg_iov=[\"hello\"], msg_control=[{SOL_SOCKET, SCM_RIGHTS, [7]}, "
	     "{2, 3, \"x\"}], msg_flags=0x40}",
	     "{\"msg_name\":\"/a\",\"msg_iov\":[{\"text\":\"hello\",\"hex\":\"68656c6c6f\"}],"
	     "\"msg_control\":[{\"cmsg_level\":1,\"cmsg_type\":1,\"fds\":[7],\"text\":\"\\u0007\","
	     "\"hex\":\"07000000\"},{\"cmsg_level\":2,\"cmsg_type\":3,\"text\":\"x\",\"hex\":"
	     "\"78\"}],\"msg_flags\":64}");
	memset(scratch + msg, 0xff, 56);
	memset(scratch + controls, 0xff, 16);
	show(&call, 1, 1000000, scratch,
	     "{msg_name=/a, msg_iov=[\"hello\"], msg_control=[], msg_flags=0xffffffff}",
	     "{\"msg_name\":\"/a\",\"msg_iov\":[{\"text\":\"hello\",\"hex\":"
	     "\"68656c6c6f0000000000000000000000\"}],\"msg_control\":[],\"msg_flags\":4294967295}");
	free(scratch);
	ij_syscall_deinit(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
