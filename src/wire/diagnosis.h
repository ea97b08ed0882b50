/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bodies of DOCTOR and DIAGNOSIS (messages.h): what works here, and what stands in the way. */
#ifndef IJ_WIRE_DIAGNOSIS_H
#define IJ_WIRE_DIAGNOSIS_H

#include "base/types.h"

struct ij_wire_doctor {
	uint32_t version;
	int32_t pid; /* 0: no target */
};

enum ij_wire_health {
	IJ_WIRE_HEALTH_OK,
	IJ_WIRE_HEALTH_NOTE,    /* worth knowing; calls are as good as ever */
	IJ_WIRE_HEALTH_LIMITED, /* some calls cannot be made, or cost more */
	IJ_WIRE_HEALTH_BLOCKED, /* none can be made */
	IJ_WIRE_HEALTHS
};

/** What findings are about, in the order of a report. */
enum ij_wire_group {
	IJ_WIRE_GROUP_PERMISSION,
	IJ_WIRE_GROUP_KERNEL,
	IJ_WIRE_GROUP_CPU,
	IJ_WIRE_GROUP_TARGET,
	IJ_WIRE_GROUPS
};

enum { IJ_WIRE_REMEDIES_MAX = 5, IJ_WIRE_FINDINGS_MAX = 64 };

/** One thing that was looked at. The first of a group describes what the group is about. */
struct ij_wire_finding {
	uint32_t group;  /* enum ij_wire_group */
	uint32_t health; /* enum ij_wire_health */
	uint32_t code;   /* of BLOCKED: enum ij_error_code that a call would end with */
	uint32_t remedies_len;
	char name[24]; /* NUL-terminated, as all texts here; what is from a target may be any bytes
			*/
	char found[256];                          /* what was seen */
	char cost[256];                           /* what it costs; "" where nothing */
	char remedies[IJ_WIRE_REMEDIES_MAX][256]; /* each would do */
};

struct ij_wire_diagnosis {
	uint32_t len; /* struct ij_wire_finding that follow */
	uint32_t reserved;
	char comm[16]; /* of the target */
};

#endif
