/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The goroutines of a Go program as programs get them, whole in themselves. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interject/goroutines.h"
#include "maps/container.h"
#include "session/go.h"
#include "session/report.h"
#include "session/stop.h"

enum { PATH_SIZE = 64, STATUS_SIZE = 4096, REASON_SIZE = 80 };
/* Threads that are stopped in order to see where they are; the others just run. */
enum { STOPS_MAX = 64 };

struct item {
	uint64_t id;
	pid_t tid;
	char *text, *json;
};

struct ij_goroutines {
	IJ_VEC(struct item) list;
	uint64_t more;
};

/* A thread by its number here and in the target's own namespace. */
struct numbers {
	pid_t tid;
	uint32_t inner;
};

struct looking {
	struct ij_session *s;
	struct ij_gosched gos;
	IJ_VEC(struct numbers) threads;
	IJ_VEC(struct ij_gosched_part) plugins;
	unsigned stops;
};

/* ---- Threads ---- */

/* The last number of the line NSpid of thread @tid (proc(5)): how the thread knows itself. */
static uint32_t inner_of(pid_t pid, pid_t tid)
{
	char path[PATH_SIZE], text[STATUS_SIZE], *line, *last;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/status", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[len > 0 ? len : 0] = 0;
	line = strstr(text, "\nNSpid:");
	if (!line)
		return (uint32_t)tid;
	line[1 + strcspn(line + 1, "\n")] = 0;
	last = strrchr(line, '\t');
	return last ? (uint32_t)strtoul(last + 1, NULL, 10) : 0;
}

static struct ij_error *find_threads(struct looking *look)
{
	char path[PATH_SIZE];
	struct ij_error *err = NULL;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", look->s->pid);
	dir = opendir(path);
	while (dir && !err && (entry = readdir(dir))) {
		struct numbers numbers = {.tid = (pid_t)strtol(entry->d_name, NULL, 10)};

		if (numbers.tid <= 0)
			continue;
		numbers.inner = inner_of(look->s->pid, numbers.tid);
		err = ij_vec_push(&look->threads, numbers);
	}
	if (dir)
		closedir(dir);
	return err;
}

static pid_t thread_of(const struct looking *look, uint32_t inner)
{
	IJ_VEC_EACH (&look->threads, each)
		if (inner && each->inner == inner)
			return each->tid;
	return 0;
}

/* ---- Where it is ---- */

/*
 * The frames of the thread that @stop looks at, outward to one that a person wrote. If there is
 * none, all of them are the runtime's, or the thread is on its way from one stack to another, where
 * frames end, or is on the scheduler's, and what was saved there tells.
 */
static bool look_at_frames(struct looking *look, struct ij_stop *stop,
			   const struct ij_goroutine *goroutine, struct ij_goline *line,
			   ij_addr *addr_ret)
{
	bool found = false, stands = false;
	struct ij_goline standing;
	ij_addr standing_addr;

	for (unsigned level = 0; !found && level < IJ_WIRE_HELD_FRAMES_MAX; level++) {
		const struct ij_wire_frame *frame;
		struct ij_error *err = ij_stop_need_frame(stop, level, &frame);
		bool exact;

		if (err) {
			ij_error_free(err);
			break;
		}
		exact = frame->flags & IJ_WIRE_FRAME_EXACT;
		*addr_ret = frame->pc - !exact;
		found = ij_gosched_line(&look->gos, *addr_ret, line);
		if (!stands && !goroutine->sp && frame->known >> IJ_MAP_REG_SP & 1)
			stands = ij_gosched_standing(&look->gos, goroutine, frame->pc,
						     frame->regs[IJ_MAP_REG_SP], exact, &standing,
						     &standing_addr);
	}
	if (!found && stands) {
		*line = standing;
		*addr_ret = standing_addr;
	}
	return found || stands;
}

/*
 * One that runs: its thread is stopped for that, unless a person holds it already. It is in no
 * system call that it would notice, for then it would not be said to run.
 */
static bool look_at_running(struct looking *look, struct ij_goroutine *goroutine, pid_t tid,
			    struct ij_goline *line, ij_addr *addr_ret)
{
	struct ij_stop *held = look->s->stop, *stop = held;
	pid_t before = held ? ij_stop_thread(held) : 0;
	struct ij_error *err = NULL;
	bool found;

	if (!held && (look->stops++ >= STOPS_MAX || !ij_gosched_reread(&look->gos, goroutine) ||
		      goroutine->state != IJ_GOROUTINE_RUNNING))
		return false;
	err = held ? ij_stop_select(held, tid) : ij_session_hold(look->s, tid, &stop);
	if (err) {
		ij_error_free(err);
		return false;
	}
	/* It may have gone over to another one. */
	found = ij_gosched_reread(&look->gos, goroutine) &&
		goroutine->state == IJ_GOROUTINE_RUNNING &&
		thread_of(look, goroutine->thread) == tid &&
		look_at_frames(look, stop, goroutine, line, addr_ret);
	if (held)
		ij_error_free(ij_stop_select(held, before));
	else
		ij_stop_release(stop);
	return found;
}

static bool find_place(struct looking *look, struct ij_goroutine *goroutine, pid_t tid,
		       struct ij_goline *line, ij_addr *addr_ret)
{
	if (goroutine->state == IJ_GOROUTINE_RUNNING && tid &&
	    look_at_running(look, goroutine, tid, line, addr_ret))
		return true;
	return goroutine->sp &&
	       ij_gosched_place(&look->gos, goroutine->pc, goroutine->sp, line, addr_ret);
}

/* ---- Telling ---- */

static void add_text(const struct ij_goroutine *goroutine, pid_t tid, const char *reason,
		     const struct ij_goline *line, struct ij_strbuf *out)
{
	const char *base = line ? strrchr(line->file, '/') : NULL;

	ij_strbuf_printf(out, "%8llu  %-9s  ", (unsigned long long)goroutine->id,
			 ij_goroutine_state_name(goroutine->state));
	if (tid)
		ij_strbuf_printf(out, "%7d  ", tid);
	else
		ij_strbuf_printf(out, "%7s  ", "-");
	ij_strbuf_puts(out, line ? line->func : "-");
	if (line && line->line)
		ij_strbuf_printf(out, " (%s:%lld)", base ? base + 1 : line->file,
				 (long long)line->line);
	if (*reason)
		ij_strbuf_printf(out, ": %s", reason);
}

static void add_json(const struct looking *look, const struct ij_goroutine *goroutine, pid_t tid,
		     const char *reason, const struct ij_goline *line, ij_addr addr,
		     struct ij_strbuf *out)
{
	struct ij_json json;

	ij_json_init(&json, out);
	ij_json_object(&json, NULL);
	ij_json_int(&json, "pid", look->s->pid);
	ij_json_uint(&json, "goroutine", goroutine->id);
	ij_json_string(&json, "state", ij_goroutine_state_name(goroutine->state));
	ij_json_string(&json, "reason", *reason ? reason : NULL);
	if (tid)
		ij_json_int(&json, "tid", tid);
	else
		ij_json_null(&json, "tid");
	ij_json_string(&json, "function", line ? line->func : NULL);
	ij_json_string(&json, "file", line && *line->file ? line->file : NULL);
	if (line && line->line)
		ij_json_int(&json, "line", line->line);
	else
		ij_json_null(&json, "line");
	ij_report_json_place(&json, "place", look->s, line ? addr : 0);
	ij_json_object_end(&json);
}

static struct ij_error *add_item(struct looking *look, const struct ij_goroutine *given,
				 struct ij_goroutines *ret)
{
	struct ij_goroutine goroutine = *given;
	struct item item = {.id = given->id};
	struct ij_strbuf text = {0}, json = {0};
	char reason[REASON_SIZE] = "";
	struct ij_goline line;
	struct ij_error *err;
	ij_addr addr = 0;
	bool known;

	item.tid = thread_of(look, goroutine.thread);
	known = find_place(look, &goroutine, item.tid, &line, &addr);
	item.tid = thread_of(look, goroutine.thread);
	if (goroutine.state == IJ_GOROUTINE_WAITING)
		ij_gosched_reason(&look->gos, goroutine.reason, reason, sizeof(reason));
	add_text(&goroutine, item.tid, reason, known ? &line : NULL, &text);
	add_json(look, &goroutine, item.tid, reason, known ? &line : NULL, addr, &json);
	item.text = text.str;
	item.json = json.str;
	err = text.failed || json.failed ? ij_error_nomem() : ij_vec_push(&ret->list, item);
	if (err) {
		ij_strbuf_deinit(&text);
		ij_strbuf_deinit(&json);
	}
	return err;
}

struct ij_error *ij_session_go_sched(struct ij_session *s, struct ij_gosched *ret)
{
	if (!s->go.prog)
		return ij_error_new(UNSUPPORTED, "%d (%s) is no Go program", s->pid,
				    s->welcome.comm);
	return ij_gosched_find(s->go.prog, s->go.module->bias, &s->mem.mem, ret);
}

struct ij_error *ij_session_goroutines(struct ij_session *s, struct ij_goroutines **ret)
{
	struct looking look = {.s = s};
	struct ij_goroutine_list list = {.more = 0};
	struct ij_goroutines *out = NULL;
	struct ij_error *err;

	ij_session_begin(s);
	IJ_TRY(ij_session_refresh(s));
	IJ_TRY(ij_session_go_sched(s, &look.gos));
	err = find_threads(&look);
	for (size_t i = 0; !err && i < s->go.plugins.len; i++) {
		const struct ij_session_go_part *plugin = &s->go.plugins.items[i];

		err = ij_vec_push(&look.plugins,
				  ((struct ij_gosched_part){plugin->prog, plugin->module->bias}));
	}
	look.gos.more = look.plugins.items;
	look.gos.more_len = look.plugins.len;
	if (!err)
		err = ij_gosched_read(&look.gos, &list);
	if (!err) {
		out = calloc(1, sizeof(*out));
		err = out ? NULL : ij_error_nomem();
	}
	for (size_t i = 0; !err && i < list.list.len; i++)
		err = add_item(&look, &list.list.items[i], out);
	if (!err)
		out->more = list.more;
	ij_vec_deinit(&list.list);
	ij_vec_deinit(&look.threads);
	ij_vec_deinit(&look.plugins);
	if (err) {
		ij_goroutines_free(out);
		return err;
	}
	*ret = out;
	return NULL;
}

void ij_goroutines_free(struct ij_goroutines *goroutines)
{
	if (!goroutines)
		return;
	IJ_VEC_EACH (&goroutines->list, item) {
		free(item->text);
		free(item->json);
	}
	ij_vec_deinit(&goroutines->list);
	free(goroutines);
}

size_t ij_goroutines_len(const struct ij_goroutines *goroutines)
{
	return goroutines->list.len;
}

uint64_t ij_goroutines_more(const struct ij_goroutines *goroutines)
{
	return goroutines->more;
}

uint64_t ij_goroutines_id(const struct ij_goroutines *goroutines, size_t idx)
{
	return goroutines->list.items[idx].id;
}

pid_t ij_goroutines_tid(const struct ij_goroutines *goroutines, size_t idx)
{
	return goroutines->list.items[idx].tid;
}

const char *ij_goroutines_text(const struct ij_goroutines *goroutines, size_t idx)
{
	return goroutines->list.items[idx].text;
}

const char *ij_goroutines_json(const struct ij_goroutines *goroutines, size_t idx)
{
	return goroutines->list.items[idx].json;
}
