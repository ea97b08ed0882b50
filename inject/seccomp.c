/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Filters read from a stopped thread, and run (seccomp(2); Linux, kernel/seccomp.c). */
#include "inject/seccomp.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "base/clock.h"

/* For all filters of a thread together, which waits meanwhile. */
#define RUN_MAX_NS (20 * IJ_NS_PER_MS)

enum ij_seccomp_action ij_seccomp_action(uint32_t value)
{
	switch (value & SECCOMP_RET_ACTION_FULL) {
	case SECCOMP_RET_ALLOW:
	case SECCOMP_RET_LOG:
		return IJ_SECCOMP_ALLOW;
	case SECCOMP_RET_TRACE:
		return IJ_SECCOMP_TRACE;
	case SECCOMP_RET_USER_NOTIF:
		return IJ_SECCOMP_NOTIFY;
	case SECCOMP_RET_ERRNO:
		return IJ_SECCOMP_ERRNO;
	case SECCOMP_RET_TRAP:
		return IJ_SECCOMP_TRAP;
	default:
		return IJ_SECCOMP_KILL;
	}
}

const char *ij_seccomp_action_text(uint32_t set)
{
	if (set & IJ_SECCOMP_BIT(KILL))
		return "would kill it";
	if (set & IJ_SECCOMP_BIT(TRAP))
		return "would raise SIGSYS";
	if (set & IJ_SECCOMP_BIT(NOTIFY))
		return "asks another process";
	if (set & (IJ_SECCOMP_BIT(ERRNO) | IJ_SECCOMP_BIT(TRACE)))
		return "answers with an error";
	return "allows it";
}

uint32_t ij_seccomp_combine(uint32_t a, uint32_t b)
{
	uint32_t set = 0;

	/* The minimum of one of each: it is in one set, and the other has nothing below it. */
	for (unsigned i = 0; i < IJ_SECCOMP_ACTIONS; i++)
		if ((a >> i & 1 && b >> i) || (b >> i & 1 && a >> i))
			set |= 1u << i;
	return set;
}

/* A program whose every value was seen may also be one that returns by a register. */
static void note(void *ctx, uint32_t value, bool known)
{
	uint32_t *set = ctx;

	*set |= known ? 1u << ij_seccomp_action(value) : IJ_SECCOMP_ALL;
}

static void set_word(struct ij_bpf_data *data, unsigned at, uint64_t value)
{
	data->word[at] = (uint32_t)value;
	data->word[at + 1] = (uint32_t)(value >> 32);
	data->known |= 3u << at;
}

/* struct seccomp_data of a call, on a little-endian machine. */
static struct ij_bpf_data data_of(const struct ij_seccomp_probe *probe)
{
	struct ij_bpf_data data = {.word = {probe->nr, IJ_ARCH_AUDIT}, .known = 3};

	if (probe->pc)
		set_word(&data, 2, probe->pc);
	for (unsigned i = 0; i < 6; i++)
		if (probe->args_known >> i & 1)
			set_word(&data, 4 + 2 * i, probe->args[i]);
	return data;
}

void ij_seccomp_filter(const struct sock_filter *prog, size_t len, struct ij_seccomp_probe *probes,
		       size_t probes_len)
{
	bool valid = ij_bpf_is_valid(prog, len);

	for (size_t i = 0; i < probes_len; i++) {
		const struct ij_bpf_data data = data_of(&probes[i]);
		uint32_t set = 0;

		if (!valid || !ij_bpf_run(prog, len, &data, note, &set))
			set = IJ_SECCOMP_ALL;
		probes[i].set = ij_seccomp_combine(probes[i].set, set);
	}
}

/* Linux, kernel/seccomp.c, mode1_syscalls. */
static uint32_t by_strict_mode(uint32_t nr)
{
	switch (nr) {
	case SYS_read:
	case SYS_write:
	case SYS_exit:
	case SYS_rt_sigreturn:
		return IJ_SECCOMP_BIT(ALLOW);
	default:
		return IJ_SECCOMP_BIT(KILL);
	}
}

struct ij_error *ij_seccomp_ask(struct ij_thread *thread, unsigned mode,
				struct ij_seccomp_probe *probes, size_t len, unsigned *filters_ret)
{
	/* Of one tracer, and too large for the stack. */
	static struct sock_filter prog[IJ_BPF_INSNS_MAX];

	const uint64_t deadline = ij_deadline_ns(RUN_MAX_NS);

	*filters_ret = 0;
	for (size_t i = 0; i < len; i++)
		probes[i].set = mode == IJ_SECCOMP_STRICT ? by_strict_mode(probes[i].nr)
							  : IJ_SECCOMP_BIT(ALLOW);
	if (mode != IJ_SECCOMP_FILTER)
		return NULL;
	for (;; ++*filters_ret) {
		size_t insns;

		IJ_TRY(ij_thread_filter_get(thread, *filters_ret, prog, IJ_COUNT(prog), &insns));
		if (!insns)
			break;
		if (*filters_ret == IJ_SECCOMP_FILTERS_MAX)
			return ij_error_new(UNSUPPORTED, "more than %d seccomp filters",
					    IJ_SECCOMP_FILTERS_MAX);
		if (ij_now_ns() > deadline)
			return ij_error_new(UNSUPPORTED, "seccomp filters that are too large");
		ij_seccomp_filter(prog, insns, probes, len);
	}
	if (!*filters_ret)
		return ij_error_new(UNSUPPORTED, "a seccomp filter that cannot be found");
	return NULL;
}
