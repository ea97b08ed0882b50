#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What gdb says of files, with interject in its place: nothing is started.

usage: gdb_files.py PROGRAM CC            hold what PROGRAM prints against tests/golden/gdb/files.json
       gdb_files.py --record GDB CC       record it anew with a real gdb

Each file (the same program at -O0 and -O2, with symbols only, stripped) is asked each batch of commands; the output is
compared as a whole. What depends on the compiler and its library is asked of no more than our own names.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden", "gdb", "files.json")
RECORD = sys.argv[1] == "--record"
PROGRAM, CC = sys.argv[2:4] if RECORD else sys.argv[1:3]
COMMAND = [PROGRAM] if RECORD else [os.path.abspath(PROGRAM), "gdb"]
DIR = tempfile.mkdtemp(prefix="ij-gdb-files-")
TIMEOUT_S = 120

# By the kind of file: its names are known, and its types; they are optimised; symbols alone; nothing.
BATCHES = {
    "O0": [
        ["info functions", "info functions -q nosuch", "info functions nosuch", "info functions -n", "info functions -t int",
         "info functions -n -t node ", "info functions ^h.*r$", "info functions (", "info functions -x", r"info functions n\|h"],
        ["info variables", "info variables -q nosuch", "info variables -t char", "info variables -n s", "info variables ^_"],
        ["info types -q node", "info types four", "info types ^unsigned l", "info types less", "info types shade"],
        ["rbreak ^n.*g$", "rbreak gdb_listed.c:el", "rbreak nosuch", "rbreak _start", "break qsort@plt"],
    ],
    "O2": [
        ["info address main", "info address head", "info address nosuch", "info address", "list main", "info source"],
        ["info functions -n", "info variables -n", "info types -q nameless"],
    ],
    "symbols": [
        ["info functions", "info variables", "info types", "info functions -n", "rbreak help", "info functions -t int help"],
    ],
    "stripped": [
        ["info functions", "info variables", "info types", "rbreak help"],
        ["info source", "info auxv", "info proc", "info proc cwd", "info proc bork", "info sharedlibrary", "info sharedlibrary x"],
    ],
}

# What is wrong with commands; each is told of, and the session goes on.
BAD = [
    "bork", "info bork", "show bork", "break 1x", "break nosuch", "break nosuch.c:3", "break gdb_listed.c:999",
    "break *zz", "tbreak nosuch", "delete 99", "condition 99 1", "condition", "ignore", "ignore 99 1", "ignore 1",
    "enable 99", "commands 99", "clear nosuch", "clear", "until", "until 5", "advance", "advance nosuch", "finish",
    "return", "continue", "step", "next", "stepi", "nexti", "jump", "jump 1", "signal", "signal SIGFOO",
    "signal 0", "handle", "handle SIGFOO stop", "kill", "detach", "attach", "attach x", "frame", "frame 99", "up",
    "down", "backtrace", "info frame", "info locals", "info args", "info registers", "info threads",
    "info display", "info line nosuch", "info symbol nosuch", "info symbol", "thread", "thread 7", "thread apply",
    "thread apply all", "thread apply 1 p 1", "x", "p 0x", "p 09", "p 1x", "p \"abc", "p 'a", "p (", "p 1 +",
    "p nosuch + 1", "p $nosuch + 1", "p main(", "p sizeof(struct nosuch)", "ptype struct nosuch", "ptype",
    "whatis", "ptype nosuch", "output nosuch", "printf", "printf \"%d", "printf \"%d\"", "printf \"%d\\n\", 1, 2",
    "printf %d", "echo", "eval", "eval \"p %d\"", "display nosuch", "undisplay 5", "watch", "watch nosuch",
    "watch 5", "rwatch 5", "list nosuch", "list 999", "list 5,2", "list ,", "file /nonexistent/x",
    "file /etc/passwd", "exec-file /nonexistent/x", "symbol-file /nonexistent/x", "source", "cd /nonexistent",
    "set listsize x", "set width abc", "set height -5", "set confirm maybe", "set print elements abc", "set var",
    "set var nosuch = 1", "set var 1 = 2", "set language bork", "set listsize", "if", "while", "call",
    "call nosuch()", "call main(1, 2, 3", "disassemble nosuch", "disassemble", "help bork", "tty", "unset bork",
    "undefine x",
]


def normal(text):
    """Without what differs from run to run, or is the tools' own."""
    lines = []
    for line in text.replace(DIR, "DIR").splitlines():
        line = line.replace(HERE + "/", "")
        # What the compiler, its start files and its library have is theirs.
        if re.match(r"0x[0-9a-f]{16}  (_|frame_dummy|completed|.*register_tm_clones|data_start)", line):
            continue
        lines.append(re.sub(r"0x[0-9a-f]{4,}", "ADDRESS", line))
    return "\n".join(lines)


def build():
    """The program in all its kinds."""
    source = f"{HERE}/gdb_listed.c"
    for level in ("O0", "O2"):
        subprocess.run([CC, "-g", f"-{level}", "-o", f"{DIR}/{level}", source], cwd=DIR, check=True)
    for kind, option in (("symbols", "-g"), ("stripped", "-s")):
        subprocess.run(["strip", option, "-o", f"{DIR}/{kind}", f"{DIR}/O0"], check=True)


def asked(kind, batch):
    """What it prints."""
    options = [word for command in batch for word in (("-ex", f"echo >> {command}\\n") if batch is BAD else ()) + ("-ex", command)]
    done = subprocess.run([*COMMAND, "-nx", "-batch", "-ex", "set width 0", *options, f"{DIR}/{kind}"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=TIMEOUT_S, check=False)
    return normal(done.stdout).split("\n")


def main():
    """Record, or compare."""
    build()
    recorded, failures, count = {}, 0, 0
    if not RECORD:
        with open(GOLDEN, encoding="utf-8") as file:
            recorded = json.load(file)
    BATCHES["O0"].append(BAD)
    for kind, batches in BATCHES.items():
        for batch in batches:
            name = f"{kind}: " + ("what is wrong" if batch is BAD else "; ".join(batch))
            got = asked(kind, batch)
            count += 1
            if RECORD:
                recorded[name] = got
                continue
            wanted = recorded.pop(name)
            if got == wanted:
                continue
            failures += 1
            print(f"FAILED: {name}\nwanted:", *wanted, "got:", *got, sep="\n")
    shutil.rmtree(DIR)
    if RECORD:
        with open(GOLDEN, "w", encoding="utf-8") as file:
            json.dump(recorded, file, indent=1)
            file.write("\n")
        return
    assert not recorded, f"recorded, and no batch any more: {list(recorded)}"
    print(f"{count - failures} of {count} batches print what gdb prints")
    sys.exit(1 if failures else 0)


main()
