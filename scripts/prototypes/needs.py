# SPDX-License-Identifier: LGPL-2.1-or-later
"""The reviewed tables LIBRARY.needs, and the classes of state that the policy says a function holds.

A table begins with the comment that the written file begins with. Then come sections: a line in the first column,
which is what stands behind a declaration ("need: allocator; traits: blocks"; "need: only none" where the policy is not
to add anything) or "leave out: REASON"; and below it
indented lines of names. A pattern stands for the names that no line names; of several the longest counts. # begins a
comment.
"""

import fnmatch
import re

LEFT_OUT = object()


class Entry:
    """What a caller must know of a function."""

    def __init__(self, need, traits, only=False):
        self.need, self.traits, self.only = need, traits, only

    def annotation(self, held, noreturn):
        """What stands behind the declaration. @held: classes that the policy says it holds."""
        need, traits = list(self.need), list(self.traits)
        if noreturn and "noreturn" not in traits:
            traits.append("noreturn")
        # What may be called from any signal handler minds no state, whatever it holds while it runs.
        if need != ["all"] and "signal-safe" not in traits and not self.only:
            need += [name for name in held if name not in need]
        if len(need) > 1:
            need = [name for name in need if name != "none"]
        return f" // need: {', '.join(need)}" + (f"; traits: {', '.join(traits)}" if traits else "")


class Table:
    """A reviewed table; take() also notes what was asked for."""

    def __init__(self, heading):
        self.heading, self.names, self.patterns, self.used = heading, {}, [], set()

    def take(self, name):
        """The entry of @name, LEFT_OUT, or None if nobody has reviewed it."""
        if name in self.names:
            self.used.add(name)
            return self.names[name]
        for pattern, entry in sorted(self.patterns, key=lambda row: -len(row[0])):
            if fnmatch.fnmatchcase(name, pattern):
                self.used.add(pattern)
                return entry
        return None

    def unused(self):
        """What the table names and nobody has asked for."""
        return sorted((set(self.names) | {pattern for pattern, _ in self.patterns}) - self.used)


def section(line):
    """The entry that a section's first line gives."""
    if line.startswith("leave out:"):
        return LEFT_OUT
    match = re.fullmatch(r"need: (only )?([a-z, ]+?)(?:; traits: ([a-z, -]+))?", line)
    if not match:
        raise SystemExit(f"generate: '{line}' is neither 'need: ...; traits: ...' nor 'leave out: ...'")
    return Entry(match[2].split(", "), match[3].split(", ") if match[3] else [], bool(match[1]))


def read(path):
    """The table at @path."""
    heading, _, rest = path.read_text().partition("*/\n")
    heading = heading[heading.index("/*"):]
    # The file is C up to here, as what is written.
    table, entry = Table("/* SPDX-License-Identifier: LGPL-2.1-or-later */\n" + heading + "*/\n"), None
    for line in rest.splitlines():
        line = line.split("#")[0].rstrip()
        if not line:
            continue
        if not line[0].isspace():
            entry = section(line)
            continue
        for name in line.split():
            if "*" in name:
                table.patterns.append((name, entry))
            elif name in table.names:
                raise SystemExit(f"generate: {path.name}: {name} stands there twice")
            else:
                table.names[name] = entry
    return table


def held(folder, patterns):
    """The classes that the policy files @patterns of @folder give each function that they name."""
    out = {}
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        classes, active = [], False
        for line in path.read_text().splitlines():
            match = re.match(r"\[([a-z ]+)\]", line)
            if match:
                classes, active = match[1].split(), False
            words = line.split("#")[0].split()
            active = words[:1] == ["function"] or (active and line[:1].isspace())
            for name in words[words[:1] == ["function"]:] if active else []:
                if classes != ["none"]:
                    out.setdefault(name, []).extend(name for name in classes if name not in out.get(name, []))
    return out
