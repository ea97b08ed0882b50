#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare every row of our CFI reader with `readelf --debug-dump=frames-interp`.

usage: compare_rows.py DUMP_ROWS FILE...    exit 77: readelf or every FILE is missing
"""
import os
import re
import shutil
import subprocess
import sys

FDE = re.compile(r"^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ FDE .*pc=([0-9a-f]+)\.\.([0-9a-f]+)")
RECORD = re.compile(r"^[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ CIE|^[0-9a-f]+ ZERO")
ROW = re.compile(r"^([0-9a-f]{16}) (.*)$")
REGS = "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15 ra".split()


def readelf_rows(path):
    """{(start, end): [(pc, rule text)]}, rows that change nothing merged, as ours are."""
    env = dict(os.environ, LC_ALL="C")
    # Its exit status is 1 already when it misses a separate debug file.
    text = subprocess.run(["readelf", "-W", "--debug-dump=frames-interp", path], env=env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    funcs, rows, columns, end, last, cie = {}, None, [], 0, None, None
    cies = {}
    for line in text.splitlines():
        fde = FDE.match(line)
        if fde:
            start, end = int(fde.group(1), 16), int(fde.group(2), 16)
            rows = funcs.setdefault((start, end), [])
            last = None
            # An FDE without instructions has no rows of its own: the CIE's initial one holds.
            of = re.search(r"cie=([0-9a-f]+)", line).group(1)
            if of in cies:
                rows.append((start, cies[of]))
                last = cies[of]
            continue
        if RECORD.match(line):
            rows, cie = None, line.split()[0]
            continue
        if line.startswith("   LOC"):
            columns = line.split()[2:]
            continue
        row = ROW.match(line)
        if not row:
            continue
        # A register that is in another one reads "r3 (rbx)": DWARF number, then name.
        pc, fields = int(row.group(1), 16), re.sub(r"r\d+ \((\w+)\)", r"\1", row.group(2)).split()
        rule = "".join([fields[0]] + [" %s=%s" % (reg, how) for reg, how in zip(columns, fields[1:])
                                      if reg in REGS and how != "u"])
        if rows is None:
            cies[cie] = rule
            continue
        if pc >= end:
            continue
        if rows and rows[-1][0] == pc:
            rows.pop()
            last = rows[-1][1] if rows else None
        if rule != last:
            rows.append((pc, rule))
        last = rule
    return {key: rows for key, rows in funcs.items() if key[0] and key[0] != key[1]}


def our_rows(tool, path):
    funcs, rows = {}, None
    text = subprocess.run([tool, path], text=True, stdout=subprocess.PIPE, check=True).stdout
    for line in text.splitlines():
        kind, rest = line.split(" ", 1)
        if kind == "F":
            start, end = (int(part, 16) for part in rest.split())
            rows = funcs.setdefault((start, end), [])
        else:
            pc, rule = rest.split(" ", 1)
            rows.append((int(pc, 16), rule))
    return funcs


def normal(rows):
    """Columns in one order; rows that read the same merged: readelf shows any expression as "exp"."""
    merged = []
    for pc, rule in rows:
        rule = " ".join(rule.split()[:1] + sorted(rule.split()[1:]))
        if not merged or merged[-1][1] != rule:
            merged.append((pc, rule))
    return merged


def main():
    tool, files = sys.argv[1], [path for path in sys.argv[2:] if os.path.exists(path)]
    if not shutil.which("readelf") or not files:
        print("skipped: readelf, or all of: " + " ".join(sys.argv[2:]) + " missing")
        return 77
    bad = 0
    for path in files:
        theirs, ours = readelf_rows(path), our_rows(tool, path)
        differ = [key for key in sorted(set(theirs) | set(ours))
                  if normal(theirs.get(key, [])) != normal(ours.get(key, []))]
        rows = sum(len(rows) for rows in ours.values())
        print("%s: %d functions, %d rows, %d differ" % (path, len(ours), rows, len(differ)))
        for key in differ[:5]:
            print("  %x..%x\n    readelf %s\n    ours    %s" % (
                key[0], key[1], theirs.get(key), ours.get(key)))
        bad += bool(differ) or not ours
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
