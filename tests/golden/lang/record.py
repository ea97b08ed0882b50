#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""record.py [PROGRAM...]: write gdb.txt, what gdb says of expressions.txt: program, expression, type
and value, with tabs between them; of the others than PROGRAM what it has stays. It is run by hand,
with gdb 13 and the packages of scripts/packages.txt."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import programs  # noqa: E402: the folder stays as it is

SETTINGS = ["set auto-load off", "set width 0", "set height 0", "set print elements 200",
            "set print address on", "set print symbol on", "set confirm off", "set pagination off",
            "set print object off", "set style enabled off", "set debuginfod enabled off",
            "set print vtbl off", "set print static-members off", "set print frame-arguments none"]
LANGUAGES = {"cxx": "c++", "rust": "rust", "python": "c", "python-bare": "c", "kinds": "c++", "complex": "c"}


def ask(process, name, expressions):
    commands = ["set language " + LANGUAGES[name]]
    for expr in expressions:
        commands += [r"echo \001", "whatis " + expr, r"echo \002", "print " + expr]
    with tempfile.NamedTemporaryFile("w", suffix=".gdb") as script:
        # A command that fails would end the script.
        script.write("python\nimport gdb\nfor command in %r:\n"
                     "    try:\n        gdb.execute(command)\n"
                     "    except gdb.error as error:\n        print('!' + str(error))\nend\n" % commands)
        script.flush()
        argv = ["gdb", "-nx", "-batch", "-q"]
        for setting in SETTINGS:
            argv += ["-iex", setting]
        out = subprocess.run(argv + ["-p", str(process.pid), "-x", script.name], check=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return out.decode("utf-8", "backslashreplace").split("\x01")[1:]


def clean(text):
    text = re.sub(r"\[Inferior 1 .* detached\]\n$", "", text)
    text = " ".join(text.split("\n")).strip()
    return re.sub(r"^(type|\$\d+) = ", "", text)


def main():
    wanted = list(programs.questions())
    path = os.path.join(programs.HERE, "gdb.txt")
    with open(path, encoding="utf-8") as lines:
        had = {tuple(line.split("\t")[:2]): line for line in lines}
    with tempfile.TemporaryDirectory() as folder, \
            open(path, "w", encoding="utf-8") as golden:
        for name in programs.PROGRAMS:
            mine = [expr for program, expr in wanted if program == name]
            if len(sys.argv) > 1 and name not in sys.argv[1:]:
                golden.writelines(had[name, expr] for expr in mine)
                continue
            process = programs.start(name, folder)
            try:
                answers = ask(process, name, mine)
            finally:
                process.kill()
                process.wait()
            if len(answers) != len(mine):
                sys.exit("%s: gdb gave %d answers to %d questions" % (name, len(answers), len(mine)))
            for expr, answer in zip(mine, answers):
                kind, value = answer.split("\x02")
                value = re.sub(r"\b0x[0-9a-f]{6,16}\b", "0xADDR", clean(value))
                golden.write("\t".join([name, expr, clean(kind), value]) + "\n")


if __name__ == "__main__":
    main()
