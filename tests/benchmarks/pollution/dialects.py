#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How often `millrace peek` finds delimiter, quote and escape of files that look like real ones: tables of many kinds, each spelled in
many ways. Prints the shares that are right, and each file that isn't.

dialects.py MILLRACE [--seed N] [--keep FOLDER]"""
import argparse
import concurrent.futures
import csv
import io
import json
import pathlib
import random
import subprocess
import tempfile

WORDS = ("red blue station old north river house market lamp green street bridge water school garden paper stone light "
         "engine winter copper ticket").split()
NAMES = ["Ann O'Hara", "Ben Smith", "Carla Weiß", "D'Arcy, John", "Erik Ångström", "Fatma Yilmaz", "Ngũgĩ", "Li Wei"]


def sentence(chance, least=2, most=9):
    return " ".join(chance.choice(WORDS) for _ in range(chance.randrange(least, most)))


def columns_of(chance, decimal):
    """Ways to fill a column, each a name and a function of the row."""
    def number(row):
        return f"{chance.uniform(-500, 5000):.2f}".replace(".", decimal)
    return {
        "id": lambda row: str(row + 1), "when": lambda row: f"2023-{1 + row % 12:02}-{1 + row % 28:02}",
        "time": lambda row: f"{row % 24:02}:{row * 7 % 60:02}", "day": lambda row: f"{1 + row % 28:02}.{1 + row % 12:02}.2023",
        "stamp": lambda row: f"2023-04-{1 + row % 28:02}T{row % 24:02}:00:00Z", "price": number, "share": lambda row: f"{row % 101} %",
        "person": lambda row: chance.choice(NAMES), "word": lambda row: chance.choice(WORDS), "text": lambda row: sentence(chance),
        "remark": lambda row: sentence(chance, 4, 14).capitalize() + ", " + sentence(chance) + chance.choice([".", "; later more.", "!"]),
        "said": lambda row: f'She said "{sentence(chance)}" twice', "size": lambda row: f'{row % 12 + 1}" x {row % 5 + 1}"',
        "address": lambda row: f"{row + 1} {sentence(chance, 1, 3)} St, {chance.choice(WORDS).capitalize()}",
        "link": lambda row: f"https://example.org/{chance.choice(WORDS)}?id={row}&x={chance.choice(WORDS)}",
        "mail": lambda row: f"{chance.choice(WORDS)}.{row}@example.org", "flag": lambda row: chance.choice(["true", "false"]),
        "code": lambda row: f"{chance.choice('ABC')}{chance.randrange(1000):03}", "empty": lambda row: "",
        "maybe": lambda row: chance.choice(["", "", "NA", str(row)]), "path": lambda row: f"C:\\data\\{chance.choice(WORDS)}",
        "json": lambda row: json.dumps({"a": row, "b": [chance.choice(WORDS)]}), "lines": lambda row: sentence(chance) + "\n" + sentence(chance),
        "list": lambda row: ";".join(chance.sample(WORDS, 3)), "tags": lambda row: "|".join(chance.sample(WORDS, 2)),
        "phone": lambda row: f"+49 {chance.randrange(100, 999)} {chance.randrange(10000, 99999)}",
        "point": lambda row: f"({chance.randrange(90)}, {chance.randrange(180)})", "big": lambda row: str(chance.randrange(10 ** 12)),
    }


def files(count=600, seed=3):
    """Each: its bytes, and the delimiter, quote and escape that it has; the last two where something in it shows them."""
    chance = random.Random(seed)
    while count:
        delimiter = chance.choices([",", ";", "\t", "|", "^", "~", " "], [50, 22, 12, 8, 1, 1, 1])[0]
        quote = chance.choices(['"', "'"], [95, 5])[0]
        escape = chance.choices(["doubled", "\\"], [92, 8])[0]
        quoting = chance.choices([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC], [60, 25, 15])[0]
        kinds = columns_of(chance, "," if delimiter == ";" and chance.random() < 0.6 else ".")
        chosen = chance.sample(list(kinds), chance.randrange(2, 12))
        rows = [[kinds[name](row) for name in chosen] for row in range(chance.choice([2, 3, 5, 10, 30, 200]))]
        if quoting == csv.QUOTE_NONNUMERIC:
            rows = [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]
        header = [[name.replace("when", "date of day") if chance.random() < 0.2 else name for name in chosen]]
        table = (header if chance.random() < 0.9 else []) + rows
        text = io.StringIO()
        csv.writer(text, delimiter=delimiter, quotechar=quote, quoting=quoting, doublequote=escape == "doubled",
                   escapechar=None if escape == "doubled" else "\\", lineterminator=chance.choice(["\n", "\r\n"])).writerows(table)
        data = text.getvalue()
        cells = [str(cell) for row in table for cell in row]
        shows_quote = quote in data and (quoting != csv.QUOTE_MINIMAL
                                         or any(delimiter in cell or "\n" in cell for cell in cells))
        shows_escape = shows_quote and any(quote in cell for cell in cells)
        yield (data.encode(), delimiter, quote if shows_quote else None, escape if shows_escape else None)
        count -= 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--keep", type=pathlib.Path, help="where the files are left; else they are removed")
    options = parser.parse_args()
    made = list(files(seed=options.seed))
    right, seen = [0, 0, 0, 0], [0, 0, 0, 0]
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or pathlib.Path(folder)
        place.mkdir(parents=True, exist_ok=True)

        def peek(at):
            path = place / f"{at:04}.csv"
            path.write_bytes(made[at][0])
            done = subprocess.run([options.program, "peek", "--json", str(path)], capture_output=True, text=True)
            return json.loads(done.stdout) if done.returncode == 0 else {}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            looks = list(pool.map(peek, range(len(made))))
    for at, ((_, *expected), look) in enumerate(zip(made, looks)):
        found = [look.get("delimiter"), look.get("quote"), look.get("escape")]
        fits = [want is None or want == have for want, have in zip(expected, found)]
        for part, fit in enumerate(fits + [all(fits)]):
            counts = part == 3 or expected[part] is not None
            right[part] += fit and counts
            seen[part] += counts
        if not all(fits):
            print(f"{at:04}: {expected} was taken for {found}")
    for part, name in enumerate(["delimiter", "quote", "escape", "all of it"]):
        print(f"{name}: {right[part]} of {seen[part]} right, {100 * right[part] / seen[part]:.1f} %")


if __name__ == "__main__":
    main()
