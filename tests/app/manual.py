#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the manual pages: that groff and man read them without a warning, and that they say, word for word, what the programs' help and
the catalogue of steps say. usage: manual.py MILLRACE PAGES..."""
import json
import os
import re
import subprocess
import sys

WIDE = "100000n"  # columns, so that no text is broken


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8", **more)


def plain(text):
    return " ".join(text.split())


def warnings(page):
    groff = output("groff", "-man", "-Tutf8", "-ww", page).stderr
    man = output("man", "-l", "--warnings", page, env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""}).stderr
    return [line for line in (groff + man).splitlines() if line]


def rendered(page):
    text = output("groff", "-man", "-Tutf8", "-P-cbou", f"-rLL={WIDE}", "-dAD=l", "-rHY=0", page).stdout
    return plain(text.replace("\u2212", "-").replace("\u2010", "-"))


def expected_of_programs(millrace):
    """What `millrace help` says of each command: its description, its options and their texts, unbroken."""
    for command in re.findall(r"^  millrace ([a-z-]+)", output(millrace, "help").stdout, re.M):
        head, _, rest = output(millrace, "help", command).stdout.partition("\n\n")
        about, _, options = rest.partition("\n\n")
        yield head.removeprefix("millrace ")
        yield plain(about)
        for option in re.split(r"\n(?=  --)", options):
            if option.strip():
                yield plain(option)


def expected_of_steps(millrace):
    for step in json.loads(output(millrace, "steps", "--json").stdout):
        yield plain(step["type"] + " " + step["help"])
        for param in step["params"]:
            yield plain(param["help"])


def main():
    millrace, *pages = sys.argv[1:]
    faults = [f"{page}: {line}" for page in pages for line in warnings(page)]
    expected = {"millrace.1": expected_of_programs, "millrace-pipeline.5": expected_of_steps}
    for page in pages:
        text = rendered(page)
        sentences = list(expected.get(os.path.basename(page), lambda _: ["--screenshot OUT.png Writes a picture"])(millrace))
        faults += [f"{page} doesn't say: {sentence}" for sentence in sentences if sentence not in text]
        print(f"{page}: {len(sentences)} texts")
        with open(page, encoding="utf-8") as source:
            faults += [f"{page}: nothing is said of {tag}" for tag in re.findall(r'^\.B "(.*)"\n$\n', source.read(), re.M)]
        if not sentences:
            faults.append(f"{page}: nothing was compared")
    print("\n".join(faults))
    sys.exit(bool(faults) or len(pages) < 2)


main()
