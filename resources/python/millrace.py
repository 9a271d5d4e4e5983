# SPDX-License-Identifier: MIT
"""Steps of a pipeline in Python: one decorator.

    import millrace

    @millrace.step
    def transform(item, rate: float = 1.0):
        item["price"] = item["cents"] / 100 * rate
        return item

The function gets each item as a dict and returns an item, a list of items (or yields them), or None to drop it. Its further
arguments are the step's settings. What it raises is the error of that item and of no other. Numbers that JSON has no word for (NaN,
infinities) become null. print() writes into the run's log, as does millrace.log(), and whatever the programs that it starts
print. Variables outside the function keep their values from item to item; each worker is a process of its own, whose number is in
millrace.settings.

    @millrace.step(batch=True)      gives a list of items, and takes a list with as many results
    @millrace.source                a generator: what it yields are items
    @millrace.sink                  gives each item, and takes nothing

`python3 -m millrace describe FILE.py` makes the file a step of its own, with a form and help; without that it is used in a step
"program" with the command `python3 FILE.py`. A file has one step. The decorator works on the items until the run ends, so what
stands behind it in the file runs after that. Where the file is imported, for a test, the function stays what it is.

    millrace.run("p.millrace", set={"prices.rate": 1.2})     runs a pipeline
    millrace.map(items, "p.millrace")                        gives it items, and takes what comes out
"""
import datetime
import functools
import inspect
import json
import operator
import os
import sys
import threading
import time
import traceback
from types import FunctionType, GeneratorType

settings = {}  # of this worker: step, worker, workers, folder, seed, settings

# Annotations of arguments that are more than a text: a form shows what fits.
Field = str  # the name of a field
Fields = list  # several
InputFile = OutputFile = Folder = str  # paths, absolute when they arrive
Expression = Code = str
Secret = str  # a password or the like: the pipeline says where it is

_sink = None  # where answers go, once the standard output is the log's
_BEAT = 0.25  # seconds of silence between two items that end with a heartbeat
_HAND_ON = 0.02  # seconds after which a source's items aren't held back for more
_said = 0.0  # when something was written
_lock = threading.Lock()  # of what is written
_at_the_end = []
_PLAIN = {str, int, float, bool, type(None)}  # nobody can change them in place


class to:
    """A result that leaves by another output: return millrace.to("rejected", item)."""

    def __init__(self, port, result):
        self.port = port
        self.result = result


def __getattr__(name):
    if name in ("run", "map", "RunFailed"):
        import millrace_client
        return getattr(millrace_client, name)
    raise AttributeError("the module millrace has no " + name)


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
    with _lock:
        _sink.write(data)
        _sink.flush()
    _said = time.monotonic()


def _say(message):
    _take_output()
    _write(json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str).encode("utf-8", "replace") + b"\n")


def log(message, level="info"):
    """Writes a line into the run's log; level: "info", "warning" or "error"."""
    if _sink is None and "MILLRACE_STEP" not in os.environ:
        print(message, file=sys.stderr)  # somebody tests
    else:
        _say({"op": "log", "level": level, "message": str(message)})


def heartbeat():
    """Says that this worker is alive, so that the time limit begins again: for items that take long."""
    if _sink is not None:
        _say({"op": "heartbeat"})


def on_finish(function):
    """The function is called without arguments when a sink has got all items, before its result counts as complete. What it raises
    fails the run."""
    _at_the_end.append(function)
    return function


def _error(error):
    return {"error": {"type": type(error).__name__, "message": str(error) or repr(error),
                      "trace": "".join(traceback.format_exception(type(error), error, error.__traceback__, limit=-5))}}


class _Failed:
    def __init__(self, error):
        self.answer = _error(error)


def _answer(made):
    """Of what a function returned for one item."""
    if type(made) is dict:
        return {"ok": made}
    if made is None:
        return {"skip": True}
    if isinstance(made, _Failed):
        return made.answer
    if isinstance(made, to):
        return {**_answer(made.result), "port": made.port}
    if isinstance(made, (list, tuple)):
        return {"many": list(made)}
    return {"ok": made}


def _one_by_one(function, items):
    made = []
    add, clock, due = made.append, time.monotonic, _said + _BEAT
    for item in items:
        if clock() > due:
            heartbeat()  # so that the time limit is that of an item, not of the batch
            due = _said + _BEAT
        try:
            result = function(item)
            if type(result) is GeneratorType:
                result = list(result)
        except Exception as error:  # whatever it is, it costs this item only
            result = _Failed(error)
        add(result)
    return made


def _all_at_once(function, items):
    """Of a function that takes a list. Where it fails, each item is tried by itself."""
    try:
        made = function(items)
        made = [None] * len(items) if made is None and len(items) != 1 else made
        made = list(made) if made is not None else [None]
        if len(made) != len(items):
            raise ValueError("%d results were returned for %d items; each item needs one" % (len(made), len(items)))
        return made
    except Exception as error:
        if len(items) == 1:
            return [_Failed(error)]
        return [result for item in items for result in _all_at_once(function, [item])]


def _known(value):
    """What JSON doesn't know: dates are written in ISO 8601, nothing else is guessed."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    raise TypeError("a value of the type " + type(value).__name__ + " isn't JSON; return a text or a number in its place")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_known, allow_nan=False).encode


def _writable(answer):
    """The answer for an item, or what is wrong with it."""
    try:
        _encode(answer)
        return answer
    except Exception as error:
        return {"error": {"type": type(error).__name__, "message": "The result isn't JSON: " + str(error)}}


def _by_columns(made, names, columns):
    """Where one dict was made of each item, all with the same keys: their values, key by key, which is written and read faster. A column
    that is as it came in is None."""
    if set(map(type, made)) != {dict} or len(set(map(tuple, made))) != 1:
        return None
    keys = list(made[0])
    if not keys or not all(type(key) is str for key in keys):
        return None
    values = list(zip(*map(dict.values, made)))
    before = dict(zip(names, columns))
    for place, key in enumerate(keys):
        was = before.get(key)
        if was is not None and all(map(operator.is_, was, values[place])) and _PLAIN.issuperset(map(type, was)):
            values[place] = None
    return keys, values


@functools.lru_cache(maxsize=16)
def _maker(names):
    """What makes a dict of each row of columns, spelled out for these names, which is faster than dict(zip(…))."""
    places = ["v%d" % place for place in range(len(names))]
    members = ",".join("%r:%s" % pair for pair in zip(names, places))
    return eval("lambda columns: [{%s} for %s, in zip(*columns)]" % (members, ",".join(places)))


def _answer_batch(work, function, message):
    names, columns = message.get("names"), message.get("columns")
    if columns is None:
        items = message["items"]
    else:
        items = _maker(tuple(names))(columns) if columns else [{} for _ in range(message["count"])]
    made = work(function, items)
    try:
        alike = _by_columns(made, names, columns) if columns else None
        if alike:
            return _encode({"id": message["id"], "names": alike[0], "columns": alike[1]})
        return _encode({"id": message["id"], "results": [_answer(result) for result in made]})
    except Exception:
        return _encode({"id": message["id"], "results": [_writable(_answer(result)) for result in made]})


def _finish():
    for function in _at_the_end:
        function()


def _with_settings(function, first):
    """The function with the step's settings as arguments; `first`: how many arguments it has that aren't settings."""
    given = settings.get("settings") or {}
    known = list(inspect.signature(function).parameters.values())[first:]
    arguments = {argument.name: given[argument.name] for argument in known if argument.name in given}
    if not arguments:
        return function
    if type(function) is FunctionType and all(argument.name in arguments for argument in known) and not function.__closure__:
        # They are its defaults from now on: nothing has to be handed over for each item.
        made = FunctionType(function.__code__, function.__globals__, function.__name__)
        made.__defaults__ = tuple(arguments[argument.name] for argument in known if argument.kind != argument.KEYWORD_ONLY)
        made.__kwdefaults__ = {argument.name: arguments[argument.name] for argument in known
                               if argument.kind == argument.KEYWORD_ONLY}
        return made
    return functools.partial(function, **arguments)


def _serve(function, isBatch):
    """Works on items until the run ends."""
    _take_output()
    work = _all_at_once if isBatch else _one_by_one
    called = function
    for line in sys.stdin.buffer:
        message = json.loads(line)
        operation = message.get("op")
        if operation == "batch":
            _write(_answer_batch(work, called, message).encode("utf-8", "replace") + b"\n")
        elif operation == "init":
            settings.update(message)
            called = _with_settings(function, 1)
            _say({"op": "ready", "heartbeats": not isBatch, "columns": True})
        elif operation == "finish":
            try:
                _finish()
                _say({"id": message["id"]})
            except Exception as error:
                _say({"id": message["id"], **_error(error)})
        elif operation == "close":
            break


class _Given:
    """What a source has given and nobody has fetched yet. Filled by the thread that runs the source, emptied by another one."""
    MOST = 10000

    def __init__(self):
        self.changed = threading.Condition()
        self.items = []
        self.wanted = 1
        self.error = None
        self.isOver = False
        self.isUnwanted = False

    def add(self, item):
        with self.changed:
            self.items.append(item)
            if len(self.items) == 1 or len(self.items) == self.wanted:
                self.changed.notify()
            while len(self.items) >= self.MOST and not self.isUnwanted:
                self.changed.wait()
        return not self.isUnwanted

    def end(self, error=None):
        with self.changed:
            self.error = error
            self.isOver = True
            self.changed.notify()

    def refuse(self):
        with self.changed:
            self.isUnwanted = True
            self.changed.notify()

    def take(self, most):
        with self.changed:
            self.wanted = most
            self.changed.wait_for(lambda: self.items or self.isOver)
            self.changed.wait_for(lambda: len(self.items) >= most or self.isOver, _HAND_ON)
            taken, self.items = self.items[:most], self.items[most:]
            self.changed.notify()
            return taken, self.isOver and not self.items


def _give(given):
    """Answers until the run ends; then the process ends, whatever its source waits for."""
    try:
        for line in sys.stdin.buffer:
            message = json.loads(line)
            if message.get("op") == "fetch":
                items, isEnd = given.take(message["items"])
                if isEnd and given.error is not None and not items:
                    _say({"id": message["id"], **_error(given.error)})
                    continue
                answer = {"id": message["id"], "items": items, "end": isEnd and given.error is None}
                try:
                    text = _encode(answer)
                except Exception as error:
                    text = _encode({"id": message["id"], **_error(error)})
                _write(text.encode("utf-8", "replace") + b"\n")
            elif message.get("op") == "close":
                break
    finally:
        given.refuse()
        if not given.isOver:
            time.sleep(0.5)  # it may end its loop
            os._exit(0)


def _serve_source(function):
    _take_output()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    settings.update(json.loads(line))
    _say({"op": "ready"})
    given = _Given()
    thread = threading.Thread(target=_give, args=(given,), daemon=True)
    thread.start()
    try:
        for item in _with_settings(function, 0)():
            if not given.add(item):
                break
        given.end()
    except Exception as error:
        given.end(error)
    thread.join()


def _declared(serve, function, options):
    """A decorator, with options or without."""
    def decorate(decorated):
        if decorated.__module__ == "__main__":
            serve(decorated, **{key: value for key, value in options.items() if key == "batch"})
        return decorated

    return decorate if function is None else decorate(function)


def step(function=None, **options):
    """Gives every item to the function until the run ends. Options: id, title, help, icon, family, ports, workers, ordered, params, and
    batch=True for a function that takes a list of items and returns a list of results. All but batch are for `describe`."""
    return _declared(lambda decorated, batch=False: _serve(decorated, batch), function, options)


def source(function=None, **options):
    """Takes what the function yields as items. Options as of step()."""
    return _declared(lambda decorated, batch=False: _serve_source(decorated), function, options)


def sink(function=None, **options):
    """Gives every item to the function, which returns nothing. Options as of step()."""
    return step(function, **options)


if __name__ == "__main__":
    import millrace_describe
    sys.exit(millrace_describe.main(sys.argv[1:]))
