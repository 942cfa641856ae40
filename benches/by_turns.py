#!/usr/bin/env python3
"""Compares two builds of a benchmark by turns: old, new, old, new ...

Use: benches/by_turns.py OLD NEW [ROUNDS] [-- CRITERION ARGUMENTS]

OLD and NEW are benchmark binaries (`cargo bench --bench text --no-run` prints their paths; copy the
old one before you rebuild). Prints for every row the median time of both, and the median over the
rounds of new / old: below 1 is faster. A shared machine's speed changes twofold within minutes; the
ratio within one round does not.
"""
import re
import statistics
import subprocess
import sys

UNITS = {"ps": 1e-12, "ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0}
ROW = re.compile(r"^(\S.*?)?\s+time:\s+\[\S+ \S+ (\S+) (\S+) \S+ \S+\]")


def run(binary, arguments):
    output = subprocess.run(
        [binary, "--bench", "--noplot", *arguments], capture_output=True, text=True, check=True
    ).stdout
    rows, name = {}, ""
    for line in output.split("\n"):
        found = ROW.match(line)
        if found:
            rows[(found[1] or name).strip()] = float(found[2]) * UNITS[found[3]]
        elif line and not line.startswith((" ", "\t")):
            name = line
    return rows


def main():
    arguments = sys.argv[1:]
    criterion = ["--sample-size", "10", "--warm-up-time", "0.1", "--measurement-time", "0.3"]
    if "--" in arguments:
        at = arguments.index("--")
        criterion += arguments[at + 1 :]
        arguments = arguments[:at]
    if len(arguments) not in (2, 3):
        sys.exit(__doc__)
    old, new = arguments[:2]
    rounds = int(arguments[2]) if len(arguments) == 3 else 3
    times = {}
    for number in range(rounds):
        pair = [(0, old), (1, new)]
        for which, binary in pair if number % 2 == 0 else reversed(pair):
            for row, seconds in run(binary, criterion).items():
                times.setdefault(row, ([], []))[which].append(seconds)
    print(f"{'old':>10} {'new':>10} {'new/old':>8}")
    for row, (before, after) in times.items():
        if before and after:
            ratio = statistics.median(b / a for a, b in zip(before, after))
            print(f"{statistics.median(before):10.3e} {statistics.median(after):10.3e} {ratio:8.3f}  {row}")


main()
