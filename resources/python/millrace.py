# SPDX-License-Identifier: MIT
"""Steps of a pipeline in Python: one decorator.

    import millrace

    @millrace.step
    def transform(item):
        item["price"] = item["cents"] / 100
        return item

The function gets each item as a dict and returns an item, a list of items (or yields them), or None to drop it. What it raises is
the error of that item and of no other. Numbers that JSON has no word for (NaN, infinities) become null. print() writes into the run's log, as does
millrace.log(), and whatever the programs that it starts print. Variables outside the function
keep their values from item to item; each worker is a process of its own, whose number is in millrace.settings.

Use it in a step "program" with the command `python3 FILE.py`. The decorator works on the items until the run ends, so what
stands behind it in the file runs after that.
"""
import datetime
import json
import os
import sys
import time
import traceback
from types import GeneratorType

settings = {}  # of this worker: step, worker, workers, folder, seed

_sink = None  # where answers go, once the standard output is the log's
_BEAT = 0.25  # seconds of silence between two items that end with a heartbeat
_said = 0.0  # when something was written


def _take_output():
    """Keeps the standard output for answers. What anything else writes there, programs it starts included, is for the log."""
    global _sink
    if _sink is None:
        _sink = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        sys.stdout.flush()  # what was printed until now
        sys.stdout = sys.stderr


if "MILLRACE_STEP" in os.environ:  # not where somebody looks at this module or tests with it
    _take_output()


def _write(data):
    global _said
    _sink.write(data)
    _sink.flush()
    _said = time.monotonic()


def _say(message):
    _take_output()
    _write(json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str).encode() + b"\n")


def log(message, level="info"):
    """Writes a line into the run's log; level: "info", "warning" or "error"."""
    _say({"op": "log", "level": level, "message": str(message)})


def heartbeat():
    """Says that this worker is alive, so that the time limit begins again: for items that take long."""
    _say({"op": "heartbeat"})


def _result(function, item):
    try:
        made = function(item)
        if made is None:
            return {"skip": True}
        if isinstance(made, (list, tuple, GeneratorType)):
            return {"many": list(made)}
        return {"ok": made}
    except Exception as error:  # whatever it is, it costs this item only
        return {"error": {"type": type(error).__name__, "message": str(error) or repr(error),
                          "trace": traceback.format_exc(limit=-5)}}


def _results(function, items):
    results = []
    for item in items:
        if time.monotonic() - _said > _BEAT:
            heartbeat()  # so that the time limit is that of an item, not of the batch
        results.append(_result(function, item))
    return results


def _known(value):
    """What JSON doesn't know: dates are written in ISO 8601, nothing else is guessed."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError("a value of the type " + type(value).__name__ + " isn't JSON; return a text or a number in its place")


def _writable(result, encode):
    """The result, or what is wrong with it."""
    try:
        encode(result)
        return result
    except Exception as error:
        return {"error": {"type": type(error).__name__, "message": "The result isn't JSON: " + str(error)}}


def step(function):
    """Gives every item to the function until the run ends."""
    _take_output()
    source = sys.stdin.buffer
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_known, allow_nan=False).encode
    loads = json.loads
    for line in source:
        message = loads(line)
        operation = message.get("op")
        if operation == "batch":
            answer = {"id": message["id"], "results": _results(function, message["items"])}
            try:
                text = encode(answer)
            except Exception:
                answer["results"] = [_writable(result, encode) for result in answer["results"]]
                text = encode(answer)
            _write(text.encode("utf-8", "replace") + b"\n")
        elif operation == "init":
            settings.update(message)
            _say({"op": "ready", "heartbeats": True})
        elif operation == "close":
            break
    return function
