/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers and names of threads (gdb/thread.c). */
#include "repl/gdb/threads.h"

#include <string.h>

#include "repl/gdb/proc.h"

struct ij_error *ij_gdb_threads_renew(struct ij_gdb *g)
{
	pid_t pid = ij_debugger_pid(g->debugger), tid;

	if (g->threads_of != pid)
		g->threads.len = 0;
	g->threads_of = pid;
	for (size_t i = 0; (tid = ij_debugger_thread(g->debugger, i)); i++)
		if (!ij_gdb_thread_number(g, tid))
			IJ_CLI_TRY(ij_list_push(&g->threads, tid));
	return NULL;
}

unsigned ij_gdb_thread_number(const struct ij_gdb *g, pid_t tid)
{
	for (size_t i = 0; i < g->threads.len; i++)
		if (g->threads.items[i] == tid)
			return (unsigned)i + 1;
	return 0;
}

pid_t ij_gdb_thread_of(struct ij_gdb *g, unsigned number)
{
	pid_t tid;

	if (!number || number > g->threads.len)
		return 0;
	for (size_t i = 0; (tid = ij_debugger_thread(g->debugger, i)); i++)
		if (tid == g->threads.items[number - 1])
			return tid;
	return 0;
}

bool ij_gdb_threads_many(struct ij_gdb *g)
{
	ij_error_free(ij_gdb_threads_renew(g));
	return g->threads.len > 1;
}

/* Its own name; "" if it is not known. */
static void name_of(const struct ij_gdb *g, pid_t tid, char *buf, size_t size)
{
	char *name = NULL;
	struct ij_error *err = ij_gdb_thread_name(ij_debugger_pid(g->debugger), tid, &name);

	snprintf(buf, size, "%s", err ? "" : name);
	free(name);
	ij_error_free(err);
}

void ij_gdb_thread_tell(struct ij_gdb *g, pid_t tid)
{
	char name[32];

	name_of(g, tid, name, sizeof(name));
	printf("Thread %u \"%s\" ", ij_gdb_thread_number(g, tid), name);
}

void ij_gdb_thread_text(struct ij_gdb *g, pid_t tid, bool with_name, char *buf, size_t size)
{
	uint64_t block = ij_debugger_thread_block(g->debugger, tid);
	char name[32] = "";
	size_t len;

	if (block)
		snprintf(buf, size, "Thread 0x%llx (LWP %d)", (unsigned long long)block, tid);
	else
		snprintf(buf, size, "%s %d", g->threads.len > 1 ? "LWP" : "process", tid);
	if (with_name)
		name_of(g, tid, name, sizeof(name));
	len = strlen(buf);
	if (*name)
		snprintf(buf + len, size - len, " \"%s\"", name);
}
