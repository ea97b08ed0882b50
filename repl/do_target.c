/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about the target: attach, detach, goroutines, threads, thread. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "interject/goroutines.h"
#include "repl/do.h"
#include "repl/held.h"
#include "repl/tell.h"

/* A process or thread number; 0: it is none. */
static pid_t number(const char *text)
{
	char *end;
	long value;

	errno = 0;
	value = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : 0;
	return value > 0 && value <= INT_MAX && !errno && !*end ? (pid_t)value : 0;
}

static struct ij_error *process_of(const char *text, pid_t *ret)
{
	struct ij_error *err = NULL;
	pid_t *pids;
	size_t len;

	*ret = number(text);
	if (*ret)
		return NULL;
	if (isdigit((unsigned char)*text))
		return ij_error_create(IJ_ERR_USAGE, "\"%.40s\" is not a process id", text);
	IJ_CLI_TRY(ij_target_find(text, &pids, &len));
	if (len > 1)
		err = ij_error_create(IJ_ERR_AMBIGUOUS,
				      "%zu processes are named %.40s, %d and %d among them", len,
				      text, pids[0], pids[1]);
	else
		*ret = pids[0];
	free(pids);
	return err;
}

/* $pid and $comm. */
static struct ij_error *set_names(struct ij_interp *interp)
{
	const char *comm = ij_session_comm(interp->session);
	struct ij_value value = ij_value_int(interp->pid);

	IJ_CLI_TRY(ij_vars_set(&interp->vars, "pid", 3, &value));
	IJ_CLI_TRY(ij_value_string(comm, strlen(comm), &value));
	return ij_vars_set(&interp->vars, "comm", 4, &value);
}

struct ij_error *ij_do_attach(struct ij_interp *interp, const char *operand)
{
	unsigned column = 1;
	struct ij_error *err;
	char *text;
	pid_t pid;

	err = ij_vars_format(&interp->vars, operand, &text, &column);
	if (err)
		return ij_interp_wrong(interp, column, err);
	err = process_of(text, &pid);
	free(text);
	if (err)
		return ij_interp_wrong(interp, 1, err);
	IJ_CLI_TRY(ij_interp_attach(interp, pid));
	return set_names(interp);
}

struct ij_error *ij_do_detach(struct ij_interp *interp, const char *operand)
{
	(void)operand;
	if (!interp->session)
		return ij_error_create(IJ_ERR_USAGE, "there is no target to detach from");
	return ij_interp_detach(interp);
}

static const char *state_name(char state)
{
	switch (state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "waiting"; /* uninterruptible */
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
	case 'X':
		return "ended";
	default:
		return "idle";
	}
}

/* Name and state of a thread, by /proc/PID/task/TID/stat (proc(5)); false if it is gone. */
static bool read_thread(pid_t pid, pid_t tid, char *comm, size_t size, char *state)
{
	char path[64], text[512], *open_at, *close_at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return false;
	text[n] = 0;
	open_at = strchr(text, '(');
	close_at = strrchr(text, ')');
	if (!open_at || !close_at || close_at < open_at || !close_at[1] || !close_at[2])
		return false;
	*close_at = 0;
	snprintf(comm, size, "%s", open_at + 1);
	*state = close_at[2];
	return true;
}

static void tell_thread(struct ij_interp *interp, pid_t tid)
{
	struct ij_text text = {0}, json = {0};
	char comm[64], state;

	if (!read_thread(interp->pid, tid, comm, sizeof(comm), &state))
		return;
	for (char *at = comm; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	ij_text_printf(&text, "%c %7d  %-15s  %s", tid == interp->call.tid ? '*' : ' ', tid, comm,
		       state_name(state));
	ij_text_printf(&json, "{\"pid\":%d,\"tid\":%d,\"comm\":", interp->pid, tid);
	ij_text_json(&json, comm);
	ij_text_printf(&json, ",\"state\":\"%s\",\"chosen\":%s}", state_name(state),
		       tid == interp->call.tid ? "true" : "false");
	ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
	ij_text_deinit(&text);
	ij_text_deinit(&json);
}

/* At a stop: where each of them stands. */
static void tell_held(struct ij_interp *interp)
{
	size_t len;
	const struct ij_stop_thread *threads = ij_stop_threads(interp->stop, &len);

	for (size_t i = 0; i < len; i++) {
		bool chosen = threads[i].tid == ij_stop_thread(interp->stop);
		struct ij_text text = {0}, json = {0};
		char place[256] = "";

		if (threads[i].stopped)
			ij_stop_describe(interp->stop, threads[i].pc, place, sizeof(place));
		ij_text_printf(&text, "%c %7d  %-15s  %s%s%s", chosen ? '*' : ' ', threads[i].tid,
			       threads[i].comm, threads[i].stopped ? "stopped in " : "runs", place,
			       threads[i].text[0] ? ": " : "");
		ij_text_puts(&text, threads[i].text);
		if (threads[i].syscall >= 0 && ij_syscall_name(threads[i].syscall))
			ij_text_printf(&text, ", in %s(2)", ij_syscall_name(threads[i].syscall));
		ij_text_printf(&json, "{\"pid\":%d,\"tid\":%d,\"comm\":", interp->pid,
			       threads[i].tid);
		ij_text_json(&json, threads[i].comm);
		ij_text_printf(&json, ",\"state\":\"%s\",\"chosen\":%s,\"place\":",
			       threads[i].stopped ? "held" : "running", chosen ? "true" : "false");
		ij_text_json(&json, place);
		ij_text_puts(&json, "}");
		ij_tell_either(interp, ij_text_get(&text), ij_text_get(&json));
		ij_text_deinit(&text);
		ij_text_deinit(&json);
	}
}

struct ij_error *ij_do_threads(struct ij_interp *interp, const char *operand)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;

	(void)operand;
	if (interp->stop) {
		tell_held(interp);
		return NULL;
	}
	snprintf(path, sizeof(path), "/proc/%d/task", interp->pid);
	dir = opendir(path);
	if (!dir)
		return ij_error_create(errno == ENOENT ? IJ_ERR_GONE : IJ_ERR_OS,
				       errno == ENOENT ? "process %d exited"
						       : "cannot list the threads of %d",
				       interp->pid);
	while ((entry = readdir(dir)))
		if (number(entry->d_name))
			tell_thread(interp, number(entry->d_name));
	closedir(dir);
	return NULL;
}

struct ij_error *ij_do_goroutines(struct ij_interp *interp, const char *operand)
{
	struct ij_goroutines *goroutines;

	(void)operand;
	IJ_CLI_TRY(ij_session_goroutines(interp->session, &goroutines));
	for (size_t i = 0; i < ij_goroutines_len(goroutines); i++)
		ij_tell_either(interp, ij_goroutines_text(goroutines, i),
			       ij_goroutines_json(goroutines, i));
	ij_goroutines_free(goroutines);
	return NULL;
}

static void tell_chosen(struct ij_interp *interp)
{
	struct ij_text text = {0};

	if (interp->call.goroutine)
		ij_text_printf(&text, "calls are made by goroutine %llu",
			       (unsigned long long)interp->call.goroutine);
	else if (interp->call.tid)
		ij_text_printf(&text, "calls are made by thread %d", interp->call.tid);
	else
		ij_text_puts(&text, "calls are made by any thread");
	ij_tell_echo(interp, ij_text_get(&text));
	ij_text_deinit(&text);
}

struct ij_error *ij_do_goroutine(struct ij_interp *interp, const char *operand)
{
	unsigned long long id;
	char *end;

	if (!*operand) {
		tell_chosen(interp);
		return NULL;
	}
	errno = 0;
	id = isdigit((unsigned char)*operand) ? strtoull(operand, &end, 10) : 0;
	if (strcmp(operand, "any") && (!id || errno || *end))
		return ij_error_create(IJ_ERR_USAGE, "\"%.40s\" is not a goroutine id", operand);
	interp->call.goroutine = id;
	return NULL;
}

static struct ij_error *choose(struct ij_interp *interp, const char *text)
{
	pid_t tid = number(text);
	char path[64];

	/* Of a stop it is the one that is looked at. */
	if (interp->stop && tid) {
		IJ_CLI_TRY(ij_stop_select(interp->stop, tid));
		interp->level = 0;
		return ij_tell_frame(interp, interp->stop, 0);
	}
	if (!strcmp(text, "any")) {
		interp->call.tid = 0;
		return NULL;
	}
	if (!tid)
		return ij_error_create(IJ_ERR_USAGE, "\"%.40s\" is not a thread id", text);
	snprintf(path, sizeof(path), "/proc/%d/task/%d", interp->pid, tid);
	if (access(path, F_OK))
		return ij_error_create(IJ_ERR_NOPROC, "process %d has no thread %d", interp->pid,
				       tid);
	interp->call.tid = tid;
	return NULL;
}

struct ij_error *ij_do_thread(struct ij_interp *interp, const char *operand)
{
	unsigned column = 1;
	struct ij_error *err;
	char *text;

	if (!*operand && interp->stop)
		return ij_tell_frame(interp, interp->stop, interp->level);
	if (!*operand) {
		tell_chosen(interp);
		return NULL;
	}
	err = ij_vars_format(&interp->vars, operand, &text, &column);
	if (!err) {
		err = choose(interp, text);
		free(text);
	}
	return ij_interp_wrong(interp, column, err);
}
