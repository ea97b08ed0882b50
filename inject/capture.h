/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a running call writes to descriptors 1 and 2, copied out of its system calls as they return.
 * Nothing is changed: it goes where the program's output goes, too, and that of other threads goes
 * there alone.
 */
#ifndef IJ_INJECT_CAPTURE_H
#define IJ_INJECT_CAPTURE_H

#include "inject/injector.h"

struct ij_capture {
	bool at_entry; /* the last stop was a system call's entry */
	bool cut;      /* no more is kept */
	size_t size;   /* bytes in the file of inj->capture_fd */
};

/**
 * Take one system-call stop of the running call; the caller resumes. Whatever cannot be read or
 * kept is told in the file as cut.
 *
 * Errors: GONE, OS (of the thread).
 */
struct ij_error *ij_capture_step(struct ij_capture *capture, struct ij_injector *inj,
				 struct ij_thread *thread) IJ_WARN_UNUSED;

#endif
