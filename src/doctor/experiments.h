/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The experiments. */
#ifndef IJ_DOCTOR_EXPERIMENTS_H
#define IJ_DOCTOR_EXPERIMENTS_H

#include "doctor/trial.h"

/** On a child of ours (experiments.c): attach, stop, read and set what an injection does. */
void ij_try_ptrace(struct ij_trial *trial);
/** Tell a system call's entry from its exit. */
void ij_try_syscall_stops(struct ij_trial *trial);
/** Read and write its data through /proc/PID/mem. */
void ij_try_memory(struct ij_trial *trial);
/** The same for its code, which it cannot write itself. */
void ij_try_code(struct ij_trial *trial);
/** Read it by process_vm_readv(2), which needs no descriptor. */
void ij_try_process_vm(struct ij_trial *trial);
/** Share its memory through /proc/PID/map_files. */
void ij_try_map_files(struct ij_trial *trial);
/** Read a seccomp filter that it is under. */
void ij_try_filters(struct ij_trial *trial);
/** Suspend it. */
void ij_try_suspend(struct ij_trial *trial);
/** Ask for its rseq area. */
void ij_try_rseq(struct ij_trial *trial);
/** See the system call that it waits in, without stopping it. */
void ij_try_blocked(struct ij_trial *trial);

/** Of the system (facilities.c): refer to a process by descriptor. */
void ij_try_pidfd(struct ij_trial *trial);
/** Open a file below a root that it cannot lead out of. */
void ij_try_openat2(struct ij_trial *trial);
/** Make sealed memory. */
void ij_try_memfd(struct ij_trial *trial);

#endif
