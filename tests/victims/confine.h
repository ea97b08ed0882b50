/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Confinement that any victim can be put under: seccomp filters, strict mode, no executable memory.
 */
#ifndef IJ_VICTIM_CONFINE_H
#define IJ_VICTIM_CONFINE_H

/** Put the process under the confinement @name; exits with 77 if the kernel has none such. */
void victim_confine(const char *name);

#endif
