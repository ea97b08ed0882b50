#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The numbers of the kernel's header for user space, as rows of C.
#
# usage: unistd.sh COMPILER FILE
set -euo pipefail
echo '#include <asm/unistd_64.h>' | "$1" -E -dM -x c - |
	sed -nE 's/^#define __NR_([a-z0-9_]+) ([0-9]+)$/{"\1", \2},/p' >"$2"
