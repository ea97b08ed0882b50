/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings: texts of fixed room, as they travel to the client. */
#include "doctor/diagnosis.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct ij_wire_finding *ij_diagnosis_add(struct ij_diagnosis *diagnosis, enum ij_wire_group group,
					 const char *name, const char *fmt, ...)
{
	/* Nobody reads it. */
	static struct ij_wire_finding spare;
	struct ij_wire_finding *finding = &spare;
	va_list args;

	if (diagnosis->len < IJ_COUNT(diagnosis->findings))
		finding = &diagnosis->findings[diagnosis->len++];
	*finding = (struct ij_wire_finding){.group = group, .health = IJ_WIRE_HEALTH_OK};
	snprintf(finding->name, sizeof(finding->name), "%s", name);
	va_start(args, fmt);
	vsnprintf(finding->found, sizeof(finding->found), fmt, args);
	va_end(args);
	return finding;
}

void ij_diagnosis_settle(struct ij_diagnosis *diagnosis, const char *name, const char *why)
{
	for (size_t i = 0; i < diagnosis->len; i++) {
		struct ij_wire_finding *it = &diagnosis->findings[i];
		size_t len = strlen(it->found);

		if (strcmp(it->name, name) != 0 || it->health == IJ_WIRE_HEALTH_OK)
			continue;
		it->health = IJ_WIRE_HEALTH_OK;
		it->cost[0] = 0;
		it->remedies_len = 0;
		snprintf(it->found + len, sizeof(it->found) - len, "; %s", why);
	}
}

#define SET(finding, state)                                                     \
	do {                                                                    \
		va_list args;                                                   \
		(finding)->health = IJ_WIRE_HEALTH_##state;                     \
		va_start(args, fmt);                                            \
		vsnprintf((finding)->cost, sizeof((finding)->cost), fmt, args); \
		va_end(args);                                                   \
	} while (0)

void ij_finding_note(struct ij_wire_finding *finding, const char *fmt, ...)
{
	SET(finding, NOTE);
}

void ij_finding_limit(struct ij_wire_finding *finding, const char *fmt, ...)
{
	SET(finding, LIMITED);
}

void ij_finding_block(struct ij_wire_finding *finding, enum ij_error_code code, const char *fmt,
		      ...)
{
	finding->code = code;
	SET(finding, BLOCKED);
}

void ij_finding_remedy(struct ij_wire_finding *finding, const char *fmt, ...)
{
	va_list args;
	uint32_t at = finding->remedies_len;

	if (at == IJ_WIRE_REMEDIES_MAX)
		return;
	va_start(args, fmt);
	vsnprintf(finding->remedies[at], sizeof(finding->remedies[at]), fmt, args);
	va_end(args);
	finding->remedies_len++;
}
