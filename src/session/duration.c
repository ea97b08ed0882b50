/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Times as people write them. */
#include "session/duration.h"

#include <stdio.h>
#include <string.h>

static const struct unit {
	const char *name;
	uint64_t ns;
} units[] = {
	{"m", (uint64_t)60 * 1000000000u},
	{"s", 1000000000u},
	{"ms", 1000000u},
	{"us", 1000u},
	{"ns", 1u},
};

static struct ij_error *malformed(const char *text)
{
	return ij_error_new(
		USAGE, "\"%s\" is not a time: write a number and ns, us, ms, s or m (500ms, 1.5s)",
		text);
}

/* The unit's nanoseconds, or 0. */
static uint64_t unit_ns(const char *name)
{
	if (!*name)
		return 1000000000u;
	for (size_t i = 0; i < IJ_COUNT(units); i++)
		if (!strcmp(name, units[i].name))
			return units[i].ns;
	return 0;
}

struct ij_error *ij_duration_parse(const char *text, uint64_t *ret_ns)
{
	uint64_t whole = 0, fraction = 0, scale = 1, unit;
	const char *pos = text;
	bool digits = false;

	for (; *pos >= '0' && *pos <= '9'; pos++, digits = true) {
		whole = whole * 10 + (uint64_t)(*pos - '0');
		if (whole > IJ_DURATION_MAX_NS)
			return ij_error_new(USAGE, "\"%s\" is over a day", text);
	}
	if (*pos == '.') {
		for (pos++; *pos >= '0' && *pos <= '9'; pos++, digits = true) {
			if (scale >= 1000000000u)
				continue; /* below a nanosecond of a second */
			fraction = fraction * 10 + (uint64_t)(*pos - '0');
			scale *= 10;
		}
	}
	unit = unit_ns(pos);
	if (!digits || !unit)
		return malformed(text);
	if (whole > IJ_DURATION_MAX_NS / unit)
		return ij_error_new(USAGE, "\"%s\" is over a day", text);
	/* At most 1e9 * 6e10, which does not fit 64 bits. */
	*ret_ns = whole * unit + (uint64_t)((unsigned __int128)fraction * unit / scale);
	return NULL;
}

void ij_duration_format(uint64_t ns, char *buf, size_t size)
{
	const struct unit *unit = &units[ns ? IJ_COUNT(units) - 1 : 1]; /* 0 s rather than 0 ns */

	for (size_t i = 1; i < IJ_COUNT(units); i++) {
		if (ns >= units[i].ns) {
			unit = &units[i];
			break;
		}
	}
	/* %g would write 1e+03 for 1000 of a unit; seconds may be large. */
	if (ns / unit->ns >= 100)
		snprintf(buf, size, "%llu %s", (unsigned long long)(ns / unit->ns), unit->name);
	else
		snprintf(buf, size, "%.3g %s", (double)ns / (double)unit->ns, unit->name);
}
