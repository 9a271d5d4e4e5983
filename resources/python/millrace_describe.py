# SPDX-License-Identifier: MIT
"""python3 -m millrace describe FILE.py: writes the manifest that makes the file a step of its own.

The file is read, not executed: what decorator, arguments and docstring say has to stand there as it is.
"""
import ast
import inspect
import json
import os
import re
import sys

_KINDS = {"str": "text", "int": "integer", "float": "number", "bool": "boolean", "list": "list of texts", "dict": "any",
          "Path": "input file", "Field": "field", "Fields": "fields", "InputFile": "input file",
          "OutputFile": "output file", "Folder": "folder", "Expression": "expression", "Code": "code", "Any": "any",
          "Secret": "secret"}
_OPTIONS = {"id", "title", "help", "icon", "family", "ports", "workers", "ordered", "params", "synonyms", "python",
            "startTimeLimit", "timeLimit"}
_PARAM_KEYS = {"kind", "title", "help", "unit", "required", "minimum", "maximum", "choices", "secret", "default"}


class NotDescribed(Exception):
    """A sentence about what is wrong with a file."""


def _name(node):
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _literal(node, what):
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise NotDescribed("%s isn't written as a plain value (line %d); the file isn't executed to find out."
                           % (what, node.lineno)) from None


def _decorated(tree):
    """All functions that are steps: (function, word, options)."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for decorator in function.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            target = call.func if call else decorator
            word = _name(target)
            isOurs = isinstance(target, ast.Name) or _name(getattr(target, "value", None)) == "millrace"
            if word in ("step", "source", "sink") and isOurs:
                yield function, word, {key.arg: _literal(key.value, key.arg) for key in call.keywords} if call else {}


def _kind(annotation, default):
    """kind, and choices where it is one."""
    if annotation is None:
        return _KINDS.get(type(default).__name__, "text") if default is not None else "text", None
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = ast.parse(annotation.value, mode="eval").body
    if isinstance(annotation, ast.Subscript):
        word = _name(annotation.value)
        if word == "Literal":
            choices = _literal(annotation.slice, "Literal")
            return "choice", list(choices) if isinstance(choices, tuple) else [choices]
        if word == "Optional":
            return _kind(annotation.slice, default)
        if word == "dict" and ast.unparse(annotation.slice) == "(str, str)":
            return "object of texts", None
        return _KINDS.get(word, "any"), None
    return _KINDS.get(_name(annotation), "any"), None


def _helps(docstring):
    """What a docstring says of the step, and of arguments in lines `name: what it is`."""
    text, arguments = [], {}
    for paragraph in re.split(r"\n\s*\n", docstring or ""):
        lines = paragraph.strip().splitlines()
        found = [re.match(r"\s*(?::param\s+)?(\w+)(?:\s*\([^)]*\))?\s*:\s+(\S.*)", line) for line in lines]
        if lines and lines[0].strip() in ("Args:", "Arguments:", "Parameters:"):
            lines, found = lines[1:], found[1:]
        if lines and all(found):
            arguments.update({match[1]: match[2].strip() for match in found})
        elif lines:
            text.append(" ".join(line.strip() for line in lines))
    return " ".join(text), arguments


def _params(function, first, further, helps):
    arguments = function.args.posonlyargs + function.args.args
    defaults = [None] * (len(arguments) - len(function.args.defaults)) + function.args.defaults
    known = list(zip(arguments, defaults))[first:] + list(zip(function.args.kwonlyargs, function.args.kw_defaults))
    params = []
    for argument, node in known:
        default = _literal(node, "The default of " + argument.arg) if node is not None else None
        kind, choices = _kind(argument.annotation, default)
        param = {"name": argument.arg, "kind": kind}
        if kind == "secret":
            param.update({"kind": "text", "secret": True})
        if choices:
            param["choices"] = choices
        if node is None:
            param["required"] = True
        elif default is not None:
            param["default"] = default
        if argument.arg in helps:
            param["help"] = helps[argument.arg]
        more = further.get(argument.arg, {})
        if unknown := set(more) - _PARAM_KEYS:
            raise NotDescribed("params of %s: %s is unknown." % (argument.arg, sorted(unknown)[0]))
        param.update(more)
        params.append(param)
    if unknown := set(further) - {param["name"] for param in params}:
        raise NotDescribed("params names %s, which is no argument of %s." % (sorted(unknown)[0], function.name))
    return params


def described(path):
    """The manifest of a file, as a dict."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        found = list(_decorated(ast.parse(text)))
    except SyntaxError as error:
        raise NotDescribed("line %d: %s." % (error.lineno or 0, error.msg)) from None
    if len(found) != 1:
        raise NotDescribed("there are %d functions with @millrace.step, @millrace.source or @millrace.sink; a file has one step."
                           % len(found))
    function, word, options = found[0]
    options.pop("batch", None)
    if unknown := set(options) - _OPTIONS:
        raise NotDescribed("the option %s of the decorator is unknown; there are %s." % (sorted(unknown)[0], ", ".join(sorted(_OPTIONS))))
    stem = os.path.splitext(os.path.basename(path))[0]
    help, helps = _helps(inspect.cleandoc(ast.get_docstring(function) or ""))
    manifest = {"id": options.pop("id", stem),
                "title": options.pop("title", stem.replace("_", " ").replace("-", " ").capitalize())}
    if help := options.pop("help", help):
        manifest["help"] = help
    manifest["family"] = options.pop("family", "transform") if word == "step" else word
    manifest["command"] = ["python3", os.path.basename(path)]
    params = _params(function, 0 if word == "source" else 1, options.pop("params", {}), helps)
    manifest.update(options)
    if params:
        manifest["params"] = params
    return manifest


def manifest_path(path):
    return os.path.splitext(path)[0] + ".step.json"


def main(arguments):
    if len(arguments) not in (2, 3) or arguments[0] != "describe" or (len(arguments) == 3 and arguments[2] != "-"):
        print("python3 -m millrace describe FILE.py     writes FILE.step.json, which makes FILE.py a step\n"
              "python3 -m millrace describe FILE.py -   prints it", file=sys.stderr)
        return 2
    path = arguments[1]
    try:
        text = json.dumps(described(path), ensure_ascii=False, indent=2) + "\n"
    except (NotDescribed, OSError) as error:
        print("millrace: %s: %s" % (path, error), file=sys.stderr)
        return 2
    if len(arguments) == 3:
        sys.stdout.write(text)
        return 0
    with open(manifest_path(path), "w", encoding="utf-8") as file:
        file.write(text)
    print(manifest_path(path))
    return 0
