/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls are refused, and what is said of others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "session/sysrules.h"

static const char maps[] = "10000-20000 rw-p 00000000 00:00 0 \n"
			   "20000-30000 r-xp 00000000 08:01 5 /bin/x\n"
			   "7ffff0000000-7ffff0100000 rw-p 00000000 00:00 0 [stack]\n";

/* What becomes of a system call: made; refused unless forced; refused. */
enum fate { MADE, FORCIBLE, REFUSED };

static const struct {
	const char *expr;
	enum fate fate;
	const char *part; /* of the reason, or of the note */
} rows[] = {
	{"getpid()", MADE, NULL},
	{"close(5)", MADE, NULL},
	{"exit(0)", FORCIBLE, "end the thread"},
	{"exit_group(0)", FORCIBLE, "end the target"},
	{"execve(\"/bin/true\", 0, 0)", FORCIBLE, "replace the target's program"},
	{"ptrace(0, 0)", FORCIBLE, "who traces whom"},
	{"seccomp(1, 0, 0)", FORCIBLE, "a filter stays"},
	{"prctl(PR_SET_SECCOMP, 2)", FORCIBLE, "a filter stays"},
	{"prctl(PR_SET_DUMPABLE, 1)", MADE, NULL},
	{"fork()", REFUSED, "come back in our code"},
	{"vfork()", REFUSED, "come back in our code"},
	{"clone(17, 0, 0)", REFUSED, "come back in our code"},
	{"clone3(0, 0)", REFUSED, "come back in our code"},
	{"rt_sigreturn()", REFUSED, "whatever lies on its stack"},
	{"restart_syscall()", REFUSED, "by itself"},
	{"munmap(0x10000, 4096)", MADE, NULL},
	{"munmap(0x10000, 0x10001)", FORCIBLE, "code of the program"},
	{"munmap(0x2f000, 4096)", FORCIBLE, "code of the program"},
	{"munmap(0, -1)", FORCIBLE, "code of the program"},
	{"munmap(0x7ffff0000000, 4096)", FORCIBLE, "the program's stack"},
	{"mprotect(0x20000, 4096, PROT_READ)", FORCIBLE, "code of the program"},
	{"mprotect(0x20000, 4096, PROT_READ|PROT_EXEC)", MADE, NULL},
	{"mmap(0x20000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS)", MADE, NULL},
	{"mmap(0x20000, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED)", FORCIBLE,
	 "code of the program"},
	{"mprotect(0x7ffff0000000, 4096, PROT_READ|PROT_EXEC)", FORCIBLE, "the program's stack"},
	{"mprotect(0x7ffff0000000, 4096, PROT_READ|PROT_WRITE)", MADE, NULL},
	{"mremap(0x10000, 4096, 4096, 3, 0x20000)", FORCIBLE, "code of the program"},
	{"mremap(0x10000, 4096, 4096, 1, 0x20000)", MADE, NULL},
	{"mremap(0x20000, 4096, 8192)", FORCIBLE, "code of the program"},
	{"madvise(0x7ffff0000000, 4096, MADV_DONTNEED)", FORCIBLE, "the program's stack"},
	{"madvise(0x7ffff0000000, 4096, 102)", FORCIBLE, "the program's stack"},
	{"madvise(0x7ffff0000000, 4096, MADV_WILLNEED)", MADE, NULL},
	{"madvise(0x10000, 4096, MADV_DONTNEED)", MADE, NULL},
	{"shmat(1, 0x10000, 0x4000)", FORCIBLE, "may replace"},
	{"shmat(1, 0x10000, 0)", MADE, NULL},
	{"munmap((char[16])0, 0x30000)", MADE, NULL},
	{"kexec_file_load(3, 4, 0, 0, 0)", FORCIBLE, "replace the kernel"},
	{"rt_sigprocmask(0, [2])", MADE, "is undone"},
	{"arch_prctl(0x1002, 0)", MADE, "is undone"},
	{"set_tid_address(0)", MADE, "this thread alone, and stays"},
	{"brk(0)", MADE, "the allocator does not know"},
	{"setuid(0)", MADE, "this thread alone"},
};

static void expect(const struct ij_syscall *call, const struct ij_vmas *vmas, bool force,
		   bool refused, const char *part)
{
	struct ij_error *err = ij_sysrules_check(call, vmas, force);

	if (!err != !refused)
		fail_msg("%s: %s", call->text, err ? err->msg : "made");
	if (err && (err->code != IJ_ERR_DENIED || !strstr(err->msg, part)))
		fail_msg("%s: %s", call->text, err->msg);
	ij_error_free(err);
}

static void test_rules(void **state)
{
	struct ij_prototypes *protos;
	struct ij_vmas vmas;

	(void)state;
	assert_null(ij_prototypes_create(&protos));
	assert_null(ij_vmas_parse(maps, sizeof(maps) - 1, &vmas));
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		char *word = (char *)(uintptr_t)rows[i].expr;
		struct ij_error *err;
		struct ij_syscall call;
		const char *note;

		err = ij_syscall_parse(protos, &word, 1, &call);
		if (err)
			fail_msg("%s", err->msg);
		expect(&call, &vmas, false, rows[i].fate != MADE, rows[i].part);
		expect(&call, &vmas, true, rows[i].fate == REFUSED, rows[i].part);
		note = ij_sysrules_note(&call);
		if (rows[i].fate == MADE &&
		    (!note != !rows[i].part || (note && !strstr(note, rows[i].part))))
			fail_msg("%s: %s", call.text, note);
		ij_syscall_deinit(&call);
	}
	ij_vmas_deinit(&vmas);
	ij_prototypes_destroy(protos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rules)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
