#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare.py DUMP FILE...: what DUMP says of every instruction of each FILE must be what objdump says.

Instructions of the same bytes are looked at once. A FILE that is not installed is passed over; 77 is a skip.
"""

import os
import re
import shutil
import subprocess
import sys

# A target of a branch has no 0x in objdump.
BRANCH = re.compile(r"\b(?:call|jmp|j[a-z]+|loop[a-z]*|xbegin)(?:,p[nt])?\s+(?=[0-9a-f]+$)")


def rows(path, flavor):
    """Addresses, bytes and texts."""
    command = ["objdump", "-d", "-w", "-M", "att" if flavor == "att" else "intel", path]
    seen = set()
    for line in subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines():
        parts = line.split("\t")
        if len(parts) < 3 or parts[1] in seen:
            continue
        seen.add(parts[1])
        text = re.sub(r"\s*<[^>]*>+", "", parts[2])
        text = re.sub(r"# ([0-9a-f]+)$", r"# 0x\1", text.rstrip())
        text = BRANCH.sub(lambda match: match.group(0) + "0x", text)
        yield int(parts[0].strip(" :"), 16), parts[1].strip(), text


def compare(dump, path, flavor):
    want = list(rows(path, flavor))
    lines = "".join("%x %s\n" % (address, code) for address, code, _ in want)
    got = subprocess.run([dump, flavor], input=lines, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert len(got) == len(want), (len(got), len(want))
    bad = 0
    for (_, code, text), line in zip(want, got):
        expected = "%d %s" % (len(code.split()), text)
        if line == expected:
            continue
        bad += 1
        if bad <= 10:
            print("%s: %s\n  objdump: %s\n  ours:    %s" % (path, code, expected, line))
    print("%s: %s: %d instructions, %d differ" % (path, flavor, len(want), bad))
    return bad, len(want)


if not shutil.which("objdump"):
    print("objdump is not installed")
    sys.exit(77)
total = failed = 0
for file in sys.argv[2:]:
    if not os.access(file, os.R_OK):
        continue
    for name in ("att", "intel"):
        differ, count = compare(sys.argv[1], file, name)
        failed += differ
        total += count
if not total:
    print("none of the files is installed")
    sys.exit(77)
sys.exit(1 if failed else 0)
