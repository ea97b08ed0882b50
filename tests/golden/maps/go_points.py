#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Points of Go programs against a second reading of their tables, which shares nothing with ours.

usage: go_points.py DUMPER DIRECTORY PACKAGE...

Each PACKAGE is an npm package with a Go program for Linux on x86-64; it is fetched once into DIRECTORY.
All functions are compared. What a table says of the byte before a point must be what the point says, and no
change of a table may be without a point behind it.
Exit status 77: nothing could be fetched.

Source: Go 1.13 to 1.23, src/runtime/symtab.go; the numbers of PCDATA and FUNCDATA: src/cmd/internal/objabi.
"""
import os
import struct
import subprocess
import sys
import tarfile

FRAME, STACK, REGS, SAFETY = range(4)
NONE, UNSAFE = -1, -2
# Order of the compiler's registers by DWARF number: AX CX DX BX BP SI DI R8 ... R15.
DWARF = [0, 2, 1, 3, 6, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15]
# magic: header of tables, entry size, offsets in _func of name, pcsp, npcdata, nfuncdata, size
FORMS = {
    0xFFFFFFFB: (None, 8, 8, 20, 32, 39, 40),
    0xFFFFFFFA: ((24, 48, 56), 8, 8, 20, 32, 43, 44),
    0xFFFFFFF0: ((32, 56, 64), 4, 4, 16, 28, 39, 40),
    0xFFFFFFF1: ((32, 56, 64), 4, 4, 16, 28, 43, 44),
}


class Elf:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        off, = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3A)
        heads = [struct.unpack_from("<IIQQQQ", self.data, off + i * size) for i in range(count)]
        strings = heads[names][4]
        self.sections = {}
        for name, _, _, addr, start, length in heads:
            text = self.data[strings + name:self.data.index(0, strings + name)].decode()
            self.sections[text] = (addr, start, length)

    def at(self, addr, fmt):
        for start, off, length in self.sections.values():
            if start and start <= addr < start + length:
                return struct.unpack_from(fmt, self.data, off + addr - start)
        raise ValueError(f"no section has {addr:#x}")

    def section(self, name):
        addr, off, length = self.sections[name]
        return addr, self.data[off:off + length]


class Go:
    def __init__(self, elf):
        self.elf = elf
        self.addr, self.tab = elf.section(".gopclntab")
        self.magic, = struct.unpack_from("<I", self.tab, 0)
        heads, self.word, self.name, self.pcsp, self.npcdata, self.nfuncdata, self.size = FORMS[self.magic]
        self.len, = struct.unpack_from("<Q", self.tab, 8)
        self.names = self.pctab = self.text = self.funcs_base = self.gofunc = 0
        self.functab = 16
        if heads:
            self.names, self.pctab, self.functab = (struct.unpack_from("<Q", self.tab, off)[0] for off in heads)
            self.funcs_base = self.functab
        if self.word == 4:
            self.text, = struct.unpack_from("<Q", self.tab, 24)
            self.gofunc = self.find_gofunc()

    def find_gofunc(self):
        addr, data = self.elf.section(".noptrdata")
        for off in range(0, len(data) - 400, 8):
            head, names = struct.unpack_from("<QQ", data, off)
            if head == self.addr and names == self.addr + self.names:
                return struct.unpack_from("<Q", data, off + (304 if self.magic == 0xFFFFFFF0 else 320))[0]
        raise ValueError(f"no moduledata in {addr:#x}")

    def minor(self):
        at = self.elf.data.find(b"go1.", self.elf.sections[".rodata"][1])
        digits = bytes(self.elf.data[at + 4:at + 6])
        return int(digits)

    def values(self, table, start, end):
        """[(from, value)]: holds up to the next one's; NONE where the table says nothing."""
        if not table:
            return [(start, NONE)]
        ret, value, pc, at = [], -1, start, self.pctab + table
        while pc < end:
            delta, at = self.uvarint(at)
            if not delta and pc != start:
                ret.append((pc, NONE))
                break
            value += -(delta >> 1) - 1 if delta & 1 else delta >> 1
            step, at = self.uvarint(at)
            ret.append((pc, value))
            pc += step
        return ret

    def uvarint(self, at):
        value = shift = 0
        while True:
            byte = self.tab[at]
            value |= (byte & 0x7F) << shift
            at += 1
            shift += 7
            if not byte & 0x80:
                return value, at

    def bitmaps(self, addr):
        count, bits = self.elf.at(addr, "<ii")
        size = (bits + 7) // 8
        return bits, [int.from_bytes(self.elf.at(addr + 8 + i * size, f"{size}s")[0], "little") for i in range(count)]

    def func(self, idx, numbers):
        fmt = "<QQQ" if self.word == 8 else "<III"
        start, off, end = struct.unpack_from(fmt, self.tab, self.functab + idx * 2 * self.word)
        start, end, off = start + self.text, end + self.text, off + self.funcs_base
        pcsp, = struct.unpack_from("<I", self.tab, off + self.pcsp)
        npcdata, = struct.unpack_from("<I", self.tab, off + self.npcdata)
        nfuncdata = self.tab[off + self.nfuncdata]
        pcdata = struct.unpack_from(f"<{npcdata}I", self.tab, off + self.size)
        at = off + self.size + 4 * npcdata
        if self.word == 8:
            at = (at + 7) // 8 * 8
            funcdata = struct.unpack_from(f"<{nfuncdata}Q", self.tab, at)
        else:
            raw = struct.unpack_from(f"<{nfuncdata}I", self.tab, at)
            funcdata = [0 if value == 0xFFFFFFFF else self.gofunc + value for value in raw]
        pick = [pcsp] + [pcdata[n] if n is not None and n < npcdata else 0 for n in numbers[:3]]
        maps = [self.bitmaps(funcdata[n]) if n is not None and n < nfuncdata and funcdata[n] else None
                for n in numbers[3:]]
        return start, end, [self.values(table, start, end) for table in pick], maps


def value_at(stream, pc):
    ret = NONE
    for start, value in stream:
        if start > pc:
            break
        ret = value
    return ret


class Reading:
    """What the tables of one function say of a point."""

    def __init__(self, go, idx, numbers):
        self.old = numbers[1] is not None
        self.runtime = False  # compiled without register maps
        self.start, self.end, self.streams, (self.args, self.locals, self.regs) = go.func(idx, numbers)
        self.varp = -16 if any(value > 0 for _, value in self.streams[FRAME]) else -8

    def expected(self, pc):
        """(frame, pointers, slots, safe); None: not known."""
        before = [value_at(stream, pc - 1) if pc > self.start else NONE for stream in self.streams]
        frame = value_at(self.streams[FRAME], pc)
        return frame if frame >= 0 else None, self.pointers(before), self.slots(before[STACK], frame), self.safe(before)

    def pointers(self, before):
        if not self.old:
            return 0
        value = max(before[REGS], 0)
        if self.runtime or before[REGS] == UNSAFE or not self.regs or value >= len(self.regs[1]):
            return None
        mask = self.regs[1][value]
        return sum(1 << dwarf for bit, dwarf in enumerate(DWARF) if mask >> bit & 1)

    def slots(self, value, frame):
        if value == NONE and (self.old or frame <= 0):
            value = 0
        if value < 0 or not self.locals or value >= len(self.locals[1]):
            return None
        bits, maps = self.locals
        ret = {self.varp + 8 * (i - bits) for i in range(bits) if maps[value] >> i & 1}
        if self.args:
            if value >= len(self.args[1]):
                return None
            ret |= {8 * i for i in range(self.args[0]) if self.args[1][value] >> i & 1}
        return ret

    def safe(self, before):
        if self.old:
            return before[REGS] != UNSAFE and self.regs is not None
        return before[SAFETY] == -1 and self.locals is not None


def told(fields, old):
    """The same of a line of the dumper."""
    unknown, frame, pointers = int(fields[2]), int(fields[3]), int(fields[4], 16)
    return (None if unknown & 4 else frame, None if unknown & 2 else pointers if old else 0,
            None if unknown & 16 else {int(slot) for slot in fields[5:]}, fields[1] in ("safe", "runtime"))


def compare(reading, points):
    """A complaint, or None."""
    changes = [(which, start) for which, stream in enumerate(reading.streams) for start, _ in stream]
    for i, fields in enumerate(points):
        pc = int(fields[0], 16)
        end = int(points[i + 1][0], 16) if i + 1 < len(points) else reading.end
        expected, found = reading.expected(pc), told(fields, reading.old)
        if expected != found:
            return f"{pc:#x}: expected {expected}, found {found}"
        # Only the last instruction of a range may bring a change: behind the longest instruction it is there,
        # unless the next change came before that.
        for which, start in changes:
            late = start if which == FRAME else start + 15
            if pc < start and late < end and not any(start < other <= late for _, other in changes) and \
                    reading.expected(late) != expected:
                return f"{pc:#x}: a change at {start:#x} is missing"
    return None


def check(dumper, path):
    go = Go(Elf(path))
    minor = go.minor()
    # PCDATA of stack maps, register maps, safety; FUNCDATA of args, locals, register maps.
    numbers = (1, 0, None, 0, 1, 2) if minor in (13, 14) else (1, None, 0, 0, 1, None)
    lines = subprocess.run([dumper, path, "go"], check=True, capture_output=True, text=True).stdout.splitlines()
    funcs = {}
    for line in lines:
        kind, *fields = line.split(" ")
        if kind == "F":
            points = funcs.setdefault(int(fields[0], 16), (fields[2], []))[1]
        else:
            points.append(fields)
    compared = 0
    for idx in range(go.len):
        reading = Reading(go, idx, numbers)
        name, points = funcs[reading.start]
        reading.runtime = name.startswith(("runtime.", "runtime/internal/", "internal/runtime/"))
        complaint = compare(reading, points)
        if complaint:
            sys.exit(f"{path}: function at {reading.start:#x}: {complaint}")
        compared += len(points)
    if len(funcs) != go.len or not compared:
        sys.exit(f"{path}: {len(funcs)} functions, the table has {go.len}")
    print(f"{path}: Go 1.{minor}: {compared} points agree")


def fetch(directory, package):
    folder = os.path.join(directory, package.replace("/", "-"))
    if not os.path.isdir(folder):
        os.makedirs(directory, exist_ok=True)
        done = subprocess.run(["npm", "pack", "--silent", "--fetch-retries=0", "--fetch-timeout=20000", package],
                              cwd=directory, capture_output=True, text=True, check=False)
        if done.returncode or not done.stdout.strip():
            return None
        archive = os.path.join(directory, done.stdout.split()[-1])
        with tarfile.open(archive) as tar:
            tar.extractall(folder + ".tmp")
        os.remove(archive)
        os.rename(folder + ".tmp", folder)
    for root, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(root, name)
            if "darwin" not in path and "windows" not in path and os.path.getsize(path) > 1 << 20:
                return path
    return None


def main():
    dumper, directory, *packages = sys.argv[1:]
    try:
        found = [path for path in (fetch(directory, package) for package in packages) if path]
    except FileNotFoundError:
        found = []
    if not found:
        print("SKIP: no Go program could be had from npm: " + ", ".join(packages))
        sys.exit(77)
    for path in found:
        check(dumper, path)


main()
