# SPDX-License-Identifier: MIT
"""The clean table that faults.py spoils, made from nothing but a seed, and how a table is spelled as bytes."""
import random

NAMES = ["SENT", "HOUR", "Pieces", "PARCELNO", "Fee", "Addressee", "ParcelContents", "TRACE", "Remarks"]
# Which cells are in quotes in the source: as programs do that quote what people typed and leave the rest.
QUOTED = {6, 7}
ROWS = 83  # as many as in the paper


def records(rows=ROWS, seed=7):
    chance = random.Random(seed)
    goods = ["wooden toys", "seed potatoes", "second-hand books", "brass screws, 5 mm", "tea, loose", "woollen socks"]
    notes = ["packed in straw", "keep upright, please", "the lid says \"this side up\"", "insured up to the full value",
             "two layers, one above the other", "don't bend", "wrapped twice; handle with care"]
    people = ["Ann O'Hara", "Ben Smith", "Carla's Bakery", "D. Young & Sons", "Erik's Shop", "Fatma Yilmaz"]
    table = []
    for row in range(rows):
        number = f"{chance.choice('KLMN')}{chance.choice('PQRS')}-{chance.randrange(1000, 9999)}"
        contents = f"{chance.choice(goods).capitalize()}, {chance.choice(notes)}."
        if row == 11:
            contents = "Planks of 8\\'9\"\" length, bundled."  # a backslash that is one
        table.append([f"{1 + row % 28:02}/{1 + row // 28:02}/2021", f"{row // 4 % 24:02}:{row % 4 * 15:02}",
                      str(chance.randrange(0, 9)), number, f"€{chance.randrange(300, 9000) / 100:.2f}",
                      chance.choice(people), contents, f"https://parcels.example/trace/{number.replace('-', '_')}", ""])
    return table


def quoted(text, quote='"', escape='"'):
    return quote + text.replace(quote, escape + quote) + quote


def pieces(cells, delimiter=",", quote='"', escape='"', always=QUOTED):
    """The cells as they are spelled. `always`: the columns that are in quotes whatever they hold."""
    def piece(column, text):
        needs = delimiter[0] in text or quote in text or "\n" in text or "\r" in text
        return quoted(text, quote, escape) if needs or column in always else text
    return [piece(column, text) for column, text in enumerate(cells)]


def spelled(cells, delimiter=",", **dialect):
    """One record without its line end."""
    return delimiter.join(pieces(cells, delimiter, **dialect))


def lines(header, rows, **dialect):
    return [spelled(record, **dialect) for record in ([header] if header else []) + rows]


def joined(all_lines, end="\r\n"):
    return "".join(line + end for line in all_lines)
