/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Giving up privileges: nothing gives them back, and the cache still works. Each case in a child.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/privileges.h"

/* What is wrong after the drop; NULL if nothing is. */
static const char *look(uid_t uid, gid_t gid)
{
	uid_t r, e, s;
	gid_t groups[4];
	char path[64];
	const char *cache;
	int fd;

	if (getresuid(&r, &e, &s) || r != uid || e != uid || s != uid)
		return "user id";
	if (getresgid(&r, &e, &s) || r != gid || e != gid || s != gid)
		return "group id";
	if (getgroups(4, groups) != 0)
		return "supplementary groups";
	if (!setuid(0) || errno != EPERM)
		return "root can be had back";
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return "no_new_privs";
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return "dumpable";
	cache = getenv("XDG_CACHE_HOME");
	if (!cache)
		return "no cache directory";
	snprintf(path, sizeof(path), "%s/.test-%d", cache, getpid());
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 || unlink(path))
		return "cache directory";
	return NULL;
}

/* Drop in a child with SUDO_UID and SUDO_GID as given; the child's exit status is the verdict. */
static void drop_as(const char *uid_text, const char *gid_text, uid_t uid, gid_t gid)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		struct ij_error *err;
		const char *wrong;

		if (uid_text)
			setenv("SUDO_UID", uid_text, 1);
		else
			unsetenv("SUDO_UID");
		if (gid_text)
			setenv("SUDO_GID", gid_text, 1);
		else
			unsetenv("SUDO_GID");
		err = ij_privileges_drop();
		wrong = err ? ij_error_message(err) : look(uid, gid);
		if (wrong)
			fprintf(stderr, "SUDO_UID=%s: wrong: %s\n", uid_text, wrong);
		_exit(wrong != NULL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void test_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	drop_as(NULL, NULL, 65534, 65534);
	drop_as("4711", "4712", 4711, 4712);
	drop_as("0", "0", 65534, 65534);
	drop_as("-1", "x", 65534, 65534);
	drop_as("4294967295", "4294967296", 65534, 65534);
	drop_as("4711 ", "", 65534, 65534);
}

/* Without privileges nothing changes: the user's own cache, and debuggers, still work. */
static void test_user(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct ij_error *err;

		if (geteuid() == 0 && (setgroups(0, NULL) || setresgid(4712, 4712, 4712) ||
				       setresuid(4711, 4711, 4711)))
			_exit(2);
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
		err = ij_privileges_drop();
		_exit(err || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 1 ||
		      prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
