/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which files a client gets that asks for debug files: it may be taken over by hostile input. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <fcntl.h>

#include "tracer/files.h"

static char dir[] = "/tmp/ij-files-XXXXXX";

static const struct {
	const char *name;        /* below the folder of the file that is mapped */
	const char *text;        /* what it begins with; NULL: it is not there */
	enum ij_error_code code; /* 0: it is opened */
} files[] = {
	{"p.debug", "\177ELF", 0},
	{".debug/p.debug", "\177ELF...", 0},
	{"missing", NULL, IJ_ERR_NOTFOUND},
	{"secret", "root:x", IJ_ERR_DENIED},
	{".debug/secret", "root:x", IJ_ERR_DENIED},
	{"short", "\177EL", IJ_ERR_DENIED},
	{"empty", "", IJ_ERR_DENIED},
	{"below/p.debug", "\177ELF", IJ_ERR_DENIED},
	{"below/../p.debug", NULL, IJ_ERR_DENIED},
	{".debug", NULL, IJ_ERR_NOTFOUND},
};

static void path_of(size_t i, char path[256])
{
	snprintf(path, 256, "%s/%s", dir, files[i].name);
}

/* All of them together, and more than can be open. */
static void opens_together(struct ij_injector *inj)
{
	enum { LEN = IJ_COUNT(files), ROUNDS = IJ_WIRE_PATHS_MAX / LEN };
	static char names[ROUNDS * LEN * 256];
	struct ij_wire_debugs debugs;
	int fds[IJ_WIRE_FDS_MAX];
	char *at = names;
	size_t fds_len, opened = 0;

	for (size_t i = 0; i < (size_t)ROUNDS * LEN; i++) {
		path_of(i % LEN, at);
		at += strlen(at) + 1;
	}
	assert_null(ij_files_debugs(inj, names, ROUNDS * LEN, &debugs, fds, &fds_len));
	for (size_t i = 0; i < debugs.tried; i++) {
		bool is_open = debugs.opened[i / 64] >> i % 64 & 1;

		assert_int_equal(is_open, !files[i % LEN].code);
		opened += is_open;
	}
	assert_int_equal(fds_len, opened);
	assert_int_equal(fds_len, IJ_WIRE_FDS_MAX);
	assert_true(debugs.tried < ROUNDS * LEN);
	while (fds_len)
		close(fds[--fds_len]);
	assert_null(ij_files_debugs(inj, names, LEN, &debugs, fds, &fds_len));
	assert_int_equal(debugs.tried, LEN);
	assert_int_equal(fds_len, 2);
	while (fds_len)
		close(fds[--fds_len]);
}

static void test_debug(void **state)
{
	struct ij_vma mapped = {.lo = 0x1000, .hi = 0x2000, .inode = 1};
	struct ij_injector inj = {
		.process = {.pid = getpid(), .live_fd = open("/proc/self", O_PATH)}};
	char path[256], made[256];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(made, sizeof(made), "%s/p", dir);
	mapped.path = made;
	inj.vmas.list.items = &mapped;
	inj.vmas.list.len = 1;
	snprintf(path, sizeof(path), "%s/.debug", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/below", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		FILE *file;

		path_of(i, path);
		if (!files[i].text)
			continue;
		file = fopen(path, "w");
		assert_non_null(file);
		fputs(files[i].text, file);
		assert_int_equal(fclose(file), 0);
	}
	for (size_t i = 0; i < IJ_COUNT(files); i++) {
		struct ij_error *err;
		int fd = -1;

		path_of(i, path);
		err = ij_files_debug(&inj, path, &fd);
		if ((err ? err->code : 0) != files[i].code)
			fail_msg("%s: %s", files[i].name, err ? ij_error_message(err) : "opened");
		if (!err)
			close(fd);
		ij_error_free(err);
	}
	opens_together(&inj);
	for (size_t i = IJ_COUNT(files); i--;) {
		path_of(i, path);
		if (files[i].text)
			unlink(path);
	}
	snprintf(path, sizeof(path), "%s/.debug", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/below", dir);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
	close(inj.process.live_fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_debug)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
