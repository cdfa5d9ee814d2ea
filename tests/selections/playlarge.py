"""A selection over a large world, asked in many ways, one after the other: each finds what is kept from the last."""

import sqlite3
import time

from makelarge import change
from play import PLAIN, STRATEGIES, Broken, ask, expect, has_infinite, is_slow, key_literals, question, same
from selection import levels, with_strategy
from sqltext import quote

CACHES = ["-2000", "-2000", "10", "-64", "100000", "0"]


def check_large(pair, case, random):
    """Returns how many queries were compared."""
    functions = random.random() < 0.5 and not has_infinite(case.world)
    count = 0
    for again in range(2):
        keys = [row[0] for row in pair.plain.execute(key_literals(case))]
        rows = expect(pair, case, functions)
        steps = [PLAIN, PLAIN, stopping, both] + list(keyed(case, random, keys))
        steps += [strategy for strategy in STRATEGIES + [None] if not again and len(list(levels(case.root))) > 1]
        random.shuffle(steps)
        for step in steps[:len(steps) // (1 + again)]:
            pair.ours.execute("PRAGMA cache_size = " + random.choice(CACHES))
            if callable(step):
                step(pair, case, random, rows)
            elif step is None:
                ask(pair, case, with_strategy(case.root, lambda: random.choice(STRATEGIES + [None])), PLAIN, rows)
            elif step in STRATEGIES:
                ask(pair, case, with_strategy(case.root, lambda word=step: word), PLAIN, rows)
            else:
                ask(pair, case, case.root, step, rows)
            count += 1
        if not again:
            pair.change(change(random, case.world), True)
    return count


def keyed(case, random, keys):
    """SQL around {s}, the selection's rows, that asks for some of them."""
    shown = "SELECT typeof(s.key), s.key, s.doc FROM {s} AS s"
    table = case.world.tables[case.root.table]
    for share in random.sample([0.01, 0.25, 0.7, 1], 2):
        some = random.sample(keys, int(len(keys) * share))
        some += random.choice([[], [], ["NULL", "'no key'", "-77", "0.5"]])
        yield "%s WHERE s.key IN (%s)" % (shown, ", ".join(some) or "NULL")
    for limit in random.sample(["1", "70", "2 OFFSET 64", "%d OFFSET 1" % len(keys)], 2):
        yield "%s LIMIT %s" % (shown, limit)
    if len(table.identity) == 1:
        column = quote(table.identity[0])
        yield "SELECT o.%s, s.key, s.doc FROM %s AS o JOIN {s} AS s ON s.key = o.%s WHERE o.n = %d" % (
            column, quote(table.name), column, random.randrange(10))


def run_out(rows, cursor, pair):
    pair.started = time.time()
    try:
        return rows + cursor.fetchall()
    except sqlite3.Error as error:
        return str(error)


def told(case, expected, found, note):
    if is_slow(found):
        raise sqlite3.OperationalError(found)
    if not same(expected, found, True):
        broken = Broken(case, case.root, PLAIN, expected, found)
        broken.note = note
        raise broken


def start(pair, case, most):
    pair.started = time.time()
    try:
        cursor = pair.ours.execute(*question(case, case.root, PLAIN))
        return cursor, cursor.fetchmany(most)
    except sqlite3.Error as error:
        raise Broken(case, case.root, PLAIN, [], str(error)) from error


def stopping(pair, case, random, rows):
    """Leaves off in the midst, and asks once more."""
    most = random.choice([1, 64, 65, 70, 200])
    cursor, found = start(pair, case, most)
    cursor.close()
    told(case, rows[:most], found, "the first %d rows" % most)
    ask(pair, case, case.root, PLAIN, rows)


def both(pair, case, random, rows):
    """Two cursors at once, one a little behind the other."""
    one, first = start(pair, case, random.choice([1, 70, 300]))
    other, second = start(pair, case, random.choice([1, 70, 300]))
    if random.random() < 0.5:
        first += one.fetchmany(100)
        second += other.fetchmany(200)
    first = run_out(first, one, pair)
    told(case, rows, run_out(second, other, pair), "while another reads the same, the second")
    told(case, rows, first, "while another reads the same, the first")
