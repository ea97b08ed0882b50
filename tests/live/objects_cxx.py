#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""objects_cxx.py INTERJECT: objects that constructors make and destructors end, variables of functions, inline namespaces, templates
without their arguments. 77: there is no g++."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# An expression, and its value; or "!" and what its error says.
ROWS = [
    ("Point(3, 4)", "{x = 3, y = 4}"), ("Point{3, 4}", "{x = 3, y = 4}"), ("Point()", "{x = 1, y = 2}"), ("Point{}", "{x = 1, y = 2}"),
    ('Point("ab")', "{x = 97, y = 98}"), ("Point(1, 2, 3)", "!no Point takes these arguments; its class has Point(), Point(int, int), Point(const char *)\n"),
    ("point(Point(3, 4))", "304"),
    ("Point(3, 4).sum()", "7"), ("Point(3, 4).y", "4"), ("sizeof(Point(3, 4))", "8"), ("Plain{1, 2.5}", "{a = 1, b = 2.5}"),
    ("plain(Plain{1, 2.5})", "12"), ("Plain(1, 2)", "!no constructor of Plain to call that takes this"),
    # Two are there always; one more while a call has it, and none is left behind.
    ("Counted(5)", "{id = 5}"), ("Counted(5).get()", "3005"), ("counted(Counted(7))", "3007"), ("counted_value(Counted(8))", "3008"),
    ("counted(7)", "3007"), ("counted_value(7)", "3007"), ("Counted(1).get() + Counted(2).get()", "7003"), ("live", "2"),
    ("wide(3)", "30"), ("wide_reference(3)", "31"), ("wide_changed(3)", "!int is no Wide"), ("base(derived)", "4"), ("base(6)", "6"),
    ('point("ab")', "!char * is no Point"),
    # Of its copies, each ended behind its expression.
    ("ending(lasting)", "5"), ("ended", "5"), ("ending(Ending(3))", "53"), ("ended", "8"), ("lasting.id", "5"),
    ("moving(moved)", "!Moved is not copied byte by byte, and the program has no copy constructor"),
    # Files of C have variables of these names.
    ("Twin(3)", "{id = 3}"), ("twin(Twin(4))", "4"), ("sizeof(Twin)", "4"), ("*(Twin *)&twin_object", "{id = 8}"),
    ('std::string("abc").size()', "3"), ('length(std::string("abcd"))', "4"), ('length("abc")', "3"), ('length_value("abcde")', "5"),
    ("length(5)", "!int is no std::string"), ("Point::origin", "7"), ("Point::limit", "123456789012"),
    ("counter::n", "42"), ("counter()::n", "42"), ("'counter()::n'", "42"), ("counter()::n + 1", "43"), ("counter() + counter()::n", "86"),
    ("calls(int)::sum", "13"), ("calls(double)::sum", "71"), ("calls(int)::inner", "2"), ("calls::inner", "2"),
    ("calls::sum", "!several functions calls have a variable sum; say which, calls(int)::sum"), ("calls(long)::sum", "!no symbol calls(long)::sum"),
    ("ns::f(const char *)::k", "7"), ("ns::f::k", "7"), ("ns::M::method()::m", "78"), ("in_file(int)::table[1]", "2"),
    ("counter::m", "!no symbol counter::m"), ("calls(int)::sum = 20", "20"), ("calls(1)", "23"),
    ("own::inner", "5"), ("own::v2::inner", "5"), ("own::add(2)", "3"), ("own::S::shared", "9"), ("sizeof(own::S)", "4"), ("own::s", "{q = 4}"),
    ("own::deep::bottom", "8"), ("own::deep::v3::bottom", "8"), ("own::hidden_in_it", "!no symbol own::hidden_in_it"),
    ("doubled(4)", "8"), ("same(4)", "4"), ("same(2.5)", "2.5"), ("same", "!ambiguous"), ("sizeof(Box)", "4"), ("Box::get", "{int (const Box<int> * const)}"),
    ("sizeof(Pair<long>)", "16"), ("sizeof(Pair<long int>)", "16"), ("*(Pair<long> *)&longs", "{a = 3, b = 4}"), ("sizeof(Pair<short>)", "!no symbol Pair<short>"),
    ("ns::f(char const *)::k", "7"), ("ns::f(char const*)::k", "7"),
    ("sizeof(Pair)", "!Pair is a template of which there are several: Pair<"), ("nosuch + 1", "!no symbol nosuch in objects"),
    ("nosuch(1)", "!no function nosuch in objects"), ("livee", "!did you mean live (objects)"),
]

# Constructors that are templates, of which libraries without debug information have instances, and the program has none.
LIBRARY = """
struct Note { int n; };
struct Unknown { int n; };
template <class T> struct Basket {
	T sum;
	template <class U> Basket(T a, U b) : sum(a + T(b)) {}
	template <class U> explicit Basket(U a) : sum(T(a) + 100) {}
	template <class U> Basket(const Note &note, const U *text, U &&) : sum(note.n + text[0]) {}
	template <class U> Basket(T a, T b, U c) : sum(a + b + c.n) {}
	template <class U> Basket(T a, int (*with)(U)) : sum(a + with(1)) {}
	int get() const { return sum; }
};
"""
INSTANCES = LIBRARY + """
struct Opaque { long n[50]; Opaque(int i); };
Opaque::Opaque(int i) { for (long &one : n) one = i; }
template Basket<int>::Basket(int, double);
template Basket<int>::Basket(int, unsigned long);
template Basket<int>::Basket(short);
template Basket<int>::Basket(const Note &, const char *, char &&);
template Basket<int>::Basket(int, int, Unknown);
template Basket<int>::Basket(int, int (*)(int));
"""
PROGRAM = LIBRARY.replace("struct Unknown { int n; };", "") + """
#include <string>
#include <vector>
#include <unistd.h>
std::string text;
std::vector<int> list(3, 4);
struct Opaque;
Opaque *opaque;
struct Unused { int n; Unused(int i) : n(i) {} Unused(const char *s) : n(s[0]) {} } unused(3);
Note note{40};
std::size_t length(const std::string &s) { return s.size(); }
int take(const Basket<int> &basket) { return basket.get(); }
Basket<int> *none;
int main()
{
	text.clear();
	if (none)
		take(*none);
	if (write(1, "R", 1) != 1 || length(text) || list.size() == 9)
		return 1;
	for (;;)
		pause();
}
"""
LIBRARY_ROWS = [
    ('length(std::string("abc"))', "3"), ('std::string("abc").size()', "3"), ("std::string(3, 'a').size()", "3"), ('length("abcd")', "4"),
    ('length(std::string("abcdef", 4))', "4"), ('length(std::string("more than a string has room for in itself"))', "41"), ("length(text)", "0"),
    ("std::string(1, 2, 3, 4, 5)", "!no basic_string takes these arguments; its class has basic_string("), ("std::string(1, 2, 3, 4, 5)", "! more\n"),
    ("length(5)", "!int is no std::string"), ("Basket<int>(2, 3.5)", "{sum = 5}"), ("Basket<int>(2, 3ul).get()", "5"), ("take(Basket<int>(2, 4.5))", "6"),
    ("Basket<int>((short)1).sum", "101"), ("take((short)1)", "!short is no Basket<int>"), ('Basket<int>(note, "a", \'b\').sum', "137"),
    ("Opaque(1)", "!Opaque is only declared, its size is not known"), ("Unused(4)", "{n = 4}"),
    ("Unused(4, 5)", "!no Unused takes these arguments; its class has Unused(int)\n"),
    ('Unused("a")', "!Unused(const char *) takes these arguments, but has no code of its own"),
    ("sizeof(std::vector<int>)", "24"), ("((std::vector<int> *)&list)->size()", "3"), ("sizeof(std::vector<long>)", "!no symbol std::vector<long>"),
    # What a symbol does not tell of is not called.
    ("Basket<int>(1, 2, note)", "!no Basket takes these arguments; its class has Basket("), ("Basket<int>(1, take)", "!no Basket takes these arguments"),
]


def ask(interject, process, rows):
    """How many of the answers are wrong."""
    bad = 0
    for expr, want in rows:
        done = subprocess.run([interject, "call", "-p", str(process.pid), expr], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        got = done.stdout.strip() if not done.returncode else "!" + done.stderr
        if want[1:] not in got if want.startswith("!") else not got.startswith(want) if want.startswith("{int") else got != want:
            bad += 1
            print("%s: %s\n    wanted %s" % (expr, got, want))
    if process.poll() is not None:
        bad += 1
        print("the program ended")
    return bad


def of_a_library(interject, folder):
    """The same of a program whose library makes objects that it cannot make itself."""
    for name, text in ("basket.cc", INSTANCES), ("baskets.cc", PROGRAM):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as source:
            source.write(text)
    subprocess.run(["g++", "-g0", "-O0", "-fPIC", "-shared", "basket.cc", "-o", "libbasket.so"], cwd=folder, check=True)
    subprocess.run(["g++", "-g", "-O0", "baskets.cc", "-o", "baskets", "-Wl,--no-as-needed", "./libbasket.so"], cwd=folder, check=True)
    process = subprocess.Popen([folder + "/baskets"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout.read(1) == b"R"
        return ask(interject, process, LIBRARY_ROWS)
    finally:
        process.kill()
        process.wait()


def main():
    if not shutil.which("g++"):
        sys.exit(77)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        twins = []
        for name in "a", "b":
            twins.append(f"{folder}/{name}.c")
            with open(twins[-1], "w", encoding="utf-8") as source:
                source.write(f"static int Twin;\nint *twin_{name}(void)\n{{\n\treturn &Twin;\n}}\n")
        subprocess.run(["g++", "-g0", "-O0", "-c", "-x", "c", *twins], cwd=folder, check=True)
        subprocess.run(["g++", "-g", "-O0", os.path.join(HERE, "objects_cxx.cc"), "a.o", "b.o", "-o", "objects"], cwd=folder, check=True)
        process = subprocess.Popen([folder + "/objects"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert process.stdout.read(1) == b"R"
            bad += ask(sys.argv[1], process, ROWS)
        finally:
            process.kill()
            process.wait()
        bad += of_a_library(sys.argv[1], folder)
    print("%d expressions, %d wrong" % (len(ROWS) + len(LIBRARY_ROWS), bad))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
