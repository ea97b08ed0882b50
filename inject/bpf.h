/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Classic BPF as seccomp(2) uses it, run on data of which only a part is known. */
#ifndef IJ_INJECT_BPF_H
#define IJ_INJECT_BPF_H

#include <linux/filter.h>

#include "base/types.h"

enum {
	IJ_BPF_WORDS = 16, /* 32-bit words of struct seccomp_data */
	IJ_BPF_INSNS_MAX =
		4096, /* BPF_MAXINSNS of a program (Linux, include/uapi/linux/bpf_common.h)
		       */
};

/** What a program looks at: struct seccomp_data, word by word. */
struct ij_bpf_data {
	uint32_t word[IJ_BPF_WORDS];
	uint32_t known; /* bit N: word N is known */
};

/**
 * Would the kernel take this program for a filter: known instructions, jumps and loads in bounds,
 * an end?
 *
 * Source: Linux, net/core/filter.c, bpf_check_classic; kernel/seccomp.c, seccomp_check_filter.
 */
bool ij_bpf_is_valid(const struct sock_filter *prog, size_t len);

/**
 * Run a valid program on every value that the unknown words may have.
 *
 * @visit: is told of each value that may be returned, perhaps more than once; @known false: any
 *   value.
 * @return: false if the work was more than is reasonable: anything may be returned.
 */
bool ij_bpf_run(const struct sock_filter *prog, size_t len, const struct ij_bpf_data *data,
		void (*visit)(void *ctx, uint32_t value, bool known), void *ctx) IJ_WARN_UNUSED;

#endif
