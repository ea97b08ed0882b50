/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GNOME's JavaScript. The format is described in libc.h. */
// library: gjs
void gjs_dumpstack(void); // need: all; traits: blocks
