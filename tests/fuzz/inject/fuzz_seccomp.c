/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Fuzzes the interpreter of filters: first what is known, then the data, then the program. What a
 * program says to certain data it must also say may be, when less of the data is known.
 */
#include <stdlib.h>
#include <string.h>

#include "inject/seccomp.h"

struct seen {
	bool any;
	uint32_t value;
	uint32_t set;
	unsigned count;
};

static void note(void *ctx, uint32_t value, bool known)
{
	struct seen *seen = ctx;

	seen->count++;
	if (known)
		seen->set |= 1u << ij_seccomp_action(value);
	else
		seen->any = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sock_filter prog[IJ_BPF_INSNS_MAX];
	struct ij_bpf_data words;
	struct seen exact = {0}, loose = {0};
	size_t len;

	if (size < 4 + sizeof(words.word))
		return 0;
	memcpy(&words.known, data, 4);
	memcpy(words.word, data + 4, sizeof(words.word));
	data += 4 + sizeof(words.word);
	size -= 4 + sizeof(words.word);
	len = size / sizeof(prog[0]);
	if (len > IJ_BPF_INSNS_MAX)
		len = IJ_BPF_INSNS_MAX;
	memcpy(prog, data, len * sizeof(prog[0]));
	if (!ij_bpf_is_valid(prog, len))
		return 0;
	if (!ij_bpf_run(prog, len, &words, note, &loose))
		loose.any = true;
	words.known = (1u << IJ_BPF_WORDS) - 1;
	if (!ij_bpf_run(prog, len, &words, note, &exact))
		return 0;
	/* Scratch memory that was never written to, which the kernel would not have taken. */
	if (exact.any || exact.count > 1)
		return 0;
	if (!loose.any && exact.set & ~loose.set)
		abort();
	return 0;
}
