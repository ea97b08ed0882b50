#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Types and values of C++ and Rust as gdb shows them, in programs that the debugger starts.

usage: classes.py INTERJECT             hold `interject gdb` against classes.txt
       classes.py --record [PROGRAM]    record what gdb 13 says anew, with the packages of scripts/packages.txt

classes.cmd has the questions, in sections that each name a program and the place where it is stopped; classes-differ.txt
what is meant to be otherwise, with the reason. A program that cannot be built here is passed over; 77: none can."""
import difflib
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import programs  # noqa: E402: the folder stays as it is

HERE = programs.HERE
# Its own symbol, and what the C library's debug information would add, are the machine's.
TIMEOUT_S = 60
SETTINGS = ["set auto-load off", "set width 0", "set height 0", "set confirm off", "set pagination off",
            "set style enabled off", "set breakpoint pending off"]


def build(name, folder):
    """The program of section @name; its source file begins with that word."""
    kind = name.split("-")[0]
    path = os.path.join(folder, kind)
    if os.path.exists(path):
        return path
    if os.path.exists(os.path.join(HERE, kind + ".rs")):
        command = [programs.compiler("rustc"), "-g", "--crate-name", kind, "--remap-path-prefix=%s=." % HERE,
                   os.path.join(HERE, kind + ".rs"), "-o", path]
    else:
        command = [programs.compiler("g++"), "-g", "-O0", kind + ".cc", "-o", path]
    subprocess.run(command, cwd=HERE, check=True, stderr=subprocess.DEVNULL)
    return path


def sections():
    """Each section's name, the place, and its questions; one that is asked again has a number."""
    found = []
    with open(os.path.join(HERE, "classes.cmd"), encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if line.startswith("["):
                name, _, place = line[1:-1].partition(" ")
                found.append((name, place, []))
            elif line and not line.startswith("#"):
                again = sum(question.partition(" #")[0] == line for question in found[-1][2])
                found[-1][2].append("%s #%d" % (line, again + 1) if again else line)
    return found


def clean(text):
    text = re.sub(r"0x[0-9a-f]{5,16}\b", "0xADDR", text)
    text = re.sub(r"/\* X{3} ", "/* ... ", text)
    text = re.sub(r"\[(Inferior|Thread) .*?\]\n", "", text)
    text = re.sub(r"^\$\d+ = ", "$ = ", text, flags=re.M)
    return text.strip("\n").replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def ask(command, path, place, questions):
    argv = list(command)
    for setting in SETTINGS:
        argv += ["-iex", setting]
    argv += [path, "-ex", "break " + place, "-ex", "run"]
    for question in questions:
        argv += ["-ex", r"echo \001", "-ex", question.partition(" #")[0]]
    out = subprocess.run(["timeout", str(TIMEOUT_S)] + argv + ["-ex", r"echo \001"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=HERE,
                         env=dict(os.environ, LD_LIBRARY_PATH=programs.LIBSTDCXX, SHELL="/bin/sh"),
                         stdin=subprocess.DEVNULL, check=False).stdout
    answers = [clean(part) for part in out.decode("utf-8", "backslashreplace").split("\x01")[1:-1]]
    if len(answers) != len(questions):
        sys.exit("%d answers to %d questions:\n%s" % (len(answers), len(questions), out.decode()[-2000:]))
    return answers


def table(name):
    rows = {}
    path = os.path.join(HERE, name)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("#"):
                    continue
                section, question, *rest = line.rstrip("\n").split("\t")
                rows[section, question] = rest
    return rows


def record():
    wanted = sys.argv[2:]
    rows = table("classes.txt")
    with tempfile.TemporaryDirectory() as folder, open(os.path.join(HERE, "classes.txt.new"), "w", encoding="utf-8") as golden:
        for name, place, questions in sections():
            if not wanted or name in wanted:
                answers = ask(["gdb", "-nx", "-batch", "-q"], build(name, folder), place, questions)
            else:
                answers = [rows[name, question][0] for question in questions]
            for question, answer in zip(questions, answers):
                golden.write("\t".join((name, question, answer)) + "\n")
    os.replace(os.path.join(HERE, "classes.txt.new"), os.path.join(HERE, "classes.txt"))


def compare(name, place, questions, folder, gdb, differs):
    answers = ask([sys.argv[1], "gdb", "-nx", "-batch", "-q"], build(name, folder), place, questions)
    bad = same = 0
    for question, got in zip(questions, answers):
        want = gdb[name, question][0]
        listed = differs.pop((name, question), None)
        if listed:
            want = listed[0]
        else:
            same += 1
        if got != want:
            bad += 1
            print("%s: %s" % (name, question))
            for line in difflib.unified_diff(want.split("\\n"), got.split("\\n"), "gdb", "interject", lineterm="", n=0):
                if not line.startswith(("---", "+++", "@@")):
                    print("    " + line)
    print("%s: %d answers, %d meant to be otherwise, %d wrong" % (name, len(questions), len(questions) - same, bad))
    return bad


def main():
    if sys.argv[1] == "--record":
        return record()
    gdb, differs = table("classes.txt"), table("classes-differ.txt")
    if sorted(gdb) != sorted((name, question) for name, _, questions in sections() for question in questions):
        sys.exit("classes.txt is not of this classes.cmd: run classes.py --record")
    bad, done = 0, set()
    with tempfile.TemporaryDirectory() as folder:
        for section in sections():
            try:
                bad += compare(*section, folder, gdb, differs)
                done.add(section[0])
            except programs.Missing as reason:
                print("%s is passed over: %s" % (section[0], reason))
    for name, question in differs:
        if name in done:
            print("classes-differ.txt: %s is not asked of %s" % (question, name))
            bad += 1
    return sys.exit(77 if not done else 1 if bad else 0)


if __name__ == "__main__":
    main()
