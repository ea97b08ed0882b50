/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The administrator's rules: which line decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tracer/permit.h"

static const struct ij_permit_user ann = {.uid = 1000, .name = "ann", .groups = ",ann,ops,"};

enum kind { CALL, SYSCALL, FORCED, WRITE, HOLD };

static const struct {
	const char *text;
	enum kind kind;
	const char *name;
	const char *denied; /* a part of the message; NULL: allowed */
} cases[] = {
	{"", CALL, "f", NULL},
	{"# nothing\n\n", CALL, "f", NULL},
	{"off", CALL, "f", "line 1 of /etc/interject/policy.conf: interject is switched off"},
	{"allow", CALL, "f", NULL},
	{"deny", CALL, "f", "f is denied by line 1"},
	{"\n  deny  # all\n", SYSCALL, "close", "close(2) is denied by line 2"},
	{"allow user=bob", CALL, "f", "no line of"},
	{"allow user=bob,ann", CALL, "f", NULL},
	{"allow user=1000", CALL, "f", NULL},
	{"allow user=100", CALL, "f", "no line"},
	{"allow user=@ops", CALL, "f", NULL},
	{"allow user=@op", CALL, "f", "no line"},
	{"allow user=@wheel,@ops", CALL, "f", NULL},
	{"allow user=*", CALL, "f", NULL},
	{"allow program=/usr/bin/*", CALL, "f", NULL},
	{"deny program=/usr/bin/prog\nallow", CALL, "f", "by line 1"},
	{"deny program=/usr/sbin/*\nallow", CALL, "f", NULL},
	{"allow call=malloc_*,fflush", CALL, "malloc_trim", NULL},
	{"allow call=malloc_*,fflush", CALL, "fflush", NULL},
	{"allow call=malloc_*,fflush", CALL, "system",
	 "no line of /etc/interject/policy.conf allows system"},
	{"allow call=*", SYSCALL, "close", "no line"},
	{"allow syscall=close", SYSCALL, "close", NULL},
	{"allow call=* syscall=close", SYSCALL, "close", NULL},
	{"allow call=* syscall=*", WRITE, "", "allows a write to memory"},
	{"allow write", WRITE, "", NULL},
	{"deny write\nallow", WRITE, "", "a write to memory is denied by line 1"},
	{"allow call=* syscall=* write", HOLD, "",
	 "no line of /etc/interject/policy.conf allows holding a process"},
	{"allow hold", HOLD, "", NULL},
	{"allow hold", CALL, "f", "no line"},
	{"deny hold\nallow", HOLD, "", "holding a process is denied by line 1"},
	{"allow call=*", FORCED, "f", "no line of /etc/interject/policy.conf allows --force of f"},
	{"allow call=* force", FORCED, "f", NULL},
	{"deny force\nallow", FORCED, "f", "--force of f is denied by line 1"},
	{"deny force\nallow", CALL, "f", NULL},
	{"allow call=*", CALL, "", NULL},
	{"allow call=f", CALL, "", "allows an address"},
	{"deny user=ann call=f\nallow", CALL, "g", NULL},
	{"allow\ndeny", CALL, "f", NULL},
	{"allowed", CALL, "f", "line 1 of /etc/interject/policy.conf is malformed"},
	{"allow\nbork", CALL, "f", NULL}, /* what decides comes first */
	{"deny user=bob\nbork", CALL, "f", "line 2 of /etc/interject/policy.conf is malformed"},
	{"allow users=ann", CALL, "f", "malformed"},
};

static void first_line_that_fits_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct ij_permit_request request = {
			.user = &ann,
			.program = "/usr/bin/prog",
			.kind = cases[i].kind == SYSCALL ? IJ_PERMIT_SYSCALL
				: cases[i].kind == WRITE ? IJ_PERMIT_WRITE
				: cases[i].kind == HOLD  ? IJ_PERMIT_HOLD
							 : IJ_PERMIT_CALL,
			.name = cases[i].name,
			.force = cases[i].kind == FORCED,
		};
		struct ij_error *err = ij_permit_decide(cases[i].text, &request);

		if (!err != !cases[i].denied)
			fail_msg("%s: %s", cases[i].text, err ? err->msg : "allowed");
		if (err) {
			assert_int_equal(err->code, IJ_ERR_DENIED);
			if (!strstr(err->msg, cases[i].denied))
				fail_msg("%s: %s", cases[i].text, err->msg);
		}
		ij_error_free(err);
	}
}

static void file_is_roots(void **state)
{
	char path[] = "/tmp/ij-permit-XXXXXX", *text = NULL;
	int fd = mkstemp(path);
	struct ij_error *err;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "deny\n", 5), 5);
	assert_int_equal(fchmod(fd, 0644), 0);
	err = ij_permit_load(path, &text);
	if (getuid() == 0) {
		assert_null(err);
		assert_string_equal(text, "deny\n");
		free(text);
		assert_int_equal(fchown(fd, 1000, 1000), 0);
		err = ij_permit_load(path, &text);
		assert_int_equal(fchown(fd, 0, 0), 0);
	}
	assert_int_equal(err->code, IJ_ERR_DENIED);
	ij_error_free(err);
	assert_int_equal(fchmod(fd, 0664), 0);
	err = ij_permit_load(path, &text);
	assert_int_equal(err->code, IJ_ERR_DENIED);
	ij_error_free(err);
	assert_int_equal(unlink(path), 0);
	close(fd);
	assert_null(ij_permit_load(path, &text));
	assert_null(text);
}

static void knows_who_asks(void **state)
{
	struct ij_permit_user user;

	(void)state;
	unsetenv("SUDO_UID");
	ij_permit_user(&user);
	assert_int_equal(user.uid, getuid());
	if (getuid())
		return;
	assert_string_equal(user.name, "root");
	assert_string_equal(user.groups, ",");
	ij_permit_groups(&user);
	assert_non_null(strstr(user.groups, ",root,"));
	setenv("SUDO_UID", "1", 1);
	ij_permit_user(&user);
	assert_int_equal(user.uid, 1);
	assert_string_equal(user.name, "daemon");
	setenv("SUDO_UID", "1x", 1);
	ij_permit_user(&user);
	assert_int_equal(user.uid, 0);
	unsetenv("SUDO_UID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_line_that_fits_decides),
		cmocka_unit_test(file_is_roots),
		cmocka_unit_test(knows_who_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
