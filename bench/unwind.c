/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * unwind [-n ROUNDS]: how long it takes to compile the maps of libc when no cache has them, and to
 * unwind a stack of 25 frames in another process by such maps; against libdw, which elfutils and
 * perf unwind with, on the same stack in the same run. Run by hand from a release build:
 *
 *     cmake --preset release && cmake --build --preset release && build/release/bench/unwind
 *
 * Both unwinders are warm: tables are loaded, and the stack was unwound once before. The memory of
 * the process is read through /proc/PID/mem by us, as the tracer does, anew for each stack.
 * Without libdw-dev at build time there is no second row.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef IJ_HAVE_LIBDW
#include <elfutils/libdwfl.h>
#endif

#include "base/clock.h"
#include "maps/compile.h"
#include "maps/unwind.h"
#include "obj/modules.h"

enum { ROUNDS_MAX = 10000, MODULES_MAX = 64, DEPTH = 25 };

static long rounds = 1000;
static uint64_t times[ROUNDS_MAX];

static void check(struct ij_error *err)
{
	if (!err)
		return;
	fprintf(stderr, "unwind: %s\n", err->msg);
	exit(1);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Median and 99th percentile of the first @len times, in microseconds. */
static double report(const char *what, long len, unsigned frames)
{
	double median;

	qsort(times, (size_t)len, sizeof(times[0]), by_size);
	median = (double)times[len / 2] / 1000;
	printf("| %-28s | %6u | %9.1f | %9.1f |\n", what, frames, median,
	       (double)times[len * 99 / 100] / 1000);
	return median;
}

/* The process that is unwound: this one's fork, so that its modules are ours. */

static volatile int depth_wanted;

static __attribute__((noinline)) int deep(int depth)
{
	volatile int kept = depth;

	if (depth >= depth_wanted)
		raise(SIGSTOP);
	else
		kept += deep(depth + 1);
	return kept;
}

static pid_t child_start(int depth)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		depth_wanted = depth;
		_exit(deep(1));
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_CONT, pid, NULL, NULL);
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		exit(1);
	return pid;
}

/* Ours. */

struct space {
	struct ij_mem_fd mem;
	struct ij_vmas vmas;
	struct ij_modules *mods;
	struct ij_unwind_module modules[MODULES_MAX];
	struct ij_unwind_space space;
};

static struct ij_error *open_module(struct ij_opener *self, const struct ij_vma *vma, int *fd_ret)
{
	(void)self;
	*fd_ret = open(vma->path, O_RDONLY | O_CLOEXEC);
	return *fd_ret < 0 ? ij_error_new(NOTFOUND, "no %s", vma->path) : NULL;
}

static struct ij_error *open_debug(struct ij_opener *self, const char *path, int *fd_ret)
{
	(void)self;
	(void)fd_ret;
	return ij_error_new(NOTFOUND, "no %s", path);
}

static struct ij_opener opener = {.module = open_module, .debug = open_debug};

static int by_address(const void *a, const void *b)
{
	const struct ij_unwind_module *x = a, *y = b;

	return (x->lo > y->lo) - (x->lo < y->lo);
}

static void compile(const struct ij_module *mod, void **bytes, size_t *size)
{
	const char *soname = ij_object_soname(mod->obj);

	check(ij_map_compile(mod->obj, soname ? soname : mod->name, bytes, size));
}

static void space_make(pid_t pid, struct space *ret)
{
	char path[64];
	struct ij_module *const *list;
	size_t len, size;
	void *bytes;
	int maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = open(path, O_RDONLY | O_CLOEXEC);
	check(ij_vmas_read(maps, &ret->vmas));
	close(maps);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	ij_mem_fd_init(&ret->mem, open(path, O_RDONLY | O_CLOEXEC));
	check(ij_modules_create(&ret->vmas, &ret->mem.mem, &opener, &ret->mods));
	list = ij_modules_list(ret->mods, &len);
	for (size_t i = 0; i < len && ret->space.modules_len < MODULES_MAX; i++) {
		struct ij_unwind_module *mod = &ret->modules[ret->space.modules_len];

		if (!list[i]->obj)
			continue;
		compile(list[i], &bytes, &size);
		check(ij_map_open(bytes, size, &mod->map));
		mod->base = ij_object_base(list[i]->obj) + list[i]->bias;
		mod->lo = list[i]->lo;
		mod->hi = list[i]->hi;
		ret->space.modules_len++;
	}
	qsort(ret->modules, ret->space.modules_len, sizeof(ret->modules[0]), by_address);
	ret->space.modules = ret->modules;
}

static bool count(void *ctx, const struct ij_unwind_frame *frame)
{
	(void)frame;
	++*(unsigned *)ctx;
	return true;
}

static void regs_of(pid_t pid, struct ij_unwind_regs *ret)
{
	struct user_regs_struct u;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &u))
		exit(1);
	*ret = (struct ij_unwind_regs){
		.value = {u.rax, u.rdx, u.rcx, u.rbx, u.rsi, u.rdi, u.rbp, u.rsp, u.r8, u.r9, u.r10,
			  u.r11, u.r12, u.r13, u.r14, u.r15, u.rip},
		.known = (1u << IJ_MAP_REGS) - 1,
	};
}

static unsigned ours(struct space *space, const struct ij_unwind_regs *regs)
{
	struct ij_mem_cache cache;
	enum ij_unwind_end end;
	unsigned frames = 0;
	ij_addr end_pc;

	ij_mem_cache_init(&cache, &space->mem.mem);
	end = ij_unwind(&space->space, &cache.mem, regs, count, &frames, &end_pc);
	if (end != IJ_UNWIND_ROOT)
		fprintf(stderr, "unwind: after %u frames: %s\n", frames, ij_unwind_end_text(end));
	return frames;
}

/* libdw's. */

#ifdef IJ_HAVE_LIBDW
static int count_frame(Dwfl_Frame *frame, void *ctx)
{
	Dwarf_Addr pc;
	bool activation;

	++*(unsigned *)ctx;
	return dwfl_frame_pc(frame, &pc, &activation) ? DWARF_CB_OK : DWARF_CB_ABORT;
}

static double theirs(pid_t pid)
{
	static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
						 .find_debuginfo = dwfl_standard_find_debuginfo};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	unsigned frames = 0;

	if (!dwfl || dwfl_linux_proc_report(dwfl, pid) || dwfl_report_end(dwfl, NULL, NULL) ||
	    dwfl_linux_proc_attach(dwfl, pid, true))
		return 0;
	dwfl_getthread_frames(dwfl, pid, count_frame, &frames);
	for (long i = 0; i < rounds; i++) {
		uint64_t start = ij_now_ns();

		frames = 0;
		dwfl_getthread_frames(dwfl, pid, count_frame, &frames);
		times[i] = ij_now_ns() - start;
	}
	dwfl_end(dwfl);
	return report("libdw", rounds, frames);
}
#else
static double theirs(pid_t pid)
{
	(void)pid;
	return 0;
}
#endif

static void bench_compile(const struct space *space)
{
	size_t len, size = 0;
	struct ij_module *const *list = ij_modules_list(space->mods, &len);
	long done = rounds < 50 ? rounds : 50;

	for (size_t i = 0; i < len; i++) {
		if (strncmp(list[i]->name, "libc.so", 7) != 0)
			continue;
		for (long k = 0; k < done; k++) {
			uint64_t start = ij_now_ns();
			struct ij_object *obj;
			void *bytes;

			check(ij_object_open_fd(list[i]->fd, list[i]->name, &obj));
			check(ij_map_compile(obj, ij_object_soname(obj), &bytes, &size));
			times[k] = ij_now_ns() - start;
			free(bytes);
			ij_object_close(obj);
		}
		report("compile libc, no cache", done, 0);
		printf("\nIts container has %zu KiB.\n", size / 1024);
	}
}

int main(int argc, char **argv)
{
	struct space space = {.space = {.modules_len = 0}};
	struct ij_unwind_regs regs;
	unsigned frames = 0;
	double our_us, their_us;
	pid_t pid;
	int opt;

	while ((opt = getopt(argc, argv, "n:")) != -1)
		rounds = opt == 'n' ? atol(optarg) : 0;
	if (rounds < 1 || rounds > ROUNDS_MAX) {
		fprintf(stderr, "usage: unwind [-n ROUNDS]\n");
		return 2;
	}
	/* main, its three callers and pause are frames, too. */
	pid = child_start(DEPTH - 6);
	space_make(pid, &space);
	regs_of(pid, &regs);
	ours(&space, &regs);
	printf("| %-28s | frames | median us | 99th pct. |\n|---|---|---|---|\n", "");
	for (long i = 0; i < rounds; i++) {
		uint64_t start = ij_now_ns();

		frames = ours(&space, &regs);
		times[i] = ij_now_ns() - start;
	}
	our_us = report("interject", rounds, frames);
	their_us = theirs(pid);
	bench_compile(&space);
	if (their_us > 0)
		printf("Unwinding takes %.2f times as long as by libdw.\n", our_us / their_us);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ij_modules_destroy(space.mods);
	ij_vmas_deinit(&space.vmas);
	return 0;
}
