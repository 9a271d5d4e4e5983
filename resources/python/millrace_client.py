# SPDX-License-Identifier: MIT
"""Runs pipelines by the program millrace: millrace.run() and millrace.map()."""
import json
import os
import shutil
import subprocess
import tempfile
import threading


class RunFailed(Exception):
    """A run that failed, was stopped, or was none. `status` is what the program ended with, `report` what the run did, if there was one."""

    def __init__(self, message, status, report=None):
        super().__init__(message)
        self.status = status
        self.report = report


def program():
    """Where the program is: $MILLRACE_PROGRAM, beside this module where both are installed, or in the PATH."""
    named = os.environ.get("MILLRACE_PROGRAM")
    if named:
        return named
    here = os.path.dirname(os.path.abspath(__file__))
    beside = os.path.normpath(os.path.join(here, "..", "..", "..", "bin", "millrace"))
    found = beside if os.access(beside, os.X_OK) else shutil.which("millrace")
    if not found:
        raise FileNotFoundError("The program millrace isn't in the PATH; name it in the variable MILLRACE_PROGRAM.")
    return found


def _text(value):
    return value if isinstance(value, str) else json.dumps(value)


def _options(set, param, workers, fitted, seed, trust):
    options = ["--progress", "never", "--quiet"]
    for name, value in (set or {}).items():
        options += ["--set", "%s=%s" % (name, _text(value))]
    for name, value in (param or {}).items():
        options += ["--param", "%s=%s" % (name, _text(value))]
    for name, value in (("workers", workers), ("fitted", fitted), ("seed", seed)):
        if value is not None:
            options += ["--" + name, str(value)]
    if trust:
        options += ["--trust"] if trust is True else ["--trust", trust]
    return options


def _said(errors, status):
    """What the program said last, as the reason."""
    lines = [line for line in errors.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "millrace ended with status %d." % status


def run(pipeline, set=None, param=None, on_sample=None, workers=None, fitted=None, seed=None, trust=False):
    """Runs a pipeline file, and returns its report as a dict, when it has finished; also where items were skipped or routed because of
    errors: report["items"]["errors"] counts them.

    set: {"STEP.PARAM": value}, as --set. param: {"NAME": value}, the pipeline's parameters. on_sample: called ten times a second with the
    gauges of the run, a dict as a line of --metrics. trust=True: runs its programs and scripts, as --trust does. Raises RunFailed."""
    with tempfile.TemporaryDirectory(prefix="millrace-") as folder:
        report = os.path.join(folder, "report.json")
        command = [program(), "run", os.fspath(pipeline), "--report", report]
        command += _options(set, param, workers, fitted, seed, trust)
        read, write = os.pipe() if on_sample else (None, None)
        if on_sample:
            command += ["--metrics", "/dev/fd/%d" % write]
        with tempfile.TemporaryFile() as errors:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=errors, pass_fds=[write] if on_sample else [])
            try:
                if on_sample:
                    os.close(write)
                    with os.fdopen(read, encoding="utf-8") as lines:
                        for line in lines:
                            on_sample(json.loads(line))
                status = child.wait()
            except BaseException:
                child.terminate()
                child.wait()
                raise
            errors.seek(0)
            text = errors.read().decode("utf-8", "replace")
        done = None
        if os.path.exists(report):
            with open(report, encoding="utf-8") as file:
                done = json.load(file)
    if status not in (0, 3):
        raise RunFailed(_said(text, status), status, done)
    return done


def _ends(pipeline):
    """The steps by which items come and go: those of the types input and output, else the only source and the only sink."""
    steps = pipeline.get("steps", [])
    ends = []
    for word, prefix, what in (("input", "read.", "source"), ("output", "write.", "sink")):
        found = [step for step in steps if step.get("type") == word]
        if len(found) > 1:  # the other ports are dropped, as where nothing is linked to them
            found = [step for step in found if step.get("params", {}).get("port", "out") == "out"]
        found = found or [step for step in steps if str(step.get("type", "")).startswith(prefix)]
        if len(found) != 1:
            raise ValueError("millrace.map() needs a pipeline with one step \"%s\" or one %s of a file, not %d." % (word, what, len(found)))
        ends.append(found[0])
    return ends


def _mapped(path):
    """The pipeline with its ends at the standard input and output, as a file that has no name."""
    with open(path, encoding="utf-8") as file:
        pipeline = json.load(file)
    entry, way_out = _ends(pipeline)
    entry.update({"type": "read.jsonl", "params": {"path": "-"}})
    way_out.update({"type": "write.jsonl", "params": {"path": "-"}})
    file = tempfile.TemporaryFile()
    file.write(json.dumps(pipeline).encode())
    file.seek(0)
    return file


def _feed(items, stream, faults):
    try:
        with stream:
            for item in items:
                stream.write(json.dumps(item, ensure_ascii=False, default=str) + "\n")
    except BrokenPipeError:
        pass  # the program says why
    except Exception as error:
        faults.append(error)


def map(items, pipeline, set=None, param=None, workers=None, fitted=None, seed=None, trust=False):
    """Gives the items (dicts) to a pipeline and yields what comes out of it, while more go in. They enter and leave by its steps "input" and
    "output", or else in the place of its only source and its only sink of files. Raises RunFailed at the end of a run that failed, and what
    `items` raises."""
    folder = os.path.dirname(os.path.abspath(pipeline))
    with _mapped(pipeline) as drawn, tempfile.TemporaryFile() as errors:
        command = [program(), "run", "/dev/fd/%d" % drawn.fileno(), *_options(set, param, workers, fitted, seed, trust)]
        child = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                 pass_fds=[drawn.fileno()], encoding="utf-8")
        faults = []
        feeder = threading.Thread(target=_feed, args=(items, child.stdin, faults), daemon=True)
        feeder.start()
        try:
            for line in child.stdout:
                yield json.loads(line)
            status = child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
            child.stdout.close()
        feeder.join()
        if faults:
            raise faults[0]
        if status not in (0, 3):
            errors.seek(0)
            raise RunFailed(_said(errors.read().decode("utf-8", "replace"), status), status)
