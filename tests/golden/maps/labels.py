#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare the pointers that debug information labels with what `readelf` reads of it.

usage: labels.py INTERJECT FILE...    exit 77: readelf or objdump is missing

Of each function, what `interject maps show --json` says of each instruction (by `objdump`) is compared:
registers by DW_OP_reg*, slots by DW_OP_fbreg and DW_OP_breg* with the CFA that `readelf` tells. FILEs have one
unit.
"""
import json
import os
import re
import shutil
import subprocess
import sys

REGS = "rax rdx rcx rbx rsi rdi rbp rsp r8 r9 r10 r11 r12 r13 r14 r15".split()
DIE = re.compile(r"^ <(\d+)><([0-9a-f]+)>: Abbrev Number: \d+(?: \((DW_TAG_\w+)\))?")
ATTR = re.compile(r"^\s+<[0-9a-f]+>\s+DW_AT_(\w+)\s*: ?(.*)$")
ENTRY = re.compile(r"^\s+(?:([0-9a-f]{8})\s+)?([0-9a-f]{16}) ([0-9a-f]{16})(.*)$")
VIEWS = re.compile(r"^\s+([0-9a-f]{8}) v[0-9a-f]{15} v[0-9a-f]{15} views at")
POINTERS = {"DW_TAG_pointer_type", "DW_TAG_reference_type", "DW_TAG_rvalue_reference_type"}
BEHIND = {"DW_TAG_typedef", "DW_TAG_const_type", "DW_TAG_volatile_type", "DW_TAG_restrict_type",
          "DW_TAG_atomic_type"}
SCOPES = {"DW_TAG_subprogram", "DW_TAG_inlined_subroutine", "DW_TAG_lexical_block"}


def readelf(path, what):
    return subprocess.run(["readelf", "--debug-dump=" + what, path], env=dict(os.environ, LC_ALL="C"),
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout


class Die:
    def __init__(self, off, tag, parent):
        self.off, self.tag, self.parent, self.attrs, self.children = off, tag, parent, {}, []
        if parent:
            parent.children.append(self)


def dies_of(path):
    by_off, stack = {}, []
    for line in readelf(path, "info").splitlines():
        head = DIE.match(line)
        if head:
            del stack[int(head.group(1)):]
            if head.group(3):
                die = Die(int(head.group(2), 16), head.group(3), stack[-1] if stack else None)
                by_off[die.off] = die
                stack.append(die)
            else:
                stack.append(None)
            continue
        attr = ATTR.match(line)
        if attr and stack and stack[-1]:
            stack[-1].attrs[attr.group(1)] = attr.group(2).strip()
    return by_off


def lists_of(path, what, base):
    """{offset of a list: [(lo, hi, text)]}; readelf adds the unit's address in some forms, in others not."""
    lists, start, pending = {}, None, None
    for line in readelf(path, what).splitlines():
        views = VIEWS.match(line)
        if views:
            pending = int(views.group(1), 16)
            continue
        entry = ENTRY.match(line)
        if not entry:
            if "<End of list>" in line:
                start = None
            continue
        off = int(entry.group(1), 16) if entry.group(1) else pending
        lo, hi = int(entry.group(2), 16), int(entry.group(3), 16)
        if lo == 2 ** 64 - 1:
            continue
        if start is None:
            start = off
            lists[start] = []
        if hi < base:
            lo, hi = lo + base, hi + base
        text = entry.group(4).strip()
        if text.endswith("(start == end)"):
            text = text[:-len("(start == end)")].strip()
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1]
        lists[start].append((lo, hi, text))
    return lists


def number(text):
    """"(index: 0): 0x1100", "0x12 (location list)", "12"."""
    if text.startswith("("):
        text = text.split("): ", 1)[1]
    return int(text.split()[0], 16)


def reference(text):
    return int(re.search(r"^<?(?:0x)?([0-9a-f]+)", text).group(1), 16)


class File:
    def __init__(self, path):
        self.path = path
        self.dies = dies_of(path)
        unit = next(die for die in self.dies.values() if die.tag == "DW_TAG_compile_unit")
        base = number(unit.attrs["low_pc"]) if "low_pc" in unit.attrs else 0
        self.locs, self.ranges = lists_of(path, "loc", base), lists_of(path, "Ranges", base)
        self.cfa = self.read_cfa()

    def read_cfa(self):
        rows = []
        for line in readelf(self.path, "frames-interp").splitlines():
            row = re.match(r"^([0-9a-f]{16}) (r[bs]p)\+(\d+)", line)
            if row:
                rows.append((int(row.group(1), 16), row.group(2), int(row.group(3))))
        return sorted(rows)

    def cfa_at(self, pc):
        found = [row for row in self.cfa if row[0] <= pc]
        return found[-1][1:] if found else (None, 0)

    def spans(self, die):
        if "ranges" in die.attrs:
            return [(lo, hi) for lo, hi, _ in self.ranges.get(number(die.attrs["ranges"]), [])]
        if "low_pc" not in die.attrs:
            return []
        lo = number(die.attrs["low_pc"])
        return [(lo, lo + number(die.attrs["high_pc"]) if number(die.attrs["high_pc"]) < lo
                 else number(die.attrs["high_pc"]))]

    def instructions(self, start, end):
        text = subprocess.run(["objdump", "-d", "--start-address=%#x" % start, "--stop-address=%#x" % end,
                               self.path], text=True, stdout=subprocess.PIPE, check=True).stdout
        return [int(pc, 16) for pc in re.findall(r"^\s+([0-9a-f]+):\t[0-9a-f ]+\t", text, re.M)]

    def is_pointer(self, die):
        for _ in range(8):
            if "type" in die.attrs:
                break
            origin = die.attrs.get("abstract_origin") or die.attrs.get("specification")
            if not origin:
                return False
            die = self.dies[reference(origin)]
        for _ in range(8):
            if "type" not in die.attrs:
                return False
            die = self.dies[reference(die.attrs["type"])]
            if die.tag in POINTERS:
                return True
            if die.tag not in BEHIND:
                return False
        return False

    def places(self, func):
        """[(lo, hi, operation, frame base)] of the pointers in a function."""
        found, frame = [], func.attrs.get("frame_base", "")
        frame = re.search(r"\((DW_OP_\w+(?:: \d+)?)[^;]*\)$", frame)
        frame = frame.group(1) if frame else ""

        def look(die, spans):
            for child in die.children:
                if child.tag in SCOPES:
                    # readelf 2.40 shows only the first list of a table without offsets; what matters of the
                    # others are lists of locations, which tell where they hold.
                    missing = "ranges" in child.attrs and number(child.attrs["ranges"]) not in self.ranges
                    own = spans if missing else self.spans(child)
                    if own:
                        look(child, own)
                if child.tag not in ("DW_TAG_variable", "DW_TAG_formal_parameter") or \
                        "location" not in child.attrs or not self.is_pointer(child):
                    continue
                where = child.attrs["location"]
                if "location list" in where:
                    found.extend((lo, hi, text, frame) for lo, hi, text in self.locs.get(number(where), []))
                else:
                    text = re.search(r"\t\((.*)\)$", where).group(1)
                    found.extend((lo, hi, text, frame) for lo, hi in spans)
        look(func, self.spans(func))
        return found

    def at(self, places, pc):
        """Registers and slots that are labelled at `pc`."""
        regs, slots = set(), set()
        for lo, hi, text, frame in places:
            if not lo <= pc < hi:
                continue
            reg = re.fullmatch(r"DW_OP_reg(\d+) \(\w+\)", text)
            if reg and int(reg.group(1)) < 16:
                regs.add(REGS[int(reg.group(1))])
            if re.fullmatch(r"DW_OP_fbreg: -?\d+", text):
                base, off = frame, int(text.split()[1])
            elif re.fullmatch(r"DW_OP_breg\d+ \(\w+\): -?\d+", text):
                base, off = text.split()[0], int(text.split()[-1])
            else:
                continue
            cfa, size = self.cfa_at(pc)
            if base.startswith("DW_OP_call_frame_cfa"):
                slots.add(off)
            elif base in ("DW_OP_reg6", "DW_OP_breg6") and cfa == "rbp":
                slots.add(off - size)
            elif base in ("DW_OP_reg7", "DW_OP_breg7") and cfa == "rsp":
                slots.add(off - size)
        return regs, {slot for slot in slots if slot % 8 == 0}


def compare(interject, path):
    """How many labels agree; ends at the first that does not."""
    file, agreed = File(path), 0
    for func in file.dies.values():
        if func.tag != "DW_TAG_subprogram" or not file.spans(func):
            continue
        start, end = file.spans(func)[0]
        shown = json.loads(subprocess.run([interject, "maps", "show", "--json", path, hex(start)], check=True,
                                          stdout=subprocess.PIPE).stdout)
        places = file.places(func)
        points = shown["points"]
        if shown["note"]:
            sys.exit("%s: %s" % (path, shown["note"]))
        at = 0
        for pc in file.instructions(start, start + shown["size"]):
            while at + 1 < len(points) and start + points[at + 1]["offset"] <= pc:
                at += 1
            regs, slots = file.at(places, pc)
            for key, want in ("pointers", regs), ("slots_pointers", slots):
                # Where the code is not understood neither is what is known of pointers.
                if key in points[at] and set(points[at][key]) != want:
                    sys.exit("%s: %#x: %s %s, by readelf %s" % (path, pc, key, points[at][key], sorted(want)))
                agreed += len(want) if key in points[at] else 0
    return agreed


def main():
    interject, files = sys.argv[1], sys.argv[2:]
    if not shutil.which("readelf") or not shutil.which("objdump"):
        print("SKIP: no readelf or objdump")
        sys.exit(77)
    for path in files:
        agreed = compare(interject, path)
        if not agreed:
            sys.exit("%s: readelf has no pointer" % path)
        print("%s: %d labels agree" % (os.path.basename(path), agreed))


if __name__ == "__main__":
    main()
