# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sessions of a debugger, ours or a real gdb, as tests have them: what it says to each line, and whether it goes on."""

import os
import re
import select
import subprocess

OPTIONS = ["-nx", "-q", "-ex", "set width 0"]
PROMPT = "(gdb) "
TIMEOUT_S = 240
# What it says of a program that others have killed.
KILLED = "Program terminated with signal SIGKILL, Killed.\nThe program no longer exists."


def environment():
    """That of a debugger: the same everywhere, as far as its answers or those of its program may depend on it."""
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "SHELL": "/bin/sh", "LC_ALL": "C.UTF-8", "TERM": "dumb"}


def command_of(program, real):
    """The words that start it: @real: it is a gdb; else `interject`."""
    return [program] if real else [os.path.abspath(program), "gdb"]


def build(compiler, source, program, *options):
    """Compile a program to be debugged into a folder that whoever it runs as may read."""
    os.chmod(os.path.dirname(program), 0o755)
    subprocess.run([compiler, "-g", *(options or ["-O0"]), "-o", program, source], check=True)


def answers(command, lines, *options, cwd=None):
    """What a session that reads its lines from a pipe says to each of them, prompts and all."""
    text = "".join(f"echo \\001\\n\n{line}\n" for line in lines)
    try:
        said = subprocess.run([*command, *OPTIONS, *options], input=text + "echo \\001\\n\n", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, timeout=TIMEOUT_S, errors="backslashreplace", cwd=cwd, env=environment(), check=False).stdout
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode("utf-8", "replace") + "\n(nothing more for a long time)"
    found = said.split("\x01")[1:-1]
    assert len(found) == len(lines), f"{len(found)} answers to {len(lines)} lines:\n{said[-3000:]}"
    return found


def plain(answer):
    """One of these without the prompts."""
    return re.sub(r"(\n?\(gdb\) ?)+$", "", re.sub(r"(?m)^((\(gdb\) |>)+)", "", answer).strip())


class Session:
    """One debugger, spoken to as by a script that waits for the prompt."""

    def __init__(self, command, *options, cwd=None):
        self.process = subprocess.Popen([*command, *OPTIONS, "-ex", "set height 0", "-ex", "set confirm off", *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd, env=environment())
        self.text = ""
        self.answer("")

    def read(self, found, what):
        """What comes up to where @found holds of it."""
        got = ""
        while not found(got):
            ready, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_S)
            part = os.read(self.process.stdout.fileno(), 65536).decode("utf-8", "replace") if ready else ""
            self.text += part
            assert part, f"{'the debugger has gone' if ready else 'no answer'} after {what!r}:\n{self.text}"
            got += part
        return got

    def answer(self, command):
        """What is printed up to the next prompt: each line of @command has one, but those within a block."""
        mark = b"echo \\nthe-" + b"end\\n\n"
        os.write(self.process.stdin.fileno(), command.encode() + b"\n" * bool(command) + mark)
        got = self.read(lambda text: "the-end\n" in text and text.endswith(PROMPT), command or "the start")
        return got.replace("the-end\n", "")

    def check(self, name, program=None, says=None):
        """It goes on: an expression, an error, and @program from its start to its end, which prints @says."""
        assert " = 42\n" in self.answer("print 6*7"), f"{name}: {self.text}"
        assert "No symbol \"nosuch\" in current context." in self.answer("print nosuch"), f"{name}: {self.text}"
        if not program:
            return
        self.answer(f"file {program}\ndelete\nundisplay\nset args")
        got = self.answer("run")
        assert says in got and "exited normally]" in got, f"{name}: {self.text}"

    def end(self, name):
        """It ends by itself."""
        self.process.stdin.write(b"quit\n")
        self.process.stdin.close()
        rest = self.process.stdout.read().decode("utf-8", "replace")
        self.process.stdout.close()
        status = self.process.wait(TIMEOUT_S)
        assert status == 0, f"{name}: the debugger ended with {status}: {self.text}{rest}"
