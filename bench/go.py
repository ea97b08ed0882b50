#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls in a Go program at random instants: how each came about, and how long it took; beside Delve.

usage: go.py PROGRAM [-n CALLS] [--call EXPR] [--expect TEXT] [--output FILE] -- COMMAND [ARG...]
       go.py PROGRAM --delve VICTIM [--rounds N] [--said]

PROGRAM is interject. COMMAND is a Go program; it is started again whenever it ends, must end with
status 0, and FILE, if it is named, must have the same contents each time as after a run that nobody
disturbed. Its standard input is a pipe that is closed at the end.
Every 10 seconds it says how far it is; interrupted, it reports what it has.

With --delve: VICTIM is victim_go_plain or victim_go_slow of the tests, whose goroutine "gap" says how
long it stood still. Sessions of each attach, call main.add(40, 2) once and 21 times, and detach; Delve
needs a breakpoint first, since it calls on goroutines that run only. It calls only what was built without
optimisation. --said shows all that both put out. On a busy machine CPU time says more than wall time.
"""

import argparse
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

BATCH = 20
PROGRESS_S = 10
CALLS = 21


def percentile(values, percent):
    return values[min(len(values) - 1, len(values) * percent // 100)] if values else 0.0


def figures(name, values):
    values = sorted(values)
    return (
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


class Tally:
    """What became of the calls so far; times in milliseconds."""

    def __init__(self, expect):
        self.expect, self.done, self.gone, self.wrong = expect, 0, 0, []
        self.ways, self.pauses, self.calls, self.walls = {}, [], [], []
        self.reasons = {}

    def count(self, name):
        self.done += 1
        self.ways[name] = self.ways.get(name, 0) + 1

    def add(self, answer):
        status = answer["status"]
        if status == "done":
            self.count(way(answer))
            self.pauses.append(answer["pause_us"] / 1000)
            self.calls.append(answer["call_us"] / 1000)
            if self.expect is not None and str(answer["value"]) != self.expect:
                self.wrong.append(answer)
        elif answer.get("exit_status") in (3, 7) or status == "skipped":
            self.gone += 1
        else:
            self.count(status)
            self.why(answer)

    def why(self, answer):
        """Of a call that was given up: what was in the way, how often it was tried and for how long."""
        verdict, walk, error = (answer.get(key) or {} for key in ("verdict", "walk", "error"))
        reason = verdict.get("reason") or error.get("message") or "nothing said"
        reason = re.sub(r"\b(0x)?[0-9a-f]{4,}\b", "N", reason)
        self.reasons.setdefault(reason, []).append((walk.get("attempts", 0), walk.get("us", 0) / 1000))

    def progress(self, target):
        ways = ", ".join(f"{name} {count}" for name, count in sorted(self.ways.items()))
        print(
            f"{time.strftime('%T')}: {self.done} calls in {target.runs} runs, {len(self.wrong)} wrong ({ways}); "
            + figures("pause", self.pauses),
            file=sys.stderr,
        )

    def report(self, target):
        print(f"{self.done} calls in {target.runs} runs of the program, {len(self.wrong)} wrong results")
        for name, count in sorted(self.ways.items(), key=lambda item: -item[1]):
            print(f"  {name}: {count} ({100 * count / self.done:.1f} %)")
        for reason, tries in sorted(self.reasons.items(), key=lambda item: -len(item[1])):
            attempts, waits = (sorted(column)[len(tries) // 2] for column in zip(*tries))
            print(f"  given up {len(tries)} times, of {attempts} attempts and {waits:.0f} ms: {reason}")
        print(figures("pause", self.pauses))
        print(figures("call", self.calls))
        print(figures(f"session of {BATCH}", self.walls))
        if self.wrong:
            sys.exit(f"for instance {self.wrong[0]}")


def measure(args):
    target = Target(args.command, args.output)
    tally = Tally(args.expect)
    told = time.monotonic()
    try:
        while tally.done < args.n:
            target.look()
            before = time.monotonic()
            result = subprocess.run(
                [args.program, "call", "--json", "-p", str(target.process.pid)] + [args.call] * BATCH,
                capture_output=True,
                text=True,
                check=False,
            )
            tally.walls.append((time.monotonic() - before) * 1000)
            for line in result.stdout.splitlines():
                tally.add(json.loads(line))
            if time.monotonic() - told >= PROGRESS_S:
                told = time.monotonic()
                tally.progress(target)
        target.finish()
    except KeyboardInterrupt:
        print("interrupted; the run that was going on is not looked at")
        target.process.kill()
    tally.report(target)


def high_water(pid):
    """The most memory that each process from PID down has had so far, in KiB, by process."""
    found = {}
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            line = re.search(r"VmHWM:\s+(\d+)", file.read())
        if line:
            found[pid] = int(line.group(1))
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            for child in file.read().split():
                found.update(high_water(int(child)))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


class Session:
    """One run of a tool: its times in milliseconds, and what it said.

    With watch, memory is the sum of what its processes took at most in MiB, by looking at them all the
    time; wait4() would say no less than this interpreter has.
    """

    def __init__(self, command, text, watch):
        water = {}
        before = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=said, stderr=said, text=True)
            child.stdin.write(text or "")
            child.stdin.close()
            if watch:
                while os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                    water.update(high_water(child.pid))
            _, _, usage = os.wait4(child.pid, 0)
            self.wall = (time.monotonic() - before) * 1000
            self.cpu = (usage.ru_utime + usage.ru_stime) * 1000
            said.seek(0)
            self.said = said.read()
        self.memory = sum(water.values()) / 1024
        self.gap = 0.0


def session(victim, command, text=None, watch=False):
    """The same beside a victim, and the longest time for which the victim's goroutine did not run."""
    env = dict(os.environ, IJ_GO_GAP="1")
    process = subprocess.Popen([victim], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, text=True)
    process.stdout.read(1)
    time.sleep(0.5)
    done = Session([word.replace("PID", str(process.pid)) for word in command], text, watch)
    process.stdin.close()
    out = process.stdout.read()
    if process.wait() != 0:
        sys.exit(f"the victim ended with {process.returncode}: {out}")
    done.gap = float(re.search(r"gap ([0-9.]+)", out).group(1))
    return done


def delve_script(calls):
    script = tempfile.NamedTemporaryFile("w", suffix=".dlv")
    script.write("break main.tick:2\ncontinue\n" + "".join(f"call {call}\n" for call in calls) + "clearall\nexit\n")
    script.flush()
    return script


def middle(sessions, what):
    return sorted(getattr(it, what) for it in sessions)[len(sessions) // 2]


def compare(args):
    if not shutil.which("dlv"):
        sys.exit("no dlv on PATH; Debian's package is delve")
    calls = ["main.add(40, 2)"] * CALLS
    kinds = {"nobody": {"": [["sleep", "0.3"]]}, "interject": {}, "delve": {}}
    rows, scripts = {}, []
    for few, name in ((calls[:1], "one"), (calls, "all")):
        scripts.append(delve_script(few))
        kinds["interject"][name] = [[args.program, "call", "-p", "PID"] + few]
        attach = ["dlv", "attach", "PID", "--init", scripts[-1].name, "--allow-non-terminal-interactive=true"]
        kinds["delve"][name] = [attach, "n\n"]
    for turn in range(args.rounds + 1):
        for kind, commands in kinds.items():
            for name, command in commands.items():
                # The last round is for the memory, since to look at it takes time.
                rows.setdefault((kind, name, turn == args.rounds), []).append(
                    session(args.delve, *command, watch=turn == args.rounds)
                )
    for kind, commands in kinds.items():
        for name in commands:
            mine, watched = rows[kind, name, False], rows[kind, name, True][0]
            what = {"": "nothing done", "one": "1 call", "all": f"{CALLS} calls"}[name]
            good = sum(it.said.count("42") >= (CALLS if name == "all" else 1) for it in mine)
            print(
                f"{kind}, {what}: wall {middle(mine, 'wall'):.0f} ms, CPU {middle(mine, 'cpu'):.0f} ms, "
                f"longest gap of the goroutine {middle(mine, 'gap'):.2f} ms "
                f"(worst {max(it.gap for it in mine):.2f}), memory {watched.memory:.1f} MiB"
                + (f", all answers in {good} of {len(mine)}" if name else "")
            )
    for what in ("wall", "cpu"):
        ours, theirs = (
            [middle(rows[kind, name, False], what) for name in ("one", "all")] for kind in ("interject", "delve")
        )
        print(
            f"{what}: {theirs[1] / ours[1]:.1f} times less; each call after the first takes "
            f"{(ours[1] - ours[0]) / (CALLS - 1):.2f} ms (Delve: {(theirs[1] - theirs[0]) / (CALLS - 1):.2f} ms)"
        )
    print(f"gap: {middle(rows['delve', 'all', False], 'gap') / middle(rows['interject', 'all', False], 'gap'):.0f} times shorter")
    for (kind, name, _), sessions in rows.items() if args.said else []:
        for it in sessions:
            print(f"---- {kind} {name} said:\n{it.said}")


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
