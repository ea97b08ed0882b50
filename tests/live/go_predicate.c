/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What the maps say of random stops of a Go program, against what its runtime answers there when it
 * is asked for a call that is then not made.
 *
 * The runtime is asked by its own protocol (see src/arch/gocall.h), here by ptrace alone, where its
 * answer does no harm: where the maps say that a call is safe, and must be accepted; and where the
 * runtime's check, told from the same tables below, must refuse, with its very words.
 *
 * IJ_ATTEMPTS: how many answers (300; 5000 for the record). IJ_GO_PROGRAM: a command whose program
 * is asked instead, started again whenever it ends. IJ_SEED: of the choice of threads and instants.
 */
#include "go_victim.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "maps/compile.h"
#include "maps/goprog.h"
#include "maps/gosafe.h"

enum { THREADS_MAX = 256, XSTATE_MAX = 16384, TEXT_MAX = 64, FRAME = 32 };
enum { UNSAFE = -2, SAFE = -1 };
/* What became of a question. */
enum answer { ACCEPTED, REFUSED, GONE };

struct program {
	struct victim vic;
	pid_t pid;
	int mem, fd;
	struct ij_object *obj;
	struct ij_goprog *prog;
	struct ij_map map;
	void *bytes;
	uint64_t bias, entry, lo, hi;
	bool v2, slots;
	pid_t threads[THREADS_MAX];
	size_t threads_len;
	char text[TEXT_MAX]; /* the runtime's words */
};

static struct {
	unsigned kinds[IJ_MAP_GO_KINDS][2]; /* by kind: accepted, refused */
	unsigned asked, skipped;
} counts;

static uint64_t rng(void)
{
	static uint64_t state;

	if (!state)
		state = (uint64_t)harness_env("IJ_SEED", 1) * 0x9e3779b97f4a7c15ull | 1;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static bool peek(const struct program *p, uint64_t addr, void *buf, size_t size)
{
	return pread(p->mem, buf, size, (off_t)addr) == (ssize_t)size;
}

/* ---- The tables ---- */

static void maps_open(struct program *p, const char *path)
{
	struct ij_map_builder builder;
	struct ij_gotab_func func;
	static const char *const helpers[] = {"debugCall32", "debugCall65536", "debugCall32<>",
					      "debugCall65536<>", "runtime.debugCallPanicked"};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size;

	assert_true(fd >= 0);
	assert_null(ij_object_open_fd(fd, "program", &p->obj));
	p->fd = fd;
	assert_null(ij_goprog_open(p->obj, &p->prog));
	ij_map_builder_init(&builder, ij_object_span(p->obj));
	assert_null(ij_gosafe_compile(p->prog, &builder));
	assert_null(ij_map_builder_finish(&builder, &p->bytes, &size));
	assert_null(ij_map_open(p->bytes, size, &p->map));
	ij_map_builder_deinit(&builder);
	p->v2 = ij_goprog_minor(p->prog) >= 17;
	p->slots = ij_goprog_minor(p->prog) < 15;
	assert_true(ij_goprog_named(p->prog, p->v2 ? "runtime.debugCallV2" : "runtime.debugCallV1",
				    &func));
	p->entry = p->lo = func.start;
	p->hi = func.end;
	for (size_t i = 0; i < IJ_COUNT(helpers); i++) {
		if (!ij_goprog_named(p->prog, helpers[i], &func))
			continue;
		p->lo = func.start < p->lo ? func.start : p->lo;
		p->hi = func.end > p->hi ? func.end : p->hi;
	}
}

static void maps_close(struct program *p)
{
	ij_goprog_close(p->prog);
	ij_object_close(p->obj);
	close(p->fd);
	free(p->bytes);
}

/* runtime.debugCallCheck: its words if it must refuse at @pc, "" if it must accept. */
static const char *runtime_says(const struct program *p, uint64_t pc)
{
	static const char unsafe[] = "call not at safe point";
	const struct ij_goprog_slots *slots = ij_goprog_slots_get(p->prog);
	const struct ij_gotab *tab = ij_goprog_tab(p->prog);
	struct ij_gotab_func func;
	struct ij_gobits bits;
	uint64_t at;
	int64_t value;

	if (!ij_goprog_find(p->prog, pc, &func))
		return "call from unknown function";
	if (!strncmp(ij_gotab_name(tab, &func), "runtime.", 8))
		return "call from within the Go runtime";
	at = pc == func.start ? pc : pc - 1;
	value = ij_gotab_value_at(tab, &func,
				  ij_gotab_pcdata(tab, &func, (unsigned)slots->unsafe_point), at);
	if (!p->slots)
		return value == SAFE ? "" : unsafe;
	if (pc == func.start)
		value = 0;
	return value == UNSAFE || !ij_goprog_bits(p->prog, &func, slots->reg_maps, &bits) ? unsafe
											  : "";
}

/* ---- Threads ---- */

static void thread_add(struct program *p, pid_t tid)
{
	for (size_t i = 0; i < p->threads_len; i++)
		if (p->threads[i] == tid)
			return;
	assert_true(p->threads_len < THREADS_MAX);
	p->threads[p->threads_len++] = tid;
}

static void thread_remove(struct program *p, pid_t tid)
{
	for (size_t i = 0; i < p->threads_len; i++)
		if (p->threads[i] == tid)
			p->threads[i] = p->threads[--p->threads_len];
}

/* All that there are, until no new one turns up; those that come later are told of by ptrace. */
static void seize(struct program *p)
{
	char path[64];

	p->threads_len = 0;
	snprintf(path, sizeof(path), "/proc/%d/task", p->pid);
	for (bool more = true; more;) {
		DIR *dir = opendir(path);
		struct dirent *entry;

		more = false;
		while (dir && (entry = readdir(dir))) {
			pid_t tid = atoi(entry->d_name);

			if (tid <= 0 || ptrace(PTRACE_SEIZE, tid, NULL, PTRACE_O_TRACECLONE))
				continue;
			thread_add(p, tid);
			more = true;
		}
		if (dir)
			closedir(dir);
	}
}

/*
 * The next stop of @tid by our interruption, or, if it is 0, of any thread at a trap of the
 * protocol. Everything else goes on as it would. False: the program has ended.
 */
static bool next_stop(struct program *p, pid_t tid, pid_t *ret)
{
	struct timespec limit = {.tv_sec = HARNESS_WAIT_MS / 1000};
	sigset_t chld;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		int status;
		pid_t got = waitpid(-1, &status, WNOHANG | __WALL);
		int signo = WSTOPSIG(status), event = status >> 16;

		if (!got) {
			if (sigtimedwait(&chld, NULL, &limit) < 0 && errno == EAGAIN)
				fail_msg("no stop of thread %d in time", tid);
			continue;
		}
		if (got < 0)
			return false;
		if (!WIFSTOPPED(status)) {
			thread_remove(p, got);
			if (got == p->pid || got == tid)
				return false;
			continue;
		}
		thread_add(p, got);
		*ret = got;
		if (event == PTRACE_EVENT_STOP && got == tid)
			return true;
		if (!event && signo == SIGTRAP && !tid) {
			struct user_regs_struct regs;
			uint64_t pc;

			assert_int_equal(ptrace(PTRACE_GETREGS, got, NULL, &regs), 0);
			pc = regs.rip - p->bias;
			if (pc > p->lo && pc <= p->hi)
				return true;
		}
		ptrace(PTRACE_CONT, got, NULL, event ? NULL : (void *)(intptr_t)signo);
	}
}

static void program_start(struct program *p)
{
	const char *command = getenv("IJ_GO_PROGRAM");
	const char *argv[] = {"/bin/sh", "-c", command, NULL};
	char path[64];

	if (command) {
		victim_spawn(&p->vic, argv);
		go_victim_await_exec(&p->vic);
	} else {
		go_victim_start(&p->vic, "stripped");
	}
	p->pid = p->vic.pid;
	snprintf(path, sizeof(path), "/proc/%d/mem", p->pid);
	p->mem = open(path, O_RDWR | O_CLOEXEC);
	assert_true(p->mem >= 0);
	if (!p->prog) {
		snprintf(path, sizeof(path), "/proc/%d/exe", p->pid);
		maps_open(p, path);
	}
	seize(p);
}

/* Its threads are ours to wait for, before its end can be seen. */
static void reap_threads(const struct program *p)
{
	siginfo_t info = {0};

	kill(p->pid, SIGKILL);
	while (!waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | __WALL) && info.si_pid != p->pid)
		waitpid(info.si_pid, NULL, __WALL);
}

static void program_stop(struct program *p)
{
	close(p->mem);
	if (getenv("IJ_GO_PROGRAM")) {
		reap_threads(p);
		victim_kill(&p->vic);
		return;
	}
	for (size_t i = 0; i < p->threads_len; i++) {
		pid_t tid = p->threads[i];
		pid_t got;

		if (!ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) && next_stop(p, tid, &got))
			ptrace(PTRACE_DETACH, tid, NULL, NULL);
	}
	go_victim_finish(&p->vic);
}

/* ---- Questions ---- */

/* Does the thread run a goroutine, on its stack, with room for the question? */
static bool runs_goroutine(const struct program *p, const struct user_regs_struct *regs)
{
	uint64_t g, words[7], m[1];

	return (long long)regs->orig_rax < 0 && regs->fs_base &&
	       peek(p, regs->fs_base - 8, &g, sizeof(g)) && g && peek(p, g, words, sizeof(words)) &&
	       peek(p, words[6], m, sizeof(m)) && m[0] != g && regs->rsp > words[0] + 1024 &&
	       regs->rsp <= words[1];
}

static void restore(const struct program *p, pid_t tid, const struct user_regs_struct *saved,
		    struct iovec *xstate)
{
	struct user_regs_struct regs, now;

	assert_int_equal(ptrace(PTRACE_GETREGS, tid, NULL, &now), 0);
	regs = *saved;
	if (p->slots) {
		uint64_t slot[21]; /* from R15 on, then the frame pointer and the return address */

		assert_true(peek(p, now.rsp, slot, sizeof(slot)));
		regs.rip = slot[20];
		regs.rsp = now.rsp + 168;
		regs.rbp = slot[19];
		regs.r15 = slot[4];
		regs.r14 = slot[5];
		regs.r13 = slot[6];
		regs.r12 = slot[7];
		regs.r11 = slot[8];
		regs.r10 = slot[9];
		regs.r9 = slot[10];
		regs.r8 = slot[11];
		regs.rdi = slot[12];
		regs.rsi = slot[13];
		regs.rbx = slot[15];
		regs.rdx = slot[16];
		regs.rcx = slot[17];
		regs.rax = slot[18];
	}
	regs.fs_base = now.fs_base;
	regs.gs_base = now.gs_base;
	regs.orig_rax = (unsigned long long)-1;
	assert_int_equal(ptrace(PTRACE_SETREGS, tid, NULL, &regs), 0);
	assert_int_equal(ptrace(PTRACE_SETREGSET, tid, NT_X86_XSTATE, xstate), 0);
	ptrace(PTRACE_CONT, tid, NULL, NULL);
}

/* Ask for a call at this stop, make none, and put all back. */
static enum answer ask(struct program *p, pid_t tid, const struct user_regs_struct *saved)
{
	static uint8_t xstate_bytes[XSTATE_MAX];
	struct iovec xstate = {xstate_bytes, sizeof(xstate_bytes)};
	struct user_regs_struct regs = *saved;
	const uint64_t frame = FRAME, pc = saved->rip;
	enum answer answer = GONE;

	assert_int_equal(ptrace(PTRACE_GETREGSET, tid, NT_X86_XSTATE, &xstate), 0);
	regs.rsp -= 8;
	regs.rip = p->entry + p->bias;
	regs.eflags &= ~0x400ull;
	assert_int_equal(pwrite(p->mem, &pc, 8, (off_t)regs.rsp), 8);
	assert_int_equal(pwrite(p->mem, &frame, 8, (off_t)regs.rsp - 16), 8);
	assert_int_equal(ptrace(PTRACE_SETREGS, tid, NULL, &regs), 0);
	ptrace(PTRACE_CONT, tid, NULL, NULL);
	p->text[0] = 0;
	for (;;) {
		uint64_t words[2], code;
		pid_t at;

		if (!next_stop(p, 0, &at))
			return GONE;
		assert_int_equal(ptrace(PTRACE_GETREGS, at, NULL, &regs), 0);
		code = p->v2 ? regs.r12 : regs.rax;
		if (code == 1)
			answer = ACCEPTED;
		if (code == 8) {
			answer = REFUSED;
			assert_true(peek(p, regs.rsp, words, sizeof(words)));
			assert_true(words[1] < TEXT_MAX && peek(p, words[0], p->text, words[1]));
			p->text[words[1]] = 0;
		}
		if (code == 2)
			fail_msg("the runtime panicked at %#llx", (unsigned long long)pc);
		if (code == 16) {
			restore(p, at, saved, &xstate);
			return answer;
		}
		ptrace(PTRACE_CONT, at, NULL, NULL);
	}
}

/*
 * Does this function of the runtime only compute, for a goroutine that runs? Elsewhere its answer
 * may harm: it switches stacks, and so overwrites what a goroutine that is being parked has saved.
 */
static bool only_computes(const struct program *p, uint64_t pc)
{
	static const char *const prefixes[] = {
		"runtime.map",           "runtime.mem",        "runtime.makeslice",
		"runtime.growslice",     "runtime.concatstr",  "runtime.slicebytetostring",
		"runtime.stringtoslice", "runtime.mallocgc",   "runtime.newobject",
		"runtime.nextFreeFast",  "runtime.heapBits",   "runtime.conv",
		"runtime.strequal",      "runtime.strhash",    "runtime.decoderune",
		"runtime.intstring",     "runtime.roundupsize"};
	struct ij_gotab_func func;
	const char *name = "";

	if (ij_goprog_find(p->prog, pc, &func))
		name = ij_gotab_name(ij_goprog_tab(p->prog), &func);
	for (size_t i = 0; i < IJ_COUNT(prefixes); i++)
		if (!strncmp(name, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

/*
 * May it be asked here without harm, whatever it answers? Not where a value lies below the stack
 * pointer, which the maps say of no function of the runtime.
 */
static bool is_harmless(const struct program *p, uint64_t pc, enum ij_map_go_kind kind,
			const char *says)
{
	static const uint8_t save[] = {0x48, 0x89, 0x6c, 0x24, 0xf0};
	uint8_t code[64];

	if (kind == IJ_MAP_GO_SAFE)
		return true;
	if (!*says || kind == IJ_MAP_GO_BELOW ||
	    (kind == IJ_MAP_GO_RUNTIME && !only_computes(p, pc)))
		return false;
	return peek(p, pc + p->bias - sizeof(code), code, sizeof(code)) &&
	       !memmem(code, sizeof(code), save, sizeof(save));
}

/* One random stop. False: the program has ended. */
static bool attempt(struct program *p)
{
	const struct timespec pause = {.tv_nsec = (long)(rng() % 300000)};
	struct pollfd pfd = {.fd = p->vic.pidfd, .events = POLLIN};
	pid_t tid = p->threads[rng() % p->threads_len], got;
	struct user_regs_struct regs;
	enum ij_map_go_kind kind;
	const char *says;
	struct ij_gotab_func func;
	enum answer answer;
	uint64_t pc;

	ppoll(&pfd, 1, &pause, NULL);
	if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) || !next_stop(p, tid, &got))
		return victim_alive(&p->vic) && p->threads_len;
	assert_int_equal(ptrace(PTRACE_GETREGS, tid, NULL, &regs), 0);
	pc = regs.rip - p->bias;
	kind = ij_map_go_find(&p->map, pc - ij_object_base(p->obj));
	says = runtime_says(p, pc);
	if (!runs_goroutine(p, &regs) || !is_harmless(p, pc, kind, says)) {
		counts.skipped++;
		ptrace(PTRACE_CONT, tid, NULL, NULL);
		return true;
	}
	answer = ask(p, tid, &regs);
	if (answer == GONE)
		return false;
	if (strcmp(p->text, says) || (kind == IJ_MAP_GO_SAFE && *says)) {
		ij_goprog_find(p->prog, pc, &func);
		fail_msg("at %#llx, %s+%#llx: the maps say '%s', their reading '%s', and the "
			 "runtime "
			 "'%s'",
			 (unsigned long long)pc, ij_gotab_name(ij_goprog_tab(p->prog), &func),
			 (unsigned long long)(pc - func.start), ij_map_go_text(kind), says,
			 p->text);
	}
	counts.kinds[kind][answer]++;
	counts.asked++;
	return true;
}

static void answers_agree(void **state)
{
	unsigned wanted = (unsigned)harness_env("IJ_ATTEMPTS", 300);
	struct program p = {0};
	sigset_t chld, old;

	(void)state;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	while (counts.asked < wanted) {
		program_start(&p);
		while (counts.asked < wanted && attempt(&p))
			;
		/* Only what is no program of ours may end. */
		assert_true(counts.asked >= wanted || getenv("IJ_GO_PROGRAM"));
		program_stop(&p);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	print_message("%s: %u answers agree, %u stops were not asked at\n",
		      ij_goprog_version(p.prog), counts.asked, counts.skipped);
	for (unsigned i = 0; i < IJ_MAP_GO_KINDS; i++)
		if (counts.kinds[i][0] || counts.kinds[i][1])
			print_message("%6u accepted, %6u refused: %s\n", counts.kinds[i][ACCEPTED],
				      counts.kinds[i][REFUSED], ij_map_go_text(i));
	assert_true(counts.kinds[IJ_MAP_GO_SAFE][ACCEPTED] &&
		    counts.kinds[IJ_MAP_GO_RUNTIME][REFUSED]);
	maps_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {LIVE_ROW("answers agree", answers_agree, NULL)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
