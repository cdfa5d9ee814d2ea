"""Random databases, damaged at random: relationship_check counts what is wrong, and one round of its fixes
repairs it, inside a transaction and outside.
See tests/run_check for its use."""

import argparse
import itertools
import os
import random
import re
import sqlite3
import sys
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "worlds"))

import chains  # noqa: E402
import types_of_keys  # noqa: E402
import workers  # noqa: E402
from damage import Damager  # noqa: E402
from history import build, clone, connect, dump, is_sound  # noqa: E402
from rules import State  # noqa: E402
from sqltext import quote  # noqa: E402
from world import Relationship, declaration_sql, make_world, rows_sql, schema_sql  # noqa: E402

SHARE = 20


class Wrong(Exception):
    pass


def restrict_to_one(rng, world, connection):
    """Some collections become scalar, some targets get a single parent, where the rows allow it."""
    for relationship in world.relationships:
        if rng.random() < 0.4 and relationship.enforced:
            option = ("uselist = 0" if relationship.direction == "one-to-many"
                      else "single_parent = 1")
            try:
                connection.execute("UPDATE relationship SET %s WHERE owner = ? AND name = ?" % option,
                                   (relationship.owner, relationship.name))
                relationship.single = True
            except sqlite3.Error:
                pass


def reopened(connection, extension, natives):
    copy = connect(extension)
    connection.backup(copy)
    copy.execute("PRAGMA foreign_keys = %d" % natives)
    return copy


def checked(connection, scope):
    return connection.execute(
        "SELECT severity, relationship, problem, detail, fix FROM relationship_check"
        + ("('all')" if scope else "")).fetchall()


# --- the oracle ---


def expected_dangling(world, rows, scope):
    """How many rows dangle, for each key that has some."""
    state = State(world, 0, rows)
    declared = {r.key for r in world.relationships} | {
        r.target_key for r in world.relationships if r.target_key}
    counts = []
    for name, key in world.keys.items():
        if name in declared or (scope and key.native is not None):
            count = sum(1 for row in state.rows[key.child].values()
                        if all(value is not None for value in state.values(key, row))
                        and not state.owners(key, row))
            if count:
                counts.append(count)
    return sorted(counts)


def found_dangling(found):
    return sorted(int(detail.split()[0]) for _, _, problem, detail, _ in found
                  if problem == "dangling reference")


def connected(world, before, seeds):
    """All rows that are joined to the seeds by references, whatever their direction."""
    state = State(world, 0, before)
    neighbours = {}
    for key in world.keys.values():
        for v, row in before[key.child].items():
            for owner in state.owners(key, row):
                neighbours.setdefault((key.child, v), set()).add(owner)
                neighbours.setdefault(owner, set()).add((key.child, v))
    seen, queue = set(seeds), list(seeds)
    for place in queue:
        for other in neighbours.get(place, ()):
            if other not in seen:
                seen.add(other)
                queue.append(other)
    return seen


def unhealthy(world, before):
    """Rows that dangle, or that refer to what another row refers to, where one only may."""
    state = State(world, 0, before)
    places = set()
    for key in world.keys.values():
        for v, row in before[key.child].items():
            if all(value is not None for value in state.values(key, row)) and not state.owners(key, row):
                places.add((key.child, v))
    for relationship in world.relationships:
        if getattr(relationship, "single", False):
            key = world.keys[relationship.target_key or relationship.key]
            for v in before[key.child]:
                places.add((key.child, v))
    return places


def check_untouched(world, before, after):
    """What has nothing to do with an unhealthy row is as it was."""
    reach = None
    for table, rows in before.items():
        for v, row in rows.items():
            if after[table].get(v) == row:
                continue
            if reach is None:
                reach = connected(world, before, unhealthy(world, before))
            if (table, v) not in reach:
                raise Wrong("a healthy row was touched: %s %d: %r, now %r" % (
                    table, v, row, after[table].get(v)))
            if v in after[table]:
                keyed = {c for key in world.keys.values() if key.child == table for c in key.columns}
                for column, value in after[table][v].items():
                    if value != row[column] and column not in keyed:
                        raise Wrong("%s %d: %s was changed" % (table, v, column))


# --- one database ---


def statements(script):
    """executescript would end a transaction first."""
    sql = ""
    for piece in script.split(";"):
        sql += piece + ";"
        if sqlite3.complete_statement(sql):
            yield sql
            sql = ""


def repair(connection, scope, inside, log):
    """Runs the fixes of all errors, in order: none fails, and none of the errors is left. Returns how many
    there were."""
    found = [row for row in checked(connection, scope) if row[0] == "error"]
    log.append(["errors"] + found)
    # SQLite ignores that inside a transaction.
    inside = inside and not any("foreign_keys = OFF" in (row[4] or "") for row in found)
    connection.execute("BEGIN" if inside else "SELECT 1")
    for row in found:
        if row[4] is None:
            raise Wrong("no fix: %r" % (row,))
        for sql in statements(row[4]):
            try:
                connection.execute(sql)
            except sqlite3.Error as error:
                raise Wrong("%s: %s\n  in %r" % (sql, error, row))
    if inside != connection.in_transaction:
        raise Wrong("the fixes leave another transaction")
    connection.execute("COMMIT" if inside else "SELECT 1")
    left = [row for row in checked(connection, scope) if row[0] == "error"]
    if left:
        log.append(["left"] + left)
        raise Wrong("not repaired in one round")
    return len(found)


def one_database(seed, extension):
    """How many errors were repaired, and a report where something went wrong."""
    rng = random.Random(seed)
    world = make_world(rng)
    if not is_sound(world):
        return None, None
    log, damager = [], None
    try:
        try:
            connection = build(world, extension)
        except sqlite3.Error as error:
            if "cannot be held over" in str(error):
                return None, None
            raise
        restrict_to_one(rng, world, connection)
        errors = [row for row in checked(connection, True) if row[0] == "error"]
        if errors:
            raise Wrong("a healthy database: %r" % errors)
        damager = Damager(rng, world, clone(connection, (0, 0)))
        damager.damage()
        scope, natives, inside = rng.random() < 0.5, rng.randrange(2), rng.random() < 0.5
        connection = reopened(damager.connection, extension, natives)
        before = None
        found = checked(connection, scope)
        log.append(["found"] + found)
        if not damager.renamed:
            before = dump(connection, world)
            if not any(row[2] in ("does not resolve", "cannot be enforced") for row in found):
                expected, counted = expected_dangling(world, before, scope), found_dangling(found)
                if counted != expected:
                    raise Wrong("counts %r dangling, expected %r" % (counted, expected))
        errors = repair(connection, scope, inside, log)
        if before is not None and not damager.dropped:
            check_untouched(world, before, dump(connection, world))
        return errors, None
    except Exception as error:
        script = "\n".join(list(schema_sql(make_world(random.Random(seed)))))
        reason = "" if isinstance(error, Wrong) else traceback.format_exc()
        return -1, "seed %d: %s %s\n%s\n%s\n%s" % (
            seed, type(error).__name__, error, reason, "\n".join(damager.done if damager else []),
            "\n".join("\n  ".join(map(str, part)) for part in log))


def some_databases(task):
    first, extension = task
    return [one_database(seed, extension) for seed in range(first, first + SHARE)]


def check_keys(extension, first, count):
    """Reports of the first databases of which SQLite, or the rules played by hand, say otherwise."""
    reports = ("%s %d: %s" % (tried.__name__, seed, report) for seed in range(first, first + count)
               for tried in (chains, types_of_keys) for report in [tried.wrong(seed, extension)] if report)
    return list(itertools.islice(reports, 3))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("extension")
    parser.add_argument("--databases", type=int, default=250)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--reports", type=int, default=5)
    options = parser.parse_args()
    if options.seed is not None:
        errors, report = one_database(options.seed, options.extension)
        print(report or "%s errors repaired" % errors)
        return report is not None
    tally, keys = {}, 4 * options.databases
    reports = check_keys(options.extension, options.first, keys)
    failed = len(reports)
    for report in reports:
        print(report)
    tasks = [(seed, options.extension)
             for seed in range(options.first, options.first + options.databases, SHARE)]
    for results in workers.results(some_databases, tasks):
        for errors, report in results:
            if errors is not None:
                tally[errors] = tally.get(errors, 0) + 1
            if report is not None:
                failed += 1
                if failed <= options.reports:
                    print("\n" + report, flush=True)
    for errors, count in sorted(tally.items()):
        if errors >= 0:
            print("%d databases with %d error%s repaired" % (count, errors, "" if errors == 1 else "s"))
    print("%d passed, %d failed" % (2 * keys + sum(tally.values()) - failed, failed))
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
