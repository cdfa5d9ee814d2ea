"""Random selections against the oracle. See tests/run_selections for its use."""

import argparse
import collections
import itertools
import random
import sqlite3
import sys
import time
import traceback

import makelarge
import makeselection
import makeworld
import workers
from changes import change
from minimal import minimise, script
from oracle import TooMuch
from play import Broken, Pair, check, check_related, learn
from playlarge import check_large

SELECTIONS = 12  # of each world
BIG = 12  # of so many worlds, one has hundreds of rows
LARGE, LARGE_AT, LARGE_SELECTIONS = 40, 38, 6  # of so many, one has thousands, and so many selections


class Result:
    """Of one world."""

    def __init__(self):
        self.cases = self.compared = self.undecided = 0
        self.report = None


def cases(chance, pair, seed):
    """(selection, how it is checked) after another, over a world that changes between them."""
    big = seed % BIG == BIG - 1
    for i in range(6 if big else SELECTIONS):
        pair.change(change(chance, pair.world))
        maker = makeselection.Maker(chance, pair.world)
        whole = big and i % 2 == 0
        case = maker.make_related() if i % 6 == 5 else maker.make_whole() if whole else maker.make()
        yield case, check_related if i % 6 == 5 else check


def large_cases(chance, pair):
    for _ in range(LARGE_SELECTIONS):
        yield makelarge.SelectionMaker(chance, pair.world).make(), check_large


def one_world(seed, extension):
    result = Result()
    chance = random.Random(seed)
    large = seed % LARGE == LARGE_AT
    pair = None
    try:
        world = makelarge.WorldMaker(chance).make() if large else makeworld.Maker(chance, seed % BIG == BIG - 1).make()
        if not large:
            learn(world, extension)
        pair = Pair(world, extension)
        for case, checked in large_cases(chance, pair) if large else cases(chance, pair, seed):
            try:
                if case is not None:
                    result.compared += checked(pair, case, chance)
                result.cases += 1
            except (TooMuch, sqlite3.Error) as reason:
                result.undecided += 1
                if isinstance(reason, sqlite3.Error) and "--errors" in sys.argv:
                    print(seed, repr(reason), flush=True)
    except Broken as broken:
        result.cases += 1
        result.report = "seed %d\n%s" % (seed, script(minimise(broken, extension, 20)))
    except Exception:
        result.cases += 1
        result.report = "seed %d\n%s" % (seed, traceback.format_exc())
    finally:
        if pair is not None:
            pair.close()
    return result


def task(arguments):
    return one_world(*arguments)


def play(extension, cases, minutes, first):
    total, start = collections.Counter(), time.time()
    playing = workers.results(task, ((seed, extension) for seed in itertools.count(first)))
    for result in playing:
        total.update(cases=result.cases, compared=result.compared, undecided=result.undecided)
        if result.report is not None:
            total["failed"] += 1
            print("\n" + result.report, flush=True)
        done = time.time() - start > minutes * 60 if minutes else total["cases"] >= cases
        if done or total["failed"] >= 20:
            break
    playing.close()
    print("%d queries compared; the oracle left %d selections undecided" % (total["compared"], total["undecided"]))
    print("%d passed, %d failed" % (total["cases"] - total["failed"], total["failed"]))
    return total["failed"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("extension")
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--errors", action="store_true", help="prints why the oracle cannot say")
    options = parser.parse_args()
    if options.seed is not None:
        result = one_world(options.seed, options.extension)
        print(result.report or "nothing goes wrong: %d selections" % result.cases)
        return result.report is not None
    first = int(time.time()) * 1000 if options.minutes else 0
    return play(options.extension, options.cases, options.minutes, first) != 0


if __name__ == "__main__":
    sys.exit(main())
