#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""varobj.py INTERJECT: what `interject gdb -i=mi2` answers to varobj.cmd, variable objects of classes of C++, must be what
varobj.txt says that gdb answered, each in its line. With --record it writes varobj.txt, by hand, with gdb 13."""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import classes  # noqa: E402: the folder stays as it is
import programs  # noqa: E402

HERE = programs.HERE


def answers(command, path):
    with open(os.path.join(HERE, "varobj.cmd"), encoding="utf-8") as asked:
        text = asked.read()
    done = subprocess.run(["timeout", "60"] + command + ["-nx", "-q", "-i=mi2", path], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, cwd=HERE, encoding="utf-8", errors="replace", check=False,
                          env=dict(os.environ, SHELL="/bin/sh", LD_LIBRARY_PATH=programs.LIBSTDCXX)).stdout
    found = [line for line in done.split("\n") if re.match(r"\^(done|error)", line)]
    found = [re.sub(r'fullname="[^"]*/', 'fullname="', re.sub(r"0x[0-9a-f]{5,16}\b", "0xADDR", line)) for line in found]
    return list(zip([line for line in text.split("\n") if line and not line.startswith(("-exec", "-gdb-exit"))], found))


def main():
    golden = os.path.join(HERE, "varobj.txt")
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = classes.build("classes", folder)
        except programs.Missing as reason:
            print("passed over: %s" % reason)
            sys.exit(77)
        got = answers(["gdb"] if sys.argv[1] == "--record" else [sys.argv[1], "gdb"], path)
    if sys.argv[1] == "--record":
        with open(golden, "w", encoding="utf-8") as out:
            out.writelines("%s\t%s\n" % row for row in got)
        return
    with open(golden, encoding="utf-8") as lines:
        want = [tuple(line.rstrip("\n").split("\t")) for line in lines]
    bad = len(want) != len(got)
    for one, other in zip(want, got):
        if one != other:
            bad = True
            print("%s\n    gdb       %s\n    interject %s" % (one + other[1:]))
    print("%d answers, wanted %d" % (len(got), len(want)))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
