#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Kills and stops runs at random moments, resumes each, and compares the results with those of an undisturbed run.
usage: kill_and_resume.py MILLRACE [--kills N] [--seed N] [--folder DIR]

Three million rows go to a CSV file and to JSON Lines; one item of 5 003 fails. Three of four times the program is killed (SIGKILL), else
stopped (SIGTERM). It fails where a byte of the results differs, where a failed item is missing or there twice, and where anything is left beside the
results. DIR needs 2 GB."""
import argparse
import glob
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

ROWS = 3_000_000
MOST_KILLS_A_ROUND = 12

PIPELINE = {
    "millrace": 1, "defaults": {"onError": "skip"}, "batching": {"size": 500},
    "steps": [
        {"id": "in", "type": "read.csv", "params": {"path": "in.csv", "types": {"price": "real"}}},
        {"id": "double", "type": "formula", "params": {"field": "double", "expression": "price * 2"}, "workers": 2},
        {"id": "keep", "type": "filter", "params": {"expression": "id % 7 != 3"}},
        {"id": "wait", "type": "delay", "params": {"milliseconds": 0.002}, "workers": 3},
        {"id": "csv", "type": "write.csv", "params": {"path": "out.csv"}},
        {"id": "lines", "type": "write.jsonl", "params": {"path": "out.jsonl"}}],
    "links": [{"from": "in", "to": "double"}, {"from": "double", "to": "keep"}, {"from": "keep", "to": "wait"},
              {"from": "wait", "to": "csv"}, {"from": "wait", "to": "lines"}]}


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def failed_items():
    """What failed where, in any order."""
    with open("p.millrace.failed/items.jsonl", encoding="utf-8") as file:
        return sorted((item["origin"], item["step"], item["message"]) for item in map(json.loads, file))


def left_over():
    return [name for name in os.listdir(".") if name.startswith(".out") or ".partial" in name]


def one_round(millrace, counts):
    """A run that is broken off again and again until it finishes."""
    for name in glob.glob("out.*") + glob.glob(".out*"):
        os.unlink(name)
    for attempt in range(MOST_KILLS_A_ROUND + 1):
        process = subprocess.Popen([millrace, "run", "p.millrace", "--quiet", "--resume"], stderr=subprocess.PIPE, text=True)
        patience = random.uniform(0.3, 6.0) if attempt < MOST_KILLS_A_ROUND else 600
        try:
            _, said = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            wish = random.choice([signal.SIGKILL] * 3 + [signal.SIGTERM])
            process.send_signal(wish)
            _, said = process.communicate()
            counts["broken off"] += process.returncode in (-signal.SIGKILL, 130)
        counts["resumed"] += "It goes on after" in said
        if process.returncode in (0, 3):
            return
        if process.returncode not in (-signal.SIGKILL, 130):
            sys.exit(f"it ended with {process.returncode}: {said}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("millrace")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder")
    arguments = parser.parse_args()
    millrace = os.path.abspath(arguments.millrace)
    random.seed(arguments.seed)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        os.chdir(folder)
        with open("in.csv", "w", encoding="utf-8") as file:
            file.write("id,name,price,when\n")
            for i in range(ROWS):
                file.write(f'{i},"n, {i % 977}",{"x" if i % 5003 == 17 else i * 0.25},2024-01-{i % 28 + 1:02d}\n')
        with open("p.millrace", "w", encoding="utf-8") as file:
            json.dump(PIPELINE, file)
        started = time.monotonic()
        undisturbed = subprocess.run([millrace, "run", "p.millrace", "--quiet"], stderr=subprocess.DEVNULL, check=False)
        if undisturbed.returncode != 3:
            sys.exit(f"the undisturbed run ended with {undisturbed.returncode}")
        print(f"undisturbed: {time.monotonic() - started:.1f} s")
        expected = [digest("out.csv"), digest("out.jsonl"), failed_items()]
        counts = {"rounds": 0, "broken off": 0, "resumed": 0}
        while counts["broken off"] < arguments.kills:
            one_round(millrace, counts)
            counts["rounds"] += 1
            for what, is_same in (("out.csv", digest("out.csv") == expected[0]), ("out.jsonl", digest("out.jsonl") == expected[1]),
                                  ("what failed", failed_items() == expected[2])):
                if not is_same:
                    sys.exit(f"round {counts['rounds']}: {what} isn't that of an undisturbed run")
            if left_over():
                sys.exit(f"round {counts['rounds']}: {left_over()} were left")
        print(", ".join(f"{name}: {count}" for name, count in counts.items()))
        os.chdir("/")


if __name__ == "__main__":
    main()
