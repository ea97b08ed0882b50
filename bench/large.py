#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""large.py FOLDER [MEGABYTES]: build FOLDER/large, a program of C++ with DWARF of about that size (300), for bench/symbols.

Two units of 700 classes each are compiled, one with the containers of the standard library. Each of the others is a copy of
one of these objects in which the namespace has another name of the same length: as if it had been compiled from a source of
its own, which would take an hour. The program waits; `unit_017::flat_99` is one of its functions. Needs twice the space.
"""
import os
import subprocess
import sys

CLASSES = 700
UNIT = "unit_000"

HEAD = """namespace %s {
template <class T, int N> struct ring {
	T items[N];
	unsigned at = 0;
	T &push(const T &item) { return items[at++ %% N] = item; }
	int size() const { return N; }
};
"""
CLASS = """enum class state_{n} {{ idle_{n}, busy_{n}, gone_{n} }};
struct part_{n}{base} {{
	state_{n} state;
	long count_{n};
	double weight_{n};
	{text} name_{n};
	ring<long, {size}> last_{n};
	virtual int step(int by, const char *why) {{ count_{n} += by; return *why + (int)count_{n}; }}
	long sum_{n}(long a, unsigned b, const part_{n} &other) const {{ return a + b + other.count_{n}; }}
	static part_{n} *make_{n}(int n, part_{n} *from) {{ return n ? from : nullptr; }}
	void put_{n}(const char *key, long value);
	double mean_{n}(const double *values, unsigned long len) const;
}};
int flat_{n}(part_{n} *part, int by)
{{
	part_{n} *made = part_{n}::make_{n}(by, part);
	made->last_{n}.push(by);
	return part->step(by, "x") + (int)made->sum_{n}(1, 2, *part) + made->last_{n}.size();
}}
"""
MAIN = """#include <unistd.h>
namespace %s { struct part_0; int flat_0(part_0 *, int); }
int main(int argc, char **)
{
	for (;;) {
		if (argc > 1)
			%s::flat_0(nullptr, argc);
		pause();
	}
}
"""


def source(text, headers):
    out = ["#include <%s>\n" % header for header in headers] + [HEAD % UNIT]
    for n in range(CLASSES):
        base = " : public part_%d" % (n - 1) if n % 4 else ""
        out.append(CLASS.format(n=n, base=base, size=n + 2, text=text))
    return "".join(out) + "}\n"


def compiled(folder, name, text):
    with open(os.path.join(folder, name + ".cc"), "w", encoding="ascii") as file:
        file.write(text)
    subprocess.run(["g++", "-g", "-O0", "-c", name + ".cc"], cwd=folder, check=True)
    with open(os.path.join(folder, name + ".o"), "rb") as file:
        return file.read()


def link(folder, objects, copies):
    """Link @copies units, alternately of the @objects; the size of the program in bytes."""
    names = []
    for n in range(copies):
        names.append("copy_%03d.o" % n)
        with open(os.path.join(folder, names[-1]), "wb") as file:
            file.write(objects[n % len(objects)].replace(UNIT.encode(), b"unit_%03d" % n))
    with open(os.path.join(folder, "objects"), "w", encoding="ascii") as file:
        file.write("\n".join(names))
    subprocess.run(["g++", "-o", "large", "main.o", "@objects"], cwd=folder, check=True)
    for name in names:
        os.unlink(os.path.join(folder, name))
    return os.path.getsize(os.path.join(folder, "large"))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, want = sys.argv[1], int(sys.argv[2] if len(sys.argv) > 2 else 300) * 10**6
    os.makedirs(folder, exist_ok=True)
    objects = [compiled(folder, "plain", source("const char *", [])),
               compiled(folder, "containers", source("std::string", ["algorithm", "functional", "map", "memory", "string", "vector"]))]
    compiled(folder, "main", MAIN % (UNIT, UNIT))
    few = link(folder, objects, 20)
    size = link(folder, objects, max(20, min(999, want * 20 // few + 1)))
    print("%s: %d MB" % (os.path.join(folder, "large"), size // 10**6))


if __name__ == "__main__":
    main()
