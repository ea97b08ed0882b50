#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The administrator's rules, and the line in the log for every injection.

usage: permit.py PROGRAM

In a mount namespace of its own /etc/interject is ours, and /dev/log a socket of ours; for that it must be root.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
CONF = "/etc/interject/policy.conf"


def enter():
    """Have folders of our own; what stands in the way, if anything."""
    if os.geteuid() != 0:
        return "it needs root, for a mount namespace"
    if len(sys.argv) == 2:
        if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode:
            return "no mount namespace can be made here"
        os.execvp("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv, "inside"])
    where = tempfile.mkdtemp(prefix="ij-permit-")
    subprocess.run(["mount", "-t", "tmpfs", "none", where], check=True)
    shutil.copytree("/etc", where + "/etc", symlinks=True, ignore_dangling_symlinks=True)
    os.mkdir(where + "/dev")
    for name in ("null", "zero", "random", "urandom"):
        subprocess.run(["cp", "-a", "/dev/" + name, where + "/dev/"], check=True)
    for name in ("etc", "dev"):
        subprocess.run(["mount", "--bind", f"{where}/{name}", "/" + name], check=True)
    os.makedirs(os.path.dirname(CONF), exist_ok=True)
    return None


def rules(text):
    """The administrator says."""
    with open(CONF, "w", encoding="ascii") as file:
        file.write(text)
    os.chmod(CONF, 0o644)


def interject(*words, env=None):
    """Its exit status, output and errors."""
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, check=False,
                          env={**os.environ, **(env or {})})
    return done.returncode, done.stdout, done.stderr


# Rules, words of the command with PID for the target, exit status, and a part of the message.
CASES = (
    ("", ("call", "-p", "PID", "getpid()"), 0, ""),
    ("off\n", ("call", "-p", "PID", "getpid()"), 9, "line 1 of /etc/interject/policy.conf: interject is switched off"),
    ("off\n", ("check", "-p", "PID"), 0, ""),
    ("deny call=system,setenv\nallow\n", ("call", "-p", "PID", 'setenv("A", "b", 1)'), 9,
     "setenv is denied by line 1"),
    ("deny call=system,setenv\nallow\n", ("call", "-p", "PID", 'getenv("A")'), 0, ""),
    ("allow call=*\n", ("syscall", "-p", "PID", "getppid"), 9, "allows getppid(2)"),
    ("allow syscall=getp*\n", ("syscall", "-p", "PID", "getppid"), 0, ""),
    ("allow call=*\n", ("call", "-p", "PID", "--force", "getpid()"), 9, "allows --force of getpid"),
    ("allow user=root program=*/sleep\n", ("call", "-p", "PID", "getpid()"), 0, ""),
    ("allow user=root program=*/slap\n", ("call", "-p", "PID", "getpid()"), 9, "no line of"),
    ("allow usr=root\n", ("call", "-p", "PID", "getpid()"), 9, "malformed"),
    ("allow call=getpid\n", ("batch", "-p", "PID", "SCRIPT"), 9, "getppid"),
    ("allow call=*\n", ("batch", "-p", "PID", "HOLD"), 9, "allows holding a process"),
    ("deny hold\nallow\n", ("batch", "-p", "PID", "HOLD"), 9, "holding a process is denied by line 1"),
    ("allow hold\n", ("batch", "-p", "PID", "HOLD"), 0, ""),
)


def take(log):
    """The lines that came since the last time."""
    lines = []
    while True:
        try:
            lines.append(log.recv(8192, socket.MSG_DONTWAIT).decode("utf-8", "replace"))
        except BlockingIOError:
            return lines


def main():
    """Each case, and what the log has of it."""
    why = enter()
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    wrong = []
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    target = subprocess.Popen(["sleep", "1000"])
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".ij") as script, \
                tempfile.NamedTemporaryFile("w", suffix=".ij") as hold:
            script.write("on error continue\ncall getpid()\ncall getppid()\n")
            script.flush()
            hold.write("stop\nrelease\n")
            hold.flush()
            for text, words, status, message in CASES:
                rules(text)
                words = [{"PID": str(target.pid), "SCRIPT": script.name, "HOLD": hold.name}.get(word, word) for word in words]
                got = interject(*words)
                if got[0] != status or message not in got[2]:
                    wrong.append(f"{text!r}, {words}: {got}")
                lines = take(log)
                wanted = {"check": 0, script.name: 2}.get(words[-1] if words[0] == "batch" else words[0], 1)
                if len(lines) != wanted:
                    wrong.append(f"{text!r}, {words}: logged {lines}")
                for line in lines[:1]:
                    denied = status == 9 and words[-1] != script.name
                    if (f" pid={target.pid} " not in line or "user=0(root)" not in line or
                            ('outcome="done"' in line) == denied or ("program=" not in line)):
                        wrong.append(f"{text!r}, {words}: logged {line}")
        rules("allow\n")
        interject("call", "-p", str(target.pid), 'strlen("a\\nuser=1(x)")', env={"SUDO_UID": "1", "SUDO_GID": "1"})
        lines = take(log)
        if len(lines) != 1 or "user=1(daemon)" not in lines[0] or "\n" in lines[0]:
            wrong.append(f"logged {lines}")
        os.chmod(CONF, 0o666)
        got = interject("call", "--json", "-p", str(target.pid), "getpid()")
        if got[0] != 9 or json.loads(got[1])["error"]["code"] != "denied" or not json.loads(got[1])["untouched"]:
            wrong.append(f"of a file that others can write: {got}")
    finally:
        target.kill()
        target.wait()
        log.close()
    for line in wrong[:10]:
        print(line[:600])
    sys.exit(1 if wrong else 0)


main()
