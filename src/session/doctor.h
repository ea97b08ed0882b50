/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A diagnosis of this system, and of a target, made by a tracer of its own. */
#ifndef IJ_SESSION_DOCTOR_H
#define IJ_SESSION_DOCTOR_H

#include "session/session.h"

struct ij_finding_list {
	IJ_VEC(struct ij_wire_finding) list; /* enumerators are valid, texts are terminated */
	char comm[16];                       /* of the target; "" if there is none */
};

/**
 * Ask for the diagnosis.
 *
 * @s: spawned, with 0 as its process if none is to be looked at.
 * @ret: deinit its list with ij_vec_deinit.
 * Errors: NOPROC; PROTOCOL, INTERRUPTED as of any request.
 */
struct ij_error *ij_doctor_ask(struct ij_session *s, struct ij_finding_list *ret) IJ_WARN_UNUSED;

/** "ok", "note", "limited", "blocked", and "permission", "kernel", ...; static storage. */
const char *ij_health_name(uint32_t health);
const char *ij_group_name(uint32_t group);

#endif
