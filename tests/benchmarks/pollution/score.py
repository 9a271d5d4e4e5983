#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How well `millrace` reads spoiled tables, as the paper that faults.py names measures it: ten figures of 0 to 1 for each copy, whose
sum is at most 10: success, and precision, recall and F1 of header, records and cells, as multisets. A record is what its cells
are, one behind another, with numbers by their values; a cell is its text.

score.py MILLRACE [--set pollock|beyond] [--told] [--kind KIND] [--keep FOLDER]"""
import argparse
import collections
import concurrent.futures
import csv
import json
import pathlib
import subprocess
import tempfile

import faults

csv.field_size_limit(1 << 30)


def normal(text):
    try:
        return repr(float(text))
    except ValueError:
        return text.strip().lower()


def shares(right, found):
    """Precision, recall and F1 of two multisets."""
    if not right:
        return [1.0] * 3 if not found else [0.0, 1.0, 0.0]
    common = sum((collections.Counter(right) & collections.Counter(found)).values())
    if not common:
        return [0.0] * 3
    precision, recall = common / len(found), common / len(right)
    return [precision, recall, 2 * precision * recall / (precision + recall)]


def pipeline(case, told):
    params = {"path": "in.csv"} | (case.told if told else {})
    steps = [{"id": "in", "type": "read.csv", "params": params, "onError": "skip"},
             {"id": "out", "type": "write.csv", "params": {"path": "out.csv"}}]
    return {"millrace": 1, "steps": steps, "links": [{"from": "in", "to": "out"}]}


def run(program, case, told, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "in.csv").write_bytes(case.bytes)
    (folder / "p.millrace").write_text(json.dumps(pipeline(case, told)))
    out = folder / "out.csv"
    out.unlink(missing_ok=True)
    done = subprocess.run([program, "run", "p.millrace", "--progress", "never"], cwd=folder, capture_output=True, text=True)
    (folder / "said.txt").write_text(done.stderr)
    if done.returncode not in (0, 3):
        return None
    with open(out, encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    # Names that were made up aren't in the file; what was told isn't asked for them.
    return table[1:] if told and case.hides_header else table


def score(case, table):
    if table is None:
        return [0.0] * 10
    header, rows = (table[0], table[1:]) if table else ([], [])
    right = [case.header] + case.rows if case.header else []
    return [1.0] + shares([normal(cell) for cell in case.header], [normal(cell) for cell in header]) \
        + shares(["".join(map(normal, row)) for row in case.rows], ["".join(map(normal, row)) for row in rows]) \
        + shares([cell for row in right for cell in row], [cell for row in table for cell in row])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--set", choices=["pollock", "beyond"], default="pollock")
    parser.add_argument("--told", action="store_true", help="all of it by parameters, nothing guessed")
    parser.add_argument("--kind")
    parser.add_argument("--keep", type=pathlib.Path, help="where the copies are left; else they are removed")
    options = parser.parse_args()
    cases = list(faults.beyond()) if options.set == "beyond" else [*faults.of_files(), *faults.of_rows()]
    cases = [case for case in cases if options.kind in (None, case.kind)]
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or pathlib.Path(made)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            def of(at):
                name = f"{at:04}" if not options.keep else f"{at:04} {cases[at].kind} {cases[at].name}".replace("/", "_")
                place = folder / name
                return score(cases[at], run(options.program, cases[at], options.told, place))
            scores = list(pool.map(of, range(len(cases))))
    kinds = collections.defaultdict(list)
    for case, figures in zip(cases, scores):
        kinds[case.kind].append((figures, case.name))
    print("| kind | copies | score | success | header | records | cells | worst |\n|---|--:|--:|--:|--:|--:|--:|---|")
    for kind, all_figures in kinds.items():
        count = len(all_figures)
        mean = [sum(figures[at] for figures, _ in all_figures) / count for at in range(10)]
        least, worst = min((sum(figures), name) for figures, name in all_figures)
        print(f"| {kind} | {count} | {sum(mean):.3f} | {mean[0]:.3f} | {mean[3]:.3f} | {mean[6]:.3f} | {mean[9]:.3f} | "
              f"{least:.2f}{' at ' + worst if worst != kind else ''} |")
    print(f"\nsimple: {sum(map(sum, scores)) / len(scores):.3f}", end="")
    weights = {kind: faults.WEIGHTS.get(kind, 0) for kind in kinds}
    if sum(weights.values()):
        total = sum(weights[kind] * sum(sum(f) for f, _ in figures) / len(figures) for kind, figures in kinds.items())
        print(f", weighted: {total / sum(weights.values()):.3f}", end="")
    print()


if __name__ == "__main__":
    main()
