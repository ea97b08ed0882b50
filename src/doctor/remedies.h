/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What to type: the exact flags and settings that give what is missing. */
#ifndef IJ_DOCTOR_REMEDIES_H
#define IJ_DOCTOR_REMEDIES_H

#include "doctor/diagnosis.h"

/** A capability and its names. */
struct ij_capability {
	unsigned number;  /* linux/capability.h */
	const char *name; /* without "CAP_", as container engines take it */
};
extern const struct ij_capability ij_capability_sys_ptrace, ij_capability_sys_admin,
	ij_capability_perfmon, ij_capability_checkpoint;

/** Do we run in a container, as far as can be seen from inside? */
bool ij_remedies_in_container(const struct ij_access *ours);

/** How to get capability @cap with effect: as root, or by flags of the container. */
void ij_remedy_capability(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
			  const struct ij_capability *cap);

/** The same of one that must be had in the first user namespace, to count at all. */
void ij_remedy_first(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
		     const struct ij_capability *cap);

/** How to be rid of a seccomp filter of our own, if we have one, which forbids @what; NULL: that
 * there is one is the matter. */
void ij_remedy_seccomp(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding,
		       const char *what);

/** How to lower Yama's level, or to do with it. */
void ij_remedy_yama(const struct ij_diagnosis *diagnosis, struct ij_wire_finding *finding);

#endif
