# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs that gdb and interject are asked about, built and started; and the questions."""
import os
import shutil
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3.11"
LIBSTDCXX = "/usr/lib/x86_64-linux-gnu/debug"
NAP = "import sys, time; sys.stdout.write('R'); sys.stdout.flush(); time.sleep(1000)"


class Missing(Exception):
    """What a program needs is not installed."""


def need(path, package):
    if not os.path.exists(path):
        raise Missing("%s is not installed" % package)


def compiler(name):
    if not shutil.which(name):
        raise Missing("%s is not installed" % name)
    return name


def cxx(folder):
    program = os.path.join(folder, "program")
    subprocess.run([compiler("g++"), "-g", "-O0", "-fdebug-prefix-map=%s=." % HERE, "program.cc",
                    "-o", program], cwd=HERE, check=True)
    # Its debug information changes no answer; that it is there is a case of its own.
    return [program], {"LD_LIBRARY_PATH": LIBSTDCXX}


def kinds(folder):
    program = os.path.join(folder, "kinds")
    subprocess.run([compiler("g++"), "-g", "-O0", "kinds.cc", "-o", program], cwd=HERE, check=True)
    return [program], {}


def complex_c(folder):
    program = os.path.join(folder, "complex")
    subprocess.run([compiler("gcc"), "-g", "-O0", "complex.c", "-o", program], cwd=HERE, check=True)
    return [program], {}


def rust(folder):
    program = os.path.join(folder, "program_rust")
    subprocess.run([compiler("rustc"), "-g", "--crate-name", "program",
                    os.path.join(HERE, "program.rs"), "-o", program], cwd=folder, check=True)
    return [program], {}


def python(folder):
    need(PYTHON, "python3.11")
    need("/usr/bin/python3.11d", "python3.11-dbg")
    return [PYTHON, "-S", "-c", NAP], {}


def python_bare(folder):
    """Without a build-id nothing leads to its debug information."""
    need(PYTHON, "python3.11")
    program = os.path.join(folder, "python_bare")
    subprocess.run([compiler("objcopy"), "-R", ".note.gnu.build-id", "-R", ".gnu_debuglink", PYTHON,
                    program], check=True)
    return [program, "-S", "-c", NAP], {"PYTHONHOME": "/usr"}


PROGRAMS = {"cxx": cxx, "rust": rust, "python": python, "python-bare": python_bare,
            "kinds": kinds, "complex": complex_c}


def start(name, folder):
    """Build and start program @name; it has reached its place."""
    argv, env = PROGRAMS[name](folder)
    process = subprocess.Popen(argv, env=dict(os.environ, **env), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE)
    if process.stdout.read(1) != b"R":
        process.kill()
        process.wait()
        raise RuntimeError("%s did not start" % name)
    return process


def questions():
    """(program, expression) in the order of expressions.txt."""
    program = None
    with open(os.path.join(HERE, "expressions.txt"), encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            if line[1:-1] in PROGRAMS and line == "[%s]" % line[1:-1]:
                program = line[1:-1]
            else:
                yield program, line
