/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Policy files: where they are looked for, in which order, and whose are believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "maps/policy.h"

struct world {
	char base[64]; /* stands for $HOME */
	char folder[128];
};

static const struct ij_policy_module module = {.soname = "test"};

static void put(const char *folder, const char *name, const char *text, mode_t mode, char *path)
{
	FILE *file;

	sprintf(path, "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static ij_classes ask(const char *const *files, size_t len, const char *name)
{
	struct ij_policy *policy;
	struct ij_error *err = ij_policy_load(files, len, &policy);
	ij_classes classes;

	if (!err)
		err = ij_policy_prepare(policy);
	if (err)
		fail_msg("%s", err->msg);
	classes = ij_policy_of_function(policy, &module, name);
	ij_policy_destroy(policy);
	return classes;
}

static void refused(const char *const *files, size_t len, const char *part)
{
	struct ij_policy *policy;
	struct ij_error *err = ij_policy_load(files, len, &policy);

	assert_non_null(err);
	if (!strstr(err->msg, part))
		fail_msg("%s", err->msg);
	assert_int_equal(ij_error_exit_status(err->code), 1);
	ij_error_free(err);
}

static void test_places(void **state)
{
	struct world *world = *state;
	char path[400], other[400], xdg[128];
	const char *const files[] = {path, other};

	assert_int_equal(ask(NULL, 0, "malloc"), IJ_CLASS(ALLOCATOR));
	assert_int_equal(ask(NULL, 0, "own"), 0);
	put(world->folder, "b.policy", "[stdio] why\nfunction own\n", 0644, path);
	put(world->folder, "a.policy", "[other] why\nfunction own\n", 0600, path);
	put(world->folder, ".c.policy", "[wrong", 0644, path);
	put(world->folder, "d.policy~", "[wrong", 0644, path);
	put(world->folder, ".policy", "[wrong", 0644, path);
	assert_int_equal(ask(NULL, 0, "own"), IJ_CLASS(STDIO) | IJ_CLASS(OTHER));
	/* Named ones, from anywhere and of any name. */
	put(world->base, "x", "[time] why\nfunction own\n", 0644, path);
	put(world->base, "y", "[time] no\nallow own in test\n[crypto] why\nfunction own\n", 0644,
	    other);
	assert_int_equal(ask(files, 1, "own"), IJ_CLASS(STDIO) | IJ_CLASS(OTHER) | IJ_CLASS(TIME));
	assert_int_equal(ask(files, 2, "own"),
			 IJ_CLASS(STDIO) | IJ_CLASS(OTHER) | IJ_CLASS(CRYPTO));
	/* $XDG_CONFIG_HOME takes the place of ~/.config, unless it is relative. */
	snprintf(xdg, sizeof(xdg), "%s/elsewhere", world->base);
	setenv("XDG_CONFIG_HOME", xdg, 1);
	assert_int_equal(ask(NULL, 0, "own"), 0);
	setenv("XDG_CONFIG_HOME", "elsewhere", 1);
	assert_int_equal(ask(NULL, 0, "own"), IJ_CLASS(STDIO) | IJ_CLASS(OTHER));
	unsetenv("HOME");
	assert_int_equal(ask(NULL, 0, "own"), 0);
}

static void test_trust(void **state)
{
	static const mode_t modes[] = {0646, 0664, 0622, 0666};
	struct world *world = *state;
	char path[400];
	const char *const files[] = {path};

	for (size_t i = 0; i < IJ_COUNT(modes); i++) {
		put(world->base, "x", "[none] why\n", modes[i], path);
		refused(files, 1, "can be written by others");
	}
	put(world->base, "x", "[none] why\n", 0644, path);
	assert_int_equal(ask(files, 1, "own"), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(path, 4242, 0), 0);
		refused(files, 1, "belongs to user 4242");
		setenv("SUDO_UID", "4243", 1);
		refused(files, 1, "belongs to user 4242");
		setenv("SUDO_UID", "4242x", 1);
		refused(files, 1, "belongs to user 4242");
		setenv("SUDO_UID", "4242", 1);
		assert_int_equal(ask(files, 1, "own"), 0);
		unsetenv("SUDO_UID");
	}
	assert_int_equal(chmod(world->folder, 0775), 0);
	refused(NULL, 0, "policy.d can be written by others");
	assert_int_equal(chmod(world->folder, 0755), 0);
}

static void test_unreadable(void **state)
{
	struct world *world = *state;
	char path[400];
	const char *const files[] = {path};
	FILE *file;

	strcpy(path, world->base);
	refused(files, 1, "no regular file");
	strcat(path, "/none");
	refused(files, 1, "cannot open the policy file");
	assert_int_equal(mkfifo(path, 0600), 0);
	refused(files, 1, "no regular file");
	put(world->base, "large", "[none] why\n", 0600, path);
	file = fopen(path, "a");
	for (int i = 0; i < (1 << 20); i++)
		fputc('#', file);
	fclose(file);
	refused(files, 1, "over 1048576 bytes");
	put(world->folder, "bad.policy", "[none] why\nfunction\n", 0644, path);
	refused(NULL, 0, "bad.policy:2:1: \"function\" wants a name");
}

static int setup(void **state)
{
	static struct world world;

	strcpy(world.base, "/tmp/interject-policy-XXXXXX");
	assert_non_null(mkdtemp(world.base));
	setenv("HOME", world.base, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("SUDO_UID");
	snprintf(world.folder, sizeof(world.folder), "%s/.config", world.base);
	assert_int_equal(mkdir(world.folder, 0755), 0);
	strcat(world.folder, "/interject");
	assert_int_equal(mkdir(world.folder, 0755), 0);
	strcat(world.folder, "/policy.d");
	assert_int_equal(mkdir(world.folder, 0755), 0);
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", world->base);
	return system(command);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_places),
		TEST(test_trust),
		TEST(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
