#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""W7: a table of 500 000 orders filtered, computed and written by whole processes: `millrace run` beside Miller, pandas
and DuckDB, as far as they are installed. usage: w7.py MILLRACE [--rows N] [--rounds N] [--batch N] [--python PYTHON]
[--duckdb LIBRARY]

PYTHON is asked for pandas and DuckDB (default /usr/bin/python3). LIBRARY is DuckDB's libduckdb.so, where Python has no
module of it. Rounds are interleaved; medians are shown."""
import argparse
import csv
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PANDAS = """
import sys, pandas
orders = pandas.read_csv(sys.argv[1])
paid = orders[orders.status == "paid"].copy()
paid["total"] = paid.qty * paid.cents / 100
paid.to_csv(sys.argv[2], index=False)
"""
QUERY = "select *, qty * cents / 100 as total from read_csv('{}') where status = 'paid'"
DUCKDB = f"""
import sys, duckdb
duckdb.sql("{QUERY}".format(sys.argv[1])).write_csv(sys.argv[2], header=True)
"""
DUCKDB_LIBRARY = f"""
import ctypes, sys
duckdb, database, connection = ctypes.CDLL(sys.argv[1]), ctypes.c_void_p(), ctypes.c_void_p()
query = "copy ({QUERY}) to '{{}}' (header)".format(sys.argv[2], sys.argv[3])
sys.exit(duckdb.duckdb_open(None, ctypes.byref(database)) or duckdb.duckdb_connect(database, ctypes.byref(connection))
         or duckdb.duckdb_query(connection, query.encode(), None))
"""


def make_orders(path, rows):
    """Rows of about 30 bytes. Streamed: a child's peak memory counts this process's own until it starts its program."""
    draw = random.Random(7)
    countries = ["DE", "FR", "AT", "IT", "NO", "PT", "CZ", "CH"]
    with open(path, "w", encoding="ascii") as file:
        file.write("id,sku,qty,cents,country,status\n")
        for number in range(rows):
            status = draw.choice(("paid", "paid", "open", "cancelled"))
            file.write(f"{number},SKU-{draw.randrange(100000):05},{draw.randrange(1, 20)},{draw.randrange(100, 100000)},"
                       f"{draw.choice(countries)},{status}\n")


def write_pipeline(path, orders, result, batch):
    steps = [
        {"id": "orders", "type": "read.csv", "params": {"path": str(orders)}},
        {"id": "paid", "type": "filter", "params": {"expression": 'status == "paid"'}},
        {"id": "total", "type": "formula", "params": {"expression": "qty * cents / 100", "field": "total"}},
        {"id": "report", "type": "write.csv", "params": {"path": str(result)}},
    ]
    links = [{"from": a["id"], "to": b["id"]} for a, b in zip(steps, steps[1:])]
    pipeline = {"millrace": 1, "name": "Paid orders", "steps": steps, "links": links}
    if batch:
        pipeline["batching"] = {"size": batch}
    path.write_text(json.dumps(pipeline, indent=2), encoding="utf-8")


def contenders(options, folder, orders):
    """Name, command (its output is the last argument, or the standard output), and the file of its result."""
    found = {}
    pipeline, result = folder / "paid.millrace", folder / "millrace.csv"
    write_pipeline(pipeline, orders, result, options.batch)
    found["millrace"] = ([options.millrace, "run", str(pipeline), "--progress", "never"], result, False)
    if shutil.which("mlr"):
        found["miller"] = (["mlr", "--icsv", "--ocsv", "filter", '$status == "paid"', "then", "put",
                            "$total = $qty * $cents / 100", str(orders)], folder / "miller.csv", True)
    for name, program in (("pandas", PANDAS), ("duckdb", DUCKDB)):
        probe = subprocess.run([options.python, "-c", f"import {name}"], stderr=subprocess.DEVNULL, check=False)
        if probe.returncode == 0:
            result = folder / f"{name}.csv"
            found[name] = ([options.python, "-c", program, str(orders), str(result)], result, False)
    if options.duckdb:
        result = folder / "libduckdb.csv"
        found["libduckdb"] = ([options.python, "-c", DUCKDB_LIBRARY, options.duckdb, str(orders), str(result)], result, False)
    return found


def measure(command, result, writes_to_output):
    """Seconds, processor seconds, peak MiB."""
    with open(result if writes_to_output else os.devnull, "wb") as output:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with status {process.returncode}: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def difference(expected, result):
    """What differs between two results, or None. Numbers may be written in different ways (12 and 12.0)."""
    with open(expected, newline="", encoding="utf-8") as a, open(result, newline="", encoding="utf-8") as b:
        left, right = csv.reader(a), csv.reader(b)
        for number, row in enumerate(left, 1):
            other = next(right, None)
            if other is None:
                return f"ends before line {number}"
            if row[:-1] != other[:-1]:
                return f"line {number}: {row} and {other}"
            if row[-1] != other[-1] and (number == 1 or abs(float(row[-1]) - float(other[-1])) > 1e-9 * abs(float(row[-1]))):
                return f"line {number}: {row[-1]} and {other[-1]}"
        return "has more lines" if next(right, None) else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("millrace", help="the program")
    parser.add_argument("--rows", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, help="items a batch; as Millrace does by itself where left out")
    parser.add_argument("--python", default="/usr/bin/python3")
    parser.add_argument("--duckdb", help="libduckdb.so")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="millrace-w7-") as name:
        folder = pathlib.Path(name)
        orders = folder / "orders.csv"
        make_orders(orders, options.rows)
        print(f"{options.rows} rows, {orders.stat().st_size / 1e6:.1f} MB, {options.rounds} interleaved rounds, medians")
        found = contenders(options, folder, orders)
        readings = {contender: [] for contender in found}
        for _ in range(options.rounds):
            for contender, call in found.items():
                readings[contender].append(measure(*call))
        print(f"{'':12} {'seconds':>8} {'least':>8} {'CPU s':>8} {'peak MiB':>9} {'millrace is faster by':>22}")
        wrong = 0
        for contender, runs in readings.items():
            wall, cpu, peak = (statistics.median(run[i] for run in runs) for i in range(3))
            faster = statistics.median(run[0] / own[0] for run, own in zip(runs, readings["millrace"]))
            print(f"{contender:12} {wall:8.2f} {min(run[0] for run in runs):8.2f} {cpu:8.2f} {peak:9.1f} {faster:22.2f}")
            what = difference(found["millrace"][1], found[contender][1])
            if what:
                print(f"  its result differs from Millrace's: {what}")
                wrong += 1
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
