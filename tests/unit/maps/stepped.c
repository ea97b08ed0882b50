/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stepping through programs that say themselves whether they are inside of a mark. */
#include "stepped.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Start it without a random layout, up to its first stop of its own. */
static void start(struct stepped *prog, const char *path)
{
	int status;

	prog->pid = fork();
	assert_true(prog->pid >= 0);
	if (!prog->pid) {
		personality(ADDR_NO_RANDOMIZE);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execl(path, path, NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(prog->pid, &status, 0), prog->pid);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(
		ptrace(PTRACE_SETOPTIONS, prog->pid, NULL, PTRACE_O_EXITKILL | PTRACE_O_TRACEEXIT),
		0);
	assert_int_equal(ptrace(PTRACE_CONT, prog->pid, NULL, NULL), 0);
	assert_int_equal(waitpid(prog->pid, &status, 0), prog->pid);
	assert_true(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
}

void stepped_open_file(struct stepped *prog, const char *path)
{
	size_t size;

	memset(prog, 0, sizeof(*prog));
	prog->name = strrchr(path, '/') + 1;
	prog->fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(prog->fd >= 0);
	assert_null(ij_object_open_fd(prog->fd, prog->name, &prog->obj));
	assert_null(ij_map_compile(prog->obj, "program", &prog->bytes, &size));
	assert_null(ij_map_open(prog->bytes, size, &prog->map));
}

void stepped_open(struct stepped *prog, const char *path)
{
	char name[64], line[256];
	unsigned long long lo;
	FILE *maps;

	stepped_open_file(prog, path);
	start(prog, path);
	snprintf(name, sizeof(name), "/proc/%d/maps", prog->pid);
	maps = fopen(name, "re");
	assert_non_null(maps);
	assert_non_null(fgets(line, sizeof(line), maps));
	assert_int_equal(sscanf(line, "%llx", &lo), 1);
	fclose(maps);
	prog->bias = lo - ij_object_base(prog->obj);
}

void stepped_close(struct stepped *prog)
{
	assert_int_equal(prog->pid, 0);
	free(prog->bytes);
	ij_object_close(prog->obj);
	close(prog->fd);
}

void stepped_regs(const struct stepped *prog, struct user_regs_struct *ret)
{
	assert_int_equal(ptrace(PTRACE_GETREGS, prog->pid, NULL, ret), 0);
}

uint64_t stepped_word(const struct stepped *prog, uint64_t addr)
{
	return (uint64_t)ptrace(PTRACE_PEEKDATA, prog->pid, addr, NULL);
}

uint64_t stepped_symbol(const struct stepped *prog, const char *name, uint64_t off)
{
	struct ij_symbol sym;

	assert_null(ij_object_symbol(prog->obj, name, &sym));
	return stepped_word(prog, sym.value + prog->bias + off);
}

bool stepped_is_compared(const struct stepped *prog, uint64_t pc)
{
	struct ij_symbol sym;
	struct ij_error *err;
	bool ret;

	if (stepped_offset(prog, pc) >= ij_object_span(prog->obj))
		return false;
	err = ij_object_symbol_at(prog->obj, pc - prog->bias, &sym);
	ret = !err && sym.name[0] == 't' && sym.name[1] == '_';
	ij_error_free(err);
	return ret;
}

uint64_t stepped_offset(const struct stepped *prog, uint64_t pc)
{
	return pc - prog->bias - ij_object_base(prog->obj);
}

static bool resume(struct stepped *prog, int request)
{
	int status;

	assert_int_equal(ptrace(request, prog->pid, NULL, NULL), 0);
	assert_int_equal(waitpid(prog->pid, &status, 0), prog->pid);
	if (!WIFSTOPPED(status) || (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP)) {
		/* Ended, or about to end, by a signal. */
		if (WIFSTOPPED(status)) {
			kill(prog->pid, SIGKILL);
			waitpid(prog->pid, NULL, 0);
		}
		prog->pid = 0;
		fail_msg("%s: status %#x", prog->name, (unsigned)status);
	}
	return status >> 16 != PTRACE_EVENT_EXIT;
}

bool stepped_next(struct stepped *prog)
{
	return resume(prog, PTRACE_SINGLESTEP);
}

void stepped_rest(struct stepped *prog)
{
	assert_false(resume(prog, PTRACE_CONT));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_program(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "marks_program-", 14);
}

int stepped_each(void (*visit)(const char *path))
{
	struct dirent **entries;
	int len = scandir(MARKS_PROGRAMS, &entries, is_program, by_name);

	for (int i = 0; i < len; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", MARKS_PROGRAMS, entries[i]->d_name);
		visit(path);
		free(entries[i]);
	}
	if (len >= 0)
		free(entries);
	return len;
}
