# SPDX-License-Identifier: LGPL-2.1-or-later
"""What this machine cannot do, for tests that are skipped there."""

import re
import subprocess
import sys


def no_breakpoints(program):
    """Why no breakpoint can be had, or none is ever hit; None if they work."""
    said = subprocess.run([program, "doctor", "--verbose"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"^(\w+) +breakpoints +(.*)$", said, re.MULTILINE)
    assert found, f"doctor says nothing of breakpoints: {said}"
    return None if found[1] == "ok" else f"breakpoints {found[2]}"


def need_breakpoints(program):
    """End as skipped where they do not work."""
    why = no_breakpoints(program)
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
