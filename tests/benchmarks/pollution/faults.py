# SPDX-License-Identifier: MIT
"""Copies of one table with one fault each.

The first 26 kinds and their weights are those of G. Vitagliano, M. Hameed, L. Jiang, L. Reisener, E. Wu, F. Naumann: "Pollock: A
Data Loading Benchmark", PVLDB 16(8), 2023. A weight says in how many of the 3 712 files of their survey of two open-data portals
the fault was found (pollock_weights.json of https://github.com/HPI-Information-Systems/Pollock, summed over the copies of a
kind). The table and the code that spoils it are our own. The kinds behind them have no such count."""
from dataclasses import dataclass, field

import table
from table import NAMES, joined, lines, records, spelled


@dataclass
class Case:
    kind: str
    name: str
    bytes: bytes
    header: list  # what is right
    rows: list
    told: dict = field(default_factory=dict)  # parameters of read.csv that say all of it
    hides_header: bool = False  # there is none: as in Pollock, the first record is what should come first


WEIGHTS = {
    "clean": 1, "no bytes": 15, "no last line end": 184, "two last line ends": 5, "no header": 470,
    "header of 2 lines": 47, "header of 3 lines": 47, "preamble": 282, "second table, as wide": 62.67,
    "second table, wider": 62.67, "second table, narrower": 62.67, "header only": 3, "one record": 4,
    "line ends CR": 7, "line ends LF": 1691, "delimiter tab": 4, "delimiter ;": 834, "delimiter blank": 4,
    "delimiter comma and blank": 101, "quote '": 11, "escape \\": 1, "no escape": 7, "row: delimiter missing": 247.13,
    "row: delimiter too many": 278.02, "row: blanks for delimiters": 12, "row: stray quote": 7,
}
ROWS = records()


def _case(kind, text, header=NAMES, rows=None, told=None, name="", encoding="utf-8", **more):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return Case(kind, name or kind, data, header, ROWS if rows is None else rows, told or {}, **more)


def of_files():
    """The kinds of which there is a copy or a few."""
    clean = lines(NAMES, ROWS)
    text = joined(clean)
    yield _case("clean", text)
    yield _case("no bytes", "", [], [], {"header": "false"})
    yield _case("no last line end", text[:-2])
    yield _case("two last line ends", text + "\r\n")
    yield _case("no header", joined(clean[1:]), ROWS[0], ROWS[1:], {"header": "false"}, hides_header=True)
    for count in (2, 3):
        yield _case(f"header of {count} lines", joined(clean[:1] * count + clean[1:]),
                    [" ".join([name] * count) for name in NAMES], told={"headerRows": count})
    above = ["PREAMBLE" + "," * 8, "," * 8]
    yield _case("preamble", joined(above + clean), told={"skipLines": "2"})
    for kind, columns in (("narrower", 8), ("as wide", 9), ("wider", 10)):
        names = (NAMES + ["MORE"])[:columns]
        other = [(row + ["more"])[:columns] for row in records(seed=8)]
        yield _case("second table, " + kind, joined(clean + lines(names, other)), told={"skipEnd": len(ROWS) + 1})
    yield _case("header only", joined(clean[:1]), rows=[])
    yield _case("one record", joined(clean[:2]), rows=ROWS[:1])
    yield _case("line ends CR", joined(clean, "\r"), told={"lineEnd": "any"})
    yield _case("line ends LF", joined(clean, "\n"))
    for name, delimiter in (("tab", "\t"), (";", ";"), ("blank", " "), ("comma and blank", ", ")):
        told = {"delimiter": "," if delimiter == ", " else delimiter, "trim": str(delimiter == ", ").lower()}
        yield _case("delimiter " + name, joined(lines(NAMES, ROWS, delimiter=delimiter)), told=told)
    yield _case("quote '", joined(lines(NAMES, ROWS, quote="'", escape="'")), told={"quote": "'"})
    yield _case("escape \\", joined(lines(NAMES, ROWS, escape="\\")), told={"escape": "\\"})
    yield _case("no escape", joined(lines(NAMES, ROWS, escape="")), told={"quotes": "lenient"})


def of_rows():
    """The kinds of which there is a copy for each place where the fault can be."""
    clean = lines(NAMES, ROWS)
    all_rows = [NAMES] + ROWS
    for row, cells in enumerate(all_rows):
        def spoiled(line):
            return joined(clean[:row] + [line] + clean[row + 1:])
        pieces = table.pieces(cells)
        # Of a header with a fault, the names can be told, as other programs are told them.
        names = {"header": "false", "skipLines": "1"} if row == 0 else {}
        for column in range(len(cells)):
            at = f"{row}, {column}"
            if column:
                merged = ",".join(pieces[:column]) + ",".join([""] + pieces[column:])[1:]
                yield _case("row: delimiter missing", spoiled(merged), told={"ragged": "pad"} | names | ({"names": NAMES} if names else {}), name=at)
            more = ",".join(pieces[:column] + [""] + pieces[column:])
            yield _case("row: delimiter too many", spoiled(more), told=names | ({"names": NAMES} if names else {}), name=at)
            stray = ",".join(pieces[:column] + ['"' + pieces[column]] + pieces[column + 1:])
            right = [record[:] for record in all_rows]
            right[row][column] = '"' + right[row][column]
            yield _case("row: stray quote", spoiled(stray), right[0], right[1:],
                        {"quotes": "lenient"} | names | ({"names": right[0]} if names else {}), at)
        blanks = spelled(cells, delimiter=" ")
        yield _case("row: blanks for delimiters", spoiled(blanks), told=names | ({"names": NAMES} if names else {}), name=str(row))


def beyond():
    """Kinds that Pollock doesn't have."""
    clean = lines(NAMES, ROWS)
    text = joined(clean)
    yield _case("byte-order mark", text, encoding="utf-8-sig")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"):
        yield _case("encoding", text, name=encoding, encoding=encoding, told={"encoding": encoding})
    for name, delimiter in (("|", "|"), ("^", "^"), ("~", "~"), ("||", "||"), ("::", "::"), ("\\x01", "\x01")):
        yield _case("delimiter of another kind", joined(lines(NAMES, ROWS, delimiter=delimiter)), name=name,
                    told={"delimiter": delimiter})
    for count in (1, 100, 4096):
        yield _case("NULs at the end", text.encode() + b"\0" * count, name=str(count))
    for row in range(0, ROWS and len(ROWS) + 1, 4):
        yield _case("blank line", joined(clean[:row] + [""] + clean[row:]), name=str(row))
        yield _case("comment line", joined(clean[:row] + ["# as of Monday"] + clean[row:]), name=str(row),
                    told={"comment": "#"})
        mixed = "".join(line + ("\n" if (at + row) % 3 == 0 else "\r\n") for at, line in enumerate(clean))
        yield _case("line ends mixed", mixed, name=str(row))
        wild = joined(clean[:row], "\r\n") + joined(clean[row:], "\n")
        yield _case("line ends of two kinds", wild, name=str(row))
    for name, above in (("title", ["Parcels of the week"]), ("title and blank", ["Parcels of the week", ""]),
                        ("facts", ["Report: parcels", "Made: 2021-03-01", "Rows: 83", ""]),
                        ("delimited", ["Report,parcels" + "," * 7, "Made,2021-03-01" + "," * 7, "," * 8]),
                        ("comments", ["# Parcels", "# made on Monday, by hand"]),
                        ("sep", ["sep=,"])):
        yield _case("lines above", joined(above + clean), name=name, told={"skipLines": str(len(above))})
    for name, below in (("remark", ["Source: the post office"]), ("blank and remark", ["", "* preliminary figures"]),
                        ("totals, short", ["Total,,212"]), ("facts", ["Rows: 83", "End of report"])):
        yield _case("lines below", joined(clean + below), name=name,
                    told={"skipEnd": len([line for line in below if line])})
    yield _case("units", joined(clean[:1] + ["date,time,number,,EUR,,,," ] + clean[1:]),
                [f"{name} {unit}".strip() for name, unit in zip(NAMES, "date,time,number,,EUR,,,,".split(","))],
                told={"headerRows": 2})
    numbers = [[str(row), f"{row * 7 % 13}.5", f"{row % 5}", f"2021-01-{1 + row % 28:02}"] for row in range(40)]
    names = ["station", "height", "count", "day"]
    yield _case("numbers: units", joined(lines(names, [["", "m", "pieces", ""]] + numbers)),
                ["station", "height m", "count pieces", "day"], numbers, {"headerRows": "2"})
    yield _case("numbers: no header", joined(lines(None, numbers)), numbers[0], numbers[1:], {"header": "false"},
                hides_header=True)
    yield _case("row names, as R writes them", joined(lines(None, [names] + [[f"r{at}"] + row for at, row in
                enumerate(numbers)])), [""] + names, [[f"r{at}"] + row for at, row in enumerate(numbers)], {"ragged": "keep"})
    yield _case("delimiter at the end of rows", joined([",".join(names)] + [",".join(row) + "," for row in numbers]),
                names, numbers, {"ragged": "keep"})
    yield _case("padded numbers", joined([", ".join(names)] + [",  ".join(row) for row in numbers]), names, numbers,
                {"trim": "true"})
