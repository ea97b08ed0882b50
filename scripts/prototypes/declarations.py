# SPDX-License-Identifier: LGPL-2.1-or-later
"""The functions that C headers declare, as text that src/lang can read."""

import os
import re
import subprocess

TOKEN = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\"(?:\\.|[^\"\\])*\"|\.\.\.|'[^']*'|[^\s]")
NOISE = {"extern", "__extension__", "inline", "__inline", "__inline__", "_Noreturn", "register", "static"}
RESTRICT = {"restrict", "__restrict", "__restrict__"}
# Types of parameters that GNU mode declares as transparent unions or enums of its own.
PLAIN = {
    "__SOCKADDR_ARG": ["struct", "sockaddr", "*"],
    "__CONST_SOCKADDR_ARG": ["const", "struct", "sockaddr", "*"],
    "__rlimit_resource_t": ["int"],
    "__itimer_which_t": ["int"],
    "__rusage_who_t": ["int"],
    "__priority_which_t": ["int"],
    "__gwchar_t": ["wchar_t"],
    "__gnuc_va_list": ["va_list"],
    "__builtin_va_list": ["va_list"],
}
WORDS = {"void", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "_Bool", "const",
         "volatile", "struct", "union", "enum"}
KEYWORDS = WORDS | {"auto", "break", "case", "continue", "default", "do", "else", "for", "goto", "if", "inline",
                    "register", "restrict", "return", "sizeof", "static", "switch", "typedef", "while"}


def exported(name):
    """The functions that the library or program @name exports, in their default versions; None if it is not there."""
    path = subprocess.run([os.environ.get("CC", "cc"), f"-print-file-name={name}"], check=True, text=True,
                          stdout=subprocess.PIPE).stdout.strip()
    if not os.path.exists(path):
        return None
    out = subprocess.run(["nm", "-D", "--defined-only", path], check=True, text=True, stdout=subprocess.PIPE).stdout
    return {match[1] for match in re.finditer(r"^\w+ [TWi] ([\w.]+)(?:@@\S+)?$", out, re.M)}


def types(path):
    """The names of types that src/lang knows, from types.def."""
    return set(re.findall(r"^IJ_T\((\w+),", path.read_text(), re.M)) | {"bool"}


def group_end(tokens, start):
    """The index behind the group that opens at @start."""
    depth = 0
    for at in range(start, len(tokens)):
        if tokens[at] in "([{":
            depth += 1
        elif tokens[at] in ")]}":
            depth -= 1
            if not depth:
                return at + 1
    raise SystemExit("generate: a group has no end: " + " ".join(tokens[start:start + 20]))


def statements(tokens):
    """Each declaration of a file, without its semicolon; bodies of functions are left out."""
    at, first = 0, 0
    while at < len(tokens):
        if tokens[at] in ("(", "[", "{"):
            body = tokens[at] == "{" and at > first and tokens[at - 1] == ")"
            end = group_end(tokens, at)
            if body:
                first = end
            at = end
        elif tokens[at] == ";":
            yield tokens[first:at]
            at += 1
            first = at
        else:
            at += 1


def plain(tokens):
    """@tokens without attributes and assembler names, whether it never returns, and the assembler name."""
    out, noreturn, name, at = [], "_Noreturn" in tokens, None, 0
    while at < len(tokens):
        token = tokens[at]
        if token in ("__attribute__", "__asm__", "__asm", "asm") and tokens[at + 1:at + 2] == ["("]:
            end = group_end(tokens, at + 1)
            noreturn = noreturn or "__noreturn__" in tokens[at:end] or "noreturn" in tokens[at:end]
            if token != "__attribute__":
                name = "".join(text.strip('"') for text in tokens[at + 2:end - 1])
            at = end
            continue
        if token == "[" and tokens[at + 1] == "[" and (not out or out[-1] == ")"):  # an attribute of C2x
            at = group_end(tokens, at)
            continue
        if token not in NOISE and token not in RESTRICT:
            out.append("const" if token == "__const" else token)
        at += 1
    return out, noreturn, name


class Declaration:
    """One function: its name, the tokens of its result type, and those of each parameter."""

    def __init__(self, name, result, params, noreturn, typedefs, structs):
        self.name, self.result, self.params, self.noreturn, self.typedefs = name, result, params, noreturn, typedefs
        self.structs = structs

    def text(self, known):
        """As one line of C, or None if it has a type that calls cannot carry. @known: names of types."""
        try:
            result = spell(by_value(self.result, self, known), None, self.typedefs, known)
            params = [spell(by_value(tokens, self, known), name, self.typedefs, known)
                      for tokens, name in map(split_name, self.params)]
        except Uncallable:
            return None
        if "(" in result:
            return None  # the name would have to stand inside
        return f"{result}{'' if result.endswith('*') else ' '}{self.name}({', '.join(params) or 'void'});"


class Uncallable(Exception):
    """A struct by value of more than numbers, an argument list, a number that C17 does not have."""


def by_value(tokens, decl, known):
    """@tokens with the members of a struct by value, as one token, where each is a number or a pointer."""
    words = [token for token in tokens if token not in (None, "const")]
    # One without a tag is another in each declaration: nothing but a result can be it.
    if tokens is decl.result and len(words) == 1 and words[0] not in known:
        inside = [token for token in decl.typedefs.get(words[0], []) if token]
        if inside[:2] == ["struct", "{"] and group_end(inside, 1) == len(inside):
            return ["struct", members(inside[2:-1], decl, known), None]
    if len(words) == 2 and words[0] == "struct" and words[1] in decl.structs:
        return words + [members(decl.structs[words[1]], decl, known), None]
    return tokens


def members(tokens, decl, known):
    """The text of the members @tokens, in braces."""
    out = []
    for statement in statements(tokens):
        if not {"{", ",", ":", "("}.isdisjoint(statement):
            raise Uncallable
        text = spell(*split_name(statement), decl.typedefs, known)
        if not set(re.findall(r"[a-z_]\w*", text)[:-1]) <= WORDS | known:
            raise Uncallable
        out.append(text + ";")
    return "{" + " ".join(out) + "}"


def split_name(param):
    """The tokens of a parameter with its name replaced by None, and the name."""
    depth = 0
    for at, token in enumerate(param):
        if token == "(" and param[at + 1] == "*":  # a pointer to function
            end = at + 2
            while param[end] in ("*", "const"):
                end += 1
            name = param[end] if re.match(r"\w", param[end]) else None
            return param[:end] + [None] + param[end + (name is not None):], name
        depth += token in "[{"
    brackets = param.index("[") if "[" in param else len(param)
    last = param[brackets - 1]
    words = [token for token in param[:brackets] if re.match(r"\w", token)]
    tagged = len(words) > 1 and words[-2] in ("struct", "union", "enum")
    if re.match(r"[A-Za-z_]", last) and last not in WORDS and len(words) > 1 and not tagged and \
            any(word not in ("const", "volatile") for word in words[:-1]):
        return param[:brackets - 1] + [None] + param[brackets:], last
    return param[:brackets] + [None] + param[brackets:], None


def spell(tokens, name, typedefs, known):
    """C text of the type @tokens around @name."""
    if tokens == ["...", None] or tokens == ["..."]:
        return "..."
    if None not in tokens:
        tokens = tokens + [None]
    tokens = expand_lists(expand(tokens, typedefs, known), typedefs, known)
    name = name and name.lstrip("_")
    if name in KEYWORDS or name in known:
        name = None
    return join([token if token is not None else name for token in tokens if token is not None or name], known)


def expand_lists(tokens, typedefs, known):
    """@tokens with the parameter lists of pointers to functions in types that src/lang knows, without names."""
    at = next((i for i in range(1, len(tokens)) if tokens[i - 1:i + 1] == [")", "("]), None)
    if at is None:
        return tokens
    try:
        params = [spell(split_name(param)[0], None, typedefs, known) for param in parameters(tokens, at)]
    except Uncallable:
        params = [""]  # not said
    inner = TOKEN.findall(", ".join(params) if params else "void")
    return tokens[:at + 1] + inner + tokens[group_end(tokens, at) - 1:]


def public(token, pointer, typedefs, known):
    """The public name of the type @token, if there is one: __pid_t is pid_t."""
    short = token.lstrip("_")
    if token.startswith("_") and (short in known or (pointer and short in typedefs)):
        return short
    return token


def expand(tokens, typedefs, known):
    """@tokens in types that src/lang knows; inner parameter lists lose their names' underscores only."""
    for _ in range(20):
        at = next((i for i, token in enumerate(tokens) if token and re.match(r"[A-Za-z_]", token) and
                   token not in ("const", "volatile")), None)
        token = tokens[at]
        if token in ("va_list", "_Complex", "__complex__", "_Float128", "__float128"):
            raise Uncallable
        if token in PLAIN:
            tokens = tokens[:at] + PLAIN[token] + tokens[at + 1:]
            continue
        # An array decays.
        pointer = any(after in ("*", "[", "(") for after in tokens[at + 1:])
        if token in ("struct", "union"):
            by_value_here = any(after and after.startswith("{") and after != "{" for after in tokens[at + 1:at + 3])
            if tokens[at + 1] == "{" or not (pointer or by_value_here):
                raise Uncallable
            return tokens
        if token in WORDS or token in known:
            return tokens
        short = public(token, pointer, typedefs, known)
        if short != token:
            tokens = tokens[:at] + [short] + tokens[at + 1:]
            continue
        if pointer or token not in typedefs:
            if not pointer:
                raise Uncallable
            return tokens
        inside = typedefs[token]
        hole = inside.index(None)
        tokens = inside[:hole] + tokens[at + 1:] if hole == len(inside) - 1 and not tokens[:at] else \
            tokens[:at] + inside[:hole] + tokens[at + 1:] + inside[hole + 1:]
        if "{" in inside:
            brace = tokens.index("{")
            if tokens[0] != "enum" or brace > 2:
                raise Uncallable
            tokens = ["int"] + tokens[group_end(tokens, brace):]
    raise Uncallable


def join(tokens, known):
    """Tokens as a person writes C."""
    out = ""
    for at, token in enumerate(tokens):
        if token == "int" and at and tokens[at - 1] in ("short", "long"):
            continue
        if token == "_Bool":
            token = "bool"
        token = token.lstrip("_") if token.lstrip("_") in known else token
        if not out or token in (",", ")", "[", "]", "...") and not (token == "..." and out[-1] == ","):
            out += token
        elif out[-1] in "(*[" or token == "(" and not re.search(r"\w$", out):
            out += token
        else:
            out += " " + token
    return re.sub(r"(?<=[\s(*])__(?=\w+[,)])", "", out).replace("( ", "(")


def preprocess(text, folders):
    """@text as the compiler proper sees it, or None if a header is missing."""
    done = subprocess.run([os.environ.get("CC", "cc"), "-E", "-P", "-O0", "-xc", "-"] +
                          [f"-I{folder}" for folder in folders], input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return None if done.returncode else done.stdout


def parameters(tokens, at):
    """The tokens of each parameter of the list that opens at @at."""
    params, first, i = [], at + 1, at + 1
    while i < len(tokens):
        if tokens[i] == "(":
            i = group_end(tokens, i)
            continue
        if tokens[i] in (",", ")"):
            params.append(tokens[first:i])
            first = i + 1
        i += 1
    return [] if params in ([["void"]], [[]]) else params


def parse(text):
    """The functions that the preprocessed @text declares."""
    typedefs, structs, decls = {}, {}, []
    for statement in statements(TOKEN.findall(re.sub(r"^#.*$", "", text, flags=re.M))):
        tokens, noreturn, assembler = plain(statement)
        if tokens[:1] == ["typedef"]:
            shape, name = split_name(tokens[1:])
            if name:
                typedefs.setdefault(name, shape)
            continue
        if tokens[:1] == ["struct"] and tokens[2:3] == ["{"] and group_end(tokens, 2) == len(tokens):
            structs.setdefault(tokens[1], tokens[3:-1])
            continue
        at = next((i for i, token in enumerate(tokens) if token == "("), None)
        if not at or not re.match(r"[A-Za-z_]\w*$", tokens[at - 1]) or group_end(tokens, at) != len(tokens) or \
                "{" in tokens:
            continue
        if assembler and assembler != tokens[at - 1]:
            continue
        decls.append(Declaration(tokens[at - 1], tokens[:at - 1], parameters(tokens, at), noreturn, typedefs,
                                 structs))
    return decls
