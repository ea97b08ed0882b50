/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which system calls a thread had better be left in. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cmocka.h>

#include "inject/rank.h"

enum { SOCKET = 1, RUNNING = 2, UNKNOWN = 4 };

static const struct {
	const char *name;
	long nr;
	uint64_t args[6];
	unsigned flags;
	enum ij_rank rank;
} rows[] = {
	{"running", -1, {0}, RUNNING, IJ_RANK_NOTHING},
	{"a page fault", -1, {0}, 0, IJ_RANK_NOTHING},
	{"cannot be read", SYS_write, {0}, UNKNOWN, IJ_RANK_NOTHING},
	{"read of a pipe", SYS_read, {3}, 0, IJ_RANK_AGAIN},
	{"read of a socket", SYS_read, {3}, SOCKET, IJ_RANK_SEEN},
	{"readv of a socket", SYS_readv, {3}, SOCKET, IJ_RANK_SEEN},
	{"wait4", SYS_wait4, {0}, 0, IJ_RANK_AGAIN},
	{"flock", SYS_flock, {3, 2}, 0, IJ_RANK_AGAIN},
	{"futex", SYS_futex, {1, 128, 2, 0}, 0, IJ_RANK_AGAIN},
	{"futex, limited", SYS_futex, {1, 128, 2, 4096}, 0, IJ_RANK_BLOCK},
	{"nanosleep", SYS_nanosleep, {4096}, 0, IJ_RANK_BLOCK},
	{"poll", SYS_poll, {4096, 1, 100}, 0, IJ_RANK_BLOCK},
	{"ppoll", SYS_ppoll, {4096, 1, 4096}, 0, IJ_RANK_TIMED},
	{"semop", SYS_semop, {1, 4096, 1}, 0, IJ_RANK_EINTR},
	{"epoll_wait", SYS_epoll_wait, {3, 4096, 8, UINT32_MAX}, 0, IJ_RANK_EINTR},
	{"epoll_wait, limited", SYS_epoll_wait, {3, 4096, 8, 100}, 0, IJ_RANK_LIMITED},
	{"epoll_wait, not at all", SYS_epoll_wait, {3, 4096, 8, 0}, 0, IJ_RANK_LIMITED},
	{"epoll_pwait2", SYS_epoll_pwait2, {3, 4096, 8, 0}, 0, IJ_RANK_EINTR},
	{"epoll_pwait2, limited", SYS_epoll_pwait2, {3, 4096, 8, 4096}, 0, IJ_RANK_LIMITED},
	{"sigtimedwait", SYS_rt_sigtimedwait, {4096, 0, 0, 8}, 0, IJ_RANK_EINTR},
	{"sigtimedwait, limited", SYS_rt_sigtimedwait, {4096, 0, 4096, 8}, 0, IJ_RANK_LIMITED},
	{"semtimedop, limited", SYS_semtimedop, {1, 4096, 1, 4096}, 0, IJ_RANK_LIMITED},
	{"io_getevents", SYS_io_getevents, {1, 1, 1, 4096, 0}, 0, IJ_RANK_EINTR},
	{"io_uring_enter, waits", SYS_io_uring_enter, {3, 0, 1, 1}, 0, IJ_RANK_LIMITED},
	{"io_uring_enter, submits", SYS_io_uring_enter, {3, 1, 1, 1}, 0, IJ_RANK_SEEN},
	{"recv", SYS_recvfrom, {3, 4096, 10, 0}, SOCKET, IJ_RANK_SEEN},
	{"recv, all of it", SYS_recvfrom, {3, 4096, 10, MSG_WAITALL}, SOCKET, IJ_RANK_SEEN},
	{"accept", SYS_accept, {3}, SOCKET, IJ_RANK_SEEN},
	{"connect", SYS_connect, {3, 4096, 16}, SOCKET, IJ_RANK_SEEN},
	{"write", SYS_write, {3, 4096, 10}, 0, IJ_RANK_SEEN},
	{"sendfile", SYS_sendfile, {3, 4, 0, 4096}, 0, IJ_RANK_SEEN},
	{"one that nobody knows", 100000, {0}, 0, IJ_RANK_AGAIN},
};

static void test_ranks(void **state)
{
	(void)state;
	for (size_t i = 0; i < IJ_COUNT(rows); i++) {
		struct ij_blocked blocked = {.known = !(rows[i].flags & UNKNOWN),
					     .running = rows[i].flags & RUNNING,
					     .nr = rows[i].nr};

		for (unsigned k = 0; k < 6; k++)
			blocked.args[k] = rows[i].args[k];
		if (ij_rank_of(&blocked, rows[i].flags & SOCKET) != rows[i].rank)
			fail_msg("%s: not %d", rows[i].name, rows[i].rank);
		assert_int_equal(ij_rank_asks(&blocked),
				 rows[i].nr == SYS_read || rows[i].nr == SYS_readv);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_ranks)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
