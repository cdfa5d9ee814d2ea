"""What was set as a goal, and what a run's records say of it."""

import collections

Goal = collections.namedtuple("Goal", "text least sense measure")  # least: (SQLite 3.40, newest)

# limit: what the value would be if we only read the same rows' values, made nothing of them and copied the
# documents once, or only deleted the same rows, owner by owner; or None.
Found = collections.namedtuple("Found", "value where limit", defaults=(None,))

CLUSTERED = ("small", "medium")
SCATTERED = ("scattered", "skewed")  # each row belongs to another owner than the one before it


def worst(found, sense):
    """The one furthest from the goal; None where nothing was measured."""
    found = [one for one in found if one is not None]
    if not found:
        return None
    return (min if sense == ">=" else max)(found, key=lambda one: one.value)


def at_limit(records, cell, version, ratio):
    """The ratio to reading, the rows in the documents' order or each table in its own, and copying the documents
    (which is measured where all are fetched)."""
    figures = [records.get(cell, version, side) for side in ("reading", "touch")]
    floors = [figure.ratio for figure in figures if figure]
    copying = records.get(cell, version, "memcpy")
    return ratio / (min(floors) + (copying.ratio if copying else 0)) if floors else None


def by_hand(datasets, shape, work):
    def measure(records, version):
        found = []
        for dataset in datasets:
            cell = (dataset, shape, work)
            best = records.best(cell, version)
            if best:
                ratio = best[1].ratio
                found.append(Found(ratio, dataset, at_limit(records, cell, version, ratio)))
        return worst(found, ">=")

    return measure


def first_call(dataset):
    return by_hand((dataset,), "posts", "all, first call")


def any_cell(records, version):
    found = []
    for cell in records.matrix():
        best = records.best(cell, version)
        if best:
            found.append(Found(best[1].ratio, ", ".join(cell)))
    return worst(found, ">=")


def share_of(side, scattered=(False, True)):
    """Of the time of a limit, what share is ours: the largest, all owners fetched."""

    def measure(records, version):
        found = []
        for cell in records.matrix():
            figure = records.get(cell, version, side)
            if cell[2] == "all" and figure and (cell[0] in SCATTERED) in scattered:
                found.append(Found(1 / figure.ratio, ", ".join(cell[:2])))
        return worst(found, "<=")

    return measure


def peer(names, works):
    """The least of what their users' programs take; ActiveRecord may call itself active_record."""

    def is_one(side):
        return side.lower().replace("_", "").startswith(names)

    def measure(records, version):
        found = []
        for cell in records.matrix():
            for (where, side), figure in records.cells[cell].items():
                if where == version and is_one(side) and cell[1] == "posts" and cell[2] in works:
                    limit = at_limit(records, cell, version, figure.ratio)
                    found.append(Found(figure.ratio, f"{side}, {cell[0]}, {cell[2]}", limit))
        return worst(found, ">=")

    return measure


def memory(records, version):
    figure = records.get(("medium", "posts", "all, streamed"), version, "selectin, KiB")
    return figure and Found(figure.ms / 1024, "")


def views(records, version):
    found = []
    for cell in records.cells:
        figure = records.get(cell, version, "by hand")
        if cell[0] == "views" and figure:
            found.append(Found(figure.ratio, cell[2]))
    return worst(found, ">=")


def growth(records, version):
    """The time per row at the most rows, as a multiple of that at a hundred thousand."""
    times = []
    for cell in records.cells:
        figure = records.get(cell, version, "selectin")
        if cell[0] == "growth" and figure:
            rows = int(cell[2].split()[0])
            times.append((rows, figure.ms / rows))
    times.sort()
    middle = [time for rows, time in times if rows >= 90_000]
    return Found(middle[-1] / middle[0], f"{times[-1][0]} rows") if len(middle) > 1 else None


def against(side, dataset, works):
    """The least multiple of ours that a side of these cells takes; `works` begin as theirs do."""

    def measure(records, version):
        found = []
        for cell in records.cells:
            figure = records.get(cell, version, side)
            if cell[0] == dataset and cell[2].startswith(works) and figure:
                rows = records.get(cell, version, "rows by owner")
                found.append(Found(figure.ratio, ", ".join(cell[1:]), rows and figure.ratio / rows.ratio))
        return worst(found, ">=")

    return measure


ORMS = ("sqlalchemy", "django")

GOALS = [
    Goal("one owner, prepared", (2.5, 2.1), ">=", by_hand(CLUSTERED, "posts", "1")),
    Goal("one owner, prepared each time", (3.7, 3.4), ">=", by_hand(CLUSTERED, "posts", "1, prepared anew")),
    Goal("20 owners", (2.7, 2.2), ">=", by_hand(CLUSTERED, "posts", "20")),
    Goal("1,000 of 20,000 owners, clustered", (2.8, 2.5), ">=", by_hand(("medium",), "posts", "1000")),
    Goal("1,000 of 20,000 owners, scattered", (2.0, 2.0), ">=", by_hand(("scattered",), "posts", "1000")),
    Goal("1,000 of 5,000 owners, skewed", (2.7, 2.7), ">=", by_hand(("skewed",), "posts", "1000")),
    Goal("all owners, clustered", (4.4, 3.5), ">=", by_hand(CLUSTERED, "posts", "all")),
    Goal("all owners, scattered", (5.9, 5.3), ">=", by_hand(("scattered",), "posts", "all")),
    Goal("all owners, first call of a process, clustered", (2.2, 2.2), ">=", first_call("medium")),
    Goal("all owners, first call of a process, scattered", (2.5, 2.5), ">=", first_call("scattered")),
    Goal("all owners with many-to-many and many-to-one", (6.7, 5.5), ">=", by_hand(CLUSTERED, "all", "all")),
    Goal("any cell", (1.1, 1.1), ">=", any_cell),
    Goal("share of step and column over the same rows, all owners", (0.55, 0.55), "<=", share_of("step")),
    Goal("times touching every value in the documents' order, all owners", (2.0, 2.0), "<=", share_of("reading")),
    Goal("the same, each table in its own, clustered", (2.0, 2.0), "<=", share_of("touch", (False,))),
    Goal("the same, each table in its own, scattered", (2.0, 2.0), "<=", share_of("touch", (True,))),
    Goal("SQLAlchemy and Django, one owner", (60, 60), ">=", peer(ORMS, ("1",))),
    Goal("SQLAlchemy and Django, 20 to 1,000", (30, 30), ">=", peer(ORMS, ("20", "1000"))),
    Goal("SQLAlchemy and Django, all", (95, 95), ">=", peer(ORMS, ("all",))),
    Goal("ActiveRecord, all", (65, 65), ">=", peer(("activerecord",), ("all",))),
    Goal("Drizzle, all", (8, 8), ">=", peer(("drizzle",), ("all",))),
    Goal("a million rows streamed", (2.4, 2.4), ">=", by_hand(("medium",), "posts", "all, streamed")),
    Goal("a million rows streamed, MB of memory", (8, 8), "<=", memory),
    Goal("collection view against the join by hand", (0.98, 0.98), ">=", views),
    Goal("cascade of one owner against ON DELETE CASCADE", (1.2, 1.2), ">=", against("native", "delete", "1 ")),
    Goal("of 100 owners and more", (1.2, 1.2), ">=", against("native", "delete", ("100 ", "5 %", "all"))),
    Goal("of a tree", (1, 1), ">=", against("native", "tree", "")),
    Goal(
        "INSERT, and UPDATE of no key, against no relationships",
        (0.97, 0.97),
        ">=",
        against("without", "writes", ("insert", "update, ", "update of owners")),
    ),
    Goal("UPDATE of a key, one row", (0.88, 0.88), ">=", against("without", "writes", "update of the key, one")),
    Goal("the same, all rows", (0.88, 0.88), ">=", against("without", "writes", "update of the key, all")),
    Goal("time per row at most rows against 100,000 rows", (1.5, 1.5), "<=", growth),
]


def least_of(goal, version):
    """3.40 has goals of its own; JSON by hand has become faster since."""
    return goal.least[0 if version.startswith("3.40.") else 1]


def is_met(goal, version, value):
    least = least_of(goal, version)
    return value >= least if goal.sense == ">=" else value <= least
