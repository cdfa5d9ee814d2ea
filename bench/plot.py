#!/usr/bin/python3
"""Writes the records of the benchmarks as tables, results.md, and as a plot, fetch.svg.

Use: plot.py RECORDS FOLDER
"""

import datetime
import os
import platform
import subprocess
import sys

from goals import GOALS, is_met, least_of
from picture import picture
from records import HAND, LIMITS, OWN, Records


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
        return done.stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"


def machine(records):
    peers = sorted({note for _, what, note in records.notes if what == "peer"})
    earlier = sorted({note for _, what, note in records.notes if what == "earlier"})  # added by hand
    facts = [
        ("processor", f"{processor()}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.release()}"),
        ("compiler", first_line(os.environ.get("CC", "cc"), "--version")),
        ("SQLite", ", ".join(records.versions)),
        ("extension", first_line("git", "log", "-1", "--format=%h")),
        ("peers", "; ".join(peers)),
        ("from an earlier run", "; ".join(earlier)),
        ("date", datetime.date.today().isoformat()),
    ]
    return table(("", ""), [fact for fact in facts if fact[1]])


def table(heads, rows):
    """Numbers stand at the right."""
    lines = ["| " + " | ".join(heads) + " |"]
    lines.append("|" + "|".join(" --- " if i == 0 else " ---: " for i in range(len(heads))) + "|")
    for row in rows:
        lines.append("| " + " | ".join("" if value is None else str(value) for value in row) + " |")
    return "\n".join(lines) + "\n"


def short(number):
    """Three figures of it."""
    if number is None:
        return ""
    if number < 0.1:
        return f"{number:.2g}"
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def times(figure):
    """A ratio with its quartiles."""
    if figure is None or figure.ratio is None:
        return ""
    return f"{short(figure.ratio)} ({short(figure.low)}–{short(figure.high)})"


def goals(records):
    heads = ["goal"]
    for version in records.versions:
        heads += [f"SQLite {version}", "at least or at most", "", "at the limit"]
    rows = []
    for goal in GOALS:
        row = [goal.text]
        for version in records.versions:
            found = goal.measure(records, version)
            bound = ("≥ " if goal.sense == ">=" else "≤ ") + f"{least_of(goal, version):g}"
            if found is None:
                row += ["not measured", bound, "", ""]
                continue
            met = "met" if is_met(goal, version, found.value) else "**not met**"
            where = f" ({found.where})" if found.where else ""
            row += [short(found.value) + where, bound, met, short(found.limit)]
        rows.append(row)
    return table(heads, rows)


def matrix(records, version):
    """Ours in milliseconds, everything else as a multiple."""
    cells = [cell for cell in records.matrix() if records.get(cell, version, "selectin")]
    used = [side for side in HAND + LIMITS if any(records.get(cell, version, side) for cell in cells)]
    rows = []
    for cell in cells:
        ours = records.get(cell, version, "selectin")
        best = records.best(cell, version)
        row = [", ".join(cell), short(ours.ms)]
        for side in used:
            text = times(records.get(cell, version, side))
            row.append(f"**{text}**" if best and side == best[0] else text)
        rows.append(row)
    return table(["dataset, shape, owners", "selectin, ms"] + used, rows)


def peers(records, version):
    found = {}
    for cell in records.matrix():
        for where, side in records.cells[cell]:
            if where == version and side not in OWN:
                found.setdefault(cell, []).append(side)
    names = sorted({side for sides in found.values() for side in sides})
    if not names:
        return None
    rows = [[", ".join(cell)] + [times(records.get(cell, version, name)) for name in names] for cell in found]
    return table(["dataset, shape, owners"] + names, rows)


def others(records, version):
    """The cells that are not of the matrix, side by side."""
    ours, rows = set(records.matrix()), []
    for cell, sides in records.cells.items():
        if cell in ours:
            continue
        for (where, side), figure in sides.items():
            if where != version:
                continue
            if side.endswith(", KiB"):
                rows.append([", ".join(cell), side[:-5], f"{figure.ms / 1024:.1f} MB", ""])
                continue
            text = f"{short(figure.ms)} ms"
            if cell[0] == "growth":
                text += f", {figure.ms * 1e6 / int(cell[2].split()[0]):.0f} ns per row"
            first = figure.ratio == 1 and figure.low == figure.high == 1
            rows.append([", ".join(cell), side, text, "" if first or cell[0] == "loading" else times(figure)])
    return table(["what", "side", "", "times ours"], rows) if rows else None


def page(records):
    parts = [
        "# Results of `make bench`\n",
        "All times are CPU time of one thread, medians of rounds in which all sides took turns; the multiples\n"
        "are of our time, taken within each round, with their quartiles: 3 means that the side takes three\n"
        "times as long as `selectin`. Every side that makes documents made the same, byte for byte. Ways to\n"
        "write it in SQL that were far from the best (which is bold) left after a round or two.\n\n"
        "`reading` is the statement by hand with nothing made of the values that it reads: what SQLite takes\n"
        "to find and read the same rows in the documents' order (where statements are prepared anew, with the\n"
        "preparation of ours alone). `touch` reads each table once in its own order; `memcpy` copies the\n"
        "documents. The column *at the limit* says what a goal's figure would be if we did nothing but the\n"
        "faster of the first two and, of all owners, that copy; for a cascade, if we did nothing but delete the\n"
        "same rows owner by owner, as triggers run, with no trigger and no key (`rows by owner`; `rows by table`\n"
        "deletes all comments first, then all posts).\n",
        machine(records),
        "## Goals\n",
        goals(records),
    ]
    for version in records.versions:
        parts += [f"## SQLite {version}\n", matrix(records, version)]
        parts += [part for part in (peers(records, version), others(records, version)) if part]
    return "\n".join(parts)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    records = Records(sys.argv[1])
    for name, text in (("results.md", page(records)), ("fetch.svg", picture(records))):
        path = os.path.join(sys.argv[2], name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        print(path)


main()
