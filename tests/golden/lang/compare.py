#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""compare.py EVALUATE: what interject says of expressions.txt must be what gdb.txt says that gdb
said, but for what differs.txt lists with a reason. A program that cannot be built here is passed
over, and named; 77: none can."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import programs  # noqa: E402: the folder stays as it is


def table(name, columns):
    with open(os.path.join(programs.HERE, name), encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines if not line.startswith("#")]
    for row in rows:
        if len(row) != columns:
            sys.exit("%s: a line with %d columns: %s" % (name, len(row), row[:2]))
    return {tuple(row[:2]): row[2:] for row in rows}


def clean(text):
    return re.sub(r"\b0x[0-9a-f]{6,16}\b", "0xADDR", " ".join(text.split("\n")).strip())


def ask(evaluate, process, expressions):
    out = subprocess.run([evaluate, str(process.pid)], input="\n".join(expressions) + "\n",
                         stdout=subprocess.PIPE, check=True, encoding="utf-8",
                         errors="backslashreplace").stdout
    return out.split("\n")[:-1]


def compare(name, evaluate, folder, gdb, differs):
    mine = [expr for program, expr in gdb if program == name]
    process = programs.start(name, folder)
    try:
        answers = ask(evaluate, process, mine)
        if process.poll() is not None:
            print("%s: the program ended" % name)
            return 1
    finally:
        process.kill()
        process.wait()
    bad = 0
    for expr, answer in zip(mine, answers):
        kind, _, value = answer.partition("\t")
        got = [clean(kind), clean(value)]
        if got[0].startswith("!"):
            got = ["!", "!"]
        want = gdb[name, expr]
        if want[1].startswith("!"):
            want = ["!", "!"]
        listed = differs.pop((name, expr), None)
        if listed is not None:
            want = listed[:2]
        if got != want:
            bad += 1
            print("%s: %s\n    gdb       %s\n    interject %s" %
                  (name, expr, "  =  ".join(want), "  =  ".join(got) if got[0] != "!" else answer))
    if len(answers) != len(mine):
        print("%s: %d answers to %d questions" % (name, len(answers), len(mine)))
        bad += 1
    print("%s: %d expressions, %d wrong" % (name, len(mine), bad))
    return bad


def main():
    gdb, differs = table("gdb.txt", 4), table("differs.txt", 5)
    asked = list(programs.questions())
    if sorted(gdb) != sorted(asked):
        sys.exit("gdb.txt is not of this expressions.txt: run record.py")
    bad = 0
    done = []
    with tempfile.TemporaryDirectory() as folder:
        for name in programs.PROGRAMS:
            try:
                bad += compare(name, sys.argv[1], folder, gdb, differs)
                done.append(name)
            except programs.Missing as reason:
                print("%s is passed over: %s" % (name, reason))
    for name, expr in differs:
        if name in done:
            print("differs.txt: %s is not asked of %s" % (expr, name))
            bad += 1
    if not done:
        print("none of the programs can be built here")
        sys.exit(77)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
