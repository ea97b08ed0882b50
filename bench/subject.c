/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that work by themselves or from a pipe. */
#include "subject.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tests/victims/victim.h"

enum { START_MS = 20000, END_MS = 20000 };

static struct victim_page *page_of(const struct subject *sub)
{
	return (struct victim_page *)(void *)sub->target.page;
}

bool subject_alive(const struct subject *sub, int ms)
{
	struct pollfd pfd = {.fd = sub->target.pidfd, .events = POLLIN};
	return sub->target.pid > 0 && poll(&pfd, 1, ms) == 0;
}

/* Wait for @rounds more rounds of work. */
static bool progress(const struct subject *sub, uint64_t rounds)
{
	uint64_t goal = page_of(sub)->rounds + rounds, start = bench_now_ns();
	while (page_of(sub)->rounds < goal)
		if (!subject_alive(sub, 1) || bench_now_ns() - start > START_MS * 1000000ull)
			return false;
	return true;
}

static bool victim_start(const struct subject_kind *kind, struct subject *sub)
{
	char path[512];
	const char *argv[4] = {path, kind->args[0], kind->args[1], NULL};
	snprintf(path, sizeof(path), "%s/victim_%s", IJ_VICTIMS_DIR, kind->needs);
	return target_start(&sub->target, argv, true) && progress(sub, 3);
}

static bool victim_right(struct subject *sub, char *why, size_t size)
{
	struct victim_page *page = page_of(sub);
	if (!progress(sub, 3) && page->failures == 0) {
		snprintf(why, size, "it makes no progress");
		return false;
	}
	page->stop = 1;
	if (subject_alive(sub, END_MS)) {
		snprintf(why, size, "it does not end");
		return false;
	}
	if (page->failures) {
		snprintf(why, size, "%u failures: %.200s", page->failures, page->failure);
		return false;
	}
	siginfo_t info = {0};
	waitid(P_PIDFD, (id_t)sub->target.pidfd, &info, WEXITED | WNOWAIT);
	snprintf(why, size, "it ended with code %d, status %d", info.si_code, info.si_status);
	return info.si_code == CLD_EXITED && info.si_status == 0;
}

/* Verifies its own results; the fields of struct victim_page: rounds at 0, failures 8, stop 12. */
static const char python_script[] =
	"import json, mmap, random, struct, zlib\n"
	"page = mmap.mmap(3, 4096)\n"
	"rng = random.Random(7)\n"
	"rounds = 0\n"
	"while struct.unpack_from('<I', page, 12)[0] == 0:\n"
	"    data = {'k%d' % i: [rng.random(), 'x' * rng.randrange(50), i] for i in range(200)}\n"
	"    text = json.dumps(data, sort_keys=True)\n"
	"    again = zlib.decompress(zlib.compress(text.encode(), 6)).decode()\n"
	"    if json.loads(again) != data:\n"
	"        struct.pack_into('<I', page, 8, struct.unpack_from('<I', page, 8)[0] + 1)\n"
	"    rounds += 1\n"
	"    struct.pack_into('<Q', page, 0, rounds)\n";

static bool python_start(const struct subject_kind *kind, struct subject *sub)
{
	const char *const argv[] = {kind->needs, "-c", python_script, NULL};
	return target_start(&sub->target, argv, false) && progress(sub, 3);
}

static const char sqlite_setup[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;\n"
				   "CREATE TABLE t(id INTEGER PRIMARY KEY, text, mod);\n"
				   "CREATE INDEX by_mod ON t(mod);\n";

/* Insert rows as long as the pipe lasts; `sent` counts those committed. */
static _Noreturn void sqlite_feeder(const struct subject *sub)
{
	struct victim_page *page = page_of(sub);
	FILE *out = fdopen(sub->target.in, "w");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fputs(sqlite_setup, out);
	while (!page->stop && !ferror(out)) {
		fputs("BEGIN;\n", out);
		for (unsigned i = 0; i < 50; i++) {
			unsigned long long row = page->sent + i;
			fprintf(out,
				"INSERT INTO t VALUES(%llu, hex(zeroblob(40)) || '%llu', %llu);\n",
				row, row * 31, row % 1000);
		}
		fputs("COMMIT;\n", out);
		fflush(out);
		page->sent += 50;
	}
	_exit(0);
}

static bool sqlite_start(const struct subject_kind *kind, struct subject *sub)
{
	char file[128];
	snprintf(sub->dir, sizeof(sub->dir), "/tmp/ij-bench-XXXXXX");
	if (!mkdtemp(sub->dir))
		return false;
	snprintf(file, sizeof(file), "%s/rows.db", sub->dir);
	const char *const argv[] = {kind->needs, "-batch", file, NULL};
	sub->target.fed = true;
	if (!target_start(&sub->target, argv, false))
		return false;
	pid_t pid = fork();
	if (pid == 0)
		sqlite_feeder(sub);
	sub->load.pid = pid;
	uint64_t start = bench_now_ns();
	while (page_of(sub)->sent < 1000)
		if (!subject_alive(sub, 1) || bench_now_ns() - start > START_MS * 1000000ull)
			return false;
	return true;
}

/* All rows that were sent are there: the last ones may still be in the pipe. */
static bool sqlite_right(struct subject *sub, char *why, size_t size)
{
	static const char check[] = "PRAGMA integrity_check;\n"
				    "CREATE TABLE bad AS SELECT 1 FROM t WHERE substr(text, 81) <> "
				    "CAST(id * 31 AS TEXT);\n"
				    ".exit\n";
	int status = -1;
	page_of(sub)->stop = 1;
	waitpid(sub->load.pid, NULL, 0);
	sub->load.pid = 0;
	siginfo_t info = {0};
	if (write(sub->target.in, check, strlen(check)) != (ssize_t)strlen(check) ||
	    subject_alive(sub, END_MS)) {
		snprintf(why, size, "it does not end");
		return false;
	}
	waitid(P_PIDFD, (id_t)sub->target.pidfd, &info, WEXITED | WNOWAIT);
	char command[512];
	snprintf(command, sizeof(command),
		 "test \"$(/usr/bin/sqlite3 %s/rows.db 'PRAGMA integrity_check; SELECT count(*) "
		 "FROM bad; SELECT count(*) FROM t' | tr '\\n' ' ')\" = 'ok 0 %llu '",
		 sub->dir, (unsigned long long)page_of(sub)->sent);
	status = system(command); /* NOLINT: a benchmark's own paths */
	snprintf(why, size, "code %d, status %d; its rows are not all there and right",
		 info.si_code, info.si_status);
	return info.si_code == CLD_EXITED && info.si_status == 0 && status == 0;
}

const struct subject_kind subject_kinds[] = {
	{"malloc-mt", "storm", victim_start, victim_right, {"2"}},
	{"malloc-mt4", "storm", victim_start, victim_right, {"4"}},
	{"malloc-st", "storm", victim_start, victim_right, {"1"}},
	{"stdio", "lines", victim_start, victim_right, {"2"}},
	{"dlopen", "loader", victim_start, victim_right, {NULL}},
	{"redis", "/usr/bin/redis-server", redis_start, redis_right, {NULL}},
	{"python", "/usr/bin/python3", python_start, victim_right, {NULL}},
	{"nginx", "/usr/sbin/nginx", nginx_start, nginx_right, {NULL}},
	{"sqlite", "/usr/bin/sqlite3", sqlite_start, sqlite_right, {NULL}},
	{"boehm", "collector", victim_start, victim_right, {NULL}},
	{"exceptions", "exceptions", victim_start, victim_right, {NULL}},
	{"rseq", "rseq", victim_start, victim_right, {NULL}},
	{"small", "small", victim_start, victim_right, {"guarded"}},
	{"marked", "marked", victim_start, victim_right, {"flat"}},
	{"polls", "marked", victim_start, victim_right, {"polls"}},
};
const unsigned subject_kinds_len = sizeof(subject_kinds) / sizeof(subject_kinds[0]);

const struct subject_kind *subject_find(const char *name)
{
	for (unsigned i = 0; i < subject_kinds_len; i++)
		if (strcmp(subject_kinds[i].name, name) == 0)
			return &subject_kinds[i];
	return NULL;
}

bool subject_available(const struct subject_kind *kind)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/victim_%s", IJ_VICTIMS_DIR, kind->needs);
	return access(kind->needs[0] == '/' ? kind->needs : path, X_OK) == 0;
}

bool subject_start(const struct subject_kind *kind, struct subject *sub)
{
	memset(sub, 0, sizeof(*sub));
	sub->target.anywhere = sub->load.anywhere = true;
	return kind->start(kind, sub);
}

bool subject_right(const struct subject_kind *kind, struct subject *sub, char *why, size_t size)
{
	if (!subject_alive(sub, 0)) {
		snprintf(why, size, "it died");
		return false;
	}
	return kind->right(sub, why, size);
}

static void remove_dir(const char *dir)
{
	DIR *entries = opendir(dir);
	const struct dirent *entry;
	char path[512];
	while (entries && (entry = readdir(entries))) {
		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (unlink(path) != 0)
			rmdir(path);
	}
	if (entries)
		closedir(entries);
	rmdir(dir);
}

void subject_stop(struct subject *sub)
{
	if (sub->load.pid > 0 && sub->load.page) {
		target_stop(&sub->load);
	} else if (sub->load.pid > 0) {
		kill(sub->load.pid, SIGKILL);
		waitpid(sub->load.pid, NULL, 0);
	}
	target_stop(&sub->target);
	if (sub->dir[0])
		remove_dir(sub->dir);
	sub->dir[0] = '\0';
}

pid_t subject_tid(const struct subject *sub)
{
	return page_of(sub)->tid;
}
