#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""calls_cxx.py INTERJECT: calls of functions of C++: overloads, classes by value and by reference, operators, templates,
static and const functions, exceptions. The callees check their arguments. 77: there is no g++."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# An expression, and its value; or "!" and what its error says.
ROWS = [
    ("take(7)", "1"), ("take(7.5)", "2"), ('take("x")', "3"), ("take(derived)", "24"), ("take(&derived)", "25"), ("take(base)", "25"),
    ("take(*base)", "24"), ("take(two)", "6"), ("take(true)", "8"), ("take('c')", "9"), ("take(1, 2)", "10"),
    ("by_default(1)", "!takes 2 arguments, but 1 is given"), ("by_default(1, 2)", "3"),
    ("by_value(heavy)", "5"), ("make(4).n", "4"), ("make(4).name.size()", "4"),
    ("make_small(4)", "{a = 4, b = 9}"), ("sum(small)", "3"), ("sum(make_small(1))", "10"),
    ("make_big(3)", "{v = {3, 4, 5, 6, 7}}"), ("sum_big(make_big(3))", "10"), ("v1 + v2", "{x = 4, y = 6}"),
    ("v1 - v2", "{x = -2, y = -2}"), ("v1 == v2", "false"), ("v1[1]", "2"), ("fails(0)", "0"), ("fails(1)", "!SIGABRT"),
    ("fails(0)", "0"), ("Counter::next(2)", "2"), ("counter.add(5)", "5"), ("(*(const Counter *)&counter).add(3)", "-3"),
    ("counter.get()", "5"), ("counter.next(1)", "3"), ("counter.made", "3"), ("twice<int>(4)", "8"), ("twice<double>(1.5)", "3"),
    ("scaled<int, 3>(4)", "12"), ("scoped_of(scoped)", "4"), ("scoped_of(Scoped::a)", "4"), ("slot()", "21"), ("bump(v1.x)", ""),
    ("v1.x", "2"), ("rvalue(4)", "5"), ('many(1, 2.5, small, small, "e", 6, 7.5)', "1"), ("base->kind()", "2"),
    ("derived.kind()", "2"), ("(*base).kind()", "2"), ("&Small::b", "&calls::Small::b"), ("small.*(&Small::b)", "2"),
    ("static_cast<Derived *>(base)->own", "5"),
]
NAMES = ("take", "by_", "make", "sum", "v1", "v2", "fails", "Counter", "counter", "twice", "scaled", "scoped", "Scoped", "slot", "bump",
         "rvalue", "many", "base", "derived", "Derived", "two", "small", "Small", "heavy")


def whole(expr):
    """With the namespace before each name of it."""
    out, i = "", 0
    while i < len(expr):
        begins = not i or not (expr[i - 1].isalnum() or expr[i - 1] in "_.:" or expr[i - 2:i] == "->")
        name = next((name for name in NAMES if expr.startswith(name, i)), None) if begins else None
        out += ("calls::" if name else "") + (name or expr[i])
        i += len(name or expr[i])
    return out


def main():
    if not shutil.which("g++"):
        sys.exit(77)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["g++", "-g", "-O0", os.path.join(HERE, "calls_cxx.cc"), "-o", folder + "/calls"], check=True)
        process = subprocess.Popen([folder + "/calls"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert process.stdout.read(1) == b"R"
            for expr, want in ROWS + [("hidden(1)", "101")]:
                done = subprocess.run([sys.argv[1], "call", "-p", str(process.pid), whole(expr)], stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True, check=False)
                got = done.stdout.strip() if not done.returncode else "!" + done.stderr.strip()
                if want[1:] not in got if want.startswith("!") else got != want and want:
                    bad += 1
                    print("%s: %s\n    wanted %s" % (whole(expr), got, want))
            if process.poll() is not None:
                bad += 1
                print("the program ended")
        finally:
            process.kill()
            process.wait()
    print("%d calls, %d wrong" % (len(ROWS) + 1, bad))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
