#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""values_cxx.py INTERJECT: objects of C++ that take functions to be copied and ended, by value; operators of classes, pointers to
members, casts, vectors and complex numbers. The program counts its objects, and each of them knows where it lies. 77: there is no
g++."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# An expression, and its value. All are evaluated in order.
VALUES = [
    ("Ledger::live", "3"), ("value_of(one)", "1"), ("Ledger::copies", "1"), ("made(4)", None), ("made(5).n", "5"),
    ("made(6).twice()", "12"), ("value_of(made(7))", "7"), ("Ledger::copies", "1"), ('both(one, 3, two, "four")', "1324"),
    ('both(made(8), value_of(made(9)), one, "xy")', "8912"), ("value_of(child)", "30"), ("value_of(*(Ledger *)&child)", "30"),
    ("maker.make(1).n", "101"), ("maker.make_virtual(two).twice()", "204"), ("maker.make_virtual(made(3)).n", "103"),
    ("two = made(22)", None), ("two.n", "22"), ("two.twice()", "44"), ("lasting(one)", "1"), ("lasting(made(1))", "2"),
    ("made(1).n + made(2).n * made(3).n", "7"), ("yes ? made(5).n : made(6).n", "5"), ("sizeof(made(1))", "16"), ("Ledger::live", "3"), ("Ledger::broken", "0"),
    ("length_of(text)", "5"), ("length_at(shout(text))", "6"), ('length_at("abc")', "3"), ("shout(text).size() + length_of(other)", "57"),
    ("length_of(shout(shout(text)))", "7"), ("sum(numbers)", "6"), ("up_to(4).size()", "4"), ("sum(up_to(5))", "10"),
    ("*numbers.begin()", "1"), ("text = shout(text)", None), ("length_of(text)", "6"),
    ("top->*data", "11"), ("whole.*data", "11"), ("(top->*function)()", "3"), ("(whole.*function)()", "3"), ("(lone->*function)()", "1"),
    ("(top->*plain)(4)", "15"), ("whole.Top::kind()", "1"), ("whole.kind()", "3"), ("side->side", "12"),
    ("dynamic_cast<Whole *>(top)->whole", "13"), ("dynamic_cast<Whole *>(side) == &whole", "true"), ("dynamic_cast<Whole *>(lone)", "(Whole *) 0x0"),
    ("dynamic_cast<Side *>(top)->side", "12"), ("dynamic_cast<void *>(side) == (void *)&whole", "true"), ("dynamic_cast<Whole &>(side_ref).whole", "13"),
    ("number += 5", "{v = 10}"), ("++number", "{v = 11}"), ("number++", "{v = 11}"), ("number.v", "21"), ("number + number", "{v = 42}"),
    ("number(2, 3)", "27"), ("*number", "21"), ("number->v", "21"), ("handle->v", "21"), ("(int)number", "21"), ("(long)number", "21"),
    ("number ? 1 : 2", "2"), ("!number.v", "false"), ("lambda(5)", "15"), ("stored(5)", "9"),
    ("pick('c')", "1"), ("pick((short)1)", "1"), ("pick(1l)", "2"), ("pick(1.5f)", "3"), ('joined(letters("ab"), "c")', "97099"),
    ("ints + tens", "{11, 22, 33, 44}"), ("ints * 2", "{2, 4, 6, 8}"), ("-ints", "{-1, -2, -3, -4}"), ("~ints", "{-2, -3, -4, -5}"),
    ("ints == tens / 10", "{-1, -1, -1, -1}"), ("ints > 2", "{0, 0, -1, -1}"), ("tens >> ints", "{5, 5, 3, 2}"), ("floats / 2", "{0.75, 1.25, 1.75, 2.25}"),
    ("!ints", "{0, 0, 0, 0}"), ("-floats", "{-1.5, -2.5, -3.5, -4.5}"), ("(ints + 1)[2]", "4"),
    ("complex_number * 2.0i", "-4 + 2i"), ("complex_number == complex_number", "true"), ("__imag__ complex_number", "2"),
    ("true && false", "false"), ("1 == 1", "true"), ("yes and not false", "true"), ('yes ? "y" : "n"', '"y"'), ("1'000 + 0x1'0", "1016"),
    ("Ledger::live", "3"), ("Ledger::broken", "0"),
]
# What is refused, and a part of what is said.
WRONG = [
    ("owned(owner)", 1, "Owner is not copied byte by byte, and the program has no copy constructor of it to call"),
    ("value_of(5)", 1, "a Ledger is wanted, which its own functions make, this is int at column 10"),
    ('length_at(5)', 1, "int is no std::string"), ("whole = whole", 1, "Whole is not copied byte by byte"),
    ("throws(one)", 6, "SIGABRT"), ("ints + floats", 1, "operator + takes no v4si and v4sf at column 6"),
    ("~floats", 1, "operator ~ takes no v4sf"), ("dynamic_cast<Whole &>(only_top)", 1, "std::bad_cast"),
    ("dynamic_cast<Whole *>(&number)", 1, "a class with virtual functions, this is Number *"), ("pick(text)", 1, "no pick takes these arguments"),
    ("whole.Number::v()", 1, "Number is no base of Whole"), ("(top->*data)()", 1, "is no function"),
]


def mappings(pid):
    """What is mapped, and where."""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as lines:
        return [line.split() for line in lines if "[heap]" not in line]


def main():
    if not shutil.which("g++"):
        sys.exit(77)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["g++", "-g", "-O0", os.path.join(HERE, "values_cxx.cc"), "-o", folder + "/values"], check=True)
        process = subprocess.Popen([folder + "/values"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

        def call(*words):
            return subprocess.run([sys.argv[1], "call", "--json", "-p", str(process.pid), "--", *words], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True, check=False)

        def text_of(answer):
            value = answer["value"]
            return "true" if value is True else "false" if value is False else str(value)

        try:
            assert process.stdout.read(1) == b"R"
            before = mappings(process.pid)
            plain = subprocess.run([sys.argv[1], "call", "-p", str(process.pid), "--", *(expr for expr, _ in VALUES)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
            answers = plain.stdout.splitlines()
            if plain.returncode or len(answers) != len(VALUES):
                bad += 1
                print(f"status {plain.returncode}, {len(answers)} answers to {len(VALUES)} expressions: {plain.stderr}")
            for (expr, want), got in zip(VALUES, answers):
                if want is not None and got != want:
                    bad += 1
                    print(f"{expr}: {got}\n    wanted {want}")
            for expr, status, want in WRONG:
                done = call(expr)
                said = json.loads(done.stdout or "{}").get("error") or {}
                if done.returncode != status or want not in str(said):
                    bad += 1
                    print(f"{expr}: status {done.returncode}, {said}\n    wanted {status}, {want}")
            counts = [text_of(json.loads(line)) for line in call("Ledger::live", "Ledger::broken").stdout.splitlines()]
            if counts != ["3", "0"]:
                bad += 1
                print(f"objects that live and are broken: {counts}")
            if mappings(process.pid) != before:
                bad += 1
                print("not the same memory is mapped as before")
            if process.poll() is not None:
                bad += 1
                print("the program ended")
        finally:
            process.kill()
            process.wait()
    print("%d expressions, %d wrong" % (len(VALUES) + len(WRONG), bad))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
