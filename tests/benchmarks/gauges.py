#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the gauges cost: the benchmark as it is beside a copy whose counters, histograms and mean depths count nothing. Both are built,
then run in turn; the median of the ratios is shown. usage: gauges.py [--workloads W1,W1p] [--rounds N] [--folder BUILD]"""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
COUNTS_NOTHING = {
    "core/metrics/WorkerCounters.h": (r"void add\(uint64_t amount\)\n    \{", r"void add(uint64_t)\n    {\n#if 0", "    }\n"),
    "core/metrics/Histogram.h": (r"void add\(uint64_t nanoseconds, uint64_t times = 1\)\n    \{",
                                 r"void add(uint64_t, uint64_t = 1)\n    {\n#if 0", "    }\n"),
    "core/engine/workers/StageMeter.cpp": (r"void StageMeter::noteDepth\(uint64_t now\)\n\{", r"void StageMeter::noteDepth(uint64_t)\n{\n#if 0",
                                           "}\n"),
}


def without_gauges(folder):
    """A copy of what git keeps, where three functions are empty."""
    copy = folder / "source"
    files = subprocess.run(["git", "ls-files", "-z"], cwd=SOURCE, check=True, capture_output=True).stdout.split(b"\0")
    for name in filter(None, map(bytes.decode, files)):
        target = copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = (SOURCE / name).read_bytes()
        if name in COUNTS_NOTHING:
            begin, empty, end = COUNTS_NOTHING[name]
            text, found = re.subn(f"({begin})(.*?\n)(?={end})", empty + r"\2#endif" + "\n", text.decode(), 1, re.S)
            if not found:
                sys.exit(f"{name} has no function that begins with {begin}; put the new one here.")
            text = text.encode()
        if not target.exists() or target.read_bytes() != text:
            target.write_bytes(text)
    return copy


def built(source, folder):
    """The benchmark's program."""
    subprocess.run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DMILLRACE_BENCHMARKS=ON",
                    "-DMILLRACE_TESTS=OFF", "-DMILLRACE_STUDIO=OFF"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "millrace-bench"], check=True, stdout=subprocess.DEVNULL)
    return folder / "bin/millrace-bench"


def rate(program, workload):
    """Items a second."""
    table = subprocess.run([program, "--workloads", workload, "--contenders", "millrace", "--rounds", "3"], check=True,
                           capture_output=True, text=True).stdout
    return float(re.search(r"^  millrace +([0-9]+)", table, re.M).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", default="W1,W1p,W2,W5")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--folder", type=pathlib.Path, default=SOURCE / "build/gauges")
    options = parser.parse_args()
    folder = options.folder.resolve()
    programs = [built(SOURCE, folder / "with"), built(without_gauges(folder), folder / "without")]
    print(f"{'':4} {'items/s':>12} {'without':>12} {'ratio':>6}")
    for workload in options.workloads.split(","):
        rounds = [[rate(program, workload) for program in programs] for _ in range(options.rounds)]
        with_gauges, without = (statistics.median(column) for column in zip(*rounds))
        ratio = statistics.median(one / other for one, other in rounds)
        print(f"{workload:4} {with_gauges:12.0f} {without:12.0f} {ratio:6.3f}", flush=True)


if __name__ == "__main__":
    main()
