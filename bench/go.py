#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls in a Go program at random instants: how each came about, and how long it took; beside Delve.

usage: go.py PROGRAM [-n CALLS] [--call EXPR] [--expect TEXT] [--output FILE] -- COMMAND [ARG...]
       go.py PROGRAM --delve VICTIM [--rounds N] [--said]

PROGRAM is interject. COMMAND is a Go program; it is started again whenever it ends, must end with
status 0, and FILE, if it is named, must have the same contents each time as after a run that nobody
disturbed. Its standard input is a pipe that is closed at the end.

With --delve: VICTIM is victim_go_plain or victim_go_slow of the tests, whose goroutine "gap" says how
long it stood still. One session of each attaches, calls main.add(40, 2) 21 times, and detaches; Delve
needs a breakpoint first, since it calls on goroutines that run only. It calls only what was built without
optimisation. --said shows all that both put out.
"""

import argparse
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

BATCH = 20


def percentile(values, percent):
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


def figures(name, values):
    values = sorted(values)
    print(
        f"{name}: p50 {percentile(values, 50):.2f}, p99 {percentile(values, 99):.2f}, "
        f"worst {values[-1] if values else 0:.2f} ms"
    )


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Target:
    """The program that is called into, run after run."""

    def __init__(self, command, output):
        self.command, self.output, self.runs, self.want = command, output, 0, None
        self.process = None
        if output:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.want = digest(output)
        self.start()

    def start(self):
        self.runs += 1
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if not self.output:
            self.process.stdout.read(1)

    def look(self):
        """Start it anew if it has ended, after looking at how."""
        if self.process.poll() is not None:
            self.check()
            self.start()

    def check(self):
        text = self.process.stdout.read()
        if self.process.wait() != 0:
            sys.exit(f"the program ended with {self.process.returncode}: {text[-2000:]}")
        if self.output and digest(self.output) != self.want:
            sys.exit(f"{self.output} differs from that of an undisturbed run")
        return text

    def finish(self):
        self.process.stdin.close()
        text = self.check()
        if not self.output and "good " not in text:
            sys.exit(f"the program says: {text}")


def way(answer):
    """How a call came about, of what --json says of it."""
    walk = answer.get("walk") or {}
    method = walk.get("method") or "none"
    if method == "none":
        return "direct" if walk.get("attempts", 1) <= 1 else "retry"
    return method


def measure(args):
    target = Target(args.command, args.output)
    ways, pauses, calls, walls, gone, wrong = {}, [], [], [], 0, []
    done = 0
    while done < args.n:
        target.look()
        before = time.monotonic()
        result = subprocess.run(
            [args.program, "call", "--json", "-p", str(target.process.pid)] + [args.call] * BATCH,
            capture_output=True,
            text=True,
            check=False,
        )
        walls.append((time.monotonic() - before) * 1000)
        for line in result.stdout.splitlines():
            answer = json.loads(line)
            status = answer["status"]
            if status == "done":
                done += 1
                ways[way(answer)] = ways.get(way(answer), 0) + 1
                pauses.append(answer["pause_us"] / 1000)
                calls.append(answer["call_us"] / 1000)
                if args.expect is not None and str(answer["value"]) != args.expect:
                    wrong.append(answer)
            elif answer.get("exit_status") in (3, 7) or status == "skipped":
                gone += 1
            else:
                done += 1
                ways[status] = ways.get(status, 0) + 1
    target.finish()
    print(f"{done} calls in {target.runs} runs of the program, {len(wrong)} wrong results")
    for name, count in sorted(ways.items(), key=lambda item: -item[1]):
        print(f"  {name}: {count} ({100 * count / done:.1f} %)")
    figures("pause", pauses)
    figures("call", calls)
    figures(f"session of {BATCH}", walls)
    if wrong:
        sys.exit(f"for instance {wrong[0]}")


def run_tool(command, text=None):
    """Wall time in milliseconds, largest memory of it and its children in MiB, and what it said."""
    before = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, text=True)
        child.stdin.write(text or "")
        child.stdin.close()
        _, _, usage = os.wait4(child.pid, 0)
        wall = (time.monotonic() - before) * 1000
        said.seek(0)
        return wall, usage.ru_maxrss / 1024, said.read()


def gap_of(victim, command, text=None):
    """The same, and the longest time for which the victim's goroutine did not run."""
    env = dict(os.environ, IJ_GO_GAP="1")
    process = subprocess.Popen([victim], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
    process.stdout.read(1)
    time.sleep(0.5)
    wall, memory, said = run_tool([word.replace("PID", str(process.pid)) for word in command], text)
    process.stdin.close()
    out = process.stdout.read()
    if process.wait() != 0:
        sys.exit(f"the victim ended with {process.returncode}: {out}")
    return wall, memory, float(re.search(r"gap ([0-9.]+)", out).group(1)), said


def compare(args):
    calls = ["main.add(40, 2)"] * 21
    rows = []
    ours = [args.program, "call", "-p", "PID", "--decl=func(int, int) int"] + calls
    with tempfile.NamedTemporaryFile("w", suffix=".dlv") as script:
        script.write("break main.tick:2\ncontinue\n" + "".join(f"call {call}\n" for call in calls) + "clearall\nexit\n")
        script.flush()
        delve = ["dlv", "attach", "PID", "--init", script.name, "--allow-non-terminal-interactive=true"]
        for _ in range(args.rounds):
            rows.append(("nobody", *gap_of(args.delve, ["sleep", "0.3"])))
            rows.append(("interject", *gap_of(args.delve, ours)))
            rows.append(("delve", *gap_of(args.delve, delve, "n\n")))
    for name in ("nobody", "interject", "delve"):
        mine = sorted([row for row in rows if row[0] == name], key=lambda row: row[1])
        middle = len(mine) // 2
        good = sum(row[4].count("42") >= 21 for row in mine)
        gaps = sorted(row[3] for row in mine)
        print(
            f"{name}: wall {mine[middle][1]:.0f} ms, longest gap of the goroutine {gaps[middle]:.2f} ms "
            f"(worst {gaps[-1]:.2f}), memory {mine[middle][2]:.0f} MiB, all 21 answers in {good} of {len(mine)}"
        )
    for row in rows if args.said else []:
        print(f"---- {row[0]} said:\n{row[4]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--call", default='strings.Repeat("ab", 3)')
    parser.add_argument("--expect", default="ababab")
    parser.add_argument("--output")
    parser.add_argument("--delve", metavar="VICTIM")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--said", action="store_true")
    words, command = sys.argv[1:], []
    if "--" in words:
        words, command = words[: words.index("--")], words[words.index("--") + 1 :]
    args = parser.parse_args(words)
    args.command = command
    if not command and not args.delve:
        parser.error("what is to be called into?")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if args.delve:
        compare(args)
    else:
        measure(args)


if __name__ == "__main__":
    main()
