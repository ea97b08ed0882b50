#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""interject repl on a pseudo-terminal: what a person types, and what appears.

usage: repl.py PROGRAM VICTIMS

Each test starts a victim of its own, types, and waits for text on the screen; nothing sleeps. A wait that
does not end fails with the screen. Afterwards the victim must pass its own check.
"""

import mmap
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import machine  # noqa: E402: the folder stays as it is

PROGRAM, VICTIMS = sys.argv[1:3]
WAIT_S = 60
TESTS = []


def test(function):
    """Register a test."""
    TESTS.append(function)
    return function


def needs_breakpoints(function):
    """Mark a test that is skipped where none can be had."""
    function.needs_breakpoints = True
    return function


class Victim:
    """A process to attach to, which spins in calls of its own."""

    def __init__(self, name="victim_host"):
        # The page that victims share with who started them (victims/victim.h), as descriptor 3.
        memory = os.memfd_create("page")
        os.ftruncate(memory, mmap.PAGESIZE)
        self.page = mmap.mmap(memory, mmap.PAGESIZE)
        self.process = subprocess.Popen(
            [os.path.join(VICTIMS, name), "spin"], close_fds=False,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=lambda: os.set_inheritable(os.dup2(memory, 3), True))
        os.close(memory)
        self.pid = self.process.pid
        # Ready is the first byte on its output.
        if not self.process.stdout.read(1):
            raise AssertionError("the victim did not start")

    def check(self):
        """Ask for the end: its own check must be good."""
        if self.process.poll() is not None:
            return
        struct.pack_into("I", self.page, 12, 1)
        if self.process.wait(WAIT_S) != 0:
            raise AssertionError(f"the victim says {bytes(self.page).strip(bytes(1))!r}")

    def status(self, name):
        """A line of its status in /proc."""
        with open(f"/proc/{self.pid}/status", encoding="ascii", errors="replace") as file:
            return next(line.split()[1] for line in file if line.startswith(name + ":"))

    def mappings(self):
        """Its mappings without those of the heap."""
        with open(f"/proc/{self.pid}/maps", encoding="ascii", errors="replace") as file:
            return [line.split()[0] for line in file if "[heap]" not in line]

    def close(self):
        """End it."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *args, state=None, env=None):
        self.screen = ""
        self.seen = 0
        self.state = state or tempfile.mkdtemp(prefix="ij-repl-")
        environ = {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": self.state,
                   "XDG_STATE_HOME": self.state, "XDG_CONFIG_HOME": self.state,
                   "XDG_CONFIG_DIRS": self.state + "/none", "INPUTRC": "/dev/null",
                   "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""), **(env or {})}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(PROGRAM, [PROGRAM, "repl", *args], environ)

    def pump(self, timeout):
        """Take what appears; False at the end."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        text = data.decode("utf-8", "replace")
        self.screen += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|[\x07\r]", "", text)
        return bool(data)

    def pump_until(self, holds):
        """Take what appears until something holds; what then fails says what did not."""
        deadline = time.monotonic() + WAIT_S
        while not holds() and time.monotonic() < deadline:
            self.pump(0.01)

    def expect(self, pattern):
        """Wait for a pattern behind what was waited for before; its match."""
        deadline = time.monotonic() + WAIT_S
        alive = True
        while True:
            match = re.compile(pattern).search(self.screen, self.seen)
            if match:
                self.seen = match.end()
                return match
            if not alive or time.monotonic() > deadline:
                raise AssertionError(f"no {pattern!r} behind {self.screen[:self.seen]!r}: "
                                     f"{self.screen[self.seen:]!r}")
            alive = self.pump(1)

    def type(self, text):
        """Press keys."""
        os.write(self.fd, text.encode())

    def line(self, text, pattern):
        """Type a line at the prompt, and wait for what it says and the next prompt."""
        self.type(text + "\r")
        match = self.expect(pattern)
        self.prompt()
        return match

    def prompt(self):
        """Wait for a prompt."""
        self.expect(r"(running|interject|stopped \d+ in \S+)> $")

    def end(self):
        """Wait for the end; the exit status."""
        deadline = time.monotonic() + WAIT_S
        while self.pump(1):
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not end behind {self.screen[-500:]!r}")
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def same(one, other):
    """Fail unless two values are equal."""
    if one != other:
        raise AssertionError(f"{one!r} is not {other!r}")


@test
def calls_and_ends(victim):
    """Calls, an empty line repeats, Ctrl-D lets go."""
    maps = victim.mappings()
    terminal = Terminal("-p", str(victim.pid))
    terminal.expect(rf"Attached to {victim.pid} \(victim_host\)")
    terminal.prompt()
    terminal.line("call (int)f_add(20, 3)", r"\n23\n")
    terminal.line("", r"\n23\n")
    terminal.line("explain", r"verdict: safe(.|\n)*done; target restored")
    terminal.line("set $x = (int)f_add(1, 1)", r"\n")
    terminal.line("print $x + 1", r"\n3\n")
    terminal.line("echo pid $pid", rf"\npid {victim.pid}\n")
    terminal.line("bork", r'column 1: no command "bork"')
    terminal.line("print $x +", r"column 11: the expression ends")
    terminal.line("call no_such()", r"no function no_such")
    terminal.type("\x04")
    same(terminal.end(), 0)
    same(victim.mappings(), maps)
    same(victim.status("TracerPid"), "0")


@test
def goes_on_over_lines(victim):
    """Blocks and heredocs are read to their end; Ctrl-C drops what was typed of one."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.type("while (int)f_zero() == 0\r")
    terminal.expect(r"\n> $")
    terminal.type("echo inside\r")
    terminal.expect(r"\n> $")
    terminal.type("loop_break\r")
    terminal.expect(r"\n> $")
    terminal.line("end", r"\ninside\n")
    terminal.type("call (size_t)f_length(<<E)\r")
    terminal.expect(r"\n> $")
    terminal.type("it's\r")
    terminal.expect(r"\n> $")
    terminal.line("E", r"\n4\n")
    terminal.type("if 1\r")
    terminal.expect(r"\n> $")
    terminal.type("\x03")
    terminal.prompt()
    terminal.line("call (int)f_zero()", r"\n0\n")
    terminal.type("quit\r")
    same(terminal.end(), 0)


@test
@needs_breakpoints
def interrupt_rolls_back(victim):
    """Ctrl-C in the middle of a call that does not return; the session and the target go on."""
    terminal = Terminal("-p", str(victim.pid), "--timeout=1000s")
    terminal.prompt()
    for _ in range(2):
        terminal.type("call (int)f_spin()\r")
        # It is in there once the thread runs a call of ours: its signals are blocked meanwhile.
        terminal.expect(r"f_spin\(\)\n")
        terminal.pump_until(lambda: int(victim.status("SigBlk"), 16) != 0)
        terminal.type("\x03")
        terminal.expect(r"interrupted; f_spin was rolled back in thread \d+")
        terminal.prompt()
        terminal.line("call (int)f_add(2, 2)", r"\n4\n")
    # While it only waits for a place that is never reached.
    terminal.line("set at f_abort", r"\n")
    terminal.line("set wait 1000s", r"\n")
    terminal.type("call (int)f_zero()\r")
    terminal.expect(r"f_zero\(\)\n")
    # It waits once the thread is attached to.
    terminal.pump_until(lambda: victim.status("TracerPid") != "0")
    terminal.type("\x03")
    terminal.expect(r"interrupted")
    terminal.prompt()
    terminal.line("set at none", r"\n")
    terminal.line("call (int)f_zero()", r"\n0\n")
    # And in the middle of a loop.
    terminal.type("while 1\rsleep 1ms\rend\r")
    terminal.expect(r"end\n")
    terminal.type("\x03")
    terminal.prompt()
    # At once: before the command has begun, or just when it does.
    for _ in range(20):
        terminal.type("call (int)f_spin()\r")
        terminal.expect(r"f_spin\(\)\n")
        terminal.type("\x03")
        terminal.expect(r"interrupted")
        terminal.prompt()
    terminal.line("call (int)f_add(2, 2)", r"\n4\n")
    terminal.type("\x04")
    same(terminal.end(), 0)
    same(victim.status("TracerPid"), "0")


@test
def completes(victim):
    """Tab: commands, functions, variables, settings, threads."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.type("req\t")
    terminal.expect(r"require $")
    terminal.type("\x15call (int)f_inst\x15call (int)f_hidd\t")
    terminal.expect(r"f_hidden\($")
    terminal.type(")\r")
    terminal.expect(r"\n314\n")
    terminal.prompt()
    terminal.type("call (int)libij_callees!f_hid\t")
    terminal.expect(r"libij_callees!f_hidden\($")
    terminal.type("\x15set pause\t")
    terminal.expect(r"pause-budget $")
    terminal.type("\x15set $long_name = 5\r")
    terminal.prompt()
    terminal.type("print $lon\t\r")
    terminal.expect(r"\n5\n")
    terminal.prompt()
    terminal.type(f"thread {str(victim.pid)[:-1]}\t")
    terminal.expect(str(victim.pid))
    terminal.type("\x15syscall getppi\t\r")
    terminal.expect(rf"getppid *\n{os.getpid()}\n")
    terminal.prompt()
    terminal.type("help thr\t\t\t")
    terminal.expect(r"thread +threads")
    terminal.type("\x15\x04")
    same(terminal.end(), 0)


def on_typed(test_of):
    """A test of a victim with types of its own."""
    def run(_):
        victim = Victim("victim_typed")
        try:
            test_of(victim)
            victim.check()
        finally:
            victim.close()
    run.__name__ = test_of.__name__
    run.__doc__ = test_of.__doc__
    run.needs_breakpoints = getattr(test_of, "needs_breakpoints", False)
    return test(run)


@on_typed
def completes_members(victim):
    """Tab: members of structs, of what pointers point to, of what is called, and types."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    for typed, whole in (("call origi\t.x", r"origin\.x$"), ("call first.nex\t", r"first\.next$"),
                         ("call first.next->lab\t", r"first\.next->label$"), ("call outer.lar\t", r"outer\.large$"),
                         ("call matrix[0][1]+outer.at.y\t", r"outer\.at\.y$"),
                         ("call ((struct node *)0)->val\t", r"->value$"), ("print swap(origin).y\t", r"\)\.y$"),
                         ("type struct poin\t", r"struct point $"), ("call sizeof(enum colo\t", r"enum color $")):
        terminal.type("\x15" + typed)
        terminal.expect(whole)
    terminal.type("\x15call outer.\t\t")
    terminal.expect(r"outer\.at +outer\.kind +outer\.large +outer\.small *\n")
    terminal.line("\x15call swap(origin).x", r"\n4\n")
    terminal.type("\x04")
    same(terminal.end(), 0)


@on_typed
def shows_types(victim):
    """Definitions of types, and lists of them, without a call."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.line("type struct outer", r"\nstruct outer {\n    int kind;\n    union {\n        int small;\n"
                  r"        double large;\n    };\n    struct point at;\n}\n")
    terminal.line("type first.next->label", r"\nconst char \*\n")
    terminal.line("type swap(origin)", r"\nstruct point {\n    int x;\n    int y;\n}\n")
    terminal.line("type struct nothing", r"no struct nothing|nothing")
    terminal.line("types struct poin", r"\nstruct point\n")
    terminal.line("types no such", r'no type has "no such" in its name')
    terminal.type("\x04")
    same(terminal.end(), 0)


@on_typed
@needs_breakpoints
def sees_variables_of_frames(victim):
    """At a stop, expressions have the variables and registers of the frame that is looked at."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.line("stop", r"\n#0 ")
    terminal.line("continue hidden", r"has arrived\n#0 .* in hidden\+0x0")
    terminal.line("stepi 4", r"in hidden\+0x[1-9a-f]")
    terminal.line("print x", r"\n0\n")
    terminal.line("call order(x, x + 1, 2)", r"\n12\n")
    terminal.line("print $rip == $pc", r"\n1\n")
    terminal.line("set $n = x + 5", r"\n")
    terminal.line("print $n", r"\n5\n")
    terminal.line("up", r"\n#1 .* in main\+")
    terminal.line("print x", r"no symbol x in")
    terminal.line("release", r"\n")
    terminal.line("print $rip", r"no variable \$rip")
    terminal.type("\x04")
    same(terminal.end(), 0)


@test
def remembers(victim):
    """The history outlives the session, for its user alone."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.line("echo first", r"\nfirst\n")
    terminal.line("echo first", r"\nfirst\n")
    terminal.line("echo second", r"\nsecond\n")
    terminal.type("\x04")
    same(terminal.end(), 0)
    path = os.path.join(terminal.state, "interject", "history")
    with open(path, encoding="utf-8") as file:
        same(file.read(), "echo first\necho second\n")
    same(os.stat(path).st_mode & 0o777, 0o600)
    with open(path, "w", encoding="utf-8") as file:
        file.write("".join(f"echo {i}\n" for i in range(1500)))
    again = Terminal("-p", str(victim.pid), state=terminal.state)
    again.prompt()
    again.type("\x1b[A\r")
    again.expect(r"echo 1499\n1499\n")
    again.prompt()
    again.line("echo last", r"\nlast\n")
    again.type("\x04")
    same(again.end(), 0)
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    same((len(lines), lines[0], lines[-2:]), (1000, "echo 501", ["echo 1499", "echo last"]))
    kept = ["echo last", "set history many", "set history 3"]
    for limit in ("3", "0"):
        other = Terminal("-p", str(victim.pid), state=terminal.state)
        other.prompt()
        other.line("set history many", r'history "many": write a number')
        other.line("set history " + limit, r"\n")
        other.type("\x04")
        same(other.end(), 0)
        with open(path, encoding="utf-8") as file:
            same(file.read().splitlines(), kept)


@test
def tells_of_the_end(victim):
    """A target that exits, between commands and in one."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.type("echo half")
    terminal.expect("half$")
    victim.process.kill()
    terminal.expect(rf"process {victim.pid} exited\n")
    terminal.expect(r"interject> echo half$")
    terminal.type("\r")
    terminal.expect(r"\nhalf\n")
    terminal.prompt()
    terminal.line("call (int)f_zero()", r"call: the target is gone")
    terminal.type("\x04")
    same(terminal.end(), 0)
    other = Victim()
    try:
        terminal = Terminal()
        terminal.prompt()
        terminal.line("threads", r"threads: there is no target")
        terminal.line(f"attach {other.pid}", rf"attach {other.pid}\n")
        terminal.line("call (int)f_exit(3)", r"exited with status 3 during f_exit")
        terminal.line("threads", r"threads: the target is gone")
        terminal.type("\x04")
        same(terminal.end(), 0)
    finally:
        other.close()


@test
def survives_its_terminal(victim):
    """The terminal goes away in the middle of a call: the target is put back."""
    terminal = Terminal("-p", str(victim.pid), "--timeout=1000s")
    terminal.prompt()
    terminal.type("call (int)f_spin()\r")
    terminal.expect(r"f_spin\(\)\n")
    terminal.pump_until(lambda: int(victim.status("SigBlk"), 16) != 0)
    os.close(terminal.fd)
    os.waitpid(terminal.pid, 0)
    deadline = time.monotonic() + WAIT_S
    while victim.status("TracerPid") != "0" and time.monotonic() < deadline:
        time.sleep(0.01)
    same(victim.status("TracerPid"), "0")
    again = Terminal("-p", str(victim.pid))
    again.prompt()
    again.line("call (int)f_zero()", r"\n0\n")
    again.type("\x04")
    same(again.end(), 0)


@test
def runs_init_files(victim):
    """The user's init file, unless others could have written it."""
    terminal = Terminal("--no-init")
    terminal.prompt()
    terminal.type("\x04")
    same(terminal.end(), 0)
    path = os.path.join(terminal.state, "interject", "init.ij")
    with open(path, "w", encoding="utf-8") as file:
        file.write("set wait 77ms\nbork\n")
    for mode, pattern in ((0o644, r"init\.ij:2:1: no command"), (0o666, r"init\.ij is left out")):
        os.chmod(path, mode)
        terminal = Terminal("-p", str(victim.pid), state=terminal.state)
        terminal.expect(pattern)
        terminal.prompt()
        terminal.type("\x04")
        same(terminal.end(), 0)
    with open(path, "w", encoding="utf-8") as file:
        file.write("set wait 77ms\n")
    os.chmod(path, 0o600)
    terminal = Terminal("-p", str(victim.pid), state=terminal.state)
    terminal.prompt()
    terminal.line("show wait", r"\nwait 77ms\n")
    terminal.type("\x04")
    same(terminal.end(), 0)


def looks_at_stops_of(victim):
    """Commands at a stop that is held."""
    terminal = Terminal("-p", str(victim.pid))
    terminal.prompt()
    terminal.line("backtrace", r"\n#\d+ +0x[0-9a-f]+ in main\+")
    terminal.line("stepi", r"the target runs; stop it first")
    terminal.line("stop", r"\n#0 (.|\n)*\n=> ")
    same(victim.status("State"), "t")
    terminal.line("stop", rf"process {victim.pid} is stopped already")
    terminal.line("threads", rf"\n\* +{victim.pid} +victim_held +stopped in ")
    terminal.line("stepi 3", r"\n#0 ")
    terminal.line("", r"\n#0 ")
    terminal.line("continue held_tic\t", r"thread \d+ has arrived\n#0 .* in held_tick\+0x0")
    terminal.line("bt", r"#1 .* in held_middle\+(.|\n)*#2 .* in held_outer\+")
    # What the frame is called with, and what it returns.
    number = int(terminal.line("registers rdi", r"\nrdi +(0x[0-9a-f]+)").group(1), 16)
    terminal.line("finish", r"has arrived\n#0 .* in held_middle\+0x[1-9a-f]")
    same(int(terminal.line("registers rax", r"\nrax +(0x[0-9a-f]+)").group(1), 16), number + 1)
    terminal.line("up", r"\n#1 .* in held_outer\+")
    terminal.line("down", r"\n#0 .* in held_middle\+")
    terminal.line("x/2i $rip", r"held_middle\+.*:\t\w+(.|\n)*held_middle\+.*:\t\w+")
    terminal.line("x/1xg $rsp", r"\n0x[0-9a-f]+:\t0x[0-9a-f]{16}\n")
    terminal.line("disassemble held_tick", r"\n=> 0x[0-9a-f]+ <held_tick ")
    terminal.line("symbol held_tick", r"is held_tick\+0x0 \(victim_held\), which has \d+ bytes")
    terminal.line("maps", r"held_middle: 0x[0-9a-f]+, \d+ bytes")
    terminal.line("sharedlibrary libc", r"/libc\.so\.6\n")
    terminal.line("call getppid()", rf"\n{os.getpid()}\n")
    terminal.line("print getpid() + 1", rf"\n{victim.pid + 1}\n")
    terminal.line("walk malloc(1)", r"malloc is safe where the thread stands")
    # Given up while nothing happens; the target is held then.
    terminal.type("continue\r")
    # Before it runs there is nothing to give up but the command.
    terminal.pump_until(lambda: victim.status("State") != "t")
    terminal.type("\x03")
    terminal.expect(r"interrupted; the target is stopped\n#0 ")
    terminal.prompt()
    same(victim.status("State"), "t")
    os.kill(victim.pid, signal.SIGUSR1)
    terminal.line("continue", rf"is about to receive SIGUSR1 from process {os.getpid()}\n#0 ")
    terminal.line("stepi", r"#0 .* in on_signal\+0x0")
    terminal.line("release", r"release\n")
    same(victim.status("TracerPid"), "0")
    terminal.line("call-at held_tick getppid()", rf"\n{os.getpid()}\n")
    # The end of the session lets go.
    terminal.line("stop", r"\n#0 ")
    terminal.type("\x04")
    same(terminal.end(), 0)
    same(victim.status("TracerPid"), "0")


@test
@needs_breakpoints
def looks_at_stops(_):
    """A stop that is held: looked at, stepped, run to a place, called in, given up, released."""
    victim = Victim("victim_held")
    try:
        looks_at_stops_of(victim)
        victim.check()
    finally:
        victim.close()


@test
def has_colour_on_request(victim):
    """Bold prompts on terminals that can, unless NO_COLOR says otherwise."""
    for env, bold in (({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
        terminal = Terminal("-p", str(victim.pid), env=env)
        raw = b""
        while b"running>" not in raw:
            raw += os.read(terminal.fd, 4096)
        same(b"\x1b[1m" in raw, bold)
        terminal.type("\x04")
        same(terminal.end(), 0)


@test
def reads_what_is_no_terminal(victim):
    """Commands from a pipe: no prompt, all of them are run, and the worst status counts."""
    done = subprocess.run([PROGRAM, "repl", "--no-init", "-p", str(victim.pid)],
                          input="call (int)f_zero()\nbork\nf_zero()\nif 1\necho $pid\nend\n", text=True,
                          capture_output=True, check=False)
    same((done.returncode, done.stdout), (1, f"0\n{victim.pid}\n"))
    same(done.stderr, 'column 1: no command "bork"; see help\n'
                      'column 1: no command "f_zero()"; to call a function: call f_zero()\n')


def main():
    """Run all tests, or those whose name holds IJ_FILTER."""
    failed = 0
    wanted = os.environ.get("IJ_FILTER", "")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    why = machine.no_breakpoints(PROGRAM)
    for function in TESTS:
        if wanted not in function.__name__:
            continue
        if why and getattr(function, "needs_breakpoints", False):
            print(f"skipped {function.__name__}: {why}")
            continue
        victim = Victim()
        try:
            function(victim)
            victim.check()
            print(f"ok {function.__name__}")
        except AssertionError as error:
            failed += 1
            print(f"FAILED {function.__name__}: {error}")
        finally:
            victim.close()
    sys.exit(1 if failed else 0)


main()
