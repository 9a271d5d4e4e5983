#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the layout by resources/rooms.txt: that a file includes only its own room and rooms above it, that no folder holds more
than 20 sources, that files don't include each other in a circle but for those in CIRCLES, that ARCHITECTURE.md names every room,
that every .cpp file has a header of its name beside it (but for steps, main programs and those in DECLARED_IN), and that no two
files define a class, struct, union or enum of the same name in the same namespace (but for unnamed ones): in one program that
is an error which nobody tells. usage: check_layers.py [ROOT]"""
import collections
import pathlib
import re
import sys

MOST_FILES = 20  # in a folder
FACE = "core/include"  # the public headers, which forward to those of any room: no room itself

# Files that include each other in a circle, each with its reason.
CIRCLES = {
    "StepBuilder StepType": "a type is described by a builder, and a registry adds a type by its builder",
    "ScriptHost ScriptProcess": "the two ends of one conversation, in one program",
    "FusedChain SourceStage": "a fused chain belongs to its source",
    "Outlets Stage": "a stage has outlets, which lead on to stages",
    "ClusterWorker ClusterWorkerThread": "a process and its threads, which share what it knows of the run",
    "DataContainer ItemCollector": "the collector is a part of the container that isn't to be seen in its header",
    "PipelineDefinition PipelineDrawing": "a definition is drawn by a helper that reads it",
    "BaseQueuedPipeline ParallelQueuedFeatureUnion PipelineRunner SequentialQueuedPipeline StepReference":
        "the base runs by a hidden runner, loads files as one of its two kinds, and gives out references to its steps",
    "QueueWorker WorkerThreads": "the face and what is behind it",
    "GlyphEngine Style Theme": "a theme's icons are drawn in its colours, its style has its icons",
    "CardGround PortNames StepPainter": "one card, drawn in three layers",
    "LinkPainter LinkRoute": "a route is as wide as what is drawn along it",
    "CanvasScene Glide StepItem": "items glide within their scene",
    "CodeEditors FieldEditors ParamEditor SecretEditor SimpleEditors": "an editor is made by the kind of its parameter",
    "InspectorPanel PipelineForm SettingsForm StepForm": "the panel and the forms it shows, which ask it to follow a link",
}

# Files without a header of their name, each with the header that declares what is in it, and its reason.
DECLARED_IN = {
    "app/images/Images": ("core/images/ImageCalls", "a library of its own, which is opened by what that says"),
    "app/millrace/commands/KeptCommand": ("app/millrace/commands/Commands", "one of the commands"),
    "app/millrace/commands/NewStepCommand": ("app/millrace/commands/Commands", "one of the commands"),
    "app/millrace/commands/ErrorsCommand": ("app/millrace/commands/Commands", "one of the commands"),
    "core/data/ColumnRows": ("core/data/Column", "one class, which is long"),
    "core/cluster/ClusterSessionAnswers": ("core/cluster/ClusterSession", "one class, which is long"),
    "core/formats/csv/CsvDecoderFaults": ("core/formats/csv/CsvDecoder", "what one class says"),
    "core/data/json/Json": ("core/data/Value", "a value's texts, which nobody wants without the value"),
    "core/expression/language/ParserArrow": ("core/expression/language/Parser", "one grammar, whose rules call each other"),
    "core/expression/language/ParserLiterals": ("core/expression/language/Parser", "one grammar, whose rules call each other"),
    "core/expression/language/ParserValues": ("core/expression/language/Parser", "one grammar, whose rules call each other"),
    "core/expression/script/host/ScriptExpression": ("core/expression/script/host/ScriptWork", "one of the two works, made there"),
    "core/expression/script/ScriptPattern": ("core/expression/values/Pattern", "declared without Qt, done with it"),
    "core/expression/script/host/ScriptTransform": ("core/expression/script/host/ScriptWork", "one of the two works, made there"),
    "core/expression/script/host/ScriptPrelude": ("core/expression/script/ScriptSource", "one long text"),
    "core/pipeline/check/CheckFiles": ("core/pipeline/check/CheckParts", "one part of a check, a function each"),
    "core/pipeline/check/CheckGraph": ("core/pipeline/check/CheckParts", "one part of a check, a function each"),
    "core/pipeline/check/CheckSplits": ("core/pipeline/check/CheckParts", "one part of a check, a function each"),
    "core/pipeline/check/CheckSteps": ("core/pipeline/check/CheckParts", "one part of a check, a function each"),
    "core/streaming/files/PipelineFiles": ("core/streaming/BaseQueuedPipeline", "how pipelines are saved and loaded"),
    "app/calls/MillraceCalls": ("app/calls/Calls", "a program's call line, a function each"),
    "app/calls/StudioCalls": ("app/calls/Calls", "a program's call line, a function each"),
    "app/millrace/cluster/AttachCommand": ("app/millrace/commands/Commands", "a command, a function each"),
    "app/millrace/cluster/ClusterCommand": ("app/millrace/commands/Commands", "a command, a function each"),
    "app/millrace/cluster/DeployCommand": ("app/millrace/commands/Commands", "a command, a function each"),
    **{f"app/millrace/commands/{name}": ("app/millrace/commands/Commands", "a command, a function each")
       for name in ("CompleteCommand", "ExplainCommand", "FitCommand", "Help", "PeekCommand", "RunCommand", "RunsCommand",
                    "SimulateCommand", "StepsCommand", "ValidateCommand", "WorkerCommand")},
}


class Rooms:
    """The list of rooms. A room is named by its folder."""

    def __init__(self, lines):
        self.order, self.qt, self.beside = {}, {}, {}
        group = 0
        for line in lines:
            if not line.strip() or line.startswith("#"):
                continue
            name, qt, _ = (cell.strip() for cell in line.split("|"))
            group += not name.startswith("=")
            name = name.lstrip("= ")
            self.order[name], self.qt[name], self.beside[name] = len(self.order), qt, group

    def of(self, folder):
        """The room that a folder is, or lies in; None: it is no room."""
        while folder and folder not in self.order:
            folder = folder.rpartition("/")[0]
        return folder or None

    def problem(self, room, target):
        """Why a file of one room may not include one of another, or None."""
        own, other = room.split("/"), target.split("/")
        common = 0
        while common < min(len(own), len(other)) and own[common] == other[common]:
            common += 1
        if common in (len(own), len(other)):
            return None  # the same room, or one is part of the other
        own, other = "/".join(own[: common + 1]), "/".join(other[: common + 1])
        if self.order[other] > self.order[own]:
            return "is a later room"
        return "is a room beside it" if self.beside[own] == self.beside[other] else None


def include_problem(root, rooms, part, room, quoted, included):
    """Why this include is wrong, or None. ROOM is None for a file that lies in no room."""
    if not quoted:
        qt = rooms.qt.get(room)
        if part != "core" or not re.match(r"(Qt\w*/)?Q[A-Z]", included):
            return None
        if qt == "none":
            return "includes a Qt header"
        return "includes Qt Qml" if qt != "qml" and re.match(r"(QtQml/)?Q(JS|Qml)", included) else None
    if re.match(r"moc_|.*\.moc$", included):
        return None
    if part == "app":
        return "is a room of the window" if room == "app/millrace" and (root / "ui" / included).exists() else None
    target = next((rooms.of(f"{p}/{included}".rpartition("/")[0]) for p in ("core", "ui") if (root / p / included).exists()), None)
    if part == "core" and not (target or "").startswith("core/"):
        return "is no room of core"
    if target is None or room is None or (part == "ui" and target.startswith("core/")):
        return None
    return rooms.problem(room, target)


def circles(files, root):
    """Lists of files (by stem) that include each other in a circle: Tarjan's strongly connected components."""
    stems = {str(f.relative_to(root).with_suffix("")) for f in files}
    leads_to = collections.defaultdict(set)
    for file in files:
        relative = file.relative_to(root)
        for included in re.findall(r'^\s*#\s*include\s*"([^"]+)\.h"', file.read_text(encoding="utf-8"), re.M):
            for target in (f"{relative.parts[0]}/{included}", f"core/{included}"):
                if target in stems:
                    leads_to[str(relative.with_suffix(""))].add(target)
                    break
    index, low, stack, found = {}, {}, [], []

    def visit(stem):
        index[stem] = low[stem] = len(index)
        stack.append(stem)
        for target in sorted(leads_to[stem]):
            if target not in index:
                visit(target)
                low[stem] = min(low[stem], low[target])
            elif target in stack:
                low[stem] = min(low[stem], index[target])
        if low[stem] == index[stem]:
            circle = set(stack[stack.index(stem) :])
            del stack[stack.index(stem) :]
            if len(circle) > 1:
                found.append(circle)

    sys.setrecursionlimit(10_000)
    for stem in sorted(stems):
        if stem not in index:
            visit(stem)
    return found


def layout_problems(files, root, rooms):
    counts = collections.Counter(str(f.parent.relative_to(root)) for f in files)
    for folder, count in sorted(counts.items()):
        if count > MOST_FILES and not folder.startswith(FACE):
            yield f"{folder}: {count} sources are more than a reader takes in ({MOST_FILES}); part it"
    known = [frozenset(circle.split()) for circle in CIRCLES]
    for circle in circles(files, root):
        if frozenset(pathlib.Path(stem).name for stem in circle) not in known:
            yield f"{' '.join(sorted(circle))}: they include each other in a circle; cut it, or give its reason in CIRCLES"
    text = (root / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for room in rooms.order:
        if room.count("/") == 1 and f"`{room}`" not in text:
            yield f"ARCHITECTURE.md: doesn't name {room}"


def without_header(files, root):
    """A line for each .cpp file whose header nobody finds, and for each entry of DECLARED_IN that isn't needed."""
    bare = {str(f.relative_to(root).with_suffix("")) for f in files
            if f.suffix == ".cpp" and not f.with_suffix(".h").exists() and f.name != "main.cpp"
            and not re.match(r"core/steps/\w+/", str(f.relative_to(root)))}
    for stem in sorted(bare - DECLARED_IN.keys()):
        yield f"{stem}.cpp: has no header of its name; give it one, or name in DECLARED_IN where it is declared, and why"
    for stem, (header, _) in sorted(DECLARED_IN.items()):
        if stem not in bare:
            yield f"{stem}.cpp: has a header, or is gone; take it out of DECLARED_IN"
        elif not (root / f"{header}.h").exists():
            yield f"{header}.h: is gone; say in DECLARED_IN where {stem}.cpp is declared"


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


def named_apart(files, root):
    """Names in anonymous namespaces of one library that stand in several files: the development build compiles several files as one, in
    groups that shift with each new file, so that they would clash one day."""
    where = collections.defaultdict(set)
    for file in files:
        relative = file.relative_to(root)
        if file.suffix != ".cpp" or relative.parts[0] == "app":
            continue
        library = "/".join(relative.parts[:2])
        for body in re.findall(r"^namespace \{\n(.*?)^\} // namespace$", file.read_text(encoding="utf-8"), re.S | re.M):
            for line in body.splitlines():
                if not line or line[0] in " }/#{":
                    continue
                constant = re.match(r"(?:inline |static )?(?:constexpr|const) [\w:<>,* ]+?[ *]\**\w+(?:\[\])?\s*[={]", line)
                kind = re.match(r"(?:struct|class|enum class|enum) (\w+)", line)
                function = re.match(r"[\w:<>,*& ]+?[ *&](\w+\(.*)$", line)
                if constant:
                    names = re.findall(r"[ *](\w+)(?:\[\])?\s*[={]", line)
                elif kind:
                    names = [kind[1]]
                else:
                    names = [re.sub(r"\b\w+(?=[,)])", "", function[1])] if function else []
                for name in names:
                    where[library, name].add(str(relative))
    return [f'"{name}" is in {" and ".join(sorted(places))}: one name for one thing in a library, or share it'
            for (library, name), places in sorted(where.items()) if len(places) > 1]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    rooms = Rooms((root / "resources/rooms.txt").read_text(encoding="utf-8").splitlines())
    files = [f for part in ("core", "ui", "app") for f in sorted((root / part).rglob("*")) if f.suffix in (".h", ".cpp")]
    found = []
    for file in files:
        folder = str(file.parent.relative_to(root))
        part = folder.split("/")[0]
        room = "/".join(folder.split("/")[:2]) if part == "app" else rooms.of(folder)
        if folder.startswith(FACE):
            continue
        if room is None:
            found.append(f"{file.relative_to(root)}: {folder} is no room; name it in resources/rooms.txt")
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            include = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', line)
            why = include and include_problem(root, rooms, part, room, include[1] == '"', include[2])
            if why:
                found.append(f'{file.relative_to(root)}:{number}: "{include[2]}" {why}')
    found += layout_problems(files, root, rooms)
    found += without_header(files, root)
    found += defined_twice(files, root)
    found += named_apart(files, root)
    print("\n".join(found) or f"{len(files)} files include only their own rooms and rooms above; no type is defined twice.")
    sys.exit(bool(found) or not files)


main()
