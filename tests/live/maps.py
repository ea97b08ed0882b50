#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""interject maps from its command line: what is printed agrees with itself, and wrong usage is told.

usage: maps.py PROGRAM FILE FUNC
"""

import json
import os
import struct
import subprocess
import sys
import tempfile

PROGRAM, FILE, FUNC = sys.argv[1:4]


def run(*words):
    done = subprocess.run([PROGRAM, "maps", *words], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def check(condition, *what):
    if not condition:
        sys.exit(f"maps.py: {what}")


def data(*words):
    status, out, err = run(*words, "--json")
    check(status in (0, 1) and not err, words, status, err)
    return json.loads(out)


def show():
    status, out, err = run("show", FILE, FUNC)
    check(status == 0 and not err, status, err)
    lines = out.splitlines()
    found = data("show", FILE, FUNC)
    check(lines[0].startswith(f"{FUNC}: 0x{found['address']:x}, {found['size']} bytes, "
                              f"{len(found['points'])} point"), lines[0])
    offsets = [point["offset"] for point in found["points"]]
    check(offsets[0] == 0 and offsets == sorted(set(offsets)) and offsets[-1] < found["size"], offsets)
    # The lines with a star are the points.
    stars = [int(line.split()[0].rstrip("!").rstrip("*"), 16) for line in lines
             if line.split() and line.split()[0].rstrip("!").endswith("*")]
    check(stars == offsets, stars, offsets)
    address = hex(found["address"] + found["size"] - 1)
    check(data("show", FILE, address)["function"] == FUNC, address)
    for point in found["points"]:
        check(point["safe"] == (point["reason"] is None), point)
        check("rsp" not in point.get("live", []), point)


def stat():
    found = data("stat", FILE)
    slop = data("stat", "--slop", FILE)
    check(sum(found["code_by_reason"].values()) == found["code"], found)
    check(sum(found["functions_by_points"]) == found["functions"], found)
    check(sum(found["points_by_bytes"]) == found["points"], found)
    check(slop["points"] < found["points"] and slop["code"] == found["code"], slop["points"])
    sizes = {name: codec["bytes"] for name, codec in found["codecs"].items()}
    check(set(sizes) == {"pcdata", "huffman", "interleaved", "best"}, sizes)
    check(min(sizes.values()) > 0 and sizes["interleaved"] < sizes["pcdata"], sizes)
    text = run("stat", FILE)[1]
    check(all(f" {size} " in text for size in sizes.values()), sizes, text)
    return sizes


def encode(sizes):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out.ijmap")
        for name, size in sizes.items():
            # A longer file that was there before leaves nothing behind.
            with open(path, "wb") as file:
                file.write(bytes(10 * size))
            status, out, err = run("encode", f"--codec={name}", "-o", path, FILE)
            check(status == 0 and not out and not err, status, out, err)
            with open(path, "rb") as file:
                written = file.read()
            count, whole = struct.unpack_from("<IQ", written, 12)
            # What the tracer uses of the file, and its points, behind one header.
            parts = [struct.unpack_from("<IIQQ", written, 192 + 24 * i) for i in range(count)]
            check(whole == len(written) and [part[0] for part in parts] == [1, 2], name, parts)
            check(parts[1][3] == size and written[parts[0][2]:][:5] == b"IJMAP" and
                  written[parts[1][2]:][:7] == b"IJPOINT", name, size, parts)
        again = os.path.join(folder, "again.ijmap")
        run("encode", f"--codec={list(sizes)[-1]}", "-o", again, FILE)
        with open(again, "rb") as file:
            check(file.read() == written, "two encodings differ")


def verify():
    status = run("verify", FILE)[0]
    found = data("verify", FILE)
    total = sum(one.get("contradictions", 0) for one in found["checks"].values())
    check(status == (1 if total else 0), status, total)
    check(len(found["contradictions"]) == total, total)
    # What is found of debug information contradicts nothing, and does not count.
    check(len(found["findings"]) == found["checks"]["label"]["findings"], found["checks"])
    check(found["checks"]["use"]["checked"] > 0, found["checks"])


def wrong():
    with tempfile.TemporaryDirectory() as folder:
        text = os.path.join(folder, "text")
        with open(text, "w", encoding="ascii") as file:
            file.write("no program\n" * 10)
        for words, expected, part in [
            (("show", FILE, "no_such_function"), 1, "no_such_function"),
            (("show", FILE, "0x1"), 1, "0x1"),
            (("show", FILE), 2, "usage: interject maps show FILE FUNC"),
            (("stat", FILE + ".none"), 1, ".none"),
            (("stat", text), 1, "text"),
            (("stat", "--source=klingon", FILE), 2, "go, llvm, ocaml, native"),
            (("stat", "--source=llvm", FILE), 1, "LLVM"),
            (("stat", "--codec=best", FILE), 2, "encode"),
            (("encode", FILE), 2, "-o OUTPUT"),
            (("encode", "--codec=zip", "-o", os.path.join(folder, "x"), FILE), 2, "zip"),
            (("encode", "-o", os.path.join(folder, "none", "x"), FILE), 1, "none/x"),
            (("draw", FILE), 2, "show, stat, verify or encode"),
            ((), 2, "show, stat, verify or encode"),
        ]:
            status, out, err = run(*words)
            check(status == expected and not out and part in err and err.count("\n") == 1,
                  words, status, out, err)


def cache():
    """A damaged file in the cache is told, once, and made anew."""
    with tempfile.TemporaryDirectory() as folder, subprocess.Popen(["sleep", "1000"]) as victim:
        # As root the program becomes another user, with a cache of its own that is not looked at here.
        environment = dict(os.environ, XDG_CACHE_HOME=folder)
        words = [PROGRAM, "call", "-p", str(victim.pid), "--explain", "getpid()"]
        try:
            for damaged in (False, True, False):
                files = [os.path.join(root, name) for root, _, names in os.walk(folder) for name in names]
                for path in files if damaged else []:
                    check(path.endswith(".ijmap"), path)
                    with open(path, "r+b") as file:
                        file.seek(300)
                        file.write(b"damage")
                done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
                check(done.returncode == 0, done)
                told = done.stderr.count("are made anew: .ijmap: damaged")
                check(told == (len(files) if damaged else 0), damaged, files, done.stderr)
        finally:
            victim.kill()


show()
encode(stat())
verify()
wrong()
cache()
print("ok")
