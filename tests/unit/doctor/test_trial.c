/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Experiments: how each way to end is told, and that no process is left. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "doctor/doctor.h"
#include "doctor/experiments.h"

static void works(struct ij_trial *trial)
{
	ij_trial_works(trial);
}

static void fails(struct ij_trial *trial)
{
	ij_trial_fails(trial, EPERM, "%s", "not let");
}

static void fails_by_error(struct ij_trial *trial)
{
	ij_trial_fails_by(trial, ij_error_os(OS, EIO, "read of %d", 5));
}

static void is_killed(struct ij_trial *trial)
{
	ij_trial_works(trial);
	raise(SIGKILL);
}

static void says_nothing(struct ij_trial *trial)
{
	(void)trial;
}

/* A child that was not let go ends with us, asleep though it is. */
static void leaves_a_child(struct ij_trial *trial)
{
	struct ij_subject subject;

	if (ij_subject_start(&subject, NULL, NULL, trial) && ij_subject_stop(&subject, trial))
		ij_trial_works(trial);
}

static void dies_early(void)
{
	_exit(1);
}

static void cannot_start(struct ij_trial *trial)
{
	struct ij_subject subject;

	if (ij_subject_start(&subject, dies_early, NULL, trial))
		ij_trial_works(trial);
}

static void test_ends(void **state)
{
	static const struct {
		ij_trial_fn fn;
		enum ij_trial_end end;
		int os, signo;
		const char *text;
	} rows[] = {
		{works, IJ_TRIAL_WORKS, 0, 0, ""},
		{fails, IJ_TRIAL_FAILS, EPERM, 0, "not let"},
		{fails_by_error, IJ_TRIAL_FAILS, EIO, 0, "read of 5"},
		{is_killed, IJ_TRIAL_KILLED, 0, SIGKILL, ""},
		{says_nothing, IJ_TRIAL_UNKNOWN, 0, 0, ""},
		{leaves_a_child, IJ_TRIAL_WORKS, 0, 0, ""},
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_trial trial;

		ij_trial_run(rows[i].fn, &trial);
		print_message("%zu: %d %s\n", i, trial.end, trial.text);
		assert_int_equal(trial.end, rows[i].end);
		assert_int_equal(trial.os, rows[i].os);
		assert_int_equal(trial.signo, rows[i].signo);
		assert_string_equal(trial.text, rows[i].text);
	}
	/* Orphans come to us: they have ended, or are about to. */
	while (waitpid(-1, NULL, 0) > 0)
		;
	assert_int_equal(errno, ECHILD);
}

static void test_cannot_start(void **state)
{
	struct ij_trial trial;

	(void)state;
	ij_trial_run(cannot_start, &trial);
	assert_int_equal(trial.end, IJ_TRIAL_UNKNOWN);
	assert_non_null(strstr(trial.text, "no process"));
}

/* Each real one comes to an end, and does not end itself. */
static void test_real(void **state)
{
	static const ij_trial_fn all[] = {
		ij_try_ptrace,  ij_try_syscall_stops, ij_try_memory,  ij_try_code,
		ij_try_filters, ij_try_map_files,     ij_try_rseq,    ij_try_suspend,
		ij_try_pidfd,   ij_try_process_vm,    ij_try_blocked, ij_try_memfd,
		ij_try_openat2,
	};

	(void)state;
	for (size_t i = 0; i < IJ_COUNT(all); i++) {
		struct ij_trial trial;

		ij_trial_run(all[i], &trial);
		print_message("%zu: %d %s\n", i, trial.end, trial.text);
		assert_true(trial.end == IJ_TRIAL_WORKS || trial.end == IJ_TRIAL_FAILS);
		assert_int_equal(trial.end == IJ_TRIAL_FAILS, trial.text[0] != 0);
	}
}

/* Whatever the machine has, each thing is looked at once, and what fails has its cost. */
static void test_kernel(void **state)
{
	static struct ij_diagnosis d;

	(void)state;
	assert_null(ij_access_read("/proc", 0, &d.access));
	ij_doctor_kernel(&d);
	ij_doctor_cpu(&d);
	assert_true(d.len >= 16);
	for (size_t i = 0; i < d.len; i++) {
		const struct ij_wire_finding *a = &d.findings[i];

		print_message("%s: %s\n", a->name, a->found);
		assert_true(a->found[0]);
		assert_int_equal(a->health != IJ_WIRE_HEALTH_OK, a->cost[0] != 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(a->name, d.findings[k].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_cannot_start),
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_kernel),
	};

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
