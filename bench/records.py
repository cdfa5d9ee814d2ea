"""The records of the benchmarks, by cell."""

import collections

HAND = ("correlated", "group by", "spliced", "ordered", "jsonb")
LIMITS = ("C", "reading", "step", "step scans", "touch", "memcpy")
OWN = {"selectin", *HAND, *LIMITS}  # the sides that are no peers

Figure = collections.namedtuple("Figure", "rounds ms q1 q3 ratio low high")


class Records:
    """Of all runs that a file has: for each version of SQLite, its cells, and in each cell its sides."""

    def __init__(self, path):
        self.cells = collections.defaultdict(dict)  # (dataset, shape, work) -> {(version, side): Figure}
        self.notes = []  # (version, what, note)
        self.versions = []
        with open(path, encoding="utf-8") as file:
            for line in file:
                self.read(line.rstrip("\n"))
        self.versions.sort(key=lambda version: [int(part) for part in version.split(".")])

    def read(self, line):
        if line.startswith("sqlite\t"):
            return
        if line.startswith("# "):
            self.notes.append(tuple(line[2:].split("\t", 2)))
            return
        version, dataset, shape, work, side, rounds, *figures = line.split("\t")
        figures = [float(figure) if figure else None for figure in figures]
        self.cells[dataset, shape, work][version, side] = Figure(int(rounds), *figures)
        if version not in self.versions:
            self.versions.append(version)

    def get(self, cell, version, side):
        return self.cells.get(cell, {}).get((version, side))

    def best(self, cell, version):
        """The fastest of what is written by hand in SQL: its name and figure, or None."""
        sides = [(self.get(cell, version, side), side) for side in HAND]
        sides = [(figure.ms, side, figure) for figure, side in sides if figure]
        return min(sides)[1:] if sides else None

    def matrix(self):
        """The cells where documents were fetched in several ways."""
        return [cell for cell, sides in self.cells.items() if any(side == "C" for _, side in sides)]
