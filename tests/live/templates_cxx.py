#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""templates_cxx.py INTERJECT: instances of templates by the names that people write, operators of the library's classes, functions of
bases; in a program of g++, and one of clang++, each without and with optimisation. 77: there is no compiler."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# An expression, its value, and whether it is in the program that is optimised, too.
VALUES = [
    ("ns::twice<double>(2.5)", "5", True), ("ns::twice<int>(2.5)", "4", True), ("ns::twice(2.5)", "5", True), ("ns::twice(3)", "6", True),
    ("ns::scale<int, 3>(3)", "9", True), ("ns::scale<int, 4>(3)", "12", True),
    ("ns::paint<ns::Color::green>(1)", "6", True), ("ns::paint<(ns::Color)5>(1)", "6", True),
    ("ns::len_of<std::string>(text)", "5", True), ("ns::len_of<Name>(text)", "5", True), ("ns::len_of<std::vector<int>>(vi)", "3", True),
    ("ns::len_of<std::vector<int, std::allocator<int> > >(vi)", "3", True), ("ns::len_of(vi)", "3", True), ("ns::len_of(text)", "5", True),
    ("p1.get<int>()", "0", True), ("p1.get<double>()", "0.5", True), ("p1.add(1)", "2", True), ("p1.add(1.5)", "2.5", True),
    ("p1.add<int>(2)", "3", True), ("b1.as<double>()", "6", True), ("Box<int>::made", "3", True), ("pair.second()", "2", True),
    ("sizeof(Pair<short>)", "8", True), ("((Pair<short> *)&pair)->b", "2", True), ("((Box<Pair<short>> *)&nested)->v.second()", "4", True),
    ("sizeof(std::map<std::string, int>)", "48", True), ("sizeof(std::map<Name, int>)", "48", True), ("sizeof(std::vector<std::string>)", "24", True),
    ("sizeof(std::function<int(int)>)", "32", True), ("((std::map<std::string, int> *)&ages)->size()", "2", True),
    ("((std::vector<std::string> *)&names)->size()", "2", True), ("(*(std::vector<std::string> *)&names)[1] == \"bb\"", "true", True),
    ("std::string::npos == text.npos", "true", True),
    ("p1 == p2", "false", True), ("p1 != p2", "true", True), ("p1 == p1", "true", True), ("p1 < p2", "true", True), ("p1 * 2", "2", True),
    ("p1 * 2.5", "2.5", True), ("in1 + in2", "3", True), ("b1 != b2", "true", True), ("p1.operator==(p2)", "false", True),
    ("p1.operator()(3)", "3", True), ("p1.operator[](1)", "2", True), ("p1(3) + p1[1]", "5", True), ("ns::operator<(p1, p2)", "true", True),
    ("operator!=(b1, b2)", "true", True), ("ns::operator*<int>(p1, 3)", "3", True),
    ('text == "hello"', "true", True), ('text == "hell"', "false", True), ('"hello" == text', "true", True), ('text != "x"', "true", True),
    ("text == other", "false", True), ("text < other", "true", True), ("text >= other", "false", True), ('"zebra" > text', "true", True),
    ('"a" < text', "true", True), ('(text + "x").size()', "6", True), ('("x" + text).size()', "6", True), ("(text + other).size()", "10", True),
    ('text + "x" == "hellox"', "true", True), ('std::string("hello") == text', "true", True), ('std::string("a") + "b" == "ab"', "true", True),
    ('std::string(3, \'x\') == "xxx"', "true", True),
    ("vi == vj", "false", False), ("vi == vi", "true", False), ("vi != vj", "true", False), ("vi < vj", "true", False), ("vi > vj", "false", False),
    ("vj >= vi", "true", False), ("vi <= vj", "true", False), ("ages == ages", "true", False), ("std::operator==(vi, vj)", "false", False),
    ('std::operator==(text, "hello")', "true", False), ('ages["ann"] + ages.at("bob")', "70", False), ("names[0] + names[1] == \"abb\"", "true", False),
    # Of what the program itself makes no use there is no code.
    ("few.size()", "3", True), ("few[1]", "2", True), ("few.at(2)", "3", True), ("few.front()", "1", True), ("few.back()", "3", True),
    ("few.empty()", "false", True), ("*few.data()", "1", True), ("few.capacity()", "3", True), ("vi.size() + vi[1]", "5", True),
    ("names[1].size()", "2", True), ("names.back() == \"bb\"", "true", True), ("ages.size()", "2", True), ("ages.empty()", "false", True),
    ("hashed.size()", "1", True), ("several.size()", "2", True), ("linked.size()", "3", True), ("owned->x", "4", True), ("(*owned).y", "5", True),
    ("owned.get()->x", "4", True), ("shared->x", "6", True), ("(*shared).y", "7", True), ("shared.use_count()", "1", True), ("*maybe", "5", True),
    ("maybe.value() + 1", "6", True), ("maybe.has_value()", "true", True), ("none.has_value()", "false", True), ("fixed[1]", "8", True),
    ("fixed.size()", "3", True), ("fixed.front()", "7", True), ("few[1] = 9", "9", True), ("few[1]", "9", True), ("few[1] = 2", "2", True),
    ("derived.id()", "3", True), ("derived.id(4)", "4", True), ("derived.plain()", "11", True), ("derived.Base::id()", "1", True), ("derived.Base::bv", "11", True), ("((Base &)derived).id()", "3", True), ("((Base *)&derived)->id()", "3", True),
    ("static_cast<Base &>(derived).bv", "11", True), ("owned ? 1 : 2", "1", True), ("owned == nullptr", "false", True),
    ("nullptr != shared", "true", True), ("nothing == nullptr", "true", True), ("owned == owned.get()", "true", True), ("!nothing", "true", True), ("maybe ? 1 : 2", "1", True),
    ("!none", "true", True), ("shared ? 1 : 2", "1", True), ("fun ? 1 : 2", "1", True),
    ("pick(4)", "4", True), ("choose(3)", "3", True), ('choose("a")', "-1", True),
    ("number < 3 && limit > (2)", "false", True), ("number < 4 & limit > (2)", "1", True), ("number < 3 * limit > (0)", "true", True),
]
# What is refused, and a part of what is said.
WRONG = [
    ("p1.get()", "get is ambiguous; say which instance: get<", True), ("ns::twice<float>(1)", "no function ns::twice<float>", True),
    ("ns::scale<int, 5>(1)", "no function ns::scale<int, 5>", True), ("p1 > p2", "operator > takes no ns::Point and ns::Point", True),
    ('p1 == "x"', "no operator== takes these arguments; there is operator==(const Point &)", True),
    ("maybe > vi", "operator > takes no std::optional<int> and std::vector<int", True), ("ages + 1", "operator + takes no std::map<", True),
    ("pick(1.5)", "pick(double) takes these arguments, but has no code of its own: it was inlined everywhere, or is only declared; there is int pick(int)", False),
    ("std::vector<double>()", "no function std::vector<double>", True), ("vi.shrink()", "has no member shrink", True),
    ('text.find("l")', "give all, for default arguments are not known to debug information", True),
    ("text.substr(1)", "give all, for default arguments are not known to debug information", True), ("few[9]", "there is no element 9, there are 3", True), ("none.value()", "it has no value", True), ("*nothing", "it points to nothing", True),
    ("p1.operator+(p2)", "has no member operator+", True), ("text.swap()", "swap", True),
]


def check(program, optimised, folder):
    """How many answers of that program are wrong."""
    bad = 0
    process = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def call(*words):
        return subprocess.run([sys.argv[1], "call", "-p", str(process.pid), "--", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, check=False)

    try:
        assert process.stdout.read(1) == b"R"
        values = [(expr, want) for expr, want, both in VALUES if both or not optimised]
        # Some copies live in the stub's memory: in parts, should one fail.
        done = call(*(expr for expr, _ in values))
        answers = done.stdout.splitlines()
        if done.returncode or len(answers) != len(values):
            bad += 1
            print(f"{folder}: status {done.returncode}, {len(answers)} answers to {len(values)} expressions: {done.stderr}")
        for (expr, want), got in zip(values, answers):
            if want is not None and got != want:
                bad += 1
                print(f"{folder}: {expr}: {got}\n    wanted {want}")
        for expr, want, both in WRONG:
            if optimised and not both:
                continue
            done = call(expr)
            if done.returncode != 1 or want not in done.stderr:
                bad += 1
                print(f"{folder}: {expr}: status {done.returncode}, {done.stderr}\n    wanted 1, {want}")
        if process.poll() is not None:
            bad += 1
            print(f"{folder}: the program ended")
    finally:
        process.kill()
        process.wait()
    return bad


def main():
    compilers = [name for name in ("g++", "clang++") if shutil.which(name)]
    if not compilers:
        sys.exit(77)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for compiler in compilers:
            for level in ("-O0", "-O2"):
                program = f"{folder}/{compiler}{level}"
                subprocess.run([compiler, "-std=c++17", "-g", level, os.path.join(HERE, "templates_cxx.cc"), "-o", program], check=True)
                bad += check(program, level == "-O2", compiler + level)
    print(f"{len(VALUES)} and {len(WRONG)} expressions, {bad} wrong")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
