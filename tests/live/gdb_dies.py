#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program that is killed by somebody else before and in the middle of any command: the session goes on.

usage: gdb_dies.py PROGRAM CC         try PROGRAM
       gdb_dies.py --gdb GDB CC       hold what is asked of commands in the middle against a real gdb

Before: each command is given to a program that stood and has been killed. What it says then is what it says without a process, after
it was told once of the end. In the middle: it is killed while the command waits for it. Afterwards the program is run again, or another
process attached to, as if nothing had been.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
import debugged  # noqa: E402: the folder stays as it is

HERE = os.path.dirname(os.path.abspath(__file__))
REAL = sys.argv[1] == "--gdb"
PROGRAM, CC = sys.argv[2:4] if REAL else sys.argv[1:3]
COMMAND = debugged.command_of(PROGRAM, REAL)
ABANDONED = """The program being debugged exited while in a function called from GDB.
Evaluation of the expression containing the function
(%s) will be abandoned."""
NOT_RUN = "The program is not being run."
# Kill it, and come back when it is dead; or as soon as it goes on.
DEAD = "while grep -qv ') Z ' /proc/%d/stat 2>/dev/null; do :; done"
NOW = f"shell kill -9 %d; {DEAD}"
LATER = "shell (while grep -q ') t ' /proc/%d/stat 2>/dev/null; do :; done; kill -9 %d) &"

# What each says of a program that was killed while it stood; a pattern.
BEFORE = {
    **dict.fromkeys(("next", "step", "stepi", "stepi 3", "nexti", "continue", "finish", "until", "advance once", "jump once", "signal 0",
                     "signal SIGTERM", "detach", "kill", "continue 2"), re.escape(NOT_RUN)),
    **dict.fromkeys(("bt", "frame", "up", "down", "info frame"), r"No stack\."),
    **dict.fromkeys(("info locals", "info args", "disassemble"), r"No frame selected\."),
    **dict.fromkeys(("x/4xw $sp", "x/i $pc", "p $rip", "p $sp", "set var $rip = 0"), r"No registers\."),
    "info registers": r"The program has no registers now\.",
    "info threads": r"No threads\.",
    "thread 1": r"(Unknown|Invalid) thread.*",
    "thread apply all bt": "",
    "p once(3)": "You can't do that without a process to debug.",
    "call (int)getpid()": r'No symbol "getpid" in current context\.|You can\'t do that without a process to debug\.',
    "p counter": r"\$\d+ = 0",
    "p/x sizeof(counter)": r"\$\d+ = 0x4",
    "x/dw &counter": r"0x[0-9a-f]+ <counter>:\s+0",
    "set var counter = 3": "Cannot access memory at address 0x[0-9a-f]+",
    "info proc mappings": r"No current process: you must name one\.",
    "info sharedlibrary": r"No shared libraries loaded at this time\.",
    "info symbol main": r"main in section \.text.*",
    "list once": r"(?s)\d+\t.*int once\(int n\).*",
    "tbreak once": r"Temporary breakpoint \d+ at 0x[0-9a-f]+: file .*gdb_dies\.c, line \d+\.",
    "watch counter": r"((Hardware w|W)atchpoint|Hardware read watchpoint) \d+: counter",
    "display counter": r"\d+: counter = 0",
    "info display": r"(?s)(Auto-display expressions now in effect:.*|There are no auto-display expressions now\.)",
    "info inferiors": r"(?s).*<null>.*",
    "return": r"No selected frame\.|No stack\.|No frame.*",
    "ptype once": r"type = int \(int\)",
    "handle SIGUSR1 nostop": r"(?s).*SIGUSR1\s+No\s+Yes\s+Yes\s+User defined signal 1",
    "info breakpoints": r"(?s)Num +Type .*",
    "info program": r"The program being debugged is not being run\.",
    "info signals SIGINT": r"(?s).*SIGINT\s+Yes\s+Yes\s+No\s+Interrupt",
    "p 1 + 1": r"\$\d+ = 2",
    "echo said\\n": "said",
}

# Those that are tried with a process that was attached to, too.
ATTACHED = ("next", "continue", "bt", "p counter", "call (int)getpid()", "x/i $pc", "info registers", "info threads", "detach", "kill")

# Given to a program that is killed in the meantime; what is said besides its end.
MIDDLE = {
    "continue": r"Continuing\.",
    "next": "",
    "stepi 10000000": "",
    "finish": r"(?s)Run till exit from .*",
    "until": "",
    "advance 30": "",
    "call forever()": re.escape(ABANDONED % "forever"),
    "p counter + forever() * 2": re.escape(ABANDONED % "forever"),
}


def run(lines, program):
    """What a session says to each of the lines."""
    return [debugged.plain(answer) for answer in debugged.answers(COMMAND, lines, "-ex", "set confirm off", program)]


def check(bad, what, answer, pattern, ends):
    """Note what is not as it should be: the end is told @ends times, and the rest matches."""
    told = answer.count(debugged.KILLED)
    rest = "\n".join(line for line in answer.replace(debugged.KILLED, "").split("\n") if line and not line.startswith(("[Thread", "Using host")))
    if told != ends or not re.fullmatch(pattern, rest):
        bad.append(f"{what}: the end is told {told} times instead of {ends}; not {pattern!r}:\n{answer}")


def try_own(bad, program):
    """Of a program that is started."""
    kill = f'eval "{NOW}", $pid, $pid'
    lines, checks = ["break once"], []
    for command, pattern in ({} if REAL else BEFORE).items():
        lines += ["run", "set $pid = (int)getpid()", kill, command, "delete display", "delete", "break once"]
        checks.append((len(lines) - 5, kill, "", 1))
        checks.append((len(lines) - 4, command, pattern, 0))
    for command, pattern in MIDDLE.items():
        before = ["tbreak forever", "continue"] if command == "finish" else ["next"]
        lines += ["run", "set $pid = (int)getpid()", *before, f'eval "{LATER}", $pid, $pid', command, "delete", "break once"]
        checks.append((len(lines) - 3, command, pattern, 1))
    answers = run(lines, program)
    for line, answer in zip(lines, answers):
        if line == "run" and not re.search(r"Breakpoint \d+, once \(n=1\)", answer):
            bad.append(f"run: {answer}")
    for at, what, pattern, ends in checks:
        check(bad, what, answers[at], pattern, ends)
    return len(checks)


def kill_on_demand(process, path, done):
    """Kill it when somebody has made the file: a session has given up the rights for that."""
    while not done.wait(0.01):
        if os.path.exists(path):
            process.send_signal(signal.SIGKILL)
            return


def try_attached(bad, program, folder):
    """Of processes that are attached to, each in a session of its own."""
    for command in ATTACHED:
        with subprocess.Popen([program]) as process:
            path, done = f"{folder}/{process.pid}", threading.Event()
            killer = threading.Thread(target=kill_on_demand, args=(process, path, done))
            killer.start()
            try:
                lines = [f"attach {process.pid}", "p 1", f"shell touch {path}; {DEAD}" % process.pid, command, "p 1 + 1"]
                answers = run(lines, program)
            finally:
                done.set()
                killer.join()
                process.kill()
        for answer, what, pattern, ends in ((answers[1], "p 1", r"\$1 = 1", 0), (answers[2], "its death", "", 1),
                                            (answers[3], command, BEFORE[command], 0), (answers[4], "p 1 + 1", r"\$\d+ = 2", 0)):
            check(bad, f"attached: {command}: {what}", answer, pattern, ends)
    return len(ATTACHED)


def main():
    """All of it."""
    bad = []
    with tempfile.TemporaryDirectory(prefix="ij-gdb-dies-") as folder:
        program = f"{folder}/dies"
        debugged.build(CC, f"{HERE}/gdb_dies.c", program)
        os.chmod(folder, 0o777)
        tried = try_own(bad, program)
        if not REAL:
            tried += try_attached(bad, program, folder)
    print(*bad, f"{tried} commands, {len(bad)} wrong", sep="\n")
    sys.exit(1 if bad else 0)


main()
