#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""gdb's one-liners, as scripts have them, with interject in its place.

usage: gdb.py PROGRAM CC [TEXT]       hold what PROGRAM prints against tests/golden/gdb/one-liners.json
       gdb.py --record GDB CC [TEXT]  record it anew with a real gdb

TEXT: only the rows that have it in their name.

Each row is a batch of commands for one process; its output is compared as a whole, with numbers that differ
from run to run left out: addresses, process numbers, and the line that tells where gdb stopped the process.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import machine  # noqa: E402: the folder stays as it is

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "..", "golden", "gdb", "one-liners.json")
RECORD = sys.argv[1] == "--record"
PROGRAM, CC, ONLY = [*sys.argv[1 + RECORD:], ""][:3]
COMMAND = [PROGRAM] if RECORD else [PROGRAM, "gdb"]
DIR = tempfile.mkdtemp(prefix="ij-gdb-")
TIMEOUT_S = 60

ROWS = [
    ["call (int)malloc_trim(0)"],
    ["call (void)malloc_stats()"],
    ['set $f=(void *)fopen("DIR/info.xml","w")', "call (int)malloc_info(0,$f)", "call (int)fclose($f)"],
    ["call (int)fflush(0)"],
    ['p (int)open("/dev/null",2)', "p (int)dup2($,9)", "p (int)close($$)"],
    ['p (int)chdir("/")'],
    ["p (int)close(77)"],
    ["call (int)shutdown(0,2)"],
    ["call (int)umask(18)", "call (int)umask($)"],
    ["call (int)prctl(4,1,0,0,0)"],
    ['call (int)setenv("ADDED","b",1)', 'p (char *)getenv("COLOUR")+1', 'print *(char *)getenv("COLOUR")'],
    ['call (void *)dlopen("/nonexistent/x.so",2)', "p (char *)dlerror()"],
    ["call (int)prctl(36,1)", "call (int)prctl(76)", "call (int)prctl(36,0)"],
    ["p (int)socket(2,1,0)", "set $a=(char *)malloc(16)", "p (void *)memset($a,0,16)", "set {short}$a=2", "p (int)bind($1,$a,16)",
     "p (int)listen($1,5)", "p (int)dup2($1,9)", "p (int)close($1)", "set $on=(int *)malloc(4)", "set *$on=1",
     "p (int)setsockopt(9,1,9,$on,4)", "p (int)close(9)", "call (void)free($on)", "call (void)free($a)"],
    ['call (int)system("exit 3")', "p $ >> 8"],
    ["call nothing()", "call (void)nothing()", "p nothing()"],
    ["dump binary memory DIR/dumped text text+5", "append memory DIR/dumped &numbers[1] &numbers[2]", "dump value DIR/value numbers[2]",
     "append binary value DIR/value colour", "shell od -An -tx1 DIR/dumped DIR/value", "dump memory", "dump memory DIR/dumped", "dump memory DIR/dumped 1", "dump memory DIR/dumped 5 1", "dump memory /nonexistent/x text text+1",
     "append value DIR/value", "dump memory DIR/dumped 0 8", "dump bork", "append bork"],
    ["set var max_connections=5000", "p max_connections"],
    ["set max_connections=6000", "p max_connections", "p/x max_connections"],
    ["call (int)getppid() == 0"],
    ["p origin", "p &origin", "p *origin.next", "p origin.next->name", "p origin.x = 7", "p origin.x"],
    ["p numbers", "p numbers[1]@2", "p &numbers[2]", "p *numbers@3", "p sizeof(numbers)", "p numbers + 1"],
    ["p text", "p &text", "p *text@3", "p/x text", "p/s text", "p/d text[0]", "p/c numbers"],
    ["p colour", "p/d colour", "p (enum colour)2", "p RED", "p BLUE + 1"],
    ["p twice", "p &twice", "p *twice", "p function", "p twice(21)", "p function(4)", "p twice(twice(3))"],
    ["p make_point(3)", "p make_point(3).y", "p add(1.5, 2)", "p ratio", "p ratio * 2", "p -ratio", "p !ratio"],
    ["p origin.next = 5", "p origin.next", "p origin.next = &origin", "p text[0] = 300", "p function = 5", "p colour = 7", "p twice(2.7)",
     "p add(1,2)", "p origin = 5", "p max_connections = 1.5", "p twice(300000000000)"],
    ["p $", "p 1", "p $", "p $$", "p $1 + 1", "p $foo", "p $foo = 3", "p $foo++", "p $foo"],
    ["p nosuch", "p 1 +", "p )", "p 5/0", "p origin.z", "p twice(", "bork", "info bork", "p 1 = 2"],
    ["p/x 255", "p/o 8", "p/t 10", "p/d -1", "p/u 255", "p/c 65", "p/x -1", "p/z 5", "p/f 3", "p/a 0"],
    ["p 'a'", 'p "abc"', 'p sizeof("abc")', "p '\\n'", "p 1.5e3", "p 10 % 3", "p 1 == 1", "p 7 > 8 || 1", "p ~5"],
    ['printf "%d %s %5.2f %c %x %%\\n", max_connections, text, ratio, 65, 255', "echo a\\tb\\n"],
    ['printf "%s\\n"', 'printf "%d\\n", nosuch', "printf 5", "echo"],
    ["output ratio", "output/x numbers", "output text", "echo \\n"],
    ["whatis origin", "whatis &origin", "whatis twice", "whatis 1 + 2L", "whatis struct point", "whatis text[0]"],
    ["ptype struct point", "ptype origin", "ptype enum colour", "ptype twice", "ptype function", "ptype int *"],
    ["x/4xw numbers", "x/2dw &numbers[1]", "x/s text", "x/2c text", "x/8xb text", "x/2uh numbers"],
    ["info symbol twice", "info symbol &origin.y", "info symbol 0"],
    ["set $i = 0", "define count\nset $i = $i + $arg0\nend", "p $i"],
    ["show print elements", "set print elements 4", "show print elements", "p text", "set print elements 0", "p text"],
    ["set print pretty on", "p origin", "set print pretty off", "set print address off", "p &origin", "p function"],
    ["set confirm off", "set pagination off", "set height 0", "set width 0", "show confirm", "show width"],
    ["detach", "p 1", "p $_exitcode", "detach"],
    ["p $_", "p $__", "show language", "p sizeof(int)", "p (char)97", "p (long)&origin == (long)origin.next"],
    ["shell echo from a shell", "p $_shell_exitcode"],
    ['eval "p %d", 5', 'eval "echo %s\\n", text'],
]

# Sessions with a program that the debugger starts: what a person would type.
SESSIONS = [
    """break sum
run
bt
info args
next
next
next
print total
print i
step
info locals
print doubled
next
print doubled
finish
up
down
info breakpoints
delete
continue
""",
    """tbreak main
run
next
step
advance 52
bt
print shadow
print counter
print sum::total
print twice(21)
print make_pair(1, 2.5)
print $.first
next
step
return
next
next
print pair
finish
kill
print counter
""",
    """break factorial if n == 1
run
bt
finish
finish
info breakpoints
condition 1
continue
disable 1
next
step
ptype struct pair
whatis pair
list main
list 10,12
info line main
""",
    """break make_pair
commands
silent
print first
continue
end
handle SIGUSR1 nostop noprint pass
run
print $_exitcode
""",
    """break nothing
run
print text
print *text@4
print $_
p seen
p &seen
display counter
next
undisplay 1
print nosuch
stepi 0
tbreak on_signal
continue
signal 0
info breakpoints
bt
frame 1
frame function main
continue
""",
    # Commands that run others, several programs, signals.
    """with
with nosuch 1 -- p 1
alias xx = nosuch
alias p = print
alias zz=print -pretty --
zz 5
alias
alias q1 =
pipe p 1
pipe p 1 |
pipe -d END p 1|2 END cat
| p 4 | tr 4 7
p $_shell_exitcode
pipe nosuch | cat
pipe p 1 | exit 3
p $_shell_exitcode
frame apply all p 1
faas
p $pc
p $rax
p $xmm0
show values
show values 2
call
complete p factori
complete info lin
complete set print elem
complete p nosuch
set print elements 0
p text
set print elements 4
p text
p "abcd"
set print elements 200
set logging file /dev/null
set logging enabled on
p 1
set logging redirect on
show logging redirect
set logging enabled off
set logging enabled on
p 2
set logging enabled off
show logging enabled
p $
break sum
run
zz pair
with print pretty on -- p origin
with print elements 2 -- p nosuch
show print elements
bt -frame-arguments none
bt -nosuch
up 9
down 9
down
frame apply all p 1
frame apply 1 p 1
frame apply -1 p 1
frame apply level 0-1 -q p 1
frame apply level 1 p argc
frame apply all -s p count
frame apply all -c p count
frame apply all p count
frame apply
frame apply 1
frame apply foo
frame apply level
frame apply level 9 p 1
faas p count
faas -q p count
frame function main
frame function nosuch
frame function factorial
handle SIGUSR2 nostop noprint
info signals SIGUSR2
info signals 8
info signals 99
handle nosuch stop
handle 14-15 stop
handle SIGINT nopass
handle SIG40 nostop
handle 99 stop
handle
signal 99
signal nosuch
kill
info inferiors
add-inferior
add-inferior nosuch
inferior
inferior 2
inferior 9
inferior 1
remove-inferiors 2
remove-inferiors
signal 0
""",
    # Instructions and registers.
    """break sum
run
x/3i $pc
disassemble
disassemble /s factorial
disassemble /m factorial
disassemble /r factorial,+8
disassemble factorial,factorial+8
disassemble /q
disassemble /ms
disassemble 0
disassemble 0,4
set disassembly-flavor intel
show disassembly-flavor
x/2i $pc
info registers rip
p $eflags & 0
p $eflags = 0x247
ptype $eflags
whatis $eflags
p $mxcsr
p $mxcsr = 0x1f00
ptype $mxcsr
ptype $xmm0
whatis $xmm0
ptype $ymm0
whatis $st0
set $xmm1.uint128 = 5
p $xmm1
p $xmm1.v4_int32
set $xmm1.v4_int32[1] = -2
p $xmm1.v4_int32
set $xmm1.v8_half[7] = 1.5
set $xmm1.v8_bfloat16[6] = -2.25
p $xmm1.v8_half
p $xmm1.v8_bfloat16
p $xmm2 = $xmm1
p $xmm2 = 5
set $ymm2.v4_int64[3] = 9
p $ymm2.v4_int64
p/x $ymm2.v2_int128
info registers xmm2
p $st0 = 1.5
info registers st0 fctrl ftag mxcsr
info float
p $fctrl
p $al = 7
p $ax
info registers al
info registers nosuch
set $s = pair
set $s.first = 41
p $s
p pair
kill
info registers
""",
    """break nowhere
tbreak gdb_steps.c:1000
break gdb_steps.c:56
break 57
info breakpoints
run
print total
print total = 7
print total
print factorial(5)
jump 57
continue
""",
]

# Sessions with a process that was attached to.
ATTACHED = [
    """break round_of
set var go = 1
continue
bt
info args
next
print twice
step
next
info locals
up
print n
down
finish
print add(2, 3)
tbreak add if a == 3
info breakpoints
continue
continue
finish
delete
detach
print 1
""",
    """break add
set var go = 1
continue
bt
up
info locals
print &total
print total
print total.sum = 5
down
until
advance factorial
bt
finish
next
step
print $_exitcode
disable
tbreak factorial
continue
print n = 1
next
next
delete
kill
""",
    """tbreak factorial if n == 1
set var go = 1
continue
tbreak factorial if n == 1
continue
bt
frame 1
frame function round_of
info frame 9
return 7
frame
stepi 0
next
stepi
nexti
handle SIGUSR2 nostop noprint pass
detach
""",
    """break add
set var go = 1
continue
watch counter
continue
continue
delete
break round_of
continue
watch twice if twice > 0
info breakpoints
next
continue
continue
rwatch total.sum
awatch total.rounds
info breakpoints
continue
continue
disable
watch -l total.sum
watch 5
watch nosuch
display/2dw &total
display counter
info display
next
undisplay 1
delete
detach
""",
]

LIBRARIES = "/usr/lib/x86_64-linux-gnu/"
PREPARE_PYTHON = "import sys, time\nprint('ready', file=sys.stderr, flush=True)\n"
PYTHON = PREPARE_PYTHON + "x = 0\nwhile not x: time.sleep(0.001)\nprint('x is', x, file=sys.stderr)\n"
RUBY = """$x = 0; threads = 2.times.map { Thread.new { sleep 0.001 until $x != 0 } }
$stderr.puts 'ready'; [*1..99].map(&:to_s).sort until $x == 41; threads.each(&:join); $stdin.read; $stderr.puts "x is #{$x}"
"""
NGINX = """daemon off; master_process off; pid DIR/nginx.pid; error_log DIR/nginx.log; events {}
http { access_log off; server { listen unix:DIR/nginx.socket; } }
"""

# Recipes for other programs: `argv` how they are started, `symbol` what a file of theirs must have, `preload` a library
# that it must have loaded, `commands`, and what the program says in the end: `last`. The numbers are those of a survey of what people do.
PROGRAMS = {
    "4, 5: jemalloc": {
        "argv": ["./program"], "symbol": "malloc_stats_print", "preload": LIBRARIES + "libjemalloc.so.2",
        "commands": ['call (int)mallctl("epoch",0,0,0,0)', 'call (int)mallctl("prof.dump",0,0,0,0)', "call (void)malloc_stats_print(0,0,0)"]},
    "6: gperftools": {
        "argv": ["./program"], "symbol": "HeapProfilerStart", "preload": LIBRARIES + "libtcmalloc.so.4",
        "commands": ['call (void)HeapProfilerStart("DIR/heap")', 'call (void)HeapProfilerDump("asked")', "call (void)HeapProfilerStop()"]},
    "8: gcov": {"argv": ["./coverage"], "symbol": "__gcov_dump", "commands": ["call (void)__gcov_reset()", "call (void)__gcov_dump()"]},
    "9: llvm": {"argv": ["./profiled"], "symbol": "__llvm_profile_write_file", "commands": ["call (int)__llvm_profile_write_file()"]},
    "22: python": {
        "argv": [sys.executable, "-c", PYTHON], "symbol": "PyGILState_Ensure", "last": "x is 1",
        "commands": ["call (int)PyGILState_Ensure()", 'call (int)PyRun_SimpleString("x = 1")', "call (void)PyGILState_Release($1)"]},
    "23: python, a pending call": {
        "argv": [sys.executable, "-c", PYTHON], "symbol": "Py_AddPendingCall", "last": "x is 2",
        "commands": ['call (int)Py_AddPendingCall((int (*)(void *))PyRun_SimpleString, "x = 2")']},
    "24, 25: ruby": {
        "argv": ["ruby", "-e", RUBY], "symbol": "rb_eval_string_protect", "last": "x is 41",
        "commands": ["p (int)close(1)", 'p (int)open("/dev/null",1)', "call (void)rb_backtrace()",
                     'call (long)rb_eval_string_protect("$x = 41",(int *)0)']},
    "26: perl": {
        "argv": ["perl", "-e", 'print STDERR "ready\n"; while (1) { select(undef, undef, undef, 0.01) }'], "symbol": "Perl_eval_pv",
        "commands": ["set PL_sig_pending=1", "b Perl_despatch_signals", "delete", "p PL_curinterp",
                     'call (void *)Perl_eval_pv((void *)PL_curinterp, "$x = 1", 0)', "p 1"]},
    "28: postgres": {
        "argv": ["postgres", "-D", "DIR/postgres", "-k", "DIR/postgres", "-h", ""], "symbol": "MemoryContextStats", "waits": "DIR/postgres/postmaster.pid",
        "ends_by": signal.SIGQUIT,
        "commands": ["call MemoryContextStats(TopMemoryContext)", "call (void)MemoryContextStats((void *)TopMemoryContext)",
                     "p work_mem", "p *(int *)&work_mem", "set var *(int *)&work_mem = 8192", "p *(int *)&work_mem"]},
    "30: nginx": {
        "argv": ["nginx", "-c", "DIR/nginx.conf", "-e", "DIR/nginx.log"], "symbol": "ngx_cycle", "waits": "DIR/nginx.pid",
        "commands": ["set $cd = ngx_cycle->config_dump", "p *(long *)ngx_cycle == 0"]},
    "31: bash": {
        "argv": ["bash", "-c", "readonly X=1; echo ready >&2; while read -t 0.01; [[ $? -gt 128 ]]; do [[ ${X-none} = none ]] && break; done; echo X ${X-none} >&2"],
        "symbol": "unbind_variable", "last": "X none", "commands": ['call (int)unbind_variable("X")']},
    "33: php": {
        "argv": ["php", "-r", 'fwrite(STDERR, "ready\n"); while (!getenv("A")) usleep(1000); fwrite(STDERR, "A " . getenv("A") . "\n");'],
        "symbol": "zend_eval_string", "last": "A b", "commands": ['call (int)zend_eval_string("putenv(\'A=b\');",0,"")']},
}

SCRIPT = """
set $count = 2
while ($count-- > 0)
printf "%s to a file\\n", text
append memory DIR/appended \
        text text + 6
end
shell od -An -c DIR/appended
define sum
  if $argc == 2
    printf "%d\\n", $arg0 + $arg1
  else
    printf "two are wanted, %d given\\n", $argc
  end
end
document sum
Add two numbers.
end
set $i = 0
while $i < 10
  set $i = $i + 1
  if $i == 3
    loop_continue
  end
  if $i > 4
    loop_break
  else
    printf "%d\\n", $i
  end
end
sum 1 2
sum 1
help sum
show user sum
# a comment
print twice(3)
print nosuch
echo this is not reached\\n
"""


def normal(text):
    """Without what differs from run to run."""
    lines = []
    for line in text.replace(DIR, "DIR").splitlines():
        line = re.sub(r"^((\(gdb\) |>)*)(\[Thread debugging.*|Using host lib.*)", r"\1", line)
        if "uto-load" in line or "security protection" in line or re.match(r"To enable exec|line to your|__GI_", line):
            continue
        if not line or re.match(r"\[New LWP|\[Detaching after v?fork|.* at \.\./sysdeps/|0x[0-9a-f]{16} in |\d+\t.*: No such file|warning: ", line):
            continue
        line = re.sub(r"process \d+", "process PID", line)
        lines.append(re.sub(r"0x[0-9a-f]{4,}", "ADDRESS", line))
    return "\n".join(lines)


class Target:
    """One process to be called into."""

    def __init__(self, name="program", argv=None, preload="", waits=None, user=None, ends_by=signal.SIGKILL):
        self.argv = argv or [f"{DIR}/{name}"]
        self.env = {**os.environ, "LD_PRELOAD": preload, "GCOV_PREFIX": DIR, "LLVM_PROFILE_FILE": DIR + "/profile"}
        self.waits, self.user, self.ends_by = waits, user, ends_by

    def is_ready(self):
        """Whether it has made the file that it makes last."""
        assert self.process.poll() is None, self.process.stderr.read()
        return os.path.exists(self.waits) and os.path.getsize(self.waits)

    def __enter__(self):
        self.process = subprocess.Popen(self.argv, env=self.env, cwd=DIR, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, user=self.user)
        if not self.waits:
            assert self.process.stderr.readline() == "ready\n"
        else:
            deadline = time.monotonic() + TIMEOUT_S
            while not self.is_ready():
                assert time.monotonic() < deadline, f"{self.argv} does not come so far"
                time.sleep(0.01)
        return self

    def has(self, symbol):
        """Whether a file that the process runs may have it."""
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as file:
            paths = {line.split(None, 5)[5].strip() for line in file if " r-xp " in line and "/" in line}
        for path in paths:
            with open(path, "rb") as file:
                if symbol.encode() in file.read():
                    return True
        return False

    def run(self, *options):
        """Output and exit status of the debugger on it."""
        done = subprocess.run([*COMMAND, "-nx", "-batch", "-p", str(self.process.pid), *options],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=TIMEOUT_S, check=False)
        return normal(done.stdout), done.returncode

    def end(self):
        """What it says of itself at its end; it ends well, or the calls did harm."""
        self.process.stdin.close()
        said = self.process.stderr.read().splitlines()
        status = self.process.wait(TIMEOUT_S)
        assert status == 0, f"the program ended with {status}"
        return said[-1]

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(self.ends_by)
        self.process.wait()
        self.process.stderr.close()


def rows():
    """The name and the options of every row."""
    for row in ROWS:
        options = []
        for command in row:
            if "\n" in command:
                path = f"{DIR}/define.gdb"
                with open(path, "w", encoding="utf-8") as file:
                    file.write(command + "\n")
                options += ["-x", path]
            else:
                options += ["-ex", command.replace("DIR", DIR)]
        yield "; ".join(row), options
    with open(f"{DIR}/script.gdb", "w", encoding="utf-8") as file:
        file.write(SCRIPT.replace("DIR", DIR))
    yield "a script", ["-x", f"{DIR}/script.gdb"]


def session(text):
    """What a session with the other program prints."""
    # What the program's own signal stops in is the C library's, whose debug information may be there or not.
    text = "handle SIGUSR1 nostop noprint pass\n" + text
    done = subprocess.run([*COMMAND, "-nx", "-q", "-ex", "set width 0", f"{DIR}/steps"], input=text,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S,
                          env={**os.environ, "SHELL": "/bin/sh"}, check=False)
    return normal(done.stdout.replace(HERE + "/", "")), done.returncode


def attached(text):
    """What a session with a process that was attached to prints, and what the process says of itself."""
    with Target("loop") as target:
        done = subprocess.run([*COMMAND, "-nx", "-q", "-ex", "set width 0", "-p", str(target.process.pid)], input=text,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S,
                              check=False)
        # Where it was attached to differs from run to run.
        shown = done.stdout[done.stdout.index("(gdb) "):]
        said = "killed" if "kill\n" in text else target.end()
    return normal(shown.replace(HERE + "/", "")) + "\n" + said, done.returncode


def postgres_made():
    """Make an empty database; who is to run it, or False: there is none here."""
    user = "nobody" if os.geteuid() == 0 else None
    path = shutil.which("postgres") or "/usr/lib/postgresql/15/bin/postgres"
    initdb = os.path.join(os.path.dirname(os.path.realpath(path)), "initdb")
    if not os.path.exists(initdb):
        return False
    os.mkdir(DIR + "/postgres", 0o700)
    if user:
        shutil.chown(DIR + "/postgres", user)
    done = subprocess.run([initdb, "-D", DIR + "/postgres", "-N", "-A", "trust", "--no-locale"], user=user, cwd=DIR,
                          capture_output=True, check=False)
    return user if done.returncode == 0 else False


def recipe(name):
    """What a recipe prints in a program of that kind; None: there is none here."""
    row = PROGRAMS[name]
    argv = [word.replace("DIR", DIR) for word in row["argv"]]
    waits, user = row.get("waits", "").replace("DIR", DIR), None
    preload, ends_by = row.get("preload", ""), row.get("ends_by", signal.SIGKILL)
    path = os.path.join(DIR, argv[0]) if argv[0].startswith("./") else argv[0]
    if not shutil.which(path, path=os.environ["PATH"] + ":/usr/sbin") or (preload and not os.path.exists(preload)):
        return None, 0
    if argv[0] == "postgres":
        user = postgres_made()
        if user is False:
            return None, 0
    with Target(argv=argv, preload=preload, waits=waits, user=user, ends_by=ends_by) as target:
        if not target.has(row["symbol"]):
            return None, 0
        text, status = target.run(*(word for command in row["commands"] for word in ("-ex", command.replace("DIR", DIR))))
        if row.get("last"):
            text += "\n" + target.end()
            assert text.endswith("\n" + row["last"]), text
        return text, status


def what_is_ours():
    """What gdb does otherwise, or not at all: exit statuses, refusals, and effects seen by the program."""
    with Target() as target:
        text, status = target.run("-ex", "call crash()", "-ex", "p 1")
        assert status == 6, f"a call that faults: {status}, {text}"
        text, status = target.run("-batch-gdb-status", "-ex", "call crash()", "-ex", "p 1")
        assert status == 0, f"gdb's own status: {status}, {text}"
        text, status = target.run("-ex", "set interject unsafe refuse", "-ex", "call twice(4)", "-ex", "info interject")
        assert status == 0 and "$1 = 8" in text and "verdict: safe" in text, text
        text, status = target.run("--ex=p twice(5)", "--silent", "--nh", "--nw")
        assert status == 0 and "$1 = 10" in text, text
        target.run("-ex", "set var origin.x = 9", "-ex", "call (int)umask(077)", "-ex", 'call (int)setenv("ADDED","c",1)')
        said = target.end()
        assert said == "mask 077 max 151 x 9 env c", said
    done = subprocess.run([*COMMAND, "-nx", "-batch", "-p", "999999999", "-ex", "p 1"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode and "$1 = 1" in done.stdout, done
    done = subprocess.run([*COMMAND, "-nx", "-q"], input="p 1\nif 1\necho yes\\n\nend\nbork\nquit 3\n",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 3 and "$1 = 1" in done.stdout and "yes" in done.stdout, done
    done = subprocess.run([*COMMAND, "-q", "-i=mi1"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode and "Interpreter `mi1' unrecognized" in done.stdout, done


def logged():
    """What is printed goes to a file, too, errors and the output of piped commands included."""
    done = subprocess.run([*COMMAND, "-nx", "-q", "-batch", "-ex", f"set logging file {DIR}/log", "-ex", "set logging enabled on",
                           "-ex", "p 1", "-ex", "p nosuch", "-ex", "| p 2 | cat", "-ex", "set logging enabled off", "-ex", "p 3"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_S, check=False)
    with open(f"{DIR}/log", encoding="utf-8") as file:
        text = file.read()
    assert text == "$1 = 1\nNo symbol table is loaded.  Use the \"file\" command.\n$2 = 2\n", text
    assert done.stdout == text + "$3 = 3\n", done.stdout


def held():
    """A stop that can be seen: calls are made there or not at all, and our death harms nobody."""
    inside = ["-ex", "break malloc", "-ex", "set var go = 1", "-ex", "continue"]
    with Target("loop") as target:
        text, status = target.run("-ex", "call add(1, 1)", *inside, "-ex", "call (void *)malloc(9)", "-ex", "bt 1")
        assert status == 4 and "$1 = 2" in text and "\n$2" not in text and "malloc" in text, (status, text)
        said = target.end()
        assert said == "rounds 5 sum 30 counter 32 all 153", said
    with Target("loop") as target:
        text, status = target.run("-ex", "set interject unsafe allow", *inside, "-ex", "call add(2, 2)", "-ex", "delete",
                                  "-ex", "tbreak gdb_loop.c:61", "-ex", "continue", "-ex", "next", "-ex", "p counter", "-ex", "info interject")
        assert status == 0 and "$1 = 4" in text and "$2 = 6" in text, (status, text)
        assert target.end() == "rounds 5 sum 30 counter 34 all 153", text
    many = [option for place in ("add", "factorial", "round_of", "39", "40", "43") for option in ("-ex", "break " + place)]
    many = ["-ex", "set listsize 1", "-ex", "list gdb_loop.c:37", *many, "-ex", "set var go = 1"]
    goes_on = [option for _ in range(7) for option in ("-ex", "continue")]
    with Target("loop") as target:
        text, status = target.run(*many, "-ex", "continue")
        assert status == 1 and "too many hardware breakpoints" in text and "int3 allow" in text, (status, text)
        assert target.end() == "rounds 5 sum 30 counter 30 all 153", text
    with Target("loop") as target:
        text, status = target.run("-ex", "set interject int3 allow", *many, *goes_on, "-ex", "next", "-ex", "call add(3, 4)",
                                  "-ex", "finish", "-ex", "x/1xb $pc")
        met = re.findall(r"Breakpoint (\d), ", text)
        assert status == 0 and met == ["3", "4", "1", "5", "2", "6", "3", "4", "1"], (status, text)
        assert "= 7" in text and "0xcc" not in text, text
        assert target.end() == "rounds 5 sum 30 counter 37 all 153", text
    with Target("loop") as target:
        debugger = subprocess.Popen([*COMMAND, "-nx", "-q", "-p", str(target.process.pid)], stdin=subprocess.PIPE,
                                    stdout=subprocess.PIPE, text=True)
        debugger.stdin.write("break add\nset var go = 1\ncontinue\nnext\ninfo locals\n")
        debugger.stdin.flush()
        for line in debugger.stdout:
            if "sum = 2" in line:
                break
        else:
            raise AssertionError("the breakpoint was not met")
        debugger.kill()
        debugger.wait(TIMEOUT_S)
        debugger.stdin.close()
        debugger.stdout.close()
        assert target.end() == "rounds 5 sum 30 counter 30 all 153"


def privileges():
    """Root's are given up with the first process; or kept, if that was asked for."""
    if os.geteuid() != 0:
        return
    folder = tempfile.mkdtemp()
    does = ["-ex", "shell id -u", "-ex", f"dump binary memory {folder}/dumped &counter &counter+1", "-ex", "detach"]
    with Target("loop") as target, Target("loop") as other:
        again = ["-ex", f"attach {other.process.pid}", "-ex", "p counter", "-ex", "detach", "-ex", "file /bin/true", "-ex", "run"]
        text, _ = target.run(*does, *again, "-iex", "set interject privileges keep")
        assert text.startswith("0\n") and "$1 = " in text and "exited normally" in text and os.path.exists(folder + "/dumped"), text
        os.remove(folder + "/dumped")
        text, _ = target.run(*does, *again)
        assert not text.startswith("0\n") and "cannot attach" in text and "exited normally" not in text, text
        assert text.count("set interject privileges keep") == 2 and not os.path.exists(folder + "/dumped"), text
        assert other.process.poll() is None and target.process.poll() is None
    os.rmdir(folder)


def build():
    """The programs of all rows."""
    # Whoever runs this as root has files written by another user.
    os.chmod(DIR, 0o777)
    for name in ("program", "steps", "loop"):
        subprocess.run([CC, "-g", "-O0", "-o", f"{DIR}/{name}", f"{HERE}/gdb_{name}.c"], check=True)
    subprocess.run([CC, "-g", "--coverage", "-Wl,-u,__gcov_dump,-u,__gcov_reset", "-o", f"{DIR}/coverage", f"{HERE}/gdb_program.c"],
                   cwd=DIR, check=True)
    if shutil.which("clang-14"):
        subprocess.run(["clang-14", "-g", "-fprofile-instr-generate", "-o", f"{DIR}/profiled", f"{HERE}/gdb_program.c"], check=True)
    with open(DIR + "/nginx.conf", "w", encoding="ascii") as file:
        file.write(NGINX.replace("DIR", DIR))


# In a process that was attached to, where breakpoints are the processor's; Ruby's functions are called where it
# lets others have their turn.
NEEDS_BREAKPOINTS = re.compile(r": ruby|\b(t?break|[ra]?watch|until|advance|stepi?|nexti?|finish|catch|continue)\b")


def outcome(name, options):
    """Text and exit status of a row; a text of None: its program is not here."""
    if callable(options):
        return options(name)
    with Target() as target:
        text, status = target.run(*options)
        target.end()
    return text, status


def is_same(name, text, status, wanted):
    """Whether it is what was recorded, and how it differs."""
    if text.split("\n") == wanted["output"] and status == wanted["status"]:
        return True
    print(f"FAILED: {name}\nwanted ({wanted['status']}):")
    print("\n".join(wanted["output"]))
    print(f"got ({status}):\n{text}")
    return False


def main():
    """Record, or compare."""
    build()
    with open(GOLDEN, encoding="utf-8") as file:
        before = json.load(file)
    # In the order of the rows; what there is no program for here stays as it was recorded.
    recorded, failures, count, skipped = {}, 0, 0, 0
    why = None if RECORD else machine.no_breakpoints(PROGRAM)
    for name, options in [*rows(), *((text, session) for text in SESSIONS), *((text, attached) for text in ATTACHED),
                          *((name, recipe) for name in PROGRAMS)]:
        if ONLY not in name:
            recorded[name] = before[name]
            continue
        if why and NEEDS_BREAKPOINTS.search(name):
            skipped += 1
            recorded[name] = before[name]
            continue
        text, status = outcome(name, options)
        if text is None:
            print(f"{name}: no such program is here")
            recorded[name] = before[name]
            continue
        count += 1
        if RECORD:
            recorded[name] = {"output": text.split("\n"), "status": status}
            continue
        recorded[name] = before[name]
        failures += not is_same(name, text, status, before[name])
    if RECORD:
        with open(GOLDEN, "w", encoding="utf-8") as file:
            json.dump(recorded, file, indent=1)
            file.write("\n")
        return
    if not ONLY:
        assert recorded == before, f"recorded, and no row any more: {set(before) - set(recorded)}"
        what_is_ours()
        logged()
        if not why:
            held()
        privileges()
    if why:
        print(f"skipped {skipped}, and what is done at breakpoints: {why}")
    print(f"{count - failures} of {count} batches and sessions print what gdb prints")
    sys.exit(1 if failures else 0)


main()
