#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that a file includes only its own room and rooms above it, and that no two files define a class, struct, union or enum of
the same name in the same namespace (but for unnamed ones): in one program that is an error which nobody tells. usage: check_layers.py [ROOT]"""
import pathlib
import re
import sys

CORE = ["data", "metrics", "process", "expression", "steps", "pipeline", "trust", "engine", "fitting", "savers", "streaming", "analysis"]
FACE = "include"  # the public headers, which forward to those of any room
SHARED = ["theme", "model"]
SIBLINGS = ["canvas", "palette", "inspector", "monitor", "log", "preview", "welcome"]
NO_QT = ["data", "metrics", "process", "steps", "analysis"]


def problem(part, room, file, quoted, included):
    """Why this include is wrong, or None. ROOM is '' for a file of the part's own folder."""
    own = (file.parent / included).exists() or re.match(r"moc_|.*\.moc$", included)
    target = included.split("/")[0] if "/" in included else room if own else ""
    if not quoted:
        qt = re.match(r"(Qt\w*/)?Q[A-Z]", included)
        if part != "core" or not qt:
            return None
        if room in NO_QT or (room == "expression" and not re.fullmatch(r"Script\w*\.cpp", file.name)):
            return "includes a Qt header"
        if room != "expression" and re.match(r"(QtQml/)?Q(JS|Qml)", included):
            return "includes Qt Qml"
        return None
    if part == "core":
        if room == FACE and target in CORE:
            return None
        if target not in CORE:
            return "is no room of core"
        return "is a later room" if CORE.index(target) > CORE.index(room) else None
    if part == "app":
        return "is a room of the window" if room == "millrace" and target in SHARED + SIBLINGS else None
    if target in CORE or room == "":
        return None
    if room in SHARED:
        return None if target in SHARED[: SHARED.index(room) + 1] else "is not for a shared room"
    return None if target in SHARED + [room] else "is a sibling"


def definitions(text):
    """The qualified names of the types that a file defines outside of any type, function or unnamed namespace."""
    text = re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|^[ \t]*#(?:\\\n|[^\n])*', " ", text, flags=re.S | re.M)
    scopes, head = [], ""  # of braces: a namespace's name, or None
    for token in re.findall(r"[{};]|[^{};]+", text):
        if token == ";":
            head = ""
        elif token == "}":
            if scopes:
                scopes.pop()
            head = ""
        elif token != "{":
            head += token
        else:
            namespace = re.search(r"\bnamespace\s*([\w:]*)\s*$", head)
            # Of a specialisation the name ends in >, and templates may share names only so.
            kind = r"\b(?:class|struct|union|enum(?:\s+(?:class|struct))?)\s+(?:alignas\s*\([^)]*\)\s*)?(?:\[\[.*?\]\]\s*)?"
            found = re.search(kind + r"(\w+)\s*(?:final\s*)?(?::(?!:)[^()]*)?$", head)
            if found and None not in scopes and not namespace:
                yield "::".join([*scopes, found[1]])
            scopes.append(namespace[1] or None if namespace else None)
            head = ""


def defined_twice(files, root):
    """A line for each name that two files define."""
    first = {}
    for file in files:
        for name in definitions(file.read_text(encoding="utf-8")):
            other = first.setdefault(name, file)
            if other != file:
                yield f"{file.relative_to(root)}: {name} is defined in {other.relative_to(root)} too; give one of them another name"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = [f for part in ("core", "ui", "app") for f in sorted((root / part).rglob("*")) if f.suffix in (".h", ".cpp")]
    found = []
    for file in files:
        part, *folders = file.relative_to(root).parts[:-1]
        room = folders[0] if folders else ""
        if part == "core" and room not in [*CORE, FACE] or part == "ui" and room not in ["", *SHARED, *SIBLINGS]:
            found.append(f"{file.relative_to(root)}: {part}/{room} is no room; name it in {pathlib.Path(__file__).name}")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            why = include and problem(part, room, file, include[1] == '"', include[2])
            if why:
                found.append(f'{file.relative_to(root)}:{number}: "{include[2]}" {why}')
    found += defined_twice(files, root)
    print("\n".join(found) or f"{len(files)} files include only their own rooms and rooms above; no type is defined twice.")
    sys.exit(bool(found) or not files)


main()
