/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The CPU: what of a thread's state a call saves and restores (Intel SDM volume 1, 13, and volume
 * 2, CPUID; AMD64 APM volume 3, appendix E).
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/regs.h"
#include "doctor/doctor.h"

#define OSXSAVE (1u << 27) /* CPUID 1, ECX: XGETBV may be used */
#define SHSTK   (1u << 7)  /* CPUID 7, ECX */

#define CPUINFO_SIZE 65536 /* bytes; of many CPUs the first ones say it */

/* State components by their bits in XCR0. */
static const struct {
	uint64_t bits;
	const char *name;
} components[] = {
	{1u << 0, "x87"},        {1u << 1, "SSE"},     {1u << 2, "AVX"},
	{3u << 3, "MPX"},        {7u << 5, "AVX-512"}, {1u << 9, "protection keys"},
	{3u << 17, "AMX tiles"}, {1u << 19, "APX"},
};

static void brand(char *text, size_t size)
{
	unsigned regs[12] = {0};
	char raw[sizeof(regs) + 1];
	unsigned max = __get_cpuid_max(0x80000000, NULL);
	const char *start;

	for (unsigned i = 0; i < 3 && max >= 0x80000004; i++)
		__cpuid(0x80000002 + i, regs[4 * i], regs[4 * i + 1], regs[4 * i + 2],
			regs[4 * i + 3]);
	memcpy(raw, regs, sizeof(regs));
	raw[sizeof(regs)] = 0;
	start = raw + strspn(raw, " ");
	snprintf(text, size, "%s", *start ? start : "x86-64");
	for (size_t len = strlen(text); len && text[len - 1] == ' '; len--)
		text[len - 1] = 0;
}

static uint64_t xcr0(void)
{
	uint32_t low, high;

	__asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static void state(struct ij_diagnosis *d)
{
	unsigned eax, size, ecx = 0, edx;
	struct ij_wire_finding *finding;
	char names[128] = "";
	uint64_t enabled;
	size_t len = 0;

	if (!__get_cpuid(1, &eax, &size, &ecx, &edx) || !(ecx & OSXSAVE) ||
	    !__get_cpuid_count(13, 0, &eax, &size, &ecx, &edx)) {
		finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_CPU, "register state",
					   "cannot be saved: no XSAVE");
		ij_finding_block(finding, IJ_ERR_UNSUPPORTED, "no call at all");
		return;
	}
	enabled = xcr0();
	for (size_t i = 0; i < IJ_COUNT(components); i++)
		if (enabled & components[i].bits)
			len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s",
						len ? ", " : "", components[i].name);
	finding = ij_diagnosis_add(d, IJ_WIRE_GROUP_CPU, "register state",
				   "%u bytes, all saved and restored: %s", size, names);
	if (size > IJ_XSTATE_MAX)
		ij_finding_block(finding, IJ_ERR_UNSUPPORTED,
				 "no call at all: it is larger than %d bytes", IJ_XSTATE_MAX);
}

static void shadow_stack(struct ij_diagnosis *d)
{
	unsigned eax, ebx, ecx = 0, edx;
	bool cpu = __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && ecx & SHSTK;
	char *text = malloc(CPUINFO_SIZE);
	bool kernel = text && ij_process_slurp(AT_FDCWD, "/proc/cpuinfo", text, CPUINFO_SIZE) > 0 &&
		      strstr(text, " user_shstk");

	free(text);
	ij_diagnosis_add(d, IJ_WIRE_GROUP_CPU, "shadow stack", "%s",
			 kernel ? "offered to programs: those that use one are refused"
			 : cpu  ? "of the CPU, not offered to programs by this kernel"
				: "none in this CPU");
}

void ij_doctor_cpu(struct ij_diagnosis *d)
{
	char text[64];

	brand(text, sizeof(text));
	ij_diagnosis_add(d, IJ_WIRE_GROUP_CPU, "model", "%s", text);
	state(d);
	shadow_stack(d);
}
