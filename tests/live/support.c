/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small things that live tests need of the machine: ports, directories, programs, numbers. */
#include "harness.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir_path[64];

long harness_env(const char *name, long fallback)
{
	const char *text = getenv(name);
	return text && *text ? strtol(text, NULL, 10) : fallback;
}

const char *harness_find(const char *name)
{
	/* The system's own first: a version manager's shim is a script, not the program. */
	static const char *const dirs[] = {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/bin",
					   "/sbin"};
	static char path[256];
	for (unsigned i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (access(path, X_OK) == 0)
			return path;
	}
	return NULL;
}

int harness_free_port(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int failed = bind(fd, (struct sockaddr *)&addr, size) ||
		     getsockname(fd, (struct sockaddr *)&addr, &size);
	close(fd);
	assert_int_equal(failed, 0);
	return ntohs(addr.sin_port);
}

static __attribute__((noinline)) void be_hit(void)
{
	__asm__ volatile("");
}

const char *harness_no_breakpoints(void)
{
	static char why[96];
	struct perf_event_attr attr = {.type = PERF_TYPE_BREAKPOINT,
				       .size = sizeof(attr),
				       .bp_type = HW_BREAKPOINT_X,
				       .bp_addr = (uintptr_t)be_hit,
				       .bp_len = sizeof(long),
				       .exclude_kernel = 1,
				       .exclude_hv = 1};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	uint64_t hits = 0;
	if (fd < 0) {
		snprintf(why, sizeof(why), "perf_event_open sets no breakpoint: %s",
			 strerror(errno));
		return why;
	}
	be_hit();
	/* Stopped before it is read: while it runs, the count is that of the last switch. */
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	if (read(fd, &hits, sizeof(hits)) != (ssize_t)sizeof(hits))
		hits = 0;
	close(fd);
	return hits ? NULL : "breakpoints can be set on this machine, and are never hit";
}

void harness_need_breakpoints(void)
{
	const char *why = harness_no_breakpoints();
	if (why) {
		print_message("%s\n", why);
		skip();
	}
}

void harness_exit_without_breakpoints(void)
{
	const char *why = harness_no_breakpoints();

	if (!why)
		return;
	printf("%s\n", why);
	exit(77);
}

bool harness_has_int80(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
#ifdef __x86_64__
		long result = 20; /* getpid(2) of the i386 table */
		signal(SIGSEGV, SIG_DFL);
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
#endif
		_exit(0);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status);
}

const char *harness_dir(void)
{
	if (!dir_path[0]) {
		snprintf(dir_path, sizeof(dir_path), "/tmp/ij-test-XXXXXX");
		assert_non_null(mkdtemp(dir_path));
	}
	return dir_path;
}

const char *harness_script(const char *text)
{
	static char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/s.ij", harness_dir());
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	return path;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void harness_dir_remove(void)
{
	if (dir_path[0])
		nftw(dir_path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	dir_path[0] = '\0';
}
