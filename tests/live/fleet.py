#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A batch over many processes, of which some die meanwhile: each is answered for, none is harmed.

usage: fleet.py PROGRAM

IJ_TARGETS processes (60; 500 for the record), by 20 jobs. Every tenth is killed while the batch runs, at the
moment when the first answers came, and every tenth was dead before it began.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
TARGETS = int(os.environ.get("IJ_TARGETS", "60"))
JOBS = 20
SCRIPT = """
if getpid() != $pid
	echo someone else
end
set $text = "x" + $number
set $made = strdup($text)
echo number $number
call strlen($made)
call free($made)
"""


def status(pid, name):
    """A line of /proc/PID/status."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(line.split()[1] for line in file if line.startswith(name + ":"))


def mappings(pid):
    """Where its mappings are, but for the heap, which a call may begin."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as file:
        return [line.split()[0] for line in file if "[heap]" not in line]


def sleeping(pid):
    """Whether it has begun to sleep."""
    try:
        with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
            return file.read().startswith("230 ")
    except OSError:
        return False


def start():
    """The targets; those that are dead already."""
    targets = [subprocess.Popen(["sleep", "1000"]) for _ in range(TARGETS)]
    # Each sleeps in its system call: then it is started.
    for target in targets:
        while not sleeping(target.pid):
            pass
    gone = targets[::10]
    for target in gone:
        target.kill()
        target.wait()
    return targets, gone


def run(targets, killed):
    """The batch; kills while it runs. Its exit status, and the objects it printed."""
    with tempfile.NamedTemporaryFile("w", suffix=".ij") as script:
        script.write(SCRIPT)
        script.flush()
        batch = subprocess.Popen([PROGRAM, "batch", "--json", "--targets", "-", "-j", str(JOBS), script.name],
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number, target in enumerate(targets):
            batch.stdin.write(json.dumps({"pid": target.pid, "number": number}) + "\n")
        batch.stdin.close()
        first = batch.stdout.readline()
        for target in killed:
            target.kill()
        objects = [json.loads(line) for line in [first, *batch.stdout]]
        batch.stdout.close()
        return batch.wait(), objects


def check(targets, gone, killed, before, objects, code):
    """What is wrong, if anything."""
    wrong = []
    by_pid = {target.pid: [] for target in targets}
    for item in objects[:-1]:
        by_pid[item["pid"]].append(item)
    worst = 3
    for number, target in enumerate(targets):
        said = by_pid[target.pid]
        errors = [item.get("exit_status") for item in said if item.get("error")]
        if target in gone:
            if errors != [3] or len(said) != 1:
                wrong.append(f"{target.pid} was dead before: {said}")
        elif target in killed:
            # It may have been served before it was killed, be killed meanwhile, or before.
            if errors not in ([], [3], [7]):
                wrong.append(f"{target.pid} was killed: {said}")
            worst = 7 if errors == [7] else worst
        else:
            echoes = [item["echo"] for item in said if "echo" in item]
            if errors or echoes != [f"number {number}"] or len(said) != 5:
                wrong.append(f"{target.pid}: {said}")
            if status(target.pid, "TracerPid") != "0" or status(target.pid, "State") != "S":
                wrong.append(f"{target.pid} was not let go of")
            if mappings(target.pid) != before[target.pid]:
                wrong.append(f"{target.pid} has other mappings")
    summary = objects[-1]["summary"]
    calls = sum("expr" in item for item in objects)
    done = sum(item.get("status") == "done" for item in objects)
    if summary != {"targets": TARGETS, "calls": calls, "done": done, "failed": summary["failed"],
                   "exit_status": worst} or code != worst:
        wrong.append(f"summary {summary}, exit status {code}, counted {calls}, {done}, {worst}")
    failed = sum(bool(item.get("error")) for item in objects)
    if summary["failed"] != failed:
        wrong.append(f"{summary['failed']} failed, not {failed}")
    return wrong


def check_namespaces():
    """Targets in mount, user and PID namespaces of their own, in one batch; what is wrong."""
    probe = subprocess.run(["unshare", "-Umpf", "true"], capture_output=True, check=False)
    if probe.returncode:
        print("not tested: no namespaces can be made here")
        return []
    kinds = (("-m",), ("-U",), ("-Um",), ("-pf", "--kill-child"), ("-Umpf", "--kill-child", "--mount-proc"))
    parents = [subprocess.Popen(["unshare", *kind, "sleep", "1000"]) for kind in kinds]
    try:
        lines, wanted = [], {}
        for kind, parent in zip(kinds, parents):
            pid = parent.pid
            while "--kill-child" in kind and pid == parent.pid:
                with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                    pid = int((file.read().split() or [pid])[0])
            while not sleeping(pid):
                pass
            lines.append(json.dumps({"pid": pid}))
            wanted[pid] = 1 if "--kill-child" in kind else pid
        with tempfile.NamedTemporaryFile("w", suffix=".ij") as script:
            script.write("call getpid()\n")
            script.flush()
            done = subprocess.run([PROGRAM, "batch", "--json", "--targets", "-", "-j", "8", script.name],
                                  input="\n".join(lines), capture_output=True, text=True, check=False)
        got = {item["pid"]: item["value"] for item in map(json.loads, done.stdout.splitlines()) if "expr" in item}
        return [] if (got, done.returncode) == (wanted, 0) else [f"{got}, not {wanted}: {done.stderr}"]
    finally:
        for parent in parents:
            parent.kill()
            parent.wait()


# What container runtimes leave root by default (containerd 1.6, oci/spec_opts.go), and what the profile `general`
# of `kubectl debug` adds: securityContext.capabilities.add of what kubectl 1.32 sends.
CONTAINER = ("chown dac_override fsetid fowner mknod net_raw setgid setuid setfcap setpcap net_bind_service "
             "sys_chroot kill audit_write sys_ptrace").split()


def check_ephemeral():
    """As an ephemeral container: in the PID namespace of the target, which is its process 1, with files and
    capabilities of its own; what is wrong."""
    probe = subprocess.run(["unshare", "-mpf", "setpriv", "--bounding-set=-all", "true"], capture_output=True,
                           check=False)
    if probe.returncode:
        print("not tested: no container can be made here")
        return []
    with subprocess.Popen(["unshare", "-mpf", "--kill-child", "--mount-proc", "sleep", "1000"]) as parent, \
            tempfile.TemporaryDirectory(prefix="ij-fleet-") as folder:
        try:
            pid = parent.pid
            while pid == parent.pid:
                with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
                    pid = int((file.read().split() or [pid])[0])
            while not sleeping(pid):
                pass
            # The folder that the recipe writes to is another one for the target than for the container.
            container = (f"mount -t proc none /proc && mount -t tmpfs none {folder} && exec setpriv "
                         f"--bounding-set=-all,{','.join('+' + name for name in CONTAINER)} "
                         f"{PROGRAM} recipe run malloc-info -p 1 --json file={folder}/heap.xml")
            done = subprocess.run(["nsenter", "-t", str(pid), "-p", "unshare", "-m", "sh", "-c", container],
                                  capture_output=True, text=True, check=False)
            try:
                with open(os.path.join(folder, "heap.xml"), encoding="ascii") as file:
                    written = file.read().startswith("<malloc ")
            except OSError:
                written = False
            return [] if done.returncode == 0 and written else [f"as a container: {written}, {done}"]
        finally:
            parent.kill()


def main():
    """Start, run, check, end."""
    before_run = resource.getrusage(resource.RUSAGE_CHILDREN)
    targets, gone = start()
    try:
        before = {target.pid: mappings(target.pid) for target in targets if target not in gone}
        killed = targets[5::10]
        code, objects = run(targets, killed)
        wrong = check(targets, gone, killed, before, objects, code) + check_namespaces() + check_ephemeral()
    finally:
        for target in targets:
            target.kill()
            target.wait()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{TARGETS} targets, {JOBS} jobs: {usage.ru_utime - before_run.ru_utime:.1f} s user, "
          f"{usage.ru_stime - before_run.ru_stime:.1f} s system")
    for line in wrong[:5]:
        print(line[:1000])
    sys.exit(1 if wrong else 0)


main()
