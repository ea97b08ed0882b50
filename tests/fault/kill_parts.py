#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""kill_parts.py INTERJECT CXX: calls that consist of several parts, killed at random instants: in Ruby, where a function of its own is asked for
first, and of functions of C++ that take objects by value, which are made, copied and ended by calls. Client, tracer or both are killed.
The programs check themselves and go on, nobody traces them, and once a session has come to its end no code of ours is left.
IJ_KILLS: kills of each program (12). IJ_SEED: of the instants. 77: there is neither Ruby nor g++."""
import os
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.append(os.path.join(HERE, "..", "live"))
import machine  # noqa: E402: the folder stays as it is

PROGRAM, CXX = sys.argv[1:]
KILLS = int(os.environ.get("IJ_KILLS", "12"))
TIMEOUT_S = 60
RUBY = """
rounds, file = 0, File.open(ARGV[0], "w")
loop do
  words = (1..300).map { |i| (i * 7).to_s * 3 }
  abort unless words.join.size == words.sum(&:size) && words.uniq.size == 300
  sleep 0.0005 if rounds % 7 == 0
  file.pwrite([rounds += 1].pack("q"), 0)
end
"""


class Target:
    """A program, and the file that it counts its rounds in."""

    def __init__(self, folder, argv, expr):
        self.rounds_path, self.expr = f"{folder}/rounds-{os.path.basename(argv[0])}", expr
        self.process = subprocess.Popen([*argv, self.rounds_path], stdout=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.goes_on()
        self.before = self.code()

    def rounds(self):
        """So many were made."""
        try:
            with open(self.rounds_path, "rb") as file:
                return struct.unpack("q", file.read(8).ljust(8, b"\0"))[0]
        except FileNotFoundError:
            return 0

    def goes_on(self):
        """Two rounds more: one at least was begun after this was asked."""
        want, deadline = self.rounds() + 2, time.monotonic() + TIMEOUT_S
        while self.rounds() < want:
            assert self.process.poll() is None, f"the program ended: {self.process.poll()}"
            assert time.monotonic() < deadline, "the program does not go on"
            time.sleep(0.001)

    def code(self):
        """What can be executed; and where."""
        with open(f"/proc/{self.pid}/maps", encoding="utf-8") as file:
            return [line.split()[0] for line in file if " r-xp " in line or "rwxp" in line or "memfd:" in line]

    def tracer(self):
        """Who traces it; 0: nobody."""
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"TracerPid:\s+(\d+)", file.read()).group(1))

    def untraced(self):
        """A tracer that was killed is gone a little later, one without a client cleans up first."""
        deadline = time.monotonic() + TIMEOUT_S
        while self.tracer():
            assert time.monotonic() < deadline, "it is still traced"
            time.sleep(0.001)

    def call(self):
        """A whole session."""
        done = subprocess.run([PROGRAM, "call", "--wait=30s", "-p", str(self.pid), self.expr], capture_output=True, text=True,
                              timeout=2 * TIMEOUT_S, check=False)
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return done.stdout


def children(pid):
    """The tracer, if it was started."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def kill(pid):
    """If it is there yet."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def killed_once(target, chance, span):
    """Whether the instant came before the session was over."""
    client = subprocess.Popen([PROGRAM, "call", "--wait=30s", "-p", str(target.pid), target.expr], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    time.sleep(chance.random() * span)
    who, tracers = chance.choice(("client", "tracer", "both")), children(client.pid)
    early = client.poll() is None
    if who != "tracer":
        client.kill()
    if who != "client":
        for tracer in tracers:
            kill(tracer)
    client.wait(2 * TIMEOUT_S)
    target.untraced()
    target.goes_on()
    return early


def killed(target, want, name):
    """All kills of one program. Returns how many came in time."""
    seed = os.environ.get("IJ_SEED", "1")
    chance, early = random.Random(name + seed), 0
    try:
        assert want in target.call()
        begun = time.monotonic()
        target.call()
        span = time.monotonic() - begun
        for _ in range(KILLS):
            early += killed_once(target, chance, span)
        assert want in target.call()
        target.goes_on()
        assert target.code() == target.before, f"was {target.before}, is {target.code()}"
        assert not target.tracer()
    except AssertionError as error:
        sys.exit(f"{name}, seed {seed}: {error}")
    finally:
        target.process.kill()
        target.process.wait()
    print(f"{name}: {KILLS} sessions, {early} of them killed before their end, within {span * 1000:.0f} ms")


def main():
    """Both programs, as far as they are there."""
    ruby, cxx = shutil.which("ruby"), shutil.which(CXX)
    if not ruby and not cxx:
        print("there is neither Ruby nor g++")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="ij-parts-") as folder:
        why = machine.no_breakpoints(PROGRAM)
        if ruby and why:
            print(f"Ruby: skipped: {why}")
        elif ruby:
            killed(Target(folder, [ruby, "-e", RUBY], 'rb_eval_string_protect("$calls = $calls.to_i + 1; 21", (int *)0)'), "43", "Ruby")
        if cxx:
            subprocess.run([cxx, "-g", "-O1", os.path.join(HERE, "kill_parts.cc"), "-o", folder + "/parts"], check=True)
            killed(Target(folder, [folder + "/parts"], "join(left, right)"), "to the left", "C++")
            killed(Target(folder, [folder + "/parts"], 'join(std::string("what is to the left is longer than fits a string itself"), right)'),
                   "to the left", "C++, constructed")


main()
