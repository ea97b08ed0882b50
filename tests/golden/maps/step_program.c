/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Unwinds at every single instruction of a program, from its first to its last, with the maps that
 * its modules compile to.
 *
 * usage: step_program PERMILLE PROGRAM [late]    at most so many stacks in a thousand may be
 * incomplete
 *
 * With "late" it begins where the program stops itself, rather than at its first instruction.
 *
 * A stack must not only end at a root: where the program counts the nesting of its functions, as
 * many frames must be found.
 */
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

#include "maps/compile.h"
#include "maps/unwind.h"
#include "obj/modules.h"

#define MODULES_MAX 64
#define PLACES_MAX  200
#define STEPS_MAX   1000000

struct place {
	char name[80];
	enum ij_unwind_end end;
	unsigned long count;
};

struct stepper {
	pid_t pid;
	struct ij_mem_fd mem;
	int mem_fd;
	struct ij_opener opener;
	struct ij_vmas vmas;
	struct ij_modules *mods;
	struct ij_unwind_module modules[MODULES_MAX];
	void *containers[MODULES_MAX];
	struct ij_unwind_space space;
	ij_addr depth_addr; /* of work_depth; 0: not known */
	unsigned long steps, complete, miscounted, frames;
	struct place places[PLACES_MAX];
	size_t places_len;
};

static void must(struct ij_error *err)
{
	if (!err)
		return;
	printf("%s\n", err->msg);
	exit(1);
}

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

static void modules_unload(struct stepper *stepper)
{
	for (size_t i = 0; i < stepper->space.modules_len; i++)
		free(stepper->containers[i]);
	ij_modules_destroy(stepper->mods);
	ij_vmas_deinit(&stepper->vmas);
	stepper->space.modules_len = 0;
	stepper->mods = NULL;
}

static void module_add(struct stepper *stepper, const struct ij_module *module)
{
	size_t at = stepper->space.modules_len, size;
	struct ij_symbol sym;

	if (!module->obj || at == MODULES_MAX)
		return;
	must(ij_map_compile(module->obj, module->name, &stepper->containers[at], &size));
	stepper->modules[at] = (struct ij_unwind_module){
		.base = module->bias + ij_object_base(module->obj),
		.lo = module->lo,
		.hi = module->hi,
	};
	must(ij_map_open(stepper->containers[at], size, &stepper->modules[at].map));
	stepper->space.modules_len++;
	if (module->main) {
		struct ij_error *err = ij_object_symbol(module->obj, "work_depth", &sym);

		stepper->depth_addr = err ? 0 : module->bias + sym.value;
		ij_error_free(err);
	}
}

static int by_address(const void *left, const void *right)
{
	const struct ij_module *const *a = left, *const *b = right;

	return (*a)->lo < (*b)->lo ? -1 : 1;
}

/* The modules as they are now; anew whenever code is met that is in none. */
static void modules_load(struct stepper *stepper)
{
	struct ij_module *sorted[MODULES_MAX];
	struct ij_module *const *list;
	char path[64];
	size_t len;
	int fd;

	modules_unload(stepper);
	snprintf(path, sizeof(path), "/proc/%d/maps", stepper->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	must(ij_vmas_read(fd, &stepper->vmas));
	close(fd);
	must(ij_modules_create(&stepper->vmas, &stepper->mem.mem, &stepper->opener,
			       &stepper->mods));
	list = ij_modules_list(stepper->mods, &len);
	if (len > MODULES_MAX)
		len = MODULES_MAX;
	memcpy(sorted, list, len * sizeof(*sorted));
	qsort(sorted, len, sizeof(*sorted), by_address);
	for (size_t i = 0; i < len; i++)
		module_add(stepper, sorted[i]);
	stepper->space.modules = stepper->modules;
}

/* How many frames stand in functions that count, by their names. */
struct seen {
	struct stepper *stepper;
	long counted;

	unsigned long frames;
};

static bool visit(void *ctx, const struct ij_unwind_frame *frame)
{
	struct seen *seen = ctx;
	struct ij_module *module = ij_modules_find(seen->stepper->mods, frame->pc);
	struct ij_symbol sym;
	struct ij_error *err;

	seen->frames++;
	if (!module || !module->main || !module->obj || !seen->stepper->depth_addr)
		return true;
	err = ij_object_symbol_at(module->obj, frame->pc - !frame->exact - module->bias, &sym);
	if (!err)
		seen->counted += !strncmp(sym.name, "work_", 5) || !strcmp(sym.name, "main");
	ij_error_free(err);
	return true;
}

static void place_note(struct stepper *stepper, enum ij_unwind_end end, ij_addr pc)
{
	struct ij_module *module = ij_modules_find(stepper->mods, pc);
	struct ij_error *err = NULL;
	struct ij_symbol sym;
	char name[80] = "outside";

	if (module && module->obj) {
		err = ij_object_symbol_at(module->obj, pc - module->bias, &sym);
		if (err)
			snprintf(name, sizeof(name), "%.30s %#llx", module->name,
				 (unsigned long long)(pc - module->bias) & ~63ull);
		else
			snprintf(name, sizeof(name), "%.30s %.40s", module->name, sym.name);
		ij_error_free(err);
	}
	for (size_t i = 0; i < stepper->places_len; i++)
		if (stepper->places[i].end == end && !strcmp(stepper->places[i].name, name)) {
			stepper->places[i].count++;
			return;
		}
	if (stepper->places_len == PLACES_MAX)
		return;
	stepper->places[stepper->places_len] = (struct place){.end = end, .count = 1};
	memcpy(stepper->places[stepper->places_len++].name, name, sizeof(name));
}

/* The hooks run a little after a function is entered, and a little before it is left. */
static void depth_check(struct stepper *stepper, const struct seen *seen)
{
	int32_t depth;
	struct ij_error *err = NULL;

	if (!stepper->depth_addr)
		return;
	err = ij_mem_read(&stepper->mem.mem, stepper->depth_addr, &depth, sizeof(depth));
	if (!err && (seen->counted < depth - 1 || seen->counted > depth + 1))
		stepper->miscounted++;
	ij_error_free(err);
}

static void step(struct stepper *stepper, pid_t tid)
{
	struct user_regs_struct user;
	struct seen seen = {.stepper = stepper};
	struct ij_unwind_regs regs = {.known = (1u << IJ_MAP_REGS) - 1};
	enum ij_unwind_end end;
	ij_addr end_pc;

	if (ptrace(PTRACE_GETREGS, tid, NULL, &user))
		return;
	memcpy(regs.value,
	       (const uint64_t[]){user.rax, user.rdx, user.rcx, user.rbx, user.rsi, user.rdi,
				  user.rbp, user.rsp, user.r8, user.r9, user.r10, user.r11,
				  user.r12, user.r13, user.r14, user.r15, user.rip},
	       sizeof(regs.value));
	if (!stepper->mods || !ij_modules_find(stepper->mods, user.rip))
		modules_load(stepper);
	end = ij_unwind(&stepper->space, &stepper->mem.mem, &regs, visit, &seen, &end_pc);
	stepper->steps++;
	stepper->frames += seen.frames;
	stepper->complete += end == IJ_UNWIND_ROOT;
	if (end != IJ_UNWIND_ROOT)
		place_note(stepper, end, end_pc);
	else if (tid == stepper->pid)
		depth_check(stepper, &seen);
}

/* Step every thread until the program is gone. Returns its exit status, or -1. */
static int run(struct stepper *stepper)
{
	int status, exited = -1;
	pid_t tid;

	while (stepper->steps < STEPS_MAX && (tid = waitpid(-1, &status, __WALL)) > 0) {
		int signo;

		if (!WIFSTOPPED(status)) {
			if (tid == stepper->pid)
				exited = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
			continue;
		}
		signo = WSTOPSIG(status);
		if (signo == SIGTRAP || signo == SIGSTOP)
			signo = 0;
		step(stepper, tid);
		ptrace(PTRACE_SINGLESTEP, tid, NULL, (void *)(intptr_t)signo);
	}
	return exited;
}

/* @late: go on until it stops itself. */
static pid_t start(const char *program, bool late)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		execl(program, program, (char *)NULL);
		_exit(77);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return -1;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE);
	if (late && (ptrace(PTRACE_CONT, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
		     !WIFSTOPPED(status)))
		return -1;
	return pid;
}

static void report(const struct stepper *stepper, const char *program)
{
	printf("%s: %lu instructions, %lu complete stacks (%.3f%%), %.1f frames each, %lu with "
	       "another depth than counted\n",
	       program, stepper->steps, stepper->complete,
	       100.0 * (double)stepper->complete / (double)stepper->steps,
	       (double)stepper->frames / (double)stepper->steps, stepper->miscounted);
	for (size_t i = 0; i < stepper->places_len; i++)
		printf("  %6lu in %s: %s\n", stepper->places[i].count, stepper->places[i].name,
		       ij_unwind_end_text(stepper->places[i].end));
}

int main(int argc, char **argv)
{
	static struct stepper stepper;
	char path[64];
	int exited;

	if (argc != 3 && argc != 4)
		return 2;
	stepper.opener = (struct ij_opener){.module = open_module, .debug = open_debug};
	stepper.pid = start(argv[2], argc == 4);
	if (stepper.pid < 0) {
		printf("skipped: ptrace is not permitted here\n");
		return 77;
	}
	snprintf(path, sizeof(path), "/proc/%d/mem", stepper.pid);
	stepper.mem_fd = open(path, O_RDONLY | O_CLOEXEC);
	ij_mem_fd_init(&stepper.mem, stepper.mem_fd);
	step(&stepper, stepper.pid);
	ptrace(PTRACE_SINGLESTEP, stepper.pid, NULL, NULL);
	exited = run(&stepper);
	report(&stepper, argv[2]);
	modules_unload(&stepper);
	close(stepper.mem_fd);
	if (exited || stepper.steps < 5000) {
		printf("the program ended with %d\n", exited);
		return 1;
	}
	/* Between longjmp or a throw and where the count is mended, they differ. */
	return (stepper.steps - stepper.complete) * 1000 >
		       stepper.steps * strtoul(argv[1], NULL, 10) ||
	       stepper.miscounted * 20 > stepper.steps;
}
