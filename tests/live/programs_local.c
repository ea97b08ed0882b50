/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs that work by themselves or from a pipe: python3, sqlite3, and victims of our own. */
#include "programs.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Verifies its own results; the page is struct victim_page: rounds at 0, failures at 8, stop at 12.
 */
static const char python_script[] =
	"import hashlib, json, mmap, random, re, struct, zlib\n"
	"page = mmap.mmap(3, 4096)\n"
	"rng = random.Random(7)\n"
	"rounds = 0\n"
	"while struct.unpack_from('<I', page, 12)[0] == 0:\n"
	"    data = {'k%d' % i: [rng.random(), 'x' * rng.randrange(50), i] for i in range(200)}\n"
	"    text = json.dumps(data, sort_keys=True)\n"
	"    packed = zlib.compress(text.encode(), 6)\n"
	"    again = zlib.decompress(packed).decode()\n"
	"    keys = re.findall(r'\"(k[0-9]+)\"', again)\n"
	"    good = json.loads(again) == data and sorted(keys) == sorted(data)\n"
	"    good = good and hashlib.sha256(again.encode()).digest() == \\\n"
	"        hashlib.sha256(text.encode()).digest()\n"
	"    if not good:\n"
	"        struct.pack_into('<I', page, 8, struct.unpack_from('<I', page, 8)[0] + 1)\n"
	"    rounds += 1\n"
	"    struct.pack_into('<Q', page, 0, rounds)\n";

static void python_start(struct subject *sub)
{
	const char *const argv[] = {program_require("python3"), "-c", python_script, NULL};
	victim_spawn(&sub->target, argv);
	assert_true(victim_progress(&sub->target, 3));
}

static void own_finish(struct subject *sub)
{
	assert_true(victim_progress(&sub->target, 3));
	victim_finish(&sub->target, WAKE_NONE);
}

/* Write all of @text to the program's stdin. */
static void feed(int fd, const char *text)
{
	for (size_t len = strlen(text); len;) {
		ssize_t put = write(fd, text, len);
		if (put <= 0)
			_exit(1);
		text += put;
		len -= (size_t)put;
	}
}

/* Insert rows until asked to stop; `sent` counts those committed. */
static _Noreturn void sqlite_feeder(const struct victim *vic)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!vic->page->stop) {
		feed(vic->in, "BEGIN;\n");
		for (int i = 0; i < 50; i++) {
			char line[160];
			uint64_t row = vic->page->sent + (uint64_t)i;
			snprintf(line, sizeof(line),
				 "INSERT INTO t VALUES(%llu, hex(zeroblob(40)) || '%llu', %llu);\n",
				 (unsigned long long)row, (unsigned long long)(row * 31),
				 (unsigned long long)(row % 1000));
			feed(vic->in, line);
		}
		feed(vic->in, "COMMIT;\n");
		vic->page->sent += 50;
	}
	_exit(0);
}

static void sqlite_start(struct subject *sub)
{
	char path[256], file[256];
	struct stat made;
	snprintf(path, sizeof(path), "%s", program_require("sqlite3"));
	snprintf(file, sizeof(file), "%s/rows.db", harness_dir());
	const char *const argv[] = {path, "-batch", file, NULL};
	victim_spawn(&sub->target, argv);
	feed(sub->target.in, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;\n"
			     "CREATE TABLE t(id INTEGER PRIMARY KEY, text, mod);\n"
			     "CREATE INDEX by_mod ON t(mod);\n");
	pid_t pid = fork();
	if (pid == 0)
		sqlite_feeder(&sub->target);
	assert_true(pid > 0);
	sub->load.pid = pid;
	/* What is sent waits in the pipe, too; the table is there when the program runs. */
	while (sub->target.page->sent < 100 || stat(file, &made) || !made.st_size)
		assert_true(harness_pause(sub->target.pidfd, 1));
}

static void sqlite_finish(struct subject *sub)
{
	char text[1024], want[256];
	size_t len = 0;
	ssize_t got;
	int status;
	sub->target.page->stop = 1;
	assert_int_equal(waitpid(sub->load.pid, &status, 0), sub->load.pid);
	assert_int_equal(status, 0);
	feed(sub->target.in,
	     "PRAGMA integrity_check;\n"
	     "SELECT count(*), min(id), max(id), sum(mod = id % 1000) FROM t;\n"
	     "SELECT count(*) FROM t WHERE substr(text, 81) <> CAST(id * 31 AS TEXT);\n");
	close(sub->target.in);
	sub->target.in = -1;
	while (len < sizeof(text) - 1 &&
	       (got = read(sub->target.out, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = '\0';
	unsigned long long rows = sub->target.page->sent;
	snprintf(want, sizeof(want), "wal\nok\n%llu|0|%llu|%llu\n0\n", rows, rows - 1, rows);
	assert_string_equal(text, want);
	status = victim_wait(&sub->target);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	victim_kill(&sub->target);
}

static void storm1_start(struct subject *sub)
{
	victim_start(&sub->target, "storm", "1", NULL);
}

static void storm4_start(struct subject *sub)
{
	victim_start(&sub->target, "storm", "4", NULL);
}

static void exceptions_start(struct subject *sub)
{
	victim_start(&sub->target, "exceptions", NULL);
}

static void daemon_start(struct subject *sub)
{
	victim_start(&sub->target, "blocked", "poll", NULL);
	assert_true(victim_blocked(&sub->target, sub->target.pid) >= 0);
}

static void daemon_finish(struct subject *sub)
{
	assert_true(victim_blocked(&sub->target, sub->target.pid) >= 0);
	assert_int_equal(sub->target.page->rounds, 0);
	victim_finish(&sub->target, WAKE_BYTE);
}

const struct program ij_program_python = {"python3", python_start, own_finish};
const struct program ij_program_sqlite = {"sqlite3", sqlite_start, sqlite_finish};
const struct program ij_program_storm1 = {"malloc storm, 1 thread", storm1_start, own_finish};
const struct program ij_program_storm4 = {"malloc storm, 4 threads", storm4_start, own_finish};
const struct program ij_program_exceptions = {"C++ exceptions", exceptions_start, own_finish};
const struct program ij_program_daemon = {"daemon in poll", daemon_start, daemon_finish};
