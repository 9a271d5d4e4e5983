#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Whether memory is bounded: every step of the catalogue, in threads and in processes, over 300 000 and 3 000 000 items, and
over 300 items of 8 MB. usage: memory.py MILLRACE [--steps ID,ID] [--folder DIR] [--items N] [--markdown]

What counts is VmHWM of the program and all its children. It fails where ten times the items take 8 MiB more, where items of 8 MB
take more than four of them beyond the same pipeline without the step (a source: with read.lines; a sink may have six), and five
more in each child process beyond what that takes for tiny items, and where a step of the catalogue has no entry here. DIR needs 8 GB."""
import argparse
import http.server
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

MIB = 1 << 20
LARGE, LARGES = 8_000_000, 300
MOST_GROWTH = 8 * MIB
MOST_LARGE = 4 * LARGE
MOST_OF_WRITER = 2 * LARGE  # a sink is two stages, one that makes text of items and one that writes it: a queue more
MOST_OF_CHILD = 5 * LARGE  # the item, the same as the two bytes a character of a script engine, a message on either side

NUMBERS = {"id": "src", "type": "generate"}
END = {"id": "end", "type": "discard"}
TEXTS = {"id": "src", "type": "read.lines"}


class Entry:
    """How a step is tried: its parameters, over numbers and over large texts; whether it learns first."""

    def __init__(self, small=None, large=None, fits=False, before=(), exempt=None, children=0, options=(), keyed=False,
                 endless=False, leaves_by="", large_before=()):
        self.small = small or {}
        self.large = self.small if large is None else large
        self.fits = fits
        self.endless = endless
        self.leaves_by = leaves_by  # the output that is looked at, where it isn't the only one
        self.keyed = keyed  # large items get a small field value and a small field kind
        self.before = list(before)  # steps between the source and it
        self.large_before = list(large_before)  # the same for large items
        self.exempt = exempt  # why it holds what it is given
        self.children = children  # processes that work for each worker, each with an item of its own
        self.options = list(options)


def category(name):
    return {"id": name, "type": "formula", "params": {"expression": '"kind " + text(value % 7)', "field": "kind"}}


LETTER = {"id": "letter", "type": "formula", "params": {"expression": '"a"', "field": "kind"}}
LENGTH = {"id": "length", "type": "formula", "params": {"expression": "id % 5", "field": "value"}}
# Behind what is tried, where items are large: queues fill up, or the peak would be a matter of luck.
SLOW = {"id": "slow", "type": "delay", "params": {"milliseconds": 2}}
LITTLE = "4 MiB"  # of the memory that a step may have which holds items back: the rest is in files
FEW = {"id": "few", "type": "limit", "params": {"every": 1000}}
COPIED = {"id": "copied", "type": "files.copy", "params": {"from": "kinds.csv", "to": "out.copies/{value}", "exists": "replace"}}
ECHO = ["cat"]
URL = "http://127.0.0.1:0/"  # of the server that answers with a word; main() puts its port in
ENTRIES = {
    "generate": Entry(),
    "read.csv": Entry(),
    "read.jsonl": Entry(),
    "read.lines": Entry(),
    "read.files": Entry({"content": "none"}, {"content": "text"}, exempt="lists its files before it hands them on, sorted"),
    "read.container": Entry(exempt="reads its file as a whole"),
    "add": Entry({"by": 1}),
    "multiply": Entry({"by": 2}),
    "convert": Entry({"types": {"value": "text"}}, {"types": {"text": "real"}}),  # which fails
    "formula": Entry({"expression": "value * 2", "field": "double"}, {"expression": "upper(text)", "field": "text"}),
    "identity": Entry(),
    "rename": Entry({"names": {"value": "v"}}, {"names": {"text": "t"}}),
    "select": Entry({"fields": ["value"]}, {"fields": ["text"]}),
    "filter": Entry({"expression": "value % 2 == 0"}, {"expression": 'contains(text, "y")'}),
    "javascript": Entry({"code": "function transform(item) { return item }"}, children=1),
    "program": Entry({"command": ECHO, "protocol": "lines"}, children=1),
    "merge": Entry(),
    "union": Entry(options=["--memory", "32 MiB"]),  # what waits goes to a file beyond a quarter of it
    # Both inputs come of the same source: what waits on the left goes to a file, too.
    "join": Entry({"on": {"value": "value"}, "memory": LITTLE}, {"on": {"value": "value"}, "how": "semi", "memory": LITTLE},
                  keyed=True, options=["--memory", "32 MiB"],
                  exempt="what comes by both inputs is under way at once: two large items more than is usual"),
    "cluster.kmeans": Entry({"fields": ["value"], "clusters": 3, "attempts": 1}, fits=True,
                            exempt="keeps its numbers while it learns, 8 bytes each"),
    "encode.onehot": Entry({"fields": ["kind"]}, fits=True, before=[category("kind")]),
    "encode.ordinal": Entry({"fields": ["kind"]}, fits=True, before=[category("kind")]),
    "impute": Entry(fits=True),
    "regress.linear": Entry({"target": "more"}, fits=True, before=[
        {"id": "more", "type": "formula", "params": {"expression": "value * 3 + 1", "field": "more"}}]),
    "scale.minmax": Entry(fits=True),
    "scale.standard": Entry(fits=True),
    "discard": Entry(),
    "view": Entry({"limit": 3}),
    "write.container": Entry({"path": "out.json"}),
    "write.csv": Entry({"path": "out.csv"}),
    "write.jsonl": Entry({"path": "out.jsonl"}),
    "write.lines": Entry({"path": "out.txt", "field": "value"}, {"path": "out.txt"}),
    "read.json": Entry(),
    "write.json": Entry({"path": "out.json"}),
    "table": Entry({"rows": [1, 2]}, exempt="its items are in the pipeline itself"),
    "sort": Entry({"by": ["-value"], "memory": LITTLE}, keyed=True,
                  exempt="an item of each of two runs is compared while one is read and one leaves: two large items more than is usual"),
    "aggregate": Entry({"by": ["kind"], "values": {"total": "sum(value)"}}, before=[category("kind")], keyed=True),
    "distinct": Entry({"by": ["value"], "memory": LITTLE}, keyed=True),
    "sample": Entry({"fraction": 0.5}),
    "limit": Entry({"every": 2}),
    "number": Entry(),
    "fill": Entry({"fields": ["value"]}, {"fields": ["text"]}, exempt="keeps the last value of each field"),
    "collect": Entry({"count": 10}, {"count": 2}, exempt="one item of its is several of those before it"),
    "summary": Entry({"fields": ["value"], "memory": LITTLE}, keyed=True),
    "pivot": Entry({"by": ["value"], "names": "kind", "value": "value", "memory": LITTLE}, before=[category("kind")], keyed=True),
    "window": Entry({"values": {"mean": "mean(value, 2)"}}, keyed=True),
    "split": Entry({"field": "kind", "separator": " "}, {"field": "text", "separator": "x"}, before=[category("kind")]),
    "unpivot": Entry({"fields": ["value", "kind"]}, {"fields": ["text"]}, before=[category("kind")]),
    "flatten": Entry({"separator": "."}),
    "unflatten": Entry({"separator": "."}),
    "parse.json": Entry({"field": "kind", "into": "parsed"}, {"field": "text"}, before=[
        {"id": "kind", "type": "formula", "params": {"expression": 'text(value)', "field": "kind"}}]),
    "replace": Entry({"fields": ["kind"], "find": "kind", "with": "sort"}, {"fields": ["text"], "find": "x", "with": "z"},
                     before=[category("kind")]),
    "extract": Entry({"field": "kind", "pattern": "(?<number>[0-9]+)"}, {"field": "text", "pattern": "(?<first>^y)"},
                     before=[category("kind")]),
    "hash": Entry({"algorithm": "xxh3"}),
    "validate": Entry({"rules": [{"field": "value", "type": "integer"}]}, {"rules": [{"field": "text", "type": "text"}]}),
    "image": Entry(exempt="holds the pixels of a picture for each worker, as many as maxPixels lets it", endless=True),
    "http.request": Entry({"url": URL}, {"url": URL, "method": "POST", "body": "text"}, before=[FEW]),
    "files.copy": Entry({"from": "kinds.csv", "to": "out.copies/{value}", "exists": "replace"},
                        {"from": "kinds.csv", "to": "out.copies/{value}", "exists": "replace"}, keyed=True, before=[FEW]),
    "files.move": Entry({"from": "out.copies/{value}", "to": "out.moved/{value}", "exists": "replace"}, keyed=True,
                        before=[FEW, COPIED], large_before=[COPIED]),
    "files.delete": Entry({"from": "out.copies/{value}"}, keyed=True, before=[FEW, COPIED], large_before=[COPIED]),
    "write.files": Entry({"to": "out.files/{value}", "field": "value", "exists": "replace"},
                         {"to": "out.files/{value}", "field": "text", "exists": "replace"}, keyed=True, before=[FEW]),
    "read.tail": Entry(exempt="never ends: tests/steps/tst_follow looks at it", endless=True),
    "watch.folder": Entry(exempt="never ends: tests/steps/tst_follow looks at it", endless=True),
    "throttle": Entry({"rate": 1e9}),
    "read.xml": Entry(exempt="Qt's reader has a text in UTF-16, two bytes a character"),
    "read.xlsx": Entry(exempt="keeps the texts that cells share"),
    "read.parquet": Entry(exempt="needs DuckDB's library"),
    "write.parquet": Entry(exempt="needs DuckDB's library"),
    "sql": Entry(exempt="needs DuckDB's library"),
    "write.xlsx": Entry({"path": "out.xlsx"}, exempt="keeps the texts that cells share, and a sheet ends at 1 048 576 rows",
                        endless=True),
    "input": Entry(exempt="stands for what comes into a pipeline that is a step", endless=True),
    "output": Entry(exempt="stands for what comes out of a pipeline that is a step", endless=True),
    "pipeline": Entry(exempt="holds what the steps in it hold", endless=True),
    "read.sql": Entry({"query": "SELECT * FROM t"}, exempt="Qt's driver has a text twice in UTF-16, two bytes a character"),
    "write.sql": Entry({"database": "out.db", "table": "t"}, exempt="as read.sql"),
    "lookup": Entry({"file": "kinds.csv", "on": {"kind": "kind"}}, {"file": "kinds.csv", "on": {"text": "kind"}},
                    before=[category("kind")]),
    "route": Entry({"rules": [{"port": "even", "when": "value % 2 == 0"}]},
                   {"rules": [{"port": "even", "when": 'contains(text, "y")'}]}, leaves_by="even"),
    "delay": Entry({"milliseconds": 0}),
    "fail": Entry({"expression": "true"}, exempt="fills the log, up to its bound"),
    "work": Entry({"microseconds": 0}),
}


class Bench:
    def __init__(self, program, folder, items):
        self.program, self.folder, self.items = os.path.abspath(program), folder, items
        self.steps = {step["type"] if "type" in step else step["id"]: step
                      for step in json.loads(subprocess.check_output([self.program, "steps", "--json"]))}
        self.bases = {}

    def make(self, name, begin, line, end, count):
        path = self.folder / name
        if not path.exists():
            with open(path, "w") as file:
                file.write(begin)
                for number in range(count):
                    file.write(line(number))
                file.write(end)
        return name

    @staticmethod
    def make_workbook(path, values, is_text):
        """One of a single sheet, whose rows have one cell each; more than 1 048 576 of them are read all the same."""
        if path.exists():
            return
        space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr("xl/workbook.xml", f'<workbook xmlns="{space}" xmlns:r="urn:r"><sheets><sheet name="a" r:id="a"/></sheets></workbook>')
            archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="a" Target="a.xml"/></Relationships>')
            with archive.open("xl/a.xml", "w", force_zip64=True) as sheet:
                sheet.write(f'<worksheet xmlns="{space}"><sheetData><row>{cell_of("text" if is_text else "value", True)}</row>'.encode())
                for value in values:
                    sheet.write(f"<row>{cell_of(value, is_text)}</row>".encode())
                sheet.write(b"</sheetData></worksheet>")

    def source(self, kind, count, is_large):
        """A step of that kind that reads so many items."""
        step = {"id": "src", "type": kind, "params": {}}
        value = (lambda n: "y" * LARGE) if is_large else str
        field = "text" if is_large else "value"
        name = f"{kind}.{count}.{'large' if is_large else 'small'}"
        if kind == "generate":
            step["params"] = {"count": count}
        elif kind == "read.csv":
            step["params"]["path"] = self.make(name, field + "\n", lambda n: value(n) + "\n", "", count)
        elif kind == "read.lines":
            step["params"]["path"] = self.make(name, "", lambda n: value(n) + "\n", "", count)
        elif kind == "read.jsonl":
            step["params"]["path"] = self.make(name, "", lambda n: json.dumps({field: value(n)}) + "\n", "", count)
        elif kind == "read.json":
            step["params"]["path"] = self.make(
                name, "[", lambda n: ("," if n else "") + json.dumps({field: value(n)}), "]", count)
        elif kind == "read.xml":
            step["params"]["path"] = self.make(
                name, "<r>", lambda n: f"<i><{field}>{value(n)}</{field}></i>\n", "</r>", count)
        elif kind == "read.xlsx":
            step["params"]["path"] = name + ".xlsx"
            self.make_workbook(self.folder / (name + ".xlsx"), (value(n) for n in range(count)), is_large)
        elif kind == "read.sql":
            step["params"]["database"] = name
            if not (self.folder / name).exists():
                with sqlite3.connect(self.folder / name) as database:
                    database.execute(f"CREATE TABLE t ({field})")
                    database.executemany("INSERT INTO t VALUES (?)", ((value(n) if is_large else n,) for n in range(count)))
        elif kind == "read.container":
            step["params"]["path"] = self.make(
                name, '{"data_inputs": [null', lambda n: "," + json.dumps(value(n)), "]}", min(count, self.items // 10))
        elif kind == "read.files":
            count = count if is_large else count // 100
            folder = self.folder / name
            if not folder.exists():
                folder.mkdir()
                first = folder / "0"
                first.write_text(value(0))
                for number in range(1, count):
                    os.link(first, folder / str(number))
            step["params"] = {"folder": name}
        return step

    def chain(self, kind, place, count, is_large, is_without=False):
        """The pipeline that tries a step, or the same without it."""
        entry, role = ENTRIES[kind], self.steps[kind]["kind"]
        params = entry.large if is_large else entry.small
        if role == "source" and not is_without:
            first = self.source(kind, count, is_large)
            first["params"].update(params)
            steps = [first, dict(END)]
            if is_large:
                steps.insert(1, dict(SLOW))
        else:
            steps = [self.source("read.lines" if is_large else "generate", count, is_large)]
            if is_large and (entry.fits or entry.keyed):
                steps += [dict(LENGTH), dict(LETTER)]
            if not is_large or kind == "regress.linear":
                steps += [dict(step) for step in entry.before]
            if is_large:
                steps += [dict(step) for step in entry.large_before]
            tried = {"id": "tried", "type": kind, "params": params}
            if kind in ("fail", "convert", "parse.json", "validate"):
                tried["onError"] = "skip"
            if place == "processes":
                tried["runIn"] = place
            behind = [dict(SLOW)] if is_large else []
            if is_without:
                steps += behind + [dict(END)]
            else:
                steps += behind + [tried] if role == "sink" else [tried] + behind + [dict(END)]
        links = [{"from": a["id"], "to": b["id"]} for a, b in zip(steps, steps[1:])]
        if entry.leaves_by and not is_without:
            next(link for link in links if link["from"] == "tried")["from"] += "." + entry.leaves_by
        inputs = self.steps[kind]["inputs"]
        if len(inputs) > 1 and not is_without:
            at = next(i for i, link in enumerate(links) if link["to"] == "tried")
            feeding = links.pop(at)["from"]
            links += [{"from": feeding, "to": f"tried.{port}"} for port in inputs]
        if role == "combine" and not is_without:
            links.append({"from": links[0]["from"], "to": "tried"})
        batching = {"size": 1 if is_large else 100}
        return {"millrace": 1, "batching": batching, "defaults": {"queueSize": 1 if is_large else 10}, "steps": steps,
                "links": links}

    def peak_without(self, kind, count, is_large):
        """Of the same pipeline without the step: measured once for those that have the same."""
        text = json.dumps(self.chain(kind, "threads", count, is_large, True))
        if text not in self.bases:
            path = self.folder / "p.millrace"
            path.write_text(text)
            self.bases[text] = self.watch(["run", str(path), "--trust", "--quiet", "--progress", "never"])
        return self.bases[text]

    def peak(self, kind, place, count, is_large=False):
        path = self.folder / "p.millrace"
        path.write_text(json.dumps(self.chain(kind, place, count, is_large)))
        calls = [["run", str(path), "--trust", "--quiet", "--progress", "never"] + ENTRIES[kind].options]
        if ENTRIES[kind].fits:
            calls = [["fit", str(path), "--save", str(self.folder / "fitted"), "--trust", "--quiet"],
                     calls[0] + ["--fitted", str(self.folder / "fitted")]]
        most = 0
        for call in calls:
            most = max(most, self.watch(call))
        for out in self.folder.glob("out.*"):
            shutil.rmtree(out) if out.is_dir() else out.unlink()
        return most

    def watch(self, call):
        process = subprocess.Popen([self.program] + call, cwd=self.folder, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        marks, errors = {}, []
        reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
        reader.start()
        while process.poll() is None:
            for pid in tree(process.pid):
                marks[pid] = max(marks.get(pid, 0), high_water(pid))
            time.sleep(0.004)
        reader.join()
        if process.returncode not in (0, 3):
            raise RuntimeError(f"{' '.join(call)}: {errors[0].strip()[-300:]}")
        return sum(marks.values())


def cell_of(value, is_text):
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if is_text else f"<c><v>{value}</v></c>"


def tree(root):
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                todo += map(int, open(f"/proc/{pid}/task/{task}/children").read().split())
        except OSError:
            pass
    return found


def high_water(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def places(step):
    return ["threads", "processes"] if step["kind"] == "transform" and step["type"] not in ("program",) else ["threads"]


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            left -= len(self.rfile.read(min(left, 1 << 16))) or left
        self.send_response(200)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"done")

    do_POST = do_GET

    def log_message(self, *_):
        pass


def serve():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for params in (ENTRIES["http.request"].small, ENTRIES["http.request"].large):
        params["url"] = f"http://127.0.0.1:{server.server_port}/"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--steps", default="")
    parser.add_argument("--folder", default="")
    parser.add_argument("--items", type=int, default=3_000_000)
    parser.add_argument("--markdown", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder or None) as folder:
        bench = Bench(options.program, pathlib.Path(folder), options.items)
        (bench.folder / "kinds.csv").write_text("kind,name\n" + "".join(f"kind {n},k{n}\n" for n in range(7)))
        wanted = options.steps.split(",") if options.steps else list(bench.steps)
        failures = [f"{kind} has no entry" for kind in bench.steps if kind not in ENTRIES]
        form = "| {} | {} | {} | {} | {} | {} | {} |" if options.markdown else "{:16} {:10} {:>9} {:>9} {:>9} {:>9}  {}"
        print(form.format("step", "in", f"{options.items // 10:,}", f"{options.items:,}", "300 large", "without", ""))
        if options.markdown:
            print("|---|---|---|---|---|---|---|")
        serve()
        for kind in (kind for kind in wanted if kind in ENTRIES and not ENTRIES[kind].endless):
            for place in places({"type": kind, "kind": bench.steps[kind]["kind"]}):
                failures += measure(bench, kind, place, form)
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


def measure(bench, kind, place, form):
    entry = ENTRIES[kind]
    try:
        few, many = bench.peak(kind, place, bench.items // 10), bench.peak(kind, place, bench.items)
        has_large = kind not in ("generate", "read.container")
        large = bench.peak(kind, place, LARGES, True) if has_large else 0
        without = bench.peak_without(kind, LARGES, True) if has_large else 0
    except RuntimeError as error:
        print(form.format(kind, place, "", "", "", "", "fails"), flush=True)
        return [f"{kind}, {place}: {error}"]
    allowed = without + MOST_LARGE
    if bench.steps[kind]["kind"] == "sink":
        allowed += MOST_OF_WRITER
    if children := entry.children + (1 if place == "processes" else 0):
        allowed += few - bench.peak_without(kind, bench.items // 10, False) + children * MOST_OF_CHILD
    wrong = []
    if many - few > MOST_GROWTH:
        wrong.append(f"grows by {(many - few) / MIB:.0f} MiB")
    if large > allowed:
        wrong.append(f"large items take {(large - allowed) / MIB:.0f} MiB too much")
    remark = ", ".join(wrong)
    if entry.exempt and wrong:
        remark += f" ({entry.exempt})"
    print(form.format(kind, place, round(few / MIB), round(many / MIB), round(large / MIB) if large else "-",
                      round(without / MIB) if large else "-", remark), flush=True)
    return [] if entry.exempt else [f"{kind}, {place}: {text}" for text in wrong]


if __name__ == "__main__":
    main()
