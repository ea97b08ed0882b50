#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Each recipe on the real program that it is for.

usage: recipes.py PROGRAM CC

A program that is not installed skips its test, which is said; the test fails if no recipe was tested. Every
recipe of `interject recipe list` must be tested by one test here.
"""

import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.dont_write_bytecode = True
import machine  # noqa: E402: the folder stays as it is

PROGRAM, CC = sys.argv[1:3]
WAIT_S = 60
TESTS = []
TESTED = set()
DIR = tempfile.mkdtemp(prefix="ij-recipes-")


class Skip(Exception):
    """Something is not installed, or not to be had on this machine."""


def test(function):
    """Register a test."""
    TESTS.append(function)
    return function


def need(name, *places):
    """The path of a program."""
    path = shutil.which(name, path=os.pathsep.join([os.environ["PATH"], "/usr/sbin", *places]))
    if not path:
        raise Skip(f"{name} is not installed")
    return path


def until(condition):
    """Wait until a condition holds."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it never came")
        time.sleep(0.005)


def read(path):
    """A file's text; nothing if there is none."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def same(one, other):
    """Fail unless two values are equal."""
    if one != other:
        raise AssertionError(f"{one!r} is not {other!r}")


class Target:
    """A program, with its output in files."""

    def __init__(self, *argv, env=None, cwd=DIR, user=None):
        with open(DIR + "/out", "w", encoding="utf-8") as out, \
                open(DIR + "/err", "w", encoding="utf-8") as err:
            self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=out, stderr=err, cwd=cwd,
                                            env={**os.environ, **(env or {})}, user=user)
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()

    def recipe(self, name, *words, status=0, json_lines=False):
        """Run a recipe; what it printed."""
        TESTED.add(name)
        done = subprocess.run([PROGRAM, "recipe", "run", *(["--json"] if json_lines else []),
                               "-p", str(self.pid), name, *words], capture_output=True, text=True, check=False)
        if done.returncode != status:
            raise AssertionError(f"{name}: status {done.returncode}: {done.stdout}{done.stderr}")
        if self.process.poll() is not None:
            raise AssertionError(f"{name}: the program ended")
        return done.stderr if status else done.stdout

    def link(self, name):
        """Where a link in its folder of /proc leads."""
        return os.readlink(f"/proc/{self.pid}/{name}")


PYTHON = "/usr/bin/python3"
LOOP = "import time\nprint('ready', flush=True)\nwhile True: time.sleep(0.01)"


def python(env=None):
    """A python3 that waits between two instructions."""
    if not os.path.exists(PYTHON):
        raise Skip("python3 is not installed")
    target = Target(PYTHON, "-c", LOOP, env=env)
    until(lambda: "ready" in read(DIR + "/out"))
    return target


@test
def on_python():
    """CPython."""
    with python() as target:
        target.recipe("python-eval", f"code=open('{DIR}/py', 'w').write(\"it's\")")
        until(lambda: read(DIR + "/py") == "it's")
        target.recipe("python-eval", "code=1/0")
        until(lambda: "ZeroDivisionError" in read(DIR + "/err"))
        target.recipe("setenv", "name=IJ_NAME", "value=two words")
        target.recipe("python-eval", "code=import ctypes; g = ctypes.CDLL(None).getenv; g.restype = ctypes.c_char_p; "
                      f"open('{DIR}/env', 'wb').write(g(b'IJ_NAME'))")
        until(lambda: read(DIR + "/env") == "two words")
        assert target.recipe("malloc-trim").strip() in ("0", "1")
        target.recipe("malloc-info", f"file={DIR}/heap.xml")
        assert read(DIR + "/heap.xml").rstrip().endswith("</malloc>")
        assert "cannot write to" in target.recipe("malloc-info", "file=/nonexistent/x", status=1)
        target.recipe("malloc-stats")
        assert "Arena 0:" in read(DIR + "/err")
        assert "libutil.so" not in read(f"/proc/{target.pid}/maps")
        assert target.recipe("dlopen", "file=libutil.so.1").startswith("0x")
        assert "libutil.so" in read(f"/proc/{target.pid}/maps")
        assert "cannot open shared object" in target.recipe("dlopen", "file=/nonexistent.so", status=1)


@test
def captured_alone():
    """What the call itself writes comes here; what other threads write does not."""
    if not os.path.exists(PYTHON):
        raise Skip("python3 is not installed")
    noise = "import os, threading, time\ndef noise():\n while True: os.write(2, b'noise ')\n" \
            "threading.Thread(target=noise, daemon=True).start()\n" + LOOP
    with Target(PYTHON, "-c", noise) as target:
        until(lambda: "ready" in read(DIR + "/out") and "noise" in read(DIR + "/err"))
        for name in range(5):
            done = subprocess.run([PROGRAM, "call", "-p", str(target.pid), "-t", str(target.pid), "--capture",
                                   f'dprintf(2, "mine {name}\\n")', "malloc_stats()"],
                                  capture_output=True, text=True, check=False)
            same(done.returncode, 0)
            assert done.stderr.startswith(f"mine {name}\n") and "Arena 0:" in done.stderr, done.stderr
            assert "noise" not in done.stderr, done.stderr


@test
def on_ruby():
    """The reference implementation of Ruby."""
    with Target(need("ruby"), "-e", "$stdout.puts 'ready'; $stdout.flush; loop { sleep 0.01 }") as target:
        until(lambda: "ready" in read(DIR + "/out"))
        target.recipe("ruby-eval", f"code=File.write(%q{{{DIR}/rb}}, \"it's\")")
        until(lambda: read(DIR + "/rb") == "it's")
        target.recipe("ruby-eval", "code=raise 'oops'")
        until(lambda: "oops (RuntimeError)" in read(DIR + "/err"))
        target.recipe("malloc-trim")


@test
def on_perl():
    """Perl: its own memory and descriptors."""
    script = "$| = 1; open(F, '>', $ARGV[0]); print 'ready'; select(undef, undef, undef, 0.01) while 1"
    with Target(need("perl"), "-e", script, DIR + "/held") as target:
        until(lambda: "ready" in read(DIR + "/out"))
        target.recipe("malloc-trim", "pad=4096")
        target.recipe("umask", "mask=027")
        assert "Umask:\t0027" in read(f"/proc/{target.pid}/status")
        same(target.recipe("umask", "mask=022"), "027\n")
        number = next(fd for fd in os.listdir(f"/proc/{target.pid}/fd")
                      if target.link("fd/" + fd).endswith("/held"))
        target.recipe("close-fd", f"fd={number}")
        assert not os.path.lexists(f"/proc/{target.pid}/fd/{number}")
        assert "is not open" in target.recipe("close-fd", f"fd={number}", status=1)


@test
def on_perl_code():
    """Perl: code between two statements, what it prints, and that it dies."""
    why = machine.no_breakpoints(PROGRAM)
    if why:
        raise Skip(why)
    script = "$| = 1; our $x = 'kept'; my $n = 0; print 'ready'; while (1) { $n++; select(undef, undef, undef, 0.001); }"
    with Target(need("perl"), "-e", script) as target:
        until(lambda: "ready" in read(DIR + "/out"))
        target.recipe("perl-eval", "code=print STDERR \"$x it's <$n>\\n\"; $x = 'set'")
        until(lambda: "kept it's <" in read(DIR + "/err"))
        for code, text in (("die 'oops'", "oops at"), ("if (", "syntax error"), ("print STDERR \"$x.\"", "set.")):
            target.recipe("perl-eval", "code=" + code)
            until(lambda wanted=text: wanted in read(DIR + "/err"))
        target.recipe("malloc-trim")


GO = """package main
import ("fmt"; "runtime"; "runtime/debug"; "time")
var kept [][]byte
func main() {
	for i := 0; i < 64; i++ { kept = append(kept, make([]byte, 1 << 20)) }
	for i := range kept { for j := range kept[i] { kept[i][j] = 1 } }
	kept = nil
	if len(fmt.Sprint(time.Now())) == 0 { debug.FreeOSMemory() }
	fmt.Println("ready")
	for { var m runtime.MemStats; runtime.ReadMemStats(&m); fmt.Println(m.NumForcedGC, m.HeapReleased); time.Sleep(time.Millisecond) }
}
"""


@test
def on_go():
    """A Go program that counts its collections itself, and what it gave back."""
    tool = need("go", *sorted(glob.glob("/usr/lib/go-*/bin")))
    with open(DIR + "/main.go", "w", encoding="utf-8") as file:
        file.write(GO)
    subprocess.run([tool, "build", "-o", DIR + "/program", DIR + "/main.go"], check=True, cwd=DIR,
                   env={**os.environ, "GO111MODULE": "off", "GOCACHE": DIR + "/cache", "CGO_ENABLED": "0"})

    def last():
        lines = read(DIR + "/out").split("\n")
        return [int(word) for word in lines[-2].split()]

    with Target(DIR + "/program", env={"GOGC": "off"}) as target:
        until(lambda: read(DIR + "/out").count("\n") > 2)
        before = last()
        target.recipe("go-gc")
        until(lambda: last()[0] > before[0])
        target.recipe("go-free-os-memory")
        until(lambda: last()[0] > before[0] + 1 and last()[1] > 32 << 20)


@test
def on_nginx():
    """nginx, which serves before and afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(DIR + "/nginx.conf", "w", encoding="ascii") as conf:
        conf.write(f"daemon off; master_process off; pid {DIR}/pid; error_log {DIR}/log;\n"
                   "events {}\nhttp { access_log off; server { "
                   f"listen 127.0.0.1:{port}; return 200 fine; }} }}\n")

    def fetch():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=WAIT_S) as answer:
                return answer.read() == b"fine"
        except OSError:
            return False

    with Target(need("nginx"), "-c", DIR + "/nginx.conf", "-e", DIR + "/log") as target:
        until(fetch)
        target.recipe("redirect-output", f"file={DIR}/moved", "fd=2")
        same(target.link("fd/2"), DIR + "/moved")
        same(target.link("fd/1"), DIR + "/out")
        assert "cannot open" in target.recipe("redirect-output", "file=/nonexistent/x", status=1)
        target.recipe("chdir")
        same(target.link("cwd"), "/")
        assert "cannot go to" in target.recipe("chdir", "dir=/nonexistent", status=1)
        target.recipe("malloc-trim")
        target.recipe("fflush")
        assert fetch()


@test
def on_redis():
    """redis-server, whose allocator is jemalloc."""
    with Target(need("redis-server"), "--port", "0", "--unixsocket", DIR + "/redis", "--save", "") as target:
        until(lambda: os.path.exists(DIR + "/redis"))
        if "libjemalloc" not in read(f"/proc/{target.pid}/maps"):
            raise Skip("this redis-server has no libjemalloc")
        target.recipe("jemalloc-stats")
        assert "Begin jemalloc statistics" in read(DIR + "/err")
        target.recipe("jemalloc-purge")
        assert "no profiling" in target.recipe("jemalloc-dump", status=1)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(DIR + "/redis")
            client.sendall(b"PING\r\n")
            same(client.recv(16), b"+PONG\r\n")


@test
def on_jemalloc_profile():
    """A program with a jemalloc that profiles."""
    library = "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2"
    if not os.path.exists(library):
        raise Skip("libjemalloc.so.2 is not installed")
    with python({"LD_PRELOAD": library, "MALLOC_CONF": f"prof:true,prof_prefix:{DIR}/je"}) as target:
        if "Invalid" in read(DIR + "/err"):
            raise Skip("this jemalloc was built without profiling")
        target.recipe("jemalloc-dump")
        assert any(name.startswith("je.") and name.endswith(".heap") for name in os.listdir(DIR))


SOURCE = """
#include <stdio.h>
#include <unistd.h>
static int odd(int i) { if (i & 1) return 1; return 0; }
int main(void) {
	int sum = 0;
	printf("buffered\\n");
	for (int i = 0;; i++) { sum += odd(i); usleep(5000); if (i == 3) fputs("ready", stderr); }
	return sum;
}
"""


def build(compiler, *flags):
    """A program of SOURCE, in a folder of its own."""
    where = tempfile.mkdtemp(dir=DIR)
    with open(where + "/p.c", "w", encoding="ascii") as file:
        file.write(SOURCE)
    done = subprocess.run([compiler, "-g", *flags, "p.c", "-o", "p"], cwd=where, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        raise Skip(f"{compiler} cannot build it: {done.stderr.strip()}")
    return where


@test
def on_gcov():
    """Programs built by gcc --coverage, with and without the functions to call."""
    for flags in ([], ["-Wl,-u,__gcov_dump", "-Wl,-u,__gcov_reset"]):
        where = build(CC, "--coverage", *flags)
        with Target(where + "/p", cwd=where) as target:
            until(lambda: "ready" in read(DIR + "/err"))
            said = target.recipe("gcov-dump")
            same("written; what is counted" in said, not flags)
            assert any(name.endswith(".gcda") for name in os.listdir(where))
            same(read(DIR + "/out"), "")
            target.recipe("fflush")
            same(read(DIR + "/out"), "buffered\n")
    where = build(CC)
    with Target(where + "/p", cwd=where) as target:
        until(lambda: "ready" in read(DIR + "/err"))
        assert "no library of gcov" in target.recipe("gcov-dump", status=1)


@test
def on_llvm_profile():
    """A program built by clang with instrumentation."""
    where = build(need("clang-14"), "-fprofile-instr-generate")
    with Target(where + "/p", cwd=where, env={"LLVM_PROFILE_FILE": where + "/p.profraw"}) as target:
        until(lambda: "ready" in read(DIR + "/err"))
        target.recipe("llvm-profile-write")
        assert os.path.getsize(where + "/p.profraw") > 0


@test
def on_postgres():
    """A backend of PostgreSQL, alone and on standard input."""
    postgres = need("postgres", "/usr/lib/postgresql/15/bin")
    initdb = os.path.join(os.path.dirname(os.path.realpath(postgres)), "initdb")
    where = tempfile.mkdtemp(prefix="ij-pg-")
    user = "nobody" if os.geteuid() == 0 else None
    try:
        if user:
            shutil.chown(where, user)
        done = subprocess.run([initdb, "-D", where + "/data", "-N", "-A", "trust", "--no-locale"], user=user,
                              capture_output=True, check=False)
        if done.returncode:
            raise Skip(f"initdb fails: {done.stderr.decode().strip()}")
        with Target(postgres, "--single", "-D", where + "/data", "postgres", user=user, cwd=where) as target:
            until(lambda: "backend>" in read(DIR + "/out"))
            target.recipe("postgres-memory-contexts")
            target.process.stdin.write(b"select 1\n")
            target.process.stdin.flush()
            until(lambda: "TopMemoryContext" in read(DIR + "/err"))
    finally:
        shutil.rmtree(where, ignore_errors=True)


@test
def wrong_usage():
    """What is wrong is told before anything is attached to; JSON and the list."""
    def run(*words):
        return subprocess.run([PROGRAM, "recipe", *words], capture_output=True, text=True, check=False)

    me = str(os.getpid())
    for words, status, message in (
            (("run", "nothing", "-p", me), 1, 'no recipe "nothing"'),
            (("run", "dlopen", "-p", me), 2, "recipe dlopen wants file=VALUE"),
            (("run", "malloc-trim", "-p", me, "pad=1", "bad=2"), 2, "has no parameter bad"),
            (("run", "malloc-trim"), 2, "no target"),
            (("show",), 2, "the name of one recipe"),
            (("frob",), 2, "list, show and run")):
        done = run(*words)
        same((done.returncode, done.stdout), (status, ""))
        assert message in done.stderr, done.stderr
    for recipe in map(json.loads, run("list", "--json").stdout.splitlines()):
        assert recipe["needs"] and recipe["risks"] and recipe["summary"]
        shown = run("show", recipe["name"]).stdout
        assert "risks:" in shown and max(map(len, shown.splitlines()[:10])) <= 400


def main():
    """Run all tests, or those whose name holds IJ_FILTER."""
    failed, wanted = 0, os.environ.get("IJ_FILTER", "")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.chmod(DIR, 0o777)
    skipped = []
    for function in TESTS:
        if wanted not in function.__name__:
            continue
        try:
            function()
            print(f"ok {function.__name__}")
        except Skip as skip:
            skipped.append(function.__name__)
            print(f"skipped {function.__name__}: {skip}")
        except AssertionError as error:
            failed += 1
            line = error.__traceback__
            while line.tb_next and line.tb_frame.f_code.co_name != function.__name__:
                line = line.tb_next
            print(f"FAILED {function.__name__}, line {line.tb_lineno}: {error}")
    names = {json.loads(line)["name"] for line in subprocess.run(
        [PROGRAM, "recipe", "list", "--json"], capture_output=True, text=True, check=True).stdout.splitlines()}
    if not wanted and not skipped and names != TESTED:
        failed += 1
        print(f"FAILED: not tested: {names - TESTED}, unknown: {TESTED - names}")
    shutil.rmtree(DIR, ignore_errors=True)
    sys.exit(1 if failed else 77 if skipped and not TESTED else 0)


main()
