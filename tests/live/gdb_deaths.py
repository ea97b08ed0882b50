#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A target that kills itself in a command of gdb, dies after an attach, or executes another program: the session goes on.

usage: gdb_deaths.py PROGRAM CC [TEXT]    PROGRAM gdb
       gdb_deaths.py --gdb GDB CC [TEXT]  the same with a real gdb, to look at; TEXT: the rows with this in their name

Each row is a command that is given to such a process; gdb_dies.py has one that stands killed by others. Then the prompt
must come again, another command must work, and a program must run to its end.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import debugged  # noqa: E402: the folder stays as it is

REAL = sys.argv[1] == "--gdb"
PROGRAM, CC, ONLY = [*sys.argv[1 + REAL:], ""][:3]
COMMAND = debugged.command_of(PROGRAM, REAL)
DIR = tempfile.mkdtemp(prefix="ij-deaths-")
KILLED = debugged.KILLED

SOURCE = r"""
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

volatile int mode, counter, ended;

/* Ends the process as a stranger would, by a signal that nobody can hold. */
int die(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

int step_over(int n)
{
	counter += n;
	if (mode == 1)
		die();
	return counter;
}

static void *other(void *arg)
{
	while (!ended)
		usleep(1000);
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	mode = argc > 1 && !strcmp(argv[1], "die");
	while (argc > 1 && !strcmp(argv[1], "wait"))
		usleep(1000);
	if (argc > 1 && !strcmp(argv[1], "exec"))
		execl(argv[0], argv[0], (char *)NULL);
	if (argc > 1 && !strcmp(argv[1], "thread"))
		pthread_create(&thread, NULL, other, NULL);
	step_over(1);
	step_over(2);
	ended = 1;
	if (argc > 1 && !strcmp(argv[1], "thread"))
		pthread_join(thread, NULL);
	printf("done %d\n", counter);
	return 0;
}
"""

# The process ends itself while they run.
MIDDLE = [
    ("continue", KILLED), ("next 9", KILLED), ("finish", KILLED), ("until 9999", None), ("advance main", KILLED), ("stepi 100000", KILLED), ("nexti 100", KILLED),
    ("step 100", KILLED), ("call die()", None), ("print die() + 1", None), ("print step_over(die())", None),
    ("call step_over(1)", None), ("watch ended\ncontinue", KILLED), ("display die()", None), ("condition 1 die()\nrun", None),
    ("printf \"%d\\n\", die()", None), ("set var counter = die()", None), ("return die()", None), ("x/d die()", None), ("if die()\nend", None),
    ("while die()\nend", None), ("output die()", None), ("thread apply all print die()", None), ("eval \"echo %d\", die()", None),
    ("info symbol die()", None), ("list *die()", None), ("break *die()", None), ("disassemble die()", None), ("jump *die()", None),
]


def session_of(*options):
    """A session of the debugger that is tried."""
    return debugged.Session(COMMAND, *options, cwd=DIR)


def at_breakpoint(args=""):
    """A session whose program stands in step_over."""
    session = session_of(DIR + "/p")
    got = session.answer(f"set args {args}\nbreak step_over\nrun")
    assert "Breakpoint 1, step_over" in got, got
    return session


def check(name, session, runs=True):
    """The session goes on; @runs: so does a program of it."""
    session.check(name, DIR + "/p" if runs else None, "done 3")
    session.end(name)


def row(name, session, command, wanted, runs=True):
    """@command is given, and the session goes on."""
    got = session.answer(command.replace("DIR", DIR))
    if REAL:
        print(f"{name}:\n{got}")
    assert not re.search(r"(?i)internal|assert", got), f"{name}: {got}"
    assert not wanted or wanted in got, f"{name}: no {wanted!r} in {got}"
    check(name, session, runs)


def attempt(name, work, *args):
    """Whether @work went well; how not is told."""
    try:
        work(*args)
    except AssertionError as error:
        print(f"FAILED: {name}: {error}")
        return False
    return True


def executes():
    """A program that executes another."""
    session = session_of(DIR + "/p")
    got = session.answer("set args exec\nbreak step_over\nrun")
    assert "is executing new program: " in got and "Breakpoint 1, step_over (n=1)" in got, got
    assert "n = 1" in session.answer("info args")
    check("exec", session)


def thread_ends():
    """The thread that is looked at ends while the program runs."""
    session = session_of(DIR + "/p")
    got = session.answer("set args thread\nbreak other\nrun\ndelete")
    assert "Breakpoint 1, other (arg=" in got, got
    # Its breakpoint is in the main thread's way: the other one has ended by then.
    got = session.answer("set var ended = 1\nbreak printf\ncontinue")
    assert "Breakpoint 2, " in got, got
    got = session.answer("thread 2")
    assert "Unknown thread 2" in got or "Invalid thread ID" in got or "exited" in got, got
    assert "[Current thread is 1 " in session.answer("thread"), session.text
    check("a thread that ends", session)


ATTACHED = ["print counter", "call (int)getpid()", "call step_over(1)", "bt", "continue", "break main", "info threads", "info registers", "detach", "kill",
            "x/4x &counter", "stepi", "watch counter", "info proc mappings", "set var counter = 1", "finish"]


def attached(command):
    """A process that was attached to is killed before @command."""
    name = f"attached: {command}"
    victim = subprocess.Popen([DIR + "/p", "wait"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        session = session_of("-p", str(victim.pid))
        victim.kill()
        if not REAL:
            victim.wait()
        # Root's privileges were given up for the process: what is started then cannot be traced.
        row(name, session, command, None, os.geteuid() != 0)
    finally:
        victim.kill()
        victim.wait()
        victim.stdin.close()


def middle(command, wanted):
    """The process kills itself while @command runs."""
    row(f"dies in: {command}", at_breakpoint("die"), command, wanted)


def main():
    """All of them."""
    with open(DIR + "/p.c", "w", encoding="ascii") as file:
        file.write(SOURCE)
    debugged.build(CC, DIR + "/p.c", DIR + "/p", "-O0", "-pthread")
    works = [(f"dies in: {command}", middle, command, wanted) for command, wanted in MIDDLE]
    works += [(f"attached: {command}", attached, command) for command in ATTACHED]
    works += [("executes", executes), ("a thread ends", thread_ends)]
    works = [work for work in works if ONLY in work[0]]
    failures = sum(not attempt(*work) for work in works)
    shutil.rmtree(DIR)
    print(f"after {len(works) - failures} of {len(works)} deaths the session went on")
    sys.exit(1 if failures else 0)


main()
