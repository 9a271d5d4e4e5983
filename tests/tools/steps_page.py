#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes resources/docs/STEPS.md of the program's own catalogue.
usage: steps_page.py MILLRACE            writes the page
       steps_page.py MILLRACE --check    fails where the page isn't what would be written"""
import difflib
import json
import pathlib
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "resources/docs/STEPS.md"


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def usual(param):
    """What a parameter is when nothing is said."""
    if param.get("required"):
        return "needed"
    value = param.get("default")
    return "" if value in (None, "", [], {}) else f"`{cell(json.dumps(value, ensure_ascii=False))}`"


def kind(param):
    words = param["kind"]
    if "choices" in param:
        words = ", ".join(f"`{choice}`" for choice in param["choices"])
    return cell(words + (f" ({param['unit']})" if param.get("unit") else ""))


def step_lines(step):
    yield f"### `{step['type']}`: {step['title']}"
    yield ""
    yield step["help"]
    yield ""
    ports = [f"{name}: {', '.join(f'`{port}`' for port in step[key])}" for name, key in (("in", "inputs"), ("out", "outputs")) if step[key]]
    if "outputsFrom" in step:
        ports[-1] += f", and those that `{step['outputsFrom']}` names"
    facts = ["; ".join(ports)]
    if step["mostWorkers"]:
        facts.append("one worker" if step["mostWorkers"] == 1 else f"at most {step['mostWorkers']} workers")
    if step["ordered"]:
        facts.append("gets its items in order")
    if step["fittable"]:
        facts.append("learns from data (`millrace fit`)")
    yield ". ".join(fact[0].upper() + fact[1:] for fact in facts if fact) + "."
    if step["params"]:
        yield ""
        yield "| parameter | kind | else | what it does |"
        yield "|---|---|---|---|"
        for param in step["params"]:
            yield f"| `{param['name']}` | {kind(param)} | {usual(param)} | {cell(param['help'])} |"
    yield ""


def page(steps):
    yield "# The steps"
    yield ""
    yield "Made by `tests/tools/steps_page.py` from what `millrace steps --json` says; `millrace steps TYPE` shows one of them in the terminal."
    yield ""
    families = {}
    for step in steps:
        families.setdefault(step["family"], []).append(step)
    for family, members in families.items():
        yield f"- **{family}**: " + ", ".join(f"`{step['type']}`" for step in members)
    yield ""
    for family, members in families.items():
        yield f"## {family}"
        yield ""
        for step in members:
            yield from step_lines(step)


def main():
    catalogue = subprocess.run([sys.argv[1], "steps", "--json"], check=True, capture_output=True, text=True).stdout
    made = "\n".join(page(json.loads(catalogue))).rstrip() + "\n"
    if "--check" not in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return
    kept = PAGE.read_text(encoding="utf-8")
    sys.stdout.writelines(difflib.unified_diff(kept.splitlines(True), made.splitlines(True), "STEPS.md", "as the program says"))
    if kept != made:
        sys.exit("resources/docs/STEPS.md isn't what the steps say; run tests/tools/steps_page.py MILLRACE")


main()
