/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rows of semaphores, message queues and asynchronous I/O. */
#include "syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <mqueue.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

static int id = -1;
static mqd_t queue;

static void remove_sem(void)
{
	semctl(id, 0, IPC_RMID);
}

static void prepare_sem(void)
{
	cleaner = remove_sem;
	id = semget(IPC_PRIVATE, 1, 0600);
	need(id >= 0, "semget");
}

static long wait_semop(void)
{
	struct sembuf op = {.sem_op = -1};
	return semop(id, &op, 1);
}

static void wake_sem(void)
{
	struct sembuf op = {.sem_op = 1};
	need(semop(id, &op, 1) == 0, "semop");
}

static long wait_semtimedop(void)
{
	struct sembuf op = {.sem_op = -1};
	struct timespec span = limit_span();
	return syscall(SYS_semtimedop, id, &op, 1, &span);
}

struct message {
	long type;
	char text[1024];
};

static void remove_msg(void)
{
	msgctl(id, IPC_RMID, NULL);
}

static void prepare_msg(void)
{
	cleaner = remove_msg;
	id = msgget(IPC_PRIVATE, 0600);
	need(id >= 0, "msgget");
}

static long wait_msgrcv(void)
{
	struct message msg;
	return msgrcv(id, &msg, sizeof(msg.text), 0, 0);
}

static void wake_msgsnd(void)
{
	struct message msg = {.type = 1};
	need(msgsnd(id, &msg, 1, 0) == 0, "msgsnd");
}

static void prepare_msg_full(void)
{
	struct message msg = {.type = 1};
	prepare_msg();
	while (msgsnd(id, &msg, sizeof(msg.text), IPC_NOWAIT) == 0)
		;
}

static long wait_msgsnd(void)
{
	struct message msg = {.type = 1};
	return msgsnd(id, &msg, sizeof(msg.text), 0);
}

static void wake_msgrcv(void)
{
	struct message msg;
	need(msgrcv(id, &msg, sizeof(msg.text), 0, 0) >= 0, "msgrcv");
}

static void prepare_mq(void)
{
	char name[64];
	struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 1};
	snprintf(name, sizeof(name), "/ij-syscalls-%d", getpid());
	queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attr);
	if (queue < 0)
		missing("mq_open");
	mq_unlink(name);
}

static long wait_mq_receive(void)
{
	char byte;
	return mq_receive(queue, &byte, 1, NULL);
}

static void wake_mq_send(void)
{
	need(mq_send(queue, "w", 1, 0) == 0, "mq_send");
}

static void prepare_mq_full(void)
{
	prepare_mq();
	wake_mq_send();
}

static long wait_mq_send(void)
{
	return mq_send(queue, "w", 1, 0);
}

static void wake_mq_receive(void)
{
	char byte;
	need(mq_receive(queue, &byte, 1, NULL) == 1, "mq_receive");
}

static long wait_mq_limit(void)
{
	char byte;
	struct timespec when = after_limit(CLOCK_REALTIME);
	return mq_timedreceive(queue, &byte, 1, NULL, &when);
}

/* Linux asynchronous I/O */

static aio_context_t aio;

static void prepare_aio(void)
{
	static struct iocb block = {.aio_lio_opcode = IOCB_CMD_POLL, .aio_buf = POLLIN};
	struct iocb *blocks[1] = {&block};
	block.aio_fildes = (uint32_t)quiet[0];
	if (syscall(SYS_io_setup, 1, &aio))
		missing("io_setup");
	if (syscall(SYS_io_submit, aio, 1, blocks) != 1)
		missing("io_submit");
}

static long wait_getevents(void)
{
	struct io_event event;
	return syscall(SYS_io_getevents, aio, 1, 1, &event, NULL);
}

static long wait_getevents_limit(void)
{
	struct io_event event;
	struct timespec span = limit_span();
	return syscall(SYS_io_getevents, aio, 1, 1, &event, &span);
}

static long wait_pgetevents_limit(void)
{
	struct io_event event;
	struct timespec span = limit_span();
	return syscall(SYS_io_pgetevents, aio, 1, 1, &event, &span, NULL);
}

/* io_uring: one request to poll the quiet pipe. */

static struct io_uring_params ring;
static int ring_fd = -1;
static unsigned to_submit;

static void prepare_ring(void)
{
	uint8_t *rings;
	struct io_uring_sqe *entries;
	ring_fd = (int)syscall(SYS_io_uring_setup, 4, &ring);
	if (ring_fd < 0 || !(ring.features & IORING_FEAT_EXT_ARG))
		missing("io_uring_setup");
	rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQ_RING);
	entries = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd, IORING_OFF_SQES);
	need(rings != MAP_FAILED && entries != MAP_FAILED, "io_uring");
	entries[0] = (struct io_uring_sqe){
		.opcode = IORING_OP_POLL_ADD, .fd = quiet[0], .poll32_events = POLLIN};
	*(uint32_t *)(void *)(rings + ring.sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(void *)(rings + ring.sq_off.tail), 1, __ATOMIC_RELEASE);
	to_submit = 1;
}

static void prepare_ring_submitted(void)
{
	prepare_ring();
	need(syscall(SYS_io_uring_enter, ring_fd, 1, 0, 0, NULL, 0) == 1, "io_uring_enter");
	to_submit = 0;
}

static long wait_ring(void)
{
	unsigned submit = to_submit;
	to_submit = 0;
	return syscall(SYS_io_uring_enter, ring_fd, submit, 1, IORING_ENTER_GETEVENTS, NULL, 0);
}

static long wait_ring_limit(void)
{
	struct timespec span = limit_span();
	struct io_uring_getevents_arg arg = {.ts = (uintptr_t)&span};
	return syscall(SYS_io_uring_enter, ring_fd, 0, 1,
		       IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG, &arg, sizeof(arg));
}

const struct row queue_rows[] = {
	{"semop", prepare_sem, wait_semop, wake_sem, 0, 0, EINTRED, NULL},
	{"msgrcv", prepare_msg, wait_msgrcv, wake_msgsnd, 1, 0, EINTRED, NULL},
	{"msgsnd", prepare_msg_full, wait_msgsnd, wake_msgrcv, 0, 0, EINTRED, NULL},
	{"mq_receive", prepare_mq, wait_mq_receive, wake_mq_send, 1, 0, BY_FLAG, NULL},
	{"mq_send", prepare_mq_full, wait_mq_send, wake_mq_receive, 0, 0, BY_FLAG, NULL},
	{"mq_receive_abs", prepare_mq, wait_mq_limit, NULL, -1, ETIMEDOUT, BY_FLAG, NULL},
	{"io_getevents", prepare_aio, wait_getevents, wake_quiet, 1, 0, EINTRED, NULL},
	{"io_getevents_ts", prepare_aio, wait_getevents_limit, NULL, 0, 0, EINTRED, NULL},
	{"io_pgetevents_ts", prepare_aio, wait_pgetevents_limit, NULL, 0, 0, EINTRED, NULL},
	{"io_uring_enter", prepare_ring_submitted, wait_ring, wake_quiet, 0, 0, EINTRED, NULL},
	{"io_uring_submit", prepare_ring, wait_ring, wake_quiet, 1, 0, EINTRED, NULL},
	{"io_uring_enter_ts", prepare_ring_submitted, wait_ring_limit, NULL, -1, ETIME, EINTRED,
	 NULL},
	{"semtimedop_ts", prepare_sem, wait_semtimedop, NULL, -1, EAGAIN, EINTRED, NULL},
	{0},
};
