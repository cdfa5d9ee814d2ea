"""Random worlds against the model of the rules. See tests/run_worlds for its use."""

import argparse
import itertools
import sys
import time
import traceback

import workers
from history import Broken, play
from minimal import minimise, script
from twin import compare

HISTORIES = 5  # of each world
SHARE = 40  # worlds that a process takes at a time
TWINS = 8  # of so many worlds, one is compared with native foreign keys too


def one_world(seed, extension):
    """Histories played, excuses needed, and a report where something went wrong."""
    try:
        if seed % TWINS == 0:
            compare(seed, extension)
        return play(seed, extension, HISTORIES) + (None,)
    except Broken as broken:
        smallest = minimise(broken, extension, 20) if broken.events else broken
        return HISTORIES, {}, "seed %d\n%s" % (seed, script(smallest))
    except Exception:
        return HISTORIES, {}, "seed %d\n%s" % (seed, traceback.format_exc())


def some_worlds(task):
    first, extension = task
    return [one_world(seed, extension) for seed in range(first, first + SHARE)]


class Tally:
    def __init__(self):
        self.played = 0
        self.failed = 0
        self.excuses = {}

    def add(self, results):
        for played, excuses, report in results:
            self.played += played
            for excuse, count in excuses.items():
                self.excuses[excuse] = self.excuses.get(excuse, 0) + count
            if report is not None:
                self.failed += 1
                print("\n" + report, flush=True)

    def progress(self, start, wanted):
        if sys.stderr.isatty():
            sys.stderr.write("\r%d %s histories, %d s " % (self.played, wanted, time.time() - start))

    def summary(self):
        for excuse, count in sorted(self.excuses.items()):
            print("%d histories ended early: %s" % (count, excuse))
        print("%d passed, %d failed" % (self.played - self.failed, self.failed))


def run(extension, histories, minutes, first):
    tally, start = Tally(), time.time()
    tasks = ((seed, extension) for seed in itertools.count(first, SHARE))
    playing = workers.results(some_worlds, tasks)
    for results in playing:
        tally.add(results)
        tally.progress(start, "of %d" % histories if histories else "played")
        if enough(tally, histories, minutes, start):
            break
    playing.close()
    tally.summary()
    return tally.failed


def enough(tally, histories, minutes, start):
    if minutes:
        return time.time() - start > minutes * 60
    return tally.played >= histories


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("extension")
    parser.add_argument("--histories", type=int, default=10000)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    if options.seed is not None:
        _, _, report = one_world(options.seed, options.extension)
        print(report or "nothing goes wrong")
        return report is not None
    first = int(time.time()) * 1000 if options.minutes else 0
    return run(options.extension, options.histories, options.minutes, first) != 0


if __name__ == "__main__":
    sys.exit(main())
