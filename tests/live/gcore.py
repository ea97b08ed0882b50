#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Core files that gcore writes: what is in them, what others read of them, and that the process lives on.

usage: gcore.py PROGRAM CC

The notes and the memory are looked at here; readelf and gdb read them, too, where they are installed.
"""

import os
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import debugged  # noqa: E402: the folder stays as it is

PROGRAM, CC = sys.argv[1:3]
COMMAND = debugged.command_of(PROGRAM, False)
SOURCE = r"""
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

char *heap, *kept_out, *shared, text[] = "in the data of the program";
double number = 1.5;
volatile int go_on;

static void *other(void *arg)
{
	while (!go_on)
		usleep(1000);
	return arg;
}

int here(int n)
{
	return n + (int)number;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	(void)argv;
	prctl(PR_SET_PDEATHSIG, SIGKILL_);
	heap = strdup("in the heap");
	kept_out = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	strcpy(kept_out, "kept out of cores");
	madvise(kept_out, 1 << 20, MADV_DONTDUMP);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	strcpy(shared, "shared memory");
	pthread_create(&thread, NULL, other, NULL);
	puts("ready");
	fflush(stdout);
	while (argc > 1 && !go_on)
		usleep(1000);
	here(40);
	go_on = 1;
	pthread_join(thread, NULL);
	puts("done");
	return 0;
}
""".replace("SIGKILL_", "9")
NAMES = {1: "PRSTATUS", 2: "FPREGSET", 3: "PRPSINFO", 6: "AUXV", 0x46494C45: "FILE", 0x202: "XSTATE", 0x53494749: "SIGINFO"}
LOAD, NOTE = 1, 4


class Core:
    """A core file, read by the letter of core(5)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        assert self.bytes[:4] == b"\x7fELF" and struct.unpack_from("<HH", self.bytes, 16) == (4, 62), "no core of x86-64"
        offset, size, count = struct.unpack_from("<Q", self.bytes, 32)[0], *struct.unpack_from("<HH", self.bytes, 54)
        self.headers = [struct.unpack_from("<IIQQQQQQ", self.bytes, offset + idx * size) for idx in range(count)]
        self.notes = [note for header in self.headers if header[0] == NOTE for note in self.read_notes(header)]

    def read_notes(self, header):
        """Name and bytes of each note."""
        at, end = header[2], header[2] + header[5]
        while at < end:
            name_size, size, kind = struct.unpack_from("<III", self.bytes, at)
            at += 12 + (name_size + 3) // 4 * 4
            yield NAMES.get(kind, str(kind)), self.bytes[at:at + size]
            at += (size + 3) // 4 * 4

    def of(self, name):
        """The notes of a name."""
        return [content for kind, content in self.notes if kind == name]

    def memory(self, addr, size):
        """Memory, or None: it is not in the file."""
        for kind, _, offset, virtual, _, in_file, in_memory, _ in self.headers:
            if kind == LOAD and virtual <= addr < virtual + in_memory:
                return self.bytes[offset + addr - virtual:][:size] if addr + size <= virtual + in_file else None
        return None

    def string(self, addr):
        """A string of C."""
        found = self.memory(addr, 64)
        return found and found.split(b"\0")[0].decode()


def value(session, expression):
    """A number that the debugger says."""
    return int(session.answer(f"output/d {expression}").split("\n")[0].replace("(gdb) ", ""))


def look_at(core, session, pid, threads):
    """What is in the file, of a program that stands in here."""
    where = {name: value(session, f"(long){name}") for name in ("heap", "kept_out", "shared", "&text", "$sp", "$pc")}
    registers = [struct.unpack_from("<27Q", status, 112) for status in core.of("PRSTATUS")]
    ids = [struct.unpack_from("<i", status, 32)[0] for status in core.of("PRSTATUS")]
    assert len(ids) == threads and len(set(ids)) == threads, f"threads {ids}"
    assert core.notes[0][0] == "PRPSINFO" and struct.unpack_from("<i", core.notes[0][1], 24)[0] == pid, core.notes[0]
    assert registers[0][16] == where["$pc"] and registers[0][19] == where["$sp"], "registers of the thread that is looked at"
    assert len(core.of("FPREGSET")) == threads and all(len(state) == 512 for state in core.of("FPREGSET"))
    assert len(core.of("XSTATE")) == threads, "vector registers"
    auxv = core.of("AUXV")[0]
    assert dict(struct.iter_unpack("<QQ", auxv))[6] == 4096, "the size of a page in the auxiliary vector"
    files = core.of("FILE")[0]
    count = struct.unpack_from("<Q", files)[0]
    names = files[16 + 24 * count:].split(b"\0")
    assert len(names) == count + 1 and any(name.endswith(b"/p") for name in names), names
    assert core.string(where["heap"]) == "in the heap", "the heap"
    assert core.string(where["&text"]) == "in the data of the program", "data"
    assert core.string(where["shared"]) == "shared memory", "shared memory"
    assert core.memory(where["$sp"], 8), "the stack"
    assert core.memory(where["kept_out"], 8) is None, "memory that is kept out of cores"
    return where


def readers(path, program):
    """What readelf and gdb say, if they are there."""
    said = []
    if shutil.which("readelf"):
        done = subprocess.run(["readelf", "-hlW", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
        assert "CORE (Core file)" in done.stdout and "Warning" not in done.stdout and "Error" not in done.stdout, done.stdout
        said.append("readelf")
    if shutil.which("gdb"):
        done = subprocess.run(["gdb", "-nx", "-q", "-batch", "-ex", "bt", "-ex", "p text", "-ex", "x/s heap", "-ex", "p number", "-ex", "info threads", program, path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=debugged.environment(), check=True)
        for wanted in ("here (n=40)", "main (argc=", '"in the data of the program"', '"in the heap"', "= 1.5", "  2 "):
            assert wanted in done.stdout, f"gdb does not say {wanted!r}:\n{done.stdout}"
        said.append("gdb")
    return said


def own(folder):
    """A program that was started."""
    program, session = folder + "/p", debugged.Session(COMMAND, folder + "/p", cwd=folder)
    assert "You can't do that without a process to debug." in session.answer("gcore"), session.text
    session.answer("break here\nrun")
    pid = value(session, "(int)getpid()")
    got = session.answer(f"gcore {folder}/core.own")
    assert f"Saved corefile {folder}/core.own\n" in got and "warning" not in got, got
    core = Core(folder + "/core.own")
    where = look_at(core, session, pid, 2)
    assert core.of("SIGINFO"), "the signal that it stopped for"
    assert os.stat(folder + "/core.own").st_mode & 0o077 == 0, "others may read it"
    said = readers(folder + "/core.own", program)
    session.answer("set dump-excluded-mappings on")
    got = session.answer("generate-core-file")
    assert f"Saved corefile core.{pid}\n" in got, got
    assert Core(f"{folder}/core.{pid}").string(where["kept_out"]) == "kept out of cores", "memory that is asked for all the same"
    session.answer("set dump-excluded-mappings off")
    assert f"Failed to open '{folder}/nosuch/core' for output." in session.answer(f"gcore {folder}/nosuch/core"), session.text
    with open(f"/proc/{pid}/coredump_filter", "w", encoding="ascii") as file:
        file.write("0x1")
    session.answer("gcore core.filter")
    assert Core(folder + "/core.filter").string(where["shared"]) is None, "what the filter leaves out"
    session.answer("set use-coredump-filter off\ngcore core.filter")
    assert Core(folder + "/core.filter").string(where["shared"]) == "shared memory", "without the filter"
    got = session.answer("delete\ncontinue")
    assert "done\n" in got and "exited normally]" in got, got
    session.end("gcore of a program that was started")
    return said


def attached(folder):
    """A process that was attached to."""
    with subprocess.Popen([folder + "/p", "wait"], stdout=subprocess.PIPE, text=True) as victim:
        try:
            assert victim.stdout.readline() == "ready\n"
            session = debugged.Session(COMMAND, "-p", str(victim.pid), cwd=folder)
            got = session.answer(f"gcore {folder}/core.attached")
            assert f"Saved corefile {folder}/core.attached\n" in got, got
            core = Core(folder + "/core.attached")
            assert len(core.of("PRSTATUS")) == 2 and len(core.of("XSTATE")) == 2, "registers of both threads"
            assert core.string(value(session, "(long)heap")) == "in the heap", "the heap"
            session.answer("set var go_on = 1\ndetach")
            session.end("gcore of a process that was attached to")
            assert victim.stdout.read() == "done\n" and victim.wait(debugged.TIMEOUT_S) == 0
        finally:
            victim.kill()


def main():
    """Both."""
    with tempfile.TemporaryDirectory(prefix="ij-gcore-") as folder:
        with open(folder + "/p.c", "w", encoding="ascii") as file:
            file.write(SOURCE)
        debugged.build(CC, folder + "/p.c", folder + "/p", "-O0", "-pthread")
        # Root's privileges are given up with the first process: who writes is another user then.
        os.chmod(folder, 0o777)
        said = own(folder)
        attached(folder)
    print("cores are as they should be, for", *(said or ["us alone"]))


main()
