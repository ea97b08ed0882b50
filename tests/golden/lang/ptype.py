#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""ptype.py INTERJECT: what `interject gdb` answers to ptype of expressions.txt must be what ptype.txt
says that gdb said. With --record it writes ptype.txt, by hand, with gdb 13 and the packages of scripts/packages.txt. 77: no program can
be built here."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import programs  # noqa: E402: the folder stays as it is

# Rust's types are written as Rust does, which gdb does not.
ASKED = {"cxx": "c++", "python": "c"}
SETTINGS = ["set auto-load off", "set width 0", "set height 0", "set confirm off",
            "set pagination off", "set style enabled off"]
# Meant to be otherwise, to the letter.
DIFFERS = {"shop::huge & 0xff": "unsigned long long", "(bool)5": "_Bool", "sizeof(char *)": "unsigned long",
           "sizeof(shop::matrix) / sizeof(shop::matrix[0])": "unsigned long",
           "1.5f + 2.0i": "_Complex double", "2.0i * 2.0i": "_Complex double",
           "~(1.0 + 2.0i)": "_Complex double", "std::string::npos": "!"}


def in_language(name):
    """Both are asked in the same language: what a comparison's type is differs between C and C++."""
    return ["-iex", "set language " + ASKED[name]]


def clean(text):
    text = re.sub(r"\[Inferior 1 .* detached\]", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    return text[7:] if text.startswith("type = ") else "!"


def answers_of(argv, process, expressions):
    for setting in SETTINGS:
        argv += ["-iex", setting]
    argv += ["-p", str(process.pid)]
    for expr in expressions:
        argv += ["-ex", r"echo \001", "-ex", "ptype " + expr]
    out = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return [clean(part) for part in out.decode("utf-8", "backslashreplace").split("\x01")[1:]]


def ask(name, folder, command, before):
    expressions = [expr for program, expr in programs.questions() if program == name]
    process = programs.start(name, folder)
    try:
        answers = answers_of(command + ["-nx", "-batch", "-q"] + before, process, expressions)
    finally:
        process.kill()
        process.wait()
    if len(answers) != len(expressions):
        sys.exit("%s: %d answers to %d questions" % (name, len(answers), len(expressions)))
    return list(zip(expressions, answers))


def record(folder):
    with open(os.path.join(programs.HERE, "ptype.txt"), "w", encoding="utf-8") as golden:
        for name in ASKED:
            before = ["-iex", "set debuginfod enabled off", *in_language(name)]
            for row in ask(name, folder, ["gdb"], before):
                golden.write("\t".join((name,) + row) + "\n")


def wanted():
    with open(os.path.join(programs.HERE, "ptype.txt"), encoding="utf-8") as lines:
        return {tuple(line.rstrip("\n").split("\t")[:2]): line.rstrip("\n").split("\t")[2]
                for line in lines}


def compare(name, folder, interject, gdb):
    bad = asked = 0
    for expr, got in ask(name, folder, [interject, "gdb"], in_language(name)):
        want = gdb[name, expr]
        if want == "!":
            continue
        asked += 1
        if got != DIFFERS.get(expr, want):
            bad += 1
            print("%s: %s\n    gdb       %s\n    interject %s" % (name, expr, want, got))
    print("%s: ptype of %d expressions, %d wrong" % (name, asked, bad))
    return bad


def main():
    bad = 0
    done = False
    with tempfile.TemporaryDirectory() as folder:
        if sys.argv[1] == "--record":
            return record(folder)
        gdb = wanted()
        for name in ASKED:
            try:
                bad += compare(name, folder, sys.argv[1], gdb)
                done = True
            except programs.Missing as reason:
                print("%s is passed over: %s" % (name, reason))
    sys.exit(77 if not done else 1 if bad else 0)


if __name__ == "__main__":
    main()
