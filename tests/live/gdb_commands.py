#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gdb's commands, one by one: right and wrong arguments, before, while and after the program runs.

usage: gdb_commands.py PROGRAM CC [SECTION...]    hold what PROGRAM answers against tests/golden/gdb/commands.txt
       gdb_commands.py --record GDB CC [SECTION...]    record it anew with a real gdb 13

commands.cmd has the questions: [SECTION SOURCE [OPTION...]] names a session and the program that it is with, then a command a line, of
which " ;; " separates the lines of a block. commands-differ.txt has the answers that are meant to be otherwise, each with its reason before it.
What a session asks depends on what was asked before, so that each is compared as a whole, answer by answer.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import debugged  # noqa: E402: the folder stays as it is

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden", "gdb")
RECORD = sys.argv[1] == "--record"
PROGRAM, CC, *WANTED = sys.argv[2:] if RECORD else sys.argv[1:]
COMMAND = debugged.command_of(PROGRAM, RECORD)


def sections():
    """Name, program and questions of every session; one that is asked again has a number."""
    found = []
    with open(f"{GOLDEN}/commands.cmd", encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("["):
                name, *program = line[1:-1].split()
                found.append((name, program, []))
            elif line and not line.startswith("#"):
                again = sum(question.partition(" ##")[0] == line for question in found[-1][2])
                found[-1][2].append(f"{line} ##{again + 1}" if again else line)
    return found


def build(program, folder):
    """The program of a session."""
    path = f"{folder}/{'-'.join(program).replace('.', '-')}"
    if not os.path.exists(path):
        source, *options = program
        compiler = CC if source.endswith(".c") else re.sub(r"cc(?=[-0-9]*$)", "++", CC) if "gcc" in CC else "c++"
        subprocess.run([compiler, "-g", *(options or ["-O0"]), "-o", path, source], cwd=HERE, check=True)
    return path


def clean(lines, folder):
    """Without what differs from run to run, or is the machine's."""
    kept = []
    for line in lines:
        while line.startswith(("(gdb) ", ">")):
            line = line[6:] if line.startswith("(") else line[1:]
        if not line or re.match(r"\[Thread debugging|Using host libthread", line):
            continue
        line = line.replace(folder, "DIR").replace(HERE, "DIR")
        line = re.sub(r"(process|LWP|si_pid =) \d+", r"\1 PID", line)
        line = re.sub(r"from /\S*/ld-linux\S*", "from LOADER", line)
        line = re.sub(r"^\$\d+ = ", "$ = ", line)
        kept.append(re.sub(r"0x[0-9a-f]{4,}", "ADDRESS", line))
    return "\n".join(kept).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def ask(program, questions, folder):
    """The answers to the questions of one session."""
    lines = [question.partition(" ##")[0].replace(" ;; ", "\n") for question in questions]
    found = debugged.answers(COMMAND, lines, build(program, folder), cwd=HERE)
    return [clean(part.split("\n")[1:], folder) for part in found]


def table(name):
    """The answers by session and question."""
    rows = {}
    if os.path.exists(f"{GOLDEN}/{name}"):
        with open(f"{GOLDEN}/{name}", encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#"):
                    section, question, answer = line.rstrip("\n").split("\t")
                    rows[section, question] = answer
    return rows


def record(folder):
    """Ask gdb."""
    rows, lines = table("commands.txt"), []
    for name, program, questions in sections():
        if not WANTED or name in WANTED:
            answers = ask(program, questions, folder)
        else:
            answers = [rows[name, question] for question in questions]
        lines += ["\t".join((name, question, answer)) + "\n" for question, answer in zip(questions, answers)]
    with open(f"{GOLDEN}/commands.txt", "w", encoding="utf-8") as golden:
        golden.writelines(lines)


def compare(folder):
    """The number of answers that are wrong."""
    gdb, differs = table("commands.txt"), table("commands-differ.txt")
    asked = [(name, question) for name, _, questions in sections() for question in questions]
    assert sorted(gdb) == sorted(asked), "commands.txt is not of this commands.cmd: record it"
    bad = [f"commands-differ.txt: {question} is not asked in {name}" for name, question in differs if (name, question) not in gdb]
    for name, program, questions in sections():
        if WANTED and name not in WANTED:
            continue
        for question, got in zip(questions, ask(program, questions, folder)):
            want = differs.get((name, question), gdb[name, question])
            if got == want:
                continue
            bad.append(f"{name}: {question}")
            bad += ["    " + line for line in difflib.unified_diff(want.split("\\n"), got.split("\\n"), "gdb", "interject", lineterm="", n=0)
                    if not line.startswith(("---", "+++", "@@"))]
    print(*bad, f"{len(asked)} answers, {len(differs)} of them meant to be otherwise", sep="\n")
    return len(bad)


def short_folder():
    """Where programs are made: strings with long names in them are told otherwise."""
    return "/tmp" if len(tempfile.gettempdir()) > 40 and os.access("/tmp", os.W_OK) else None


def main():
    """Record, or compare."""
    with tempfile.TemporaryDirectory(prefix="ij-gdb-commands-", dir=short_folder()) as folder:
        if RECORD:
            record(folder)
        else:
            sys.exit(1 if compare(folder) else 0)


main()
