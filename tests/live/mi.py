#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""GDB/MI as editors speak it, from the first command to the last.

usage: mi.py PROGRAM CC           what PROGRAM gdb -i=mi answers
       mi.py --gdb GDB CC         the same of a real gdb, which has to pass, too

The sessions are those that vscode-cpptools (MIEngine) and Emacs (gdb-mi.el) have: what they send, in their order,
and of each answer what they read of it.
"""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import tty

sys.dont_write_bytecode = True
import machine  # noqa: E402: the folder stays as it is

REAL = sys.argv[1] == "--gdb"
PROGRAM, CC = sys.argv[2:4] if REAL else sys.argv[1:3]
PROGRAM = PROGRAM if REAL else os.path.abspath(PROGRAM)
COMMAND = [PROGRAM, "-nx", "-q", "-i=mi"] if REAL else [PROGRAM, "gdb", "-nx", "-q", "-i=mi"]
DIR = tempfile.mkdtemp(prefix="ij-mi-")
TIMEOUT_S = 60

SOURCE = r"""
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct point { int x, y; };
struct line { struct point from, to; const char *name; unsigned flags : 3; };

int limit = 3;

int twice(int value)
{
	int result = value * 2;

	return result;
}

int area(struct line *line)
{
	int width = line->to.x - line->from.x;
	int height = line->to.y - line->from.y;

	return width * height;
}

int main(int argc, char **argv)
{
	struct line line = {{1, 2}, {4, 6}, "diagonal", 5};
	int numbers[4] = {1, 2, 3, 4};
	int sum = 0;

	for (int i = 0; i < limit; i++)
		sum += twice(numbers[i]);
	sum += area(&line);
	if (argc > 1 && !strcmp(argv[1], "wait"))
		for (;;)
			usleep(1000);
	printf("sum %d\n", sum);
	return sum == 24 ? 7 : 1;
}
"""


def line_of(text):
	for number, line in enumerate(SOURCE.split("\n")[0:], 1):
		if text in line:
			return number
	raise AssertionError(text)


# ---- Records ----

class Parser:
	"""Values of records: gdb's manual, 27.2.2."""

	def __init__(self, text):
		self.text, self.pos = text, 0

	def string(self):
		out = []
		self.pos += 1
		while self.text[self.pos] != '"':
			c = self.text[self.pos]
			if c == "\\":
				self.pos += 1
				c = self.text[self.pos]
				octal = re.match(r"[0-7]{3}", self.text[self.pos:])
				if octal:
					self.pos += 2
					c = chr(int(octal.group(), 8))
				else:
					c = {"n": "\n", "t": "\t", "r": "\r", "e": "\033"}.get(c, c)
			out.append(c)
			self.pos += 1
		self.pos += 1
		return "".join(out)

	def value(self):
		c = self.text[self.pos]
		if c == '"':
			return self.string()
		assert c in "{[", f"no value at {self.text[self.pos:]!r}"
		self.pos += 1
		end = "}" if c == "{" else "]"
		items = self.results(end)
		assert self.text[self.pos] == end, self.text[self.pos:]
		self.pos += 1
		if c == "{":
			return dict(items)
		return [value for _, value in items]

	def results(self, end=None):
		items = []
		while self.pos < len(self.text) and self.text[self.pos] != end:
			name = re.match(r"([A-Za-z_][\w-]*)=", self.text[self.pos:])
			if name:
				self.pos += name.end()
			items.append((name.group(1) if name else None, self.value()))
			if self.pos < len(self.text) and self.text[self.pos] == ",":
				self.pos += 1
		return items


class Record:
	def __init__(self, line):
		self.line = line
		match = re.match(r'(\d*)([\^*=+~&@])(.*)$', line, re.S)
		assert match, f"no record: {line!r}"
		self.token, self.kind, rest = match.groups()
		self.name, self.fields = None, {}
		if self.kind in "~&@":
			self.text = Parser(rest).string()
			return
		self.name, _, rest = rest.partition(",")
		parser = Parser(rest)
		self.fields = dict(parser.results())
		assert parser.pos == len(rest), f"left over: {rest[parser.pos:]!r}"

	def __getitem__(self, name):
		assert name in self.fields, f"no {name} in {self.line}"
		return self.fields[name]


class Session:
	def __init__(self, *options):
		self.process = subprocess.Popen(COMMAND + list(options), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
						stderr=subprocess.STDOUT, cwd=DIR)
		self.begin(self.process.stdout.fileno(), self.process.stdin.fileno())

	def begin(self, records, commands):
		self.records, self.commands = records, commands
		self.buffer, self.log, self.token = b"", [], 1000
		self.async_records, self.console = [], []
		self.until(lambda line: line == "(gdb) ")

	def line(self):
		while b"\n" not in self.buffer:
			ready, _, _ = select.select([self.records], [], [], TIMEOUT_S)
			data = os.read(self.records, 65536) if ready else b""
			if not data:
				raise AssertionError("no answer after:\n" + "\n".join(self.log[-40:]))
			self.buffer += data
		line, self.buffer = self.buffer.split(b"\n", 1)
		line = line.decode("utf-8", "replace").rstrip("\r")
		self.log.append(line)
		return line

	def until(self, found):
		while True:
			line = self.line()
			record = None
			# What the program prints itself comes the same way.
			if re.match(r'\d*[\^*=]|[~&@]"', line):
				record = Record(line)
				if record.kind in "*=":
					self.async_records.append(record)
				elif record.kind == "~":
					self.console.append(record.text)
			if found(line) or (record and found(record)):
				return record

	def send(self, command):
		self.token += 1
		self.log.append(f"-> {self.token}{command}")
		os.write(self.commands, f"{self.token}{command}\n".encode())
		return str(self.token)

	def ask(self, command, expected="done"):
		"""The result record of @command."""
		self.console = []
		token = self.send(command)
		record = self.until(lambda it: isinstance(it, Record) and it.kind == "^" and it.token == token)
		assert record.name == expected, f"{command}: {record.line}"
		return record

	def stop(self):
		return self.until(lambda it: isinstance(it, Record) and it.kind == "*" and it.name == "stopped")

	def go(self, command):
		self.ask(command, "running")
		return self.stop()

	def end(self):
		self.ask("-gdb-exit", "exit")
		self.process.wait(TIMEOUT_S)
		assert self.process.returncode == 0, self.process.returncode

	def kill(self):
		self.process.kill()
		self.process.wait()


def same(got, want):
	assert got == want, f"{got!r} is not {want!r}"


def setup(session):
	"""What MIEngine sends before anything else."""
	session.ask("-gdb-set mi-async on")
	session.ask("-interpreter-exec console \"set pagination off\"")
	session.ask("-gdb-set auto-solib-add on")
	session.ask("-gdb-set print thread-events off")
	session.ask("-enable-pretty-printing")
	features = session.ask("-list-features")["features"]
	for feature in ("frozen-varobjs", "pending-breakpoints", "thread-info", "exec-run-start-option"):
		assert feature in features, features
	session.ask(f"-environment-cd {DIR}")
	session.ask(f"-file-exec-and-symbols {DIR}/program")


def vscode_launch():
	session = Session()
	setup(session)
	here = f"{DIR}/program.c"
	bkpt = session.ask("-break-insert -f main")["bkpt"]
	same((bkpt["number"], bkpt["func"], bkpt["disp"]), ("1", "main", "keep"))
	at = line_of("int result")
	bkpt = session.ask(f"-break-insert -f -c \"value > 1\" {here}:{at}")["bkpt"]
	same((bkpt["line"], bkpt["cond"], bkpt["fullname"]), (str(at), "value > 1", here))
	stop = session.go("-exec-run")
	same((stop["reason"], stop["bkptno"], stop["frame"]["func"]), ("breakpoint-hit", "1", "main"))
	same(stop["stopped-threads"], "all")
	names = [it.name for it in session.async_records]
	for name in ("thread-group-added", "thread-group-started", "thread-created", "library-loaded"):
		assert name in names, names
	threads = session.ask("-thread-info")
	same((threads["current-thread-id"], threads["threads"][0]["state"]), ("1", "stopped"))
	session.ask("-break-delete 1")

	stop = session.go("-exec-continue")
	same((stop["bkptno"], stop["frame"]["args"]), ("2", [{"name": "value", "value": "2"}]))
	frames = session.ask("-stack-list-frames --thread 1 0 1000")["stack"]
	same([it["func"] for it in frames], ["twice", "main"])
	same((frames[0]["file"], frames[0]["line"]), (here, str(at)))
	args = session.ask("-stack-list-arguments --thread 1 2 0 1")["stack-args"]
	same(args[0], {"level": "0", "args": [{"name": "value", "type": "int", "value": "2"}]})
	listed = session.ask("-stack-list-variables --thread 1 --frame 0 --simple-values")["variables"]
	same(listed[0], {"name": "value", "arg": "1", "type": "int", "value": "2"})
	same(listed[1]["name"], "result")
	listed = session.ask("-stack-list-variables --thread 1 --frame 1 0")["variables"]
	same(sorted(it["name"] for it in listed), ["argc", "argv", "i", "line", "numbers", "sum"])

	# The tree of a variable of the caller.
	var = session.ask('-var-create --thread 1 --frame 1 - * "line"')
	same((var["type"], var["numchild"], var["value"]), ("struct line", "4", "{...}"))
	name = var["name"]
	children = session.ask(f"-var-list-children --simple-values {name} 0 1000")["children"]
	same([it["exp"] for it in children], ["from", "to", "name", "flags"])
	assert '"diagonal"' in children[2]["value"], children
	same(children[3]["value"], "5")
	inner = session.ask(f"-var-list-children --all-values {name}.to")["children"]
	same([(it["name"], it["value"]) for it in inner], [(f"{name}.to.x", "4"), (f"{name}.to.y", "6")])
	same(session.ask(f"-var-info-path-expression {name}.to.y")["path_expr"], "((line).to).y")
	same(session.ask(f"-var-set-format {name}.to.y hexadecimal")["value"], "0x6")
	same(session.ask(f"-var-show-attributes {name}.to.y")["attr"], "editable")
	same(session.ask(f"-var-assign {name}.to.y 7")["value"], "0x7")
	same(session.ask("-data-evaluate-expression --thread 1 --frame 1 \"line.to.y\"")["value"], "7")
	same(session.ask(f"-var-update --all-values {name}")["changelist"][0]["value"], "0x7")
	session.ask(f"-var-assign {name}.to.y 6")

	# Hovering: expressions, calls too.
	same(session.ask('-data-evaluate-expression "value + limit"')["value"], "5")
	error = session.ask('-data-evaluate-expression "nosuch"', "error")
	same(error["msg"], 'No symbol "nosuch" in current context.')
	same(session.ask("-var-create - * nosuch", "error")["msg"], "-var-create: unable to create variable object")

	# Stepping: over, out, on.
	watch = session.ask("-var-create - * result")["name"]
	stop = session.go("-exec-next --thread 1")
	same((stop["reason"], stop["frame"]["line"]), ("end-stepping-range", str(line_of("return result"))))
	changed = session.ask("-var-update --all-values *")["changelist"]
	assert {"name": watch, "value": "4", "in_scope": "true", "type_changed": "false", "has_more": "0"} in changed, changed
	stop = session.go("-exec-finish")
	same((stop["reason"], stop["return-value"], stop["frame"]["func"]), ("function-finished", "4", "main"))
	changed = session.ask("-var-update --all-values *")["changelist"]
	assert ("false", watch) in [(it["in_scope"], it["name"]) for it in changed], changed
	same(session.ask(f"-var-delete {watch}")["ndeleted"], "1")

	# The view of instructions, registers and memory.
	pc = stop["frame"]["addr"]
	asm = session.ask(f"-data-disassemble -s {pc} -e {pc}+8 -- 0")["asm_insns"]
	same((asm[0]["address"], asm[0]["func-name"]), (pc, "main"))
	registers = session.ask("-data-list-register-names")["register-names"]
	values = session.ask(f"-data-list-register-values x {registers.index('rip')}")["register-values"]
	same(int(values[0]["value"], 16), int(pc, 16))
	memory = session.ask('-data-read-memory-bytes "&limit" 4')["memory"][0]
	same(memory["contents"], "03000000")

	# The debug console, and a pause of the script.
	session.ask('-interpreter-exec console "print limit"')
	same("".join(session.console), "$2 = 3\n")
	session.ask("-break-disable 2")
	same(session.ask("-break-list")["BreakpointTable"]["body"][0]["enabled"], "n")
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["exit-code"]), ("exited", "07"))
	assert "thread-group-exited" in [it.name for it in session.async_records]
	session.end()


def vscode_pause():
	session = Session()
	setup(session)
	session.ask("-exec-arguments wait")
	session.ask(f"-break-insert -t {DIR}/program.c:{line_of('usleep')}")
	same(session.go("-exec-run")["reason"], "breakpoint-hit")
	# The stop button, while it runs.
	session.ask("-exec-continue", "running")
	session.ask("-exec-interrupt")
	stop = session.stop()
	same((stop["reason"], stop["signal-name"]), ("signal-received", "SIGINT"))
	frames = session.ask("-stack-list-frames")["stack"]
	same(frames[-1]["func"], "main")
	level = len(frames) - 1
	same(session.ask(f'-data-evaluate-expression --thread 1 --frame {level} "sum"')["value"], "24")
	pid = int(session.ask("-list-thread-groups")["groups"][0]["pid"])
	session.end()
	# What was started ends with the session.
	try:
		os.kill(pid, 0)
		raise AssertionError(f"{pid} lives")
	except ProcessLookupError:
		pass


def vscode_attach():
	with subprocess.Popen([f"{DIR}/program", "wait"]) as program:
		try:
			attach(program)
		finally:
			program.kill()


def sleeps(pid):
	"""Whether @pid is in its loop: it sleeps in a system call of main's."""
	while True:
		with open(f"/proc/{pid}/syscall", encoding="ascii") as file:
			if file.read().split()[0] in ("230", "35"):
				return


def attach(program):
	sleeps(program.pid)
	session = Session()
	setup(session)
	session.ask(f"-target-attach {program.pid}")
	# It may be told of later.
	stopped = [it for it in session.async_records if it.name == "stopped"]
	stop = stopped[-1] if stopped else session.stop()
	same((stop["thread-id"], stop["stopped-threads"]), ("1", "all"))
	started = [it for it in session.async_records if it.name == "thread-group-started"]
	same(started[0]["pid"], str(program.pid))
	# A call before anybody looks, then the stack.
	same(session.ask('-data-evaluate-expression "twice(21)"')["value"], "42")
	frames = session.ask("-stack-list-frames --thread 1")["stack"]
	same(frames[-1]["func"], "main")
	level = len(frames) - 1
	same(session.ask(f'-data-evaluate-expression --thread 1 --frame {level} "sum"')["value"], "24")
	var = session.ask(f"-var-create --thread 1 --frame {level} - * line")["name"]
	same(session.ask(f"-var-list-children --all-values {var}")["children"][2]["exp"], "name")
	# A breakpoint, and on.
	bkpt = session.ask(f"-break-insert -f {DIR}/program.c:{line_of('usleep')}")["bkpt"]
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["bkptno"], stop["frame"]["func"]), ("breakpoint-hit", bkpt["number"], "main"))
	same(session.ask("-var-assign limit_ 3", "error")["msg"], "Variable object not found")
	session.ask(f"-break-delete {bkpt['number']}")
	session.ask("-exec-continue", "running")
	session.ask("-exec-interrupt")
	stop = session.stop()
	same((stop["reason"], stop["signal-name"]), ("signal-received", "SIGINT"))
	session.ask("-target-detach")
	assert "thread-group-exited" in [it.name for it in session.async_records]
	session.end()
	# It goes on as if nothing had been.
	assert program.poll() is None, program.poll()
	sleeps(program.pid)


def emacs():
	session = Session(f"{DIR}/program")
	session.ask("-gdb-set height 0")
	same(session.ask("-inferior-tty-show").fields, {})
	source = session.ask("-file-list-exec-source-file")
	same(source["fullname"], f"{DIR}/program.c")
	same(session.ask("-list-target-features")["features"], [])
	same(session.ask("-break-list")["BreakpointTable"]["body"], [])
	# What a person types is a command of gdb's own.
	session.ask("-interpreter-exec console \"break twice\"")
	created = [it for it in session.async_records if it.name == "breakpoint-created"]
	same(created[0]["bkpt"]["func"], "twice")
	session.ask('-interpreter-exec console "run"', "running")
	stop = session.stop()
	same((stop["reason"], stop["frame"]["func"]), ("breakpoint-hit", "twice"))
	session.ask("-thread-info")
	session.ask("-break-list")
	same(session.ask("-stack-info-frame")["frame"]["level"], "0")
	locals_ = session.ask("-stack-list-locals --thread 1 --frame 0 --simple-values")["locals"]
	same(locals_[0]["name"], "result")
	# The speed bar: a watched expression that follows the frame.
	session.ask("-var-create limit1 * limit")
	session.ask("-var-create here @ value")
	same(session.ask("-var-evaluate-expression here")["value"], "1")
	session.ask('-interpreter-exec console "next"', "running")
	same(session.stop()["reason"], "end-stepping-range")
	session.ask('-interpreter-exec console "up"')
	selected = session.ask("-stack-info-frame")["frame"]
	same((selected["level"], selected["func"]), ("1", "main"))
	session.ask('-interpreter-exec console "set var limit = 1"')
	changed = session.ask("-var-update --all-values *")["changelist"]
	assert ("limit1", "1") in [(it["name"], it.get("value")) for it in changed], changed
	session.ask('-interpreter-exec console "kill"')
	session.end()


class Beside(Session):
	"""GDB/MI upon a terminal of its own, and a console that a person has."""

	def __init__(self):
		master, slave = os.openpty()
		tty.setraw(master)
		command = [it for it in COMMAND if it != "-i=mi"] + [f"{DIR}/program"]
		self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
						cwd=DIR)
		self.said = b""
		self.type(f"new-ui mi {os.ttyname(slave)}")
		self.begin(master, master)

	def type(self, command):
		self.process.stdin.write(f"{command}\n".encode())
		self.process.stdin.flush()

	def hear(self, text):
		"""What the console says, up to @text."""
		while text.encode() not in self.said:
			ready, _, _ = select.select([self.process.stdout], [], [], TIMEOUT_S)
			data = os.read(self.process.stdout.fileno(), 65536) if ready else b""
			assert data, f"no {text!r} in {self.said!r}"
			self.said += data
		self.said = self.said.split(text.encode(), 1)[1]


def beside():
	session = Beside()
	session.hear("New UI allocated")
	# What a person does is told of as records, ...
	session.type("break twice")
	session.hear("Breakpoint 1 at ")
	created = session.until(lambda it: isinstance(it, Record) and it.name == "breakpoint-created")
	same((created["bkpt"]["number"], created["bkpt"]["func"]), ("1", "twice"))
	session.type("run")
	stop = session.stop()
	same((stop["reason"], stop["frame"]["func"]), ("breakpoint-hit", "twice"))
	session.hear("Breakpoint 1, twice (value=1)")
	# ... and where the editor gets it to a breakpoint in words.
	same(session.ask('-data-evaluate-expression "value"')["value"], "1")
	session.go("-exec-continue")
	session.hear("Breakpoint 1, twice (value=2)")
	session.ask("-break-delete")
	stop = session.go("-exec-finish")
	same(stop["return-value"], "4")
	session.type("print $")
	session.hear("$2 = 4")
	session.ask("print limit")
	same("".join(session.console), "$3 = 3\n")
	session.ask("kill")
	session.end()


def watches():
	"""Memory of a frame that is watched, until the frame ends; and lists of what the program defines."""
	session = Session()
	setup(session)
	symbols = session.ask("-symbol-info-functions --name twice")["symbols"]["debug"]
	same([(it["line"], it["name"], it["type"], it["description"]) for it in symbols[0]["symbols"]],
	     [(str(line_of("int twice(")), "twice", "int (int)", "int twice(int);")])
	symbols = session.ask("-symbol-info-types --name ^point")["symbols"]["debug"]
	same([it["name"] for it in symbols[0]["symbols"]], ["point"])
	symbols = session.ask("-symbol-info-variables --name ^limit --max-results 1")["symbols"]["debug"]
	same(symbols[0]["symbols"][0]["description"], "int limit;")
	rows = session.ask("-symbol-list-lines program.c")["lines"]
	assert str(line_of("int result = value")) in [it["line"] for it in rows], rows
	session.ask("-symbol-list-lines nosuch.c", "error")
	session.ask("-symbol-info-types --type x", "error")
	session.ask("-break-insert twice")
	session.go("-exec-run")
	same(session.ask("-break-watch result")["wpt"], {"number": "2", "exp": "result"})
	row = session.ask("-break-info 2")["BreakpointTable"]["body"][0]
	same((row["type"], row["what"]), ("hw watchpoint", "result"))
	session.ask("-break-delete 1")
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["wpt"]["exp"], stop["value"]["new"]), ("watchpoint-trigger", "result", "2"))
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["wpnum"], stop["frame"]["func"]), ("watchpoint-scope", "2", "main"))
	same(session.ask("-break-watch -a limit")["hw-awpt"], {"number": "3", "exp": "limit"})
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["value"]["new"]), ("access-watchpoint-trigger", "3"))
	session.ask("-break-delete 3")
	session.go("-exec-continue")
	session.end()


def bad_input():
	"""The session goes on whatever is sent."""
	session = Session()
	setup(session)
	for command, said in [
		('-data-evaluate-expression "unfinished', "Problem parsing arguments"),
		('-data-evaluate-expression "1"2', "Problem parsing arguments"),
		("-no-such-command", "Undefined MI command: no-such-command"),
		("-break-insert", "Missing <location>"),
		("-break-insert -x main", "Unknown option"),
		("-break-insert -c", "requires an argument"),
		("-break-insert nosuch", 'Function "nosuch" not defined.'),
		("-break-insert -c nosuch main", 'No symbol "nosuch" in current context.'),
		("-break-insert program.c:99999", "No line 99999"),
		("-stack-list-frames", "No"),
		("-stack-list-frames --frame 1", "without --thread"),
		("-thread-info --thread 77", "Invalid thread id: 77"),
		("-exec-next", "The program is not being run."),
		("-exec-continue --thread-group x", "Invalid thread group id"),
		("-var-update nosuch", "Variable object not found"),
		("-var-create 1x * limit", "must begin with a letter"),
		("-var-list-children", "Usage"),
		("-data-list-register-values x", "No registers."),
		("-data-read-memory-bytes 0 4", "memory"),
		("-data-disassemble -s 0 -e 4 -- 9", "Mode argument"),
		("-file-exec-and-symbols /nonexistent/x", "/nonexistent/x: No such file or directory."),
		(f"-file-exec-and-symbols {DIR}/program.c", "not in executable format"),
		("-target-detach", "The program is not being run."),
		("-interpreter-exec console", "Usage"),
		("-interpreter-exec tcl x", "could not find interpreter"),
		("print nosuch", 'No symbol "nosuch" in current context.'),
	]:
		error = session.ask(command, "error")
		assert said in error["msg"], f"{command}: {error.line}"
	# The program is killed by somebody else in the middle.
	session.ask(f"-file-exec-and-symbols {DIR}/program")
	session.ask("-break-insert -t main")
	session.go("-exec-run")
	pid = int(session.ask("-list-thread-groups")["groups"][0]["pid"])
	os.kill(pid, signal.SIGKILL)
	stop = session.go("-exec-continue")
	same((stop["reason"], stop["signal-name"]), ("exited-signalled", "SIGKILL"))
	same(session.ask("-data-evaluate-expression limit")["value"], "3")
	session.end()


def main():
	with open(f"{DIR}/program.c", "w", encoding="utf-8") as file:
		file.write(SOURCE)
	subprocess.run([CC, "-g", "-O0", "-fno-pie", "-no-pie", "-o", f"{DIR}/program", f"{DIR}/program.c"], check=True)
	failed = 0
	why = machine.no_breakpoints(PROGRAM)
	for test in (vscode_launch, vscode_pause, vscode_attach, emacs, beside, watches, bad_input):
		# In a process that was attached to, and for data, breakpoints are the processor's.
		if why and test in (vscode_attach, watches):
			print(f"skipped {test.__name__}: {why}")
			continue
		try:
			test()
			print(f"ok {test.__name__}")
		except AssertionError as error:
			failed += 1
			print(f"not ok {test.__name__}: {error}")
	subprocess.run(["rm", "-r", DIR], check=True)
	return 1 if failed else 0


if __name__ == "__main__":
	sys.exit(main())
